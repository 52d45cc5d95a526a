//! Whether a branch may begin anew, and what would be put aside.

use comanda_shared::ids::JournalId;
use jiff::Timestamp;
use rusqlite::Connection;

use crate::branch;
use crate::cash;
use crate::journal::entry::read_head;
use crate::journal::{DataFolder, Journal};

/// Why it may not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Obstacle {
    /// It did already.
    #[error("the branch began for real already: nothing that was sold since is put aside")]
    Begun,
    /// The cloud has what was sold.
    #[error("the branch is enrolled: what it sold is in the cloud, and stays")]
    Enrolled,
    /// Somebody answers for a drawer.
    #[error("a shift is open: its drawer is counted first")]
    ShiftOpen,
    /// Receipts have numbers that the tax office knows.
    #[error("receipts have numbers of the tax office: they were sold for real")]
    Fiscal,
    /// There is nothing to put aside.
    #[error("nothing was sold yet: the branch may simply begin")]
    Nothing,
}

/// What was sold so far, and when the branch began for real.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Trial {
    /// The journal's life.
    pub journal: JournalId,
    /// Its entries.
    pub entries: u64,
    /// The chain with the last of them.
    pub hash: [u8; 32],
    /// Orders taken.
    pub orders: u64,
    /// When it began for real, if it did.
    pub begun_at: Option<Timestamp>,
    /// Why it may not begin, if it may not.
    pub obstacle: Option<Obstacle>,
}

/// What was typed is not the branch's name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("it is not the branch's name")]
pub struct NotMeant;

/// That whoever asks means it: the branch's name was typed.
///
/// # Errors
/// [`NotMeant`].
pub fn check_meant(journal: &Journal, typed: &str) -> Result<(), NotMeant> {
    let configuration = journal.configuration();
    if typed.trim() == configuration.settings.name.trim() { Ok(()) } else { Err(NotMeant) }
}

/// Looks at a branch.
///
/// # Errors
/// When SQLite cannot read, or there is no branch.
pub fn look(connection: &Connection, folder: &DataFolder) -> rusqlite::Result<Trial> {
    const ORDERS: &str = "SELECT count(*) FROM orders";
    let branch = branch::store::load(connection)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let head = read_head(connection)?;
    let orders = connection.query_row(ORDERS, [], |row| row.get::<_, i64>(0))?.cast_unsigned();
    let obstacle = if branch.begun_at.is_some() {
        Some(Obstacle::Begun)
    } else if folder.identity().exists() {
        Some(Obstacle::Enrolled)
    } else if !cash::queries::open_shifts(connection)?.is_empty() {
        Some(Obstacle::ShiftOpen)
    } else if !branch.fiscal.is_empty() {
        Some(Obstacle::Fiscal)
    } else if orders == 0 {
        Some(Obstacle::Nothing)
    } else {
        None
    };
    let (journal, begun_at) = (branch.journal, branch.begun_at);
    Ok(Trial { journal, entries: head.sequence, hash: head.hash, orders, begun_at, obstacle })
}
