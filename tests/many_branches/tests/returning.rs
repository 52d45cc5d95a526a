//! Two hundred branches that were cut off for three days come back in the same moment, over the real broker into the real
//! database: all of them are heard whole and once, whatever was poison in them, and a fenced box stays out.
//!
//! `COMANDA_BRANCHES` says how many (200), `COMANDA_ORDERS` how many orders each took meanwhile (25).
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::time::{Duration, Instant};

use comanda_many_branches::judge::judge;
use comanda_many_branches::light::{choose_cryptography, is_through};
use comanda_many_branches::{Journal, LightBranch, identity};
use comanda_shared::protocol::{Barred, Standing};
use comanda_tests::chain::Chain;
use jiff::{SignedDuration, Timestamp};

const PATIENCE: Duration = Duration::from_secs(600);

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(usual)
}

fn wait(what: &str, branches: &[LightBranch], is_so: impl Fn(&LightBranch) -> bool) -> Duration {
    let begun = Instant::now();
    while !branches.iter().all(&is_so) {
        let left = branches.iter().filter(|branch| !is_so(branch)).count();
        assert!(begun.elapsed() < PATIENCE, "{what}: {left} of {} are not so after {PATIENCE:?}", branches.len());
        std::thread::sleep(Duration::from_millis(50));
    }
    begun.elapsed()
}

#[test]
fn branches_that_return_together_after_three_days_are_heard_whole_and_once_and_a_fenced_box_is_not() {
    choose_cryptography();
    let (count, orders) = (number("COMANDA_BRANCHES", 200), number("COMANDA_ORDERS", 25));
    let chain = Chain::start().unwrap();
    let cut_at = Timestamp::now() - SignedDuration::from_hours(72);
    let mut branches: Vec<LightBranch> = (0..count)
        .map(|index| {
            let identity = identity::enrol(&chain, &format!("B{index}")).unwrap();
            let journal = Journal::begin(identity.branch, index, cut_at);
            LightBranch::new(identity, journal)
        })
        .collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut speaking: Vec<_> = branches.iter().map(|branch| runtime.spawn(branch.clone().speak())).collect();
    for branch in &branches {
        branch.live(|journal| journal.sell(cut_at));
    }
    wait("the first order of each is in the cloud", &branches, is_through);
    judge(&chain, &branches).unwrap();

    // Cut off for 72 hours by their own clocks, they sell on; one in ten writes something that nobody can read.
    chain.cable.cut();
    let pause = SignedDuration::from_hours(72) / i32::try_from(orders).unwrap();
    for (index, branch) in branches.iter().enumerate() {
        branch.live(|journal| {
            let mut at = cut_at;
            for order in 0..orders {
                at += pause;
                journal.sell(at);
                if index % 10 == 3 && order == orders / 2 {
                    journal.poison(at);
                }
            }
        });
    }
    // Meanwhile the first box is given up, and another goes on with its branch from what the cloud has.
    let fenced = branches[0].clone();
    let first_life = *fenced.acknowledged().borrow();
    let identity = identity::enrol_again(&chain, "B0").unwrap();
    let journal = fenced.journal().taken_over(first_life, count, Timestamp::now());
    branches[0] = LightBranch::new(identity, journal);
    branches[0].live(|journal| journal.sell(Timestamp::now()));
    speaking.push(runtime.spawn(branches[0].clone().speak()));

    chain.cable.mend();
    let took = wait("all that was sold is in the cloud", &branches, is_through);
    let entries: u64 = branches.iter().map(|branch| branch.journal().end().0).sum();
    eprintln!("{count} branches, {entries} entries: heard {took:.1?} after the cable was mended");
    judge(&chain, &branches).unwrap();
    wait("the old box is told that it is fenced", &[fenced], |fenced| {
        fenced.standing() == Standing::Barred(Barred::Fenced { applied: first_life })
    });
    judge(&chain, &branches).unwrap();
    for task in &speaking {
        task.abort();
    }

    // What would be wrong is seen: each of these is one thing the cloud must never have.
    let wrongs = [
        ("an order lost", "DELETE FROM orders WHERE order_id = (SELECT min(order_id::text)::uuid FROM orders)"),
        ("an entry lost", "DELETE FROM entry WHERE event_id = (SELECT min(event_id::text)::uuid FROM entry)"),
        (
            "an entry doubled",
            "INSERT INTO entry SELECT company_id, branch_id, epoch, sequence + 1000000, \
            gen_random_uuid(), kind, business_day, header, body, hash, salt, personal FROM entry LIMIT 1",
        ),
        ("a sum off by a peso", "UPDATE sales_hour SET total = total + 100"),
        ("a payment counted twice", "UPDATE takings_day SET amount = amount * 2"),
        ("a cursor that ran ahead", "UPDATE life SET applied = applied + 1 WHERE epoch = 1"),
        ("another chain", "UPDATE life SET hash = sha256(hash)"),
        ("a poisoned entry that nobody is told of", "DELETE FROM dead_letter"),
        ("what a fenced box had", "UPDATE life SET epoch = 3 WHERE epoch = 1"),
        ("a line the kitchen made twice", "UPDATE kitchen_hour SET lines = lines + 1"),
    ];
    for (wrong, statement) in wrongs {
        // All of it and back again in one call, and the judge between.
        chain.postgres.sql(&format!("CREATE SCHEMA IF NOT EXISTS kept; {}", keep(statement))).unwrap();
        chain.postgres.sql(statement).unwrap();
        assert!(judge(&chain, &branches).is_err(), "{wrong} was not noticed");
        chain.postgres.sql(&bring_back(statement)).unwrap();
        judge(&chain, &branches).unwrap_or_else(|error| panic!("after «{wrong}» was mended: {error}"));
    }
}

/// The table a statement is about.
fn table_of(statement: &str) -> &str {
    let words: Vec<&str> = statement.split_whitespace().collect();
    match words[0] {
        "UPDATE" => words[1],
        _ => words[2],
    }
}

fn keep(statement: &str) -> String {
    let table = table_of(statement);
    format!("DROP TABLE IF EXISTS kept.{table}; CREATE TABLE kept.{table} AS TABLE {table}")
}

fn bring_back(statement: &str) -> String {
    let table = table_of(statement);
    format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept.{table}")
}
