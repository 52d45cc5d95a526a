//! Files that older programs wrote, brought up to date by this one; and a file of a newer program, refused.
//!
//! `schemas/<n>.sql.zst` is a branch's file as the program of schema n left it after one and the same short service, as SQL:
//! a guest with name and telephone, an order that was cancelled, a line that was voided, a card bumped, a ticket printed again,
//! one that never left for a printer that is not there; from schema 8 on also what was paid, given back, counted and closed.
//! Schemas 1 and 2 were never without 3, nor 5 and 7 without 8; 6 was never given out.
//!
//! `COMANDA_BLESS=1 cargo test -p comanda-edge --test upgrades` keeps one of today's schema, if there is none yet: do so before
//! a release. One that is there is never written again.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use comanda_edge::backup::create::Proof;
use comanda_edge::backup::{BackupFolder, BackupKey, create, restore, verify as verify_backup};
use comanda_edge::environment::Environment;
use comanda_edge::journal::replay::{differences, replay_into};
use comanda_edge::journal::verify::verify;
use comanda_edge::journal::{DataFolder, open_reader};
use comanda_shared::staff::Role;
use rusqlite::Connection;
use serde_json::{Value, json};
use support::{Branch, one};
use tempfile::TempDir;

/// Consecutive number, status and total of each order of the service, whichever program took them.
const SOLD: [(&str, &str, i64); 4] = [
    ("ESQ-L-000001", "preparing", 1_200_000),
    ("ESQ-L-000002", "cancelled", 1_000_000),
    ("ESQ-L-000003", "accepted", 350_000),
    ("ESQ-L-000004", "ready", 1_050_000),
];

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas")
}

/// The schemas a file is kept of, oldest first.
fn kept() -> Vec<i64> {
    let files = std::fs::read_dir(schemas()).unwrap();
    let schema = |name: String| name.strip_suffix(".sql.zst").unwrap().parse().unwrap();
    let mut kept: Vec<i64> = files.map(|file| schema(file.unwrap().file_name().into_string().unwrap())).collect();
    kept.sort_unstable();
    kept
}

/// A data folder in which the program of this schema was the last.
fn left_by_schema(schema: i64) -> (TempDir, DataFolder) {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::at(folder.path()).unwrap();
    let packed = std::fs::File::open(schemas().join(format!("{schema}.sql.zst"))).unwrap();
    let text = String::from_utf8(zstd::decode_all(packed).unwrap()).unwrap();
    let file = Connection::open(data.database()).unwrap();
    file.execute_batch(&text).unwrap();
    file.pragma_update(None, "journal_mode", "wal").unwrap();
    assert_eq!(newest(&file), schema);
    (folder, data)
}

fn newest(file: &Connection) -> i64 {
    file.query_row("SELECT max(version) FROM refinery_schema_history", [], |row| row.get(0)).unwrap()
}

fn sold(branch: &Branch) -> Vec<(String, String, i64)> {
    let orders = branch.get("orders?limit=50").is(200);
    let text = |order: &Value, field: &str| order[field].as_str().unwrap().to_owned();
    let row = |order: &Value| (text(order, "consecutive"), text(order, "status"), order["total"].as_i64().unwrap());
    let mut sold: Vec<_> = orders["items"].as_array().unwrap().iter().map(row).collect();
    sold.sort();
    sold
}

fn empanada() -> Value {
    one(json!({"product": "empanada", "quantity": 1}))
}

#[test]
fn a_file_of_every_older_schema_is_brought_up_to_date_and_sells_on_with_the_next_number() {
    let kept = kept();
    assert!(kept.starts_with(&[3, 4, 8]), "{kept:?}");
    for schema in kept {
        let (folder, data) = left_by_schema(schema);
        let mut branch = Branch::in_folder(folder);
        let wanted = SOLD.map(|(consecutive, status, total)| (consecutive.to_owned(), status.to_owned(), total));
        assert_eq!(sold(&branch), wanted, "schema {schema}");
        let guest = &branch.get("orders?search=3001234567").is(200)["items"][0];
        assert_eq!(guest["customer"]["name"], json!("Zoraida"), "schema {schema}");
        let jobs = branch.ask("GET", "print/jobs?limit=50").by(Role::Admin).send().is(200);
        let waits = |job: &&Value| job["status"] == json!("queued");
        assert!(jobs["items"].as_array().unwrap().iter().any(|job| waits(&job)), "schema {schema}: {jobs}");

        assert_eq!(branch.take(&empanada())["consecutive"], json!("ESQ-L-000005"), "schema {schema}");
        branch.restart();
        assert_eq!(branch.take(&empanada())["consecutive"], json!("ESQ-L-000006"), "schema {schema}");
        is_whole(&data, schema);
    }
}

/// The program is updated in the morning, and at noon the box is dead: what there is was packed by the program of yesterday.
#[test]
fn a_backup_that_an_older_program_made_is_proved_and_restored() {
    let environment = Environment::system();
    for schema in kept() {
        let (_older, data) = left_by_schema(schema);
        let made = create(&data, &BackupFolder::at(data.backups()), &environment, Proof::Sound, |_| {}).unwrap();
        let key = BackupKey::of(&data).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let new = DataFolder::at(folder.path()).unwrap();
        let verified = verify_backup(&made.file, &key, &new, &environment, |_| {});
        assert!(verified.is_ok(), "schema {schema}: {verified:?}");
        restore(&made.file, &key, &new, &environment, |_| {}).unwrap();
        let branch = Branch::in_folder(folder);
        let wanted = SOLD.map(|(consecutive, status, total)| (consecutive.to_owned(), status.to_owned(), total));
        assert_eq!(sold(&branch), wanted, "schema {schema}");
        assert_eq!(branch.take(&empanada())["consecutive"], json!("ESQ-L-001001"), "schema {schema}");
    }
}

/// Every link holds, a replay gives the same tables, and the file as it was is kept beside.
fn is_whole(data: &DataFolder, schema: i64) {
    let environment = Environment::system();
    let file = open_reader(&data.database(), &environment).unwrap();
    let verdict = verify(&file).unwrap();
    assert!(verdict.is_whole(), "schema {schema}: {verdict:?}");
    let scratch = data.scratch(&environment).unwrap();
    replay_into(&file, &scratch.file(), &environment).unwrap();
    let replayed = open_reader(&scratch.file(), &environment).unwrap();
    assert_eq!(differences(&file, &replayed).unwrap(), [], "schema {schema}");

    let now = newest(&file);
    let before = data.path().join(format!("branch.before-{schema}-to-{now}.db"));
    assert_eq!(before.exists(), schema != now, "schema {schema}");
    if schema != now {
        let before = Connection::open(before).unwrap();
        assert_eq!(newest(&before), schema);
        assert!(verify(&before).unwrap().is_whole());
    }
}

#[test]
fn an_older_program_refuses_a_newer_file_in_every_way_and_changes_nothing() {
    let (folder, data) = left_by_schema(8);
    let newer = Connection::open(data.database()).unwrap();
    let future = "INSERT INTO refinery_schema_history VALUES (9999, 'future', '2030-01-01T00:00:00Z', '1')";
    newer.execute(future, []).unwrap();
    drop(newer);
    let before = std::fs::read(data.database()).unwrap();
    let asked: [&[&str]; 4] =
        [&["run", "--listen", "127.0.0.1:0"], &["settings", "show"], &["journal", "verify"], &["backup", "create"]];
    for ask in asked {
        let mut program = Command::new(env!("CARGO_BIN_EXE_comanda-edge"));
        let answered = program.arg("--data-dir").arg(folder.path()).args(ask).output().unwrap();
        let said = String::from_utf8_lossy(&answered.stderr).into_owned();
        assert_eq!(answered.status.code(), Some(1), "{ask:?}: {said}");
        assert!(said.contains("was written by a newer Comanda (schema 9999"), "{ask:?}: {said}");
        assert!(said.contains("install that version or a newer one; nothing was changed"), "{ask:?}: {said}");
    }
    let mut program = Command::new(env!("CARGO_BIN_EXE_comanda-edge"));
    let doctor = program.arg("--data-dir").arg(folder.path()).arg("doctor").output().unwrap();
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(said.contains("MAL       Versión de la base"), "{said}");
    assert!(std::fs::read(data.database()).unwrap() == before, "the file was changed");
}

/// To a comparison with a replay its tables would be wrong, and nothing is wrong with it.
#[test]
fn what_an_older_program_wrote_is_not_held_against_a_replay_before_it_is_brought_up_to_date() {
    let (folder, _data) = left_by_schema(24);
    let mut program = Command::new(env!("CARGO_BIN_EXE_comanda-edge"));
    let answered =
        program.arg("--data-dir").arg(folder.path()).args(["journal", "replay", "--check"]).output().unwrap();
    let said = String::from_utf8_lossy(&answered.stderr).into_owned();
    assert_eq!(answered.status.code(), Some(1), "{said}");
    assert!(said.contains("an older Comanda wrote") && said.contains("when the branch is next started"), "{said}");
}

#[test]
fn a_file_of_todays_schema_is_kept_when_asked() {
    let branch = Branch::without_a_catalog();
    serve(&branch);
    let wanted = SOLD.map(|(consecutive, status, total)| (consecutive.to_owned(), status.to_owned(), total));
    assert_eq!(sold(&branch), wanted);
    let text = branch.journal().readers().read_blocking(dumped).unwrap();
    let again = Connection::open_in_memory().unwrap();
    again.execute_batch(&text).unwrap();
    assert!(verify(&again).unwrap().is_whole());
    let path = schemas().join(format!("{}.sql.zst", newest(&again)));
    if std::env::var_os("COMANDA_BLESS").is_some() && !path.exists() {
        std::fs::write(path, zstd::encode_all(text.as_bytes(), 19).unwrap()).unwrap();
    }
}

/// The short service.
fn serve(branch: &Branch) {
    branch.set_code("ESQ");
    let menu = json!({
        "currency": "COP",
        "taxes": [{"id": "inc-8", "name": "Impoconsumo 8 %", "permille": 80, "included": true}],
        "stations": [{"id": "freidora", "name": "Freidora"}, {"id": "barra", "name": "Barra"}],
        "categories": [
            {"id": "fritos", "name": "Fritos", "products": [
                {"sku": "empanada", "name": "Empanada", "price": 350_000, "tax": "inc-8", "station": "freidora"}]},
            {"id": "bebidas", "name": "Bebidas", "products": [
                {"sku": "limonada", "name": "Limonada", "price": 500_000, "tax": "inc-8", "station": "barra"}]}],
    });
    branch.import(&menu);
    branch.add_virtual_printer("Cocina", &["freidora", "barra"]);
    branch.add_staff("Rosa", Role::Cashier, "4821");
    let post = |role: Role, path: &str, body: &Value| {
        let version = path.strip_prefix("orders/").and_then(|rest| rest.split_once('/')).map(|(order, _)| {
            let order = branch.get(&format!("orders/{order}")).is(200);
            format!("\"{}\"", order["version"])
        });
        let ask = branch.ask("POST", path).by(role).header("idempotency-key", &branch.new_key()).json(body);
        let answer = match version {
            Some(version) => ask.header("if-match", &version).send(),
            None => ask.send(),
        };
        assert!(answer.status < 300, "{answer}");
        serde_json::from_slice::<Value>(&answer.bytes).unwrap()
    };
    let order = |empanadas: i64, lemonades: i64| {
        let line = |product: &str, quantity: i64| json!({"product": product, "quantity": quantity});
        let lines = [line("empanada", empanadas), line("limonada", lemonades)];
        let lines: Vec<Value> = lines.into_iter().filter(|line| line["quantity"] != json!(0)).collect();
        json!({"type": "takeaway", "lines": lines})
    };
    post(Role::Cashier, "cash/open", &json!({"drawer": "principal", "float": 10_000_000}));
    let mut of_a_guest = order(2, 1);
    of_a_guest["customer"] = json!({"name": "Zoraida", "phone": "3001234567"});
    let [first, second, third, fourth] =
        [of_a_guest, order(0, 2), order(1, 1), order(3, 0)].map(|order| branch.take(&order));
    let id = |order: &Value| order["id"].as_str().unwrap().to_owned();
    let line = |order: &Value, index: usize| order["lines"][index]["id"].as_str().unwrap().to_owned();
    let stations = branch.get("stations").is(200);
    let fryer = json!({"station": stations["items"][0]["id"]});
    post(Role::Admin, &format!("orders/{}/cancel", id(&second)), &json!({"reason": "se fue"}));
    let void = format!("orders/{}/lines/{}/void", id(&third), line(&third, 1));
    post(Role::Admin, &void, &json!({"reason": "no hay"}));
    post(Role::Kitchen, &format!("kitchen/orders/{}/lines/{}/ready", id(&first), line(&first, 0)), &fryer);
    post(Role::Kitchen, &format!("kitchen/orders/{}/bump", id(&fourth)), &fryer);
    post(Role::Cashier, &format!("orders/{}/reprint", id(&first)), &json!({}));
    let cash = json!({"order": id(&fourth), "method": "cash", "amount": 1_050_000, "received": 2_000_000});
    post(Role::Cashier, "payments", &cash);
    let paid = post(Role::Cashier, "payments", &json!({"order": id(&first), "method": "card", "amount": 100_000}));
    let refund = format!("payments/{}/refund", paid["payment"]["id"].as_str().unwrap());
    post(Role::Admin, &refund, &json!({"amount": 50_000, "reason": "de más"}));
    branch.ask("PUT", "products/limonada/availability").json(&json!({"available": false})).send().is(200);
    post(Role::Cashier, "cash/close", &json!({"counted": {"cash": [{"value": 100_000, "count": 110}]}}));
    post(Role::Admin, "cash/reports/z", &json!({}));
}

/// The whole file as SQL: tables, rows, then indexes and triggers, so that the journal's guards come after its entries.
fn dumped(file: &Connection) -> rusqlite::Result<String> {
    const TABLES: &str =
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid";
    const OTHERS: &str = "SELECT sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL ORDER BY rowid";
    let made_for: i64 = file.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let mut text = format!("PRAGMA foreign_keys = OFF;\nBEGIN;\nPRAGMA user_version = {made_for};\n");
    let mut tables = file.prepare(TABLES)?;
    let tables = tables.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    for table in tables {
        let (name, made) = table?;
        text.push_str(&format!("{made};\n"));
        let mut names = file.prepare("SELECT name FROM pragma_table_info(?1)")?;
        let names = names.query_map([&name], |row| Ok(format!("quote(\"{}\")", row.get::<_, String>(0)?)))?;
        let names = names.collect::<rusqlite::Result<Vec<_>>>()?;
        let mut rows = file.prepare(&format!("SELECT {} FROM \"{name}\"", names.join(" || ', ' || ")))?;
        for row in rows.query_map([], |row| row.get::<_, String>(0))? {
            text.push_str(&format!("INSERT INTO \"{name}\" VALUES ({});\n", row?));
        }
    }
    let mut others = file.prepare(OTHERS)?;
    for other in others.query_map([], |row| row.get::<_, String>(0))? {
        text.push_str(&format!("{};\n", other?));
    }
    text.push_str("COMMIT;\n");
    Ok(text)
}
