//! Drawers and those who answer for them, at this branch.
//!
//! What a shift is and what may happen to it is in [`comanda_shared::cash`]. What orders bring into it follows from their
//! payments: [`projection`] sums them up by shift, day and method as they are written, so that a count is made from a few
//! rows however many orders there were. Nobody is told what should be in a drawer before it was counted.
//!
//! It does not know printers: what a drawer opens for, and what a count comes to, are events. It survives what the journal
//! survives; that the sums are those of a recount is shown in `journal::tests::books`.

pub mod feature;
pub mod projection;
pub mod queries;
mod refusals;
pub mod routes;
pub mod store;
pub mod wire;
