//! Discounts and splits over HTTP.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_shared::staff::Role;
use serde_json::{Value, json};
use support::{Answer, Branch};

fn juices() -> Value {
    json!({"type": "dine_in", "table": "7", "lines": [
        {"product": "jugo", "quantity": 1, "modifiers": ["pequeno"]},
        {"product": "jugo", "quantity": 1, "modifiers": ["grande"]}]})
}

fn path(order: &Value, rest: &str) -> String {
    format!("orders/{}/{rest}", order["id"].as_str().unwrap())
}

fn discount(branch: &Branch, role: Role, order: &Value, body: &Value) -> Answer {
    let version = branch.order(&order["id"])["version"].to_string();
    let ask = branch.ask("POST", &path(order, "discounts")).by(role).header("idempotency-key", &branch.new_key());
    ask.header("if-match", &version).json(body).send()
}

fn split(branch: &Branch, order: &Value, body: &Value) -> Answer {
    branch.post(&path(order, "split"), &branch.new_key(), body)
}

#[test]
fn a_discount_over_a_hundred_percent_is_refused() {
    let branch = Branch::open();
    let order = branch.take(&juices());
    let before = branch.sequence();
    let over = json!({"kind": "percent", "value": 1001, "reason": "se demoró"});
    discount(&branch, Role::Admin, &order, &over).is_refused_at(422, "discount.excess", "value");
    let line = json!({"line": order["lines"][0]["id"], "kind": "amount", "value": 600_001, "reason": "x"});
    discount(&branch, Role::Admin, &order, &line).is_refused(422, "discount.excess");
    assert_eq!(branch.sequence(), before);
}

#[test]
fn a_discount_is_approved_seen_and_taken_back() {
    let branch = Branch::open();
    let ana = branch.add_staff("Ana", Role::Admin, "2580");
    let order = branch.take(&juices());
    let mut body = json!({"kind": "percent", "value": 100, "reason": "se demoró"});
    let alone = discount(&branch, Role::Cashier, &order, &body).is_refused(403, "approval.required");
    assert_eq!(alone["permission"], json!("orders.discount"));
    body["approval"] = json!({"staff": ana, "pin": "2580"});
    let less = discount(&branch, Role::Cashier, &order, &body).is(200);
    assert_eq!(
        (&less["discount"], &less["total"], &less["due"]),
        (&json!(140_000), &json!(1_260_000), &json!(1_260_000))
    );
    let given = &less["discounts"][0];
    assert_eq!((&given["kind"], &given["value"], &given["approved_by"]), (&json!("percent"), &json!(100), &json!(ana)));
    assert_eq!(less["lines"][0]["discount"], json!(60_000));

    let take_back = path(&order, &format!("discounts/{}", given["id"].as_str().unwrap()));
    let version = less["version"].to_string();
    branch.ask("DELETE", &take_back).header("if-match", &version).send().is_refused(403, "permission.missing");
    branch.ask("DELETE", &take_back).by(Role::Admin).send().is_refused(428, "version.required");
    let whole = branch.ask("DELETE", &take_back).by(Role::Admin).header("if-match", &version).send().is(200);
    assert_eq!((&whole["total"], &whole["discounts"]), (&json!(1_400_000), &json!([])));
}

#[test]
fn what_was_sold_on_a_day_is_less_by_what_was_taken_off() {
    let branch = Branch::open();
    let order = branch.take(&juices());
    discount(&branch, Role::Admin, &order, &json!({"kind": "comp", "reason": "cortesía"})).is(200);
    let stats = branch.get("orders/stats").is(200);
    assert_eq!((&stats["gross"], &stats["discount"], &stats["net"]), (&json!(1_400_000), &json!(1_400_000), &json!(0)));
}

#[test]
fn a_split_with_an_empty_part_is_refused() {
    let branch = Branch::open();
    let order = branch.take(&juices());
    let [small, large] = [0, 1].map(|at| order["lines"][at]["id"].clone());
    let all = json!([{"line": small, "share_permille": 1000}, {"line": large, "share_permille": 1000}]);
    split(&branch, &order, &json!({"kind": "lines", "parts": [all, []]})).is_refused_at(
        422,
        "split.empty_part",
        "parts",
    );
    split(&branch, &order, &json!({"kind": "amounts", "amounts": [1_400_000, 0]})).is_refused(422, "split.empty_part");
    split(&branch, &order, &json!({"kind": "amounts", "amounts": [700_000, 600_000]})).is_refused(422, "split.sum");
    split(&branch, &order, &json!({"kind": "equal", "parts": 1})).is_refused(422, "split.invalid");
    let half = json!([[{"line": small, "share_permille": 1000}], [{"line": large, "share_permille": 500}]]);
    split(&branch, &order, &json!({"kind": "lines", "parts": half})).is_refused(422, "split.incomplete");
}

#[test]
fn a_table_pays_each_their_part_and_has_one_receipt_with_the_last() {
    let branch = Branch::open();
    let order = branch.take(&juices());
    let [small, large] = [0, 1].map(|at| order["lines"][at]["id"].clone());
    let share = |line: &Value, share: u16| json!({"line": line, "share_permille": share});
    let parts = json!([[share(&small, 1000), share(&large, 500)], [share(&large, 500)]]);
    let cut = split(&branch, &order, &json!({"kind": "lines", "parts": parts})).is(200);
    let amounts = |order: &Value| [0, 1].map(|at| order["split"]["parts"][at]["amount"].as_i64().unwrap());
    assert_eq!(amounts(&cut), [1_000_000, 400_000]);
    let pay = |part: i64, amount: i64, tip: i64| {
        let body = json!({"order": order["id"], "method": "card", "amount": amount, "tip": tip, "part": part});
        branch.post("payments", &branch.new_key(), &body)
    };
    pay(0, 1_000_001, 0).is_refused(422, "payment.above_due");
    let first = pay(0, 1_100_000, 100_000).is(201);
    assert_eq!((amounts(&first["order"]), &first["order"]["due"]), ([1_100_000, 400_000], &json!(400_000)));
    split(&branch, &order, &json!({"kind": "equal", "parts": 2})).is_refused(409, "split.begun");
    branch.ask("DELETE", &path(&order, "split")).send().is_refused(409, "split.begun");
    let nobody = json!({"order": order["id"], "method": "card", "amount": 400_000});
    branch.post("payments", "nobody", &nobody).is_refused_at(422, "split.part_missing", "part");
    let last = pay(1, 400_000, 0).is(201);
    assert_eq!(last["order"]["payment"], json!("paid"));
    assert!(last["order"]["receipt"].is_string());
}

#[test]
fn a_split_is_undone_while_nobody_has_paid() {
    let branch = Branch::open();
    let order = branch.take(&juices());
    split(&branch, &order, &json!({"kind": "equal", "parts": 3})).is(200);
    let one = branch.ask("DELETE", &path(&order, "split")).send().is(200);
    assert_eq!(one["split"], Value::Null);
    split(&branch, &order, &json!({"kind": "equal", "parts": 2})).is(200);
    let tipped = branch.post(&path(&order, "tip"), "tip", &json!({"amount": 140_000})).is(200);
    assert_eq!((&tipped["split"], &tipped["due"]), (&Value::Null, &json!(1_540_000)));
}
