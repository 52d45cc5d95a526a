//! The sums over orders: each day's, by type. Every one is the sum of what the orders themselves say, which a test
//! recounts from the journal.

use std::collections::BTreeMap;

use comanda_shared::money::Currency;
use comanda_shared::order::{Order, OrderType, Status};
use jiff::civil::Date;
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
        if matches!(order.status, Status::Merged { .. }) {
            // It counts with the order it is part of.
            return Self::default();
        }
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

    const fn add(&mut self, other: Self, sign: i64) {
        self.placed += sign * other.placed;
        self.cancelled += sign * other.cancelled;
        self.subtotal += sign * other.subtotal;
        self.discount += sign * other.discount;
        self.tax += sign * other.tax;
        self.total += sign * other.total;
    }
}

/// What the sums of some days move by.
#[derive(Default)]
pub struct Sales(BTreeMap<(Date, OrderType, Currency), Share>);

impl Sales {
    /// An order was this and is that: its day moves by the difference.
    pub fn follow(&mut self, before: Option<&Order>, now: &Order) {
        let (was, is) = (Share::of(before), Share::of(Some(now)));
        if was != is {
            let day = self.0.entry((now.business_day, now.order_type, now.currency)).or_default();
            day.add(is, 1);
            day.add(was, -1);
        }
    }

    /// Both together.
    pub fn join(&mut self, other: Self) {
        for (day, share) in other.0 {
            self.0.entry(day).or_default().add(share, 1);
        }
    }

    /// Moves the sums, and has nothing more to move them by.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn write(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        const ADD: &str = "
            INSERT INTO sales_day (business_day, type, currency, placed, cancelled, subtotal, discount, tax, total)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            ON CONFLICT (business_day, type, currency) DO UPDATE
               SET placed = placed + excluded.placed, cancelled = cancelled + excluded.cancelled,
                   subtotal = subtotal + excluded.subtotal, discount = discount + excluded.discount,
                   tax = tax + excluded.tax, total = total + excluded.total";
        for ((day, order_type, currency), share) in std::mem::take(&mut self.0) {
            let row = params![
                day.to_string(),
                order_type.as_str(),
                currency.code(),
                share.placed,
                share.cancelled,
                share.subtotal,
                share.discount,
                share.tax,
                share.total,
            ];
            connection.prepare_cached(ADD)?.execute(row)?;
        }
        Ok(())
    }
}
