//! What sells most, for the first page of the point of sale.
//!
//! Counted from the latest orders, and again a minute later at the earliest: a screen asks when it is opened, and what
//! people like does not change in between. What is on sale is looked up with each question, so that a product that was
//! just taken off the menu is gone at once. It does not know how a combo was put together: the combo counts, its parts
//! do not.
//!
//! Faults: nothing is kept but in memory; after a restart it is counted again.

use std::sync::{Arc, Mutex, PoisonError};

use comanda_shared::ids::ProductId;
use comanda_shared::money::Quantity;
use jiff::{SignedDuration, Timestamp};

use crate::journal::{Journal, ReadError};
use crate::orders;

/// Orders that are counted, the latest.
const ORDERS: u32 = 500;
/// A count is used for so long.
const FRESH_FOR: SignedDuration = SignedDuration::from_secs(60);

/// What sold most when it was last counted.
#[derive(Default)]
pub struct Popular(Mutex<Option<Count>>);

struct Count {
    at: Timestamp,
    sold: Sold,
}

/// Products with how many of them were sold, most sold first.
type Sold = Arc<Vec<(ProductId, Quantity)>>;

impl Popular {
    /// What sold most in the latest orders. Two that ask at once may both count.
    ///
    /// # Errors
    /// When the branch's file could not be read.
    pub async fn sold(&self, journal: &Journal) -> Result<Sold, ReadError> {
        let now = journal.environment().clock.now();
        if let Some(sold) = self.fresh(now) {
            return Ok(sold);
        }
        let count = journal.readers().read(|connection| orders::queries::sold_lately(connection, ORDERS));
        let sold = Arc::new(count.await?);
        *self.lock() = Some(Count { at: now, sold: Arc::clone(&sold) });
        Ok(sold)
    }

    /// The last count, unless it is old, or the clock was set back behind it.
    fn fresh(&self, now: Timestamp) -> Option<Sold> {
        let count = self.lock();
        let count = count.as_ref().filter(|count| count.at <= now && now.duration_since(count.at) < FRESH_FOR)?;
        Some(Arc::clone(&count.sold))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Count>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
