//! The state of a guest's card and its one transition.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ConsentPurpose, CustomerEvent, CustomerPersonal};
use crate::event::Event;
use crate::ids::CustomerId;
use crate::personal::Personal;
use crate::staff::Actor;

/// Whether the branch sells to somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum CustomerStatus {
    /// It does.
    Active,
    /// It does not, until somebody says otherwise.
    Blocked,
}

impl CustomerStatus {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Blocked => "blocked",
        }
    }
}

/// Something the guest allowed, or no longer allows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Consent {
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

/// A guest the branch knows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Customer {
    /// Who.
    pub id: CustomerId,
    /// Whether the branch sells to them.
    pub status: CustomerStatus,
    /// Who they are, unless erased.
    pub personal: Personal<CustomerPersonal>,
    /// All they ever allowed or took back, in order; the last of a purpose holds.
    pub consents: Vec<Consent>,
    /// How often the card was written.
    pub version: u32,
    /// Since when the branch knows them.
    pub created_at: Timestamp,
    /// When the card was written last.
    pub changed_at: Timestamp,
}

impl Customer {
    /// Whether they allow it now.
    pub fn allows(&self, purpose: ConsentPurpose) -> bool {
        self.consents.iter().rfind(|consent| consent.purpose == purpose).is_some_and(|consent| consent.is_given)
    }

    /// What the event makes of the card; `None` before it was made.
    pub fn apply(state: &mut Option<Self>, event: &Event) {
        let Event::Customer(event) = event else { return };
        if let CustomerEvent::Added(added) = event {
            *state = Some(Self {
                id: added.customer,
                status: CustomerStatus::Active,
                personal: added.personal.clone(),
                consents: Vec::new(),
                version: 1,
                created_at: added.at,
                changed_at: added.at,
            });
            return;
        }
        let Some(customer) = state else { return };
        customer.version += 1;
        match event {
            CustomerEvent::Added(_) => unreachable!("a card that was made was returned above"),
            CustomerEvent::Changed(changed) => {
                customer.status = changed.status;
                customer.personal = changed.personal.clone();
                customer.changed_at = changed.at;
            }
            CustomerEvent::Consented(consented) => {
                customer.consents.push(Consent {
                    purpose: consented.purpose,
                    is_given: consented.is_given,
                    wording: consented.wording.clone(),
                    by: consented.by,
                    at: consented.at,
                });
                customer.changed_at = consented.at;
            }
            CustomerEvent::Erased(erased) => {
                customer.personal = Personal::Erased;
                customer.changed_at = erased.at;
            }
        }
    }
}
