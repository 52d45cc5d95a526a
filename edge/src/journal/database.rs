//! Opening the branch's file: settings of the connection, what an older program wrote brought up to date, and what a newer
//! one wrote refused.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::replay::ReplayError;
use super::upgrade::{self, known_version, schema_version};
use crate::environment::Environment;

/// Why the branch's file could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// SQLite could not open or read it.
    #[error("could not open {}: {}", path.display(), hint(source))]
    Open {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// A newer program wrote it.
    #[error(
        "{} was written by a newer Comanda (schema {found}, this program knows up to {known}): install that version or a newer one; nothing was changed",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// The file is there and empty, though the branch has lived.
    #[error(
        "{} is empty, though this branch has lived: somebody truncated it. Restore a backup, or move the whole folder away to begin anew",
        .0.display()
    )]
    Emptied(PathBuf),
    /// The file is not there, though the branch has lived.
    #[error(
        "{} is gone, though this branch has lived: somebody moved it. Put it back, restore a backup, or move the whole folder away to begin anew",
        .0.display()
    )]
    Gone(PathBuf),
    /// There is no room to bring it up to date; it was not begun.
    #[error(
        "bringing {} up to date takes {} MB of room, and {} MB are free: make room and start again. Nothing was changed; the program \
         that wrote it still sells with it",
        path.display(), needed / 1_000_000, free / 1_000_000
    )]
    NoRoom {
        /// The file.
        path: PathBuf,
        /// Bytes.
        needed: u64,
        /// Bytes.
        free: u64,
    },
    /// The copy before the migration could not be made, so the migration was not begun.
    #[error("could not copy {} to {} before bringing it up to date", path.display(), backup.display())]
    Backup {
        /// The file.
        path: PathBuf,
        /// Where its copy should go.
        backup: PathBuf,
        /// What went wrong.
        source: rusqlite::Error,
    },
    /// A migration failed; the copy made before it is whole.
    #[error("could not bring {} up to date", path.display())]
    Migrate {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: Box<refinery::Error>,
    },
    /// The derived tables could not be made anew; the journal and the copy are whole, and the next start tries again.
    #[error("could not make the tables of {} anew from its journal", path.display())]
    Derive {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: Box<ReplayError>,
    },
    /// The connection does not promise durability.
    #[error("{} cannot be written durably: synchronous is {synchronous} and journal mode {journal_mode}", path.display())]
    NotDurable {
        /// The file.
        path: PathBuf,
        /// What SQLite answers for `PRAGMA synchronous`; 2 is meant.
        synchronous: i64,
        /// What SQLite answers for `PRAGMA journal_mode`; wal is meant.
        journal_mode: String,
    },
}

fn hint(source: &rusqlite::Error) -> String {
    use rusqlite::ErrorCode;
    match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => format!(
            "{source}. The file is damaged or not a Comanda database; restore a backup, or move it away to begin anew"
        ),
        _ => source.to_string(),
    }
}

/// The one connection that writes, its file migrated.
///
/// # Errors
/// [`OpenError`]; the file is untouched unless it says that a migration failed.
pub fn open_writer(path: &Path, environment: &Environment) -> Result<Connection, OpenError> {
    let place = |source| OpenError::Open { path: path.to_owned(), source };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = connect(path, flags, environment).map_err(place)?;
    let schema = schema_version(&connection).map_err(place)?;
    refuse_newer(path, schema)?;
    upgrade::keep_as_it_is(&connection, path, schema)?;
    upgrade::bring_up(&mut connection, path, schema)?;
    check_durable(&connection, path)?;
    Ok(connection)
}

/// A connection that only reads.
///
/// # Errors
/// [`OpenError`] when the file cannot be opened or a newer program wrote it.
pub fn open_reader(path: &Path, environment: &Environment) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        connect(path, flags, environment).map_err(|source| OpenError::Open { path: path.to_owned(), source })?;
    let schema = schema_version(&connection).map_err(|source| OpenError::Open { path: path.to_owned(), source })?;
    refuse_newer(path, schema)?;
    Ok(connection)
}

/// A connection beside the writer's that moves its log, and writes nothing of its own.
///
/// # Errors
/// What SQLite says.
pub fn open_beside(path: &Path, environment: &Environment) -> rusqlite::Result<Connection> {
    connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX, environment)
}

pub(super) fn connect(path: &Path, flags: OpenFlags, environment: &Environment) -> rusqlite::Result<Connection> {
    let connection = match &environment.vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(path, flags, vfs.as_str())?,
        None => Connection::open_with_flags(path, flags)?,
    };
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    if flags.contains(OpenFlags::SQLITE_OPEN_READ_WRITE) {
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "cache_size", -4096)?;
        // INSERT OR REPLACE then fires the triggers that guard the journal, too.
        connection.pragma_update(None, "recursive_triggers", true)?;
        // Savepoints then keep the pages they may have to restore in memory, not in a temporary file.
        connection.pragma_update(None, "temp_store", "memory")?;
    } else {
        connection.pragma_update(None, "cache_size", -1024)?;
    }
    Ok(connection)
}

pub(super) fn refuse_newer(path: &Path, found: i64) -> Result<(), OpenError> {
    let known = known_version();
    if found > known {
        return Err(OpenError::Newer { path: path.to_owned(), found, known });
    }
    Ok(())
}

fn check_durable(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let place = |source| OpenError::Open { path: path.to_owned(), source };
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let synchronous = pragma("synchronous").map_err(place)?;
    let journal_mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).map_err(place)?;
    if synchronous < 2 || journal_mode != "wal" {
        return Err(OpenError::NotDurable { path: path.to_owned(), synchronous, journal_mode });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn a_file_of_a_newer_program_is_refused_and_untouched() {
        let folder = folder();
        let path = folder.path().join("branch.db");
        let writer = open_writer(&path, &Environment::system()).unwrap();
        const NEWER: &str = "INSERT INTO refinery_schema_history VALUES (9999, 'future', '2030-01-01T00:00:00Z', '1')";
        writer.execute(NEWER, []).unwrap();
        drop(writer);
        let before = std::fs::read(&path).unwrap();

        let refused = open_writer(&path, &Environment::system()).unwrap_err();
        assert!(matches!(refused, OpenError::Newer { found: 9999, .. }), "{refused}");
        assert!(refused.to_string().contains("newer Comanda"));
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn a_truncated_or_foreign_file_is_refused_with_what_to_do() {
        let folder = folder();
        let path = folder.path().join("branch.db");
        std::fs::write(&path, vec![b'x'; 10_000]).unwrap();
        let refused = open_writer(&path, &Environment::system()).unwrap_err();
        assert!(refused.to_string().contains("restore a backup"), "{refused}");
    }
}
