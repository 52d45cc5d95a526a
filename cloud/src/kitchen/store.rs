//! Ledgers and times in PostgreSQL, many at once.

use std::collections::{BTreeMap, BTreeSet};

use comanda_shared::ids::{LineId, OrderId, ProductId, StationId};
use jiff::Timestamp;
use jiff::civil::Date;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::projection::Ledgers;
use crate::db::{DbError, Transaction};
use crate::ingest::store::Place;

/// A line at a station.
pub type Key = (LineId, StationId);
/// Lines that were made.
pub type Times = BTreeMap<Key, Row>;

/// A line at a station that has made it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Of which order.
    pub order: OrderId,
    /// What was made.
    pub product: ProductId,
    /// Where.
    pub station: StationId,
    /// The order's day of business.
    pub day: Date,
    /// The hour it was fired in, by the company's clock.
    pub hour: i32,
    /// When the order was taken.
    pub received_at: Timestamp,
    /// When the station was told to.
    pub fired_at: Timestamp,
    /// When it said that it begins, if it did.
    pub started_at: Option<Timestamp>,
    /// When it was made.
    pub ready_at: Timestamp,
    /// Seconds it should have taken.
    pub target_seconds: i64,
}

/// The ledgers of orders.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn load(transaction: &Transaction<'_>, place: Place, ids: &[OrderId]) -> Result<Ledgers, DbError> {
    // Each by its key, as orders are read.
    const LOAD: &str = "
        SELECT there.order_id, there.document
          FROM UNNEST($3::uuid[]) AS asked (order_id)
         CROSS JOIN LATERAL (SELECT order_id, document
                               FROM kitchen_ledger
                              WHERE company_id = $1 AND branch_id = $2 AND order_id = asked.order_id
                             OFFSET 0) AS there";
    let rows = transaction.query(LOAD, &[&place.company.0, &place.branch.uuid(), &uuids(ids)]).await?;
    let mut ledgers = Ledgers::new();
    for row in rows {
        let id = OrderId::from_uuid(row.get(0));
        match serde_json::from_slice(row.get(1)) {
            Ok(ledger) => drop(ledgers.insert(id, ledger)),
            // Written by this program: only an older or newer one can have written otherwise, and a rebuild mends it.
            Err(error) => tracing::error!(order.id = %id, %error, "a ledger cannot be read back: rebuild the branch"),
        }
    }
    Ok(ledgers)
}

/// Writes ledgers.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn save(transaction: &Transaction<'_>, place: Place, ledgers: &Ledgers) -> Result<(), DbError> {
    const SAVE: &str = "
        INSERT INTO kitchen_ledger (company_id, branch_id, order_id, document)
        SELECT $1::uuid, $2::uuid, * FROM UNNEST($3::uuid[], $4::bytea[])
        ON CONFLICT (company_id, branch_id, order_id) DO UPDATE SET document = excluded.document";
    let ids: Vec<Uuid> = ledgers.keys().map(|id| id.uuid()).collect();
    let document = |ledger| serde_json::to_vec(ledger).expect("a ledger is plain data, which JSON can always hold");
    let documents: Vec<Vec<u8>> = ledgers.values().map(document).collect();
    transaction.execute(SAVE, &[&place.company.0, &place.branch.uuid(), &ids, &documents]).await?;
    Ok(())
}

/// Those of the lines at stations that are there.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn times(
    transaction: &Transaction<'_>,
    place: Place,
    keys: impl Iterator<Item = Key>,
) -> Result<Times, DbError> {
    // Each by its key, as orders are read.
    const TIMES: &str = "
        SELECT there.*
          FROM UNNEST($3::uuid[], $4::uuid[]) AS asked (line_id, station_id)
         CROSS JOIN LATERAL (SELECT line_id, station_id, order_id, product_id, business_day, hour, received_at, fired_at,
                                    started_at, ready_at, target_seconds
                               FROM kitchen_time
                              WHERE company_id = $1 AND branch_id = $2
                                AND line_id = asked.line_id AND station_id = asked.station_id
                             OFFSET 0) AS there";
    let (lines, stations): (Vec<Uuid>, Vec<Uuid>) = keys.map(|(line, station)| (line.uuid(), station.uuid())).unzip();
    if lines.is_empty() {
        return Ok(Times::new());
    }
    let rows = transaction.query(TIMES, &[&place.company.0, &place.branch.uuid(), &lines, &stations]).await?;
    let time = |row: &tokio_postgres::Row| {
        let station = StationId::from_uuid(row.get(1));
        let time = Row {
            order: OrderId::from_uuid(row.get(2)),
            product: ProductId::from_uuid(row.get(3)),
            station,
            day: row.get(4),
            hour: row.get(5),
            received_at: row.get(6),
            fired_at: row.get(7),
            started_at: row.get(8),
            ready_at: row.get(9),
            target_seconds: row.get(10),
        };
        ((LineId::from_uuid(row.get(0)), station), time)
    };
    Ok(rows.iter().map(time).collect())
}

/// Removes lines that are not made any more, or are another order's.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn remove(
    transaction: &Transaction<'_>,
    place: Place,
    keys: impl Iterator<Item = Key>,
) -> Result<(), DbError> {
    const REMOVE: &str = "
        DELETE FROM kitchen_time WHERE company_id = $1 AND branch_id = $2 AND line_id = $3 AND station_id = $4";
    // Few: what was made is seldom made again.
    for (line, station) in keys {
        transaction.execute(REMOVE, &[&place.company.0, &place.branch.uuid(), &line.uuid(), &station.uuid()]).await?;
    }
    Ok(())
}

/// Inserts lines that were made.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn insert(transaction: &Transaction<'_>, place: Place, times: &[(&Key, &Row)]) -> Result<(), DbError> {
    const INSERT: &str = "
        INSERT INTO kitchen_time (company_id, branch_id, line_id, station_id, order_id, product_id, business_day, hour,
                                  received_at, fired_at, started_at, ready_at, target_seconds)
        SELECT $1::uuid, $2::uuid, *
          FROM UNNEST($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::date[], $8::int[], $9::timestamptz[],
                      $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::bigint[])";
    if times.is_empty() {
        return Ok(());
    }
    let (company, branch) = (place.company.0, place.branch.uuid());
    let lines: Vec<Uuid> = times.iter().map(|((line, _), _)| line.uuid()).collect();
    let stations: Vec<Uuid> = times.iter().map(|(_, row)| row.station.uuid()).collect();
    let orders: Vec<Uuid> = times.iter().map(|(_, row)| row.order.uuid()).collect();
    let products: Vec<Uuid> = times.iter().map(|(_, row)| row.product.uuid()).collect();
    let days: Vec<Date> = times.iter().map(|(_, row)| row.day).collect();
    let hours: Vec<i32> = times.iter().map(|(_, row)| row.hour).collect();
    let instants = |of: fn(&Row) -> Timestamp| times.iter().map(|(_, row)| of(row)).collect::<Vec<Timestamp>>();
    let (received, fired) = (instants(|row| row.received_at), instants(|row| row.fired_at));
    let started: Vec<Option<Timestamp>> = times.iter().map(|(_, row)| row.started_at).collect();
    let ready = instants(|row| row.ready_at);
    let targets: Vec<i64> = times.iter().map(|(_, row)| row.target_seconds).collect();
    let parameters: [&(dyn ToSql + Sync); 13] = [
        &company, &branch, &lines, &stations, &orders, &products, &days, &hours, &received, &fired, &started, &ready,
        &targets,
    ];
    transaction.execute(INSERT, &parameters).await?;
    Ok(())
}

/// Each once.
fn uuids(ids: &[OrderId]) -> Vec<Uuid> {
    let ids: BTreeSet<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    ids.into_iter().collect()
}

/// Removes what is derived of a branch, before a rebuild.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn forget(transaction: &Transaction<'_>, place: Place) -> Result<(), DbError> {
    const FORGET: [&str; 3] = [
        "DELETE FROM kitchen_ledger WHERE company_id = $1 AND branch_id = $2",
        "DELETE FROM kitchen_time WHERE company_id = $1 AND branch_id = $2",
        "DELETE FROM kitchen_hour WHERE company_id = $1 AND branch_id = $2",
    ];
    for statement in FORGET {
        transaction.execute(statement, &[&place.company.0, &place.branch.uuid()]).await?;
    }
    Ok(())
}
