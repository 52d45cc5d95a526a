//! A file system that finds itself damaged takes no more writes: what was sold is safe, what cannot be kept is refused, and
//! a restart on the mended disk sells on.
//!
//! The disk is an ext4 of the test's own. Where there is no loop device, or this is not root, it says so and is skipped.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use comanda_tests::branch::Branch;
use comanda_tests::client::{Client, Response, idempotency_key};
use comanda_tests::daemon::Daemon;
use comanda_tests::disk::{self, Disk};
use comanda_tests::menu;
use serde_json::Value;

const DISK_BYTES: u64 = 64 * 1024 * 1024;
const SOLD: u64 = 20;
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn a_disk_that_turns_read_only_in_the_middle_of_selling_loses_nothing_and_the_mended_one_sells_on() {
    let folder = tempfile::tempdir().unwrap();
    let (file, data) = (folder.path().join("disk"), folder.path().join("data"));
    let mounted = disk::empty_ext4(DISK_BYTES).and_then(|empty| {
        std::fs::write(&file, empty).map_err(|error| error.to_string())?;
        Disk::mount(&file, &data)
    });
    let mounted = match mounted {
        Ok(mounted) => mounted,
        Err(reason) => return println!("skipped: no disk of our own here ({reason})"),
    };
    let daemon = Daemon::beside_this_program(folder.path()).unwrap();
    let mut branch = Branch::open_with(daemon, folder, &menu::catalog(), &[]).unwrap();
    let mut till = branch.client();
    let sold: BTreeSet<String> = (0..SOLD).map(|number| id(&order(&mut till, number))).collect();

    mounted.fail().unwrap();
    let begun = Instant::now();
    let mut number = SOLD;
    let mut sold_at_the_last = BTreeSet::new();
    let refusal = loop {
        let answer = order(&mut till, number);
        match answer.status {
            201 => sold_at_the_last.insert(id(&answer)),
            _ => break answer,
        };
        number += 1;
        assert!(begun.elapsed() < PATIENCE, "a disk that takes nothing goes on selling");
    };
    assert_eq!(refusal.status, 503, "{refusal}");
    assert!(
        matches!(refusal.problem_code().as_deref(), Some("disk.read_only" | "storage.failed")),
        "who cannot sell is told why: {refusal}"
    );
    assert!(sold_at_the_last.is_empty(), "acknowledged on a disk that takes nothing: {sold_at_the_last:?}");
    assert_eq!(ids(&branch.orders().unwrap()), sold, "what was sold is still shown");
    assert_eq!(till.get("/readyz").unwrap().status, 503);

    branch.daemon.kill().unwrap();
    drop(mounted);
    disk::mend(&file).unwrap();
    let _mounted = Disk::mount(&file, &data).unwrap();
    branch.daemon.start().unwrap();
    assert_eq!(ids(&branch.orders().unwrap()), sold);
    let again = order(&mut branch.client(), number);
    assert_eq!(again.status, 201, "{again}");
    assert_eq!(again.json().unwrap()["number"], format!("L-{:04}", SOLD + 1), "what was refused took no number");
    assert!(branch.daemon.terminate(PATIENCE).unwrap().success());
    branch.daemon.call(["journal", "verify"]).unwrap();
    branch.daemon.call(["journal", "replay", "--check"]).unwrap();
}

fn order(till: &mut Client, number: u64) -> Response {
    till.post("/api/v1/orders", &idempotency_key(1, number), &menu::four_dishes()).unwrap()
}

fn id(answer: &Response) -> String {
    answer.json().unwrap()["id"].as_str().unwrap().to_owned()
}

fn ids(orders: &[Value]) -> BTreeSet<String> {
    orders.iter().map(|order| order["id"].as_str().unwrap().to_owned()).collect()
}
