//! Events → orders, lines, sums; and with the orders, their payments.

use std::collections::{BTreeMap, BTreeSet};

use comanda_shared::event::Event;
use comanda_shared::ids::OrderId;
use comanda_shared::order::{Order, OrderEvent};

use super::store;
use super::sums::Sums;
use crate::cash::{Takings, save_payments};
use crate::db::{DbError, Transaction, all};
use crate::ingest::{Happened, Projection};

const fn order_of(event: &Event) -> Option<OrderId> {
    match event {
        Event::Order(event) => Some(event.order()),
        _ => None,
    }
}

/// Orders by their ids.
pub type Orders = BTreeMap<OrderId, Order>;

/// The orders that events are about, as they are stored.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn before(
    transaction: &Transaction<'_>,
    projection: &Projection,
    happened: &[Happened<'_>],
) -> Result<Orders, DbError> {
    let touched: BTreeSet<OrderId> = happened.iter().filter_map(|happened| order_of(happened.event)).collect();
    if touched.is_empty() {
        return Ok(Orders::new());
    }
    let touched: Vec<OrderId> = touched.into_iter().collect();
    store::load(transaction, projection.place, &touched).await
}

/// The same orders, as they are with the events.
pub fn after(before: &Orders, events: &[&Event]) -> Orders {
    let mut after: BTreeMap<OrderId, Option<Order>> = BTreeMap::new();
    for event in events {
        if let Some(id) = order_of(event) {
            Order::apply(after.entry(id).or_insert_with(|| before.get(&id).cloned()), event);
        }
    }
    after.into_iter().filter_map(|(id, order)| Some((id, order?))).collect()
}

/// Writes what became of orders.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn write(
    transaction: &Transaction<'_>,
    projection: &Projection,
    events: &[&Event],
    before: &Orders,
    after: &Orders,
) -> Result<(), DbError> {
    for event in events {
        if let Event::Order(OrderEvent::PersonalErased(erased)) = event {
            store::blank_personal(transaction, projection.place, erased.order.uuid()).await?;
        }
    }
    if after.is_empty() {
        return Ok(());
    }
    let (mut sums, mut takings) = (Sums::default(), Takings::default());
    for (orders, sign) in [(before, -1), (after, 1)] {
        for order in orders.values() {
            sums.count(order, &projection.zone, sign);
            takings.count(order, sign);
        }
    }
    // Lines that went over to another order are in its rows now.
    let has_fewer = |order: &&Order| before.get(&order.id).is_some_and(|was| was.lines.len() > order.lines.len());
    let fewer: Vec<&Order> = after.values().filter(has_fewer).collect();
    let place = projection.place;
    // No one of these reads what another writes: said in a row, without waiting for each answer.
    let (orders, lines, removed, payments, sums, takings) = tokio::join!(
        store::save(transaction, place, after),
        store::save_lines(transaction, place, before, after),
        store::remove_lines(transaction, place, &fewer),
        save_payments(transaction, place, before, after),
        sums.write(transaction, place),
        takings.write(transaction, place),
    );
    all([orders, lines, removed, payments, sums, takings])
}
