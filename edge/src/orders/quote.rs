//! What an order would cost and when it would be ready, before it is taken.
//!
//! A quote is priced from the catalog in use by the function that prices orders, and refused as the order would be. It
//! writes nothing and does not pass the writer: a screen may ask with every touch.
//!
//! When it would be ready is the kitchen's estimate ([`crate::kitchen::times::estimate`]): behind what its stations have to
//! make already, as fast as they have been lately; and what somebody said that everything takes longer ([`opening`]).

use comanda_shared::money::Currency;
use comanda_shared::order::{self, InStock, PlaceOrder, Quote, TaxSum};
use serde::Serialize;
use utoipa::ToSchema;

use crate::branch::{opening, store};
use crate::http::problem::Problem;
use crate::http::server::Branch;
use crate::kitchen::times::estimate;

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
    /// Until the kitchen should be done; longer while the branch is said to be busy.
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
    let asked = estimate::asked_of_stations(&quote.made);
    let read = branch.journal.readers().read(move |connection| {
        let seconds = estimate::seconds(connection, &asked, now)?;
        let known = store::load(connection)?;
        let extra = known.map_or(0, |known| opening::of(&known, &configuration).extra_minutes(now));
        Ok(if seconds == 0 { 0 } else { seconds + u64::from(extra) * 60 })
    });
    let kitchen_seconds = read.await?;
    Ok(QuoteView::of(quote, kitchen_seconds))
}

impl QuoteView {
    fn of(quote: Quote, kitchen_seconds: u64) -> Self {
        let Quote { currency, totals, taxes, lines, made: _ } = quote;
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
