//! *Never waits for anything outside the box*: what one bad printer does to everybody else, which is nothing, and what
//! becomes of its tickets, which is everything.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::time::{Duration, Instant};

use comanda_tests::branch::Branch;
use comanda_tests::client::{Client, idempotency_key};
use comanda_tests::menu;
use comanda_tests::printer::{Answers, Conduct, EmulatedPrinter};
use comanda_tests::ticket::PrintedTicket;
use serde_json::Value;

/// Few enough that a printer which comes back may print them all without asking a person (ten, by `design/printing.md`).
const ORDERS: u64 = 6;
/// An order is accepted in milliseconds; on a loaded machine in a debug build, surely before any printer's deadline.
const AT_ONCE: Duration = Duration::from_secs(1);
/// A printer may be in its longest back-off or its breaker open.
const PATIENCE: Duration = Duration::from_secs(100);

/// A branch with a printer at each of two stations.
struct Kitchen {
    branch: Branch,
    grill: EmulatedPrinter,
    bar: EmulatedPrinter,
    till: Client,
    requests: u64,
}

impl Kitchen {
    fn open() -> Self {
        let [grill, bar] = [(); 2].map(|()| EmulatedPrinter::start(Answers::Processes).unwrap());
        let branch = Branch::open(&menu::catalog(), &[(menu::GRILL, &grill), (menu::BAR, &bar)]).unwrap();
        let till = branch.client();
        Self { branch, grill, bar, till, requests: 0 }
    }

    /// Orders and says the number; the order must be accepted at once.
    fn order(&mut self, body: &Value) -> String {
        self.requests += 1;
        let begun = Instant::now();
        let answer = self.till.post("/api/v1/orders", &idempotency_key(1, self.requests), body).unwrap();
        assert_eq!(answer.status, 201, "{answer}");
        assert!(begun.elapsed() < AT_ONCE, "the order waited {:?}", begun.elapsed());
        answer.json().unwrap()["number"].as_str().unwrap().to_owned()
    }

    fn order_dishes(&mut self) -> Vec<String> {
        (0..ORDERS).map(|_| self.order(&menu::one_dish())).collect()
    }

    fn order_drinks(&mut self) -> Vec<String> {
        (0..ORDERS).map(|_| self.order(&menu::one_drink())).collect()
    }
}

fn wait_for(printer: &EmulatedPrinter, number: &str, patience: Duration) -> PrintedTicket {
    let ticket = printer.wait_for(patience, |ticket| ticket.number == number && ticket.complete);
    ticket.unwrap_or_else(|| panic!("{number} did not come; what came: {:#?}", pictures(printer)))
}

fn pictures(printer: &EmulatedPrinter) -> Vec<String> {
    printer.tickets().iter().map(PrintedTicket::picture).collect()
}

fn of_order<'a>(tickets: &'a [PrintedTicket], number: &str) -> Vec<&'a PrintedTicket> {
    tickets.iter().filter(|ticket| ticket.number == number).collect()
}

/// One bad printer at the grill: orders are taken at once and the bar's tickets come out; cured, the grill prints all.
fn is_felt_by_nobody_else(conduct: Conduct) {
    let mut kitchen = Kitchen::open();
    kitchen.grill.behave(conduct).unwrap();
    let dishes = kitchen.order_dishes();
    let drinks = kitchen.order_drinks();
    for drink in &drinks {
        let ticket = wait_for(&kitchen.bar, drink, Duration::from_secs(5));
        assert!(!ticket.marked_duplicate, "\n{}", ticket.picture());
    }

    kitchen.grill.behave(Conduct::Orderly).unwrap();
    for dish in &dishes {
        wait_for(&kitchen.grill, dish, PATIENCE);
    }
    kitchen.branch.wait_until_printed(PATIENCE).unwrap();
    let tickets = kitchen.grill.tickets();
    for dish in &dishes {
        let whole = of_order(&tickets, dish).into_iter().filter(|ticket| ticket.complete);
        let unmarked = whole.filter(|ticket| !ticket.marked_duplicate).count();
        assert!(unmarked <= 1, "{dish} came {unmarked} times unmarked: {:#?}", pictures(&kitchen.grill));
    }
}

#[test]
fn a_dead_printer_is_felt_by_nobody_else_and_its_tickets_come_later_unmarked() {
    let mut kitchen = Kitchen::open();
    kitchen.grill.behave(Conduct::Refuse).unwrap();
    let dishes = kitchen.order_dishes();
    let drinks = kitchen.order_drinks();
    for drink in &drinks {
        wait_for(&kitchen.bar, drink, Duration::from_secs(5));
    }

    kitchen.grill.behave(Conduct::Orderly).unwrap();
    for dish in &dishes {
        wait_for(&kitchen.grill, dish, PATIENCE);
    }
    kitchen.branch.wait_until_printed(PATIENCE).unwrap();
    let came: Vec<_> =
        kitchen.grill.tickets().iter().map(|ticket| (ticket.number.clone(), ticket.marked_duplicate)).collect();
    let expected: Vec<_> = dishes.into_iter().map(|dish| (dish, false)).collect();
    assert_eq!(came, expected);
}

#[test]
fn a_stalled_printer_is_felt_by_nobody_else() {
    is_felt_by_nobody_else(Conduct::Stall);
}

#[test]
fn a_printer_that_resets_is_felt_by_nobody_else() {
    is_felt_by_nobody_else(Conduct::ResetAfter(60));
}

#[test]
fn a_slow_printer_is_felt_by_nobody_else_and_prints_each_ticket_once_and_unmarked() {
    let mut kitchen = Kitchen::open();
    kitchen.grill.behave(Conduct::Slow(200)).unwrap();
    let dishes = kitchen.order_dishes();
    for drink in kitchen.order_drinks() {
        wait_for(&kitchen.bar, &drink, Duration::from_secs(5));
    }
    for dish in &dishes {
        wait_for(&kitchen.grill, dish, PATIENCE);
    }
    kitchen.branch.wait_until_printed(PATIENCE).unwrap();
    let tickets = kitchen.grill.tickets();
    let came: Vec<_> = tickets.iter().map(|ticket| (ticket.number.clone(), ticket.marked_duplicate)).collect();
    let expected: Vec<_> = dishes.into_iter().map(|dish| (dish, false)).collect();
    assert_eq!(came, expected, "{:#?}", pictures(&kitchen.grill));
}

#[test]
fn a_ticket_torn_in_the_middle_comes_again_whole_and_marked() {
    let mut kitchen = Kitchen::open();
    kitchen.grill.behave(Conduct::ResetAfter(60)).unwrap();
    let dish = kitchen.order(&menu::one_dish());
    kitchen.grill.wait_for(PATIENCE, |ticket| !ticket.complete).unwrap();
    kitchen.grill.behave(Conduct::Orderly).unwrap();

    let again = wait_for(&kitchen.grill, &dish, PATIENCE);
    assert!(again.marked_duplicate, "\n{}", again.picture());
    assert_eq!(again.lines[0].name, "Salchipapa");
    assert_eq!(again.piece.blemishes, Vec::<String>::new(), "\n{}", again.picture());
    kitchen.branch.wait_until_printed(PATIENCE).unwrap();
    let tickets = kitchen.grill.tickets();
    let whole = tickets.iter().filter(|ticket| ticket.complete).count();
    assert_eq!(whole, 1, "{:#?}", pictures(&kitchen.grill));
}

#[test]
fn a_printer_that_answers_nothing_prints_all_the_same() {
    let mute = EmulatedPrinter::start(Answers::Nothing).unwrap();
    let branch = Branch::open(&menu::catalog(), &[(menu::GRILL, &mute)]).unwrap();
    let answer = branch.client().post("/api/v1/orders", &idempotency_key(1, 1), &menu::four_dishes()).unwrap();
    assert_eq!(answer.status, 201, "{answer}");
    let order = answer.json().unwrap();
    assert_eq!(order["total"].as_i64(), Some(menu::FOUR_DISHES_TOTAL), "{order}");

    let ticket = wait_for(&mute, order["number"].as_str().unwrap(), PATIENCE);
    let names: Vec<_> =
        ticket.lines.iter().map(|line| (line.quantity, line.name.as_str(), line.modifiers.join(", "))).collect();
    let expected = [
        (2, "Salchipapa", "queso extra, SIN cebolla".to_owned()),
        (1, "Hamburguesa", "queso extra".to_owned()),
        (1, "Perro", String::new()),
        (1, "Alitas", "SIN cebolla".to_owned()),
    ];
    assert_eq!(names, expected, "\n{}", ticket.picture());
    branch.wait_until_printed(PATIENCE).unwrap();
    assert_eq!(mute.tickets().len(), 1);
}
