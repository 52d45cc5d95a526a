//! Reads of drawers: who answers for which, what came into them, what was counted.

use comanda_shared::cash::{DayClosed, SalesSums, Shift, Taking, Takings};
use comanda_shared::ids::ShiftId;
use comanda_shared::order::PaymentMethod;
use comanda_shared::staff::Actor;
use jiff::civil::Date;
use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use super::store::key_of;
use crate::journal::document;

/// The open shift of somebody.
///
/// # Errors
/// When SQLite cannot read.
pub fn open_shift_of(connection: &Connection, user: Actor) -> rusqlite::Result<Option<Shift>> {
    const OPEN: &str = "SELECT document FROM shift WHERE user = ?1 AND closed_at IS NULL ORDER BY id LIMIT 1";
    connection.prepare_cached(OPEN)?.query_row([key_of(user)], |row| document::read(row, 0)).optional()
}

/// The open shifts, the oldest first.
///
/// # Errors
/// When SQLite cannot read.
pub fn open_shifts(connection: &Connection) -> rusqlite::Result<Vec<Shift>> {
    const OPEN: &str = "SELECT document FROM shift WHERE closed_at IS NULL ORDER BY opened_at, id LIMIT 200";
    let mut statement = connection.prepare_cached(OPEN)?;
    let rows = statement.query_map([], |row| document::read(row, 0))?;
    rows.collect()
}

/// Whose closed shifts are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whose {
    /// Everybody's.
    Everybody,
    /// Those of one who answered for them.
    Of(Actor),
}

/// The closed shifts, the latest first; those before an instant and id, where a page goes on.
///
/// # Errors
/// When SQLite cannot read.
pub fn closed_shifts(
    connection: &Connection,
    whose: Whose,
    before: Option<(i64, ShiftId)>,
    limit: u32,
) -> rusqlite::Result<Vec<Shift>> {
    const CLOSED: &str = "
        SELECT document FROM shift
         WHERE closed_at IS NOT NULL AND (closed_at, id) < (?1, ?2) AND (?3 IS NULL OR user = ?3)
         ORDER BY closed_at DESC, id DESC LIMIT ?4";
    let (at, id) = before.map_or((i64::MAX, uuid::Uuid::max()), |(at, id)| (at, id.uuid()));
    let user = match whose {
        Whose::Everybody => None,
        Whose::Of(actor) => Some(key_of(actor)),
    };
    let mut statement = connection.prepare_cached(CLOSED)?;
    let rows = statement.query_map(params![at, id.as_bytes(), user, limit], |row| document::read(row, 0))?;
    rows.collect()
}

/// What orders brought into a shift.
///
/// # Errors
/// When SQLite cannot read.
pub fn takings_of_shift(connection: &Connection, shift: ShiftId) -> rusqlite::Result<Takings> {
    const SUMS: &str = "
        SELECT method, sum(payments), sum(amount), sum(tip), sum(refunds), sum(refunded), sum(tip_refunded)
          FROM taking WHERE shift_id = ?1 GROUP BY method ORDER BY method";
    takings(connection, SUMS, params![shift.as_bytes()])
}

/// What orders brought in on a day of business, whoever took it.
///
/// # Errors
/// When SQLite cannot read.
pub fn takings_of_day(connection: &Connection, day: Date) -> rusqlite::Result<Takings> {
    const SUMS: &str = "
        SELECT method, sum(payments), sum(amount), sum(tip), sum(refunds), sum(refunded), sum(tip_refunded)
          FROM taking WHERE business_day = ?1 GROUP BY method ORDER BY method";
    takings(connection, SUMS, params![day.to_string()])
}

/// What orders brought in since the branch was opened.
///
/// # Errors
/// When SQLite cannot read.
pub fn takings_ever(connection: &Connection) -> rusqlite::Result<Takings> {
    const SUMS: &str = "
        SELECT method, sum(payments), sum(amount), sum(tip), sum(refunds), sum(refunded), sum(tip_refunded)
          FROM taking GROUP BY method ORDER BY method";
    takings(connection, SUMS, [])
}

/// What was sold since the branch was opened. Orders that share the commit at hand are not in it yet.
///
/// # Errors
/// When SQLite cannot read.
pub fn sales_ever(connection: &Connection) -> rusqlite::Result<SalesSums> {
    const SUMS: &str = "
        SELECT coalesce(sum(placed), 0), coalesce(sum(cancelled), 0), coalesce(sum(subtotal), 0),
               coalesce(sum(discount), 0), coalesce(sum(tax), 0), coalesce(sum(total), 0) FROM sales_day";
    connection.prepare_cached(SUMS)?.query_row([], |row| {
        Ok(SalesSums {
            orders: row.get(0)?,
            cancelled: row.get(1)?,
            gross: row.get(2)?,
            discount: row.get(3)?,
            tax: row.get(4)?,
            net: row.get(5)?,
        })
    })
}

/// The reports of days, the latest first.
///
/// # Errors
/// When SQLite cannot read.
pub fn day_reports(connection: &Connection, limit: u32) -> rusqlite::Result<Vec<DayClosed>> {
    const LATEST: &str = "SELECT document FROM day_report ORDER BY at DESC, id DESC LIMIT ?1";
    let mut statement = connection.prepare_cached(LATEST)?;
    let rows = statement.query_map([limit], |row| document::read(row, 0))?;
    rows.collect()
}

fn takings(connection: &Connection, sums: &str, of: impl Params) -> rusqlite::Result<Takings> {
    let mut statement = connection.prepare_cached(sums)?;
    let row = |row: &Row<'_>| {
        let taking = Taking {
            payments: row.get(1)?,
            amount: row.get(2)?,
            tip: row.get(3)?,
            refunds: row.get(4)?,
            refunded: row.get(5)?,
            tip_refunded: row.get(6)?,
        };
        Ok((method(row)?, taking))
    };
    let rows = statement.query_map(of, row)?;
    rows.collect::<rusqlite::Result<_>>().map(Takings)
}

fn method(row: &Row<'_>) -> rusqlite::Result<PaymentMethod> {
    let name = row.get_ref(0)?.as_str()?;
    let found = PaymentMethod::ALL.into_iter().find(|method| method.as_str() == name);
    let unknown = || rusqlite::Error::FromSqlConversionFailure(0, Type::Text, FromSqlError::InvalidType.into());
    found.ok_or_else(unknown)
}
