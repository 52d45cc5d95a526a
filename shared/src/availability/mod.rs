//! What cannot be had at the moment («86»): products and modifiers that ran out, until somebody turns them back, until a
//! time, or of which so many are left.
//!
//! It stands beside the catalog and not in it: the catalog says what the house sells, this what there is of it today, and
//! a new catalog does not bring anything back.

mod decide;
mod event;
mod react;
mod state;
#[cfg(test)]
mod tests;

pub use decide::{AvailabilityCommand, AvailabilityRejection, MOST_LEFT, decide};
pub use event::{AvailabilityEvent, Restocked, StockedOut, StockoutCounted};
pub use react::counts_due;
pub use state::{Item, Stockout, Stockouts, Until};
