//! The branch's file: whether it opens, is whole and sound, and whether its journal is.

use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::check::{Check, Finding};
use crate::backup::BackupFolder;
use crate::environment::Environment;
use crate::journal::verify::verify_tail;
use crate::journal::{DataFolder, OpenError, held_open, open_reader, within};

/// Entries at the end of the journal whose chain is followed at each look; a backup follows all of it.
const TAIL: u32 = 2000;
/// What reading all of the file may take, each time: one of years, on a slow disk, would take minutes.
const PATIENCE: Duration = Duration::from_secs(1);
/// A backup read all of it; one that is older says little of today.
const RECENT: SignedDuration = SignedDuration::from_hours(72);
const MIB: u64 = 1024 * 1024;

/// Looks at the file, on a connection of its own that only reads.
pub fn look(data: &DataFolder, environment: &Environment) -> Vec<Finding> {
    look_within(PATIENCE, data, environment)
}

fn look_within(patience: Duration, data: &DataFolder, environment: &Environment) -> Vec<Finding> {
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
    let file = Opened { connection, data, now: environment.clock.now(), patience };
    let mut found = vec![Check::DatabaseSchema.good("conocida")];
    let looks: [(Check, Look<'_>); 6] = [
        (Check::DatabaseOpens, Opened::opens),
        (Check::DatabaseDurable, Opened::durable),
        (Check::DatabaseWhole, Opened::whole),
        (Check::DatabaseSound, Opened::sound),
        (Check::JournalWhole, Opened::journal_whole),
        (Check::JournalChain, Opened::chain),
    ];
    for (check, look) in looks {
        found.push(look(&file).unwrap_or_else(|error| check.bad(error.to_string())));
    }
    found.push(log(data));
    found.push(file.clock().unwrap_or_else(|error| Check::ClockJournal.unseen(error)));
    found
}

type Look<'d> = fn(&Opened<'d>) -> rusqlite::Result<Finding>;

/// The branch's file, open.
struct Opened<'d> {
    connection: Connection,
    data: &'d DataFolder,
    now: Timestamp,
    patience: Duration,
}

impl Opened<'_> {
    fn opens(&self) -> rusqlite::Result<Finding> {
        const LAST: &str = "SELECT coalesce(max(sequence), 0) FROM journal";
        let entries: i64 = self.connection.query_row(LAST, [], |row| row.get(0))?;
        let bytes = std::fs::metadata(self.data.database()).map_or(0, |file| file.len());
        Ok(Check::DatabaseOpens.good(format!("{entries} entradas, {} MiB", bytes / MIB)))
    }

    fn durable(&self) -> rusqlite::Result<Finding> {
        let mode: String = self.connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        Ok(if mode == "wal" { Check::DatabaseDurable.good("WAL") } else { Check::DatabaseDurable.bad(mode) })
    }

    /// Pages that are in the log are not in the file yet, so that the file is compared with what its own header says.
    fn whole(&self) -> rusqlite::Result<Finding> {
        Ok(match length_said(&self.data.database()) {
            Ok((said, there)) if there < said => Check::DatabaseWhole.bad(format!("faltan {} bytes", said - there)),
            Ok((_, there)) => Check::DatabaseWhole.good(format!("{there} bytes")),
            Err(error) => Check::DatabaseWhole.bad(error.to_string()),
        })
    }

    fn sound(&self) -> rusqlite::Result<Finding> {
        let check = |file: &Connection| file.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
        Ok(match within(&self.connection, self.patience, check)?.as_deref() {
            None => self.too_large(Check::DatabaseSound),
            Some("ok") => Check::DatabaseSound.good("sana"),
            Some(said) => Check::DatabaseSound.bad(said),
        })
    }

    fn journal_whole(&self) -> rusqlite::Result<Finding> {
        const COUNT: &str = "SELECT coalesce(sum(1), 0), coalesce(max(sequence), 0) FROM journal";
        let count =
            |file: &Connection| file.query_row(COUNT, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
        Ok(match within(&self.connection, self.patience, count)? {
            None => self.too_large(Check::JournalWhole),
            Some((count, last)) if count == last => Check::JournalWhole.good(format!("{count} entradas")),
            Some((count, last)) => Check::JournalWhole.bad(format!("{count} de {last} entradas")),
        })
    }

    /// Every backup reads all of the file and proves it, whatever it takes; what it saw is as good as what could be seen now.
    fn too_large(&self, check: Check) -> Finding {
        let backups = BackupFolder::at(self.data.backups()).list().unwrap_or_default();
        match backups.first().map(|newest| self.now.duration_since(newest.name.at)) {
            Some(age) if age <= RECENT => {
                check.good(format!("muy grande para leerla toda ahora; bien en la copia de hace {} h", age.as_hours()))
            }
            Some(_) | None => check
                .attention("muy grande para leerla toda ahora, y no hay una copia de estos días que la haya revisado"),
        }
    }

    fn chain(&self) -> rusqlite::Result<Finding> {
        let verdict = verify_tail(&self.connection, TAIL)?;
        Ok(match verdict.faults.first() {
            None => Check::JournalChain.good(format!("las últimas {} entradas", verdict.entries)),
            Some(fault) => Check::JournalChain.bad(format!("entrada {}: {}", fault.sequence, fault.reason)),
        })
    }

    /// As the journal judges it: more than two minutes behind the last entry, or more than a day ahead of it.
    fn clock(&self) -> rusqlite::Result<Finding> {
        const LAST: &str = "SELECT header ->> '$.at' FROM journal ORDER BY sequence DESC LIMIT 1";
        let last: String = self.connection.query_row(LAST, [], |row| row.get(0))?;
        let Ok(last) = last.parse::<Timestamp>() else { return Ok(Check::ClockJournal.unseen(last)) };
        Ok(match last.duration_since(self.now).as_secs() {
            late @ 121.. => Check::ClockJournal.attention(format!("atrasado {late} s")),
            _ => Check::ClockJournal.good("de acuerdo con los pedidos"),
        })
    }
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

fn log(data: &DataFolder) -> Finding {
    let mut path = data.database().into_os_string();
    path.push("-wal");
    let bytes = std::fs::metadata(path).map_or(0, |log| log.len());
    let seen = format!("{} MiB", bytes / MIB);
    if bytes > 64 * MIB { Check::DatabaseLog.attention(seen) } else { Check::DatabaseLog.good(seen) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::{self, create::Proof};
    use crate::health::check::Grade;
    use crate::journal::tests::trial::Trial;

    #[test]
    fn what_is_too_large_to_be_read_now_is_as_sound_as_in_its_last_backup() {
        let trial = Trial::selling();
        let (data, environment) = (trial.data(), &trial.environment);
        let graded = || {
            let found = look_within(Duration::ZERO, &data, environment);
            let grade = |check| found.iter().find(|finding| finding.check == check).map(|finding| finding.grade);
            [Check::DatabaseSound, Check::JournalWhole].map(grade)
        };
        assert_eq!(graded(), [Some(Grade::Attention); 2]);
        let to = BackupFolder::at(data.backups());
        backup::create(&data, &to, environment, Proof::Sound, |_| ()).unwrap();
        assert_eq!(graded(), [Some(Grade::Good); 2]);
    }
}
