//! Screens that are let in and put out: what a guest on the Wi-Fi reaches, what a code is worth, what a stolen tablet is.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use comanda_shared::staff::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tungstenite::client::{IntoClientRequest, client};
use tungstenite::http::HeaderValue;
use tungstenite::{Error, Message};

use support::{Answer, Ask, Branch};

/// What a device that is not paired may ask for.
const OPEN: [&str; 6] = ["/", "/icon.svg", "/healthz", "/readyz", "/api/v1/devices/this", "/api/v1/devices/pair"];
/// No message takes longer.
const PATIENCE: Duration = Duration::from_secs(10);

fn offered(branch: &Branch, name: &str) -> Value {
    let plan = json!({"name": name, "purpose": {"screen": "till"}});
    branch.ask("POST", "devices/codes").by(Role::Admin).json(&plan).send().is(201)
}

fn code(branch: &Branch, name: &str) -> String {
    offered(branch, name)["code"].as_str().unwrap().to_owned()
}

fn pair(branch: &Branch, code: &str) -> Answer {
    branch.ask("POST", "devices/pair").by_nobody().json(&json!({"code": code})).send()
}

/// A cookie as a browser sends it back.
fn cookie_of(answer: &Answer) -> String {
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

fn paired(branch: &Branch, name: &str) -> (String, String) {
    let answer = pair(branch, &code(branch, name));
    (answer.is(201)["id"].as_str().unwrap().to_owned(), cookie_of(&answer))
}

fn on<'b>(branch: &'b Branch, device: &str, method: &str, path: &str) -> Ask<'b> {
    branch.ask(method, path).by_nobody().header("cookie", device)
}

fn wrong(code: &str) -> String {
    if code == "000000" { "000001".to_owned() } else { "000000".to_owned() }
}

#[test]
fn a_tablet_types_a_code_and_is_a_screen_of_the_branch_with_a_name_from_then_on() {
    let mut branch = Branch::open().trusting_paired_screens();
    let stranger = branch.ask("GET", "devices/this").by_nobody().send().is(200);
    assert_eq!(stranger, json!({"trust": "paired", "device": null}));

    let offer = offered(&branch, "Caja 1");
    assert_eq!(offer["until"], json!("2026-11-22T13:40:00.000-05:00"));
    let code = offer["code"].as_str().unwrap();
    let answer = pair(&branch, &format!("{} {}", &code[..3], &code[3..]));
    let device = answer.is(201);
    assert_eq!((&device["name"], &device["opens"]), (&json!("Caja 1"), &json!("/pos")));
    let set = answer.header("set-cookie").unwrap();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(set.split("; ").any(|found| found == part), "{part} is not in {set}");
    }
    let cookie = cookie_of(&answer);
    branch.restart();
    assert_eq!(on(&branch, &cookie, "GET", "devices/this").send().is(200)["device"], device);
    assert_eq!(on(&branch, &cookie, "GET", "staff/faces").send().status, 200);
    on(&branch, &cookie, "GET", "orders").send().is_refused(401, "credentials.missing");
    let listed = branch.ask("GET", "devices").by(Role::Admin).send().is(200);
    assert_eq!(listed["items"], json!([device]));
}

#[test]
fn a_kitchen_screen_opens_on_its_stations_and_may_be_called_otherwise() {
    let branch = Branch::open();
    let stations = branch.get("stations").is(200)["items"].clone();
    let (fryer, bar) = (&stations[0]["id"], &stations[1]["id"]);
    let plan =
        |name: &str, station: &Value| json!({"name": name, "purpose": {"screen": "kitchen", "stations": [station]}});
    let make = |plan: &Value| branch.ask("POST", "devices/codes").by(Role::Admin).json(plan).send();
    let code = make(&plan("Freidora", fryer)).is(201)["code"].as_str().unwrap().to_owned();
    let device = pair(&branch, &code).is(201);
    assert_eq!(device["opens"], json!(format!("/kitchen?stations={}", fryer.as_str().unwrap())));

    make(&plan("Freidora", fryer)).is_refused_at(409, "name.taken", "name");
    make(&plan("", fryer)).is_refused_at(422, "field.invalid", "name");
    let nowhere = plan("Horno", &json!("0193a000-0000-7000-8000-000000000000"));
    make(&nowhere).is_refused_at(422, "station.unknown", "purpose.stations");

    let path = format!("devices/{}", device["id"].as_str().unwrap());
    let changed = branch.ask("PUT", &path).by(Role::Admin).json(&plan("Barra", bar)).send().is(200);
    assert_eq!((&changed["name"], &changed["purpose"]["stations"][0]), (&json!("Barra"), bar));
}

#[test]
fn a_code_works_once_and_for_ten_minutes() {
    let branch = Branch::open().trusting_paired_screens();
    let first = code(&branch, "Caja 1");
    pair(&branch, &first).is(201);
    pair(&branch, &first).is_refused(422, "pairing.code_wrong");

    let late = code(&branch, "Caja 2");
    branch.wait(SignedDuration::from_mins(10));
    pair(&branch, &late).is_refused(410, "pairing.code_expired");
    for text in ["", "12345", "abcdef", "1234567"] {
        pair(&branch, text).is_refused_at(422, "field.invalid", "code");
    }
}

#[test]
fn a_code_that_was_guessed_at_twenty_times_is_void() {
    let branch = Branch::open().trusting_paired_screens();
    let good = code(&branch, "Caja 1");
    for _ in 0..20 {
        pair(&branch, &wrong(&good)).is_refused(422, "pairing.code_wrong");
    }
    pair(&branch, &good).is_refused(410, "pairing.code_expired");
    pair(&branch, &code(&branch, "Caja 1")).is(201);
}

/// Types a code over a socket, as from a machine of its own; answers the status.
fn type_over(served: &support::Served, code: &str) -> (u16, String) {
    let body = json!({"code": code}).to_string();
    let mut stream = TcpStream::connect(served.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = format!(
        "POST /api/v1/devices/pair HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        served.address,
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
}

#[test]
fn whoever_guesses_waits_and_has_not_spoiled_the_code_for_others() {
    let branch = Branch::open().trusting_paired_screens();
    let good = code(&branch, "Caja 1");
    let mut served = branch.serve();
    let statuses: Vec<u16> = (0..100).map(|_| type_over(&served, &wrong(&good)).0).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 5, "a hundred guesses are five");
    let (status, answer) = type_over(&served, &good);
    assert!(status == 429 && answer.contains("retry-after: 31"), "{answer}");
    // Somebody at another address types it meanwhile.
    pair(&branch, &good).is(201);
    served.stop(&branch);
}

#[test]
fn a_screen_that_is_not_paired_reaches_nothing_but_pairing_health_and_files() {
    let branch = Branch::open().trusting_paired_screens();
    let ana = branch.add_staff("Ana", Role::Owner, "2580");
    let document = branch.get("openapi.json").is(200);
    let before = branch.sequence();
    let mut refused = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys().filter(|key| !key.starts_with("parameters")) {
            let ask = || branch.ask(&method.to_uppercase(), path).by_nobody();
            if OPEN.contains(&path.as_str()) {
                let answer = ask().send();
                assert_ne!(answer.status, 401, "{answer}");
                continue;
            }
            ask().send().is_refused(401, "device.unpaired");
            ask().header("cookie", "comanda_device=dev_00").send().is_refused(401, "device.unpaired");
            ask().header("authorization", "Bearer cmd_00").send().is_refused(401, "credentials.invalid");
            refused += 1;
        }
    }
    assert!(refused > 100, "{refused}");
    for page in ["/pos", "/kitchen", "/board", "/expo", "/manager", "/tickets"] {
        let answer = branch.ask("GET", page).by_nobody().send();
        assert_eq!((answer.status, answer.header("location")), (303, Some("/")), "{page}");
    }
    assert_ne!(branch.ask("GET", "/assets/x.js").by_nobody().send().status, 401);
    let log_in = branch.ask("POST", "auth/login").by_nobody().json(&json!({"staff": ana, "pin": "2580"}));
    log_in.send().is_refused(401, "device.unpaired");
    assert_eq!(branch.sequence(), before);
}

#[test]
fn a_session_taken_to_a_machine_that_is_not_paired_is_worth_nothing() {
    let branch = Branch::open().trusting_paired_screens();
    let ana = branch.add_staff("Ana", Role::Owner, "2580");
    let (_, device) = paired(&branch, "Caja 1");
    let log_in = on(&branch, &device, "POST", "auth/login").json(&json!({"staff": ana, "pin": "2580"})).send();
    let session = cookie_of(&log_in);
    assert_eq!(on(&branch, &format!("{device}; {session}"), "GET", "auth/me").send().is(200)["name"], json!("Ana"));
    on(&branch, &session, "GET", "auth/me").send().is_refused(401, "device.unpaired");
    let secret = session.split_once('=').unwrap().1;
    branch.ask("GET", "auth/me").with_secret(secret).send().is_refused(401, "credentials.invalid");
}

#[test]
fn a_stolen_tablet_is_put_out_at_once_with_its_sessions_and_its_open_socket() {
    let branch = Branch::open().trusting_paired_screens();
    let ana = branch.add_staff("Ana", Role::Cashier, "2580");
    let (id, device) = paired(&branch, "Caja 1");
    let (_, other) = paired(&branch, "Caja 2");
    let log_in = |device: &str| {
        let answer = on(&branch, device, "POST", "auth/login").json(&json!({"staff": ana, "pin": "2580"})).send();
        answer.is(200);
        format!("{device}; {}", cookie_of(&answer))
    };
    let (stolen, kept) = (log_in(&device), log_in(&other));
    let mut served = branch.serve();
    let connect = |cookie: &str| {
        let mut request = format!("ws://{}/api/v1/live", served.address).into_client_request().unwrap();
        request.headers_mut().insert("cookie", HeaderValue::from_str(cookie).unwrap());
        let stream = TcpStream::connect(served.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        client(request, stream).unwrap().0
    };
    let (mut socket, mut open) = (connect(&stolen), connect(&kept));

    branch.ask("DELETE", &format!("devices/{id}")).by(Role::Cashier).send().is_refused(403, "permission.missing");
    assert_eq!(branch.ask("DELETE", &format!("devices/{id}")).by(Role::Admin).send().status, 204);
    let farewell = loop {
        match socket.read() {
            Ok(Message::Close(Some(frame))) => break u16::from(frame.code),
            Ok(_) => {}
            Err(Error::ConnectionClosed) => panic!("it was cut without a word"),
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(farewell, 4401);
    on(&branch, &stolen, "GET", "auth/me").send().is_refused(401, "device.unpaired");
    assert_eq!(on(&branch, &kept, "GET", "auth/me").send().status, 200);
    open.send(Message::Ping(Vec::new().into())).unwrap();
    assert!(matches!(open.read(), Ok(Message::Pong(_) | Message::Ping(_))), "the other screen stays");
    let sessions = branch.ask("GET", "sessions").by(Role::Admin).send().is(200);
    assert_eq!(sessions["items"].as_array().unwrap().len(), 1);
    branch.ask("DELETE", &format!("devices/{id}")).by(Role::Admin).send().is_refused(404, "not_found");
    served.stop(&branch);
}

#[test]
fn what_is_done_on_a_paired_screen_says_on_which() {
    let branch = Branch::open();
    let ana = branch.add_staff("Ana", Role::Owner, "2580");
    let (id, device) = paired(&branch, "Caja 1");
    let answer = on(&branch, &device, "POST", "auth/login").json(&json!({"staff": ana, "pin": "2580"})).send();
    let cookie = format!("{device}; {}", cookie_of(&answer));
    let drawer = on(&branch, &cookie, "POST", "cash/open")
        .header("idempotency-key", "k")
        .json(&json!({"drawer": "Caja", "float": 0}));
    drawer.send().is(201);
    let acts = branch.ask("GET", "audit").by(Role::Admin).send().is(200);
    let (opened, let_in) = (&acts["items"][0], &acts["items"][1]);
    assert_eq!((&opened["kind"], &opened["device"]), (&json!("cash.shift_opened"), &json!(id)));
    assert_eq!((&let_in["kind"], &let_in["subject"]), (&json!("device.paired"), &json!(id)));
}

#[test]
fn a_tablet_that_is_paired_anew_is_one_screen_and_not_two() {
    let branch = Branch::open();
    let (first, device) = paired(&branch, "Caja 1");
    let again = code(&branch, "Cocina");
    let answer = on(&branch, &device, "POST", "devices/pair").json(&json!({"code": again})).send();
    assert_ne!(answer.is(201)["id"], json!(first));
    let listed = branch.ask("GET", "devices").by(Role::Admin).send().is(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(on(&branch, &device, "GET", "devices/this").send().is(200)["device"], Value::Null);
}
