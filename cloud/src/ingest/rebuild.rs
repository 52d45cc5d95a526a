//! Everything derived of a branch, made again of its entries: after a mistake in a projection, or to prove that there is
//! none.

use jiff::tz::TimeZone;

use super::letters;
use super::project::{Projection, forget, project};
use super::read::ReadEntry;
use super::store::{self, Place, PlacedEntry};
use crate::db::{Database, DbError, for_company};
use crate::salvage;

const CHUNK: i64 = 500;

/// What a rebuild did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rebuilt {
    /// Entries projected.
    pub entries: u64,
    /// Of them set aside.
    pub letters: usize,
}

/// Rebuilds a branch in one transaction; readers see the rows of before until it is done, and the branch waits.
///
/// # Errors
/// When PostgreSQL refuses; then everything is as it was.
pub async fn rebuild(database: &Database, place: Place) -> Result<Rebuilt, DbError> {
    const ZONE: &str = "SELECT timezone FROM company WHERE company_id = $1";
    let mut client = database.client().await?;
    let mut transaction = for_company(&mut client, place.company).await?;
    store::lock(&transaction, place).await?;
    let zone: String = transaction.query_one(ZONE, &[&place.company.0]).await?.get(0);
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    forget(&transaction, place).await?;
    letters::forget(&transaction, place).await?;
    let (mut after, mut projected) = ((0, 0), 0);
    loop {
        let kept = store::entries_after(&transaction, place, after, CHUNK).await?;
        let Some(last) = kept.last() else { break };
        after = (last.epoch, last.sequence);
        for of_epoch in kept.chunk_by(|one, other| one.epoch == other.epoch) {
            let read: Vec<ReadEntry> = of_epoch.iter().map(|kept| ReadEntry::of(&kept.entry)).collect();
            let placed = of_epoch.iter().zip(&read);
            let entries: Vec<PlacedEntry<'_>> = placed
                .map(|(kept, read)| PlacedEntry { sequence: kept.sequence, hash: kept.hash, entry: &kept.entry, read })
                .collect();
            projected += entries.len() as u64;
            let projection = Projection { place, epoch: of_epoch[0].epoch, zone: zone.clone() };
            project(&mut transaction, &projection, &entries).await?;
        }
    }
    salvage::project_accepted(&mut transaction, place).await?;
    let letters = letters::list(&transaction, place).await?.len();
    transaction.commit().await?;
    Ok(Rebuilt { entries: projected, letters })
}
