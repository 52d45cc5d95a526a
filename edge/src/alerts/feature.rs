//! Raising, clearing and taking alerts, in the writer.

use comanda_shared::alert::{self, Alert, AlertCleared, AlertKey, AlertRaised, AlertRejection, Matter};
use comanda_shared::ids::{AlertId, NewIds, StationId};
use comanda_shared::staff::Actor;

use crate::journal::{CommandError, Failure, Journal, Outcome, Request, Step};
use crate::printing;

/// Raises an alert, unless there is one about this already.
///
/// # Errors
/// When SQLite cannot read; the step is then undone.
pub fn raise(step: &mut Step<'_>, matter: Matter, stations: &[StationId]) -> rusqlite::Result<AlertId> {
    if let Some(open) = step.open_alert(&matter.key())? {
        return Ok(open);
    }
    let alert = AlertId::from_uuid(step.ids().next_id());
    step.record(AlertRaised { alert, matter, stations: stations.to_vec() })?;
    Ok(alert)
}

/// Says that it is over; nothing when there was no alert about it.
///
/// # Errors
/// When SQLite cannot read; the step is then undone.
pub fn clear(step: &mut Step<'_>, key: &AlertKey) -> rusqlite::Result<()> {
    match step.open_alert(key)? {
        Some(alert) => step.record(AlertCleared { alert }),
        None => Ok(()),
    }
}

/// Whoever asks is on it from now on, or somebody is already; answers the alert as it then is.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub async fn take(
    journal: &Journal,
    request: Request,
    id: AlertId,
) -> Result<Outcome<Alert>, CommandError<AlertRejection>> {
    let work = move |step: &mut Step<'_>| {
        let by = step.request().actor;
        let taken = alert::take(step.alert(id)?, by).map_err(Failure::Refused)?;
        if let Some(taken) = taken {
            step.record(taken)?;
            follow(step, id, by)?;
        }
        as_it_is(step, id)
    };
    journal.command(request, work, move |step, _| as_it_is(step, id)).await
}

/// What is done by taking it: whoever takes a ticket that no printer prints tells the station, and nothing is left to do;
/// whoever takes a new printer has seen it, and is not told of it again.
fn follow(step: &mut Step<'_>, id: AlertId, by: Actor) -> rusqlite::Result<()> {
    match step.alert(id)?.map(|alert| alert.matter.clone()) {
        Some(Matter::TicketByHand { ticket, .. }) => printing::feature::take_by_hand(step, ticket, by)?,
        Some(Matter::PrinterNew { .. }) => {}
        _ => return Ok(()),
    }
    step.record(AlertCleared { alert: id })
}

fn as_it_is(step: &mut Step<'_>, id: AlertId) -> Result<Alert, Failure<AlertRejection>> {
    step.alert(id)?.cloned().ok_or(Failure::Refused(AlertRejection::Unknown))
}
