//! What the cloud is told of the branch: what it uses, what it could not use and why, its disk, its printers.

use comanda_shared::branch::{Author, DirectiveKind};
use comanda_shared::protocol::directive::{DirectiveReport, NotTaken, PrinterReport, State};
use rusqlite::Connection;

use super::store;
use crate::branch;
use crate::journal::{DataFolder, Journal, room};
use crate::printing::board::Board;
use crate::sync::identity::Identity;

/// How the branch is at this moment.
///
/// # Errors
/// When SQLite cannot read.
pub fn of_the_branch(
    connection: &Connection,
    journal: &Journal,
    folder: &DataFolder,
    board: &Board,
    identity: &Identity,
) -> rusqlite::Result<State> {
    Ok(State {
        branch: identity.branch,
        appliance: identity.appliance,
        head: *journal.committed().borrow(),
        directives: of_directives(connection)?,
        disk_free: room(folder.path()).ok().map(|(free, _)| free),
        printers: printers(journal, board),
    })
}

/// What the branch uses of each kind, and what it does not use.
///
/// # Errors
/// When SQLite cannot read.
pub fn of_directives(connection: &Connection) -> rusqlite::Result<Vec<DirectiveReport>> {
    let branch = branch::store::load(connection)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let mut kinds: Vec<String> = DirectiveKind::ALL.map(|kind| kind.as_str().to_owned()).to_vec();
    kinds.extend(store::kinds_not_taken(connection)?.into_iter().filter(|kind| DirectiveKind::named(kind).is_none()));
    let mut directives = Vec::new();
    for kind in kinds {
        let used = DirectiveKind::named(&kind).and_then(|kind| branch.directives.get(&kind));
        let version = match used.map(|used| used.author) {
            Some(Author::Cloud { version }) => version,
            Some(Author::Local) | None => 0,
        };
        let not_taken = store::not_taken(connection, &kind)?.map(|tried| {
            // Another program may be able to.
            let is_final = tried.reason.is_final && tried.app == env!("CARGO_PKG_VERSION");
            NotTaken { is_final, ..tried.reason }
        });
        directives.push(DirectiveReport { kind, version, sha256: used.map(|used| used.sha256.clone()), not_taken });
    }
    Ok(directives)
}

fn printers(journal: &Journal, board: &Board) -> Vec<PrinterReport> {
    let configuration = journal.configuration();
    let in_use = configuration.printers.iter().filter(|printer| !printer.is_removed);
    let report = |printer: &comanda_shared::printer::Printer| {
        let condition = serde_json::to_value(board.standing(printer.id).condition).ok();
        let condition = condition.and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default();
        PrinterReport { name: printer.name.clone(), condition }
    };
    in_use.map(report).collect()
}
