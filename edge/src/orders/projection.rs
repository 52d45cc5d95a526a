//! The sums over orders: each day's, by type. Every one is the sum of what the orders themselves say, which a test
//! recounts from the journal.

use comanda_shared::order::{Order, Status};
use rusqlite::{Connection, params};

/// What one order adds to its day.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
struct Share {
    placed: i64,
    cancelled: i64,
    subtotal: i64,
    discount: i64,
    tax: i64,
    total: i64,
}

impl Share {
    fn of(order: Option<&Order>) -> Self {
        let Some(order) = order else { return Self::default() };
        if matches!(order.status, Status::Cancelled { .. }) {
            return Self { placed: 1, cancelled: 1, ..Self::default() };
        }
        let totals = &order.totals;
        Self {
            placed: 1,
            cancelled: 0,
            subtotal: totals.subtotal.minor(),
            discount: totals.discount.minor(),
            tax: totals.tax.minor(),
            total: totals.total.minor(),
        }
    }
}

/// Moves the sums from what the order was to what it is.
///
/// # Errors
/// When SQLite cannot write.
pub fn project(connection: &Connection, before: Option<&Order>, now: &Order) -> rusqlite::Result<()> {
    const ADD: &str = "
        INSERT INTO sales_day (business_day, type, currency, placed, cancelled, subtotal, discount, tax, total)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT (business_day, type, currency) DO UPDATE
           SET placed = placed + excluded.placed, cancelled = cancelled + excluded.cancelled,
               subtotal = subtotal + excluded.subtotal, discount = discount + excluded.discount,
               tax = tax + excluded.tax, total = total + excluded.total";
    let (was, is) = (Share::of(before), Share::of(Some(now)));
    if was == is {
        return Ok(());
    }
    let row = params![
        now.business_day.to_string(),
        now.order_type.as_str(),
        now.currency.code(),
        is.placed - was.placed,
        is.cancelled - was.cancelled,
        is.subtotal - was.subtotal,
        is.discount - was.discount,
        is.tax - was.tax,
        is.total - was.total,
    ];
    connection.prepare_cached(ADD)?.execute(row).map(drop)
}
