//! Commands to orders, run in the writer: load, decide, record.

use comanda_shared::customer::CustomerStatus;
use comanda_shared::ids::{DiscountId, JobId, LineId, OrderId, PaymentId, RefundId, ShiftId, TicketId};
use comanda_shared::order::{
    self, AddLines, Cancel, ChargeRejection, Context, GiveDiscount, NewLine, Order, OrderCommand, OrderRejection,
    OrderType, PlaceOrder, RefundAll, RefundPayment, TakePayment,
};
use comanda_shared::staff::Role;
use uuid::Uuid;

use super::pass;
use crate::branch::opening;
use crate::journal::{CommandError, Failure, Journal, Outcome, Request, Step};
use crate::payments::papers;
use crate::printing::queries::Outlook;
use crate::{cash, kitchen, printing};

/// An order and what happens to its tickets next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    /// The order.
    pub order: Order,
    /// What waits to be printed.
    pub outlook: Outlook,
    /// The jobs of papers that were asked for, or follow from a payment, and of the drawer.
    pub papers: Vec<JobId>,
}

/// What is asked of an order. Ids are made in the writer, so a line comes without one.
#[derive(Clone, Debug)]
pub enum Wish {
    /// Take an order.
    Place(PlaceOrder),
    /// Do something to the order of this id; the version is the one it must be at, when that matters.
    Change {
        /// Which order.
        order: OrderId,
        /// The version it must be at.
        version: Option<u32>,
        /// What to do.
        command: OrderCommand,
    },
}

/// Runs a command to an order and answers after the commit.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub async fn run(
    journal: &Journal,
    request: Request,
    role: Role,
    wish: Wish,
) -> Result<Outcome<Taken>, CommandError<OrderRejection>> {
    journal.command(request, move |step| decide(step, role, wish), again).await
}

fn decide(step: &mut Step<'_>, role: Role, wish: Wish) -> Result<Taken, Failure<OrderRejection>> {
    let (id, version, command) = match wish {
        Wish::Place(mut place) => {
            place.id = OrderId::new(step.ids());
            name_lines(step, &mut place.lines);
            know_guest(step, &mut place)?;
            (place.id, None, OrderCommand::Place(place))
        }
        Wish::Change { order, version, command } => (order, version, named(step, order, command)?),
    };
    // An order that is placed is not looked for: its id was made a moment ago.
    let order = match &command {
        OrderCommand::Place(_) => None,
        _ => step.order(id)?.cloned(),
    };
    if let (Some(order), Some(version)) = (&order, version)
        && order.version != version
    {
        return Err(Failure::Refused(OrderRejection::VersionConflict { current: order.version }));
    }
    let order_type = match &command {
        OrderCommand::Place(place) => place.order_type,
        _ => order.as_ref().map_or(OrderType::Takeaway, |order| order.order_type),
    };
    let shift = drawer_of(step, &command)?;
    if !is_there_a_printer(step, &command) {
        return Err(Failure::Refused(ChargeRejection::NoPrinter.into()));
    }
    let events = in_context(step, role, order_type, shift, |context| order::decide(order.as_ref(), &command, context));
    let events = events.map_err(Failure::Refused)?;
    for event in events {
        step.record(event)?;
    }
    let before = order;
    let order = step.order(id)?.cloned().ok_or(Failure::Refused(OrderRejection::OrderUnknown))?;
    let outlook = printing::queries::outlook_of_new(step.connection(), step.jobs())?;
    let mut papers = match &before {
        Some(before) => papers::follow(step, before, &order, &command)?,
        None => Vec::new(),
    };
    if let OrderCommand::ReprintForPass(paper) = command {
        papers.extend(pass::print_again(step, &order, paper, order.pass_reprints.of(paper))?);
    }
    Ok(Taken { order, outlook, papers })
}

/// Whether what the command has printed can come out anywhere; of one that prints nothing, too.
fn is_there_a_printer(step: &Step<'_>, command: &OrderCommand) -> bool {
    let configuration = step.configuration();
    match command {
        OrderCommand::PrintBill | OrderCommand::ReprintReceipt => configuration.counter_printer().is_some(),
        OrderCommand::ReprintForPass(_) => pass::printer_for(&configuration).is_some(),
        _ => true,
    }
}

/// What is not told with an order is taken from the guest's card it names.
fn know_guest(step: &mut Step<'_>, place: &mut PlaceOrder) -> Result<(), Failure<OrderRejection>> {
    let Some(id) = place.personal.customer else { return Ok(()) };
    let card = step.customer(id)?.and_then(|card| Some((card.status, card.personal.known()?)));
    let (status, known) = card.ok_or(Failure::Refused(OrderRejection::CustomerUnknown))?;
    match status {
        CustomerStatus::Active => {}
        CustomerStatus::Blocked => return Err(Failure::Refused(OrderRejection::CustomerBlocked)),
    }
    let told = &mut place.personal;
    told.customer_name = told.customer_name.take().or_else(|| known.name.clone());
    told.customer_phone =
        told.customer_phone.take().or_else(|| known.phone.as_ref().map(|phone| phone.as_str().to_owned()));
    Ok(())
}

/// Decides with what a decision about an order of this type may depend on.
pub(super) fn in_context<T>(
    step: &Step<'_>,
    role: Role,
    order_type: OrderType,
    shift: Option<ShiftId>,
    decide: impl FnOnce(&Context<'_>) -> T,
) -> T {
    let configuration = step.configuration();
    let numbers = step.branch().counter(order_type).next(&configuration.settings.code, order_type);
    decide(&Context {
        now: step.now(),
        business_day: step.business_day(),
        actor: step.request().actor,
        role,
        approver: step.request().approver,
        command: step.request().command,
        shift,
        device: step.request().device,
        catalog: configuration.catalog.as_deref(),
        catalog_version: configuration.catalog_version,
        stockouts: &configuration.stockouts,
        cash_rounding: configuration.settings.cash_rounding,
        opening: opening::of(step.branch(), &configuration),
        numbers: &numbers,
    })
}

/// The command, with ids for what it makes.
fn named(step: &mut Step<'_>, order: OrderId, command: OrderCommand) -> rusqlite::Result<OrderCommand> {
    Ok(match command {
        OrderCommand::AddLines(AddLines { mut lines }) => {
            name_lines(step, &mut lines);
            OrderCommand::AddLines(AddLines { lines })
        }
        OrderCommand::TakePayment(take) => {
            let (rounding, id) = (PaymentId::new(step.ids()), PaymentId::new(step.ids()));
            OrderCommand::TakePayment(TakePayment { id, rounding, ..take })
        }
        OrderCommand::Refund(back) => {
            let (id, rounding) = (RefundId::new(step.ids()), RefundId::new(step.ids()));
            OrderCommand::Refund(RefundPayment { id, rounding, ..back })
        }
        OrderCommand::Cancel(Cancel { reason, refund: Some(back) }) => {
            let payments = step.order(order)?.map_or(0, |order| order.payments.len());
            let ids = (0..payments).map(|_| RefundId::new(step.ids())).collect();
            OrderCommand::Cancel(Cancel { reason, refund: Some(RefundAll { ids, ..back }) })
        }
        OrderCommand::Discount(give) => {
            OrderCommand::Discount(GiveDiscount { id: DiscountId::new(step.ids()), ..give })
        }
        other => other,
    })
}

/// The open shift of whoever asks, where the command has to do with money.
fn drawer_of(step: &Step<'_>, command: &OrderCommand) -> rusqlite::Result<Option<ShiftId>> {
    match command {
        OrderCommand::TakePayment(_) | OrderCommand::Refund(_) | OrderCommand::Cancel(_) => {
            let open = cash::queries::open_shift_of(step.connection(), step.request().actor)?;
            Ok(open.map(|shift| shift.id))
        }
        OrderCommand::Place(_)
        | OrderCommand::Accept
        | OrderCommand::AddLines(_)
        | OrderCommand::VoidLine(_)
        | OrderCommand::Advance(_)
        | OrderCommand::SetTip(_)
        | OrderCommand::Reopen
        | OrderCommand::Discount(_)
        | OrderCommand::RemoveDiscount(_)
        | OrderCommand::Split(_)
        | OrderCommand::UndoSplit
        | OrderCommand::Move(_)
        | OrderCommand::Fire(_)
        | OrderCommand::PrintBill
        | OrderCommand::ReprintReceipt
        | OrderCommand::ReprintForPass(_) => Ok(None),
    }
}

fn name_lines(step: &mut Step<'_>, lines: &mut [NewLine]) {
    for line in lines {
        line.id = LineId::new(step.ids());
        for choice in &mut line.choices {
            choice.id = LineId::new(step.ids());
        }
    }
}

/// A repeat is answered with the order as it is now.
fn again(step: &mut Step<'_>, subject: Uuid) -> Result<Taken, Failure<OrderRejection>> {
    taken(step, OrderId::from_uuid(subject))
}

/// The order as it is now, and what of its tickets waits.
pub(super) fn taken(step: &mut Step<'_>, id: OrderId) -> Result<Taken, Failure<OrderRejection>> {
    let order = step.order(id)?.cloned().ok_or(Failure::Refused(OrderRejection::OrderUnknown))?;
    let tickets: Vec<TicketId> =
        kitchen::store::tickets_of(step.connection(), id)?.into_iter().map(|issued| issued.ticket.id).collect();
    let outlook = printing::queries::outlook(step.connection(), &tickets)?;
    Ok(Taken { order, outlook, papers: Vec::new() })
}
