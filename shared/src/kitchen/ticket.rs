//! The ticket: what one station has to know about one order, as it was issued.
//!
//! Words of the guest (name, notes) are no part of it: they are personal data, stand with the order, and are read from
//! there when the ticket is printed, so that erasing them once erases them everywhere.

use serde::{Deserialize, Serialize};

use crate::ids::{LineId, OrderId, PrinterId, StationId, TicketId};
use crate::money::Quantity;
use crate::order::{Course, OrderType};

/// Why the station gets a ticket.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TicketKind {
    /// The station's first ticket of the order: cook this.
    New,
    /// More for an order the station already has: cook this as well («AGREGADO»).
    Addition,
    /// It was held until now: cook this as well («MARCHAR»).
    Fired,
    /// Taken back after it was sent: do not cook this («ANULADO»).
    Void,
    /// It goes elsewhere than the tickets before say: cook nothing of this again («CAMBIO»).
    Moved,
}

/// One row of a ticket: one order line, never merged with another.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TicketLine {
    /// The order line.
    pub line: LineId,
    /// How many of it this ticket is about; positive for a void as well.
    pub quantity: Quantity,
    /// The product's name at sale.
    pub name: String,
    /// The name of the combo it is part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<String>,
    /// When in the meal it is eaten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub course: Option<Course>,
    /// The modifiers' names, in the order they were chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modifiers: Vec<String>,
}

/// What an order was called, and where it was, on the tickets before.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Called {
    /// Its number.
    pub number: String,
    /// Its table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
}

/// A ticket as issued. It never changes: what happens to it later stands in the ticket's state and its print jobs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ticket {
    /// The ticket.
    pub id: TicketId,
    /// The order it is about.
    pub order: OrderId,
    /// The number people call out: `L-0042`.
    pub number: String,
    /// Where and how it is served.
    #[serde(rename = "type")]
    pub order_type: OrderType,
    /// The table, of an order served at one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// Why.
    pub kind: TicketKind,
    /// What the tickets before call it, of one that says where it goes by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<Called>,
    /// For whom.
    pub station: StationId,
    /// The station's name when it was issued.
    pub station_name: String,
    /// What to cook or not to cook.
    pub lines: Vec<TicketLine>,
    /// The printers of the station, the main one first, when it was issued.
    pub printers: Vec<PrinterId>,
    /// The version of the ticket's layout, so that a reprint looks as the first print did.
    pub template: u16,
}
