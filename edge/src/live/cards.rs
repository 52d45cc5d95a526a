//! The kitchen's cards as screens see them: the one place where the live channel asks the kitchen.
//!
//! The kitchen has no cards yet, so stations see none.

use comanda_shared::ids::{OrderId, StationId};
use jiff::tz::TimeZone;
use rusqlite::Connection;
use serde_json::value::RawValue;

/// The cards of an order: at each station it concerns or did, the card as it looks now, or none where it is over.
///
/// # Errors
/// When SQLite cannot read.
pub fn of_order(
    _connection: &Connection,
    _zone: &TimeZone,
    _order: OrderId,
) -> rusqlite::Result<Vec<(StationId, Option<Box<RawValue>>)>> {
    Ok(Vec::new())
}

/// The open cards at a station, the oldest first.
///
/// # Errors
/// When SQLite cannot read.
pub fn open_at(
    _connection: &Connection,
    _zone: &TimeZone,
    _station: StationId,
) -> rusqlite::Result<Vec<(OrderId, Box<RawValue>)>> {
    Ok(Vec::new())
}
