//! How long the kitchens of all branches take: a row for each line at each station that has made it, their sums, and what
//! an owner reads of them.
//!
//! The rows are what the branch's own ledger makes of its events ([`comanda_shared::kitchen::Ledger`]); the sums are moved by the
//! difference between before and after, and a rebuild gives the same (`tests/whole_system/chain.rs`). It does not know how a
//! branch estimates from them.

mod projection;
mod report;
pub mod routes;
mod store;
mod sums;

pub use projection::{Ledgers, before, write};
pub use store::forget;
