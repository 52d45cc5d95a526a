//! Entries that could not be read or projected: set aside with the reason, so that the branch's others go on. They are
//! in `entry` all the same, and a rebuild tries them again.

use super::store::Place;
use crate::db::{DbError, Transaction};

/// An entry that was set aside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeadLetter {
    /// The epoch of its life.
    pub epoch: u32,
    /// Its sequence.
    pub sequence: u64,
    /// Its kind.
    pub kind: String,
    /// What is wrong with it.
    pub error: String,
}

/// Sets an entry aside.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn set_aside(transaction: &Transaction<'_>, place: Place, letter: &DeadLetter) -> Result<(), DbError> {
    const KEEP: &str = "
        INSERT INTO dead_letter (company_id, branch_id, epoch, sequence, kind, error)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (company_id, branch_id, epoch, sequence) DO UPDATE SET error = excluded.error";
    let (company, branch) = (place.company.0, place.branch.uuid());
    let (epoch, sequence) = (letter.epoch.cast_signed(), letter.sequence.cast_signed());
    let (kind, error) = (letter.kind.replace('\0', "?"), letter.error.replace('\0', "?"));
    transaction.execute(KEEP, &[&company, &branch, &epoch, &sequence, &kind, &error]).await?;
    tracing::error!(
        branch.id = %place.branch, entry.sequence = letter.sequence, entry.kind = letter.kind, error = letter.error,
        "an entry cannot be projected and was set aside"
    );
    Ok(())
}

/// Those of a branch, the first thousand.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn list(transaction: &Transaction<'_>, place: Place) -> Result<Vec<DeadLetter>, DbError> {
    const LIST: &str = "
        SELECT epoch, sequence, kind, error
          FROM dead_letter
         WHERE company_id = $1 AND branch_id = $2
         ORDER BY epoch, sequence
         LIMIT 1000";
    let rows = transaction.query(LIST, &[&place.company.0, &place.branch.uuid()]).await?;
    let letter = |row: &tokio_postgres::Row| DeadLetter {
        epoch: row.get::<_, i32>(0).cast_unsigned(),
        sequence: row.get::<_, i64>(1).cast_unsigned(),
        kind: row.get(2),
        error: row.get(3),
    };
    Ok(rows.iter().map(letter).collect())
}

/// Forgets those of a branch, before a rebuild.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn forget(transaction: &Transaction<'_>, place: Place) -> Result<(), DbError> {
    const FORGET: &str = "DELETE FROM dead_letter WHERE company_id = $1 AND branch_id = $2";
    transaction.execute(FORGET, &[&place.company.0, &place.branch.uuid()]).await?;
    Ok(())
}
