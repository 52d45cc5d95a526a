//! Drawers over HTTP.

use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use comanda_shared::cash::{CashRejection, Shift};
use comanda_shared::ids::ShiftId;
use comanda_shared::order::limits;
use comanda_shared::staff::Permission;
use comanda_shared::time::LocalInstant;
use rusqlite::Connection;
use serde::Deserialize;

use super::feature;
use super::queries::{self, Whose};
use super::refusals::{Closing, Looking, Moving, Opening, Reporting};
use super::wire::{
    CloseRequest, ClosureView, MovementRequest, OpenRequest, OpenShiftView, ReportXView, ReportZView, Seen, ShiftView,
};
use crate::http::answer::{self, List};
use crate::http::extract::{Body, IdempotencyKey, Path, id, keyed};
use crate::http::openapi::{Asking, Finding, Guarded};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::journal::aggregates::Aggregate;
use crate::journal::{Outcome, Request};
use crate::orders::wire::tidy;
use crate::staff::{Caller, approval};

/// Rows a list has unless told otherwise, and at most.
const LIMITS: (u32, u32) = (20, 100);

/// Opens a shift: whoever asks answers for the drawer from now on.
///
/// Needs `cash.shift`. A drawer has one shift at a time, and a person one drawer.
#[utoipa::path(post, path = "/api/v1/cash/open", operation_id = "open_shift", tag = "cash", params(IdempotencyKey),
    request_body = OpenRequest,
    responses(
        (status = 201, body = ShiftView), (status = 200, description = "A repeat: the shift as it is now", body = ShiftView),
        Guarded, Opening,
    ))]
pub async fn open(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    body: Body<OpenRequest>,
) -> Result<Response, Problem> {
    let request = keyed(&caller, &key, "POST cash/open", &body.bytes);
    let OpenRequest { drawer, float } = body.value;
    let outcome = feature::open(&branch.journal, request, caller.role, drawer, float).await?;
    Ok(made(&branch, outcome))
}

/// Shows the open shift of whoever asks.
///
/// Needs `cash.shift`. What should be in the drawer is not said before it was counted.
#[utoipa::path(get, path = "/api/v1/cash/current-shift", operation_id = "current_shift", tag = "cash",
    responses((status = 200, body = ShiftView), Guarded, Looking))]
pub async fn current(State(branch): State<Branch>, caller: Caller) -> Result<Response, Problem> {
    let actor = caller.actor;
    let read = branch.journal.readers().read(move |connection| {
        let open = queries::open_shift_of(connection, actor)?;
        open.map(|shift| Seen::of(connection, shift)).transpose()
    });
    let seen = read.await?.ok_or(CashRejection::NoneOpen)?;
    Ok(answer::json(StatusCode::OK, &ShiftView::of(&seen, &branch.journal.configuration().zone)))
}

/// Puts money into the drawer or takes some out, other than for an order; or opens it.
///
/// Needs `cash.shift`; and `cash.movements` or, for a drawer without a sale, `cash.no_sale`: without it, the approval of
/// somebody who has it.
#[utoipa::path(post, path = "/api/v1/cash/movements", operation_id = "move_cash", tag = "cash", params(IdempotencyKey),
    request_body = MovementRequest,
    responses(
        (status = 201, body = ShiftView), (status = 200, description = "A repeat: the shift as it is now", body = ShiftView),
        Guarded, Moving,
    ))]
pub async fn move_cash(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    body: Body<MovementRequest>,
) -> Result<Response, Problem> {
    let request = keyed(&caller, &key, "POST cash/movements", &body.bytes);
    let MovementRequest { kind, amount, reason, approval } = body.value;
    let reason = tidy(Some(reason), limits::SHORT_TEXT, || "reason".to_owned())?.unwrap_or_default();
    let permission = match kind {
        comanda_shared::cash::MovementKind::NoSale => Permission::CashNoSale,
        comanda_shared::cash::MovementKind::In
        | comanda_shared::cash::MovementKind::Out
        | comanda_shared::cash::MovementKind::HandIn => Permission::CashMovements,
    };
    let approver = approval::of(&branch, &caller, permission, approval).await?;
    let request = Request { approver, ..request };
    let outcome = feature::move_cash(&branch.journal, request, caller.role, (kind, amount, reason)).await?;
    Ok(made(&branch, outcome))
}

/// Closes a shift with its count, and says only then what should have been there.
///
/// Needs `cash.shift`; for the shift of somebody else, who forgot it, `cash.reports`.
#[utoipa::path(post, path = "/api/v1/cash/close", operation_id = "close_shift", tag = "cash", params(IdempotencyKey),
    request_body = CloseRequest, responses((status = 200, body = ClosureView), Guarded, Closing))]
pub async fn close(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    body: Body<CloseRequest>,
) -> Result<Response, Problem> {
    let request = keyed(&caller, &key, "POST cash/close", &body.bytes);
    let shift = body.value.shift;
    let command = body.value.command()?;
    let outcome = feature::close(&branch.journal, request, caller.role, shift, command).await?;
    let is_repeat = matches!(outcome, Outcome::Repeated(_));
    let view = ClosureView::of(&outcome.into_inner(), &branch.journal.configuration().zone);
    let view = view.ok_or_else(|| Problem::from(Code::Internal))?;
    Ok(marked(answer::json(StatusCode::OK, &view), is_repeat))
}

fn made(branch: &Branch, outcome: Outcome<Seen>) -> Response {
    let is_repeat = matches!(outcome, Outcome::Repeated(_));
    let status = if is_repeat { StatusCode::OK } else { StatusCode::CREATED };
    let view = ShiftView::of(&outcome.into_inner(), &branch.journal.configuration().zone);
    marked(answer::json(status, &view), is_repeat)
}

fn marked(mut response: Response, is_repeat: bool) -> Response {
    if is_repeat {
        response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    response
}

/// Which counts are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ClosuresParams {
    /// 20 unless told otherwise.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Lists the counts, the latest first: one's own, or everybody's for whoever may see the reports.
///
/// Needs `cash.shift`.
#[utoipa::path(get, path = "/api/v1/cash/closures", operation_id = "list_closures", tag = "cash",
    params(ClosuresParams), responses((status = 200, body = List<ClosureView>), Guarded, Asking))]
pub async fn closures(
    State(branch): State<Branch>,
    caller: Caller,
    params: Result<Query<ClosuresParams>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(params) = params.map_err(|error| Problem::from(Code::RequestMalformed).detail(error.body_text()))?;
    let malformed = || Problem::from(Code::RequestMalformed).detail("cursor is next_cursor of the page before");
    let before = params.cursor.map(|text| cursor(&text).ok_or_else(malformed)).transpose()?;
    let limit = params.limit.unwrap_or(LIMITS.0).clamp(1, LIMITS.1);
    let whose = if caller.may(Permission::CashReports) { Whose::Everybody } else { Whose::Of(caller.actor) };
    let read = branch.journal.readers().read(move |connection| {
        let mut shifts = queries::closed_shifts(connection, whose, before, limit + 1)?;
        let goes_on = shifts.len() > limit as usize;
        shifts.truncate(limit as usize);
        let next = shifts.last().filter(|_| goes_on).map(cursor_of);
        let seen = shifts.into_iter().map(|shift| Seen::of(connection, shift));
        Ok((seen.collect::<rusqlite::Result<Vec<_>>>()?, next))
    });
    let (seen, next_cursor) = read.await?;
    let zone = branch.journal.configuration().zone.clone();
    let items: Vec<ClosureView> = seen.iter().filter_map(|seen| ClosureView::of(seen, &zone)).collect();
    Ok(answer::json(StatusCode::OK, &List { items, next_cursor }))
}

fn cursor_of(shift: &Shift) -> String {
    let at = shift.closed().map_or(0, |closed| closed.at.as_microsecond());
    format!("{at}~{}", shift.id)
}

fn cursor(text: &str) -> Option<(i64, ShiftId)> {
    let (at, id) = text.split_once('~')?;
    Some((at.parse().ok()?, id.parse().ok()?))
}

/// Shows a count: one's own, or anybody's for whoever may see the reports.
///
/// Needs `cash.shift`.
#[utoipa::path(get, path = "/api/v1/cash/closures/{id}", operation_id = "show_closure", tag = "cash",
    params(("id" = ShiftId, Path)), responses((status = 200, body = ClosureView), Guarded, Finding))]
pub async fn closure(
    State(branch): State<Branch>,
    caller: Caller,
    Path(shift): Path<String>,
) -> Result<Response, Problem> {
    let shift: ShiftId = id(&shift)?;
    let read = branch.journal.readers().read(move |connection| {
        let shift = Shift::load(connection, shift.uuid())?;
        shift.map(|shift| Seen::of(connection, shift)).transpose()
    });
    let may_see = |seen: &Seen| seen.shift.user == caller.actor || caller.may(Permission::CashReports);
    let seen = read.await?.filter(may_see);
    let view = seen.and_then(|seen| ClosureView::of(&seen, &branch.journal.configuration().zone));
    let view = view.ok_or_else(|| Problem::from(Code::NotFound))?;
    Ok(answer::json(StatusCode::OK, &view))
}

/// Closes the day: a report of everything since the one before it, whoever took it, with a number of its own.
///
/// Needs `cash.reports`. The journal's hash stands on it, so that paper shows whether anything before it was changed.
#[utoipa::path(post, path = "/api/v1/cash/reports/z", operation_id = "report_z", tag = "cash", params(IdempotencyKey),
    responses(
        (status = 201, body = ReportZView), (status = 200, description = "A repeat: the same report", body = ReportZView),
        Guarded, Reporting,
    ))]
pub async fn report_z(State(branch): State<Branch>, caller: Caller, key: IdempotencyKey) -> Result<Response, Problem> {
    let request = keyed(&caller, &key, "POST cash/reports/z", &[]);
    let outcome = feature::close_day(&branch.journal, request, caller.role).await?;
    let is_repeat = matches!(outcome, Outcome::Repeated(_));
    let status = if is_repeat { StatusCode::OK } else { StatusCode::CREATED };
    let view = ReportZView::of(&outcome.into_inner(), &branch.journal.configuration().zone);
    Ok(marked(answer::json(status, &view), is_repeat))
}

/// Lists the reports of the last hundred days, the latest first.
///
/// Needs `cash.reports`.
#[utoipa::path(get, path = "/api/v1/cash/reports/z", operation_id = "list_reports_z", tag = "cash",
    responses((status = 200, body = List<ReportZView>), Guarded))]
pub async fn reports_z(State(branch): State<Branch>) -> Result<Response, Problem> {
    let read = branch.journal.readers().read(|connection| queries::day_reports(connection, LIMITS.1));
    let zone = branch.journal.configuration().zone.clone();
    let reports = read.await?;
    Ok(answer::json(StatusCode::OK, &List::whole(reports.iter().map(|report| ReportZView::of(report, &zone)))))
}

/// Shows how the day stands, without closing anything: what orders brought in, and what should be in each drawer.
///
/// Needs `cash.reports`.
#[utoipa::path(get, path = "/api/v1/cash/reports/x", operation_id = "report_x", tag = "cash",
    responses((status = 200, body = ReportXView), Guarded))]
pub async fn report_x(State(branch): State<Branch>) -> Result<Response, Problem> {
    let configuration = branch.journal.configuration();
    let zone = configuration.zone.clone();
    let now = branch.journal.environment().clock.now();
    let day = comanda_shared::time::business_day(now, &zone, configuration.settings.day_starts_at);
    let read = branch.journal.readers().read(move |connection| {
        let moment = connection.unchecked_transaction()?;
        let takings = queries::takings_of_day(&moment, day)?;
        let shifts = queries::open_shifts(&moment)?.into_iter().map(|shift| open_now(&moment, shift, &zone));
        let shifts = shifts.collect::<rusqlite::Result<Vec<_>>>()?;
        Ok(ReportXView::of(day, LocalInstant::at(now, &zone), &takings, shifts))
    });
    Ok(answer::json(StatusCode::OK, &read.await?))
}

fn open_now(connection: &Connection, shift: Shift, zone: &jiff::tz::TimeZone) -> rusqlite::Result<OpenShiftView> {
    let takings = queries::takings_of_shift(connection, shift.id)?;
    Ok(OpenShiftView::of(&Seen::of(connection, shift)?, &takings, zone))
}
