//! What an order would cost and when it would be ready, before it is taken.
//!
//! A quote is priced from the catalog in use by the function that prices orders, and refused as the order would be. It
//! writes nothing and does not pass the writer: a screen may ask with every touch.
//!
//! When it would be ready is an estimate, **`slowest + slowest × in front ÷ (stations × 4)`** in whole seconds:
//! - *slowest*: the longest target of its lines, 600 s where a product says nothing; 0 when nothing has to be made;
//! - *in front*: orders taken in the last hour that are not ready yet, each taken to need as long where this one needs
//!   longest; older ones are thought forgotten, not cooking;
//! - *stations* of the catalog share that work, each with four orders in hand at once.
//!
//! It knows neither how many cooks there are nor what is on which grill: targets and these four are a restaurant's guess.

use comanda_shared::money::Currency;
use comanda_shared::order::{self, InStock, Line, PlaceOrder, Quote, TaxSum, slowest_seconds};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

use super::queries;
use crate::http::problem::Problem;
use crate::http::server::Branch;
use crate::journal::Configuration;

/// An order that is not ready after so long was forgotten.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// Orders that a station works on at once.
const IN_HAND: u64 = 4;

/// A quote as it is answered; amounts in minor units.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = Quote)]
pub struct QuoteView {
    currency: Currency,
    subtotal: i64,
    discount: i64,
    tax: i64,
    total: i64,
    taxes: Vec<TaxView>,
    lines: Vec<LineView>,
    /// Until the kitchen should be done.
    kitchen_seconds: u64,
}

/// A tax over all lines that have it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = QuoteTax)]
struct TaxView {
    name: String,
    rate_permille: u16,
    included: bool,
    base: i64,
    amount: i64,
}

/// A line asked for, by its place in the request, with the parts it has when it is a combo.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[schema(as = QuoteLine)]
struct LineView {
    index: usize,
    total: i64,
}

/// What the order would cost, and when it would be ready.
///
/// # Errors
/// The problem that placing it would be refused with; or that the branch's file could not be read.
pub async fn quote(branch: &Branch, place: &PlaceOrder) -> Result<QuoteView, Problem> {
    let configuration = branch.journal.configuration();
    let now = branch.journal.environment().clock.now();
    let catalog = configuration.catalog.clone();
    let stock = InStock { stockouts: &configuration.stockouts, now };
    let quote = order::quote(&place.lines, place.order_type, catalog.as_deref(), stock)?;
    let slowest = quote.slowest_seconds;
    let read = branch.journal.readers().read(move |connection| needs(connection, &configuration, slowest, now));
    let kitchen_seconds = read.await?;
    Ok(QuoteView::of(quote, kitchen_seconds))
}

/// Seconds until the kitchen should be done with these lines, were it to begin now.
///
/// # Errors
/// When SQLite cannot read.
pub fn kitchen_needs(
    connection: &Connection,
    configuration: &Configuration,
    lines: &[Line],
    now: Timestamp,
) -> rusqlite::Result<u64> {
    needs(connection, configuration, slowest_seconds(lines), now)
}

fn needs(
    connection: &Connection,
    configuration: &Configuration,
    slowest: u32,
    now: Timestamp,
) -> rusqlite::Result<u64> {
    let since = now.checked_sub(FORGOTTEN_AFTER).unwrap_or(Timestamp::MIN);
    let in_front = queries::in_the_kitchen(connection, since)?;
    let stations = configuration.catalog.as_ref().map_or(0, |catalog| catalog.stations().len());
    Ok(kitchen_seconds(slowest, in_front, stations))
}

/// The estimate of the module's head.
fn kitchen_seconds(slowest: u32, in_front: u32, stations: usize) -> u64 {
    let slowest = u64::from(slowest);
    slowest + slowest * u64::from(in_front) / (stations.max(1) as u64 * IN_HAND)
}

impl QuoteView {
    fn of(quote: Quote, kitchen_seconds: u64) -> Self {
        let Quote { currency, totals, taxes, lines, slowest_seconds: _ } = quote;
        let line = |(index, total): (usize, comanda_shared::money::Money)| LineView { index, total: total.minor() };
        Self {
            currency,
            subtotal: totals.subtotal.minor(),
            discount: totals.discount.minor(),
            tax: totals.tax.minor(),
            total: totals.total.minor(),
            taxes: taxes.into_iter().map(TaxView::of).collect(),
            lines: lines.into_iter().enumerate().map(line).collect(),
            kitchen_seconds,
        }
    }
}

impl TaxView {
    fn of(sum: TaxSum) -> Self {
        let TaxSum { name, rate, included, base, amount } = sum;
        Self { name, rate_permille: rate.0, included, base: base.minor(), amount: amount.minor() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kitchen_needs_the_slowest_line_and_a_share_of_what_is_in_front() {
        for (slowest, in_front, stations, seconds) in
            [(480, 0, 2, 480), (480, 8, 2, 960), (480, 1, 2, 540), (60, 8, 2, 120), (0, 8, 2, 0), (480, 4, 0, 960)]
        {
            let said = kitchen_seconds(slowest, in_front, stations);
            assert_eq!(said, seconds, "{slowest} s behind {in_front} at {stations} stations");
        }
    }
}
