//! Alerts over the API and over the live channel: opened once, taken once, gone when it is over.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_edge::alerts::feature::{clear, raise};
use comanda_shared::alert::{AlertKey, AlertKind, Matter};
use comanda_shared::ids::{PrinterId, StationId, TicketId};
use comanda_shared::staff::{Actor, Role};
use serde_json::{Value, json};
use support::{Branch, LUNCH};
use uuid::Uuid;

fn printer() -> PrinterId {
    PrinterId::from_uuid(Uuid::from_u128(7))
}

fn fryer(branch: &Branch) -> StationId {
    let stations = branch.get("stations").is(200);
    stations["items"][0]["id"].as_str().unwrap().parse().unwrap()
}

fn printer_is_down(branch: &Branch) {
    let stations = [fryer(branch)];
    let matter = Matter::PrinterDown { printer: printer(), name: "Cocina".to_owned() };
    branch.journal().operate_blocking(Actor::Branch, move |step| raise(step, matter, &stations)).unwrap();
}

fn printer_is_back(branch: &Branch) {
    let key = AlertKey { kind: AlertKind::PrinterDown, subject: printer().uuid() };
    branch.journal().operate_blocking(Actor::Branch, move |step| clear(step, &key)).unwrap();
}

fn open(branch: &Branch) -> Vec<Value> {
    branch.get("alerts").is(200)["items"].as_array().unwrap().clone()
}

fn take(branch: &Branch, role: Role, alert: &Value, key: &str) -> support::Answer {
    let path = format!("alerts/{}/take", alert["id"].as_str().unwrap());
    branch.ask("POST", &path).by(role).header("idempotency-key", key).send()
}

#[test]
fn a_fault_opens_one_alert_however_often_it_is_seen_and_closes_it_when_it_is_over() {
    let branch = Branch::open();
    printer_is_down(&branch);
    let sequence = branch.sequence();
    printer_is_down(&branch);
    assert_eq!(branch.sequence(), sequence, "what is known is not written again");
    let [alert] = &open(&branch)[..] else { panic!("one alert") };
    let about = json!({"kind": "printer.down", "severity": "high", "printer": printer(), "raised_at": LUNCH});
    for (field, value) in about.as_object().unwrap() {
        assert_eq!(&alert[field], value, "{alert}");
    }
    assert!(alert["message"].as_str().unwrap().contains("«Cocina»"), "{alert}");
    printer_is_back(&branch);
    printer_is_back(&branch);
    assert!(open(&branch).is_empty());
    let closed = branch.get("alerts?closed=true").is(200);
    assert_eq!((&closed["items"][0]["id"], &closed["items"][0]["closed_at"]), (&alert["id"], &json!(LUNCH)));
    printer_is_down(&branch);
    assert_ne!(open(&branch)[0]["id"], alert["id"], "the next time is another alert");
}

#[test]
fn what_matters_most_stands_first() {
    let branch = Branch::open();
    printer_is_down(&branch);
    let order = comanda_shared::ids::OrderId::from_uuid(Uuid::from_u128(2));
    let (number, station) = ("L-0001".to_owned(), "Freidora".to_owned());
    let ticket = TicketId::from_uuid(Uuid::from_u128(1));
    let matter = Matter::TicketByHand { ticket, order, number, station };
    branch.journal().operate_blocking(Actor::Branch, move |step| raise(step, matter, &[])).unwrap();
    let kinds: Vec<_> = open(&branch).iter().map(|alert| alert["kind"].clone()).collect();
    assert_eq!(kinds, [json!("ticket.by_hand"), json!("printer.down")]);
}

#[test]
fn two_who_take_an_alert_learn_who_was_first() {
    let mut branch = Branch::open();
    printer_is_down(&branch);
    let alert = open(&branch).remove(0);
    let first = take(&branch, Role::Kitchen, &alert, "a").is(200);
    assert_eq!(first["taken_by"], "script-kitchen");
    assert_eq!(take(&branch, Role::Cashier, &alert, "b").is(200)["taken_by"], "script-kitchen");
    let again = take(&branch, Role::Kitchen, &alert, "a");
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    branch.restart();
    assert_eq!(open(&branch)[0]["taken_by"], "script-kitchen");
}

#[test]
fn an_alert_that_is_over_or_never_was_cannot_be_taken() {
    let branch = Branch::open();
    printer_is_down(&branch);
    let alert = open(&branch).remove(0);
    printer_is_back(&branch);
    take(&branch, Role::Kitchen, &alert, "a").is_refused(409, "alert.closed");
    take(&branch, Role::Kitchen, &json!({"id": Uuid::from_u128(9)}), "b").is_refused(404, "not_found");
    branch.ask("POST", "alerts/x/take").header("idempotency-key", "c").send().is_refused(404, "not_found");
    branch.get("alerts?closed=perhaps").is_refused(400, "request.malformed");
}
