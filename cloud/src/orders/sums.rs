//! Sums over orders: what a batch moves them by, written once for each row it touches.

use std::collections::BTreeMap;

use comanda_shared::order::{LineState, Order, Status};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::store::{channel, ready_at};
use crate::db::{DbError, Transaction, all};
use crate::ingest::store::Place;

/// What sums are moved by.
#[derive(Default)]
pub struct Sums {
    hours: BTreeMap<HourKey, HourSum>,
    products: BTreeMap<ProductKey, ProductSum>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct HourKey {
    day: Date,
    hour: i32,
    order_type: &'static str,
    channel: String,
    currency: String,
}

#[derive(Default, PartialEq, Eq)]
struct HourSum {
    /// What was counted out of the row has been counted in before.
    is_there: bool,
    placed: i64,
    cancelled: i64,
    subtotal: i64,
    discount: i64,
    tax: i64,
    total: i64,
    ready: i64,
    ready_seconds: i64,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct ProductKey {
    day: Date,
    product: Uuid,
    currency: String,
}

#[derive(Default, PartialEq, Eq)]
struct ProductSum {
    /// Likewise.
    is_there: bool,
    quantity: i64,
    total: i64,
}

impl Sums {
    /// Counts an order in (1) or out (-1). What counts nothing still has its row, so that a rebuild has the same rows.
    pub fn count(&mut self, order: &Order, zone: &TimeZone, sign: i64) {
        let is_cancelled = matches!(order.status, Status::Cancelled { .. });
        let currency = || order.currency.code().to_owned();
        let hour = HourKey {
            day: order.business_day,
            hour: order.created_at.to_zoned(zone.clone()).hour().into(),
            order_type: order.order_type.as_str(),
            channel: channel(order),
            currency: currency(),
        };
        let sum = self.hours.entry(hour).or_default();
        sum.is_there |= sign < 0;
        if matches!(order.status, Status::Merged { .. }) {
            return; // It counts with the order it is part of.
        }
        sum.placed += sign;
        if is_cancelled {
            sum.cancelled += sign;
        } else {
            sum.subtotal += sign * order.totals.subtotal.minor();
            sum.discount += sign * order.totals.discount.minor();
            sum.tax += sign * order.totals.tax.minor();
            sum.total += sign * order.totals.total.minor();
        }
        if let (Some(accepted), Some(ready)) = (order.accepted_at, ready_at(order)) {
            sum.ready += sign;
            sum.ready_seconds += sign * ready.duration_since(accepted).as_secs();
        }
        for line in &order.lines {
            let key = ProductKey { day: order.business_day, product: line.product.uuid(), currency: currency() };
            let sum = self.products.entry(key).or_default();
            sum.is_there |= sign < 0;
            if !is_cancelled && line.state == LineState::Open {
                sum.quantity += sign * line.quantity.thousandths();
                sum.total += sign * line.amounts.total().minor();
            }
        }
    }

    /// Moves the rows that are moved by something, or are not there yet.
    ///
    /// # Errors
    /// When PostgreSQL refuses.
    pub async fn write(mut self, transaction: &Transaction<'_>, place: Place) -> Result<(), DbError> {
        self.hours.retain(|_, sum| *sum != HourSum { is_there: true, ..HourSum::default() });
        self.products.retain(|_, sum| *sum != ProductSum { is_there: true, ..ProductSum::default() });
        let (hours, products) =
            tokio::join!(self.write_hours(transaction, place), self.write_products(transaction, place));
        all([hours, products])
    }

    async fn write_hours(&self, transaction: &Transaction<'_>, place: Place) -> Result<(), DbError> {
        const ADD: &str = "
            INSERT INTO sales_hour (company_id, branch_id, business_day, hour, type, channel, currency, placed,
                                    cancelled, subtotal, discount, tax, total, ready, ready_seconds)
            SELECT $1::uuid, $2::uuid, *
              FROM UNNEST($3::date[], $4::int[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[],
                          $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[])
            ON CONFLICT (company_id, branch_id, business_day, hour, type, channel, currency) DO UPDATE
               SET placed = sales_hour.placed + excluded.placed,
                   cancelled = sales_hour.cancelled + excluded.cancelled,
                   subtotal = sales_hour.subtotal + excluded.subtotal,
                   discount = sales_hour.discount + excluded.discount,
                   tax = sales_hour.tax + excluded.tax,
                   total = sales_hour.total + excluded.total,
                   ready = sales_hour.ready + excluded.ready,
                   ready_seconds = sales_hour.ready_seconds + excluded.ready_seconds";
        if self.hours.is_empty() {
            return Ok(());
        }
        let (company, branch) = (place.company.0, place.branch.uuid());
        let days: Vec<Date> = self.hours.keys().map(|key| key.day).collect();
        let hours: Vec<i32> = self.hours.keys().map(|key| key.hour).collect();
        let types: Vec<&str> = self.hours.keys().map(|key| key.order_type).collect();
        let channels: Vec<&str> = self.hours.keys().map(|key| key.channel.as_str()).collect();
        let currencies: Vec<&str> = self.hours.keys().map(|key| key.currency.as_str()).collect();
        let column = |of: fn(&HourSum) -> i64| self.hours.values().map(of).collect::<Vec<i64>>();
        let (placed, cancelled) = (column(|sum| sum.placed), column(|sum| sum.cancelled));
        let (subtotals, discounts) = (column(|sum| sum.subtotal), column(|sum| sum.discount));
        let (taxes, totals) = (column(|sum| sum.tax), column(|sum| sum.total));
        let (ready, seconds) = (column(|sum| sum.ready), column(|sum| sum.ready_seconds));
        let parameters: [&(dyn ToSql + Sync); 15] = [
            &company,
            &branch,
            &days,
            &hours,
            &types,
            &channels,
            &currencies,
            &placed,
            &cancelled,
            &subtotals,
            &discounts,
            &taxes,
            &totals,
            &ready,
            &seconds,
        ];
        transaction.execute(ADD, &parameters).await?;
        Ok(())
    }

    async fn write_products(&self, transaction: &Transaction<'_>, place: Place) -> Result<(), DbError> {
        const ADD: &str = "
            INSERT INTO sales_product (company_id, branch_id, business_day, product_id, currency, quantity, total)
            SELECT $1::uuid, $2::uuid, *
              FROM UNNEST($3::date[], $4::uuid[], $5::text[], $6::bigint[], $7::bigint[])
            ON CONFLICT (company_id, branch_id, business_day, product_id, currency) DO UPDATE
               SET quantity = sales_product.quantity + excluded.quantity,
                   total = sales_product.total + excluded.total";
        if self.products.is_empty() {
            return Ok(());
        }
        let (company, branch) = (place.company.0, place.branch.uuid());
        let days: Vec<Date> = self.products.keys().map(|key| key.day).collect();
        let products: Vec<Uuid> = self.products.keys().map(|key| key.product).collect();
        let currencies: Vec<&str> = self.products.keys().map(|key| key.currency.as_str()).collect();
        let quantities: Vec<i64> = self.products.values().map(|sum| sum.quantity).collect();
        let totals: Vec<i64> = self.products.values().map(|sum| sum.total).collect();
        let parameters: [&(dyn ToSql + Sync); 7] =
            [&company, &branch, &days, &products, &currencies, &quantities, &totals];
        transaction.execute(ADD, &parameters).await?;
        Ok(())
    }
}
