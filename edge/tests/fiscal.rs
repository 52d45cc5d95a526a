//! Numbers of the tax office: the next one with each receipt, without a gap, and none that nobody allowed.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_shared::staff::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};
use support::{Answer, Branch, lemonade};

fn range(prefix: &str, to: u64) -> Value {
    json!({"prefix": prefix, "from": 1, "to": to, "resolution": "18760000001",
        "valid_from": "2026-01-01", "valid_until": "2026-12-31"})
}

fn set(branch: &Branch, fiscal: &Value) -> Answer {
    branch.ask("PUT", "settings").by(Role::Admin).json(&json!({"fiscal": fiscal})).send()
}

/// The number the receipt of a lemonade gets.
fn sell(branch: &Branch) -> Value {
    let order = branch.take(&lemonade());
    let body = json!({"order": order["id"], "method": "card", "amount": order["due"]});
    branch.post("payments", &branch.new_key(), &body).is(201)["order"]["fiscal_number"].clone()
}

#[test]
fn receipts_take_the_next_number_and_go_on_after_a_restart_until_nobody_allows_more() {
    let mut branch = Branch::open();
    assert_eq!(sell(&branch), Value::Null, "a branch without ranges gives none");
    set(&branch, &json!({"ranges": [range("SETP", 3), range("B", 9)]})).is(200);
    assert_eq!([sell(&branch), sell(&branch)], ["SETP1", "SETP2"]);
    branch.restart();
    assert_eq!([sell(&branch), sell(&branch), sell(&branch)], ["SETP3", "B1", "B2"]);
    branch.wait(SignedDuration::from_hours(24 * 60));
    assert_eq!(sell(&branch), Value::Null, "their time is over");
}

#[test]
fn in_contingency_the_numbers_kept_for_it_are_given_and_afterwards_the_others_go_on() {
    let branch = Branch::open();
    let mut kept = range("C", 9);
    kept["purpose"] = json!("contingency");
    kept["resolution"] = json!("2");
    let fiscal = |in_contingency: bool| json!({"ranges": [range("SETP", 9), kept], "in_contingency": in_contingency});
    set(&branch, &fiscal(false)).is(200);
    assert_eq!(sell(&branch), json!("SETP1"));
    set(&branch, &fiscal(true)).is(200);
    assert_eq!(sell(&branch), json!("C1"));
    set(&branch, &fiscal(false)).is(200);
    assert_eq!(sell(&branch), json!("SETP2"));
}

#[test]
fn a_range_that_is_none_is_refused_by_its_place_and_changes_nothing() {
    let branch = Branch::open();
    let before = branch.sequence();
    set(&branch, &json!({"ranges": [range("A", 9), range("A", 5)]})).is_refused_at(
        422,
        "field.invalid",
        "fiscal.ranges[1]",
    );
    set(&branch, &json!({"ranges": [range("demasiado", 9)]})).is_refused_at(422, "field.invalid", "fiscal.ranges[0]");
    set(&branch, &json!({"ranges": [{"prefix": "A"}]})).is_refused(422, "field.invalid");
    assert_eq!(branch.sequence(), before);
}
