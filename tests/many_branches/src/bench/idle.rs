//! What being enrolled costs a branch that has nothing to say.

use std::time::{Duration, Instant};

use anyhow::Result;
use comanda_tests::branch::Branch;
use comanda_tests::chain::Chain;
use comanda_tests::menu;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Bytes a day, both ways, of a daemon on a line of its own that takes no order for `time`: what it and the broker say to keep the
/// line, and its report of every five minutes, without what TCP and IP add.
///
/// # Errors
/// When the chain does not start.
pub fn bytes_a_day(time: Duration) -> Result<u64> {
    let chain = Chain::start()?;
    let branch = Branch::open(&menu::catalog(), &[])?;
    chain.enrol("QUIETA", &branch.daemon)?;
    chain.wait_until_equal("QUIETA", &branch.daemon, Duration::from_secs(60))?;
    let (before, begun) = (chain.cable.carried(), Instant::now());
    std::thread::sleep(time);
    let carried = chain.cable.carried() - before;
    Ok(carried * DAY.as_secs() / begun.elapsed().as_secs().max(1))
}
