//! Orders at a real daemon, with nothing to catch up and while it catches up.

use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use comanda_tests::branch::Branch;
use comanda_tests::chain::Chain;
use comanda_tests::client::{Client, idempotency_key};
use comanda_tests::menu;
use comanda_tests::process::keep_to_core;

/// Between two orders that are measured.
const PAUSE: Duration = Duration::from_millis(2);
/// Tills that take the orders of the backlog.
const TILLS: u64 = 8;

/// Files that are no files of a disk.
const IN_MEMORY: &str = "/dev/shm";

/// How long orders took.
pub struct Selling {
    /// Orders that were to be caught up.
    pub backlog: u64,
    /// With the line cut, which costs nothing.
    pub idle: Vec<Duration>,
    /// While the backlog goes up: until it is gone.
    pub behind: Vec<Duration>,
    /// Whether the branch had a core and a disk that broker, cloud and database did not use.
    pub is_apart: bool,
}

/// Takes so many orders with the line cut, measures orders, mends the line, and measures orders until the branch has caught up.
///
/// Where there are two cores, the branch with its till has the first, and broker, cloud and database have the second, and their files
/// in memory: in a restaurant they are not in the same box.
///
/// # Errors
/// When an order is refused.
pub fn beside_a_backlog(backlog: u64) -> Result<Selling> {
    // What a thread starts keeps to the thread's core; so that the rest of this program keeps to none, this is one apart.
    let measuring = std::thread::spawn(move || {
        let has_cores = std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1);
        if !has_cores || !Path::new(IN_MEMORY).is_dir() {
            return measure(&Chain::start()?, backlog, false);
        }
        keep_to_core(1)?;
        let folder = tempfile::tempdir_in(IN_MEMORY).context("make a folder in memory")?;
        let chain = Chain::start_in(folder, &[])?;
        keep_to_core(0)?;
        measure(&chain, backlog, true)
    });
    measuring.join().map_err(|_| anyhow!("the measuring panicked"))?
}

fn measure(chain: &Chain, backlog: u64, is_apart: bool) -> Result<Selling> {
    let branch = Branch::open(&menu::catalog(), &[])?;
    chain.enrol("CAJA", &branch.daemon)?;
    chain.wait_until_equal("CAJA", &branch.daemon, Duration::from_secs(60))?;
    let admin = branch.daemon.create_token("admin")?;
    let mut admin = Client::new(branch.daemon.address(), Duration::from_secs(10)).with_token(&admin);
    chain.cable.cut();
    let (share, branch) = (backlog / TILLS, &branch);
    std::thread::scope(|scope| {
        let sells = |till| move || sell(&mut branch.client(), till * share..(till + 1) * share);
        let tills: Vec<_> = (0..TILLS).map(|till| scope.spawn(sells(till))).collect();
        tills.into_iter().try_for_each(|till| till.join().map_err(|_| anyhow!("a till panicked"))?)
    })?;
    let (mut till, mut number) = (branch.client(), backlog);
    let mut sold_in = || -> Result<Duration> {
        let begun = Instant::now();
        sell(&mut till, number..number + 1)?;
        let took = begun.elapsed();
        number += 1;
        std::thread::sleep(PAUSE);
        Ok(took)
    };
    let idle = (0..500).map(|_| sold_in()).collect::<Result<Vec<_>>>()?;
    chain.cable.mend();
    wait_until_streaming(&mut admin)?;
    let mut behind = Vec::new();
    // Asking is an answer of the branch too, so not after each order.
    while behind.len() % 20 != 0 || waiting(&mut admin)? > 100 {
        behind.push(sold_in()?);
    }
    chain.wait_until_equal("CAJA", &branch.daemon, Duration::from_secs(600))?;
    Ok(Selling { backlog, idle, behind, is_apart })
}

fn sell(till: &mut Client, numbers: Range<u64>) -> Result<()> {
    for number in numbers {
        let answer = till.post("/api/v1/orders", &idempotency_key(41, number), &menu::four_dishes())?;
        ensure!(answer.status == 201, "an order was refused: {answer}");
    }
    Ok(())
}

fn wait_until_streaming(admin: &mut Client) -> Result<()> {
    let begun = Instant::now();
    while admin.get("/api/v1/sync/status")?.json()?["status"] != "streaming" {
        ensure!(begun.elapsed() < Duration::from_secs(120), "the branch does not come back");
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

/// Entries the cloud has not.
fn waiting(admin: &mut Client) -> Result<u64> {
    admin.get("/api/v1/sync/status")?.json()?["waiting"].as_u64().context("no waiting")
}
