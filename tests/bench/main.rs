//! `bench [--write]`: Comanda beside the minimal program, in the same run, alternating; medians of the rounds.
//!
//! A table for people goes to standard output, and with `--write` to `docs/benchmarks.md`. `COMANDA_BENCH_ROUNDS` (5),
//! `COMANDA_BENCH_SECONDS` (2, for each load), `COMANDA_BENCH_ORDERS` (100000, in the file that is started again) and
//! `COMANDA_BENCH_LIFE` (500000, sold in a long life) make it shorter or longer. Both programs must be built with `--release`, as this one.
#![allow(clippy::float_arithmetic, reason = "ratios and medians for people to read; no money")]

mod closing;
mod hard_times;
mod load;
mod logging_in;
mod long_life;
mod report;
mod screens;
mod server;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use comanda_tests::fsync;
use comanda_tests::menu;
use comanda_tests::printer::{Answers, EmulatedPrinter};
use comanda_tests::process::{self, Usage};

use load::Load;
use server::{Kind, Server};

/// Closed-loop clients of the three loads.
const CLIENTS: [usize; 3] = [1, 16, 64];
/// Orders whose first ticket byte is waited for, in each round, and the pause between them.
const TICKETS: u64 = 200;
const TICKET_PAUSE: Duration = Duration::from_millis(20);
/// Screens that listen, in the two runs about them, and how long orders come.
const SCREENS: [usize; 3] = [20, 50, 100];
const SCREENS_TIME: Duration = Duration::from_secs(3);
/// Nobody listens there: jobs are kept and never printed, as in the minimal program.
const REFUSING: &str = "tcp://127.0.0.1:9";
/// Starts measured after kill -9.
const STARTS: usize = 5;

/// How long, how often, how much.
pub struct Settings {
    rounds: usize,
    load_time: Duration,
    orders: u64,
    life: u64,
}

/// What one round found out about one program.
pub struct Round {
    /// One for each of [`CLIENTS`].
    loads: Vec<Load>,
    /// Processor time of the server for each order, at 16 clients.
    cpu_per_order: Duration,
    idle_kib: u64,
    loaded_kib: u64,
    bytes_per_order: u64,
}

/// What the whole run found out.
pub struct Findings {
    settings: Settings,
    /// In rounds, for the minimal program and for Comanda.
    minimal: Vec<Round>,
    comanda: Vec<Round>,
    /// Per round, sorted: POST sent until the printer got the first byte.
    tickets: Vec<Vec<Duration>>,
    /// Per round and for each of [`SCREENS`], sorted: POST sent until the last screen had it.
    minimal_screens: Vec<[Vec<Duration>; SCREENS.len()]>,
    comanda_screens: Vec<[Vec<Duration>; SCREENS.len()]>,
    fsync_p99: Vec<Duration>,
    /// From the start after kill -9 to the first answer.
    minimal_starts: Vec<Duration>,
    comanda_starts: Vec<Duration>,
    minimal_binary: u64,
    comanda_binary: u64,
    hard_times: hard_times::HardTimes,
}

fn main() -> Result<()> {
    ensure!(!cfg!(debug_assertions), "build the benchmark with --release; a debug build measures nothing");
    let write = std::env::args().skip(1).any(|argument| argument == "--write");
    let settings = Settings {
        rounds: usize::try_from(number_from("COMANDA_BENCH_ROUNDS", 5)?).context("COMANDA_BENCH_ROUNDS")?.max(1),
        load_time: Duration::from_secs(number_from("COMANDA_BENCH_SECONDS", 2)?.max(1)),
        orders: number_from("COMANDA_BENCH_ORDERS", 100_000)?,
        life: number_from("COMANDA_BENCH_LIFE", 500_000)?,
    };

    let load_before = process::load_average();
    let folder = data_folder()?;
    let findings = measure(settings, folder.path())?;
    let text = report::markdown(&findings, &load_before);
    println!("{text}");
    if write {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/benchmarks.md");
        std::fs::create_dir_all(page.parent().context("the page has no folder")?).context("make docs")?;
        std::fs::write(&page, text).with_context(|| format!("write {}", page.display()))?;
    }
    Ok(())
}

/// On the disk of the build, not in a memory file system.
fn data_folder() -> Result<tempfile::TempDir> {
    let here = std::env::current_exe().context("find this program")?;
    let beside = here.parent().map(PathBuf::from).context("this program has no folder")?;
    tempfile::Builder::new().prefix("bench-").tempdir_in(beside).context("make a data folder")
}

fn number_from(variable: &str, otherwise: u64) -> Result<u64> {
    match std::env::var(variable) {
        Ok(text) => text.parse().with_context(|| format!("{variable} is no number: {text}")),
        Err(_) => Ok(otherwise),
    }
}

fn measure(settings: Settings, folder: &Path) -> Result<Findings> {
    eprintln!("hard times");
    let hard_times = hard_times::measure(&settings, folder)?;
    let mut findings = Findings {
        hard_times,
        minimal: Vec::new(),
        comanda: Vec::new(),
        tickets: Vec::new(),
        minimal_screens: Vec::new(),
        comanda_screens: Vec::new(),
        fsync_p99: Vec::new(),
        minimal_starts: Vec::new(),
        comanda_starts: Vec::new(),
        minimal_binary: Kind::Minimal.binary_size()?,
        comanda_binary: Kind::Comanda.binary_size()?,
        settings,
    };
    for number in 1..=findings.settings.rounds {
        eprintln!("round {number} of {}", findings.settings.rounds);
        findings.fsync_p99.push(fsync::measure(folder, 500)?.percentile(99));
        findings.minimal.push(round(Kind::Minimal, &findings.settings, folder)?);
        findings.comanda.push(round(Kind::Comanda, &findings.settings, folder)?);
        findings.tickets.push(first_ticket_bytes(folder)?);
        findings.minimal_screens.push(last_screens(Kind::FanOut, folder)?);
        findings.comanda_screens.push(last_screens(Kind::Comanda, folder)?);
    }
    eprintln!("starts with {} orders in the file", findings.settings.orders);
    findings.minimal_starts = starts(Kind::Minimal, &findings.settings, folder)?;
    findings.comanda_starts = starts(Kind::Comanda, &findings.settings, folder)?;
    Ok(findings)
}

/// A fresh server with the menu and a printer that refuses.
fn fresh(kind: Kind, folder: &Path) -> Result<(Server, tempfile::TempDir)> {
    let data = tempfile::tempdir_in(folder).context("make a folder for one server")?;
    let mut server = Server::new(kind, data.path())?;
    server.start()?;
    server.set_up(&[(menu::GRILL, REFUSING), (menu::BAR, REFUSING)])?;
    Ok((server, data))
}

fn round(kind: Kind, settings: &Settings, folder: &Path) -> Result<Round> {
    let (mut server, data) = fresh(kind, folder)?;
    std::thread::sleep(Duration::from_millis(500));
    let idle_kib = Usage::of(server.process()?)?.resident_kib;

    let body = menu::four_dishes().to_string();
    let mut loads = Vec::new();
    let mut cpu_per_order = Duration::ZERO;
    for clients in CLIENTS {
        let before = Usage::of(server.process()?)?;
        let load = load::closed_loop(&server, clients, settings.load_time, &body)?;
        let after = Usage::of(server.process()?)?;
        if clients == 16 {
            cpu_per_order = (after.cpu - before.cpu) / u32::try_from(load.orders.max(1)).context("orders")?;
        }
        eprintln!("  {kind:?}, {clients} clients: {:.0} orders/s, p99 {:?}", load.per_second(), load.percentile(99));
        loads.push(load);
    }
    let loaded_kib = Usage::of(server.process()?)?.resident_kib;
    let orders: u64 = loads.iter().map(|load| load.orders).sum();
    server.stop()?;
    let bytes_per_order = process::folder_bytes(data.path())? / orders.max(1);
    Ok(Round { loads, cpu_per_order, idle_kib, loaded_kib, bytes_per_order })
}

/// One order at a time, its printer alive and idle: how long until the first byte is there.
fn first_ticket_bytes(folder: &Path) -> Result<Vec<Duration>> {
    let printer = EmulatedPrinter::start(Answers::Processes)?;
    let data = tempfile::tempdir_in(folder).context("make a folder for one server")?;
    let mut server = Server::new(Kind::Comanda, data.path())?;
    server.start()?;
    server.set_up(&[(menu::GRILL, &printer.uri())])?;

    let body = menu::four_dishes().to_string();
    let mut client = server.client();
    let mut times = Vec::new();
    for number in 0..TICKETS {
        let sent = Instant::now();
        let order = load::place(&mut client, &load::next_key(), body.as_bytes())?;
        let called = order["number"].as_str().context("an order without number")?.to_owned();
        let ticket = printer.wait_for(Duration::from_secs(10), |ticket| ticket.number == called);
        let ticket = ticket.with_context(|| format!("order {called} (number {number} of the run) was not printed"))?;
        times.push(ticket.begun().saturating_duration_since(sent));
        std::thread::sleep(TICKET_PAUSE);
    }
    server.stop()?;
    times.sort_unstable();
    Ok(times)
}

/// Orders at rush pace with screens listening: how long until the last screen has each.
fn last_screens(kind: Kind, folder: &Path) -> Result<[Vec<Duration>; SCREENS.len()]> {
    let (mut server, _data) = fresh(kind, folder)?;
    let mut times = [const { Vec::new() }; SCREENS.len()];
    for (times, screens) in times.iter_mut().zip(SCREENS) {
        *times = screens::last_of_all(&server, screens, SCREENS_TIME)?;
        eprintln!("  {kind:?}, {screens} screens: p99 {:?}", fsync::percentile(times, 99));
    }
    server.stop()?;
    Ok(times)
}

/// Start to first answer, on a file full of orders, each time after kill -9.
fn starts(kind: Kind, settings: &Settings, folder: &Path) -> Result<Vec<Duration>> {
    let (mut server, _data) = fresh(kind, folder)?;
    let body = menu::four_dishes().to_string();
    load::place_many(&server, 64, settings.orders, &body)?;
    let mut times = Vec::new();
    for _ in 0..STARTS {
        load::place_many(&server, 16, 200, &body)?;
        server.kill()?;
        let begun = Instant::now();
        server.start()?;
        server.first_answer()?;
        times.push(begun.elapsed());
    }
    Ok(times)
}
