//! What somebody types who has the README and nothing else: every command that stands in it or in CONTRIBUTING is tried
//! here, and a command that nobody tries may not stand there.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use comanda_tests::client::{Client, idempotency_key};
use comanda_tests::daemon::{Daemon, program_beside_this_one};
use comanda_tests::patience::within;
use serde_json::{Value, json};

/// How long a client waits for one answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long until the demo has sold and printed something; its guests come a dozen a minute.
const FIRST_SALES: Duration = Duration::from_secs(60);
/// What a command begins with, besides the scripts in `tests/`.
const PROGRAMS: [&str; 5] = ["make", "npm", "cargo", "sudo", "comanda-edge"];

/// How a command of the documents is tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Trial {
    /// By starting a branch with it, here.
    Branch,
    /// By running the demo, here.
    Demo,
    /// By the run this test is a part of: it is that command, or a part of it.
    ThisRun,
    /// It takes minutes, or changes the machine: what it would run is looked for, here.
    Looked,
}

fn trial(command: &str) -> Option<Trial> {
    Some(match command {
        "make demo" => Trial::Demo,
        "make test" | "make setup" | "cargo test -p comanda-shared" | "tests/run lint unit" | "make ui" => {
            Trial::ThisRun
        }
        "COMANDA_SEED=7 make test" | "make ui && cargo build --release -p comanda-edge" => Trial::ThisRun,
        "make lint" | "tests/setup" => Trial::ThisRun,
        "COMANDA_BLESS=1 cargo test -p comanda-edge --test upgrades" => Trial::ThisRun,
        "make test-long" | "make bench" | "make bench-screens" | "make pictures" | "make sbom" => Trial::Looked,
        "make demo-chain" | "make cut" | "make mend" | "make chain-state" => Trial::Looked,
        "npm run dev -w edge/ui" | "sudo tests/bare-machine" => Trial::Looked,
        // Named by what it does, with nothing to be typed as it stands.
        "comanda-edge journal export" | "comanda-edge token create" => Trial::Branch,
        _ if command.starts_with("comanda-edge ") => Trial::Branch,
        _ => return None,
    })
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn document(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

/// The lines of a document's blocks of commands, without what a `#` tells beside them.
fn block_lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for block in text.split("\n```").skip(1).step_by(2) {
        let commands = block.lines().skip(1).map(|line| line.split("  #").next().unwrap_or(line).trim());
        lines.extend(commands.filter(|line| !line.is_empty()).map(str::to_owned));
    }
    lines
}

/// Whether a line is a program with its arguments, after whatever is set for it.
fn is_command(line: &str) -> bool {
    let program = line.split(' ').find(|word| !word.contains('=')).unwrap_or_default();
    PROGRAMS.contains(&program) || (program.starts_with("tests/") && root().join(program).is_file())
}

/// Every command a document names, in blocks and between backticks.
fn commands(text: &str) -> BTreeSet<String> {
    let in_blocks = block_lines(text).into_iter().filter(|line| is_command(line));
    let in_lines = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).map(str::to_owned);
    let spoken = in_lines.filter(|code| is_command(code) && code.contains(' '));
    in_blocks.chain(spoken).collect()
}

#[test]
fn every_command_of_the_documents_is_tried() {
    let named: BTreeSet<_> =
        ["README.md", "CONTRIBUTING.md"].map(document).iter().flat_map(|text| commands(text)).collect();
    assert!(named.contains("make demo") && named.contains("make test"), "{named:?}");
    let untried: Vec<_> = named.iter().filter(|command| trial(command).is_none()).collect();
    assert!(untried.is_empty(), "nobody tries these commands, so they may not work: {untried:?}");

    for command in named.iter().filter(|command| trial(command) == Some(Trial::Looked)) {
        let words: Vec<_> = command.split(' ').collect();
        match words[..] {
            ["make", target] => assert!(succeeds(Command::new("make").args(["-n", target])), "no target: {command}"),
            ["sudo", script] => assert!(succeeds(Command::new("bash").args(["-n", script])), "no script: {command}"),
            ["npm", "run", script, "-w", workspace] => {
                let package: Value = serde_json::from_str(&document(&format!("{workspace}/package.json"))).unwrap();
                assert!(package["scripts"][script].is_string(), "no script: {command}");
            }
            _ => panic!("no way to look at {command}"),
        }
    }
}

fn succeeds(command: &mut Command) -> bool {
    command.current_dir(root()).stdout(Stdio::null()).stdin(Stdio::null()).status().unwrap().success()
}

#[test]
fn a_branch_starts_as_the_readme_says() {
    let folder = tempfile::tempdir().unwrap();
    let mut daemon = Daemon::beside_this_program(folder.path()).unwrap();
    std::fs::copy(root().join("tests/data/esquina-menu.json"), folder.path().join("menu.json")).unwrap();
    let lines = block_lines(&document("README.md"));
    let typed: Vec<_> = lines.iter().filter(|line| line.starts_with("comanda-edge ")).collect();
    let (run, set_up) = typed.split_last().unwrap();
    assert_eq!(*run, "comanda-edge run");
    assert!(set_up.len() >= 4, "{set_up:?}");

    for line in set_up {
        // Nothing leaves this machine: the printer of the README is one that is not there.
        let line = line.replace("192.168.1.50:9100", "127.0.0.1:9");
        let function = format!("comanda-edge() {{ {} \"$@\"; }}\n{line}", daemon.program().display());
        let mut shell = Command::new("bash");
        shell.args(["-euc", &function]).env("COMANDA_DATA_DIR", daemon.data()).current_dir(folder.path());
        let output = shell.stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }
    daemon.start().unwrap();

    let mut client = Client::new(daemon.address(), PATIENCE);
    assert_eq!(client.get("/").unwrap().status, 200);
    for (name, pin) in [("Camila", "2580"), ("Andrés", "1470")] {
        assert!(set_up.iter().any(|line| line.contains(name) && line.contains(pin)), "{set_up:?}");
        assert_eq!(log_in(&mut client, name, pin), 200, "{name} cannot enter");
    }
    let token = daemon.create_token("admin").unwrap();
    let mut client = Client::new(daemon.address(), PATIENCE).with_token(&token);
    let printers = client.get("/api/v1/settings/printers").unwrap().json().unwrap();
    assert_eq!(printers["items"][0]["name"], "Plancha");
    assert!(daemon.call(["journal", "export"]).unwrap().lines().count() > 4);
}

fn log_in(client: &mut Client, name: &str, pin: &str) -> u16 {
    let faces = client.get("/api/v1/staff/faces").unwrap().json().unwrap();
    let face = faces["items"].as_array().unwrap().iter().find(|face| face["name"] == name);
    let staff = face.unwrap_or_else(|| panic!("{name} has no face in {faces}"))["id"].clone();
    let body = json!({"staff": staff, "pin": pin});
    client.post("/api/v1/auth/login", &idempotency_key(1, 1), &body).unwrap().status
}

/// `make demo`, with the programs that were built for the tests.
struct Demo {
    script: Child,
    told: Vec<String>,
}

impl Demo {
    /// Starts it, and returns when it has told how to look.
    fn start(folder: &Path, port: u16) -> Self {
        let programs = program_beside_this_one("rush").unwrap();
        let mut script = Command::new("bash")
            .arg(root().join("tests/demo"))
            .env("DEMO_DIR", folder)
            .env("DEMO_PROGRAMS", programs.parent().unwrap())
            .env("PORT", port.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(script.stdout.take().unwrap()).lines();
        let mut told = Vec::new();
        while !told.last().is_some_and(|line: &String| line.contains("kill -9")) {
            told.push(lines.next().unwrap_or_else(|| panic!("the demo ended: {told:?}")).unwrap());
        }
        // What it says from here on is read, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Self { script, told }
    }

    /// The word after `mark` in what it told.
    fn word_after(&self, mark: &str) -> String {
        let line = self.told.iter().find_map(|line| Some(line.split_once(mark)?.1)).unwrap_or_else(|| panic!("{mark}"));
        line.split_whitespace().next().unwrap().to_owned()
    }

    fn terminate(mut self) {
        signal("TERM", &self.script.id().to_string());
        assert!(self.script.wait().unwrap().success(), "the demo did not end well");
    }
}

fn signal(name: &str, process: &str) {
    let sent = Command::new("sh").args(["-c", "kill -\"$1\" \"$2\"", "sh", name, process]).status().unwrap();
    assert!(sent.success(), "kill -{name} {process}");
}

#[test]
fn the_demo_sells_and_prints_comes_back_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let port = Daemon::beside_this_program(folder.path()).unwrap().address().port();
    let demo = Demo::start(folder.path(), port);
    let address = demo.word_after("http://").parse().unwrap();
    let mut client = Client::new(address, PATIENCE);
    for page in ["/", "/pos", "/kitchen", "/tickets"] {
        assert_eq!(client.get(page).unwrap().status, 200, "{page}");
    }
    for name in ["Camila", "Andrés", "Doña Marta"] {
        let line = demo.told.iter().find(|line| line.contains(name) && line.contains("PIN")).unwrap();
        assert_eq!(log_in(&mut client, name, line.split_whitespace().next_back().unwrap()), 200, "{line}");
    }

    let token = std::fs::read_to_string(folder.path().join("rush.token")).unwrap();
    let mut client = Client::new(address, PATIENCE).with_token(token.trim());
    let sold = within(FIRST_SALES, "something is sold and printed", || {
        let orders = count(&mut client, "/api/v1/orders?limit=200")?;
        let printed = printed_tickets(&mut client)?;
        (orders >= 2 && !printed.is_empty()).then_some((orders, printed))
    });
    let picture = client.get(&format!("/api/v1/print/tickets/{}.png", sold.1[0])).unwrap();
    assert!(picture.status == 200 && picture.body.starts_with(b"\x89PNG"), "{} bytes", picture.body.len());

    signal("KILL", &demo.word_after("kill -9 "));
    let back = within(FIRST_SALES, "the branch is back", || {
        let mut client = Client::new(address, PATIENCE).with_token(token.trim());
        count(&mut client, "/api/v1/orders?limit=200")
    });
    assert!(back >= sold.0, "{} orders were there, {back} after the kill", sold.0);
    demo.terminate();

    let again = Demo::start(folder.path(), port);
    let mut client = Client::new(address, PATIENCE).with_token(token.trim());
    assert!(count(&mut client, "/api/v1/orders?limit=200").unwrap() >= back);
    again.terminate();
}

/// None while the branch does not answer.
fn count(client: &mut Client, path: &str) -> Option<usize> {
    Some(client.get(path).ok()?.json().ok()?["items"].as_array()?.len())
}

fn printed_tickets(client: &mut Client) -> Option<Vec<String>> {
    let jobs = client.get("/api/v1/print/jobs?limit=200").ok()?.json().ok()?;
    let printed = jobs["items"].as_array()?.iter().filter(|job| job["status"] == "printed");
    Some(printed.filter_map(|job| Some(job["ticket"].as_str()?.to_owned())).collect())
}
