//! Backups: the branch's file, its pepper and its blobs in one encrypted archive, and the way back.
//!
//! - [`create`](mod@create) copies the file in one step beside the selling branch, proves the copy, packs it, and reads back
//!   what it packed; only then does the archive get its name. So an archive that has a name was good when it was made.
//! - [`archive`] is what is inside: a tar of `manifest.json`, `branch.db`, `pepper` and `blobs/`, compressed by zstd and
//!   encrypted for age. With the recovery code, `age -d | zstd -d | tar x` opens it without us.
//! - [`folder`] names archives, lists them, and throws the older ones away.
//! - [`restore`](mod@restore) proves an archive, opens a new life of its journal, and only then puts it in place of the
//!   branch's file, which is kept beside it.
//! - [`daily`] makes one a day by itself.
//!
//! It does not know the writer: a backup reads from a connection of its own, and the branch sells meanwhile.
//!
//! Faults it survives, and where that is shown: a full disk or a kill while an archive is made leaves no archive with a
//! name (`create`); a damaged archive is refused before anything is touched, and a kill at any moment of a restore leaves
//! the old file or the new one (`restore`); no number is given twice afterwards (`edge/tests/backup.rs`).

pub mod archive;
mod aside;
pub mod create;
pub mod daily;
pub mod folder;
pub mod key;
pub mod restore;
pub mod routes;

pub use create::{Made, Progress, create};
pub use folder::{Backup, BackupFolder, BackupName};
pub use key::BackupKey;
pub use restore::{Restored, Verified, restore, verify};

use std::path::PathBuf;

use crate::journal::OpenError;

/// Why a backup could not be made, looked at or taken back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file or folder could not be read or written.
    #[error("could not {act} {}", path.display())]
    File {
        /// What was being done: `write`, `read`, ….
        act: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A backup would take the room that selling needs.
    #[error("there is no room for a backup: {} has {free} bytes left", path.display())]
    NoRoom {
        /// Where.
        path: PathBuf,
        /// What is left there.
        free: u64,
    },
    /// The branch's file, or the copy of it, could not be read.
    #[error("could not read {}", path.display())]
    Database {
        /// Which.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The copy could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The copy is not sound, so no archive was made of it, or the archive is not one to restore.
    #[error("the copy in the backup is not sound: {0}")]
    Unsound(String),
    /// The key in the data folder, or the code that was given, is no key.
    #[error("this is not a recovery code: it begins with AGE-SECRET-KEY-1 and has 74 characters")]
    NotAKey,
    /// The archive is for another key, was cut short, or was changed.
    #[error("{} cannot be decrypted: {reason}", path.display())]
    Undecipherable {
        /// Which.
        path: PathBuf,
        /// What age says.
        reason: String,
    },
    /// What is inside is not a backup of this program, or of a newer one.
    #[error("{} is not a backup this program can read: {reason}", path.display())]
    NotABackup {
        /// Which.
        path: PathBuf,
        /// What is missing.
        reason: String,
    },
    /// The new life of the journal could not be begun.
    #[error("could not begin a new life of the journal: {0}")]
    Lineage(String),
}

impl BackupError {
    fn file(act: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { act, path, source }
    }

    fn database(path: impl Into<PathBuf>) -> impl FnOnce(rusqlite::Error) -> Self {
        let path = path.into();
        move |source| Self::Database { path, source }
    }
}
