//! Who lays down catalog and settings: somebody here, until the cloud has; then the cloud, until the branch leaves it.

use anyhow::Context;
use comanda_shared::branch::DirectiveKind;

use super::identity::Identity;
use crate::branch;
use crate::http::problem::{Code, Problem};
use crate::journal::{DataFolder, Journal, open_reader};

/// What would be changed here is the cloud's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the {} of this branch is laid down in the cloud: change it there", .0.as_str())]
pub struct OwnedByCloud(pub DirectiveKind);

impl From<OwnedByCloud> for Problem {
    fn from(refusal: OwnedByCloud) -> Self {
        Self::from(Code::OwnedByCloud).detail(refusal)
    }
}

/// Whether something may be changed here. A change that the cloud makes at the same moment comes after this one.
///
/// # Errors
/// When the box's identity or the branch's file cannot be read.
pub fn check(journal: &Journal, folder: &DataFolder, kind: DirectiveKind) -> anyhow::Result<Result<(), OwnedByCloud>> {
    if Identity::read(&folder.identity()).context("could not read the identity of this box")?.is_none() {
        return Ok(Ok(()));
    }
    let connection = open_reader(&folder.database(), journal.environment())?;
    let branch = branch::store::load(&connection)?.context("the branch is not there")?;
    Ok(if branch.author_of(kind).is_local() { Ok(()) } else { Err(OwnedByCloud(kind)) })
}

/// The same, for whoever asks over HTTP. It reads files: not to be called where others wait.
///
/// # Errors
/// The refusal, or `storage.failed`.
pub fn check_asked(journal: &Journal, folder: &DataFolder, kind: DirectiveKind) -> Result<(), Problem> {
    let checked = check(journal, folder, kind).map_err(|error| {
        tracing::error!(error = format!("{error:#}"), kind = kind.as_str(), "whose this is cannot be read");
        Problem::from(Code::StorageFailed)
    })?;
    Ok(checked?)
}
