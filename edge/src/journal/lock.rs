//! The data folder: who holds it is the one writer of the branch.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::{Ballast, OpenError};
use crate::environment::Environment;

/// A branch's data folder.
#[derive(Clone, Debug)]
pub struct DataFolder {
    path: PathBuf,
    backups: Option<PathBuf>,
}

/// A folder that is gone when dropped.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A database in it.
    pub fn file(&self) -> PathBuf {
        self.path.join("replay.db")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now is only in the way.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// The right to write the branch, held until dropped. The kernel takes it back when the process ends, however it ends.
#[derive(Debug)]
pub struct Hold {
    _file: File,
}

/// Why the folder could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// Another process has it.
    #[error("{} is in use by another Comanda: one box writes a branch", .0.display())]
    Held(PathBuf),
    /// The folder could not be made or opened.
    #[error("could not use the folder {}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl DataFolder {
    /// The folder at this path, made (for its owner only) when it is not there.
    ///
    /// # Errors
    /// [`HoldError::Folder`] when it cannot be made.
    pub fn at(path: &Path) -> Result<Self, HoldError> {
        let place = |source| HoldError::Folder { path: path.to_owned(), source };
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(place)?;
        Ok(Self { path: path.to_owned(), backups: None })
    }

    /// The same, with backups elsewhere: on a second disk, say.
    #[must_use]
    pub fn with_backups(self, backups: Option<PathBuf>) -> Self {
        Self { backups, ..self }
    }

    /// Where backups go.
    pub fn backups(&self) -> PathBuf {
        self.backups.clone().unwrap_or_else(|| self.path.join("backups"))
    }

    /// The key of backups.
    pub fn backup_key(&self) -> PathBuf {
        self.path.join("backup.key")
    }

    /// Pictures and other large things, by their digest.
    pub fn blobs(&self) -> PathBuf {
        self.path.join("blobs")
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The branch's database.
    pub fn database(&self) -> PathBuf {
        self.path.join("branch.db")
    }

    /// Room kept for the hour in which there is none.
    pub fn ballast(&self) -> Ballast {
        Ballast::in_folder(&self.path)
    }

    /// The socket over which the command line speaks to the daemon.
    pub fn control_socket(&self) -> PathBuf {
        self.path.join("control.sock")
    }

    /// The key PIN verifiers are keyed with; outside the database, so that a copy of the database alone tells no PIN.
    pub fn pepper(&self) -> PathBuf {
        self.path.join("pepper")
    }

    /// What the PIN verifiers of the company's lists are keyed with; outside the database for the same reason.
    pub fn company_key(&self) -> PathBuf {
        self.path.join("company.key")
    }

    /// For whom this box speaks to the cloud, and with which key; outside the database, so that a copy of the database
    /// alone speaks for nobody.
    pub fn identity(&self) -> PathBuf {
        self.path.join("identity.json")
    }

    /// Where it is practised.
    pub fn practice(&self) -> PathBuf {
        self.path.join("practice")
    }

    /// The mark of a folder that is one of practice.
    pub fn practice_mark(&self) -> PathBuf {
        self.path.join("PRACTICE")
    }

    /// Whether nothing in it is real.
    pub fn is_practice(&self) -> bool {
        self.practice_mark().exists()
    }

    /// Where tickets that no printer can print are kept, as PDF files.
    pub fn by_hand(&self) -> PathBuf {
        self.path.join("by-hand")
    }

    /// What virtual printers printed.
    pub fn virtual_paper(&self) -> PathBuf {
        self.path.join("paper")
    }

    /// A folder within it that is gone when dropped: for a replay that is only compared.
    ///
    /// # Errors
    /// [`HoldError::Folder`] when it cannot be made.
    pub fn scratch(&self, environment: &Environment) -> Result<Scratch, HoldError> {
        let path = self.path.join(format!("scratch-{}", hex::encode(environment.random::<8>())));
        Self::at(&path).map(|made| Scratch { path: made.path })
    }

    /// Refuses a database without a byte, or none at all, in a folder that has lived: to SQLite it is a new one, and a branch
    /// begun anew would give its numbers a second time. The pepper is made after the first commit, so that where there is one, the
    /// database had something in it.
    ///
    /// # Errors
    /// [`OpenError::Emptied`], [`OpenError::Gone`].
    pub fn refuse_emptied(&self) -> Result<(), OpenError> {
        let database = self.database();
        match std::fs::metadata(&database) {
            _ if !self.pepper().exists() => Ok(()),
            Ok(file) if file.len() == 0 => Err(OpenError::Emptied(database)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(OpenError::Gone(database)),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Takes the right to write.
    ///
    /// # Errors
    /// [`HoldError::Held`] when another process has it.
    pub fn hold(&self) -> Result<Hold, HoldError> {
        let place = |source| HoldError::Folder { path: self.path.clone(), source };
        let lock = self.path.join("lock");
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(lock).map_err(place)?;
        match file.try_lock() {
            Ok(()) => Ok(Hold { _file: file }),
            Err(TryLockError::WouldBlock) => Err(HoldError::Held(self.path.clone())),
            Err(TryLockError::Error(source)) => Err(place(source)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_writers_of_one_folder_cannot_exist() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::at(folder.path()).unwrap();
        let held = data.hold().unwrap();
        assert!(matches!(data.hold(), Err(HoldError::Held(_))));
        drop(held);
        assert!(data.hold().is_ok());
    }
}
