//! What ran out, as the LAN sees and says it («86»).
//!
//! What holds is part of the [configuration](crate::journal::Configuration), so that taking an order reads nothing more;
//! what may be said and what orders do to a count is decided in [`comanda_shared::availability`].
//!
//! Faults: two tablets that sell the last one are told apart by the writer, one of them refused (`edge/tests/availability.rs`).

pub mod feature;
pub mod routes;
pub mod store;
pub mod wire;
