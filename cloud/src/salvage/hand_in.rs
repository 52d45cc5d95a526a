//! Taking what an old box hands in, with the chain of its own life.

use comanda_shared::ids::JournalId;
use comanda_shared::protocol::{Batch, ChainHash};
use uuid::Uuid;

use super::store;
use crate::db::{DbError, Transaction};
use crate::ingest::store::{self as ingest, Place};

/// Why nothing was taken.
#[derive(Debug, thiserror::Error)]
pub enum HandInError {
    /// The life is not one the cloud has heard of.
    #[error("the cloud never heard of this life of the journal")]
    Unheard,
    /// Nobody has taken its place: it is to be sent as always.
    #[error("this is the branch's present journal: it is sent by itself")]
    Present,
    /// It does not follow on what the cloud has.
    #[error("it does not follow on what the cloud has of this life, up to {after}")]
    DoesNotFollow {
        /// The last entry the cloud has.
        after: u64,
    },
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Up to where the cloud has a life, in `entry` and handed in together.
///
/// # Errors
/// [`HandInError`].
pub async fn end_of(
    transaction: &Transaction<'_>,
    place: Place,
    journal: JournalId,
) -> Result<(u64, ChainHash), HandInError> {
    let lives = ingest::lives(transaction, place).await?;
    let life = lives.iter().find(|life| life.life.journal == journal).ok_or(HandInError::Unheard)?;
    if lives.iter().all(|other| other.epoch <= life.epoch) {
        return Err(HandInError::Present);
    }
    let handed_in = store::end_of(transaction, place, journal).await?;
    Ok(handed_in.unwrap_or((life.applied, life.hash)))
}

/// Keeps entries, those that are there already once, and says up to where there are some now.
///
/// # Errors
/// [`HandInError`]; then none was kept.
pub async fn take(
    transaction: &Transaction<'_>,
    place: Place,
    appliance: Uuid,
    batch: &Batch,
) -> Result<u64, HandInError> {
    // One at a time for a branch.
    ingest::lock(transaction, place).await?;
    let (after, hash) = end_of(transaction, place, batch.head().journal).await?;
    if batch.head().last <= after {
        return Ok(after);
    }
    if batch.link(after) != Some(hash) {
        return Err(HandInError::DoesNotFollow { after });
    }
    let new: Vec<_> = batch.entries().filter(|(sequence, _, _)| *sequence > after).collect();
    store::insert(transaction, place, batch.head().journal, appliance, &new).await?;
    tracing::info!(branch.id = %place.branch, entries = new.len(), "a box handed in what it had not sent");
    Ok(batch.head().last)
}
