//! What is read of printers and print jobs.

use std::collections::BTreeMap;

use comanda_shared::ids::{JobId, OrderId, PrinterId, TicketId};
use comanda_shared::kitchen::Proof;
use comanda_shared::paper::PrintedDocument;
use comanda_shared::printer::Printer;
use jiff::{SignedDuration, Timestamp};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::answers::Abilities;
use super::job::{Content, Job, JobStatus, NewJob, Waiting};
use super::torn::Torn;
use crate::journal::document;

/// Printers in the order they were set up: their ids grow.
pub const fn by_age(printer: &Printer) -> PrinterId {
    printer.id
}

/// Every printer, also those taken away, in the order they were set up.
///
/// # Errors
/// When SQLite cannot read.
pub fn all_printers(connection: &Connection) -> rusqlite::Result<Vec<Printer>> {
    const ALL: &str = "SELECT document FROM printer ORDER BY id LIMIT 1000";
    let mut statement = connection.prepare_cached(ALL)?;
    let rows = statement.query_map([], |row| document::read(row, 0))?;
    rows.collect()
}

/// Since when a printer is paused; none while it may print.
///
/// # Errors
/// When SQLite cannot read.
pub fn paused_since(connection: &Connection, printer: PrinterId) -> rusqlite::Result<Option<Timestamp>> {
    const PAUSED: &str = "SELECT paused_at FROM printer_state WHERE printer_id = ?1";
    let since = |row: &Row<'_>| row.get::<_, Option<i64>>(0);
    let since = connection.prepare_cached(PAUSED)?.query_row(params![printer.as_bytes()], since).optional()?;
    Ok(since.flatten().map(instant))
}

/// What a printer is known to answer; none when that was never learned.
///
/// # Errors
/// When SQLite cannot read.
pub fn abilities(connection: &Connection, printer: PrinterId) -> rusqlite::Result<Option<Abilities>> {
    const ABILITIES: &str = "SELECT abilities FROM printer_state WHERE printer_id = ?1";
    let known = |row: &Row<'_>| row.get::<_, Option<String>>(0);
    let known = connection.prepare_cached(ABILITIES)?.query_row(params![printer.as_bytes()], known).optional()?;
    Ok(known.flatten().and_then(|known| serde_json::from_str(&known).ok()))
}

/// What may stand half on a printer's paper, above whatever comes next.
///
/// # Errors
/// When SQLite cannot read.
pub fn torn(connection: &Connection, printer: PrinterId) -> rusqlite::Result<Option<Torn>> {
    const TORN: &str = "SELECT torn_command_bytes FROM printer_state WHERE printer_id = ?1 AND is_torn";
    let torn = |row: &Row<'_>| Ok(Torn { command_bytes: row.get(0)? });
    connection.prepare_cached(TORN)?.query_row(params![printer.as_bytes()], torn).optional()
}

/// What model a printer says it is; none when it was never asked, or says nothing.
///
/// # Errors
/// When SQLite cannot read.
pub fn model(connection: &Connection, printer: PrinterId) -> rusqlite::Result<Option<String>> {
    const MODEL: &str = "SELECT model FROM printer_state WHERE printer_id = ?1";
    let known = |row: &Row<'_>| row.get::<_, Option<String>>(0);
    Ok(connection.prepare_cached(MODEL)?.query_row(params![printer.as_bytes()], known).optional()?.flatten())
}

/// What tells a printer from others, whatever its address is; none before something came out of it.
///
/// # Errors
/// When SQLite cannot read.
pub fn hardware(connection: &Connection, printer: PrinterId) -> rusqlite::Result<Option<String>> {
    const HARDWARE: &str = "SELECT hardware FROM printer_state WHERE printer_id = ?1";
    let known = |row: &Row<'_>| row.get::<_, Option<String>>(0);
    Ok(connection.prepare_cached(HARDWARE)?.query_row(params![printer.as_bytes()], known).optional()?.flatten())
}

/// The columns of a job that waits, as [`waiting`] reads them.
macro_rules! waiting_columns {
    ($rest:literal) => {
        concat!(
            "SELECT ordinal, id, ticket_id, paper, attempts, failures, possible_duplicate, next_at, reprint, backup_of, ",
            "expires_at, created_at, priority FROM print_job ",
            $rest
        )
    };
}

/// The job at the head of a printer's queue.
///
/// # Errors
/// When SQLite cannot read.
pub fn head_of_queue(connection: &Connection, printer: PrinterId) -> rusqlite::Result<Option<Waiting>> {
    const HEAD: &str = waiting_columns!(
        "WHERE printer_id = ?1 AND ended_at IS NULL AND status = 'queued' ORDER BY priority, ordinal LIMIT 1"
    );
    connection.prepare_cached(HEAD)?.query_row(params![printer.as_bytes()], waiting).optional()
}

/// What is queued at a printer, in the order it will be printed.
///
/// # Errors
/// When SQLite cannot read.
pub fn queued(connection: &Connection, printer: PrinterId, limit: u32) -> rusqlite::Result<Vec<Waiting>> {
    const QUEUED: &str = waiting_columns!(
        "WHERE printer_id = ?1 AND ended_at IS NULL AND status = 'queued' ORDER BY priority, ordinal LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(QUEUED)?;
    let rows = statement.query_map(params![printer.as_bytes(), limit], waiting)?;
    rows.collect()
}

/// The jobs of which bytes may have been leaving when the program ended, of one printer.
///
/// # Errors
/// When SQLite cannot read.
pub fn in_doubt(connection: &Connection, printer: PrinterId) -> rusqlite::Result<Vec<Waiting>> {
    const DOUBT: &str = waiting_columns!(
        "WHERE printer_id = ?1 AND ended_at IS NULL AND (status = 'sending' OR status = 'sent')
         ORDER BY ordinal LIMIT 100"
    );
    let mut statement = connection.prepare_cached(DOUBT)?;
    let rows = statement.query_map(params![printer.as_bytes()], waiting)?;
    rows.collect()
}

fn waiting(row: &Row<'_>) -> rusqlite::Result<Waiting> {
    Ok(Waiting {
        ordinal: row.get(0)?,
        id: JobId::from_uuid(Uuid::from_bytes(row.get(1)?)),
        content: content(row, 2)?,
        attempts: row.get(4)?,
        failures: row.get(5)?,
        possible_duplicate: row.get(6)?,
        next_at: instant(row.get(7)?),
        reprint: row.get(8)?,
        backup_of: printer_in(row, 9)?,
        expires_at: row.get::<_, Option<i64>>(10)?.map(instant),
        created_at: instant(row.get(11)?),
        rank: row.get(12)?,
    })
}

/// The ticket in a column, or the document in the next.
fn content(row: &Row<'_>, column: usize) -> rusqlite::Result<Content> {
    match row.get::<_, Option<[u8; 16]>>(column)? {
        Some(ticket) => Ok(Content::Ticket(TicketId::from_uuid(Uuid::from_bytes(ticket)))),
        None => Ok(Content::Paper(Box::new(document::read::<PrintedDocument>(row, column + 1)?))),
    }
}

fn printer_in(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<PrinterId>> {
    let id = row.get::<_, Option<[u8; 16]>>(column)?;
    Ok(id.map(|id| PrinterId::from_uuid(Uuid::from_bytes(id))))
}

/// Jobs that wait at a printer, counted up to twenty: beyond that it is simply long, and an order must not pay for
/// counting.
///
/// # Errors
/// When SQLite cannot read.
pub fn queue_length(connection: &Connection, printer: PrinterId) -> rusqlite::Result<u32> {
    const WAITING: &str = "SELECT 1 FROM print_job WHERE printer_id = ?1 AND ended_at IS NULL LIMIT 20";
    let mut statement = connection.prepare_cached(WAITING)?;
    let mut waiting = statement.query([printer.as_bytes()])?;
    let mut length = 0;
    while waiting.next()?.is_some() {
        length += 1;
    }
    Ok(length)
}

/// What waits to be printed of some tickets.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Outlook {
    /// Their jobs that wait.
    pub jobs: Vec<JobId>,
    /// Jobs at the longest of their queues, these included.
    pub position: u32,
}

/// What the step at hand is about to have printed.
///
/// # Errors
/// When SQLite cannot read.
pub fn outlook_of_new(connection: &Connection, jobs: &[NewJob]) -> rusqlite::Result<Outlook> {
    let mut outlook = Outlook::default();
    for (index, job) in jobs.iter().enumerate() {
        let ahead = queue_length(connection, job.printer)?;
        let ours = jobs[..=index].iter().filter(|other| other.printer == job.printer).count();
        outlook.jobs.push(job.id);
        outlook.position = outlook.position.max(ahead.saturating_add(u32::try_from(ours).unwrap_or(u32::MAX)));
    }
    Ok(outlook)
}

/// What waits to be printed of these tickets.
///
/// # Errors
/// When SQLite cannot read.
pub fn outlook(connection: &Connection, tickets: &[TicketId]) -> rusqlite::Result<Outlook> {
    const WAITING: &str = "
        SELECT id, printer_id FROM print_job WHERE ticket_id = ?1 AND ended_at IS NULL LIMIT 10";
    let mut outlook = Outlook::default();
    let mut statement = connection.prepare_cached(WAITING)?;
    for ticket in tickets {
        let mut rows = statement.query(params![ticket.as_bytes()])?;
        while let Some(row) = rows.next()? {
            outlook.jobs.push(JobId::from_uuid(Uuid::from_bytes(row.get(0)?)));
            let printer = PrinterId::from_uuid(Uuid::from_bytes(row.get(1)?));
            outlook.position = outlook.position.max(queue_length(connection, printer)?);
        }
    }
    Ok(outlook)
}

/// How a printer did lately.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Record {
    /// When something came out last.
    pub last_printed_at: Option<Timestamp>,
    /// How well that is known.
    pub last_proof: Option<Proof>,
    /// From queued to printed, on average since an instant.
    pub mean_wait: Option<SignedDuration>,
}

/// How a printer did since an instant.
///
/// # Errors
/// When SQLite cannot read.
pub fn record(connection: &Connection, printer: PrinterId, since: Timestamp) -> rusqlite::Result<Record> {
    const LAST: &str = "
        SELECT ended_at, proof FROM print_job
         WHERE printer_id = ?1 AND ended_at IS NOT NULL AND status = 'printed'
         ORDER BY ended_at DESC LIMIT 1";
    const MEAN: &str = "
        SELECT sum(ended_at - created_at) / count(*) FROM print_job
         WHERE printer_id = ?1 AND ended_at IS NOT NULL AND ended_at >= ?2 AND status = 'printed'";
    let last = |row: &Row<'_>| Ok((instant(row.get(0)?), proof_in(row, 1)?));
    let last = connection.prepare_cached(LAST)?.query_row(params![printer.as_bytes()], last).optional()?;
    let mean = |row: &Row<'_>| row.get::<_, Option<i64>>(0);
    let mean = connection.prepare_cached(MEAN)?.query_row(params![printer.as_bytes(), since.as_microsecond()], mean)?;
    Ok(Record {
        last_printed_at: last.map(|(at, _)| at),
        last_proof: last.and_then(|(_, proof)| proof),
        mean_wait: mean.map(SignedDuration::from_micros),
    })
}

/// The columns of a job, as [`job`] reads them.
macro_rules! job_columns {
    ($rest:literal) => {
        concat!(
            "SELECT ordinal, print_job.id, ticket_id, paper, printer_id, print_job.status, proof, attempts, ",
            "possible_duplicate, error, created_at, ended_at, reprint, backup_of ",
            $rest
        )
    };
}

/// The jobs of an order's tickets, the oldest first.
///
/// # Errors
/// When SQLite cannot read.
pub fn jobs_of_order(connection: &Connection, order: OrderId) -> rusqlite::Result<Vec<Job>> {
    const OF_ORDER: &str = job_columns!(
        "FROM ticket JOIN print_job ON print_job.ticket_id = ticket.id WHERE ticket.order_id = ?1
         ORDER BY ordinal LIMIT 1000"
    );
    let mut statement = connection.prepare_cached(OF_ORDER)?;
    let rows = statement.query_map(params![order.as_bytes()], job)?;
    rows.collect()
}

/// The last job of a ticket.
///
/// # Errors
/// When SQLite cannot read.
pub fn last_job_of(connection: &Connection, ticket: TicketId) -> rusqlite::Result<Option<Job>> {
    const LAST: &str = job_columns!("FROM print_job WHERE ticket_id = ?1 ORDER BY ordinal DESC LIMIT 1");
    connection.prepare_cached(LAST)?.query_row(params![ticket.as_bytes()], job).optional()
}

/// A job. Jobs are looked for from the newest, among which the one somebody asks about stands.
///
/// # Errors
/// When SQLite cannot read.
pub fn job_of(connection: &Connection, id: JobId) -> rusqlite::Result<Option<Job>> {
    const ONE: &str = job_columns!("FROM print_job WHERE id = ?1 ORDER BY ordinal DESC LIMIT 1");
    connection.prepare_cached(ONE)?.query_row(params![id.as_bytes()], job).optional()
}

/// Jobs before an ordinal, the newest first, of one status or of all. Nearly all jobs of all years were printed: those that
/// were not have an index of their own, as those that still wait do.
///
/// # Errors
/// When SQLite cannot read.
pub fn jobs(connection: &Connection, status: Option<JobStatus>, before: i64, limit: u32) -> rusqlite::Result<Vec<Job>> {
    const ANY: &str = job_columns!(
        "FROM print_job WHERE (?1 IS NULL OR status = ?1) AND ordinal < ?2 ORDER BY ordinal DESC LIMIT ?3"
    );
    const WAITING: &str = job_columns!(
        "FROM print_job INDEXED BY print_job_waiting
          WHERE ended_at IS NULL AND status = ?1 AND ordinal < ?2 ORDER BY ordinal DESC LIMIT ?3"
    );
    const NOT_PRINTED: &str = job_columns!(
        "FROM print_job INDEXED BY print_job_not_printed
          WHERE ended_at IS NOT NULL AND status <> 'printed' AND status = ?1 AND ordinal < ?2
          ORDER BY ordinal DESC LIMIT ?3"
    );
    let statement = match status {
        None | Some(JobStatus::Printed) => ANY,
        Some(JobStatus::Queued | JobStatus::Sending | JobStatus::Sent | JobStatus::Unknown | JobStatus::Held) => {
            WAITING
        }
        Some(JobStatus::Failed | JobStatus::Rerouted | JobStatus::Cancelled) => NOT_PRINTED,
    };
    let mut statement = connection.prepare_cached(statement)?;
    let rows = statement.query_map(params![status.map(JobStatus::as_str), before, limit], job)?;
    rows.collect()
}

/// What is held at a printer, the oldest first.
///
/// # Errors
/// When SQLite cannot read.
pub fn held_jobs(connection: &Connection, printer: PrinterId) -> rusqlite::Result<Vec<Job>> {
    const HELD: &str = job_columns!(
        "FROM print_job WHERE printer_id = ?1 AND ended_at IS NULL AND status = 'held' ORDER BY ordinal LIMIT 1000"
    );
    let mut statement = connection.prepare_cached(HELD)?;
    let rows = statement.query_map(params![printer.as_bytes()], job)?;
    rows.collect()
}

/// How many jobs are held at a printer.
///
/// # Errors
/// When SQLite cannot read.
pub fn held(connection: &Connection, printer: PrinterId) -> rusqlite::Result<u32> {
    const HELD: &str = "SELECT count(*) FROM print_job WHERE printer_id = ?1 AND ended_at IS NULL AND status = 'held'";
    connection.prepare_cached(HELD)?.query_row(params![printer.as_bytes()], |row| row.get(0))
}

/// How many jobs have each status. Those that were printed are not counted one by one: jobs are numbered from 1 and never removed,
/// so they are all but the others.
///
/// # Errors
/// When SQLite cannot read.
pub fn count_by_status(connection: &Connection) -> rusqlite::Result<BTreeMap<JobStatus, i64>> {
    const OTHERS: &str = "
        SELECT status, count(*) FROM print_job INDEXED BY print_job_waiting WHERE ended_at IS NULL GROUP BY status
         UNION ALL
        SELECT status, count(*) FROM print_job INDEXED BY print_job_not_printed
         WHERE ended_at IS NOT NULL AND status <> 'printed' GROUP BY status";
    const ALL: &str = "SELECT coalesce(max(ordinal), 0) FROM print_job";
    let mut statement = connection.prepare_cached(OTHERS)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut counts = rows.collect::<rusqlite::Result<BTreeMap<JobStatus, i64>>>()?;
    let all: i64 = connection.prepare_cached(ALL)?.query_row([], |row| row.get(0))?;
    let printed = all - counts.values().sum::<i64>();
    if printed > 0 {
        counts.insert(JobStatus::Printed, printed);
    }
    Ok(counts)
}

fn job(row: &Row<'_>) -> rusqlite::Result<Job> {
    Ok(Job {
        ordinal: row.get(0)?,
        id: JobId::from_uuid(Uuid::from_bytes(row.get(1)?)),
        content: content(row, 2)?,
        printer: PrinterId::from_uuid(Uuid::from_bytes(row.get(4)?)),
        status: row.get(5)?,
        proof: proof_in(row, 6)?,
        attempts: row.get(7)?,
        possible_duplicate: row.get(8)?,
        error: row.get(9)?,
        created_at: instant(row.get(10)?),
        ended_at: row.get::<_, Option<i64>>(11)?.map(instant),
        reprint: row.get(12)?,
        backup_of: printer_in(row, 13)?,
    })
}

fn proof_in(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Proof>> {
    let Some(name) = row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from)? else { return Ok(None) };
    let unknown = || rusqlite::Error::InvalidColumnType(column, "proof".to_owned(), Type::Text);
    Proof::ALL.into_iter().find(|proof| proof_name(*proof) == name).map(Some).ok_or_else(unknown)
}

/// A proof as it is stored.
pub(super) const fn proof_name(proof: Proof) -> &'static str {
    match proof {
        Proof::Sent => "sent",
        Proof::Delivered => "delivered",
        Proof::Answered => "answered",
        Proof::Confirmed => "confirmed",
        Proof::Kept => "kept",
    }
}

fn instant(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or_default()
}
