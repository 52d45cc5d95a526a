//! The kitchen: which station has been told what, and the tickets that told it.
//!
//! A ticket is never "the order" but the difference between what a station should have been told and what it was
//! told. The ledger of an order ([`Ledger`]) keeps both for every line and station; [`tickets_due`] is the reaction that
//! issues the difference. At rest **sent = fired − voided** for every line and station, so that edits, retries and
//! reconnections cannot make the kitchen cook twice, or not at all.
//!
//! It does not know printers beyond their names on a ticket, nor whether one works.

mod event;
mod ledger;
mod react;
mod state;
mod ticket;

#[cfg(test)]
mod tests;

pub use event::{KitchenEvent, Proof, TicketIssued, TicketProved, TicketUnknown};
pub use ledger::{Entry, Ledger};
pub use react::{Route, Routes, TEMPLATE, tickets_due};
pub use state::{IssuedTicket, TicketStatus};
pub use ticket::{Ticket, TicketKind, TicketLine};
