//! Who may.

use super::*;
use crate::staff::Permission;

const TABLE: &str = "
    role     place  accept  add  void  advance  cancel
    owner    yes    yes     yes  yes   yes      yes
    admin    yes    yes     yes  yes   yes      yes
    limited_admin yes yes yes yes yes yes
    cashier  yes    yes     yes  yes   yes      yes
    waiter   yes    yes     yes  -     yes      -
    kitchen  -      -       -    -     yes      -
    rider    -      -       -    -     yes      -
    employee -      -       -    -     yes      -
";

/// A command that is refused for nothing but who asks, and an order it can be given to.
fn command(name: &str) -> (Order, OrderCommand, Permission) {
    let order = |status| Order { status, ..order_of(OrderType::DineIn, vec![line("agua", 1, &[])]) };
    let accepted = order(Status::Accepted);
    let first = accepted.lines[0].id;
    let soda = vec![line("soda", 1, &[])];
    match name {
        "place" => (accepted, OrderCommand::Place(placing(OrderType::DineIn, soda)), Permission::OrdersCreate),
        "accept" => (order(Status::Received), OrderCommand::Accept, Permission::OrdersAccept),
        "add" => (accepted, adding(soda), Permission::OrdersCreate),
        "void" => (accepted, voiding(first), Permission::OrdersVoid),
        "advance" => (accepted, advancing(Stage::Preparing), Permission::OrdersAdvance),
        "cancel" => (accepted, cancelling("se fueron"), Permission::OrdersCancel),
        other => panic!("{other} is not a command in the table"),
    }
}

/// What is taken back, somebody who may can approve; all else is refused whoever stands beside.
fn refusal(name: &str, permission: Permission) -> OrderRejection {
    match name {
        "void" | "cancel" => OrderRejection::ApprovalRequired(permission),
        _ => OrderRejection::PermissionMissing(permission),
    }
}

#[test]
fn each_role_may_do_what_the_table_says_and_is_told_which_permission_it_lacks() {
    let mut rows = TABLE.trim().lines().map(|row| row.split_whitespace().collect::<Vec<_>>());
    let head = rows.next().unwrap();
    let mut roles = Vec::new();
    for row in rows {
        let role: Role = row[0].parse().unwrap();
        for (name, cell) in head.iter().zip(&row).skip(1) {
            let (order, command, permission) = command(name);
            let decided = Desk::of(role).decide(Some(&order), &command);
            match *cell {
                "yes" => assert!(decided.is_ok(), "{role} {name}: {decided:?}"),
                _ => assert_eq!(decided, Err(refusal(name, permission)), "{role} {name}"),
            }
        }
        roles.push(role);
    }
    assert_eq!(roles, Role::ALL);
}

#[test]
fn whoever_may_not_is_told_nothing_about_the_order() {
    let ended = Order { status: cancelled(), ..order_of(OrderType::DineIn, vec![line("agua", 1, &[])]) };
    let refused = Desk::of(Role::Waiter).decide(Some(&ended), &cancelling(""));
    assert_eq!(refused, Err(OrderRejection::ApprovalRequired(Permission::OrdersCancel)));
}

#[test]
fn an_order_taken_by_somebody_who_may_accept_is_accepted_as_it_is_taken() {
    for role in Role::ALL.into_iter().filter(|role| role.allows(Permission::OrdersCreate)) {
        let place = OrderCommand::Place(placing(OrderType::Takeaway, vec![line("agua", 1, &[])]));
        let events = Desk::of(role).decide(None, &place).unwrap();
        let order = applied(None, &events).unwrap();
        assert_eq!(order.status == Status::Accepted, role.allows(Permission::OrdersAccept), "{role}");
        assert_eq!(order.version as usize, events.len());
    }
}
