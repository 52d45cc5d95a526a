//! How long the kitchen takes, over HTTP: what is measured, and what is estimated from it.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_shared::staff::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};
use support::{Branch, one};

fn touch(branch: &Branch, order: &Value, what: &str, station: &str) {
    let path = format!("kitchen/orders/{}/{what}", order["id"].as_str().unwrap());
    let ask = branch.ask("POST", &path).by(Role::Kitchen).header("idempotency-key", &branch.new_key());
    ask.json(&json!({"station": station})).send().is(200);
}

fn fries(branch: &Branch) -> Value {
    branch.take(&one(json!({"product": "salchipapa-especial", "quantity": 1})))
}

fn minutes(branch: &Branch, minutes: i64) {
    branch.wait(SignedDuration::from_mins(minutes));
}

#[test]
fn what_was_made_is_measured_from_received_over_started_to_ready() {
    let branch = Branch::open();
    let order = branch.take(&json!({"type": "takeaway", "lines": [
        {"product": "salchipapa-especial", "quantity": 2}, {"product": "limonada", "quantity": 1}]}));
    minutes(&branch, 1);
    touch(&branch, &order, "start", "freidora");
    minutes(&branch, 2);
    touch(&branch, &order, "bump", "barra");
    minutes(&branch, 7);
    touch(&branch, &order, "bump", "freidora");
    let times = branch.get("reports/kitchen-times").is(200);
    assert_eq!(
        times["all"],
        json!({"lines": 2, "late_permille": 500, "until_started": {"p50": 60, "p90": 60}, "until_ready": {"p50": 180, "p90": 600}})
    );
    assert_eq!(
        times["orders"],
        json!({"orders": 1, "until_started": {"p50": 60, "p90": 60}, "until_ready": {"p50": 600, "p90": 600}})
    );
    let slowest = &times["by_product"][0];
    assert_eq!((&slowest["name"], &slowest["until_ready"]["p90"]), (&json!("Salchipapa especial"), &json!(600)));
    let names: Vec<&Value> = times["by_station"].as_array().unwrap().iter().map(|station| &station["name"]).collect();
    assert_eq!(names, ["Freidora", "Barra"]);
    assert_eq!((&times["by_hour"][0]["hour"], &times["by_hour"][0]["lines"]), (&json!(13), &json!(2)));
}

#[test]
fn what_is_recalled_or_taken_back_was_not_made() {
    let branch = Branch::open();
    let order = fries(&branch);
    touch(&branch, &order, "bump", "freidora");
    let lines = || branch.get("reports/kitchen-times").is(200)["all"]["lines"].clone();
    assert_eq!(lines(), json!(1));
    touch(&branch, &order, "recall", "freidora");
    assert_eq!(lines(), json!(0));
    let empty = branch.get("reports/kitchen-times?from=2020-01-01&to=2020-01-02").is(200);
    assert_eq!(empty["all"]["until_ready"], json!({"p50": null, "p90": null}));
    branch.get("reports/kitchen-times?from=ayer").is_refused(400, "request.malformed");
}

#[test]
fn a_station_that_has_been_fast_lately_is_thought_fast() {
    let branch = Branch::open();
    let quoted = || {
        let order = one(json!({"product": "salchipapa-especial", "quantity": 1}));
        branch.ask("POST", "orders/quote").json(&order).send().is(200)["kitchen_seconds"].as_i64().unwrap()
    };
    assert_eq!(quoted(), 480, "as the menu says");
    for _ in 0..6 {
        let order = fries(&branch);
        minutes(&branch, 2);
        touch(&branch, &order, "bump", "freidora");
    }
    assert!((120..=240).contains(&quoted()), "{} s, though it took two minutes lately", quoted());
    let queue = branch.get("kitchen/queue").is(200);
    assert_eq!((&queue["items"][0]["name"], &queue["items"][0]["to_make"]), (&json!("Freidora"), &json!(0)));
    fries(&branch);
    assert_eq!(branch.get("kitchen/queue").is(200)["items"][0]["to_make"], json!(1));
    minutes(&branch, 91);
    assert_eq!(quoted(), 480, "what was long ago says nothing of now");
}
