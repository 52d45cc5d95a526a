//! Looking at the journal: on a read-only connection, with the daemon running or stopped.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use rusqlite::Connection;

use super::arguments::JournalAct;
use super::control::Answer;
use crate::environment::Environment;
use crate::journal::replay::{Difference, Replayed, differences, replay_into};
use crate::journal::upgrade::has_tables_of_today;
use crate::journal::verify::{Fault, PrintedHead, verify};
use crate::journal::{DataFolder, export, open_reader};

/// Does what is asked with the journal.
///
/// # Errors
/// When the branch's file cannot be read.
pub fn inspect(act: &JournalAct, folder: &DataFolder, json: bool) -> anyhow::Result<ExitCode> {
    let environment = Environment::system();
    anyhow::ensure!(folder.database().exists(), "there is no branch here yet: {}", folder.database().display());
    folder.refuse_emptied()?;
    let connection = open_reader(&folder.database(), &environment)?;
    let answer = match act {
        JournalAct::Verify { printed } => verified(&connection, printed.as_ref())?,
        JournalAct::Replay { into: Some(file), .. } => {
            anyhow::ensure!(!file.exists(), "{} exists already", file.display());
            let _hold = folder.hold().context("stop the daemon before writing a replay")?;
            let replayed = replay_into(&connection, file, &environment)?;
            let text = format!("{} entries of {} commands replayed", replayed.entries, replayed.commands);
            Answer { text, json: serde_json::to_value(replayed)?, is_good: true }
        }
        JournalAct::Replay { into: None, .. } => checked(&connection, folder, &environment)?,
        JournalAct::Export => {
            let mut out = std::io::BufWriter::new(std::io::stdout().lock());
            export::export(&connection, &mut out)?;
            out.flush().context("could not print the journal")?;
            return Ok(ExitCode::SUCCESS);
        }
        JournalAct::Stats => stats(&connection)?,
    };
    super::print(&answer, json)
}

fn verified(connection: &Connection, printed: Option<&PrintedHead>) -> anyhow::Result<Answer> {
    let mut verdict = verify(connection)?;
    if let Some(printed) = printed {
        verdict.faults.extend(printed.contradicted(connection)?);
    }
    let is_good = verdict.is_whole();
    let text = if is_good {
        format!("the journal is whole: {} entries, head {}", verdict.entries, verdict.head)
    } else {
        let line = |fault: &Fault| format!("  entry {}: {}", fault.sequence, fault.reason);
        let lines: Vec<String> = verdict.faults.iter().map(line).collect();
        format!("the journal is NOT whole:\n{}", lines.join("\n"))
    };
    Ok(Answer { text, json: serde_json::to_value(verdict)?, is_good })
}

/// Replays into a file that is thrown away, from one consistent view of a branch that may be selling meanwhile.
fn checked(connection: &Connection, folder: &DataFolder, environment: &Environment) -> anyhow::Result<Answer> {
    anyhow::ensure!(
        has_tables_of_today(connection)?,
        "an older Comanda wrote {}: its tables are made anew when the branch is next started, and can be compared then",
        folder.database().display()
    );
    let scratch = folder.scratch(environment)?;
    let view = connection.unchecked_transaction()?;
    let compared = (|| -> anyhow::Result<(Replayed, Vec<Difference>)> {
        let replayed = replay_into(&view, &scratch.file(), environment)?;
        let other = open_reader(&scratch.file(), environment)?;
        Ok((replayed, differences(&view, &other)?))
    })();
    let (replayed, found) = compared?;
    let is_good = found.is_empty();
    let text = if is_good {
        format!("{} entries replayed: every table is what the journal says", replayed.entries)
    } else {
        let line = |difference: &Difference| {
            let Difference { table, only_here, only_replayed } = difference;
            format!("  {table}: {only_here} rows only here, {only_replayed} only replayed")
        };
        let lines: Vec<String> = found.iter().map(line).collect();
        format!("tables differ from what the journal says:\n{}", lines.join("\n"))
    };
    let json = serde_json::json!({"entries": replayed.entries, "commands": replayed.commands, "differences": found});
    Ok(Answer { text, json, is_good })
}

fn stats(connection: &Connection) -> anyhow::Result<Answer> {
    const JOURNAL: &str = "
        SELECT count(*), coalesce(sum(length(header) + length(body) + length(hash)), 0) FROM journal";
    const PRIVATE: &str = "SELECT coalesce(sum(length(salt) + length(coalesce(data, ''))), 0) FROM journal_private";
    const ORDERS: &str = "SELECT count(*) FROM orders";
    let (entries, journal): (i64, i64) = connection.query_row(JOURNAL, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let private: i64 = connection.query_row(PRIVATE, [], |row| row.get(0))?;
    let orders: i64 = connection.query_row(ORDERS, [], |row| row.get(0))?;
    let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
    let page: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let file = pages * page;
    let text = format!(
        "entries       {entries}\norders        {orders}\njournal bytes {}\nfile bytes    {file}",
        journal + private
    );
    let json = serde_json::json!({
        "entries": entries, "orders": orders, "journal_bytes": journal + private, "file_bytes": file,
    });
    Ok(Answer { text, json, is_good: true })
}
