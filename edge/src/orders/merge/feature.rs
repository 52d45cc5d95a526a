//! Two orders made one, run in the writer: load both, decide, record.

use comanda_shared::ids::OrderId;
use comanda_shared::kitchen;
use comanda_shared::order::{self, Order, OrderRejection};
use comanda_shared::staff::Role;

use super::super::feature::{Taken, in_context, taken};
use crate::journal::{CommandError, Failure, Journal, Outcome, Request, Step};

/// An order, and the version of it that is meant.
#[derive(Clone, Copy, Debug)]
pub struct Meant {
    /// Which.
    pub order: OrderId,
    /// The version it must be at.
    pub version: u32,
}

/// Makes the one order part of the other, and answers after the commit with the one that goes on.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub async fn merge(
    journal: &Journal,
    request: Request,
    role: Role,
    into: Meant,
    from: Meant,
) -> Result<Outcome<Taken>, CommandError<OrderRejection>> {
    let work = move |step: &mut Step<'_>| decide(step, role, into, from);
    journal.command(request, work, move |step, _| taken(step, into.order)).await
}

fn decide(step: &mut Step<'_>, role: Role, into: Meant, from: Meant) -> Result<Taken, Failure<OrderRejection>> {
    let (kept, left) = (meant(step, into)?, meant(step, from)?);
    let unknown = || Failure::Refused(OrderRejection::OrderUnknown);
    let joined = kitchen::joined(&kept, &left, step.ledger(left.id)?.ok_or_else(unknown)?);
    let merged = in_context(step, role, kept.order_type, None, |context| order::merge(&kept, &left, context));
    let merged = merged.map_err(Failure::Refused)?;
    step.record(merged.left)?;
    merged.kept.into_iter().try_for_each(|event| step.record(event))?;
    step.record(joined)?;
    taken(step, into.order)
}

fn meant(step: &mut Step<'_>, meant: Meant) -> Result<Order, Failure<OrderRejection>> {
    let order = step.order(meant.order)?.cloned().ok_or(Failure::Refused(OrderRejection::OrderUnknown))?;
    if order.version == meant.version {
        return Ok(order);
    }
    Err(Failure::Refused(OrderRejection::VersionConflict { current: order.version }))
}
