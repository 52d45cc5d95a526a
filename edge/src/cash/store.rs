//! Load and save of a shift.

use comanda_shared::cash::{DayClosed, Shift};
use comanda_shared::staff::Actor;
use jiff::Timestamp;
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::journal::aggregates::Aggregate;
use crate::journal::document;

impl Aggregate for Shift {
    fn load(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<Self>> {
        const LOAD: &str = "SELECT document FROM shift WHERE id = ?1";
        document::load(connection, LOAD, id)
    }

    fn save(&self, connection: &Connection) -> rusqlite::Result<()> {
        const SAVE: &str = "
            INSERT INTO shift (id, user, drawer, opened_at, closed_at, document) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (id) DO UPDATE SET closed_at = excluded.closed_at, document = excluded.document";
        let row = params![
            self.id.as_bytes(),
            key_of(self.user),
            self.drawer,
            self.opened_at.as_microsecond(),
            self.closed().map(|closed| closed.at).map(Timestamp::as_microsecond),
            document::write(self),
        ];
        connection.prepare_cached(SAVE)?.execute(row).map(drop)
    }
}

impl Aggregate for DayClosed {
    fn load(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<Self>> {
        const LOAD: &str = "SELECT document FROM day_report WHERE id = ?1";
        document::load(connection, LOAD, id)
    }

    fn save(&self, connection: &Connection) -> rusqlite::Result<()> {
        const SAVE: &str = "INSERT OR REPLACE INTO day_report (id, at, document) VALUES (?1, ?2, ?3)";
        let row = params![self.report.as_bytes(), self.at.as_microsecond(), document::write(self)];
        connection.prepare_cached(SAVE)?.execute(row).map(drop)
    }
}

/// Whoever answers for a drawer, as a column has them.
pub fn key_of(actor: Actor) -> String {
    match actor {
        Actor::Staff(id) => format!("staff:{id}"),
        Actor::Token(id) => format!("token:{id}"),
        Actor::Device(id) => format!("device:{id}"),
        Actor::Operator => "operator".to_owned(),
        Actor::Branch => "branch".to_owned(),
        Actor::Cloud => "cloud".to_owned(),
    }
}
