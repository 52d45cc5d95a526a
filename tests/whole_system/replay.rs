//! *An acknowledged action is never lost, never doubled*: a real restaurant's 1,834 orders, while the daemon is killed
//! again and again.
//!
//! `COMANDA_KILLS` says how often (12; 100 with `COMANDA_LONG`), `COMANDA_SEED` repeats a run's choice of moments. That it can fail
//! was tried on a stand-in daemon with planted faults: a job forgotten or not marked after a kill, a key not remembered, a cent
//! too much, a choice left out.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use comanda_tests::branch::{Branch, place_until_acknowledged};
use comanda_tests::chipotle::{Chipotle, ExpectedRow, Order, Station};
use comanda_tests::client::idempotency_key;
use comanda_tests::printer::{Answers, Conduct, EmulatedPrinter};
use comanda_tests::random::Random;
use comanda_tests::ticket::{Kind, PrintedTicket};
use serde_json::Value;

const CLIENTS: usize = 8;
/// A client goes on trying as long as no restart takes this long.
const CLIENT_PATIENCE: Duration = Duration::from_secs(60);
const PRINT_PATIENCE: Duration = Duration::from_secs(90);
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// An order of the file with its acknowledgement.
type Acknowledged<'a> = Vec<(&'a Order, Value)>;

#[test]
fn every_order_of_a_real_restaurant_survives_kills_at_any_moment_exactly_once_and_to_the_cent() {
    let kills = kills_of_this_run();
    let seed = Random::seed_of_this_run();
    println!("COMANDA_SEED={seed} COMANDA_KILLS={kills}");

    let chipotle = Chipotle::read().unwrap();
    let printers = Station::ALL.map(|station| (station, EmulatedPrinter::start(Answers::Processes).unwrap()));
    let stations: Vec<_> = printers.iter().map(|(station, printer)| (station.id(), printer)).collect();
    let mut branch = Branch::open(&chipotle.catalog(), &stations).unwrap();

    let mut killer = Killer { printers: &printers, random: Random::seeded(seed), kills };
    let acknowledged = send_all(&mut branch, &chipotle, &mut killer);
    branch.wait_until_printed(PRINT_PATIENCE).unwrap();
    let kept = branch.orders().unwrap();
    let failed_jobs = branch.print_jobs("failed").unwrap();
    let stopped = branch.daemon.terminate(STOP_PATIENCE).unwrap();

    assert!(stopped.success(), "after SIGTERM the daemon ended with {stopped}");
    assert_eq!(failed_jobs, Vec::<Value>::new());
    every_order_is_kept_once_and_to_the_cent(&acknowledged, &kept);
    numbers_have_no_gap(&kept);
    for (station, printer) in &printers {
        every_line_is_on_paper_once(*station, &acknowledged, &printer.tickets(), kills);
    }
    branch.daemon.call(["journal", "verify"]).unwrap();
    branch.daemon.call(["journal", "replay", "--check"]).unwrap();
}

fn kills_of_this_run() -> usize {
    let usual = if std::env::var_os("COMANDA_LONG").is_some() { 100 } else { 12 };
    std::env::var("COMANDA_KILLS").map_or(usual, |text| text.parse().unwrap())
}

/// Eight points of sale send the orders; meanwhile, and while the last tickets are printed, the daemon dies again and again.
fn send_all<'a>(branch: &mut Branch, chipotle: &'a Chipotle, killer: &mut Killer<'_>) -> Acknowledged<'a> {
    let orders = &chipotle.orders;
    let run = killer.random.bits();
    let sent = AtomicUsize::new(0);
    let arrived = AtomicUsize::new(0);
    let clients: Vec<_> = (0..CLIENTS).map(|_| branch.client()).collect();

    std::thread::scope(|scope| {
        let tills = clients.into_iter().map(|mut client| {
            let (sent, arrived) = (&sent, &arrived);
            scope.spawn(move || {
                let mut acknowledged = Vec::new();
                while let Some(order) = orders.get(sent.fetch_add(1, Ordering::Relaxed)) {
                    let number = place_in_file(orders, order);
                    let key = idempotency_key(run, number);
                    let answer = place_until_acknowledged(&mut client, &key, &order.body, CLIENT_PATIENCE).unwrap();
                    acknowledged.push((order, answer));
                    arrived.fetch_add(1, Ordering::Relaxed);
                }
                acknowledged
            })
        });
        let tills: Vec<_> = tills.collect();

        for moment in killer.moments(orders.len()) {
            while arrived.load(Ordering::Relaxed) < moment && !tills.iter().all(|till| till.is_finished()) {
                std::thread::sleep(Duration::from_millis(1));
            }
            killer.strike(branch, Duration::from_millis(30));
        }
        let acknowledged = tills.into_iter().flat_map(|till| till.join().unwrap()).collect();
        (0..killer.while_printing()).for_each(|_| killer.strike(branch, Duration::from_millis(300)));
        acknowledged
    })
}

/// Its place in the file: the key of a request must be the same whoever repeats it.
fn place_in_file(orders: &[Order], order: &Order) -> u64 {
    let place = orders.iter().position(|other| std::ptr::eq(order, other)).unwrap();
    u64::try_from(place).unwrap()
}

/// Ends the daemon at random moments, by itself or together with the printers.
struct Killer<'a> {
    printers: &'a [(Station, EmulatedPrinter)],
    random: Random,
    kills: usize,
}

impl Killer<'_> {
    /// Kills kept for after the last order, while tickets are still printed.
    fn while_printing(&self) -> usize {
        self.kills.min(2)
    }

    /// After how many acknowledged orders the other kills come.
    fn moments(&mut self, orders: usize) -> Vec<usize> {
        let orders = u64::try_from(orders).unwrap();
        let mut moments: Vec<_> = (self.while_printing()..self.kills).map(|_| self.random.below(orders)).collect();
        moments.sort_unstable();
        moments.into_iter().map(|moment| usize::try_from(moment).unwrap()).collect()
    }

    /// Half of the time the power goes for all: the printers lose what they have not read. Otherwise only the daemon dies,
    /// and what it had handed to the system is printed.
    fn strike(&mut self, branch: &mut Branch, within: Duration) {
        self.pause(within);
        if self.random.below(2) == 0 {
            self.all_printers(Conduct::Stall);
            self.pause(Duration::from_millis(20));
            self.all_printers(Conduct::Refuse);
        }
        branch.daemon.kill().unwrap();
        self.all_printers(Conduct::Orderly);
        branch.daemon.start().unwrap();
    }

    fn all_printers(&self, conduct: Conduct) {
        self.printers.iter().for_each(|(_, printer)| printer.behave(conduct).unwrap());
    }

    fn pause(&mut self, within: Duration) {
        let micros = u64::try_from(within.as_micros()).unwrap();
        std::thread::sleep(Duration::from_micros(self.random.below(micros)));
    }
}

fn every_order_is_kept_once_and_to_the_cent(acknowledged: &Acknowledged<'_>, kept: &[Value]) {
    let kept_totals: BTreeMap<_, _> = kept.iter().map(|order| (text(order, "id"), amount(order))).collect();
    let acknowledged_totals: BTreeMap<_, _> =
        acknowledged.iter().map(|(order, answer)| (text(answer, "id"), order.total)).collect();
    assert_eq!(acknowledged_totals.len(), acknowledged.len(), "two orders were answered with the same id");
    assert_eq!(kept_totals.len(), kept.len(), "an order is listed twice");
    assert!(kept_totals == acknowledged_totals, "{}", first_difference(&acknowledged_totals, &kept_totals));
    for (order, answer) in acknowledged {
        assert_eq!(amount(answer), order.total, "{answer}");
        let lines = answer["lines"].as_array().unwrap();
        let quantities: Vec<_> = lines.iter().map(|line| line["quantity"].as_u64().unwrap()).collect();
        let expected: Vec<_> = order.rows.iter().map(|row| u64::from(row.quantity)).collect();
        assert_eq!(quantities, expected, "{answer}");
    }
}

fn first_difference(expected: &BTreeMap<&str, i64>, kept: &BTreeMap<&str, i64>) -> String {
    let ids: BTreeSet<_> = expected.keys().chain(kept.keys()).collect();
    let different = ids.into_iter().find(|id| expected.get(**id) != kept.get(**id));
    different.map_or_else(String::new, |id| {
        format!("order {id}: expected {:?}, kept {:?} (in cents)", expected.get(*id), kept.get(*id))
    })
}

fn numbers_have_no_gap(kept: &[Value]) {
    for (field, what) in [("number", "number"), ("consecutive", "consecutive")] {
        let parts = kept.iter().map(|order| text(order, field).rsplit_once('-').unwrap());
        let series: BTreeSet<_> = parts.clone().map(|(series, _)| series).collect();
        assert_eq!(series.len(), 1, "{what}: {series:?}");
        let numbers: BTreeSet<usize> = parts.map(|(_, number)| number.parse().unwrap()).collect();
        assert!(numbers.iter().copied().eq(1..=kept.len()), "{what} has a gap or a double: {numbers:?}");
    }
}

/// On the station's paper every order stands with all its rows: on one unmarked ticket, or, where a kill made it uncertain,
/// on marked ones as well or instead.
fn every_line_is_on_paper_once(
    station: Station,
    acknowledged: &Acknowledged<'_>,
    tickets: &[PrintedTicket],
    kills: usize,
) {
    let expected: BTreeMap<_, _> = acknowledged
        .iter()
        .map(|(order, answer)| (text(answer, "number"), rows_of(station, order)))
        .filter(|(_, rows)| !rows.is_empty())
        .collect();
    let (complete, torn): (Vec<_>, Vec<_>) = tickets.iter().partition(|ticket| ticket.complete);
    let marked = complete.iter().filter(|ticket| ticket.marked_duplicate).count();
    println!("{}: {} tickets, {marked} marked, {} torn", station.id(), complete.len(), torn.len());

    for ticket in &complete {
        let rows = expected.get(ticket.number.as_str());
        let rows = rows.unwrap_or_else(|| panic!("nobody ordered this of {}:\n{}", station.id(), ticket.picture()));
        assert_eq!(&rows_on(station, ticket), rows, "\n{}", ticket.picture());
        assert_eq!((ticket.kind, ticket.reprint), (Kind::New, false), "\n{}", ticket.picture());
        assert_eq!(ticket.station, station.name().to_uppercase());
        assert!(ticket.unplaced.is_empty(), "{:?} on\n{}", ticket.unplaced, ticket.picture());
        assert!(ticket.piece.blemishes.is_empty(), "{:?} on\n{}", ticket.piece.blemishes, ticket.picture());
    }

    for number in expected.keys() {
        let of_order: Vec<_> = complete.iter().filter(|ticket| ticket.number == *number).collect();
        let unmarked = of_order.iter().filter(|ticket| !ticket.marked_duplicate).count();
        assert!(unmarked <= 1, "{number} came {unmarked} times unmarked to {}", station.id());
        assert!(!of_order.is_empty(), "{number} never came to {}", station.id());
    }
    // A printer has one job in flight: a kill makes one ticket of each printer uncertain.
    assert!(marked <= kills, "{marked} marked tickets at {} for {kills} kills", station.id());
    assert!(torn.len() <= kills, "{} torn tickets at {} for {kills} kills", torn.len(), station.id());
}

fn rows_of(station: Station, order: &Order) -> Vec<ExpectedRow> {
    order.rows.iter().filter(|row| row.station == station).cloned().collect()
}

fn rows_on(station: Station, ticket: &PrintedTicket) -> Vec<ExpectedRow> {
    let rows = ticket.lines.iter().map(|line| ExpectedRow {
        station,
        quantity: line.quantity,
        name: line.name.clone(),
        modifiers: line.modifiers.clone(),
    });
    rows.collect()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}"))
}

fn amount(order: &Value) -> i64 {
    order["total"].as_i64().unwrap_or_else(|| panic!("no total in {order}"))
}
