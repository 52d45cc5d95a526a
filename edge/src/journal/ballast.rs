//! Room kept for the hour in which there is none: a file that holds nothing and is given up when the disk is nearly full, so
//! that selling goes on while somebody makes room.
//!
//! The daemon lays it some seconds after its start, where there is plenty of room ([`crate::health::watch`]); the writer, who
//! is the first to feel a full disk, gives it up. It is laid again when there is plenty again.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, fallocate, statvfs};

/// Some ten thousand orders.
const SIZE: u64 = 64 * 1024 * 1024;
/// It takes no more of a disk than one part in so many.
const PART_OF_DISK: u64 = 8;
/// It is laid where this many times its size are free.
const PLENTY: u64 = 4;

/// The file.
#[derive(Clone, Debug)]
pub struct Ballast(PathBuf);

/// Bytes that may still be written where this path is, and how many there are in all.
///
/// # Errors
/// What the system says.
pub fn room(at: &Path) -> io::Result<(u64, u64)> {
    let room = statvfs(at)?;
    Ok((room.f_bavail.saturating_mul(room.f_frsize), room.f_blocks.saturating_mul(room.f_frsize)))
}

const fn size_on(disk: u64) -> u64 {
    let part = disk / PART_OF_DISK;
    if part < SIZE { part } else { SIZE }
}

impl Ballast {
    /// The one in this folder, laid or not.
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self(folder.join("ballast"))
    }

    /// Whether it is there.
    pub fn is_laid(&self) -> bool {
        self.0.exists()
    }

    /// Lays it, if it is not there and there is plenty of room; says whether it is there now.
    ///
    /// # Errors
    /// What the system says; a file system that cannot reserve room has no ballast.
    pub fn lay(&self) -> io::Result<bool> {
        if self.is_laid() {
            return Ok(true);
        }
        let (free, disk) = room(self.folder())?;
        let size = size_on(disk);
        if free < size * PLENTY {
            return Ok(false);
        }
        // Under another name until it is whole: a piece of one is no room kept.
        let begun = self.0.with_extension("begun");
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&begun)?;
        let reserved = fallocate(&file, FallocateFlags::empty(), 0, size).map_err(io::Error::from);
        if let Err(error) = reserved.and_then(|()| std::fs::rename(&begun, &self.0)) {
            let _ = std::fs::remove_file(&begun);
            return Err(error);
        }
        Ok(true)
    }

    /// Gives it up, if it is there and the disk nearly full; says whether the disk is.
    pub(super) fn give_up_if_nearly_full(&self) -> bool {
        let is_nearly_full = room(self.folder()).is_ok_and(|(free, disk)| free < size_on(disk) / PLENTY);
        if is_nearly_full {
            self.give_up();
        }
        is_nearly_full
    }

    /// Gives it up, if it is there.
    pub(super) fn give_up(&self) {
        // Made empty first: a file that somebody reads keeps its room when it is only removed.
        let emptied = OpenOptions::new().write(true).open(&self.0).and_then(|file: File| file.set_len(0));
        match emptied.and_then(|()| std::fs::remove_file(&self.0)) {
            Ok(()) => tracing::error!("the disk is nearly full: the ballast was given up, somebody must make room"),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => tracing::error!(%error, "the disk is nearly full, and the ballast cannot be given up"),
        }
    }

    fn folder(&self) -> &Path {
        self.0.parent().unwrap_or(Path::new("."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    #[test]
    fn ballast_holds_its_room_until_it_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let ballast = Ballast::in_folder(folder.path());
        assert!(ballast.lay().unwrap() && ballast.lay().unwrap());
        let held = std::fs::metadata(folder.path().join("ballast")).unwrap();
        assert_eq!(held.len(), SIZE);
        assert!(held.blocks() * 512 >= SIZE, "a file with holes keeps no room");
        ballast.give_up_if_nearly_full();
        assert!(ballast.is_laid(), "there is plenty of room here");
        ballast.give_up();
        ballast.give_up();
        assert!(!ballast.is_laid());
    }

    #[test]
    fn it_takes_a_small_part_of_a_small_disk() {
        assert_eq!(size_on(24 * 1024 * 1024), 3 * 1024 * 1024);
        assert_eq!(size_on(1 << 40), SIZE);
    }
}
