//! The spooler: one thread for each device in use, so that a dead or slow printer is felt by no other, and by no order.
//!
//! The queue is the `print_job` table; a thread holds one job at a time. Threads wait on a bell that rings with every
//! commit, and for nothing else but their own printer.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use comanda_shared::ids::PrinterId;
use comanda_shared::printer::{Printer, PrinterAddress};
use tokio::sync::watch;

use super::board::Board;
use super::surroundings::Surroundings;
use super::watch::Watch;
use super::worker::Worker;
use crate::followers::Roll;
use crate::guests::Invitations;
use crate::journal::{DataFolder, Journal};

/// Rings whenever something may have changed; whoever waits hears every ring since it last listened.
#[derive(Default)]
pub struct Bell {
    rung: Mutex<u64>,
    heard: Condvar,
}

impl Bell {
    /// Wakes everybody who waits.
    pub fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.heard.notify_all();
    }

    /// How often it has rung.
    pub fn count(&self) -> u64 {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it has rung more often than `known`, or the time is up.
    pub fn wait(&self, known: u64, at_most: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        // The answer says why the wait ended, which whoever waits finds out by looking.
        let _ = self.heard.wait_timeout_while(rung, at_most, |rung| *rung <= known);
    }
}

/// What every worker of a spooler is given.
#[derive(Clone)]
pub struct Workshop {
    /// The branch.
    pub journal: Journal,
    /// Rings with every commit.
    pub bell: Arc<Bell>,
    /// Rings when printers, stations or settings have changed.
    pub changes: Arc<Bell>,
    /// Set once, when the branch stops.
    pub stopping: Arc<AtomicBool>,
    /// Where virtual printers keep what they print.
    pub folder: DataFolder,
    /// How every printer is doing.
    pub board: Board,
    /// What the machine knows of what is around it.
    pub surroundings: Surroundings,
    /// What guests follow their orders with.
    pub guests: Invitations,
}

impl Workshop {
    /// Whether the branch stops.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }
}

/// The running spooler.
pub struct Spooler {
    workshop: Workshop,
    foreman: JoinHandle<()>,
    watch: JoinHandle<()>,
}

impl Spooler {
    /// Starts a thread for every printer in use, one that follows changes of the printers, and one that watches over what
    /// does not come out.
    ///
    /// # Panics
    /// When the system gives no thread, or outside a tokio runtime.
    pub fn start(
        journal: Journal,
        folder: DataFolder,
        board: Board,
        surroundings: Surroundings,
        guests: Invitations,
        roll: Roll,
    ) -> Self {
        let (bell, changes, stopping) = (Arc::default(), Arc::default(), Arc::default());
        let workshop = Workshop { journal, bell, changes, stopping, folder, board, surroundings, guests };
        ring_with(workshop.journal.committed(), Arc::clone(&workshop.bell));
        ring_with(workshop.journal.configurations(), Arc::clone(&workshop.changes));
        let foreman = std::thread::Builder::new().name("spooler".to_owned());
        let foreman = foreman.spawn({
            let (workshop, roll) = (workshop.clone(), roll.clone());
            move || roll.keep("spooler", || workshop.is_stopping(), || oversee(&workshop, &roll))
        });
        let watch = std::thread::Builder::new().name("ticket watch".to_owned());
        let watch = watch.spawn({
            let workshop = workshop.clone();
            move || roll.keep("ticket watch", || workshop.is_stopping(), || Watch::new(workshop.clone()).run())
        });
        const GIVEN: &str = "the system gives a thread at start";
        Self { workshop, foreman: foreman.expect(GIVEN), watch: watch.expect(GIVEN) }
    }

    /// Begins no further job, finishes those begun, and ends.
    pub fn stop(self) {
        self.workshop.stopping.store(true, Ordering::Release);
        self.workshop.bell.ring();
        self.workshop.changes.ring();
        if self.foreman.join().is_err() || self.watch.join().is_err() {
            tracing::error!("the spooler panicked");
        }
    }
}

fn ring_with<T: Send + Sync + 'static>(mut changing: watch::Receiver<T>, bell: Arc<Bell>) {
    tokio::spawn(async move {
        while changing.changed().await.is_ok() {
            bell.ring();
        }
    });
}

struct Employed {
    printers: Vec<Printer>,
    dismissed: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// The workers at work. Whoever stops overseeing them, for whatever reason, sends them home and waits until they are gone:
/// two at one device would print everything twice.
struct Crew<'w> {
    workshop: &'w Workshop,
    workers: BTreeMap<PrinterId, Employed>,
}

impl Drop for Crew<'_> {
    fn drop(&mut self) {
        for worker in self.workers.values() {
            worker.dismissed.store(true, Ordering::Release);
        }
        self.workshop.bell.ring();
        for worker in std::mem::take(&mut self.workers).into_values() {
            if worker.thread.join().is_err() {
                tracing::error!("a print worker panicked");
            }
        }
    }
}

/// Keeps one worker for each device; a worker that panicked is replaced.
fn oversee(workshop: &Workshop, roll: &Roll) {
    let mut crew = Crew { workshop, workers: BTreeMap::new() };
    let employed = &mut crew.workers;
    loop {
        let rung = workshop.changes.count();
        if workshop.is_stopping() {
            return;
        }
        let configuration = workshop.journal.configuration();
        let devices = devices(&configuration.printers);
        let stays = |worker: &Employed| devices.contains(&worker.printers) && !worker.thread.is_finished();
        for worker in employed.values().filter(|worker| !stays(worker)) {
            worker.dismissed.store(true, Ordering::Release);
        }
        workshop.bell.ring();
        for (_, gone) in employed.extract_if(.., |_, worker| worker.thread.is_finished()) {
            if gone.thread.join().is_err() {
                roll.note("printer");
            }
        }
        for printers in devices {
            // A device whose printers have changed waits until its worker of before has left.
            let is_served = |worker: &Employed| worker.printers.iter().any(|printer| printers.contains(printer));
            if let Some(first) = printers.first()
                && !employed.values().any(|worker| {
                    is_served(worker)
                        || worker.printers[0].address == first.address && first.address != PrinterAddress::Virtual
                })
            {
                employed.entry(first.id).or_insert_with(|| employ(workshop, printers.clone()));
            }
        }
        workshop.changes.wait(rung, Duration::from_secs(5));
    }
}

/// The printers in use, those together that are the same box under several names: it has one way in.
fn devices(printers: &[Printer]) -> Vec<Vec<Printer>> {
    let mut devices: Vec<Vec<Printer>> = Vec::new();
    for printer in printers.iter().filter(|printer| !printer.is_removed) {
        let is_same = |device: &&mut Vec<Printer>| {
            printer.address != PrinterAddress::Virtual && device[0].address == printer.address
        };
        match devices.iter_mut().find(is_same) {
            Some(device) => device.push(printer.clone()),
            None => devices.push(vec![printer.clone()]),
        }
    }
    devices
}

fn employ(workshop: &Workshop, printers: Vec<Printer>) -> Employed {
    let dismissed = Arc::new(AtomicBool::new(false));
    let worker = Worker::new(workshop.clone(), printers.clone(), Arc::clone(&dismissed));
    let thread = std::thread::Builder::new().name("printer".to_owned()).spawn(move || worker.run());
    Employed { printers, dismissed, thread: thread.expect("the system gives a thread for a printer") }
}
