//! `bench-sync`: how fast a branch catches up beside what PostgreSQL takes of the same rows alone, a day of 5,000 orders, how
//! long a live event is under way, alone and among a thousand branches, what a long backlog does to selling, and what a quiet
//! line costs. Real broker, cloud and database of this machine.
//!
//! The limit beside the catch-up is measured in the same run: the same entries by the same `UNNEST` insert into a table of the
//! same columns and keys, without row-level security, projections, sums, protocol and broker.

mod crowd;
mod idle;
mod limit;
mod report;
mod selling;

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use clap::Parser;
use comanda_many_branches::journal::ENTRIES_OF_AN_ORDER;
use comanda_many_branches::judge::judge;
use comanda_many_branches::light::{choose_cryptography, is_through};
use comanda_many_branches::{Journal, LightBranch, identity};
use comanda_tests::chain::Chain;
use jiff::Timestamp;
use tokio::runtime::Runtime;

use crowd::{Crowd, lag_of_an_order};
use selling::Selling;

/// Catch-ups, each of a branch of its own, and its rows alone after it.
const ROUNDS: u32 = 5;
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
    /// Orders the daemon has taken before its line is mended.
    #[arg(long, default_value_t = 20_000)]
    selling: u64,
    /// Branches of the crowd.
    #[arg(long, default_value_t = 1_000)]
    branches: u64,
    /// Seconds for which a branch with nothing to say is listened to: one of its reports of every five minutes is among them.
    #[arg(long, default_value_t = 310)]
    idle: u64,
}

/// What was measured.
pub struct Measured {
    /// In rounds: entries a second, caught up, and rows a second of the same, inserted and nothing else.
    pub catch_ups: Vec<[f64; 2]>,
    /// Entries caught up in each.
    pub entries: u64,
    /// Orders of the day, and how long they took.
    pub day: (u64, Duration),
    /// From committed to stored, of live events.
    pub live: Vec<Duration>,
    /// A thousand branches that sell.
    pub crowd: Crowd,
    /// Orders at the daemon without and with a backlog that goes up.
    pub selling: Selling,
    /// Bytes a day of a branch with nothing to say.
    pub idle_bytes: u64,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    choose_cryptography();
    let idle = Duration::from_secs(arguments.idle);
    // Beside all else: it has a chain of its own, and does nothing.
    let idle = std::thread::spawn(move || idle::bytes_a_day(idle));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let chain = Chain::start()?;
    let orders = arguments.entries / ENTRIES_OF_AN_ORDER;
    let entries = orders * ENTRIES_OF_AN_ORDER;
    let (mut catch_ups, mut branches) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        let (branch, took) = catch_up(&chain, &runtime, &format!("ATRASO{round}"), orders)?;
        let limit = runtime.block_on(limit::rows_a_second(&chain, &branch))?;
        catch_ups.push([rate(entries, took), limit]);
        branches.push(branch);
    }
    let (day, day_took) = catch_up(&chain, &runtime, "DIA", arguments.orders)?;
    let mut live = live(&runtime, &day, arguments.live)?;
    branches.push(day);
    if let Err(wrong) = judge(&chain, &branches) {
        bail!("the cloud has not what the branches have: {wrong}");
    }
    drop((branches, chain));
    let mut crowd = crowd::of(&runtime, arguments.branches)?;
    let selling = selling::beside_a_backlog(arguments.selling)?;
    for times in [&mut live, &mut crowd.lags] {
        times.sort_unstable();
    }
    let measured = Measured {
        catch_ups,
        entries,
        day: (arguments.orders, day_took),
        live,
        crowd,
        selling,
        idle_bytes: idle.join().map_err(|_| anyhow!("the quiet branch panicked"))??,
    };
    let text = report::text(&measured);
    print!("{text}");
    if arguments.write {
        std::fs::write(Path::new(PAGE), text).with_context(|| format!("write {PAGE}"))?;
    }
    Ok(())
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

/// Of orders that come as at a till, and not as fast as it goes.
fn live(runtime: &Runtime, branch: &LightBranch, events: u64) -> Result<Vec<Duration>> {
    let order = |_| {
        let lag = runtime.block_on(lag_of_an_order(branch));
        std::thread::sleep(Duration::from_millis(10));
        lag
    };
    (0..events).map(order).collect()
}

#[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "a rate that is printed")]
fn rate(count: u64, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}
