//! Print jobs and printers: every statement of printing.
//!
//! A job is operational: what happened to a ticket is in the journal, how often it was tried is here. `sending` is
//! durable before the first byte leaves, so that a crash cannot make a maybe-printed ticket look untouched.

use std::collections::BTreeMap;

use comanda_shared::ids::{JobId, NewIds, OrderId, PrinterId, TicketId};
use comanda_shared::kitchen::{Proof, Routes, Ticket, printer_now};
use comanda_shared::printer::Printer;
use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::journal::aggregates::Aggregate;
use crate::journal::document;

/// How far a job has come. A job whose outcome is in doubt is queued again, marked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// It waits for its printer.
    Queued,
    /// Bytes may be leaving.
    Sending,
    /// It came out, as far as can be known.
    Printed,
    /// It cannot be printed.
    Failed,
    /// Somebody took it back.
    Cancelled,
}

impl JobStatus {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Queued, Self::Sending, Self::Printed, Self::Failed, Self::Cancelled];

    /// As it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Printed => "printed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl FromSql for JobStatus {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let name = value.as_str()?;
        Self::ALL.into_iter().find(|status| status.as_str() == name).ok_or(FromSqlError::InvalidType)
    }
}

/// A job that waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// Its place among all jobs, by which it is written to.
    pub ordinal: i64,
    /// The job.
    pub id: JobId,
    /// Its ticket.
    pub ticket: TicketId,
    /// How often bytes may have left.
    pub attempts: u32,
    /// How often in a row it failed before a byte left.
    pub failures: u32,
    /// Whether it may have come out already.
    pub possible_duplicate: bool,
    /// Which reprint of its ticket it is, from 1; 0 for the first print.
    pub reprint: u32,
    /// Not before.
    pub next_at: Timestamp,
}

/// A job as people see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Job {
    /// Its place among all jobs.
    pub ordinal: i64,
    /// The job.
    pub id: JobId,
    /// Its ticket.
    pub ticket: TicketId,
    /// Its printer.
    pub printer: PrinterId,
    /// How far it has come.
    pub status: JobStatus,
    /// How well it is known that it came out.
    pub proof: Option<Proof>,
    /// How often bytes may have left.
    pub attempts: u32,
    /// Whether it may have come out before.
    pub possible_duplicate: bool,
    /// Which reprint of its ticket it is, from 1; 0 for the first print.
    pub reprint: u32,
    /// The last thing that went wrong.
    pub error: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

impl Aggregate for Printer {
    fn load(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<Self>> {
        const LOAD: &str = "SELECT document FROM printer WHERE id = ?1";
        document::load(connection, LOAD, id)
    }

    fn save(&self, connection: &Connection) -> rusqlite::Result<()> {
        const SAVE: &str = "INSERT OR REPLACE INTO printer (id, document) VALUES (?1, ?2)";
        connection.prepare_cached(SAVE)?.execute(params![self.id.as_bytes(), document::write(self)]).map(drop)
    }
}

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

/// A job that is about to be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewJob {
    /// The job.
    pub id: JobId,
    /// Its ticket.
    pub ticket: TicketId,
    /// Its printer.
    pub printer: PrinterId,
    /// Which reprint of its ticket it is, from 1; 0 for the first print.
    pub reprint: u32,
}

impl NewJob {
    /// The job of a ticket, for the first printer of its station; a station without a printer gets none, and its tickets
    /// are seen on screens only.
    pub fn of(ticket: &Ticket, ids: &mut dyn NewIds) -> Option<Self> {
        let printer = *ticket.printers.first()?;
        Some(Self { id: JobId::new(ids), ticket: ticket.id, printer, reprint: 0 })
    }

    /// The job of a ticket's `n`th reprint, for the printer its station has by now.
    pub fn of_reprint(ticket: &Ticket, reprint: u32, routes: &Routes, ids: &mut dyn NewIds) -> Option<Self> {
        let printer = printer_now(routes, ticket.station)?;
        Some(Self { id: JobId::new(ids), ticket: ticket.id, printer, reprint })
    }
}

/// Puts a job at the end of its printer's queue.
///
/// # Errors
/// When SQLite cannot write.
pub fn enqueue(connection: &Connection, job: &NewJob, at: Timestamp) -> rusqlite::Result<()> {
    const ENQUEUE: &str = "
        INSERT INTO print_job (id, ticket_id, printer_id, status, created_at, reprint)
        VALUES (?1, ?2, ?3, 'queued', ?4, ?5)";
    let (id, ticket, printer) = (job.id.as_bytes(), job.ticket.as_bytes(), job.printer.as_bytes());
    let row = params![id, ticket, printer, at.as_microsecond(), job.reprint];
    connection.prepare_cached(ENQUEUE)?.execute(row).map(drop)
}

/// The job at the head of a printer's queue.
///
/// # Errors
/// When SQLite cannot read.
pub fn head_of_queue(connection: &Connection, printer: PrinterId) -> rusqlite::Result<Option<Waiting>> {
    const HEAD: &str = "
        SELECT ordinal, id, ticket_id, attempts, failures, possible_duplicate, next_at, reprint
          FROM print_job
         WHERE printer_id = ?1 AND ended_at IS NULL AND status = 'queued'
         ORDER BY ordinal LIMIT 1";
    connection.prepare_cached(HEAD)?.query_row(params![printer.as_bytes()], waiting).optional()
}

/// The jobs of which bytes may have been leaving when the program ended, of one printer.
///
/// # Errors
/// When SQLite cannot read.
pub fn in_doubt(connection: &Connection, printer: PrinterId) -> rusqlite::Result<Vec<Waiting>> {
    const DOUBT: &str = "
        SELECT ordinal, id, ticket_id, attempts, failures, possible_duplicate, next_at, reprint
          FROM print_job
         WHERE printer_id = ?1 AND ended_at IS NULL AND status = 'sending'
         ORDER BY ordinal LIMIT 100";
    let mut statement = connection.prepare_cached(DOUBT)?;
    let rows = statement.query_map(params![printer.as_bytes()], waiting)?;
    rows.collect()
}

fn waiting(row: &Row<'_>) -> rusqlite::Result<Waiting> {
    Ok(Waiting {
        ordinal: row.get(0)?,
        id: JobId::from_uuid(Uuid::from_bytes(row.get(1)?)),
        ticket: TicketId::from_uuid(Uuid::from_bytes(row.get(2)?)),
        attempts: row.get(3)?,
        failures: row.get(4)?,
        possible_duplicate: row.get(5)?,
        next_at: instant(row.get(6)?),
        reprint: row.get(7)?,
    })
}

/// Bytes are about to leave.
///
/// # Errors
/// When SQLite cannot write.
pub fn mark_sending(connection: &Connection, ordinal: i64) -> rusqlite::Result<()> {
    const SENDING: &str = "UPDATE print_job SET status = 'sending', attempts = attempts + 1 WHERE ordinal = ?1";
    connection.prepare_cached(SENDING)?.execute(params![ordinal]).map(drop)
}

/// It came out.
///
/// # Errors
/// When SQLite cannot write.
pub fn mark_printed(connection: &Connection, ordinal: i64, proof: Proof, at: Timestamp) -> rusqlite::Result<()> {
    const PRINTED: &str = "
        UPDATE print_job SET status = 'printed', proof = ?2, error = NULL, ended_at = ?3 WHERE ordinal = ?1";
    let row = params![ordinal, proof_name(proof), at.as_microsecond()];
    connection.prepare_cached(PRINTED)?.execute(row).map(drop)
}

/// It may have come out or not: it is queued again, marked.
///
/// # Errors
/// When SQLite cannot write.
pub fn mark_in_doubt(connection: &Connection, ordinal: i64, error: &str, next_at: Timestamp) -> rusqlite::Result<()> {
    const IN_DOUBT: &str = "
        UPDATE print_job SET status = 'queued', possible_duplicate = 1, error = ?2, next_at = ?3 WHERE ordinal = ?1";
    connection.prepare_cached(IN_DOUBT)?.execute(params![ordinal, error, next_at.as_microsecond()]).map(drop)
}

/// No byte left: it is queued again as it was.
///
/// # Errors
/// When SQLite cannot write.
pub fn postpone(connection: &Connection, ordinal: i64, error: &str, next_at: Timestamp) -> rusqlite::Result<()> {
    // An attempt counts when bytes may have left; here none did.
    const POSTPONE: &str = "
        UPDATE print_job
           SET status = 'queued', attempts = attempts - (status = 'sending'), failures = failures + 1, error = ?2,
               next_at = ?3
         WHERE ordinal = ?1";
    connection.prepare_cached(POSTPONE)?.execute(params![ordinal, error, next_at.as_microsecond()]).map(drop)
}

/// It cannot be printed and is not tried again.
///
/// # Errors
/// When SQLite cannot write.
pub fn mark_failed(connection: &Connection, ordinal: i64, error: &str, at: Timestamp) -> rusqlite::Result<()> {
    const FAILED: &str = "UPDATE print_job SET status = 'failed', error = ?2, ended_at = ?3 WHERE ordinal = ?1";
    connection.prepare_cached(FAILED)?.execute(params![ordinal, error, at.as_microsecond()]).map(drop)
}

/// Jobs that wait at a printer, counted up to twenty: beyond that it is simply long, and an order must not pay for
/// counting.
///
/// # Errors
/// When SQLite cannot read.
pub fn queue_length(connection: &Connection, printer: PrinterId) -> rusqlite::Result<u32> {
    // A LIMIT within count() would make SQLite build a table to count.
    const LENGTH: &str = "
        SELECT CASE
               WHEN EXISTS (SELECT 1 FROM print_job
                             WHERE printer_id = ?1 AND ended_at IS NULL LIMIT 1 OFFSET 19)
               THEN 20
               ELSE (SELECT count(*) FROM print_job WHERE printer_id = ?1 AND ended_at IS NULL)
               END";
    connection.prepare_cached(LENGTH)?.query_row(params![printer.as_bytes()], |row| row.get(0))
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

/// The jobs of an order's tickets, the oldest first.
///
/// # Errors
/// When SQLite cannot read.
pub fn jobs_of_order(connection: &Connection, order: OrderId) -> rusqlite::Result<Vec<Job>> {
    const OF_ORDER: &str = "
        SELECT ordinal, print_job.id, ticket_id, printer_id, print_job.status, proof, attempts, possible_duplicate,
               error, created_at, ended_at, reprint
          FROM ticket JOIN print_job ON print_job.ticket_id = ticket.id
         WHERE ticket.order_id = ?1
         ORDER BY ordinal LIMIT 1000";
    let mut statement = connection.prepare_cached(OF_ORDER)?;
    let rows = statement.query_map(params![order.as_bytes()], job)?;
    rows.collect()
}

/// The last job of a ticket.
///
/// # Errors
/// When SQLite cannot read.
pub fn last_job_of(connection: &Connection, ticket: TicketId) -> rusqlite::Result<Option<Job>> {
    const LAST: &str = "
        SELECT ordinal, id, ticket_id, printer_id, status, proof, attempts, possible_duplicate, error, created_at,
               ended_at, reprint
          FROM print_job WHERE ticket_id = ?1
         ORDER BY ordinal DESC LIMIT 1";
    connection.prepare_cached(LAST)?.query_row(params![ticket.as_bytes()], job).optional()
}

/// Jobs before an ordinal, the newest first, of one status or of all.
///
/// # Errors
/// When SQLite cannot read.
pub fn jobs(connection: &Connection, status: Option<JobStatus>, before: i64, limit: u32) -> rusqlite::Result<Vec<Job>> {
    const JOBS: &str = "
        SELECT ordinal, id, ticket_id, printer_id, status, proof, attempts, possible_duplicate, error, created_at,
               ended_at, reprint
          FROM print_job
         WHERE (?1 IS NULL OR status = ?1) AND ordinal < ?2
         ORDER BY ordinal DESC LIMIT ?3";
    let mut statement = connection.prepare_cached(JOBS)?;
    let rows = statement.query_map(params![status.map(JobStatus::as_str), before, limit], job)?;
    rows.collect()
}

/// How many jobs have each status.
///
/// # Errors
/// When SQLite cannot read.
pub fn count_by_status(connection: &Connection) -> rusqlite::Result<BTreeMap<JobStatus, i64>> {
    const COUNT: &str = "SELECT status, count(*) FROM print_job GROUP BY status ORDER BY status";
    let mut statement = connection.prepare_cached(COUNT)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

fn job(row: &Row<'_>) -> rusqlite::Result<Job> {
    Ok(Job {
        ordinal: row.get(0)?,
        id: JobId::from_uuid(Uuid::from_bytes(row.get(1)?)),
        ticket: TicketId::from_uuid(Uuid::from_bytes(row.get(2)?)),
        printer: PrinterId::from_uuid(Uuid::from_bytes(row.get(3)?)),
        status: row.get(4)?,
        proof: row.get_ref(5)?.as_str_or_null().map_err(rusqlite::Error::from)?.and_then(proof_named),
        attempts: row.get(6)?,
        possible_duplicate: row.get(7)?,
        error: row.get(8)?,
        created_at: instant(row.get(9)?),
        ended_at: row.get::<_, Option<i64>>(10)?.map(instant),
        reprint: row.get(11)?,
    })
}

fn proof_named(name: &str) -> Option<Proof> {
    [Proof::Sent, Proof::Delivered, Proof::Kept].into_iter().find(|proof| proof_name(*proof) == name)
}

const fn proof_name(proof: Proof) -> &'static str {
    match proof {
        Proof::Sent => "sent",
        Proof::Delivered => "delivered",
        Proof::Kept => "kept",
    }
}

fn instant(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or_default()
}

#[cfg(test)]
mod tests;
