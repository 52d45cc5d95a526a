//! Load and save of the kitchen's ledger, with the cards that follow from it, and of tickets.

use comanda_shared::ids::OrderId;
use comanda_shared::kitchen::{Card, IssuedTicket, Ledger, Standing};
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::journal::aggregates::Aggregate;
use crate::journal::document;

impl Aggregate for Ledger {
    fn load(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<Self>> {
        const LOAD: &str = "SELECT document FROM kitchen_ledger WHERE order_id = ?1";
        document::load(connection, LOAD, id)
    }

    fn save(&self, connection: &Connection) -> rusqlite::Result<()> {
        const SAVE: &str = "
            INSERT INTO kitchen_ledger (order_id, is_at_rest, document) VALUES (?1, ?2, ?3)
            ON CONFLICT (order_id) DO UPDATE SET is_at_rest = excluded.is_at_rest, document = excluded.document";
        let row = params![self.order.as_bytes(), self.is_at_rest(), document::write(self)];
        connection.prepare_cached(SAVE)?.execute(row)?;
        self.cards.iter().try_for_each(|card| save_card(connection, self, card))
    }
}

/// A card has a row while it is on a screen or can be recalled to one.
fn save_card(connection: &Connection, ledger: &Ledger, card: &Card) -> rusqlite::Result<()> {
    const SAVE: &str = "
        INSERT INTO kitchen_card (order_id, station_id, fired_at, bumped_at, to_make) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (order_id, station_id) DO UPDATE SET fired_at = excluded.fired_at,
               bumped_at = excluded.bumped_at, to_make = excluded.to_make";
    const REMOVE: &str = "DELETE FROM kitchen_card WHERE order_id = ?1 AND station_id = ?2";
    let (order, station) = (ledger.order.as_bytes(), card.station.as_bytes());
    let bumped_at = match ledger.standing(card) {
        Standing::Open => None,
        Standing::Bumped { at } => Some(at.as_microsecond()),
        Standing::Over => return connection.prepare_cached(REMOVE)?.execute(params![order, station]).map(drop),
    };
    let to_make = ledger.at(card.station).filter(|entry| entry.is_to_make()).map(|_| 1_u32).sum::<u32>();
    let row = params![order, station, card.fired_at.as_microsecond(), bumped_at, to_make];
    connection.prepare_cached(SAVE)?.execute(row).map(drop)
}

impl Aggregate for IssuedTicket {
    fn load(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<Self>> {
        const LOAD: &str = "SELECT document FROM ticket WHERE id = ?1";
        document::load(connection, LOAD, id)
    }

    fn save(&self, connection: &Connection) -> rusqlite::Result<()> {
        const SAVE: &str = "
            INSERT INTO ticket (id, order_id, status, issued_at, document) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (id) DO UPDATE SET status = excluded.status, document = excluded.document";
        let row = params![
            self.ticket.id.as_bytes(),
            self.ticket.order.as_bytes(),
            self.status.as_str(),
            self.issued_at.as_microsecond(),
            document::write(self),
        ];
        connection.prepare_cached(SAVE)?.execute(row).map(drop)
    }
}

/// The tickets of an order, the oldest first.
///
/// # Errors
/// When SQLite cannot read.
pub fn tickets_of(connection: &Connection, order: OrderId) -> rusqlite::Result<Vec<IssuedTicket>> {
    const TICKETS: &str = "SELECT document FROM ticket WHERE order_id = ?1 ORDER BY issued_at, id LIMIT 1000";
    let mut statement = connection.prepare_cached(TICKETS)?;
    let rows = statement.query_map(params![order.as_bytes()], |row| document::read(row, 0))?;
    rows.collect()
}
