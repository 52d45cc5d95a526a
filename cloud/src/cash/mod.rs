//! Money of all branches: payments, what they come to by day and method, and shifts.
//!
//! Payments are part of their order, and moved with it; a shift is what the branch's own transition function makes of its
//! events. Both are checked against a rebuild in `tests/whole_system/chain.rs`.

mod payments;
mod shifts;
mod takings;

pub use payments::save_payments;
pub use shifts::apply;
pub use takings::Takings;

use crate::db::{DbError, Transaction};
use crate::ingest::store::Place;

/// Removes what is derived of a branch, before a rebuild.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn forget(transaction: &Transaction<'_>, place: Place) -> Result<(), DbError> {
    const FORGET: [&str; 3] = [
        "DELETE FROM payment WHERE company_id = $1 AND branch_id = $2",
        "DELETE FROM takings_day WHERE company_id = $1 AND branch_id = $2",
        "DELETE FROM shift WHERE company_id = $1 AND branch_id = $2",
    ];
    for statement in FORGET {
        transaction.execute(statement, &[&place.company.0, &place.branch.uuid()]).await?;
    }
    Ok(())
}
