//! The sums over payments and refunds, by shift, day and method. Every one is the sum of what the events say, which a test
//! recounts from the journal.
//!
//! They are written with the step that moves them, not once for a commit: a count may stand in the same commit behind a
//! payment, and has to see it.

use std::collections::BTreeMap;

use comanda_shared::cash::Taking;
use comanda_shared::event::Event;
use comanda_shared::ids::{OrderId, PaymentId, ShiftId};
use comanda_shared::money::Currency;
use comanda_shared::order::{OrderEvent, PaymentMethod};
use jiff::civil::Date;
use rusqlite::{Connection, params};
use uuid::Uuid;

/// Which sum: of a shift, a day of business, a method, a currency.
type Key = (Option<ShiftId>, Date, PaymentMethod, Currency);

/// What one command moves the sums by, and the payments it took.
#[derive(Default)]
pub struct TakingsMoved {
    sums: BTreeMap<Key, Taking>,
    payments: Vec<(PaymentId, OrderId)>,
}

impl TakingsMoved {
    /// Moves the sums by what happened.
    pub fn follow(&mut self, event: &Event) {
        match event {
            Event::Order(OrderEvent::PaymentTaken(taken)) => {
                self.payments.push((taken.payment, taken.order));
                let (amount, tip) = (taken.amount.minor(), taken.tip.minor());
                let key = (taken.shift, taken.business_day, taken.method, taken.amount.currency());
                self.add(key, Taking { payments: 1, amount, tip, ..Taking::default() });
            }
            Event::Order(OrderEvent::PaymentRefunded(back)) => {
                let (refunded, tip_refunded) = (back.amount.minor(), back.tip.minor());
                let key = (back.shift, back.business_day, back.method, back.amount.currency());
                self.add(key, Taking { refunds: 1, refunded, tip_refunded, ..Taking::default() });
            }
            _ => {}
        }
    }

    fn add(&mut self, key: Key, taking: Taking) {
        let sum = self.sums.entry(key).or_default();
        *sum = sum.plus(taking);
    }

    /// Moves the sums in the file.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        const ADD: &str = "
            INSERT INTO taking (shift_id, business_day, method, currency,
                                payments, amount, tip, refunds, refunded, tip_refunded)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            ON CONFLICT (shift_id, business_day, method, currency) DO UPDATE
               SET payments = payments + excluded.payments, amount = amount + excluded.amount,
                   tip = tip + excluded.tip, refunds = refunds + excluded.refunds,
                   refunded = refunded + excluded.refunded, tip_refunded = tip_refunded + excluded.tip_refunded";
        const PAYMENT: &str = "INSERT INTO payment (id, order_id) VALUES (?1, ?2)";
        for (payment, order) in &self.payments {
            connection.prepare_cached(PAYMENT)?.execute(params![payment.as_bytes(), order.as_bytes()])?;
        }
        for ((shift, day, method, currency), taking) in &self.sums {
            let shift = shift.map_or(Uuid::nil(), ShiftId::uuid);
            let row = params![
                shift.as_bytes(),
                day.to_string(),
                method.as_str(),
                currency.code(),
                taking.payments,
                taking.amount,
                taking.tip,
                taking.refunds,
                taking.refunded,
                taking.tip_refunded,
            ];
            connection.prepare_cached(ADD)?.execute(row)?;
        }
        Ok(())
    }
}
