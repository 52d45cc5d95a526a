//! The command line as people and scripts use it: the same with the daemon running and stopped, one clear line on
//! failure, and nothing touched that cannot be understood.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::collections::BTreeSet;
use std::io::Write;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use comanda_tests::client::{Client, idempotency_key};
use comanda_tests::daemon::Daemon;
use comanda_tests::menu;
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a client waits for one answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A box with the program on it, whose daemon runs when a test starts it.
struct Appliance {
    daemon: Daemon,
    folder: TempDir,
}

impl Appliance {
    fn unpacked() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { daemon: Daemon::beside_this_program(folder.path()).unwrap(), folder }
    }

    /// With the harness's menu in use.
    fn with_a_menu() -> Self {
        let appliance = Self::unpacked();
        appliance.daemon.import_catalog(&menu::catalog()).unwrap();
        appliance
    }

    fn file(&self, name: &str, contents: &Value) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, contents.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn database(&self) -> PathBuf {
        self.daemon.data().join("branch.db")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.daemon.program());
        command.arg("--data-dir").arg(self.daemon.data()).args(arguments);
        command
    }

    fn call(&self, arguments: &[&str]) -> Said {
        Said::by(self.command(arguments), arguments)
    }

    /// What a call answers to programs.
    fn json(&self, arguments: &[&str]) -> Value {
        let said = self.call(&[&["--json"], arguments].concat()).good();
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{arguments:?} said no JSON ({error}): {said}"))
    }

    fn client(&self, token: &str) -> Client {
        Client::new(self.daemon.address(), PATIENCE).with_token(token)
    }

    fn stop(&mut self) {
        let stopped = self.daemon.terminate(PATIENCE).unwrap();
        assert!(stopped.success(), "after SIGTERM the daemon ended with {stopped}");
    }
}

/// What a call printed, and how it ended.
struct Said {
    call: String,
    code: Option<i32>,
    out: String,
    err: String,
}

impl std::fmt::Display for Said {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { call, code, out, err } = self;
        write!(to, "comanda-edge {call} ended with {code:?} and said {out:?} and {err:?}")
    }
}

impl Said {
    fn by(mut command: Command, arguments: &[&str]) -> Self {
        let output = command.stdin(Stdio::null()).output().unwrap();
        Self {
            call: arguments.join(" "),
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// What it said, when all went well.
    #[track_caller]
    fn good(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{self}");
        self.out
    }

    /// Its one line of complaint, when it failed.
    #[track_caller]
    fn fails(self) -> String {
        assert_eq!((self.code, self.out.as_str()), (Some(1), ""), "{self}");
        assert_eq!(self.err.lines().count(), 1, "{self}");
        let complaint = self.err.trim_end().strip_prefix("comanda-edge: ");
        complaint.unwrap_or_else(|| panic!("{self}")).to_owned()
    }
}

/// Every call once; the names are such that a second round with another suffix is no repeat.
fn every_call_works(appliance: &Appliance, round: &str) {
    let settings = ["settings", "set", "--name", round, "--code", "ESQ", "--timezone", "America/Bogota"];
    let set = appliance.json(&[&settings[..], &["--day-starts-at", "05:00"]].concat());
    let expected = json!({"name": round, "code": "ESQ", "timezone": "America/Bogota", "day_starts_at": "05:00:00"});
    assert_eq!((&set, appliance.json(&["settings", "show"])), (&expected, expected.clone()));
    assert!(appliance.call(&["settings", "show"]).good().contains(round));

    let file = appliance.file("catalog.json", &menu::catalog());
    let imported = appliance.json(&["catalog", "import", &file]);
    assert_eq!((&imported["products"], &imported["stations"]), (&json!(8), &json!(2)));
    let exported = appliance.call(&["catalog", "export"]).good();
    assert_eq!(serde_json::from_str::<Value>(&exported).unwrap(), appliance.json(&["catalog", "export"]));
    let again = appliance.file("exported.json", &serde_json::from_str(&exported).unwrap());
    let text = appliance.call(&["catalog", "import", &again]).good();
    assert!(text.contains("8 products"), "{text}");
    assert_eq!(appliance.call(&["catalog", "export"]).good(), exported);

    let name = format!("Ana {round}");
    let staff = appliance.json(&["staff", "add", &name, "--role", "cashier", "--pin", "2580"]);
    assert_eq!(staff["id"].as_str().unwrap().len(), 36);
    let text = appliance.call(&["staff", "add", &name, "--role", "waiter", "--pin", "13795"]).good();
    assert!(text.contains(&name) && !text.contains("13795"), "{text}");

    let token = appliance.json(&["token", "create", "--role", "cashier", "--name", round]);
    assert!(token["token"].as_str().unwrap().starts_with("cmd_"));
    let text = appliance.call(&["token", "create", "--role", "cashier", "--name", round]).good();
    assert!(text.starts_with("cmd_") && text.lines().count() == 1, "{text}");

    let (spare, grill) = (format!("Respaldo {round}"), format!("Plancha {round}"));
    appliance.call(&["printer", "add", &spare, "virtual:"]).good();
    let fallback = ["--station", menu::GRILL, "--columns", "42", "--fallback", &spare];
    let added = appliance.json(&[&["printer", "add", &grill, "tcp://127.0.0.1:9"], &fallback[..]].concat());
    let listed = appliance.json(&["printer", "list"]);
    let found = listed["items"].as_array().unwrap().iter().find(|printer| printer["name"] == json!(grill)).unwrap();
    assert_eq!((&found["id"], &found["columns"]), (&added["id"], &json!(42)));
    assert_eq!(appliance.json(&["printer", "remove", &grill])["id"], added["id"]);
    let text = appliance.call(&["printer", "list"]).good();
    assert!(text.contains(&spare) && !text.contains(&grill), "{text}");

    let stats = appliance.json(&["journal", "stats"]);
    let verdict = appliance.json(&["journal", "verify"]);
    assert_eq!((&verdict["entries"], &verdict["faults"]), (&stats["entries"], &json!([])));
    assert_eq!(appliance.json(&["journal", "replay", "--check"])["differences"], json!([]));
    let exported = appliance.call(&["journal", "export"]).good();
    let entries: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(stats["entries"], json!(entries.len()));
    assert!(!exported.contains(&name) && !exported.contains("cmd_"), "an export has a name or a secret in it");
}

#[test]
fn every_call_works_with_the_daemon_stopped_and_with_it_running() {
    let mut appliance = Appliance::unpacked();
    every_call_works(&appliance, "cerrado");
    appliance.daemon.start().unwrap();
    every_call_works(&appliance, "abierto");
    appliance.stop();
    assert_eq!(appliance.json(&["printer", "list"])["items"].as_array().unwrap().len(), 2);
    assert_eq!(appliance.json(&["settings", "show"])["name"], "abierto");
}

#[test]
fn a_token_opens_the_door_whether_it_was_made_before_the_daemon_or_under_it() {
    let mut appliance = Appliance::with_a_menu();
    let before = appliance.daemon.create_token("cashier").unwrap();
    appliance.daemon.start().unwrap();
    let under = appliance.daemon.create_token("cashier").unwrap();
    for (run, token) in [(1, before), (2, under)] {
        let taken =
            appliance.client(&token).post("/api/v1/orders", &idempotency_key(run, 1), &menu::one_dish()).unwrap();
        assert_eq!(taken.status, 201, "{taken}");
    }
}

/// What is refused for what it says, with a word that the complaint must have in it.
fn refused_calls(appliance: &Appliance) -> Vec<(Vec<String>, &'static str)> {
    let existing = appliance.file("existing.db", &json!({}));
    let no_json = appliance.folder.path().join("latin1.json");
    std::fs::write(&no_json, b"\xf1").unwrap();
    let (existing, no_json) = (existing.as_str(), no_json.to_str().unwrap());
    let calls: [(&[&str], &str); 15] = [
        (&["catalog", "import", "/nowhere/catalog.json"], "/nowhere/catalog.json"),
        (&["catalog", "import", no_json], "not UTF-8"),
        (&["settings", "set", "--code", "esquina"], "capital letters"),
        (&["settings", "set", "--timezone", "Mars/Olympus"], "America/Bogota"),
        (&["settings", "set", "--name", ""], "1 to 80"),
        (&["staff", "add", " ", "--role", "cashier", "--pin", "2580"], "1 to 60"),
        (&["staff", "add", "Ana", "--role", "cashier", "--pin", "12"], "four to eight digits"),
        (&["staff", "add", "Ana", "--role", "cashier", "--pin", "12a4"], "four to eight digits"),
        (&["token", "create", "--role", "cashier", "--name", "a\nb"], "1 to 60"),
        (&["printer", "add", "Caja", "virtual:"], "already"),
        (&["printer", "add", "Otra", "virtual:", "--station", "horno"], "plancha, barra"),
        (&["printer", "add", "Otra", "virtual:", "--columns", "3"], "48 or 42"),
        (&["printer", "add", "Otra", "virtual:", "--fallback", "Nadie"], "Nadie"),
        (&["printer", "remove", "Nadie"], "Nadie"),
        (&["journal", "replay", "--into", existing], "exists already"),
    ];
    let owned = |arguments: &[&str]| arguments.iter().map(|argument| (*argument).to_owned()).collect();
    calls.into_iter().map(|(arguments, word)| (owned(arguments), word)).collect()
}

#[test]
fn a_refused_call_says_why_in_one_line_the_same_with_the_daemon_stopped_and_running_and_changes_nothing() {
    let mut appliance = Appliance::with_a_menu();
    appliance.call(&["printer", "add", "Caja", "virtual:"]).good();
    let calls = refused_calls(&appliance);
    let before = appliance.json(&["journal", "stats"])["entries"].clone();
    let mut rounds = Vec::new();
    for _ in 0..2 {
        let mut complaints = Vec::new();
        for (arguments, word) in &calls {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let complaint = appliance.call(&arguments).fails();
            assert!(complaint.contains(word), "{arguments:?}: {complaint}");
            assert_eq!(appliance.call(&[&["--json"], &arguments[..]].concat()).fails(), complaint);
            complaints.push(complaint);
        }
        rounds.push(complaints);
        if rounds.len() == 1 {
            appliance.daemon.start().unwrap();
        }
    }
    assert_eq!(rounds[0], rounds[1]);
    assert_eq!(appliance.json(&["journal", "stats"])["entries"], before);
}

#[test]
fn what_cannot_be_meant_is_answered_with_how_to_say_it() {
    let appliance = Appliance::unpacked();
    for arguments in [
        &["staff", "add", "Ana", "--role", "king", "--pin", "2580"][..],
        &["printer", "add", "Caja", "http://10.0.0.5"],
        &["printer", "add", "Caja", "virtual:", "--columns", "many"],
        &["settings", "set", "--day-starts-at", "25:00"],
        &["journal", "replay", "--check", "--into", "x"],
        &["run", "--listen", "everywhere"],
        &["sell"],
        &[],
    ] {
        let said = appliance.call(arguments);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{said}");
        assert!(said.err.contains("--help"), "{said}");
    }
    assert!(!appliance.daemon.data().exists());
}

#[test]
fn a_box_without_a_branch_or_a_menu_says_so() {
    let appliance = Appliance::unpacked();
    for act in ["verify", "export", "stats"] {
        let complaint = appliance.call(&["journal", act]).fails();
        assert!(complaint.contains("no branch here yet"), "{complaint}");
    }
    let complaint = appliance.call(&["catalog", "export"]).fails();
    assert!(complaint.contains("no catalog yet"), "{complaint}");
    assert_eq!(appliance.call(&["printer", "list"]).good(), "no printer is set up\n");
}

#[test]
fn settings_of_the_program_that_cannot_be_read_are_named() {
    let appliance = Appliance::unpacked();
    let config = appliance.folder.path().join("comanda.toml");
    for (text, word) in [("lisen = \"0.0.0.0:80\"", "lisen"), ("listen = ", "comanda.toml")] {
        std::fs::write(&config, text).unwrap();
        let said = appliance.call(&["--config", config.to_str().unwrap(), "printer", "list"]);
        assert!(said.code == Some(1) && said.out.is_empty() && said.err.contains(word), "{said}");
    }
    let complaint = appliance.call(&["--config", "/nowhere/comanda.toml", "printer", "list"]).fails();
    assert!(complaint.contains("/nowhere/comanda.toml"), "{complaint}");
}

#[test]
fn a_menu_with_bad_rows_is_refused_whole_with_every_row_named() {
    let mut appliance = Appliance::with_a_menu();
    let mut bad = menu::catalog();
    bad["categories"][0]["products"][1]["price"] = json!(-1);
    bad["categories"][1]["products"][0]["station"] = json!("horno");
    bad["categories"][1]["products"][2]["sku"] = json!("perro");
    let bad = appliance.file("bad.json", &bad);
    let places =
        ["categories[0].products[1].price", "categories[1].products[0].station", "categories[1].products[2].sku"];
    let kept = appliance.call(&["catalog", "export"]).good();
    for _ in 0..2 {
        let said = appliance.call(&["catalog", "import", &bad]);
        assert_eq!(said.code, Some(1), "{said}");
        assert!(said.out.contains("nothing was imported") && said.out.contains("3 rows"), "{said}");
        assert!(places.iter().all(|place| said.out.contains(place)), "{said}");
        let said = appliance.call(&["--json", "catalog", "import", &bad]);
        let errors: Value = serde_json::from_str(&said.out).unwrap();
        let named: Vec<_> =
            errors["errors"].as_array().unwrap().iter().map(|row| row["place"].as_str().unwrap()).collect();
        assert_eq!((said.code, named), (Some(1), places.to_vec()));
        assert_eq!(appliance.call(&["catalog", "export"]).good(), kept);
        if appliance.daemon.process().is_err() {
            appliance.daemon.start().unwrap();
        }
    }
}

#[test]
fn a_second_daemon_on_the_same_data_refuses_and_the_first_goes_on() {
    let mut appliance = Appliance::with_a_menu();
    let token = appliance.daemon.create_token("cashier").unwrap();
    appliance.daemon.start().unwrap();
    let complaint = appliance.call(&["run", "--listen", "127.0.0.1:0"]);
    let complaint = complaint.fails();
    assert!(complaint.contains("in use by another Comanda"), "{complaint}");
    assert!(complaint.contains(appliance.daemon.data().to_str().unwrap()), "{complaint}");

    let elsewhere = appliance.folder.path().join("elsewhere");
    let address = appliance.daemon.address().to_string();
    let mut second = Command::new(appliance.daemon.program());
    second.arg("run").arg("--data-dir").arg(elsewhere).args(["--listen", &address]);
    let complaint = Said::by(second, &["run"]).fails();
    assert!(complaint.contains(&format!("could not listen on {address}")), "{complaint}");

    let answer = appliance.client(&token).post("/api/v1/orders", &idempotency_key(1, 1), &menu::one_dish()).unwrap();
    assert_eq!(answer.status, 201, "{answer}");
    appliance.call(&["settings", "show"]).good();
}

#[test]
fn command_lines_that_come_at_once_wait_for_each_other() {
    let appliance = Appliance::unpacked();
    let tokens: BTreeSet<String> = std::thread::scope(|scope| {
        let call = || appliance.call(&["token", "create", "--role", "cashier", "--name", "script"]).good();
        let calls: Vec<_> = (0..8).map(|_| scope.spawn(call)).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    assert_eq!(tokens.len(), 8);
    appliance.call(&["journal", "verify"]).good();
}

#[test]
fn calls_made_while_the_daemon_starts_are_answered_and_do_not_keep_it_from_starting() {
    let mut appliance = Appliance::with_a_menu();
    for _ in 0..3 {
        let mut call = appliance.command(&["settings", "show"]);
        let caller = std::thread::spawn(move || (0..20).map(|_| call.output().unwrap()).collect::<Vec<_>>());
        appliance.daemon.start().unwrap();
        for output in caller.join().unwrap() {
            assert!(output.status.success(), "{output:?}");
        }
        appliance.stop();
    }
}

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
fn after_sigterm_what_has_begun_is_finished_and_nothing_acknowledged_is_missing() {
    let mut appliance = Appliance::with_a_menu();
    let token = appliance.daemon.create_token("cashier").unwrap();
    appliance.daemon.start().unwrap();
    let is_stopping = AtomicBool::new(false);
    let acknowledged: BTreeSet<String> = std::thread::scope(|scope| {
        let sell = |till: u64| {
            let mut client = appliance.client(&token);
            let is_stopping = &is_stopping;
            scope.spawn(move || {
                let mut taken = Vec::new();
                for number in 0.. {
                    match client.post("/api/v1/orders", &idempotency_key(till, number), &menu::four_dishes()) {
                        Ok(answer) if answer.status == 201 => {
                            taken.push(answer.json().unwrap()["id"].as_str().unwrap().to_owned());
                        }
                        Ok(answer) => {
                            assert_eq!(answer.status, 503, "{answer}");
                            break;
                        }
                        Err(error) => {
                            assert!(is_stopping.load(Ordering::SeqCst), "{error:#}");
                            break;
                        }
                    }
                }
                taken
            })
        };
        let tills: Vec<_> = (1..=4).map(sell).collect();
        std::thread::sleep(Duration::from_millis(500));
        is_stopping.store(true, Ordering::SeqCst);
        // The daemon's own handle is borrowed by the tills.
        let process = appliance.daemon.process().unwrap().to_string();
        assert!(Command::new("sh").args(["-c", "kill -TERM \"$1\"", "sh", &process]).status().unwrap().success());
        tills.into_iter().flat_map(|till| till.join().unwrap()).collect()
    });
    appliance.stop();
    assert!(acknowledged.len() > 20, "only {} orders were tried", acknowledged.len());
    assert!(!appliance.daemon.data().join("control.sock").exists());
    assert!(!appliance.daemon.data().join("branch.db-wal").exists(), "the file was not tidied");

    let database = rusqlite::Connection::open(appliance.database()).unwrap();
    let mut orders = database.prepare("SELECT lower(hex(id)) FROM orders").unwrap();
    let kept: BTreeSet<String> = orders.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let missing: Vec<_> = acknowledged.iter().filter(|id| !kept.contains(&id.replace('-', ""))).collect();
    assert_eq!(missing, Vec::<&String>::new());
    // What was committed and not acknowledged is at most what each till had in flight.
    assert!(kept.len() <= acknowledged.len() + 4, "{} orders, {} acknowledged", kept.len(), acknowledged.len());
}

#[test]
fn clients_that_stay_silent_or_send_half_a_request_do_not_keep_the_branch_from_stopping() {
    let mut appliance = Appliance::with_a_menu();
    let token = appliance.daemon.create_token("cashier").unwrap();
    appliance.daemon.start().unwrap();
    let mut idle = appliance.client(&token);
    assert_eq!(idle.get("/api/v1/orders").unwrap().status, 200);
    let silent = TcpStream::connect(appliance.daemon.address()).unwrap();
    let mut half_head = TcpStream::connect(appliance.daemon.address()).unwrap();
    half_head.write_all(b"POST /api/v1/orders HTTP/1.1\r\nHost: 127.0.0.1\r\n").unwrap();
    let mut half_body = TcpStream::connect(appliance.daemon.address()).unwrap();
    let head = format!(
        "POST /api/v1/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: k\r\n\
         Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{\"type\":"
    );
    half_body.write_all(head.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    appliance.stop();
    drop((silent, half_head, half_body));
    appliance.call(&["journal", "verify"]).good();
}

#[test]
fn a_killed_daemon_leaves_nothing_in_the_way_of_calls_or_of_the_next_one() {
    let mut appliance = Appliance::with_a_menu();
    let socket = appliance.daemon.data().join("control.sock");
    for _ in 0..2 {
        appliance.daemon.start().unwrap();
        assert_eq!(mode(&socket), 0o600, "others can open the control socket");
        appliance.call(&["settings", "show"]).good();
        appliance.daemon.kill().unwrap();
        assert!(socket.exists(), "nothing was tried");
        appliance.call(&["settings", "set", "--code", "ESQ"]).good();
        appliance.call(&["journal", "verify"]).good();
    }
    appliance.daemon.start().unwrap();
    assert_eq!(appliance.json(&["settings", "show"])["code"], "ESQ");
    appliance.stop();
    assert!(!socket.exists());
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn what_the_branch_keeps_is_its_owners_alone() {
    let mut appliance = Appliance::with_a_menu();
    appliance.call(&["staff", "add", "Ana", "--role", "cashier", "--pin", "2580"]).good();
    appliance.daemon.start().unwrap();
    assert_eq!(mode(appliance.daemon.data()), 0o700);
    assert_eq!(mode(&appliance.daemon.data().join("pepper")), 0o600);
}

#[test]
fn a_menu_is_replaced_again_and_again_while_orders_run_and_each_order_is_of_one_menu() {
    const MENUS: usize = 12;
    const DEARER: i64 = 2_000_000;
    let mut appliance = Appliance::with_a_menu();
    let token = appliance.daemon.create_token("cashier").unwrap();
    appliance.daemon.start().unwrap();
    let mut dearer = menu::catalog();
    dearer["categories"][0]["products"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .for_each(|dish| dish["price"] = json!(DEARER));
    let files = [appliance.file("dearer.json", &dearer), appliance.file("cheaper.json", &menu::catalog())];

    let is_done = AtomicBool::new(false);
    let totals: Vec<i64> = std::thread::scope(|scope| {
        let sell = |till: u64| {
            let mut client = appliance.client(&token);
            let is_done = &is_done;
            scope.spawn(move || {
                let mut totals = Vec::new();
                while !is_done.load(Ordering::SeqCst) {
                    let key = idempotency_key(till, u64::try_from(totals.len()).unwrap());
                    let answer = client.post("/api/v1/orders", &key, &menu::four_dishes()).unwrap();
                    assert_eq!(answer.status, 201, "{answer}");
                    totals.push(answer.json().unwrap()["total"].as_i64().unwrap());
                }
                totals
            })
        };
        let tills: Vec<_> = (1..=3).map(sell).collect();
        for number in 0..MENUS {
            appliance.call(&["catalog", "import", &files[number % 2]]).good();
        }
        is_done.store(true, Ordering::SeqCst);
        tills.into_iter().flat_map(|till| till.join().unwrap()).collect()
    });

    let (cheap, dear) = (menu::FOUR_DISHES_TOTAL, menu::FOUR_DISHES_TOTAL + 5 * (DEARER - menu::DISH_PRICE));
    let sold: BTreeSet<i64> = totals.iter().copied().collect();
    assert_eq!(sold, BTreeSet::from([cheap, dear]), "of {} orders", totals.len());
    appliance.stop();
    let stats = appliance.json(&["journal", "stats"]);
    assert_eq!(stats["orders"], json!(totals.len()));
    appliance.call(&["journal", "replay", "--check"]).good();
}

#[test]
fn what_cannot_be_printed_is_a_failure_in_one_line() {
    let appliance = Appliance::with_a_menu();
    for arguments in [&["catalog", "export"][..], &["journal", "export"], &["--json", "settings", "show"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let mut command = appliance.command(arguments);
        let output = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), complaint.lines().count()), (Some(1), 1), "{arguments:?}: {complaint}");
        assert!(complaint.contains("could not print") || complaint.contains("No space left"), "{complaint}");
    }
}
