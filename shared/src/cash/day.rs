//! The report of a day: everything since the report before it, whoever took it. What one says and what the next says is
//! together all that ever was: a report keeps the sums of the whole life of the branch, and the next is the difference.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{CashContext, CashRejection, Taking, Takings};
use crate::event::Event;
use crate::ids::ReportId;
use crate::money::Currency;
use crate::staff::{Actor, Permission};

/// What was sold. Amounts in minor units; orders that were cancelled are in none of them.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SalesSums {
    /// Orders taken.
    pub orders: i64,
    /// Of them, cancelled.
    pub cancelled: i64,
    /// Prices with modifiers.
    pub gross: i64,
    /// Taken off.
    pub discount: i64,
    /// Taxes in it.
    pub tax: i64,
    /// What guests pay, without tips.
    pub net: i64,
}

impl SalesSums {
    const fn since(self, before: Self) -> Self {
        Self {
            orders: self.orders - before.orders,
            cancelled: self.cancelled - before.cancelled,
            gross: self.gross - before.gross,
            discount: self.discount - before.discount,
            tax: self.tax - before.tax,
            net: self.net - before.net,
        }
    }
}

/// The sums of the whole life of the branch.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GrandTotal {
    /// What was sold.
    pub sales: SalesSums,
    /// What was paid.
    pub takings: Takings,
}

/// A day was closed. Also the report as it is kept: nothing ever happens to one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DayClosed {
    /// The report.
    pub report: ReportId,
    /// Its number: `ESQ-Z-000001`.
    pub number: String,
    /// The day of business it was closed in.
    pub business_day: Date,
    /// When the report before it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Of all its amounts.
    pub currency: Currency,
    /// What was sold since then.
    pub sales: SalesSums,
    /// What was paid since then.
    pub takings: Takings,
    /// Drawers that are still to be counted.
    pub open_shifts: u32,
    /// The sums of the whole life of the branch, by which the next report is made.
    pub grand_total: GrandTotal,
    /// The journal's head before this entry: its sequence and hash in hexadecimal, so that what is on paper shows whether
    /// anything before it was changed.
    pub journal: ChainHead,
    /// Who closed it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// How far the journal had come.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ChainHead {
    /// The last entry.
    pub sequence: u64,
    /// Its hash, in hexadecimal.
    pub hash: String,
}

impl DayClosed {
    /// What the event makes of the report; `None` before it was made.
    pub fn apply(state: &mut Option<Self>, event: &Event) {
        if let Event::Cash(super::CashEvent::DayClosed(closed)) = event {
            *state = Some(closed.clone());
        }
    }
}

/// What is known when a day is closed.
#[derive(Clone, Debug)]
pub struct DayStanding {
    /// The report's id, made for it already.
    pub id: ReportId,
    /// The next number of the reports.
    pub number: String,
    /// The report before it.
    pub last: Option<DayClosed>,
    /// The sums of the whole life of the branch as they are now.
    pub grand_total: GrandTotal,
    /// Drawers that are still to be counted.
    pub open_shifts: u32,
    /// The journal's head.
    pub journal: ChainHead,
    /// The branch's currency, once it has one.
    pub currency: Option<Currency>,
}

/// Closes the day.
///
/// # Errors
/// The first reason to refuse; then nothing happens.
pub fn close_day(standing: DayStanding, context: &CashContext) -> Result<DayClosed, CashRejection> {
    context.permit(Permission::CashReports)?;
    let DayStanding { id, number, last, grand_total, open_shifts, journal, currency } = standing;
    let before = last.as_ref().map(|last| last.grand_total.clone()).unwrap_or_default();
    Ok(DayClosed {
        report: id,
        number,
        business_day: context.business_day,
        since: last.map(|last| last.at),
        currency: currency.ok_or(CashRejection::CatalogMissing)?,
        sales: grand_total.sales.since(before.sales),
        takings: since(&grand_total.takings, &before.takings),
        open_shifts,
        grand_total,
        journal,
        by: context.actor,
        at: context.now,
    })
}

/// By method, what came since; methods of which nothing came are left out.
fn since(now: &Takings, before: &Takings) -> Takings {
    let moved = now.0.iter().map(|(method, taking)| (*method, taking.minus(before.by(*method))));
    Takings(moved.filter(|(_, taking)| *taking != Taking::default()).collect())
}
