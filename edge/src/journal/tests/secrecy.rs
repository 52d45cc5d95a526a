//! What stands where: names only beside the journal, secrets nowhere in it, and entries for good.

use comanda_shared::ids::OrderId;
use comanda_shared::order::{Order, OrderPersonal};
use comanda_shared::personal::Personal;
use comanda_shared::staff::{Actor, Role};

use super::trial::{Trial, adding, contains, lines, mentions, place_order, rows, tables};
use crate::journal::aggregates::Aggregate;
use crate::journal::export::export;
use crate::journal::verify::verify;
use crate::journal::{CommandError, StorageFault};
use crate::orders::feature::Wish;
use crate::staff::setup::create_token;

/// What people told about themselves.
const TOLD: [&str; 6] = ["Zoraida", "3001234567", "Carrera 7", "timbre dañado", "sin cebolla", "Eulalia"];
const PIN: &str = "90817263";

/// With an order and somebody who told a lot.
fn told() -> (Trial, OrderId) {
    let trial = Trial::selling();
    trial.add_staff("Eulalia", PIN);
    let mut place = place_order(&[("combo", 1)]);
    place.personal = OrderPersonal {
        customer_name: Some("Zoraida Quimbaya".to_owned()),
        customer_phone: Some("3001234567".to_owned()),
        delivery_address: Some("Carrera 7 # 12-34".to_owned()),
        notes: Some("timbre dañado".to_owned()),
        ..OrderPersonal::default()
    };
    let order = trial.order(Wish::Place(place)).unwrap();
    let mut more = lines(&[("burger", 1)]);
    more[0].notes = Some("sin cebolla".to_owned());
    let Wish::Change { order, version, command: _ } = adding(&order, &[]) else { unreachable!("it is a change") };
    let command = comanda_shared::order::OrderCommand::AddLines(comanda_shared::order::AddLines { lines: more });
    trial.order(Wish::Change { order, version, command }).unwrap();
    (trial, order)
}

fn exported(trial: &Trial) -> String {
    let mut lines = Vec::new();
    export(&trial.file(), &mut lines).unwrap();
    String::from_utf8(lines).unwrap()
}

#[test]
fn what_people_told_stands_beside_the_journal_and_in_the_tables_made_of_it_only() {
    let (trial, _) = told();
    let file = trial.file();
    for word in TOLD {
        assert!(mentions(&file, "journal_private", word), "{word} is kept");
        let found: Vec<String> = tables(&file).into_iter().filter(|table| mentions(&file, table, word)).collect();
        let allowed = ["journal_private", "orders", "staff"];
        assert!(found.iter().all(|table| allowed.contains(&table.as_str())), "{word} stands in {found:?}");
        assert!(!exported(&trial).contains(word), "{word} is in the export");
    }
}

#[test]
fn secrets_are_in_no_event_and_no_export_and_nowhere_as_they_are() {
    let (mut trial, _) = told();
    let (_, token) = create_token(trial.journal(), "Guion", Role::Admin).unwrap();
    let hash = hex::encode(crate::staff::secrets::hash(&token));
    let file = trial.file();
    let verifier: String = file.query_row("SELECT pin_verifier FROM staff_secret", [], |row| row.get(0)).unwrap();
    for table in ["journal", "journal_private", "directives", "document", "lineage"] {
        for secret in [PIN, &token, token.trim_start_matches("cmd_"), &hash, &verifier] {
            assert!(!mentions(&file, table, secret), "{table}");
        }
    }
    let exported = exported(&trial);
    assert!([PIN, &token, &hash, &verifier].iter().all(|secret| !exported.contains(secret)));
    drop(file);
    trial.stop();
    let bytes = std::fs::read(trial.data().database()).unwrap();
    for secret in [PIN, &token] {
        assert!(!contains(&bytes, secret), "in the file, in clear");
    }
}

#[test]
fn an_export_holds_every_entry_as_it_is_stored() {
    let (trial, _) = told();
    let exported = exported(&trial);
    assert_eq!(exported.lines().count(), trial.entries().len());
    let first: serde_json::Value = serde_json::from_str(exported.lines().next().unwrap()).unwrap();
    assert_eq!(first["header"]["kind"], "branch.opened");
}

#[test]
fn an_entry_is_never_changed_or_removed() {
    let trial = Trial::selling();
    let before = rows(&trial.file(), "journal");
    for statement in [
        "UPDATE journal SET body = '{}' WHERE sequence = 1",
        "DELETE FROM journal WHERE sequence = 1",
        "DELETE FROM journal",
        "INSERT OR REPLACE INTO journal SELECT sequence, header, '{}', hash FROM journal WHERE sequence = 1",
    ] {
        let refused =
            trial.journal().operate_blocking(Actor::Operator, |step| step.connection().execute(statement, []));
        let Err(CommandError::Storage(StorageFault::Failed(reason))) = refused else { panic!("{refused:?}") };
        assert!(reason.contains("append-only"), "{reason}");
    }
    assert_eq!(rows(&trial.file(), "journal"), before);
    trial.place();
}

#[test]
fn what_was_erased_still_verifies_and_is_replayed_as_erased() {
    let (trial, order) = told();
    let known = Order::load(&trial.file(), order.uuid()).unwrap().unwrap();
    assert!(known.personal.known().is_some());
    let erase = "UPDATE journal_private SET data = NULL";
    trial.journal().operate_blocking(Actor::Operator, |step| step.connection().execute(erase, [])).unwrap();
    assert!(verify(&trial.file()).unwrap().is_whole());

    let replayed = trial.replayed();
    let erased = Order::load(&replayed.file(), order.uuid()).unwrap().unwrap();
    assert_eq!(erased, Order { personal: Personal::Erased, ..known });
    let file = replayed.file();
    let mentioned = |word: &&str| tables(&file).iter().any(|table| mentions(&file, table, word));
    assert_eq!(TOLD.iter().filter(|word| mentioned(word)).count(), 0, "nothing of it is anywhere");
    assert!(verify(&replayed.file()).unwrap().is_whole());
}
