//! People change at the till in a rush: a PIN is checked as slowly as it must be, and orders go on beside it.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use comanda_tests::fsync::percentile;
use serde_json::json;

use crate::fresh;
use crate::load::{self, next_key};
use crate::server::{Kind, Server};

/// How long orders come, without and with people who log in.
const TIME: Duration = Duration::from_secs(5);
/// Between one who logs in and the next: more than a branch ever knows.
const PAUSE: Duration = Duration::from_millis(50);
const PIN: &str = "2580";

/// What was found out.
pub struct LoggingIn {
    /// From a PIN sent to the session, in ascending order.
    pub took: Vec<Duration>,
    /// The p99 of an order at a rush's pace, without and with them.
    pub order_p99: [Duration; 2],
}

/// Has somebody log in again and again while orders come.
pub fn measure(folder: &Path) -> Result<LoggingIn> {
    let (server, _data) = fresh(Kind::Comanda, folder)?;
    server.take_on("Camila", PIN)?;
    let alone = load::at_pace(&server, TIME)?;
    let is_over = AtomicBool::new(false);
    let (beside, took) = std::thread::scope(|scope| {
        let people = scope.spawn(|| log_in_until(&server, &is_over));
        let beside = load::at_pace(&server, TIME);
        is_over.store(true, Ordering::Relaxed);
        (beside, people.join())
    });
    let took = took.map_err(|_| anyhow!("who logs in panicked"))??;
    let order_p99 = [alone, beside?].map(|sent| {
        let mut times: Vec<Duration> = sent.iter().map(|one| one.took).collect();
        times.sort_unstable();
        percentile(&times, 99)
    });
    eprintln!(
        "  {} logged in, p95 {:?}; orders' p99 without and with {order_p99:?}",
        took.len(),
        percentile(&took, 95)
    );
    Ok(LoggingIn { took, order_p99 })
}

fn log_in_until(server: &Server, is_over: &AtomicBool) -> Result<Vec<Duration>> {
    let mut client = server.anybody();
    let faces = client.get("/api/v1/staff/faces")?.json()?;
    let staff = faces["items"][0]["id"].as_str().context("nobody has a face")?.to_owned();
    let mut times = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        let sent = Instant::now();
        let let_in = client.post("/api/v1/auth/login", &next_key(), &json!({"staff": staff, "pin": PIN}))?;
        ensure!(let_in.status == 200, "who logs in was answered {let_in}");
        times.push(sent.elapsed());
        std::thread::sleep(PAUSE);
    }
    times.sort_unstable();
    Ok(times)
}
