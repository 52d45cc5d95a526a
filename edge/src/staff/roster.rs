//! The company's list of who works here: taken into use, and who of those here stand on it.
//!
//! What it says of a person is changed in the cloud; people the branch took on itself, and everybody's PIN, stay the branch's.

use comanda_shared::branch::{Author, Branch, DirectiveKind};
use comanda_shared::ids::StaffId;
use comanda_shared::staff::{Roster, RosterError};
use rusqlite::Connection;

use super::{secrets, store};
use crate::branch;
use crate::http::problem::{Code, Problem};
use crate::journal::directives::{self, Document};
use crate::journal::{DataFolder, Failure, Journal, Step, open_reader};
use crate::sync::pen::{self, OwnedByCloud};

/// The list in use; none when there never was one.
///
/// # Errors
/// When SQLite cannot read.
pub fn in_use(connection: &Connection, branch: &Branch) -> rusqlite::Result<Option<Roster>> {
    let version = branch.directive_version(DirectiveKind::Staff);
    let Some(body) = directives::laid_down(connection, DirectiveKind::Staff, version)? else { return Ok(None) };
    let read = serde_json::from_str(&body);
    read.map(Some)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, error.into()))
}

/// Takes a list into use, whose document was kept before: what happens with it to the people here, and their new PINs.
///
/// # Errors
/// [`RosterError`] when nobody would run the branch; or that SQLite cannot write. The step is then undone.
pub fn take_into_use(
    step: &mut Step<'_>,
    roster: &Roster,
    document: &Document,
    author: Author,
) -> Result<(), Failure<RosterError>> {
    let (connection, kind) = (step.connection(), DirectiveKind::Staff);
    let (before, everybody) = (in_use(connection, step.branch())?, store::everybody(connection)?);
    let changes = roster.changes(before.as_ref(), &everybody).map_err(Failure::Refused)?;
    let version = step.branch().directive_version(kind) + 1;
    step.record(directives::lay_down(connection, kind, version, &document.sha256, author)?)?;
    for change in changes {
        step.record(change)?;
    }
    for (staff, verifier) in roster.new_pins(before.as_ref(), &everybody) {
        secrets::keep_pin(connection, staff, &verifier.0)?;
    }
    Ok(())
}

/// Whether somebody may be changed here: not when they stand on a list of the cloud's.
///
/// # Errors
/// The refusal, or `storage.failed`.
pub async fn check_asked(journal: &Journal, folder: &DataFolder, staff: StaffId) -> Result<(), Problem> {
    let (journal, folder) = (journal.clone(), folder.clone());
    let checking = tokio::task::spawn_blocking(move || is_listed_by_cloud(&journal, &folder, staff));
    let checked = checking.await.map_err(|_| Problem::from(Code::Internal))?;
    let is_listed = checked.map_err(|error| {
        tracing::error!(error = format!("{error:#}"), "whose staff this is cannot be read");
        Problem::from(Code::StorageFailed)
    })?;
    if is_listed { Err(OwnedByCloud(DirectiveKind::Staff).into()) } else { Ok(()) }
}

fn is_listed_by_cloud(journal: &Journal, folder: &DataFolder, staff: StaffId) -> anyhow::Result<bool> {
    if pen::check(journal, folder, DirectiveKind::Staff)?.is_ok() {
        return Ok(false);
    }
    let connection = open_reader(&folder.database(), journal.environment())?;
    let Some(branch) = branch::store::load(&connection)? else { return Ok(false) };
    Ok(in_use(&connection, &branch)?.is_some_and(|roster| roster.member(staff).is_some()))
}
