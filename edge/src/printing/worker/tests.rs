//! Workers over the real journal, with tiny printers at the other end of a socket.

use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::atomic::AtomicUsize;
use std::sync::mpsc::{self, Receiver};
use std::time::Instant;

use comanda_shared::event::Event;
use comanda_shared::ids::TicketId;
use comanda_shared::kitchen::{IssuedTicket, KitchenEvent, TicketStatus};
use comanda_shared::paper::{DrawerPin, PrintedDocument, TestPage};
use comanda_shared::staff::Role;
use socket2::{Domain, SockRef, Socket, Type};
use tokio::runtime::Runtime;

use super::*;
use crate::followers::Roll;
use crate::guests::Invitations;
use crate::journal::aggregates::Aggregate;
use crate::journal::tests::trial::{MENU, Trial, block_on, new_printer, placing};
use crate::kitchen::feature as feature_of_kitchen;
use crate::printing::board::Board;
use crate::printing::feature::{self, PrinterCommand, print_at_counter};
use crate::printing::job::{Job, JobStatus};
use crate::printing::paper::{Paper, PaperRow};
use crate::printing::setup::{self, NewPrinter};
use crate::printing::spooler::Spooler;
use crate::printing::surroundings::{self, Surroundings};

mod any_fault;
mod elsewhere;

/// No printer here needs longer, on however busy a machine.
const SOON: Duration = Duration::from_secs(30);

/// A branch whose workers work.
struct Shop {
    trial: Trial,
    spooler: Option<Spooler>,
    runtime: Runtime,
    board: Board,
    surroundings: Surroundings,
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shop {
    /// With the burger's printer at this address, nobody printing yet.
    fn with_printer_at(address: SocketAddr) -> Self {
        let trial = Trial::new();
        trial.import(MENU);
        trial.add_printer("Plancha", tcp(address), &["plancha"]);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        Self { trial, spooler: None, runtime, board: Board::default(), surroundings: Surroundings::default() }
    }

    fn print(&mut self) {
        let _inside = self.runtime.enter();
        let board = self.board.clone();
        let (surroundings, folder) = (self.surroundings.clone(), self.trial.data());
        self.spooler = Some(Spooler::start(
            self.trial.journal().clone(),
            folder,
            board,
            surroundings,
            Invitations::of_test(),
            Roll::default(),
        ));
    }

    fn close(&mut self) {
        if let Some(spooler) = self.spooler.take() {
            spooler.stop();
        }
    }

    fn order_burger(&self) -> TicketId {
        self.trial.order(placing(&[("burger", 1)])).unwrap();
        self.trial.entries().into_iter().rev().find_map(|entry| issued(&entry.event)).unwrap()
    }

    fn job(&self, ticket: TicketId) -> Job {
        queries::last_job_of(&self.trial.file(), ticket).unwrap().unwrap()
    }

    /// How many jobs this is true of.
    fn count(&self, condition: &str) -> i64 {
        let count = format!("SELECT count(*) FROM print_job WHERE {condition}");
        self.trial.file().query_row(&count, [], |row| row.get(0)).unwrap()
    }

    /// Waits until it is so, while the clock goes on.
    fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        self.until_at_this_hour(what, |shop| {
            shop.trial.clock.pass(SignedDuration::from_millis(50));
            is_so(shop)
        });
    }

    /// Waits until it is so, while the clock stands still.
    fn until_at_this_hour(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        self.until_within(SOON, what, is_so);
    }

    fn until_within(&self, patience: Duration, what: &str, is_so: impl Fn(&Self) -> bool) {
        let began = Instant::now();
        while !is_so(self) {
            assert!(began.elapsed() < patience, "it did not come to this: {what}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn until_printed(&self, ticket: TicketId) {
        self.until("it is printed", |shop| shop.job(ticket).status == JobStatus::Printed);
    }

    /// What the journal says became of a ticket after it was issued.
    fn fate(&self, ticket: TicketId) -> Vec<&'static str> {
        let about = self.trial.entries().into_iter().filter_map(|entry| match entry.event {
            Event::Kitchen(event) if event.ticket() == Some(ticket) => Some(event.kind()),
            _ => None,
        });
        about.skip(1).collect()
    }

    /// What came out on paper for these bytes.
    fn paper(&self, bytes: &[u8]) -> Paper {
        let printer = self.trial.journal().configuration().printers[0].clone();
        Paper::read(bytes, &crate::printing::profile_of(&printer, None))
    }
}

fn issued(event: &Event) -> Option<TicketId> {
    match event {
        Event::Kitchen(KitchenEvent::TicketIssued(issued)) => Some(issued.ticket.id),
        _ => None,
    }
}

fn tcp(address: SocketAddr) -> PrinterAddress {
    PrinterAddress::Tcp { host: address.ip().to_string(), port: address.port() }
}

/// A port at which nobody listens, and which nobody else can get.
fn switched_off() -> (Socket, SocketAddr) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    (socket, address)
}

/// The printer is there from now on and prints so many tickets, which come out of the receiver.
fn switched_on(socket: Socket, tickets: usize) -> Receiver<Vec<u8>> {
    socket.listen(8).unwrap();
    printing(socket.into(), tickets)
}

fn printing(listener: TcpListener, tickets: usize) -> Receiver<Vec<u8>> {
    let (out, tray) = mpsc::channel();
    std::thread::spawn(move || {
        for _ in 0..tickets {
            let mut ticket = Vec::new();
            let (mut line, _) = listener.accept().unwrap();
            line.read_to_end(&mut ticket).unwrap();
            // Nobody may be looking any more.
            let _ = out.send(ticket);
        }
    });
    tray
}

/// Takes a few bytes of a ticket and breaks down.
fn breaking_down(listener: &TcpListener) {
    let (mut line, _) = listener.accept().unwrap();
    line.read_exact(&mut [0; 20]).unwrap();
    SockRef::from(&line).set_linger(Some(Duration::ZERO)).unwrap();
}

#[test]
fn a_printer_that_was_off_prints_later_in_order_and_unmarked() {
    let (socket, address) = switched_off();
    let mut shop = Shop::with_printer_at(address);
    let tickets = [shop.order_burger(), shop.order_burger(), shop.order_burger()];
    shop.print();
    shop.until("it was tried twice", |shop| shop.count("failures >= 2") == 1);
    assert_eq!(shop.job(tickets[0]).attempts, 0, "no byte ever left");
    assert_eq!(shop.count("failures > 0"), 1, "the others wait behind the first");

    let tray = switched_on(socket, 3);
    tickets.iter().for_each(|ticket| shop.until_printed(*ticket));
    for (ticket, number) in tickets.into_iter().zip(["L-0001", "L-0002", "L-0003"]) {
        let lines = shop.paper(&tray.recv_timeout(SOON).unwrap()).lines();
        assert!(lines[0].starts_with(number), "{lines:?}");
        assert!(!lines.concat().contains("DUPLICADO"), "{lines:?}");
        assert_eq!(shop.fate(ticket), ["ticket.proved"]);
        assert_eq!(shop.job(ticket).attempts, 1);
    }
}

#[test]
fn a_ticket_that_was_being_sent_when_the_program_ended_is_in_doubt_and_printed_marked() {
    let (socket, address) = switched_off();
    let mut shop = Shop::with_printer_at(address);
    let ticket = shop.order_burger();
    let job = shop.job(ticket).ordinal;
    shop.trial
        .journal()
        .operate_blocking(Actor::Branch, move |step| {
            store::mark_sending(step.connection(), job, Torn { command_bytes: 4 }, step.now())
        })
        .unwrap();
    shop.trial.restart();
    let tray = switched_on(socket, 1);
    shop.print();
    shop.until_printed(ticket);
    assert_eq!(shop.fate(ticket), ["ticket.unknown", "ticket.proved"]);
    let paper = shop.paper(&tray.recv_timeout(SOON).unwrap());
    assert_eq!(paper.lines()[0].trim(), "POSIBLE DUPLICADO  intento 2");
    let first_cut = paper.rows.iter().position(|row| *row == PaperRow::Cut);
    let first_line = paper.rows.iter().position(|row| matches!(row, PaperRow::Line { .. }));
    assert!(first_cut < first_line, "whatever half a ticket there was is cut off first");
    let known = IssuedTicket::load(&shop.trial.file(), ticket.uuid()).unwrap().unwrap();
    assert_eq!(known.doubts, 1);
    assert!(matches!(known.status, TicketStatus::Proved { proof: Proof::Delivered, .. }), "{:?}", known.status);
    assert!(shop.job(ticket).possible_duplicate);
}

#[test]
fn a_printer_that_breaks_down_in_a_ticket_leaves_it_in_doubt_and_gets_it_again_marked() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut shop = Shop::with_printer_at(listener.local_addr().unwrap());
    let (ticket, next) = (shop.order_burger(), shop.order_burger());
    shop.print();
    breaking_down(&listener);
    shop.until("it is in doubt", |shop| shop.fate(ticket) == ["ticket.unknown"]);
    assert_eq!((shop.job(ticket).attempts, shop.job(next).attempts), (1, 0), "the next waits for the first");

    let tray = printing(listener, 2);
    shop.until_printed(next);
    let [first, second] = [0, 1].map(|_| shop.paper(&tray.recv_timeout(SOON).unwrap()).lines());
    assert_eq!(first[0].trim(), "POSIBLE DUPLICADO  intento 2");
    assert!(second[0].starts_with("L-0002"), "{second:?}");
    assert_eq!(shop.fate(ticket), ["ticket.unknown", "ticket.proved"]);
    assert_eq!(shop.fate(next), ["ticket.proved"]);
}

#[test]
fn a_printer_that_is_off_holds_up_no_other() {
    let (_socket, address) = switched_off();
    let mut shop = Shop::with_printer_at(address);
    shop.trial.add_printer("Barra", PrinterAddress::Virtual, &["barra"]);
    let waits = shop.order_burger();
    shop.trial.order(placing(&[("soda", 1)])).unwrap();
    let printed = shop.trial.entries().into_iter().rev().find_map(|entry| issued(&entry.event)).unwrap();
    shop.print();
    shop.until_printed(printed);
    assert_eq!(shop.fate(printed), ["ticket.proved"]);
    assert!(shop.fate(waits).is_empty());
    let kept = crate::printing::paper_file(&shop.trial.data(), shop.job(printed).id);
    assert!(shop.paper(&std::fs::read(kept).unwrap()).lines()[0].starts_with("L-0002"));
}

#[test]
fn a_ticket_that_is_asked_for_again_comes_out_again_and_says_so() {
    let (_socket, address) = switched_off();
    let mut shop = Shop::with_printer_at(address);
    shop.trial.add_printer("Barra", PrinterAddress::Virtual, &["barra"]);
    let order = shop.trial.order(placing(&[("soda", 1)])).unwrap();
    let ticket = shop.trial.entries().into_iter().rev().find_map(|entry| issued(&entry.event)).unwrap();
    shop.print();
    for times in 0..3_usize {
        shop.until("it is out", |shop| shop.count("status = 'printed'") == i64::try_from(times + 1).unwrap());
        let kept = crate::printing::paper_file(&shop.trial.data(), shop.job(ticket).id);
        let lines = shop.paper(&std::fs::read(kept).unwrap()).lines();
        let marks = if times == 0 { Vec::new() } else { vec![format!("REIMPRESIÓN {times}")] };
        assert_eq!(lines.iter().take(marks.len()).map(|line| line.trim()).collect::<Vec<_>>(), marks);
        assert!(lines[marks.len()].starts_with("L-0001"), "{lines:?}");
        let again = feature_of_kitchen::reprint(shop.trial.journal(), shop.trial.once(), Role::Cashier, order.id, None);
        block_on(again).unwrap();
    }
    let fate = shop.fate(ticket).join(" ");
    assert!(fate.starts_with("ticket.proved ticket.reprinted ticket.proved ticket.reprinted ticket.proved"), "{fate}");
}

#[test]
fn what_was_printed_stays_printed_over_a_restart() {
    let (socket, address) = switched_off();
    let tray = switched_on(socket, 2);
    let mut shop = Shop::with_printer_at(address);
    let first = shop.order_burger();
    shop.print();
    shop.until_printed(first);
    shop.close();
    shop.trial.restart();
    let second = shop.order_burger();
    shop.print();
    shop.until_printed(second);
    let printed: Vec<String> = tray.iter().map(|bytes| shop.paper(&bytes).lines()[0].clone()).collect();
    assert_eq!(printed.len(), 2);
    assert!(printed[0].starts_with("L-0001") && printed[1].starts_with("L-0002"), "{printed:?}");
}

fn test_page() -> PrintedDocument {
    PrintedDocument::TestPage(TestPage {
        printer: "Caja".to_owned(),
        address: "virtual:".to_owned(),
        stations: Vec::new(),
        at: jiff::civil::date(2026, 11, 22).at(12, 0, 0, 0),
    })
}

impl Shop {
    fn add_counter_at(&self, address: PrinterAddress) {
        setup::add(self.trial.journal(), NewPrinter { is_counter: true, ..new_printer("Caja", address, &[]) }).unwrap();
    }

    fn print_paper(&self, document: PrintedDocument) -> Option<JobId> {
        let work = move |step: &mut Step<'_>| Ok(print_at_counter(step, document));
        self.trial.journal().operate_blocking(Actor::Operator, work).unwrap()
    }

    fn job_of(&self, id: JobId) -> Job {
        queries::job_of(&self.trial.file(), id).unwrap().unwrap()
    }
}

#[test]
fn a_paper_is_printed_at_the_counter_and_nowhere_when_no_printer_stands_there() {
    let (_socket, address) = switched_off();
    let mut shop = Shop::with_printer_at(address);
    assert_eq!(shop.print_paper(test_page()), None);
    shop.add_counter_at(PrinterAddress::Virtual);
    let job = shop.print_paper(test_page()).unwrap();
    let sequence = *shop.trial.journal().committed().borrow();
    shop.print();
    shop.until("it is printed", |shop| shop.job_of(job).status == JobStatus::Printed);
    let kept = std::fs::read(crate::printing::paper_file(&shop.trial.data(), job)).unwrap();
    assert!(shop.paper(&kept).lines().concat().contains("PRUEBA"), "the page that was asked for");
    assert!(shop.trial.kinds_after(sequence).iter().all(|kind| !kind.starts_with("ticket.")), "it is no ticket");
}

#[test]
fn a_drawer_is_opened_at_once_or_not_at_all() {
    let (socket, address) = switched_off();
    let mut shop = Shop::with_printer_at(address);
    shop.add_counter_at(tcp(address));
    let late = shop.print_paper(PrintedDocument::DrawerPulse(DrawerPin::Two)).unwrap();
    shop.print();
    shop.until_at_this_hour("it was tried", |shop| shop.count("failures > 0") == 1);
    shop.trial.clock.pass(SignedDuration::from_secs(11));
    shop.until_at_this_hour("it is too late", |shop| shop.job_of(late).status == JobStatus::Failed);
    assert_eq!(shop.job_of(late).attempts, 0, "no byte of it ever left");

    // It may be left alone by now; somebody says that it is back.
    let tray = switched_on(socket, 6);
    shop.board.hurry(shop.trial.journal().configuration().counter_printer().unwrap().id);
    let page = shop.print_paper(test_page()).unwrap();
    let in_time = shop.print_paper(PrintedDocument::DrawerPulse(DrawerPin::Two)).unwrap();
    shop.until_at_this_hour("both are out", |shop| shop.count("status = 'printed'") == 2);
    assert_eq!(shop.job_of(in_time).status, JobStatus::Printed);
    assert_eq!(shop.job_of(page).status, JobStatus::Printed);
    let pulses = tray.try_iter().filter(|bytes| bytes.ends_with(&[0x1B, 0x70, 0, 0x19, 0xFA])).count();
    assert_eq!(pulses, 1);
}

#[test]
fn a_paper_in_doubt_waits_for_somebody_to_look_and_a_drawer_in_doubt_is_not_opened_again() {
    let (_socket, address) = switched_off();
    let mut shop = Shop::with_printer_at(address);
    shop.add_counter_at(PrinterAddress::Virtual);
    let page = shop.print_paper(test_page()).unwrap();
    let drawer = shop.print_paper(PrintedDocument::DrawerPulse(DrawerPin::Two)).unwrap();
    for job in [page, drawer].map(|job| shop.job_of(job).ordinal) {
        let sending = move |step: &mut Step<'_>| {
            store::mark_sending(step.connection(), job, Torn { command_bytes: 4 }, step.now())
        };
        assert!(shop.trial.journal().operate_blocking(Actor::Branch, sending).unwrap());
    }
    shop.trial.restart();
    shop.print();
    shop.until("both are looked at", |shop| shop.count("status = 'sending'") == 0);
    assert_eq!((shop.job_of(page).status, shop.job_of(drawer).status), (JobStatus::Unknown, JobStatus::Failed));
    assert!(shop.job_of(page).possible_duplicate);
}

impl Shop {
    fn printer(&self, name: &str) -> Printer {
        self.trial.journal().configuration().printer_named(name).unwrap().clone()
    }

    /// What is open, by kind.
    fn alerts(&self) -> Vec<&'static str> {
        let open = crate::alerts::queries::open(&self.trial.file()).unwrap();
        open.iter().map(|alert| alert.matter.kind().as_str()).collect()
    }

    fn command(&self, printer: &Printer, command: PrinterCommand) {
        let (id, request) = (printer.id, self.trial.once());
        let work = move |step: &mut Step<'_>| feature::command_printer(step, id, command, Actor::Operator);
        self.trial.journal().command_blocking(request, work).unwrap();
    }
}

#[test]
fn a_printer_that_is_back_after_an_hour_prints_what_is_fresh_and_asks_about_the_rest() {
    let (socket, address) = switched_off();
    let mut shop = Shop::with_printer_at(address);
    let old: Vec<TicketId> = (0..12).map(|_| shop.order_burger()).collect();
    shop.trial.clock.pass(SignedDuration::from_hours(1));
    let fresh = shop.order_burger();
    let tray = switched_on(socket, 14);
    shop.print();
    shop.until_printed(fresh);
    assert!(shop.alerts().contains(&"queue.held"), "{:?}", shop.alerts());
    assert!(old.iter().all(|ticket| shop.job(*ticket).status == JobStatus::Held));
    let came_out = || tray.try_iter().filter(|bytes| !shop.paper(bytes).lines().is_empty()).count();
    assert_eq!(came_out(), 1, "the paper is not spat");

    let plancha = shop.printer("Plancha");
    shop.command(&plancha, PrinterCommand::PrintHeld);
    shop.until_printed(old[11]);
    assert_eq!(came_out(), 12);
    shop.until("nobody is asked any more", |shop| shop.alerts().is_empty());
}

#[test]
fn what_is_held_and_discarded_is_never_printed_and_the_journal_says_who_did_it() {
    let (socket, address) = switched_off();
    let mut shop = Shop::with_printer_at(address);
    let old = shop.order_burger();
    shop.trial.clock.pass(SignedDuration::from_hours(1));
    let fresh = shop.order_burger();
    let _tray = switched_on(socket, 3);
    shop.print();
    shop.until_printed(fresh);
    shop.command(&shop.printer("Plancha"), PrinterCommand::DiscardHeld);
    assert_eq!((shop.job(old).status, shop.fate(old)), (JobStatus::Cancelled, vec!["ticket.cancelled"]));
}

#[test]
fn what_is_held_comes_out_on_one_paper_and_the_tickets_no_more() {
    let (socket, address) = switched_off();
    let mut shop = Shop::with_printer_at(address);
    let old = [shop.order_burger(), shop.order_burger()];
    shop.trial.clock.pass(SignedDuration::from_hours(1));
    let fresh = shop.order_burger();
    let tray = switched_on(socket, 8);
    shop.print();
    shop.until_printed(fresh);
    shop.command(&shop.printer("Plancha"), PrinterCommand::SummarizeHeld);
    shop.until("the summary is out", |shop| shop.count("status = 'printed'") == 2);
    let papers: Vec<String> = tray.try_iter().map(|bytes| shop.paper(&bytes).lines().join("\n")).collect();
    let summary = papers.iter().find(|paper| paper.contains("RESUMEN")).unwrap();
    assert!(summary.contains("L-0001") && summary.contains("L-0002") && summary.contains("Hamburguesa"), "{summary}");
    for ticket in old {
        assert_eq!((shop.job(ticket).status, shop.fate(ticket)), (JobStatus::Cancelled, vec!["ticket.taken"]));
        assert_eq!(
            papers.iter().filter(|paper| paper.starts_with("L-000")).count(),
            1,
            "only the fresh one: {papers:?}"
        );
    }
}

#[test]
fn two_printers_that_are_one_box_are_never_spoken_to_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut shop = Shop::with_printer_at(address);
    shop.trial.add_printer("Barra", tcp(address), &["barra"]);
    for _ in 0..3 {
        shop.trial.order(placing(&[("combo", 1)])).unwrap();
    }
    let (talking, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counts = (Arc::clone(&talking), Arc::clone(&most));
    std::thread::spawn(move || {
        for line in listener.incoming() {
            let (talking, most) = (Arc::clone(&counts.0), Arc::clone(&counts.1));
            std::thread::spawn(move || {
                let mut line = line.unwrap();
                most.fetch_max(talking.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                line.read_to_end(&mut Vec::new()).unwrap();
                std::thread::sleep(Duration::from_millis(30));
                talking.fetch_sub(1, Ordering::SeqCst);
                // Only now does the other side see it closed.
                drop(line);
            });
        }
    });
    shop.print();
    shop.until("all six are out", |shop| shop.count("status = 'printed'") == 6);
    assert_eq!(most.load(Ordering::SeqCst), 1);
}

#[test]
fn a_printer_that_rests_is_left_alone_and_tried_as_soon_as_somebody_says_so() {
    let (socket, address) = switched_off();
    let mut shop = Shop::with_printer_at(address);
    let ticket = shop.order_burger();
    shop.print();
    let printer = shop.printer("Plancha").id;
    shop.until("it rests", |shop| !shop.board.standing(printer).breaker.is_closed());
    shop.until("that is written", |shop| shop.count("failures >= 5") == 1);
    let _tray = switched_on(socket, 3);
    std::thread::sleep(Duration::from_millis(600));
    assert_eq!(shop.job(ticket).status, JobStatus::Queued, "nobody said that it is back");
    shop.board.hurry(printer);
    shop.until_printed(ticket);
    assert_eq!(shop.fate(ticket), ["ticket.proved"]);
}

#[test]
fn what_a_guest_waits_for_goes_before_what_is_printed_again() {
    let (socket, address) = switched_off();
    let mut shop = Shop::with_printer_at(address);
    let first = shop.trial.order(placing(&[("burger", 1)])).unwrap();
    let again = feature_of_kitchen::reprint(shop.trial.journal(), shop.trial.once(), Role::Cashier, first.id, None);
    block_on(again).unwrap();
    shop.order_burger();
    let tray = switched_on(socket, 4);
    shop.print();
    shop.until("all are out", |shop| shop.count("status = 'printed'") == 3);
    let heads: Vec<String> = tray
        .try_iter()
        .filter_map(|bytes| shop.paper(&bytes).lines().first().map(|line| line.trim().to_owned()))
        .collect();
    assert!(heads[0].starts_with("L-0001") && heads[1].starts_with("L-0002"), "{heads:?}");
    assert_eq!(heads[2], "REIMPRESIÓN 1");
}
