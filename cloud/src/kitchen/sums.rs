//! Sums over what kitchens made: what a batch moves them by, written once for each row it touches.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::store::Row;
use crate::db::{DbError, Transaction};
use crate::ingest::store::Place;

/// What sums are moved by.
#[derive(Default)]
pub struct Sums(BTreeMap<SumKey, Sum>);

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct SumKey {
    day: Date,
    hour: i32,
    station: Uuid,
    product: Uuid,
}

#[derive(Default)]
struct Sum {
    lines: i64,
    late: i64,
    started: i64,
    started_seconds: i64,
    ready_seconds: i64,
}

impl Sums {
    /// Counts a line in (1) or out (-1).
    pub fn count(&mut self, row: &Row, sign: i64) {
        let key = SumKey { day: row.day, hour: row.hour, station: row.station.uuid(), product: row.product.uuid() };
        let sum = self.0.entry(key).or_default();
        let ready = seconds(row.fired_at, row.ready_at);
        sum.lines += sign;
        sum.ready_seconds += sign * ready;
        if ready > row.target_seconds {
            sum.late += sign;
        }
        if let Some(started) = row.started_at {
            sum.started += sign;
            sum.started_seconds += sign * seconds(row.fired_at, started);
        }
    }

    /// Moves the rows. One that counts nothing any more is removed, so that a rebuild has the same.
    ///
    /// # Errors
    /// When PostgreSQL refuses.
    pub async fn write(self, transaction: &Transaction<'_>, place: Place) -> Result<(), DbError> {
        const ADD: &str = "
            INSERT INTO kitchen_hour (company_id, branch_id, business_day, hour, station_id, product_id, lines, late,
                                      started, started_seconds, ready_seconds)
            SELECT $1::uuid, $2::uuid, *
              FROM UNNEST($3::date[], $4::int[], $5::uuid[], $6::uuid[], $7::bigint[], $8::bigint[], $9::bigint[],
                          $10::bigint[], $11::bigint[])
            ON CONFLICT (company_id, branch_id, business_day, hour, station_id, product_id) DO UPDATE
               SET lines = kitchen_hour.lines + excluded.lines,
                   late = kitchen_hour.late + excluded.late,
                   started = kitchen_hour.started + excluded.started,
                   started_seconds = kitchen_hour.started_seconds + excluded.started_seconds,
                   ready_seconds = kitchen_hour.ready_seconds + excluded.ready_seconds";
        const REMOVE: &str = "
            DELETE FROM kitchen_hour
             WHERE company_id = $1 AND branch_id = $2 AND business_day = ANY ($3) AND lines = 0";
        if self.0.is_empty() {
            return Ok(());
        }
        let (company, branch) = (place.company.0, place.branch.uuid());
        let days: Vec<Date> = self.0.keys().map(|key| key.day).collect();
        let hours: Vec<i32> = self.0.keys().map(|key| key.hour).collect();
        let stations: Vec<Uuid> = self.0.keys().map(|key| key.station).collect();
        let products: Vec<Uuid> = self.0.keys().map(|key| key.product).collect();
        let column = |of: fn(&Sum) -> i64| self.0.values().map(of).collect::<Vec<i64>>();
        let (lines, late, started) = (column(|sum| sum.lines), column(|sum| sum.late), column(|sum| sum.started));
        let (begun, made) = (column(|sum| sum.started_seconds), column(|sum| sum.ready_seconds));
        let parameters: [&(dyn ToSql + Sync); 11] =
            [&company, &branch, &days, &hours, &stations, &products, &lines, &late, &started, &begun, &made];
        transaction.execute(ADD, &parameters).await?;
        if self.0.values().any(|sum| sum.lines <= 0) {
            transaction.execute(REMOVE, &[&company, &branch, &days]).await?;
        }
        Ok(())
    }
}

fn seconds(from: Timestamp, to: Timestamp) -> i64 {
    to.duration_since(from).as_secs().max(0)
}
