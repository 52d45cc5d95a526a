//! The orders in what was handed in: shown, and counted or put aside as a person decides.

use std::collections::BTreeMap;

use comanda_shared::event::{Event, Header};
use comanda_shared::ids::OrderId;
use comanda_shared::order::{Order, OrderEvent};
use comanda_shared::protocol::PersonalData;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::store::{self, Handed};
use crate::db::{Database, DbError, Transaction, for_company};
use crate::ingest::read::ReadEntry;
use crate::ingest::store::{self as ingest, Place, PlacedEntry};
use crate::ingest::{Projection, project};
use crate::orders;

/// How an order that was handed in stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// A person is to decide.
    Waiting,
    /// It counts.
    Accepted,
    /// It does not.
    SetAside,
    /// It was begun before, so that the branch went on with it elsewhere: it cannot be counted as it is here.
    Continued,
}

/// An order in what was handed in.
#[derive(Clone, Debug, Serialize)]
pub struct Item {
    /// The order.
    pub order: OrderId,
    /// How it stands.
    pub status: Standing,
    /// What people called it; none of one that was begun before.
    pub number: Option<String>,
    /// What identifies it for good.
    pub consecutive: Option<String>,
    /// When it was taken.
    pub placed_at: Option<String>,
    /// Minor units.
    pub total: Option<i64>,
    /// What was paid of it, minor units.
    pub paid: Option<i64>,
    /// Entries about it.
    pub entries: usize,
    /// The order it became part of: they are decided together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<OrderId>,
}

/// All that was handed in of a branch.
#[derive(Clone, Debug, Serialize)]
pub struct Review {
    /// The orders, as they were taken.
    pub items: Vec<Item>,
    /// Entries that are about no order: shifts, printers, staff. They are kept, and counted nowhere.
    pub others: usize,
}

/// Why something was not decided.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// There is no such order in what was handed in.
    #[error("no such order was handed in")]
    Unknown,
    /// It cannot be accepted.
    #[error("the branch went on with this order elsewhere: enter by hand what is missing")]
    Continued,
    /// It is decided with the one it became part of.
    #[error("this order is part of {0} by now: decide about that one")]
    Merged(OrderId),
    /// It was decided otherwise.
    #[error("it was decided otherwise before")]
    Decided,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<tokio_postgres::Error> for DecideError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Db(error.into())
    }
}

#[derive(Default)]
struct Gathered {
    state: Option<Order>,
    entries: usize,
    merged_into: Option<OrderId>,
}

/// What was handed in of a branch.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn review(transaction: &Transaction<'_>, place: Place) -> Result<Review, DbError> {
    let handed = store::handed_in(transaction, place, false).await?;
    let (gathered, others) = gather(&handed);
    let decisions = store::decisions(transaction, place).await?;
    let ids: Vec<OrderId> = gathered.keys().copied().collect();
    let there = orders::load(transaction, place, &ids).await?;
    let mut items: Vec<Item> = gathered
        .iter()
        .map(|(id, order)| {
            let status = match decisions.get(id) {
                Some(true) => Standing::Accepted,
                Some(false) => Standing::SetAside,
                None if order.state.is_none() || there.contains_key(id) => Standing::Continued,
                None => Standing::Waiting,
            };
            let state = order.state.as_ref();
            let paid = |state: &Order| state.payments.iter().map(|payment| payment.taken.amount.minor()).sum();
            Item {
                order: *id,
                status,
                number: state.map(|state| state.number.clone()),
                consecutive: state.map(|state| state.consecutive.clone()),
                placed_at: state.map(|state| state.created_at.to_string()),
                total: state.map(|state| state.totals.total.minor()),
                paid: state.map(paid),
                entries: order.entries,
                merged_into: order.merged_into,
            }
        })
        .collect();
    items.sort_by(|one, other| (&one.placed_at, one.order).cmp(&(&other.placed_at, other.order)));
    Ok(Review { items, others })
}

fn gather(handed: &[Handed]) -> (BTreeMap<OrderId, Gathered>, usize) {
    let (mut gathered, mut others) = (BTreeMap::<OrderId, Gathered>::new(), 0);
    for handed in handed {
        let Some(id) = handed.order else {
            others += 1;
            continue;
        };
        let order = gathered.entry(id).or_default();
        order.entries += 1;
        let Some(event) = event_of(handed) else { continue };
        if let Event::Order(OrderEvent::Merged(merged)) = &event {
            order.merged_into = Some(merged.into);
        }
        Order::apply(&mut order.state, &event);
    }
    (gathered, others)
}

fn event_of(handed: &Handed) -> Option<Event> {
    let header: Header = serde_json::from_slice(&handed.entry.header).ok()?;
    let body = std::str::from_utf8(&handed.entry.body).ok()?;
    let event = Event::read(&header.kind, header.version, body).ok()?;
    let personal = match &handed.entry.personal {
        PersonalData::Kept { data, .. } => std::str::from_utf8(data).ok(),
        PersonalData::None | PersonalData::Erased { .. } => None,
    };
    if header.personal.is_none() { Some(event) } else { event.with_personal(personal).ok() }
}

/// Decides about an order, and all that became part of it. What is accepted counts from now on; said again, nothing more
/// happens.
///
/// # Errors
/// [`DecideError`]; then nothing has changed.
pub async fn decide(
    database: &Database,
    place: Place,
    order: OrderId,
    is_accepted: bool,
    by: &str,
) -> Result<(), DecideError> {
    let mut client = database.client().await?;
    let mut transaction = for_company(&mut client, place.company).await?;
    // As ingest does: what is counted here and what comes from the branch wait for each other.
    ingest::lock(&transaction, place).await?;
    let Review { items, .. } = review(&transaction, place).await?;
    let item = items.iter().find(|item| item.order == order).ok_or(DecideError::Unknown)?;
    if let Some(into) = item.merged_into {
        return Err(DecideError::Merged(into));
    }
    match (item.status, is_accepted) {
        (Standing::Waiting, _) | (Standing::Continued, false) => {}
        (Standing::Accepted, true) | (Standing::SetAside, false) => return Ok(()),
        (Standing::Accepted, false) | (Standing::SetAside, true) => return Err(DecideError::Decided),
        (Standing::Continued, true) => return Err(DecideError::Continued),
    }
    let parts = parts_of(&items, order);
    if is_accepted && parts.iter().any(|part| part.status != Standing::Waiting) {
        return Err(DecideError::Continued);
    }
    let meant: Vec<OrderId> = parts.iter().map(|part| part.order).collect();
    store::decide(&transaction, place, &meant, is_accepted, by).await?;
    if is_accepted {
        let accepted = store::handed_in(&transaction, place, true).await?;
        let new: Vec<Handed> =
            accepted.into_iter().filter(|handed| handed.order.is_some_and(|id| meant.contains(&id))).collect();
        project_handed(&mut transaction, place, &new).await?;
    }
    transaction.commit().await?;
    tracing::info!(branch.id = %place.branch, order.id = %order, is_accepted, by, "an order that was handed in is decided");
    Ok(())
}

/// An order with all that became part of it, and of that.
fn parts_of(items: &[Item], order: OrderId) -> Vec<&Item> {
    let mut parts: Vec<&Item> = items.iter().filter(|item| item.order == order).collect();
    let mut looked_at = 0;
    while let Some(whole) = parts.get(looked_at).map(|item| item.order) {
        looked_at += 1;
        parts.extend(items.iter().filter(|item| item.merged_into == Some(whole) && item.order != order));
    }
    parts
}

/// Counts all that was accepted once more, in a rebuild.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn project_accepted(transaction: &mut Transaction<'_>, place: Place) -> Result<(), DbError> {
    let accepted = store::handed_in(transaction, place, true).await?;
    project_handed(transaction, place, &accepted).await
}

async fn project_handed(transaction: &mut Transaction<'_>, place: Place, handed: &[Handed]) -> Result<(), DbError> {
    const ZONE: &str = "SELECT timezone FROM company WHERE company_id = $1";
    let zone: String = transaction.query_one(ZONE, &[&place.company.0]).await?.get(0);
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    let lives = ingest::lives(transaction, place).await?;
    for of_life in handed.chunk_by(|one, other| one.journal == other.journal) {
        let epoch = lives.iter().find(|life| life.life.journal == of_life[0].journal).map(|life| life.epoch);
        let read: Vec<ReadEntry> = of_life.iter().map(|handed| ReadEntry::of(&handed.entry)).collect();
        let placed = of_life.iter().zip(&read);
        let entries: Vec<PlacedEntry<'_>> = placed
            .map(|(handed, read)| PlacedEntry {
                sequence: handed.sequence,
                hash: handed.hash,
                entry: &handed.entry,
                read,
            })
            .collect();
        let projection = Projection { place, epoch: epoch.unwrap_or_default(), zone: zone.clone() };
        project(transaction, &projection, &entries).await?;
    }
    Ok(())
}
