//! What happens to a guest's card.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CustomerPersonal, CustomerStatus};
use crate::event::event_family;
use crate::ids::CustomerId;
use crate::personal::Personal;
use crate::staff::Actor;

event_family! {
    /// What happens to a guest's card.
    CustomerEvent {
        /// The branch knows somebody from now on.
        Added(CustomerAdded) = "customer.added",
        /// The card says something else.
        Changed(CustomerChanged) = "customer.changed",
        /// The guest allowed something, or allows it no longer.
        Consented(CustomerConsented) = "customer.consented",
        /// What the card said was erased.
        Erased(CustomerErased) = "customer.erased",
    }
}

/// The branch knows somebody from now on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CustomerAdded {
    /// Whom.
    pub customer: CustomerId,
    /// Who made the card.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// What it says.
    #[serde(skip)]
    pub personal: Personal<CustomerPersonal>,
}

/// The card says something else: all of it as it is from now on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CustomerChanged {
    /// Whose.
    pub customer: CustomerId,
    /// Whether the branch sells to them.
    pub status: CustomerStatus,
    /// Who changed it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// What it says.
    #[serde(skip)]
    pub personal: Personal<CustomerPersonal>,
}

/// What somebody's data may be used for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ConsentPurpose {
    /// To keep the card, and take orders by it.
    Orders,
    /// To tell them of offers.
    Marketing,
    /// To count their points.
    Loyalty,
}

/// The guest allowed something, or allows it no longer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CustomerConsented {
    /// Who.
    pub customer: CustomerId,
    /// What for.
    pub purpose: ConsentPurpose,
    /// Whether they do.
    pub is_given: bool,
    /// The words they were asked in.
    pub wording: String,
    /// Who asked.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// What the card said was erased, here and beside the journal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CustomerErased {
    /// Whose.
    pub customer: CustomerId,
    /// Who had it erased.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

impl CustomerEvent {
    /// Whose card it is about.
    pub const fn customer(&self) -> CustomerId {
        match self {
            Self::Added(event) => event.customer,
            Self::Changed(event) => event.customer,
            Self::Consented(event) => event.customer,
            Self::Erased(event) => event.customer,
        }
    }

    pub(crate) const fn personal(&self) -> Option<&Personal<CustomerPersonal>> {
        match self {
            Self::Added(event) => Some(&event.personal),
            Self::Changed(event) => Some(&event.personal),
            Self::Consented(_) | Self::Erased(_) => None,
        }
    }

    pub(crate) const fn personal_mut(&mut self) -> Option<&mut Personal<CustomerPersonal>> {
        match self {
            Self::Added(event) => Some(&mut event.personal),
            Self::Changed(event) => Some(&mut event.personal),
            Self::Consented(_) | Self::Erased(_) => None,
        }
    }
}
