//! What is asked of printing: papers that are no tickets, jobs that are tried again, handed over or taken back, printers
//! that pause. Everything is decided in a step; workers find what is left.

use comanda_shared::ids::{JobId, PrinterId, TicketId};
use comanda_shared::kitchen::{TicketCancelled, TicketKind, TicketRerouted, TicketTaken};
use comanda_shared::paper::{HeldSummary, HeldTicket, PaperKind, PrintedDocument, TestPage};
use comanda_shared::printer::Printer;
use comanda_shared::staff::Actor;

use super::job::{Content, Job, JobChange, JobStatus, NewJob};
use super::{queries, sheet};
use crate::journal::{CommandError, Failure, Journal, Outcome, Request, Step};

/// Has a document printed, or a drawer opened, at the counter; none when no printer stands there, or it was taken away.
///
/// The job is written with the step. It is not in the journal: whoever has a receipt printed says so with an event of its
/// own where that matters.
pub fn print_at_counter(step: &mut Step<'_>, document: PrintedDocument) -> Option<JobId> {
    let printer = step.configuration().counter_printer()?.id;
    Some(print_at(step, printer, document))
}

/// Has a document printed at a printer of the branch.
pub fn print_at(step: &mut Step<'_>, printer: PrinterId, document: PrintedDocument) -> JobId {
    let job = NewJob::of_paper(document, printer, step.ids());
    let id = job.id;
    step.print(job);
    id
}

/// What is asked of a job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JobCommand {
    /// Try it again, now.
    Retry,
    /// Have it printed by this printer instead.
    Reroute(PrinterId),
    /// Do not print it any more.
    Cancel,
}

/// Why a job cannot be changed so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JobRefusal {
    /// There is no such job.
    #[error("there is no such job")]
    Unknown,
    /// Bytes of it are leaving, or have left: what comes of it is not known yet.
    #[error("the job is being sent")]
    BeingSent,
    /// It has ended.
    #[error("the job has ended")]
    Ended,
    /// There is no such printer, or it was taken away.
    #[error("there is no such printer")]
    PrinterUnknown,
}

/// Changes a job, and answers with it, or with the one that took its place.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub async fn change_job(
    journal: &Journal,
    request: Request,
    id: JobId,
    command: JobCommand,
) -> Result<Outcome<JobId>, CommandError<JobRefusal>> {
    let work = move |step: &mut Step<'_>| {
        let by = step.request().actor;
        let job = queries::job_of(step.connection(), id)?.ok_or(Failure::Refused(JobRefusal::Unknown))?;
        match command {
            JobCommand::Retry => retry(step, &job),
            JobCommand::Cancel => cancel(step, &job, by).map(|()| job.id),
            JobCommand::Reroute(to) => {
                let configuration = step.configuration();
                let is_there = |printer: &Printer| printer.id == to && !printer.is_removed;
                if !configuration.printers.iter().any(is_there) {
                    return Err(Failure::Refused(JobRefusal::PrinterUnknown));
                }
                waits(&job)?;
                Ok(reroute(step, &job, to, by)?)
            }
        }
    };
    journal.command(request, work, move |_, _| Ok(id)).await
}

/// Whether a job may be taken from its printer.
fn waits(job: &Job) -> Result<(), Failure<JobRefusal>> {
    match job.status {
        JobStatus::Queued | JobStatus::Held | JobStatus::Unknown => Ok(()),
        JobStatus::Sending | JobStatus::Sent => Err(Failure::Refused(JobRefusal::BeingSent)),
        JobStatus::Printed | JobStatus::Failed | JobStatus::Rerouted | JobStatus::Cancelled => {
            Err(Failure::Refused(JobRefusal::Ended))
        }
    }
}

fn retry(step: &mut Step<'_>, job: &Job) -> Result<JobId, Failure<JobRefusal>> {
    let is_drawer = job.content.paper() == Some(PaperKind::DrawerPulse);
    if job.status != JobStatus::Failed || is_drawer {
        waits(job)?;
    }
    step.change_jobs(JobChange::Requeue { ordinal: job.ordinal });
    Ok(job.id)
}

fn cancel(step: &mut Step<'_>, job: &Job, by: Actor) -> Result<(), Failure<JobRefusal>> {
    waits(job)?;
    step.change_jobs(JobChange::Withdraw { ordinal: job.ordinal, to: JobStatus::Cancelled });
    if let Content::Ticket(ticket) = job.content {
        step.record(TicketCancelled { ticket, printer: job.printer, by })?;
    }
    Ok(())
}

fn reroute(step: &mut Step<'_>, job: &Job, to: PrinterId, by: Actor) -> rusqlite::Result<JobId> {
    step.change_jobs(JobChange::Withdraw { ordinal: job.ordinal, to: JobStatus::Rerouted });
    let heir = NewJob::instead_of(job, to, step.ids());
    let id = heir.id;
    step.print(heir);
    if let Content::Ticket(ticket) = job.content {
        step.record(TicketRerouted { ticket, from: job.printer, to, by })?;
    }
    Ok(id)
}

/// Has another printer print a job that waits at one that cannot; answers whether it still waited.
///
/// # Errors
/// When SQLite cannot read; the step is then undone.
pub fn hand_over(step: &mut Step<'_>, job: JobId, from: PrinterId, to: PrinterId) -> rusqlite::Result<bool> {
    let Some(job) = queries::job_of(step.connection(), job)? else { return Ok(false) };
    if job.status != JobStatus::Queued || job.printer != from {
        return Ok(false);
    }
    reroute(step, &job, to, Actor::Branch).map(|_| true)
}

/// Somebody tells the station what stands on a ticket: no printer prints it any more.
///
/// # Errors
/// When SQLite cannot read; the step is then undone.
pub fn take_by_hand(step: &mut Step<'_>, ticket: TicketId, by: Actor) -> rusqlite::Result<()> {
    if let Some(job) = queries::last_job_of(step.connection(), ticket)?
        && waits(&job).is_ok()
    {
        step.change_jobs(JobChange::Withdraw { ordinal: job.ordinal, to: JobStatus::Cancelled });
    }
    step.record(TicketTaken { ticket, by })
}

/// What is asked of a printer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PrinterCommand {
    /// Print nothing until told otherwise.
    Pause,
    /// Go on.
    Resume,
    /// Print a test page, and be spoken to as if for the first time.
    Test,
    /// Print what is held after all.
    PrintHeld,
    /// Do not print what is held.
    DiscardHeld,
    /// Print what is held on one paper, and the tickets themselves no more.
    SummarizeHeld,
}

/// Does what is asked of a printer; answers with the job of a test page.
///
/// # Errors
/// When there is no such printer, or SQLite fails; then nothing has happened.
pub fn command_printer(
    step: &mut Step<'_>,
    printer: PrinterId,
    command: PrinterCommand,
    by: Actor,
) -> Result<Option<JobId>, Failure<JobRefusal>> {
    let configuration = step.configuration();
    let found = configuration.printers.iter().find(|other| other.id == printer && !other.is_removed);
    let found = found.ok_or(Failure::Refused(JobRefusal::PrinterUnknown))?;
    match command {
        PrinterCommand::Pause => step.change_jobs(JobChange::Pause { printer, stops: true }),
        PrinterCommand::Resume => step.change_jobs(JobChange::Pause { printer, stops: false }),
        PrinterCommand::Test => {
            step.change_jobs(JobChange::Forget { printer });
            let page = test_page(step, found);
            return Ok(Some(print_at(step, printer, page)));
        }
        PrinterCommand::PrintHeld => {
            for job in queries::held_jobs(step.connection(), printer)? {
                retry(step, &job)?;
            }
        }
        PrinterCommand::DiscardHeld => {
            for job in queries::held_jobs(step.connection(), printer)? {
                cancel(step, &job, by)?;
            }
        }
        PrinterCommand::SummarizeHeld => {
            let held = queries::held_jobs(step.connection(), printer)?;
            let summary = summary_of(step, found, &held)?;
            for job in &held {
                step.change_jobs(JobChange::Withdraw { ordinal: job.ordinal, to: JobStatus::Cancelled });
                if let Content::Ticket(ticket) = job.content {
                    step.record(TicketTaken { ticket, by })?;
                }
            }
            if !summary.tickets.is_empty() {
                return Ok(Some(print_at(step, printer, PrintedDocument::HeldSummary(summary))));
            }
        }
    }
    Ok(None)
}

/// What stands on the tickets among these jobs.
fn summary_of(step: &mut Step<'_>, printer: &Printer, held: &[Job]) -> rusqlite::Result<HeldSummary> {
    let (zone, now) = (step.configuration().zone.clone(), step.now());
    let mut tickets = Vec::new();
    for ticket in held.iter().filter_map(|job| job.content.ticket()) {
        let Some(issued) = step.ticket(ticket)?.cloned() else { continue };
        tickets.push(HeldTicket {
            number: issued.ticket.number.clone(),
            at: issued.issued_at.to_zoned(zone.clone()).datetime(),
            is_void: issued.ticket.kind == TicketKind::Void,
            lines: issued.ticket.lines.iter().map(sheet::line_in_short).collect(),
        });
    }
    Ok(HeldSummary { printer: printer.name.clone(), at: now.to_zoned(zone).datetime(), tickets })
}

fn test_page(step: &Step<'_>, printer: &Printer) -> PrintedDocument {
    let configuration = step.configuration();
    let name = |id| configuration.catalog.as_deref()?.station(id).map(|station| station.name.clone());
    PrintedDocument::TestPage(TestPage {
        printer: printer.name.clone(),
        address: printer.address.to_string(),
        stations: printer.stations.iter().filter_map(name).collect(),
        at: step.now().to_zoned(configuration.zone.clone()).datetime(),
    })
}
