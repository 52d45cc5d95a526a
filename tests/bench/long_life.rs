//! A branch that has sold for years: what an order and the lists take when half a million are in the file, and when a thousand are.

use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use comanda_tests::client::Client;
use comanda_tests::fsync::percentile;
use comanda_tests::menu;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::Settings;
use crate::load::{self, next_key, place};
use crate::server::{Kind, Server};

/// Clients that sell, and of the load.
const CLIENTS: usize = 16;
/// Orders of a young branch.
const FEW: u64 = 1_000;
/// How often each list is asked for.
const ASKED: usize = 200;

/// Lists that a screen or an owner asks for, and what they are of.
pub const LISTS: [(&str, &str); 5] = [
    ("the newest orders", "/api/v1/orders?limit=50"),
    ("the open ones", "/api/v1/orders?open=true&limit=50"),
    ("those not paid yet", "/api/v1/orders?due=true&limit=50"),
    ("those cancelled", "/api/v1/orders?status=cancelled&limit=50"),
    ("a search that finds one", "/api/v1/orders?search=000042&limit=50"),
];

/// What was found out.
pub struct LongLife {
    /// Orders in the file at last.
    pub orders: u64,
    /// When it had sold a thousand.
    pub young: Ages,
    /// When it had sold them all.
    pub old: Ages,
    /// What a new program needs to make all tables anew from the journal, before it sells.
    pub made_anew: Duration,
}

/// What is asked of a branch of some age.
pub struct Ages {
    /// The p99 of an order with 16 clients.
    pub order_p99: Duration,
    /// The p99 of each of [`LISTS`].
    pub lists_p99: [Duration; LISTS.len()],
    /// What the doctor takes, asked once.
    pub doctor: Duration,
}

/// Sells, asks, sells half a million, asks again.
pub fn measure(settings: &Settings, folder: &Path) -> Result<LongLife> {
    // Without printers: half a million papers that wait for one are no life.
    let data = tempfile::tempdir_in(folder).context("make a folder for a long life")?;
    let mut server = Server::new(Kind::Comanda, data.path())?;
    server.start()?;
    server.set_up(&[])?;
    let open = json!({"drawer": "principal", "float": 0});
    let opened = server.client().post("/api/v1/cash/open", &next_key(), &open)?;
    ensure!(opened.status == 201, "the shift was answered {opened}");
    sell(&server, FEW)?;
    let young = ask(&server, settings)?;
    sell(&server, settings.life)?;
    let old = ask(&server, settings)?;
    let orders = FEW + settings.life;
    eprintln!("  {orders} orders: p99 {:?}, of a young branch {:?}", old.order_p99, young.order_p99);
    let made_anew = make_anew(&mut server)?;
    eprintln!("  all tables anew: {made_anew:?}");
    Ok(LongLife { orders, young, old, made_anew })
}

/// The file is given the tables of no program, and opened.
fn make_anew(server: &mut Server) -> Result<Duration> {
    server.stop()?;
    let Server::Comanda(daemon, _) = server else { bail!("the minimal program derives nothing") };
    let file = Connection::open(daemon.data().join("branch.db")).context("open the branch's file")?;
    file.pragma_update(None, "user_version", 0)?;
    drop(file);
    let began = Instant::now();
    daemon.call(["settings", "show"])?;
    Ok(began.elapsed())
}

fn ask(server: &Server, settings: &Settings) -> Result<Ages> {
    let load = load::closed_loop(server, CLIENTS, settings.load_time, &menu::four_dishes().to_string())?;
    // What the load has left open is paid and served, so that the lists have as much to show of both.
    finish_all(server)?;
    let mut client = server.client();
    let mut lists_p99 = [Duration::ZERO; LISTS.len()];
    for ((what, path), p99) in LISTS.iter().zip(&mut lists_p99) {
        let mut times = Vec::with_capacity(ASKED);
        for _ in 0..ASKED {
            let asked = Instant::now();
            let answer = client.get(path)?;
            times.push(asked.elapsed());
            ensure!(answer.status == 200, "{what}: {answer}");
        }
        times.sort_unstable();
        *p99 = percentile(&times, 99);
        eprintln!("  {what}: p50 {:?}, p99 {p99:?}", percentile(&times, 50));
    }
    let asked = Instant::now();
    let answer = client.get("/api/v1/health/doctor")?;
    let doctor = asked.elapsed();
    ensure!(answer.status == 200, "the doctor: {answer}");
    Ok(Ages { order_p99: load.percentile(99), lists_p99, doctor })
}

/// Orders taken, paid in cash and served; one of a hundred is cancelled instead.
fn sell(server: &Server, orders: u64) -> Result<()> {
    let body = menu::four_dishes().to_string();
    let sold = AtomicU64::new(0);
    at_all_tills(|| {
        let mut client = server.client();
        loop {
            let number = sold.fetch_add(1, Ordering::Relaxed);
            if number >= orders {
                return Ok(());
            }
            let order = place(&mut client, &next_key(), body.as_bytes())?;
            if number % 100 == 50 { cancel(&mut client, &order)? } else { finish(&mut client, &order)? }
        }
    })
}

fn finish_all(server: &Server) -> Result<()> {
    let mut client = server.client();
    loop {
        let page = client.get("/api/v1/orders?open=true&limit=200")?.json()?;
        let open = page["items"].as_array().cloned().unwrap_or_default();
        if open.is_empty() {
            return Ok(());
        }
        let next = AtomicUsize::new(0);
        at_all_tills(|| {
            let mut client = server.client();
            while let Some(order) = open.get(next.fetch_add(1, Ordering::Relaxed)) {
                finish(&mut client, order)?;
            }
            Ok(())
        })?;
    }
}

fn at_all_tills(till: impl Fn() -> Result<()> + Sync) -> Result<()> {
    std::thread::scope(|scope| {
        let tills: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(&till)).collect();
        tills.into_iter().try_for_each(|till| till.join().map_err(|_| anyhow!("a till panicked"))?)
    })
}

fn finish(client: &mut Client, order: &Value) -> Result<()> {
    let payment = json!({"order": order["id"], "method": "cash", "amount": order["total"]});
    let paid = client.post("/api/v1/payments", &next_key(), &payment)?;
    ensure!(paid.status == 201, "a payment was answered {paid}");
    let path = format!("/api/v1/orders/{}/status", order["id"].as_str().unwrap_or_default());
    for status in ["ready", "served"] {
        let moved = client.patch(&path, &json!({"status": status}))?;
        ensure!(moved.status == 200, "an order that is {status} was answered {moved}");
    }
    Ok(())
}

fn cancel(client: &mut Client, order: &Value) -> Result<()> {
    let path = format!("/api/v1/orders/{}/cancel", order["id"].as_str().unwrap_or_default());
    let cancelled = client.post_at(&path, &next_key(), &order["version"], &json!({"reason": "se fue"}))?;
    ensure!(cancelled.status == 200, "an order that is cancelled was answered {cancelled}");
    Ok(())
}
