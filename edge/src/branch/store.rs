//! Load and save of the branch, and the commands it remembers by their idempotency key.

use comanda_shared::branch::Branch;
use comanda_shared::event::RequestMark;
use comanda_shared::ids::CommandId;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::journal::document::{read, write};

/// The branch as the table has it.
///
/// # Errors
/// When SQLite cannot read.
pub fn load(connection: &Connection) -> rusqlite::Result<Option<Branch>> {
    const LOAD: &str = "SELECT document FROM branch";
    connection.prepare_cached(LOAD)?.query_row([], |row| read(row, 0)).optional()
}

/// Writes the branch.
///
/// # Errors
/// When SQLite cannot write.
pub fn save(connection: &Connection, branch: &Branch) -> rusqlite::Result<()> {
    const SAVE: &str = "INSERT OR REPLACE INTO branch (one, document) VALUES (1, ?1)";
    connection.prepare_cached(SAVE)?.execute(params![write(branch)]).map(drop)
}

/// What a command of this id asked and was about, when there was one.
///
/// # Errors
/// When SQLite cannot read.
pub fn command(connection: &Connection, id: CommandId) -> rusqlite::Result<Option<RequestMark>> {
    const COMMAND: &str = "SELECT request, aggregate FROM command WHERE id = ?1";
    let mark =
        |row: &rusqlite::Row<'_>| Ok(RequestMark { digest: row.get(0)?, subject: Uuid::from_bytes(row.get(1)?) });
    connection.prepare_cached(COMMAND)?.query_row(params![id.as_bytes()], mark).optional()
}

/// Remembers a command.
///
/// # Errors
/// When SQLite cannot write.
pub fn remember_command(
    connection: &Connection,
    id: CommandId,
    mark: &RequestMark,
    business_day: Date,
) -> rusqlite::Result<()> {
    const REMEMBER: &str = "INSERT INTO command (id, request, aggregate, business_day) VALUES (?1, ?2, ?3, ?4)";
    let row = params![id.as_bytes(), mark.digest, mark.subject.as_bytes(), business_day.to_string()];
    connection.prepare_cached(REMEMBER)?.execute(row).map(drop)
}

/// Forgets the commands of the days before one.
///
/// # Errors
/// When SQLite cannot write.
pub fn forget_commands_before(connection: &Connection, day: Date) -> rusqlite::Result<()> {
    const FORGET: &str = "DELETE FROM command WHERE business_day < ?1";
    connection.prepare_cached(FORGET)?.execute(params![day.to_string()]).map(drop)
}
