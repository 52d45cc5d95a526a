//! The state of a paired screen.

use serde::{Deserialize, Serialize};

use super::DeviceEvent;
use crate::event::Event;
use crate::ids::{DeviceId, StationId};

/// Which screen a device opens.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "screen", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Purpose {
    /// Takes orders and charges.
    Till,
    /// Shows what is to be made.
    Kitchen {
        /// At these stations; at all of them when none is named.
        #[serde(default)]
        stations: Vec<StationId>,
    },
    /// Shows guests which orders are ready.
    Board,
    /// Brings whole orders together.
    Expo,
    /// The manager's pages.
    Manager,
}

impl Purpose {
    /// The page it opens: a path of the box's own address.
    pub fn page(&self) -> String {
        match self {
            Self::Till => "/pos".to_owned(),
            Self::Kitchen { stations } if stations.is_empty() => "/kitchen?stations=all".to_owned(),
            Self::Kitchen { stations } => {
                let stations: Vec<String> = stations.iter().map(ToString::to_string).collect();
                format!("/kitchen?stations={}", stations.join(","))
            }
            Self::Board => "/board".to_owned(),
            Self::Expo => "/expo".to_owned(),
            Self::Manager => "/manager".to_owned(),
        }
    }
}

/// A paired screen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Device {
    /// Which.
    pub id: DeviceId,
    /// What people call it: «Caja 1».
    pub name: String,
    /// What it opens.
    pub purpose: Purpose,
    /// Whether it was put out; what was done on it still names it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_revoked: bool,
}

impl Device {
    /// What the event makes of the screen; `None` before it was paired.
    pub fn apply(state: &mut Option<Self>, event: &Event) {
        match event {
            Event::Device(DeviceEvent::Paired(paired)) => *state = Some(paired.device.clone()),
            Event::Device(DeviceEvent::Changed(changed)) => *state = Some(changed.device.clone()),
            Event::Device(DeviceEvent::Revoked(_)) => {
                if let Some(device) = state {
                    device.is_revoked = true;
                }
            }
            // What counts against a screen is operational; an event of anything else is none of a screen's.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_kitchen_screen_opens_on_its_own_stations_and_on_all_when_none_is_named() {
        let station = StationId::from_uuid(Uuid::from_u128(7));
        let purpose = Purpose::Kitchen { stations: vec![station] };
        assert_eq!(purpose.page(), format!("/kitchen?stations={station}"));
        assert_eq!(Purpose::Kitchen { stations: Vec::new() }.page(), "/kitchen?stations=all");
    }
}
