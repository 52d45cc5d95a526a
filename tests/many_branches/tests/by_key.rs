//! What an order costs the cloud's database does not grow with what its branch sold before, also while PostgreSQL has no
//! statistics of it: what a branch is about is looked up by its key.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::time::{Duration, Instant};

use comanda_many_branches::journal::ENTRIES_OF_AN_ORDER;
use comanda_many_branches::judge::judge;
use comanda_many_branches::light::{choose_cryptography, is_through};
use comanda_many_branches::{Journal, LightBranch, identity};
use comanda_tests::chain::Chain;
use jiff::Timestamp;

const PATIENCE: Duration = Duration::from_secs(60);
const BEFORE: u64 = 400;
const LIVE: u64 = 30;

fn wait(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what}: not after {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn an_order_is_found_by_its_key_and_not_among_all_its_branch_has_sold() {
    const READ: &str = "
        SELECT sum(seq_tup_read) + sum(idx_tup_fetch)
          FROM pg_stat_user_tables
         WHERE relname ~ '^(orders|order_line|payment|kitchen_ledger|kitchen_time)_[0-9]+$'";
    const OURS: &str = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'comanda_app'";
    choose_cryptography();
    let mut chain = Chain::start().unwrap();
    chain.postgres.sql("ALTER SYSTEM SET autovacuum = off").unwrap();
    chain.postgres.sql("SELECT pg_reload_conf()").unwrap();
    let identity = identity::enrol(&chain, "NUEVA").unwrap();
    let mut journal = Journal::begin(identity.branch, 5, Timestamp::now());
    (0..BEFORE).for_each(|_| journal.sell(Timestamp::now()));
    let branch = LightBranch::new(identity, journal);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.spawn(branch.clone().speak());
    wait("what was sold before is in the cloud", || is_through(&branch));
    for _ in 0..LIVE {
        branch.live(|journal| journal.sell(Timestamp::now()));
        wait("a live order is in the cloud", || is_through(&branch));
    }
    // Connections tell what they have read when they end.
    chain.kill_cloud().unwrap();
    wait("the cloud's connections are gone", || chain.postgres.sql(OURS).unwrap() == "0");
    let read: u64 = chain.postgres.sql(READ).unwrap().parse().unwrap();
    let entries = (BEFORE + LIVE) * ENTRIES_OF_AN_ORDER;
    assert!(read <= entries, "{read} rows were read for {entries} entries");
    judge(&chain, &[branch]).unwrap();
}
