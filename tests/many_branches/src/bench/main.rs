//! `bench-sync`: how fast a branch catches up beside what PostgreSQL takes of the same rows alone, a day of 5,000 orders, how
//! long a live event is under way, and what a long backlog does to selling. Real broker, cloud and database of this machine.
//!
//! The limit beside the catch-up is measured in the same run: the same entries by the same `UNNEST` insert into a table of the
//! same columns and keys, without row-level security, projections, sums, protocol and broker.

mod limit;
mod report;
mod selling;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use comanda_many_branches::journal::ENTRIES_OF_AN_ORDER;
use comanda_many_branches::judge::judge;
use comanda_many_branches::light::{choose_cryptography, is_through};
use comanda_many_branches::{Journal, LightBranch, identity};
use comanda_tests::chain::Chain;
use jiff::Timestamp;
use tokio::runtime::Runtime;

const PATIENCE: Duration = Duration::from_secs(900);
const PAGE: &str = "docs/benchmarks-sync.md";

/// Measures sync on this machine.
#[derive(Parser)]
struct Arguments {
    /// Write docs/benchmarks-sync.md, too.
    #[arg(long)]
    write: bool,
    /// Entries of the catch-up.
    #[arg(long, default_value_t = 50_000)]
    entries: u64,
    /// Orders of the day.
    #[arg(long, default_value_t = 5_000)]
    orders: u64,
    /// Live events.
    #[arg(long, default_value_t = 500)]
    live: u64,
    /// Orders the daemon has taken before its line is mended, and takes of each kind that is measured.
    #[arg(long, default_value_t = 400)]
    selling: u64,
}

/// What was measured.
pub struct Measured {
    /// Entries a second, caught up.
    pub catch_up: f64,
    /// Rows a second of the same, inserted and nothing else.
    pub limit: f64,
    /// Entries caught up.
    pub entries: u64,
    /// Orders of the day, and how long they took.
    pub day: (u64, Duration),
    /// From committed to stored, of live events.
    pub live: Vec<Duration>,
    /// From asked to answered, of orders with nothing to catch up.
    pub idle: Vec<Duration>,
    /// The same while the branch catches up.
    pub behind: Vec<Duration>,
    /// How much of that catching up was left when the last of them was answered, entries.
    pub left: u64,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    choose_cryptography();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let chain = Chain::start()?;
    let orders = arguments.entries / ENTRIES_OF_AN_ORDER;
    let (branch, took) = catch_up(&chain, &runtime, "ATRASO", orders)?;
    let entries = orders * ENTRIES_OF_AN_ORDER;
    let catch_up_rate = rate(entries, took);
    let limit = runtime.block_on(limit::rows_a_second(&chain, &branch))?;
    let live = live(&runtime, &branch, arguments.live)?;
    let (day, day_took) = catch_up(&chain, &runtime, "DIA", arguments.orders)?;
    if let Err(wrong) = judge(&chain, &[branch, day]) {
        bail!("the cloud has not what the branches have: {wrong}");
    }
    let selling = selling::beside_a_backlog(&chain, arguments.selling)?;
    let measured = Measured {
        catch_up: catch_up_rate,
        limit,
        entries,
        day: (arguments.orders, day_took),
        live: sorted(live),
        idle: sorted(selling.idle),
        behind: sorted(selling.behind),
        left: selling.left,
    };
    let text = report::text(&measured);
    print!("{text}");
    if arguments.write {
        std::fs::write(Path::new(PAGE), text).with_context(|| format!("write {PAGE}"))?;
    }
    Ok(())
}

fn sorted(mut times: Vec<Duration>) -> Vec<Duration> {
    times.sort_unstable();
    times
}

/// A branch that sold so many orders before it speaks to the cloud, and how long it takes from its first word until the cloud
/// has all of them.
fn catch_up(chain: &Chain, runtime: &Runtime, code: &str, orders: u64) -> Result<(LightBranch, Duration)> {
    let identity = identity::enrol(chain, code)?;
    let begun = Timestamp::now();
    let mut journal = Journal::begin(identity.branch, code.len() as u64, begun);
    (0..orders).for_each(|_| journal.sell(begun));
    let branch = LightBranch::new(identity, journal);
    let begun = Instant::now();
    drop(runtime.spawn(branch.clone().speak()));
    while !is_through(&branch) {
        ensure!(begun.elapsed() < PATIENCE, "{code} has not caught up after {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok((branch, begun.elapsed()))
}

/// From the commit of an order to the cloud's word that PostgreSQL has it: an answer leaves after the commit there.
fn live(runtime: &Runtime, branch: &LightBranch, events: u64) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for _ in 0..events {
        let mut acknowledged = branch.acknowledged();
        let begun = Instant::now();
        let end = branch.live(|journal| journal.sell(Timestamp::now()));
        runtime.block_on(async {
            let heard = acknowledged.wait_for(|upto| *upto >= end);
            tokio::time::timeout(PATIENCE, heard)
                .await
                .context("a live event was not heard")?
                .context("nobody speaks")?;
            anyhow::Ok(())
        })?;
        times.push(begun.elapsed());
        // As a till would, and not as fast as it goes.
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(times)
}

#[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "a rate that is printed")]
fn rate(count: u64, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}
