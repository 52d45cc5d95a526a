//! Comanda's cloud: hears what every branch did, exactly once, keeps it apart by company, and adds it up.
//!
//! - [`ingest`] takes the journals of branches from the broker into PostgreSQL, see `docs/protocol.md`.
//! - [`orders`] makes orders and sums of the entries, as they come and again from the start; [`kitchen`] how long stations took,
//!   [`cash`] payments, takings and shifts, [`availability`] what ran out, and [`customers`] the blanks of what was erased.
//! - [`directives`], [`staff`] and [`commands`] are what goes down to the branches, [`devices`] the door where boxes fetch documents,
//!   [`takeover`] what a box needs to go on with a branch, and [`salvage`] what the box before it had not sent.
//! - [`tenancy`] knows companies and branches, [`enrolment`] boxes and their certificates, [`fleet`] how they are,
//!   [`access`] who asks over HTTP.
//! - [`db`] has the pool, and the one way to speak for a company; [`broker`] writes mosquitto's configuration.

pub mod access;
pub mod availability;
pub mod broker;
pub mod cash;
pub mod cli;
pub mod commands;
pub mod customers;
pub mod db;
pub mod devices;
pub mod directives;
pub mod enrolment;
pub mod fleet;
pub mod http;
pub mod ingest;
pub mod kitchen;
pub mod orders;
pub mod salvage;
pub mod staff;
pub mod takeover;
pub mod tenancy;
