//! What happens to an alert.

use serde::{Deserialize, Serialize};

use super::Matter;
use crate::event::event_family;
use crate::ids::{AlertId, StationId};
use crate::staff::Actor;

event_family! {
    /// What happens to an alert.
    AlertEvent {
        /// Something is wrong.
        Raised(AlertRaised) = "alert.raised",
        /// Somebody is on it.
        Taken(AlertTaken) = "alert.taken",
        /// It is over.
        Cleared(AlertCleared) = "alert.cleared",
    }
}

/// Something is wrong.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlertRaised {
    /// The alert.
    pub alert: AlertId,
    /// What is wrong.
    pub matter: Matter,
    /// The stations that feel it; none when it is about the branch.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stations: Vec<StationId>,
}

/// Somebody is on it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlertTaken {
    /// The alert.
    pub alert: AlertId,
    /// Who.
    pub by: Actor,
}

/// It is over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AlertCleared {
    /// The alert.
    pub alert: AlertId,
}

impl AlertEvent {
    /// The alert it happened to.
    pub const fn alert(&self) -> AlertId {
        match self {
            Self::Raised(raised) => raised.alert,
            Self::Taken(taken) => taken.alert,
            Self::Cleared(cleared) => cleared.alert,
        }
    }
}
