//! Load and save of paired screens. Their secrets stand in [`super::secrets`].

use comanda_shared::device::Device;
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::journal::aggregates::Aggregate;
use crate::journal::document;

impl Aggregate for Device {
    fn load(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<Self>> {
        const LOAD: &str = "SELECT document FROM device WHERE id = ?1";
        document::load(connection, LOAD, id)
    }

    fn save(&self, connection: &Connection) -> rusqlite::Result<()> {
        const SAVE: &str = "INSERT OR REPLACE INTO device (id, document) VALUES (?1, ?2)";
        connection.prepare_cached(SAVE)?.execute(params![self.id.as_bytes(), document::write(self)]).map(drop)
    }
}

/// The screens that are in use, in the order they were paired.
///
/// # Errors
/// When SQLite cannot read.
pub fn in_use(connection: &Connection) -> rusqlite::Result<Vec<Device>> {
    const ALL: &str = "SELECT document FROM device ORDER BY id LIMIT 5000";
    let mut statement = connection.prepare_cached(ALL)?;
    let rows = statement.query_map([], |row| document::read::<Device>(row, 0))?;
    rows.filter(|device| device.as_ref().map_or(true, |device| !device.is_revoked)).collect()
}
