//! What is asked of a branch: commands with a sequence of their own, and what became of them.
//!
//! The kinds are the branch's ([`docs/protocol.md`] lists them): here they are only kept in order and told. A command
//! that was asked is never taken back; what it was for may be undone by another.
//!
//! [`docs/protocol.md`]: https://github.com/comanda/comanda/blob/main/docs/protocol.md

pub mod routes;
mod store;

pub use store::{Asked, ask, list};
