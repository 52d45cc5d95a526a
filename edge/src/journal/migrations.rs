//! The steps that bring a branch's file from any older schema to this program's: `migrations/V1__journal.sql` and on,
//! listed by the build.
//!
//! Which of them a file has had stands in it, in the table that refinery kept before (`refinery_schema_history`), with
//! the same checksums: files of older programs go on, and a step that was edited after it was taken is refused.

use std::hash::{Hash, Hasher};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use siphasher::sip::SipHasher13;

const HISTORY: &str = "CREATE TABLE IF NOT EXISTS refinery_schema_history(
             version int4 PRIMARY KEY,
             name VARCHAR(255),
             applied_on VARCHAR(255),
             checksum VARCHAR(255));";

/// Why a file could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// SQLite did not do a step; none of them is done.
    #[error("step {step} failed")]
    Step {
        /// Which.
        step: String,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The file had a step of this version that is not this program's.
    #[error("the file had {theirs}, and this program has {ours}: one of them was changed after it was used")]
    Diverged {
        /// What stands in the file.
        theirs: String,
        /// What this program would do.
        ours: String,
    },
    /// The file has later steps and not this one.
    #[error("the file had later steps, and never {0}")]
    LeftOut(String),
    /// What the file had cannot be read, or the steps cannot be kept.
    #[error("its history of steps cannot be read or written")]
    History(#[from] rusqlite::Error),
}

/// One step.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    version: i32,
    name: &'static str,
    sql: &'static str,
}

/// Every step, oldest first.
pub const ALL: &[Migration] = &include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// A step that stands in a file.
struct Taken {
    version: i32,
    name: String,
    checksum: String,
}

impl Migration {
    fn checksum(&self) -> u64 {
        let mut hasher = SipHasher13::new();
        self.name.hash(&mut hasher);
        self.version.hash(&mut hasher);
        self.sql.hash(&mut hasher);
        hasher.finish()
    }

    fn called(&self) -> String {
        format!("V{}__{}", self.version, self.name)
    }
}

/// The newest schema this program knows.
pub fn newest() -> i64 {
    ALL.iter().map(|migration| i64::from(migration.version)).max().unwrap_or_default()
}

/// The schema of a file; 0 of an empty one.
///
/// # Errors
/// What SQLite says.
pub fn version_of(connection: &Connection) -> rusqlite::Result<i64> {
    if !has_history(connection)? {
        return Ok(0);
    }
    const NEWEST: &str = "SELECT coalesce(max(version), 0) FROM refinery_schema_history";
    connection.query_row(NEWEST, [], |row| row.get(0))
}

/// Does the steps that the file has not had, all of them or none.
///
/// # Errors
/// [`MigrationError`]; the file is as it was.
pub fn run(connection: &mut Connection, migrations: &[Migration]) -> Result<(), MigrationError> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(HISTORY)?;
    for migration in due(&taken(&transaction)?, migrations)? {
        let fault = |source| MigrationError::Step { step: migration.called(), source };
        tracing::info!(step = migration.called(), "bringing the file up to date");
        transaction.execute_batch(migration.sql).map_err(fault)?;
        transaction.execute(
            "INSERT INTO refinery_schema_history (version, name, applied_on, checksum) VALUES (?1, ?2, ?3, ?4)",
            params![migration.version, migration.name, Timestamp::now().to_string(), migration.checksum().to_string()],
        )?;
    }
    Ok(transaction.commit()?)
}

fn has_history(connection: &Connection) -> rusqlite::Result<bool> {
    const HISTORY: &str = "SELECT 1 FROM sqlite_schema WHERE name = 'refinery_schema_history'";
    Ok(connection.query_row(HISTORY, [], |_| Ok(())).optional()?.is_some())
}

fn taken(connection: &Connection) -> rusqlite::Result<Vec<Taken>> {
    let mut all = connection.prepare("SELECT version, name, checksum FROM refinery_schema_history")?;
    let taken = |row: &rusqlite::Row<'_>| Ok(Taken { version: row.get(0)?, name: row.get(1)?, checksum: row.get(2)? });
    all.query_map([], taken)?.collect()
}

fn due<'m>(taken: &[Taken], migrations: &'m [Migration]) -> Result<Vec<&'m Migration>, MigrationError> {
    let newest = taken.iter().map(|taken| taken.version).max();
    let mut due = Vec::new();
    for ours in migrations {
        match taken.iter().find(|taken| taken.version == ours.version) {
            Some(theirs) if theirs.name != ours.name || theirs.checksum != ours.checksum().to_string() => {
                let theirs = format!("V{}__{}", theirs.version, theirs.name);
                return Err(MigrationError::Diverged { theirs, ours: ours.called() });
            }
            Some(_) => {}
            None if newest > Some(ours.version) => return Err(MigrationError::LeftOut(ours.called())),
            None => due.push(ours),
        }
    }
    Ok(due)
}

#[cfg(test)]
mod tests {
    use super::*;

    mod embedded {
        refinery::embed_migrations!("src/journal/migrations");
    }

    fn history(connection: &Connection) -> Vec<(i64, String, String)> {
        const ALL: &str = "SELECT version, name, checksum FROM refinery_schema_history ORDER BY version";
        let mut rows = connection.prepare(ALL).unwrap();
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap().map(Result::unwrap).collect()
    }

    fn schema(connection: &Connection) -> Vec<(String, Option<String>)> {
        let mut rows = connection.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").unwrap();
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn a_file_is_what_refinery_made_of_it_and_either_goes_on_where_the_other_was() {
        let mut ours = Connection::open_in_memory().unwrap();
        run(&mut ours, ALL).unwrap();
        let mut theirs = Connection::open_in_memory().unwrap();
        embedded::migrations::runner().set_grouped(true).run(&mut theirs).unwrap();
        assert_eq!(history(&ours), history(&theirs));
        assert_eq!(schema(&ours), schema(&theirs));

        run(&mut theirs, ALL).unwrap();
        let report = embedded::migrations::runner().set_grouped(true).run(&mut ours).unwrap();
        assert_eq!(report.applied_migrations().len(), 0);

        let mut older = Connection::open_in_memory().unwrap();
        embedded::migrations::runner().set_target(refinery::Target::Version(9)).run(&mut older).unwrap();
        run(&mut older, ALL).unwrap();
        assert_eq!(history(&older), history(&ours));
    }

    #[test]
    fn a_step_that_fails_leaves_the_file_as_it_was() {
        let mut file = Connection::open_in_memory().unwrap();
        let wrong = Migration { version: 9998, name: "wrong", sql: "CREATE TABLE half (a); CREATE TABLE half (a);" };
        let steps: Vec<Migration> = ALL.iter().copied().chain([wrong]).collect();
        let refused = run(&mut file, &steps).unwrap_err();
        assert!(matches!(&refused, MigrationError::Step { step, .. } if step == "V9998__wrong"), "{refused}");
        assert_eq!(schema(&file), []);
    }

    #[test]
    fn a_step_that_was_changed_or_slipped_in_is_refused() {
        let mut file = Connection::open_in_memory().unwrap();
        run(&mut file, ALL).unwrap();
        let mut changed = ALL.to_vec();
        changed[0].sql = "SELECT 1";
        let refused = run(&mut file, &changed).unwrap_err();
        assert!(matches!(refused, MigrationError::Diverged { .. }), "{refused}");

        let slipped_in = Migration { version: 6, name: "slipped_in", sql: "SELECT 1" };
        let steps: Vec<Migration> = ALL.iter().copied().chain([slipped_in]).collect();
        let refused = run(&mut file, &steps).unwrap_err();
        assert!(matches!(&refused, MigrationError::LeftOut(step) if step == "V6__slipped_in"), "{refused}");
    }
}
