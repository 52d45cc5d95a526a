//! The end of a journal that a box had not sent when another took its place: handed in by the old box, listed for a person,
//! and order by order counted or put aside.
//!
//! It is never sent as the protocol sends: a fenced life does not grow. [`hand_in`](mod@hand_in) takes what follows on the cloud's
//! own end of that life and nothing else; [`review`] says which orders were begun in it, and counts those that a person accepts,
//! once, through the same projections as all else; a rebuild counts them again. An order that the branch went on with elsewhere
//! cannot be accepted: it is counted as that other box made it.
//!
//! Faults it survives: a box that hands in twice or breaks off in between, two people who decide at once, a box that is
//! nobody's. Shown in `tests/whole_system/salvage.rs`.

pub mod hand_in;
pub mod review;
pub mod routes;
mod store;

pub use review::project_accepted;
pub use store::erase;
