//! Staff and scripts at this branch: adding them, their secrets, their sessions, and who is asking.
//!
//! Secrets never leave the tables of [`secrets`]. It does not know what anybody may do: that table is
//! [`comanda_shared::staff::Role::allows`].

pub mod access;
pub mod approval;
pub mod manage;
pub mod manage_routes;
pub mod pins;
pub mod roster;
pub mod routes;
pub mod secrets;
pub mod setup;
pub mod store;
pub mod wire;

pub use access::{Access, Asker, Caller, Shown};
