//! A branch on trial: the real journal in a real folder, with a clock the test moves and dice that fall as they did.
//! Everything goes through the features' own functions; nobody prints.

use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use comanda_shared::event::Event;
use comanda_shared::ids::{LineId, OrderId, StaffId};
use comanda_shared::money::Quantity;
use comanda_shared::order::{
    AddLines, Cancel, Channel, NewChoice, NewLine, Order, OrderCommand, OrderPersonal, OrderRejection, OrderType,
    PlaceOrder, VoidLine,
};
use comanda_shared::printer::PrinterAddress;
use comanda_shared::staff::{Actor, Role};
use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;
use uuid::Uuid;

use crate::catalog;
use crate::environment::Environment;
use crate::environment::doubles::MovedClock;
use crate::journal::entry::{Entry, read_after};
use crate::journal::replay::replay_into;
use crate::journal::{CommandError, DataFolder, Journal, Outcome, Request, StorageFault, open_reader};
use crate::orders::feature::{self, Taken, Wish};
use crate::printing::setup::{self, NewPrinter};
use crate::staff::secrets::Pepper;
use crate::staff::setup::add_staff;

/// Noon on a Sunday in Bogotá.
pub(crate) const NOON: &str = "2026-11-22T12:00:00-05:00";

/// What the branch sells.
pub(crate) const MENU: &str = r#"{
    "currency": "COP",
    "taxes": [{"id": "inc-8", "name": "Impoconsumo 8 %", "permille": 80, "included": true}],
    "stations": [{"id": "plancha", "name": "Plancha"}, {"id": "barra", "name": "Barra"}],
    "categories": [{"id": "carta", "name": "Carta", "products": [
        {"sku": "burger", "name": "Hamburguesa", "price": 1850000, "tax": "inc-8", "station": "plancha"},
        {"sku": "soda", "name": "Gaseosa", "price": 333, "tax": [], "station": "barra"},
        {"sku": "combo", "name": "Combo", "price": 999, "tax": "inc-8", "station": ["plancha", "barra"]},
        {"sku": "pareja", "name": "Combo pareja", "price": 2501, "tax": "inc-8", "combo": [
            {"id": "todo", "name": "Todo", "min": 0, "max": 4, "choices": [
                {"sku": "burger"}, {"sku": "combo", "price": 151}]}]}]}]
}"#;

pub(crate) type Answer = Result<Outcome<Taken>, CommandError<OrderRejection>>;

/// The branch. What runs ends before its folder goes.
pub(crate) struct Trial {
    pub(crate) clock: Arc<MovedClock>,
    pub(crate) environment: Environment,
    running: Option<(Journal, JoinHandle<()>)>,
    folder: TempDir,
}

impl Drop for Trial {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Trial {
    /// A branch that opens at noon, without anything to sell.
    pub(crate) fn new() -> Self {
        Self::in_folder(tempfile::tempdir().unwrap(), NOON)
    }

    fn in_folder(folder: TempDir, instant: &str) -> Self {
        let clock = MovedClock::showing(instant);
        let environment = Environment::of_test(Arc::clone(&clock), 1);
        let mut trial = Self { clock, environment, folder, running: None };
        trial.start();
        trial
    }

    /// A branch with a menu, and a printer at each of its stations.
    pub(crate) fn selling() -> Self {
        let trial = Self::new();
        trial.import(MENU);
        trial.add_printer("Plancha", PrinterAddress::Virtual, &["plancha"]);
        trial.add_printer("Barra", PrinterAddress::Virtual, &["barra"]);
        trial
    }

    /// The branch that a replay of this one's journal gives, at the same time of day.
    pub(crate) fn replayed(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::at(folder.path()).unwrap();
        replay_into(&self.file(), &data.database(), &self.environment).unwrap();
        Self::in_folder(folder, &self.environment.clock.now().to_string())
    }

    pub(crate) fn start(&mut self) {
        self.running = Some(Journal::start(&self.data(), self.environment.clone()).unwrap());
    }

    pub(crate) fn stop(&mut self) {
        if let Some((journal, writer)) = self.running.take() {
            journal.readers().close_idle();
            journal.stop();
            writer.join().unwrap();
        }
    }

    pub(crate) fn restart(&mut self) {
        self.stop();
        self.start();
    }

    pub(crate) fn journal(&self) -> &Journal {
        &self.running.as_ref().expect("the branch runs").0
    }

    pub(crate) fn data(&self) -> DataFolder {
        DataFolder::at(self.folder.path()).unwrap()
    }

    /// A copy of the branch's file, of which a test may do what it likes.
    pub(crate) fn copy(&mut self) -> (TempDir, PathBuf) {
        self.stop();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("copy.db");
        std::fs::copy(self.data().database(), &path).unwrap();
        self.start();
        (folder, path)
    }

    /// The branch's file, to read.
    pub(crate) fn file(&self) -> Connection {
        open_reader(&self.data().database(), &self.environment).unwrap()
    }

    /// Every row of every table, in words.
    pub(crate) fn everything(&self) -> Vec<String> {
        let file = self.file();
        tables(&file).iter().flat_map(|table| rows(&file, table)).collect()
    }

    pub(crate) fn count(&self, table: &str) -> usize {
        count(&self.file(), table)
    }

    /// The journal.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let stored = read_after(&self.file(), 0, u32::MAX).unwrap();
        stored.iter().map(|entry| entry.read().unwrap()).collect()
    }

    /// The last entry of the journal.
    pub(crate) fn last(&self) -> Entry {
        self.entries().pop().unwrap()
    }

    /// What happened, by kind, since an entry.
    pub(crate) fn kinds_after(&self, sequence: u64) -> Vec<String> {
        let after = self.entries().into_iter().filter(|entry| entry.header.sequence > sequence);
        after.map(|entry| entry.header.kind).collect()
    }

    pub(crate) fn import(&self, menu: &str) {
        catalog::feature::import(self.journal(), Actor::Operator, menu.as_bytes()).unwrap();
    }

    pub(crate) fn add_printer(&self, name: &str, address: PrinterAddress, stations: &[&str]) {
        setup::add(self.journal(), new_printer(name, address, stations)).unwrap();
    }

    pub(crate) fn add_staff(&self, name: &str, pin: &str) -> StaffId {
        let pepper = Pepper::at(&self.data().pepper(), &self.environment).unwrap();
        add_staff(self.journal(), &pepper, name, Role::Waiter, &pin.parse().unwrap()).unwrap()
    }

    /// Writes an event down as a feature would that has no command for it yet.
    pub(crate) fn record(&self, event: impl Into<Event>) {
        let event = event.into();
        self.journal().operate_blocking(Actor::Operator, move |step| step.record(event)).unwrap();
    }

    pub(crate) fn once(&self) -> Request {
        Request::once(&self.environment, Actor::Operator)
    }

    pub(crate) fn run(&self, request: Request, wish: Wish) -> Answer {
        block_on(feature::run(self.journal(), request, Role::Admin, wish))
    }

    /// The order that the wish makes or changes.
    pub(crate) fn order(&self, wish: Wish) -> Result<Order, CommandError<OrderRejection>> {
        self.run(self.once(), wish).map(|outcome| outcome.into_inner().order)
    }

    /// An order of one burger and one soda.
    pub(crate) fn place(&self) -> Order {
        self.order(placing(&[("burger", 1), ("soda", 1)])).unwrap()
    }

    /// The answers to wishes that all wait while the writer is held, so that they come into one group.
    pub(crate) fn together(&self, wishes: Vec<(Request, Wish)>) -> Vec<Answer> {
        let work = wishes.into_iter().map(|(request, wish)| {
            let journal = self.journal().clone();
            async move { feature::run(&journal, request, Role::Admin, wish).await }
        });
        self.in_one_group(work.collect())
    }

    /// The answers to pieces of work that all wait while the writer is held.
    pub(crate) fn in_one_group<T: Send + 'static>(
        &self,
        work: Vec<impl Future<Output = T> + Send + 'static>,
    ) -> Vec<T> {
        let (entered, is_held) = mpsc::channel();
        let (release, released) = mpsc::channel();
        let journal = self.journal().clone();
        let hold = std::thread::spawn(move || {
            journal.operate_blocking(Actor::Branch, move |_| {
                entered.send(()).unwrap();
                released.recv().unwrap();
                Ok(())
            })
        });
        is_held.recv().unwrap();
        let answers = block_on(async move {
            let tasks: Vec<_> = work.into_iter().map(tokio::spawn).collect();
            // Each task is polled once, and thereby in the writer's inbox, before the writer is let go.
            for _ in 0..=tasks.len() {
                tokio::task::yield_now().await;
            }
            release.send(()).unwrap();
            let mut answers = Vec::new();
            for task in tasks {
                answers.push(task.await.unwrap());
            }
            answers
        });
        // What held the writer is in the group and shares its fate.
        let _ = hold.join().unwrap();
        answers
    }

    /// Lets the file grow by this many pages and no further.
    pub(crate) fn leave_pages(&self, free: i64) -> Result<(), StorageFault> {
        let limited = self.journal().operate_blocking(Actor::Branch, move |step| {
            let pages: i64 = step.connection().query_row("PRAGMA page_count", [], |row| row.get(0))?;
            let limit = format!("PRAGMA max_page_count = {}", pages + free);
            step.connection().query_row(&limit, [], |_| Ok(()))
        });
        limited.map_err(|error| match error {
            CommandError::Storage(fault) => fault,
            other => panic!("{other:?}"),
        })
    }
}

pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

pub(crate) fn tables(file: &Connection) -> Vec<String> {
    let mut tables = file.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
    tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// The rows of a table, in words.
pub(crate) fn rows(file: &Connection, table: &str) -> Vec<String> {
    let mut read = file.prepare(&format!("SELECT * FROM {table} ORDER BY 1")).unwrap();
    let columns = read.column_count();
    let words = |row: &rusqlite::Row<'_>| {
        let values: Vec<Value> = (0..columns).map(|column| row.get(column)).collect::<Result<_, _>>()?;
        Ok(format!("{table} {values:?}"))
    };
    read.query_map([], words).unwrap().map(Result::unwrap).collect()
}

/// Whether these words stand anywhere in a table, as text or within a document.
pub(crate) fn mentions(file: &Connection, table: &str, words: &str) -> bool {
    let mut read = file.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let columns = read.column_count();
    let mut found = read.query([]).unwrap();
    while let Some(row) = found.next().unwrap() {
        for column in 0..columns {
            let bytes = row.get_ref(column).unwrap().as_bytes_or_null().ok().flatten().unwrap_or_default();
            if contains(bytes, words) {
                return true;
            }
        }
    }
    false
}

pub(crate) fn contains(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|window| window == words.as_bytes())
}

pub(crate) fn count(file: &Connection, table: &str) -> usize {
    let count: i64 = file.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
    usize::try_from(count).unwrap()
}

pub(crate) fn new_printer(name: &str, address: PrinterAddress, stations: &[&str]) -> NewPrinter {
    let stations = stations.iter().map(|station| (*station).to_owned()).collect();
    NewPrinter { stations, ..NewPrinter::at(name, address) }
}

pub(crate) fn lines(lines: &[(&str, u32)]) -> Vec<NewLine> {
    let line = |&(product, quantity): &(&str, u32)| NewLine {
        id: LineId::from_uuid(Uuid::nil()),
        product: product.to_owned(),
        quantity: Quantity::whole(quantity),
        modifiers: Vec::new(),
        notes: None,
        course: None,
        is_held: false,
        choices: if product == "pareja" { parts() } else { Vec::new() },
    };
    lines.iter().map(line).collect()
}

/// Two burgers and what both stations make.
fn parts() -> Vec<NewChoice> {
    let part = |product: &str| NewChoice {
        id: LineId::from_uuid(Uuid::nil()),
        slot: "todo".to_owned(),
        product: product.to_owned(),
        modifiers: Vec::new(),
        notes: None,
    };
    ["burger", "combo", "burger"].map(part).into()
}

/// An order to take away.
pub(crate) fn place_order(asked: &[(&str, u32)]) -> PlaceOrder {
    PlaceOrder {
        id: OrderId::from_uuid(Uuid::nil()),
        order_type: OrderType::Takeaway,
        channel: Channel::Pos,
        table: None,
        external_number: None,
        scheduled_for: None,
        lines: lines(asked),
        personal: OrderPersonal::default(),
    }
}

pub(crate) fn placing(asked: &[(&str, u32)]) -> Wish {
    Wish::Place(place_order(asked))
}

pub(crate) fn change(order: &Order, command: OrderCommand) -> Wish {
    Wish::Change { order: order.id, version: None, command }
}

pub(crate) fn adding(order: &Order, asked: &[(&str, u32)]) -> Wish {
    change(order, OrderCommand::AddLines(AddLines { lines: lines(asked) }))
}

pub(crate) fn voiding(order: &Order, line: usize) -> Wish {
    let line = order.lines[line].id;
    change(order, OrderCommand::VoidLine(VoidLine { line, reason: "se cayó".to_owned() }))
}

pub(crate) fn cancelling(order: &Order) -> Wish {
    change(order, OrderCommand::Cancel(Cancel { reason: "se fueron".to_owned(), refund: None }))
}

/// A request with an idempotency key and the body that was sent with it.
pub(crate) fn keyed(key: &str, body: &str) -> Request {
    Request::keyed(Uuid::nil(), key, &[body.as_bytes()], Actor::Operator)
}
