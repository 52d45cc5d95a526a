//! How long somebody worked.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{ClockEntry, End};
use crate::ids::StaffId;

/// What somebody worked on a day of business.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct DayWorked {
    /// All stays together, of whose end is known; while they are in, until now.
    pub worked: SignedDuration,
    /// Stays that count nothing, for nobody knows when they ended.
    pub forgotten: u32,
    /// Whether they are in.
    pub is_in: bool,
}

/// What everybody worked, by person and day of business.
pub fn by_day<'e>(
    entries: impl IntoIterator<Item = &'e ClockEntry>,
    now: Timestamp,
) -> BTreeMap<(StaffId, Date), DayWorked> {
    let mut days: BTreeMap<(StaffId, Date), DayWorked> = BTreeMap::new();
    for entry in entries {
        let day = days.entry((entry.staff, entry.business_day)).or_default();
        match entry.worked(now) {
            Some(worked) => {
                day.worked = day.worked.saturating_add(worked);
                day.is_in |= entry.end == End::Inside;
            }
            None => day.forgotten += 1,
        }
    }
    days
}
