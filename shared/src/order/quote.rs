//! What an order would cost, were it placed now: the same lines, prices and refusals, and nothing happens.

use super::pricing::priced_lines;
use super::stockout::{self, InStock};
use super::{Line, NewLine, OrderRejection, OrderType, Totals};
use crate::catalog::{Catalog, Tax};
use crate::money::{Currency, Money, MoneyError, Permille};

/// What an order would cost, and what of it has to be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quote {
    /// Of all amounts.
    pub currency: Currency,
    /// What it costs.
    pub totals: Totals,
    /// The taxes in it, in the order of the catalog.
    pub taxes: Vec<TaxSum>,
    /// What each line asked for costs together with its parts, in the order they were asked for.
    pub lines: Vec<Money>,
    /// The lines that stations make, as they would be ordered.
    pub made: Vec<Line>,
}

/// One tax over all lines that have it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TaxSum {
    /// As receipts call it.
    pub name: String,
    /// Part of the base.
    pub rate: Permille,
    /// Whether prices held it already.
    pub included: bool,
    /// What it is computed on.
    pub base: Money,
    /// How much it is.
    pub amount: Money,
}

/// What these lines would cost in an order of that type.
///
/// # Errors
/// Why such an order would be refused; who asks is not looked at.
pub fn quote(
    asked: &[NewLine],
    order_type: OrderType,
    catalog: Option<&Catalog>,
    stock: InStock<'_>,
) -> Result<Quote, OrderRejection> {
    let catalog = catalog.ok_or(OrderRejection::CatalogMissing)?;
    let lines = priced_lines(asked, 0, order_type, false, catalog)?;
    stockout::check(asked, &lines, catalog, stock)?;
    sums(asked, &lines, catalog).map_err(|_| OrderRejection::AmountTooLarge)
}

fn sums(asked: &[NewLine], lines: &[Line], catalog: &Catalog) -> Result<Quote, MoneyError> {
    let currency = catalog.currency();
    let mut left = lines;
    let mut each = Vec::with_capacity(asked.len());
    for line in asked {
        let (of_this, later) = left.split_at(line.count());
        each.push(Totals::sum(currency, of_this)?.total);
        left = later;
    }
    let taxes = catalog.taxes().iter().filter_map(|tax| tax_sum(tax, lines).transpose());
    Ok(Quote {
        currency,
        totals: Totals::sum(currency, lines)?,
        taxes: taxes.collect::<Result<_, _>>()?,
        lines: each,
        made: lines.iter().filter(|line| !line.stations.is_empty()).cloned().collect(),
    })
}

/// The tax over all lines; nothing when none of them has it.
fn tax_sum(tax: &Tax, lines: &[Line]) -> Result<Option<TaxSum>, MoneyError> {
    let mut sum: Option<TaxSum> = None;
    for line in lines {
        for of_line in line.amounts.taxes.iter().filter(|of_line| of_line.tax == tax.id) {
            let zero = Money::zero(of_line.amount.currency());
            let (name, rate, included) = (&tax.name, tax.rate, tax.included);
            let sum =
                sum.get_or_insert_with(|| TaxSum { name: name.clone(), rate, included, base: zero, amount: zero });
            sum.base = sum.base.plus(line.amounts.base())?;
            sum.amount = sum.amount.plus(of_line.amount)?;
        }
    }
    Ok(sum)
}
