//! Erasing what guests told (Ley 1581): names, phones, addresses and notes go, the order and its money stay.
//!
//! The erasure is an event like any other, so that it reaches screens, the cloud and every replay. With it, in the same
//! transaction, the rows beside the journal are blanked; the chain does not cover them and still verifies. Pictures of
//! tickets that show a note are files, removed after the commit: another erasing removes what a power cut left.
//!
//! What it does not reach: paper, backups, which are gone after thirty days, and the free space inside the file, until it
//! is written over.

use std::collections::BTreeSet;

use comanda_shared::customer::last_digits;
use comanda_shared::ids::{CustomerId, JobId, OrderId, TicketId};
use comanda_shared::order::{Order, PersonalErased};
use comanda_shared::personal::Personal;
use rusqlite::Connection;
use uuid::Uuid;

use crate::customers;
use crate::journal::aggregates::Aggregate;
use crate::journal::private::Traces;
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
    let wanted = last_digits(phone);
    let mut statement = connection.prepare(ALL)?;
    let orders = statement.query_map([MOST], |row| document::read::<Order>(row, 0))?;
    let mut found = Vec::new();
    for order in orders {
        let order = order?;
        let told = order.personal.known().and_then(|told| told.customer_phone.as_deref());
        if told.is_some_and(|told| !wanted.is_empty() && last_digits(told) == wanted) {
            found.push(order.id);
        }
    }
    Ok(found)
}

/// What stands beside the journal about an order and about the card it names, looked for ahead so that the writer is not
/// held up.
pub struct Told {
    order: OrderId,
    customer: Option<CustomerId>,
    traces: Traces,
}

impl Told {
    /// Whose it is.
    pub const fn order(&self) -> OrderId {
        self.order
    }
}

/// Looks for what was told with an order, and on the card it names.
///
/// # Errors
/// When SQLite cannot read.
pub fn told(connection: &Connection, order: OrderId) -> rusqlite::Result<Told> {
    let known = Order::load(connection, order.uuid())?;
    let customer = known.and_then(|order| order.personal.known().and_then(|personal| personal.customer));
    let of = [Some(order.uuid()), customer.map(CustomerId::uuid)].into_iter().flatten().collect();
    Ok(Told { order, customer, traces: Traces::find(connection, of)? })
}

/// Erases what the guest told with an order, and their card where it names one, and says whether there was such an order.
///
/// # Errors
/// When the branch's file cannot be written; then nothing is erased.
pub fn run(step: &mut Step<'_>, told: &Told) -> rusqlite::Result<bool> {
    let Some(order) = step.order(told.order)? else { return Ok(false) };
    let is_erased = order.personal == Personal::Erased;
    told.traces.blank(step.connection())?;
    if !is_erased {
        let (by, at) = (step.request().actor, step.now());
        step.record(PersonalErased { order: told.order, by, at })?;
    }
    if let Some(customer) = told.customer {
        customers::erasure::run(step, customer)?;
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
        let told = told(&connection, *order)?;
        let request =
            Request { command: Request::once(journal.environment(), request.actor).command, ..request.clone() };
        let work = move |step: &mut Step<'_>| run(step, &told).map_err(Failure::Storage);
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
    use crate::journal::tests::trial::{Trial, adding, lines, mentions, place_order, tables};
    use crate::journal::verify::verify;
    use crate::orders::feature::Wish;
    use crate::printing::setup::{self as printers, NewPrinter};

    fn told_by(trial: &Trial, phone: &str) -> Order {
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
        let (one, other) = (told_by(&trial, "+57 300 123 4567"), told_by(&trial, "3019999999"));
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
