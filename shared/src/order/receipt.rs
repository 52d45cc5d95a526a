//! A receipt: what the guest gets for an order that was paid in full, with a number that never comes again.
//!
//! What of the sale a tax office may ask for stands in the event, so that a fiscal document can be made of it later. Which
//! document that is, and its own number, is not decided here.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{LineState, Order};
use crate::ids::{OrderId, TaxId};
use crate::money::{Money, MoneyError, Permille};

/// A receipt was issued.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReceiptIssued {
    /// The order it is of.
    pub order: OrderId,
    /// Its number: `ESQ-F-000001`. Given without a gap, never twice.
    pub number: String,
    /// What was eaten, with its taxes.
    pub total: Money,
    /// The tip, which no tax is computed on.
    pub tip: Money,
    /// The taxes of the lines that count, by tax.
    pub taxes: Vec<ReceiptTax>,
    /// When.
    pub at: Timestamp,
}

/// One tax of a receipt, over all lines that have it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReceiptTax {
    /// Which.
    pub tax: TaxId,
    /// Its rate at sale.
    pub rate: Permille,
    /// Whether the prices held it.
    pub included: bool,
    /// What it is computed on.
    pub base: Money,
    /// How much it is.
    pub amount: Money,
}

/// The receipt of an order as it is now.
pub(super) fn receipt_of(order: &Order, number: String, at: Timestamp) -> ReceiptIssued {
    let taxes = taxes_of(order).expect("the taxes of lines whose totals fit do fit");
    ReceiptIssued { order: order.id, number, total: order.totals.total, tip: order.tip, taxes, at }
}

fn taxes_of(order: &Order) -> Result<Vec<ReceiptTax>, MoneyError> {
    let mut sums: BTreeMap<(TaxId, Permille, bool), (Money, Money)> = BTreeMap::new();
    for line in order.lines.iter().filter(|line| line.state == LineState::Open) {
        for tax in &line.amounts.taxes {
            let zero = Money::zero(order.currency);
            let sum = sums.entry((tax.tax, tax.rate, tax.included)).or_insert((zero, zero));
            *sum = (sum.0.plus(line.amounts.base())?, sum.1.plus(tax.amount)?);
        }
    }
    let tax = |((tax, rate, included), (base, amount))| ReceiptTax { tax, rate, included, base, amount };
    Ok(sums.into_iter().map(tax).collect())
}
