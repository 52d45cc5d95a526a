//! What ran out at each branch, or of what so many are left, at this moment.
//!
//! It is what the branch's own transition function makes of its events. What is back by itself at some time stays here
//! until the branch says so: whoever reads compares `until_at` with the clock.

use comanda_shared::availability::{Item, Stockout, Stockouts, Until};
use comanda_shared::event::Event;

use crate::db::{DbError, Transaction};
use crate::ingest::Projection;
use crate::ingest::store::Place;

/// Projects what was said to be out or back.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn apply(transaction: &Transaction<'_>, projection: &Projection, events: &[&Event]) -> Result<(), DbError> {
    if !events.iter().any(|event| matches!(event, Event::Availability(_))) {
        return Ok(());
    }
    let mut state = load(transaction, projection.place).await?;
    for event in events {
        Stockouts::apply(&mut state, event);
    }
    save(transaction, projection.place, state.unwrap_or_default()).await
}

async fn load(transaction: &Transaction<'_>, place: Place) -> Result<Option<Stockouts>, DbError> {
    const LOAD: &str = "SELECT document FROM stockouts WHERE company_id = $1 AND branch_id = $2";
    let row = transaction.query_opt(LOAD, &[&place.company.0, &place.branch.uuid()]).await?;
    Ok(row.and_then(|row| match serde_json::from_slice(row.get(0)) {
        Ok(state) => Some(state),
        // Only an older or newer program can have written otherwise, and a rebuild mends it.
        Err(error) => {
            tracing::error!(branch.id = %place.branch, %error, "what ran out cannot be read back: rebuild the branch");
            None
        }
    }))
}

async fn save(transaction: &Transaction<'_>, place: Place, state: Stockouts) -> Result<(), DbError> {
    const KEEP: &str = "
        INSERT INTO stockouts (company_id, branch_id, document) VALUES ($1, $2, $3)
        ON CONFLICT (company_id, branch_id) DO UPDATE SET document = excluded.document";
    const CLEAR: &str = "DELETE FROM stockout WHERE company_id = $1 AND branch_id = $2";
    const ADD: &str = "
        INSERT INTO stockout (company_id, branch_id, ordinal, is_product, sku, name, left_count, until_at, reason, since)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let (company, branch) = (place.company.0, place.branch.uuid());
    let document = serde_json::to_vec(&state).expect("what ran out is plain data, which JSON can always hold");
    transaction.execute(KEEP, &[&company, &branch, &document]).await?;
    transaction.execute(CLEAR, &[&company, &branch]).await?;
    for (ordinal, stockout) in (0_i32..).zip(Vec::<Stockout>::from(state)) {
        let is_product = matches!(stockout.item, Item::Product(_));
        let (left, until) = match stockout.until {
            Until::TurnedBack => (0, None),
            Until::Instant(until) => (0, Some(until)),
            Until::Count(left) => (i64::from(left), None),
        };
        let Stockout { sku, name, reason, since, .. } = stockout;
        transaction
            .execute(ADD, &[&company, &branch, &ordinal, &is_product, &sku, &name, &left, &until, &reason, &since])
            .await?;
    }
    Ok(())
}

/// Removes what is derived of a branch, before a rebuild.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn forget(transaction: &Transaction<'_>, place: Place) -> Result<(), DbError> {
    const FORGET: [&str; 2] = [
        "DELETE FROM stockout WHERE company_id = $1 AND branch_id = $2",
        "DELETE FROM stockouts WHERE company_id = $1 AND branch_id = $2",
    ];
    for statement in FORGET {
        transaction.execute(statement, &[&place.company.0, &place.branch.uuid()]).await?;
    }
    Ok(())
}
