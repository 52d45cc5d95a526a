//! What is taken off an order or a line, by somebody who may and with a reason.
//!
//! Discounts of lines come first, in the order they were given, then those of the whole order, each on what is left of the
//! price. What one takes off is spread over its lines by largest remainder, so that the parts sum to it; taxes are computed
//! again on what is left. All amounts stand in [`OrderRepriced`]: a newer program computes none of them anew.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::charge::{check_open, money};
use super::split::undone_by_a_change;
use super::{
    Amounts, ChargeRejection, Context, GiveDiscount, Line, LineState, NewDiscount, Order, OrderEvent, OrderRejection,
    decide,
};
use crate::ids::{DiscountId, LineId, OrderId, StaffId};
use crate::money::{Money, MoneyError, Permille};
use crate::staff::{Actor, Permission};

/// How much is taken off.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiscountKind {
    /// So much of a thousand.
    Percent(Permille),
    /// So much, or what there is.
    Amount(Money),
    /// All of it: on the house.
    Comp,
}

/// Something taken off an order or a line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Discount {
    /// The discount.
    pub id: DiscountId,
    /// The line it is of, a combo with its parts; none for the whole order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LineId>,
    /// How much was meant.
    pub kind: DiscountKind,
    /// How much that is now.
    pub amount: Money,
    /// Why.
    pub reason: String,
    /// Who gave it.
    pub by: Actor,
    /// Who allowed it, when whoever gave it may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<StaffId>,
    /// When.
    pub at: Timestamp,
}

/// Something was taken off; what the lines cost after it follows in [`OrderRepriced`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderDiscounted {
    /// The order.
    pub order: OrderId,
    /// The discount.
    pub discount: Discount,
}

/// A discount was taken back; what the lines cost after it follows in [`OrderRepriced`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DiscountRemoved {
    /// The order.
    pub order: OrderId,
    /// The discount.
    pub discount: DiscountId,
    /// Who took it back.
    pub by: Actor,
}

/// What discounts make of the lines now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderRepriced {
    /// The order.
    pub order: OrderId,
    /// The lines that cost something else by now.
    pub lines: BTreeMap<LineId, Amounts>,
    /// What each discount takes off by now.
    pub discounts: BTreeMap<DiscountId, Money>,
}

pub(super) fn give(
    order: &Order,
    give: &GiveDiscount,
    context: &Context<'_>,
) -> Result<Vec<OrderEvent>, OrderRejection> {
    decide::permit_or_approve(context, Permission::OrdersDiscount)?;
    check_changeable(order)?;
    let reason = decide::needed_reason(&give.reason)?;
    check_line(order, give.line)?;
    // What stands after it does not count against it: a discount of a line comes before those of the order.
    let of_line = |given: &&Discount| give.line.is_none() || given.line.is_some();
    let before: Vec<Discount> = order.discounts.iter().filter(of_line).cloned().collect();
    let before = Priced::of(&order.lines, &before)?;
    let left = before.left_of(&order.lines, give.line);
    let kind = match give.kind {
        NewDiscount::Percent(..=0) | NewDiscount::Amount(..=0) => return Err(ChargeRejection::AmountNotPositive.into()),
        NewDiscount::Percent(rate) => {
            let rate = u16::try_from(rate).ok().filter(|rate| *rate <= 1000);
            DiscountKind::Percent(Permille(rate.ok_or(ChargeRejection::DiscountExcess)?))
        }
        NewDiscount::Amount(minor) if minor > left => return Err(ChargeRejection::DiscountExcess.into()),
        NewDiscount::Amount(minor) => DiscountKind::Amount(money(order, minor)?),
        NewDiscount::Comp => DiscountKind::Comp,
    };
    let mut discount = Discount {
        id: give.id,
        line: give.line,
        kind,
        amount: Money::zero(order.currency),
        reason,
        by: context.actor,
        approved_by: context.approved_by(Permission::OrdersDiscount),
        at: context.now,
    };
    let mut discounts = order.discounts.clone();
    discounts.push(discount.clone());
    let repriced = repriced(order, &order.lines, &discounts)?;
    discount.amount = repriced.discounts.get(&give.id).copied().unwrap_or(discount.amount);
    let mut events = undone_by_a_change(order, context)?;
    events.push(OrderEvent::Discounted(OrderDiscounted { order: order.id, discount }));
    events.push(OrderEvent::Repriced(repriced));
    Ok(events)
}

pub(super) fn remove(
    order: &Order,
    discount: DiscountId,
    context: &Context<'_>,
) -> Result<Vec<OrderEvent>, OrderRejection> {
    decide::permit_or_approve(context, Permission::OrdersDiscount)?;
    check_changeable(order)?;
    let mut discounts = order.discounts.clone();
    discounts.retain(|given| given.id != discount);
    if discounts.len() == order.discounts.len() {
        return Err(ChargeRejection::DiscountUnknown.into());
    }
    let mut events = undone_by_a_change(order, context)?;
    events.push(OrderEvent::DiscountRemoved(DiscountRemoved { order: order.id, discount, by: context.actor }));
    events.push(OrderEvent::Repriced(repriced(order, &order.lines, &discounts)?));
    Ok(events)
}

fn check_changeable(order: &Order) -> Result<(), OrderRejection> {
    if order.status.is_void() {
        return Err(decide::illegal(order, "discounted"));
    }
    check_open(order)
}

fn check_line(order: &Order, line: Option<LineId>) -> Result<(), OrderRejection> {
    let Some(line) = line else { return Ok(()) };
    let line = order.line(line).ok_or(OrderRejection::LineUnknown)?;
    match (&line.state, line.part_of) {
        (LineState::Voided { .. }, _) => Err(OrderRejection::LineVoided),
        (LineState::Open, Some(_)) => Err(OrderRejection::PartOfCombo),
        (LineState::Open, None) => Ok(()),
    }
}

/// What the discounts make of these lines, which are the order's after what was decided; nothing when there is none.
pub(super) fn repriced_with(order: &Order, lines: &[Line]) -> Result<Option<OrderEvent>, OrderRejection> {
    if order.discounts.is_empty() {
        return Ok(None);
    }
    repriced(order, lines, &order.discounts).map(|repriced| Some(OrderEvent::Repriced(repriced)))
}

fn repriced(order: &Order, lines: &[Line], discounts: &[Discount]) -> Result<OrderRepriced, OrderRejection> {
    let priced = Priced::of(lines, discounts)?;
    let mut changed = BTreeMap::new();
    for line in lines.iter().filter(|line| line.state == LineState::Open) {
        let off = Money::new(priced.off.get(&line.id).copied().unwrap_or_default(), order.currency);
        if off != line.amounts.discount {
            let rates: Vec<_> = line.amounts.taxes.iter().map(|tax| (tax.tax, tax.rate, tax.included)).collect();
            let amounts = Amounts::compute(line.amounts.subtotal, off, &rates);
            changed.insert(line.id, amounts.map_err(|_| OrderRejection::AmountTooLarge)?);
        }
    }
    let discounts = priced.discounts.into_iter().collect();
    Ok(OrderRepriced { order: order.id, lines: changed, discounts })
}

/// What discounts take off each line, in minor units.
struct Priced {
    off: BTreeMap<LineId, i64>,
    discounts: Vec<(DiscountId, Money)>,
}

impl Priced {
    fn of(lines: &[Line], discounts: &[Discount]) -> Result<Self, OrderRejection> {
        let mut priced = Self { off: BTreeMap::new(), discounts: Vec::new() };
        let of_lines = discounts.iter().filter(|discount| discount.line.is_some());
        let of_all = discounts.iter().filter(|discount| discount.line.is_none());
        for discount in of_lines.chain(of_all) {
            priced.take_off(lines, discount).map_err(|_| OrderRejection::AmountTooLarge)?;
        }
        Ok(priced)
    }

    fn take_off(&mut self, lines: &[Line], discount: &Discount) -> Result<(), MoneyError> {
        let targets: Vec<&Line> = lines.iter().filter(|line| is_of(line, discount.line)).collect();
        let left: Vec<i64> = targets.iter().map(|line| self.left(line)).collect();
        let currency = discount.amount.currency();
        let sum = left.iter().try_fold(Money::zero(currency), |sum, left| sum.plus(Money::new(*left, currency)))?;
        let amount = match discount.kind {
            DiscountKind::Percent(rate) => sum.ratio(i64::from(rate.0), 1000)?,
            DiscountKind::Amount(amount) => Money::new(amount.minor().min(sum.minor()), currency),
            DiscountKind::Comp => sum,
        };
        if !targets.is_empty() {
            for (line, part) in targets.iter().zip(amount.split(&left)) {
                *self.off.entry(line.id).or_default() += part.minor();
            }
        }
        self.discounts.push((discount.id, amount));
        Ok(())
    }

    /// What is left of a line's price.
    fn left(&self, line: &Line) -> i64 {
        let off = self.off.get(&line.id).copied().unwrap_or_default();
        line.amounts.subtotal.minor().saturating_sub(off).max(0)
    }

    fn left_of(&self, lines: &[Line], of: Option<LineId>) -> i64 {
        lines.iter().filter(|line| is_of(line, of)).map(|line| self.left(line)).sum()
    }
}

/// Whether a discount of this line, or of the whole order, is one of that line too.
fn is_of(line: &Line, of: Option<LineId>) -> bool {
    line.state == LineState::Open && of.is_none_or(|of| line.id == of || line.part_of == Some(of))
}
