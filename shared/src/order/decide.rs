//! What a command makes happen to an order, or why not: pure, from the order and what the feature loaded beside it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::charge::{check_open, refund, refund_all, set_tip, take_payment};
use super::discount::{self, repriced_with};
use super::fire::{self, check_nothing_waits, check_schedule};
use super::pricing::priced_lines;
use super::split::{self, undone_by_a_change};
use super::stockout::{self, InStock};
use super::{
    AddLines, Advance, Cancel, ChargeRejection, Line, LineState, LineVoided, LinesAdded, NewLine, Order, OrderAccepted,
    OrderAdvanced, OrderCancelled, OrderCommand, OrderEvent, OrderMoved, OrderPersonal, OrderPlaced, OrderRejection,
    OrderReopened, OrderType, PlaceOrder, Stage, Status, Totals, VoidLine,
};
use super::{pass, receipt};
use crate::availability::Stockouts;
use crate::branch::{NextNumbers, Opening, Standing};
use crate::catalog::Catalog;
use crate::ids::{CommandId, DeviceId, OrderId, ShiftId, StaffId};
use crate::personal::Personal;
use crate::staff::{Actor, Approver, Permission, Role};

/// What a decision may depend on besides the order itself.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Branch time.
    pub now: Timestamp,
    /// The day of business.
    pub business_day: Date,
    /// Who asks.
    pub actor: Actor,
    /// As what.
    pub role: Role,
    /// Who approves what whoever asks may not.
    pub approver: Option<Approver>,
    /// What asks.
    pub command: CommandId,
    /// The open shift of whoever asks.
    pub shift: Option<ShiftId>,
    /// On which screen.
    pub device: Option<DeviceId>,
    /// The catalog in use, once there is one.
    pub catalog: Option<&'a Catalog>,
    /// Its version.
    pub catalog_version: u64,
    /// What ran out or is counted.
    pub stockouts: &'a Stockouts,
    /// To what a sum in cash is rounded, minor units; 0 for not at all.
    pub cash_rounding: i64,
    /// Whether the branch takes orders from outside.
    pub opening: Opening<'a>,
    /// The numbers the next order of the type asked for gets.
    pub numbers: &'a NextNumbers,
}

impl Context<'_> {
    /// Who approved an act that needs this permission, where whoever asks may not act alone.
    pub(super) fn approved_by(&self, permission: Permission) -> Option<StaffId> {
        if self.role.allows(permission) {
            return None;
        }
        self.approver.filter(|approver| approver.role.allows(permission)).map(|approver| approver.staff)
    }

    const fn in_stock(&self) -> InStock<'_> {
        InStock { stockouts: self.stockouts, now: self.now }
    }
}

/// What the command makes happen.
///
/// # Errors
/// The first reason to refuse; then nothing happens.
pub fn decide(
    order: Option<&Order>,
    command: &OrderCommand,
    context: &Context<'_>,
) -> Result<Vec<OrderEvent>, OrderRejection> {
    if let OrderCommand::Place(place) = command {
        return place_order(place, context);
    }
    let order = order.ok_or(OrderRejection::OrderUnknown)?;
    match command {
        OrderCommand::Place(_) => unreachable!("placing was decided above"),
        OrderCommand::Accept => accept(order, context),
        OrderCommand::AddLines(add) => add_lines(order, add, context),
        OrderCommand::VoidLine(void) => void_line(order, void, context),
        OrderCommand::Advance(advance) => move_on(order, advance, context),
        OrderCommand::Cancel(cancel) => end(order, cancel, context),
        OrderCommand::SetTip(tip) => set_tip(order, tip, context),
        OrderCommand::TakePayment(take) => take_payment(order, take, context),
        OrderCommand::Refund(back) => refund(order, back, context),
        OrderCommand::Reopen => reopen(order, context),
        OrderCommand::Discount(give) => discount::give(order, give, context),
        OrderCommand::RemoveDiscount(given) => discount::remove(order, *given, context),
        OrderCommand::Split(by) => split::split(order, by, context),
        OrderCommand::UndoSplit => split::undo(order, context),
        OrderCommand::Move(table) => move_to(order, table.as_deref(), context),
        OrderCommand::Fire(what) => fire::fire(order, what, context),
        OrderCommand::PrintBill => receipt::print_bill(order, context),
        OrderCommand::ReprintReceipt => receipt::reprint(order, context),
        OrderCommand::ReprintForPass(paper) => pass::reprint(order, *paper, context),
    }
}

pub(super) fn permit(context: &Context<'_>, permission: Permission) -> Result<(), OrderRejection> {
    if context.role.allows(permission) {
        return Ok(());
    }
    Err(OrderRejection::PermissionMissing(permission))
}

/// What somebody who may can approve for somebody who may not.
pub(super) fn permit_or_approve(context: &Context<'_>, permission: Permission) -> Result<(), OrderRejection> {
    if context.role.allows(permission) || context.approved_by(permission).is_some() {
        return Ok(());
    }
    Err(OrderRejection::ApprovalRequired(permission))
}

/// Taken by somebody who may accept, an order is accepted as it is taken.
fn place_order(place: &PlaceOrder, context: &Context<'_>) -> Result<Vec<OrderEvent>, OrderRejection> {
    permit(context, Permission::OrdersCreate)?;
    let catalog = context.catalog.ok_or(OrderRejection::CatalogMissing)?;
    check_schedule(place.scheduled_for, context.now)?;
    check_open_for(place, context)?;
    let for_later = place.scheduled_for.is_some_and(|wanted| wanted > context.now);
    let lines = priced_lines(&place.lines, 0, place.order_type, for_later, catalog)?;
    stockout::check(&place.lines, &lines, catalog, context.in_stock())?;
    Totals::sum(catalog.currency(), &lines).map_err(|_| OrderRejection::AmountTooLarge)?;
    let personal = OrderPersonal { line_notes: line_notes(&place.lines), ..place.personal.clone() };
    let placed = OrderPlaced {
        order: place.id,
        number: context.numbers.number.clone(),
        consecutive: context.numbers.consecutive.clone(),
        order_type: place.order_type,
        channel: place.channel,
        table: place.table.clone(),
        external_number: place.external_number.clone(),
        scheduled_for: place.scheduled_for,
        currency: catalog.currency(),
        lines,
        catalog_version: context.catalog_version,
        business_day: context.business_day,
        at: context.now,
        by: context.actor,
        device: context.device,
        personal: Personal::Known(personal),
    };
    let mut events = vec![OrderEvent::Placed(placed)];
    if context.role.allows(Permission::OrdersAccept) {
        events.push(accepted(place.id, context));
    }
    Ok(events)
}

/// Who is not at the branch is served while it takes orders: what is wanted later, when it is open then.
fn check_open_for(place: &PlaceOrder, context: &Context<'_>) -> Result<(), OrderRejection> {
    if !place.channel.is_from_outside() {
        return Ok(());
    }
    if let Standing::Paused { until, reason: _ } = context.opening.at(context.now) {
        return Err(OrderRejection::BranchPaused { until });
    }
    let wanted = place.scheduled_for.map_or(context.now, |wanted| wanted.max(context.now));
    match context.opening.at(wanted) {
        Standing::Closed { until, by_hours: _ } => Err(OrderRejection::BranchClosed { until }),
        Standing::Open { .. } | Standing::Busy { .. } | Standing::Paused { .. } => Ok(()),
    }
}

fn accept(order: &Order, context: &Context<'_>) -> Result<Vec<OrderEvent>, OrderRejection> {
    permit(context, Permission::OrdersAccept)?;
    match order.status {
        Status::Received => Ok(vec![accepted(order.id, context)]),
        Status::Accepted
        | Status::Preparing
        | Status::Ready
        | Status::Served
        | Status::OnTheWay
        | Status::Delivered
        | Status::Cancelled { .. }
        | Status::Merged { .. } => Err(illegal(order, "accepted")),
    }
}

fn accepted(order: OrderId, context: &Context<'_>) -> OrderEvent {
    OrderEvent::Accepted(OrderAccepted { order, at: context.now })
}

fn add_lines(order: &Order, add: &AddLines, context: &Context<'_>) -> Result<Vec<OrderEvent>, OrderRejection> {
    permit(context, Permission::OrdersCreate)?;
    if order.status.is_final() || order.status == Status::OnTheWay {
        return Err(illegal(order, "added to"));
    }
    check_open(order)?;
    let catalog = context.catalog.filter(|catalog| catalog.currency() == order.currency);
    let catalog = catalog.ok_or(OrderRejection::CatalogMissing)?;
    let for_later = order.waits_until().is_some();
    let lines = priced_lines(&add.lines, order.lines.len(), order.order_type, for_later, catalog)?;
    stockout::check(&add.lines, &lines, catalog, context.in_stock())?;
    let all: Vec<Line> = order.lines.iter().chain(&lines).cloned().collect();
    Totals::sum(order.currency, &all).map_err(|_| OrderRejection::AmountTooLarge)?;
    let personal = OrderPersonal { line_notes: line_notes(&add.lines), ..OrderPersonal::default() };
    let is_more_to_cook = lines.iter().any(|line| !line.stations.is_empty());
    let added = LinesAdded { order: order.id, lines, personal: Personal::Known(personal) };
    let mut events = undone_by_a_change(order, context)?;
    events.push(OrderEvent::LinesAdded(added));
    events.extend(repriced_with(order, &all)?);
    if order.status == Status::Ready && is_more_to_cook {
        let again = OrderAdvanced { order: order.id, to: Stage::Preparing, at: context.now };
        events.push(OrderEvent::Advanced(again));
    }
    Ok(events)
}

fn void_line(order: &Order, void: &VoidLine, context: &Context<'_>) -> Result<Vec<OrderEvent>, OrderRejection> {
    permit_or_approve(context, Permission::OrdersVoid)?;
    if order.status.is_final() {
        return Err(illegal(order, "edited"));
    }
    check_open(order)?;
    let line = order.line(void.line).ok_or(OrderRejection::LineUnknown)?;
    match line.state {
        LineState::Open => {}
        LineState::Voided { .. } => return Err(OrderRejection::LineVoided),
    }
    if line.part_of.is_some() {
        return Err(OrderRejection::PartOfCombo);
    }
    let reason = needed_reason(&void.reason)?;
    let parts = order.parts_of(line.id).map(|part| part.id).collect();
    let voided = LineVoided { order: order.id, line: line.id, parts, reason, by: context.actor };
    let left: Vec<Line> = order.lines.iter().filter(|line| !voided.takes_back(line.id)).cloned().collect();
    let mut events = undone_by_a_change(order, context)?;
    events.push(OrderEvent::LineVoided(voided));
    events.extend(repriced_with(order, &left)?);
    Ok(events)
}

fn move_on(order: &Order, advance: &Advance, context: &Context<'_>) -> Result<Vec<OrderEvent>, OrderRejection> {
    permit(context, Permission::OrdersAdvance)?;
    if !may_become(order, advance.to) {
        return Err(illegal(order, advance.to.as_str()));
    }
    if advance.to != Stage::Preparing {
        check_nothing_waits(order)?;
    }
    let advanced = OrderAdvanced { order: order.id, to: advance.to, at: context.now };
    Ok(vec![OrderEvent::Advanced(advanced)])
}

/// The table of transitions. What is served here is handed over; what is delivered goes by the rider.
const fn may_become(order: &Order, to: Stage) -> bool {
    let delivered_by_rider = matches!(order.order_type, OrderType::Delivery);
    match to {
        Stage::Preparing => matches!(order.status, Status::Accepted | Status::Ready),
        Stage::Ready => matches!(order.status, Status::Accepted | Status::Preparing),
        Stage::Served => matches!(order.status, Status::Ready) && !delivered_by_rider,
        Stage::OnTheWay => matches!(order.status, Status::Ready) && delivered_by_rider,
        Stage::Delivered => matches!(order.status, Status::OnTheWay),
    }
}

fn end(order: &Order, cancel: &Cancel, context: &Context<'_>) -> Result<Vec<OrderEvent>, OrderRejection> {
    permit_or_approve(context, Permission::OrdersCancel)?;
    if order.status.is_final() {
        return Err(illegal(order, "cancelled"));
    }
    let reason = needed_reason(&cancel.reason)?;
    let mut events = match &cancel.refund {
        _ if order.paid().minor() == 0 => Vec::new(),
        Some(back) => refund_all(order, back.method, &back.ids, &reason, context)?,
        None => return Err(ChargeRejection::OrderPaid.into()),
    };
    if !order.split.is_empty() && !events.iter().any(|event| matches!(event, OrderEvent::SplitUndone(_))) {
        events.push(split::undone(order, context));
    }
    let cancelled = OrderCancelled { order: order.id, reason, by: context.actor, at: context.now };
    events.push(OrderEvent::Cancelled(cancelled));
    Ok(events)
}

/// To another table; where it is already, nothing happens.
fn move_to(order: &Order, table: Option<&str>, context: &Context<'_>) -> Result<Vec<OrderEvent>, OrderRejection> {
    permit(context, Permission::OrdersMove)?;
    if order.closed_at.is_some() || order.status.is_void() {
        return Err(illegal(order, "moved"));
    }
    if order.table.as_deref() == table {
        return Ok(Vec::new());
    }
    let table = table.map(ToOwned::to_owned);
    Ok(vec![OrderEvent::Moved(OrderMoved { order: order.id, table, from: order.table.clone(), by: context.actor })])
}

/// Back to where it can be handed over: for the coffee after the meal. What stands on a receipt stays as it is.
fn reopen(order: &Order, context: &Context<'_>) -> Result<Vec<OrderEvent>, OrderRejection> {
    permit_or_approve(context, Permission::OrdersReopen)?;
    check_open(order)?;
    match order.status {
        Status::Served | Status::Delivered => {
            let approved_by = context.approved_by(Permission::OrdersReopen);
            let reopened = OrderReopened { order: order.id, by: context.actor, approved_by, at: context.now };
            Ok(vec![OrderEvent::Reopened(reopened)])
        }
        Status::Received
        | Status::Accepted
        | Status::Preparing
        | Status::Ready
        | Status::OnTheWay
        | Status::Cancelled { .. }
        | Status::Merged { .. } => Err(illegal(order, "reopened")),
    }
}

pub(super) const fn illegal(order: &Order, to: &'static str) -> OrderRejection {
    OrderRejection::IllegalTransition { from: order.status.as_str(), to }
}

pub(super) fn needed_reason(reason: &str) -> Result<String, OrderRejection> {
    let reason = reason.trim();
    if reason.is_empty() { Err(OrderRejection::ReasonMissing) } else { Ok(reason.to_owned()) }
}

fn line_notes(lines: &[NewLine]) -> BTreeMap<crate::ids::LineId, String> {
    lines.iter().flat_map(NewLine::all_notes).map(|(line, notes)| (line, notes.to_owned())).collect()
}
