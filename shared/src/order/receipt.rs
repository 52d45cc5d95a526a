//! A receipt: what the guest gets for an order that was paid in full, with a number that never comes again.
//!
//! What of the sale a tax office may ask for stands in the event, with the number it lets the branch give, so that a fiscal
//! document can be made of it later. Which document that is, is not decided here.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ChargeRejection, Context, LineState, Order, OrderEvent, OrderRejection, decide};
use crate::branch::FiscalNumber;
use crate::ids::{OrderId, TaxId};
use crate::kitchen::TEMPLATE;
use crate::money::{Money, MoneyError, Permille};
use crate::staff::{Actor, Permission};

/// The numbers the next receipt of the branch gets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceiptNumbers {
    /// The branch's own.
    pub number: String,
    /// For the tax office.
    pub fiscal: Option<FiscalNumber>,
}

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
    /// Its number for the tax office, where the branch may give some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fiscal: Option<FiscalNumber>,
    /// The templates it was first printed by, so that a copy looks as it did.
    #[serde(default = "first_template", skip_serializing_if = "is_first_template")]
    pub template: u16,
    /// When.
    pub at: Timestamp,
}

/// Of receipts that were issued before there were others.
const fn first_template() -> u16 {
    TEMPLATE
}

const fn is_first_template(template: &u16) -> bool {
    *template == TEMPLATE
}

/// A guest got the pre-bill: what is to be paid, before it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BillPrinted {
    /// The order it is of.
    pub order: OrderId,
    /// Who had it printed.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// A receipt was printed once more.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReceiptReprinted {
    /// The order it is of.
    pub order: OrderId,
    /// Which copy it is, from 1.
    pub copy: u32,
    /// Who had it printed.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

pub(super) fn print_bill(order: &Order, context: &Context<'_>) -> Result<Vec<OrderEvent>, OrderRejection> {
    decide::permit(context, Permission::OrdersView)?;
    if order.status.is_void() {
        return Err(decide::illegal(order, "billed"));
    }
    Ok(vec![OrderEvent::BillPrinted(BillPrinted { order: order.id, by: context.actor, at: context.now })])
}

pub(super) fn reprint(order: &Order, context: &Context<'_>) -> Result<Vec<OrderEvent>, OrderRejection> {
    decide::permit(context, Permission::ReceiptsReprint)?;
    if order.receipt.is_none() {
        return Err(ChargeRejection::NoReceipt.into());
    }
    let (copy, by, at) = (order.receipt_copies + 1, context.actor, context.now);
    Ok(vec![OrderEvent::ReceiptReprinted(ReceiptReprinted { order: order.id, copy, by, at })])
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
pub(super) fn receipt_of(order: &Order, numbers: ReceiptNumbers, template: u16, at: Timestamp) -> ReceiptIssued {
    let ReceiptNumbers { number, fiscal } = numbers;
    let (total, tip) = (order.totals.total, order.tip);
    let taxes = taxes_of(order).expect("the taxes of lines whose totals fit do fit");
    ReceiptIssued { order: order.id, number, total, tip, taxes, fiscal, template, at }
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
