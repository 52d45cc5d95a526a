//! Reads of how long the kitchen takes.

use std::collections::BTreeMap;

use comanda_shared::ids::{OrderId, ProductId, StationId};
use comanda_shared::kitchen::Made;
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, params};
use uuid::Uuid;

/// Lines that one report looks at; a year of a busy branch has fewer.
const MOST: u32 = 400_000;
/// Lines of a station that say how fast it has been lately.
const LATELY: u32 = 80;

/// A line at a station, made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LineTime {
    /// Of which order.
    pub order: OrderId,
    /// What was made.
    pub product: ProductId,
    /// Where.
    pub station: StationId,
    /// When the order was taken.
    pub received_at: Timestamp,
    /// When the station said that it begins, if it did.
    pub started_at: Option<Timestamp>,
    /// When it was fired, and when it was made.
    pub made: Made,
}

/// The lines made in orders of some days of business, the first made first.
///
/// # Errors
/// When SQLite cannot read.
pub fn lines_between(connection: &Connection, from: Date, to: Date) -> rusqlite::Result<Vec<LineTime>> {
    const LINES: &str = "
        SELECT order_id, product_id, station_id, received_at, started_at, fired_at, ready_at, target_seconds
          FROM kitchen_time WHERE business_day BETWEEN ?1 AND ?2 ORDER BY business_day, ready_at LIMIT ?3";
    let mut statement = connection.prepare_cached(LINES)?;
    let rows = statement.query_map(params![from.to_string(), to.to_string(), MOST], |row| {
        Ok(LineTime {
            order: OrderId::from_uuid(Uuid::from_bytes(row.get(0)?)),
            product: ProductId::from_uuid(Uuid::from_bytes(row.get(1)?)),
            station: StationId::from_uuid(Uuid::from_bytes(row.get(2)?)),
            received_at: instant(row.get(3)?),
            started_at: row.get::<_, Option<i64>>(4)?.map(instant),
            made: Made { fired_at: instant(row.get(5)?), ready_at: instant(row.get(6)?), target_seconds: row.get(7)? },
        })
    })?;
    rows.collect()
}

/// What a station made last, of what it made at or after an instant.
///
/// # Errors
/// When SQLite cannot read.
pub fn made_lately(connection: &Connection, station: StationId, since: Timestamp) -> rusqlite::Result<Vec<Made>> {
    const LAST: &str = "
        SELECT fired_at, ready_at, target_seconds FROM kitchen_time
         WHERE station_id = ?1 AND ready_at >= ?2 ORDER BY ready_at DESC LIMIT ?3";
    let mut statement = connection.prepare_cached(LAST)?;
    let rows = statement.query_map(params![station.as_bytes(), since.as_microsecond(), LATELY], |row| {
        Ok(Made { fired_at: instant(row.get(0)?), ready_at: instant(row.get(1)?), target_seconds: row.get(2)? })
    })?;
    rows.collect()
}

/// How many lines each station has to make, on cards that came to its screen at or after an instant.
///
/// # Errors
/// When SQLite cannot read.
pub fn to_make(connection: &Connection, since: Timestamp) -> rusqlite::Result<BTreeMap<StationId, u32>> {
    const TO_MAKE: &str = "
        SELECT station_id, sum(to_make) FROM kitchen_card
         WHERE bumped_at IS NULL AND fired_at >= ?1 GROUP BY station_id ORDER BY station_id LIMIT 1000";
    let mut statement = connection.prepare_cached(TO_MAKE)?;
    let rows = statement.query_map(params![since.as_microsecond()], |row| {
        Ok((StationId::from_uuid(Uuid::from_bytes(row.get(0)?)), row.get(1)?))
    })?;
    rows.collect()
}

/// Stored as microseconds since 1970 by this program: none is out of range.
fn instant(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}
