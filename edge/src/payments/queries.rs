//! Reads of payments.

use comanda_shared::ids::{OrderId, PaymentId};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// The order a payment is of.
///
/// # Errors
/// When SQLite cannot read.
pub fn order_of(connection: &Connection, payment: PaymentId) -> rusqlite::Result<Option<OrderId>> {
    const ORDER: &str = "SELECT order_id FROM payment WHERE id = ?1";
    let order = |row: &rusqlite::Row<'_>| Ok(OrderId::from_uuid(Uuid::from_bytes(row.get(0)?)));
    connection.prepare_cached(ORDER)?.query_row(params![payment.as_bytes()], order).optional()
}
