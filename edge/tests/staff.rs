//! Who works here, who is logged in, and who did what: a manager's screen over HTTP.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_shared::staff::Role;
use serde_json::{Value, json};
use support::{Answer, Branch, catalog, lemonade};

fn send(branch: &Branch, method: &str, path: &str, body: &Value) -> Answer {
    branch.ask(method, path).by(Role::Admin).header("idempotency-key", &branch.new_key()).json(body).send()
}

fn log_in(branch: &Branch, staff: &Value, pin: &str) -> Answer {
    branch.ask("POST", "auth/login").by_nobody().json(&json!({"staff": staff, "pin": pin})).send()
}

fn cookie_of(answer: &Answer) -> String {
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

#[test]
fn somebody_taken_on_logs_in_is_changed_and_let_go() {
    let branch = Branch::open();
    let new = json!({"name": "Ana", "role": "cashier", "pin": "2580"});
    let ana = branch.ask("POST", "staff").by(Role::Admin).header("idempotency-key", "ana").json(&new).send().is(201);
    let again = branch.ask("POST", "staff").by(Role::Admin).header("idempotency-key", "ana").json(&new).send().is(201);
    assert_eq!(ana, again, "a repeat takes nobody on again");
    let session = cookie_of(&log_in(&branch, &ana["id"], "2580"));
    let me = |cookie: &str| branch.ask("GET", "auth/me").by_nobody().header("cookie", cookie).send();
    assert_eq!(me(&session).is(200)["role"], json!("cashier"));

    let path = format!("staff/{}", ana["id"].as_str().unwrap());
    let changed = send(&branch, "PUT", &path, &json!({"name": "Ana María", "role": "waiter"})).is(200);
    assert_eq!((&changed["name"], &changed["role"]), (&json!("Ana María"), &json!("waiter")));
    assert_eq!(me(&session).is(200)["role"], json!("waiter"), "at once");

    send(&branch, "PUT", &path, &json!({"is_active": false})).is(200);
    me(&session).is_refused(401, "credentials.invalid");
    log_in(&branch, &ana["id"], "2580").is_refused(401, "pin.wrong");
    assert_eq!(branch.ask("GET", "staff/faces").by_nobody().send().is(200)["items"], json!([]));
    let listed = branch.ask("GET", "staff").by(Role::Admin).send().is(200);
    assert_eq!(listed["items"][0]["is_active"], json!(false));
}

#[test]
fn another_pin_is_the_only_one_and_forgives_wrong_ones() {
    let branch = Branch::open();
    let ana = json!(branch.add_staff("Ana", Role::Waiter, "2580"));
    for _ in 0..6 {
        log_in(&branch, &ana, "0000");
    }
    log_in(&branch, &ana, "2580").is_refused(429, "pin.locked");
    let path = format!("staff/{}/pin", ana.as_str().unwrap());
    send(&branch, "POST", &path, &json!({"pin": "12"})).is_refused_at(422, "field.invalid", "pin");
    assert_eq!(send(&branch, "POST", &path, &json!({"pin": "1379"})).status, 204);
    log_in(&branch, &ana, "2580").is_refused(401, "pin.wrong");
    log_in(&branch, &ana, "1379").is(200);
}

#[test]
fn the_last_who_runs_the_branch_stays() {
    let branch = Branch::open();
    let ana = branch.add_staff("Ana", Role::Owner, "2580");
    let path = format!("staff/{ana}");
    send(&branch, "PUT", &path, &json!({"role": "waiter"})).is_refused(409, "staff.last_manager");
    send(&branch, "PUT", &path, &json!({"is_active": false})).is_refused(409, "staff.last_manager");
    branch.add_staff("Luis", Role::Admin, "1379");
    send(&branch, "PUT", &path, &json!({"role": "waiter"})).is(200);
    let nobody = "staff/0193a000-0000-7000-8000-000000000000";
    send(&branch, "PUT", nobody, &json!({"role": "waiter"})).is_refused(404, "not_found");
}

#[test]
fn a_session_is_listed_without_its_secret_and_ended_at_once() {
    let branch = Branch::open();
    let ana = json!(branch.add_staff("Ana", Role::Waiter, "2580"));
    let [till, tablet] = [(); 2].map(|()| cookie_of(&log_in(&branch, &ana, "2580")));
    let listed = branch.ask("GET", "sessions").by(Role::Admin).send();
    assert!(!String::from_utf8_lossy(&listed.bytes).contains(till.split_once('=').unwrap().1));
    let listed = listed.is(200);
    assert_eq!((listed["items"].as_array().unwrap().len(), &listed["items"][0]["staff"]["name"]), (2, &json!("Ana")));
    let me = |cookie: &str| branch.ask("GET", "auth/me").by_nobody().header("cookie", cookie).send().status;
    assert_eq!((me(&till), me(&tablet)), (200, 200));
    for item in listed["items"].as_array().unwrap() {
        let path = format!("sessions/{}", item["id"].as_str().unwrap());
        assert_eq!(branch.ask("DELETE", &path).by(Role::Admin).send().status, 204);
        branch.ask("DELETE", &path).by(Role::Admin).send().is_refused(404, "not_found");
    }
    assert_eq!((me(&till), me(&tablet)), (401, 401));
}

#[test]
fn what_was_done_is_listed_with_who_did_it_and_who_approved_it() {
    let branch = Branch::open();
    let ana = branch.add_staff("Ana", Role::Admin, "2580");
    let order = branch.take(&lemonade());
    let pay = json!({"order": order["id"], "method": "card", "amount": 595_000});
    let paid = branch.post("payments", "pay", &pay).is(201);
    let refund = json!({"amount": 1000, "reason": "frío", "approval": {"staff": ana, "pin": "2580"}});
    let path = format!("payments/{}/refund", paid["payment"]["id"].as_str().unwrap());
    branch.post(&path, "back", &refund).is(201);

    let audit = |query: &str| branch.ask("GET", &format!("audit{query}")).by(Role::Owner).send().is(200);
    let page = audit("?limit=1");
    let last = &page["items"][0];
    assert_eq!((&last["kind"], &last["subject"]), (&json!("payment.refunded"), &order["id"]));
    assert_eq!((&last["by"]["name"], &last["approved_by"]["name"]), (&json!("script-cashier"), &json!("Ana")));
    assert_eq!(last["details"]["reason"], json!("frío"));
    let next = audit(&format!("?limit=1&cursor={}", page["next_cursor"].as_str().unwrap()));
    assert!(next["items"][0]["sequence"].as_u64() < last["sequence"].as_u64());
    assert_eq!(audit("?approved=true")["items"].as_array().unwrap().len(), 1);
    assert_eq!(audit("?kind=cash.")["items"], json!([]));
    branch.get("audit").is_refused(403, "permission.missing");
    branch.ask("GET", "audit?cursor=x").by(Role::Owner).send().is_refused(400, "request.malformed");
}

#[test]
fn an_act_shows_what_it_made_other_than_it_was() {
    let branch = Branch::open();
    let ana = branch.add_staff("Ana", Role::Waiter, "2580");
    send(&branch, "PUT", &format!("staff/{ana}"), &json!({"role": "cashier"})).is(200);
    send(&branch, "PUT", &format!("staff/{ana}"), &json!({"role": "admin"})).is(200);
    branch.ask("PUT", "settings").by(Role::Admin).json(&json!({"tip_permille": 50})).send().is(200);
    branch.ask("PUT", "settings").by(Role::Admin).json(&json!({"tip_permille": 80})).send().is(200);
    let mut dearer = catalog();
    dearer["categories"][1]["products"][0]["price"] = json!(550_000);
    dearer["categories"][1]["products"].as_array_mut().unwrap().pop();
    branch.import(&dearer);

    let of = |kind: &str, place: usize| {
        let page = branch.ask("GET", &format!("audit?kind={kind}")).by(Role::Owner).send().is(200);
        let sequence = page["items"][place]["sequence"].as_u64().unwrap();
        let act = branch.ask("GET", &format!("audit/{sequence}")).by(Role::Owner).send().is(200);
        assert_eq!(act["sequence"], json!(sequence));
        act["changes"].clone()
    };
    assert_eq!(of("staff.changed", 0), json!([{"field": "role", "before": "cashier", "after": "admin"}]));
    assert_eq!(of("staff.changed", 1), json!([{"field": "role", "before": "waiter", "after": "cashier"}]));
    let menu = json!([
        {"of": "Limonada", "field": "price", "before": 500_000, "after": 550_000},
        {"of": "Jugo", "field": "product", "before": "Jugo"}]);
    assert_eq!(of("branch.directive_applied", 0), menu);
    assert_eq!(of("branch.directive_applied", 1), json!([{"field": "tip_permille", "before": 50, "after": 80}]));
    assert_eq!(of("staff.added", 0), json!([]));

    let order = branch.take(&lemonade());
    assert!(order["id"].is_string());
    let ask = |sequence: &str| branch.ask("GET", &format!("audit/{sequence}")).by(Role::Owner).send();
    for none in ["0", "999999", "x", &branch.sequence().to_string()] {
        ask(none).is_refused(404, "not_found");
    }
    branch.get("audit/1").is_refused(403, "permission.missing");
}

#[test]
fn what_was_done_is_found_by_a_name_or_a_reason_and_by_kinds() {
    let branch = Branch::open();
    branch.add_staff("Ñeca", Role::Admin, "2580");
    for reason in ["Plato frío", "Se demoró"] {
        let order = branch.take(&lemonade());
        let path = format!("orders/{}/cancel", order["id"].as_str().unwrap());
        let ask = branch.ask("POST", &path).by(Role::Admin).header("idempotency-key", &branch.new_key());
        ask.header("if-match", &format!("\"{}\"", order["version"])).json(&json!({"reason": reason})).send().is(200);
    }
    let found = |query: &str| {
        let page = branch.ask("GET", &format!("audit?{query}")).by(Role::Owner).send().is(200);
        page["items"].as_array().unwrap().iter().map(|act| act["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found("search=FRIO"), ["order.cancelled"]);
    assert_eq!(found("search=script-admin"), ["order.cancelled", "order.cancelled", "token.created"]);
    assert_eq!(found("search=script-admin&kind=order.,cash."), ["order.cancelled", "order.cancelled"]);
    assert_eq!(found("search=reason"), Vec::<String>::new());
    let long = branch.ask("GET", &format!("audit?search={}", "a".repeat(101))).by(Role::Owner).send();
    long.is_refused(400, "request.malformed");
}

#[test]
fn no_pin_and_nothing_a_pin_falls_to_is_written_into_the_journal() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    let discount = |pin: &str| {
        let path = format!("orders/{}/discounts", order["id"].as_str().unwrap());
        let approval = json!({"staff": "0193a000-0000-7000-8000-000000000000", "pin": pin});
        let body = json!({"kind": "percent", "value": 100, "reason": "x", "approval": approval});
        branch.ask("POST", &path).header("idempotency-key", "same").header("if-match", "\"2\"").json(&body).send()
    };
    let before = branch.sequence();
    discount("2580").is_refused(403, "approval.refused");
    assert_eq!(branch.sequence(), before);
    // Somebody who may not need an approval: the one that came along is not looked at, and the same key with another PIN
    // is the same request.
    let ana = branch.add_staff("Ana", Role::Admin, "2580");
    let path = format!("orders/{}/discounts", order["id"].as_str().unwrap());
    let with = |pin: &str| {
        let body = json!({"kind": "percent", "value": 100, "reason": "x", "approval": {"staff": ana, "pin": pin}});
        let ask = branch.ask("POST", &path).by(Role::Admin).header("idempotency-key", "admin");
        ask.header("if-match", "\"2\"").json(&body).send()
    };
    let first = with("2580").is(200);
    assert_eq!(with("9999").is(200)["version"], first["version"]);
}
