//! The branch's file: whether it opens, is whole and sound, and whether its journal is.

use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;

use jiff::Timestamp;
use rusqlite::Connection;

use super::check::{Check, Finding};
use crate::environment::Environment;
use crate::journal::verify::verify_tail;
use crate::journal::{DataFolder, OpenError, held_open, open_reader};

/// Entries at the end of the journal whose chain is followed at each look; a backup follows all of it.
const TAIL: u32 = 2000;
const MIB: u64 = 1024 * 1024;

type Look = fn(&Connection, &DataFolder) -> rusqlite::Result<Finding>;

/// Looks at the file, on a connection of its own that only reads.
pub fn look(data: &DataFolder, environment: &Environment) -> Vec<Finding> {
    if let Err(error) = data.refuse_emptied() {
        return vec![Check::DatabaseWhole.bad(error.to_string())];
    }
    if !data.database().exists() {
        return vec![Check::DatabaseOpens.attention("aún no hay sucursal aquí")];
    }
    let connection = match open_reader(&data.database(), environment) {
        Ok(connection) => connection,
        Err(error @ OpenError::Newer { .. }) => return vec![Check::DatabaseSchema.bad(error.to_string())],
        Err(error) => return vec![Check::DatabaseOpens.bad(error.to_string())],
    };
    let mut found = vec![Check::DatabaseSchema.good("conocida")];
    let looks: [(Check, Look); 6] = [
        (Check::DatabaseOpens, opens),
        (Check::DatabaseDurable, durable),
        (Check::DatabaseWhole, whole),
        (Check::DatabaseSound, sound),
        (Check::JournalWhole, journal_whole),
        (Check::JournalChain, chain),
    ];
    for (check, look) in looks {
        found.push(look(&connection, data).unwrap_or_else(|error| check.bad(error.to_string())));
    }
    found.push(log(data));
    found.push(clock(&connection, environment.clock.now()).unwrap_or_else(|error| Check::ClockJournal.unseen(error)));
    found
}

fn opens(connection: &Connection, data: &DataFolder) -> rusqlite::Result<Finding> {
    let entries: i64 = connection.query_row("SELECT coalesce(max(sequence), 0) FROM journal", [], |row| row.get(0))?;
    let bytes = std::fs::metadata(data.database()).map_or(0, |file| file.len());
    Ok(Check::DatabaseOpens.good(format!("{entries} entradas, {} MiB", bytes / MIB)))
}

fn durable(connection: &Connection, _: &DataFolder) -> rusqlite::Result<Finding> {
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    Ok(if mode == "wal" { Check::DatabaseDurable.good("WAL") } else { Check::DatabaseDurable.bad(mode) })
}

/// Pages that are in the log are not in the file yet, so that the file is compared with what its own header says.
fn whole(_: &Connection, data: &DataFolder) -> rusqlite::Result<Finding> {
    Ok(match length_said(&data.database()) {
        Ok((said, there)) if there < said => Check::DatabaseWhole.bad(format!("faltan {} bytes", said - there)),
        Ok((_, there)) => Check::DatabaseWhole.good(format!("{there} bytes")),
        Err(error) => Check::DatabaseWhole.bad(error.to_string()),
    })
}

/// How long the file's header says it is, and how long it is.
///
/// Source: SQLite's file format, <https://sqlite.org/fileformat.html>: the size of a page stands at byte 16 (1 means 65,536),
/// the number of pages at byte 28, both big-endian.
fn length_said(path: &Path) -> std::io::Result<(u64, u64)> {
    let file = held_open(path)?;
    let mut header = [0; 32];
    file.read_exact_at(&mut header, 0)?;
    let page = match u64::from(u16::from_be_bytes([header[16], header[17]])) {
        1 => 65_536,
        size => size,
    };
    let pages = u64::from(u32::from_be_bytes([header[28], header[29], header[30], header[31]]));
    Ok((page * pages, file.metadata()?.size()))
}

fn sound(connection: &Connection, _: &DataFolder) -> rusqlite::Result<Finding> {
    let said: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok(if said == "ok" { Check::DatabaseSound.good("sana") } else { Check::DatabaseSound.bad(said) })
}

fn journal_whole(connection: &Connection, _: &DataFolder) -> rusqlite::Result<Finding> {
    const COUNT: &str = "SELECT count(*), coalesce(max(sequence), 0) FROM journal";
    let (count, last): (i64, i64) = connection.query_row(COUNT, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let seen = format!("{count} de {last} entradas");
    Ok(if count == last { Check::JournalWhole.good(seen) } else { Check::JournalWhole.bad(seen) })
}

fn chain(connection: &Connection, _: &DataFolder) -> rusqlite::Result<Finding> {
    let verdict = verify_tail(connection, TAIL)?;
    Ok(match verdict.faults.first() {
        None => Check::JournalChain.good(format!("las últimas {} entradas", verdict.entries)),
        Some(fault) => Check::JournalChain.bad(format!("entrada {}: {}", fault.sequence, fault.reason)),
    })
}

fn log(data: &DataFolder) -> Finding {
    let mut path = data.database().into_os_string();
    path.push("-wal");
    let bytes = std::fs::metadata(path).map_or(0, |log| log.len());
    let seen = format!("{} MiB", bytes / MIB);
    if bytes > 64 * MIB { Check::DatabaseLog.attention(seen) } else { Check::DatabaseLog.good(seen) }
}

/// As the journal judges it: more than two minutes behind the last entry, or more than a day ahead of it.
fn clock(connection: &Connection, now: Timestamp) -> rusqlite::Result<Finding> {
    const LAST: &str = "SELECT header ->> '$.at' FROM journal ORDER BY sequence DESC LIMIT 1";
    let last: String = connection.query_row(LAST, [], |row| row.get(0))?;
    let Ok(last) = last.parse::<Timestamp>() else { return Ok(Check::ClockJournal.unseen(last)) };
    let behind = last.duration_since(now).as_secs();
    Ok(match behind {
        late @ 121.. => Check::ClockJournal.attention(format!("atrasado {late} s")),
        _ => Check::ClockJournal.good("de acuerdo con los pedidos"),
    })
}
