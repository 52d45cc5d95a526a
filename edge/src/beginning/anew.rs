//! The file changes places: the trial's is put aside, and one that begins with what stays takes its place.

use std::path::PathBuf;

use comanda_shared::branch::{BranchBegun, TrialPutAside};
use comanda_shared::staff::Actor;

use super::check::{Obstacle, Trial, look};
use crate::backup::BackupError;
use crate::backup::restore::{Kept, replace};
use crate::environment::Environment;
use crate::journal::successor::{Besides, Stays, SuccessorError, copy_besides};
use crate::journal::{CommandError, DataFolder, HoldError, Journal, OpenError, Request, StartError, open_reader};

/// Why a branch could not begin anew; it is then as it was.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// It may not.
    #[error(transparent)]
    Obstacle(#[from] Obstacle),
    /// Its file could not be read.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Its file could not be read.
    #[error("could not read the branch's file")]
    Read(#[from] rusqlite::Error),
    /// There was no room for the new file.
    #[error("could not make a folder for the new file")]
    Scratch(#[source] HoldError),
    /// The new file could not be begun.
    #[error("could not begin the new file")]
    Start(#[from] StartError),
    /// What stays could not be recorded.
    #[error("could not record what stays of the branch: {0}")]
    Record(#[source] CommandError<std::convert::Infallible>),
    /// What stays could not be copied.
    #[error(transparent)]
    Successor(#[from] SuccessorError),
    /// The files could not change places.
    #[error(transparent)]
    Replace(#[from] BackupError),
    /// The writer of the new file panicked.
    #[error("the writer of the new file panicked")]
    Panicked,
}

/// A branch that has begun.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Begun {
    /// What was put aside.
    pub trial: Trial,
    /// Where it is.
    pub kept: PathBuf,
}

/// Puts what was sold aside and begins anew with what stays; whoever calls this holds the data folder, and nobody has the
/// branch's file open.
///
/// # Errors
/// [`BeginError`]; the branch is then as it was, unless it says that a file could not be named.
pub fn begin(folder: &DataFolder, environment: &Environment, by: Actor) -> Result<Begun, BeginError> {
    let former = open_reader(&folder.database(), environment)?;
    let trial = look(&former, folder)?;
    if let Some(obstacle) = trial.obstacle {
        return Err(obstacle.into());
    }
    let now = environment.clock.now();
    let kept = Kept::Trial.name(&folder.database(), now);
    let scratch = folder.scratch(environment).map_err(BeginError::Scratch)?;
    let new = DataFolder::at(scratch.path()).map_err(BeginError::Scratch)?;
    let put_aside = TrialPutAside {
        journal: trial.journal,
        entries: trial.entries,
        hash: hex::encode(trial.hash),
        orders: trial.orders,
        file: kept.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
    };
    begin_file(&new, environment, Stays::of(&former)?, Some(put_aside), by)?;
    copy_besides(&former, &new.database(), environment, Besides::All)?;
    drop(former);
    replace(folder, &new.database(), Kept::Trial, now)?;
    Ok(Begun { trial, kept })
}

/// Opens a new file as its writer, records in one command what it goes on with, and closes it in good order.
///
/// # Errors
/// [`BeginError`].
pub(crate) fn begin_file(
    folder: &DataFolder,
    environment: &Environment,
    stays: Stays,
    trial: Option<TrialPutAside>,
    by: Actor,
) -> Result<(), BeginError> {
    let (journal, writer) = Journal::start(folder, environment.clone())?;
    let recorded = journal.command_blocking(Request::once(environment, by), move |step| {
        let at = step.now();
        trial.map_or(Ok(()), |trial| step.record(BranchBegun { trial, by, at }))?;
        Ok(stays.record(step)?)
    });
    journal.readers().close_idle();
    journal.stop();
    drop(journal);
    writer.join().map_err(|_| BeginError::Panicked)?;
    recorded.map_err(BeginError::Record)
}
