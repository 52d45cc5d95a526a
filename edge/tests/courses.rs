//! Courses, orders for later, and two orders made one, over HTTP.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_edge::orders::course::fire_what_is_due;
use comanda_shared::staff::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};
use support::{Answer, Branch, lemonade};

fn path(order: &Value, rest: &str) -> String {
    format!("orders/{}/{rest}", order["id"].as_str().unwrap())
}

/// A starter at once and a main that is held.
fn dinner() -> Value {
    json!({"type": "dine_in", "table": "4", "lines": [
        {"product": "limonada", "quantity": 1, "course": 1},
        {"product": "salchipapa-especial", "quantity": 2, "course": 2, "fire": "held", "notes": "bien tostada"}]})
}

fn fire(branch: &Branch, order: &Value, body: &Value) -> Answer {
    branch.post(&path(order, "fire"), &branch.new_key(), body)
}

fn merge(branch: &Branch, key: &str, into: &Value, from: &Value) -> Answer {
    let version = |order: &Value| branch.order(&order["id"])["version"].clone();
    let body = json!({"from": from["id"], "from_version": version(from)});
    let ask = branch.ask("POST", &path(into, "merge")).header("idempotency-key", key);
    ask.header("if-match", &version(into).to_string()).json(&body).send()
}

/// The kinds of an order's tickets, with their stations.
fn tickets(branch: &Branch, order: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let answer = branch.get(&path(order, "tickets")).is(200);
    let tickets = answer["items"].as_array().unwrap();
    tickets.iter().map(|ticket| (text(&ticket["kind"]), text(&ticket["station_name"]))).collect()
}

fn cards(branch: &Branch, station: &str) -> Vec<Value> {
    let answer = branch.ask("GET", &format!("kitchen/orders?station={station}")).by(Role::Kitchen).send().is(200);
    answer["items"].as_array().unwrap().clone()
}

fn bump(branch: &Branch, order: &Value, station: &str) -> Answer {
    let path = format!("kitchen/orders/{}/bump", order["id"].as_str().unwrap());
    let ask = branch.ask("POST", &path).by(Role::Kitchen).header("idempotency-key", &branch.new_key());
    ask.json(&json!({"station": station})).send()
}

fn pair(kind: &str, station: &str) -> (String, String) {
    (kind.to_owned(), station.to_owned())
}

#[test]
fn a_held_course_goes_to_the_kitchen_when_it_is_fired() {
    let branch = Branch::open();
    let order = branch.take(&dinner());
    assert_eq!(tickets(&branch, &order), [pair("new", "Barra")]);
    assert_eq!(order["lines"][1]["fire"], json!({"status": "held"}));
    assert!(cards(&branch, "freidora").is_empty());

    let fired = fire(&branch, &order, &json!({"course": 2})).is(200);
    assert_eq!((&fired["lines"][1]["fire"]["status"], &fired["lines"][1]["course"]), (&json!("fired"), &json!(2)));
    assert_eq!(fired["print"]["status"], json!("queued"));
    let card = &cards(&branch, "freidora")[0];
    assert_eq!((&card["lines"][0]["course"], &card["lines"][0]["notes"]), (&json!(2), &json!("bien tostada")));

    let before = branch.sequence();
    fire(&branch, &order, &json!({})).is(200);
    fire(&branch, &order, &json!({"lines": [order["lines"][1]["id"]]})).is(200);
    assert_eq!(branch.sequence(), before, "what was fired is not fired again");
    assert_eq!(tickets(&branch, &order).len(), 2);
}

#[test]
fn an_order_with_a_held_course_is_not_handed_over() {
    let branch = Branch::open();
    let order = branch.take(&dinner());
    bump(&branch, &order, "barra").is(200);
    branch.advance(&order["id"], "ready").is_refused(409, "order.lines_waiting");
    assert_eq!(branch.order(&order["id"])["status"], json!("preparing"));
}

#[test]
fn what_cannot_be_fired_is_refused() {
    let branch = Branch::open();
    let order = branch.take(&dinner());
    let line = &order["lines"][1]["id"];
    fire(&branch, &order, &json!({"course": 0})).is_refused_at(422, "field.invalid", "course");
    fire(&branch, &order, &json!({"course": 2, "lines": [line]})).is_refused_at(422, "field.invalid", "lines");
    fire(&branch, &order, &json!({"lines": [order["id"]]})).is_refused(422, "line.unknown");
    let mut wrong = dinner();
    wrong["lines"][0]["course"] = json!(10);
    let refused = branch.post("orders", &branch.new_key(), &wrong);
    refused.is_refused_at(422, "field.invalid", "lines[0].course");
    let mut late = lemonade();
    late["scheduled_for"] = json!("2027-02-22T13:30:00-05:00");
    branch.post("orders", &branch.new_key(), &late).is_refused_at(422, "field.invalid", "scheduled_for");
}

#[test]
fn an_order_for_later_begins_when_the_kitchen_needs_it_to_also_after_a_restart() {
    let mut branch = Branch::open();
    let order = branch.take(&json!({"type": "takeaway", "scheduled_for": "2026-11-22T15:30:00-05:00", "lines": [
        {"product": "salchipapa-especial", "quantity": 1}]}));
    assert_eq!(order["scheduled_for"], json!("2026-11-22T15:30:00.000-05:00"));
    assert_eq!(order["lines"][0]["fire"]["status"], json!("scheduled"));
    assert_eq!(fire_what_is_due(branch.journal()).unwrap(), 0);
    // It takes eight minutes: at 15:21 it is early, at 15:22 it is time.
    branch.wait(SignedDuration::from_mins(111));
    assert_eq!(fire_what_is_due(branch.journal()).unwrap(), 0);
    branch.wait(SignedDuration::from_mins(1));
    branch.restart();
    assert_eq!(fire_what_is_due(branch.journal()).unwrap(), 1);
    assert_eq!(tickets(&branch, &order), [pair("new", "Freidora")]);
    assert_eq!(fire_what_is_due(branch.journal()).unwrap(), 0, "once");
}

#[test]
fn an_order_for_later_can_be_fired_sooner_by_hand() {
    let branch = Branch::open();
    let mut later = lemonade();
    later["scheduled_for"] = json!("2026-11-22T18:30:00-05:00");
    let order = branch.take(&later);
    fire(&branch, &order, &json!({})).is(200);
    branch.wait(SignedDuration::from_hours(6));
    assert_eq!(fire_what_is_due(branch.journal()).unwrap(), 0);
    assert_eq!(tickets(&branch, &order), [pair("new", "Barra")]);
}

#[test]
fn a_table_that_changes_is_told_where_something_is_still_made() {
    let branch = Branch::open();
    let order = branch.take(&json!({"type": "dine_in", "table": "4", "lines": [
        {"product": "limonada", "quantity": 1}, {"product": "salchipapa-especial", "quantity": 1}]}));
    bump(&branch, &order, "barra").is(200);
    let version = branch.order(&order["id"])["version"].to_string();
    let ask = branch.ask("POST", &path(&order, "move")).header("idempotency-key", &branch.new_key());
    ask.header("if-match", &version).json(&json!({"table": "7"})).send().is(200);
    assert_eq!(tickets(&branch, &order)[2..], [pair("moved", "Freidora")]);
    let card = &cards(&branch, "freidora")[0];
    assert_eq!((&card["table"], &card["was_at"]), (&json!("7"), &json!("4")), "whoever looks for it there is told");
}

#[test]
fn two_orders_become_one_with_what_is_made_of_them_and_nothing_is_cooked_twice() {
    let branch = Branch::open();
    let into = branch.take(&dinner());
    let mut other = dinner();
    other["table"] = json!("9");
    other["lines"][0]["product"] = json!("combo");
    let from = branch.take(&other);
    bump(&branch, &from, "freidora").is(200);
    let key = branch.new_key();
    let one = merge(&branch, &key, &into, &from).is(200);
    assert_eq!(one["lines"].as_array().unwrap().len(), 4);
    assert_eq!(one["total"].as_i64(), Some(into["total"].as_i64().unwrap() + from["total"].as_i64().unwrap()));
    assert_eq!(one["lines"][3]["notes"], json!("bien tostada"));

    let left = branch.order(&from["id"]);
    assert_eq!((&left["status"], &left["merged_into"], &left["due"]), (&json!("merged"), &into["id"], &json!(0)));
    assert_eq!((&left["closed"], &left["lines"]), (&json!(true), &json!([])));
    // The bar still makes the combo: it is told; the fryer has made it: it is not.
    assert_eq!(tickets(&branch, &into), [pair("new", "Barra"), pair("moved", "Barra")]);
    let bar = cards(&branch, "barra");
    assert_eq!(bar.len(), 1, "one card for one order");
    assert_eq!((&bar[0]["number"], bar[0]["lines"].as_array().unwrap().len()), (&into["number"], 2));

    fire(&branch, &into, &json!({})).is(200);
    assert_eq!(tickets(&branch, &into)[2..], [pair("fired", "Freidora")]);
    assert_eq!(cards(&branch, "freidora")[0]["lines"].as_array().unwrap().len(), 3);
    let stats = branch.get("orders/stats").is(200);
    assert_eq!((&stats["orders"], &stats["net"]), (&json!(1), &one["total"]));
}

#[test]
fn a_merge_that_is_sent_again_happened_once() {
    let branch = Branch::open();
    let (into, from) = (branch.take(&dinner()), branch.take(&dinner()));
    let body = json!({"from": from["id"], "from_version": from["version"]});
    let ask = || {
        let ask = branch.ask("POST", &path(&into, "merge")).header("idempotency-key", "once");
        ask.header("if-match", &into["version"].to_string()).json(&body).send()
    };
    let first = ask().is(200);
    let before = branch.sequence();
    let again = ask();
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!((again.is(200)["lines"].clone(), branch.sequence()), (first["lines"].clone(), before));
}

#[test]
fn what_cannot_become_one_is_refused_and_nothing_changes() {
    let branch = Branch::open();
    let (into, paid) = (branch.take(&dinner()), branch.take(&dinner()));
    branch
        .ask("POST", "cash/open")
        .header("idempotency-key", "shift")
        .json(&json!({"drawer": "principal", "float": 0}))
        .send()
        .is(201);
    let pay = json!({"order": paid["id"], "method": "card", "amount": 100_000, "reference": "881"});
    branch.post("payments", &branch.new_key(), &pay).is(201);
    let before = branch.sequence();
    merge(&branch, &branch.new_key(), &into, &paid).is_refused(409, "order.paid");
    merge(&branch, &branch.new_key(), &into, &into).is_refused_at(422, "field.invalid", "from");
    let stale = branch.ask("POST", &path(&into, "merge")).header("idempotency-key", &branch.new_key());
    let body = json!({"from": paid["id"], "from_version": 1});
    stale.header("if-match", &into["version"].to_string()).json(&body).send().is_refused(409, "order.version_conflict");
    assert_eq!(branch.sequence(), before);
    // The other way round, what was paid stays with its order.
    let one = merge(&branch, &branch.new_key(), &paid, &into).is(200);
    assert_eq!((&one["paid"], &one["status"]), (&json!(100_000), &json!("accepted")));
}
