//! Clocking in and out, and corrections, run in the writer: load, decide, record.

use comanda_shared::attendance::{self, AttendanceRejection, ClockContext, ClockEntry, Correct, Times};
use comanda_shared::ids::{ClockEntryId, StaffId};
use comanda_shared::staff::Staff;
use comanda_shared::time::business_day;
use jiff::civil::DateTime;
use uuid::Uuid;

use super::store::{around, open_of};
use crate::journal::aggregates::Aggregate;
use crate::journal::{CommandError, Failure, Journal, Outcome, Request, Step};

/// Which way somebody goes through the door.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// They come.
    In,
    /// They go.
    Out,
}

/// Clocks somebody in or out, who proved who they are, and answers after the commit.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub async fn clock(
    journal: &Journal,
    request: Request,
    staff: StaffId,
    way: Way,
) -> Result<Outcome<ClockEntry>, CommandError<AttendanceRejection>> {
    journal.command(request, move |step| pass(step, staff, way), again).await
}

fn pass(step: &mut Step<'_>, staff: StaffId, way: Way) -> Result<ClockEntry, Failure<AttendanceRejection>> {
    if Staff::load(step.connection(), staff.uuid())?.is_none_or(|person| !person.is_active) {
        return Err(Failure::Refused(AttendanceRejection::NotHere));
    }
    let open = open_of(step.connection(), staff)?;
    let context = ClockContext { now: step.now(), business_day: step.business_day() };
    let events = match way {
        Way::In => attendance::clock_in(open.as_ref(), ClockEntryId::new(step.ids()), staff, &context),
        Way::Out => attendance::clock_out(open.as_ref(), &context).map(|event| vec![event]),
    };
    let events = events.map_err(Failure::Refused)?;
    let entry = events.first().map(attendance::AttendanceEvent::entry);
    events.into_iter().try_for_each(|event| step.record(event))?;
    known(step, entry)
}

/// What is to be another time of a stay, by the branch's clock on the wall; what is absent stays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Correction {
    /// When they came.
    pub in_at: Option<DateTime>,
    /// When they went.
    pub out_at: Option<DateTime>,
    /// Why.
    pub reason: String,
}

/// Gives a stay other times, and answers after the commit. Said again, it writes nothing.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub async fn correct(
    journal: &Journal,
    request: Request,
    entry: ClockEntryId,
    asked: Correction,
) -> Result<Outcome<ClockEntry>, CommandError<AttendanceRejection>> {
    journal.command(request, move |step| set_right(step, entry, asked), again).await
}

fn set_right(
    step: &mut Step<'_>,
    id: ClockEntryId,
    asked: Correction,
) -> Result<ClockEntry, Failure<AttendanceRejection>> {
    let Some(entry) = step.clock_entry(id)?.cloned() else {
        return Err(Failure::Refused(AttendanceRejection::Unknown));
    };
    let (now, configuration) = (step.now(), step.configuration());
    let instant = |local: DateTime| {
        let zoned = local.to_zoned(configuration.zone.clone());
        zoned.map(|zoned| zoned.timestamp()).map_err(|_| Failure::Refused(AttendanceRejection::InFuture))
    };
    let in_at = asked.in_at.map_or(Ok(entry.in_at), instant)?;
    let out_at = asked.out_at.map(instant).transpose()?.or_else(|| entry.out_at());
    let day = business_day(in_at, &configuration.zone, configuration.settings.day_starts_at);
    let times = Times { in_at, out_at };
    let others = around(step.connection(), entry.staff, in_at, out_at.unwrap_or(now))?;
    let wanted = Correct { times, reason: asked.reason, by: step.request().actor };
    let context = ClockContext { now, business_day: day };
    let corrected = attendance::correct(&entry, &wanted, &others, &context).map_err(Failure::Refused)?;
    corrected.map_or(Ok(()), |event| step.record(event))?;
    known(step, Some(id))
}

/// A repeat is answered with the stay as it is now.
fn again(step: &mut Step<'_>, subject: Uuid) -> Result<ClockEntry, Failure<AttendanceRejection>> {
    known(step, Some(ClockEntryId::from_uuid(subject)))
}

fn known(step: &mut Step<'_>, entry: Option<ClockEntryId>) -> Result<ClockEntry, Failure<AttendanceRejection>> {
    let found = entry.map(|entry| step.clock_entry(entry).map(Option::<&ClockEntry>::cloned)).transpose()?;
    found.flatten().ok_or(Failure::Refused(AttendanceRejection::Unknown))
}
