//! The worker of one printer: takes the job at the head of its queue, prints it, says what became of it.
//!
//! Faults: no byte left → the same job again later, unmarked. Bytes left and then anything but a good end → the outcome
//! is unknown: again, marked «POSIBLE DUPLICADO». A crash while sending is found at the next start and treated alike.
//! Shown by `tests/whole_system/printers.rs` and `tests/whole_system/replay.rs`.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use comanda_shared::ids::JobId;
use comanda_shared::kitchen::{Proof, TicketProved, TicketUnknown};
use comanda_shared::paper::PaperKind;
use comanda_shared::printer::{Printer, PrinterAddress};
use comanda_shared::staff::Actor;
use jiff::{SignedDuration, Timestamp};

use super::job::Waiting;
use super::material::Material;
use super::sheet::Marks;
use super::spooler::Workshop;
use super::transport::{Broken, Farewell, Line};
use super::{queries, store};
use crate::journal::Step;

/// Line feed and cut: ends whatever half a ticket may stand on the paper, before its whole successor.
const END_HALF_A_TICKET: &[u8] = &[0x0a, 0x1d, b'V', 66, 0];
/// Waits between tries double from the first to the last, in milliseconds, each with a fifth of jitter.
const FIRST_WAIT_MS: u64 = 500;
const LAST_WAIT_MS: u64 = 8_000;
/// How long to wait before asking the writer again when it cannot write (a full disk, say).
const WRITER_PAUSE: Duration = Duration::from_millis(500);

/// The worker of one printer.
pub struct Worker {
    workshop: Workshop,
    printer: Printer,
    dismissed: Arc<AtomicBool>,
    manners: Cell<Manners>,
}

/// What a network printer does when we say goodbye, learned from the printer itself. One that closes in good order has
/// every byte; when it suddenly does not, it is stalled, and the outcome is unknown. One that never does can prove
/// nothing this way, and its tickets are called sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Manners {
    Unknown,
    Closes,
    LeavesOpen,
}

impl Manners {
    const fn farewell(self) -> Farewell {
        match self {
            Self::Unknown => Farewell { patience: Duration::from_secs(15), is_expected: false },
            Self::Closes => Farewell { patience: Duration::from_secs(60), is_expected: true },
            Self::LeavesOpen => Farewell { patience: Duration::from_secs(1), is_expected: false },
        }
    }

    const fn shown_by(proof: Proof) -> Self {
        match proof {
            Proof::Delivered | Proof::Kept => Self::Closes,
            Proof::Sent | Proof::Answered | Proof::Confirmed => Self::LeavesOpen,
        }
    }
}

impl Worker {
    /// The worker of this printer, until dismissed or the branch stops.
    pub const fn new(workshop: Workshop, printer: Printer, dismissed: Arc<AtomicBool>) -> Self {
        Self { workshop, printer, dismissed, manners: Cell::new(Manners::Unknown) }
    }

    fn is_leaving(&self) -> bool {
        self.dismissed.load(Ordering::Acquire) || self.workshop.stopping.load(Ordering::Acquire)
    }

    /// Works until told to leave.
    pub fn run(self) {
        self.doubt_what_was_being_sent();
        while !self.is_leaving() {
            let rung = self.workshop.bell.count();
            let printer = self.printer.id;
            let head = self
                .workshop
                .journal
                .readers()
                .read_blocking(move |connection| queries::head_of_queue(connection, printer));
            match head {
                Ok(Some(job)) if job.next_at <= self.now() => self.print(&job),
                Ok(Some(job)) => Self::pause(job.next_at.duration_since(self.now())),
                Ok(None) => self.workshop.bell.wait(rung, Duration::from_secs(30)),
                Err(error) => {
                    tracing::warn!(printer.id = %printer, %error, "could not look for print jobs");
                    std::thread::sleep(WRITER_PAUSE);
                }
            }
        }
    }

    /// Sleeps towards the moment a job may be tried again, in short steps, so that leaving is not held up.
    fn pause(at_most: SignedDuration) {
        std::thread::sleep(Duration::try_from(at_most).unwrap_or_default().min(Duration::from_millis(200)));
    }

    fn now(&self) -> Timestamp {
        self.workshop.journal.environment().clock.now()
    }

    fn print(&self, job: &Waiting) {
        if job.expires_at.is_some_and(|expires_at| expires_at < self.now()) {
            return self.give_up(job, "it came too late");
        }
        let bytes = match self.render(job) {
            Ok(bytes) => bytes,
            Err(error) => return self.give_up(job, &error),
        };
        let line = match self.connect(job) {
            Ok(line) => line,
            Err(broken) => return self.postpone(job, &broken),
        };
        let ordinal = job.ordinal;
        let is_marked = self
            .workshop
            .journal
            .operate_blocking(Actor::Branch, move |step| store::mark_sending(step.connection(), ordinal, step.now()));
        match is_marked {
            Ok(true) => {}
            // Somebody took it away meanwhile.
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(%error, "a ticket waits for the disk");
                return std::thread::sleep(WRITER_PAUSE);
            }
        }
        match line.send(&bytes, self.manners.get().farewell(), &self.workshop.stopping) {
            Ok(proof) => {
                self.manners.set(Manners::shown_by(proof));
                self.proved(job, proof);
            }
            Err(broken) if broken.sent == 0 => self.postpone(job, &broken),
            Err(broken) => self.in_doubt(job, &broken.to_string()),
        }
    }

    fn connect(&self, job: &Waiting) -> Result<Line, Broken> {
        match &self.printer.address {
            PrinterAddress::Tcp { host, port } => Line::tcp(host, *port),
            PrinterAddress::Virtual => Line::folder(super::paper_file(&self.workshop.folder, job.id)),
        }
    }

    fn render(&self, job: &Waiting) -> Result<Vec<u8>, String> {
        let content = &job.content;
        let read = self.workshop.journal.readers().read_blocking(move |connection| Material::load(connection, content));
        let material = read.map_err(|error| error.to_string())?.ok_or("the ticket is not in the file")?;
        let attempt = job.possible_duplicate.then(|| job.attempts + 1);
        let configuration = self.workshop.journal.configuration();
        let backup_of = job.backup_of.and_then(|id| configuration.printers.iter().find(|printer| printer.id == id));
        let backup_of = backup_of.map(|printer| printer.name.clone());
        let marks = Marks { possible_duplicate: attempt, backup_of, ..Marks::of_print(job.reprint) };
        let ticket = material.encode(marks, &configuration.zone, &super::profile_of(&self.printer));
        let half = if job.possible_duplicate { END_HALF_A_TICKET } else { &[] };
        Ok([half, &ticket].concat())
    }

    /// The printer has it; that is written down before anything else is printed, however long the disk takes.
    fn proved(&self, job: &Waiting, proof: Proof) {
        let (ordinal, ticket, printer) = (job.ordinal, job.content.ticket(), self.printer.id);
        self.insist(move |step| {
            store::mark_printed(step.connection(), ordinal, proof, step.now())?;
            ticket.map_or(Ok(()), |ticket| step.record(TicketProved { ticket, printer, proof }))
        });
        if matches!(proof, Proof::Kept) {
            super::forget_old_paper(&self.workshop.folder);
        }
    }

    fn in_doubt(&self, job: &Waiting, reason: &str) {
        tracing::warn!(printer.id = %self.printer.id, job.id = %job.id, reason, "a job may have come out or not");
        let Some(ticket) = job.content.ticket() else { return self.in_doubt_about_a_paper(job, reason) };
        let (ordinal, printer) = (job.ordinal, self.printer.id);
        let (reason, next_at) = (reason.to_owned(), self.after(job.attempts));
        self.insist(move |step| {
            store::mark_in_doubt(step.connection(), ordinal, &reason, next_at)?;
            step.record(TicketUnknown { ticket, printer })
        });
    }

    /// A dish that is lost is worse than a marked duplicate; of a receipt somebody can see whether it is there, and a drawer
    /// that opens later is open for whoever stands there then.
    fn in_doubt_about_a_paper(&self, job: &Waiting, reason: &str) {
        let is_drawer = job.content.paper() == Some(PaperKind::DrawerPulse);
        let (ordinal, reason) = (job.ordinal, reason.to_owned());
        self.insist(move |step| match is_drawer {
            true => store::mark_failed(step.connection(), ordinal, &reason, step.now()),
            false => store::mark_unknown(step.connection(), ordinal, &reason),
        });
    }

    fn postpone(&self, job: &Waiting, broken: &Broken) {
        if job.failures == 0 {
            tracing::warn!(printer.id = %self.printer.id, reason = %broken, "a printer cannot be reached");
        }
        let (ordinal, reason, next_at) = (job.ordinal, broken.to_string(), self.after(job.failures));
        self.insist(move |step| store::postpone(step.connection(), ordinal, &reason, next_at));
    }

    fn give_up(&self, job: &Waiting, reason: &str) {
        tracing::error!(job.id = %job.id, reason, "a job cannot be printed");
        let (ordinal, reason) = (job.ordinal, reason.to_owned());
        self.insist(move |step| store::mark_failed(step.connection(), ordinal, &reason, step.now()));
    }

    fn doubt_what_was_being_sent(&self) {
        let printer = self.printer.id;
        let read = self.workshop.journal.readers();
        match read.read_blocking(move |connection| queries::in_doubt(connection, printer)) {
            Ok(jobs) => {
                for job in jobs {
                    self.in_doubt(&Waiting { attempts: 0, ..job }, "the program ended while it was being sent");
                }
            }
            Err(error) => tracing::error!(%error, "could not look for tickets in doubt"),
        }
    }

    /// Writes down what happened to a job, and tries until it is written: the truth is out on paper already.
    fn insist(&self, work: impl Fn(&mut Step<'_>) -> rusqlite::Result<()> + Clone + Send + 'static) {
        loop {
            match self.workshop.journal.operate_blocking(Actor::Branch, work.clone()) {
                Ok(()) => return,
                Err(crate::journal::CommandError::Stopped) => return,
                Err(error) => tracing::warn!(%error, "what became of a ticket could not be written yet"),
            }
            std::thread::sleep(WRITER_PAUSE);
        }
    }

    fn after(&self, failures: u32) -> Timestamp {
        let wait = (FIRST_WAIT_MS << failures.min(10)).min(LAST_WAIT_MS);
        let [chance] = self.workshop.journal.environment().random();
        let jittered = wait * (900 + u64::from(chance)) / 1000;
        self.now() + Duration::from_millis(jittered)
    }
}

/// The name of a job's file.
pub fn file_name(job: JobId) -> String {
    format!("{job}.escpos")
}

#[cfg(test)]
mod tests;
