//! What happens to a paired screen.

use serde::{Deserialize, Serialize};

use super::Device;
use crate::event::event_family;
use crate::ids::DeviceId;

event_family! {
    /// What happens to a paired screen.
    DeviceEvent {
        /// A screen is one of the branch's.
        Paired(DevicePaired) = "device.paired",
        /// It is called otherwise, or opens another screen.
        Changed(DeviceChanged) = "device.changed",
        /// It is put out: it reaches nothing any more.
        Revoked(DeviceRevoked) = "device.revoked",
        /// Too many wrong PINs were typed there: for a while only those are heard who may unlock it.
        LockedOut(DeviceLockedOut) = "device.locked_out",
        /// Somebody who may unlocked it before its time.
        Unlocked(DeviceUnlocked) = "device.unlocked",
    }
}

/// A screen is one of the branch's.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DevicePaired {
    /// The screen as it was paired.
    pub device: Device,
}

/// A screen is called otherwise, or opens another screen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeviceChanged {
    /// The screen as it is now.
    pub device: Device,
}

/// A screen is put out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeviceRevoked {
    /// Which.
    pub device: DeviceId,
}

/// Too many wrong PINs were typed at a screen; until when it waits is operational.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeviceLockedOut {
    /// Which.
    pub device: DeviceId,
    /// Wrong PINs in a row, whosesoever.
    pub wrong_pins: u32,
}

/// A screen was unlocked before its time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DeviceUnlocked {
    /// Which.
    pub device: DeviceId,
}

impl DeviceEvent {
    /// The screen it happened to.
    pub const fn device(&self) -> DeviceId {
        match self {
            Self::Paired(paired) => paired.device.id,
            Self::Changed(changed) => changed.device.id,
            Self::Revoked(revoked) => revoked.device,
            Self::LockedOut(locked) => locked.device,
            Self::Unlocked(unlocked) => unlocked.device,
        }
    }
}
