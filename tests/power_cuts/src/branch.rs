//! A branch on a disk of ours: the daemon's own journal, with a clock and dice that are the same in every run.

use std::future::Future;
use std::path::Path;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{JoinHandle, Thread};

use comanda_edge::environment::{Clock, Environment};
use comanda_edge::journal::{
    CommandError, DataFolder, Failure, Journal, Outcome, ReadError, Request, StartError, StorageFault,
};
use comanda_edge::orders::feature::{self, Taken, Wish};
use comanda_edge::printing::setup::{self, NewPrinter};
use comanda_shared::order::{Order, OrderRejection};
use comanda_shared::printer::PrinterAddress;
use comanda_shared::staff::{Actor, Role};
use jiff::Timestamp;
use rusqlite::Connection;
use uuid::Uuid;

use crate::disk::Disk;
use crate::random::Dice;
use crate::vfs::Vfs;

/// What the branch sells.
const MENU: &str = r#"{
    "currency": "COP",
    "taxes": [{"id": "inc-8", "name": "Impoconsumo 8 %", "permille": 80, "included": true}],
    "stations": [{"id": "plancha", "name": "Plancha"}, {"id": "barra", "name": "Barra"}],
    "categories": [{"id": "carta", "name": "Carta", "products": [
        {"sku": "burger", "name": "Hamburguesa", "price": 1850000, "tax": "inc-8", "station": "plancha"},
        {"sku": "soda", "name": "Gaseosa", "price": 333, "tax": [], "station": "barra"},
        {"sku": "combo", "name": "Combo", "price": 999, "tax": "inc-8", "station": ["plancha", "barra"]}]}]
}"#;

/// A clock that goes on by a millisecond whenever it is looked at.
struct SteadyClock(AtomicI64);

impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.fetch_add(1, Ordering::Relaxed)).expect("this century")
    }
}

/// Noon in Bogotá, 22 November 2026, in milliseconds.
const NOON: i64 = 1_795_366_800_000;

/// What somebody asks of the branch, with the key they would ask again with.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The idempotency key.
    pub key: String,
    /// What they want.
    pub wish: Wish,
}

impl Asked {
    /// The command as the journal knows it.
    pub fn request(&self) -> Request {
        Request::keyed(Uuid::nil(), &self.key, &[self.key.as_bytes()], Actor::Operator)
    }
}

/// Why there was no order for an answer.
pub type Refusal = CommandError<OrderRejection>;

/// What they were told, and when: counted in operations of the disk.
#[derive(Clone, Debug)]
pub struct Told {
    /// What was asked.
    pub asked: Asked,
    /// Whether it had happened before, and the order; or why not.
    pub answer: Result<Outcome<Order>, Refusal>,
    /// When it was sent.
    pub sent: usize,
    /// When the writer had run it, before the commit: the moment a careless writer would answer.
    pub run: usize,
    /// When it was answered.
    pub answered: usize,
}

/// A branch that runs.
pub struct Branch {
    journal: Journal,
    writer: JoinHandle<()>,
    disk: Arc<Disk>,
    // Dropped after the journal's connections.
    _vfs: Vfs,
}

impl Branch {
    /// Opens the branch on this disk; `folder` is a real one, for the lock alone. The clock and the dice begin at `seed`.
    ///
    /// # Errors
    /// As the journal's own.
    pub fn open(disk: &Arc<Disk>, folder: &Path, seed: u64) -> Result<Self, StartError> {
        Self::open_as(disk, folder, seed, false)
    }

    /// As the daemon does it: the log is moved by a thread beside the writer, so that the same seed need not make the same
    /// calls again.
    ///
    /// # Errors
    /// As the journal's own.
    pub fn open_with_a_thread_beside(disk: &Arc<Disk>, folder: &Path, seed: u64) -> Result<Self, StartError> {
        Self::open_as(disk, folder, seed, true)
    }

    fn open_as(disk: &Arc<Disk>, folder: &Path, seed: u64, moves_log_beside: bool) -> Result<Self, StartError> {
        let vfs = Vfs::mount(Arc::clone(disk));
        let environment = Environment {
            clock: Arc::new(SteadyClock(AtomicI64::new(
                NOON + i64::from(u32::try_from(seed % 1000).unwrap_or(0)) * 1000,
            ))),
            randomness: Arc::new(Dice::seeded(seed)),
            vfs: Some(vfs.name().to_owned()),
            moves_log_beside,
        };
        let (journal, writer) = Journal::start(&DataFolder::at(folder)?, environment)?;
        Ok(Self { journal, writer, disk: Arc::clone(disk), _vfs: vfs })
    }

    /// Gives it something to sell and printers.
    ///
    /// # Panics
    /// When the daemon refuses it.
    pub fn furnish(&self) {
        self.furnish_menu();
        for (name, station) in [("Plancha", "plancha"), ("Barra", "barra")] {
            let stations = vec![station.to_owned()];
            let printer = NewPrinter { stations, ..NewPrinter::at(name, PrinterAddress::Virtual) };
            setup::add(&self.journal, printer).expect("the printer is valid");
        }
    }

    /// Gives it the menu, a version of its own each time.
    ///
    /// # Panics
    /// When the daemon refuses it.
    pub fn furnish_menu(&self) {
        comanda_edge::catalog::feature::import(&self.journal, Actor::Operator, MENU.as_bytes())
            .expect("the menu is valid");
    }

    /// Its journal.
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Asks for all of this at once, so that it is in one commit, and waits for the answers.
    ///
    /// A first piece of work holds the writer until the rest waits in its inbox; a last one says when the writer has run
    /// them all and not yet committed.
    pub fn ask(&self, group: &[Asked]) -> Vec<Told> {
        let sent = self.disk.count();
        let (release, released) = mpsc::channel::<()>();
        let all_run = Arc::new(OnceLock::new());
        let once = || Request::once(self.journal.environment(), Actor::Branch);
        let nothing_again = |_: &mut comanda_edge::journal::Step<'_>, _| Ok::<_, Failure<()>>(());

        let work = move |_: &mut comanda_edge::journal::Step<'_>| {
            // The other end is dropped only after it has sent.
            released.recv().map_err(|_| Failure::Refused(()))
        };
        let mut hold = Waiting::begin(&self.disk, self.journal.command(once(), work, nothing_again));
        let ask = |asked: &Asked| feature::run(&self.journal, asked.request(), Role::Admin, asked.wish.clone());
        let mut orders: Vec<_> = group.iter().map(|asked| Waiting::begin(&self.disk, ask(asked))).collect();
        let (disk, moment) = (Arc::clone(&self.disk), Arc::clone(&all_run));
        let note =
            move |_: &mut comanda_edge::journal::Step<'_>| moment.set(disk.count()).map_err(|_| Failure::Refused(()));
        let mut last = Waiting::begin(&self.disk, self.journal.command(once(), note, nothing_again));
        // Nobody listens only when the writer could not even begin; that is answered below.
        let _ = release.send(());

        let _ = hold.end();
        let answers: Vec<_> = orders.iter_mut().map(Waiting::end).collect();
        let _ = last.end();
        let run = all_run.get().copied().unwrap_or(usize::MAX);
        let told = |(asked, (answer, answered)): (&Asked, (_, usize))| Told {
            asked: asked.clone(),
            answer: order_of(answer),
            sent,
            run: run.min(answered),
            answered,
        };
        group.iter().zip(answers).map(told).collect()
    }

    /// Asks the tables.
    ///
    /// # Errors
    /// As the readers' own.
    pub fn read<T>(&self, question: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, ReadError> {
        self.journal.readers().read_blocking(question)
    }

    /// Closes it in good order.
    pub fn close(self) {
        self.journal.readers().close_idle();
        self.journal.stop();
        drop(self.journal);
        self.writer.join().expect("the writer does not panic");
    }
}

fn order_of(answer: Result<Outcome<Taken>, Refusal>) -> Result<Outcome<Order>, Refusal> {
    answer.map(|outcome| match outcome {
        Outcome::Done(taken) => Outcome::Done(taken.order),
        Outcome::Repeated(taken) => Outcome::Repeated(taken.order),
    })
}

/// Whether an answer says that the disk is at fault and nothing has happened.
pub fn blames_the_disk(refusal: &Refusal) -> bool {
    match refusal {
        CommandError::Storage(fault) => match fault {
            StorageFault::DiskFull | StorageFault::ReadOnly | StorageFault::Damaged(_) | StorageFault::Failed(_) => {
                true
            }
        },
        CommandError::Refused(_)
        | CommandError::KeyReused
        | CommandError::Busy
        | CommandError::Stopped
        | CommandError::Panicked => false,
    }
}

/// A question that is in the writer's inbox, and knows the moment it was answered.
struct Waiting<F: Future> {
    question: Pin<Box<F>>,
    bell: Arc<Bell>,
    answer: Option<(F::Output, usize)>,
}

/// Rung by the writer's own thread, in the midst of its work.
struct Bell {
    disk: Arc<Disk>,
    rung: OnceLock<usize>,
    sleeper: Thread,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        // The first ring is the answer.
        let _ = self.rung.set(self.disk.count());
        self.sleeper.unpark();
    }
}

impl<F: Future> Waiting<F> {
    fn begin(disk: &Arc<Disk>, question: F) -> Self {
        let bell = Bell { disk: Arc::clone(disk), rung: OnceLock::new(), sleeper: std::thread::current() };
        let mut waiting = Self { question: Box::pin(question), bell: Arc::new(bell), answer: None };
        waiting.poll();
        waiting
    }

    fn poll(&mut self) {
        let waker = Waker::from(Arc::clone(&self.bell));
        if let Poll::Ready(answer) = pin!(&mut self.question).poll(&mut Context::from_waker(&waker)) {
            let rung = self.bell.rung.get().copied();
            self.answer = Some((answer, rung.unwrap_or_else(|| self.bell.disk.count())));
        }
    }

    fn end(&mut self) -> (F::Output, usize) {
        loop {
            if let Some(answer) = self.answer.take() {
                return answer;
            }
            if self.bell.rung.get().is_none() {
                std::thread::park();
            }
            if self.bell.rung.get().is_some() {
                self.poll();
            }
        }
    }
}
