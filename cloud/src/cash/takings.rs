//! What orders bring in by day and method: what a batch moves it by, written once for each row it touches.

use std::collections::BTreeMap;

use comanda_shared::cash::Taking;
use comanda_shared::order::{Order, PaymentMethod};
use jiff::civil::Date;
use tokio_postgres::types::ToSql;

use crate::db::{DbError, Transaction};
use crate::ingest::store::Place;

/// What the rows are moved by.
#[derive(Default)]
pub struct Takings(BTreeMap<(Date, PaymentMethod, String), Taking>);

impl Takings {
    /// Counts the money of an order in (1) or out (-1).
    pub fn count(&mut self, order: &Order, sign: i64) {
        for payment in &order.payments {
            let taken = &payment.taken;
            let key = (taken.business_day, taken.method, taken.amount.currency().code().to_owned());
            let sum = self.0.entry(key).or_default();
            sum.payments += sign;
            sum.amount += sign * taken.amount.minor();
            sum.tip += sign * taken.tip.minor();
            for refund in &payment.refunds {
                let key = (refund.business_day, refund.method, refund.amount.currency().code().to_owned());
                let sum = self.0.entry(key).or_default();
                sum.refunds += sign;
                sum.refunded += sign * refund.amount.minor();
                sum.tip_refunded += sign * refund.tip.minor();
            }
        }
    }

    /// Moves the rows.
    ///
    /// # Errors
    /// When PostgreSQL refuses.
    pub async fn write(mut self, transaction: &Transaction<'_>, place: Place) -> Result<(), DbError> {
        const ADD: &str = "
            INSERT INTO takings_day (company_id, branch_id, business_day, method, currency, payments, amount, tip,
                                     refunds, refunded, tip_refunded)
            SELECT $1::uuid, $2::uuid, *
              FROM UNNEST($3::date[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[],
                          $10::bigint[], $11::bigint[])
            ON CONFLICT (company_id, branch_id, business_day, method, currency) DO UPDATE
               SET payments = takings_day.payments + excluded.payments,
                   amount = takings_day.amount + excluded.amount,
                   tip = takings_day.tip + excluded.tip,
                   refunds = takings_day.refunds + excluded.refunds,
                   refunded = takings_day.refunded + excluded.refunded,
                   tip_refunded = takings_day.tip_refunded + excluded.tip_refunded";
        // What was counted out and in again.
        self.0.retain(|_, sum| *sum != Taking::default());
        if self.0.is_empty() {
            return Ok(());
        }
        let (company, branch) = (place.company.0, place.branch.uuid());
        let days: Vec<Date> = self.0.keys().map(|(day, _, _)| *day).collect();
        let methods: Vec<&str> = self.0.keys().map(|(_, method, _)| method.as_str()).collect();
        let currencies: Vec<&str> = self.0.keys().map(|(_, _, currency)| currency.as_str()).collect();
        let column = |of: fn(&Taking) -> i64| self.0.values().map(of).collect::<Vec<i64>>();
        let (payments, amounts, tips) = (column(|sum| sum.payments), column(|sum| sum.amount), column(|sum| sum.tip));
        let (refunds, refunded, back) =
            (column(|sum| sum.refunds), column(|sum| sum.refunded), column(|sum| sum.tip_refunded));
        let parameters: [&(dyn ToSql + Sync); 11] =
            [&company, &branch, &days, &methods, &currencies, &payments, &amounts, &tips, &refunds, &refunded, &back];
        transaction.execute(ADD, &parameters).await?;
        Ok(())
    }
}
