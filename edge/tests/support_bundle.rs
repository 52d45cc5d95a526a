//! The support bundle has what helps, and nothing of anybody.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use std::collections::BTreeMap;
use std::io::Read;

use comanda_shared::staff::Role;
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use support::Branch;

/// What is planted, and must not be found.
const PLANTED: [&str; 8] = [
    "Zoraida",
    "3001234567",
    "Carrera 7 # 12-34",
    "timbre dañado",
    "Eulalia",
    "482193",
    "sin picante por favor",
    "script-admin",
];

fn files(bundle: &[u8]) -> BTreeMap<String, String> {
    let mut archive = tar::Archive::new(GzDecoder::new(bundle));
    let file = |entry: std::io::Result<tar::Entry<'_, GzDecoder<&[u8]>>>| {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        (name, text)
    };
    archive.entries().unwrap().map(file).collect()
}

/// A branch in which everything that tells of somebody stands somewhere.
fn planted() -> Branch {
    let branch = Branch::open();
    branch.add_staff(PLANTED[4], Role::Cashier, PLANTED[5]);
    branch.take(&json!({
        "type": "delivery", "notes": PLANTED[3],
        "customer": {"name": PLANTED[0], "phone": PLANTED[1]},
        "delivery": {"address": PLANTED[2]},
        "lines": [{"product": "limonada", "quantity": 1, "notes": PLANTED[6]}],
    }));
    branch
}

#[test]
fn a_bundle_has_what_helps_and_names_nobody() {
    let branch = planted();
    let planted = branch.get("orders").is(200).to_string();
    for word in [PLANTED[0], PLANTED[1], PLANTED[2], PLANTED[3], PLANTED[6]] {
        assert!(planted.contains(word), "{word} was not planted: {planted}");
    }
    let answer = branch.ask("GET", "support/bundle").by(Role::Admin).send();
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.header("content-type"), Some("application/gzip"));
    assert!(answer.header("content-disposition").unwrap().contains("comanda-soporte-20261122T183000Z.tar.gz"));
    let files = files(&answer.bytes);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let wanted = [
        "alerts.json",
        "branch.json",
        "doctor.json",
        "doctor.txt",
        "journal.json",
        "log.txt",
        "metrics.txt",
        "settings.json",
        "tables.json",
        "version.json",
    ];
    assert_eq!(names, wanted);
    let read = |name: &str| serde_json::from_str::<Value>(&files[name]).unwrap();
    assert_eq!(read("tables.json")["rows"]["orders"], json!(1));
    assert_eq!(read("journal.json")["entries"]["order.placed"], json!(1));
    assert!(read("doctor.json")["lines"].as_array().unwrap().len() > 20);
    assert!(files["metrics.txt"].contains("comanda_journal_entries"));
    for (name, text) in &files {
        for word in PLANTED.iter().copied().chain([branch.token(Role::Admin)]) {
            assert!(!text.contains(word), "{name} has «{word}» in it");
        }
    }
}

#[test]
fn who_may_not_look_after_the_box_gets_no_bundle() {
    let branch = Branch::open();
    branch.ask("GET", "support/bundle").by(Role::Kitchen).send().is_refused(403, "permission.missing");
    branch.ask("GET", "support/bundle").by_nobody().send().is_refused(401, "credentials.missing");
}

#[test]
fn every_answer_has_the_id_under_which_the_log_tells_of_its_request() {
    let branch = Branch::open();
    let ids: Vec<String> = (0..2).map(|_| branch.get("orders").header("x-request-id").unwrap().to_owned()).collect();
    assert!(ids.iter().all(|id| id.len() == 12) && ids[0] != ids[1], "{ids:?}");
}
