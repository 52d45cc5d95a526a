//! The state of an alert, and who may take it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{AlertEvent, AlertTaken, Matter};
use crate::event::Event;
use crate::ids::{AlertId, StationId};
use crate::staff::Actor;

/// Somebody is on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Taking {
    /// Who.
    pub by: Actor,
    /// Since when.
    pub at: Timestamp,
}

/// An alert.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Alert {
    /// The alert.
    pub id: AlertId,
    /// What is wrong.
    pub matter: Matter,
    /// The stations that feel it.
    pub stations: Vec<StationId>,
    /// Since when.
    pub raised_at: Timestamp,
    /// Who is on it; the first who said so.
    pub taken: Option<Taking>,
    /// When it was over.
    pub closed_at: Option<Timestamp>,
}

/// Why an alert cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AlertRejection {
    /// There is no such alert.
    #[error("there is no such alert")]
    Unknown,
    /// It is over.
    #[error("the alert is over")]
    Closed,
}

impl Alert {
    /// What an event of this instant makes of the alert; `None` before it was raised.
    pub fn apply(state: &mut Option<Self>, event: &Event, at: Timestamp) {
        let Event::Alert(event) = event else { return };
        match (event, state) {
            (AlertEvent::Raised(raised), state) => {
                let (matter, stations) = (raised.matter.clone(), raised.stations.clone());
                *state = Some(Self { id: raised.alert, matter, stations, raised_at: at, taken: None, closed_at: None });
            }
            (AlertEvent::Taken(taken), Some(alert)) => alert.taken = Some(Taking { by: taken.by, at }),
            (AlertEvent::Cleared(_), Some(alert)) => alert.closed_at = Some(at),
            (AlertEvent::Taken(_) | AlertEvent::Cleared(_), None) => {}
        }
    }

    /// Whether it is still so.
    pub const fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }
}

/// Somebody takes it; nothing when somebody had, for the first who said so is on it.
///
/// # Errors
/// When there is no such alert, or it is over.
pub fn take(alert: Option<&Alert>, by: Actor) -> Result<Option<AlertTaken>, AlertRejection> {
    let alert = alert.ok_or(AlertRejection::Unknown)?;
    if alert.taken.is_some() {
        return Ok(None);
    }
    if alert.is_open() { Ok(Some(AlertTaken { alert: alert.id, by })) } else { Err(AlertRejection::Closed) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::{AlertCleared, AlertRaised};
    use crate::ids::PrinterId;
    use uuid::Uuid;

    fn after(events: &[AlertEvent]) -> Alert {
        let mut state = None;
        for (second, event) in (1_i64..).zip(events) {
            Alert::apply(&mut state, &event.clone().into(), Timestamp::from_second(second).unwrap());
        }
        state.unwrap()
    }

    fn id() -> AlertId {
        AlertId::from_uuid(Uuid::nil())
    }

    fn raised() -> AlertEvent {
        let matter = Matter::PrinterDown { printer: PrinterId::from_uuid(Uuid::nil()), name: "Cocina".to_owned() };
        AlertEvent::Raised(AlertRaised { alert: id(), matter, stations: Vec::new() })
    }

    #[test]
    fn the_first_who_takes_an_alert_has_it() {
        let first = take(Some(&after(&[raised()])), Actor::Operator).unwrap().unwrap();
        let taken = after(&[raised(), AlertEvent::Taken(first)]);
        assert_eq!(taken.taken.map(|taking| taking.by), Some(Actor::Operator));
        assert_eq!(take(Some(&taken), Actor::Branch), Ok(None));
    }

    #[test]
    fn an_alert_that_is_over_cannot_be_taken_any_more() {
        let over = after(&[raised(), AlertEvent::Cleared(AlertCleared { alert: id() })]);
        assert!(!over.is_open());
        assert_eq!(take(Some(&over), Actor::Operator), Err(AlertRejection::Closed));
        assert_eq!(take(None, Actor::Operator), Err(AlertRejection::Unknown));
    }
}
