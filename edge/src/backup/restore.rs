//! The way back: a backup is proved, begins a new life of its journal, and takes the place of the branch's file.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::archive::{self, Manifest, Unpacked};
use super::create::{Progress, Proof, prove, prove_replay};
use super::{BackupError, BackupKey};
use crate::catalog::pictures;
use crate::environment::Environment;
use crate::journal::upgrade::bring_up_to_date;
use crate::journal::{DataFolder, Journal, LineageReason, sync_folder_of, write_private};

/// A backup that is good.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verified {
    /// What it says of itself, which was found to be so.
    pub manifest: Manifest,
}

/// A branch that came back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restored {
    /// What was restored.
    pub manifest: Manifest,
    /// Where the file is that was in its place, when there was one.
    pub kept: Option<PathBuf>,
}

/// Proves a backup: it can be decrypted, its file is sound, its chain whole, and a replay gives the same tables.
///
/// # Errors
/// [`BackupError`] with what is wrong with it.
pub fn verify(
    archive: &Path,
    key: &BackupKey,
    data: &DataFolder,
    environment: &Environment,
    progress: impl FnMut(Progress),
) -> Result<Verified, BackupError> {
    let scratch = data.scratch(environment).map_err(|error| BackupError::Unsound(error.to_string()))?;
    let unpacked = proved(archive, key, scratch.path(), environment, progress)?;
    Ok(Verified { manifest: unpacked.manifest })
}

fn proved(
    archive: &Path,
    key: &BackupKey,
    scratch: &Path,
    environment: &Environment,
    mut progress: impl FnMut(Progress),
) -> Result<Unpacked, BackupError> {
    progress(Progress::Unpacking);
    let unpacked = archive::unpack(archive, key, scratch)?;
    progress(Progress::Proving);
    let found = prove(&unpacked.database, scratch, environment, Proof::Sound)?;
    let said = (unpacked.manifest.sequence, unpacked.manifest.head.clone());
    if found != said {
        return Err(BackupError::Unsound(format!("its journal ends at entry {}, not at {}", found.0, said.0)));
    }
    // Nobody but the program that wrote them can say whether an older one's tables are right: they are made anew first.
    bring_up_to_date(&unpacked.database, environment)?;
    prove_replay(&unpacked.database, &scratch.join("replayed.db"), environment)?;
    Ok(unpacked)
}

/// Why a file was put aside, as its name says it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kept {
    /// Another took its place: a backup, or the cloud's.
    BeforeRestore,
    /// The branch was tried out with it.
    Trial,
}

impl Kept {
    /// Where a file that is put aside at this moment is kept.
    pub fn name(self, file: &Path, now: Timestamp) -> PathBuf {
        let why = match self {
            Self::BeforeRestore => "before-restore",
            Self::Trial => "trial",
        };
        file.with_extension(format!("{why}-{}.db", now.strftime("%Y%m%dT%H%M%SZ")))
    }
}

/// Puts a backup in place of the branch's file; whoever calls this holds the data folder.
///
/// The new life of the journal is begun before the file gets its place, so that a kill at any moment leaves a branch that
/// gives no number twice. The file that was there is kept beside it.
///
/// # Errors
/// [`BackupError`]; the branch is then as it was, unless it says that a file could not be named.
pub fn restore(
    archive: &Path,
    key: &BackupKey,
    data: &DataFolder,
    environment: &Environment,
    mut progress: impl FnMut(Progress),
) -> Result<Restored, BackupError> {
    let scratch = data.scratch(environment).map_err(|error| BackupError::Unsound(error.to_string()))?;
    let unpacked = proved(archive, key, scratch.path(), environment, &mut progress)?;
    let now = environment.clock.now();
    begin_new_life(scratch.path(), lives_due(unpacked.manifest.at, now), environment)?;

    progress(Progress::Replacing);
    // Before the menu that names them.
    if let Some(blobs) = &unpacked.blobs {
        pictures::shelf::share(blobs, &data.blobs()).map_err(BackupError::file("fill", data.blobs()))?;
    }
    let kept = replace(data, &unpacked.database, Kept::BeforeRestore, now)?;
    if let Some(pepper) = &unpacked.pepper {
        write_private(&data.pepper(), pepper).map_err(BackupError::file("write", data.pepper()))?;
    }
    // Whoever restores by a code goes on with that key, and has its code.
    write_private(&data.backup_key(), key.text().as_bytes()).map_err(BackupError::file("write", data.backup_key()))?;
    Ok(Restored { manifest: unpacked.manifest, kept })
}

/// Puts a file in place of the branch's; whoever calls this holds the data folder. What was there is kept beside it, and
/// named.
///
/// # Errors
/// [`BackupError`] with the file that could not be flushed or named.
pub fn replace(data: &DataFolder, by: &Path, why: Kept, now: Timestamp) -> Result<Option<PathBuf>, BackupError> {
    let kept = set_aside(data, why, now)?;
    let file = data.database();
    std::fs::File::open(by).and_then(|copy| copy.sync_all()).map_err(BackupError::file("flush", by))?;
    std::fs::rename(by, &file).map_err(BackupError::file("name", &file))?;
    sync_folder_of(&file).map_err(BackupError::file("flush the folder of", &file))?;
    Ok(kept)
}

/// A life skips to the next thousand of numbers. What was sold since the backup is not known; a day is taken to be less
/// than a thousand orders, and each day since then skips once more.
fn lives_due(backup: Timestamp, now: Timestamp) -> i64 {
    1 + now.duration_since(backup).as_hours().div_euclid(24).clamp(0, 400)
}

/// Opens the copy as its writer, in the folder it was unpacked to, and closes it in good order.
fn begin_new_life(scratch: &Path, lives: i64, environment: &Environment) -> Result<(), BackupError> {
    let fault = |error: &dyn std::fmt::Display| BackupError::Lineage(error.to_string());
    let folder = DataFolder::at(scratch).map_err(|error| fault(&error))?;
    let (journal, writer) = Journal::start(&folder, environment.clone()).map_err(|error| fault(&error))?;
    let begun = (0..lives).try_for_each(|_| journal.open_lineage(LineageReason::Restored));
    journal.readers().close_idle();
    journal.stop();
    drop(journal);
    writer.join().map_err(|_| BackupError::Lineage("the writer panicked".to_owned()))?;
    begun.map_err(|error| fault(&error))
}

/// Moves what is there out of the way, the log first: a log without its file is of no use to anybody, a file without its
/// log would be taken for whole.
fn set_aside(data: &DataFolder, why: Kept, now: Timestamp) -> Result<Option<PathBuf>, BackupError> {
    let file = data.database();
    if !file.exists() {
        return Ok(None);
    }
    let kept = why.name(&file, now);
    for ending in ["-shm", "-wal", ""] {
        let from = with_ending(&file, ending);
        if from.exists() {
            std::fs::rename(&from, with_ending(&kept, ending)).map_err(BackupError::file("set aside", from))?;
        }
    }
    Ok(Some(kept))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
