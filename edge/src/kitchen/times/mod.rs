//! How long the kitchen takes: a row for each line at each station once it is made there, what managers read of them, and
//! what is estimated from them.
//!
//! The rows follow from ledgers and orders ([`projection`]); a replay gives them again. [`estimate`] is asked by whoever tells a
//! guest how long it takes: quotes, orders for later, screens.

pub mod estimate;
pub mod projection;
pub mod queries;
pub mod routes;
pub mod wire;
