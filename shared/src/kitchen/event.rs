//! What happens in the kitchen.

use serde::{Deserialize, Serialize};

use super::Ticket;
use crate::event::event_family;
use crate::ids::{PrinterId, TicketId};

event_family! {
    /// What happens in the kitchen.
    KitchenEvent {
        /// A station is told something.
        TicketIssued(TicketIssued) = "ticket.issued",
        /// A ticket came out, as far as its printer can prove.
        TicketProved(TicketProved) = "ticket.proved",
        /// It cannot be known whether a ticket came out.
        TicketUnknown(TicketUnknown) = "ticket.unknown",
    }
}

/// A station is told something.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TicketIssued {
    /// What it is told.
    pub ticket: Ticket,
}

/// How well it is known that a ticket came out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// Our side took every byte.
    Sent,
    /// The printer's side took every byte and closed in good order.
    Delivered,
    /// The printer kept a picture of it: it is virtual.
    Kept,
}

/// A ticket came out, as far as its printer can prove.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TicketProved {
    /// The ticket.
    pub ticket: TicketId,
    /// The printer.
    pub printer: PrinterId,
    /// How well it is known.
    pub proof: Proof,
}

/// It cannot be known whether a ticket came out: the power, the program or the printer went while it was being sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TicketUnknown {
    /// The ticket.
    pub ticket: TicketId,
    /// The printer.
    pub printer: PrinterId,
}

impl KitchenEvent {
    /// The ticket it is about.
    pub const fn ticket(&self) -> TicketId {
        match self {
            Self::TicketIssued(event) => event.ticket.id,
            Self::TicketProved(event) => event.ticket,
            Self::TicketUnknown(event) => event.ticket,
        }
    }
}
