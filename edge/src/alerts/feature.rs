//! Raising, clearing and taking alerts, in the writer.

use comanda_shared::alert::{self, Alert, AlertCleared, AlertKey, AlertRaised, AlertRejection, Matter};
use comanda_shared::ids::{AlertId, NewIds, StationId};

use crate::journal::{CommandError, Failure, Journal, Outcome, Request, Step};

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
        taken.into_iter().try_for_each(|event| step.record(event))?;
        as_it_is(step, id)
    };
    journal.command(request, work, move |step, _| as_it_is(step, id)).await
}

fn as_it_is(step: &mut Step<'_>, id: AlertId) -> Result<Alert, Failure<AlertRejection>> {
    step.alert(id)?.cloned().ok_or(Failure::Refused(AlertRejection::Unknown))
}
