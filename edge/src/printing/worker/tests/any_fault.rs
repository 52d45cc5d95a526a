//! Whatever happens to printers, to orders and to the program: every ticket comes out or is held for somebody to say, and
//! what came out twice says so.
//!
//! Random stories: orders are placed, added to, taken back and printed again; the program is stopped in good order and in
//! the middle of a ticket; hours pass; printers of every kind break off after any number of bytes, also after the last,
//! when the paper is whole and nobody can know. The printers are two, the second stands in for the first. What counts is
//! the paper on their rolls beside what the journal says was issued.

mod moody;

use std::collections::BTreeMap;

use comanda_shared::order::Order;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseResult, TestRunner};

use self::moody::{Kind, Mood, MoodyPrinter};
use super::*;
use crate::journal::CommandError;
use crate::journal::tests::trial::{adding, cancelling, voiding};
use crate::orders::feature::Wish;
use comanda_shared::kitchen::TicketKind;

/// Stories told side by side: most of the time they wait.
const SIDE_BY_SIDE: u32 = 48;
/// No story needs longer: a printer that breaks off again and again is waited for in earnest each time, some seconds in all.
const IN_THE_END: Duration = Duration::from_secs(90);

/// What happens.
#[derive(Clone, Copy, Debug)]
enum Act {
    Order,
    OrderMuch,
    Add,
    TakeBack,
    Cancel,
    Reprint,
    Wait,
    AHalfHour,
    /// The program ends in good order and starts again.
    Restart,
    /// The program ends where it is, and starts again.
    Crash,
}

/// What a story is made of: what the printers are, how they behave to one connection after another, and what happens.
type Story = (Kind, Vec<Mood>, Vec<Mood>, Vec<Act>);

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        5 => Just(Act::Order), 2 => Just(Act::OrderMuch), 3 => Just(Act::Add), 2 => Just(Act::TakeBack), 1 => Just(Act::Cancel),
        2 => Just(Act::Reprint), 4 => Just(Act::Wait), 1 => Just(Act::AHalfHour), 1 => Just(Act::Restart), 2 => Just(Act::Crash),
    ]
}

fn story() -> impl Strategy<Value = Story> {
    let moods = || proptest::collection::vec(moody::mood(), 0..7);
    (moody::kind(), moods(), moods(), proptest::collection::vec(act(), 1..12))
}

/// How many: some hundreds with every run of the tests, thousands when somebody has the time (`make test-long`); as many as
/// `COMANDA_PRINT_STORIES` says, where it does.
fn stories() -> u32 {
    match std::env::var("COMANDA_PRINT_STORIES") {
        Ok(asked) => asked.parse().expect("COMANDA_PRINT_STORIES is a number of stories"),
        Err(_) if std::env::var_os("COMANDA_LONG").is_some() => 4_000,
        Err(_) => 240,
    }
}

/// What names a ticket on paper: number, station, why it was issued, and the mark at its foot.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Name {
    number: String,
    station: String,
    heading: &'static str,
    mark: String,
}

/// Tickets of a name that came out whole.
#[derive(Clone, Copy, Default, Debug)]
struct CameOut {
    in_all: usize,
    unmarked: usize,
    reprints: usize,
}

const fn heading(kind: TicketKind) -> &'static str {
    match kind {
        TicketKind::New => "",
        TicketKind::Addition => "AGREGADO",
        TicketKind::Fired => "MARCHAR",
        TicketKind::Moved => "CAMBIO",
        TicketKind::Void => "ANULADO",
    }
}

impl Name {
    fn of(ticket: &IssuedTicket) -> Self {
        let id = ticket.ticket.id.uuid().simple().to_string();
        Self {
            number: ticket.ticket.number.clone(),
            station: ticket.ticket.station_name.to_uppercase(),
            heading: heading(ticket.ticket.kind),
            mark: id[id.len() - 4..].to_owned(),
        }
    }

    /// None where the paper is torn.
    fn read(lines: &[String]) -> Option<Self> {
        // The last line ends with the ticket's mark, so that a torn one is not taken for whole.
        let mark = lines.last()?.split_whitespace().last()?;
        let is_mark = mark.len() == 4 && mark.chars().all(|digit| digit.is_ascii_hexdigit());
        let number = lines.iter().find_map(|line| line.split_whitespace().find(|word| word.starts_with("L-")))?;
        let has = |word: &str| lines.iter().any(|line| line.contains(word));
        let station = ["PLANCHA", "BARRA"].into_iter().find(|name| lines.iter().any(|line| line.starts_with(name)))?;
        let heading = ["ANULADO", "AGREGADO"].into_iter().find(|heading| has(heading)).unwrap_or_default();
        is_mark.then(|| Self { number: number.to_owned(), station: station.to_owned(), heading, mark: mark.to_owned() })
    }
}

/// A branch with two printers that misbehave.
struct Tale {
    shop: Shop,
    printers: [MoodyPrinter; 2],
    orders: Vec<Order>,
    reprints: BTreeMap<String, usize>,
}

impl Tale {
    fn begin(kind: Kind, moods: [Vec<Mood>; 2]) -> Self {
        let printers = moods.map(|moods| MoodyPrinter::start(kind, moods));
        let trial = Trial::new();
        trial.import(MENU);
        let [grill, bar] = [&printers[0], &printers[1]].map(|printer| tcp(printer.address()));
        trial.add_printer("Barra", bar, &["barra"]);
        let stands_in = Some("Barra".to_owned());
        let grill = NewPrinter { fallback: stands_in, ..new_printer("Plancha", grill, &["plancha"]) };
        setup::add(trial.journal(), grill).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
        let surroundings = Surroundings::default();
        let mut shop = Shop { trial, spooler: None, runtime, board: Board::default(), surroundings };
        shop.print();
        Self { shop, printers, orders: Vec::new(), reprints: BTreeMap::new() }
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::Order => self.order(placing(&[("burger", 1)])),
            Act::OrderMuch => self.order(placing(&[("burger", 2), ("combo", 1), ("soda", 1)])),
            Act::Add => self.change(|order| adding(order, &[("combo", 1)])),
            Act::TakeBack => self.change(|order| voiding(order, 0)),
            Act::Cancel => self.change(cancelling),
            Act::Reprint => self.reprint(),
            Act::Wait => {
                self.shop.trial.clock.pass(SignedDuration::from_secs(3));
                std::thread::sleep(Duration::from_millis(30));
            }
            Act::AHalfHour => self.shop.trial.clock.pass(SignedDuration::from_mins(30)),
            Act::Restart => {
                self.shop.close();
                self.shop.trial.restart();
                self.start();
            }
            Act::Crash => {
                // Nothing is written any more; whoever prints finds that out after the fact.
                self.shop.trial.stop();
                self.shop.close();
                self.shop.trial.start();
                self.start();
            }
        }
    }

    fn start(&mut self) {
        // What a board knew is forgotten with the program.
        self.shop.board = Board::default();
        self.shop.print();
    }

    fn order(&mut self, wish: Wish) {
        self.orders.push(self.shop.trial.order(wish).unwrap());
    }

    /// Changes the last order, unless the order is past that.
    fn change(&mut self, wish: impl FnOnce(&Order) -> Wish) {
        let Some(order) = self.orders.last() else { return };
        match self.shop.trial.order(wish(order)) {
            Ok(_) | Err(CommandError::Refused(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }

    fn reprint(&mut self) {
        let Some(order) = self.orders.last() else { return };
        let (journal, request) = (self.shop.trial.journal(), self.shop.trial.once());
        match block_on(feature_of_kitchen::reprint(journal, request, Role::Cashier, order.id, None)) {
            Ok(_) => *self.reprints.entry(order.number.clone()).or_default() += 1,
            Err(CommandError::Refused(_)) => {}
            Err(error) => panic!("{error:?}"),
        }
    }

    /// Lets everything come out that nobody has to be asked about.
    fn settle(&self) {
        let printers = ["Plancha", "Barra"].map(|name| self.shop.printer(name).id);
        self.shop.until_within(IN_THE_END, "nothing waits", |shop| {
            // Somebody stands beside each printer and says that it is back.
            shop.trial.clock.pass(SignedDuration::from_millis(50));
            printers.iter().for_each(|printer| shop.board.hurry(*printer));
            shop.count("ended_at IS NULL AND status <> 'held'") == 0
        });
    }

    fn print_what_is_held(&self) {
        while self.shop.count("status = 'held'") > 0 {
            for name in ["Plancha", "Barra"] {
                self.shop.command(&self.shop.printer(name), PrinterCommand::PrintHeld);
            }
            self.settle();
        }
    }

    fn issued(&self) -> Vec<IssuedTicket> {
        let file = self.shop.trial.file();
        let of = |order: &Order| crate::kitchen::store::tickets_of(&file, order.id).unwrap();
        self.orders.iter().flat_map(of).collect()
    }

    fn came_out(&self) -> BTreeMap<Name, CameOut> {
        let mut came_out: BTreeMap<Name, CameOut> = BTreeMap::new();
        for printer in &self.printers {
            let paper = self.shop.paper(&printer.roll());
            for piece in paper.rows.split(|row| *row == PaperRow::Cut) {
                let lines = Paper { rows: piece.to_vec() }.lines();
                let Some(name) = Name::read(&lines) else { continue };
                let says = |word: &str| lines.iter().any(|line| line.contains(word));
                let (is_doubtful, is_reprint) = (says("POSIBLE DUPLICADO"), says("REIMPRESIÓN"));
                let tickets = came_out.entry(name).or_default();
                tickets.in_all += 1;
                tickets.unmarked += usize::from(!is_doubtful && !is_reprint);
                tickets.reprints += usize::from(!is_doubtful && is_reprint);
            }
        }
        came_out
    }

    /// Nothing is lost: what the ledger had issued is on paper, or held. Nothing comes twice without a word.
    fn check(&self) -> TestCaseResult {
        let (came_out, issued) = (self.came_out(), self.issued());
        for ticket in &issued {
            let name = Name::of(ticket);
            let paper = came_out.get(&name).copied().unwrap_or_default();
            let job = self.shop.job(ticket.ticket.id);
            let is_proved = matches!(ticket.status, TicketStatus::Proved { .. });
            prop_assert!(is_proved || job.status == JobStatus::Held, "{:?}: {job:?}", ticket.status);
            prop_assert!(!is_proved || paper.in_all > 0, "{name:?} is lost: {came_out:#?}");
            prop_assert!(paper.unmarked <= 1, "{name:?} came {paper:?} without a word");
            let asked = self.reprints.get(&name.number).copied().unwrap_or_default();
            prop_assert!(paper.reprints <= asked, "{name:?} was printed again {paper:?}, asked for {asked} times");
        }
        let names: Vec<Name> = issued.iter().map(Name::of).collect();
        for name in came_out.keys() {
            prop_assert!(names.contains(name), "nobody issued {name:?}: {names:#?}");
        }
        Ok(())
    }
}

fn tell((kind, grill, bar, acts): Story) -> TestCaseResult {
    let mut tale = Tale::begin(kind, [grill, bar]);
    tale.act(Act::Order);
    for act in acts {
        tale.act(act);
    }
    tale.settle();
    tale.check()?;
    tale.print_what_is_held();
    prop_assert_eq!(tale.shop.count("status = 'held'"), 0);
    tale.check()?;
    let left: Vec<_> =
        tale.issued().into_iter().filter(|ticket| !matches!(ticket.status, TicketStatus::Proved { .. })).collect();
    prop_assert!(left.is_empty(), "{left:#?}");
    Ok(())
}

#[test]
fn nothing_is_lost_in_silence_and_nothing_comes_twice_without_a_word() {
    let told = std::thread::scope(|scope| {
        let telling = |_| {
            scope.spawn(|| {
                let cases = stories().div_ceil(SIDE_BY_SIDE);
                let config = ProptestConfig {
                    cases,
                    max_shrink_iters: 40,
                    failure_persistence: None,
                    ..ProptestConfig::default()
                };
                TestRunner::new(config).run(&story(), tell).map_err(|error| error.to_string())
            })
        };
        let telling: Vec<_> = (0..SIDE_BY_SIDE).map(telling).collect();
        telling.into_iter().map(|teller| teller.join().unwrap()).collect::<Result<Vec<()>, String>>()
    });
    told.unwrap_or_else(|story| panic!("{story}"));
}
