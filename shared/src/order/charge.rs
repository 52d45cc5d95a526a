//! What a command about money makes happen to an order: payments, refunds, the tip.
//!
//! - A payment never takes more than is due. What a guest adds to it as a tip becomes part of what is due with it.
//! - Cash goes into the drawer of an open shift, or is not taken.
//! - What settles an order in cash is rounded where the branch says so: by a line of its own beside the payment, so that what
//!   is paid is what is due and the drawer holds what went into it.
//! - Once a receipt has its number, what the order costs stays; what is given back afterwards is a refund.

use super::payment::{less, plus};
use super::split::{payable_at_once, undone_by_a_change, undone_by_a_refund};
use super::{
    CashHanded, ChargeRejection, Context, Order, OrderEvent, OrderRejection, Payment, PaymentMethod, PaymentRefunded,
    PaymentTaken, RefundPayment, SetTip, TakePayment, TipSet, decide, limits,
};
use crate::ids::{RefundId, ShiftId};
use crate::money::Money;
use crate::staff::Permission;

/// That what the order costs may still change.
pub(super) fn check_open(order: &Order) -> Result<(), OrderRejection> {
    if order.receipt.is_some() {
        return Err(ChargeRejection::ReceiptIssued.into());
    }
    Ok(())
}

/// An amount in minor units as money of the order; none is above what any order may come to.
pub(super) fn money(order: &Order, minor: i64) -> Result<Money, OrderRejection> {
    if minor > limits::AMOUNT {
        return Err(OrderRejection::AmountTooLarge);
    }
    Ok(Money::new(minor, order.currency))
}

/// Money that has to be more than nothing.
fn positive(order: &Order, minor: i64) -> Result<Money, OrderRejection> {
    if minor <= 0 { Err(ChargeRejection::AmountNotPositive.into()) } else { money(order, minor) }
}

pub(super) fn set_tip(order: &Order, set: &SetTip, context: &Context<'_>) -> Result<Vec<OrderEvent>, OrderRejection> {
    decide::permit(context, Permission::OrdersCreate)?;
    if order.status.is_void() {
        return Err(decide::illegal(order, "tipped"));
    }
    check_open(order)?;
    if set.amount < 0 {
        return Err(ChargeRejection::AmountNotPositive.into());
    }
    let tip = money(order, set.amount)?;
    if tip == order.tip {
        return Ok(Vec::new());
    }
    let mut events = undone_by_a_change(order, context)?;
    events.push(OrderEvent::TipSet(TipSet { order: order.id, tip, by: context.actor }));
    Ok(events)
}

pub(super) fn take_payment(
    order: &Order,
    take: &TakePayment,
    context: &Context<'_>,
) -> Result<Vec<OrderEvent>, OrderRejection> {
    decide::permit(context, Permission::PaymentsTake)?;
    if order.status.is_void() {
        return Err(decide::illegal(order, "paid"));
    }
    let amount = positive(order, take.amount)?;
    let added_tip = match take.tip {
        ..0 => return Err(ChargeRejection::AmountNotPositive.into()),
        0 => None,
        tip => {
            check_open(order)?;
            Some(money(order, tip)?)
        }
    };
    let tip = added_tip.unwrap_or(Money::zero(order.currency));
    let due = plus(payable_at_once(order, take.part)?, tip);
    if amount.minor() > due.minor() {
        return Err(ChargeRejection::AboveDue { due }.into());
    }
    let tipped = Order { tip: plus(order.tip, tip), ..order.clone() };
    let shift = drawer_for(take.method, context)?;
    let handed_over = rounded(amount, due, take.method, context);
    let cash = match take.method {
        PaymentMethod::Cash => Some(handed(order, handed_over, take.received)?),
        PaymentMethod::Card
        | PaymentMethod::Transfer
        | PaymentMethod::Nequi
        | PaymentMethod::Daviplata
        | PaymentMethod::BreB
        | PaymentMethod::Voucher
        | PaymentMethod::Rappi
        | PaymentMethod::Didi
        | PaymentMethod::Other
        | PaymentMethod::Rounding => None,
    };
    let before = tipped.paid();
    let taken = |payment, method, amount: Money, before: Money| PaymentTaken {
        order: order.id,
        payment,
        command: context.command,
        method,
        amount,
        tip: less(tipped.tip_within(plus(before, amount)), tipped.tip_within(before)),
        added_tip: None,
        cash: None,
        reference: None,
        part: take.part,
        shift,
        business_day: context.business_day,
        by: context.actor,
        at: context.now,
    };
    // What it is rounded by comes first, so that the payment settles what is left.
    let by = less(amount, handed_over);
    let rounding = (by.minor() != 0).then(|| taken(take.rounding, PaymentMethod::Rounding, by, before));
    let payment = taken(take.id, take.method, handed_over, plus(before, by));
    let payment = PaymentTaken { cash, reference: take.reference.clone(), ..payment };
    let mut events: Vec<PaymentTaken> = rounding.into_iter().chain([payment]).collect();
    // A tip is known with the first of them.
    if let Some(first) = events.first_mut() {
        first.added_tip = added_tip;
    }
    Ok(events.into_iter().map(OrderEvent::PaymentTaken).collect())
}

/// What goes over the counter of an amount: rounded, where it is cash and settles all that is due. What would be rounded to
/// nothing is taken as it is.
fn rounded(amount: Money, due: Money, method: PaymentMethod, context: &Context<'_>) -> Money {
    let step = context.cash_rounding;
    if method != PaymentMethod::Cash || step <= 0 || amount != due {
        return amount;
    }
    let minor = (amount.minor() + step / 2) / step * step;
    if minor == 0 { amount } else { Money::new(minor, amount.currency()) }
}

/// What goes over the counter for a payment in cash; without a word, exactly the amount.
fn handed(order: &Order, amount: Money, received: Option<i64>) -> Result<CashHanded, OrderRejection> {
    let received = received.map_or(Ok(amount), |minor| money(order, minor))?;
    if received.minor() < amount.minor() {
        return Err(ChargeRejection::ReceivedTooLittle.into());
    }
    Ok(CashHanded { received, change: less(received, amount) })
}

/// The shift that money of this kind belongs to: cash needs one, anything else takes the one there is.
fn drawer_for(method: PaymentMethod, context: &Context<'_>) -> Result<Option<ShiftId>, OrderRejection> {
    if method == PaymentMethod::Cash && context.shift.is_none() {
        return Err(ChargeRejection::NoShift.into());
    }
    Ok(context.shift)
}

pub(super) fn refund(
    order: &Order,
    refund: &RefundPayment,
    context: &Context<'_>,
) -> Result<Vec<OrderEvent>, OrderRejection> {
    decide::permit_or_approve(context, Permission::PaymentsRefund)?;
    let payment = order.payment(refund.payment).filter(|payment| payment.taken.method.is_offered());
    let payment = payment.ok_or(ChargeRejection::PaymentUnknown)?;
    let amount = positive(order, refund.amount)?;
    let left = payment.left();
    if amount.minor() > left.minor() {
        return Err(ChargeRejection::AbovePayment { left }.into());
    }
    let method = refund.method.unwrap_or(payment.taken.method);
    let back = Back { id: refund.id, method, amount, reason: decide::needed_reason(&refund.reason)? };
    let reason = back.reason.clone();
    let back = given_back(order, payment, back, order.paid(), context)?;
    let mut events = undone_by_a_refund(order, payment.taken.payment, context);
    events.push(OrderEvent::PaymentRefunded(back));
    if amount == left {
        let paid = less(order.paid(), amount);
        events.extend(unrounded(order, payment, refund.rounding, &reason, paid, context)?);
    }
    Ok(events)
}

/// With the last of a payment, what its sum was rounded by is given back as well.
fn unrounded(
    order: &Order,
    of: &Payment,
    id: RefundId,
    reason: &str,
    paid: Money,
    context: &Context<'_>,
) -> Result<Option<OrderEvent>, OrderRejection> {
    let is_its_rounding = |payment: &&Payment| {
        payment.taken.method == PaymentMethod::Rounding && payment.taken.command == of.taken.command
    };
    let rounding = order.payments.iter().find(is_its_rounding).filter(|payment| payment.left().minor() != 0);
    let Some(payment) = rounding else { return Ok(None) };
    let back = Back { id, method: PaymentMethod::Rounding, amount: payment.left(), reason: reason.to_owned() };
    Ok(Some(OrderEvent::PaymentRefunded(given_back(order, payment, back, paid, context)?)))
}

/// Everything that was paid and not given back, given back.
pub(super) fn refund_all(
    order: &Order,
    method: Option<PaymentMethod>,
    ids: &[RefundId],
    reason: &str,
    context: &Context<'_>,
) -> Result<Vec<OrderEvent>, OrderRejection> {
    decide::permit_or_approve(context, Permission::PaymentsRefund)?;
    let mut paid = order.paid();
    let mut events = Vec::new();
    let open = order.payments.iter().filter(|payment| payment.left().minor() != 0);
    for (payment, id) in open.zip(ids) {
        let as_paid = payment.taken.method;
        let method = method.filter(|_| as_paid.is_offered()).unwrap_or(as_paid);
        let amount = payment.left();
        let back = Back { id: *id, method, amount, reason: reason.to_owned() };
        events.push(OrderEvent::PaymentRefunded(given_back(order, payment, back, paid, context)?));
        paid = less(paid, amount);
    }
    Ok(events)
}

/// What is given back of a payment.
struct Back {
    id: RefundId,
    method: PaymentMethod,
    amount: Money,
    reason: String,
}

fn given_back(
    order: &Order,
    payment: &Payment,
    back: Back,
    paid: Money,
    context: &Context<'_>,
) -> Result<PaymentRefunded, OrderRejection> {
    let Back { id, method, amount, reason } = back;
    Ok(PaymentRefunded {
        order: order.id,
        refund: id,
        payment: payment.taken.payment,
        command: context.command,
        method,
        amount,
        tip: less(order.tip_within(paid), order.tip_within(less(paid, amount))),
        reason,
        shift: drawer_for(method, context)?,
        business_day: context.business_day,
        by: context.actor,
        approved_by: context.approved_by(Permission::PaymentsRefund),
        at: context.now,
    })
}
