//! A full disk is refused, never acknowledged, and recovered from without a person's help.
//!
//! The data folder is a tiny memory file system in a mount namespace of its own (`unshare -rm`), so that nothing of the
//! machine is touched and nothing stays behind. Where that is not allowed the test says so and is skipped.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use comanda_tests::branch::Branch;
use comanda_tests::client::{Client, Response, idempotency_key};
use comanda_tests::daemon::Daemon;
use comanda_tests::menu;
use serde_json::Value;
use tempfile::TempDir;

/// Room for the database with the catalog, its write-ahead log and some hundred orders.
const DISK_MB: u64 = 24;
/// Left to the daemon before orders begin, so that the disk is full soon.
const ROOM_BYTES: u64 = 2_000_000;
const PATIENCE: Duration = Duration::from_secs(30);
const STOP_PATIENCE: Duration = Duration::from_secs(10);
/// The ballast of so small a disk is three megabytes.
const SOLD_FROM_BALLAST: u64 = 100;
/// Far more than fit.
const MOST_ORDERS: u64 = 20_000;

#[test]
fn a_full_disk_is_refused_and_once_there_is_room_orders_are_taken_again_and_none_is_lost() {
    let Some((folder, disk, daemon)) = on_a_small_disk() else { return };
    let mut branch = Branch::open_with(daemon, folder, &menu::catalog(), &[]).unwrap();
    disk.leave_room(ROOM_BYTES);

    let mut till = Till { client: branch.client(), requests: 0, acknowledged: BTreeSet::new() };
    let refusal = till.order_until_refused();
    assert_eq!((refusal.status, refusal.problem_code().as_deref()), (503, Some("disk.full")), "{refusal}");
    // The next may be taken where the log has begun anew; what is acknowledged counts below.
    let again = till.order();
    assert!(matches!(again.status, 201 | 503), "{again}");
    assert_eq!(branch.client().get("/api/v1/orders?limit=1").unwrap().status, 200, "reading must go on");

    disk.free();
    till.order_until_taken();
    assert_eq!(ids(&branch.orders().unwrap()), till.acknowledged);

    branch.daemon.kill().unwrap();
    branch.daemon.start().unwrap();
    assert_eq!(ids(&branch.orders().unwrap()), till.acknowledged);
    let stopped = branch.daemon.terminate(STOP_PATIENCE).unwrap();
    assert!(stopped.success(), "after SIGTERM the daemon ended with {stopped}");
    branch.daemon.call(["journal", "verify"]).unwrap();
    branch.daemon.call(["journal", "replay", "--check"]).unwrap();
}

#[test]
fn with_not_a_byte_left_selling_goes_on_from_the_ballast_and_the_manager_was_told_long_before() {
    let Some((folder, disk, daemon)) = on_a_small_disk() else { return };
    let mut branch = Branch::open_with(daemon, folder, &menu::catalog(), &[]).unwrap();
    let mut till = Till { client: branch.client(), requests: 0, acknowledged: BTreeSet::new() };
    till.order_until_taken();
    let is_low = |branch: &Branch| {
        let alerts = branch.client().get("/api/v1/alerts").unwrap().json().unwrap();
        alerts["items"].as_array().unwrap().iter().any(|alert| alert["kind"] == "disk.low")
    };
    let is_laid = || disk.from_outside.join("ballast").exists();
    until(|| is_low(&branch) && is_laid());

    // A commit of the branch's own while the disk fills gives the ballast up, and what fills the disk takes that room, too.
    disk.leave_room(0);
    while !is_laid() {
        disk.free();
        until(is_laid);
        disk.leave_room(0);
    }
    let answers: Vec<Response> = (0..SOLD_FROM_BALLAST).map(|_| till.order()).collect();
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert!(statuses.iter().all(|status| matches!(status, 201 | 503)), "{statuses:?}");
    assert!(
        statuses.windows(2).all(|two| two.contains(&201)),
        "who is refused tries again, and is served: {statuses:?}"
    );
    assert!(!is_laid());
    assert_eq!(ids(&branch.orders().unwrap()), till.acknowledged);

    disk.free();
    until(is_laid);
    let stopped = branch.daemon.terminate(STOP_PATIENCE).unwrap();
    assert!(stopped.success(), "after SIGTERM the daemon ended with {stopped}");
    branch.daemon.call(["journal", "verify"]).unwrap();
    branch.daemon.call(["journal", "replay", "--check"]).unwrap();
}

/// The file of a branch that an older program left.
const OF_AN_OLDER_PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../edge/tests/schemas/25.sql.zst");

#[test]
fn an_update_without_room_for_it_changes_nothing_and_is_made_when_there_is_room() {
    let Some((folder, disk, daemon)) = on_a_small_disk() else { return };
    let (made, file) = (folder.path().join("made.db"), disk.from_outside.join("branch.db"));
    let text = zstd::decode_all(File::open(OF_AN_OLDER_PROGRAM).unwrap()).unwrap();
    let older = rusqlite::Connection::open(&made).unwrap();
    older.execute_batch(&String::from_utf8(text).unwrap()).unwrap();
    older.pragma_update(None, "journal_mode", "wal").unwrap();
    drop(older);
    let before = std::fs::read(&made).unwrap();
    std::fs::write(&file, &before).unwrap();

    disk.leave_room(before.len() as u64);
    let refused = daemon.call(["journal", "replay", "--check"]).unwrap_err().to_string();
    assert!(refused.contains("an older Comanda wrote"), "{refused}");
    let refused = daemon.call(["settings", "show"]).unwrap_err().to_string();
    assert!(refused.contains("make room and start again. Nothing was changed"), "{refused}");
    assert!(std::fs::read(&file).unwrap() == before, "the file was changed");

    disk.free();
    daemon.call(["settings", "show"]).unwrap();
    daemon.call(["journal", "verify"]).unwrap();
    daemon.call(["journal", "replay", "--check"]).unwrap();
}

/// A daemon that is not running yet, with its data on the disk; none where there can be no such disk.
fn on_a_small_disk() -> Option<(TempDir, SmallDisk, Daemon)> {
    let folder = tempfile::tempdir().unwrap();
    let disk = SmallDisk::mount(&folder.path().join("data"));
    let disk = disk.inspect_err(|reason| println!("skipped: no tmpfs of our own here ({reason})")).ok()?;
    let daemon = Daemon::beside_this_program(folder.path()).unwrap().in_namespace_of(disk.holder.id());
    Some((folder, disk, daemon))
}

fn until(mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "it is not so after {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn ids(orders: &[Value]) -> BTreeSet<String> {
    orders.iter().map(|order| order["id"].as_str().unwrap().to_owned()).collect()
}

struct Till {
    client: Client,
    requests: u64,
    acknowledged: BTreeSet<String>,
}

impl Till {
    fn order(&mut self) -> Response {
        self.requests += 1;
        let key = idempotency_key(1, self.requests);
        let answer = self.client.post("/api/v1/orders", &key, &menu::four_dishes()).unwrap();
        if answer.status == 201 {
            self.acknowledged.insert(answer.json().unwrap()["id"].as_str().unwrap().to_owned());
        }
        answer
    }

    fn order_until_refused(&mut self) -> Response {
        (0..MOST_ORDERS).map(|_| self.order()).find(|answer| answer.status != 201).expect("the disk never filled")
    }

    fn order_until_taken(&mut self) {
        let begun = Instant::now();
        loop {
            let answer = self.order();
            match answer.status {
                201 => return,
                503 => assert!(begun.elapsed() < PATIENCE, "there is room again, and still: {answer}"),
                _ => panic!("{answer}"),
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// A tmpfs that lives as long as the process that holds its namespace.
struct SmallDisk {
    holder: Child,
    /// The same folder, seen from outside the namespace.
    from_outside: PathBuf,
}

impl SmallDisk {
    fn mount(at: &Path) -> Result<Self, String> {
        std::fs::create_dir(at).unwrap();
        let script = "mount -t tmpfs -o size=\"$1\" comanda-test \"$2\" && echo mounted && exec sleep 600";
        let holder = Command::new("unshare")
            .args(["--map-root-user", "--mount", "sh", "-c", script, "sh", &format!("{DISK_MB}m")])
            .arg(at)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut holder = holder.map_err(|error| format!("unshare: {error}"))?;
        let mut said = String::new();
        BufReader::new(holder.stdout.take().unwrap()).read_line(&mut said).unwrap();
        if said.trim() != "mounted" {
            let mut complaint = String::new();
            holder.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
            holder.wait().unwrap();
            return Err(complaint.trim().to_owned());
        }
        let inside = at.strip_prefix("/").unwrap();
        let from_outside = PathBuf::from(format!("/proc/{}/root", holder.id())).join(inside);
        Ok(Self { holder, from_outside })
    }

    /// What somebody else put on the disk.
    fn films(&self) -> PathBuf {
        self.from_outside.join("films")
    }

    /// Takes the disk but for this many bytes.
    fn leave_room(&self, bytes: u64) {
        let mut films = File::create(self.films()).unwrap();
        while films.write_all(&[0; 65_536]).is_ok() {}
        // To the last byte.
        while films.write_all(&[0; 512]).is_ok() {}
        let taken = films.metadata().unwrap().len();
        films.set_len(taken.saturating_sub(bytes)).unwrap();
    }

    fn free(&self) {
        std::fs::remove_file(self.films()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // The namespace goes with its last process, the mount with the namespace.
        if self.holder.kill().and_then(|()| self.holder.wait()).is_err() {
            eprintln!("the holder of the small disk could not be ended");
        }
    }
}
