//! What comes out at the pass: orders whole, and slips of deliveries; and what a branch's own picture and code need.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_edge::printing::setup::{self as printers, ChangedPrinter, NewPrinter};
use comanda_shared::printer::PrinterAddress;
use comanda_shared::staff::Role;
use serde_json::{Value, json};
use support::{Answer, Branch, lemonade};

fn branch(printer: NewPrinter) -> Branch {
    let branch = Branch::open();
    printers::add(branch.journal(), printer).unwrap();
    branch
}

fn at_the_pass() -> NewPrinter {
    NewPrinter { is_pass: true, ..NewPrinter::at("Pase", PrinterAddress::Virtual) }
}

fn send(branch: &Branch, method: &str, path: &str, body: &Value) -> Answer {
    branch.ask(method, path).by(Role::Admin).header("idempotency-key", &branch.new_key()).json(body).send()
}

fn count(branch: &Branch, kind: &str) -> usize {
    let jobs = branch.get("print/jobs?limit=200").is(200);
    jobs["items"].as_array().unwrap().iter().filter(|job| job["paper"] == kind).count()
}

fn delivery() -> Value {
    let mut order = lemonade();
    order["type"] = json!("delivery");
    order["customer"] = json!({"name": "Ana", "phone": "3001234567"});
    order["delivery"] = json!({"address": "Carrera 7 # 45-10"});
    order
}

#[test]
fn an_order_comes_out_whole_when_it_begins_and_whenever_it_is_another_and_a_repeat_prints_nothing() {
    let branch = branch(at_the_pass());
    let order = branch.take(&lemonade());
    assert_eq!(count(&branch, "whole_order"), 1);
    let id = order["id"].as_str().unwrap();
    let more = json!({"lines": lemonade()["lines"]});
    branch.post(&format!("orders/{id}/lines"), "more", &more).is(200);
    branch.post(&format!("orders/{id}/lines"), "more", &more).is(200);
    assert_eq!(count(&branch, "whole_order"), 2, "the repeat is none");
    send(&branch, "POST", &format!("orders/{id}/tip"), &json!({"amount": 100_000})).is(200);
    assert_eq!(count(&branch, "whole_order"), 2, "a tip is nothing to put in a bag");
    let version = branch.order(&order["id"])["version"].to_string();
    let cancel = branch.ask("POST", &format!("orders/{id}/cancel")).by(Role::Admin).header("if-match", &version);
    cancel.header("idempotency-key", &branch.new_key()).json(&json!({"reason": "se fueron"})).send().is(200);
    assert_eq!((count(&branch, "whole_order"), count(&branch, "delivery_slip")), (3, 0));
}

#[test]
fn a_delivery_that_is_ready_gets_its_slip_also_where_only_the_counter_has_a_printer() {
    let counter = NewPrinter { is_counter: true, ..NewPrinter::at("Caja", PrinterAddress::Virtual) };
    for (printer, whole) in [(at_the_pass(), 1), (counter, 0)] {
        let branch = branch(printer);
        let order = branch.take(&delivery());
        let id = order["id"].as_str().unwrap();
        assert_eq!(count(&branch, "delivery_slip"), 0);
        let status = format!("orders/{id}/status");
        send(&branch, "PATCH", &status, &json!({"status": "ready"})).is(200);
        assert_eq!((count(&branch, "delivery_slip"), count(&branch, "whole_order")), (1, whole));
        send(&branch, "PATCH", &status, &json!({"status": "on_the_way"})).is(200);
        assert_eq!(count(&branch, "delivery_slip"), 1, "it has its slip");
    }
}

#[test]
fn a_paper_of_the_pass_is_printed_again_by_hand_says_which_reprint_it_is_and_is_looked_over() {
    let branch = branch(at_the_pass());
    let order = branch.take(&delivery());
    let papers = format!("orders/{}/papers", order["id"].as_str().unwrap());
    let reprint = |job: &Value| {
        let jobs = branch.get("print/jobs?limit=200").is(200);
        let found = jobs["items"].as_array().unwrap().iter().find(|other| other["id"] == *job).cloned().unwrap();
        (found["paper"].as_str().unwrap().to_owned(), found["reprint"].as_u64().unwrap())
    };
    for (key, paper, times) in
        [("a", "whole_order", 1), ("b", "delivery_slip", 1), ("c", "delivery_slip", 2), ("d", "whole_order", 2)]
    {
        let printed = branch.post(&papers, key, &json!({"paper": paper})).is(200);
        assert_eq!(reprint(&printed["jobs"][0]), (paper.to_owned(), times));
    }
    let repeat = branch.post(&papers, "d", &json!({"paper": "whole_order"})).is(200);
    assert_eq!(repeat["jobs"], json!([]), "a repeat prints nothing");
    assert_eq!((count(&branch, "whole_order"), count(&branch, "delivery_slip")), (3, 2));

    let acts = branch.ask("GET", "audit").by(Role::Admin).send().is(200);
    let acts = acts["items"].as_array().unwrap().iter();
    assert_eq!(acts.filter(|act| act["kind"] == "order.paper_reprinted").count(), 4);
}

#[test]
fn what_no_order_has_is_not_printed_again_and_neither_is_anything_where_no_printer_stands() {
    let branch = branch(at_the_pass());
    let order = branch.take(&lemonade());
    let papers = format!("orders/{}/papers", order["id"].as_str().unwrap());
    let slip = json!({"paper": "delivery_slip"});
    send(&branch, "POST", &papers, &slip).is_refused(409, "order.illegal_transition");
    send(&branch, "POST", &papers, &json!({"paper": "menu"})).is_refused(422, "field.invalid");
    let nowhere = Branch::open();
    let order = nowhere.take(&delivery());
    let papers = format!("orders/{}/papers", order["id"].as_str().unwrap());
    send(&nowhere, "POST", &papers, &slip).is_refused(409, "printer.none");
}

#[test]
fn a_slip_looks_as_the_branch_has_arranged_it_and_one_of_before_as_it_did() {
    let branch = branch(at_the_pass());
    let order = branch.take(&delivery());
    let papers = format!("orders/{}/papers", order["id"].as_str().unwrap());
    let slip = || send(&branch, "POST", &papers, &json!({"paper": "delivery_slip"})).is(200)["jobs"][0].clone();
    let picture = |job: &Value| {
        let drawn = branch.ask("GET", &format!("print/jobs/{}/picture", job.as_str().unwrap())).by(Role::Admin);
        drawn.send().bytes
    };
    let before = slip();
    let as_it_was = picture(&before);
    let mut templates = branch.ask("GET", "settings/papers").by(Role::Admin).send().is(200);
    templates.as_object_mut().unwrap().remove("version");
    let words = json!({"field": "text", "text": "No olvide las salsas", "size": "large"});
    templates["delivery_slip"].as_array_mut().unwrap().push(words);
    send(&branch, "PUT", "settings/papers", &templates).is(200);
    let height = |png: &[u8]| u32::from_be_bytes(png[20..24].try_into().unwrap());
    assert_eq!(picture(&before), as_it_was);
    assert!(height(&picture(&slip())) > height(&as_it_was));
}

#[test]
fn where_nobody_set_a_printer_up_for_it_nothing_comes_out() {
    let branch = Branch::open();
    let order = branch.take(&delivery());
    let status = format!("orders/{}/status", order["id"].as_str().unwrap());
    send(&branch, "PATCH", &status, &json!({"status": "ready"})).is(200);
    assert_eq!(count(&branch, "whole_order") + count(&branch, "delivery_slip"), 0);
}

#[test]
fn a_printer_is_changed_by_its_name_and_what_is_not_said_stays() {
    let branch = branch(NewPrinter { limit_seconds: Some(90), ..at_the_pass() });
    let change = ChangedPrinter { columns: Some(32), is_counter: Some(true), ..ChangedPrinter::default() };
    printers::change(branch.journal(), "Pase", change).unwrap();
    let printers_in_use = branch.get("settings/printers").is(200);
    let printer =
        printers_in_use["items"].as_array().unwrap().iter().find(|printer| printer["name"] == "Pase").unwrap();
    assert_eq!(
        (&printer["columns"], &printer["is_counter"], &printer["is_pass"]),
        (&json!(32), &json!(true), &json!(true))
    );
    assert_eq!((&printer["limit_seconds"], &printer["name"]), (&json!(90), &json!("Pase")));
    let nobody = printers::change(branch.journal(), "Nadie", ChangedPrinter::default()).unwrap_err();
    assert!(nobody.to_string().contains("Nadie"), "{nobody}");
    let absurd = ChangedPrinter { limit_seconds: Some(3), ..ChangedPrinter::default() };
    assert!(printers::change(branch.journal(), "Pase", absurd).is_err());
}

/// A PNG of black dots.
fn black(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&vec![0; (width * height).try_into().unwrap()]).unwrap();
    writer.finish().unwrap();
    file
}

fn upload(branch: &Branch, file: &[u8]) -> Answer {
    branch
        .ask("POST", "settings/papers/pictures")
        .by(Role::Admin)
        .bytes(file.to_vec())
        .header("content-type", "image/png")
        .send()
}

#[test]
fn a_logo_is_uploaded_once_used_by_name_and_what_is_no_picture_is_refused() {
    let branch = branch(at_the_pass());
    let kept = upload(&branch, &black(64, 64)).is(201);
    let name = kept["picture"].as_str().unwrap();
    assert_eq!(upload(&branch, &black(64, 64)).is(201)["picture"], name, "the same file is kept once");
    for file in [&b"GIF89a"[..], b"", &black(64, 64)[..40]] {
        upload(&branch, file).is_refused(422, "picture.unusable");
    }

    let mut templates = branch.ask("GET", "settings/papers").by(Role::Admin).send().is(200);
    templates.as_object_mut().unwrap().remove("version");
    let with = |picture: &str| {
        let mut changed = templates.clone();
        changed["receipt"]
            .as_array_mut()
            .unwrap()
            .insert(0, json!({"field": "logo", "size": "large", "picture": picture}));
        changed
    };
    let preview = |templates: &Value| {
        let body = json!({"paper": "receipt", "columns": 32, "blocks": templates["receipt"]});
        branch.ask("POST", "settings/papers/preview").by(Role::Admin).json(&body).send()
    };
    let plain = preview(&templates);
    let drawn = preview(&with(name));
    assert_eq!((plain.status, drawn.status), (200, 200));
    let height = |png: &[u8]| u32::from_be_bytes(png[20..24].try_into().unwrap());
    assert_eq!(height(&drawn.bytes) - height(&plain.bytes), 384, "a square as wide as the paper");
    let unknown = send(&branch, "PUT", "settings/papers", &with(&"0".repeat(64))).is(422);
    assert_eq!(unknown["code"], "field.invalid");
    assert_eq!(send(&branch, "PUT", "settings/papers", &with(name)).is(200)["version"], 2);
}

#[test]
fn a_copy_of_a_receipt_looks_as_its_first_print_did() {
    let counter = NewPrinter { is_counter: true, ..NewPrinter::at("Caja", PrinterAddress::Virtual) };
    let branch = branch(counter);
    let order = branch.take(&lemonade());
    let pay = json!({"order": order["id"], "method": "card", "amount": 595_000});
    send(&branch, "POST", "payments", &pay).is(201);
    let receipts = || {
        let jobs = branch.get("print/jobs?limit=200").is(200);
        let jobs = jobs["items"].as_array().unwrap().clone();
        let ids = jobs.iter().filter(|job| job["paper"] == "receipt").map(|job| job["id"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    let picture = |job: &str| branch.ask("GET", &format!("print/jobs/{job}/picture")).by(Role::Admin).send().bytes;
    let first = receipts();
    let as_it_was = picture(&first[0]);

    let mut templates = branch.ask("GET", "settings/papers").by(Role::Admin).send().is(200);
    templates.as_object_mut().unwrap().remove("version");
    let words = json!({"field": "text", "text": "Síguenos", "size": "large"});
    templates["receipt"].as_array_mut().unwrap().insert(0, words);
    send(&branch, "PUT", "settings/papers", &templates).is(200);
    assert_eq!(picture(&first[0]), as_it_was, "what waits is printed as it was meant");

    let height = |png: &[u8]| u32::from_be_bytes(png[20..24].try_into().unwrap());
    send(&branch, "POST", &format!("orders/{}/receipt", order["id"].as_str().unwrap()), &json!({})).is(200);
    let copy = receipts().into_iter().find(|job| !first.contains(job)).unwrap();
    let band = height(&picture(&copy)) - height(&as_it_was);
    assert!(band > 0 && band < 60, "only «COPIA 1» is new, not {band} dots");

    let next = branch.take(&lemonade());
    let pay = json!({"order": next["id"], "method": "card", "amount": 595_000});
    send(&branch, "POST", "payments", &pay).is(201);
    let newest = receipts().into_iter().find(|job| !first.contains(job) && *job != copy).unwrap();
    assert!(height(&picture(&newest)) > height(&as_it_was), "the next one has the new words");
}
