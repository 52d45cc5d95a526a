//! The pure domain of a restaurant: what an order, a ticket, a price is, what may happen to it, and what then follows.
//!
//! Nothing here reads a file, a socket, a clock or chance, and nothing waits. The branch, the cloud and the installer
//! all use these types and these rules, so that one order means the same everywhere.

pub mod alert;
pub mod attendance;
pub mod availability;
pub mod branch;
pub mod cash;
pub mod catalog;
pub mod customer;
pub mod device;
pub mod event;
pub mod floor;
pub mod ids;
pub mod json;
pub mod kitchen;
pub mod money;
#[cfg(feature = "openapi")]
mod openapi;
pub mod order;
pub mod paper;
pub mod payment_code;
pub mod personal;
pub mod picture;
pub mod printer;
pub mod protocol;
pub mod staff;
pub mod time;
