//! Lists of alerts.

use comanda_shared::alert::{Alert, AlertKey};
use rusqlite::{Connection, OptionalExtension, params};

use crate::journal::document;

/// Open alerts a list has at most: a branch with more has one fault, not many.
const MOST_OPEN: u32 = 500;

/// The open alerts, what matters most first, then the oldest.
///
/// # Errors
/// When SQLite cannot read.
pub fn open(connection: &Connection) -> rusqlite::Result<Vec<Alert>> {
    const OPEN: &str = "SELECT document FROM alert WHERE closed_at IS NULL ORDER BY raised_at, id LIMIT ?1";
    let mut alerts = listed(connection, OPEN, MOST_OPEN)?;
    alerts.sort_by_key(|alert| std::cmp::Reverse(alert.matter.kind().severity()));
    Ok(alerts)
}

/// The alerts that were over last, the newest first.
///
/// # Errors
/// When SQLite cannot read.
pub fn closed(connection: &Connection, limit: u32) -> rusqlite::Result<Vec<Alert>> {
    const CLOSED: &str =
        "SELECT document FROM alert WHERE closed_at IS NOT NULL ORDER BY closed_at DESC, id DESC LIMIT ?1";
    listed(connection, CLOSED, limit)
}

/// The last alert about this, open or over.
///
/// # Errors
/// When SQLite cannot read.
pub fn last_about(connection: &Connection, key: &AlertKey) -> rusqlite::Result<Option<Alert>> {
    const LAST: &str = "
        SELECT document FROM alert WHERE kind = ?1 AND subject = ?2 ORDER BY raised_at DESC, id DESC LIMIT 1";
    let key = params![key.kind.as_str(), key.subject.as_bytes()];
    connection.prepare_cached(LAST)?.query_row(key, |row| document::read(row, 0)).optional()
}

fn listed(connection: &Connection, list: &str, limit: u32) -> rusqlite::Result<Vec<Alert>> {
    let mut statement = connection.prepare_cached(list)?;
    let rows = statement.query_map(params![limit], |row| document::read(row, 0))?;
    rows.collect()
}
