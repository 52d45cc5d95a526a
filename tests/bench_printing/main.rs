//! `bench-printing [--write]`: what a stalled printer does to the three beside it, to orders, and to its own tickets; beside
//! python-escpos and a raw queue of CUPS on the same work, where they are installed (`tests/setup beside`).
//!
//! 200 tickets of 25 lines over four emulated printers; then the same with the first of them stalled from the start until
//! the others are done; then orders at fifty a second, until the first byte of their ticket. A table goes to standard output,
//! and with `--write` to `docs/benchmarks-printing.md`. `COMANDA_BENCH_TICKETS` (200) makes it shorter;
//! `COMANDA_BENCH_PYTHON` names a Python that has python-escpos, if not the one `tests/setup beside` made. Build it with `--release`; a debug build says that it is one.
#![allow(clippy::float_arithmetic, reason = "rates and ratios for people to read; no money")]

mod comanda;
mod cups;
mod python;
mod report;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use comanda_tests::printer::{Answers, Conduct, EmulatedPrinter};

/// Printers, each of a station of its own.
pub const PRINTERS: usize = 4;
/// Lines of a ticket.
pub const LINES: usize = 25;
/// Nothing takes longer.
const PATIENCE: Duration = Duration::from_secs(180);

/// What one run found out about one program.
pub struct Run {
    /// From the first order to the last ticket of the three printers that were never stalled.
    pub healthy: Duration,
    /// From the end of the stall until the stalled printer had all of its tickets; none when it was not stalled, or never had.
    pub recovered: Option<Duration>,
    /// Tickets of which no whole one came out.
    pub lost: usize,
    /// Whole ones beyond the first that say nothing of it.
    pub unmarked_doubles: usize,
    /// How long accepting took, sorted; empty of a program that accepts nothing.
    pub accepted: Vec<Duration>,
}

/// Something that prints tickets: it is told which printers there are, prints, and says how long accepting took.
pub trait Prints {
    /// Prints `tickets` tickets, the printers in turn; returns when it has taken them all, with how long each took to accept
    /// and what its tickets are called.
    ///
    /// # Errors
    /// When it cannot be started, or refuses.
    fn print(&mut self, printers: &[EmulatedPrinter], tickets: usize) -> Result<(Vec<Duration>, Vec<String>)>;

    /// Waits until it has nothing left to do, or the time is up.
    fn finish(&mut self, patience: Duration);
}

/// Runs the work on fresh printers, the first of them stalled or not.
///
/// # Errors
/// When a printer or the program fails.
pub fn run(program: &mut dyn Prints, tickets: usize, is_stalled: bool) -> Result<Run> {
    let printers = (0..PRINTERS).map(|_| EmulatedPrinter::start(Answers::Processes)).collect::<Result<Vec<_>>>()?;
    if is_stalled {
        printers[0].behave(Conduct::Stall)?;
    }
    let begun = Instant::now();
    let (mut accepted, names) = program.print(&printers, tickets)?;
    let expected = |place: usize| names.iter().enumerate().filter(move |(at, _)| at % PRINTERS == place).count();
    let is_done = |place: usize| whole(&printers[place]).len() >= expected(place);
    let healthy = until(|| (1..PRINTERS).all(is_done)).context("the healthy printers did not get their tickets")?;
    let healthy = healthy.saturating_duration_since(begun);
    let recovered = if is_stalled {
        printers[0].behave(Conduct::Orderly)?;
        let ended = Instant::now();
        until(|| is_done(0)).map(|done| done.saturating_duration_since(ended))
    } else {
        until(|| is_done(0)).context("the first printer did not get its tickets")?;
        None
    };
    program.finish(Duration::from_secs(20));
    let mut lost = 0;
    let mut unmarked_doubles = 0;
    for (at, name) in names.iter().enumerate() {
        let came = whole(&printers[at % PRINTERS]);
        let of_it: Vec<bool> =
            came.iter().filter(|(other, _)| other == name).map(|(_, is_marked)| *is_marked).collect();
        lost += usize::from(of_it.is_empty());
        unmarked_doubles += of_it.iter().filter(|is_marked| !**is_marked).count().saturating_sub(1);
    }
    accepted.sort_unstable();
    Ok(Run { healthy, recovered, lost, unmarked_doubles, accepted })
}

/// The whole tickets that came out, and whether each says that it may be there twice.
fn whole(printer: &EmulatedPrinter) -> Vec<(String, bool)> {
    let tickets = printer.tickets().into_iter().filter(|ticket| ticket.complete);
    tickets.map(|ticket| (ticket.number, ticket.marked_duplicate)).collect()
}

fn until(is_so: impl Fn() -> bool) -> Option<Instant> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if is_so() {
            return Some(Instant::now());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    None
}

fn main() -> Result<()> {
    let write = std::env::args().skip(1).any(|argument| argument == "--write");
    let tickets = std::env::var("COMANDA_BENCH_TICKETS").ok().and_then(|text| text.parse().ok()).unwrap_or(200);
    let mut runs: BTreeMap<&str, Option<[Run; 2]>> = BTreeMap::new();
    let both = |make: &dyn Fn() -> Box<dyn Prints>| -> Result<[Run; 2]> {
        Ok([run(&mut *make(), tickets, false)?, run(&mut *make(), tickets, true)?])
    };
    eprintln!("Comanda, {tickets} tickets…");
    runs.insert("Comanda", Some(both(&|| Box::<comanda::Comanda>::default())?));
    eprintln!("python-escpos…");
    let python = python::installed();
    runs.insert(
        "python-escpos",
        match &python {
            Some(python) => Some(both(&|| Box::new(python::PythonEscpos::new(python.clone())))?),
            None => None,
        },
    );
    eprintln!("CUPS…");
    runs.insert(
        "CUPS raw queue",
        match cups::is_installed() {
            true => Some(both(&|| Box::<cups::RawQueue>::default())?),
            false => None,
        },
    );
    eprintln!("orders at fifty a second…");
    let paced = comanda::first_bytes(tickets)?;
    let text = report::text(tickets, &runs, &paced);
    println!("{text}");
    if write {
        std::fs::write("docs/benchmarks-printing.md", &text).context("write docs/benchmarks-printing.md")?;
    }
    Ok(())
}
