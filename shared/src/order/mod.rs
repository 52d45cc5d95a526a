//! An order: what a guest asked for, what it costs, and how far it has come.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::LineId;

/// How an order is served; what the guest calls «mesa», «llevar», «domicilio».
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderType {
    /// Eaten here, at a table or the bar.
    DineIn,
    /// Taken away by the guest.
    Takeaway,
    /// Brought to the guest.
    Delivery,
}

/// What guests told about themselves with an order, and what they asked for in their own words.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderPersonal {
    /// What to call the guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// Where to reach the guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_phone: Option<String>,
    /// Where to bring it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_address: Option<String>,
    /// A wish for the whole order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// A wish for one line.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub line_notes: BTreeMap<LineId, String>,
}
