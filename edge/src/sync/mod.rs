//! Sync: the journal goes to the cloud, and what the cloud lays down comes back, by the protocol of `docs/protocol.md`.
//!
//! A follower like any other: it reads what is committed and is waited for by nobody. The protocol itself decides in
//! `comanda_shared::protocol`; here it is given a connection ([`transport`]), the journal ([`store`]), the time and a
//! durable cursor ([`uplink`]). [`down`] is the way back: directives and commands. [`enrolment`] is how a box comes to speak for a branch, [`identity`] what it then has;
//! [`take_over`] how a new box goes on with a branch, [`salvage`] what becomes of what the old one had not sent.
//!
//! It does not know what an order is. Faults it survives: no internet, for as long as it takes; a broker, a cloud or a
//! database behind it that goes at any moment; a kill of this program; a disk set back to a backup. Shown by
//! `protocol::simulation` and `tests/whole_system/chain.rs`.

pub mod down;
pub mod enrolment;
pub mod identity;
pub mod pen;
pub mod routes;
pub mod salvage;
pub(crate) mod store;
pub mod take_over;
mod transport;
pub mod uplink;

pub use uplink::{Uplink, Watched};

/// Whose cryptography TLS uses in this program: what speaks it here has no opinion of its own. Said once, it stays.
fn choose_cryptography() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
