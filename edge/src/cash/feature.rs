//! Commands to drawers, run in the writer: load, decide, record.

use comanda_shared::branch::PaperSeries;
use comanda_shared::cash::{
    self, CashContext, CashRejection, ChainHead, CloseShift, DayClosed, DayStanding, GrandTotal, MoveCash, OpenShift,
    Shift, Standing,
};
use comanda_shared::ids::{MovementId, ReportId, ShiftId};
use comanda_shared::staff::{Actor, Role};
use uuid::Uuid;

use super::queries;
use super::wire::Seen;
use crate::journal::{CommandError, Failure, Journal, Outcome, Request, Step};

/// What was done at a drawer: how its shift is now.
pub type Answer = Result<Outcome<Seen>, CommandError<CashRejection>>;

/// Opens a shift.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub async fn open(journal: &Journal, request: Request, role: Role, drawer: String, float: i64) -> Answer {
    let work = move |step: &mut Step<'_>| {
        let open = OpenShift { id: ShiftId::new(step.ids()), drawer, float };
        let open_now = queries::open_shifts(step.connection())?;
        let actor = step.request().actor;
        let standing = Standing {
            drawer_of_user: open_now.iter().find(|shift| shift.user == actor).map(|shift| shift.drawer.clone()),
            is_drawer_taken: open_now.iter().any(|shift| shift.drawer == open.drawer.trim()),
        };
        let currency = step.configuration().catalog.as_deref().map(comanda_shared::catalog::Catalog::currency);
        let event = cash::open(&open, standing, currency, &context(step, role)).map_err(Failure::Refused)?;
        step.record(event)?;
        seen(step, open.id)
    };
    journal.command(request, work, again).await
}

/// What is moved: which way, how much in minor units, why.
pub type Move = (cash::MovementKind, i64, String);

/// Moves money other than for an order, at the drawer of whoever asks.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub async fn move_cash(journal: &Journal, request: Request, role: Role, asked: Move) -> Answer {
    let work = move |step: &mut Step<'_>| {
        let (kind, amount, reason) = asked;
        let asked = MoveCash { id: MovementId::new(step.ids()), kind, amount, reason };
        let shift = queries::open_shift_of(step.connection(), step.request().actor)?;
        let events = cash::move_cash(shift.as_ref(), &asked, &context(step, role)).map_err(Failure::Refused)?;
        events.into_iter().try_for_each(|event| step.record(event))?;
        seen(step, shift.map_or_else(|| ShiftId::from_uuid(Uuid::nil()), |shift| shift.id))
    };
    journal.command(request, work, again).await
}

/// Closes a shift with its count: one that is named, or the open one of whoever asks.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub async fn close(
    journal: &Journal,
    request: Request,
    role: Role,
    shift: Option<ShiftId>,
    asked: CloseShift,
) -> Answer {
    let work = move |step: &mut Step<'_>| {
        let shift = shift_to_close(step, shift)?;
        let takings = queries::takings_of_shift(step.connection(), shift.id)?;
        let number = step.branch().next_paper(PaperSeries::ShiftCount, &step.configuration().settings.code);
        let closed = cash::close(&shift, &asked, takings, number, &context(step, role)).map_err(Failure::Refused)?;
        step.record(closed)?;
        seen(step, shift.id)
    };
    journal.command(request, work, again).await
}

/// Closes the day: everything since the report before it, whoever took it.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub async fn close_day(
    journal: &Journal,
    request: Request,
    role: Role,
) -> Result<Outcome<DayClosed>, CommandError<CashRejection>> {
    let work = move |step: &mut Step<'_>| {
        let configuration = step.configuration();
        let (sequence, hash) = step.head();
        let connection = step.connection();
        let standing = DayStanding {
            id: ReportId::new(step.ids()),
            number: step.branch().next_paper(PaperSeries::DayReport, &configuration.settings.code),
            last: queries::day_reports(connection, 1)?.pop(),
            grand_total: GrandTotal {
                sales: queries::sales_ever(connection)?,
                takings: queries::takings_ever(connection)?,
            },
            open_shifts: u32::try_from(queries::open_shifts(connection)?.len()).unwrap_or(u32::MAX),
            journal: ChainHead { sequence, hash: hex::encode(hash) },
            currency: configuration.catalog.as_deref().map(comanda_shared::catalog::Catalog::currency),
        };
        let closed = cash::close_day(standing, &context(step, role)).map_err(Failure::Refused)?;
        step.record(closed.clone())?;
        Ok(closed)
    };
    let again = |step: &mut Step<'_>, subject| {
        let found = step.day(ReportId::from_uuid(subject))?.cloned();
        found.ok_or(Failure::Refused(CashRejection::ShiftUnknown))
    };
    journal.command(request, work, again).await
}

/// Whoever has no open shift but closed one today wants to close it twice.
fn shift_to_close(step: &mut Step<'_>, named: Option<ShiftId>) -> Result<Shift, Failure<CashRejection>> {
    if let Some(id) = named {
        return step.shift(id)?.cloned().ok_or(Failure::Refused(CashRejection::ShiftUnknown));
    }
    let actor: Actor = step.request().actor;
    if let Some(open) = queries::open_shift_of(step.connection(), actor)? {
        return Ok(open);
    }
    let last = queries::closed_shifts(step.connection(), queries::Whose::Of(actor), None, 1)?;
    let closed_today = last.iter().any(|shift| shift.business_day == step.business_day());
    Err(Failure::Refused(if closed_today { CashRejection::Closed } else { CashRejection::NoneOpen }))
}

fn context(step: &Step<'_>, role: Role) -> CashContext {
    CashContext {
        now: step.now(),
        business_day: step.business_day(),
        actor: step.request().actor,
        role,
        approver: step.request().approver,
        command: step.request().command,
    }
}

fn seen(step: &mut Step<'_>, id: ShiftId) -> Result<Seen, Failure<CashRejection>> {
    let shift = step.shift(id)?.cloned().ok_or(Failure::Refused(CashRejection::ShiftUnknown))?;
    Ok(Seen::of(step.connection(), shift)?)
}

/// A repeat is answered with the shift as it is now.
fn again(step: &mut Step<'_>, subject: Uuid) -> Result<Seen, Failure<CashRejection>> {
    seen(step, ShiftId::from_uuid(subject))
}
