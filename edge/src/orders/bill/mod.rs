//! An order's bill: what is taken off it, and how it is split among those who pay. The tip stands with the order's other
//! routes, payments in [`crate::payments`].

pub mod routes;
pub mod wire;
