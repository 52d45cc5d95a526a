//! The kitchen as the LAN sees it: the cards of its stations, what is touched on them, and the tickets of an order.
//!
//! How far a station is and why a ticket is issued is decided in [`comanda_shared::kitchen`]; how a ticket is printed, in
//! [`crate::printing`]. It knows no screen: whoever shows cards asks [`queries`], and after a change [`cards::cards_of`].
//!
//! Faults: two screens that touch the same thing, and retries of either, happen once (`edge/tests/kitchen.rs`).

pub mod cards;
pub mod feature;
pub mod queries;
pub mod routes;
pub mod store;
pub mod times;
pub mod wire;
