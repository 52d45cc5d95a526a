//! Who was at work and when: one entry for each stay, from clocking in to clocking out.
//!
//! Nobody is in twice at a time. Who forgot to clock out is still «in» until they come back or somebody corrects it: such an
//! entry ends without a time and counts no hours, rather than hours that somebody made up. A correction is an event of its
//! own with what stood there before, why and by whom; what was clocked stays in the journal.
//!
//! It does not know how somebody proves who they are (a PIN, at the branch), what an hour costs, or who was planned to work.

mod decide;
mod event;
mod hours;
mod state;
#[cfg(test)]
mod tests;

pub use crate::ids::ClockEntryId;
pub use decide::{AttendanceRejection, ClockContext, Correct, clock_in, clock_out, correct};
pub use event::{AttendanceEvent, ClockedIn, ClockedOut, LeftOpen, Times, TimesCorrected};
pub use hours::{DayWorked, by_day};
pub use state::{ClockEntry, Correction, End};

/// What clocking takes at most.
pub mod limits {
    use jiff::SignedDuration;

    /// After so long somebody who is in has forgotten to clock out: as long as a session lasts, a very long shift.
    pub const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(16);
    /// A stay that somebody writes down by hand is no longer.
    pub const LONGEST: SignedDuration = SignedDuration::from_hours(24);
    /// Characters of a reason.
    pub const REASON: usize = 200;
}
