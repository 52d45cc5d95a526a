//! A bill that several people pay, each their part: equal parts, amounts, or lines, also halves of one.
//!
//! The parts always sum to what is due. Nothing that changes what is due happens to a split order unbeknown: before a part
//! is paid the split is undone with it, afterwards it is refused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::charge::money;
use super::payment::{less, plus};
use super::{ChargeRejection, Context, LineState, Order, OrderEvent, OrderRejection, decide};
use crate::ids::{LineId, OrderId, PaymentId};
use crate::money::Money;
use crate::staff::{Actor, Permission};

/// Parts a bill has at most.
const PARTS: usize = 50;

/// A line, or some of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Share {
    /// The line; a combo goes with its parts.
    pub line: LineId,
    /// How much of it, of a thousand.
    pub share_permille: u16,
}

/// How a bill is split.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SplitBy {
    /// Into so many equal parts.
    Equal(usize),
    /// Into these, in minor units.
    Amounts(Vec<i64>),
    /// By who had what.
    Lines(Vec<Vec<Share>>),
}

/// A part as it was cut.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CutPart {
    /// What it came to.
    pub amount: Money,
    /// What was had, where the bill was split by lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<Vec<Share>>,
}

/// A bill was split.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderSplit {
    /// The order.
    pub order: OrderId,
    /// The parts, which sum to what is due.
    pub parts: Vec<CutPart>,
    /// Who split it.
    pub by: Actor,
}

/// A bill is one again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SplitUndone {
    /// The order.
    pub order: OrderId,
    /// Who put it together.
    pub by: Actor,
}

/// A part of a bill as it stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SplitPart {
    /// What it comes to, with the tip of whoever pays it.
    pub amount: Money,
    /// What was had, where the bill was split by lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<Vec<Share>>,
    /// What was paid of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<PaymentId>,
}

impl From<&CutPart> for SplitPart {
    fn from(cut: &CutPart) -> Self {
        Self { amount: cut.amount, lines: cut.lines.clone(), payments: Vec::new() }
    }
}

impl Order {
    /// What was paid of a part and not given back.
    pub fn paid_of(&self, part: &SplitPart) -> Money {
        let payments = part.payments.iter().filter_map(|id| self.payment(*id));
        payments.fold(Money::zero(self.currency), |sum, payment| plus(sum, payment.left()))
    }

    /// Whether somebody has paid their part already.
    fn has_paid_part(&self) -> bool {
        self.split.iter().any(|part| self.paid_of(part).minor() > 0)
    }
}

pub(super) fn split(order: &Order, by: &SplitBy, context: &Context<'_>) -> Result<Vec<OrderEvent>, OrderRejection> {
    decide::permit(context, Permission::OrdersSplit)?;
    if order.status.is_void() {
        return Err(decide::illegal(order, "split"));
    }
    if order.has_paid_part() {
        return Err(ChargeRejection::SplitBegun.into());
    }
    let due = order.due();
    if due.minor() <= 0 {
        return Err(ChargeRejection::NothingDue.into());
    }
    let count = match by {
        SplitBy::Equal(count) => *count,
        SplitBy::Amounts(amounts) => amounts.len(),
        SplitBy::Lines(parts) => parts.len(),
    };
    if !(2..=PARTS).contains(&count) {
        return Err(ChargeRejection::SplitCount.into());
    }
    let parts = match by {
        SplitBy::Equal(count) => cut(due.split(&vec![1; *count])),
        SplitBy::Amounts(amounts) => cut(given_amounts(order, amounts, due)?),
        SplitBy::Lines(parts) => by_lines(order, parts, due)?,
    };
    if parts.iter().any(|part| part.amount.minor() <= 0) {
        return Err(ChargeRejection::SplitEmptyPart.into());
    }
    Ok(vec![OrderEvent::Split(OrderSplit { order: order.id, parts, by: context.actor })])
}

fn cut(amounts: Vec<Money>) -> Vec<CutPart> {
    amounts.into_iter().map(|amount| CutPart { amount, lines: None }).collect()
}

fn given_amounts(order: &Order, amounts: &[i64], due: Money) -> Result<Vec<Money>, OrderRejection> {
    if amounts.iter().any(|amount| *amount <= 0) {
        return Err(ChargeRejection::SplitEmptyPart.into());
    }
    let amounts = amounts.iter().map(|minor| money(order, *minor)).collect::<Result<Vec<_>, _>>()?;
    let sum = amounts.iter().try_fold(Money::zero(order.currency), |sum, part| sum.plus(*part));
    match sum {
        Ok(sum) if sum == due => Ok(amounts),
        Ok(_) | Err(_) => Err(ChargeRejection::SplitSum { due }.into()),
    }
}

/// Each line is cut by its shares, its last minor unit too; what of the order is no line's, a tip or what was paid before,
/// is spread by what the parts come to.
fn by_lines(order: &Order, parts: &[Vec<Share>], due: Money) -> Result<Vec<CutPart>, OrderRejection> {
    let mut shares: BTreeMap<LineId, Vec<i64>> = BTreeMap::new();
    for (index, part) in parts.iter().enumerate() {
        for share in part {
            let line = order.line(share.line).ok_or(OrderRejection::LineUnknown)?;
            match (&line.state, line.part_of) {
                (LineState::Voided { .. }, _) => return Err(OrderRejection::LineVoided),
                (LineState::Open, Some(_)) => return Err(OrderRejection::PartOfCombo),
                (LineState::Open, None) => {}
            }
            let of_line = shares.entry(share.line).or_insert_with(|| vec![0; parts.len()]);
            of_line[index] += i64::from(share.share_permille);
        }
    }
    let whole = order.lines.iter().filter(|line| line.state == LineState::Open && line.part_of.is_none());
    let mut sums = vec![Money::zero(order.currency); parts.len()];
    for line in whole {
        let weights = shares.get(&line.id).filter(|weights| weights.iter().sum::<i64>() == 1000);
        let weights = weights.ok_or(ChargeRejection::SplitIncomplete)?;
        let total = order.parts_of(line.id).fold(line.amounts.total(), |sum, part| plus(sum, part.amounts.total()));
        for (sum, part) in sums.iter_mut().zip(total.split(weights)) {
            *sum = plus(*sum, part);
        }
    }
    let weights: Vec<i64> = sums.iter().map(|sum| sum.minor().max(0)).collect();
    if parts.iter().any(Vec::is_empty) || weights.contains(&0) {
        return Err(ChargeRejection::SplitEmptyPart.into());
    }
    let amounts = due.split(&weights).into_iter();
    Ok(amounts.zip(parts).map(|(amount, lines)| CutPart { amount, lines: Some(lines.clone()) }).collect())
}

pub(super) fn undo(order: &Order, context: &Context<'_>) -> Result<Vec<OrderEvent>, OrderRejection> {
    decide::permit(context, Permission::OrdersSplit)?;
    undone_by_a_change(order, context)
}

/// What is due is about to change: a split nobody has paid into is undone with it.
///
/// # Errors
/// When somebody has.
pub(super) fn undone_by_a_change(order: &Order, context: &Context<'_>) -> Result<Vec<OrderEvent>, OrderRejection> {
    if order.split.is_empty() {
        return Ok(Vec::new());
    }
    if order.has_paid_part() {
        return Err(ChargeRejection::SplitBegun.into());
    }
    Ok(vec![undone(order, context)])
}

/// Money of before the split is given back: what is due is no longer the sum of the parts.
pub(super) fn undone_by_a_refund(order: &Order, payment: PaymentId, context: &Context<'_>) -> Vec<OrderEvent> {
    let is_of_a_part = order.split.iter().any(|part| part.payments.contains(&payment));
    if order.split.is_empty() || is_of_a_part { Vec::new() } else { vec![undone(order, context)] }
}

/// There is one bill again, or none.
pub(super) fn undone(order: &Order, context: &Context<'_>) -> OrderEvent {
    OrderEvent::SplitUndone(SplitUndone { order: order.id, by: context.actor })
}

/// What may be paid at once: of a split bill, what is left of one part; of any other, what is due.
pub(super) fn payable_at_once(order: &Order, part: Option<usize>) -> Result<Money, OrderRejection> {
    match (order.split.is_empty(), part) {
        (true, None) => Ok(order.due()),
        (true, Some(_)) => Err(ChargeRejection::PartUnknown.into()),
        // Once all is paid, a payment of no part in particular finds nothing due.
        (false, None) if order.due().minor() <= 0 => Ok(order.due()),
        (false, None) => Err(ChargeRejection::PartMissing.into()),
        (false, Some(index)) => {
            let part = order.split.get(index).ok_or(ChargeRejection::PartUnknown)?;
            Ok(less(part.amount, order.paid_of(part)))
        }
    }
}
