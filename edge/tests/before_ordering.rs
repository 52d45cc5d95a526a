//! What a point of sale asks before there is an order: what it would cost, and what people like.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_shared::staff::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};

use support::{Answer, Branch, catalog, lemonade, one};

fn quote(branch: &Branch, order: &Value) -> Answer {
    branch.ask("POST", "orders/quote").json(order).send()
}

fn kitchen_seconds(branch: &Branch, product: &str) -> i64 {
    let order = one(json!({"product": product, "quantity": 1}));
    quote(branch, &order).is(200)["kitchen_seconds"].as_i64().unwrap()
}

#[test]
fn a_quote_says_what_the_order_will_say_and_writes_nothing() {
    let branch = Branch::open();
    let before = branch.sequence();
    let order = json!({"type": "takeaway", "customer": {"name": "Ana"}, "lines": [
        {"product": "limonada", "quantity": 3},
        {"product": "salchipapa-especial", "quantity": 1, "modifiers": ["queso-extra"]},
        {"product": "jugo", "quantity": 1, "modifiers": ["grande"]}]});
    let quoted = quote(&branch, &order).is(200);
    assert_eq!(branch.sequence(), before);
    assert_eq!(
        quoted,
        json!({"currency": "COP", "subtotal": 4_150_000, "discount": 0, "tax": 422_037, "total": 4_435_000,
               "taxes": [
                   {"name": "Impoconsumo 8 %", "rate_permille": 80, "included": true, "base": 1_712_963, "amount": 137_037},
                   {"name": "IVA 19 %", "rate_permille": 190, "included": false, "base": 1_500_000, "amount": 285_000}],
               "lines": [{"index": 0, "total": 1_785_000}, {"index": 1, "total": 1_850_000}, {"index": 2, "total": 800_000}],
               "kitchen_seconds": 750})
    );
    let taken = branch.take(&order);
    for field in ["currency", "subtotal", "discount", "tax", "total"] {
        assert_eq!(quoted[field], taken[field], "{field}");
    }
}

#[test]
fn a_quote_is_refused_as_the_order_would_be() {
    let branch = Branch::open();
    for order in [
        json!({"type": "takeaway", "lines": []}),
        json!({"type": "drive_in", "lines": []}),
        json!({"type": "takeaway"}),
        one(json!({"product": "perro", "quantity": 1})),
        one(json!({"product": "yuca", "quantity": 1})),
        one(json!({"product": "limonada", "quantity": 0})),
        one(json!({"product": "jugo", "quantity": 1})),
        one(json!({"product": "limonada", "quantity": 1, "notes": "x".repeat(501)})),
        json!({"type": "takeaway", "notes": "x".repeat(501), "lines": [{"product": "limonada", "quantity": 1}]}),
    ] {
        let (quoted, placed) = (quote(&branch, &order), branch.post("orders", "key", &order));
        assert_eq!((quoted.status, &quoted.bytes), (placed.status, &placed.bytes), "{order}");
        assert!(matches!(quoted.status, 409 | 422), "{quoted}");
    }
    quote(&Branch::without_a_catalog(), &lemonade()).is_refused(409, "catalog.missing");
}

#[test]
fn the_kitchen_is_estimated_by_the_slowest_station_and_what_is_in_front_of_it() {
    let branch = Branch::open();
    assert_eq!(kitchen_seconds(&branch, "salchipapa-especial"), 480);
    let orders: Vec<Value> = (0..4).map(|_| branch.take(&lemonade())).collect();
    assert_eq!(kitchen_seconds(&branch, "salchipapa-especial"), 480, "the bar is in nobody's way at the fryer");
    // Nobody has seen the bar at work: it is thought to have four lines in hand at once.
    assert_eq!(kitchen_seconds(&branch, "limonada"), 1200);
    branch.advance(&orders[0]["id"], "ready").is(200);
    let cancel = branch.ask("POST", &format!("orders/{}/cancel", orders[1]["id"].as_str().unwrap()));
    cancel.header("if-match", "2").json(&json!({"reason": "se fue"})).send().is(200);
    // Two in front; and one was made at once, by which the bar is thought a little faster.
    assert_eq!(kitchen_seconds(&branch, "limonada"), 800);
    branch.wait(SignedDuration::from_mins(61));
    assert_eq!(kitchen_seconds(&branch, "limonada"), 400, "what is still open now was forgotten, the pace was not");
    branch.wait(SignedDuration::from_mins(30));
    assert_eq!(kitchen_seconds(&branch, "limonada"), 600, "nobody has seen the bar at work lately");
}

fn popular(branch: &Branch, query: &str) -> Vec<(String, i64)> {
    let found = branch.get(&format!("products/popular{query}")).is(200);
    let item = |item: &Value| (item["sku"].as_str().unwrap().to_owned(), item["quantity"].as_i64().unwrap());
    found["items"].as_array().unwrap().iter().map(item).collect()
}

fn sold(expected: &[(&str, i64)]) -> Vec<(String, i64)> {
    expected.iter().map(|&(sku, quantity)| (sku.to_owned(), quantity)).collect()
}

#[test]
fn what_sold_most_comes_first_and_what_was_taken_back_does_not_count() {
    let branch = Branch::open();
    let line = |product: &str, quantity: u32| json!({"product": product, "quantity": quantity});
    branch.take(&json!({"type": "takeaway", "lines": [line("combo", 2), line("limonada", 1)]}));
    let changed =
        branch.take(&json!({"type": "takeaway", "lines": [line("salchipapa-especial", 3), line("combo", 9)]}));
    let cancelled = branch.take(&one(line("limonada", 50)));
    let (id, void) = (changed["id"].as_str().unwrap(), changed["lines"][1]["id"].as_str().unwrap());
    let reason = json!({"reason": "se fue"});
    let void = branch.ask("POST", &format!("orders/{id}/lines/{void}/void")).header("if-match", "2");
    void.json(&reason).send().is(200);
    let cancel = branch.ask("POST", &format!("orders/{}/cancel", cancelled["id"].as_str().unwrap()));
    cancel.header("if-match", "2").json(&reason).send().is(200);

    let all = sold(&[("salchipapa-especial", 3), ("combo", 2), ("limonada", 1)]);
    assert_eq!(popular(&branch, ""), all);
    assert_eq!(popular(&branch, "?limit=2"), all[..2]);
    assert_eq!(popular(&branch, "?limit=0"), all[..1], "at least one");
    branch.get("products/popular?limit=muchos").is_refused(400, "request.malformed");
}

#[test]
fn it_is_counted_again_after_a_minute() {
    let branch = Branch::open();
    assert_eq!(popular(&branch, ""), []);
    branch.take(&lemonade());
    branch.wait(SignedDuration::from_secs(59));
    assert_eq!(popular(&branch, ""), []);
    branch.wait(SignedDuration::from_secs(1));
    assert_eq!(popular(&branch, ""), sold(&[("limonada", 1)]));
}

#[test]
fn what_is_no_longer_on_sale_is_gone_at_once() {
    let branch = Branch::open();
    branch.take(&lemonade());
    branch.take(&one(json!({"product": "combo", "quantity": 1})));
    assert_eq!(popular(&branch, ""), sold(&[("combo", 1), ("limonada", 1)]));
    let mut menu = catalog();
    menu["categories"][1]["products"][0]["active"] = json!(false);
    branch.ask("POST", "products/bulk-import").by(Role::Admin).json(&menu).send().is(200);
    assert_eq!(popular(&branch, ""), sold(&[("combo", 1)]));
}

#[test]
fn only_the_latest_orders_count() {
    let branch = Branch::open();
    branch.take(&one(json!({"product": "combo", "quantity": 1})));
    (0..500).for_each(|_| drop(branch.take(&lemonade())));
    assert_eq!(popular(&branch, ""), sold(&[("limonada", 500)]));
}
