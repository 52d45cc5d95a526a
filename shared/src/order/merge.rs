//! Two orders become one: the guests of two tables sit together, or one bill was taken as two.
//!
//! The lines go over as they are, priced as they were sold; what the kitchen has made of them goes with them
//! ([`crate::kitchen::joined`]). Money does not go over: an order that was paid, split or discounted is settled as it is, or
//! that is taken back first. The order that is left is over and counts for nothing.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::charge::{check_open, money};
use super::discount::repriced_with;
use super::split::undone_by_a_change;
use super::{
    ChargeRejection, Context, Line, Order, OrderEvent, OrderPersonal, OrderRejection, Status, TipSet, Totals, decide,
    limits,
};
use crate::ids::{LineId, OrderId};
use crate::personal::Personal;
use crate::staff::{Actor, Permission};

/// The lines of another order came over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LinesMerged {
    /// The order they came to.
    pub order: OrderId,
    /// The order they were of.
    pub from: OrderId,
    /// What that was called.
    pub from_number: String,
    /// The lines as they stood there, those taken back as well.
    pub lines: Vec<Line>,
    /// Who put the orders together.
    pub by: Actor,
    /// The notes of the lines.
    #[serde(skip)]
    pub personal: Personal<OrderPersonal>,
}

/// An order is part of another by now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderMerged {
    /// The order.
    pub order: OrderId,
    /// The order it is part of.
    pub into: OrderId,
    /// Who put them together.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// What it takes to make one order of two.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Merge {
    /// What happens to the order that is left; it comes first.
    pub left: OrderEvent,
    /// What happens to the order that goes on.
    pub kept: Vec<OrderEvent>,
}

/// Makes one order of two.
///
/// # Errors
/// The first reason to refuse; then nothing happens.
pub fn merge(into: &Order, from: &Order, context: &Context<'_>) -> Result<Merge, OrderRejection> {
    decide::permit(context, Permission::OrdersMove)?;
    if into.id == from.id {
        return Err(OrderRejection::MergedWithItself);
    }
    for order in [into, from] {
        match order.status {
            Status::Accepted | Status::Preparing | Status::Ready => check_open(order)?,
            Status::Received
            | Status::Served
            | Status::OnTheWay
            | Status::Delivered
            | Status::Cancelled { .. }
            | Status::Merged { .. } => return Err(decide::illegal(order, "merged")),
        }
    }
    check_money(from)?;
    if into.currency != from.currency || into.lines.len() + from.lines.len() > limits::LINES {
        return Err(OrderRejection::TooManyLines);
    }
    let all: Vec<Line> = into.lines.iter().chain(&from.lines).cloned().collect();
    Totals::sum(into.currency, &all).map_err(|_| OrderRejection::AmountTooLarge)?;
    let merged = LinesMerged {
        order: into.id,
        from: from.id,
        from_number: from.number.clone(),
        lines: from.lines.clone(),
        by: context.actor,
        personal: notes_of(from),
    };
    let mut kept = undone_by_a_change(into, context)?;
    kept.push(OrderEvent::LinesMerged(merged));
    kept.extend(repriced_with(into, &all)?);
    if from.tip.minor() > 0 {
        let tip = money(into, into.tip.minor().saturating_add(from.tip.minor()))?;
        kept.push(OrderEvent::TipSet(TipSet { order: into.id, tip, by: context.actor }));
    }
    let left = OrderMerged { order: from.id, into: into.id, by: context.actor, at: context.now };
    Ok(Merge { left: OrderEvent::Merged(left), kept })
}

/// Nothing of the order that is left is about money that was agreed on or taken.
fn check_money(from: &Order) -> Result<(), OrderRejection> {
    if !from.payments.is_empty() {
        return Err(ChargeRejection::OrderPaid.into());
    }
    if !from.split.is_empty() || !from.discounts.is_empty() {
        return Err(OrderRejection::Discounted);
    }
    Ok(())
}

fn notes_of(order: &Order) -> Personal<OrderPersonal> {
    match &order.personal {
        Personal::Known(known) => {
            let line_notes: BTreeMap<LineId, String> = known.line_notes.clone();
            Personal::Known(OrderPersonal { line_notes, ..OrderPersonal::default() })
        }
        Personal::Erased => Personal::Erased,
    }
}

impl Order {
    pub(super) fn take_over(&mut self, merged: &LinesMerged) {
        self.lines.extend(merged.lines.iter().cloned());
        self.remember(&merged.personal);
        self.totals = Totals::of(self.currency, &self.lines);
    }

    /// Its lines, and what was said of them, are the other order's.
    pub(super) fn leave(&mut self, merged: &OrderMerged) {
        self.status = Status::Merged { into: merged.into, by: merged.by, at: merged.at };
        self.lines.clear();
        self.totals = Totals::of(self.currency, &self.lines);
        self.tip = crate::money::Money::zero(self.currency);
        if let Personal::Known(known) = &mut self.personal {
            known.line_notes.clear();
        }
    }
}
