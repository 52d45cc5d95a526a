//! The state of a ticket after it was issued.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{KitchenEvent, Proof, Ticket};
use crate::event::Event;
use crate::ids::PrinterId;
use crate::staff::Actor;

/// What is known of a ticket.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    /// Nothing yet.
    Issued,
    /// It may have come out or not; it is sent again, marked.
    Unknown,
    /// It came out.
    Proved {
        /// Where.
        printer: PrinterId,
        /// How well that is known.
        proof: Proof,
        /// When.
        at: Timestamp,
    },
    /// It is not printed any more.
    Cancelled {
        /// By whom.
        by: Actor,
    },
    /// Somebody told the station what stands on it.
    Taken {
        /// Who.
        by: Actor,
    },
}

impl TicketStatus {
    /// As it is stored and sent.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Unknown => "unknown",
            Self::Proved { .. } => "proved",
            Self::Cancelled { .. } => "cancelled",
            Self::Taken { .. } => "taken",
        }
    }
}

/// A ticket and what is known of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct IssuedTicket {
    /// The ticket.
    pub ticket: Ticket,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// What is known of it.
    pub status: TicketStatus,
    /// How often it was in doubt whether it came out.
    pub doubts: u32,
    /// How often somebody asked for it again.
    pub reprints: u32,
}

impl IssuedTicket {
    /// What an event of this instant makes of the ticket; `None` before it was issued.
    pub fn apply(state: &mut Option<Self>, event: &Event, at: Timestamp) {
        let Event::Kitchen(event) = event else { return };
        match event {
            KitchenEvent::TicketIssued(issued) => {
                let ticket = issued.ticket.clone();
                *state = Some(Self { ticket, issued_at: at, status: TicketStatus::Issued, doubts: 0, reprints: 0 });
            }
            KitchenEvent::TicketProved(proved) => {
                if let Some(ticket) = state {
                    ticket.status = TicketStatus::Proved { printer: proved.printer, proof: proved.proof, at };
                }
            }
            KitchenEvent::TicketUnknown(_) => {
                if let Some(ticket) = state {
                    ticket.status = TicketStatus::Unknown;
                    ticket.doubts += 1;
                }
            }
            KitchenEvent::TicketReprinted(reprinted) => {
                if let Some(ticket) = state {
                    ticket.reprints = reprinted.count;
                }
            }
            KitchenEvent::TicketCancelled(cancelled) => {
                if let Some(ticket) = state {
                    ticket.status = TicketStatus::Cancelled { by: cancelled.by };
                }
            }
            KitchenEvent::TicketTaken(taken) => {
                if let Some(ticket) = state {
                    ticket.status = TicketStatus::Taken { by: taken.by };
                }
            }
            KitchenEvent::TicketRerouted(_)
            | KitchenEvent::Started(_)
            | KitchenEvent::LineReady(_)
            | KitchenEvent::LineUnready(_)
            | KitchenEvent::VoidSeen(_)
            | KitchenEvent::Bumped(_)
            | KitchenEvent::Recalled(_)
            | KitchenEvent::Raised(_)
            | KitchenEvent::Lowered(_)
            | KitchenEvent::Joined(_) => {}
        }
    }
}
