//! Orders at a real daemon: with the line cut, while it catches up, and while another branch does, which the cloud is as busy
//! with and this daemon is not.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use comanda_many_branches::light::is_through;
use comanda_many_branches::{Journal, LightBranch, identity};
use comanda_tests::branch::Branch;
use comanda_tests::chain::Chain;
use comanda_tests::client::{Client, idempotency_key};
use comanda_tests::fsync::percentile;
use comanda_tests::menu;
use comanda_tests::process::keep_to_core;
use jiff::Timestamp;
use tokio::runtime::{Builder, Runtime};

/// Between two orders that are measured.
const PAUSE: Duration = Duration::from_millis(2);
/// Tills that take the orders of the backlog.
const TILLS: u64 = 8;

/// Files that are no files of a disk.
const IN_MEMORY: &str = "/dev/shm";

/// One order in a hundred waits twice as long in one round as in the next, so that one alone tells nothing.
const ROUNDS: usize = 5;
/// Orders of a round with the line cut.
const SOLD_ALONE: usize = 500;
/// Orders of another branch that go up meanwhile, by those of this one's backlog.
const ANOTHERS: u64 = 2;

/// How long orders took.
pub struct Selling {
    /// Orders that were to be caught up in each round.
    pub backlog: u64,
    /// Each with a backlog of its own.
    pub rounds: Vec<Round>,
    /// Whether the branch had a core and a disk that broker, cloud and database did not use.
    pub is_apart: bool,
}

/// The p99 of an order's answer.
pub struct Round {
    /// With the line cut, which costs nothing.
    pub cut: Duration,
    /// While the backlog went up: until it was gone.
    pub behind: Duration,
    /// Orders measured meanwhile.
    pub orders: usize,
    /// With nothing to catch up, while another branch did.
    pub beside_another: Duration,
}

/// In rounds: takes so many orders with the line cut, measures orders, mends the line, and measures orders until the branch has
/// caught up; then again while another branch catches up.
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
            return measure(&Chain::start()?, &other_side()?, backlog, false);
        }
        keep_to_core(1)?;
        let folder = tempfile::tempdir_in(IN_MEMORY).context("make a folder in memory")?;
        let (chain, other_side) = (Chain::start_in(folder, &[])?, other_side()?);
        keep_to_core(0)?;
        measure(&chain, &other_side, backlog, true)
    });
    measuring.join().map_err(|_| anyhow!("the measuring panicked"))?
}

/// Where other branches speak: a thread that keeps to the core of whoever makes it.
fn other_side() -> Result<Runtime> {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().context("make a thread for other branches")
}

fn measure(chain: &Chain, other_side: &Runtime, backlog: u64, is_apart: bool) -> Result<Selling> {
    let branch = Branch::open(&menu::catalog(), &[])?;
    chain.enrol("CAJA", &branch.daemon)?;
    chain.wait_until_equal("CAJA", &branch.daemon, Duration::from_secs(60))?;
    let admin = branch.daemon.create_token("admin")?;
    let mut admin = Client::new(branch.daemon.address(), Duration::from_secs(10)).with_token(&admin);
    let tills = Tills { chain, branch: &branch, sold: AtomicU64::new(0) };
    let rounds = (0..ROUNDS).map(|round| {
        let (cut, (behind, orders)) = tills.without_and_with_a_backlog(&mut admin, backlog)?;
        chain.wait_until_equal("CAJA", &branch.daemon, Duration::from_secs(600))?;
        let another = another(chain, &format!("OTRA{round}"), backlog * ANOTHERS)?;
        let beside_another = tills.beside(another, other_side)?;
        eprintln!("  p99 with the line cut {cut:?}, catching up {behind:?}, beside another {beside_another:?}");
        Ok(Round { cut, behind, orders, beside_another })
    });
    Ok(Selling { backlog, rounds: rounds.collect::<Result<_>>()?, is_apart })
}

/// Another branch, which has sold so much and not spoken to the cloud yet.
fn another(chain: &Chain, code: &str, orders: u64) -> Result<LightBranch> {
    let (identity, sold_at) = (identity::enrol(chain, code)?, Timestamp::now());
    let mut journal = Journal::begin(identity.branch, code.len() as u64, sold_at);
    (0..orders).for_each(|_| journal.sell(sold_at));
    Ok(LightBranch::new(identity, journal))
}

/// Whoever sells at a branch, no order with the key of another.
struct Tills<'b> {
    chain: &'b Chain,
    branch: &'b Branch,
    sold: AtomicU64,
}

impl Tills<'_> {
    /// The p99 of orders with the line cut, then with a backlog that goes up, and how many these were.
    fn without_and_with_a_backlog(&self, admin: &mut Client, backlog: u64) -> Result<(Duration, (Duration, usize))> {
        self.chain.cable.cut();
        let sells = || -> Result<()> {
            let mut till = self.branch.client();
            (0..backlog / TILLS).try_for_each(|_| self.sell(&mut till))
        };
        std::thread::scope(|scope| {
            let tills: Vec<_> = (0..TILLS).map(|_| scope.spawn(sells)).collect();
            tills.into_iter().try_for_each(|till| till.join().map_err(|_| anyhow!("a till panicked"))?)
        })?;
        let mut till = self.branch.client();
        let cut = (0..SOLD_ALONE).map(|_| self.timed(&mut till)).collect::<Result<Vec<_>>>()?;
        self.chain.cable.mend();
        wait_until_streaming(admin)?;
        let mut behind = Vec::new();
        // Asking is an answer of the branch too, so not after each order.
        while behind.len() % 20 != 0 || waiting(admin)? > 100 {
            behind.push(self.timed(&mut till)?);
        }
        let orders = behind.len();
        Ok((p99(cut), (p99(behind), orders)))
    }

    /// The p99 of orders until another branch has caught up.
    fn beside(&self, another: LightBranch, other_side: &Runtime) -> Result<Duration> {
        let mut till = self.branch.client();
        let speaks = other_side.spawn(another.clone().speak());
        let mut beside = Vec::new();
        while !is_through(&another) {
            beside.push(self.timed(&mut till)?);
        }
        speaks.abort();
        Ok(p99(beside))
    }

    fn timed(&self, till: &mut Client) -> Result<Duration> {
        let begun = Instant::now();
        self.sell(till)?;
        let took = begun.elapsed();
        std::thread::sleep(PAUSE);
        Ok(took)
    }

    fn sell(&self, till: &mut Client) -> Result<()> {
        let key = idempotency_key(41, self.sold.fetch_add(1, Ordering::Relaxed));
        let answer = till.post("/api/v1/orders", &key, &menu::four_dishes())?;
        ensure!(answer.status == 201, "an order was refused: {answer}");
        Ok(())
    }
}

fn p99(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    percentile(&times, 99)
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
