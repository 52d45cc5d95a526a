//! Load and save of staff and of scripts' credentials. Their secrets stand in [`super::secrets`].

use comanda_shared::device::Device;
use comanda_shared::staff::{Actor, Staff, Token};
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::journal::aggregates::Aggregate;
use crate::journal::document;

impl Aggregate for Staff {
    fn load(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<Self>> {
        const LOAD: &str = "SELECT document FROM staff WHERE id = ?1";
        document::load(connection, LOAD, id)
    }

    fn save(&self, connection: &Connection) -> rusqlite::Result<()> {
        const SAVE: &str = "INSERT OR REPLACE INTO staff (id, document) VALUES (?1, ?2)";
        connection.prepare_cached(SAVE)?.execute(params![self.id.as_bytes(), document::write(self)]).map(drop)
    }
}

impl Aggregate for Token {
    fn load(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<Self>> {
        const LOAD: &str = "SELECT document FROM token WHERE id = ?1";
        document::load(connection, LOAD, id)
    }

    fn save(&self, connection: &Connection) -> rusqlite::Result<()> {
        const SAVE: &str = "INSERT OR REPLACE INTO token (id, document) VALUES (?1, ?2)";
        connection.prepare_cached(SAVE)?.execute(params![self.id.as_bytes(), document::write(self)]).map(drop)
    }
}

/// What people call whoever did something; none of the command line, of the branch itself and of the cloud.
///
/// # Errors
/// When SQLite cannot read.
pub fn name_of(connection: &Connection, actor: Actor) -> rusqlite::Result<Option<String>> {
    match actor {
        Actor::Staff(staff) => Ok(Staff::load(connection, staff.uuid())?.map(|staff| staff.name().to_owned())),
        Actor::Token(token) => Ok(Token::load(connection, token.uuid())?.map(|token| token.name)),
        Actor::Device(device) => Ok(Device::load(connection, device.uuid())?.map(|device| device.name)),
        Actor::Operator | Actor::Branch | Actor::Cloud => Ok(None),
    }
}

/// Everybody who works here, in the order they were added.
///
/// # Errors
/// When SQLite cannot read.
pub fn everybody(connection: &Connection) -> rusqlite::Result<Vec<Staff>> {
    const EVERYBODY: &str = "SELECT document FROM staff ORDER BY id LIMIT 1000";
    let mut statement = connection.prepare_cached(EVERYBODY)?;
    let rows = statement.query_map([], |row| document::read(row, 0))?;
    rows.collect()
}
