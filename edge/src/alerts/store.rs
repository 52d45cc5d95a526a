//! Load and save of alerts.

use comanda_shared::alert::{Alert, AlertKey};
use comanda_shared::ids::AlertId;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::journal::aggregates::Aggregate;
use crate::journal::document;

impl Aggregate for Alert {
    fn load(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<Self>> {
        const LOAD: &str = "SELECT document FROM alert WHERE id = ?1";
        document::load(connection, LOAD, id)
    }

    fn save(&self, connection: &Connection) -> rusqlite::Result<()> {
        const SAVE: &str = "
            INSERT INTO alert (id, kind, subject, raised_at, closed_at, document) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (id) DO UPDATE SET closed_at = excluded.closed_at, document = excluded.document";
        let AlertKey { kind, subject } = self.matter.key();
        let row = params![
            self.id.as_bytes(),
            kind.as_str(),
            subject.as_bytes(),
            self.raised_at.as_microsecond(),
            self.closed_at.map(|at| at.as_microsecond()),
            document::write(self),
        ];
        connection.prepare_cached(SAVE)?.execute(row).map(drop)
    }
}

/// The open alert about this.
///
/// # Errors
/// When SQLite cannot read.
pub fn open_about(connection: &Connection, key: &AlertKey) -> rusqlite::Result<Option<AlertId>> {
    const OPEN: &str = "SELECT id FROM alert WHERE kind = ?1 AND subject = ?2 AND closed_at IS NULL";
    let id = |row: &rusqlite::Row<'_>| Ok(AlertId::from_uuid(Uuid::from_bytes(row.get(0)?)));
    connection.prepare_cached(OPEN)?.query_row(params![key.kind.as_str(), key.subject.as_bytes()], id).optional()
}
