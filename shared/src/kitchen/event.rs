//! What happens in the kitchen.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Called, Card, Entry, Ticket};
use crate::event::event_family;
use crate::ids::{LineId, OrderId, PrinterId, StationId, TicketId};
use crate::staff::Actor;

event_family! {
    /// What happens in the kitchen.
    KitchenEvent {
        /// A station is told something.
        TicketIssued(TicketIssued) = "ticket.issued",
        /// A ticket came out, as far as its printer can prove.
        TicketProved(TicketProved) = "ticket.proved",
        /// It cannot be known whether a ticket came out.
        TicketUnknown(TicketUnknown) = "ticket.unknown",
        /// Somebody asked for a ticket again.
        TicketReprinted(TicketReprinted) = "ticket.reprinted",
        /// A ticket goes to another printer than it was meant for.
        TicketRerouted(TicketRerouted) = "ticket.rerouted",
        /// A ticket is not printed any more.
        TicketCancelled(TicketCancelled) = "ticket.cancelled",
        /// Somebody tells the station what stands on a ticket.
        TicketTaken(TicketTaken) = "ticket.taken",
        /// A station has begun with an order.
        Started(KitchenStarted) = "kitchen.started",
        /// A station has made a line.
        LineReady(LineReady) = "kitchen.line_ready",
        /// A line that was called ready is to be made after all.
        LineUnready(LineUnready) = "kitchen.line_unready",
        /// A station knows that a line was taken back.
        VoidSeen(VoidSeen) = "kitchen.void_seen",
        /// A station is done with an order: its card leaves the screen.
        Bumped(CardBumped) = "kitchen.bumped",
        /// A card comes back as it was before it was bumped.
        Recalled(CardRecalled) = "kitchen.recalled",
        /// An order goes before all others.
        Raised(OrderRaised) = "kitchen.raised",
        /// It stands again where it stood.
        Lowered(OrderLowered) = "kitchen.lowered",
        /// What the kitchen knows of one order is another's by now.
        Joined(TicketsJoined) = "kitchen.joined",
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
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Proof {
    /// Our side took every byte.
    Sent,
    /// The printer's side took every byte and closed in good order.
    Delivered,
    /// The printer answered a question that stood behind the ticket: it has worked it off.
    Answered,
    /// The printer said that this very ticket is printed.
    Confirmed,
    /// The printer kept a picture of it: it is virtual.
    Kept,
}

impl Proof {
    /// All of them, from the weakest.
    pub const ALL: [Self; 5] = [Self::Sent, Self::Delivered, Self::Answered, Self::Confirmed, Self::Kept];
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

/// Somebody asked for a ticket again; its paper says so.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TicketReprinted {
    /// The ticket.
    pub ticket: TicketId,
    /// How often it has been asked for again, this time included.
    pub count: u32,
    /// By whom.
    pub by: Actor,
}

/// A ticket goes to another printer than it was meant for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TicketRerouted {
    /// The ticket.
    pub ticket: TicketId,
    /// The printer it was meant for.
    pub from: PrinterId,
    /// The printer that takes over.
    pub to: PrinterId,
    /// Who decided so: a person, or the branch where the printer cannot.
    pub by: Actor,
}

/// A ticket is not printed any more.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TicketCancelled {
    /// The ticket.
    pub ticket: TicketId,
    /// The printer it waited at.
    pub printer: PrinterId,
    /// By whom.
    pub by: Actor,
}

/// Somebody tells the station what stands on a ticket, for no printer can.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TicketTaken {
    /// The ticket.
    pub ticket: TicketId,
    /// Who.
    pub by: Actor,
}

/// A station has begun with an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KitchenStarted {
    /// The order.
    pub order: OrderId,
    /// The station.
    pub station: StationId,
    /// When.
    pub at: Timestamp,
}

/// A station has made a line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LineReady {
    /// The order.
    pub order: OrderId,
    /// The line.
    pub line: LineId,
    /// The station.
    pub station: StationId,
    /// When.
    pub at: Timestamp,
}

/// A line that was called ready is to be made after all. A bumped card comes back with it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LineUnready {
    /// The order.
    pub order: OrderId,
    /// The line.
    pub line: LineId,
    /// The station.
    pub station: StationId,
}

/// A station knows that a line was taken back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct VoidSeen {
    /// The order.
    pub order: OrderId,
    /// The line.
    pub line: LineId,
    /// The station.
    pub station: StationId,
}

/// A station is done with an order: its card leaves the screen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CardBumped {
    /// The order.
    pub order: OrderId,
    /// The station.
    pub station: StationId,
    /// The lines this made ready.
    pub lines: Vec<LineId>,
    /// The lines taken back that were seen with this.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub voids: Vec<LineId>,
    /// When.
    pub at: Timestamp,
}

/// A card comes back as it was before it was bumped.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CardRecalled {
    /// The order.
    pub order: OrderId,
    /// The station.
    pub station: StationId,
}

/// An order goes before all others.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderRaised {
    /// The order.
    pub order: OrderId,
    /// Who said so.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// An order stands again where it stood.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderLowered {
    /// The order.
    pub order: OrderId,
    /// Who said so.
    pub by: Actor,
}

/// What the kitchen knows of one order is another's by now: what it was told, what it has made, and where that stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TicketsJoined {
    /// The order that goes on.
    pub order: OrderId,
    /// The order it was of.
    pub from: OrderId,
    /// What people called that until now.
    pub was: Called,
    /// Its lines at their stations.
    pub entries: Vec<Entry>,
    /// The stations that have had a ticket of it.
    pub told: Vec<StationId>,
    /// Its cards.
    pub cards: Vec<Card>,
}

impl KitchenEvent {
    /// The ticket it changes, when it is about one.
    pub const fn ticket(&self) -> Option<TicketId> {
        match self {
            Self::TicketIssued(event) => Some(event.ticket.id),
            Self::TicketProved(event) => Some(event.ticket),
            Self::TicketUnknown(event) => Some(event.ticket),
            Self::TicketReprinted(event) => Some(event.ticket),
            Self::TicketRerouted(event) => Some(event.ticket),
            Self::TicketCancelled(event) => Some(event.ticket),
            Self::TicketTaken(event) => Some(event.ticket),
            Self::Started(_)
            | Self::LineReady(_)
            | Self::LineUnready(_)
            | Self::VoidSeen(_)
            | Self::Bumped(_)
            | Self::Recalled(_)
            | Self::Raised(_)
            | Self::Lowered(_)
            | Self::Joined(_) => None,
        }
    }

    /// The order whose ledger it changes, when it changes one.
    pub const fn order(&self) -> Option<OrderId> {
        match self {
            Self::TicketIssued(event) => Some(event.ticket.order),
            Self::Started(event) => Some(event.order),
            Self::LineReady(event) => Some(event.order),
            Self::LineUnready(event) => Some(event.order),
            Self::VoidSeen(event) => Some(event.order),
            Self::Bumped(event) => Some(event.order),
            Self::Recalled(event) => Some(event.order),
            Self::Raised(event) => Some(event.order),
            Self::Lowered(event) => Some(event.order),
            Self::Joined(event) => Some(event.order),
            Self::TicketProved(_)
            | Self::TicketUnknown(_)
            | Self::TicketReprinted(_)
            | Self::TicketRerouted(_)
            | Self::TicketCancelled(_)
            | Self::TicketTaken(_) => None,
        }
    }

    /// What it happened to: the ticket, or the order where it is about no ticket.
    pub fn subject(&self) -> Uuid {
        let ticket = self.ticket().map(TicketId::uuid);
        ticket.or_else(|| self.order().map(OrderId::uuid)).unwrap_or_default()
    }
}
