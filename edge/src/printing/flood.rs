//! What becomes of tickets that waited for a printer that was away: the fresh are printed, the old are held until somebody
//! says whether they are still wanted. A printer that is back after an hour must not spit eighty tickets.

use comanda_shared::alert::Matter;
use comanda_shared::printer::Printer;
use jiff::{SignedDuration, Timestamp};

use super::{queries, store};
use crate::alerts;
use crate::journal::Step;

/// A ticket that waited longer is old, whatever the others do.
const OLD: SignedDuration = SignedDuration::from_mins(15);
/// So many that wait are a flood when the printer was away longer than this; then those are held that waited so long.
const MANY: usize = 10;
const LONG_AWAY: SignedDuration = SignedDuration::from_mins(5);

/// Holds what is too old to be printed without asking, and says so; answers how many that were.
///
/// # Errors
/// When SQLite fails.
pub fn hold_what_is_old(
    step: &mut Step<'_>,
    printer: &Printer,
    away_since: Timestamp,
    now: Timestamp,
) -> rusqlite::Result<usize> {
    let waiting = queries::queued(step.connection(), printer.id, 200)?;
    let is_flood = waiting.len() > MANY && now.duration_since(away_since) > LONG_AWAY;
    let patience = if is_flood { LONG_AWAY } else { OLD };
    let than = now.checked_sub(patience).unwrap_or(Timestamp::UNIX_EPOCH);
    let held = store::hold_older(step.connection(), printer.id, than)?;
    if held > 0 {
        let waiting = u32::try_from(held).unwrap_or(u32::MAX);
        let matter = Matter::QueueHeld { printer: printer.id, name: printer.name.clone(), waiting };
        alerts::feature::raise(step, matter, &printer.stations)?;
    }
    Ok(held)
}
