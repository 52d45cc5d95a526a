//! What was not taken into use, and what became of commands.

use comanda_shared::protocol::command::{CommandOutcome, CommandResult};
use comanda_shared::protocol::directive::NotTaken;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// Outcomes that are kept.
const KEPT: u64 = 1_000;

/// A version that was not taken into use.
pub struct Tried {
    /// Why.
    pub reason: NotTaken,
    /// The document.
    pub sha256: String,
    /// The program that tried.
    pub app: String,
}

/// The latest version of a kind that was not taken into use, when none was since.
///
/// # Errors
/// When SQLite cannot read.
pub fn not_taken(connection: &Connection, kind: &str) -> rusqlite::Result<Option<Tried>> {
    const READ: &str = "SELECT version, sha256, detail, is_final, app FROM directive_not_taken WHERE kind = ?1";
    let tried = |row: &rusqlite::Row<'_>| {
        let version = row.get::<_, i64>(0)?.cast_unsigned();
        let reason = NotTaken { version, detail: row.get(2)?, is_final: row.get(3)? };
        Ok(Tried { reason, sha256: row.get(1)?, app: row.get(4)? })
    };
    connection.query_row(READ, [kind], tried).optional()
}

/// Every kind of which some version was not taken into use.
///
/// # Errors
/// When SQLite cannot read.
pub fn kinds_not_taken(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    const KINDS: &str = "SELECT kind FROM directive_not_taken ORDER BY kind LIMIT 100";
    connection.prepare(KINDS)?.query_map([], |row| row.get(0))?.collect()
}

/// Keeps that a version was not taken into use by this program.
///
/// # Errors
/// When SQLite cannot write.
pub fn keep_not_taken(connection: &Connection, kind: &str, sha256: &str, reason: &NotTaken) -> rusqlite::Result<()> {
    const KEEP: &str = "
        INSERT OR REPLACE INTO directive_not_taken (kind, version, sha256, detail, is_final, app)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let (version, app) = (reason.version.cast_signed(), env!("CARGO_PKG_VERSION"));
    connection.execute(KEEP, params![kind, version, sha256, reason.detail, reason.is_final, app]).map(drop)
}

/// A version of the kind is in use: what was wrong with others is over.
///
/// # Errors
/// When SQLite cannot write.
pub fn forget_not_taken(connection: &Connection, kind: &str) -> rusqlite::Result<()> {
    const FORGET: &str = "DELETE FROM directive_not_taken WHERE kind = ?1";
    connection.execute(FORGET, [kind]).map(drop)
}

/// What became of a command, whichever its sequence was.
///
/// # Errors
/// When SQLite cannot read.
pub fn outcome_of(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<CommandOutcome>> {
    const OUTCOME: &str = "SELECT outcome FROM cloud_command WHERE id = ?1 ORDER BY sequence LIMIT 1";
    let text: Option<String> = connection.query_row(OUTCOME, [id.as_bytes()], |row| row.get(0)).optional()?;
    text.map(|text| outcome(&text)).transpose()
}

fn outcome(text: &str) -> rusqlite::Result<CommandOutcome> {
    serde_json::from_str(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, error.into()))
}

/// Keeps what became of a command, and that the commands are carried out up to it.
///
/// # Errors
/// When SQLite cannot write.
pub fn keep_outcome(
    connection: &Connection,
    sequence: u64,
    id: Uuid,
    outcome: &CommandOutcome,
) -> rusqlite::Result<()> {
    const KEEP: &str = "INSERT OR REPLACE INTO cloud_command (sequence, id, outcome) VALUES (?1, ?2, ?3)";
    const FORGET: &str = "DELETE FROM cloud_command WHERE sequence <= ?1";
    const MOVE: &str = "UPDATE sync_cursor SET commands = ?1 WHERE one = 1";
    let text = serde_json::to_string(outcome).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let sequence = sequence.cast_signed();
    connection.execute(KEEP, params![sequence, id.as_bytes(), text])?;
    connection.execute(FORGET, [sequence - KEPT.cast_signed()])?;
    connection.execute(MOVE, [sequence]).map(drop)
}

/// What became of the latest commands, in their order.
///
/// # Errors
/// When SQLite cannot read.
pub fn latest_outcomes(connection: &Connection, limit: usize) -> rusqlite::Result<Vec<CommandResult>> {
    const LATEST: &str = "SELECT sequence, outcome FROM cloud_command ORDER BY sequence DESC LIMIT ?1";
    let mut statement = connection.prepare(LATEST)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map([limit], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
    let mut results = Vec::new();
    for row in rows {
        let (sequence, text) = row?;
        results.push(CommandResult { sequence: sequence.cast_unsigned(), outcome: outcome(&text)? });
    }
    results.reverse();
    Ok(results)
}
