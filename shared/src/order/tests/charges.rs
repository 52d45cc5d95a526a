//! Payments, tips, refunds, receipts, closing and opening again.

use super::*;
use crate::ids::{PaymentId, RefundId, StaffId};
use crate::staff::Permission;

fn shift() -> ShiftId {
    ShiftId::from_uuid(Uuid::from_u128(77))
}

/// Somebody with an open shift.
fn till() -> Desk {
    Desk { shift: Some(shift()), ..Desk::of(Role::Cashier) }
}

/// An order of one water, 7 pesos, and what it takes to pay it.
fn water(quantity: u32) -> Order {
    order_of(OrderType::DineIn, vec![line("agua", quantity, &[])])
}

fn take(method: PaymentMethod, amount: i64) -> TakePayment {
    TakePayment {
        id: PaymentId::from_uuid(next_id()),
        rounding: PaymentId::from_uuid(next_id()),
        method,
        amount,
        tip: 0,
        received: None,
        reference: None,
        part: None,
    }
}

fn paying(method: PaymentMethod, amount: i64) -> OrderCommand {
    OrderCommand::TakePayment(take(method, amount))
}

fn refunding(order: &Order, at: usize, amount: i64) -> OrderCommand {
    OrderCommand::Refund(RefundPayment {
        id: RefundId::from_uuid(next_id()),
        rounding: RefundId::from_uuid(next_id()),
        payment: order.payments[at].taken.payment,
        amount,
        reason: "venía frío".to_owned(),
        method: None,
    })
}

fn numbers() -> ReceiptNumbers {
    ReceiptNumbers { number: "ESQ-F-000001".to_owned(), fiscal: None }
}

/// The order after the command and everything that settles it.
fn settled(desk: &Desk, order: &Order, command: &OrderCommand) -> Result<Order, OrderRejection> {
    let mut order = desk.after(order, command)?;
    while let Some(due) = settlement_due(&order, numbers, 1, now()) {
        order = applied(Some(order), &[due]).unwrap();
    }
    Ok(order)
}

fn charge(rejection: ChargeRejection) -> OrderRejection {
    OrderRejection::Charge(rejection)
}

#[test]
fn change_is_what_was_handed_over_beyond_the_amount() {
    let order = water(10);
    let command = OrderCommand::TakePayment(TakePayment { received: Some(100), ..take(PaymentMethod::Cash, 70) });
    let order = settled(&till(), &order, &command).unwrap();
    let taken = &order.payments[0].taken;
    let cash = taken.cash.unwrap();
    assert_eq!((cash.received.minor(), cash.change.minor(), taken.amount.minor()), (100, 30, 70));
    assert_eq!((order.payment_state(), order.due().minor(), taken.shift), (PaymentState::Paid, 0, Some(shift())));
    assert_eq!(order.receipt.as_ref().map(|receipt| receipt.number.as_str()), Some("ESQ-F-000001"));
    assert_eq!(order.closed_at, None, "it is still to be served");
}

#[test]
fn paying_more_than_is_due_is_refused_and_so_is_paying_nothing() {
    let order = water(10);
    for (amount, tip, rejection) in [
        (71, 0, ChargeRejection::AboveDue { due: order.due() }),
        (0, 0, ChargeRejection::AmountNotPositive),
        (-5, 0, ChargeRejection::AmountNotPositive),
        (5, -1, ChargeRejection::AmountNotPositive),
    ] {
        let command = OrderCommand::TakePayment(TakePayment { tip, ..take(PaymentMethod::Card, amount) });
        assert_eq!(till().decide(Some(&order), &command), Err(charge(rejection)), "{amount} {tip}");
    }
    let huge = till().decide(Some(&order), &paying(PaymentMethod::Card, i64::MAX));
    assert_eq!(huge, Err(OrderRejection::AmountTooLarge));
}

#[test]
fn less_cash_than_the_amount_is_refused() {
    let command = OrderCommand::TakePayment(TakePayment { received: Some(69), ..take(PaymentMethod::Cash, 70) });
    assert_eq!(till().decide(Some(&water(10)), &command), Err(charge(ChargeRejection::ReceivedTooLittle)));
}

#[test]
fn cash_needs_an_open_shift_and_a_card_does_not() {
    let desk = Desk::of(Role::Cashier);
    let refused = desk.decide(Some(&water(1)), &paying(PaymentMethod::Cash, 7));
    assert_eq!(refused, Err(charge(ChargeRejection::NoShift)));
    let order = settled(&desk, &water(1), &paying(PaymentMethod::Card, 7)).unwrap();
    assert_eq!((order.payment_state(), order.payments[0].taken.shift), (PaymentState::Paid, None));
}

#[test]
fn of_two_tills_that_charge_one_order_the_second_finds_nothing_due() {
    let order = settled(&till(), &water(10), &paying(PaymentMethod::Cash, 70)).unwrap();
    let second = till().decide(Some(&order), &paying(PaymentMethod::Cash, 70));
    assert_eq!(second, Err(charge(ChargeRejection::AboveDue { due: order.due() })));
}

#[test]
fn an_order_is_paid_in_parts_and_ways_and_has_one_receipt_with_the_last() {
    let order = settled(&till(), &water(10), &paying(PaymentMethod::Cash, 30)).unwrap();
    assert_eq!((order.payment_state(), order.due().minor(), &order.receipt), (PaymentState::Part, 40, &None));
    let order = settled(&till(), &order, &paying(PaymentMethod::Nequi, 40)).unwrap();
    assert_eq!((order.payment_state(), order.receipt.is_some()), (PaymentState::Paid, true));
}

#[test]
fn what_was_eaten_is_paid_first_and_what_is_beyond_it_is_tip() {
    let order = settled(&till(), &water(10), &OrderCommand::SetTip(SetTip { amount: 7 })).unwrap();
    assert_eq!((order.due().minor(), order.totals.total.minor()), (77, 70));
    let order = settled(&till(), &order, &paying(PaymentMethod::Cash, 72)).unwrap();
    let order = settled(&till(), &order, &paying(PaymentMethod::Card, 5)).unwrap();
    let tips: Vec<i64> = order.payments.iter().map(|payment| payment.taken.tip.minor()).collect();
    assert_eq!((tips, order.receipt.as_ref().unwrap().tip.minor()), (vec![2, 5], 7));
}

#[test]
fn a_tip_given_with_a_payment_is_part_of_what_is_due_with_it() {
    let command = OrderCommand::TakePayment(TakePayment { tip: 7, ..take(PaymentMethod::Card, 77) });
    let order = settled(&till(), &water(10), &command).unwrap();
    assert_eq!((order.tip.minor(), order.payments[0].taken.tip.minor()), (7, 7));
    assert_eq!(order.payment_state(), PaymentState::Paid);
}

#[test]
fn an_order_closes_when_it_is_handed_over_and_paid_whichever_comes_first() {
    let ready = Order { status: Status::Ready, ..water(10) };
    let served = settled(&till(), &ready, &advancing(Stage::Served)).unwrap();
    assert_eq!(served.closed_at, None);
    let paid_after = settled(&till(), &served, &paying(PaymentMethod::Card, 70)).unwrap();
    assert!(paid_after.closed_at.is_some());
    let paid = settled(&till(), &ready, &paying(PaymentMethod::Card, 70)).unwrap();
    let served_after = settled(&till(), &paid, &advancing(Stage::Served)).unwrap();
    assert!(served_after.closed_at.is_some());
}

#[test]
fn what_stands_on_a_receipt_is_not_changed() {
    let order = settled(&till(), &water(10), &paying(PaymentMethod::Card, 70)).unwrap();
    let admin = Desk { shift: Some(shift()), ..Desk::of(Role::Admin) };
    let tip = OrderCommand::TakePayment(TakePayment { tip: 5, ..take(PaymentMethod::Card, 5) });
    for command in [
        adding(vec![line("agua", 1, &[])]),
        voiding(order.lines[0].id),
        OrderCommand::SetTip(SetTip { amount: 5 }),
        OrderCommand::Reopen,
        tip,
    ] {
        let refused = admin.decide(Some(&order), &command);
        assert_eq!(refused, Err(charge(ChargeRejection::ReceiptIssued)), "{command:?}");
    }
}

#[test]
fn no_more_is_given_back_than_was_paid() {
    let admin = Desk { shift: Some(shift()), ..Desk::of(Role::Admin) };
    let order = settled(&admin, &water(10), &paying(PaymentMethod::Cash, 70)).unwrap();
    let back = settled(&admin, &order, &refunding(&order, 0, 50)).unwrap();
    assert_eq!((back.refunded().minor(), back.paid().minor(), back.due().minor()), (50, 20, 50));
    let left = Money::new(20, order.currency);
    let refused = admin.decide(Some(&back), &refunding(&back, 0, 21));
    assert_eq!(refused, Err(charge(ChargeRejection::AbovePayment { left })));
    let all = settled(&admin, &back, &refunding(&back, 0, 20)).unwrap();
    assert_eq!((all.paid().minor(), all.payments[0].left().minor()), (0, 0));
}

#[test]
fn the_tip_is_given_back_first() {
    let admin = Desk { shift: Some(shift()), ..Desk::of(Role::Admin) };
    let tipped = OrderCommand::TakePayment(TakePayment { tip: 7, ..take(PaymentMethod::Card, 77) });
    let order = settled(&admin, &water(10), &tipped).unwrap();
    let order = settled(&admin, &order, &refunding(&order, 0, 10)).unwrap();
    let order = settled(&admin, &order, &refunding(&order, 0, 10)).unwrap();
    let tips: Vec<i64> = order.payments[0].refunds.iter().map(|refund| refund.tip.minor()).collect();
    assert_eq!(tips, [7, 0]);
}

#[test]
fn a_cashier_gives_money_back_only_with_somebodys_approval_who_may() {
    let order = settled(&till(), &water(10), &paying(PaymentMethod::Cash, 70)).unwrap();
    let alone = till().decide(Some(&order), &refunding(&order, 0, 70));
    assert_eq!(alone, Err(OrderRejection::ApprovalRequired(Permission::PaymentsRefund)));
    let staff = StaffId::from_uuid(Uuid::from_u128(5));
    let with = |role| Desk { approver: Some(Approver { staff, role }), ..till() };
    assert_eq!(with(Role::Waiter).decide(Some(&order), &refunding(&order, 0, 70)), alone);
    let order = settled(&with(Role::Owner), &order, &refunding(&order, 0, 70)).unwrap();
    assert_eq!(order.payments[0].refunds[0].approved_by, Some(staff));
}

#[test]
fn a_paid_order_is_cancelled_with_its_money_given_back_and_is_then_over() {
    let admin = Desk { shift: Some(shift()), ..Desk::of(Role::Admin) };
    let order = settled(&admin, &water(10), &paying(PaymentMethod::Cash, 30)).unwrap();
    let order = settled(&admin, &order, &paying(PaymentMethod::Card, 40)).unwrap();
    assert_eq!(admin.decide(Some(&order), &cancelling("se fueron")), Err(charge(ChargeRejection::OrderPaid)));
    let ids = vec![RefundId::from_uuid(next_id()), RefundId::from_uuid(next_id())];
    let refund = Some(RefundAll { method: Some(PaymentMethod::Cash), ids });
    let cancel = OrderCommand::Cancel(Cancel { reason: "se fueron".to_owned(), refund });
    let order = settled(&admin, &order, &cancel).unwrap();
    assert_eq!((order.paid().minor(), order.due().minor(), order.refunded().minor()), (0, 0, 70));
    assert!(order.closed_at.is_some() && matches!(order.status, Status::Cancelled { .. }));
    let methods: Vec<_> = order.payments.iter().map(|payment| payment.refunds[0].method).collect();
    assert_eq!(methods, [PaymentMethod::Cash, PaymentMethod::Cash]);
}

#[test]
fn a_cancelled_order_takes_no_money_and_no_tip() {
    let cancelled = Order { status: cancelled(), ..water(1) };
    for command in [paying(PaymentMethod::Card, 7), OrderCommand::SetTip(SetTip { amount: 1 })] {
        let refused = till().decide(Some(&cancelled), &command);
        assert!(matches!(refused, Err(OrderRejection::IllegalTransition { .. })), "{refused:?}");
    }
}

#[test]
fn an_order_that_was_served_is_opened_again_until_it_has_a_receipt() {
    let admin = Desk::of(Role::Admin);
    let served = Order { status: Status::Served, ..water(10) };
    let open = settled(&admin, &served, &OrderCommand::Reopen).unwrap();
    let open = settled(&admin, &open, &adding(vec![line("agua", 1, &[])])).unwrap();
    assert_eq!(open.due().minor(), 77);
    let again = admin.decide(Some(&open), &OrderCommand::Reopen);
    assert!(matches!(again, Err(OrderRejection::IllegalTransition { .. })), "{again:?}");
    let waiter = Desk::of(Role::Waiter).decide(Some(&served), &OrderCommand::Reopen);
    assert_eq!(waiter, Err(OrderRejection::ApprovalRequired(Permission::OrdersReopen)));
}

#[test]
fn a_payment_that_was_wrong_is_given_back_and_taken_anew_without_another_receipt() {
    let admin = Desk { shift: Some(shift()), ..Desk::of(Role::Admin) };
    let order = settled(&admin, &water(10), &paying(PaymentMethod::Card, 70)).unwrap();
    let receipt = order.receipt.clone();
    let order = settled(&admin, &order, &refunding(&order, 0, 70)).unwrap();
    let order = settled(&admin, &order, &paying(PaymentMethod::Cash, 70)).unwrap();
    assert_eq!((order.payment_state(), order.receipt), (PaymentState::Paid, receipt));
}

/// What went into the drawer, and what it was rounded by.
fn cash_and_rounding(order: &Order) -> (i64, i64) {
    let by = |method| {
        let of = order.payments.iter().filter(move |payment| payment.taken.method == method);
        of.map(|payment| payment.left().minor()).sum()
    };
    (by(PaymentMethod::Cash), by(PaymentMethod::Rounding))
}

#[test]
fn what_settles_an_order_in_cash_is_rounded_by_a_line_of_its_own() {
    let till = Desk { cash_rounding: 50, ..till() };
    // Water is 7: 11 of them 77, rounded up by 23; 10 of them 70, rounded down by 20; 3 of them 21, to nothing.
    for (quantity, cash, rounding) in [(11, 100, -23), (10, 50, 20), (3, 21, 0)] {
        let order = water(quantity);
        let due = order.due().minor();
        let paid = settled(&till, &order, &paying(PaymentMethod::Cash, due)).unwrap();
        assert_eq!((cash_and_rounding(&paid), paid.due().minor()), ((cash, rounding), 0), "{quantity}");
        assert!(paid.receipt.is_some());
        let total: i64 = paid.payments.iter().map(|payment| payment.taken.amount.minor()).sum();
        assert_eq!(total, due, "what is paid is what is due");
    }
}

#[test]
fn cash_that_does_not_settle_and_whatever_is_no_cash_is_not_rounded() {
    let till = Desk { cash_rounding: 50, ..till() };
    let order = water(11);
    for command in [paying(PaymentMethod::Cash, 70), paying(PaymentMethod::Card, 77)] {
        let paid = till.after(&order, &command).unwrap();
        assert_eq!(cash_and_rounding(&paid).1, 0);
    }
    let short = OrderCommand::TakePayment(TakePayment { received: Some(77), ..take(PaymentMethod::Cash, 77) });
    assert_eq!(till.after(&order, &short).unwrap_err(), charge(ChargeRejection::ReceivedTooLittle));
}

#[test]
fn a_tip_given_with_rounded_cash_is_whole() {
    let till = Desk { cash_rounding: 50, ..till() };
    for (quantity, tip) in [(11, 4), (10, 3), (10, 35)] {
        let order = water(quantity);
        let amount = order.due().minor() + tip;
        let command = OrderCommand::TakePayment(TakePayment { tip, ..take(PaymentMethod::Cash, amount) });
        let paid = settled(&till, &order, &command).unwrap();
        let tips: i64 = paid.payments.iter().map(|payment| payment.taken.tip.minor()).sum();
        assert_eq!((tips, paid.tip.minor(), paid.due().minor()), (tip, tip, 0), "{quantity} {tip}");
    }
}

#[test]
fn all_that_was_paid_given_back_leaves_nothing_rounded() {
    let till = Desk { cash_rounding: 50, ..Desk { role: Role::Admin, ..till() } };
    for (quantity, cash) in [(11, 100), (10, 50)] {
        let paid = till.after(&water(quantity), &paying(PaymentMethod::Cash, i64::from(quantity) * 7)).unwrap();
        let at = paid.payments.iter().position(|payment| payment.taken.method == PaymentMethod::Cash).unwrap();
        let part = till.after(&paid, &refunding(&paid, at, cash - 1)).unwrap();
        assert_ne!(cash_and_rounding(&part).1, 0);
        let back = till.after(&part, &refunding(&part, at, 1)).unwrap();
        assert_eq!((cash_and_rounding(&back), back.paid().minor()), ((0, 0), 0));
        let rounding =
            paid.payments.iter().position(|payment| payment.taken.method == PaymentMethod::Rounding).unwrap();
        let alone = till.after(&paid, &refunding(&paid, rounding, 1)).unwrap_err();
        assert_eq!(alone, charge(ChargeRejection::PaymentUnknown));
        let refund = Some(RefundAll {
            method: Some(PaymentMethod::Card),
            ids: vec![RefundId::from_uuid(next_id()), RefundId::from_uuid(next_id())],
        });
        let cancel = OrderCommand::Cancel(Cancel { reason: "se fueron".to_owned(), refund });
        let cancelled = till.after(&paid, &cancel).unwrap();
        assert_eq!(cancelled.paid().minor(), 0);
    }
}
