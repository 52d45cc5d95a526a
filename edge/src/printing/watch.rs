//! The watch over what does not come out: raises alerts, hands tickets over to another printer, and has the rest told by
//! hand. It follows the workers' board and the queue; it prints nothing itself.
//!
//! A ticket is endangered when it heads its printer's queue and the printer has made no progress for a while: no byte
//! taken, no sign of life, no proof. A slow printer is not: it makes progress, and its own measured pace counts. What is
//! handed over has never left; what may have come out waits longer, and is marked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use comanda_shared::alert::{Alert, AlertKey, AlertKind, Matter};
use comanda_shared::ids::{PrinterId, TicketId};
use comanda_shared::kitchen::{IssuedTicket, Routes, printer_now};
use comanda_shared::printer::Printer;
use comanda_shared::staff::Actor;
use rusqlite::Connection;

use super::board::{Board, Condition, Standing};
use super::by_hand;
use super::job::{Job, JobStatus, Waiting};
use super::spooler::Workshop;
use super::{feature, queries};
use crate::alerts;
use crate::journal::aggregates::Aggregate;
use crate::journal::{Configuration, Step};

/// Between two looks.
const GLANCE: Duration = Duration::from_millis(500);
/// No progress at the head of a queue for so long is an alarm.
const ALARM: Duration = Duration::from_secs(5);
/// After so long, what never left goes to the printer that takes over.
const HAND_OVER: Duration = Duration::from_secs(8);
/// After so long also what may have come out, marked; and what waits at a paused printer.
const GIVE_UP: Duration = Duration::from_secs(60);
/// A ticket may take so long where nobody says otherwise; a queue that takes longer is long, and no longer when it takes half
/// of that.
const LIMIT: Duration = Duration::from_secs(60);
/// Failures after which a printer is down, where nothing waits long enough to say so.
const DOWN: u32 = 3;
/// Tickets looked at of one queue at a time.
const AT_ONCE: u32 = 50;

/// What stands at one printer.
struct Queue {
    printer: Printer,
    standing: Standing,
    /// The job at its head, also one that is being sent.
    head: Option<i64>,
    /// What waits, in its order.
    waiting: Vec<Waiting>,
    held: u32,
}

impl Queue {
    /// How long what waits should take it.
    fn expected(&self) -> Duration {
        self.standing.service.map_or(Duration::ZERO, |service| service.saturating_mul(many(self.waiting.len())))
    }

    /// How long a ticket may take here.
    fn limit(&self) -> Duration {
        self.printer.limit_seconds.map_or(LIMIT, |seconds| Duration::from_secs(seconds.into()))
    }

    /// What would come out too late, though nothing is wrong: the last of those that wait, as far as another printer would
    /// have them out sooner. A ticket that may have left, or stands in for another printer already, stays.
    fn too_late(&self, elsewhere: impl Fn(PrinterId) -> Option<Duration>) -> Vec<&Waiting> {
        let (Some(service), Some(heir)) = (self.standing.service, self.printer.fallback) else { return Vec::new() };
        let mut there = match elsewhere(heir) {
            Some(there) => there,
            None => return Vec::new(),
        };
        let mut late = Vec::new();
        for (ahead, job) in self.waiting.iter().enumerate() {
            let here = service.saturating_mul(many(ahead + 1));
            if here > self.limit() && there + service < here && job.attempts == 0 && job.content.ticket().is_some() {
                there += service;
                late.push(job);
            }
        }
        late
    }
}

fn many(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// What is to be done about a queue.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
struct Verdict {
    alarm: bool,
    hand_over: bool,
    hand_over_doubtful: bool,
    is_down: bool,
}

/// What should be done about a printer whose head has not moved for so long.
fn judge(standing: &Standing, stalled: Duration, is_removed: bool) -> Verdict {
    let is_paused = standing.condition == Condition::Paused;
    let is_open = !standing.breaker.is_closed();
    // A ticket that takes its printer long is not late before it took twice as long.
    let pace = standing.service.map_or(Duration::ZERO, |service| service * 2 + Duration::from_secs(1));
    let patience = if is_paused { GIVE_UP } else { ALARM.max(pace) };
    let hand_over = if is_paused { GIVE_UP } else { HAND_OVER.max(patience) };
    Verdict {
        alarm: stalled >= patience || is_removed,
        hand_over: stalled >= hand_over || is_open || is_removed,
        hand_over_doubtful: stalled >= GIVE_UP,
        is_down: standing.condition == Condition::Down
            && (is_open || stalled >= patience || standing.breaker.failures() >= DOWN),
    }
}

/// The watch.
pub struct Watch {
    workshop: Workshop,
    /// The head of each queue, and since when it is.
    heads: BTreeMap<PrinterId, (i64, Instant)>,
}

/// What is done in one step.
#[derive(Clone, Default)]
struct Deeds {
    raise: Vec<(Matter, Printer)>,
    endangered: Vec<(TicketId, Printer)>,
    by_hand: Vec<TicketId>,
    hand_over: Vec<(Waiting, Printer, PrinterId)>,
    clear: Vec<Alert>,
}

impl Deeds {
    /// What is known need not be said again.
    fn forget(&mut self, known: &BTreeSet<AlertKey>) {
        let about = |kind, ticket: &TicketId| AlertKey { kind, subject: ticket.uuid() };
        self.raise.retain(|(matter, _)| !known.contains(&matter.key()));
        self.endangered.retain(|(ticket, _)| !known.contains(&about(AlertKind::TicketEndangered, ticket)));
        self.by_hand.retain(|ticket| !known.contains(&about(AlertKind::TicketByHand, ticket)));
    }

    fn is_empty(&self) -> bool {
        self.raise.is_empty()
            && self.endangered.is_empty()
            && self.by_hand.is_empty()
            && self.hand_over.is_empty()
            && self.clear.is_empty()
    }
}

impl Watch {
    /// Over what this workshop prints.
    pub const fn new(workshop: Workshop) -> Self {
        Self { workshop, heads: BTreeMap::new() }
    }

    /// Watches until the branch stops.
    pub fn run(mut self) {
        while !self.workshop.stopping.load(Ordering::Acquire) {
            let rung = self.workshop.changes.count();
            self.look();
            // Rings when the branch stops, so that leaving is not held up.
            self.workshop.changes.wait(rung, GLANCE);
        }
    }

    fn look(&mut self) {
        let configuration = self.workshop.journal.configuration();
        let board = self.workshop.board.clone();
        let read = self.workshop.journal.readers().read_blocking(|connection| {
            let queues = configuration.printers.iter().map(|printer| queue(connection, printer, &board));
            let queues = queues.collect::<rusqlite::Result<Vec<_>>>()?;
            let open = alerts::queries::open(connection)?;
            let (mut over, mut known) = (Vec::new(), BTreeSet::new());
            for alert in open {
                if is_over(connection, &alert, &queues)? {
                    over.push(alert);
                } else {
                    known.insert(alert.matter.key());
                }
            }
            let tickets = queues.iter().flat_map(|queue| &queue.waiting).filter_map(|job| job.content.ticket());
            let stations = tickets.map(|ticket| Ok((ticket, IssuedTicket::load(connection, ticket.uuid())?)));
            let tickets = stations.collect::<rusqlite::Result<BTreeMap<_, _>>>()?;
            Ok((queues, over, known, tickets))
        });
        match read {
            Ok((queues, over, known, tickets)) => {
                let mut deeds = Deeds { clear: over, ..Deeds::default() };
                for queue in &queues {
                    self.consider(queue, &configuration, &tickets, &mut deeds);
                    self.relieve(queue, &queues, &configuration, &mut deeds);
                }
                deeds.forget(&known);
                self.act(deeds);
            }
            Err(error) => tracing::warn!(%error, "could not look at what waits to be printed"),
        }
    }

    fn consider(
        &mut self,
        queue: &Queue,
        configuration: &Configuration,
        tickets: &BTreeMap<TicketId, Option<IssuedTicket>>,
        deeds: &mut Deeds,
    ) {
        let printer = &queue.printer;
        let verdict = judge(&queue.standing, self.stalled(queue), printer.is_removed);
        let name = || printer.name.clone();
        let id = printer.id;
        let wrong = match queue.standing.condition {
            Condition::PaperOut => Some(Matter::PrinterPaperOut { printer: id, name: name() }),
            Condition::CoverOpen => Some(Matter::PrinterCoverOpen { printer: id, name: name() }),
            Condition::Down => verdict.is_down.then(|| Matter::PrinterDown { printer: id, name: name() }),
            Condition::Unknown | Condition::Ready | Condition::Printing | Condition::Paused => None,
        };
        deeds.raise.extend(wrong.filter(|_| !printer.is_removed).map(|matter| (matter, printer.clone())));
        if queue.expected() > queue.limit() && queue.waiting.len() > 1 {
            let waiting = u32::try_from(queue.waiting.len()).unwrap_or(u32::MAX);
            deeds.raise.push((Matter::QueueLong { printer: id, name: name(), waiting }, printer.clone()));
        }
        if queue.head.is_none() {
            return;
        }
        if verdict.alarm
            && let Some(ticket) = queue.waiting.first().and_then(|job| job.content.ticket())
        {
            deeds.endangered.push((ticket, printer.clone()));
        }
        if !verdict.hand_over {
            return;
        }
        for job in &queue.waiting {
            let has_left = job.attempts > 0;
            if has_left && !verdict.hand_over_doubtful {
                continue;
            }
            let station = job.content.ticket().and_then(|ticket| tickets.get(&ticket)?.as_ref());
            match heir(job, printer, station, configuration, &self.workshop.board) {
                Some(heir) => deeds.hand_over.push((job.clone(), printer.clone(), heir)),
                None => deeds.by_hand.extend(job.content.ticket()),
            }
        }
    }

    /// Hands over what a slow printer would print too late to one that is sooner done.
    fn relieve(&self, queue: &Queue, queues: &[Queue], configuration: &Configuration, deeds: &mut Deeds) {
        if queue.printer.is_removed || queue.standing.condition == Condition::Paused {
            return;
        }
        let expected = |heir: PrinterId| queues.iter().find(|other| other.printer.id == heir).map(Queue::expected);
        for job in queue.too_late(expected) {
            let is_known = deeds.hand_over.iter().any(|(other, _, _)| other.id == job.id);
            if let Some(heir) = heir(job, &queue.printer, None, configuration, &self.workshop.board)
                && !is_known
            {
                deeds.hand_over.push((job.clone(), queue.printer.clone(), heir));
            }
        }
    }

    /// For how long the head of a queue has seen no progress.
    fn stalled(&mut self, queue: &Queue) -> Duration {
        let Some(head) = queue.head else {
            self.heads.remove(&queue.printer.id);
            return Duration::ZERO;
        };
        let known = self.heads.entry(queue.printer.id).or_insert_with(|| (head, Instant::now()));
        if known.0 != head {
            *known = (head, Instant::now());
        }
        let since = queue.standing.progress_at.map_or(known.1, |progress| progress.max(known.1));
        since.elapsed()
    }

    fn act(&self, deeds: Deeds) {
        if deeds.is_empty() {
            return;
        }
        let tickets = deeds.by_hand.clone();
        let done = self.workshop.journal.operate_blocking(Actor::Branch, move |step| perform(step, &deeds));
        match done {
            Ok(()) => tickets.into_iter().for_each(|ticket| by_hand::write(&self.workshop, ticket)),
            Err(error) => tracing::warn!(%error, "what is endangered could not be written down"),
        }
    }
}

fn queue(connection: &Connection, printer: &Printer, board: &Board) -> rusqlite::Result<Queue> {
    let waiting = queries::queued(connection, printer.id, AT_ONCE)?;
    let sending = queries::in_doubt(connection, printer.id)?;
    Ok(Queue {
        standing: board.standing(printer.id),
        head: sending.first().or(waiting.first()).map(|job| job.ordinal),
        waiting,
        held: queries::held(connection, printer.id)?,
        printer: printer.clone(),
    })
}

/// The printer that takes a job over: depth one, so that two that stand in for each other do not pass a ticket to and fro;
/// and one that is well itself.
fn heir(
    job: &Waiting,
    printer: &Printer,
    ticket: Option<&IssuedTicket>,
    configuration: &Configuration,
    board: &Board,
) -> Option<PrinterId> {
    if job.backup_of.is_some() || job.expires_at.is_some() {
        return None;
    }
    let stands_in = match printer.fallback {
        None if printer.is_removed => successor(ticket?, &configuration.routes),
        fallback => fallback,
    };
    let heir = configuration.printers.iter().find(|other| Some(other.id) == stands_in && !other.is_removed)?;
    let standing = board.standing(heir.id);
    let is_well = standing.condition.may_take_over() && standing.breaker.is_closed();
    (is_well && heir.address != printer.address || heir.address == comanda_shared::printer::PrinterAddress::Virtual)
        .then_some(heir.id)
}

/// Where the tickets of a printer that was taken away go.
fn successor(ticket: &IssuedTicket, routes: &Routes) -> Option<PrinterId> {
    printer_now(routes, ticket.ticket.station)
}

/// Whether what an alert of printing says is so no longer.
fn is_over(connection: &Connection, alert: &Alert, queues: &[Queue]) -> rusqlite::Result<bool> {
    let of_printer = |printer: PrinterId| queues.iter().find(|queue| queue.printer.id == printer);
    let last_job = |ticket: TicketId| queries::last_job_of(connection, ticket);
    let has_ended = |job: &Job| job.ended_at.is_some();
    Ok(match &alert.matter {
        Matter::TicketEndangered { ticket, printer, .. } => {
            last_job(*ticket)?.is_none_or(|job| has_ended(&job) || job.printer != *printer)
        }
        Matter::TicketByHand { ticket, .. } => last_job(*ticket)?.is_none_or(|job| has_ended(&job)),
        matter => {
            let Some(queue) = matter.printer().and_then(of_printer).filter(|queue| !queue.printer.is_removed) else {
                return Ok(matter.printer().is_some());
            };
            let condition = queue.standing.condition;
            let is_known = !matches!(condition, Condition::Unknown | Condition::Paused);
            match matter.kind() {
                AlertKind::PrinterDown => is_known && condition != Condition::Down,
                AlertKind::PrinterPaperOut => is_known && condition != Condition::PaperOut,
                AlertKind::PrinterCoverOpen => is_known && condition != Condition::CoverOpen,
                AlertKind::QueueLong => queue.expected() < queue.limit() / 2,
                AlertKind::QueueHeld => queue.held == 0,
                // What other features raise, they clear.
                _ => false,
            }
        }
    })
}

fn perform(step: &mut Step<'_>, deeds: &Deeds) -> rusqlite::Result<()> {
    for alert in &deeds.clear {
        alerts::feature::clear(step, &alert.matter.key())?;
    }
    for (matter, printer) in &deeds.raise {
        alerts::feature::raise(step, matter.clone(), &printer.stations)?;
    }
    let mut moved = Vec::new();
    for (job, from, to) in &deeds.hand_over {
        if feature::hand_over(step, job.id, from.id, *to)? {
            moved.extend(job.content.ticket());
        }
    }
    for (ticket, printer) in deeds.endangered.iter().filter(|(ticket, _)| !moved.contains(ticket)) {
        let Some(issued) = still_waits(step, *ticket)? else { continue };
        let (number, name) = (issued.ticket.number.clone(), printer.name.clone());
        let (ticket, order, station) = (*ticket, issued.ticket.order, issued.ticket.station);
        let matter = Matter::TicketEndangered { ticket, order, number, printer: printer.id, name };
        alerts::feature::raise(step, matter, &[station])?;
    }
    for ticket in &deeds.by_hand {
        let Some(issued) = still_waits(step, *ticket)? else { continue };
        let (number, station) = (issued.ticket.number.clone(), issued.ticket.station_name.clone());
        let matter = Matter::TicketByHand { ticket: *ticket, order: issued.ticket.order, number, station };
        alerts::feature::raise(step, matter, &[issued.ticket.station])?;
    }
    Ok(())
}

/// The ticket, if its job has not come out or ended since it was looked at.
fn still_waits(step: &mut Step<'_>, ticket: TicketId) -> rusqlite::Result<Option<IssuedTicket>> {
    let job = queries::last_job_of(step.connection(), ticket)?;
    if job.is_none_or(|job| job.status != JobStatus::Queued) {
        return Ok(None);
    }
    Ok(step.ticket(ticket)?.cloned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printing::breaker::Breaker;
    use crate::printing::job::Content;
    use comanda_shared::ids::JobId;
    use comanda_shared::printer::PrinterAddress;
    use jiff::Timestamp;
    use uuid::Uuid;

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn printing(service: Option<u64>) -> Standing {
        Standing { condition: Condition::Printing, service: service.map(secs), ..Standing::default() }
    }

    #[test]
    fn five_seconds_without_progress_are_an_alarm_and_eight_a_hand_over() {
        let standing = printing(None);
        assert_eq!(judge(&standing, secs(4), false), Verdict::default());
        assert_eq!(judge(&standing, secs(5), false), Verdict { alarm: true, ..Verdict::default() });
        let verdict = judge(&standing, secs(8), false);
        assert!(verdict.alarm && verdict.hand_over && !verdict.hand_over_doubtful);
        assert!(judge(&standing, secs(60), false).hand_over_doubtful);
    }

    #[test]
    fn a_printer_that_is_always_slow_is_not_late_before_it_took_twice_its_time() {
        let slow = printing(Some(4));
        assert_eq!(judge(&slow, secs(8), false), Verdict::default());
        assert!(judge(&slow, secs(9), false).hand_over);
    }

    #[test]
    fn a_printer_that_was_given_up_passes_on_what_comes_at_once() {
        let breaker = (0..5).fold(Breaker::default(), |breaker, _| breaker.failed(Instant::now(), 0));
        let open = Standing { condition: Condition::Down, breaker, ..Standing::default() };
        let verdict = judge(&open, Duration::ZERO, false);
        assert!(verdict.hand_over && verdict.is_down && !verdict.alarm);
    }

    fn waiting(ordinal: i64) -> Waiting {
        Waiting {
            ordinal,
            id: JobId::from_uuid(Uuid::from_u128(ordinal.unsigned_abs().into())),
            content: Content::Ticket(TicketId::from_uuid(Uuid::from_u128(1))),
            attempts: 0,
            failures: 0,
            possible_duplicate: false,
            reprint: 0,
            backup_of: None,
            next_at: Timestamp::UNIX_EPOCH,
            expires_at: None,
            created_at: Timestamp::UNIX_EPOCH,
            rank: 1,
        }
    }

    /// A printer that takes so many seconds a ticket, and so many tickets that wait.
    fn slow_queue(service: u64, tickets: i64, limit: u16) -> Queue {
        let mut printer = crate::printing::sheet::tests::printer("Plancha", PrinterAddress::Virtual);
        printer.fallback = Some(PrinterId::from_uuid(Uuid::from_u128(8)));
        printer.limit_seconds = Some(limit);
        let waiting = (1..=tickets).map(waiting).collect();
        Queue { printer, standing: printing(Some(service)), head: Some(1), waiting, held: 0 }
    }

    #[test]
    fn what_a_slow_printer_would_print_too_late_goes_where_it_is_out_sooner() {
        let ordinals = |queue: &Queue, there: u64| {
            queue.too_late(|_| Some(secs(there))).into_iter().map(|job| job.ordinal).collect::<Vec<_>>()
        };
        assert_eq!(ordinals(&slow_queue(4, 8, 20), 0), [6, 7, 8], "the first five are out within the limit");
        assert_eq!(ordinals(&slow_queue(4, 8, 20), 30), Vec::<i64>::new(), "the other has more to do");
        assert_eq!(ordinals(&slow_queue(4, 8, 60), 0), Vec::<i64>::new());
        let mut begun = slow_queue(4, 8, 20);
        begun.waiting[6].attempts = 1;
        assert_eq!(ordinals(&begun, 0), [6, 8], "what may have left stays");
        assert!(slow_queue(4, 8, 20).too_late(|_| None).is_empty());
    }

    #[test]
    fn a_paused_printer_has_a_minute() {
        let paused = Standing { condition: Condition::Paused, ..Standing::default() };
        assert_eq!(judge(&paused, secs(59), false), Verdict::default());
        assert!(judge(&paused, secs(60), false).hand_over);
    }
}
