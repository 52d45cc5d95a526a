//! Branches that are a journal in memory and the protocol's own sender, as many as one likes, over a real broker to the real
//! cloud and its database: what two hundred of them do at once, and how fast one of them catches up.
//!
//! Their entries are the golden bodies of real events under new ids, so that the cloud makes orders, sums, payments and
//! kitchen times of them as of any branch's. What they do not have is a disk; the daemon itself is tried in `tests/whole_system`.

pub mod identity;
pub mod journal;
pub mod judge;
pub mod light;

pub use identity::Identity;
pub use journal::Journal;
pub use light::LightBranch;
