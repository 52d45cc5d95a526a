//! Touches on cards, and tickets printed again, run in the writer: load, decide, record.

use comanda_shared::ids::{JobId, OrderId, StationId};
use comanda_shared::kitchen::{self, KitchenCommand, KitchenRejection, ReprintRejection, ReprintTickets};
use comanda_shared::staff::Role;

use super::cards::Cards;
use super::store;
use crate::journal::{CommandError, Failure, Journal, Outcome, Request, Step};
use crate::printing;

/// Runs a touch on a card and answers, after the commit, with the cards of its order.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub async fn touch(
    journal: &Journal,
    request: Request,
    role: Role,
    order: OrderId,
    command: KitchenCommand,
) -> Result<Outcome<Cards>, CommandError<KitchenRejection>> {
    let work = move |step: &mut Step<'_>| {
        let now = step.now();
        let decided = kitchen::decide(step.ledger(order)?, command, role, now).map_err(Failure::Refused)?;
        decided.into_iter().try_for_each(|event| step.record(event))?;
        cards(step, order)
    };
    journal.command(request, work, move |step, _| cards(step, order)).await
}

/// Has an order go before all others, or not any more, and answers with its cards.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub async fn raise(
    journal: &Journal,
    request: Request,
    role: Role,
    order: OrderId,
    raised: bool,
) -> Result<Outcome<Cards>, CommandError<KitchenRejection>> {
    let work = move |step: &mut Step<'_>| {
        let (now, by) = (step.now(), step.request().actor);
        let decided = kitchen::raise(step.ledger(order)?, raised, by, role, now).map_err(Failure::Refused)?;
        decided.into_iter().try_for_each(|event| step.record(event))?;
        cards(step, order)
    };
    journal.command(request, work, move |step, _| cards(step, order)).await
}

fn cards(step: &mut Step<'_>, id: OrderId) -> Result<Cards, Failure<KitchenRejection>> {
    let ledger = step.ledger(id)?.cloned();
    let order = step.order(id)?.cloned();
    let (order, ledger) = order.zip(ledger).ok_or(Failure::Refused(KitchenRejection::OrderUnknown))?;
    Ok(Cards::of(step.connection(), order, ledger)?)
}

/// What is printed again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reprinted {
    /// The jobs that print it.
    pub jobs: Vec<JobId>,
    /// How many tickets.
    pub tickets: usize,
}

/// Has an order's tickets printed again: those of one station, or of all.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub async fn reprint(
    journal: &Journal,
    request: Request,
    role: Role,
    order: OrderId,
    station: Option<StationId>,
) -> Result<Outcome<Reprinted>, CommandError<ReprintRejection>> {
    let work = move |step: &mut Step<'_>| {
        step.order(order)?.ok_or(Failure::Refused(ReprintRejection::OrderUnknown))?;
        let tickets = store::tickets_of(step.connection(), order)?;
        let command = ReprintTickets { station, by: step.request().actor, role };
        let again = kitchen::reprint(&tickets, command, &step.configuration().routes).map_err(Failure::Refused)?;
        let tickets = again.len();
        again.into_iter().try_for_each(|event| step.record(event))?;
        Ok(Reprinted { jobs: step.jobs().iter().map(|job| job.id).collect(), tickets })
    };
    journal.command(request, work, move |step, _| Ok(last_reprint(step, order, station)?)).await
}

/// A repeat is answered with the last reprint there was.
fn last_reprint(step: &Step<'_>, order: OrderId, station: Option<StationId>) -> rusqlite::Result<Reprinted> {
    let mut tickets = store::tickets_of(step.connection(), order)?;
    tickets.retain(|issued| issued.reprints > 0 && station.is_none_or(|station| station == issued.ticket.station));
    let is_last = |job: &printing::job::Job| {
        tickets.iter().any(|issued| Some(issued.ticket.id) == job.content.ticket() && issued.reprints == job.reprint)
    };
    let jobs = printing::queries::jobs_of_order(step.connection(), order)?;
    Ok(Reprinted { jobs: jobs.iter().filter(|job| is_last(job)).map(|job| job.id).collect(), tickets: tickets.len() })
}
