//! When an order that is in hand should be ready: its slowest station, behind the cards that came before, as fast as that station
//! has been lately.

use std::collections::BTreeMap;

use comanda_shared::ids::{OrderId, StationId};
use comanda_shared::kitchen::Pace;
use comanda_shared::order::{LineState, Order, Status};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::kitchen::times::estimate::not_forgotten_since;
use crate::kitchen::times::queries::made_lately;

/// How far back a station is looked at.
const LATELY: SignedDuration = SignedDuration::from_mins(90);

/// What a station has to make of an order, and before it.
struct Card {
    station: StationId,
    to_make: u32,
    fired_at: Timestamp,
    ahead: u32,
}

/// When the order should be ready; none where the kitchen has nothing to make of it, or not yet.
///
/// # Errors
/// When SQLite cannot read.
pub fn ready_at(connection: &Connection, order: &Order, now: Timestamp) -> rusqlite::Result<Option<Timestamp>> {
    if !matches!(order.status, Status::Accepted | Status::Preparing) {
        return Ok(None);
    }
    let slowest = slowest_by_station(order);
    let lately = now.checked_sub(LATELY).unwrap_or(Timestamp::MIN);
    let mut latest = None;
    for card in cards_of(connection, order.id, not_forgotten_since(now))? {
        let pace = Pace::of(&made_lately(connection, card.station, lately)?);
        let target = slowest.get(&card.station).copied().unwrap_or_default();
        // Behind others it has not begun; with nothing before it, it began when it came.
        let begins = if card.ahead > 0 { now } else { card.fired_at };
        let takes = pace.seconds(card.ahead + card.to_make.saturating_sub(1), target);
        let takes = SignedDuration::try_from_secs_f64(takes.clamp(0.0, 86_400.0).round()).unwrap_or_default();
        latest = latest.max(begins.checked_add(takes).ok());
    }
    Ok(latest)
}

/// Seconds of the slowest line at each station.
fn slowest_by_station(order: &Order) -> BTreeMap<StationId, u32> {
    let mut slowest = BTreeMap::new();
    for line in order.lines.iter().filter(|line| line.state == LineState::Open) {
        for station in &line.stations {
            let seconds: &mut u32 = slowest.entry(*station).or_default();
            *seconds = line.seconds_to_make().max(*seconds);
        }
    }
    slowest
}

fn cards_of(connection: &Connection, order: OrderId, since: Timestamp) -> rusqlite::Result<Vec<Card>> {
    const CARDS: &str = "
        SELECT own.station_id, own.to_make, own.fired_at,
               (SELECT coalesce(sum(other.to_make), 0) FROM kitchen_card AS other
                 WHERE other.station_id = own.station_id AND other.bumped_at IS NULL
                   AND other.fired_at < own.fired_at AND other.fired_at >= ?2)
          FROM kitchen_card AS own
         WHERE own.order_id = ?1 AND own.bumped_at IS NULL AND own.to_make > 0
         ORDER BY own.station_id LIMIT 100";
    let mut statement = connection.prepare_cached(CARDS)?;
    let rows = statement.query_map(params![order.as_bytes(), since.as_microsecond()], |row| {
        Ok(Card {
            station: StationId::from_uuid(Uuid::from_bytes(row.get(0)?)),
            to_make: row.get(1)?,
            // Stored as microseconds since 1970 by this program: none is out of range.
            fired_at: Timestamp::from_microsecond(row.get(2)?).unwrap_or(Timestamp::UNIX_EPOCH),
            ahead: row.get(3)?,
        })
    })?;
    rows.collect()
}
