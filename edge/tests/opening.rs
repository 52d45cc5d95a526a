//! Open, busy, paused, closed: said once, seen everywhere, felt by orders from outside and by no other.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_shared::staff::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};
use support::{Answer, Branch, lemonade};

fn say(branch: &Branch, body: &Value) -> Answer {
    branch.ask("PUT", "branch-state").by(Role::Cashier).json(body).send()
}

fn stands(branch: &Branch) -> Value {
    branch.get("branch-state").is(200)
}

/// A lemonade by this channel.
fn by(branch: &Branch, channel: &str) -> Answer {
    let mut order = lemonade();
    order["channel"] = json!(channel);
    branch.post("orders", &branch.new_key(), &order)
}

/// The same hours each day but Mondays, on which it is closed.
fn hours(open: &str, close: &str) -> Value {
    let day = json!([{"open": open, "close": close}]);
    json!({"monday": [], "tuesday": day, "wednesday": day, "thursday": day, "friday": day, "saturday": day, "sunday": day})
}

fn set_hours(branch: &Branch, hours: &Value) -> Answer {
    branch.ask("PUT", "settings").by(Role::Admin).json(&json!({"hours": hours})).send()
}

#[test]
fn a_pause_refuses_orders_from_outside_until_it_is_over_and_never_those_taken_here() {
    let mut branch = Branch::open();
    let until = "2026-11-22T14:00:00.000-05:00";
    let view = say(&branch, &json!({"status": "paused", "until": until, "reason": "se fue el gas"})).is(200);
    let expected =
        json!({"status": "paused", "until": until, "extra_minutes": 0, "reason": "se fue el gas", "by_hours": false});
    assert_eq!(view, expected);
    let sequence = branch.sequence();
    say(&branch, &json!({"status": "paused", "until": until, "reason": "se fue el gas"})).is(200);
    assert_eq!(branch.sequence(), sequence, "what is so already is not written again");

    branch.restart();
    assert_eq!(stands(&branch), expected);
    for channel in ["online", "whatsapp", "voice"] {
        let problem = by(&branch, channel).is(409);
        assert_eq!((&problem["code"], &problem["until"]), (&json!("branch.paused"), &json!("2026-11-22T19:00:00Z")));
    }
    for channel in ["pos", "qr", "phone", "rappi", "didi", "other"] {
        by(&branch, channel).is(201);
    }
    branch.wait(SignedDuration::from_mins(30));
    by(&branch, "online").is(201);
    assert_eq!(stands(&branch)["status"], "open");
}

#[test]
fn outside_the_hours_orders_from_outside_are_refused_with_the_next_opening_and_taken_for_then() {
    let branch = Branch::open();
    set_hours(&branch, &hours("18:00:00", "02:00:00")).is(200);
    let closed = json!({"status": "closed", "until": "2026-11-22T18:00:00.000-05:00", "extra_minutes": 0, "reason": null, "by_hours": true});
    assert_eq!(stands(&branch), closed);
    let problem = by(&branch, "online").is(409);
    assert_eq!((&problem["code"], &problem["until"]), (&json!("branch.closed"), &json!("2026-11-22T23:00:00Z")));
    by(&branch, "pos").is(201);
    let mut order = lemonade();
    order["channel"] = json!("online");
    order["scheduled_for"] = json!("2026-11-22T19:30:00-05:00");
    branch.post("orders", &branch.new_key(), &order).is(201);

    // Sunday's night goes on after midnight, and is followed by Tuesday's.
    branch.wait(SignedDuration::from_hours(12));
    assert_eq!(stands(&branch)["until"], "2026-11-23T02:00:00.000-05:00");
    by(&branch, "online").is(201);
    branch.wait(SignedDuration::from_hours(1));
    assert_eq!(stands(&branch)["until"], "2026-11-24T18:00:00.000-05:00");
    say(&branch, &json!({"status": "open", "until": "2026-11-23T03:30:00-05:00"})).is(200);
    by(&branch, "online").is(201);
    branch.wait(SignedDuration::from_hours(1));
    by(&branch, "online").is_refused(409, "branch.closed");
}

#[test]
fn who_closes_early_is_closed_until_the_next_opening() {
    let branch = Branch::open();
    set_hours(&branch, &hours("12:00:00", "22:00:00")).is(200);
    let view = say(&branch, &json!({"status": "closed"})).is(200);
    assert_eq!((&view["until"], &view["by_hours"]), (&json!("2026-11-24T12:00:00.000-05:00"), &json!(false)));
    by(&branch, "whatsapp").is_refused(409, "branch.closed");
    say(&branch, &json!({"status": "open"})).is(200);
    by(&branch, "whatsapp").is(201);
}

#[test]
fn a_busy_branch_takes_orders_tells_a_longer_time_and_is_calm_again_the_next_day() {
    let branch = Branch::open();
    let quoted = || branch.ask("POST", "orders/quote").json(&lemonade()).send().is(200)["kitchen_seconds"].clone();
    let calm = quoted().as_u64().unwrap();
    say(&branch, &json!({"status": "busy", "extra_minutes": 20})).is(200);
    assert_eq!(quoted().as_u64().unwrap(), calm + 20 * 60);
    by(&branch, "online").is(201);
    branch.wait(SignedDuration::from_hours(24));
    branch.take(&lemonade());
    assert_eq!(stands(&branch)["status"], "open");
}

#[test]
fn who_may_not_and_what_makes_no_sense_is_refused_and_changes_nothing() {
    let branch = Branch::open();
    let sequence = branch.sequence();
    for role in [Role::Waiter, Role::Kitchen, Role::Rider] {
        let asked = branch.ask("PUT", "branch-state").by(role).json(&json!({"status": "closed"}));
        asked.send().is_refused(403, "permission.missing");
    }
    for (body, field) in [
        (json!({"status": "busy"}), "extra_minutes"),
        (json!({"status": "busy", "extra_minutes": 0}), "extra_minutes"),
        (json!({"status": "paused", "extra_minutes": 5}), "extra_minutes"),
        (json!({"status": "paused", "until": "2026-11-22T13:00:00-05:00"}), "until"),
        (json!({"status": "closed", "until": "2026-11-22T15:00:00-05:00"}), "until"),
        (json!({"status": "open", "reason": "porque sí"}), "reason"),
        (json!({"status": "holiday"}), "status"),
    ] {
        say(&branch, &body).is_refused_at(422, "field.invalid", field);
    }
    let mut overlapping = hours("12:00:00", "22:00:00");
    overlapping["friday"] =
        json!([{"open": "12:00:00", "close": "16:00:00"}, {"open": "15:00:00", "close": "22:00:00"}]);
    set_hours(&branch, &overlapping).is_refused_at(422, "field.invalid", "hours");
    assert_eq!(branch.sequence(), sequence);
}
