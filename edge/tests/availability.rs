//! What ran out: said once, seen by everybody, sold to nobody.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_shared::staff::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};
use support::{Answer, Branch, lemonade, one};

fn say(branch: &Branch, path: &str, body: &Value) -> Answer {
    branch.ask("PUT", path).by(Role::Kitchen).json(body).send()
}

fn lemonades(branch: &Branch, body: &Value) -> Value {
    say(branch, "products/limonada/availability", body).is(200)
}

fn of(quantity: u32) -> Value {
    one(json!({"product": "limonada", "quantity": quantity}))
}

fn left(branch: &Branch) -> Option<u64> {
    let view = branch.get("availability").is(200);
    let item = view["items"].as_array().unwrap().iter().find(|item| item["product"] == "limonada")?.clone();
    Some(item["left"].as_u64().unwrap())
}

#[test]
fn a_product_that_ran_out_is_sold_to_nobody_until_it_is_back() {
    let mut branch = Branch::open();
    let view = lemonades(&branch, &json!({"available": false, "reason": "no llegó el limón"}));
    let item = &view["items"][0];
    let expected = json!({"product": "limonada", "modifier": null, "name": "Limonada", "left": 0, "until": null,
        "reason": "no llegó el limón", "since": support::LUNCH});
    assert_eq!(item, &expected);
    let sequence = branch.sequence();
    lemonades(&branch, &json!({"available": false, "reason": "no llegó el limón"}));
    assert_eq!(branch.sequence(), sequence, "what is so already is not written again");

    branch.restart();
    let refused = branch.post("orders", "k", &lemonade());
    refused.is_refused_at(409, "product.unavailable", "lines[0].product");
    branch.ask("POST", "orders/quote").json(&lemonade()).send().is_refused(409, "product.unavailable");
    branch.take(&one(json!({"product": "salchipapa-especial", "quantity": 1})));
    assert_eq!(lemonades(&branch, &json!({"available": true})), json!({"items": []}));
    branch.take(&lemonade());
}

#[test]
fn a_modifier_that_ran_out_is_refused_where_it_is_asked_for() {
    let branch = Branch::open();
    say(&branch, "modifiers/queso-extra/availability", &json!({"available": false})).is(200);
    let fries = |modifiers: Value| {
        let line = json!({"product": "salchipapa-especial", "quantity": 1, "modifiers": modifiers});
        branch.post("orders", &branch.new_key(), &one(line))
    };
    fries(json!(["queso-extra"])).is_refused_at(409, "product.unavailable", "lines[0].modifiers");
    fries(json!(["aji"])).is(201);
}

#[test]
fn what_is_out_until_a_time_is_back_at_that_time_by_itself() {
    let branch = Branch::open();
    let view = lemonades(&branch, &json!({"available": false, "until": "2026-11-22T14:00:00-05:00"}));
    assert_eq!(view["items"][0]["until"], "2026-11-22T14:00:00.000-05:00");
    branch.wait(SignedDuration::from_mins(29));
    branch.post("orders", "early", &lemonade()).is_refused(409, "product.unavailable");
    branch.wait(SignedDuration::from_mins(1));
    assert_eq!(left(&branch), None);
    branch.take(&lemonade());
}

#[test]
fn orders_take_what_is_counted_and_give_it_back_when_they_are_taken_back() {
    let branch = Branch::open();
    lemonades(&branch, &json!({"available": true, "left": 3}));
    let order = branch.take(&of(2));
    assert_eq!(left(&branch), Some(1));
    branch.post("orders", "too-many", &of(2)).is_refused_at(409, "product.unavailable", "lines[0].quantity");
    branch.take(&lemonade());
    assert_eq!(left(&branch), Some(0));
    branch.post("orders", "none", &lemonade()).is_refused_at(409, "product.unavailable", "lines[0].product");

    let path = format!("orders/{}/cancel", order["id"].as_str().unwrap());
    let version = format!("\"{}\"", order["version"]);
    branch.ask("POST", &path).header("if-match", &version).json(&json!({"reason": "se fueron"})).send().is(200);
    assert_eq!(left(&branch), Some(2));
}

#[test]
fn a_retried_order_takes_what_is_counted_once() {
    let branch = Branch::open();
    lemonades(&branch, &json!({"available": true, "left": 5}));
    for status in [201, 200, 200] {
        branch.post("orders", "the-same", &of(2)).is(status);
    }
    assert_eq!(left(&branch), Some(3));
}

#[test]
fn who_may_not_and_what_makes_no_sense_is_refused_and_changes_nothing() {
    let branch = Branch::open();
    let sequence = branch.sequence();
    let by =
        |role| branch.ask("PUT", "products/limonada/availability").by(role).json(&json!({"available": false})).send();
    for role in [Role::Waiter, Role::Rider] {
        by(role).is_refused(403, "permission.missing");
    }
    let path = "products/limonada/availability";
    for (body, field) in [
        (json!({"available": false, "left": 3}), "left"),
        (json!({"available": true, "until": "2026-11-22T20:00:00-05:00"}), "until"),
        (json!({"available": false, "until": "2026-11-22T13:30:00-05:00"}), "until"),
        (json!({"available": true, "left": 10_000}), "left"),
        (json!({"available": false, "reason": "x".repeat(121)}), "reason"),
        (json!({"available": "no"}), "available"),
    ] {
        say(&branch, path, &body).is_refused_at(422, "field.invalid", field);
    }
    say(&branch, "products/pizza/availability", &json!({"available": false})).is_refused(404, "not_found");
    say(&branch, "modifiers/pina/availability", &json!({"available": false})).is_refused(404, "not_found");
    assert_eq!(branch.sequence(), sequence);
}
