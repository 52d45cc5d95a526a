//! Who gets through the door: credentials, roles, sites, hosts, PINs and sessions.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod credentials;
mod document;
mod guesses;
mod guests;
mod secrecy;
mod sessions;
mod sites;
#[path = "../support/mod.rs"]
mod support;
mod table;
