//! The daemon as an installer leaves it: installed on a bare machine by the very lines of `docs/operations.md`, started and kept
//! alive by systemd, in the sandbox of its unit.
//!
//! The machine is a container, which takes root, `systemd-nspawn` and `debootstrap`; it is fetched once. Of `make test-long` alone;
//! where it cannot be had the test says so and is skipped.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod machine;

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use comanda_tests::branch::place_until_acknowledged;
use comanda_tests::client::{Client, idempotency_key};
use comanda_tests::daemon::program_beside_this_one;
use comanda_tests::menu;
use machine::Machine;
use serde_json::Value;

const ADDRESS: &str = "127.0.0.1:8080";
const PATIENCE: Duration = Duration::from_secs(20);
/// The watchdog's thirty seconds, and a start.
const HUNG: Duration = Duration::from_secs(45);

#[test]
fn installed_as_the_page_says_it_sells_through_crashes_hangs_and_power_cuts() {
    if std::env::var_os("COMANDA_LONG").is_none() {
        return println!("skipped: of make test-long");
    }
    let mut machine = match Machine::bare().and_then(|mut machine| machine.start().map(|()| machine)) {
        Ok(machine) => machine,
        Err(reason) => return println!("skipped: no machine of our own here ({reason})"),
    };
    bring(&machine);
    // The menu comes first, from root, before the daemon ever ran.
    for line in installing() {
        machine.did(&format!("cd /root/comanda && {line}"));
        if line.contains("systemd-tmpfiles") {
            machine.did("cd /root/comanda && comanda-edge --data-dir /var/lib/comanda catalog import menu.json");
        }
    }
    assert_eq!(machine.did("systemctl is-active comanda-edge"), "active");
    assert_eq!(owners(&machine), "comanda:comanda");

    let till = Till { token: token(&machine) };
    let first = till.order(&machine, 1);
    in_its_sandbox(&machine);

    // Calls by hand are about the daemon's branch, running or stopped, and leave it readable.
    machine.did("comanda-edge settings set --name 'La Esquina' && systemctl stop comanda-edge");
    assert_eq!(machine.did("systemctl show --property Result --value comanda-edge"), "success");
    machine.did("comanda-edge settings set --code ESQ && comanda-edge backup create && systemctl start comanda-edge");
    assert_eq!(owners(&machine), "comanda:comanda");
    let second = till.order(&machine, 2);
    machine.did("systemctl start comanda-backup");
    assert_eq!(machine.did("ls /var/lib/comanda/backups | wc -l"), "2");
    machine.did("comanda-edge backup verify \"$(ls /var/lib/comanda/backups/* | tail -n 1)\"");

    // It crashes.
    let before = main_process(&machine);
    machine.did(&format!("kill -KILL {before}"));
    let third = till.order(&machine, 3);
    assert_ne!(main_process(&machine), before);

    // It hangs.
    let before = main_process(&machine);
    machine.did(&format!("kill -STOP {before}"));
    let begun = Instant::now();
    while main_process(&machine) == before || main_process(&machine) == "0" {
        assert!(begun.elapsed() < HUNG, "nobody noticed that it hangs");
        std::thread::sleep(Duration::from_millis(200));
    }
    let fourth = till.order(&machine, 4);

    // The power goes.
    machine.cut_the_power();
    machine.start().unwrap();
    let fifth = till.order(&machine, 5);
    let numbers = [first, second, third, fourth, fifth].map(|order| order["number"].as_str().unwrap().to_owned());
    assert_eq!(numbers, ["L-0001", "L-0002", "L-0003", "L-0004", "L-0005"]);
    machine.did("comanda-edge journal verify");
    assert!(machine.did("journalctl --unit comanda-edge --no-pager").contains("comanda-edge"));
    assert_ne!(
        machine.did("journalctl --list-boots --no-pager | wc -l"),
        "1",
        "the log was not kept over the power cut"
    );
}

/// What an installer carries to the box.
fn bring(machine: &Machine) {
    let carried = machine.root().join("root/comanda");
    std::fs::create_dir_all(carried.join("systemd")).unwrap();
    std::fs::copy(program_beside_this_one("comanda-edge").unwrap(), carried.join("comanda-edge")).unwrap();
    std::fs::write(carried.join("menu.json"), menu::catalog().to_string()).unwrap();
    let units = Path::new(env!("CARGO_MANIFEST_DIR")).join("../systemd");
    for file in units.read_dir().unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), carried.join("systemd").join(file.file_name())).unwrap();
    }
}

/// The lines of the page; a container has no devices of its own to tell udev of.
fn installing() -> Vec<String> {
    const PAGE: &str = include_str!("../../../docs/operations.md");
    let section = PAGE.split("## Installing under systemd").nth(1).unwrap();
    let block = section.split("```").nth(1).unwrap();
    let lines =
        block.lines().map(|line| line.replace(" && udevadm control --reload", "")).filter(|line| !line.is_empty());
    lines.collect()
}

fn token(machine: &Machine) -> String {
    let said = machine.did("comanda-edge token create --role cashier --name till");
    said.split_whitespace().next_back().unwrap().to_owned()
}

fn main_process(machine: &Machine) -> String {
    machine.did("systemctl show --property MainPID --value comanda-edge")
}

/// Whose the branch's files are.
fn owners(machine: &Machine) -> String {
    machine.did("find /var/lib/comanda -printf '%u:%g\\n' | sort -u")
}

fn in_its_sandbox(machine: &Machine) {
    let status = machine.did(&format!("cat /proc/{}/status", main_process(machine)));
    let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned();
    assert_eq!(
        ["CapEff:", "CapBnd:", "NoNewPrivs:", "Seccomp:"].map(field),
        ["0000000000000000", "0000000000000000", "1", "2"]
    );
    assert_ne!(field("Uid:").split_whitespace().next(), Some("0"));
    let of_the_printers = machine.did("getent group lp dialout | cut -d: -f3");
    let groups = field("Groups:");
    let groups: Vec<&str> = groups.split_whitespace().collect();
    assert!(of_the_printers.lines().all(|group| groups.contains(&group)), "{groups:?}: no printer by USB or serial");
    machine.did("echo paper > /run/printer && chgrp lp /run/printer && chmod 640 /run/printer");
    let in_its_users = "systemd-run --quiet --pipe --wait --property User=comanda --property PrivateUsers=yes";
    assert_eq!(machine.did(&format!("{in_its_users} cat /run/printer")), "paper");
    // Within the sandbox, too: 5 is the class of whoever runs when nobody else wants to.
    let classes = machine.did(&format!("cat /proc/{}/task/*/stat", main_process(machine)));
    let sync = classes.lines().find(|line| line.contains("(sync)")).unwrap();
    assert_eq!(sync.rsplit(") ").next().unwrap().split(' ').nth(38), Some("5"), "{sync}");
}

struct Till {
    token: String,
}

impl Till {
    fn order(&self, machine: &Machine, number: u64) -> Value {
        let address: SocketAddr = ADDRESS.parse().unwrap();
        machine.on_its_network(|| {
            let mut client = Client::new(address, PATIENCE).with_token(&self.token);
            place_until_acknowledged(&mut client, &idempotency_key(1, number), &menu::one_dish(), PATIENCE).unwrap()
        })
    }
}
