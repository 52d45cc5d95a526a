//! Practice: everything as at the branch, and nothing of it real.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_edge::catalog::pictures::{Shelf, Sizes};
use comanda_edge::environment::Environment;
use comanda_edge::journal::DataFolder;
use comanda_edge::practice::{PracticeError, prepare};
use comanda_edge::printing::setup::{self as printers, NewPrinter};
use comanda_shared::printer::PrinterAddress;
use comanda_shared::staff::Role;
use serde_json::{Value, json};
use support::{Branch, lemonade};
use tempfile::{TempDir, tempdir};

/// A practice branch of this one, in a folder of its own.
fn practice_of(branch: &Branch, prints: bool) -> Branch {
    let folder = tempdir().unwrap();
    prepared(branch, &folder, prints).unwrap();
    Branch::in_folder(folder)
}

fn prepared(branch: &Branch, folder: &TempDir, prints: bool) -> Result<(), PracticeError> {
    let practice = DataFolder::at(folder.path()).unwrap();
    prepare(&branch.data(), &practice, &Environment::system(), prints)
}

fn with_a_printer() -> Branch {
    let branch = Branch::open();
    let address = PrinterAddress::Tcp { host: "10.9.8.7".to_owned(), port: 9100 };
    printers::add(branch.journal(), NewPrinter::at("Caja", address)).unwrap();
    branch
}

fn addresses(branch: &Branch) -> Vec<Value> {
    let printers = branch.get("settings/printers").is(200);
    printers["items"].as_array().unwrap().iter().map(|printer| printer["address"].clone()).collect()
}

#[test]
fn one_learns_on_the_branch_s_own_menu_with_ones_own_pin_and_the_branch_hears_of_nothing() {
    let branch = with_a_printer();
    let camila = branch.add_staff("Camila", Role::Cashier, "2580");
    let range = json!({"prefix": "SETP", "from": 980, "to": 990, "resolution": "18760000001",
        "valid_from": "2026-01-01", "valid_until": "2027-01-01"});
    let settings = json!({"fiscal": {"ranges": [range]}, "name": "La Esquina"});
    branch.ask("PUT", "settings").by(Role::Admin).json(&settings).send().is(200);
    branch.take(&lemonade());
    let before = branch.sequence();

    let practice = practice_of(&branch, false);
    let settings = practice.ask("GET", "settings").by(Role::Admin).send().is(200);
    assert_eq!((&settings["name"], &settings["fiscal"]), (&json!("PRÁCTICA · La Esquina"), &Value::Null));
    assert_eq!(practice.get("orders").is(200)["items"], json!([]));
    assert_eq!(addresses(&practice), ["virtual:", "virtual:"]);
    let log_in = json!({"staff": camila, "pin": "2580"});
    practice.ask("POST", "auth/login").by_nobody().json(&log_in).send().is(200);
    let order = practice.take(&lemonade());
    assert_eq!(order["number"], "L-0001");
    let paid = json!({"order": order["id"], "method": "nequi", "amount": order["total"]});
    practice.post("payments", "pay", &paid).is(201);
    assert_eq!(practice.order(&order["id"])["fiscal"], Value::Null);

    assert_eq!(branch.sequence(), before);
    // A token of the branch opens nothing here.
    practice.ask("GET", "orders").with_secret(branch.token(Role::Admin)).send().is_refused(401, "credentials.invalid");
}

#[test]
fn what_products_look_like_is_seen_there_too() {
    let branch = Branch::open();
    let sizes = Sizes([b"small".to_vec(), b"medium".to_vec(), b"large".to_vec()]);
    let picture = Shelf::of(branch.data()).keep(&sizes, &Environment::system()).unwrap();
    let practice = practice_of(&branch, false);
    assert_eq!(practice.get(&format!("media/{picture}/small")).bytes, b"small");
}

#[test]
fn paper_comes_out_only_where_it_was_asked_for() {
    let branch = with_a_printer();
    assert!(addresses(&practice_of(&branch, true)).contains(&json!("tcp://10.9.8.7:9100")));
}

#[test]
fn each_time_it_begins_anew_and_not_while_it_is_under_way() {
    let branch = Branch::open();
    let folder = tempdir().unwrap();
    prepared(&branch, &folder, false).unwrap();
    let practice = DataFolder::at(folder.path()).unwrap();
    std::fs::write(folder.path().join("branch.db-old"), "of before").unwrap();
    let held = practice.hold().unwrap();
    assert!(matches!(prepared(&branch, &folder, false), Err(PracticeError::Hold(_))));
    drop(held);
    prepared(&branch, &folder, false).unwrap();
    assert!(!folder.path().join("branch.db-old").exists());
}

#[test]
fn every_page_is_framed_and_those_of_the_branch_are_not() {
    let branch = Branch::open();
    let practice = practice_of(&branch, false);
    let page = |of: &Branch| String::from_utf8(of.ask("GET", "/tickets").by_nobody().send().bytes).unwrap();
    assert!(page(&practice).contains("href=\"/practice.css\""));
    assert!(!page(&branch).contains("practice"));
    let style = practice.ask("GET", "/practice.css").by_nobody().send();
    assert_eq!(style.header("content-type"), Some("text/css; charset=utf-8"));
    assert!(String::from_utf8(style.bytes).unwrap().contains("PRÁCTICA"));
    branch.ask("GET", "/practice.css").by_nobody().send().is_refused(404, "not_found");
}

#[test]
fn who_logs_in_to_practise_stays_logged_in_at_the_branch() {
    let branch = Branch::open();
    let camila = branch.add_staff("Camila", Role::Cashier, "2580");
    let practice = practice_of(&branch, false);
    let log_in = |of: &Branch| {
        let answer = of.ask("POST", "auth/login").by_nobody().json(&json!({"staff": camila, "pin": "2580"})).send();
        answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
    };
    let cookies = [log_in(&branch), log_in(&practice)];
    assert!(cookies[0].starts_with("comanda_session=") && cookies[1].starts_with("comanda_practice="));
    // A browser sends both to both, for they are of one host.
    let both = cookies.join("; ");
    for of in [&branch, &practice] {
        let me = of.ask("GET", "auth/me").by_nobody().header("cookie", &both).send().is(200);
        assert_eq!(me["name"], "Camila");
    }
    let only_real = practice.ask("GET", "auth/me").by_nobody().header("cookie", &cookies[0]).send();
    only_real.is_refused(401, "credentials.missing");
}
