//! The guests' door: what is not listed there is not there, whoever asks and with what.

use std::net::IpAddr;

use crate::support::{Answer, Branch, lemonade};
use comanda_shared::staff::Role;
use serde_json::Value;

use crate::sessions::{cookie_of, log_in};
use crate::table::{GUEST_ROUTES, ROUTES, filled};

fn is_listed(path: &str) -> bool {
    GUEST_ROUTES.iter().any(|(listed, _)| *listed == path && path != "/nowhere")
}

/// Everything that opens something at the branch's own door.
fn keys(branch: &Branch) -> Vec<(&'static str, String)> {
    let ana = branch.add_staff("Ana", Role::Owner, "2580");
    let session = cookie_of(&log_in(branch, &ana, "2580"));
    vec![
        ("x-nothing", "at all".to_owned()),
        ("authorization", format!("Bearer {}", branch.token(Role::Owner))),
        ("cookie", session),
        ("authorization", "Bearer cmd_00".to_owned()),
    ]
}

#[test]
fn of_everything_the_branch_answers_guests_reach_what_is_listed_whoever_they_say_they_are() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    let keys = keys(&branch);
    reach_nothing_else(&branch, &order, &keys);
    reach_nothing_else(&branch.trusting_paired_screens(), &order, &keys);
}

fn reach_nothing_else(branch: &Branch, order: &Value, keys: &[(&str, String)]) {
    let before = branch.sequence();
    let mut refused = 0;
    for (method, path, _) in ROUTES.into_iter().filter(|(_, path, _)| !is_listed(path)) {
        let path = filled(path, order);
        for (name, value) in keys {
            let answer = branch.ask_as_a_guest(method, &path).header(name, value).send();
            answer.is_refused(404, "not_found");
            assert_eq!((answer.header("set-cookie"), answer.header("comanda-sequence")), (None, None));
            refused += 1;
        }
    }
    assert!(refused > 600, "{refused}");
    assert_eq!(branch.sequence(), before);
}

#[test]
fn guests_look_and_change_nothing() {
    let branch = Branch::open();
    for method in ["POST", "PUT", "PATCH", "DELETE"] {
        for (path, _) in GUEST_ROUTES.into_iter().filter(|(path, _)| *path != "/nowhere") {
            let answer = branch.ask_as_a_guest(method, path).send();
            answer.is_refused(405, "method.not_allowed");
        }
    }
}

#[test]
fn the_live_channel_opens_there_to_a_guests_pass_and_to_nobody_who_works_here() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    let id = order["id"].as_str().unwrap();
    let pass = branch.get(&format!("orders/{id}/guest-pass")).is(200)["secret"].as_str().unwrap().to_owned();
    let poll = |scope: &str| format!("live/poll?scope={scope}");
    for (path, _) in GUEST_ROUTES.into_iter().filter(|(_, needs_pass)| *needs_pass) {
        branch.ask_as_a_guest("GET", path).send().is_refused(401, "credentials.missing");
        for role in Role::ALL {
            branch.ask_as_a_guest("GET", path).by(role).send().is_refused(401, "credentials.invalid");
        }
    }
    for scope in ["branch", "cashier", "admin"] {
        branch.ask_as_a_guest("GET", &poll(scope)).by(Role::Owner).send().is_refused(401, "credentials.invalid");
        branch.ask_as_a_guest("GET", &poll(scope)).with_secret(&pass).send().is_refused(403, "permission.missing");
    }
    let told = branch.ask_as_a_guest("GET", &poll(&format!("guest:{id}"))).with_secret(&pass).send().is(200);
    let frames = told["frames"].as_array().unwrap();
    let snapshot = frames.iter().find(|frame| frame["type"] == "snapshot").unwrap();
    assert_eq!(snapshot["views"][0]["view"]["number"], order["number"]);
}

#[test]
fn a_host_that_is_not_ours_finds_no_menu() {
    let branch = Branch::open();
    for (path, _) in GUEST_ROUTES {
        for host in ["evil.example", "127.0.0.1.evil.example:8090", ""] {
            branch.ask_as_a_guest("GET", path).header("host", host).send().is_refused(421, "host.unknown");
        }
    }
    for host in ["10.8.0.1:8090", "comanda.local:8090", "esquina.lan"] {
        branch.ask_as_a_guest("GET", "menu").header("host", host).send().is(200);
    }
    let socket = branch.ask_as_a_guest("GET", "live").header("upgrade", "websocket");
    socket.header("origin", "http://evil.example").send().is_refused(403, "origin.foreign");
}

#[test]
fn whoever_asks_without_end_waits_and_the_phone_at_the_next_table_does_not() {
    let branch = Branch::open();
    let ask = |last: u8| {
        let address: IpAddr = [10, 8, 0, last].into();
        branch.ask_as_a_guest("GET", "/healthz").at_address(address).send()
    };
    let answers: Vec<Answer> = (0..2000).map(|_| ask(66)).collect();
    let turned_away: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 429).collect();
    assert!(!turned_away.is_empty(), "all were answered");
    turned_away[0].is_refused(429, "requests.too_many");
    assert_eq!(turned_away[0].header("retry-after"), Some("1"));
    assert_eq!(ask(20).status, 200);
}

#[test]
fn pages_there_let_nothing_from_elsewhere_in() {
    let branch = Branch::open();
    for path in ["/pedido", "/pedido/page.js", "/icon.svg"] {
        let answer = branch.ask_as_a_guest("GET", path).send();
        assert_eq!(answer.status, 200, "{answer}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    assert_eq!(branch.ask_as_a_guest("GET", "/healthz").send().is(200), serde_json::json!({"status": "ok"}));
    let nowhere: Value = branch.ask_as_a_guest("GET", "/nowhere").send().is_refused(404, "not_found");
    assert_eq!(nowhere["status"], 404);
}
