//! The worker of one device: takes the job at the head of its queue, prints it, says what became of it.
//!
//! Faults: no byte left → the same job again later, unmarked. Bytes left and then anything but a good end → the outcome
//! is unknown: again, marked «POSIBLE DUPLICADO». A crash while sending is found at the next start and treated alike. A
//! printer that says it needs paper, or that its cover is open, is waited for; one that cannot be reached is left alone
//! for a while. What waited too long for a printer that is back is held until somebody says what becomes of it.
//! Shown by `tests/whole_system/printers.rs` and `tests/whole_system/replay.rs`.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use comanda_shared::ids::JobId;
use comanda_shared::kitchen::{Proof, TicketProved, TicketUnknown};
use comanda_shared::paper::PaperKind;
use comanda_shared::printer::{Printer, PrinterAddress};
use comanda_shared::staff::Actor;
use jiff::{SignedDuration, Timestamp};

use super::answers::Abilities;
use super::board::{Condition, Wait};
use super::breaker::{Breaker, Permit};
use super::follow::{self, Standing::Moved};
use super::job::Waiting;
use super::material::Material;
use super::sheet::Marks;
use super::spooler::Workshop;
use super::talk::{Farewell, Onlooker, Talk};
use super::torn::Torn;
use super::transport::{self, Broken, Link};
use super::{device, flood, queries, store};
use crate::journal::{ReadError, Step};

/// Waits between tries double from the first to the last, in milliseconds, each with a fifth of jitter.
const FIRST_WAIT_MS: u64 = 500;
const LAST_WAIT_MS: u64 = 8_000;
/// How often a printer that needs somebody is looked at again.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(2);
/// How often a printer that was not well and has nothing to print is looked at.
const IDLE_LOOK: Duration = Duration::from_secs(5);
/// How long to wait before asking the writer again when it cannot write (a full disk, say).
const WRITER_PAUSE: Duration = Duration::from_millis(500);
/// No sleep is longer, so that leaving is not held up.
const NAP: Duration = Duration::from_millis(200);

/// The worker of one device: of one printer, or of several that are the same box under several names.
pub struct Worker {
    workshop: Workshop,
    printers: Vec<Printer>,
    dismissed: Arc<AtomicBool>,
    manners: Cell<Manners>,
    abilities: Cell<Option<Abilities>>,
    /// What model it said it is, until that is written down.
    said: RefCell<Option<String>>,
    /// Since when it was not reached; from the start on, for nobody knows.
    away_since: Cell<Option<Timestamp>>,
}

/// What a network printer that answers nothing does when we say goodbye, learned from the printer itself. One that closes
/// in good order has every byte; when it suddenly does not, it is stalled, and the outcome is unknown. One that never does
/// can prove nothing this way, and its tickets are called sent.
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

    const fn shown_by(self, proof: Proof) -> Self {
        match proof {
            Proof::Delivered => Self::Closes,
            Proof::Sent => Self::LeavesOpen,
            Proof::Answered | Proof::Confirmed | Proof::Kept => self,
        }
    }
}

/// Why a job was not begun.
enum Hindrance {
    /// The way to the printer failed.
    Way(Broken),
    /// The printer says what it waits for.
    Waits(Wait),
}

/// What looks on while a job is printed.
struct Desk<'w> {
    worker: &'w Worker,
    printer: &'w Printer,
    job: Option<&'w Waiting>,
    waits: Cell<Option<Wait>>,
}

impl Onlooker for Desk<'_> {
    fn progress(&self) {
        self.worker.workshop.board.progress(self.printer.id);
    }

    fn waits(&self, wait: Option<Wait>) {
        if self.waits.replace(wait) == wait {
            return;
        }
        self.worker.condition(wait.map_or(Condition::Printing, Condition::from));
        if let (Some(job), Some(wait)) = (self.job, wait) {
            let (ordinal, reason) = (job.ordinal, words(wait));
            self.worker.insist(move |step| store::mark_sent(step.connection(), ordinal, reason));
        }
    }

    fn is_leaving(&self) -> bool {
        self.worker.workshop.stopping.load(Ordering::Relaxed)
    }
}

const fn words(wait: Wait) -> &'static str {
    match wait {
        Wait::Paper => "sin papel: termina al cambiar el rollo",
        Wait::Cover => "tapa abierta: termina al cerrarla",
    }
}

impl Worker {
    /// The worker of these printers, which are one device, until dismissed or the branch stops.
    pub fn new(workshop: Workshop, printers: Vec<Printer>, dismissed: Arc<AtomicBool>) -> Self {
        let (manners, abilities) = (Cell::new(Manners::Unknown), Cell::new(None));
        let (away_since, said) = (Cell::new(Some(Timestamp::UNIX_EPOCH)), RefCell::new(None));
        Self { workshop, printers, dismissed, manners, abilities, said, away_since }
    }

    fn is_leaving(&self) -> bool {
        self.dismissed.load(Ordering::Acquire) || self.workshop.stopping.load(Ordering::Acquire)
    }

    /// Works until told to leave.
    pub fn run(self) {
        self.doubt_what_was_being_sent();
        while !self.is_leaving() {
            let rung = self.workshop.bell.count();
            match self.head() {
                Ok(Some((printer, job))) => match self.breaker().permit(Instant::now()) {
                    _ if job.next_at > self.now() => Self::pause(job.next_at.duration_since(self.now())),
                    Permit::Job => self.print(printer, &job),
                    Permit::Probe => self.probe(printer),
                    Permit::Nothing(_) if Self::is_late(&job, self.now()) => self.give_up(&job, "it came too late"),
                    Permit::Nothing(rest) => self.workshop.bell.wait(rung, rest.min(NAP)),
                },
                Ok(None) => self.idle(rung),
                Err(error) => {
                    tracing::warn!(%error, "could not look for print jobs");
                    std::thread::sleep(WRITER_PAUSE);
                }
            }
        }
    }

    /// Nothing waits: a printer that was not well is looked at now and then, so that it is known when it is.
    fn idle(&self, rung: u64) {
        let Some(printer) = self.printers.first() else { return };
        let standing = self.workshop.board.standing(printer.id);
        let is_unwell = matches!(standing.condition, Condition::Down | Condition::PaperOut | Condition::CoverOpen);
        if !is_unwell || printer.address == PrinterAddress::Virtual {
            return self.workshop.bell.wait(rung, Duration::from_secs(30));
        }
        self.workshop.bell.wait(rung, IDLE_LOOK);
        if self.workshop.bell.count() == rung && !matches!(standing.breaker.permit(Instant::now()), Permit::Nothing(_))
        {
            self.probe(printer);
        }
    }

    /// The first job of those at the head of the device's queues, with the printer it is for; none of a paused one.
    fn head(&self) -> Result<Option<(&Printer, Waiting)>, ReadError> {
        let read = self.workshop.journal.readers().read_blocking(|connection| {
            let mut heads = Vec::new();
            for printer in &self.printers {
                let is_paused = queries::paused_since(connection, printer.id)?.is_some();
                self.workshop.board.note(printer.id, |standing| match (is_paused, standing.condition) {
                    (true, _) => standing.condition = Condition::Paused,
                    (false, Condition::Paused) => standing.condition = Condition::Unknown,
                    (false, _) => {}
                });
                if !is_paused && let Some(job) = queries::head_of_queue(connection, printer.id)? {
                    heads.push((printer, job));
                }
            }
            Ok(heads)
        })?;
        Ok(read.into_iter().min_by_key(|(_, job)| (job.rank, job.ordinal)))
    }

    /// The device's breaker: that of its printers which somebody may have hurried.
    fn breaker(&self) -> Breaker {
        let breakers = self.printers.iter().map(|printer| self.workshop.board.standing(printer.id).breaker);
        breakers.min_by_key(|breaker| breaker.rests_until()).unwrap_or_default()
    }

    fn condition(&self, condition: Condition) {
        for printer in &self.printers {
            self.workshop.board.note(printer.id, |standing| standing.condition = condition);
        }
    }

    fn is_late(job: &Waiting, now: Timestamp) -> bool {
        job.expires_at.is_some_and(|expires_at| expires_at < now)
    }

    /// Sleeps towards the moment a job may be tried again, in short steps, so that leaving is not held up.
    fn pause(at_most: SignedDuration) {
        std::thread::sleep(Duration::try_from(at_most).unwrap_or_default().min(NAP));
    }

    fn now(&self) -> Timestamp {
        self.workshop.journal.environment().clock.now()
    }

    fn print(&self, printer: &Printer, job: &Waiting) {
        if Self::is_late(job, self.now()) {
            return self.give_up(job, "it came too late");
        }
        let bytes = match self.render(printer, job) {
            Ok(bytes) => bytes,
            Err(error) => return self.give_up(job, &error),
        };
        if printer.address == PrinterAddress::Virtual {
            return self.keep(printer, job, &bytes);
        }
        if let Moved(to) = follow::look(&self.workshop, printer) {
            return follow::follow(&self.workshop, printer, to);
        }
        let desk = Desk { worker: self, printer, job: Some(job), waits: Cell::new(None) };
        let (talk, abilities) = match self.greet(printer, &desk) {
            Ok(greeted) => greeted,
            Err(Hindrance::Way(broken)) => {
                self.fail();
                self.postpone(printer, job, &broken);
                return self.look_elsewhere(printer);
            }
            Err(Hindrance::Waits(wait)) => {
                self.condition(wait.into());
                return self.wait_for_somebody(job, wait);
            }
        };
        if self.held_back(printer) {
            return talk.part();
        }
        if !self.begins(job, &bytes) {
            return talk.part();
        }
        self.condition(Condition::Printing);
        let began = Instant::now();
        let number = u64::try_from(job.ordinal).unwrap_or_default() * 8 + u64::from(job.attempts % 8);
        match talk.print(&bytes, abilities, self.manners.get().farewell(), number) {
            Ok(proof) => {
                self.manners.set(self.manners.get().shown_by(proof));
                self.learned(printer, abilities, proof);
                self.works(printer, began.elapsed());
                self.proved(printer, job, proof);
                follow::remember(&self.workshop, printer);
            }
            Err(broken) => {
                self.fail();
                if broken.sent == 0 {
                    self.postpone(printer, job, &broken)
                } else {
                    self.in_doubt(printer, job, &broken.to_string())
                }
            }
        }
    }

    /// Reaches the printer, and learns whether it is there and may be sent a job.
    fn greet<'d>(&self, printer: &Printer, desk: &'d Desk<'_>) -> Result<(Talk<'d>, Abilities), Hindrance> {
        let mut talk = Talk::new(reach(&printer.address).map_err(Hindrance::Way)?, desk);
        let lost = |reason| Hindrance::Way(Broken::before_the_first_byte(reason));
        let Some(abilities) = self.known_abilities(printer) else {
            let number = u64::try_from(self.now().as_microsecond()).unwrap_or_default();
            let abilities = talk.learn(number).map_err(lost)?;
            self.said.replace(talk.model().map(str::to_owned));
            return Self::unless_it_waits(talk, abilities);
        };
        if abilities.status && !talk.is_there().map_err(lost)? {
            talk.abandon();
            let silence = "it takes the connection and does not answer";
            return Err(lost(std::io::Error::new(std::io::ErrorKind::TimedOut, silence)));
        }
        Self::unless_it_waits(talk, abilities)
    }

    /// A printer that says what it waits for is sent nothing; what it did not answer meanwhile says nothing of it.
    fn unless_it_waits(mut talk: Talk<'_>, abilities: Abilities) -> Result<(Talk<'_>, Abilities), Hindrance> {
        let wait = if abilities.status { talk.wait() } else { Ok(None) };
        match wait.map_err(|reason| Hindrance::Way(Broken::before_the_first_byte(reason)))? {
            None => Ok((talk, abilities)),
            Some(wait) => {
                talk.part();
                Err(Hindrance::Waits(wait))
            }
        }
    }

    fn known_abilities(&self, printer: &Printer) -> Option<Abilities> {
        let id = printer.id;
        let known = self.workshop.journal.readers().read_blocking(move |connection| queries::abilities(connection, id));
        // Somebody may have had them forgotten; a file that cannot be read does not unlearn them.
        if let Ok(known) = known {
            self.abilities.set(known);
        }
        self.abilities.get()
    }

    /// A job came out: what was learned of the printer on the way is true.
    fn learned(&self, printer: &Printer, abilities: Abilities, proof: Proof) {
        if abilities == Abilities::default() && proof == Proof::Sent {
            // It may have been stalled: what was silent once need not be mute.
            return;
        }
        if self.abilities.replace(Some(abilities)) != Some(abilities) {
            let id = printer.id;
            let model = self.said.take();
            self.insist(move |step| {
                store::keep_abilities(step.connection(), id, Some(abilities))?;
                store::keep_model(step.connection(), id, model.as_deref())
            });
        }
    }

    /// Asks a printer that was left alone whether it is back.
    fn probe(&self, printer: &Printer) {
        let desk = Desk { worker: self, printer, job: None, waits: Cell::new(None) };
        match self.greet(printer, &desk) {
            Ok((talk, _)) => {
                talk.part();
                self.is_back();
            }
            Err(Hindrance::Waits(wait)) => {
                self.is_back();
                self.condition(wait.into());
            }
            Err(Hindrance::Way(_)) => {
                self.fail();
                self.look_elsewhere(printer);
            }
        }
    }

    /// A printer that is left alone from now on may have another address.
    fn look_elsewhere(&self, printer: &Printer) {
        if self.breaker().is_closed() {
            return;
        }
        if let Some(to) = follow::search(&self.workshop, printer) {
            follow::follow(&self.workshop, printer, to);
        }
    }

    fn is_back(&self) {
        for printer in &self.printers {
            self.workshop.board.note(printer.id, |standing| {
                (standing.breaker, standing.condition) = (Breaker::default(), Condition::Ready);
            });
        }
    }

    /// The way to it failed once more.
    fn fail(&self) {
        let [chance] = self.workshop.journal.environment().random();
        for printer in &self.printers {
            self.workshop.board.note(printer.id, |standing| {
                standing.breaker = standing.breaker.failed(Instant::now(), chance);
                standing.condition = Condition::Down;
            });
        }
        if self.away_since.get().is_none() {
            self.away_since.set(Some(self.now()));
        }
    }

    fn works(&self, printer: &Printer, took: Duration) {
        self.is_back();
        self.workshop.board.served(printer.id, took);
        self.workshop.board.progress(printer.id);
    }

    /// Whether what waits is too old to be printed without asking, now that the printer is back.
    fn held_back(&self, printer: &Printer) -> bool {
        let Some(since) = self.away_since.take() else { return false };
        let (printer, now) = (printer.clone(), self.now());
        let hold = move |step: &mut Step<'_>| flood::hold_what_is_old(step, &printer, since, now);
        match self.workshop.journal.operate_blocking(Actor::Branch, hold) {
            Ok(held) => held > 0,
            Err(error) => {
                tracing::warn!(%error, "what waits could not be looked at");
                self.away_since.set(Some(since));
                false
            }
        }
    }

    /// Writes down that bytes are about to leave; not when somebody took the job away meanwhile.
    fn begins(&self, job: &Waiting, bytes: &[u8]) -> bool {
        let (ordinal, torn) = (job.ordinal, Torn::after(bytes));
        let mark = move |step: &mut Step<'_>| store::mark_sending(step.connection(), ordinal, torn, step.now());
        match self.workshop.journal.operate_blocking(Actor::Branch, mark) {
            Ok(is_ours) => is_ours,
            Err(error) => {
                tracing::warn!(%error, "a ticket waits for the disk");
                std::thread::sleep(WRITER_PAUSE);
                false
            }
        }
    }

    fn keep(&self, printer: &Printer, job: &Waiting, bytes: &[u8]) {
        if self.held_back(printer) || !self.begins(job, bytes) {
            return;
        }
        let began = Instant::now();
        match transport::keep(&super::paper_file(&self.workshop.folder, job.id), bytes) {
            Ok(()) => {
                self.works(printer, began.elapsed());
                self.proved(printer, job, Proof::Kept);
                super::forget_old_paper(&self.workshop.folder);
            }
            Err(reason) => {
                self.fail();
                self.postpone(printer, job, &Broken::before_the_first_byte(reason));
            }
        }
    }

    fn render(&self, printer: &Printer, job: &Waiting) -> Result<Vec<u8>, String> {
        let content = &job.content;
        let read = self.workshop.journal.readers().read_blocking(|connection| {
            let mut torn: Option<Torn> = None;
            for printer in &self.printers {
                let here = queries::torn(connection, printer.id)?;
                torn = torn.into_iter().chain(here).reduce(Torn::or);
            }
            Ok((
                Material::load(connection, content, &self.workshop.guests)?,
                torn,
                queries::model(connection, printer.id)?,
            ))
        });
        let (material, torn, model) = read.map_err(|error| error.to_string())?;
        let material = material.ok_or("the ticket is not in the file")?;
        let attempt = job.possible_duplicate.then(|| job.attempts + 1);
        let configuration = self.workshop.journal.configuration();
        let backup_of = job.backup_of.and_then(|id| configuration.printers.iter().find(|printer| printer.id == id));
        let backup_of = backup_of.map(|printer| printer.name.clone());
        let marks = Marks { possible_duplicate: attempt, backup_of, ..Marks::of_print(job.reprint) };
        let ticket = material.encode(marks, &configuration, &super::profile_of(printer, model.as_deref()));
        let half = torn.map(Torn::ending).unwrap_or_default();
        Ok([half, ticket].concat())
    }

    /// The printer has it; that is written down before anything else is printed, however long the disk takes.
    fn proved(&self, printer: &Printer, job: &Waiting, proof: Proof) {
        let (ordinal, ticket, printer) = (job.ordinal, job.content.ticket(), printer.id);
        self.insist(move |step| {
            store::mark_printed(step.connection(), ordinal, proof, step.now())?;
            ticket.map_or(Ok(()), |ticket| step.record(TicketProved { ticket, printer, proof }))
        });
    }

    fn in_doubt(&self, printer: &Printer, job: &Waiting, reason: &str) {
        tracing::warn!(printer.id = %printer.id, job.id = %job.id, reason, "a job may have come out or not");
        let Some(ticket) = job.content.ticket() else { return self.in_doubt_about_a_paper(job, reason) };
        let (ordinal, printer) = (job.ordinal, printer.id);
        let (reason, next_at) = (reason.to_owned(), self.after(job.attempts));
        self.insist(move |step| {
            store::mark_in_doubt(step.connection(), ordinal, &reason, next_at)?;
            step.record(TicketUnknown { ticket, printer })
        });
    }

    /// A dish that is lost is worse than a marked duplicate; of a receipt somebody can see whether it is there, and a drawer
    /// that opens later is open for whoever stands there then.
    fn in_doubt_about_a_paper(&self, job: &Waiting, reason: &str) {
        let (kind, ordinal, reason) = (job.content.paper(), job.ordinal, reason.to_owned());
        let next_at = self.after(job.attempts);
        self.insist(move |step| match kind {
            Some(PaperKind::DrawerPulse) => store::mark_failed(step.connection(), ordinal, &reason, step.now()),
            // They stand for tickets, and are treated as they are.
            Some(PaperKind::HeldSummary | PaperKind::WholeOrder | PaperKind::DeliverySlip) => {
                store::mark_in_doubt(step.connection(), ordinal, &reason, next_at)
            }
            _ => store::mark_unknown(step.connection(), ordinal, &reason),
        });
    }

    fn postpone(&self, printer: &Printer, job: &Waiting, broken: &Broken) {
        if job.failures == 0 {
            tracing::warn!(printer.id = %printer.id, reason = %broken, "a printer cannot be reached");
        }
        let (ordinal, reason, next_at) = (job.ordinal, broken.to_string(), self.after(job.failures));
        self.insist(move |step| store::postpone(step.connection(), ordinal, &reason, next_at));
    }

    /// No byte left, and it is no failure: the printer says what it needs.
    fn wait_for_somebody(&self, job: &Waiting, wait: Wait) {
        let (ordinal, reason) = (job.ordinal, words(wait));
        let next_at = self.now() + LOOK_AGAIN;
        self.insist(move |step| store::wait_until(step.connection(), ordinal, reason, next_at));
    }

    fn give_up(&self, job: &Waiting, reason: &str) {
        tracing::error!(job.id = %job.id, reason, "a job cannot be printed");
        let (ordinal, reason) = (job.ordinal, reason.to_owned());
        self.insist(move |step| store::mark_failed(step.connection(), ordinal, &reason, step.now()));
    }

    fn doubt_what_was_being_sent(&self) {
        for printer in &self.printers {
            let id = printer.id;
            let read = self.workshop.journal.readers();
            match read.read_blocking(move |connection| queries::in_doubt(connection, id)) {
                Ok(jobs) => {
                    for job in jobs {
                        let job = Waiting { attempts: 0, ..job };
                        self.in_doubt(printer, &job, "the program ended while it was being sent");
                    }
                }
                Err(error) => tracing::error!(%error, "could not look for tickets in doubt"),
            }
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

/// The way to a printer.
///
/// # Errors
/// [`Broken`] with nothing sent.
pub(super) fn reach(address: &PrinterAddress) -> Result<Box<dyn Link>, Broken> {
    match address {
        PrinterAddress::Tcp { host, port } => transport::tcp(host, *port),
        PrinterAddress::Usb { path } => device::usb(path),
        PrinterAddress::Serial { path, line } => device::serial(path, *line),
        PrinterAddress::Virtual => Err(Broken::before_the_first_byte(std::io::ErrorKind::Unsupported.into())),
    }
}

/// The name of a job's file.
pub fn file_name(job: JobId) -> String {
    format!("{job}.escpos")
}

#[cfg(test)]
mod tests;
