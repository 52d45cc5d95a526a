//! The spooler: one thread for each printer in use, so that a dead or slow printer is felt by no other, and by no order.
//!
//! The queue is the `print_job` table; a thread holds one job at a time. Threads wait on a bell that rings with every
//! commit, and for nothing else but their own printer.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use comanda_shared::ids::PrinterId;
use comanda_shared::printer::Printer;
use tokio::sync::watch;

use super::worker::Worker;
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
}

/// The running spooler.
pub struct Spooler {
    workshop: Workshop,
    foreman: JoinHandle<()>,
}

impl Spooler {
    /// Starts a thread for every printer in use, and one that follows changes of the printers.
    ///
    /// # Panics
    /// When the system gives no thread, or outside a tokio runtime.
    pub fn start(journal: Journal, folder: DataFolder) -> Self {
        let workshop =
            Workshop { journal, bell: Arc::default(), changes: Arc::default(), stopping: Arc::default(), folder };
        ring_with(workshop.journal.committed(), Arc::clone(&workshop.bell));
        ring_with(workshop.journal.configurations(), Arc::clone(&workshop.changes));
        let foreman = std::thread::Builder::new().name("spooler".to_owned());
        let foreman = foreman.spawn({
            let workshop = workshop.clone();
            move || oversee(&workshop)
        });
        Self { workshop, foreman: foreman.expect("the system gives a thread at start") }
    }

    /// Begins no further job, finishes those begun, and ends.
    pub fn stop(self) {
        self.workshop.stopping.store(true, Ordering::Release);
        self.workshop.bell.ring();
        self.workshop.changes.ring();
        if self.foreman.join().is_err() {
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
    printer: Printer,
    dismissed: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// Keeps one worker for each printer in use; a worker that panicked is replaced.
fn oversee(workshop: &Workshop) {
    let mut employed: BTreeMap<PrinterId, Employed> = BTreeMap::new();
    loop {
        let rung = workshop.changes.count();
        if workshop.stopping.load(Ordering::Acquire) {
            break;
        }
        let configuration = workshop.journal.configuration();
        let in_use = || configuration.printers.iter().filter(|printer| !printer.is_removed);
        let stays =
            |worker: &Employed| in_use().any(|printer| *printer == worker.printer) && !worker.thread.is_finished();
        for worker in employed.values().filter(|worker| !stays(worker)) {
            worker.dismissed.store(true, Ordering::Release);
        }
        workshop.bell.ring();
        employed.retain(|_, worker| !worker.thread.is_finished());
        for printer in in_use() {
            employed.entry(printer.id).or_insert_with(|| employ(workshop, printer));
        }
        workshop.changes.wait(rung, Duration::from_secs(5));
    }
    for worker in employed.into_values() {
        if worker.thread.join().is_err() {
            tracing::error!(printer.id = %worker.printer.id, "a print worker panicked");
        }
    }
}

fn employ(workshop: &Workshop, printer: &Printer) -> Employed {
    let dismissed = Arc::new(AtomicBool::new(false));
    let worker = Worker::new(workshop.clone(), printer.clone(), Arc::clone(&dismissed));
    let thread = std::thread::Builder::new().name("printer".to_owned()).spawn(move || worker.run());
    Employed { printer: printer.clone(), dismissed, thread: thread.expect("the system gives a thread for a printer") }
}
