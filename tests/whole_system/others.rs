//! Others at the branch's data: another program in its file, a folder that may only be read; and what is asked of the daemon
//! from beside it: what it logs, and the support bundle.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::Command;
use std::time::{Duration, Instant};

use comanda_tests::branch::Branch;
use comanda_tests::client::{Client, idempotency_key};
use comanda_tests::menu;
use rusqlite::Connection;

const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn another_program_in_the_file_is_waited_for_refused_by_name_and_forgotten() {
    let mut branch = Branch::open(&menu::catalog(), &[]).unwrap();
    let meddler = Connection::open(branch.daemon.data().join("branch.db")).unwrap();
    meddler.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut till = branch.client();
    let mut sell = |number| till.post("/api/v1/orders", &idempotency_key(1, number), &menu::four_dishes()).unwrap();
    // Short of five seconds nobody notices; who holds it longer keeps the branch from selling, which says so.
    let refused = sell(0);
    assert_eq!(refused.status, 503, "{refused}");
    assert_eq!(branch.client().get("/api/v1/orders?limit=1").unwrap().status, 200, "reading goes on");
    meddler.execute_batch("ROLLBACK").unwrap();
    drop(meddler);
    assert_eq!(sell(0).status, 201);
    assert!(branch.daemon.terminate(PATIENCE).unwrap().success());
    branch.daemon.call(["journal", "verify"]).unwrap();
}

/// Without the daemon's locks on its file, a shell of SQLite before 3.51 that looks into it and is left believes to be the last one
/// there, and removes the log that the daemon goes on writing to.
#[test]
fn the_doctor_leaves_the_daemon_its_locks_on_the_file() {
    let branch = Branch::open(&menu::catalog(), &[]).unwrap();
    let manager = branch.daemon.create_token("admin").unwrap();
    let mut manager = Client::new(branch.daemon.address(), PATIENCE).with_token(&manager);
    let process = branch.daemon.process().unwrap().to_string();
    let file = std::fs::metadata(branch.daemon.data().join("branch.db")).unwrap().ino();
    let is_locked = || {
        let locks = std::fs::read_to_string("/proc/locks").unwrap();
        let on_the_file = |lock: &str| {
            let mut words = lock.split_whitespace().skip(4);
            words.next() == Some(&process) && words.next().is_some_and(|place| place.ends_with(&format!(":{file}")))
        };
        locks.lines().any(on_the_file)
    };
    assert!(is_locked());
    for _ in 0..2 {
        let looked = manager.get("/api/v1/health/doctor").unwrap();
        assert_eq!(looked.status, 200, "{looked}");
        assert!(is_locked());
    }
}

/// A folder on a mount of its own that is made readable only; the doctor says so, and the daemon does not pretend.
#[test]
fn a_disk_that_may_only_be_read_is_named_and_sold_from_again_once_it_is_writable() {
    let script = r#"
        set -e
        mount -t tmpfs -o size=64m comanda-test "$1"
        "$2" --data-dir "$1/data" token create --role admin --name script > /dev/null
        mount -o remount,ro "$1"
        "$2" --data-dir "$1/data" run --listen 127.0.0.1:0 2> "$3/run" && exit 11
        "$2" --data-dir "$1/data" doctor > "$3/doctor" && exit 12
        mount -o remount,rw "$1"
        "$2" --data-dir "$1/data" token create --role admin --name again > /dev/null
    "#;
    let (disk, said) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let program = comanda_tests::daemon::program_beside_this_one("comanda-edge").unwrap();
    let mut shell = Command::new("unshare");
    shell
        .args(["--map-root-user", "--mount", "sh", "-c", script, "sh"])
        .arg(disk.path())
        .arg(&program)
        .arg(said.path());
    let ran = shell.output();
    let Ok(ran) = ran else { return println!("skipped: there is no unshare here") };
    let complaint = String::from_utf8_lossy(&ran.stderr).into_owned();
    if complaint.contains("unshare:") || complaint.contains("mount:") {
        return println!("skipped: no mount of our own here ({complaint})");
    }
    assert!(ran.status.success(), "{}: {complaint}", ran.status);
    let read = |name: &str| std::fs::read_to_string(said.path().join(name)).unwrap();
    assert!(read("run").contains("Read-only file system"), "{}", read("run"));
    assert_eq!(read("run").lines().count(), 1, "{}", read("run"));
    assert!(read("doctor").contains("MAL       Escritura en disco"), "{}", read("doctor"));
}

#[test]
fn what_the_daemon_logs_is_changed_while_it_sells() {
    let branch = Branch::open(&menu::catalog(), &[]).unwrap();
    assert_eq!(branch.daemon.call(["log", "level"]).unwrap().trim(), "info");
    let refused = branch.daemon.call(["log", "level", "comanda=louder"]).unwrap_err().to_string();
    assert!(refused.contains("is no filter"), "{refused}");
    assert_eq!(branch.daemon.call(["log", "level", "debug"]).unwrap().trim(), "debug");
    assert_eq!(branch.daemon.call(["log", "level"]).unwrap().trim(), "debug");
    assert!(branch.daemon.log_tail().contains("what is logged was changed"), "{}", branch.daemon.log_tail());
}

#[test]
fn a_support_bundle_is_written_with_the_daemon_running_and_with_it_stopped() {
    let mut branch = Branch::open(&menu::catalog(), &[]).unwrap();
    for is_running in [true, false] {
        let begun = Instant::now();
        let file = branch.daemon.call(["support", "bundle"]).unwrap();
        let file = std::path::Path::new(file.trim());
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        let listed = Command::new("tar").arg("-tzf").arg(file).output().unwrap();
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        assert_eq!(listed.contains("comanda-soporte/metrics.txt"), is_running, "{listed}");
        assert!(listed.contains("comanda-soporte/doctor.txt"), "{listed}");
        println!("a bundle took {:?}", begun.elapsed());
        if is_running {
            assert!(branch.daemon.terminate(PATIENCE).unwrap().success());
        }
    }
}
