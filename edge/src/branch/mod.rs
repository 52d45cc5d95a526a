//! The branch as a whole: its row, its settings, whether it is open, and the commands it remembers.
//!
//! It does not know orders; it survives what the journal survives.

pub mod opening;
pub mod routes;
pub mod settings;
pub mod store;
