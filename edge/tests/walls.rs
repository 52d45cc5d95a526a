//! Screens that hang on a wall: what a paired one does where nobody is logged in, and what it does not.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_shared::staff::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};
use support::listener::Listener;
use support::{Answer, Ask, Branch, Served, lemonade};

/// A screen that opens this, with its id and its cookie.
fn paired(branch: &Branch, name: &str, purpose: &Value) -> (String, String) {
    let plan = json!({"name": name, "purpose": purpose});
    let offer = branch.ask("POST", "devices/codes").by(Role::Admin).json(&plan).send().is(201);
    let answer = branch.ask("POST", "devices/pair").by_nobody().json(&json!({"code": offer["code"]})).send();
    let id = answer.is(201)["id"].as_str().unwrap().to_owned();
    (id, answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned())
}

fn kitchen(branch: &Branch) -> (String, String) {
    paired(branch, "Televisor", &json!({"screen": "kitchen"}))
}

fn on<'b>(branch: &'b Branch, cookie: &str, method: &str, path: &str) -> Ask<'b> {
    branch.ask(method, path).by_nobody().header("cookie", cookie).header("idempotency-key", &branch.new_key())
}

fn log_in(branch: &Branch, device: &str, staff: &str) -> String {
    let answer = on(branch, device, "POST", "auth/login").json(&json!({"staff": staff, "pin": "2580"})).send();
    format!("{device}; {}", answer.header("set-cookie").unwrap().split(';').next().unwrap())
}

fn listening(served: &Served, cookie: &str) -> Listener {
    served.listen(("cookie", cookie), &json!({"type": "hello", "screen": "kitchen", "scopes": ["branch"]}))
}

fn refused(answer: &Answer) {
    answer.is_refused(403, "permission.missing");
}

#[test]
fn a_kitchens_television_shows_and_bumps_without_anybodys_pin_day_after_day() {
    let mut branch = Branch::open().trusting_paired_screens();
    let (_, cookie) = kitchen(&branch);
    let me = on(&branch, &cookie, "GET", "auth/me").send().is(200);
    assert_eq!((&me["name"], &me["role"], &me["until"]), (&json!("Televisor"), &json!("kitchen"), &Value::Null));
    branch.wait(SignedDuration::from_hours(24 * 30));
    branch.restart();
    let order = branch.take(&lemonade());
    let cards = on(&branch, &cookie, "GET", "kitchen/orders").send().is(200);
    let station = cards["items"][0]["station"].clone();
    let path = format!("kitchen/orders/{}/bump", order["id"].as_str().unwrap());
    on(&branch, &cookie, "POST", &path).json(&json!({"station": station})).send().is(200);
    assert_eq!(branch.order(&order["id"])["status"], "ready");
    let raise = format!("kitchen/orders/{}/raise", branch.take(&lemonade())["id"].as_str().unwrap());
    on(&branch, &cookie, "POST", &raise).json(&json!({"raised": true})).send().is(200);
    on(&branch, &cookie, "GET", "alerts").send().is(200);
}

#[test]
fn it_neither_sells_nor_charges_nor_manages() {
    let branch = Branch::open().trusting_paired_screens();
    let (_, cookie) = kitchen(&branch);
    let order = branch.take(&lemonade());
    refused(&on(&branch, &cookie, "POST", "orders").json(&lemonade()).send());
    let pay = json!({"order": order["id"], "method": "card", "amount": order["total"]});
    refused(&on(&branch, &cookie, "POST", "payments").json(&pay).send());
    for path in ["staff", "devices", "audit", "settings", "cash/current-shift", "customers"] {
        refused(&on(&branch, &cookie, "GET", path).send());
    }
    let cancel = format!("orders/{}/cancel", order["id"].as_str().unwrap());
    let cancel = on(&branch, &cookie, "POST", &cancel).header("if-match", "\"2\"").json(&json!({"reason": "x"})).send();
    assert_eq!(cancel.status, 403, "{cancel}");
}

#[test]
fn the_guests_board_only_shows() {
    let branch = Branch::open().trusting_paired_screens();
    let (_, cookie) = paired(&branch, "Tablero", &json!({"screen": "board"}));
    let order = branch.take(&lemonade());
    for path in ["auth/me", "orders", "stations", "kitchen/queue"] {
        on(&branch, &cookie, "GET", path).send().is(200);
    }
    let me = on(&branch, &cookie, "GET", "auth/me").send().is(200);
    assert_eq!(me["permissions"], json!(["orders.view", "catalog.view"]));
    let document = branch.get("openapi.json").is(200);
    let before = branch.sequence();
    let mut asked = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap().iter().filter(|(method, _)| *method != "get") {
            let needs = operation["description"].as_str().unwrap_or_default().contains("Needs `");
            if needs {
                let path = path.replace("{id}", order["id"].as_str().unwrap());
                refused(&on(&branch, &cookie, &method.to_uppercase(), &path).send());
                asked += 1;
            }
        }
    }
    assert!(asked > 60, "{asked}");
    assert_eq!(branch.sequence(), before);
}

#[test]
fn a_till_and_the_managers_pages_need_somebody() {
    let branch = Branch::open().trusting_paired_screens();
    for screen in ["till", "manager"] {
        let (_, cookie) = paired(&branch, screen, &json!({"screen": screen}));
        on(&branch, &cookie, "GET", "auth/me").send().is_refused(401, "credentials.missing");
        on(&branch, &cookie, "GET", "orders").send().is_refused(401, "credentials.missing");
    }
}

#[test]
fn it_listens_by_itself_and_is_left_when_it_is_put_out() {
    let branch = Branch::open().trusting_paired_screens();
    let (id, cookie) = kitchen(&branch);
    let served = branch.serve();
    let mut socket = listening(&served, &cookie);
    socket.until("snapshot");
    branch.take(&lemonade());
    socket.until("message");
    let screens = branch.ask("GET", "screens").by(Role::Admin).send().is(200);
    assert_eq!(screens["items"][0]["who"], "Televisor");
    branch.ask("DELETE", &format!("devices/{id}")).by(Role::Admin).send();
    assert_eq!(socket.left_with(), 4401);
    on(&branch, &cookie, "GET", "kitchen/orders").send().is_refused(401, "device.unpaired");
}

#[test]
fn who_logs_in_there_is_who_acts_and_the_screen_goes_on_by_itself_when_that_is_over() {
    let branch = Branch::open().trusting_paired_screens();
    let (_, device) = kitchen(&branch);
    let ana = branch.add_staff("Ana", Role::Cashier, "2580");
    let cookie = log_in(&branch, &device, &ana);
    assert_eq!(on(&branch, &cookie, "GET", "auth/me").send().is(200)["name"], "Ana");
    let served = branch.serve();
    let mut socket = listening(&served, &cookie);
    socket.until("snapshot");
    branch.wait(SignedDuration::from_hours(16));
    assert_eq!(on(&branch, &cookie, "GET", "auth/me").send().is(200)["name"], "Televisor");
    socket.until("beat");
    branch.take(&lemonade());
    socket.until("message");
}

#[test]
fn a_script_with_a_bad_token_is_not_taken_for_the_screen_it_runs_on() {
    let branch = Branch::open().trusting_paired_screens();
    let (_, cookie) = kitchen(&branch);
    let asked = branch.ask("GET", "orders").with_secret("cmd_00").header("cookie", &cookie).send();
    asked.is_refused(401, "credentials.invalid");
}
