//! Orders at a real daemon, with nothing to catch up and while it catches up.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use comanda_tests::branch::Branch;
use comanda_tests::chain::Chain;
use comanda_tests::client::{Client, idempotency_key};
use comanda_tests::menu;

/// How long orders took.
pub struct Selling {
    /// With the line cut, which costs nothing.
    pub idle: Vec<Duration>,
    /// While the backlog goes up.
    pub behind: Vec<Duration>,
    /// Entries that were still to go when the last was answered.
    pub left: u64,
}

/// Takes so many orders with the line cut, measures the last of them, mends the line, and measures as many while the branch
/// catches up.
///
/// # Errors
/// When an order is refused.
pub fn beside_a_backlog(chain: &Chain, orders: u64) -> Result<Selling> {
    let branch = Branch::open(&menu::catalog(), &[])?;
    chain.enrol("CAJA", &branch.daemon)?;
    chain.wait_until_equal("CAJA", &branch.daemon, Duration::from_secs(60))?;
    let admin = branch.daemon.create_token("admin")?;
    let mut admin = Client::new(branch.daemon.address(), Duration::from_secs(10)).with_token(&admin);
    let mut till = branch.client();
    chain.cable.cut();
    let mut sell = |from: u64, pause: Duration| -> Result<Vec<Duration>> {
        (from..from + orders)
            .map(|number| {
                let begun = Instant::now();
                let answer = till.post("/api/v1/orders", &idempotency_key(41, number), &menu::four_dishes())?;
                let took = begun.elapsed();
                ensure!(answer.status == 201, "an order was refused: {answer}");
                std::thread::sleep(pause);
                Ok(took)
            })
            .collect()
    };
    // What is to be caught up, and what the writer is used to.
    for round in 0..8 {
        sell(round * orders, Duration::ZERO)?;
    }
    let idle = sell(8 * orders, Duration::from_millis(2))?;
    chain.cable.mend();
    let waiting = |admin: &mut Client| -> Result<u64> {
        let status = admin.get("/api/v1/sync/status")?.json()?;
        Ok(if status["status"] == "streaming" { status["waiting"].as_u64().context("no waiting")? } else { u64::MAX })
    };
    let begun = Instant::now();
    while waiting(&mut admin)? == u64::MAX {
        ensure!(begun.elapsed() < Duration::from_secs(120), "the branch does not come back");
        std::thread::sleep(Duration::from_millis(5));
    }
    let behind = sell(9 * orders, Duration::from_millis(2))?;
    let left = waiting(&mut admin)?;
    chain.wait_until_equal("CAJA", &branch.daemon, Duration::from_secs(600))?;
    Ok(Selling { idle, behind, left })
}
