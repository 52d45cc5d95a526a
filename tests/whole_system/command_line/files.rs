//! The branch's files: damaged, newer, replayed, and whose they are.

use comanda_tests::client::idempotency_key;
use comanda_tests::menu;
use serde_json::Value;

use crate::appliance::{Appliance, mode};

/// What a call makes of the branch's file that it cannot understand: refused with these words, untouched.
#[track_caller]
fn is_left_untouched(appliance: &Appliance, words: &[&str]) {
    let before = std::fs::read(appliance.database()).unwrap();
    for arguments in [
        &["run", "--listen", "127.0.0.1:0"][..],
        &["printer", "list"],
        &["settings", "set", "--code", "OTRA"],
        &["journal", "verify"],
    ] {
        let complaint = appliance.call(arguments).fails();
        for word in words {
            assert!(complaint.contains(word), "{arguments:?}: {complaint}");
        }
        assert!(std::fs::read(appliance.database()).unwrap() == before, "{arguments:?} changed the file");
    }
}

#[test]
fn a_truncated_database_is_refused_with_what_to_do_and_left_untouched() {
    let mut appliance = Appliance::with_a_menu();
    let token = appliance.daemon.create_token("cashier").unwrap();
    appliance.daemon.start().unwrap();
    let mut till = appliance.client(&token);
    (0..50).for_each(|number| {
        let taken = till.post("/api/v1/orders", &idempotency_key(1, number), &menu::four_dishes()).unwrap();
        assert_eq!(taken.status, 201, "{taken}");
    });
    appliance.stop();

    let whole = std::fs::read(appliance.database()).unwrap();
    for length in [whole.len() / 2, 5000, 100] {
        std::fs::write(appliance.database(), &whole[..length]).unwrap();
        is_left_untouched(&appliance, &["branch.db", "damaged", "restore a backup"]);
    }
    std::fs::write(appliance.database(), b"").unwrap();
    is_left_untouched(&appliance, &["branch.db", "is empty", "Restore a backup"]);
    std::fs::write(appliance.database(), &whole).unwrap();
    appliance.call(&["journal", "replay", "--check"]).good();
}

#[test]
fn a_database_of_a_newer_version_is_refused_with_what_to_do_and_left_untouched() {
    const NEWER: &str = "INSERT INTO refinery_schema_history VALUES (9999, 'future', '2030-01-01T00:00:00Z', '1')";
    let appliance = Appliance::with_a_menu();
    let database = rusqlite::Connection::open(appliance.database()).unwrap();
    database.execute(NEWER, []).unwrap();
    database.close().unwrap();
    is_left_untouched(&appliance, &["branch.db", "newer Comanda", "9999", "install that version"]);
}

#[test]
fn a_flipped_byte_in_the_journal_is_found_and_told_by_the_exit_code() {
    let appliance = Appliance::with_a_menu();
    let database = rusqlite::Connection::open(appliance.database()).unwrap();
    let changed = database.execute("UPDATE journal SET body = replace(body, 'catalog', 'katalog')", []);
    if let Err(refused) = changed {
        // The file itself may guard its journal; then whoever holds the box has to take the guard away first.
        let guards =
            "SELECT group_concat('DROP TRIGGER ' || name || ';', '') FROM sqlite_schema WHERE type = 'trigger'";
        let drop: String = database.query_row(guards, [], |row| row.get(0)).unwrap();
        assert!(!drop.is_empty(), "{refused}");
        database.execute_batch(&drop).unwrap();
        database.execute("UPDATE journal SET body = replace(body, 'catalog', 'katalog')", []).unwrap();
    }
    database.close().unwrap();
    let said = appliance.call(&["journal", "verify"]);
    assert!(said.code == Some(1) && said.out.contains("NOT whole") && said.err.is_empty(), "{said}");
    let said = appliance.call(&["--json", "journal", "verify"]);
    let verdict: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.code, verdict["faults"].as_array().unwrap().is_empty()), (Some(1), false));
}

#[test]
fn a_replay_is_written_to_a_new_file_and_only_while_the_daemon_is_stopped() {
    let mut appliance = Appliance::with_a_menu();
    let copy = appliance.folder.path().join("replayed.db");
    let into = ["journal", "replay", "--into", copy.to_str().unwrap()];
    appliance.daemon.start().unwrap();
    let complaint = appliance.call(&into).fails();
    assert!(complaint.contains("stop the daemon"), "{complaint}");
    assert!(!copy.exists());
    appliance.stop();
    let replayed = appliance.json(&into);
    assert_eq!(replayed["entries"], appliance.json(&["journal", "stats"])["entries"]);
    let replayed = rusqlite::Connection::open(&copy).unwrap();
    let integrity: String = replayed.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(integrity, "ok");
}

#[test]
fn what_the_branch_keeps_is_its_owners_alone() {
    let mut appliance = Appliance::with_a_menu();
    appliance.call(&["staff", "add", "Ana", "--role", "cashier", "--pin", "2580"]).good();
    appliance.daemon.start().unwrap();
    assert_eq!(mode(appliance.daemon.data()), 0o700);
    assert_eq!(mode(&appliance.daemon.data().join("pepper")), 0o600);
}
