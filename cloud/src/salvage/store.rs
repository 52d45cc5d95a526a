//! What was handed in, and what was decided, in PostgreSQL.

use std::collections::BTreeMap;

use comanda_shared::event::{Event, Header};
use comanda_shared::ids::{JournalId, OrderId};
use comanda_shared::protocol::{ChainHash, PersonalData, SentEntry};
use uuid::Uuid;

use crate::db::{DbError, Transaction};
use crate::ingest::store::Place;

/// Entries of one branch that are looked at together.
const MOST: i64 = 100_000;

/// An entry that was handed in.
pub struct Handed {
    /// Its life.
    pub journal: JournalId,
    /// Its sequence there.
    pub sequence: u64,
    /// The chain with it.
    pub hash: ChainHash,
    /// The order it is about.
    pub order: Option<OrderId>,
    /// The bytes.
    pub entry: SentEntry,
}

/// The last entry of a life that was handed in, and the chain with it; none when nothing was.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn end_of(
    transaction: &Transaction<'_>,
    place: Place,
    journal: JournalId,
) -> Result<Option<(u64, ChainHash)>, DbError> {
    const END: &str = "
        SELECT sequence, hash FROM salvage
         WHERE company_id = $1 AND branch_id = $2 AND journal_id = $3
         ORDER BY sequence DESC
         LIMIT 1";
    let row = transaction.query_opt(END, &[&place.company.0, &place.branch.uuid(), &journal.uuid()]).await?;
    Ok(row.map(|row| (row.get::<_, i64>(0).cast_unsigned(), hash(row.get(1)))))
}

fn hash(bytes: &[u8]) -> ChainHash {
    // Ours, and 32 bytes long.
    ChainHash(bytes.try_into().unwrap_or_default())
}

/// The order an entry is about; none when it is about no order, or cannot be read.
fn order_of(header: &Header, body: &[u8]) -> Option<OrderId> {
    let event = Event::read(&header.kind, header.version, std::str::from_utf8(body).ok()?).ok()?;
    match event {
        Event::Order(event) => Some(event.order()),
        Event::Kitchen(event) => event.order(),
        _ => None,
    }
}

/// Keeps entries that follow on those before.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn insert(
    transaction: &Transaction<'_>,
    place: Place,
    journal: JournalId,
    appliance: Uuid,
    entries: &[(u64, &SentEntry, &ChainHash)],
) -> Result<(), DbError> {
    const INSERT: &str = "
        INSERT INTO salvage (company_id, branch_id, journal_id, sequence, appliance_id, event_id, kind, order_id, header,
                             body, hash, salt, personal)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let (company, branch, journal) = (place.company.0, place.branch.uuid(), journal.uuid());
    for (sequence, entry, hash) in entries {
        let header: Option<Header> = serde_json::from_slice(&entry.header).ok();
        let order = header.as_ref().and_then(|header| order_of(header, &entry.body)).map(|order| order.uuid());
        let event = header.as_ref().map_or_else(Uuid::nil, |header| header.id.uuid());
        let kind = header.map_or_else(|| "?".to_owned(), |header| header.kind.replace('\0', "?"));
        let (salt, personal): (Option<&[u8]>, Option<&[u8]>) = match &entry.personal {
            PersonalData::None => (None, None),
            PersonalData::Kept { salt, data } => (Some(salt), Some(data)),
            PersonalData::Erased { salt } => (Some(salt), None),
        };
        let (sequence, hash) = (sequence.cast_signed(), hash.0.as_slice());
        transaction
            .execute(
                INSERT,
                &[
                    &company,
                    &branch,
                    &journal,
                    &sequence,
                    &appliance,
                    &event,
                    &kind,
                    &order,
                    &entry.header,
                    &entry.body,
                    &hash,
                    &salt,
                    &personal,
                ],
            )
            .await?;
    }
    Ok(())
}

/// All that was handed in of a branch, in the order in which it happened; of the orders that were accepted only, when only
/// those are asked for.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn handed_in(
    transaction: &Transaction<'_>,
    place: Place,
    only_accepted: bool,
) -> Result<Vec<Handed>, DbError> {
    const ALL: &str = "
        SELECT journal_id, sequence, hash, order_id, header, body, salt, personal
          FROM salvage
         WHERE company_id = $1 AND branch_id = $2
           AND (NOT $3 OR EXISTS (SELECT FROM salvage_decision AS decided
                                   WHERE decided.company_id = $1 AND decided.branch_id = $2
                                     AND decided.order_id = salvage.order_id AND decided.is_accepted))
         ORDER BY journal_id, sequence
         LIMIT $4";
    let rows = transaction.query(ALL, &[&place.company.0, &place.branch.uuid(), &only_accepted, &MOST]).await?;
    let entry = |row: &tokio_postgres::Row| {
        let salt = row.get::<_, Option<&[u8]>>(6).map(|salt| salt.try_into().unwrap_or_default());
        let personal = match (salt, row.get::<_, Option<Vec<u8>>>(7)) {
            (None, _) => PersonalData::None,
            (Some(salt), Some(data)) => PersonalData::Kept { salt, data },
            (Some(salt), None) => PersonalData::Erased { salt },
        };
        Handed {
            journal: JournalId::from_uuid(row.get(0)),
            sequence: row.get::<_, i64>(1).cast_unsigned(),
            hash: hash(row.get(2)),
            order: row.get::<_, Option<Uuid>>(3).map(OrderId::from_uuid),
            entry: SentEntry { header: row.get(4), body: row.get(5), personal },
        }
    };
    Ok(rows.iter().map(entry).collect())
}

/// What was decided, by order.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn decisions(transaction: &Transaction<'_>, place: Place) -> Result<BTreeMap<OrderId, bool>, DbError> {
    const ALL: &str = "
        SELECT order_id, is_accepted FROM salvage_decision
         WHERE company_id = $1 AND branch_id = $2
         ORDER BY order_id
         LIMIT $3";
    let rows = transaction.query(ALL, &[&place.company.0, &place.branch.uuid(), &MOST]).await?;
    Ok(rows.iter().map(|row| (OrderId::from_uuid(row.get(0)), row.get(1))).collect())
}

/// Keeps what was decided of orders that were not decided before.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn decide(
    transaction: &Transaction<'_>,
    place: Place,
    orders: &[OrderId],
    is_accepted: bool,
    by: &str,
) -> Result<(), DbError> {
    const DECIDE: &str = "
        INSERT INTO salvage_decision (company_id, branch_id, order_id, is_accepted, decided_by)
        SELECT $1::uuid, $2::uuid, order_id, $4::boolean, $5::text FROM UNNEST($3::uuid[]) AS decided (order_id)";
    let orders: Vec<Uuid> = orders.iter().map(|order| order.uuid()).collect();
    let (company, branch) = (place.company.0, place.branch.uuid());
    transaction.execute(DECIDE, &[&company, &branch, &orders, &is_accepted, &by]).await?;
    Ok(())
}

/// Blanks what guests told beside the entries of these orders, and says whether there was something.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn erase(transaction: &Transaction<'_>, place: Place, orders: &[OrderId]) -> Result<bool, DbError> {
    const BLANK: &str = "
        UPDATE salvage SET personal = NULL
         WHERE company_id = $1 AND branch_id = $2 AND order_id = ANY ($3) AND personal IS NOT NULL";
    let orders: Vec<Uuid> = orders.iter().map(|order| order.uuid()).collect();
    let blanked = transaction.execute(BLANK, &[&place.company.0, &place.branch.uuid(), &orders]).await?;
    Ok(blanked > 0)
}
