//! Orders as the LAN sees them.
//!
//! What an order is and what may happen to it is in [`comanda_shared::order`]; here it is read from requests, loaded and
//! saved, listed and summed. Orders do not know the kitchen or printers: what follows from an order's events is in
//! [`crate::journal::aggregates`].

pub mod bill;
pub mod course;
pub mod erasure;
pub mod feature;
pub mod merge;
pub mod pass;
pub mod projection;
pub mod queries;
pub mod quote;
mod refusals;
pub mod routes;
pub mod search;
pub mod store;
pub mod wire;
