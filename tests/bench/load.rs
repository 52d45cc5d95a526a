//! Closed-loop load: each client sends its next order when the last one is acknowledged.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow, ensure};
use comanda_tests::client::{Client, idempotency_key};
use comanda_tests::fsync::percentile;
use comanda_tests::menu;
use serde_json::Value;

use crate::server::Server;

/// Orders a second of a rush that a branch may know.
pub const PACE: u32 = 200;

/// What a load came to.
pub struct Load {
    /// Acknowledged.
    pub orders: u64,
    elapsed: Duration,
    /// Sorted.
    latencies: Vec<Duration>,
}

impl Load {
    /// Acknowledged orders per second.
    pub fn per_second(&self) -> f64 {
        self.orders as f64 / self.elapsed.as_secs_f64()
    }

    /// From sent to acknowledged.
    pub fn percentile(&self, percent: usize) -> Duration {
        percentile(&self.latencies, percent)
    }
}

/// A key no other request of any run has: a UUIDv7 of now, as our own screens make them.
pub fn next_key() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    let time = u64::try_from(now_ms).unwrap_or_default() << 16;
    idempotency_key(time, NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// Sends one order; anything but 201 is an error.
pub fn place(client: &mut Client, key: &str, body: &[u8]) -> Result<Value> {
    let answer = client.post_bytes("/api/v1/orders", key, body)?;
    ensure!(answer.status == 201, "an order was answered {answer}");
    answer.json()
}

/// `clients` send for `time`; connections are made before the clock starts.
pub fn closed_loop(server: &Server, clients: usize, time: Duration, body: &str) -> Result<Load> {
    run(server, clients, body, |begun| begun.elapsed() < time)
}

/// `clients` send `orders` together.
pub fn place_many(server: &Server, clients: usize, orders: u64, body: &str) -> Result<()> {
    let sent = AtomicU64::new(0);
    run(server, clients, body, |_| sent.fetch_add(1, Ordering::Relaxed) < orders).map(drop)
}

/// An order that was sent at pace.
pub struct Sent {
    /// Its id.
    pub order: String,
    /// When.
    pub at: Instant,
    /// Until it was acknowledged.
    pub took: Duration,
}

/// One client sends [`PACE`] orders a second for `time`.
pub fn at_pace(server: &Server, time: Duration) -> Result<Vec<Sent>> {
    let body = menu::four_dishes().to_string();
    let mut client = server.client();
    let begun = Instant::now();
    let mut sent = Vec::new();
    for number in 0_u32.. {
        let due = begun + Duration::from_secs(1) * number / PACE;
        if due.duration_since(begun) >= time {
            break;
        }
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let at = Instant::now();
        let order = place(&mut client, &next_key(), body.as_bytes())?;
        let took = at.elapsed();
        sent.push(Sent { order: order["id"].as_str().context("an order without id")?.to_owned(), at, took });
    }
    Ok(sent)
}

fn run(server: &Server, clients: usize, body: &str, goes_on: impl Fn(Instant) -> bool + Sync) -> Result<Load> {
    let ready = Barrier::new(clients + 1);
    let one_client = || -> Result<Vec<Duration>> {
        let mut client = server.client();
        let connected = client.get("/healthz");
        ready.wait();
        connected.context("connect a client")?;
        let begun = Instant::now();
        let mut latencies = Vec::new();
        while goes_on(begun) {
            let key = next_key();
            let sent = Instant::now();
            let answer = client.post_bytes("/api/v1/orders", &key, body.as_bytes())?;
            ensure!(answer.status == 201, "an order was answered {answer}");
            latencies.push(sent.elapsed());
        }
        Ok(latencies)
    };

    std::thread::scope(|scope| {
        let one_client = &one_client;
        let threads: Vec<_> = (0..clients).map(|_| scope.spawn(one_client)).collect();
        ready.wait();
        let begun = Instant::now();
        let mut latencies = Vec::new();
        for thread in threads {
            latencies.extend(thread.join().map_err(|_| anyhow!("a client panicked"))??);
        }
        let elapsed = begun.elapsed();
        latencies.sort_unstable();
        Ok(Load { orders: u64::try_from(latencies.len())?, elapsed, latencies })
    })
}
