//! Guests the branch knows, as the LAN sees them: cards by phone, what they ordered, what they allowed.
//!
//! What may be done to a card is decided in [`comanda_shared::customer`]. A card goes to whoever asks for it and may, and
//! never over the live channel. Orders name their card in what is personal about them, so that erasing an order parts the two.
//!
//! Faults: two tills that write one card meet in its version, two that make one for the same phone in the writer
//! (`edge/tests/customers.rs`); a power cut amid an erasing leaves what was not yet erased to be erased by the same command.

pub mod erasure;
pub mod feature;
pub mod past;
pub mod queries;
mod refusals;
pub mod routes;
pub mod store;
pub mod wire;
