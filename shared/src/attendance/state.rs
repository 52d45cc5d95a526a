//! One stay at work.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{AttendanceEvent, Times, limits};
use crate::event::Event;
use crate::ids::{ClockEntryId, StaffId};
use crate::staff::Actor;

/// How a stay ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// They are still in.
    Inside,
    /// They went.
    Out {
        /// When.
        at: Timestamp,
    },
    /// They came again without having said that they went; nobody knows when that was.
    Unmarked,
}

/// What somebody who may made of the times.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Correction {
    /// What stood there before.
    pub before: Times,
    /// Why.
    pub reason: String,
    /// Who says so.
    pub by: Actor,
    /// When they said so.
    pub at: Timestamp,
}

/// One stay at work, from clocking in to clocking out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ClockEntry {
    /// Which.
    pub id: ClockEntryId,
    /// Whose.
    pub staff: StaffId,
    /// The day of business its hours count for.
    pub business_day: Date,
    /// When they came.
    pub in_at: Timestamp,
    /// How it ends.
    pub end: End,
    /// The last correction, when there was one; all of them stand in the journal.
    pub correction: Option<Correction>,
}

impl ClockEntry {
    /// From when to when.
    pub const fn times(&self) -> Times {
        Times { in_at: self.in_at, out_at: self.out_at() }
    }

    /// When they went, if that is known.
    pub const fn out_at(&self) -> Option<Timestamp> {
        match self.end {
            End::Out { at } => Some(at),
            End::Inside | End::Unmarked => None,
        }
    }

    /// Whether they are said to be in for longer than anybody works: they went and did not say so.
    pub fn is_forgotten(&self, now: Timestamp) -> bool {
        match self.end {
            End::Inside => now.duration_since(self.in_at) > limits::FORGOTTEN_AFTER,
            End::Unmarked => true,
            End::Out { .. } => false,
        }
    }

    /// How long they worked so far; none where the end is not known.
    pub fn worked(&self, now: Timestamp) -> Option<SignedDuration> {
        let until = match self.end {
            End::Out { at } => at,
            End::Inside | End::Unmarked if self.is_forgotten(now) => return None,
            End::Inside | End::Unmarked => now,
        };
        Some(until.duration_since(self.in_at).max(SignedDuration::ZERO))
    }

    /// What the event makes of the stay; `None` before they came.
    pub fn apply(state: &mut Option<Self>, event: &Event) {
        let Event::Attendance(event) = event else { return };
        if let AttendanceEvent::ClockedIn(came) = event {
            let (id, staff, business_day, in_at) = (came.entry, came.staff, came.business_day, came.at);
            *state = Some(Self { id, staff, business_day, in_at, end: End::Inside, correction: None });
            return;
        }
        let Some(entry) = state else { return };
        match event {
            AttendanceEvent::ClockedIn(_) => {}
            AttendanceEvent::ClockedOut(went) => entry.end = End::Out { at: went.at },
            AttendanceEvent::LeftOpen(_) => entry.end = End::Unmarked,
            AttendanceEvent::Corrected(corrected) => {
                entry.in_at = corrected.after.in_at;
                if let Some(at) = corrected.after.out_at {
                    entry.end = End::Out { at };
                }
                entry.business_day = corrected.business_day;
                let (before, reason) = (corrected.before, corrected.reason.clone());
                entry.correction = Some(Correction { before, reason, by: corrected.by, at: corrected.at });
            }
        }
    }
}
