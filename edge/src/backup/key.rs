//! The key of a branch's backups. It is kept in the data folder, so that the daemon can read back what it wrote; its
//! recovery code is shown to a person once, and is all that is needed to restore on another box.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;
use age::x25519::Identity;

use super::BackupError;
use crate::journal::DataFolder;

/// The key.
#[derive(Clone)]
pub struct BackupKey(Identity);

impl BackupKey {
    /// The branch's own key, made when there is none.
    ///
    /// # Errors
    /// [`BackupError`] when it cannot be read or written.
    pub fn of(data: &DataFolder) -> Result<Self, BackupError> {
        let path = data.backup_key();
        if path.exists() {
            let text = std::fs::read_to_string(&path).map_err(BackupError::file("read", &path))?;
            return Self::from_code(&text);
        }
        let key = Self(Identity::generate());
        write_secret(&path, key.code().as_bytes()).map_err(BackupError::file("write", &path))?;
        Ok(key)
    }

    /// The key that a recovery code says.
    ///
    /// # Errors
    /// [`BackupError::NotAKey`].
    pub fn from_code(code: &str) -> Result<Self, BackupError> {
        code.trim().parse().map(Self).map_err(|_| BackupError::NotAKey)
    }

    /// The recovery code, when no person has seen it yet; from now on one has.
    ///
    /// # Errors
    /// [`BackupError`] when it cannot be written down that it was shown; then it is not shown.
    pub fn show_once(&self, data: &DataFolder) -> Result<Option<String>, BackupError> {
        let seen = seen_file(data);
        if seen.exists() {
            return Ok(None);
        }
        write_secret(&seen, b"").map_err(BackupError::file("write", &seen))?;
        Ok(Some(self.code()))
    }

    /// Whether a person has seen the recovery code.
    pub fn was_seen(data: &DataFolder) -> bool {
        seen_file(data).exists()
    }

    fn code(&self) -> String {
        self.0.to_string().expose_secret().to_owned()
    }

    /// As it stands in the data folder.
    pub(super) fn text(&self) -> String {
        self.code()
    }

    pub(super) const fn identity(&self) -> &Identity {
        &self.0
    }
}

fn seen_file(data: &DataFolder) -> PathBuf {
    data.backup_key().with_extension("key.seen")
}

/// Writes a file for its owner only, whole or not at all.
pub(crate) fn write_secret(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let draft = path.with_extension("part");
    let mut file = std::fs::OpenOptions::new();
    let mut file = file.write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&draft, path)?;
    sync_folder_of(path)
}

/// Makes the names in the folder of this file durable.
pub(super) fn sync_folder_of(path: &Path) -> std::io::Result<()> {
    std::fs::File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}
