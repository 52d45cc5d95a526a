//! What an older program wrote becomes what this one would have written: a copy is kept beside it, its schema migrated, its
//! derived tables made anew from its journal. Where there is no room for all of it nothing is begun, and the older program
//! still sells.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use jiff::{SignedDuration, Timestamp};
use refinery::Runner;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::ballast::room;
use super::database::{OpenError, connect, refuse_newer};
use super::replay::{ReplayError, derive_anew};
use crate::environment::Environment;

mod embedded {
    refinery::embed_migrations!("src/journal/migrations");
}

/// How often the log says how far it has come.
const TELL_EVERY: Duration = Duration::from_secs(10);
/// How long a copy is kept: as long as a backup.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Makes of a copy, which nobody else has open, what this program would have written; none is kept of how it was.
///
/// # Errors
/// [`OpenError`].
pub fn bring_up_to_date(copy: &Path, environment: &Environment) -> Result<(), OpenError> {
    let place = |source| OpenError::Open { path: copy.to_owned(), source };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = connect(copy, flags, environment).map_err(place)?;
    let schema = schema_version(&connection).map_err(place)?;
    refuse_newer(copy, schema)?;
    bring_up(&mut connection, copy, schema)
}

/// Migrates the schema and makes the derived tables anew, as far as they are older.
///
/// # Errors
/// [`OpenError`].
pub(super) fn bring_up(connection: &mut Connection, path: &Path, schema: i64) -> Result<(), OpenError> {
    migrate(connection, path, schema)?;
    derive_if_older(connection, path)
}

/// The schema of a file; 0 of one that is empty.
///
/// # Errors
/// When SQLite cannot read.
pub(super) fn schema_version(connection: &Connection) -> rusqlite::Result<i64> {
    const HISTORY: &str = "SELECT 1 FROM sqlite_schema WHERE name = 'refinery_schema_history'";
    if connection.query_row(HISTORY, [], |_| Ok(())).optional()?.is_none() {
        return Ok(0);
    }
    const NEWEST: &str = "SELECT coalesce(max(version), 0) FROM refinery_schema_history";
    connection.query_row(NEWEST, [], |row| row.get(0))
}

/// The newest schema this program knows.
pub(super) fn known_version() -> i64 {
    let runner = embedded::migrations::runner();
    runner.get_migrations().iter().map(|migration| i64::from(migration.version())).max().unwrap_or_default()
}

/// Keeps a copy beside a file that is about to be brought up to date.
///
/// # Errors
/// [`OpenError`]; nothing was begun.
pub(super) fn keep_as_it_is(connection: &Connection, path: &Path, schema: i64) -> Result<(), OpenError> {
    let known = known_version();
    if schema == 0 || schema == known {
        return Ok(());
    }
    let backup = path.with_extension(format!("before-{schema}-to-{known}.db"));
    let fault = |source| OpenError::Backup { path: path.to_owned(), backup: backup.clone(), source };
    // One of an earlier try that went no further.
    if backup.exists() {
        std::fs::remove_file(&backup).map_err(|_| fault(rusqlite::Error::InvalidPath(backup.clone())))?;
    }
    require_room(path)?;
    let name = backup.to_str().ok_or_else(|| fault(rusqlite::Error::InvalidPath(backup.clone())))?;
    connection.execute("VACUUM INTO ?1", [name]).map_err(fault)?;
    tracing::info!(backup = %backup.display(), "copied the database before bringing it up to date");
    Ok(())
}

/// The copy is as large as the file, and the log, in which all tables are made anew at once, no larger.
fn require_room(path: &Path) -> Result<(), OpenError> {
    let needed = 2 * std::fs::metadata(path).map_or(0, |file| file.len());
    match room(path.parent().unwrap_or(path)) {
        Ok((free, _)) if free < needed => Err(OpenError::NoRoom { path: path.to_owned(), needed, free }),
        // A file system that does not say is tried.
        _ => Ok(()),
    }
}

/// Throws away copies of how a file was before it was brought up to date: all but the newest, and that one, too, when it is
/// as old as no backup gets. Says how many.
///
/// # Errors
/// When the folder cannot be read or a copy not be removed.
pub fn thin_copies(file: &Path, now: Timestamp) -> std::io::Result<usize> {
    let (Some(folder), Some(stem)) = (file.parent(), file.file_stem().and_then(|stem| stem.to_str())) else {
        return Ok(0);
    };
    let mut copies: Vec<(SystemTime, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(|name| is_copy(name, stem)) {
            copies.push((entry.metadata()?.modified()?, entry.path()));
        }
    }
    copies.sort_unstable_by(|one, other| other.cmp(one));
    let is_old = |made| Timestamp::try_from(made).is_ok_and(|made| now.duration_since(made) > KEPT_FOR);
    let mut thrown_away = 0;
    for (nth, (made, path)) in copies.into_iter().enumerate() {
        if nth > 0 || is_old(made) {
            std::fs::remove_file(path)?;
            thrown_away += 1;
        }
    }
    Ok(thrown_away)
}

/// `branch.before-25-to-27.db`; not one that was put aside for another reason.
fn is_copy(name: &str, stem: &str) -> bool {
    let schemas =
        name.strip_prefix(stem).and_then(|rest| rest.strip_prefix(".before-")?.strip_suffix(".db")?.split_once("-to-"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    schemas.is_some_and(|(from, to)| is_number(from) && is_number(to))
}

fn migrate(connection: &mut Connection, path: &Path, schema: i64) -> Result<(), OpenError> {
    if schema == known_version() {
        return Ok(());
    }
    let runner: Runner = embedded::migrations::runner().set_grouped(true);
    runner.run(connection).map_err(|source| OpenError::Migrate { path: path.to_owned(), source: Box::new(source) })?;
    Ok(())
}

/// Whether what the file's derived tables hold is what this program would derive. Which schema they were made for stands in
/// the file's `user_version`, written with them.
///
/// # Errors
/// When SQLite cannot read.
pub fn has_tables_of_today(connection: &Connection) -> rusqlite::Result<bool> {
    let made_for: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(made_for == known_version())
}

/// Documents of derived tables are of the shape that their program knew: a file that an older one wrote gets them anew.
fn derive_if_older(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let place = |source| OpenError::Open { path: path.to_owned(), source };
    if has_tables_of_today(connection).map_err(place)? {
        return Ok(());
    }
    let began = Instant::now();
    let entries: i64 =
        connection.query_row("SELECT coalesce(max(sequence), 0) FROM journal", [], |row| row.get(0)).map_err(place)?;
    if entries > 0 {
        tracing::info!(entries, "making the tables anew from the journal; with years in it this takes minutes");
    }
    let fault = |source: ReplayError| OpenError::Derive { path: path.to_owned(), source: Box::new(source) };
    let mut told = began;
    let tell = |done: u64| {
        if told.elapsed() >= TELL_EVERY {
            told = Instant::now();
            tracing::info!(done, entries, "making the tables anew");
        }
    };
    let transaction = connection.unchecked_transaction().map_err(place)?;
    derive_anew(&transaction, tell).map_err(fault)?;
    transaction.pragma_update(None, "user_version", known_version()).map_err(place)?;
    transaction.commit().map_err(place)?;
    if entries > 0 {
        tracing::info!(seconds = began.elapsed().as_secs(), "made the tables anew");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::database::open_writer;

    #[test]
    fn of_the_copies_before_updates_the_newest_is_kept_for_a_month_and_nothing_else_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("branch.db");
        let day = |days: u64| SystemTime::UNIX_EPOCH + Duration::from_secs((20_000 + days) * 86_400);
        let lay = |name: &str, days: u64| {
            std::fs::File::create(folder.path().join(name)).unwrap().set_modified(day(days)).unwrap();
        };
        let others = ["branch.db", "branch.before-restore-20260101T000000Z.db", "branch.trial-20260101T000000Z.db"];
        others.iter().for_each(|name| lay(name, 0));
        lay("branch.before-24-to-25.db", 10);
        lay("branch.before-25-to-27.db", 20);
        let left = || {
            let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
            names.filter(|name| !others.contains(&name.to_str().unwrap())).collect::<Vec<_>>()
        };
        let thinned_on = |days: u64| thin_copies(&file, day(days).try_into().unwrap()).unwrap();
        assert_eq!((thinned_on(20), left()), (1, vec!["branch.before-25-to-27.db".into()]));
        assert_eq!((thinned_on(50), left().len()), (0, 1));
        assert_eq!((thinned_on(51), left().len()), (1, 0));
        assert!(others.iter().all(|name| folder.path().join(name).exists()));
    }

    #[test]
    fn an_older_file_is_copied_and_then_brought_up_to_date() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("branch.db");
        let mut old = Connection::open(&path).unwrap();
        embedded::migrations::runner().set_target(refinery::Target::Version(1)).run(&mut old).unwrap();
        old.execute("INSERT INTO document VALUES ('a', 'kept')", []).unwrap();
        drop(old);

        let writer = open_writer(&path, &Environment::system()).unwrap();
        assert_eq!(schema_version(&writer).unwrap(), known_version());
        let backup =
            Connection::open(folder.path().join(format!("branch.before-1-to-{}.db", known_version()))).unwrap();
        assert_eq!(schema_version(&backup).unwrap(), 1);
        let kept: String = backup.query_row("SELECT body FROM document", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, "kept");
    }
}
