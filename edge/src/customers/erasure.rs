//! Erasing a guest (Ley 1581): the card, and what they told with every order, whether it names the card or only their phone.
//!
//! One order after another and the card last, so that after a power cut the same command finds what is left.

use std::collections::BTreeSet;

use comanda_shared::customer::{Customer, CustomerErased, Phone};
use comanda_shared::ids::{CustomerId, OrderId};
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::journal::aggregates::Aggregate;
use crate::journal::private::Traces;
use crate::journal::{CommandError, DataFolder, Failure, Journal, Request, Step, open_reader};
use crate::orders::erasure::{self as of_orders, orders_of};

/// Erases a guest, and says whether there was such a card.
///
/// # Errors
/// When the branch's file cannot be read or written: what was erased stays so, and the rest can be asked for again.
pub fn erase(journal: &Journal, folder: &DataFolder, request: &Request, customer: CustomerId) -> anyhow::Result<bool> {
    let connection = open_reader(&folder.database(), journal.environment())?;
    let Some(card) = Customer::load(&connection, customer.uuid())? else { return Ok(false) };
    let phone = card.personal.known().and_then(|personal| personal.phone.as_ref()).map(Phone::as_str);
    let mut orders = phone.map(|phone| orders_of(&connection, phone)).transpose()?.unwrap_or_default();
    orders.extend(naming(&connection, customer)?);
    let orders: Vec<OrderId> = orders.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    of_orders::erase(journal, folder, request, &orders)?;
    let traces = Traces::find(&connection, vec![customer.uuid()])?;
    let request = Request { command: Request::once(journal.environment(), request.actor).command, ..request.clone() };
    let work = move |step: &mut Step<'_>| {
        traces.blank(step.connection())?;
        run(step, customer).map_err(Failure::Storage)
    };
    let done: Result<(), CommandError<std::convert::Infallible>> = journal.command_blocking(request, work);
    done?;
    Ok(true)
}

/// Writes down that a card is erased; what stands beside the journal is blanked by the caller.
///
/// # Errors
/// When SQLite cannot read or write.
pub fn run(step: &mut Step<'_>, customer: CustomerId) -> rusqlite::Result<()> {
    let is_known = step.customer(customer)?.is_some_and(|card| card.personal.known().is_some());
    if is_known {
        let (by, at) = (step.request().actor, step.now());
        step.record(CustomerErased { customer, by, at })?;
    }
    Ok(())
}

/// The card with this phone number.
///
/// # Errors
/// When SQLite cannot read.
pub fn card_of(connection: &Connection, phone: &str) -> rusqlite::Result<Option<CustomerId>> {
    super::store::owner_of_phone(connection, &comanda_shared::customer::last_digits(phone))
}

fn naming(connection: &Connection, customer: CustomerId) -> rusqlite::Result<Vec<OrderId>> {
    const NAMING: &str = "SELECT id FROM orders WHERE customer_id = ?1 ORDER BY created_at LIMIT 1000000";
    let mut statement = connection.prepare(NAMING)?;
    let id = |row: &rusqlite::Row<'_>| row.get(0).map(Uuid::from_bytes).map(OrderId::from_uuid);
    statement.query_map(params![customer.as_bytes()], id)?.collect()
}

#[cfg(test)]
mod tests {
    use comanda_shared::customer::{CustomerRejection, DocumentKind, NewCard};
    use comanda_shared::order::{Order, OrderPersonal};
    use comanda_shared::personal::Personal;
    use comanda_shared::staff::Actor;

    use super::*;
    use crate::customers::feature::{self, Wish};
    use crate::journal::tests::trial::{Trial, mentions, place_order, tables};
    use crate::journal::verify::verify;
    use crate::orders::feature::Wish as OrderWish;

    /// What the guest told, as it would stand in a table.
    const TOLD: [&str; 7] = ["3001234567", "Zoraida", "zoraida", "52123456", "Carrera 7", "timbre", "7654321003"];

    fn known(trial: &Trial) -> Customer {
        let card = NewCard {
            phone: "3001234567".to_owned(),
            name: Some("Zoraida".to_owned()),
            email: Some("zoraida@correo.co".to_owned()),
            document: Some((DocumentKind::Cc, "52123456".to_owned())),
            addresses: vec![("Carrera 7".to_owned(), Some("timbre".to_owned()))],
            notes: None,
        };
        let wish = Wish::Add { personal: card.checked().unwrap(), consent: Some("¿Autoriza?".to_owned()) };
        let request = Request::once(trial.journal().environment(), Actor::Operator);
        let work = move |step: &mut Step<'_>| feature::decide(step, wish);
        let made: Result<Customer, CommandError<CustomerRejection>> = trial.journal().command_blocking(request, work);
        made.unwrap()
    }

    #[test]
    fn what_a_guest_told_is_nowhere_in_the_file_and_orders_and_the_chain_stay() {
        let trial = Trial::selling();
        let card = known(&trial);
        let mut place = place_order(&[("combo", 1)]);
        place.personal = OrderPersonal { customer: Some(card.id), ..OrderPersonal::default() };
        let order = trial.order(OrderWish::Place(place)).unwrap();
        assert_eq!(order.personal.known().unwrap().customer_phone.as_deref(), Some("3001234567"));
        let allowed = ["customer", "customer_word", "journal_private", "orders"];
        for word in TOLD {
            let file = trial.file();
            let found: Vec<String> = tables(&file).into_iter().filter(|table| mentions(&file, table, word)).collect();
            assert!(
                !found.is_empty() && found.iter().all(|table| allowed.contains(&table.as_str())),
                "{word}: {found:?}"
            );
        }
        let request = Request::once(trial.journal().environment(), Actor::Operator);
        assert!(erase(trial.journal(), &trial.data(), &request, card.id).unwrap());
        for file in [trial.file(), trial.replayed().file()] {
            let mentioned = |word: &&str| tables(&file).iter().any(|table| mentions(&file, table, word));
            assert_eq!(TOLD.iter().filter(|word| mentioned(word)).count(), 0);
            assert!(verify(&file).unwrap().is_whole());
            let after = Order::load(&file, order.id.uuid()).unwrap().unwrap();
            assert_eq!((after.personal, after.totals), (Personal::Erased, order.totals));
            assert_eq!(Customer::load(&file, card.id.uuid()).unwrap().unwrap().personal, Personal::Erased);
        }
    }

    #[test]
    fn an_order_that_is_erased_takes_the_card_it_names_with_it() {
        let trial = Trial::selling();
        let card = known(&trial);
        let mut place = place_order(&[("combo", 1)]);
        place.personal = OrderPersonal { customer: Some(card.id), ..OrderPersonal::default() };
        let order = trial.order(OrderWish::Place(place)).unwrap();
        let request = Request::once(trial.journal().environment(), Actor::Cloud);
        assert_eq!(of_orders::erase(trial.journal(), &trial.data(), &request, &[order.id]).unwrap(), 1);
        assert!(!mentions(&trial.file(), "customer", "Zoraida"));
        assert!(!mentions(&trial.file(), "journal_private", "Zoraida"));
        assert_eq!(card_of(&trial.file(), "300 123 4567").unwrap(), None);
    }
}
