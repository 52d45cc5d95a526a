//! What events make of an order.

use super::*;

fn with_note(note: &str) -> NewLine {
    NewLine { notes: Some(note.to_owned()), ..line("agua", 1, &[]) }
}

fn lines_added(lines: Vec<NewLine>, order: &Order) -> LinesAdded {
    let events = Desk::of(Role::Admin).decide(Some(order), &adding(lines)).unwrap();
    let Some(OrderEvent::LinesAdded(added)) = events.into_iter().next() else { panic!("lines were added") };
    added
}

#[test]
fn totals_follow_the_lines_that_count() {
    let desk = Desk::of(Role::Admin);
    let total = |order: &Order| order.totals.total.minor();
    let order = order_of(OrderType::DineIn, vec![line("agua", 3, &[]), line("burger", 1, &["ajo"])]);
    assert_eq!(total(&order), 21 + 1_900_000);
    let order = desk.after(&order, &adding(vec![line("agua", 1, &[])])).unwrap();
    assert_eq!(total(&order), 28 + 1_900_000);
    let order = desk.after(&order, &voiding(order.lines[1].id)).unwrap();
    assert_eq!((total(&order), order.totals.tax.minor()), (28, 0), "the tax of the line went with it");
    let order = desk.after(&order, &voiding(order.lines[0].id)).unwrap();
    let order = desk.after(&order, &voiding(order.lines[2].id)).unwrap();
    assert_eq!(total(&order), 0);
}

#[test]
fn a_line_taken_back_stays_with_who_did_it_and_why() {
    let order = order_of(OrderType::DineIn, vec![line("agua", 1, &[]), line("soda", 1, &[])]);
    let order = Desk::of(Role::Admin).after(&order, &voiding(order.lines[0].id)).unwrap();
    let voided = LineState::Voided { reason: "se cayó".to_owned(), by: Actor::Operator };
    assert_eq!(order.lines.iter().map(|line| line.state.clone()).collect::<Vec<_>>(), [voided, LineState::Open]);
}

#[test]
fn the_first_time_a_stage_is_reached_is_kept() {
    let mut order = Some(order_of(OrderType::DineIn, vec![line("agua", 1, &[])]));
    for (to, minute) in [(Stage::Preparing, 1), (Stage::Ready, 5), (Stage::Preparing, 6), (Stage::Ready, 9)] {
        let at = now() + jiff::SignedDuration::from_mins(minute);
        let id = order.as_ref().unwrap().id;
        Order::apply(&mut order, &OrderAdvanced { order: id, to, at }.into());
    }
    let minute = |at: &Timestamp| at.duration_since(now()).as_mins();
    let reached = order.unwrap().reached;
    assert_eq!(
        reached.iter().map(|(stage, at)| (*stage, minute(at))).collect::<Vec<_>>(),
        [(Stage::Preparing, 1), (Stage::Ready, 5)]
    );
}

#[test]
fn notes_of_added_lines_join_what_is_known() {
    let order = order_of(OrderType::DineIn, vec![with_note("sin hielo")]);
    let order =
        applied(Some(order.clone()), &[OrderEvent::LinesAdded(lines_added(vec![with_note("con limón")], &order))])
            .unwrap();
    let notes: Vec<&str> = order.personal.known().unwrap().line_notes.values().map(String::as_str).collect();
    assert_eq!(notes, ["sin hielo", "con limón"]);
}

#[test]
fn what_was_erased_stays_erased() {
    let order = order_of(OrderType::DineIn, vec![with_note("sin hielo")]);
    let erased = Order { personal: Personal::Erased, ..order.clone() };
    let known = lines_added(vec![with_note("con limón")], &order);
    let after = applied(Some(erased), &[OrderEvent::LinesAdded(known.clone())]).unwrap();
    assert_eq!(after.personal, Personal::Erased, "a later note does not bring it back");

    let erased = LinesAdded { personal: Personal::Erased, ..known };
    let after = applied(Some(order), &[OrderEvent::LinesAdded(erased)]).unwrap();
    assert_eq!(after.personal, Personal::Erased, "and one erased note erases what is shown");
}

#[test]
fn an_event_of_something_else_changes_no_order() {
    let order = order_of(OrderType::DineIn, vec![line("agua", 1, &[])]);
    let mut after = Some(order.clone());
    let day = crate::branch::BusinessDayOpened { business_day: "2026-11-23".parse().unwrap() };
    Order::apply(&mut after, &day.into());
    assert_eq!(after, Some(order));
}

#[test]
fn nothing_happens_to_an_order_that_was_never_placed() {
    let order = order_of(OrderType::DineIn, vec![line("agua", 1, &[])]);
    let added = lines_added(vec![line("agua", 1, &[])], &order);
    assert_eq!(applied(None, &[OrderEvent::LinesAdded(added)]), None);
}
