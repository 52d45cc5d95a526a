//! Events → ledgers, times, sums.

use std::collections::{BTreeMap, BTreeSet};

use comanda_shared::event::Event;
use comanda_shared::ids::OrderId;
use comanda_shared::kitchen::{Ledger, MakingTime};
use comanda_shared::order::Order;
use jiff::tz::TimeZone;

use super::store::{self, Key, Times};
use super::sums::Sums;
use crate::db::{DbError, Transaction, all};
use crate::ingest::{Happened, Projection};
use crate::orders::{self, Orders};

/// The order whose ledger an event changes.
const fn order_of(event: &Event) -> Option<OrderId> {
    match event {
        Event::Order(event) => Some(event.order()),
        Event::Kitchen(event) => event.order(),
        _ => None,
    }
}

/// Ledgers by their orders.
pub type Ledgers = BTreeMap<OrderId, Ledger>;

/// The ledgers that events change, as they are stored.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn before(
    transaction: &Transaction<'_>,
    projection: &Projection,
    happened: &[Happened<'_>],
) -> Result<Ledgers, DbError> {
    let touched: BTreeSet<OrderId> = happened.iter().filter_map(|happened| order_of(happened.event)).collect();
    if touched.is_empty() {
        return Ok(Ledgers::new());
    }
    let touched: Vec<OrderId> = touched.into_iter().collect();
    store::load(transaction, projection.place, &touched).await
}

/// Writes what kitchens did. The orders that are known as they are by now are not read again.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn write(
    transaction: &Transaction<'_>,
    projection: &Projection,
    happened: &[Happened<'_>],
    before: &Ledgers,
    known: &Orders,
) -> Result<(), DbError> {
    let place = projection.place;
    let mut after: BTreeMap<OrderId, Option<Ledger>> = BTreeMap::new();
    for Happened { event, at, .. } in happened {
        if let Some(id) = order_of(event) {
            Ledger::apply(after.entry(id).or_insert_with(|| before.get(&id).cloned()), event, *at);
        }
    }
    let there = after.into_iter().filter_map(|(id, ledger)| Some((id, ledger?)));
    let changed: Ledgers = there.filter(|(id, ledger)| before.get(id) != Some(ledger)).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let is_unknown = |ledger: &&Ledger| ledger.times().next().is_some() && !known.contains_key(&ledger.order);
    let unknown: Vec<OrderId> = changed.values().filter(is_unknown).map(|ledger| ledger.order).collect();
    let read = if unknown.is_empty() { Orders::new() } else { orders::load(transaction, place, &unknown).await? };
    let order = |id| known.get(id).or_else(|| read.get(id));
    let made = changed.values().filter_map(|ledger| Some((order(&ledger.order)?, ledger)));
    let is: Times = made.flat_map(|(order, ledger)| times_of(order, ledger, &projection.zone)).collect();
    // What was made of the ledgers before, and what is made of them now, which may be another order's yet.
    let made_before = changed.keys().filter_map(|id| before.get(id)).flat_map(Ledger::times);
    let keys = made_before.map(|time| (time.line, time.station)).chain(is.keys().copied());
    let keys: BTreeSet<Key> = keys.collect();
    let (saved, was) =
        tokio::join!(store::save(transaction, place, &changed), store::times(transaction, place, keys.into_iter()));
    saved?;
    let mut was = was?;
    // A line that went over to another order before is that order's.
    was.retain(|key, row| changed.contains_key(&row.order) || is.contains_key(key));

    let mut sums = Sums::default();
    let gone: Vec<_> = was.iter().filter(|(key, row)| is.get(key) != Some(row)).collect();
    let come: Vec<_> = is.iter().filter(|(key, row)| was.get(key) != Some(row)).collect();
    gone.iter().for_each(|(_, row)| sums.count(row, -1));
    come.iter().for_each(|(_, row)| sums.count(row, 1));
    store::remove(transaction, place, gone.into_iter().map(|(key, _)| *key)).await?;
    let (inserted, moved) = tokio::join!(store::insert(transaction, place, &come), sums.write(transaction, place));
    all([inserted, moved])
}

fn times_of<'o>(
    order: &'o Order,
    ledger: &'o Ledger,
    zone: &'o TimeZone,
) -> impl Iterator<Item = (Key, store::Row)> + 'o {
    let row = |time: MakingTime| {
        let line = order.line(time.line)?;
        let row = store::Row {
            order: order.id,
            product: line.product,
            station: time.station,
            day: order.business_day,
            hour: time.fired_at.to_zoned(zone.clone()).hour().into(),
            received_at: order.created_at,
            fired_at: time.fired_at,
            started_at: time.started_at,
            ready_at: time.ready_at,
            target_seconds: line.seconds_to_make().into(),
        };
        Some(((time.line, time.station), row))
    };
    ledger.times().filter_map(row)
}
