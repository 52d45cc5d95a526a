//! The branch's journal: one append-only log with one writer, the tables that follow from it, and nothing else that
//! writes.
//!
//! - [`Journal`] is the handle features hold: [`Journal::command`] runs a piece of work in the writer's thread as a
//!   [`Step`], in which aggregates are loaded, decided upon and events recorded; the answer comes after the commit.
//! - [`aggregates`] is the one table of what follows from an event: which aggregates it changes, which reactions it has,
//!   which sums it moves, which print jobs it makes.
//! - [`Readers`] answer questions from read-only connections with a deadline.
//! - [`replay`] and [`verify`](mod@verify) prove that the tables and the chain are what the journal says.
//!
//! It does not know HTTP, printers or screens: whoever follows it waits for [`Journal::committed`] to move.
//!
//! Faults it survives, and where that is shown: a command that is refused or panics changes nothing and fails nobody
//! else (`tests::a_refused_command_leaves_nothing_behind`, `tests::a_panic_fails_its_own_command_only`); a full disk is
//! answered and recovered from (`tests::a_full_disk_is_refused_and_recovers_by_itself`), as are errors at any call and a
//! power cut at any operation (`tests/power_cuts`); a kill at any moment loses
//! nothing acknowledged and doubles nothing (`tests/whole_system/replay.rs`); any flipped, dropped or swapped entry is
//! found (`verify`).

pub mod aggregates;
mod ballast;
mod checkpoint;
pub mod configuration;
mod database;
pub mod directives;
pub mod document;
pub mod entry;
pub mod export;
mod held_open;
mod inbox;
mod lineage;
mod lock;
pub mod private;
mod private_file;
mod readers;
pub mod received;
pub mod replay;
mod request;
mod step;
pub mod successor;
mod turn;
pub mod upgrade;
pub mod verify;
mod writer;

#[cfg(test)]
pub(crate) mod tests;

pub use ballast::{Ballast, room};
pub use checkpoint::PORTION as PAGES_MOVED_TOGETHER;
pub use configuration::Configuration;
pub use database::{OpenError, open_reader};
pub use held_open::held_open;
pub use lineage::LineageReason;
pub use lock::{DataFolder, Hold, HoldError};
pub use private_file::{sync_folder_of, write_private};
pub use readers::{ReadError, Readers, within};
pub use request::{CommandError, Outcome, Request, StorageFault};
pub use step::{Failure, Step};
pub use turn::Load;
pub use writer::{Journal, StartError};
