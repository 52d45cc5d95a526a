//! The floor plan of the branch: where its tables stand.
//!
//! It does not know which are taken: that follows from the open orders, which carry the name of their table.

pub mod routes;
