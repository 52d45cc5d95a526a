//! The command line as people and scripts use it: the same with the daemon running and stopped, one clear line on
//! failure, and nothing touched that cannot be understood.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod appliance;
mod calls;
mod files;
mod lives;
mod refusals;
