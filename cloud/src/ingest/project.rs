//! Entries → everything that is derived of them.

use comanda_shared::event::{Event, EventError};
use comanda_shared::protocol::PersonalData;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::letters::{DeadLetter, set_aside};
use super::store::{Place, PlacedEntry};
use crate::db::{DbError, Transaction, all};
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
pub struct Happened {
    /// Where it stands in the journal.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: Event,
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
    let events = read_all(transaction, projection, entries).await?;
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

/// The same for entries of which hardly ever one is poison: without the savepoint's two words to PostgreSQL and back.
///
/// # Errors
/// As [`project`]; and where it [is about data](is_about_data), the transaction is to be done again with [`project`].
pub async fn project_hopefully(
    transaction: &Transaction<'_>,
    projection: &Projection,
    entries: &[PlacedEntry<'_>],
) -> Result<(), DbError> {
    let events = read_all(transaction, projection, entries).await?;
    apply(transaction, projection, &events).await
}

/// Reads entries, and sets aside those that cannot be.
async fn read_all(
    transaction: &Transaction<'_>,
    projection: &Projection,
    entries: &[PlacedEntry<'_>],
) -> Result<Vec<Happened>, DbError> {
    let mut events = Vec::with_capacity(entries.len());
    for entry in entries {
        match read(entry) {
            Ok(Some(happened)) => events.push(happened),
            Ok(None) => {}
            Err(error) => set_aside(transaction, projection.place, &letter(projection, entry, error)).await?,
        }
    }
    Ok(events)
}

/// One of them is poison: each on its own, so that the others are not held up.
async fn apply_each(
    transaction: &mut Transaction<'_>,
    projection: &Projection,
    events: &[Happened],
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
    let kind = entry.header.as_ref().map_or_else(|| "?".to_owned(), |header| header.kind.clone());
    DeadLetter { epoch: projection.epoch, sequence: entry.sequence, kind, error }
}

fn read(entry: &PlacedEntry<'_>) -> Result<Option<Happened>, String> {
    let header = entry.header.as_ref().ok_or("the header cannot be read")?;
    let body = std::str::from_utf8(&entry.entry.body).map_err(|error| error.to_string())?;
    let event = match Event::read(&header.kind, header.version, body) {
        Ok(event) => event,
        Err(EventError::Unknown { .. }) => return Ok(None),
        Err(error @ EventError::Body { .. }) => return Err(format!("{:#}", anyhow::Error::new(error))),
    };
    let happened = |event| Happened { sequence: entry.sequence, at: header.at, event };
    let personal = match &entry.entry.personal {
        PersonalData::Kept { data, .. } => Some(std::str::from_utf8(data).map_err(|error| error.to_string())?),
        PersonalData::None | PersonalData::Erased { .. } => None,
    };
    if header.personal.is_none() {
        return Ok(Some(happened(event)));
    }
    event
        .with_personal(personal)
        .map(|event| Some(happened(event)))
        .map_err(|error| format!("{:#}", anyhow::Error::new(error)))
}

/// Every feature that makes something of events. A kind of event that is of no concern to any is stored and nothing more.
///
/// What does not need another's answer is said in a row, and is computed while PostgreSQL is busy with what was said before.
async fn apply(transaction: &Transaction<'_>, projection: &Projection, happened: &[Happened]) -> Result<(), DbError> {
    let events: Vec<&Event> = happened.iter().map(|happened| &happened.event).collect();
    let (orders, ledgers) = tokio::join!(
        orders::before(transaction, projection, &events),
        kitchen::before(transaction, projection, happened),
    );
    let (orders, ledgers) = (orders?, ledgers?);
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
