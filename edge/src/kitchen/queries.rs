//! Reads of the kitchen: the cards of stations.

use std::collections::BTreeMap;

use comanda_shared::ids::{OrderId, StationId};
use jiff::tz::TimeZone;
use rusqlite::{Connection, Row};
use uuid::Uuid;

use super::cards::Cards;
use super::wire::CardView;

/// The stations whose cards are wanted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stations {
    /// All there are.
    All,
    /// These.
    Only(Vec<StationId>),
}

impl Stations {
    fn has(&self, station: StationId) -> bool {
        match self {
            Self::All => true,
            Self::Only(stations) => stations.contains(&station),
        }
    }
}

/// The cards on the stations' screens, the oldest first.
///
/// # Errors
/// When SQLite cannot read.
pub fn open_cards(
    connection: &Connection,
    stations: &Stations,
    limit: usize,
    zone: &TimeZone,
) -> rusqlite::Result<Vec<CardView>> {
    const OPEN: &str = "
        SELECT order_id, station_id FROM kitchen_card
         WHERE bumped_at IS NULL
         ORDER BY fired_at, order_id, station_id LIMIT 5000";
    cards(connection, OPEN, stations, limit, zone)
}

/// The cards the stations bumped last and can recall, the newest first. Those of the last five thousand of all stations are
/// looked through.
///
/// # Errors
/// When SQLite cannot read.
pub fn bumped_cards(
    connection: &Connection,
    stations: &Stations,
    limit: usize,
    zone: &TimeZone,
) -> rusqlite::Result<Vec<CardView>> {
    const BUMPED: &str = "
        SELECT order_id, station_id FROM kitchen_card
         WHERE bumped_at IS NOT NULL
         ORDER BY bumped_at DESC, order_id DESC, station_id DESC LIMIT 5000";
    cards(connection, BUMPED, stations, limit, zone)
}

fn cards(
    connection: &Connection,
    which: &str,
    stations: &Stations,
    limit: usize,
    zone: &TimeZone,
) -> rusqlite::Result<Vec<CardView>> {
    let mut statement = connection.prepare_cached(which)?;
    let card = |row: &Row<'_>| {
        let (order, station) = (Uuid::from_bytes(row.get(0)?), Uuid::from_bytes(row.get(1)?));
        Ok((OrderId::from_uuid(order), StationId::from_uuid(station)))
    };
    let mut orders: BTreeMap<OrderId, Option<Cards>> = BTreeMap::new();
    let mut found = Vec::new();
    for card in statement.query_map([], card)? {
        let (order, station) = card?;
        if !stations.has(station) {
            continue;
        }
        if found.len() == limit {
            break;
        }
        let cards = match orders.entry(order) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(unknown) => unknown.insert(Cards::load(connection, order)?),
        };
        found.extend(cards.as_ref().and_then(|cards| cards.at(station, zone)).map(|card| card.view));
    }
    Ok(found)
}
