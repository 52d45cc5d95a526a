//! What the screens of the kitchen show of an order, touch by touch.

use super::*;
use crate::ids::{LineId, StationId};
use crate::kitchen::KitchenRejection::{LineNotVoided, LineUnknown, LineVoided, NotFired, OrderLeft, StationUnknown};
use crate::order::{AddLines, Stage};
use crate::staff::Permission;

/// Whether anything happened by a touch.
type Touched = Result<bool, KitchenRejection>;

const DONE: Touched = Ok(true);
const WAS_SO: Touched = Ok(false);

/// A burger at the grill, a soda at the bar, and something both make.
fn meal() -> Pass {
    Pass::accepted(&[("burger", 1), ("soda", 1), ("combo", 1)])
}

#[test]
fn an_order_has_a_card_at_every_station_that_makes_something_of_it_once_it_is_accepted() {
    let mut pass = Pass::received(&[("burger", 1), ("combo", 1)]);
    assert_eq!([pass.card("plancha"), pass.card("barra")], ["none", "none"]);
    pass.accept();
    assert_eq!([pass.card("plancha"), pass.card("barra")], ["open: to_make to_make", "open: to_make"]);
}

#[test]
fn the_first_touch_begins_the_order_and_the_last_line_at_its_last_station_makes_it_ready() {
    let mut pass = meal();
    assert_eq!(pass.status(), "accepted");
    assert_eq!(pass.ready("plancha", 0), DONE);
    assert_eq!(pass.status(), "preparing");
    assert_eq!([pass.ready("plancha", 2), pass.ready("barra", 1)], [DONE; 2]);
    assert_eq!(pass.status(), "preparing", "the bar still makes its part of the combo");
    assert_eq!(pass.ready("barra", 2), DONE);
    assert_eq!(pass.status(), "ready");
    assert_eq!(pass.card("plancha"), "open: ready ready", "it stays for the bump");
}

#[test]
fn beginning_alone_begins_the_order_and_happens_once() {
    let mut pass = meal();
    assert_eq!([pass.start("barra"), pass.start("barra")], [DONE, WAS_SO]);
    assert_eq!(pass.status(), "preparing");
    assert_eq!([pass.bump("plancha"), pass.start("plancha")], [DONE, WAS_SO], "there is nothing left to begin with");
}

#[test]
fn an_order_of_one_line_goes_through_preparing_to_ready_with_one_touch() {
    let mut pass = Pass::accepted(&[("soda", 1)]);
    pass.history.clear();
    assert_eq!(pass.bump("barra"), DONE);
    assert_eq!(pass.history, ["kitchen.bumped", "order.advanced", "order.advanced"]);
    assert_eq!((pass.status(), pass.order.unwrap().reached.len()), ("ready", 2));
}

#[test]
fn a_bump_makes_ready_what_is_left_and_a_recall_makes_only_that_to_make_again() {
    let mut pass = Pass::accepted(&[("burger", 1), ("burger", 2), ("burger", 3)]);
    pass.void(1);
    assert_eq!(pass.ready("plancha", 0), DONE);
    let before = pass.clone();
    assert_eq!(pass.bump("plancha"), DONE);
    assert_eq!((pass.card("plancha").as_str(), pass.status()), ("bumped: ready voided ready", "ready"));
    assert_eq!(pass.recall("plancha"), DONE);
    assert_eq!((pass.card("plancha").as_str(), pass.status()), ("open: ready voided! to_make", "preparing"));
    assert_eq!(pass.ledger, before.ledger);
}

#[test]
fn recalling_what_was_ready_line_by_line_leaves_it_ready() {
    let mut pass = Pass::accepted(&[("soda", 1)]);
    assert_eq!([pass.ready("barra", 0), pass.bump("barra"), pass.recall("barra")], [DONE; 3]);
    assert_eq!((pass.card("barra").as_str(), pass.status()), ("open: ready", "ready"));
    assert_eq!(pass.unready("barra", 0), DONE);
    assert_eq!((pass.card("barra").as_str(), pass.status()), ("open: to_make", "preparing"));
}

#[test]
fn every_touch_that_is_repeated_or_comes_second_from_another_screen_changes_nothing() {
    let mut pass = meal();
    pass.void(1);
    let touches: [fn(&mut Pass) -> Touched; 7] = [
        |pass| pass.start("plancha"),
        |pass| pass.ready("plancha", 0),
        |pass| pass.unready("plancha", 0),
        |pass| pass.seen("barra", 1),
        |pass| pass.bump("plancha"),
        |pass| pass.recall("plancha"),
        |pass| pass.bump("barra"),
    ];
    for touch in touches {
        assert_eq!(touch(&mut pass), DONE);
        let (ledger, order) = (pass.ledger.clone(), pass.order.clone());
        assert_eq!(touch(&mut pass), WAS_SO);
        assert_eq!((&pass.ledger, &pass.order), (&ledger, &order));
    }
}

#[test]
fn what_is_added_brings_a_bumped_card_back_with_what_was_made_before() {
    let mut pass = meal();
    assert_eq!([pass.bump("plancha"), pass.bump("barra")], [DONE; 2]);
    assert_eq!(pass.status(), "ready");
    pass.minute += 10;
    pass.add(&[("burger", 1)]);
    assert_eq!(pass.card("plancha"), "open: ready ready +to_make");
    assert_eq!(pass.card("barra"), "bumped: ready ready", "nothing was added there");
    assert_eq!(pass.status(), "preparing");
    let (station, now) = (pass.station("plancha"), pass.now());
    assert_eq!(pass.ledger.as_ref().unwrap().card(station).unwrap().fired_at, now, "as old as what was added");
    assert_eq!([pass.recall("plancha"), pass.ready("plancha", 3)], [WAS_SO, DONE]);
    assert_eq!(pass.status(), "ready");
}

#[test]
fn what_is_added_to_a_card_on_the_screen_leaves_it_where_it_is() {
    let mut pass = meal();
    let fired_at = pass.now();
    pass.minute += 10;
    pass.add(&[("soda", 1)]);
    assert_eq!(pass.card("barra"), "open: to_make to_make +to_make");
    let station = pass.station("barra");
    assert_eq!(pass.ledger.as_ref().unwrap().card(station).unwrap().fired_at, fired_at);
}

#[test]
fn a_combo_of_nothing_that_is_added_to_a_ready_order_leaves_it_ready() {
    let mut pass = Pass::accepted(&[("soda", 1)]);
    assert_eq!(pass.bump("barra"), DONE);
    let mut lines = pass.lines(&[("pareja", 1)]);
    lines[0].choices.clear();
    assert!(pass.run(&OrderCommand::AddLines(AddLines { lines })));
    assert_eq!((pass.status(), pass.card("barra").as_str()), ("ready", "bumped: ready"));
}

#[test]
fn a_line_to_make_again_brings_its_bumped_card_back() {
    let mut pass = meal();
    assert_eq!([pass.bump("plancha"), pass.unready("plancha", 0)], [DONE; 2]);
    assert_eq!(pass.card("plancha"), "open: to_make ready");
}

#[test]
fn the_void_of_the_last_line_to_make_leaves_the_order_ready() {
    let mut pass = meal();
    assert_eq!([pass.bump("plancha"), pass.ready("barra", 2)], [DONE; 2]);
    assert_eq!(pass.status(), "preparing");
    pass.void(1);
    assert_eq!(pass.status(), "ready");
}

#[test]
fn an_order_all_of_which_was_taken_back_is_not_called_ready() {
    let mut pass = Pass::accepted(&[("soda", 1)]);
    pass.void(0);
    assert_eq!((pass.status(), pass.card("barra").as_str()), ("accepted", "open: voided!"));
    assert_eq!(pass.seen("barra", 0), DONE);
    assert_eq!((pass.status(), pass.card("barra").as_str()), ("accepted", "over: voided"));
}

#[test]
fn a_cancelled_order_stays_on_the_screens_until_each_station_knows() {
    let mut pass = meal();
    assert_eq!(pass.ready("plancha", 0), DONE);
    pass.cancel();
    assert_eq!([pass.card("plancha"), pass.card("barra")], ["open: voided! voided!", "open: voided! voided!"]);
    assert_eq!([pass.seen("plancha", 0), pass.seen("plancha", 2)], [DONE; 2]);
    assert_eq!(pass.bump("barra"), DONE);
    assert_eq!([pass.card("plancha"), pass.card("barra")], ["over: voided voided", "bumped: voided voided"]);
    assert_eq!(pass.status(), "cancelled");
}

#[test]
fn an_order_that_somebody_calls_ready_leaves_the_screens_and_comes_back_when_they_take_it_back() {
    let mut pass = meal();
    assert_eq!(pass.ready("plancha", 0), DONE);
    pass.advance(Stage::Ready);
    assert_eq!([pass.card("plancha"), pass.card("barra")], ["bumped: ready ready", "bumped: ready ready"]);
    let called_ready = pass.clone();
    pass.advance(Stage::Preparing);
    assert_eq!([pass.card("plancha"), pass.card("barra")], ["open: ready to_make", "open: to_make to_make"]);

    let mut pass = called_ready;
    assert_eq!(pass.recall("plancha"), DONE);
    assert_eq!([pass.card("plancha"), pass.card("barra")], ["open: ready to_make", "bumped: ready ready"]);
    assert_eq!(pass.status(), "preparing");
}

#[test]
fn what_is_added_to_an_order_that_somebody_called_ready_brings_back_no_other_station() {
    let mut pass = meal();
    pass.advance(Stage::Ready);
    pass.add(&[("burger", 1)]);
    assert_eq!([pass.card("plancha"), pass.card("barra")], ["open: ready ready +to_make", "bumped: ready ready"]);
    assert_eq!(pass.status(), "preparing");
}

#[test]
fn an_order_on_its_way_is_on_no_screen_and_is_not_called_back() {
    let mut pass = meal();
    assert_eq!([pass.bump("plancha"), pass.ready("barra", 1), pass.ready("barra", 2)], [DONE; 3]);
    pass.advance(Stage::OnTheWay);
    assert_eq!([pass.card("plancha"), pass.card("barra")], ["over: ready ready"; 2]);
    assert_eq!([pass.ready("plancha", 0), pass.bump("plancha"), pass.bump("barra")], [WAS_SO; 3]);
    assert_eq!([pass.recall("plancha"), pass.unready("barra", 1)], [Err(OrderLeft); 2]);
    assert_eq!(pass.status(), "on_the_way");
}

#[test]
fn a_touch_on_what_is_not_there_is_refused() {
    let mut pass = meal();
    pass.void(1);
    assert_eq!([pass.ready("barra", 1), pass.unready("barra", 1)], [Err(LineVoided); 2]);
    assert_eq!(pass.seen("plancha", 0), Err(LineNotVoided));
    assert_eq!([pass.ready("barra", 0), pass.ready("plancha", 1)], [Err(StationUnknown); 2]);
    let nowhere = StationId::from_uuid(uuid::Uuid::max());
    for touch in [Touch::Start, Touch::Bump, Touch::Recall, Touch::Ready(pass.line(0))] {
        assert_eq!(pass.touch(nowhere, touch), Err(StationUnknown), "{touch:?}");
    }
    let unknown = Touch::Ready(LineId::from_uuid(uuid::Uuid::max()));
    assert_eq!(pass.touch(pass.station("barra"), unknown), Err(LineUnknown));

    let mut pass = Pass::received(&[("soda", 1)]);
    for touched in [pass.start("barra"), pass.ready("barra", 0), pass.bump("barra"), pass.recall("barra")] {
        assert_eq!(touched, Err(NotFired));
    }
    assert_eq!(pass.bump("plancha"), Err(StationUnknown));
}

#[test]
fn who_may_not_move_orders_on_touches_no_card() {
    let pass = meal();
    let command = KitchenCommand { station: pass.station("barra"), touch: Touch::Bump };
    for role in Role::ALL {
        let decided = decide(pass.ledger.as_ref(), command, role, pass.now());
        assert_eq!(decided.is_ok(), role.allows(Permission::OrdersAdvance), "{role}");
    }
    assert_eq!(decide(None, command, Role::Kitchen, pass.now()), Err(KitchenRejection::OrderUnknown));
}

#[test]
fn an_order_that_is_raised_goes_before_all_others_until_it_is_lowered() {
    let mut pass = Pass::accepted(&[("burger", 1)]);
    let raise = |pass: &Pass, raised| raise(pass.ledger.as_ref(), raised, Actor::Operator, Role::Kitchen, pass.now());
    let raised = raise(&pass, true).unwrap().unwrap();
    pass.record(raised.into());
    assert_eq!(pass.ledger.as_ref().unwrap().raised_at, Some(pass.now()));
    assert_eq!(raise(&pass, true), Ok(None), "it is so already");
    let lowered = raise(&pass, false).unwrap().unwrap();
    pass.record(lowered.into());
    assert_eq!((pass.ledger.as_ref().unwrap().raised_at, raise(&pass, false)), (None, Ok(None)));
    pass.bump("plancha").unwrap();
    pass.advance(Stage::OnTheWay);
    assert_eq!(raise(&pass, true), Err(OrderLeft));
}
