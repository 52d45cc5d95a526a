//! A row for each line at each station that has made it, moved with ledger and order.

use comanda_shared::ids::{LineId, StationId};
use comanda_shared::kitchen::{Entry, Ledger, MakingTime};
use comanda_shared::order::Order;
use jiff::Timestamp;
use rusqlite::{Connection, params};

use crate::journal::aggregates::Aggregate;

/// A ledger was this and is that: the rows move by the difference. Lines that went over to another order have their rows there.
///
/// # Errors
/// When SQLite cannot read or write.
pub fn follow(
    connection: &Connection,
    before: Option<&Ledger>,
    now: &Ledger,
    order: Option<&Order>,
) -> rusqlite::Result<()> {
    let was = |entry: &Entry| {
        let before = before?;
        let same = |other: &&Entry| (other.line, other.station) == (entry.line, entry.station);
        before.time_of(before.entries.iter().find(same)?)
    };
    let changed = |entry: &Entry| (was(entry), now.time_of(entry), entry.line, entry.station);
    let changed: Vec<_> = now.entries.iter().map(changed).filter(|(was, is, ..)| was != is).collect();
    if changed.is_empty() {
        return Ok(());
    }
    let loaded = match order {
        Some(_) => None,
        None => Order::load(connection, now.order.uuid())?,
    };
    let Some(order) = order.or(loaded.as_ref()) else { return Ok(()) };
    for (_, is, line, station) in changed {
        match is {
            Some(time) => save(connection, order, time)?,
            None => forget(connection, line, station)?,
        }
    }
    Ok(())
}

fn save(connection: &Connection, order: &Order, time: MakingTime) -> rusqlite::Result<()> {
    const SAVE: &str = "
        INSERT INTO kitchen_time (line_id, station_id, order_id, product_id, business_day, received_at, fired_at, started_at,
                                  ready_at, target_seconds)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        ON CONFLICT (line_id, station_id) DO UPDATE
           SET order_id = excluded.order_id, business_day = excluded.business_day, started_at = excluded.started_at,
               ready_at = excluded.ready_at";
    let Some(line) = order.line(time.line) else { return Ok(()) };
    let row = params![
        time.line.as_bytes(),
        time.station.as_bytes(),
        order.id.as_bytes(),
        line.product.as_bytes(),
        order.business_day.to_string(),
        order.created_at.as_microsecond(),
        time.fired_at.as_microsecond(),
        time.started_at.map(Timestamp::as_microsecond),
        time.ready_at.as_microsecond(),
        line.seconds_to_make(),
    ];
    connection.prepare_cached(SAVE)?.execute(row).map(drop)
}

fn forget(connection: &Connection, line: LineId, station: StationId) -> rusqlite::Result<()> {
    const FORGET: &str = "DELETE FROM kitchen_time WHERE line_id = ?1 AND station_id = ?2";
    connection.prepare_cached(FORGET)?.execute(params![line.as_bytes(), station.as_bytes()]).map(drop)
}
