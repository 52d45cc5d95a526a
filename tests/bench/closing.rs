//! The evening: a drawer is counted after thousands of sales. What it should hold is known from few rows, however many there were.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use comanda_tests::menu;
use serde_json::json;

use crate::fresh;
use crate::load::{next_key, place};
use crate::server::{Kind, Server};

/// Sales in the shift that is closed.
pub const SALES: u64 = 5_000;
const CLIENTS: usize = 8;

/// What was found out.
pub struct Closing {
    /// From the count sent to its answer.
    pub took: Duration,
    /// The longest that anything held the writer from a start just before.
    pub held: Duration,
}

/// Sells on one shift, each order paid in cash, and closes it.
pub fn measure(folder: &Path) -> Result<Closing> {
    let (mut server, _data) = fresh(Kind::Comanda, folder)?;
    let open = json!({"drawer": "principal", "float": 0});
    let opened = server.client().post("/api/v1/cash/open", &next_key(), &open)?;
    ensure!(opened.status == 201, "the shift was answered {opened}");
    sell(&server)?;
    // The writer counts from its start: what took long before is not of the closing.
    server.stop()?;
    server.start()?;
    let mut client = server.client();
    client.get("/healthz").context("connect a client")?;
    let sent = Instant::now();
    let closed = client.post("/api/v1/cash/close", &next_key(), &json!({"counted": {"cash": []}}))?;
    let took = sent.elapsed();
    ensure!(closed.status == 200, "the count was answered {closed}");
    let health = client.get("/api/v1/monitoring/health")?.json()?;
    let held = health["writer"]["longest_step_us"].as_u64().context("the writer does not say how long it was held")?;
    eprintln!("  a shift of {SALES} sales closed in {took:?}, the writer held for {held} µs at most");
    Ok(Closing { took, held: Duration::from_micros(held) })
}

fn sell(server: &Server) -> Result<()> {
    let body = menu::four_dishes().to_string();
    let sold = AtomicU64::new(0);
    let till = || -> Result<()> {
        let mut client = server.client();
        while sold.fetch_add(1, Ordering::Relaxed) < SALES {
            let order = place(&mut client, &next_key(), body.as_bytes())?;
            let payment = json!({"order": order["id"], "method": "cash", "amount": order["total"]});
            let paid = client.post("/api/v1/payments", &next_key(), &payment)?;
            ensure!(paid.status == 201, "a payment was answered {paid}");
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let tills: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(till)).collect();
        tills.into_iter().try_for_each(|till| till.join().map_err(|_| anyhow!("a till panicked"))?)
    })
}
