//! Courses that wait, orders for later, and what the kitchen hears of a table that changes.

use super::pass::{Pass, second};
use super::*;
use crate::order::{Advance, Fire, Order, OrderCommand, Stage};

#[test]
fn a_held_course_is_heard_of_when_it_is_fired_and_only_once() {
    let mut pass = Pass::accepted(&[("burger", 1)]);
    pass.hold(&[("burger", 2), ("soda", 1)]);
    assert_eq!(pass.told(), ["Plancha New 1×Hamburguesa"]);
    assert_eq!((pass.card("plancha"), pass.card("barra")), ("open: to_make".to_owned(), "none".to_owned()));
    assert!(pass.fire(Fire::Course(second())));
    assert!(!pass.fire(Fire::Course(second())) && !pass.fire(Fire::All), "done twice, it is done once");
    assert_eq!(pass.told()[1..], ["Plancha Fired 2×Hamburguesa", "Barra New 1×Gaseosa"]);
    assert_eq!(pass.tickets[1].lines[0].course, Some(second()));
}

#[test]
fn a_bumped_card_comes_back_with_the_next_course() {
    let mut pass = Pass::accepted(&[("burger", 1)]);
    pass.hold(&[("burger", 1)]);
    pass.bump("plancha").unwrap();
    assert_eq!(pass.status(), "preparing", "the second course is still to come");
    pass.fire(Fire::All);
    assert_eq!(pass.card("plancha"), "open: ready +to_make");
    pass.bump("plancha").unwrap();
    assert_eq!(pass.status(), "ready");
}

#[test]
fn an_order_is_not_handed_over_while_something_is_held() {
    let mut pass = Pass::accepted(&[("burger", 1)]);
    pass.hold(&[("soda", 1)]);
    for to in [Stage::Ready, Stage::OnTheWay] {
        assert!(!pass.run(&OrderCommand::Advance(Advance { to })));
    }
    pass.void(1);
    pass.bump("plancha").unwrap();
    assert_eq!(pass.status(), "ready");
    assert_eq!(pass.told(), ["Plancha New 1×Hamburguesa"], "what was never fired is taken back in silence");
}

#[test]
fn a_held_dessert_does_not_bring_back_what_somebody_said_is_ready() {
    let mut pass = Pass::accepted(&[("burger", 1)]);
    pass.advance(Stage::Ready);
    pass.hold(&[("soda", 1)]);
    assert_eq!((pass.status(), pass.card("plancha")), ("preparing", "bumped: ready".to_owned()));
    assert!(pass.fire(Fire::Lines(vec![pass.line(1)])));
    pass.bump("barra").unwrap();
    assert_eq!(pass.status(), "ready");
}

#[test]
fn an_order_for_later_waits_for_the_clock_with_what_is_added_to_it() {
    let mut pass = Pass::empty();
    let OrderCommand::Place(mut place) = pass.place(&[("burger", 1)]) else { unreachable!("it is a placing") };
    let wanted = pass.now() + jiff::SignedDuration::from_mins(90);
    place.scheduled_for = Some(wanted);
    pass.run(&OrderCommand::Place(place));
    pass.add(&[("soda", 1)]);
    pass.hold(&[("soda", 1)]);
    assert_eq!(pass.told(), [""; 0]);
    assert_eq!(pass.order.as_ref().and_then(Order::waits_until), Some(wanted));
    let fired = pass.order.as_ref().and_then(|order| order.fired_by_the_clock(pass.now())).unwrap();
    pass.record(fired.into());
    assert_eq!(pass.told(), ["Plancha New 1×Hamburguesa", "Barra New 1×Gaseosa"]);
    assert_eq!(pass.order.as_ref().and_then(Order::waits_until), None, "what somebody holds waits for nobody's clock");
    pass.add(&[("burger", 1)]);
    assert_eq!(pass.told()[2..], ["Plancha Addition 1×Hamburguesa"], "once it has begun, the kitchen hears at once");
}

#[test]
fn a_time_that_is_over_is_now_and_one_too_far_ahead_is_refused() {
    for (hours, is_taken, told) in [(-1, true, 1), (24 * 31, true, 0), (24 * 31 + 1, false, 0)] {
        let mut pass = Pass::empty();
        let OrderCommand::Place(mut place) = pass.place(&[("soda", 1)]) else { unreachable!("it is a placing") };
        place.scheduled_for = Some(pass.now() + jiff::SignedDuration::from_hours(hours));
        assert_eq!(pass.run(&OrderCommand::Place(place)), is_taken);
        assert_eq!(pass.told().len(), told);
    }
}

#[test]
fn what_is_fired_before_the_order_is_accepted_begins_with_it() {
    let mut pass = Pass::received(&[("burger", 1)]);
    pass.hold(&[("soda", 1)]);
    assert!(pass.fire(Fire::All));
    assert_eq!(pass.told(), [""; 0]);
    pass.accept();
    assert_eq!(pass.told(), ["Plancha New 1×Hamburguesa", "Barra New 1×Gaseosa"]);
}

#[test]
fn stations_that_still_make_something_are_told_of_another_table() {
    let mut pass = Pass::accepted(&[("burger", 2), ("burger", 1), ("soda", 1)]);
    pass.ready("plancha", 1).unwrap();
    pass.bump("barra").unwrap();
    let before = pass.tickets.len();
    assert!(pass.run(&OrderCommand::Move(Some("7".to_owned()))));
    assert_eq!(pass.told()[before..], ["Plancha Moved 2×Hamburguesa"]);
    let moved = &pass.tickets[before];
    assert_eq!(
        (moved.table.as_deref(), &moved.was),
        (Some("7"), &Some(Called { number: "D-0001".to_owned(), table: None }))
    );
    assert!(pass.ledger.as_ref().unwrap().is_at_rest());
}
