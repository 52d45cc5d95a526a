//! The kitchen's cards as screens see them: the one place where the live channel asks the kitchen.

use comanda_shared::ids::{OrderId, StationId};
use jiff::tz::TimeZone;
use rusqlite::Connection;
use serde_json::value::RawValue;

use super::wire::raw;
use crate::kitchen::cards::cards_of;
use crate::kitchen::queries::{Stations, open_cards};

/// Open cards of one station a snapshot has at most, the oldest first: more than any screen pages through.
const OPEN_CARDS: usize = 1_000;

/// The cards of an order: at each station it concerns or did, the card as it looks now, or none where it is over.
///
/// # Errors
/// When SQLite cannot read.
pub fn of_order(
    connection: &Connection,
    zone: &TimeZone,
    order: OrderId,
) -> rusqlite::Result<Vec<(StationId, Option<Box<RawValue>>)>> {
    let cards = cards_of(connection, order, zone)?.into_iter();
    Ok(cards.map(|card| (card.station(), card.shown().map(|view| raw(&view)))).collect())
}

/// The open cards at a station, the oldest first.
///
/// # Errors
/// When SQLite cannot read.
pub fn open_at(
    connection: &Connection,
    zone: &TimeZone,
    station: StationId,
) -> rusqlite::Result<Vec<(OrderId, Box<RawValue>)>> {
    let cards = open_cards(connection, &Stations::Only(vec![station]), OPEN_CARDS, zone)?;
    Ok(cards.into_iter().map(|card| (card.order(), raw(&card))).collect())
}
