//! A bill that several people pay.

use proptest::prelude::*;

use super::*;
use crate::ids::{PaymentId, RefundId};

fn till() -> Desk {
    Desk { shift: Some(ShiftId::from_uuid(Uuid::from_u128(77))), ..Desk::of(Role::Admin) }
}

fn paying(part: Option<usize>, amount: i64, tip: i64) -> OrderCommand {
    OrderCommand::TakePayment(TakePayment {
        rounding: PaymentId::from_uuid(next_id()),
        id: PaymentId::from_uuid(next_id()),
        method: PaymentMethod::Card,
        amount,
        tip,
        received: None,
        reference: None,
        part,
    })
}

fn amounts(order: &Order) -> Vec<i64> {
    order.split.iter().map(|part| part.amount.minor()).collect()
}

fn left(order: &Order) -> i64 {
    order.split.iter().map(|part| part.amount.minor() - order.paid_of(part).minor()).sum()
}

fn split(order: &Order, by: SplitBy) -> Result<Order, OrderRejection> {
    till().after(order, &OrderCommand::Split(by))
}

fn refused(result: Result<Order, OrderRejection>) -> ChargeRejection {
    let Err(OrderRejection::Charge(refusal)) = result else { panic!("{result:?}") };
    refusal
}

fn waters() -> Order {
    order_of(OrderType::DineIn, vec![line("agua", 10, &[]), line("agua", 1, &[])])
}

#[test]
fn equal_parts_differ_by_one_at_most_and_sum_to_what_is_due() {
    let order = split(&waters(), SplitBy::Equal(3)).unwrap();
    assert_eq!((amounts(&order), order.due().minor()), (vec![26, 26, 25], 77));
}

#[test]
fn an_order_that_is_cancelled_is_split_no_more() {
    let order = split(&waters(), SplitBy::Equal(3)).unwrap();
    let ended = till().after(&order, &cancelling("se fueron")).unwrap();
    assert_eq!((amounts(&ended), ended.due().minor()), (vec![], 0));
}

#[test]
fn a_split_with_an_empty_part_is_refused() {
    let order = waters();
    let (ten, one) = (order.lines[0].id, order.lines[1].id);
    let share = |line, share_permille| Share { line, share_permille };
    for by in [
        SplitBy::Equal(50),
        SplitBy::Amounts(vec![77, 0]),
        SplitBy::Amounts(vec![78, -1]),
        SplitBy::Lines(vec![vec![share(ten, 1000), share(one, 1000)], vec![]]),
        SplitBy::Lines(vec![vec![share(ten, 1000), share(one, 1000)], vec![share(ten, 0)]]),
    ] {
        let small = order_of(OrderType::DineIn, vec![line("agua", 1, &[])]);
        let of = if matches!(by, SplitBy::Equal(_)) { &small } else { &order };
        assert_eq!(refused(split(of, by.clone())), ChargeRejection::SplitEmptyPart, "{by:?}");
    }
}

#[test]
fn parts_that_are_not_what_is_due_are_refused() {
    let order = waters();
    let due = order.due();
    for amounts in [vec![40, 36], vec![40, 38], vec![i64::MAX / 2, 1]] {
        let refused = split(&order, SplitBy::Amounts(amounts));
        assert!(
            matches!(refused, Err(OrderRejection::Charge(ChargeRejection::SplitSum { due: said })) if said == due)
                || refused == Err(OrderRejection::AmountTooLarge),
            "{refused:?}"
        );
    }
    for count in [0, 1, 51] {
        assert_eq!(refused(split(&order, SplitBy::Equal(count))), ChargeRejection::SplitCount);
    }
}

#[test]
fn a_line_is_halved_to_its_last_minor_unit_and_belongs_to_somebody_wholly() {
    let order = waters();
    let (ten, one) = (order.lines[0].id, order.lines[1].id);
    let share = |line, share_permille| Share { line, share_permille };
    let halves = vec![vec![share(ten, 500), share(one, 500)], vec![share(ten, 500), share(one, 500)]];
    let cut = split(&order, SplitBy::Lines(halves)).unwrap();
    assert_eq!(amounts(&cut), [39, 38]);
    for parts in [
        vec![vec![share(ten, 1000)], vec![share(one, 999)]],
        vec![vec![share(ten, 500)], vec![share(ten, 500)]],
        vec![vec![share(ten, 1000)], vec![share(one, 1000), share(ten, 1)]],
    ] {
        assert_eq!(refused(split(&order, SplitBy::Lines(parts))), ChargeRejection::SplitIncomplete);
    }
}

#[test]
fn each_pays_their_part_with_their_own_tip_and_no_more() {
    let order = split(&waters(), SplitBy::Equal(2)).unwrap();
    assert_eq!(refused(till().after(&order, &paying(None, 10, 0))), ChargeRejection::PartMissing);
    assert_eq!(refused(till().after(&order, &paying(Some(2), 10, 0))), ChargeRejection::PartUnknown);
    let above = refused(till().after(&order, &paying(Some(0), 40, 0)));
    assert!(matches!(above, ChargeRejection::AboveDue { due } if due.minor() == 39));
    let order = till().after(&order, &paying(Some(0), 44, 5)).unwrap();
    assert_eq!((amounts(&order), order.tip.minor(), order.due().minor()), (vec![44, 38], 5, 38));
    let order = till().after(&order, &paying(Some(1), 38, 0)).unwrap();
    assert_eq!(order.payment_state(), PaymentState::Paid);
}

#[test]
fn a_split_somebody_has_paid_into_is_neither_undone_nor_changed_under_them() {
    let order = split(&waters(), SplitBy::Equal(2)).unwrap();
    let begun = till().after(&order, &paying(Some(0), 39, 0)).unwrap();
    for command in [
        OrderCommand::UndoSplit,
        OrderCommand::Split(SplitBy::Equal(2)),
        adding(vec![line("agua", 1, &[])]),
        voiding(begun.lines[0].id),
        OrderCommand::SetTip(SetTip { amount: 9 }),
    ] {
        assert_eq!(refused(till().after(&begun, &command)), ChargeRejection::SplitBegun, "{command:?}");
        let before = till().after(&order, &command).unwrap();
        assert!(before.split.is_empty() || matches!(command, OrderCommand::Split(_)), "{command:?}");
    }
}

#[test]
fn money_given_back_of_a_part_is_due_from_that_part_again() {
    let order = split(&waters(), SplitBy::Equal(2)).unwrap();
    let order = till().after(&order, &paying(Some(0), 39, 0)).unwrap();
    let back = RefundPayment {
        rounding: RefundId::from_uuid(next_id()),
        id: RefundId::from_uuid(next_id()),
        payment: order.payments[0].taken.payment,
        amount: 9,
        reason: "x".to_owned(),
        method: None,
    };
    let order = till().after(&order, &OrderCommand::Refund(back)).unwrap();
    assert_eq!((left(&order), order.due().minor()), (47, 47));
    assert!(till().after(&order, &paying(Some(0), 9, 0)).is_ok());
}

proptest! {
    #[test]
    fn the_parts_sum_to_what_is_due_whatever_is_paid(
        quantity in 1..2000_u32,
        before in 0..50_i64,
        tip in 0..500_i64,
        count in 2..=50_usize,
        pays in proptest::collection::vec((0..50_usize, 1..400_i64, 0..20_i64), 0..20),
    ) {
        let order = order_of(OrderType::DineIn, vec![line("agua", quantity.min(1000), &[])]);
        let order = till().after(&order, &OrderCommand::SetTip(SetTip { amount: tip })).unwrap_or(order);
        let order = till().after(&order, &paying(None, before, 0)).unwrap_or(order);
        let Ok(mut order) = split(&order, SplitBy::Equal(count)) else { return Ok(()) };
        prop_assert_eq!(left(&order), order.due().minor());
        for (part, amount, tip) in pays {
            if let Ok(after) = till().after(&order, &paying(Some(part), amount.max(tip), tip)) {
                order = after;
            }
            prop_assert_eq!(left(&order), order.due().minor());
            prop_assert!(order.split.iter().all(|part| order.paid_of(part).minor() <= part.amount.minor()));
        }
    }
}
