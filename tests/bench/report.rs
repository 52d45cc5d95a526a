//! The findings as a page for people.

use std::time::Duration;

use comanda_tests::fsync::percentile;
use comanda_tests::process::{machine, said_by};

use crate::closing::SALES;
use crate::load::PACE;
use crate::long_life::{LISTS, LongLife};
use crate::{CLIENTS, Findings, Round, SCREENS, TICKETS};

/// The page `docs/benchmarks.md`.
pub fn markdown(findings: &Findings, load_before: &str) -> String {
    let settings = &findings.settings;
    let daemon = comanda_tests::daemon::program_beside_this_one("comanda-edge");
    let version = daemon.map_or("unknown".into(), |program| said_by(&program.to_string_lossy(), &["--version"]));
    let fsyncs: Vec<_> = findings.fsync_p99.iter().map(|time| format!("{:.2}", milliseconds(*time))).collect();
    format!(
        "# Benchmarks\n\n\
        Comanda beside the minimal program of `tests/limits/order_server.rs`, on the same machine in the same run. \
        Ratios travel, absolute figures do not.\n\n\
        {}\n\
        - Each figure is the median of {} rounds; the programs alternate, each round on a fresh data folder. \
        Loads are closed loops of keep-alive connections, {} s each; the load comes from the same cores.\n\
        - An order has four lines of one station: one ticket, one print job. For the throughput Comanda's printers are at \
        an address that refuses (127.0.0.1:9): jobs are kept and not printed, as in the minimal program.\n\
        - First ticket byte: {TICKETS} orders a round, one at a time, an emulated printer that is alive; the clock runs from before \
        the POST is sent until the printer has read the first visible byte. The allowance is 2 × the fsync p99 of the run.\n\
        - Screens: {PACE} orders a second from one client while kitchen screens of their station listen; the clock runs from \
        before the POST until the last screen has read the frame. The minimal program there is `tests/limits/fan_out.rs`.\n\
        - Start: kill -9, then from starting the program until it answered (Comanda a list of orders, the minimal program \
        its health), with {} orders in the file; median of five.\n\
        - The slow disk is ext4 on a file in memory whose flush takes 5 ms, for both programs. Backups are made one \
        after another, of 20,000 orders and more; a round is a load without them and one beside them. Measured once: the processor of a branch with nothing to do (20 s). A shift of 5,000 sales, each paid in cash, is closed once, after a start, so that the writer's longest hold is of that. \
        Logging in: {PACE} orders a second for 5 s without and with somebody whose PIN is typed again 50 ms after each time.\n\
        - A long life: every order taken, paid in cash and served, one of a hundred cancelled, by 16 clients, with no printers; lists are asked for 200 \
        times, one after another, and the doctor once, of the branch when it has sold 1,000 orders and when it has sold all. Then its tables are made anew.\n\
        - Processor time is the server's own, user and system, at 16 clients. Bytes per order: all files of the data \
        folder after the server stopped, divided by its orders.\n\n\
        | run | |\n|---|---|\n\
        | date | {} |\n| machine | {} |\n| load average before / after | {load_before} / {} |\n\
        | fsync p99 of each round (4 KiB, ms) | {} |\n\
        | versions | {version}; commit {}; {}; SQLite {} |\n\
        | command | `cargo build --release --workspace --bins && target/release/bench --write` |\n",
        table(findings),
        settings.rounds,
        settings.load_time.as_secs(),
        settings.orders,
        said_by("date", &["-u", "+%F %R UTC"]),
        machine(),
        comanda_tests::process::load_average(),
        fsyncs.join(", "),
        said_by("git", &["-C", env!("CARGO_MANIFEST_DIR"), "rev-parse", "--short", "HEAD"]),
        said_by("rustc", &["--version"]),
        rusqlite::version(),
    )
}

fn table(findings: &Findings) -> String {
    let mut table = Table::default();
    for (position, clients) in CLIENTS.into_iter().enumerate() {
        let rate = |round: &Round| round.loads.get(position).map_or(0.0, crate::load::Load::per_second);
        let asked = if clients == 64 { "≥ 0.7 of the minimal program (0.6 at first)" } else { "" };
        table.compare(&format!("durable orders/s, {clients} clients"), findings, rate, 0, asked);
    }
    let at_16 = |percent: usize| {
        move |round: &Round| round.loads.get(1).map_or(0.0, |load| milliseconds(load.percentile(percent)))
    };
    table.compare("order p50, 16 clients, ms", findings, at_16(50), 2, "");
    table.compare("order p99, 16 clients, ms", findings, at_16(99), 2, "≤ 8");
    table.compare("processor time per order, µs", findings, |round| milliseconds(round.cpu_per_order) * 1000.0, 0, "");

    let tickets = |percent| findings.tickets.iter().map(|round| milliseconds(percentile(round, percent))).collect();
    let fsync = median(findings.fsync_p99.iter().map(|time| milliseconds(*time)).collect());
    table.alone("order → first ticket byte p50, ms", median(tickets(50)), "");
    table.alone("order → first ticket byte p99, ms", median(tickets(99)), &format!("≤ 10 + 2 × {fsync:.2}"));

    for (position, screens) in SCREENS.into_iter().enumerate() {
        for percent in [50, 99] {
            let [minimal, comanda] = [&findings.minimal_screens, &findings.comanda_screens].map(|rounds| {
                median(rounds.iter().map(|round| milliseconds(percentile(&round[position], percent))).collect())
            });
            let asked = if matches!((screens, percent), (50 | 100, 99)) {
                format!("≤ 12 + 2 × {fsync:.2}")
            } else {
                String::new()
            };
            let what = format!("order → frame at the last of {screens} screens p{percent}, ms");
            table.row(&what, minimal, comanda, 2, &asked);
        }
    }

    table.compare("memory idle, MB", findings, |round| megabytes(round.idle_kib * 1024), 1, "≤ 20");
    table.compare("memory after the load, MB", findings, |round| megabytes(round.loaded_kib * 1024), 1, "");
    table.compare("bytes on disk per order", findings, |round| round.bytes_per_order as f64, 0, "");
    let sizes = [findings.minimal_binary, findings.comanda_binary].map(megabytes);
    table.row("program file, MB", sizes[0], sizes[1], 1, "≤ 15");
    let starts = [&findings.minimal_starts, &findings.comanda_starts]
        .map(|starts| median(starts.iter().map(|time| milliseconds(*time)).collect()));
    let orders = findings.settings.orders;
    table.row(&format!("start to first answer, {orders} orders, ms"), starts[0], starts[1], 1, "≤ 50");
    let hard = &findings.hard_times;
    let slow = "durable orders/s, 64 clients, a disk that flushes in 5 ms";
    match &hard.slow_disk {
        Ok(rounds) => {
            let [minimal, comanda] = [0, 1].map(|which| median(rounds.iter().map(|round| round[which]).collect()));
            table.row(slow, minimal, comanda, 0, "≥ 0.8 of the minimal program");
        }
        Err(reason) => table.unmeasured(slow, reason),
    }
    let [alone, beside] =
        [0, 1].map(|which| median(hard.beside_a_backup.iter().map(|round| milliseconds(round[which])).collect()));
    let times = if alone > 0.0 { beside / alone } else { 0.0 };
    table.alone("order p99, 16 clients, beside backups, ms", beside, &format!("≤ 2 × {alone:.2}; it is {times:.2} ×"));
    table.alone("processor idle, % of a core", hard.idle_share * 100.0, "< 0.5");
    let what = format!("closing a shift of {SALES} sales, ms");
    table.alone(&what, milliseconds(hard.closing.took), "≤ 100");
    table.alone("the writer held meanwhile, at most, ms", milliseconds(hard.closing.held), "≤ 5");
    let people = &hard.logging_in;
    table.alone("logging in while orders come, p95, ms", milliseconds(percentile(&people.took, 95)), "≤ 300");
    let [alone, beside] = people.order_p99.map(milliseconds);
    table.alone("order p99 beside it, ms", beside, &format!("{alone:.2} without"));
    let LongLife { orders, young, old, made_anew } = &hard.long_life;
    let unlike = |young: Duration| format!("{:.2} when young", milliseconds(young));
    table.alone(
        &format!("order p99, 16 clients, {orders} orders in the file, ms"),
        milliseconds(old.order_p99),
        &unlike(young.order_p99),
    );
    for (position, (what, _)) in LISTS.iter().enumerate() {
        let [young, old] = [young, old].map(|age| age.lists_p99[position]);
        table.alone(&format!("list: {what}, p99 there, ms"), milliseconds(old), &unlike(young));
    }
    table.alone("the doctor there, ms", milliseconds(old.doctor), &unlike(young.doctor));
    table.alone("all tables made anew there, by a new program's first start, s", made_anew.as_secs_f64(), "");
    table.finish()
}

/// Rows of Markdown.
#[derive(Default)]
struct Table(String);

impl Table {
    fn compare(&mut self, what: &str, all: &Findings, figure: impl Fn(&Round) -> f64, digits: usize, asked: &str) {
        let [minimal, comanda] =
            [&all.minimal, &all.comanda].map(|rounds| median(rounds.iter().map(&figure).collect()));
        self.row(what, minimal, comanda, digits, asked);
    }

    fn row(&mut self, what: &str, minimal: f64, comanda: f64, digits: usize, asked: &str) {
        let ratio = if minimal > 0.0 { format!("{:.2}", comanda / minimal) } else { String::new() };
        self.0 += &format!("| {what} | {minimal:.digits$} | {comanda:.digits$} | {ratio} | {asked} |\n");
    }

    fn alone(&mut self, what: &str, comanda: f64, asked: &str) {
        self.0 += &format!("| {what} | | {comanda:.2} | | {asked} |\n");
    }

    fn unmeasured(&mut self, what: &str, reason: &str) {
        self.0 += &format!("| {what} | | | | not measured: {reason} |\n");
    }

    fn finish(self) -> String {
        format!("| what | minimal program | Comanda | ratio | asked of Comanda |\n|---|---:|---:|---:|---|\n{}", self.0)
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
