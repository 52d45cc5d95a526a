//! The file of a practice branch, made from the branch's own.

use std::io;
use std::path::PathBuf;

use comanda_shared::staff::Actor;

use crate::beginning::{BeginError, begin_file};
use crate::catalog::pictures::Shelf;
use crate::environment::Environment;
use crate::journal::successor::{Besides, Stays, SuccessorError, copy_besides};
use crate::journal::{DataFolder, HoldError, OpenError, open_reader, write_private};

/// Why a practice branch could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PracticeError {
    /// Another process has its folder: it is practised already.
    #[error(transparent)]
    Hold(#[from] HoldError),
    /// What was practised before could not be cleared away, or a key not be copied.
    #[error("could not {act} {}", path.display())]
    File {
        /// What was being done.
        act: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The branch's file could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// What stays could not be read or copied.
    #[error(transparent)]
    Successor(#[from] SuccessorError),
    /// The file could not be begun.
    #[error(transparent)]
    Begin(#[from] BeginError),
}

/// Clears a practice folder and fills it anew from what the branch is set up with; the branch may be selling meanwhile.
///
/// # Errors
/// [`PracticeError`]; the branch itself is never touched.
pub fn prepare(
    branch: &DataFolder,
    practice: &DataFolder,
    environment: &Environment,
    prints: bool,
) -> Result<(), PracticeError> {
    let hold = practice.hold()?;
    clear(practice)?;
    drop(hold);
    let file = |act, path: PathBuf| move |source| PracticeError::File { act, path, source };
    write_private(&practice.practice_mark(), b"").map_err(file("mark", practice.practice_mark()))?;
    let former = open_reader(&branch.database(), environment)?;
    begin_file(practice, environment, Stays::of(&former)?.to_practise(prints), None, Actor::Operator)?;
    copy_besides(&former, &practice.database(), environment, Besides::ToPractise)?;
    let pictures = Shelf::of(branch.clone()).share_with(practice);
    pictures.map_err(file("fill", practice.blobs()))?;
    // PINs are keyed with these.
    for (key, copy) in [(branch.pepper(), practice.pepper()), (branch.company_key(), practice.company_key())] {
        if key.exists() {
            let secret = std::fs::read(&key).map_err(file("read", key))?;
            write_private(&copy, &secret).map_err(file("write", copy.clone()))?;
        }
    }
    Ok(())
}

/// Everything but the lock, which is held.
fn clear(practice: &DataFolder) -> Result<(), PracticeError> {
    let fault = |source| PracticeError::File { act: "clear", path: practice.path().to_owned(), source };
    for entry in std::fs::read_dir(practice.path()).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        if entry.file_name() == "lock" {
            continue;
        }
        let is_folder = entry.file_type().map_err(fault)?.is_dir();
        let cleared =
            if is_folder { std::fs::remove_dir_all(entry.path()) } else { std::fs::remove_file(entry.path()) };
        cleared.map_err(fault)?;
    }
    Ok(())
}
