//! What clocking in, clocking out or a correction makes happen, or why not.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{AttendanceEvent, ClockEntry, ClockedIn, ClockedOut, End, LeftOpen, Times, TimesCorrected, limits};
use crate::ids::{ClockEntryId, StaffId};
use crate::staff::Actor;

/// What a decision may depend on besides the stays themselves.
#[derive(Clone, Copy, Debug)]
pub struct ClockContext {
    /// Branch time.
    pub now: Timestamp,
    /// The day of business; of a correction, that of the corrected beginning.
    pub business_day: Date,
}

/// Why somebody is not clocked in or out, or a stay not corrected.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AttendanceRejection {
    /// They work here no longer.
    #[error("they do not work here any more")]
    NotHere,
    /// They are in.
    #[error("they are in since {since}")]
    AlreadyIn {
        /// Since when.
        since: Timestamp,
    },
    /// They are not in.
    #[error("they are not in")]
    NotIn,
    /// They came so long ago that they must have gone without saying so.
    #[error("they came at {since}, too long ago to go only now")]
    Forgotten {
        /// When they came.
        since: Timestamp,
    },
    /// There is no such stay.
    #[error("there is no such stay at work")]
    Unknown,
    /// Nobody says why.
    #[error("a correction has a reason of 1 to 200 characters")]
    Reason,
    /// The end is before the beginning.
    #[error("nobody goes before they come")]
    OutBeforeIn,
    /// A time has not come yet.
    #[error("that time has not come yet")]
    InFuture,
    /// It was ended already, and a stay is not made endless.
    #[error("they went: it is said when")]
    OutMissing,
    /// Longer than anybody stays.
    #[error("a stay is no longer than 24 hours")]
    TooLong,
    /// They were in already at that time.
    #[error("they have another stay at that time, from {since}")]
    Overlaps {
        /// When the other begins.
        since: Timestamp,
    },
}

/// Somebody comes. `open` is the stay of theirs that has no end yet.
///
/// # Errors
/// [`AttendanceRejection::AlreadyIn`]; then nothing happens.
pub fn clock_in(
    open: Option<&ClockEntry>,
    entry: ClockEntryId,
    staff: StaffId,
    context: &ClockContext,
) -> Result<Vec<AttendanceEvent>, AttendanceRejection> {
    let (at, business_day) = (context.now, context.business_day);
    // What the command is about comes first: a repeat is answered with the stay that began.
    let came = AttendanceEvent::ClockedIn(ClockedIn { entry, staff, business_day, at });
    match open {
        None => Ok(vec![came]),
        Some(open) if open.is_forgotten(at) => {
            Ok(vec![came, AttendanceEvent::LeftOpen(LeftOpen { entry: open.id, staff, at })])
        }
        Some(open) => Err(AttendanceRejection::AlreadyIn { since: open.in_at }),
    }
}

/// Somebody goes.
///
/// # Errors
/// [`AttendanceRejection::NotIn`] or [`AttendanceRejection::Forgotten`]; then nothing happens.
pub fn clock_out(open: Option<&ClockEntry>, context: &ClockContext) -> Result<AttendanceEvent, AttendanceRejection> {
    let open = open.ok_or(AttendanceRejection::NotIn)?;
    let at = context.now;
    if open.is_forgotten(at) {
        return Err(AttendanceRejection::Forgotten { since: open.in_at });
    }
    Ok(AttendanceEvent::ClockedOut(ClockedOut { entry: open.id, staff: open.staff, at }))
}

/// Give a stay other times.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Correct {
    /// From when to when; without an end, somebody who is in stays in.
    pub times: Times,
    /// Why.
    pub reason: String,
    /// Who says so.
    pub by: Actor,
}

/// Corrects a stay. `others` are those of the same person around the corrected times.
///
/// # Errors
/// The first reason to refuse; then nothing happens.
pub fn correct(
    entry: &ClockEntry,
    asked: &Correct,
    others: &[ClockEntry],
    context: &ClockContext,
) -> Result<Option<AttendanceEvent>, AttendanceRejection> {
    let (now, times) = (context.now, asked.times);
    let reason = asked.reason.trim();
    if !(1..=limits::REASON).contains(&reason.chars().count()) || reason.chars().any(char::is_control) {
        return Err(AttendanceRejection::Reason);
    }
    if times.in_at > now || times.out_at.is_some_and(|out_at| out_at > now) {
        return Err(AttendanceRejection::InFuture);
    }
    if times.out_at.is_some_and(|out_at| out_at < times.in_at) {
        return Err(AttendanceRejection::OutBeforeIn);
    }
    if times.out_at.is_none() && matches!(entry.end, End::Out { .. }) {
        return Err(AttendanceRejection::OutMissing);
    }
    let until = match (times.out_at, entry.end) {
        (Some(out_at), _) => out_at,
        (None, End::Inside) => now,
        (None, End::Out { .. } | End::Unmarked) => times.in_at,
    };
    if times.out_at.is_some() && until.duration_since(times.in_at) > limits::LONGEST {
        return Err(AttendanceRejection::TooLong);
    }
    let is_at_that_time = |other: &&ClockEntry| {
        let (from, to) = (other.in_at, other_end(other, now));
        other.id != entry.id && from < until && times.in_at < to
    };
    if let Some(other) = others.iter().find(is_at_that_time) {
        return Err(AttendanceRejection::Overlaps { since: other.in_at });
    }
    if times == entry.times() {
        return Ok(None);
    }
    let (before, business_day, reason) = (entry.times(), context.business_day, reason.to_owned());
    let (entry, staff, by) = (entry.id, entry.staff, asked.by);
    let corrected = TimesCorrected { entry, staff, before, after: times, business_day, reason, by, at: now };
    Ok(Some(AttendanceEvent::Corrected(corrected)))
}

/// Until when somebody was surely in: of a stay whose end nobody knows, no longer than its beginning.
fn other_end(other: &ClockEntry, now: Timestamp) -> Timestamp {
    match other.end {
        End::Out { at } => at,
        End::Inside => now,
        End::Unmarked => other.in_at,
    }
}
