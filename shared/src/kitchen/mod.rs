//! The kitchen: which station has been told what, and the tickets that told it.
//!
//! A ticket is never "the order" but the difference between what a station should have been told and what it was
//! told. The ledger of an order ([`Ledger`]) keeps both for every line and station; [`tickets_due`] is the reaction that
//! issues the difference. At rest **sent = fired − voided** for every line and station, so that edits, retries and
//! reconnections cannot make the kitchen cook twice, or not at all.
//!
//! The same ledger knows how far each station has come: what its screen shows of an order is a [`Card`]. Screens
//! [`decide`] touches on it; [`advances_due`] is the reaction that moves the order on with the kitchen. A touch that is
//! repeated, or raced by another screen, changes nothing.
//!
//! It does not know printers beyond their names on a ticket, nor whether one works.

mod card;
mod command;
mod decide;
mod entry;
mod event;
mod join;
mod ledger;
mod pace;
mod progress;
mod react;
mod rejection;
mod reprint;
mod state;
mod ticket;
mod times;

#[cfg(test)]
mod tests;

pub use card::{Bump, BumpCause, Card, Making, MakingState, Standing};
pub use command::{KitchenCommand, Touch};
pub use decide::{decide, raise};
pub use entry::Entry;
pub use event::{
    CardBumped, CardRecalled, KitchenEvent, KitchenStarted, LineReady, LineUnready, OrderLowered, OrderRaised, Proof,
    TicketCancelled, TicketIssued, TicketProved, TicketReprinted, TicketRerouted, TicketTaken, TicketUnknown,
    TicketsJoined, VoidSeen,
};
pub use join::joined;
pub use ledger::{Ledger, Phase};
pub use pace::{Made, Pace};
pub use progress::advances_due;
pub use react::{Route, Routes, TEMPLATE, moves_due, tickets_due};
pub use rejection::{KitchenRejection, ReprintRejection};
pub use reprint::{ReprintTickets, printer_now, reprint};
pub use state::{IssuedTicket, TicketStatus};
pub use ticket::{Called, Ticket, TicketKind, TicketLine};
pub use times::MakingTime;
