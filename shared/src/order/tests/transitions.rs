//! Every state × every command.

use super::*;

/// What becomes of an order in each state when the command is given; `-` where it is refused. A row counts for orders
/// of the type named first, `here` being what is eaten here or taken away. The word in quotes is what a refusal says
/// the order cannot become.
const TABLE: &str = r#"
    type      command     word          received  accepted   preparing  ready      served  on_the_way  delivered  cancelled
    any       accept      accepted      accepted  -          -          -          -       -           -          -
    any       add         added_to      received  accepted   preparing  preparing  -       -           -          -
    any       void        edited        received  accepted   preparing  ready      -       on_the_way  -          -
    any       cancel      cancelled     cancelled cancelled  cancelled  cancelled  -       cancelled   -          -
    any       preparing   preparing     -         preparing  -          preparing  -       -           -          -
    any       ready       ready         -         ready      ready      -          -       -           -          -
    here      served      served        -         -          -          served     -       -           -          -
    delivery  served      served        -         -          -          -          -       -           -          -
    here      on_the_way  on_the_way    -         -          -          -          -       -           -          -
    delivery  on_the_way  on_the_way    -         -          -          on_the_way -       -           -          -
    any       delivered   delivered     -         -          -          -          -       delivered   -          -
"#;

fn types(name: &str) -> &'static [OrderType] {
    match name {
        "any" => &OrderType::ALL,
        "here" => &[OrderType::DineIn, OrderType::Takeaway],
        "delivery" => &[OrderType::Delivery],
        other => panic!("{other} is not a type in the table"),
    }
}

fn command(name: &str, order: &Order) -> OrderCommand {
    match name {
        "accept" => OrderCommand::Accept,
        "add" => adding(vec![line("soda", 1, &[])]),
        "void" => voiding(order.lines[0].id),
        "cancel" => cancelling("se fueron"),
        "preparing" => advancing(Stage::Preparing),
        "ready" => advancing(Stage::Ready),
        "served" => advancing(Stage::Served),
        "on_the_way" => advancing(Stage::OnTheWay),
        "delivered" => advancing(Stage::Delivered),
        other => panic!("{other} is not a command in the table"),
    }
}

#[test]
fn every_command_in_every_state_does_what_the_table_says_or_is_refused_by_name() {
    let desk = Desk::of(Role::Admin);
    let mut cells = 0;
    let rows = TABLE.trim().lines().map(|row| row.split_whitespace().collect::<Vec<_>>());
    for row in rows.skip(1) {
        let [type_name, name, word, expected @ ..] = row.as_slice() else { panic!("{row:?}") };
        for &order_type in types(type_name) {
            for (status, expected) in every_status().into_iter().zip(expected) {
                let from = status.as_str();
                let order = Order { status, ..order_of(order_type, vec![line("agua", 1, &[])]) };
                let after = desk.after(&order, &command(name, &order)).map(|order| order.status.as_str().to_owned());
                let to = word.replace('_', " ");
                let to = if to.starts_with("on ") { "on_the_way".to_owned() } else { to };
                let expected = match *expected {
                    "-" => Err(format!("an order that is {from} cannot become {to}")),
                    status => Ok(status.to_owned()),
                };
                assert_eq!(after.map_err(|refusal| refusal.to_string()), expected, "{name}, {order_type:?}, {from}");
                cells += 1;
            }
        }
    }
    assert_eq!(cells, 9 * 8 * 3, "nine commands, eight states, three types");
}

#[test]
fn a_refusal_names_where_the_order_is_and_where_it_should_have_gone() {
    let order = Order { status: Status::Served, ..order_of(OrderType::DineIn, vec![line("agua", 1, &[])]) };
    let refused = Desk::of(Role::Admin).decide(Some(&order), &advancing(Stage::Ready));
    assert_eq!(refused, Err(OrderRejection::IllegalTransition { from: "served", to: "ready" }));
}

#[test]
fn what_is_asked_of_no_order_is_refused() {
    let order = order_of(OrderType::DineIn, vec![line("agua", 1, &[])]);
    for name in ["accept", "add", "void", "cancel", "preparing", "ready", "served", "on_the_way", "delivered"] {
        let refused = Desk::of(Role::Admin).decide(None, &command(name, &order));
        assert_eq!(refused, Err(OrderRejection::OrderUnknown), "{name}");
    }
}

#[test]
fn adding_to_a_ready_order_sets_it_back_to_preparing() {
    let order = Order { status: Status::Ready, ..order_of(OrderType::DineIn, vec![line("agua", 1, &[])]) };
    let events = Desk::of(Role::Admin).decide(Some(&order), &adding(vec![line("soda", 1, &[])])).unwrap();
    let [OrderEvent::LinesAdded(_), OrderEvent::Advanced(advanced)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(advanced.to, Stage::Preparing);
    assert_eq!(applied(Some(order), &events).unwrap().lines.len(), 2);
}

#[test]
fn a_line_is_taken_back_once_and_with_a_reason() {
    let desk = Desk::of(Role::Admin);
    let order = order_of(OrderType::DineIn, vec![line("agua", 1, &[]), line("soda", 1, &[])]);
    let first = order.lines[0].id;
    let blank = OrderCommand::VoidLine(VoidLine { line: first, reason: " \n".to_owned() });
    assert_eq!(desk.decide(Some(&order), &blank), Err(OrderRejection::ReasonMissing));
    let stranger = LineId::from_uuid(next_id());
    assert_eq!(desk.decide(Some(&order), &voiding(stranger)), Err(OrderRejection::LineUnknown));
    let order = desk.after(&order, &voiding(first)).unwrap();
    assert_eq!(desk.decide(Some(&order), &voiding(first)), Err(OrderRejection::LineVoided));
}

#[test]
fn an_order_is_ended_only_with_a_reason_which_is_kept_without_its_blanks() {
    let desk = Desk::of(Role::Admin);
    let order = order_of(OrderType::DineIn, vec![line("agua", 1, &[])]);
    assert_eq!(desk.decide(Some(&order), &cancelling("\t ")), Err(OrderRejection::ReasonMissing));
    let ended = desk.after(&order, &cancelling("  se fueron ")).unwrap();
    assert_eq!(ended.status, cancelled());
}

#[test]
fn nothing_is_sold_without_a_catalog_or_from_one_of_another_currency() {
    let place = OrderCommand::Place(placing(OrderType::DineIn, vec![line("agua", 1, &[])]));
    let bare = Desk { menu: None, ..Desk::of(Role::Admin) };
    assert_eq!(bare.decide(None, &place), Err(OrderRejection::CatalogMissing));
    let order = order_of(OrderType::DineIn, vec![line("agua", 1, &[])]);
    let more = adding(vec![line("agua", 1, &[])]);
    assert_eq!(bare.decide(Some(&order), &more), Err(OrderRejection::CatalogMissing));
    let dollars = import::read(MENU.replace("COP", "USD").as_bytes(), None, &mut next_id).unwrap();
    assert_eq!(Desk::selling(dollars).decide(Some(&order), &more), Err(OrderRejection::CatalogMissing));
}
