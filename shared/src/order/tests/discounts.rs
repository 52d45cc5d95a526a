//! What is taken off, line by line and from the whole.

use proptest::prelude::*;

use super::*;
use crate::ids::DiscountId;
use crate::money::Permille;
use crate::staff::Permission;

fn giving(line: Option<LineId>, kind: NewDiscount) -> OrderCommand {
    let id = DiscountId::from_uuid(next_id());
    OrderCommand::Discount(GiveDiscount { id, line, kind, reason: "se demoró".to_owned() })
}

fn admin() -> Desk {
    Desk::of(Role::Admin)
}

fn burger_and_water() -> Order {
    order_of(OrderType::DineIn, vec![line("burger", 1, &["bbq"]), line("agua", 10, &[])])
}

fn refused(order: &Order, command: &OrderCommand) -> OrderRejection {
    admin().decide(Some(order), command).unwrap_err()
}

#[test]
fn a_discount_over_a_hundred_percent_is_refused() {
    let order = burger_and_water();
    let water = Some(order.lines[1].id);
    let excess = OrderRejection::Charge(ChargeRejection::DiscountExcess);
    for command in [
        giving(None, NewDiscount::Percent(1001)),
        giving(None, NewDiscount::Percent(i64::MAX)),
        giving(water, NewDiscount::Amount(71)),
        giving(None, NewDiscount::Amount(1_850_071)),
    ] {
        assert_eq!(refused(&order, &command), excess, "{command:?}");
    }
    let nothing = OrderRejection::Charge(ChargeRejection::AmountNotPositive);
    for kind in [NewDiscount::Percent(0), NewDiscount::Percent(-5), NewDiscount::Amount(0), NewDiscount::Amount(-1)] {
        assert_eq!(refused(&order, &giving(None, kind)), nothing, "{kind:?}");
    }
    let free = admin().after(&order, &giving(None, NewDiscount::Percent(1000))).unwrap();
    assert_eq!((free.totals.total.minor(), free.due().minor()), (0, 0));
    assert_eq!(refused(&free, &giving(None, NewDiscount::Amount(1))), excess);
}

#[test]
fn tax_is_computed_on_what_is_left() {
    let order = order_of(OrderType::DineIn, vec![line("burger", 1, &["bbq"])]);
    let half = admin().after(&order, &giving(None, NewDiscount::Percent(500))).unwrap();
    let line = &half.lines[0].amounts;
    assert_eq!((line.discount.minor(), line.total().minor()), (925_000, 925_000));
    assert_eq!(line.tax().minor(), 68_519, "8 % within 925 000");
    assert_eq!(half.discounts[0].amount.minor(), 925_000);
}

#[test]
fn a_discount_of_a_line_comes_before_one_of_the_order_whenever_it_was_given() {
    let order = order_of(OrderType::DineIn, vec![line("agua", 100, &[]), line("agua", 100, &[])]);
    let first = Some(order.lines[0].id);
    let order = admin().after(&order, &giving(None, NewDiscount::Percent(100))).unwrap();
    assert_eq!(order.totals.total.minor(), 1260);
    let order = admin().after(&order, &giving(first, NewDiscount::Amount(700))).unwrap();
    assert_eq!(order.totals.total.minor(), 630, "ten percent of what is left");
}

#[test]
fn what_is_on_the_house_stays_so_when_more_is_ordered_and_a_voided_line_takes_its_part_along() {
    let order = admin().after(&burger_and_water(), &giving(None, NewDiscount::Percent(100))).unwrap();
    let order = admin().after(&order, &adding(vec![line("agua", 10, &[])])).unwrap();
    assert_eq!(order.totals.total.minor(), 1_665_000 + 63 + 63);
    let order = admin().after(&order, &voiding(order.lines[0].id)).unwrap();
    assert_eq!((order.totals.total.minor(), order.totals.discount.minor()), (126, 14));
    assert_eq!(order.discounts[0].amount.minor(), 14);
}

#[test]
fn a_discount_taken_back_leaves_the_price_as_it_was() {
    let before = burger_and_water();
    let order = admin().after(&before, &giving(Some(before.lines[0].id), NewDiscount::Comp)).unwrap();
    assert_eq!(order.totals.total.minor(), 70);
    let order = admin().after(&order, &OrderCommand::RemoveDiscount(order.discounts[0].id)).unwrap();
    assert_eq!((order.totals, order.lines), (before.totals, before.lines));
    let unknown = OrderCommand::RemoveDiscount(DiscountId::from_uuid(next_id()));
    assert_eq!(refused(&burger_and_water(), &unknown), OrderRejection::Charge(ChargeRejection::DiscountUnknown));
}

#[test]
fn a_combo_is_discounted_with_its_parts_and_none_of_them_alone() {
    let parts: [(&str, &str, &[&str]); 2] = [("plato", "burger", &["ajo"]), ("bebida", "soda", &[])];
    let order = order_of(OrderType::DineIn, vec![combo("pareja", 1, &parts)]);
    assert_eq!(refused(&order, &giving(Some(order.lines[1].id), NewDiscount::Comp)), OrderRejection::PartOfCombo);
    let free = admin().after(&order, &giving(Some(order.lines[0].id), NewDiscount::Comp)).unwrap();
    assert_eq!(free.totals.total.minor(), 0);
}

#[test]
fn a_cashier_gives_a_discount_only_with_somebodys_approval_who_may() {
    let order = burger_and_water();
    let command = giving(None, NewDiscount::Percent(100));
    let alone = Desk::of(Role::Cashier).decide(Some(&order), &command);
    assert_eq!(alone, Err(OrderRejection::ApprovalRequired(Permission::OrdersDiscount)));
    let staff = crate::ids::StaffId::from_uuid(Uuid::from_u128(5));
    let approved = Desk { approver: Some(Approver { staff, role: Role::Admin }), ..Desk::of(Role::Cashier) };
    let order = approved.after(&order, &command).unwrap();
    assert_eq!(
        (order.discounts[0].approved_by, order.discounts[0].kind),
        (Some(staff), DiscountKind::Percent(Permille(100)))
    );
}

proptest! {
    #[test]
    fn what_discounts_take_off_is_the_sum_over_the_lines_and_never_more_than_they_cost(
        lines in proptest::collection::vec((proptest::sample::select(vec!["soda", "combo", "agua"]), 1..50_u32), 1..6),
        given in proptest::collection::vec((any::<Option<u8>>(), 0..3_u8, 1..1500_i64), 0..6),
    ) {
        let lines = lines.into_iter().map(|(product, quantity)| line(product, quantity, &[])).collect();
        let mut order = order_of(OrderType::DineIn, lines);
        for (at, kind, value) in given {
            let at = at.map(|at| order.lines[usize::from(at) % order.lines.len()].id);
            let kind = match kind {
                0 => NewDiscount::Percent(value),
                1 => NewDiscount::Amount(value),
                _ => NewDiscount::Comp,
            };
            if let Ok(after) = admin().after(&order, &giving(at, kind)) {
                order = after;
            }
            let off: i64 = order.discounts.iter().map(|discount| discount.amount.minor()).sum();
            prop_assert_eq!(off, order.totals.discount.minor());
            for line in &order.lines {
                let amounts = &line.amounts;
                prop_assert!((0..=amounts.subtotal.minor()).contains(&amounts.discount.minor()));
                prop_assert_eq!(amounts.base().minor() + amounts.tax().minor(), amounts.total().minor());
            }
        }
    }
}
