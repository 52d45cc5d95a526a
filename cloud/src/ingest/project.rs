//! Entries → everything that is derived of them.

use comanda_shared::event::Event;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::letters::{DeadLetter, set_aside};
use super::store::{Place, PlacedEntry};
use crate::db::{DbError, Transaction, all};
use crate::kitchen::Ledgers;
use crate::orders::Orders;
use crate::{availability, cash, customers, kitchen, orders};

/// What a projection is for.
#[derive(Clone, Debug)]
pub struct Projection {
    /// The branch.
    pub place: Place,
    /// The epoch of the entries' life.
    pub epoch: u32,
    /// The company's clock.
    pub zone: TimeZone,
}

/// Something that happened, and when, by the branch's clock.
pub struct Happened<'e> {
    /// Where it stands in the journal.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: &'e Event,
}

/// Projects entries that are stored. What cannot be read or projected is set aside; kinds that are not known are passed
/// over, for a later program and a rebuild.
///
/// # Errors
/// When PostgreSQL cannot be spoken to; then nothing is to be committed.
pub async fn project(
    transaction: &mut Transaction<'_>,
    projection: &Projection,
    entries: &[PlacedEntry<'_>],
) -> Result<(), DbError> {
    let (events, letters) = readable(projection, entries);
    set_all_aside(transaction, projection, &letters).await?;
    let savepoint = transaction.transaction().await?;
    match apply(&savepoint, projection, &events).await {
        Ok(()) => Ok(savepoint.commit().await?),
        Err(error) if is_about_data(&error) => {
            savepoint.rollback().await?;
            apply_each(transaction, projection, &events).await
        }
        Err(error) => Err(error),
    }
}

/// The same for entries of which hardly ever one is poison: without the savepoint's two words to PostgreSQL and back. What is there
/// already is asked for at once; what is said after that, others that are begun together with this have their say before.
///
/// # Errors
/// As [`project`]; and where it [is about data](is_about_data), the transaction is to be done again with [`project`].
pub async fn project_hopefully(
    transaction: &Transaction<'_>,
    projection: &Projection,
    entries: &[PlacedEntry<'_>],
) -> Result<(), DbError> {
    let (events, letters) = readable(projection, entries);
    let before = before(transaction, projection, &events).await;
    tokio::task::yield_now().await;
    set_all_aside(transaction, projection, &letters).await?;
    write(transaction, projection, &events, before?).await
}

/// What entries say, and letters about those that cannot be read.
fn readable<'e>(projection: &Projection, entries: &[PlacedEntry<'e>]) -> (Vec<Happened<'e>>, Vec<DeadLetter>) {
    let (mut events, mut letters) = (Vec::with_capacity(entries.len()), Vec::new());
    for entry in entries {
        match (&entry.read.header, &entry.read.event) {
            (Some(header), Ok(Some(event))) => {
                events.push(Happened { sequence: entry.sequence, at: header.at, event });
            }
            (_, Ok(_)) => {}
            (_, Err(error)) => letters.push(letter(projection, entry, error.clone())),
        }
    }
    (events, letters)
}

async fn set_all_aside(
    transaction: &Transaction<'_>,
    projection: &Projection,
    letters: &[DeadLetter],
) -> Result<(), DbError> {
    for letter in letters {
        set_aside(transaction, projection.place, letter).await?;
    }
    Ok(())
}

/// One of them is poison: each on its own, so that the others are not held up.
async fn apply_each(
    transaction: &mut Transaction<'_>,
    projection: &Projection,
    events: &[Happened<'_>],
) -> Result<(), DbError> {
    for happened in events {
        let savepoint = transaction.transaction().await?;
        match apply(&savepoint, projection, std::slice::from_ref(happened)).await {
            Ok(()) => savepoint.commit().await?,
            Err(error) if is_about_data(&error) => {
                savepoint.rollback().await?;
                let error = format!("{:#}", anyhow::Error::new(error));
                let (kind, epoch) = (happened.event.kind().to_owned(), projection.epoch);
                let letter = DeadLetter { epoch, sequence: happened.sequence, kind, error };
                set_aside(transaction, projection.place, &letter).await?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Whether PostgreSQL refused what it was given, rather than being away, out of room or told to stop. Source: the
/// classes of its error codes: 22 data, 23 constraint.
pub fn is_about_data(error: &DbError) -> bool {
    let DbError::Statement(error) = error else { return false };
    error.code().is_some_and(|code| matches!(&code.code()[..2], "22" | "23"))
}

fn letter(projection: &Projection, entry: &PlacedEntry<'_>, error: String) -> DeadLetter {
    let kind = entry.read.header.as_ref().map_or_else(|| "?".to_owned(), |header| header.kind.clone());
    DeadLetter { epoch: projection.epoch, sequence: entry.sequence, kind, error }
}

/// What is there of what events are about.
struct Before {
    orders: Orders,
    ledgers: Ledgers,
}

async fn before(
    transaction: &Transaction<'_>,
    projection: &Projection,
    happened: &[Happened<'_>],
) -> Result<Before, DbError> {
    let (orders, ledgers) = tokio::join!(
        orders::before(transaction, projection, happened),
        kitchen::before(transaction, projection, happened),
    );
    Ok(Before { orders: orders?, ledgers: ledgers? })
}

async fn apply(
    transaction: &Transaction<'_>,
    projection: &Projection,
    happened: &[Happened<'_>],
) -> Result<(), DbError> {
    let before = before(transaction, projection, happened).await?;
    write(transaction, projection, happened, before).await
}

/// Every feature that makes something of events. A kind of event that is of no concern to any is stored and nothing more.
///
/// What does not need another's answer is said in a row, and is computed while PostgreSQL is busy with what was said before.
async fn write(
    transaction: &Transaction<'_>,
    projection: &Projection,
    happened: &[Happened<'_>],
    Before { orders, ledgers }: Before,
) -> Result<(), DbError> {
    let events: Vec<&Event> = happened.iter().map(|happened| happened.event).collect();
    // The kitchen needs the orders as they are by now.
    let by_now = orders::after(&orders, &events);
    let (sold, made) = tokio::join!(
        orders::write(transaction, projection, &events, &orders, &by_now),
        kitchen::write(transaction, projection, happened, &ledgers, &by_now),
    );
    all([sold, made])?;
    cash::apply(transaction, projection, &events).await?;
    availability::apply(transaction, projection, &events).await?;
    customers::apply(transaction, projection, &events).await
}

/// Removes all that is derived of a branch, before a rebuild.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn forget(transaction: &Transaction<'_>, place: Place) -> Result<(), DbError> {
    orders::forget(transaction, place).await?;
    kitchen::forget(transaction, place).await?;
    cash::forget(transaction, place).await?;
    availability::forget(transaction, place).await
}
