//! A disk that fails: never acknowledged, never half done, and recovered from without a person's help.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use comanda_power_cuts::branch::{Branch, Told, blames_the_disk};
use comanda_power_cuts::disk::{Disk, Fault, Flush, Image, Operation};
use comanda_power_cuts::trial::{Guests, Knowledge, settled_branch};
use comanda_power_cuts::verdict;
use comanda_power_cuts::vfs::Vfs;
use rusqlite::{Connection, OpenFlags};
use tempfile::tempdir;

/// Takes orders while calls from the given one on fail, then while they do not, and judges what is there: as it runs, and
/// as it is found by the next start.
fn fail(base: &Image, folder: &Path, fault: Fault, from: u64, count: u64) -> (u64, Vec<Told>) {
    let disk = Arc::new(Disk::holding(base));
    let branch = Branch::open(&disk, folder, from).unwrap();
    let mut guests = Guests::new(9, "run");
    disk.fail(fault, disk.calls() + from, count);
    let mut told: Vec<Told> = (0..4).flat_map(|_| guests.ask_of(&branch)).collect();
    let struck = disk.heal();

    let place = format!("{fault:?} at call {from}, {count} times");
    for told in &told {
        if let Err(refusal) = &told.answer {
            let is_told =
                blames_the_disk(refusal) || matches!(refusal, comanda_edge::journal::CommandError::Refused(_));
            assert!(is_told, "{place}: {refusal:?}");
        }
    }
    let refused: Vec<_> = told.iter().filter(|told| told.answer.is_err()).map(|told| told.asked.clone()).collect();
    let repeats = branch.ask(&refused);
    let knowledge = knowledge_of(&told, &refused);
    let found = verdict::of_repeats(&branch, &knowledge, &repeats);
    assert!(found.is_empty(), "{place}: {found:?}");
    told.extend(repeats);
    let knowledge = knowledge_of(&told, &[]);
    let found = verdict::of(&branch, &knowledge);
    assert!(found.is_empty(), "{place}: {found:?}");
    branch.close();

    let branch = Branch::open(&Arc::new(Disk::holding(&disk.image())), folder, from).unwrap();
    let found = verdict::of(&branch, &knowledge);
    assert!(found.is_empty(), "{place}, after a restart: {found:?}");
    branch.close();
    (struck, told)
}

fn knowledge_of(told: &[Told], unanswered: &[comanda_power_cuts::branch::Asked]) -> Knowledge {
    let done = told.iter().filter_map(|told| Some((told.asked.clone(), told.answer.clone().ok()?.into_inner())));
    Knowledge { acknowledged: done.collect(), unanswered: unanswered.to_vec() }
}

/// Fails each call of a few commits in this way.
fn fail_everywhere(fault: Fault) {
    let folder = tempdir().unwrap();
    let base = settled_branch(folder.path(), 9);
    let (mut strikes, mut refusals) = (0, 0);
    for count in [1, 7] {
        let mut from = 0;
        loop {
            let (struck, told) = fail(&base, folder.path(), fault, from, count);
            if struck == 0 {
                break;
            }
            strikes += 1;
            refusals += told.iter().filter(|told| told.answer.is_err()).count();
            from += 1 + from / 40;
        }
    }
    println!("{fault:?} struck in {strikes} places and refused {refusals} requests");
    assert!(strikes > 50 && refusals > 20, "{strikes} places, {refusals} refusals");
}

#[test]
fn a_disk_without_room_at_any_call_is_refused_and_recovered_from() {
    fail_everywhere(Fault::NoSpace);
}

#[test]
fn a_disk_that_fails_at_any_call_is_refused_and_recovered_from() {
    fail_everywhere(Fault::Io);
}

#[test]
fn a_disk_that_reads_too_little_at_any_call_is_refused_and_recovered_from() {
    fail_everywhere(Fault::ShortRead);
}

#[test]
fn however_slow_the_disk_is_those_who_wait_share_its_flushes() {
    let folder = tempdir().unwrap();
    let disk = Arc::new(Disk::holding(&settled_branch(folder.path(), 9)));
    let branch = Branch::open(&disk, folder.path(), 9).unwrap();
    let mut guests = Guests::new(9, "rush");
    for flush in [Duration::from_millis(5), Duration::from_millis(500)] {
        disk.flush_takes(flush);
        let before = disk.count();
        let rush: Vec<_> = (0..64).map(|_| guests.order_asked()).collect();
        let told = branch.ask(&rush);
        assert!(told.iter().all(|told| told.answer.is_ok()));
        let flushes = disk.operations()[before..].iter().filter(|done| matches!(done, Operation::Sync(..))).count();
        assert!(flushes <= 2, "64 orders took {flushes} flushes of {flush:?}");
    }
    branch.close();
}

/// What the planted fault does to a run is what SQLite does when it is told `synchronous = NORMAL`.
#[test]
fn leaving_out_the_flush_of_commits_is_what_normal_does() {
    let operations = |synchronous: &str| {
        let disk = Arc::new(Disk::default());
        let vfs = Vfs::mount(Arc::clone(&disk));
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags_and_vfs("branch.db", flags, vfs.name()).unwrap();
        connection.pragma_update(None, "journal_mode", "wal").unwrap();
        connection.pragma_update(None, "synchronous", synchronous).unwrap();
        connection.execute_batch("CREATE TABLE told (words TEXT NOT NULL) STRICT").unwrap();
        for round in 0..40 {
            connection.execute("INSERT INTO told VALUES (?1)", ["x".repeat(4000)]).unwrap();
            if round % 15 == 14 {
                connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).unwrap();
            }
        }
        drop(connection);
        disk.operations()
    };
    let is_kept = |operation: &Operation| !matches!(operation, Operation::Sync(_, Flush::Commit));
    let full = operations("full");
    let left_out: Vec<_> = full.iter().filter(|done| is_kept(done)).map(Operation::shape).collect();
    let normal: Vec<_> = operations("normal").iter().map(Operation::shape).collect();
    assert!(left_out.len() < full.len());
    assert_eq!(left_out, normal);
}
