//! Practice: a branch beside the branch, to learn on. It has a folder and a journal of its own, begins anew from what the
//! branch is set up with each time it is started, and gives no number, ticket or receipt that is real.
//!
//! - [`prepare`](prepare()) makes its file: menu, staff and screens as they are; no token, no number of the tax office, no code
//!   a guest could pay by; printers that print pictures, unless paper was asked for.
//! - [`veil`](veil::veil) stands before its router: every page is framed «PRÁCTICA», and its sessions never mix with the
//!   branch's, though browsers keep cookies by host and not by port.
//!
//! It does not know the features, and they do not know of it. It is not enrolled, so nothing of it is synced.
//!
//! Faults: it is another process; whatever becomes of it, the branch sells on (`edge/tests/practice.rs`).

pub mod prepare;
pub mod veil;

pub use prepare::{PracticeError, prepare};
