//! How a branch and the cloud exchange what they know: the branch's journal goes up, commands and directives come down.
//!
//! Written down for other implementations in `docs/protocol.md`. Here is all of it that decides, and nothing that waits,
//! reads or writes: [`Sender`] is the branch's side as a state machine, [`receiver`] the cloud's as functions of what it
//! has stored; both are given the time and what their journals hold. [`Batch`] is the envelope, [`topic`] where it goes.
//!
//! It does not know MQTT, SQLite or PostgreSQL, and trusts none of them to deliver: whatever carries the messages may
//! lose, repeat and reorder them. Faults it survives: these, a crash of either side at any moment, a disk set back to an
//! earlier state, a box that was replaced. Shown by `protocol::simulation`, where each safeguard is also switched off
//! and must be missed.

mod backoff;
mod batch;
pub mod chain;
pub mod command;
pub mod directive;
mod lineage;
mod message;
pub mod receiver;
mod sender;
pub mod topic;

#[cfg(test)]
mod simulation;

pub use backoff::Backoff;
pub use batch::{BATCH_BYTES, BATCH_ENTRIES, Batch, BatchError, BatchHead, HARD_BYTES, PersonalData, SentEntry};
pub use chain::ChainHash;
pub use lineage::{BadLineage, Life, Lineage, Point};
pub use message::{Ack, Downward, Hello, MessageError, Refusal, Refused, Upward, Welcome};
pub use sender::{Barred, Identity, Input, Log, Output, Sender, Standing};

/// The version of the protocol spoken here.
pub const VERSION: u8 = 1;
/// The oldest version still understood.
pub const OLDEST: u8 = 1;
/// Batches under way at once, at most.
pub const WINDOW: usize = 8;
