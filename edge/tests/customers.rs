//! Guests over HTTP: found as people look for them, kept with their consent, forgotten when they ask.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_shared::staff::Role;
use serde_json::{Value, json};
use support::{Answer, Branch};

const WORDING: &str = "¿Autoriza guardar sus datos para sus pedidos?";

fn add(branch: &Branch, card: &Value) -> Answer {
    branch.post("customers", &branch.new_key(), card)
}

fn ana(branch: &Branch) -> Value {
    let card = json!({"phone": "+57 300 123 4567", "name": "Ana Muñoz", "email": "ana@correo.co",
        "document": {"kind": "nit", "number": "890903938"},
        "addresses": [{"text": "Carrera 7 # 12-34", "notes": "Torre 2"}, {"text": "Calle 80 # 1-1"}],
        "consent": WORDING});
    add(branch, &card).is(201)
}

fn path(card: &Value, rest: &str) -> String {
    format!("customers/{}{rest}", card["id"].as_str().unwrap())
}

fn found(branch: &Branch, text: &str) -> Vec<String> {
    let list = branch.get(&format!("customers?search={text}")).is(200);
    list["items"].as_array().unwrap().iter().map(|card| card["name"].as_str().unwrap().to_owned()).collect()
}

fn order_of(branch: &Branch, card: &Value) -> Answer {
    let line = json!({"product": "limonada", "quantity": 2});
    branch.post(
        "orders",
        &branch.new_key(),
        &json!({"type": "takeaway", "channel": "phone", "customer": {"id": card["id"]}, "lines": [line]}),
    )
}

#[test]
fn a_guest_is_found_by_the_last_digits_and_by_the_beginnings_of_words_without_accents() {
    let branch = Branch::open();
    ana(&branch);
    add(&branch, &json!({"phone": "6015551234", "name": "Ángel Peña", "consent": WORDING})).is(201);
    for (text, names) in [
        ("4567", vec!["Ana Muñoz"]),
        ("300%20123%204567", vec!["Ana Muñoz"]),
        ("1234", vec!["Ángel Peña"]),
        ("munoz", vec!["Ana Muñoz"]),
        ("MUÑ%20an", vec!["Ana Muñoz"]),
        ("an", vec!["Ana Muñoz", "Ángel Peña"]),
        ("uñoz", vec![]),
        ("ana@correo", vec!["Ana Muñoz"]),
        ("890903938", vec!["Ana Muñoz"]),
        ("9999", vec![]),
        ("%25_", vec!["Ángel Peña", "Ana Muñoz"]),
        ("", vec!["Ángel Peña", "Ana Muñoz"]),
    ] {
        let mut found = found(&branch, text);
        if text == "an" {
            found.sort();
        }
        assert_eq!(found, names, "{text}");
    }
    branch.get(&format!("customers?search={}", "x".repeat(121))).is_refused(400, "request.malformed");
}

#[test]
fn a_card_shows_what_was_told_and_what_was_allowed() {
    let branch = Branch::open();
    let card = ana(&branch);
    assert_eq!((&card["status"], &card["version"]), (&json!("active"), &json!(2)));
    assert_eq!(card["document"], json!({"kind": "nit", "number": "890903938-8"}));
    assert_eq!(card["addresses"][1], json!({"text": "Calle 80 # 1-1", "notes": null}));
    let consent = &card["consents"][0];
    assert_eq!((&consent["purpose"], &consent["given"]), (&json!("orders"), &json!(true)));
    assert_eq!((&consent["wording"], &consent["at"]), (&json!(WORDING), &json!(support::LUNCH)));
    assert_eq!((&card["orders"], &card["spent"], &card["last_seen"]), (&json!(0), &json!(0), &Value::Null));
    let marketing = json!({"purpose": "marketing", "given": true, "wording": "¿Quiere recibir ofertas?"});
    let more = branch.post(&path(&card, "/consents"), "yes", &marketing).is(200);
    assert_eq!(more["consents"].as_array().unwrap().len(), 2);
}

#[test]
fn what_cannot_be_kept_is_refused_at_its_field_and_writes_nothing() {
    let branch = Branch::open();
    ana(&branch);
    let before = branch.sequence();
    for (card, code, field) in [
        (json!({"phone": "300", "consent": WORDING}), "field.invalid", "phone"),
        (json!({"phone": "300-CALL", "consent": WORDING}), "field.invalid", "phone"),
        (json!({"phone": "3019999999", "email": "ana", "consent": WORDING}), "field.invalid", "email"),
        (
            json!({"phone": "3019999999", "document": {"kind": "nit", "number": "890903938-7"}, "consent": WORDING}),
            "field.invalid",
            "document.number",
        ),
        (
            json!({"phone": "3019999999", "addresses": [{"text": " "}], "consent": WORDING}),
            "field.invalid",
            "addresses[0].text",
        ),
        (json!({"phone": "3019999999"}), "consent.missing", "consent"),
        (json!({"phone": "3019999999", "consent": " "}), "field.invalid", "wording"),
    ] {
        add(&branch, &card).is_refused_at(422, code, field);
    }
    add(&branch, &json!({"phone": "300 1234567", "consent": WORDING})).is_refused_at(
        409,
        "customer.phone_taken",
        "phone",
    );
    let waiter = branch.ask("GET", "customers").by(Role::Waiter).send();
    waiter.is_refused(403, "permission.missing");
    assert_eq!(branch.sequence(), before);
}

#[test]
fn a_card_is_made_once_however_often_it_is_sent() {
    let branch = Branch::open();
    let card = json!({"phone": "3001234567", "name": "Ana", "consent": WORDING});
    let first = branch.post("customers", "k", &card).is(201);
    let again = branch.post("customers", "k", &card);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.is(200)["id"], first["id"]);
    branch
        .post("customers", "k", &json!({"phone": "3001234568", "consent": WORDING}))
        .is_refused(422, "idempotency_key.reused");
}

#[test]
fn two_tills_that_write_one_card_do_not_lose_each_others_changes() {
    let branch = Branch::open();
    let card = ana(&branch);
    let change = |version: &str, name: &str| {
        let body = json!({"status": "active", "phone": "3001234567", "name": name});
        branch.ask("PUT", &path(&card, "")).header("if-match", version).json(&body).send()
    };
    assert_eq!(change("2", "Ana María").is(200)["version"], json!(3));
    change("2", "Anita").is_refused(409, "customer.version_conflict");
    assert_eq!(branch.get(&path(&card, "")).is(200)["name"], json!("Ana María"));
    let body = json!({"status": "active", "phone": "3001234567"});
    branch.ask("PUT", &path(&card, "")).json(&body).send().is_refused(428, "version.required");
}

#[test]
fn an_order_of_a_known_guest_has_what_the_card_says_and_counts_on_it() {
    let branch = Branch::open();
    let card = ana(&branch);
    let order = order_of(&branch, &card).is(201);
    assert_eq!(order["customer"], json!({"id": card["id"], "name": "Ana Muñoz", "phone": "+57 300 123 4567"}));
    let cancelled = order_of(&branch, &card).is(201);
    let cancel = format!("orders/{}/cancel", cancelled["id"].as_str().unwrap());
    branch.ask("POST", &cancel).header("if-match", "2").json(&json!({"reason": "se fue"})).send().is(200);
    let now = branch.get(&path(&card, "")).is(200);
    assert_eq!(
        (&now["orders"], &now["spent"], &now["last_seen"]),
        (&json!(1), &order["total"], &json!(support::LUNCH))
    );
    let orders = branch.get(&path(&card, "/orders")).is(200);
    let ids: Vec<&Value> = orders["items"].as_array().unwrap().iter().map(|order| &order["id"]).collect();
    assert_eq!(ids, [&cancelled["id"], &order["id"]]);
    let past = &orders["items"][1];
    assert_eq!(past["words"], json!(["2 Limonada"]));
    assert_eq!(past["again"], json!([{"product": "limonada", "quantity": 2, "modifiers": [], "choices": []}]));
}

#[test]
fn what_a_guest_had_is_had_again_with_its_choices_where_the_menu_still_has_it() {
    let branch = Branch::open();
    let card = ana(&branch);
    let lines = json!([{"product": "salchipapa-especial", "quantity": 1, "modifiers": ["queso-extra", "aji"]},
                       {"product": "jugo", "quantity": 3, "modifiers": ["grande"]}]);
    branch.take(&json!({"type": "takeaway", "customer": {"id": card["id"]}, "lines": lines}));
    let mut menu = support::catalog();
    menu["categories"][1]["products"][1]["active"] = json!(false);
    branch.import(&menu);
    let orders = branch.get(&path(&card, "/orders")).is(200);
    let past = &orders["items"][0];
    let fries =
        json!({"product": "salchipapa-especial", "quantity": 1, "modifiers": ["queso-extra", "aji"], "choices": []});
    assert_eq!((&past["again"], &past["missing"]), (&json!([fries]), &json!(["Jugo"])));
}

#[test]
fn a_blocked_guest_and_a_card_that_is_none_take_no_order() {
    let branch = Branch::open();
    let card = ana(&branch);
    let body = json!({"status": "blocked", "phone": "3001234567", "notes": "No paga"});
    branch.ask("PUT", &path(&card, "")).header("if-match", "2").json(&body).send().is(200);
    order_of(&branch, &card).is_refused(409, "customer.blocked");
    order_of(&branch, &json!({"id": "0193a000-0000-7000-8000-000000000000"})).is_refused(422, "customer.unknown");
}

#[test]
fn an_erased_guest_is_found_nowhere_and_their_orders_stay_without_them() {
    let branch = Branch::open();
    let card = ana(&branch);
    let order = order_of(&branch, &card).is(201);
    let line = json!({"product": "limonada", "quantity": 1});
    let told = branch.take(&json!({"type": "takeaway", "customer": {"phone": "300-123-4567"}, "lines": [line]}));
    let erase = |role| branch.ask("DELETE", &path(&card, "")).by(role).send();
    erase(Role::Cashier).is_refused(403, "permission.missing");
    assert_eq!(erase(Role::Admin).status, 204);
    branch.get(&path(&card, "")).is_refused(404, "not_found");
    assert_eq!(found(&branch, "4567"), [""; 0]);
    for id in [&order["id"], &told["id"]] {
        assert_eq!(branch.order(id)["customer"], json!({"id": null, "name": "borrado", "phone": "borrado"}));
    }
    assert_eq!(branch.order(&order["id"])["total"], order["total"]);
    let before = branch.sequence();
    assert_eq!(erase(Role::Admin).status, 204, "asked again");
    assert_eq!(branch.sequence(), before);
    add(&branch, &json!({"phone": "3001234567", "name": "Ana", "consent": WORDING})).is(201);
    branch.get("customers/nadie").is_refused(404, "not_found");
}
