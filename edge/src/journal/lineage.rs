//! The lives of a journal. A restore or a take-over opens a new one at the next sequence, locally, asking nobody, and
//! skips numbers so that none given before is given again.

use comanda_shared::branch::{BranchOpened, NumbersSkipped};
use comanda_shared::event::Event;
use comanda_shared::ids::{BranchId, JournalId, NewIds};
use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, params};

use super::entry::Head;

/// Why a life of the journal began.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineageReason {
    /// The branch is new.
    New,
    /// It came back from a backup.
    Restored,
    /// Another box goes on with it.
    TakenOver,
}

impl LineageReason {
    const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Restored => "restored",
            Self::TakenOver => "taken_over",
        }
    }
}

/// Whether the journal has a life yet.
///
/// # Errors
/// When SQLite cannot read.
pub(super) fn exists(connection: &Connection) -> rusqlite::Result<bool> {
    const ANY: &str = "SELECT 1 FROM lineage LIMIT 1";
    Ok(connection.query_row(ANY, [], |_| Ok(())).optional()?.is_some())
}

/// Makes a life of its own of what stands from `first` on.
///
/// # Errors
/// When SQLite cannot write.
pub(super) fn open_at(
    connection: &Connection,
    journal: JournalId,
    first: u64,
    parent: &[u8; 32],
    at: Timestamp,
) -> rusqlite::Result<()> {
    const OPEN: &str =
        "INSERT INTO lineage (journal_id, first_sequence, parent_hash, reason, at) VALUES (?1, ?2, ?3, ?4, ?5)";
    let reason = LineageReason::Restored.as_str();
    let row = params![journal.as_bytes(), first.cast_signed(), parent, reason, at.as_microsecond()];
    connection.execute(OPEN, row).map(drop)
}

/// Opens a life after `head`, and says with which event it begins.
///
/// # Errors
/// When SQLite cannot write.
pub(super) fn open(
    connection: &Connection,
    reason: LineageReason,
    head: &Head,
    at: Timestamp,
    business_day: Date,
    ids: &mut dyn NewIds,
) -> rusqlite::Result<Event> {
    const OPEN: &str =
        "INSERT INTO lineage (journal_id, first_sequence, parent_hash, reason, at) VALUES (?1, ?2, ?3, ?4, ?5)";
    let journal = JournalId::new(ids);
    let first = (head.sequence + 1).cast_signed();
    let row = params![journal.as_bytes(), first, head.hash, reason.as_str(), at.as_microsecond()];
    connection.execute(OPEN, row)?;
    Ok(match reason {
        LineageReason::New => BranchOpened { branch: BranchId::new(ids), journal, business_day }.into(),
        LineageReason::Restored | LineageReason::TakenOver => NumbersSkipped { journal }.into(),
    })
}
