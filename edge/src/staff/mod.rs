//! Staff and scripts at this branch: adding them, their secrets, their sessions, and who is asking.
//!
//! Secrets never leave the tables of [`secrets`]. It does not know what anybody may do: that table is
//! [`comanda_shared::staff::Role::allows`], and for a company's own roles the version of [`comanda_shared::staff::Roles`] in use.

pub mod access;
pub mod approval;
pub mod lock_out;
pub mod manage;
pub mod manage_routes;
pub mod pin_door;
pub mod pins;
pub mod role_routes;
pub mod roster;
pub mod routes;
pub mod secrets;
pub mod setup;
pub mod store;
pub mod wire;

pub use access::{Access, Asker, Caller, Shown};
