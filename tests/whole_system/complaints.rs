//! What restaurants complain about when they speak of printers, each as a test: the real program, printers that misbehave
//! as real ones do, and what a cook would find on the paper.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod strange_devices;

use std::time::{Duration, Instant};

use comanda_tests::branch::Branch;
use comanda_tests::client::{Client, idempotency_key};
use comanda_tests::daemon::Daemon;
use comanda_tests::menu;
use comanda_tests::printer::{Answers, Conduct, EmulatedPrinter};
use comanda_tests::ticket::PrintedTicket;
use serde_json::{Value, json};

/// Nothing here takes longer: a back-off and a hand-over.
const PATIENCE: Duration = Duration::from_secs(45);
/// In which nothing more happens that has not.
const A_WHILE: Duration = Duration::from_secs(3);

/// A branch whose grill has a printer that another stands in for, or none.
struct Kitchen {
    branch: Branch,
    grill: EmulatedPrinter,
    bar: EmulatedPrinter,
    till: Client,
    requests: u64,
}

impl Kitchen {
    fn with_backup() -> Self {
        Self::open(&["--fallback", "Barra"])
    }

    fn without_backup() -> Self {
        Self::open(&[])
    }

    fn open(fallback: &[&str]) -> Self {
        let [grill, bar] = [(); 2].map(|()| EmulatedPrinter::start(Answers::Processes).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let daemon = Daemon::beside_this_program(folder.path()).unwrap();
        let branch = Branch::open_with(daemon, folder, &menu::catalog(), &[]).unwrap();
        branch.daemon.call(["printer", "add", "Barra", &bar.uri(), "--station", menu::BAR]).unwrap();
        let grills = ["printer", "add", "Plancha", &grill.uri(), "--station", menu::GRILL];
        match fallback {
            [flag, name] => {
                let [a, b, c, d, e, f] = grills;
                branch.daemon.call([a, b, c, d, e, f, flag, name]).unwrap();
            }
            _ => drop(branch.daemon.call(grills).unwrap()),
        }
        let till = branch.client();
        Self { branch, grill, bar, till, requests: 0 }
    }

    fn post(&mut self, path: &str, body: &Value) -> Value {
        self.requests += 1;
        let answer = self.till.post(path, &idempotency_key(7, self.requests), body).unwrap();
        assert!(matches!(answer.status, 200 | 201), "{answer}");
        answer.json().unwrap()
    }

    fn get(&mut self, path: &str) -> Value {
        self.till.get(path).unwrap().json().unwrap()
    }

    fn order_dish(&mut self) -> String {
        self.post("/api/v1/orders", &menu::one_dish())["number"].as_str().unwrap().to_owned()
    }

    /// The grill has printed something, and is known by what it answers.
    fn warm_up(&mut self) {
        let number = self.order_dish();
        comes_out(&self.grill, &number);
        self.branch.wait_until_printed(PATIENCE).unwrap();
    }

    /// The kinds of the alerts that are open.
    fn alerts(&mut self) -> Vec<String> {
        let alerts = self.get("/api/v1/alerts");
        let kinds = alerts["items"].as_array().unwrap().iter().map(|alert| alert["kind"].as_str().unwrap().to_owned());
        kinds.collect()
    }

    /// Waits until it is so.
    fn until(&mut self, what: &str, is_so: impl Fn(&mut Self) -> bool) {
        let began = Instant::now();
        while !is_so(self) {
            assert!(began.elapsed() < PATIENCE, "it did not come to this: {what}; alerts: {:?}", self.alerts());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn until_alerted(&mut self, kind: &str) {
        self.until(kind, |kitchen| kitchen.alerts().iter().any(|open| open == kind));
    }

    fn until_calm(&mut self) {
        self.until("no alert is open", |kitchen| kitchen.alerts().is_empty());
    }

    fn jobs(&mut self, status: &str) -> Vec<Value> {
        self.get(&format!("/api/v1/print/jobs?status={status}"))["items"].as_array().unwrap().clone()
    }
}

fn comes_out(printer: &EmulatedPrinter, number: &str) -> PrintedTicket {
    let ticket = printer.wait_for(PATIENCE, |ticket| ticket.number == number && ticket.complete);
    ticket.unwrap_or_else(|| panic!("{number} did not come; what came: {:#?}", pictures(printer)))
}

fn pictures(printer: &EmulatedPrinter) -> Vec<String> {
    printer.tickets().iter().map(PrintedTicket::picture).collect()
}

/// How often a ticket came out whole and without a word that it may be there twice.
fn unmarked(printers: &[&EmulatedPrinter], number: &str) -> usize {
    let tickets = printers.iter().flat_map(|printer| printer.tickets());
    tickets.filter(|ticket| ticket.number == number && ticket.complete && !ticket.marked_duplicate).count()
}

fn is_backup(ticket: &PrintedTicket) -> bool {
    ticket.bands.iter().any(|band| band.contains("RESPALDO DE Plancha"))
}

#[test]
fn tickets_are_not_lost_when_the_printer_is_off_and_another_stands_in_for_it() {
    let mut kitchen = Kitchen::with_backup();
    kitchen.grill.behave(Conduct::Refuse).unwrap();
    let number = kitchen.order_dish();
    kitchen.until_alerted("ticket.endangered");
    let ticket = comes_out(&kitchen.bar, &number);
    assert!(is_backup(&ticket) && !ticket.marked_duplicate, "\n{}", ticket.picture());
    kitchen.until_alerted("printer.down");

    kitchen.grill.behave(Conduct::Orderly).unwrap();
    let next = kitchen.order_dish();
    kitchen.branch.wait_until_printed(PATIENCE).unwrap();
    std::thread::sleep(A_WHILE);
    assert_eq!(unmarked(&[&kitchen.grill, &kitchen.bar], &number), 1, "it came once");
    assert_eq!(unmarked(&[&kitchen.grill, &kitchen.bar], &next), 1);
    assert!(kitchen.jobs("rerouted").len() <= 2 && !kitchen.alerts().contains(&"ticket.endangered".to_owned()));
}

#[test]
fn a_stalled_printer_prints_no_ghosts_of_tickets_that_came_out_elsewhere() {
    let mut kitchen = Kitchen::with_backup();
    kitchen.warm_up();
    kitchen.grill.behave(Conduct::Stall).unwrap();
    let numbers = [kitchen.order_dish(), kitchen.order_dish(), kitchen.order_dish()];
    for number in &numbers {
        let ticket = comes_out(&kitchen.bar, number);
        assert!(is_backup(&ticket) && !ticket.marked_duplicate, "\n{}", ticket.picture());
    }
    kitchen.grill.behave(Conduct::Orderly).unwrap();
    std::thread::sleep(A_WHILE);
    for number in &numbers {
        assert_eq!(unmarked(&[&kitchen.grill, &kitchen.bar], number), 1, "{:#?}", pictures(&kitchen.grill));
    }
}

#[test]
fn a_printer_whose_paper_ends_in_a_ticket_finishes_it_with_the_new_roll_and_nobody_prints_it_again() {
    let mut kitchen = Kitchen::with_backup();
    kitchen.warm_up();
    kitchen.grill.behave(Conduct::PaperEnds(3)).unwrap();
    let number = kitchen.order_dish();
    kitchen.until_alerted("printer.paper_out");
    let [job] = &kitchen.jobs("sent")[..] else { panic!("the printer has all of it") };
    assert_eq!(job["error"], "sin papel: termina al cambiar el rollo");
    // Longer than a ticket that never left would wait for another printer.
    std::thread::sleep(Duration::from_secs(10));
    kitchen.grill.behave(Conduct::Orderly).unwrap();
    let ticket = comes_out(&kitchen.grill, &number);
    assert!(!ticket.marked_duplicate, "\n{}", ticket.picture());
    kitchen.branch.wait_until_printed(PATIENCE).unwrap();
    kitchen.until_calm();
    assert_eq!(unmarked(&[&kitchen.grill, &kitchen.bar], &number), 1);
    assert!(kitchen.bar.tickets().is_empty(), "{:#?}", pictures(&kitchen.bar));
}

#[test]
fn a_printer_with_its_cover_open_is_sent_nothing_and_prints_when_it_is_closed() {
    let mut kitchen = Kitchen::without_backup();
    kitchen.warm_up();
    kitchen.grill.behave(Conduct::CoverOpen).unwrap();
    let number = kitchen.order_dish();
    kitchen.until_alerted("printer.cover_open");
    let printers = kitchen.get("/api/v1/settings/printers");
    let grill =
        printers["items"].as_array().unwrap().iter().find(|printer| printer["name"] == "Plancha").unwrap().clone();
    assert_eq!((&grill["status"], &grill["status_text"]), (&json!("cover_open"), &json!("Tapa abierta")), "{grill}");
    kitchen.grill.behave(Conduct::Orderly).unwrap();
    comes_out(&kitchen.grill, &number);
    kitchen.branch.wait_until_printed(PATIENCE).unwrap();
    kitchen.until_calm();
    assert_eq!(unmarked(&[&kitchen.grill], &number), 1);
}

#[test]
fn a_printer_that_loses_a_ticket_in_silence_gets_it_again_marked() {
    let mut kitchen = Kitchen::without_backup();
    kitchen.warm_up();
    kitchen.grill.behave(Conduct::Loses).unwrap();
    let number = kitchen.order_dish();
    kitchen.until("it is being sent", |kitchen| !kitchen.jobs("sending").is_empty());
    std::thread::sleep(A_WHILE);
    kitchen.grill.behave(Conduct::Orderly).unwrap();
    let began = Instant::now();
    let ticket = kitchen.grill.wait_for(Duration::from_secs(90), |ticket| ticket.number == number && ticket.complete);
    let ticket = ticket.unwrap_or_else(|| panic!("{number} was lost: {:?}", kitchen.branch.daemon.log_tail()));
    assert!(ticket.marked_duplicate, "after {:?}\n{}", began.elapsed(), ticket.picture());
}

#[test]
fn a_slow_printer_at_lunch_raises_no_false_alarm() {
    let mut kitchen = Kitchen::without_backup();
    kitchen.warm_up();
    let length = kitchen.grill.tickets()[0].raw().len();
    // Up to four seconds a ticket (it reads whole bytes each hundredth of a second), ten tickets a minute.
    kitchen.grill.behave(Conduct::Slow((length / 4).next_multiple_of(100))).unwrap();
    let mut alarms = Vec::new();
    let mut numbers = Vec::new();
    for _ in 0..4 {
        numbers.push(kitchen.order_dish());
        for _ in 0..60 {
            std::thread::sleep(Duration::from_millis(100));
            alarms.extend(kitchen.alerts());
        }
    }
    kitchen.branch.wait_until_printed(PATIENCE).unwrap();
    assert!(alarms.is_empty(), "{alarms:?}");
    for number in numbers {
        assert_eq!(unmarked(&[&kitchen.grill], &number), 1, "{number}");
    }
}

#[test]
fn a_dead_printer_is_never_unseen_and_what_nobody_can_print_is_told_by_hand() {
    let mut kitchen = Kitchen::without_backup();
    kitchen.grill.behave(Conduct::Refuse).unwrap();
    let ordered = Instant::now();
    let number = kitchen.order_dish();
    kitchen.until_alerted("ticket.endangered");
    assert!(ordered.elapsed() < Duration::from_secs(8), "the alarm took {:?}", ordered.elapsed());
    kitchen.until_alerted("ticket.by_hand");
    let alerts = kitchen.get("/api/v1/alerts");
    let by_hand = alerts["items"].as_array().unwrap().iter().find(|alert| alert["kind"] == "ticket.by_hand").unwrap();
    assert!(by_hand["message"].as_str().unwrap().contains(&number), "{by_hand}");
    let (id, ticket) = (by_hand["id"].as_str().unwrap().to_owned(), by_hand["ticket"].as_str().unwrap().to_owned());
    let pdf = kitchen.branch.daemon.data().join("by-hand").join(format!("{ticket}.pdf"));
    kitchen.until("its PDF is there", |_| pdf.exists());
    assert!(std::fs::read(&pdf).unwrap().starts_with(b"%PDF-1.4"));

    let taken = kitchen.post(&format!("/api/v1/alerts/{id}/take"), &Value::Null);
    assert_eq!(taken["taken_by"], "script");
    assert!(taken["closed_at"].is_string(), "{taken}");
    kitchen.grill.behave(Conduct::Orderly).unwrap();
    kitchen.until("nothing waits", |kitchen| kitchen.jobs("queued").is_empty());
    std::thread::sleep(A_WHILE);
    assert!(kitchen.grill.tickets().is_empty(), "the cook knows: {:#?}", pictures(&kitchen.grill));
}

#[test]
fn a_clone_that_names_no_job_prints_once_and_is_asked_nothing_that_it_would_print() {
    let clone = EmulatedPrinter::start(Answers::Status).unwrap();
    let branch = Branch::open(&menu::catalog(), &[(menu::GRILL, &clone)]).unwrap();
    let answer = branch.client().post("/api/v1/orders", &idempotency_key(1, 1), &menu::one_dish()).unwrap();
    let number = answer.json().unwrap()["number"].as_str().unwrap().to_owned();
    let ticket = comes_out(&clone, &number);
    assert!(ticket.piece.blemishes.is_empty(), "\n{}", ticket.picture());
    branch.wait_until_printed(PATIENCE).unwrap();
    let [job] = &branch.print_jobs("printed").unwrap()[..] else { panic!("one job") };
    assert_eq!(job["proof"], "answered");
    assert!(!ticket.raw().windows(3).any(|part| part == b"\x1d(H"), "a clone prints what it does not know");
}

#[test]
fn a_printer_can_be_paused_a_job_sent_elsewhere_and_a_test_page_printed() {
    let mut kitchen = Kitchen::without_backup();
    kitchen.warm_up();
    let printers = kitchen.get("/api/v1/settings/printers");
    let named = |name: &str| {
        let printers = printers["items"].as_array().unwrap();
        printers.iter().find(|printer| printer["name"] == name).unwrap()["id"].as_str().unwrap().to_owned()
    };
    let (grill, bar) = (named("Plancha"), named("Barra"));
    kitchen.post(&format!("/api/v1/printers/{grill}/pause"), &Value::Null);
    let number = kitchen.order_dish();
    std::thread::sleep(Duration::from_secs(1));
    let [job] = &kitchen.jobs("queued")[..] else { panic!("it waits") };
    let job = job["id"].as_str().unwrap().to_owned();
    kitchen.post(&format!("/api/v1/print/jobs/{job}/reroute"), &json!({"printer": bar}));
    assert!(is_backup(&comes_out(&kitchen.bar, &number)));
    let second = kitchen.order_dish();
    kitchen.post(&format!("/api/v1/printers/{grill}/resume"), &Value::Null);
    comes_out(&kitchen.grill, &second);
    kitchen.post(&format!("/api/v1/printers/{grill}/test"), &Value::Null);
    let page = kitchen.grill.wait_for(PATIENCE, |ticket| ticket.picture().contains("PRUEBA"));
    assert!(page.is_some(), "{:#?}", pictures(&kitchen.grill));
    assert_eq!(unmarked(&[&kitchen.grill, &kitchen.bar], &number), 1);
}
