//! What comes out of the printer at the counter: receipts, pre-bills, counts, reports, and the drawer.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_edge::environment::Environment;
use comanda_edge::journal::open_reader;
use comanda_edge::journal::verify::PrintedHead;
use comanda_edge::printing::setup::{self as printers, NewPrinter};
use comanda_shared::paper::PrintedDocument;
use comanda_shared::printer::PrinterAddress;
use comanda_shared::staff::Role;
use serde_json::{Value, json};
use support::{Answer, Branch, lemonade};

const LEMONADE: i64 = 595_000;

/// A branch with a printer at the counter.
fn branch() -> Branch {
    let branch = Branch::open();
    let printer = NewPrinter { is_counter: true, ..NewPrinter::at("Caja", PrinterAddress::Virtual) };
    printers::add(branch.journal(), printer).unwrap();
    branch.set_code("ESQ");
    branch
}

fn send(branch: &Branch, path: &str, body: &Value) -> Answer {
    branch.ask("POST", path).by(Role::Admin).header("idempotency-key", &branch.new_key()).json(body).send()
}

/// What waits for the printers, by kind, the first first.
fn waiting(branch: &Branch) -> Vec<String> {
    let jobs = branch.get("print/jobs").is(200);
    let kind = |job: &Value| job["paper"].as_str().unwrap_or("ticket").to_owned();
    jobs["items"].as_array().unwrap().iter().map(kind).collect()
}

fn count(branch: &Branch, kind: &str) -> usize {
    waiting(branch).iter().filter(|waiting| *waiting == kind).count()
}

#[test]
fn cash_opens_the_drawer_and_the_last_payment_prints_the_receipt_once() {
    let branch = branch();
    send(&branch, "cash/open", &json!({"drawer": "principal", "float": 0})).is(201);
    let order = branch.take(&lemonade());
    let pay = |method: &str, amount: i64| json!({"order": order["id"], "method": method, "amount": amount});
    send(&branch, "payments", &pay("cash", 200_000)).is(201);
    assert_eq!((count(&branch, "drawer_pulse"), count(&branch, "receipt")), (1, 0), "{:?}", waiting(&branch));
    let body = pay("card", LEMONADE - 200_000);
    branch.post("payments", "last", &body).is(201);
    branch.post("payments", "last", &body).is(200);
    assert_eq!((count(&branch, "drawer_pulse"), count(&branch, "receipt")), (1, 1), "a repeat prints nothing again");
}

#[test]
fn a_receipt_is_printed_again_as_a_copy_and_not_before_there_is_one() {
    let branch = branch();
    let order = branch.take(&lemonade());
    let again = format!("orders/{}/receipt", order["id"].as_str().unwrap());
    send(&branch, &again, &json!({})).is_refused(409, "receipt.none");
    send(&branch, "payments", &json!({"order": order["id"], "method": "card", "amount": LEMONADE})).is(201);
    let printed = send(&branch, &again, &json!({})).is(200);
    assert_eq!(printed["jobs"].as_array().unwrap().len(), 1);
    assert_eq!(count(&branch, "receipt"), 2);
}

#[test]
fn a_pre_bill_says_when_the_guest_got_it_and_needs_a_printer() {
    let branch = branch();
    let order = branch.take(&lemonade());
    let bill = format!("orders/{}/bill", order["id"].as_str().unwrap());
    assert_eq!(send(&branch, &bill, &json!({})).is(200)["jobs"].as_array().unwrap().len(), 1);
    assert_eq!(count(&branch, "pre_bill"), 1);
    assert!(branch.order(&order["id"])["bill_printed_at"].is_string());

    let without = Branch::open();
    let order = without.take(&lemonade());
    let bill = format!("orders/{}/bill", order["id"].as_str().unwrap());
    send(&without, &bill, &json!({})).is_refused(409, "printer.none");
}

#[test]
fn a_count_and_a_days_report_come_out_at_the_counter() {
    let branch = branch();
    send(&branch, "cash/open", &json!({"drawer": "principal", "float": 0})).is(201);
    send(&branch, "cash/movements", &json!({"kind": "in", "amount": 100, "reason": "cambio"})).is(201);
    assert_eq!(count(&branch, "drawer_pulse"), 1);
    send(&branch, "cash/close", &json!({"counted": {"cash": []}})).is(200);
    assert_eq!(count(&branch, "shift_report"), 1);
    send(&branch, "cash/reports/z", &json!({})).is(201);
    assert_eq!(count(&branch, "shift_report"), 2);
}

fn put(branch: &Branch, body: &Value) -> Answer {
    branch.ask("PUT", "settings/papers").by(Role::Admin).header("idempotency-key", &branch.new_key()).json(body).send()
}

fn in_use(branch: &Branch) -> Value {
    branch.ask("GET", "settings/papers").by(Role::Admin).send().is(200)
}

#[test]
fn what_stands_on_tickets_is_changed_and_a_ticket_of_before_looks_as_it_did() {
    let branch = branch();
    let picture = |ticket: &Value| {
        let drawn = branch.get(&format!("print/tickets/{}.png", ticket.as_str().unwrap()));
        assert_eq!(drawn.status, 200);
        drawn.bytes
    };
    let ticket_of = |order: &Value| {
        let tickets = branch.get(&format!("orders/{}/tickets", order["id"].as_str().unwrap())).is(200);
        tickets["items"][0]["id"].clone()
    };
    let before = branch.take(&lemonade());
    let old = ticket_of(&before);
    let as_it_was = picture(&old);

    let mut templates = in_use(&branch);
    assert_eq!(templates["version"], 1);
    templates.as_object_mut().unwrap().remove("version");
    let words = json!({"field": "text", "text": "Lavarse las manos", "size": "tall", "align": "center"});
    templates["ticket"].as_array_mut().unwrap().insert(0, words);
    assert_eq!(put(&branch, &templates).is(200)["version"], 2);
    assert_eq!(put(&branch, &templates).is(200)["version"], 2, "what is so already is no new version");
    assert_eq!(in_use(&branch)["ticket"][0]["text"], "Lavarse las manos");

    let new = ticket_of(&branch.take(&lemonade()));
    assert_eq!(picture(&old), as_it_was);
    assert_ne!(picture(&new).len(), as_it_was.len());
}

#[test]
fn a_template_that_cannot_be_used_is_refused_with_what_is_wrong_and_nothing_changes() {
    let branch = branch();
    let standard = in_use(&branch);
    let sequence = branch.sequence();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut templates = standard.clone();
        templates.as_object_mut().unwrap().remove("version");
        change(&mut templates);
        templates
    };
    let text = |words: &str| json!({"field": "text", "text": words, "size": "large"});
    for (change, code) in [
        (with(&|templates| templates["ticket"][0]["field"] = json!("horoscope")), "field.invalid"),
        (with(&|templates| templates["ticket"][0]["colour"] = json!("red")), "field.invalid"),
        (with(&|templates| drop(templates["receipt"].as_array_mut().unwrap().remove(0))), "template.incomplete"),
        (
            with(&|templates| templates["ticket"].as_array_mut().unwrap().push(json!({"field": "total"}))),
            "template.incomplete",
        ),
        (
            with(&|templates| templates["ticket"].as_array_mut().unwrap().push(text(&"x".repeat(25)))),
            "template.overflow",
        ),
        (with(&|templates| templates["ticket"].as_array_mut().unwrap().push(text(""))), "field.invalid"),
        (with(&|templates| drop(templates["delivery_slip"].as_array_mut().unwrap().remove(5))), "template.incomplete"),
        (
            with(&|templates| templates["whole_order"].as_array_mut().unwrap().push(json!({"field": "total"}))),
            "template.incomplete",
        ),
    ] {
        let problem = put(&branch, &change).is(422);
        assert_eq!(problem["code"], code, "{problem}");
        let preview = json!({"paper": "ticket", "columns": 48, "blocks": change["ticket"]});
        if change["ticket"] != standard["ticket"] {
            let drawn = branch.ask("POST", "settings/papers/preview").by(Role::Admin).json(&preview).send();
            assert_eq!(drawn.is(422)["code"], code, "it is not drawn either");
        }
    }
    assert_eq!((in_use(&branch), branch.sequence()), (standard, sequence));
}

#[test]
fn a_paper_is_looked_at_before_it_is_used_on_wide_and_on_narrow_paper() {
    let branch = branch();
    let standard = in_use(&branch);
    let papers = ["ticket", "receipt", "delivery_slip", "whole_order"];
    for (paper, columns) in papers.into_iter().flat_map(|paper| [(paper, 48), (paper, 32)]) {
        let body = json!({"paper": paper, "columns": columns, "blocks": standard[paper]});
        let drawn = branch.ask("POST", "settings/papers/preview").by(Role::Admin).json(&body).send();
        assert_eq!(drawn.status, 200, "{paper}");
        assert!(drawn.bytes.starts_with(b"\x89PNG"));
    }
}

#[test]
fn what_a_z_report_has_on_paper_is_what_the_journal_says() {
    let branch = branch();
    branch.take(&lemonade());
    let key = branch.new_key();
    branch.ask("POST", "cash/reports/z").by(Role::Admin).header("idempotency-key", &key).send().is(201);
    let file = open_reader(&branch.data().database(), &Environment::system()).unwrap();
    let latest = "SELECT paper FROM print_job WHERE paper IS NOT NULL ORDER BY ordinal DESC LIMIT 1";
    let paper: Vec<u8> = file.query_row(latest, [], |row| row.get(0)).unwrap();
    let (PrintedDocument::ShiftReport(report), _) = ser_write_msgpack::from_slice(&paper).unwrap() else {
        panic!("the report is printed last")
    };
    let figures = |label: &str| {
        let rows = report.sections.iter().flat_map(|section| &section.rows);
        rows.filter(|row| row.label == label).map(|row| row.value.as_str()).collect::<Vec<_>>().join(" ")
    };
    let typed: PrintedHead = format!("{} {}", figures("Registro"), figures("Huella")).parse().unwrap();
    assert_eq!(typed.contradicted(&file).unwrap(), None);
    let of_another_entry = PrintedHead { sequence: typed.sequence - 1, ..typed };
    assert!(of_another_entry.contradicted(&file).unwrap().is_some());
}
