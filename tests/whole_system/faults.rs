//! What happens to boxes: a file that is cut or taken away, a log with a torn tail,
//! too few open files, SIGTERM in a rush. The real program is asked; nothing acknowledged may be missing afterwards.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use comanda_tests::branch::{Branch, place_until_acknowledged};
use comanda_tests::client::idempotency_key;
use comanda_tests::menu;
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(20);
const STOP_PATIENCE: Duration = Duration::from_secs(15);

fn sell(branch: &Branch, seed: u64, orders: u64) -> BTreeSet<String> {
    let mut client = branch.client();
    let order = |number| {
        let key = idempotency_key(seed, number);
        let taken = place_until_acknowledged(&mut client, &key, &menu::four_dishes(), PATIENCE).unwrap();
        taken["id"].as_str().unwrap().to_owned()
    };
    (0..orders).map(order).collect()
}

fn ids(orders: &[Value]) -> BTreeSet<String> {
    orders.iter().map(|order| order["id"].as_str().unwrap().to_owned()).collect()
}

fn verify(branch: &mut Branch) {
    assert!(branch.daemon.terminate(STOP_PATIENCE).unwrap().success());
    branch.daemon.call(["journal", "verify"]).unwrap();
    branch.daemon.call(["journal", "replay", "--check"]).unwrap();
}

#[test]
fn a_log_with_a_torn_tail_is_recovered_to_the_last_commit() {
    let mut branch = Branch::open(&menu::catalog(), &[]).unwrap();
    let sold = sell(&branch, 1, 10);
    branch.daemon.kill().unwrap();
    let mut log = OpenOptions::new().append(true).open(branch.daemon.data().join("branch.db-wal")).unwrap();
    log.write_all(&[0xa5; 2741]).unwrap();
    drop(log);
    branch.daemon.start().unwrap();
    assert_eq!(ids(&branch.orders().unwrap()), sold);
    sell(&branch, 2, 3);
    verify(&mut branch);
}

#[test]
fn a_file_that_was_taken_away_is_asked_for_and_sells_again_once_it_is_back() {
    let mut branch = Branch::open(&menu::catalog(), &[]).unwrap();
    let sold = sell(&branch, 1, 5);
    assert!(branch.daemon.terminate(STOP_PATIENCE).unwrap().success());
    let (file, away) = (branch.daemon.data().join("branch.db"), branch.daemon.data().join("away.db"));
    std::fs::rename(&file, &away).unwrap();
    let refused = format!("{:#}", branch.daemon.start().unwrap_err());
    assert!(refused.contains("is gone, though this branch has lived"), "{refused}");
    assert!(!file.exists(), "nothing was begun anew");
    std::fs::rename(&away, &file).unwrap();
    branch.daemon.start().unwrap();
    assert_eq!(ids(&branch.orders().unwrap()), sold);
    verify(&mut branch);
}

#[test]
fn a_file_that_was_cut_short_is_not_sold_from_and_comes_back_from_its_backup() {
    let mut branch = Branch::open(&menu::catalog(), &[]).unwrap();
    let sold = sell(&branch, 1, 5);
    let said = branch.daemon.call(["--json", "backup", "create", "--unattended"]).unwrap();
    let unattended: Value = serde_json::from_str(&said).unwrap();
    assert!(unattended["recovery_code"].is_null(), "nobody would see it");
    let made: Value = serde_json::from_str(&branch.daemon.call(["--json", "backup", "create"]).unwrap()).unwrap();
    assert!(made["recovery_code"].as_str().unwrap().starts_with("AGE-SECRET-KEY-1"));
    assert!(branch.daemon.terminate(STOP_PATIENCE).unwrap().success());
    let file = branch.daemon.data().join("branch.db");
    let length = std::fs::metadata(&file).unwrap().len();
    OpenOptions::new().write(true).open(&file).unwrap().set_len(length / 2).unwrap();
    let diagnosis = branch.daemon.call(["doctor"]).unwrap_err().to_string();
    assert!(diagnosis.contains("[database."), "{diagnosis}");
    branch.daemon.call(["backup", "restore", made["file"].as_str().unwrap()]).unwrap();
    branch.daemon.start().unwrap();
    assert_eq!(ids(&branch.orders().unwrap()), sold);
    let after = place_until_acknowledged(&mut branch.client(), &idempotency_key(9, 1), &menu::four_dishes(), PATIENCE);
    let number = after.unwrap()["consecutive"].as_str().unwrap().to_owned();
    assert!(number.ends_with("-001001"), "{number}");
    verify(&mut branch);
}

#[test]
fn a_stop_in_a_rush_finishes_what_has_begun() {
    let mut branch = Branch::open(&menu::catalog(), &[]).unwrap();
    let sellers: Vec<_> = (0..4)
        .map(|seller| {
            let mut client = branch.client();
            std::thread::spawn(move || {
                let mut sold = BTreeSet::new();
                for number in 0.. {
                    let key = idempotency_key(seller, number);
                    match client.post("/api/v1/orders", &key, &menu::four_dishes()) {
                        Ok(answer) if answer.status == 201 => {
                            sold.insert(answer.json().unwrap()["id"].as_str().unwrap().to_owned());
                        }
                        Ok(_) | Err(_) => break,
                    }
                }
                sold
            })
        })
        .collect();
    std::thread::sleep(Duration::from_millis(700));
    let stopped = branch.daemon.terminate(STOP_PATIENCE).unwrap();
    assert!(stopped.success(), "{stopped}");
    let sold: BTreeSet<String> = sellers.into_iter().flat_map(|seller| seller.join().unwrap()).collect();
    assert!(!sold.is_empty());
    branch.daemon.start().unwrap();
    let there = ids(&branch.orders().unwrap());
    assert!(sold.is_subset(&there), "{} acknowledged orders are gone", sold.difference(&there).count());
    verify(&mut branch);
}

/// A few hundred silent connections are what a few dozen screens with bad Wi-Fi leave behind.
#[test]
fn hundreds_of_silent_connections_and_too_few_files_do_not_stop_the_selling() {
    let mut branch = Branch::open(&menu::catalog(), &[]).unwrap();
    let process = branch.daemon.process().unwrap().to_string();
    let limited = Command::new("prlimit").args(["--pid", &process, "--nofile=256:256"]).status();
    if !limited.is_ok_and(|status| status.success()) {
        println!("skipped: prlimit is not on this machine");
        return;
    }
    let mut client = branch.client();
    let first = client.post("/api/v1/orders", &idempotency_key(1, 0), &menu::four_dishes()).unwrap();
    assert_eq!(first.status, 201, "{first}");
    let silent: Vec<TcpStream> =
        (0..600).map_while(|_| TcpStream::connect_timeout(&branch.daemon.address(), PATIENCE).ok()).collect();
    assert!(silent.len() > 256);
    // A screen that is connected goes on selling, while nobody else gets in.
    let during = client.post("/api/v1/orders", &idempotency_key(1, 1), &menu::four_dishes()).unwrap();
    assert_eq!(during.status, 201, "{during}");
    drop(silent);
    let sold = sell(&branch, 2, 3);
    assert_eq!(ids(&branch.orders().unwrap()).len(), sold.len() + 2);
    verify(&mut branch);
}
