//! What the pass gets: an order whole for whoever puts it together, and the slip that goes out with a delivery.
//!
//! A paper of a whole order is never a difference: the newest is right, and says that it takes the place of the one before.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::Letterhead;
use crate::ids::{LineId, OrderId};
use crate::money::{Money, Quantity};

/// An order whole.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WholeOrder {
    /// The order.
    pub order: OrderId,
    /// Why it is printed.
    pub cause: WholeOrderCause,
    /// The number people call out: `L-0042`.
    pub number: String,
    /// `Mesa 12`, `Para llevar`.
    pub place: String,
    /// By the branch's clock on the wall.
    pub at: DateTime,
    /// Who took the order.
    pub by: Option<String>,
    /// All that counts of it, in order.
    pub lines: Vec<WholeLine>,
    /// The templates it looks as, by number.
    #[serde(default = "super::first_template")]
    pub template: u16,
}

/// Why an order is printed whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WholeOrderCause {
    /// The kitchen begins with it.
    New,
    /// It is not what the paper before says.
    Changed,
    /// It was cancelled.
    Cancelled,
    /// It is part of another order by now.
    Merged,
}

/// A line of a whole order; a combo is one, with its parts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WholeLine {
    /// The lines of the order that it is: the combo's own first. What a guest said of them is read by these.
    pub lines: Vec<LineId>,
    /// How many.
    pub quantity: Quantity,
    /// Of what.
    pub name: String,
    /// Modifiers, and parts of a combo.
    #[serde(default)]
    pub details: Vec<String>,
    /// Whether the kitchen is not to begin with it yet.
    #[serde(default)]
    pub waits: bool,
}

/// What goes out with a delivery. Name, phone and address stand with the order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeliverySlip {
    /// The order.
    pub order: OrderId,
    /// Who it is from.
    pub letterhead: Letterhead,
    /// The number people call out: `D-0042`.
    pub number: String,
    /// By the branch's clock on the wall.
    pub at: DateTime,
    /// Whether the order was ready before, and had one then.
    #[serde(default)]
    pub replaces: bool,
    /// What is in the bag.
    pub lines: Vec<SlipLine>,
    /// What all of it costs, with the tip.
    pub total: Money,
    /// What is still to be paid.
    pub collect: Money,
    /// The templates it looks as, by number.
    #[serde(default = "super::first_template")]
    pub template: u16,
}

/// What is in the bag.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SlipLine {
    /// How many.
    pub quantity: Quantity,
    /// Of what.
    pub name: String,
}
