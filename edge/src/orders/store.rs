//! Load and save of an order.

use comanda_shared::ids::CustomerId;
use comanda_shared::order::{Order, Stage};
use comanda_shared::personal::Personal;
use jiff::Timestamp;
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::search::folded;
use crate::journal::aggregates::Aggregate;
use crate::journal::document;

impl Aggregate for Order {
    fn load(connection: &Connection, id: Uuid) -> rusqlite::Result<Option<Self>> {
        const LOAD: &str = "SELECT document FROM orders WHERE id = ?1";
        document::load(connection, LOAD, id)
    }

    fn save(&self, connection: &Connection) -> rusqlite::Result<()> {
        const SAVE: &str = "
            INSERT INTO orders (id, consecutive, number, type, status, is_open, table_name, business_day, created_at,
                                accepted_at, ready_at, total, due, is_closed, search, waits_until, customer_id, document)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
            ON CONFLICT (id) DO UPDATE
               SET status = excluded.status, is_open = excluded.is_open, table_name = excluded.table_name,
                   accepted_at = excluded.accepted_at, ready_at = excluded.ready_at, total = excluded.total, due = excluded.due,
                   is_closed = excluded.is_closed, search = excluded.search,
                   waits_until = excluded.waits_until, customer_id = excluded.customer_id, document = excluded.document";
        let row = params![
            self.id.as_bytes(),
            self.consecutive,
            self.number,
            self.order_type.as_str(),
            self.status.as_str(),
            !self.status.is_final(),
            self.table,
            self.business_day.to_string(),
            self.created_at.as_microsecond(),
            self.accepted_at.map(Timestamp::as_microsecond),
            self.reached.get(&Stage::Ready).copied().map(Timestamp::as_microsecond),
            self.totals.total.minor(),
            self.due().minor(),
            self.closed_at.is_some(),
            search_text(self),
            self.waits_until().map(Timestamp::as_microsecond),
            self.personal.known().and_then(|personal| personal.customer.as_ref().map(CustomerId::as_bytes)),
            document::write(self),
        ];
        connection.prepare_cached(SAVE)?.execute(row).map(drop)
    }
}

/// What a search looks through: numbers, table, receipt, guest.
fn search_text(order: &Order) -> String {
    let personal = order.personal.known();
    let parts = [
        Some(&order.consecutive),
        Some(&order.number),
        order.table.as_ref(),
        order.external_number.as_ref(),
        order.receipt.as_ref().map(|receipt| &receipt.number),
        personal.and_then(|personal| personal.customer_name.as_ref()),
        personal.and_then(|personal| personal.customer_phone.as_ref()),
    ];
    folded(&parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" "))
}

/// What is shown of words that were erased.
pub fn shown<T>(personal: &Personal<T>, text: impl FnOnce(&T) -> Option<String>) -> Option<String> {
    match personal {
        Personal::Known(known) => text(known),
        Personal::Erased => Some("borrado".to_owned()),
    }
}
