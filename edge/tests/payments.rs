//! Charging over HTTP: payments, tips, receipts, refunds, and what they do to an order.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_shared::staff::Role;
use serde_json::{Value, json};
use support::{Answer, Branch, lemonade};

/// What a lemonade costs: 5 000 pesos and IVA 19 % on top.
const LEMONADE: i64 = 595_000;

fn open_shift(branch: &Branch, role: Role) -> Value {
    let key = branch.new_key();
    let ask = branch.ask("POST", "cash/open").by(role).header("idempotency-key", &key);
    ask.json(&json!({"drawer": format!("caja-{role}"), "float": 10_000_000})).send().is(201)
}

fn pay(branch: &Branch, order: &Value, method: &str, amount: i64) -> Answer {
    branch.post("payments", &branch.new_key(), &json!({"order": order["id"], "method": method, "amount": amount}))
}

fn refund(branch: &Branch, role: Role, payment: &Value, body: &Value) -> Answer {
    let path = format!("payments/{}/refund", payment["id"].as_str().unwrap());
    branch.ask("POST", &path).by(role).header("idempotency-key", &branch.new_key()).json(body).send()
}

#[test]
fn a_lemonade_is_paid_in_cash_with_change_gets_its_receipt_and_closes_when_it_is_served() {
    let branch = Branch::open();
    branch.set_code("ESQ");
    open_shift(&branch, Role::Cashier);
    let order = branch.take(&lemonade());
    assert_eq!((&order["payment"], &order["due"]), (&json!("unpaid"), &json!(LEMONADE)));

    let body = json!({"order": order["id"], "method": "cash", "amount": LEMONADE, "received": 1_000_000});
    let paid = branch.post("payments", "key", &body).is(201);
    assert_eq!((&paid["payment"]["change"], &paid["payment"]["status"]), (&json!(405_000), &json!("completed")));
    let order = &paid["order"];
    assert_eq!((&order["payment"], &order["due"], &order["paid"]), (&json!("paid"), &json!(0), &json!(LEMONADE)));
    assert_eq!((&order["receipt"], &order["closed"]), (&json!("ESQ-F-000001"), &json!(false)));
    let again = branch.post("payments", "key", &body);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.is(200)["payment"]["id"], paid["payment"]["id"]);
    assert_eq!(branch.get(&format!("payments/{}", order["id"].as_str().unwrap())).is(200)["items"][0], paid["payment"]);

    for to in ["preparing", "ready", "served"] {
        branch.advance(&order["id"], to).is(200);
    }
    assert_eq!(branch.order(&order["id"])["closed"], json!(true));
    let found = branch.get("orders?search=esq-f-000001").is(200);
    assert_eq!(found["items"][0]["id"], order["id"]);
}

#[test]
fn paying_more_than_is_due_is_refused_and_writes_nothing() {
    let branch = Branch::open();
    open_shift(&branch, Role::Cashier);
    let order = branch.take(&lemonade());
    let before = branch.sequence();
    pay(&branch, &order, "cash", LEMONADE + 1).is_refused_at(422, "payment.above_due", "amount");
    pay(&branch, &order, "cash", 0).is_refused_at(422, "amount.invalid", "amount");
    let short = json!({"order": order["id"], "method": "cash", "amount": LEMONADE, "received": LEMONADE - 1});
    branch.post("payments", "short", &short).is_refused_at(422, "payment.received_short", "received");
    pay(&branch, &json!({"id": "0193a000-0000-7000-8000-000000000000"}), "cash", 1).is_refused(404, "not_found");
    assert_eq!(branch.sequence(), before);
}

#[test]
fn paying_less_than_is_due_leaves_the_rest_due() {
    let branch = Branch::open();
    open_shift(&branch, Role::Cashier);
    let order = branch.take(&lemonade());
    let part = pay(&branch, &order, "cash", 200_000).is(201);
    assert_eq!((&part["order"]["payment"], &part["order"]["due"]), (&json!("part"), &json!(LEMONADE - 200_000)));
    assert_eq!(part["order"]["receipt"], Value::Null);
    let rest = pay(&branch, &order, "nequi", LEMONADE - 200_000).is(201);
    assert_eq!(rest["order"]["payment"], json!("paid"));
    assert_eq!(rest["order"]["payments"].as_array().unwrap().len(), 2);
}

#[test]
fn two_cashiers_who_charge_one_order_at_once_take_its_money_once() {
    let branch = Branch::open();
    open_shift(&branch, Role::Cashier);
    open_shift(&branch, Role::Admin);
    let order = branch.take(&lemonade());
    let body = json!({"order": order["id"], "method": "cash", "amount": LEMONADE});
    let charge = |role: Role| {
        let key = branch.new_key();
        branch.ask("POST", "payments").by(role).header("idempotency-key", &key).json(&body).send()
    };
    let answers = std::thread::scope(|scope| {
        let both = [Role::Cashier, Role::Admin].map(|role| scope.spawn(move || charge(role)));
        both.map(|one| one.join().unwrap())
    });
    let taken = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(taken, 1, "{answers:?}");
    answers.iter().find(|answer| answer.status != 201).unwrap().is_refused(422, "payment.above_due");
    assert_eq!(branch.order(&order["id"])["paid"], json!(LEMONADE));
}

#[test]
fn cash_without_a_shift_is_refused_and_a_card_is_taken() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    pay(&branch, &order, "cash", LEMONADE).is_refused(409, "shift.none_open");
    pay(&branch, &order, "card", LEMONADE).is(201);
}

#[test]
fn a_tip_is_asked_for_openly_and_no_tax_is_computed_on_it() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    let path = format!("orders/{}/tip", order["id"].as_str().unwrap());
    let tipped = branch.post(&path, "tip", &json!({"amount": 50_000})).is(200);
    assert_eq!((&tipped["tip"], &tipped["due"]), (&json!(50_000), &json!(LEMONADE + 50_000)));
    assert_eq!((&tipped["tax"], &tipped["total"]), (&order["tax"], &order["total"]));
    let without = branch.post(&path, "none", &json!({"amount": 0})).is(200);
    assert_eq!(without["due"], json!(LEMONADE));
    branch.post(&path, "less", &json!({"amount": -1})).is_refused(422, "amount.invalid");
    let body = json!({"order": order["id"], "method": "card", "amount": LEMONADE + 60_000, "tip": 60_000});
    let paid = branch.post("payments", "with-tip", &body).is(201);
    assert_eq!((&paid["payment"]["tip"], &paid["order"]["tip"]), (&json!(60_000), &json!(60_000)));
    branch.post(&path, "late", &json!({"amount": 1})).is_refused(409, "order.receipt_issued");
}

#[test]
fn a_refund_above_the_payment_is_refused() {
    let branch = Branch::open();
    open_shift(&branch, Role::Admin);
    let order = branch.take(&lemonade());
    let payment = pay(&branch, &order, "card", LEMONADE).is(201)["payment"].clone();
    let body = |amount: i64| json!({"amount": amount, "reason": "venía frío", "method": "cash"});
    refund(&branch, Role::Admin, &payment, &body(LEMONADE + 1)).is_refused_at(422, "refund.above_payment", "amount");
    let back = refund(&branch, Role::Admin, &payment, &body(95_000)).is(201);
    assert_eq!((&back["refund"]["method"], &back["order"]["refunded"]), (&json!("cash"), &json!(95_000)));
    assert_eq!(back["order"]["payments"][0]["status"], json!("partly_refunded"));
    refund(&branch, Role::Admin, &payment, &body(LEMONADE - 95_000 + 1)).is_refused(422, "refund.above_payment");
    let nameless = json!({"amount": 1, "reason": " "});
    refund(&branch, Role::Admin, &payment, &nameless).is_refused_at(422, "reason.missing", "reason");
}

#[test]
fn a_cashier_gives_money_back_with_the_pin_of_somebody_who_may_and_stays_logged_in() {
    let branch = Branch::open();
    let (ana, luis) = (branch.add_staff("Ana", Role::Admin, "2580"), branch.add_staff("Luis", Role::Waiter, "1379"));
    let order = branch.take(&lemonade());
    let payment = pay(&branch, &order, "card", LEMONADE).is(201)["payment"].clone();
    let mut body = json!({"amount": 1000, "reason": "venía frío"});
    let alone = refund(&branch, Role::Cashier, &payment, &body).is_refused(403, "approval.required");
    assert_eq!(alone["permission"], json!("payments.refund"));
    for (staff, pin) in [(&ana, "0000"), (&luis, "1379")] {
        body["approval"] = json!({"staff": staff, "pin": pin});
        refund(&branch, Role::Cashier, &payment, &body).is_refused(403, "approval.refused");
    }
    body["approval"] = json!({"staff": ana, "pin": "2580"});
    let back = refund(&branch, Role::Cashier, &payment, &body).is(201);
    assert_eq!(back["refund"]["approved_by"], json!(ana));
    for _ in 0..4 {
        body["approval"] = json!({"staff": ana, "pin": "0000"});
        refund(&branch, Role::Cashier, &payment, &body);
    }
    refund(&branch, Role::Cashier, &payment, &body).is_refused(429, "pin.locked");
}

#[test]
fn a_waiter_takes_back_and_ends_with_the_pin_of_somebody_who_may_and_the_journal_says_who_that_was() {
    let branch = Branch::open();
    let ana = branch.add_staff("Ana", Role::Admin, "2580");
    let order = branch.take(&lemonade());
    let id = order["id"].as_str().unwrap();
    let line = order["lines"][0]["id"].as_str().unwrap();
    let ask = |path: &str, version: u32, body: &Value| {
        let path = format!("orders/{id}/{path}");
        branch.ask("POST", &path).by(Role::Waiter).header("if-match", &version.to_string()).json(body).send()
    };
    for (path, version, permission) in
        [(format!("lines/{line}/void"), 2, "orders.void"), ("cancel".to_owned(), 3, "orders.cancel")]
    {
        let mut body = json!({"reason": "se cayó"});
        let before = branch.sequence();
        let alone = ask(&path, version, &body).is_refused(403, "approval.required");
        assert_eq!(alone["permission"], json!(permission));
        body["approval"] = json!({"staff": ana, "pin": "0000"});
        ask(&path, version, &body).is_refused(403, "approval.refused");
        assert_eq!(branch.sequence(), before, "a refusal writes nothing");
        body["approval"] = json!({"staff": ana, "pin": "2580"});
        ask(&path, version, &body).is(200);
    }
    assert_eq!(branch.order(&order["id"])["status"], json!("cancelled"));
    let audit = branch.ask("GET", "audit").by(Role::Admin).send().is(200);
    let acts = audit["items"].as_array().unwrap().iter();
    let approved: Vec<&Value> =
        acts.filter(|act| act["approved_by"]["id"] == json!(ana)).map(|act| &act["kind"]).collect();
    for kind in ["order.line_voided", "order.cancelled"] {
        assert!(approved.contains(&&json!(kind)), "{kind} is not among {approved:?}");
    }
}

#[test]
fn a_paid_order_is_cancelled_only_with_its_refund() {
    let branch = Branch::open();
    open_shift(&branch, Role::Admin);
    let order = branch.take(&lemonade());
    pay(&branch, &order, "card", LEMONADE).is(201);
    let path = format!("orders/{}/cancel", order["id"].as_str().unwrap());
    let version = branch.order(&order["id"])["version"].to_string();
    let cancel =
        |role: Role, body: &Value| branch.ask("POST", &path).by(role).header("if-match", &version).json(body).send();
    cancel(Role::Admin, &json!({"reason": "se fueron"})).is_refused(409, "order.paid");
    let with_refund = json!({"reason": "se fueron", "refund": {"method": "cash"}});
    cancel(Role::Cashier, &with_refund).is_refused(403, "approval.required");
    let order = cancel(Role::Admin, &with_refund).is(200);
    assert_eq!((&order["status"], &order["paid"], &order["due"]), (&json!("cancelled"), &json!(0), &json!(0)));
    assert_eq!(order["closed"], json!(true));
}

#[test]
fn an_order_served_too_soon_is_opened_again_with_an_approval() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    for to in ["preparing", "ready", "served"] {
        branch.advance(&order["id"], to).is(200);
    }
    let path = format!("orders/{}/reopen", order["id"].as_str().unwrap());
    branch.post(&path, "alone", &json!({})).is_refused(403, "approval.required");
    let ana = branch.add_staff("Ana", Role::Owner, "2580");
    let open = branch.post(&path, "with", &json!({"approval": {"staff": ana, "pin": "2580"}})).is(200);
    assert_eq!(open["status"], json!("ready"));
    let more = json!({"lines": [{"product": "limonada", "quantity": 1}]});
    let path = format!("orders/{}/lines", order["id"].as_str().unwrap());
    let more = branch.post(&path, "more", &more).is(200);
    assert_eq!(more["due"], json!(2 * LEMONADE));
}

#[test]
fn the_ways_to_pay_are_listed_as_people_call_them() {
    let branch = Branch::open();
    let methods = branch.get("payments/methods").is(200);
    let names: Vec<&str> =
        methods["items"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names[..3], ["Efectivo", "Tarjeta", "Transferencia"]);
}

#[test]
fn what_was_handed_over_and_not_paid_is_found_until_it_is() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    for to in ["preparing", "ready", "served"] {
        branch.advance(&order["id"], to).is(200);
    }
    let due = || branch.get("orders?due=true").is(200)["items"].as_array().unwrap().len();
    assert_eq!((branch.get("orders?open=true").is(200)["items"].as_array().unwrap().len(), due()), (0, 1));
    pay(&branch, &order, "card", LEMONADE).is(201);
    assert_eq!(due(), 0);
}

#[test]
fn guests_who_move_take_their_order_along() {
    let branch = Branch::open();
    let order =
        branch.take(&json!({"type": "dine_in", "table": "4", "lines": [{"product": "limonada", "quantity": 1}]}));
    let path = format!("orders/{}/move", order["id"].as_str().unwrap());
    let to = |version: &Value, table: &Value| {
        let ask = branch.ask("POST", &path).header("idempotency-key", &branch.new_key());
        ask.header("if-match", &version.to_string()).json(&json!({"table": table})).send()
    };
    let moved = to(&order["version"], &json!("12")).is(200);
    assert_eq!(moved["table"], json!("12"));
    to(&order["version"], &json!("13")).is_refused(409, "order.version_conflict");
    assert_eq!(branch.get("orders?table=12").is(200)["items"][0]["id"], order["id"]);
    let same = to(&moved["version"], &json!(" 12 ")).is(200);
    assert_eq!(same["version"], moved["version"], "where it is already, nothing happens");
    assert_eq!(to(&moved["version"], &Value::Null).is(200)["table"], Value::Null);
}
