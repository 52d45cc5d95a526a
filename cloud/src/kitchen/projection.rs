//! Events → ledgers, times, sums.

use std::collections::BTreeMap;

use comanda_shared::event::Event;
use comanda_shared::ids::OrderId;
use comanda_shared::kitchen::{Ledger, MakingTime};
use comanda_shared::order::Order;
use jiff::tz::TimeZone;

use super::store::{self, Times};
use super::sums::Sums;
use crate::db::{DbError, Transaction};
use crate::ingest::{Happened, Projection};
use crate::orders;

/// The order whose ledger an event changes.
const fn order_of(event: &Event) -> Option<OrderId> {
    match event {
        Event::Order(event) => Some(event.order()),
        Event::Kitchen(event) => event.order(),
        _ => None,
    }
}

/// Projects what kitchens did. The orders are projected already; those that are known as they are by now are not read again.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn apply(
    transaction: &Transaction<'_>,
    projection: &Projection,
    happened: &[Happened],
    mut known: BTreeMap<OrderId, Order>,
) -> Result<(), DbError> {
    let place = projection.place;
    let touched: Vec<OrderId> = happened.iter().filter_map(|happened| order_of(&happened.event)).collect();
    if touched.is_empty() {
        return Ok(());
    }
    let before = store::load(transaction, place, &touched).await?;
    let mut after: BTreeMap<OrderId, Option<Ledger>> =
        touched.iter().map(|id| (*id, before.get(id).cloned())).collect();
    for Happened { event, at, .. } in happened {
        if let Some(state) = order_of(event).and_then(|id| after.get_mut(&id)) {
            Ledger::apply(state, event, *at);
        }
    }
    let there = after.into_iter().filter_map(|(id, ledger)| Some((id, ledger?)));
    let changed: BTreeMap<OrderId, Ledger> = there.filter(|(id, ledger)| before.get(id) != Some(ledger)).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let is_needed = |ledger: &&Ledger| ledger.times().next().is_some() && !known.contains_key(&ledger.order);
    let unknown: Vec<OrderId> = changed.values().filter(is_needed).map(|ledger| ledger.order).collect();
    if !unknown.is_empty() {
        known.append(&mut orders::load(transaction, place, &unknown).await?);
    }
    let made = changed.values().filter_map(|ledger| Some((known.get(&ledger.order)?, ledger)));
    let is: Times = made.flat_map(|(order, ledger)| times_of(order, ledger, &projection.zone)).collect();
    let of: Vec<OrderId> = changed.keys().copied().collect();
    let ((), was) = tokio::try_join!(
        store::save(transaction, place, &changed),
        store::times(transaction, place, &of, is.keys().map(|(line, _)| *line)),
    )?;

    let mut sums = Sums::default();
    let gone: Vec<_> = was.iter().filter(|(key, row)| is.get(key) != Some(row)).collect();
    let come: Vec<_> = is.iter().filter(|(key, row)| was.get(key) != Some(row)).collect();
    gone.iter().for_each(|(_, row)| sums.count(row, -1));
    come.iter().for_each(|(_, row)| sums.count(row, 1));
    store::remove(transaction, place, gone.into_iter().map(|(key, _)| *key)).await?;
    tokio::try_join!(store::insert(transaction, place, &come), sums.write(transaction, place))?;
    Ok(())
}

fn times_of<'o>(
    order: &'o Order,
    ledger: &'o Ledger,
    zone: &'o TimeZone,
) -> impl Iterator<Item = (store::Key, store::Row)> + 'o {
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
