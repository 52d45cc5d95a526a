//! Guests' cards, of which the cloud makes nothing yet: entries about them are kept as they came, and what was erased at a
//! branch is blanked here.

use comanda_shared::customer::CustomerEvent;
use comanda_shared::event::Event;

use crate::db::{DbError, Transaction};
use crate::ingest::Projection;
use crate::orders::store::blank_personal;

/// Blanks what the cards said that were erased.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn apply(transaction: &Transaction<'_>, projection: &Projection, events: &[&Event]) -> Result<(), DbError> {
    for event in events {
        if let Event::Customer(CustomerEvent::Erased(erased)) = event {
            blank_personal(transaction, projection.place, erased.customer.uuid()).await?;
        }
    }
    Ok(())
}
