//! The live channel over real sockets: what screens are told, what they may miss, and when they are left.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod catching_up;
mod let_in;
mod presence;
mod scopes;
mod screen;
#[path = "../support/mod.rs"]
mod support;
mod telling;
mod ways_round;
