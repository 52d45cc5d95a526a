//! Guests who follow their own order: what their pass opens, until when, and that it opens nothing else.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_edge::printing::setup::{self as printers, NewPrinter};
use comanda_shared::printer::PrinterAddress;
use comanda_shared::staff::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};
use support::listener::Listener;
use support::{Answer, Branch, Served, lemonade};

/// No message takes longer.
/// What a guest's pass may ask for besides what everybody may.
const LISTENING: [&str; 3] = ["/api/v1/live", "/api/v1/live/events", "/api/v1/live/poll"];
/// What needs no credentials at all.
const OPEN: [&str; 7] = [
    "/api/v1/devices/this",
    "/api/v1/devices/pair",
    "/api/v1/auth/login",
    "/api/v1/auth/logout",
    "/api/v1/staff/faces",
    "/healthz",
    "/readyz",
];

fn pass_of(branch: &Branch, order: &Value) -> Answer {
    branch.get(&format!("orders/{}/guest-pass", order["id"].as_str().unwrap()))
}

fn secret_of(branch: &Branch, order: &Value) -> String {
    pass_of(branch, order).is(200)["secret"].as_str().unwrap().to_owned()
}

fn poll(branch: &Branch, secret: &str, scope: &str) -> Answer {
    branch.ask("GET", &format!("live/poll?scope={scope}")).with_secret(secret).send()
}

/// What a guest is shown at first.
fn progress(branch: &Branch, secret: &str, order: &Value) -> Value {
    let told = poll(branch, secret, &format!("guest:{}", order["id"].as_str().unwrap())).is(200);
    let snapshot = told["frames"].as_array().unwrap().iter().find(|frame| frame["type"] == "snapshot").unwrap().clone();
    assert_eq!(snapshot["views"].as_array().unwrap().len(), 1, "their order and nothing else");
    snapshot["views"][0].clone()
}

#[test]
fn a_guest_sees_the_number_the_state_and_when_it_should_be_ready_and_no_more() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    let secret = secret_of(&branch, &order);
    let seen = progress(&branch, &secret, &order);
    assert_eq!((&seen["name"], &seen["view"]["number"]), (&json!("progress"), &order["number"]));
    assert_eq!(seen["view"]["status"], "accepted");
    assert!(seen["view"]["ready_at"].is_string(), "{seen}");
    assert_eq!(seen["view"].as_object().unwrap().len(), 3);
    branch.advance(&order["id"], "ready").is(200);
    let seen = progress(&branch, &secret, &order);
    assert_eq!((&seen["view"]["status"], &seen["view"]["ready_at"]), (&json!("ready"), &Value::Null));
}

#[test]
fn behind_others_it_is_said_to_take_longer_and_never_less_than_before() {
    let branch = Branch::open();
    let ready_at = |order: &Value| {
        let seen = progress(&branch, &secret_of(&branch, order), order);
        seen["view"]["ready_at"].as_str().unwrap().to_owned()
    };
    let first = branch.take(&lemonade());
    branch.wait(SignedDuration::from_secs(1));
    let second = branch.take(&lemonade());
    assert!(ready_at(&second) > ready_at(&first), "{} {}", ready_at(&second), ready_at(&first));
}

#[test]
fn only_orders_that_a_guest_waits_for_by_themselves_have_a_pass() {
    let branch = Branch::open();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut order = lemonade();
        change(&mut order);
        branch.take(&order)
    };
    let away = with(&|_| {});
    assert_eq!(away["type"], "takeaway", "{away}");
    pass_of(&branch, &away).is(200);
    let at_the_table = |channel: &str| {
        with(&|order| {
            (order["type"], order["table"], order["channel"]) = (json!("dine_in"), json!("7"), json!(channel));
        })
    };
    pass_of(&branch, &at_the_table("qr")).is(200);
    pass_of(&branch, &at_the_table("pos")).is_refused(404, "not_found");
    pass_of(&branch, &json!({"id": "0193a000-0000-7000-8000-000000000000"})).is_refused(404, "not_found");
}

#[test]
fn a_pass_opens_its_own_order_on_the_live_channel_and_nothing_else() {
    for branch in [Branch::open(), Branch::open().trusting_paired_screens()] {
        let (order, other) = (branch.take(&lemonade()), branch.take(&lemonade()));
        let secret = secret_of(&branch, &order);
        let document = branch.get("openapi.json").is(200);
        let before = branch.sequence();
        let mut refused = 0;
        for (path, operations) in document["paths"].as_object().unwrap() {
            for method in operations.as_object().unwrap().keys() {
                let is_open = OPEN.contains(&path.as_str()) || operations[method]["security"] == json!([{}]);
                if is_open || LISTENING.contains(&path.as_str()) {
                    continue;
                }
                let path = path.replace("{id}", order["id"].as_str().unwrap());
                let answer = branch.ask(&method.to_uppercase(), &path).with_secret(&secret).send();
                answer.is_refused(401, "credentials.invalid");
                refused += 1;
            }
        }
        assert!(refused > 100, "{refused}");
        let id = |order: &Value| order["id"].as_str().unwrap().to_owned();
        let (own, others) = (id(&order), id(&other));
        for scope in [
            format!("guest:{others}"),
            format!("order:{own}"),
            "branch".to_owned(),
            "cashier".to_owned(),
            "rider".to_owned(),
            "admin".to_owned(),
            format!("guest:{own}&scope=branch"),
        ] {
            poll(&branch, &secret, &scope).is_refused(403, "permission.missing");
        }
        assert_eq!(branch.sequence(), before);
    }
}

#[test]
fn a_guest_on_the_wifi_opens_the_page_and_what_it_needs_though_their_phone_is_no_screen_of_the_branch() {
    let branch = Branch::open().trusting_paired_screens();
    for (path, kind) in
        [("/pedido", "text/html"), ("/pedido/page.js", "text/javascript"), ("/pedido/page.css", "text/css")]
    {
        let answer = branch.ask("GET", path).by_nobody().send();
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.header("content-type").unwrap().starts_with(kind), "{path}");
    }
    let order = branch.take(&lemonade());
    progress(&branch, &secret_of(&branch, &order), &order);
}

#[test]
fn a_pass_that_was_made_up_or_is_over_opens_nothing() {
    let branch = Branch::open();
    let (order, other) = (branch.take(&lemonade()), branch.take(&lemonade()));
    let (secret, others) = (secret_of(&branch, &order), secret_of(&branch, &other));
    let scope = format!("guest:{}", order["id"].as_str().unwrap());
    // The order's id in front of another order's tag.
    let forged = format!("{}{}", &secret[..36], &others[36..]);
    for made_up in [forged.as_str(), &secret[..secret.len() - 1], "gst_", &secret.replace("gst_", "cmd_")] {
        poll(&branch, made_up, &scope).is_refused(401, "credentials.invalid");
    }
    branch.wait(SignedDuration::from_hours(23));
    poll(&branch, &secret, &scope).is(200);
    branch.wait(SignedDuration::from_hours(1));
    poll(&branch, &secret, &scope).is_refused(401, "credentials.invalid");
    pass_of(&branch, &order).is_refused(404, "not_found");
}

#[test]
fn a_pass_is_the_same_after_a_restart() {
    let mut branch = Branch::open();
    let order = branch.take(&lemonade());
    let secret = secret_of(&branch, &order);
    branch.restart();
    assert_eq!(secret_of(&branch, &order), secret);
    progress(&branch, &secret, &order);
}

/// A phone that listens by a WebSocket.
fn phone(served: &Served, secret: &str, order: &Value) -> Listener {
    let scope = format!("guest:{}", order["id"].as_str().unwrap());
    let hello = json!({"type": "hello", "screen": "guest", "scopes": [scope]});
    served.listen(("authorization", &format!("Bearer {secret}")), &hello)
}

#[test]
fn a_phone_is_told_as_its_order_comes_further_is_no_screen_of_the_branch_and_is_left_when_its_pass_is_over() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    let served = branch.serve();
    let mut socket = phone(&served, &secret_of(&branch, &order), &order);
    socket.until("snapshot");
    branch.take(&lemonade());
    branch.advance(&order["id"], "ready").is(200);
    let told = socket.until("message");
    assert_eq!((&told["view"]["status"], &told["view"]["number"]), (&json!("ready"), &order["number"]));
    assert!(told["events"].as_array().unwrap().contains(&json!("order:ready")), "{told}");
    let screens = branch.ask("GET", "screens").by(Role::Admin).send().is(200);
    assert_eq!(screens["items"], json!([]));
    branch.wait(SignedDuration::from_hours(24));
    assert_eq!(socket.left_with(), 4401);
}

#[test]
fn however_many_guests_listen_the_kitchens_screens_get_in() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    let secret = secret_of(&branch, &order);
    let served = branch.serve();
    // As many as the tests' branch has room for.
    let mut phones: Vec<_> = (0..2).map(|_| phone(&served, &secret, &order)).collect();
    phones.iter_mut().for_each(|phone| drop(phone.until("snapshot")));
    let scope = format!("guest:{}", order["id"].as_str().unwrap());
    poll(&branch, &secret, &scope).is_refused(503, "live.full");
    branch.ask("GET", "live/poll?scope=branch").by(Role::Kitchen).send().is(200);
}

#[test]
fn the_code_stands_on_receipts_of_orders_to_take_away_when_the_template_asks_for_it() {
    let branch = Branch::open();
    printers::add(branch.journal(), NewPrinter { is_counter: true, ..NewPrinter::at("Caja", PrinterAddress::Virtual) })
        .unwrap();
    let send = |method: &str, path: &str, body: &Value| {
        branch.ask(method, path).by(Role::Admin).header("idempotency-key", &branch.new_key()).json(body).send()
    };
    let receipt_height = |order: &Value| {
        let pay = json!({"order": order["id"], "method": "card", "amount": order["total"]});
        send("POST", "payments", &pay).is(201);
        let jobs = branch.get("print/jobs?limit=200").is(200);
        let job = jobs["items"].as_array().unwrap().iter().find(|job| job["paper"] == "receipt").unwrap().clone();
        let path = format!("print/jobs/{}/picture", job["id"].as_str().unwrap());
        let png = branch.ask("GET", &path).by(Role::Admin).send().bytes;
        u32::from_be_bytes(png[20..24].try_into().unwrap())
    };
    let at_a_table = || {
        let mut order = lemonade();
        (order["type"], order["table"]) = (json!("dine_in"), json!("7"));
        branch.take(&order)
    };
    let without = [receipt_height(&branch.take(&lemonade())), receipt_height(&at_a_table())];
    let mut templates = branch.ask("GET", "settings/papers").by(Role::Admin).send().is(200);
    templates.as_object_mut().unwrap().remove("version");
    templates["receipt"].as_array_mut().unwrap().push(json!({"field": "follow", "align": "center"}));
    send("PUT", "settings/papers", &templates).is(200);
    let with = [receipt_height(&branch.take(&lemonade())), receipt_height(&at_a_table())];
    assert!(with[0] > without[0] + 100, "a code to take away: {with:?} {without:?}");
    assert_eq!(with[1], without[1], "whoever sits at a table is served there");
}
