//! Coming and going with one's own PIN, at any screen and without logging in; the hours that makes; corrections.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_shared::staff::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};
use support::{Answer, Branch};

fn clock(branch: &Branch, way: &str, staff: &str, pin: &str) -> Answer {
    keyed(branch, way, staff, pin, &branch.new_key())
}

fn keyed(branch: &Branch, way: &str, staff: &str, pin: &str, key: &str) -> Answer {
    let ask = branch.ask("POST", &format!("attendance/clock-{way}")).by_nobody().header("idempotency-key", key);
    ask.json(&json!({"staff": staff, "pin": pin})).send()
}

fn hours(branch: &Branch, query: &str) -> Value {
    branch.ask("GET", &format!("attendance/hours{query}")).by(Role::Admin).send().is(200)
}

fn entries(branch: &Branch, query: &str) -> Value {
    branch.ask("GET", &format!("attendance{query}")).by(Role::Admin).send().is(200)["items"].clone()
}

fn correct(branch: &Branch, entry: &Value, body: &Value) -> Answer {
    let path = format!("attendance/{}", entry["id"].as_str().unwrap());
    branch.ask("PUT", &path).by(Role::Admin).json(body).send()
}

fn wait(branch: &Branch, hours: i64) {
    branch.wait(SignedDuration::from_hours(hours));
}

#[test]
fn somebody_comes_and_goes_with_their_pin_and_is_told_how_long_they_worked() {
    let mut branch = Branch::open();
    let ana = branch.add_staff("Ana", Role::Kitchen, "2580");
    let came = clock(&branch, "in", &ana, "2580").is(201);
    assert_eq!((&came["entry"]["status"], &came["entry"]["staff"]["name"]), (&json!("in"), &json!("Ana")));
    assert_eq!(came["entry"]["in_at"], json!("2026-11-22T13:30:00.000-05:00"));
    clock(&branch, "in", &ana, "2580").is_refused(409, "attendance.already_in");
    wait(&branch, 3);
    let went = clock(&branch, "out", &ana, "2580").is(200);
    assert_eq!((&went["entry"]["status"], &went["seconds_of_day"]), (&json!("out"), &json!(3 * 3600)));
    clock(&branch, "out", &ana, "2580").is_refused(409, "attendance.not_in");
    wait(&branch, 1);
    clock(&branch, "in", &ana, "2580").is(201);
    branch.restart();
    wait(&branch, 2);
    assert_eq!(clock(&branch, "out", &ana, "2580").is(200)["seconds_of_day"], json!(5 * 3600));
}

#[test]
fn a_tap_that_was_sent_twice_is_one_stay() {
    let branch = Branch::open();
    let ana = branch.add_staff("Ana", Role::Kitchen, "2580");
    let first = keyed(&branch, "in", &ana, "2580", "tap").is(201);
    let before = branch.sequence();
    let again = keyed(&branch, "in", &ana, "2580", "tap");
    assert_eq!((again.is(200)["entry"]["id"].clone(), branch.sequence()), (first["entry"]["id"].clone(), before));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
}

#[test]
fn wrong_pins_clock_nobody_in_and_lock_out_as_with_logging_in() {
    let branch = Branch::open();
    let ana = branch.add_staff("Ana", Role::Kitchen, "2580");
    for _ in 0..4 {
        clock(&branch, "in", &ana, "0000").is_refused(401, "pin.wrong");
    }
    clock(&branch, "in", &ana, "0000").is_refused(429, "pin.locked");
    clock(&branch, "in", &ana, "2580").is_refused(429, "pin.locked");
    let log_in = branch.ask("POST", "auth/login").by_nobody().json(&json!({"staff": ana, "pin": "2580"})).send();
    log_in.is_refused(429, "pin.locked");
    assert_eq!(entries(&branch, ""), json!([]));
}

#[test]
fn who_was_let_go_comes_no_more_and_a_strangers_machine_clocks_nobody() {
    let branch = Branch::open().trusting_paired_screens();
    let ana = branch.add_staff("Ana", Role::Kitchen, "2580");
    clock(&branch, "in", &ana, "2580").is_refused(401, "device.unpaired");
    let plan = json!({"name": "Cocina", "purpose": {"screen": "kitchen"}});
    let code = branch.ask("POST", "devices/codes").by(Role::Admin).json(&plan).send().is(201)["code"].clone();
    let paired = branch.ask("POST", "devices/pair").by_nobody().json(&json!({"code": code})).send();
    let cookie = paired.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let at_the_wall = |key: &str| {
        let ask = branch.ask("POST", "attendance/clock-in").by_nobody().header("cookie", &cookie);
        ask.header("idempotency-key", key).json(&json!({"staff": ana, "pin": "2580"})).send()
    };
    let let_go = branch.ask("PUT", &format!("staff/{ana}")).by(Role::Admin).header("idempotency-key", "go");
    let_go.json(&json!({"is_active": false})).send().is(200);
    at_the_wall("a").is_refused(401, "pin.wrong");
    let back = branch.ask("PUT", &format!("staff/{ana}")).by(Role::Admin).header("idempotency-key", "back");
    back.json(&json!({"is_active": true})).send().is(200);
    at_the_wall("b").is(201);
    let me = branch.ask("GET", "auth/me").by_nobody().header("cookie", &cookie).send().is(200);
    assert_eq!(me["name"], json!("Cocina"), "nobody is logged in by it");
}

#[test]
fn who_forgot_to_clock_out_comes_again_and_a_manager_says_when_they_went() {
    let branch = Branch::open();
    let ana = branch.add_staff("Ana", Role::Kitchen, "2580");
    clock(&branch, "in", &ana, "2580").is(201);
    wait(&branch, 17);
    clock(&branch, "out", &ana, "2580").is_refused(409, "attendance.forgotten");
    let seen = hours(&branch, "?from=2026-11-22&to=2026-11-23");
    let person = &seen["people"][0];
    assert_eq!(
        (&person["is_forgotten"], &person["seconds"], &person["forgotten"]),
        (&json!(true), &json!(0), &json!(1))
    );
    let came = clock(&branch, "in", &ana, "2580").is(201);
    assert_eq!((&came["left_open"], &came["seconds_of_day"]), (&json!(true), &json!(0)));

    let open = entries(&branch, "?from=2026-11-22&to=2026-11-22")[0].clone();
    assert_eq!((&open["status"], &open["seconds"]), (&json!("forgotten"), &Value::Null));
    let said = json!({"out_at": "2026-11-22T20:00", "reason": "salió con el domicilio"});
    let corrected = correct(&branch, &open, &said).is(200);
    assert_eq!((&corrected["status"], &corrected["seconds"]), (&json!("out"), &json!(6 * 3600 + 1800)));
    assert_eq!(
        (&corrected["correction"]["reason"], &corrected["correction"]["out_before"]),
        (&said["reason"], &Value::Null)
    );
    let before = branch.sequence();
    correct(&branch, &open, &said).is(200);
    assert_eq!(branch.sequence(), before, "said again, it writes nothing");

    let audit = branch.ask("GET", "audit?kind=attendance.").by(Role::Owner).send().is(200);
    let act = &audit["items"][0];
    assert_eq!((&act["kind"], &act["details"]["reason"]), (&json!("attendance.corrected"), &said["reason"]));
    assert!(act["details"]["before"]["in_at"].is_string() && act["details"]["after"]["out_at"].is_string());
}

#[test]
fn a_correction_that_cannot_be_is_refused_and_changes_nothing() {
    let branch = Branch::open();
    let ana = branch.add_staff("Ana", Role::Kitchen, "2580");
    clock(&branch, "in", &ana, "2580").is(201);
    wait(&branch, 2);
    clock(&branch, "out", &ana, "2580").is(200);
    wait(&branch, 1);
    clock(&branch, "in", &ana, "2580").is(201);
    wait(&branch, 1);
    let listed = entries(&branch, "");
    let (later, first) = (&listed[0], &listed[1]);
    let before = branch.sequence();
    let out = |at: &str| json!({"out_at": at, "reason": "x"});
    correct(&branch, first, &json!({"out_at": "2026-11-22T15:00", "reason": " "})).is_refused_at(
        422,
        "reason.missing",
        "reason",
    );
    correct(&branch, first, &out("2026-11-22T13:00")).is_refused_at(422, "field.invalid", "out_at");
    correct(&branch, first, &out("2026-11-23T13:00")).is_refused_at(422, "field.invalid", "in_at");
    correct(&branch, first, &out("2026-11-22T16:45")).is_refused(409, "attendance.overlaps");
    let too_early = json!({"in_at": "2026-11-22T15:00", "reason": "x"});
    correct(&branch, later, &too_early).is_refused(409, "attendance.overlaps");
    let nowhere = json!({"id": "0193a000-0000-7000-8000-000000000000"});
    correct(&branch, &nowhere, &out("2026-11-22T15:00")).is_refused(404, "not_found");
    assert_eq!(branch.sequence(), before);
    let cashier = format!("attendance/{}", first["id"].as_str().unwrap());
    branch.ask("PUT", &cashier).json(&out("2026-11-22T15:00")).send().is_refused(403, "permission.missing");
}

#[test]
fn the_accountants_file_has_a_line_for_each_stay() {
    let branch = Branch::open();
    let ana = branch.add_staff("Ana", Role::Kitchen, "2580");
    clock(&branch, "in", &ana, "2580").is(201);
    wait(&branch, 2);
    clock(&branch, "out", &ana, "2580").is(200);
    let file = branch.ask("GET", "attendance/hours.csv?from=2026-11-16&to=2026-11-22").by(Role::Admin).send();
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    let text = String::from_utf8(file.bytes.clone()).unwrap();
    assert_eq!(text.lines().nth(1), Some("Ana;2026-11-22;2026-11-22 13:30;2026-11-22 15:30;2:00;2,00;"));
    for strange in ["?from=2026-11-22&to=2026-11-21", "?from=2020-01-01&to=2026-11-22", "?from=x"] {
        let asked = branch.ask("GET", &format!("attendance/hours{strange}")).by(Role::Admin).send();
        asked.is_refused(400, "request.malformed");
    }
}
