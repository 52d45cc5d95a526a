//! What is written of printers and print jobs.
//!
//! A job is operational: what happened to a ticket is in the journal, how often it was tried is here. `sending` is
//! durable before the first byte leaves, so that a crash cannot make a maybe-printed ticket look untouched. What takes a
//! job away from its printer (a hand-over, a cancellation) is one statement that only finds it while it waits.

use comanda_shared::ids::PrinterId;
use comanda_shared::kitchen::Proof;
use comanda_shared::printer::Printer;
use jiff::Timestamp;
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::answers::Abilities;
use super::job::{Content, JobChange, JobStatus, NewJob};
use super::queries::proof_name;
use super::torn::Torn;
use crate::journal::aggregates::Aggregate;
use crate::journal::document;

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

/// Puts a job at the end of its printer's queue.
///
/// # Errors
/// When SQLite cannot write.
pub fn enqueue(connection: &Connection, job: &NewJob, at: Timestamp) -> rusqlite::Result<()> {
    const ENQUEUE: &str = "
        INSERT INTO print_job (id, ticket_id, paper, printer_id, status, priority, created_at, expires_at, reprint,
                               possible_duplicate, attempts, backup_of, order_id)
        VALUES (?1, ?2, ?3, ?4, 'queued', ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    let (ticket, paper, order) = match &job.content {
        Content::Ticket(ticket) => (Some(*ticket.as_bytes()), None, None),
        Content::Paper(paper) => (None, Some(document::write(paper)), paper.guest_of()),
    };
    let expires_at = job.lasts.and_then(|lasts| at.checked_add(lasts).ok()).map(Timestamp::as_microsecond);
    let row = params![
        job.id.as_bytes(),
        ticket,
        paper,
        job.printer.as_bytes(),
        job.priority.rank(),
        at.as_microsecond(),
        expires_at,
        job.reprint,
        job.possible_duplicate,
        job.attempts,
        job.backup_of.map(|printer| *printer.as_bytes()),
        order.map(|order| *order.as_bytes()),
    ];
    connection.prepare_cached(ENQUEUE)?.execute(row).map(drop)
}

/// Bytes are about to leave: until they are known to have come out, half a ticket may stand on the paper.
///
/// # Errors
/// When SQLite cannot write.
pub fn mark_sending(connection: &Connection, ordinal: i64, torn: Torn, at: Timestamp) -> rusqlite::Result<bool> {
    const SENDING: &str = "
        UPDATE print_job SET status = 'sending', attempts = attempts + 1, begun_at = ?2
         WHERE ordinal = ?1 AND status = 'queued'";
    const TORN: &str = "
        INSERT INTO printer_state (printer_id, is_torn, torn_command_bytes)
        SELECT printer_id, 1, ?2 FROM print_job WHERE ordinal = ?1
        ON CONFLICT (printer_id) DO UPDATE SET is_torn = 1, torn_command_bytes = max(torn_command_bytes, ?2)";
    let is_ours = connection.prepare_cached(SENDING)?.execute(params![ordinal, at.as_microsecond()])? == 1;
    if is_ours {
        connection.prepare_cached(TORN)?.execute(params![ordinal, torn.command_bytes])?;
    }
    Ok(is_ours)
}

/// Every byte has left, and the printer says why it does not come out yet.
///
/// # Errors
/// When SQLite cannot write.
pub fn mark_sent(connection: &Connection, ordinal: i64, reason: &str) -> rusqlite::Result<()> {
    const SENT: &str = "UPDATE print_job SET status = 'sent', error = ?2 WHERE ordinal = ?1 AND status = 'sending'";
    connection.prepare_cached(SENT)?.execute(params![ordinal, reason]).map(drop)
}

/// It came out, and was cut off.
///
/// # Errors
/// When SQLite cannot write.
pub fn mark_printed(connection: &Connection, ordinal: i64, proof: Proof, at: Timestamp) -> rusqlite::Result<()> {
    const PRINTED: &str = "
        UPDATE print_job SET status = 'printed', proof = ?2, error = NULL, ended_at = ?3 WHERE ordinal = ?1";
    const WHOLE: &str = "
        UPDATE printer_state SET is_torn = 0, torn_command_bytes = 0
         WHERE printer_id = (SELECT printer_id FROM print_job WHERE ordinal = ?1)";
    let row = params![ordinal, proof_name(proof), at.as_microsecond()];
    connection.prepare_cached(PRINTED)?.execute(row)?;
    connection.prepare_cached(WHOLE)?.execute(params![ordinal]).map(drop)
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

/// It may have come out or not, and somebody must say whether it is printed again.
///
/// # Errors
/// When SQLite cannot write.
pub fn mark_unknown(connection: &Connection, ordinal: i64, error: &str) -> rusqlite::Result<()> {
    const UNKNOWN: &str =
        "UPDATE print_job SET status = 'unknown', possible_duplicate = 1, error = ?2 WHERE ordinal = ?1";
    connection.prepare_cached(UNKNOWN)?.execute(params![ordinal, error]).map(drop)
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
         WHERE ordinal = ?1 AND status IN ('queued', 'sending')";
    connection.prepare_cached(POSTPONE)?.execute(params![ordinal, error, next_at.as_microsecond()]).map(drop)
}

/// No byte left, and nothing failed: it stays queued until its printer has what it waits for.
///
/// # Errors
/// When SQLite cannot write.
pub fn wait_until(connection: &Connection, ordinal: i64, reason: &str, next_at: Timestamp) -> rusqlite::Result<()> {
    const WAIT: &str = "UPDATE print_job SET error = ?2, next_at = ?3 WHERE ordinal = ?1 AND status = 'queued'";
    connection.prepare_cached(WAIT)?.execute(params![ordinal, reason, next_at.as_microsecond()]).map(drop)
}

/// It cannot be printed, or no longer should be, and is not tried again.
///
/// # Errors
/// When SQLite cannot write.
pub fn mark_failed(connection: &Connection, ordinal: i64, error: &str, at: Timestamp) -> rusqlite::Result<()> {
    const FAILED: &str = "UPDATE print_job SET status = 'failed', error = ?2, ended_at = ?3 WHERE ordinal = ?1";
    connection.prepare_cached(FAILED)?.execute(params![ordinal, error, at.as_microsecond()]).map(drop)
}

/// Takes a job away from its printer, unless bytes of it are leaving or it has ended; answers whether it did.
///
/// # Errors
/// When SQLite cannot write.
fn withdraw(connection: &Connection, ordinal: i64, to: JobStatus, at: Timestamp) -> rusqlite::Result<bool> {
    const WITHDRAW: &str = "
        UPDATE print_job SET status = ?2, ended_at = ?3
         WHERE ordinal = ?1 AND status IN ('queued', 'held', 'unknown')";
    let row = params![ordinal, to.as_str(), at.as_microsecond()];
    Ok(connection.prepare_cached(WITHDRAW)?.execute(row)? == 1)
}

/// Queues a job again that is held, in doubt or failed, at once; answers whether it did.
///
/// # Errors
/// When SQLite cannot write.
fn requeue(connection: &Connection, ordinal: i64) -> rusqlite::Result<bool> {
    const REQUEUE: &str = "
        UPDATE print_job SET status = 'queued', next_at = 0, failures = 0, ended_at = NULL, expires_at = NULL
         WHERE ordinal = ?1 AND status IN ('queued', 'held', 'unknown', 'failed')";
    Ok(connection.prepare_cached(REQUEUE)?.execute(params![ordinal])? == 1)
}

/// Holds what waits at a printer and was made before an instant; answers how many.
///
/// # Errors
/// When SQLite cannot write.
pub fn hold_older(connection: &Connection, printer: PrinterId, than: Timestamp) -> rusqlite::Result<usize> {
    const HOLD: &str = "
        UPDATE print_job SET status = 'held'
         WHERE printer_id = ?1 AND ended_at IS NULL AND status = 'queued' AND created_at < ?2";
    connection.prepare_cached(HOLD)?.execute(params![printer.as_bytes(), than.as_microsecond()])
}

/// Changes what a step decided to.
///
/// # Errors
/// When SQLite cannot write.
pub fn change(connection: &Connection, change: &JobChange, at: Timestamp) -> rusqlite::Result<()> {
    match *change {
        JobChange::Withdraw { ordinal, to } => withdraw(connection, ordinal, to, at).map(drop),
        JobChange::Requeue { ordinal } => requeue(connection, ordinal).map(drop),
        JobChange::Pause { printer, stops } => pause(connection, printer, stops.then_some(at)),
        JobChange::Forget { printer } => {
            keep_abilities(connection, printer, None)?;
            keep_model(connection, printer, None)
        }
    }
}

/// Pauses a printer, or lets it go on.
///
/// # Errors
/// When SQLite cannot write.
fn pause(connection: &Connection, printer: PrinterId, since: Option<Timestamp>) -> rusqlite::Result<()> {
    const PAUSE: &str = "
        INSERT INTO printer_state (printer_id, paused_at) VALUES (?1, ?2)
        ON CONFLICT (printer_id) DO UPDATE SET paused_at = excluded.paused_at";
    let row = params![printer.as_bytes(), since.map(Timestamp::as_microsecond)];
    connection.prepare_cached(PAUSE)?.execute(row).map(drop)
}

/// Remembers what a printer answers; forgets it when there is nothing to remember.
///
/// # Errors
/// When SQLite cannot write.
pub fn keep_abilities(connection: &Connection, printer: PrinterId, known: Option<Abilities>) -> rusqlite::Result<()> {
    const KEEP: &str = "
        INSERT INTO printer_state (printer_id, abilities) VALUES (?1, ?2)
        ON CONFLICT (printer_id) DO UPDATE SET abilities = excluded.abilities";
    let known = known.map(|known| serde_json::to_string(&known).expect("three words are JSON"));
    connection.prepare_cached(KEEP)?.execute(params![printer.as_bytes(), known]).map(drop)
}

/// Remembers what model a printer says it is.
///
/// # Errors
/// When SQLite cannot write.
pub fn keep_model(connection: &Connection, printer: PrinterId, model: Option<&str>) -> rusqlite::Result<()> {
    const KEEP: &str = "
        INSERT INTO printer_state (printer_id, model) VALUES (?1, ?2)
        ON CONFLICT (printer_id) DO UPDATE SET model = excluded.model";
    connection.prepare_cached(KEEP)?.execute(params![printer.as_bytes(), model]).map(drop)
}

/// Remembers what tells a printer from others.
///
/// # Errors
/// When SQLite cannot write.
pub fn keep_hardware(connection: &Connection, printer: PrinterId, hardware: &str) -> rusqlite::Result<()> {
    const KEEP: &str = "
        INSERT INTO printer_state (printer_id, hardware) VALUES (?1, ?2)
        ON CONFLICT (printer_id) DO UPDATE SET hardware = excluded.hardware";
    connection.prepare_cached(KEEP)?.execute(params![printer.as_bytes(), hardware]).map(drop)
}

#[cfg(test)]
mod tests;
