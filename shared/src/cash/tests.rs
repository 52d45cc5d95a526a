//! What may happen at a drawer, and what a count comes to.

use uuid::Uuid;

use super::*;
use crate::event::Event;
use crate::ids::{CommandId, MovementId, ShiftId, StaffId};
use crate::money::{Currency, Money};
use crate::order::PaymentMethod;
use crate::staff::{Actor, Approver, Permission, Role};

fn staff(last: u8) -> StaffId {
    StaffId::from_uuid(Uuid::from_u128(u128::from(last)))
}

fn context(role: Role) -> CashContext {
    CashContext {
        now: "2026-11-22T12:00:00-05:00".parse().unwrap(),
        business_day: "2026-11-22".parse().unwrap(),
        actor: Actor::Staff(staff(1)),
        role,
        approver: None,
        command: CommandId::from_uuid(Uuid::nil()),
    }
}

fn opening(float: i64) -> OpenShift {
    OpenShift { id: ShiftId::from_uuid(Uuid::from_u128(9)), drawer: "principal".to_owned(), float }
}

const FREE: Standing = Standing { drawer_of_user: None, is_drawer_taken: false };

fn shift(float: i64) -> Shift {
    let event = open(&opening(float), FREE, Some(Currency::COP), &context(Role::Cashier)).unwrap();
    after(None, vec![event])
}

fn after(mut state: Option<Shift>, events: Vec<CashEvent>) -> Shift {
    events.into_iter().for_each(|event| Shift::apply(&mut state, &Event::Cash(event)));
    state.unwrap()
}

fn moving(kind: MovementKind, amount: i64) -> MoveCash {
    MoveCash { id: MovementId::from_uuid(Uuid::from_u128(3)), kind, amount, reason: "hielo".to_owned() }
}

fn cash(value: i64, count: u32) -> Counted {
    Counted { cash: vec![Denomination { value, count }], ..Counted::default() }
}

fn closing(counted: Counted) -> CloseShift {
    CloseShift { counted, notes: None }
}

#[test]
fn a_drawer_has_one_shift_and_a_person_one_drawer() {
    let context = context(Role::Cashier);
    let at = |standing| open(&opening(0), standing, Some(Currency::COP), &context);
    let mine = Standing { drawer_of_user: Some("terraza".to_owned()), ..FREE };
    assert_eq!(at(mine), Err(CashRejection::AlreadyOpen { drawer: "terraza".to_owned() }));
    assert_eq!(at(Standing { is_drawer_taken: true, ..FREE }), Err(CashRejection::DrawerTaken));
    assert_eq!(open(&opening(-1), FREE, Some(Currency::COP), &context), Err(CashRejection::AmountInvalid));
    assert_eq!(open(&opening(0), FREE, None, &context), Err(CashRejection::CatalogMissing));
    for drawer in ["", "  ", "caja\n1", &"x".repeat(41)] {
        let opening = OpenShift { drawer: drawer.to_owned(), ..opening(0) };
        let refused = open(&opening, FREE, Some(Currency::COP), &context);
        assert_eq!(refused, Err(CashRejection::DrawerInvalid), "«{drawer}»");
    }
}

#[test]
fn a_cashier_moves_money_only_with_somebodys_approval_who_may() {
    let shift = shift(0);
    let asked = moving(MovementKind::Out, 5_000);
    let alone = move_cash(Some(&shift), &asked, &context(Role::Cashier));
    assert_eq!(alone, Err(CashRejection::ApprovalRequired(Permission::CashMovements)));
    let waiter = Approver { staff: staff(2), role: Role::Waiter };
    let by_a_waiter = CashContext { approver: Some(waiter), ..context(Role::Cashier) };
    assert_eq!(move_cash(Some(&shift), &asked, &by_a_waiter), alone);
    let admin = Approver { staff: staff(2), role: Role::Admin };
    let by_an_admin = CashContext { approver: Some(admin), ..context(Role::Cashier) };
    let open = shift.clone();
    let moved = after(Some(shift), move_cash(Some(&open), &asked, &by_an_admin).unwrap());
    assert_eq!((moved.movements[0].approved_by, moved.openings), (Some(staff(2)), 1));
    assert_eq!(moved.own_money().unwrap().minor(), -5_000);
}

#[test]
fn what_moves_is_more_than_nothing_and_a_drawer_without_a_sale_moves_nothing() {
    let shift = shift(0);
    let refused = |kind, amount| move_cash(Some(&shift), &moving(kind, amount), &context(Role::Admin));
    assert_eq!(refused(MovementKind::In, 0), Err(CashRejection::AmountInvalid));
    assert_eq!(refused(MovementKind::NoSale, 1), Err(CashRejection::AmountInvalid));
    assert_eq!(refused(MovementKind::HandIn, -1), Err(CashRejection::AmountInvalid));
    assert!(refused(MovementKind::NoSale, 0).is_ok());
}

#[test]
fn a_count_says_what_should_be_there_and_what_is_missing() {
    let mut shift = shift(100_000);
    let moves = [(MovementKind::In, 20_000), (MovementKind::Out, 5_000), (MovementKind::HandIn, 50_000)];
    for (kind, amount) in moves {
        let moved = move_cash(Some(&shift), &moving(kind, amount), &context(Role::Admin)).unwrap();
        shift = after(Some(shift), moved);
    }
    let cash_taking = Taking { payments: 3, amount: 90_000, refunds: 1, refunded: 10_000, ..Taking::default() };
    let card_taking = Taking { payments: 1, amount: 40_000, tip: 4_000, ..Taking::default() };
    let takings = Takings([(PaymentMethod::Cash, cash_taking), (PaymentMethod::Card, card_taking)].into());
    let counted = Counted { others: [(PaymentMethod::Card, 40_000)].into(), ..cash(5_000, 28) };
    let by = context(Role::Cashier);
    let closed = close(&shift, &closing(counted), takings, "ESQ-C-000001".to_owned(), &by).unwrap();
    let shift = after(Some(shift), vec![closed]);
    let closed = shift.closed().unwrap();
    let cop = |minor| Money::new(minor, Currency::COP);
    assert_eq!(
        closed.expected,
        [(PaymentMethod::Cash, cop(145_000)), (PaymentMethod::Card, cop(40_000))].into_iter().collect()
    );
    assert_eq!(closed.difference, cop(-5_000));
}

#[test]
fn closing_twice_is_refused_and_somebody_elses_shift_is_the_managers() {
    let open = shift(0);
    let close_as = |shift: &Shift, context: &CashContext| {
        close(shift, &closing(cash(100, 0)), Takings::default(), "x".to_owned(), context)
    };
    let closed = after(Some(open.clone()), vec![close_as(&open, &context(Role::Cashier)).unwrap()]);
    assert_eq!(close_as(&closed, &context(Role::Cashier)), Err(CashRejection::Closed));
    let other = |role| CashContext { actor: Actor::Staff(staff(7)), ..context(role) };
    let refused = Err(CashRejection::PermissionMissing(Permission::CashReports));
    assert_eq!(close_as(&open, &other(Role::Cashier)), refused);
    assert!(close_as(&open, &other(Role::Admin)).is_ok());
}

#[test]
fn what_is_worth_nothing_is_not_counted() {
    for counted in [cash(0, 3), cash(-5, 1), Counted { others: [(PaymentMethod::Cash, 1)].into(), ..cash(1, 1) }] {
        assert_eq!(counted.sums(Currency::COP), Err(CashRejection::CountInvalid));
    }
    assert_eq!(cash(i64::MAX, 2).sums(Currency::COP), Err(CashRejection::AmountTooLarge));
}
