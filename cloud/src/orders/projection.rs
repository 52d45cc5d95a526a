//! Events → orders, lines, sums; and with the orders, their payments.

use std::collections::BTreeMap;

use comanda_shared::event::Event;
use comanda_shared::ids::OrderId;
use comanda_shared::order::{Order, OrderEvent};

use super::store;
use super::sums::Sums;
use crate::cash::{Takings, save_payments};
use crate::db::{DbError, Transaction};
use crate::ingest::Projection;

const fn order_of(event: &Event) -> Option<OrderId> {
    match event {
        Event::Order(event) => Some(event.order()),
        _ => None,
    }
}

/// Projects what happened to orders, and gives those orders as they are by now.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn apply(
    transaction: &Transaction<'_>,
    projection: &Projection,
    events: &[&Event],
) -> Result<BTreeMap<OrderId, Order>, DbError> {
    let touched: Vec<OrderId> = events.iter().filter_map(|event| order_of(event)).collect();
    if touched.is_empty() {
        return Ok(BTreeMap::new());
    }
    let before = store::load(transaction, projection.place, &touched).await?;
    let mut after: BTreeMap<OrderId, Option<Order>> = touched.iter().map(|id| (*id, before.get(id).cloned())).collect();
    for event in events {
        if let Some(state) = order_of(event).and_then(|id| after.get_mut(&id)) {
            Order::apply(state, event);
        }
    }
    let after: Vec<Order> = after.into_values().flatten().collect();
    let (mut sums, mut takings) = (Sums::default(), Takings::default());
    for (orders, sign) in [(before.values().collect::<Vec<_>>(), -1), (after.iter().collect(), 1)] {
        for order in orders {
            sums.count(order, &projection.zone, sign);
            takings.count(order, sign);
        }
    }
    for event in events {
        if let Event::Order(OrderEvent::PersonalErased(erased)) = event {
            store::blank_personal(transaction, projection.place, erased.order.uuid()).await?;
        }
    }
    // Lines that went over to another order are in its rows now.
    let has_fewer = |order: &&Order| before.get(&order.id).is_some_and(|was| was.lines.len() > order.lines.len());
    let fewer: Vec<&Order> = after.iter().filter(has_fewer).collect();
    let place = projection.place;
    // No one of these reads what another writes: said in a row, without waiting for each answer.
    tokio::try_join!(
        store::save(transaction, place, &after),
        store::save_lines(transaction, place, &after),
        store::remove_lines(transaction, place, &fewer),
        save_payments(transaction, place, &after),
        sums.write(transaction, place),
        takings.write(transaction, place),
    )?;
    Ok(after.into_iter().map(|order| (order.id, order)).collect())
}
