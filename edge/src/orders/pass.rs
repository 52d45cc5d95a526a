//! What the pass gets on paper: each order whole, for whoever puts it together, and a slip for whoever brings it.
//!
//! It follows from an order before and after a step, whatever was done to it: a paper is due when what stands on it is
//! another, so that a repeat prints nothing. Nothing is due where no printer stands at the pass, but a slip: that comes out
//! at the counter then. What somebody asks for once more says the order as it is by then, and is marked.

use comanda_shared::ids::{JobId, NewIds};
use comanda_shared::money::Money;
use comanda_shared::order::{Firing, Line, LineState, Order, OrderType, PassPaper, Status};
use comanda_shared::paper::{DeliverySlip, PrintedDocument, SlipLine, WholeLine, WholeOrder, WholeOrderCause};
use comanda_shared::printer::Printer;
use jiff::Timestamp;
use jiff::civil::DateTime;
use rusqlite::Connection;

use crate::journal::{Configuration, Step};
use crate::payments::papers::{letterhead, place_of};
use crate::printing::job::NewJob;
use crate::printing::sheet::modifier_words;
use crate::staff::store::name_of;

/// What is due at the pass after a step that changed these orders.
///
/// # Errors
/// When SQLite cannot read.
pub fn jobs_due<'o>(
    connection: &Connection,
    configuration: &Configuration,
    orders: impl Iterator<Item = (Option<&'o Order>, &'o Order)>,
    now: Timestamp,
    ids: &mut dyn NewIds,
) -> rusqlite::Result<Vec<NewJob>> {
    let pass = configuration.pass_printer();
    let Some(for_slips) = printer_for(configuration) else { return Ok(Vec::new()) };
    let at = now.to_zoned(configuration.zone.clone()).datetime();
    let mut jobs = Vec::new();
    for (before, order) in orders {
        if let (Some(pass), Some(cause)) = (pass, cause_of(before, order)) {
            let whole = whole_order(connection, configuration, order, cause, at)?;
            jobs.push(NewJob::of_paper(whole, pass.id, ids));
        }
        if is_ready_to_go(before, order) {
            let slip = delivery_slip(configuration, order, before.is_some_and(was_ready), at);
            jobs.push(NewJob::of_paper(slip, for_slips.id, ids));
        }
    }
    Ok(jobs)
}

/// Has a paper of an order as it is now printed once more, where such papers come out; answers with its job, or none where
/// no printer stands at the pass or at the counter.
///
/// # Errors
/// When SQLite cannot read.
pub fn print_again(
    step: &mut Step<'_>,
    order: &Order,
    paper: PassPaper,
    reprint: u32,
) -> rusqlite::Result<Option<JobId>> {
    let configuration = step.configuration();
    let Some(printer) = printer_for(&configuration) else { return Ok(None) };
    let at = step.now().to_zoned(configuration.zone.clone()).datetime();
    let document = match paper {
        PassPaper::WholeOrder => whole_order(step.connection(), &configuration, order, WholeOrderCause::New, at)?,
        PassPaper::DeliverySlip => delivery_slip(&configuration, order, false, at),
    };
    let job = NewJob { reprint, ..NewJob::of_paper(document, printer.id, step.ids()) };
    let id = job.id;
    step.print(job);
    Ok(Some(id))
}

/// Where slips come out, and what is asked for by hand: at the pass, else at the counter.
pub fn printer_for(configuration: &Configuration) -> Option<&Printer> {
    configuration.pass_printer().or(configuration.counter_printer())
}

fn whole_order(
    connection: &Connection,
    configuration: &Configuration,
    order: &Order,
    cause: WholeOrderCause,
    at: DateTime,
) -> rusqlite::Result<PrintedDocument> {
    Ok(PrintedDocument::WholeOrder(WholeOrder {
        order: order.id,
        cause,
        number: order.number.clone(),
        place: place_of(order),
        at,
        by: name_of(connection, order.created_by)?,
        lines: lines_of(order),
        template: configuration.template,
    }))
}

fn delivery_slip(configuration: &Configuration, order: &Order, replaces: bool, at: DateTime) -> PrintedDocument {
    let lines = lines_of(order).into_iter();
    PrintedDocument::DeliverySlip(DeliverySlip {
        order: order.id,
        letterhead: letterhead(configuration),
        number: order.number.clone(),
        at,
        replaces,
        lines: lines.map(|line| SlipLine { quantity: line.quantity, name: line.name }).collect(),
        total: order.payable(),
        collect: if order.due().minor() > 0 { order.due() } else { Money::zero(order.currency) },
        template: configuration.template,
    })
}

/// Why the order is to be printed whole, if it is.
fn cause_of(before: Option<&Order>, order: &Order) -> Option<WholeOrderCause> {
    let before = before.filter(|before| is_at_work(before));
    match (&order.status, before) {
        (Status::Cancelled { .. }, Some(_)) => Some(WholeOrderCause::Cancelled),
        (Status::Merged { .. }, Some(_)) => Some(WholeOrderCause::Merged),
        (Status::Cancelled { .. } | Status::Merged { .. }, None) => None,
        (_, None) => is_at_work(order).then_some(WholeOrderCause::New),
        (_, Some(before)) => {
            let is_another = lines_of(before) != lines_of(order) || place_of(before) != place_of(order);
            is_another.then_some(WholeOrderCause::Changed)
        }
    }
}

/// Whether the kitchen is to make something of it: then its paper is out.
fn is_at_work(order: &Order) -> bool {
    let is_over = order.status.is_void() || order.status == Status::Received;
    !is_over && order.lines.iter().any(|line| line.state == LineState::Open && !waits(line))
}

/// Whether a delivery has just become ready, or left without.
fn is_ready_to_go(before: Option<&Order>, order: &Order) -> bool {
    let is_done = |order: &Order| matches!(order.status, Status::Ready | Status::OnTheWay | Status::Delivered);
    order.order_type == OrderType::Delivery && is_done(order) && !before.is_some_and(is_done)
}

fn was_ready(order: &Order) -> bool {
    order.reached.contains_key(&comanda_shared::order::Stage::Ready)
}

fn waits(line: &Line) -> bool {
    matches!(line.fire, Firing::Held | Firing::Scheduled)
}

/// What counts of it; a combo with its parts in one.
fn lines_of(order: &Order) -> Vec<WholeLine> {
    let modifiers =
        |line: &Line| -> Vec<String> { line.modifiers.iter().map(|modifier| modifier_words(&modifier.name)).collect() };
    let whole = order.lines.iter().filter(|line| line.state == LineState::Open && line.part_of.is_none());
    let row = |line: &Line| {
        let (mut lines, mut details, mut is_waiting) = (vec![line.id], modifiers(line), waits(line));
        for part in order.parts_of(line.id) {
            lines.push(part.id);
            details.push(part.name.clone());
            details.extend(modifiers(part).into_iter().map(|modifier| format!("  {modifier}")));
            is_waiting |= waits(part);
        }
        WholeLine { lines, quantity: line.quantity, name: line.name.clone(), details, waits: is_waiting }
    };
    whole.map(row).collect()
}
