//! Erasing what guests told (Ley 1581): names, phones, addresses and notes go, the order and its money stay.
//!
//! The erasure is an event like any other, so that it reaches screens, the cloud and every replay. With it, in the same
//! transaction, the rows beside the journal are blanked; the chain does not cover them and still verifies. Pictures of
//! tickets that show a note are files, removed after the commit: another erasing removes what a power cut left.
//!
//! What it does not reach: paper, backups, which are gone after thirty days, and the free space inside the file, until it
//! is written over.

use std::collections::BTreeSet;

use comanda_shared::event::Header;
use comanda_shared::ids::{JobId, OrderId, TicketId};
use comanda_shared::order::{Order, PersonalErased};
use comanda_shared::personal::Personal;
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::journal::{CommandError, DataFolder, Failure, Journal, Request, Step, document};
use crate::printing::paper_file;

/// Orders looked at, at most.
const MOST: u32 = 10_000_000;

/// The orders whose guest gave this phone number, however it was written.
///
/// # Errors
/// When SQLite cannot read.
pub fn orders_of(connection: &Connection, phone: &str) -> rusqlite::Result<Vec<OrderId>> {
    const ALL: &str = "SELECT document FROM orders ORDER BY created_at LIMIT ?1";
    let wanted = digits(phone);
    let mut statement = connection.prepare(ALL)?;
    let orders = statement.query_map([MOST], |row| document::read::<Order>(row, 0))?;
    let mut found = Vec::new();
    for order in orders {
        let order = order?;
        let told = order.personal.known().and_then(|told| told.customer_phone.as_deref());
        if told.is_some_and(|told| !wanted.is_empty() && digits(told) == wanted) {
            found.push(order.id);
        }
    }
    Ok(found)
}

/// The last ten digits of a number: without the prefix of a country.
fn digits(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    digits[digits.len().saturating_sub(10)..].to_owned()
}

/// Where in the journal an order has personal data, looked for ahead so that the writer is not held up.
pub struct Traces {
    order: OrderId,
    sequences: Vec<u64>,
    head: u64,
}

impl Traces {
    /// Whose they are.
    pub const fn order(&self) -> OrderId {
        self.order
    }
}

/// Looks for the traces of an order.
///
/// # Errors
/// When SQLite cannot read.
pub fn traces(connection: &Connection, order: OrderId) -> rusqlite::Result<Traces> {
    const HEAD: &str = "SELECT coalesce(max(sequence), 0) FROM journal";
    let head = connection.query_row(HEAD, [], |row| row.get::<_, i64>(0))?.cast_unsigned();
    Ok(Traces { order, sequences: sequences_after(connection, order, 0)?, head })
}

fn sequences_after(connection: &Connection, order: OrderId, after: u64) -> rusqlite::Result<Vec<u64>> {
    const TOLD: &str = "
        SELECT told.sequence, journal.header
          FROM journal_private AS told
          JOIN journal ON journal.sequence = told.sequence
         WHERE told.sequence > ?1 AND told.data IS NOT NULL
         ORDER BY told.sequence";
    let mut statement = connection.prepare(TOLD)?;
    let mut rows = statement.query([after.cast_signed()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        // An entry that cannot be read is found by `journal verify`.
        let header: Option<Header> = serde_json::from_str(row.get_ref(1)?.as_str()?).ok();
        if header.is_some_and(|header| header.aggregate == order.uuid()) {
            found.push(row.get::<_, i64>(0)?.cast_unsigned());
        }
    }
    Ok(found)
}

/// Erases what the guest told with an order, and says whether there was such an order.
///
/// # Errors
/// When the branch's file cannot be written; then nothing is erased.
pub fn run(step: &mut Step<'_>, traces: &Traces) -> rusqlite::Result<bool> {
    const BLANK: &str = "UPDATE journal_private SET data = NULL WHERE sequence = ?1";
    let Some(order) = step.order(traces.order)? else { return Ok(false) };
    let is_erased = order.personal == Personal::Erased;
    let connection = step.connection();
    let later = sequences_after(connection, traces.order, traces.head)?;
    for sequence in traces.sequences.iter().chain(&later) {
        connection.execute(BLANK, params![sequence.cast_signed()])?;
    }
    if !is_erased {
        let (by, at) = (step.request().actor, step.now());
        step.record(PersonalErased { order: traces.order, by, at })?;
    }
    Ok(true)
}

/// Erases what the guests of these orders told, one order after another.
///
/// # Errors
/// When the branch's file cannot be read or written: what was erased stays so, and the rest can be asked for again.
pub fn erase(journal: &Journal, folder: &DataFolder, request: &Request, orders: &[OrderId]) -> anyhow::Result<usize> {
    let connection = crate::journal::open_reader(&folder.database(), journal.environment())?;
    let mut erased = 0;
    for order in orders {
        let traces = traces(&connection, *order)?;
        let request =
            Request { command: Request::once(journal.environment(), request.actor).command, ..request.clone() };
        let work = move |step: &mut Step<'_>| run(step, &traces).map_err(Failure::Storage);
        let done: Result<bool, CommandError<std::convert::Infallible>> = journal.command_blocking(request, work);
        erased += usize::from(done?);
        remove_pictures(&connection, folder, *order)?;
    }
    Ok(erased)
}

/// Removes the files that show what a guest wrote: bytes virtual printers kept, and tickets to be printed by hand.
///
/// # Errors
/// When SQLite cannot read.
pub fn remove_pictures(connection: &Connection, folder: &DataFolder, order: OrderId) -> rusqlite::Result<()> {
    const TICKETS: &str = "
        SELECT ticket.id, print_job.id
          FROM ticket
          LEFT JOIN print_job ON print_job.ticket_id = ticket.id
         WHERE ticket.order_id = ?1";
    const PAPERS: &str = "SELECT id FROM print_job WHERE order_id = ?1";
    let mut statement = connection.prepare(TICKETS)?;
    let rows = statement.query_map([order.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut files = BTreeSet::new();
    let kept = |job: [u8; 16]| paper_file(folder, JobId::from_uuid(Uuid::from_bytes(job)));
    for row in rows {
        let (ticket, job): ([u8; 16], Option<[u8; 16]>) = row?;
        let ticket = TicketId::from_uuid(Uuid::from_bytes(ticket));
        files.insert(folder.by_hand().join(format!("{ticket}.pdf")));
        files.extend(job.map(kept));
    }
    let mut statement = connection.prepare(PAPERS)?;
    for job in statement.query_map([order.as_bytes()], |row| row.get(0))? {
        files.insert(kept(job?));
    }
    for file in files {
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(%error, file = %file.display(), "a picture with what a guest wrote could not be removed");
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use comanda_shared::order::OrderPersonal;
    use comanda_shared::printer::PrinterAddress;
    use comanda_shared::staff::Actor;

    use super::*;
    use crate::journal::aggregates::Aggregate;
    use crate::journal::tests::trial::{Trial, adding, lines, mentions, place_order, tables};
    use crate::journal::verify::verify;
    use crate::orders::feature::Wish;
    use crate::printing::setup::{self as printers, NewPrinter};

    fn told(trial: &Trial, phone: &str) -> Order {
        let mut place = place_order(&[("combo", 1)]);
        place.personal = OrderPersonal {
            customer_name: Some("Zoraida".to_owned()),
            customer_phone: Some(phone.to_owned()),
            delivery_address: Some("Carrera 7".to_owned()),
            ..OrderPersonal::default()
        };
        trial.order(Wish::Place(place)).unwrap()
    }

    #[test]
    fn what_a_guest_told_is_nowhere_in_the_file_and_the_order_and_the_chain_stay() {
        let trial = Trial::selling();
        let (one, other) = (told(&trial, "+57 300 123 4567"), told(&trial, "3019999999"));
        let mut more = lines(&[("burger", 1)]);
        more[0].notes = Some("Quimbaya".to_owned());
        let Wish::Change { version, .. } = adding(&one, &[]) else { unreachable!("it is a change") };
        let command = comanda_shared::order::OrderCommand::AddLines(comanda_shared::order::AddLines { lines: more });
        let total = trial.order(Wish::Change { order: one.id, version, command }).unwrap().totals.total;
        let found = orders_of(&trial.file(), "300-123-4567").unwrap();
        assert_eq!(found, [one.id]);
        let request = Request::once(trial.journal().environment(), Actor::Operator);
        assert_eq!(erase(trial.journal(), &trial.data(), &request, &found).unwrap(), 1);
        let after = Order::load(&trial.file(), one.id.uuid()).unwrap().unwrap();
        assert_eq!((after.personal, after.totals.total), (Personal::Erased, total));
        assert_eq!(trial.last().event.kind(), "order.personal_erased");
        for word in ["3001234567", "Quimbaya", "300 123 4567"] {
            let file = trial.file();
            let found: Vec<String> = tables(&file).into_iter().filter(|table| mentions(&file, table, word)).collect();
            assert_eq!(found, Vec::<String>::new(), "{word}");
        }
        assert!(Order::load(&trial.file(), other.id.uuid()).unwrap().unwrap().personal.known().is_some());
        assert!(verify(&trial.file()).unwrap().is_whole());
        let replayed = Order::load(&trial.replayed().file(), one.id.uuid()).unwrap().unwrap();
        assert_eq!(replayed.personal, Personal::Erased);
        // Asked again, nothing more is written.
        let head = trial.entries().len();
        assert_eq!(erase(trial.journal(), &trial.data(), &request, &found).unwrap(), 1);
        assert_eq!(trial.entries().len(), head);
    }

    #[test]
    fn what_was_kept_of_the_pass_papers_goes_with_it() {
        let trial = Trial::selling();
        let pass = NewPrinter { is_pass: true, ..NewPrinter::at("Pase", PrinterAddress::Virtual) };
        printers::add(trial.journal(), pass).unwrap();
        let order = told(&trial, "3001234567");
        const PAPER: &str = "SELECT id FROM print_job WHERE order_id = ?1";
        let job: [u8; 16] = trial.file().query_row(PAPER, [order.id.as_bytes()], |row| row.get(0)).unwrap();
        let kept = paper_file(&trial.data(), JobId::from_uuid(Uuid::from_bytes(job)));
        std::fs::create_dir_all(kept.parent().unwrap()).unwrap();
        std::fs::write(&kept, "Carrera 7").unwrap();
        let request = Request::once(trial.journal().environment(), Actor::Operator);
        assert_eq!(erase(trial.journal(), &trial.data(), &request, &[order.id]).unwrap(), 1);
        assert!(!kept.exists());
        let file = trial.file();
        assert!(tables(&file).iter().all(|table| !mentions(&file, table, "Carrera 7")));
    }
}
