//! Orders of all branches, and the sums over them, made of the entries as they come.
//!
//! An order is what the branch's own transition function makes of its events; the sums are moved by the difference
//! between before and after. Each is checked against a rebuild from the first entry, in `tests/whole_system/chain.rs`.
//! It does not know the protocol, nor who reads.

mod projection;
pub mod store;
mod sums;

pub use projection::{Orders, after, before, write};
pub use store::{forget, load, orders_of_phone};
