//! The branch's screens as things that can be let in and put out: somebody who may makes a code of six digits, whoever
//! stands at the tablet types it, and the tablet is a paired device from then on, with a name and a page it opens.
//!
//! Whether a device must be paired at all is [`crate::http::trust`]'s; who works at it is [`crate::staff`]'s: a paired
//! device alone may do nothing but ask who that is.
//!
//! Faults: a code typed by somebody who guesses ([`guesses`], and [`codes`] voids one that was guessed at too often); a
//! stolen tablet, which is put out at once, its sessions and open sockets with it (`edge/tests/devices.rs`).

pub mod by_name;
pub mod codes;
pub mod feature;
pub mod guesses;
pub mod routes;
pub mod secrets;
pub mod store;
