//! Settings over HTTP: the tip that is proposed, the rounding of cash, the codes guests pay by.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_shared::staff::Role;
use serde_json::{Value, json};
use support::{Answer, Branch, lemonade};

/// A static key of the Colombian profile.
const KEY: &str = "00020101021126320014CO.COM.RBM.LLA0410@comanda0149250014CO.COM.RBM.RED0103RBM5204581253031705802CO5909LA PRUEBA6006BOGOTA61061101116213070300008020080270016CO.COM.RBM.CANAL0103POS90300016CO.COM.RBM.TRXID010600000091860014CO.COM.RBM.SEC0164bda18fd140a132280b03a4d76b9be2caa85902ea6f34faa9c1608c7e7ae0dc9b63042C5E";

fn set(branch: &Branch, settings: &Value) -> Answer {
    branch.ask("PUT", "settings").by(Role::Admin).json(settings).send()
}

fn method(branch: &Branch, name: &str) -> Value {
    let methods = branch.get("payments/methods").is(200);
    let found = methods["items"].as_array().unwrap().iter().find(|row| row["method"] == name);
    found.cloned().unwrap_or_default()
}

#[test]
fn the_code_of_a_bank_is_kept_as_it_was_given_and_offered_with_its_way_of_paying() {
    let mut branch = Branch::open();
    set(&branch, &json!({"payment_codes": {"nequi": format!("  {KEY}\n")}})).is(200);
    branch.restart();
    assert_eq!(method(&branch, "nequi")["qr"], json!({"payload": KEY}));
    assert_eq!(method(&branch, "daviplata")["qr"], Value::Null);
    set(&branch, &json!({"payment_codes": {"bre_b": KEY}})).is(200);
    assert_eq!(method(&branch, "nequi")["qr"], json!({"payload": KEY}), "the others stay");
    set(&branch, &json!({"payment_codes": {"nequi": ""}})).is(200);
    assert_eq!(
        (&method(&branch, "nequi")["qr"], &method(&branch, "bre_b")["qr"]["payload"]),
        (&Value::Null, &json!(KEY))
    );
}

#[test]
fn what_is_no_payment_code_is_refused_at_its_field_and_nothing_changes() {
    let branch = Branch::open();
    let before = branch.sequence();
    for (method, text) in [
        ("nequi", "https://nequi.com.co/pagar".to_owned()),
        ("nequi", KEY.replace("2C5E", "2C5F")),
        ("nequi", KEY[..KEY.len() - 8].to_owned()),
        ("cash", KEY.to_owned()),
    ] {
        let refused = set(&branch, &json!({"payment_codes": {method: text}}));
        refused.is_refused_at(422, "payment_code.invalid", &format!("payment_codes.{method}"));
    }
    set(&branch, &json!({"payment_codes": {"bitcoin": KEY}})).is_refused(422, "field.invalid");
    assert_eq!(branch.sequence(), before);
}

#[test]
fn the_tip_that_is_proposed_is_at_most_a_tenth_and_every_screen_is_told() {
    let branch = Branch::open();
    assert_eq!(branch.get("branch").is(200)["tip_permille"], json!(100));
    set(&branch, &json!({"tip_permille": 80})).is(200);
    assert_eq!(branch.get("branch").is(200)["tip_permille"], json!(80));
    set(&branch, &json!({"tip_permille": 101})).is_refused_at(422, "field.invalid", "tip_permille");
    let cashier = branch.ask("PUT", "settings").json(&json!({"tip_permille": 0})).send();
    cashier.is_refused(403, "permission.missing");
}

#[test]
fn cash_is_rounded_by_a_line_of_its_own_and_the_drawer_agrees() {
    let branch = Branch::open();
    set(&branch, &json!({"cash_rounding": 10_000})).is(200);
    assert_eq!(method(&branch, "cash")["rounds_to"], json!(10_000));
    assert_eq!(method(&branch, "rounding"), Value::Null, "nobody pays with it");
    branch.post("cash/open", "shift", &json!({"drawer": "caja", "float": 0})).is(201);
    let order = branch.take(&lemonade());
    let id = order["id"].clone();
    // 5 950 pesos, in hundreds: 6 000.
    let body = json!({"order": id, "method": "cash", "amount": 595_000, "received": 1_000_000});
    let paid = branch.post("payments", "pay", &body).is(201);
    assert_eq!((&paid["payment"]["amount"], &paid["payment"]["change"]), (&json!(600_000), &json!(400_000)));
    assert_eq!((&paid["order"]["payment"], &paid["order"]["paid"]), (&json!("paid"), &json!(595_000)));
    let lines: Vec<(&Value, &Value)> =
        paid["order"]["payments"].as_array().unwrap().iter().map(|line| (&line["method"], &line["amount"])).collect();
    assert_eq!(lines, [(&json!("rounding"), &json!(-5_000)), (&json!("cash"), &json!(600_000))]);
    assert_eq!(branch.post("payments", "pay", &body).is(200)["payment"], paid["payment"], "a repeat");
    let odd = json!({"order": id, "method": "rounding", "amount": 1});
    branch.post("payments", "odd", &odd).is_refused_at(422, "field.invalid", "method");
    let count = json!({"counted": {"cash": [{"value": 600_000, "count": 1}]}});
    let closed = branch.post("cash/close", "count", &count).is(200);
    assert_eq!(closed["difference"], json!(0), "{closed}");
}
