//! Replays a journal into an empty file: the same entries give the same derived tables, always.

use std::path::Path;

use comanda_shared::branch::Branch;
use comanda_shared::event::Event;
use rusqlite::{Connection, params};
use serde::Serialize;

use super::aggregates::{Aggregates, DERIVED, remember_command};
use super::entry::{EntryError, StoredEntry, read_after};
use super::{OpenError, database};
use crate::branch;
use crate::environment::Environment;
use crate::orders::projection::Sales;

/// Why a journal could not be replayed.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The new file could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// SQLite failed.
    #[error("could not replay the journal")]
    Storage(#[from] rusqlite::Error),
    /// An entry cannot be read.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The journal does not begin with the opening of a branch.
    #[error("the journal does not begin with the opening of a branch")]
    NoBranch,
}

/// What a replay gave.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Replayed {
    /// Entries replayed.
    pub entries: u64,
    /// Commands they came from.
    pub commands: u64,
}

/// Replays the journal of `source` into the new file at `target`: the logs are copied, everything else follows from
/// them.
///
/// # Errors
/// [`ReplayError`].
pub fn replay_into(source: &Connection, target: &Path, environment: &Environment) -> Result<Replayed, ReplayError> {
    let target = database::open_writer(target, environment)?;
    copy_logs(source, &target)?;
    let transaction = target.unchecked_transaction()?;
    let replayed = replay(&transaction, |_| {})?;
    transaction.commit()?;
    Ok(replayed)
}

/// Makes the derived tables anew from the journal beside them, in the caller's transaction; says now and then how many entries
/// it has come through.
///
/// # Errors
/// [`ReplayError`].
pub(super) fn derive_anew(connection: &Connection, progress: impl FnMut(u64)) -> Result<(), ReplayError> {
    for table in DERIVED {
        connection.execute(&format!("DELETE FROM {table}"), [])?;
    }
    replay(connection, progress).map(drop)
}

fn copy_logs(source: &Connection, target: &Connection) -> rusqlite::Result<()> {
    let transaction = target.unchecked_transaction()?;
    for table in ["lineage", "document", "directives", "journal", "journal_private"] {
        copy_rows(source, &transaction, table, "ORDER BY rowid")?;
    }
    transaction.commit()
}

/// Copies the rows of a table of ours, in an order, into the same table of another file.
///
/// # Errors
/// When SQLite cannot read or write.
pub(super) fn copy_rows(source: &Connection, target: &Connection, table: &str, order: &str) -> rusqlite::Result<()> {
    let mut read = source.prepare(&format!("SELECT * FROM {table} {order}"))?;
    let columns = read.column_count();
    let places = vec!["?"; columns].join(", ");
    let mut write = target.prepare(&format!("INSERT INTO {table} VALUES ({places})"))?;
    let mut rows = read.query([])?;
    while let Some(row) = rows.next()? {
        let values: Vec<rusqlite::types::Value> =
            (0..columns).map(|column| row.get(column)).collect::<rusqlite::Result<_>>()?;
        write.execute(rusqlite::params_from_iter(values))?;
    }
    Ok(())
}

fn replay(connection: &Connection, mut progress: impl FnMut(u64)) -> Result<Replayed, ReplayError> {
    let mut replayed = Replayed { entries: 0, commands: 0 };
    let mut command: Vec<StoredEntry> = Vec::new();
    let mut branch: Option<Branch> = None;
    let mut sales = Sales::default();
    loop {
        let entries = read_after(connection, replayed.entries, 1000)?;
        if entries.is_empty() {
            branch.map_or(Ok(()), |branch| branch::store::save(connection, &branch))?;
            sales.write(connection)?;
            return Ok(replayed);
        }
        for entry in entries {
            replayed.entries += 1;
            let is_last = entry.read()?.header.last_of_command;
            command.push(entry);
            if is_last {
                branch = Some(replay_command(connection, branch, &command, &mut sales)?);
                replayed.commands += 1;
                command.clear();
            }
        }
        progress(replayed.entries);
    }
}

fn replay_command(
    connection: &Connection,
    branch: Option<Branch>,
    entries: &[StoredEntry],
    sales: &mut Sales,
) -> Result<Branch, ReplayError> {
    let read = entries.iter().map(StoredEntry::read).collect::<Result<Vec<_>, _>>()?;
    let branch = match (branch, read.first().map(|entry| &entry.event)) {
        (Some(branch), _) => branch,
        (None, Some(Event::Branch(comanda_shared::branch::BranchEvent::Opened(opened)))) => Branch::opened(opened),
        (None, _) => return Err(ReplayError::NoBranch),
    };
    let mut aggregates = Aggregates::of(branch);
    for entry in &read {
        aggregates.apply(connection, &entry.event, entry.header.at)?;
    }
    if let Some(last) = read.last() {
        remember_command(connection, &last.header)?;
    }
    sales.join(aggregates.project(connection)?);
    Ok(aggregates.into_branch())
}

/// A row that is in one file and not in the other.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Difference {
    /// The table.
    pub table: String,
    /// Rows only the branch's file has.
    pub only_here: u64,
    /// Rows only the replay gives.
    pub only_replayed: u64,
}

/// The derived tables in which two files differ; none when the tables are what the journal says.
///
/// # Errors
/// When SQLite cannot read.
pub fn differences(here: &Connection, replayed: &Connection) -> rusqlite::Result<Vec<Difference>> {
    let mut found = Vec::new();
    for table in DERIVED {
        let (mine, theirs) = (rows(here, table)?, rows(replayed, table)?);
        let count = |left: &[String], right: &[String]| {
            let right: std::collections::HashSet<&String> = right.iter().collect();
            left.iter().filter(|row| !right.contains(row)).count() as u64
        };
        let (only_here, only_replayed) = (count(&mine, &theirs), count(&theirs, &mine));
        if only_here + only_replayed > 0 || mine.len() != theirs.len() {
            found.push(Difference { table: (*table).to_owned(), only_here, only_replayed });
        }
    }
    Ok(found)
}

fn rows(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut read = connection.prepare(&format!("SELECT * FROM {table}"))?;
    let columns = read.column_count();
    let row = |row: &rusqlite::Row<'_>| -> rusqlite::Result<String> {
        let values: Vec<rusqlite::types::Value> =
            (0..columns).map(|column| row.get(column)).collect::<rusqlite::Result<_>>()?;
        Ok(format!("{values:?}"))
    };
    read.query_map(params![], row)?.collect()
}
