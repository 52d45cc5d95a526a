//! The harness of the whole-system tests and the benchmarks: the real daemon as a child process, emulated printers, a
//! blocking client, and a real restaurant's orders.
//!
//! It does **not** know the daemon's code: it reads HTTP, JSON, command lines and printed paper with eyes of its own, so
//! that a mistake is not made twice in the same way.

pub mod branch;
pub mod chain;
pub mod chipotle;
pub mod client;
mod code_page;
pub mod daemon;
pub mod disk;
mod escpos;
pub mod fsync;
pub mod menu;
mod paper;
pub mod patience;
mod port;
pub mod printer;
pub mod process;
pub mod random;
pub mod ticket;
