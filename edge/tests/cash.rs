//! Drawers over HTTP: opening, moving money, the blind count, reports.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_shared::staff::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};
use support::{Answer, Branch, lemonade};

const LEMONADE: i64 = 595_000;

fn send(branch: &Branch, role: Role, path: &str, body: &Value) -> Answer {
    branch.ask("POST", path).by(role).header("idempotency-key", &branch.new_key()).json(body).send()
}

fn open(branch: &Branch, role: Role, drawer: &str) -> Answer {
    send(branch, role, "cash/open", &json!({"drawer": drawer, "float": 10_000_000}))
}

fn sell(branch: &Branch, role: Role, method: &str) -> Value {
    let order = branch.take(&lemonade());
    send(branch, role, "payments", &json!({"order": order["id"], "method": method, "amount": LEMONADE})).is(201)
}

/// A count of thousand-peso notes.
fn count(thousands: i64) -> Value {
    json!({"counted": {"cash": [{"value": 100_000, "count": thousands}]}})
}

#[test]
fn a_shift_is_opened_counted_blindly_and_says_only_then_what_should_be_there() {
    let branch = Branch::open();
    branch.set_code("ESQ");
    branch.get("cash/current-shift").is_refused(409, "shift.none_open");
    let shift = open(&branch, Role::Cashier, "principal").is(201);
    sell(&branch, Role::Cashier, "cash");
    sell(&branch, Role::Cashier, "cash");
    sell(&branch, Role::Cashier, "card");
    let now = branch.get("cash/current-shift").is(200);
    assert_eq!((&now["id"], &now["sales_count"], &now["float"]), (&shift["id"], &json!(3), &json!(10_000_000)));
    for hidden in ["expected", "takings", "difference"] {
        assert!(!now.to_string().contains(hidden), "{now}");
    }

    let mut body = count(111);
    body["counted"]["card"] = json!(LEMONADE);
    body["notes"] = json!("faltó un vuelto");
    let closure = send(&branch, Role::Cashier, "cash/close", &body).is(200);
    assert_eq!(closure["number"], json!("ESQ-C-000001"));
    assert_eq!(closure["expected"], json!({"cash": 10_000_000 + 2 * LEMONADE, "card": LEMONADE}));
    assert_eq!(closure["counted"], json!({"cash": 11_100_000, "card": LEMONADE}));
    assert_eq!(closure["difference"], json!(11_100_000 - 10_000_000 - 2 * LEMONADE));
    assert_eq!(closure["takings"]["cash"]["payments"], json!(2));
    let id = closure["id"].as_str().unwrap();
    assert_eq!(branch.get(&format!("cash/closures/{id}")).is(200), closure);
    assert_eq!(branch.get("cash/closures").is(200)["items"], json!([closure]));
}

#[test]
fn closing_a_shift_twice_is_refused() {
    let branch = Branch::open();
    send(&branch, Role::Cashier, "cash/close", &count(0)).is_refused(409, "shift.none_open");
    let shift = open(&branch, Role::Cashier, "principal").is(201);
    let first = branch.post("cash/close", "key", &count(100)).is(200);
    assert_eq!(branch.post("cash/close", "key", &count(100)).is(200), first, "a repeat is the same count");
    send(&branch, Role::Cashier, "cash/close", &count(100)).is_refused(409, "shift.closed");
    let mut named = count(100);
    named["shift"] = shift["id"].clone();
    send(&branch, Role::Admin, "cash/close", &named).is_refused(409, "shift.closed");
}

#[test]
fn a_drawer_has_one_shift_and_a_person_one_drawer() {
    let branch = Branch::open();
    open(&branch, Role::Cashier, "principal").is(201);
    open(&branch, Role::Cashier, "terraza").is_refused(409, "shift.already_open");
    open(&branch, Role::Admin, "principal").is_refused(409, "shift.drawer_taken");
    open(&branch, Role::Admin, "terraza").is(201);
    let negative = json!({"drawer": "x", "float": -1});
    send(&branch, Role::Owner, "cash/open", &negative).is_refused(422, "amount.invalid");
    open(&branch, Role::Owner, "").is_refused_at(422, "field.invalid", "drawer");
    open(&branch, Role::Waiter, "x").is_refused(403, "permission.missing");
}

#[test]
fn what_is_put_in_and_taken_out_is_approved_and_counted() {
    let branch = Branch::open();
    let ana = branch.add_staff("Ana", Role::Admin, "2580");
    open(&branch, Role::Cashier, "principal").is(201);
    let mut out = json!({"kind": "out", "amount": 2_000_000, "reason": "hielo"});
    let alone = send(&branch, Role::Cashier, "cash/movements", &out).is_refused(403, "approval.required");
    assert_eq!(alone["permission"], json!("cash.movements"));
    out["approval"] = json!({"staff": ana, "pin": "2580"});
    let shift = send(&branch, Role::Cashier, "cash/movements", &out).is(201);
    assert_eq!(shift["movements"][0]["approved_by"], json!(ana));
    let mut look = json!({"kind": "no_sale", "amount": 0, "reason": "cambio"});
    let alone = send(&branch, Role::Cashier, "cash/movements", &look).is_refused(403, "approval.required");
    assert_eq!(alone["permission"], json!("cash.no_sale"));
    look["approval"] = json!({"staff": ana, "pin": "2580"});
    send(&branch, Role::Cashier, "cash/movements", &look).is(201);
    send(&branch, Role::Admin, "cash/movements", &out).is_refused(409, "shift.none_open");
    let closure = send(&branch, Role::Cashier, "cash/close", &count(80)).is(200);
    assert_eq!((&closure["expected"]["cash"], &closure["difference"]), (&json!(8_000_000), &json!(0)));
}

#[test]
fn a_refund_comes_out_of_the_drawer_of_whoever_gives_it() {
    let branch = Branch::open();
    open(&branch, Role::Cashier, "principal").is(201);
    open(&branch, Role::Admin, "oficina").is(201);
    let paid = sell(&branch, Role::Cashier, "cash");
    let path = format!("payments/{}/refund", paid["payment"]["id"].as_str().unwrap());
    send(&branch, Role::Admin, &path, &json!({"amount": 95_000, "reason": "venía frío"})).is(201);
    let report = branch.ask("GET", "cash/reports/x").by(Role::Admin).send().is(200);
    let expected: Vec<&Value> =
        report["shifts"].as_array().unwrap().iter().map(|shift| &shift["expected"]["cash"]).collect();
    assert_eq!(expected, [&json!(10_000_000 + LEMONADE), &json!(10_000_000 - 95_000)]);
    assert_eq!(report["takings"]["cash"]["net"], json!(LEMONADE - 95_000));
}

#[test]
fn a_manager_closes_a_shift_that_was_forgotten() {
    let branch = Branch::open();
    let shift = open(&branch, Role::Cashier, "principal").is(201);
    branch.wait(SignedDuration::from_hours(20));
    let mut named = count(100);
    named["shift"] = shift["id"].clone();
    send(&branch, Role::Waiter, "cash/close", &named).is_refused(403, "permission.missing");
    let closure = send(&branch, Role::Admin, "cash/close", &named).is(200);
    assert_eq!(closure["difference"], json!(0));
    let others = branch.ask("GET", "cash/closures").by(Role::Admin).send().is(200);
    assert_eq!(others["items"][0]["id"], closure["id"]);
}

#[test]
fn two_reports_of_days_are_together_all_that_was_sold_and_carry_the_journals_hash() {
    let branch = Branch::open();
    branch.set_code("ESQ");
    open(&branch, Role::Cashier, "principal").is(201);
    sell(&branch, Role::Cashier, "cash");
    let report = |key: &str| branch.ask("POST", "cash/reports/z").by(Role::Admin).header("idempotency-key", key).send();
    let before = branch.sequence();
    let first = report("one").is(201);
    assert_eq!((&first["number"], &first["since"]), (&json!("ESQ-Z-000001"), &Value::Null));
    assert_eq!((&first["sales"]["net"], &first["takings"]["cash"]["net"]), (&json!(LEMONADE), &json!(LEMONADE)));
    assert_eq!((&first["open_shifts"], &first["journal"]["sequence"]), (&json!(1), &json!(before)));
    assert_eq!(first["journal"]["hash"].as_str().unwrap().len(), 64);
    assert_eq!(report("one").is(200), first, "a repeat is the same report");
    sell(&branch, Role::Cashier, "card");
    sell(&branch, Role::Cashier, "card");
    let second = report("two").is(201);
    assert_eq!((&second["number"], &second["since"]), (&json!("ESQ-Z-000002"), &first["at"]));
    assert_eq!((&second["sales"]["orders"], &second["takings"]["card"]["net"]), (&json!(2), &json!(2 * LEMONADE)));
    assert_eq!(second["takings"]["cash"], Value::Null);
    let listed = branch.ask("GET", "cash/reports/z").by(Role::Owner).send().is(200);
    assert_eq!(listed["items"], json!([second, first]));
}

#[test]
fn a_clock_set_back_a_day_during_a_shift_changes_no_sum() {
    let branch = Branch::open();
    let shift = open(&branch, Role::Cashier, "principal").is(201);
    sell(&branch, Role::Cashier, "cash");
    branch.wait(SignedDuration::from_hours(-24));
    sell(&branch, Role::Cashier, "cash");
    let closure = send(&branch, Role::Cashier, "cash/close", &count(100)).is(200);
    assert_eq!(closure["expected"]["cash"], json!(10_000_000 + 2 * LEMONADE));
    assert_eq!(closure["business_day"], shift["business_day"]);
    assert!(closure["at"].as_str() >= shift["opened_at"].as_str());
}

#[test]
fn a_count_that_cannot_be_is_refused() {
    let branch = Branch::open();
    open(&branch, Role::Cashier, "principal").is(201);
    let worthless = json!({"counted": {"cash": [{"value": 0, "count": 3}]}});
    send(&branch, Role::Cashier, "cash/close", &worthless).is_refused(422, "count.invalid");
    let unknown = json!({"counted": {"cash": [], "gold": 3}});
    send(&branch, Role::Cashier, "cash/close", &unknown).is_refused(422, "field.invalid");
    branch.get("cash/current-shift").is(200);
}
