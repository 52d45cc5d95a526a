//! Load and save of stays at work.

use comanda_shared::attendance::{ClockEntry, End};
use comanda_shared::ids::StaffId;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::journal::aggregates::Aggregate;
use crate::journal::document;

impl Aggregate for ClockEntry {
    fn load(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<Self>> {
        const LOAD: &str = "SELECT document FROM clock_entry WHERE id = ?1";
        document::load(connection, LOAD, id)
    }

    fn save(&self, connection: &Connection) -> rusqlite::Result<()> {
        const SAVE: &str = "
            INSERT OR REPLACE INTO clock_entry (id, staff_id, business_day, status, in_at, out_at, document)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let status = match self.end {
            End::Inside => "in",
            End::Out { .. } => "out",
            End::Unmarked => "unmarked",
        };
        let row = params![
            self.id.as_bytes(),
            self.staff.as_bytes(),
            self.business_day.to_string(),
            status,
            self.in_at.as_microsecond(),
            self.out_at().map(Timestamp::as_microsecond),
            document::write(self),
        ];
        connection.prepare_cached(SAVE)?.execute(row).map(drop)
    }
}

/// The stay of somebody that has no end yet.
///
/// # Errors
/// When SQLite cannot read.
pub fn open_of(connection: &Connection, staff: StaffId) -> rusqlite::Result<Option<ClockEntry>> {
    const OPEN: &str = "
        SELECT document FROM clock_entry WHERE staff_id = ?1 AND status = 'in' ORDER BY in_at DESC, id LIMIT 1";
    connection.prepare_cached(OPEN)?.query_row([staff.as_bytes()], |row| document::read(row, 0)).optional()
}

/// The stays of somebody that may have a moment between these two.
///
/// # Errors
/// When SQLite cannot read.
pub fn around(
    connection: &Connection,
    staff: StaffId,
    from: Timestamp,
    until: Timestamp,
) -> rusqlite::Result<Vec<ClockEntry>> {
    const AROUND: &str = "
        SELECT document FROM clock_entry
         WHERE staff_id = ?1 AND in_at < ?3
           AND (out_at > ?2 OR out_at IS NULL AND (status = 'in' OR in_at > ?2))
         ORDER BY in_at DESC, id LIMIT 1000";
    let span = params![staff.as_bytes(), from.as_microsecond(), until.as_microsecond()];
    connection.prepare_cached(AROUND)?.query_map(span, |row| document::read(row, 0))?.collect()
}
