//! Printers as an installer sets them up: found, told apart, added, changed, taken away.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use std::io::{Read, Write};
use std::net::TcpListener;

use comanda_shared::staff::Role;
use serde_json::{Value, json};
use support::{Answer, Branch};

fn send(branch: &Branch, method: &str, path: &str, body: &Value) -> Answer {
    branch.ask(method, path).by(Role::Admin).header("idempotency-key", &branch.new_key()).json(body).send()
}

fn names(branch: &Branch) -> Vec<String> {
    let printers = branch.ask("GET", "settings/printers").by(Role::Admin).send().is(200);
    printers["items"].as_array().unwrap().iter().map(|printer| printer["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_printer_is_added_changed_and_taken_away_on_a_screen() {
    let branch = Branch::open();
    let stations = branch.get("stations").is(200);
    let station = stations["items"][0]["id"].as_str().unwrap().to_owned();
    let plan = json!({"name": "Barra", "address": "tcp://127.0.0.1:1", "columns": 32, "stations": [station], "model": "pos-5890"});
    let key = branch.new_key();
    let add =
        || branch.ask("POST", "settings/printers").by(Role::Admin).header("idempotency-key", &key).json(&plan).send();
    let id = add().is(201)["id"].as_str().unwrap().to_owned();
    assert_eq!(add().is(201)["id"], id.as_str(), "the same request is the same printer");
    assert_eq!(names(&branch), ["Cocina", "Barra"]);

    let changed = json!({"name": "Barra fría", "address": "virtual:", "columns": 48, "beeps": true, "drawer": "five"});
    send(&branch, "PUT", &format!("settings/printers/{id}"), &changed).is(200);
    let printers = branch.ask("GET", "settings/printers").by(Role::Admin).send().is(200);
    let bar = &printers["items"][1];
    assert_eq!((&bar["name"], &bar["beeps"], &bar["drawer"]), (&json!("Barra fría"), &json!(true), &json!("five")));
    assert_eq!(bar["stations"], json!([]), "what is absent is as if it had never been said");

    send(&branch, "DELETE", &format!("settings/printers/{id}"), &Value::Null).is(200);
    assert_eq!(names(&branch), ["Cocina"]);
    send(&branch, "DELETE", &format!("settings/printers/{id}"), &Value::Null).is(404);
}

#[test]
fn a_printer_that_cannot_be_set_up_so_is_refused_by_the_field_and_nothing_changes() {
    let branch = Branch::open();
    let before = branch.sequence();
    let plan = |field: &str, value: Value| {
        let mut plan = json!({"name": "Barra", "address": "virtual:", "columns": 48});
        plan[field] = value;
        plan
    };
    let unknown = "0193a000-0000-7000-8000-0000000000ff";
    for (field, value, status, code) in [
        ("name", json!("Cocina"), 409, "name.taken"),
        ("name", json!(""), 422, "field.invalid"),
        ("address", json!("192.168.1.50"), 422, "field.invalid"),
        ("columns", json!(12), 422, "field.invalid"),
        ("code_page", json!("pc999"), 422, "field.invalid"),
        ("stations", json!([unknown]), 422, "field.invalid"),
        ("fallback", json!(unknown), 422, "printer.unknown"),
        ("model", json!("tm-x"), 422, "field.invalid"),
        ("code_page_number", json!(300), 422, "field.invalid"),
    ] {
        let problem = send(&branch, "POST", "settings/printers", &plan(field, value)).is(status);
        assert_eq!(problem["code"], code, "{problem}");
        assert!(problem["errors"][0]["field"].as_str().unwrap().starts_with(field), "{problem}");
    }
    assert_eq!((names(&branch), branch.sequence()), (vec!["Cocina".to_owned()], before));
}

#[test]
fn a_printer_is_found_by_looking_and_shows_itself_by_a_number() {
    let branch = Branch::open();
    let listener = TcpListener::bind("127.0.61.2:9100").unwrap();
    let looked = send(&branch, "POST", "printers/discover", &json!({"range": "127.0.61.0/29"})).is(200);
    let found: Vec<_> =
        looked["items"].as_array().unwrap().iter().map(|found| found["address"].as_str().unwrap()).collect();
    assert!(found.contains(&"tcp://127.0.61.2:9100"), "{looked}");
    drop(listener.accept().unwrap());

    let printing = std::thread::spawn(move || {
        let (mut page, mut bytes) = (listener.accept().unwrap().0, Vec::new());
        page.read_to_end(&mut bytes).unwrap();
        page.flush().unwrap();
        bytes
    });
    let number = json!({"address": "tcp://127.0.61.2:9100", "number": 7});
    assert_eq!(send(&branch, "POST", "printers/identify", &number).is(200)["proof"], "delivered");
    let page = printing.join().unwrap();
    assert!(page.windows(2).any(|two| two == b"7\n") && page.windows(9).any(|word| word == b"IMPRESORA"));

    let silent = json!({"address": "tcp://127.0.61.3:9100", "number": 8});
    assert_eq!(send(&branch, "POST", "printers/identify", &silent).is(409)["code"], "printer.silent");
    for (path, body) in [
        ("printers/discover", json!({"range": "8.8.8.0/24"})),
        ("printers/identify", json!({"address": "virtual:", "number": 1})),
        ("printers/identify", json!({"address": "tcp://127.0.61.2:9100", "number": 100})),
    ] {
        assert_eq!(send(&branch, "POST", path, &body).is(422)["code"], "field.invalid", "{body}");
    }
}
