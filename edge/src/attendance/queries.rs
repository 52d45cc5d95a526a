//! Reads of who was at work.

use comanda_shared::attendance::ClockEntry;
use comanda_shared::ids::StaffId;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, params};

use crate::journal::document;

/// Stays that one report looks at; a year of fifty people has fewer.
const MOST: u32 = 50_000;

/// The stays of some days of business, the first day first.
///
/// # Errors
/// When SQLite cannot read.
pub fn between(connection: &Connection, from: Date, to: Date) -> rusqlite::Result<Vec<ClockEntry>> {
    const BETWEEN: &str = "
        SELECT document FROM clock_entry WHERE business_day BETWEEN ?1 AND ?2
         ORDER BY business_day, in_at, id LIMIT ?3";
    let days = params![from.to_string(), to.to_string(), MOST];
    connection.prepare_cached(BETWEEN)?.query_map(days, |row| document::read(row, 0))?.collect()
}

/// The stays that have no end yet, whenever they began.
///
/// # Errors
/// When SQLite cannot read.
pub fn open(connection: &Connection) -> rusqlite::Result<Vec<ClockEntry>> {
    const OPEN: &str = "SELECT document FROM clock_entry WHERE status = 'in' ORDER BY in_at, id LIMIT 1000";
    connection.prepare_cached(OPEN)?.query_map([], |row| document::read(row, 0))?.collect()
}

/// The stays of somebody on a day of business.
///
/// # Errors
/// When SQLite cannot read.
pub fn of_day(connection: &Connection, staff: StaffId, day: Date) -> rusqlite::Result<Vec<ClockEntry>> {
    let all = between(connection, day, day)?;
    Ok(all.into_iter().filter(|entry| entry.staff == staff).collect())
}

/// Whether the stay of the same person right before this one has no end.
///
/// # Errors
/// When SQLite cannot read.
pub fn left_open_before(connection: &Connection, entry: &ClockEntry) -> rusqlite::Result<bool> {
    const BEFORE: &str = "
        SELECT status FROM clock_entry WHERE staff_id = ?1 AND in_at < ?2 ORDER BY in_at DESC, id LIMIT 1";
    let before = params![entry.staff.as_bytes(), entry.in_at.as_microsecond()];
    let status = connection.prepare_cached(BEFORE)?.query_row(before, |row| row.get::<_, String>(0)).optional()?;
    Ok(status.as_deref() == Some("unmarked"))
}
