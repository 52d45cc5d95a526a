//! What happens to the availability of what is sold.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Item, Until};
use crate::event::event_family;
use crate::ids::ModifierId;
use crate::staff::Actor;

event_family! {
    /// What happens to the availability of what is sold.
    AvailabilityEvent {
        /// Something ran out, or only so many are left.
        StockedOut(StockedOut) = "availability.stocked_out",
        /// It can be had again.
        Restocked(Restocked) = "availability.restocked",
        /// Orders changed how many are left.
        Counted(StockoutCounted) = "availability.counted",
    }
}

/// Something ran out, or only so many are left. Said again, it holds instead of what was said before.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StockedOut {
    /// What.
    pub item: Item,
    /// Its sku.
    pub sku: String,
    /// What people call it; kept here, so that who shows it needs no catalog.
    pub name: String,
    /// For a modifier, its ids in the products that have it: the lines of orders name these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modifiers: Vec<ModifierId>,
    /// Until when.
    pub until: Until,
    /// Why, when somebody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who said so.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// It can be had again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Restocked {
    /// What.
    pub item: Item,
    /// Who said so.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// Orders changed how many are left: taken, or given back by what was voided or cancelled.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StockoutCounted {
    /// What.
    pub item: Item,
    /// How many are left now.
    pub left: u32,
}

impl AvailabilityEvent {
    /// What it happened to.
    pub const fn item(&self) -> &Item {
        match self {
            Self::StockedOut(out) => &out.item,
            Self::Restocked(back) => &back.item,
            Self::Counted(counted) => &counted.item,
        }
    }

    /// The product it happened to; modifiers are known by their sku in many products, so they are of none.
    pub(crate) const fn subject(&self) -> Uuid {
        match self.item() {
            Item::Product(product) => product.uuid(),
            Item::Modifier(_) => Uuid::nil(),
        }
    }
}
