//! Making a backup: copy, prove, pack, read back, name, thin.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::archive::{self, FORMAT, Manifest};
use super::aside::aside;
use super::{BackupError, BackupFolder, BackupKey, BackupName};
use crate::environment::Environment;
use crate::journal::replay::{differences, replay_into};
use crate::journal::verify::verify;
use crate::journal::{DataFolder, open_reader, sync_folder_of};

/// How far it has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// The branch's file is copied.
    Copying,
    /// The copy is proved: `integrity_check`, the chain, and every week a replay.
    Proving,
    /// It is compressed and encrypted.
    Packing,
    /// What was packed is read back.
    ReadingBack,
    /// Old ones are thrown away.
    Thinning,
    /// What a backup holds is taken out of it.
    Unpacking,
    /// It takes the place of the branch's file.
    Replacing,
}

impl Progress {
    /// For people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Copying => "copying the branch's file",
            Self::Proving => "proving the copy",
            Self::Packing => "compressing and encrypting",
            Self::ReadingBack => "reading it back",
            Self::Thinning => "throwing old ones away",
            Self::Unpacking => "unpacking",
            Self::Replacing => "taking the branch's place",
        }
    }
}

/// How thoroughly a copy is proved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Proof {
    /// `integrity_check` and the chain.
    Sound,
    /// Besides, a replay gives the same tables.
    Replayed,
}

/// A backup that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Made {
    /// What it is called.
    pub name: BackupName,
    /// Where it is.
    pub file: PathBuf,
    /// How long it is.
    pub bytes: u64,
    /// How long it took.
    pub took: Duration,
}

/// Makes a backup while the branch sells, and gives way to it.
///
/// # Errors
/// [`BackupError`]; there is then no archive of this name.
pub fn create(
    data: &DataFolder,
    to: &BackupFolder,
    environment: &Environment,
    proof: Proof,
    progress: impl FnMut(Progress) + Send,
) -> Result<Made, BackupError> {
    aside(|| create_here(data, to, environment, proof, progress)).map_err(BackupError::file("begin", to.path()))?
}

fn create_here(
    data: &DataFolder,
    to: &BackupFolder,
    environment: &Environment,
    proof: Proof,
    mut progress: impl FnMut(Progress),
) -> Result<Made, BackupError> {
    let began = Instant::now();
    let at = environment.clock.now();
    let key = BackupKey::of(data)?;
    let scratch = data.scratch(environment).map_err(|error| BackupError::Unsound(error.to_string()))?;

    progress(Progress::Copying);
    let copy = scratch.path().join("branch.db");
    copy_in_one_step(&data.database(), &copy, environment)?;
    progress(Progress::Proving);
    let (sequence, head) = prove(&copy, scratch.path(), environment, proof)?;
    let database_blake3 = archive::digest_of(&copy).map_err(BackupError::file("read", &copy))?;

    progress(Progress::Packing);
    std::fs::create_dir_all(to.path()).map_err(BackupError::file("make", to.path()))?;
    let name = BackupName { at, sequence };
    let (draft, file) = (Draft(to.path().join(format!(".{name}.part"))), to.file(name));
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let manifest = Manifest { format: FORMAT, version, at, sequence, head, database_blake3 };
    let bytes = archive::write(&draft.0, &key, &manifest, &copy, data)?;
    progress(Progress::ReadingBack);
    let back = scratch.path().join("back");
    std::fs::create_dir(&back).map_err(BackupError::file("make", &back))?;
    let read = archive::unpack(&draft.0, &key, &back)?;
    if read.manifest != manifest {
        return Err(BackupError::Unsound("what was read back says something else of itself".to_owned()));
    }
    std::fs::rename(&draft.0, &file).map_err(BackupError::file("name", &file))?;
    sync_folder_of(&file).map_err(BackupError::file("flush the folder of", &file))?;

    progress(Progress::Thinning);
    to.thin(at)?;
    Ok(Made { name, file, bytes, took: began.elapsed() })
}

/// An archive without a name yet; gone when it gets none.
struct Draft(PathBuf);

impl Drop for Draft {
    fn drop(&mut self) {
        // It is not there once it has its name.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A whole copy, of one moment, while others write: `VACUUM INTO` reads in one transaction.
fn copy_in_one_step(from: &Path, to: &Path, environment: &Environment) -> Result<(), BackupError> {
    let connection = open_reader(from, environment)?;
    let name = to.to_str().ok_or_else(|| BackupError::Unsound(format!("{} is no UTF-8", to.display())))?;
    // The copy is proved and thrown away: flushing tens of megabytes of it would have every order's flush wait behind it.
    connection.pragma_update(None, "synchronous", "OFF").map_err(BackupError::database(from))?;
    connection.execute("VACUUM INTO ?1", [name]).map(drop).map_err(BackupError::database(from))
}

/// Proves a copy, and says where its journal ends.
///
/// # Errors
/// [`BackupError::Unsound`] with what is wrong.
pub(super) fn prove(
    copy: &Path,
    scratch: &Path,
    environment: &Environment,
    proof: Proof,
) -> Result<(u64, String), BackupError> {
    let connection = open_reader(copy, environment)?;
    let place = || BackupError::database(copy);
    let said: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(place())?;
    if said != "ok" {
        return Err(BackupError::Unsound(said));
    }
    let verdict = verify(&connection).map_err(place())?;
    if let Some(fault) = verdict.faults.first() {
        return Err(BackupError::Unsound(format!("entry {}: {}", fault.sequence, fault.reason)));
    }
    if proof == Proof::Replayed {
        prove_replay(copy, &scratch.join("replayed.db"), environment)?;
    }
    Ok((verdict.entries, verdict.head))
}

/// Proves that a replay of a copy's journal, into a file of its own, gives the copy's tables.
///
/// # Errors
/// [`BackupError::Unsound`] with the table that is another.
pub(super) fn prove_replay(copy: &Path, file: &Path, environment: &Environment) -> Result<(), BackupError> {
    let connection = open_reader(copy, environment)?;
    replay_into(&connection, file, environment).map_err(|error| BackupError::Unsound(error.to_string()))?;
    let replayed = open_reader(file, environment)?;
    let found = differences(&connection, &replayed).map_err(BackupError::database(file))?;
    match found.first() {
        None => Ok(()),
        Some(first) => Err(BackupError::Unsound(format!("the table {} is not what the journal says", first.table))),
    }
}
