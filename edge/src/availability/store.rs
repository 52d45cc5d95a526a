//! Load and save of what ran out: one row, for there is little of it and all of it is wanted at once.

use comanda_shared::availability::Stockouts;
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::journal::aggregates::Aggregate;
use crate::journal::document;

/// Its id: there is one of it.
pub const THE_ONE: Uuid = Uuid::nil();

impl Aggregate for Stockouts {
    fn load(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<Self>> {
        const LOAD: &str = "SELECT document FROM availability WHERE id = ?1";
        document::load(connection, LOAD, id)
    }

    fn save(&self, connection: &Connection) -> rusqlite::Result<()> {
        const SAVE: &str = "INSERT OR REPLACE INTO availability (id, document) VALUES (?1, ?2)";
        connection.prepare_cached(SAVE)?.execute(params![THE_ONE.as_bytes(), document::write(self)]).map(drop)
    }
}
