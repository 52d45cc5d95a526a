//! What happens to the time somebody is at work.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::event::event_family;
use crate::ids::{ClockEntryId, StaffId};
use crate::staff::Actor;

event_family! {
    /// What happens to the time somebody is at work.
    AttendanceEvent {
        /// Somebody came.
        ClockedIn(ClockedIn) = "attendance.clocked_in",
        /// Somebody went.
        ClockedOut(ClockedOut) = "attendance.clocked_out",
        /// Somebody came again who had not said that they went.
        LeftOpen(LeftOpen) = "attendance.left_open",
        /// Somebody who may gave a stay other times.
        Corrected(TimesCorrected) = "attendance.corrected",
    }
}

/// Somebody came; at which screen stands in the entry's head.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ClockedIn {
    /// The stay that begins.
    pub entry: ClockEntryId,
    /// Who.
    pub staff: StaffId,
    /// The day of business its hours count for, also those after midnight.
    pub business_day: Date,
    /// When.
    pub at: Timestamp,
}

/// Somebody went.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ClockedOut {
    /// The stay that ends.
    pub entry: ClockEntryId,
    /// Who.
    pub staff: StaffId,
    /// When.
    pub at: Timestamp,
}

/// Somebody came again who had not said that they went: the stay before ends without a time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LeftOpen {
    /// The stay that has no end.
    pub entry: ClockEntryId,
    /// Who.
    pub staff: StaffId,
    /// When that was seen.
    pub at: Timestamp,
}

/// From when to when somebody was at work.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Times {
    /// When they came.
    pub in_at: Timestamp,
    /// When they went; none while they are in, or when nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_at: Option<Timestamp>,
}

/// Somebody who may gave a stay other times.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TimesCorrected {
    /// Which.
    pub entry: ClockEntryId,
    /// Whose.
    pub staff: StaffId,
    /// What stood there.
    pub before: Times,
    /// What stands there now.
    pub after: Times,
    /// The day of business its hours count for now.
    pub business_day: Date,
    /// Why.
    pub reason: String,
    /// Who says so.
    pub by: Actor,
    /// When they said so.
    pub at: Timestamp,
}

impl AttendanceEvent {
    /// The stay it happened to.
    pub const fn entry(&self) -> ClockEntryId {
        match self {
            Self::ClockedIn(came) => came.entry,
            Self::ClockedOut(went) => went.entry,
            Self::LeftOpen(left) => left.entry,
            Self::Corrected(corrected) => corrected.entry,
        }
    }
}
