//! The journals of branches, from the broker into PostgreSQL.
//!
//! - [`line`](mod@line) listens to the broker for the shards this process has leased ([`leases`]). Of each branch the messages
//!   are read ([`read`]) while its [`desk`] works through those before them in one transaction, and answers after the commit.
//! - [`calls`] wakes a desk when something was laid down for its branch or asked of it.
//! - [`store`] has what the protocol needs to know of a branch, locked, and the raw entries; [`letters`] what could not
//!   be read.
//!
//! It does not know what an order is: [`crate::orders`], [`crate::kitchen`], [`crate::cash`] and [`crate::availability`] make that of the
//! entries, in the same transaction ([`project`](mod@project)). Faults it
//! survives: a broker, a database or this process that goes at any moment (nothing was acknowledged that is not
//! committed), a second process that works for the same branch (the row is locked), entries that cannot be read (they
//! are set aside), messages of whoever may not speak for a branch (they are refused).

pub mod calls;
pub mod desk;
mod leases;
pub mod letters;
pub mod line;
mod project;
pub mod read;
mod rebuild;
pub mod store;

pub use project::{Happened, Projection, project};
pub use rebuild::{Rebuilt, rebuild};
