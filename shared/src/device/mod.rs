//! The paired screens of a branch: tablets and televisions that somebody who may has let in, each with a name and with the
//! screen it opens.
//!
//! A device's secret is in no event and no state here: an event says only that there is a device, is another, or is out.

mod event;
mod state;

pub use crate::ids::DeviceId;
pub use event::{DeviceChanged, DeviceEvent, DeviceLockedOut, DevicePaired, DeviceRevoked, DeviceUnlocked};
pub use state::{Device, Purpose};
