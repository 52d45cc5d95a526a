//! The branch as a whole: its row, its settings, and the commands it remembers.
//!
//! It does not know orders; it survives what the journal survives.

pub mod routes;
pub mod settings;
pub mod store;
