//! Money taken for orders and given back, as the LAN sees it.
//!
//! Payments belong to their order: what they are and what may happen to them is in [`comanda_shared::order`], and commands
//! run as every command to an order does, in [`crate::orders::feature`]. What they come to in a drawer is
//! [`crate::cash`]'s.
//!
//! A payment is never queued on a screen and never taken twice: its key makes a repeat the same payment, and two tills that
//! charge one order meet in the writer, where the second finds less due (`edge/tests/payments.rs`).

pub mod queries;
pub mod refusals;
pub mod routes;
pub mod wire;
