//! Power cuts at every operation of real runs, and with safeguards taken away.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Mutex;

use comanda_power_cuts::platter::Plant;
use comanda_power_cuts::report::{self, PLANTS};
use comanda_power_cuts::trial::{Run, Tally, busy_branch, settled_branch};
use tempfile::tempdir;

/// Commits of a run.
const GROUPS: usize = 6;
/// Runs of `make test`; the first begins with nothing, the second with a long log.
const SEEDS: [u64; 6] = [1, 2, 3, 4, 5, 6];
/// Runs of `make test-long`.
const LONG: u64 = 720;

/// `COMANDA_SEEDS=323,88` makes the cuts of these runs again.
fn seeds() -> Vec<u64> {
    if let Ok(named) = std::env::var("COMANDA_SEEDS") {
        return named.split(',').map(|seed| seed.parse().unwrap()).collect();
    }
    match std::env::var_os("COMANDA_LONG") {
        Some(_) => (1..=LONG).collect(),
        None => SEEDS.into(),
    }
}

fn run(folder: &Path, seed: u64) -> Run {
    match seed % 6 {
        1 => Run::from_nothing(folder, seed, GROUPS),
        2 => Run::on(busy_branch(folder, seed), folder, seed, GROUPS),
        _ => Run::on(settled_branch(folder, seed), folder, seed, GROUPS),
    }
}

/// Every cut of these runs and as many in their recoveries, on two threads.
fn cut_everywhere(seeds: &[u64]) -> Tally {
    let waiting: Mutex<VecDeque<u64>> = Mutex::new(seeds.iter().copied().collect());
    let work = || {
        let folder = tempdir().unwrap();
        let mut tally = Tally::default();
        loop {
            let Some(seed) = waiting.lock().unwrap().pop_front() else { return tally };
            let run = run(folder.path(), seed);
            tally.join(run.cut(0..run.places(), Plant::Nothing, 1, folder.path()));
        }
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(work);
        let mut tally = work();
        tally.join(other.join().unwrap());
        tally
    })
}

/// Some cuts of one run, with a safeguard taken away.
fn cut_without(plant: Plant) -> Tally {
    let folder = tempdir().unwrap();
    let run = run(folder.path(), 3);
    run.cut((0..run.places()).step_by(4), plant, usize::MAX, folder.path())
}

#[test]
fn a_power_cut_at_any_operation_loses_and_doubles_nothing_that_was_acknowledged() {
    let tally = cut_everywhere(&seeds());
    println!("{} cuts, {} of them in a recovery", tally.cuts(), tally.in_recovery);
    let first: Vec<_> = tally.violations.iter().take(10).collect();
    assert!(first.is_empty(), "{} of {} cuts broke a promise: {first:#?}", tally.failed, tally.cuts());
    let is_named = std::env::var_os("COMANDA_SEEDS").is_some();
    assert!(tally.cuts() >= 5_000 || is_named, "only {} cuts", tally.cuts());
}

/// Runs of it in `make test-long`, and in `make test`.
const BESIDE: [u64; 2] = [60, 1];

#[test]
fn a_log_that_is_moved_beside_the_writer_loses_nothing_either() {
    let folder = tempdir().unwrap();
    let runs = if std::env::var_os("COMANDA_LONG").is_some() { BESIDE[0] } else { BESIDE[1] };
    for seed in 1..=runs {
        let base = busy_branch(folder.path(), seed);
        let run = Run::with_a_thread_beside(base, folder.path(), seed, GROUPS);
        let tally = run.cut(0..run.places(), Plant::Nothing, usize::MAX, folder.path());
        println!("{} cuts of run {seed}", tally.cuts());
        let first: Vec<_> = tally.violations.iter().take(10).collect();
        assert!(first.is_empty(), "{} of {} cuts broke a promise: {first:#?}", tally.failed, tally.cuts());
    }
}

fn assert_is_missed(plant: Plant) {
    let tally = cut_without(plant);
    assert!(tally.failed > 0, "{} cuts did not notice {plant:?}", tally.cuts());
    println!("{plant:?}: {} of {} cuts notice", tally.failed, tally.cuts());
}

#[test]
fn commits_that_are_not_flushed_are_noticed() {
    assert_is_missed(Plant::CommitsNotFlushed);
}

#[test]
fn an_answer_before_the_commit_is_noticed() {
    assert_is_missed(Plant::AnsweredBeforeCommit);
}

#[test]
fn a_disk_that_lies_about_flushing_is_noticed() {
    assert_is_missed(Plant::LyingFlush);
}

#[test]
fn names_that_are_not_flushed_are_noticed() {
    assert_is_missed(Plant::NamesNotFlushed);
}

#[test]
fn a_seed_makes_the_same_cuts_again() {
    let folder = tempdir().unwrap();
    let (one, other) = (run(folder.path(), 4), run(folder.path(), 4));
    assert_eq!((one.places(), one.answers()), (other.places(), other.answers()));
    assert!(one.is_the_same_as(&other));
}

#[test]
fn a_log_that_is_long_is_moved_between_orders_and_a_short_one_is_not() {
    let folder = tempdir().unwrap();
    assert!(run(folder.path(), 2).moved_its_log() && !run(folder.path(), 3).moved_its_log());
}

#[test]
fn the_page_of_power_cuts_is_written_from_a_run() {
    if std::env::var_os("COMANDA_BLESS").is_none() {
        return;
    }
    let planted: Vec<_> = PLANTS.into_iter().map(|plant| (plant, cut_without(plant))).collect();
    let page = report::page(&cut_everywhere(&SEEDS), &SEEDS, &planted);
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/power-cuts.md"), page).unwrap();
}
