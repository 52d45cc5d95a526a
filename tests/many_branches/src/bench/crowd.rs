//! Many branches that sell at once, at one process of the cloud.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use comanda_many_branches::judge::judge;
use comanda_many_branches::light::is_through;
use comanda_many_branches::{Journal, LightBranch, identity};
use comanda_tests::chain::Chain;
use comanda_tests::process::Usage;
use jiff::Timestamp;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// Between two orders of a branch: one that sells six a minute is in a rush.
const BETWEEN_ORDERS: Duration = Duration::from_secs(10);
/// How often each sells.
const ORDERS: u32 = 4;
/// Until all of them are connected, and until an order is heard of.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a crowd came to.
pub struct Crowd {
    /// Branches.
    pub branches: u64,
    /// Of each order: from its commit until the branch knew that PostgreSQL has it.
    pub lags: Vec<Duration>,
    /// Of the cloud's process while they sold, for each branch: of one core, in millionths.
    pub core_millionths: u64,
    /// What its memory grew by for each branch, KiB.
    pub kib: u64,
}

/// So many branches, connected over TLS, each of which sells every [`BETWEEN_ORDERS`]; spread evenly.
///
/// # Errors
/// When one cannot be enrolled or is not heard, or the cloud has not what they have.
pub fn of(runtime: &Runtime, branches: u64) -> Result<Crowd> {
    let chain = Chain::start()?;
    let before = Usage::of(chain.cloud_process()?)?;
    let crowd = (0..branches)
        .map(|index| {
            let identity = identity::enrol(&chain, &format!("C{index}"))?;
            let journal = Journal::begin(identity.branch, index, Timestamp::now());
            Ok(LightBranch::new(identity, journal))
        })
        .collect::<Result<Vec<_>>>()?;
    let speaking: Vec<_> = crowd.iter().map(|branch| runtime.spawn(branch.clone().speak())).collect();
    let begun = Instant::now();
    while !crowd.iter().all(is_through) {
        ensure!(begun.elapsed() < PATIENCE, "not all of {branches} branches are heard after {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
    let (connected, begun) = (Usage::of(chain.cloud_process()?)?, Instant::now());
    let lags = runtime.block_on(sell(&crowd))?;
    let (after, took) = (Usage::of(chain.cloud_process()?)?, begun.elapsed());
    let wrong = judge(&chain, &crowd);
    speaking.iter().for_each(tokio::task::JoinHandle::abort);
    wrong.map_err(|wrong| anyhow!("the cloud has not what the crowd has: {wrong}"))?;
    let core_millionths = (after.cpu - connected.cpu).as_micros() * 1_000_000 / took.as_micros().max(1);
    Ok(Crowd {
        branches,
        lags,
        core_millionths: u64::try_from(core_millionths).unwrap_or(u64::MAX) / branches.max(1),
        kib: after.resident_kib.saturating_sub(before.resident_kib) / branches.max(1),
    })
}

async fn sell(crowd: &[LightBranch]) -> Result<Vec<Duration>> {
    let begun = tokio::time::Instant::now();
    let count = u32::try_from(crowd.len()).context("branches")?;
    let mut selling = JoinSet::new();
    for (index, branch) in (0..count).zip(crowd) {
        let (branch, first) = (branch.clone(), begun + BETWEEN_ORDERS * index / count);
        selling.spawn(async move {
            let mut lags = Vec::new();
            for order in 0..ORDERS {
                tokio::time::sleep_until(first + BETWEEN_ORDERS * order).await;
                lags.push(lag_of_an_order(&branch).await?);
            }
            anyhow::Ok(lags)
        });
    }
    let mut lags = Vec::new();
    while let Some(sold) = selling.join_next().await {
        lags.extend(sold.context("a branch panicked")??);
    }
    Ok(lags)
}

/// From the commit of an order to the cloud's word that PostgreSQL has it: an answer leaves after the commit there.
///
/// # Errors
/// When it is not heard of.
pub async fn lag_of_an_order(branch: &LightBranch) -> Result<Duration> {
    let mut acknowledged = branch.acknowledged();
    let begun = Instant::now();
    let end = branch.live(|journal| journal.sell(Timestamp::now()));
    let heard = tokio::time::timeout(PATIENCE, acknowledged.wait_for(|upto| *upto >= end)).await;
    heard.context("an order was not heard of")?.context("nobody speaks")?;
    Ok(begun.elapsed())
}
