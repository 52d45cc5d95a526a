//! What was done, over HTTP.

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use comanda_shared::event::Header;
use comanda_shared::ids::DeviceId;
use comanda_shared::staff::Actor;
use comanda_shared::time::LocalInstant;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::changes::{self, Change};
use super::queries::{self, Wanted};
use crate::http::answer::{self, List};
use crate::http::extract::{Path, id};
use crate::http::openapi::{Asking, Finding, Guarded};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::staff::store::name_of;
use crate::staff::wire::PersonView;

/// Rows a page has unless told otherwise, and at most.
const LIMITS: (usize, usize) = (50, 200);
/// Letters that may be searched for.
const LONGEST_SEARCH: usize = 100;

/// Which acts are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditParams {
    /// A kind, `payment.refunded`, or how kinds begin: `cash.`; several with commas between.
    #[param(example = "payment.,cash.")]
    kind: Option<String>,
    /// Only where this stands in a reason or in a name, accents and case aside; of 100 letters at most.
    search: Option<String>,
    /// Only what somebody else had to approve.
    #[serde(default)]
    approved: bool,
    /// 50 unless told otherwise.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Something that was done.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct ActView {
    /// Its place in the journal.
    sequence: u64,
    at: LocalInstant,
    business_day: Date,
    /// As the journal calls it.
    #[schema(example = "payment.refunded")]
    kind: String,
    /// What it was done to: an order, a shift, somebody.
    subject: Uuid,
    by: PersonView,
    /// Who approved it, where whoever did it may not do it alone.
    #[schema(required)]
    approved_by: Option<PersonView>,
    /// On which screen.
    #[schema(required)]
    device: Option<DeviceId>,
    /// What exactly, as it stands in the journal.
    #[schema(value_type = Object)]
    details: Box<RawValue>,
}

/// Lists what was done that somebody has to answer for, the latest first.
///
/// Needs `audit.view`. Money given up or moved, what was taken back, who may do what, and whatever was approved.
#[utoipa::path(get, path = "/api/v1/audit", operation_id = "list_audit", tag = "branch", params(AuditParams),
    responses((status = 200, body = List<ActView>), Guarded, Asking))]
pub async fn list(
    State(branch): State<Branch>,
    params: Result<Query<AuditParams>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(params) = params.map_err(|error| Problem::from(Code::RequestMalformed).detail(error.body_text()))?;
    let malformed = |_| Problem::from(Code::RequestMalformed).detail("cursor is next_cursor of the page before");
    let before = params.cursor.map(|text| text.parse().map_err(malformed)).transpose()?;
    let kinds = params.kind.iter().flat_map(|kinds| kinds.split(',')).map(str::to_owned).collect();
    let words = params.search.unwrap_or_default();
    if words.chars().count() > LONGEST_SEARCH {
        return Err(Problem::from(Code::RequestMalformed).detail("search is of 100 letters at most"));
    }
    let wanted = Wanted { before, kinds, approved: params.approved, words };
    let limit = params.limit.unwrap_or(LIMITS.0).clamp(1, LIMITS.1);
    let zone = branch.journal.configuration().zone.clone();
    let read = branch.journal.readers().read(move |connection| {
        let mut people = People { connection, names: HashMap::new() };
        let page = queries::page(connection, &wanted, limit, |who| people.name(who))?;
        let acts = page.entries.into_iter().map(|(header, body)| act(&mut people, header, body, &zone));
        let items = acts.collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(List { items, next_cursor: page.next.map(|next| next.to_string()) })
    });
    Ok(answer::json(StatusCode::OK, &read.await?))
}

/// Something that was done, with what it made other than it was.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditAct)]
pub struct WholeAct {
    #[serde(flatten)]
    act: ActView,
    /// What is other than it was, money first; the first two hundred. Empty where the act took the place of nothing.
    changes: Vec<Change>,
}

/// Shows one act, with what it made other than it was: somebody's role, a printer's stations, the settings, the prices of the
/// menu.
///
/// Needs `audit.view`.
#[utoipa::path(get, path = "/api/v1/audit/{sequence}", operation_id = "show_audit_act", tag = "branch",
    params(("sequence" = u64, Path, description = "Its place in the journal.")),
    responses((status = 200, body = WholeAct), Guarded, Finding))]
pub async fn show(State(branch): State<Branch>, Path(sequence): Path<String>) -> Result<Response, Problem> {
    let sequence: u64 = id(&sequence)?;
    let zone = branch.journal.configuration().zone.clone();
    let read = branch.journal.readers().read(move |connection| {
        let Some((header, body)) = queries::act(connection, sequence)? else { return Ok(None) };
        let mut people = People { connection, names: HashMap::new() };
        let changes = changes::of(connection, &header, &body)?;
        Ok(Some(WholeAct { act: act(&mut people, header, body, &zone)?, changes }))
    });
    let found = read.await?.ok_or_else(|| Problem::from(Code::NotFound))?;
    Ok(answer::json(StatusCode::OK, &found))
}

fn act(people: &mut People<'_>, header: Header, body: String, zone: &TimeZone) -> rusqlite::Result<ActView> {
    let details = RawValue::from_string(body).unwrap_or_else(|_| RawValue::NULL.to_owned());
    let approver = header.approver.map(Actor::Staff);
    Ok(ActView {
        sequence: header.sequence,
        at: LocalInstant::at(header.at, zone),
        business_day: header.business_day,
        kind: header.kind,
        subject: header.aggregate,
        by: people.person(header.actor)?,
        approved_by: approver.map(|approver| people.person(approver)).transpose()?,
        device: header.device,
        details,
    })
}

/// People whose names were looked up already.
struct People<'c> {
    connection: &'c Connection,
    names: HashMap<Actor, String>,
}

impl People<'_> {
    fn name(&mut self, actor: Actor) -> rusqlite::Result<String> {
        if let Some(name) = self.names.get(&actor) {
            return Ok(name.clone());
        }
        let name = name_of(self.connection, actor)?.unwrap_or_default();
        self.names.insert(actor, name.clone());
        Ok(name)
    }

    fn person(&mut self, actor: Actor) -> rusqlite::Result<PersonView> {
        Ok(PersonView::of(actor, self.name(actor)?))
    }
}
