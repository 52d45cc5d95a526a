//! A branch begins for real: the trial is put aside whole, and what was set up stays.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_edge::beginning::{self, BeginError, Begun, Obstacle};
use comanda_edge::environment::Environment;
use comanda_edge::journal::replay::{differences, replay_into};
use comanda_edge::journal::{DataFolder, open_reader, verify};
use comanda_shared::staff::{Actor, Role};
use rusqlite::Connection;
use serde_json::{Value, json};
use support::{Branch, lemonade};

const NAME: &str = "Sucursal";

fn begin(folder: &DataFolder, environment: &Environment) -> Result<Begun, BeginError> {
    let _hold = folder.hold().unwrap();
    beginning::begin(folder, environment, Actor::Operator)
}

fn began(branch: &mut Branch) -> Begun {
    branch.while_closed(begin).unwrap()
}

fn stands(branch: &Branch) -> Value {
    branch.ask("GET", "beginning").by(Role::Admin).send().is(200)
}

fn ask(branch: &Branch, role: Role, name: &str) -> support::Answer {
    branch.ask("POST", "beginning").by(role).json(&json!({"confirmation": name})).send()
}

fn paid(branch: &Branch) -> Value {
    let order = branch.take(&lemonade());
    let body = json!({"order": order["id"], "method": "nequi", "amount": order["total"]});
    branch.post("payments", &branch.new_key(), &body).is(201);
    branch.order(&order["id"])
}

#[test]
fn orders_are_put_aside_and_all_that_was_set_up_stays() {
    let mut branch = Branch::open();
    branch.set_code("ESQ");
    let marta = branch.add_staff("Marta", Role::Admin, "3690");
    let trial = paid(&branch);
    assert_eq!(trial["receipt"], "ESQ-F-000001");
    let catalog = branch.get("catalog").is(200);
    let printers = branch.get("settings/printers").is(200);

    let begun = began(&mut branch);
    assert_eq!(begun.trial.orders, 1);
    branch.get(&format!("orders/{}", trial["id"].as_str().unwrap())).is_refused(404, "not_found");
    assert_eq!(branch.get("catalog").is(200), catalog);
    assert_eq!(branch.get("settings/printers").is(200), printers);
    let log_in = json!({"staff": marta, "pin": "3690"});
    branch.ask("POST", "auth/login").by_nobody().json(&log_in).send().is(200);

    // Numbers begin again, and a token of the trial is one now.
    let first = paid(&branch);
    assert_eq!((&first["number"], &first["receipt"]), (&json!("L-0001"), &json!("ESQ-F-000001")));
    assert!(stands(&branch)["begun_at"].is_string());
    let audit = branch.ask("GET", "audit?kind=branch.begun").by(Role::Admin).send().is(200);
    let details = &audit["items"][0]["details"]["trial"];
    let name = begun.kept.file_name().unwrap().to_str().unwrap();
    assert_eq!((&details["orders"], &details["file"]), (&json!(1), &json!(name)));
    assert_eq!(details["hash"], json!(hex::encode(begun.trial.hash)));
}

#[test]
fn the_file_of_the_trial_is_kept_whole_and_the_new_one_is_what_its_journal_says() {
    let mut branch = Branch::open();
    paid(&branch);
    let entries = branch.sequence();
    let begun = began(&mut branch);
    paid(&branch);
    branch.while_closed(|folder, environment| {
        let kept = open_reader(&begun.kept, environment).unwrap();
        let verified = verify::verify(&kept).unwrap();
        assert!(verified.faults.is_empty());
        assert_eq!((verified.entries, begun.trial.entries), (entries, entries));
        let new = open_reader(&folder.database(), environment).unwrap();
        assert!(verify::verify(&new).unwrap().faults.is_empty());
        let scratch = tempfile::tempdir().unwrap();
        let replayed = scratch.path().join("replayed.db");
        replay_into(&new, &replayed, environment).unwrap();
        assert_eq!(differences(&new, &Connection::open(&replayed).unwrap()).unwrap(), []);
    });
}

#[test]
fn who_asks_types_the_name_and_may() {
    let branch = Branch::open();
    branch.take(&lemonade());
    ask(&branch, Role::Cashier, NAME).is_refused(403, "permission.missing");
    ask(&branch, Role::Admin, "sucursal").is_refused_at(422, "field.invalid", "confirmation");
    assert_eq!(ask(&branch, Role::Admin, NAME).is(202)["orders"], json!(1));
}

#[test]
fn what_was_sold_for_real_is_not_put_aside() {
    let mut branch = Branch::open();
    assert_eq!(stands(&branch), json!({"begun_at": null, "orders": 0, "obstacle": "beginning.nothing"}));
    ask(&branch, Role::Admin, NAME).is_refused(409, "beginning.nothing");
    branch.take(&lemonade());
    branch.post("cash/open", "float", &json!({"drawer": "principal", "float": 0})).is(201);
    ask(&branch, Role::Admin, NAME).is_refused(409, "beginning.shift_open");
    let refused = branch.while_closed(begin).unwrap_err();
    assert!(matches!(refused, BeginError::Obstacle(Obstacle::ShiftOpen)), "{refused}");
    branch.post("cash/close", "count", &json!({"counted": {"cash": []}})).is(200);

    // The cloud's name for the box is in its folder.
    branch.while_closed(|folder, _| std::fs::write(folder.identity(), "{}").unwrap());
    ask(&branch, Role::Admin, NAME).is_refused(409, "beginning.enrolled");
    branch.while_closed(|folder, _| std::fs::remove_file(folder.identity()).unwrap());

    began(&mut branch);
    branch.take(&lemonade());
    ask(&branch, Role::Admin, NAME).is_refused(409, "beginning.done");
    let refused = branch.while_closed(begin).unwrap_err();
    assert!(matches!(refused, BeginError::Obstacle(Obstacle::Begun)), "{refused}");
}

#[test]
fn a_receipt_with_a_number_of_the_tax_office_was_sold_for_real() {
    let branch = Branch::open();
    let range = json!({"prefix": "SETP", "from": 980, "to": 990, "resolution": "18760000001",
        "valid_from": "2026-01-01", "valid_until": "2027-01-01"});
    let settings = json!({"fiscal": {"ranges": [range]}});
    branch.ask("PUT", "settings").by(Role::Admin).json(&settings).send().is(200);
    paid(&branch);
    ask(&branch, Role::Admin, NAME).is_refused(409, "beginning.fiscal");
}
