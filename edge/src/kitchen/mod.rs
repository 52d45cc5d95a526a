//! The kitchen as the LAN sees it: which tickets an order has, and what is known of them.
//!
//! Why a ticket is issued is decided in [`comanda_shared::kitchen`]; how it is printed, in [`crate::printing`].

pub mod routes;
pub mod store;
