//! Shifts, of what happened at drawers.

use std::collections::BTreeMap;

use comanda_shared::cash::{CashEvent, Shift};
use comanda_shared::event::Event;
use comanda_shared::order::PaymentMethod;
use uuid::Uuid;

use crate::db::{DbError, Transaction};
use crate::ingest::Projection;
use crate::ingest::store::Place;

const fn shift_of(event: &Event) -> Option<Uuid> {
    match event {
        // A day's report is a sum of what is projected already.
        Event::Cash(CashEvent::DayClosed(_)) => None,
        Event::Cash(event) => Some(event.subject()),
        _ => None,
    }
}

/// Projects what happened at drawers.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn apply(transaction: &Transaction<'_>, projection: &Projection, events: &[&Event]) -> Result<(), DbError> {
    let touched: Vec<Uuid> = events.iter().filter_map(|event| shift_of(event)).collect();
    if touched.is_empty() {
        return Ok(());
    }
    let mut shifts = load(transaction, projection.place, &touched).await?;
    for event in events {
        if let Some(id) = shift_of(event) {
            Shift::apply(shifts.entry(id).or_default(), event);
        }
    }
    for shift in shifts.values().flatten() {
        save(transaction, projection.place, shift).await?;
    }
    Ok(())
}

async fn load(
    transaction: &Transaction<'_>,
    place: Place,
    ids: &[Uuid],
) -> Result<BTreeMap<Uuid, Option<Shift>>, DbError> {
    // Each by its key, as orders are read.
    const LOAD: &str = "
        SELECT there.shift_id, there.document
          FROM UNNEST($3::uuid[]) AS asked (shift_id)
         CROSS JOIN LATERAL (SELECT shift_id, document
                               FROM shift
                              WHERE company_id = $1 AND branch_id = $2 AND shift_id = asked.shift_id
                             OFFSET 0) AS there";
    let rows = transaction.query(LOAD, &[&place.company.0, &place.branch.uuid(), &ids]).await?;
    let mut shifts = BTreeMap::new();
    for row in rows {
        let id: Uuid = row.get(0);
        match serde_json::from_slice(row.get(1)) {
            Ok(shift) => drop(shifts.insert(id, Some(shift))),
            // Only an older or newer program can have written otherwise, and a rebuild mends it.
            Err(error) => tracing::error!(shift.id = %id, %error, "a shift cannot be read back: rebuild the branch"),
        }
    }
    Ok(shifts)
}

/// A branch has a few shifts a day: one statement each is little.
async fn save(transaction: &Transaction<'_>, place: Place, shift: &Shift) -> Result<(), DbError> {
    const SAVE: &str = "
        INSERT INTO shift (company_id, branch_id, shift_id, drawer, business_day, opened_at, closed_at, number, currency,
                           opening_float, expected_cash, difference, document)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (company_id, branch_id, shift_id) DO UPDATE
           SET closed_at = excluded.closed_at, number = excluded.number, expected_cash = excluded.expected_cash,
               difference = excluded.difference, document = excluded.document";
    let closed = shift.closed();
    let closed_at = closed.map(|closed| closed.at);
    let number = closed.map(|closed| closed.number.as_str());
    let expected = closed.and_then(|closed| closed.expected.get(&PaymentMethod::Cash)).map(|cash| cash.minor());
    let difference = closed.map(|closed| closed.difference.minor());
    let currency = shift.float.currency().code().to_owned();
    let document = serde_json::to_vec(shift).expect("a shift is plain data, which JSON can always hold");
    transaction
        .execute(
            SAVE,
            &[
                &place.company.0,
                &place.branch.uuid(),
                &shift.id.uuid(),
                &shift.drawer,
                &shift.business_day,
                &shift.opened_at,
                &closed_at,
                &number,
                &currency,
                &shift.float.minor(),
                &expected,
                &difference,
                &document,
            ],
        )
        .await?;
    Ok(())
}
