//! What guests get on paper: the pre-bill before they pay, the receipt after. Everything on them is decided here, from the
//! order as it is; how it looks is printing's.

use std::collections::BTreeMap;

use comanda_shared::branch::FiscalNumber;
use comanda_shared::ids::{JobId, TaxId};
use comanda_shared::money::{Money, Permille};
use comanda_shared::order::{Line, LineState, Order, OrderCommand, OrderType, PaymentMethod, ReceiptIssued};
use comanda_shared::paper::{Bill, BillLine, DrawerPin, Letterhead, PrintedDocument, Receipt, Sum};
use jiff::Timestamp;

use crate::journal::{Configuration, Step};
use crate::printing::feature::print_at_counter;
use crate::staff::store::name_of;

/// Says on every paper that it is none the tax office knows.
const NO_INVOICE: &str = "No es factura ni documento equivalente";

/// Has printed what follows from what happened to an order: the receipt once it has one, and whatever was asked for; and
/// opens the drawer for cash. `before` is the order before it.
///
/// # Errors
/// When SQLite cannot read.
pub fn follow(
    step: &mut Step<'_>,
    before: &Order,
    order: &Order,
    command: &OrderCommand,
) -> rusqlite::Result<Vec<JobId>> {
    let mut jobs = Vec::new();
    if cash_moves(order) > cash_moves(before) {
        jobs.extend(open_drawer(step));
    }
    if before.receipt.is_none() {
        jobs.extend(print_receipt(step, order, 0)?);
    }
    match command {
        OrderCommand::PrintBill => jobs.extend(print_bill(step, order)?),
        OrderCommand::ReprintReceipt => jobs.extend(print_receipt(step, order, order.receipt_copies)?),
        _ => {}
    }
    Ok(jobs)
}

/// How often cash went over the counter for an order.
fn cash_moves(order: &Order) -> usize {
    let refunds = order.payments.iter().flat_map(|payment| &payment.refunds).map(|refund| refund.method);
    let payments = order.payments.iter().map(|payment| payment.taken.method);
    payments.chain(refunds).filter(|method| *method == PaymentMethod::Cash).count()
}

/// Has the receipt of an order printed at the counter; `copy` from 1, 0 for the first print. None where no printer stands
/// there, or the order has no receipt.
///
/// # Errors
/// When SQLite cannot read.
fn print_receipt(step: &mut Step<'_>, order: &Order, copy: u32) -> rusqlite::Result<Option<JobId>> {
    let Some(issued) = &order.receipt else { return Ok(None) };
    let bill = bill_of(step, order, issued.at)?;
    let receipt = receipt_of(order, issued, bill, copy);
    Ok(print_at_counter(step, PrintedDocument::Receipt(receipt)))
}

/// Has the pre-bill of an order printed at the counter. None where no printer stands there.
///
/// # Errors
/// When SQLite cannot read.
fn print_bill(step: &mut Step<'_>, order: &Order) -> rusqlite::Result<Option<JobId>> {
    let now = step.now();
    let bill = bill_of(step, order, now)?;
    Ok(print_at_counter(step, PrintedDocument::PreBill(bill)))
}

/// Springs the drawer at the counter open. None where no printer stands there that it hangs on.
pub fn open_drawer(step: &mut Step<'_>) -> Option<JobId> {
    print_at_counter(step, PrintedDocument::DrawerPulse(DrawerPin::Two))
}

/// The branch as it heads its papers.
pub fn letterhead(configuration: &Configuration) -> Letterhead {
    Letterhead { name: configuration.settings.name.clone(), lines: Vec::new() }
}

fn bill_of(step: &Step<'_>, order: &Order, at: Timestamp) -> rusqlite::Result<Bill> {
    let configuration = step.configuration();
    Ok(Bill {
        letterhead: letterhead(&configuration),
        number: order.number.clone(),
        place: place_of(order),
        at: at.to_zoned(configuration.zone.clone()).datetime(),
        by: name_of(step.connection(), order.created_by)?,
        guest: Vec::new(),
        lines: lines_of(order),
        sums: sums_of(order, &configuration),
        total: order.payable(),
        footer: vec![NO_INVOICE.to_owned()],
    })
}

/// Where it goes: `Mesa 12`, `Para llevar`.
pub fn place_of(order: &Order) -> String {
    match (&order.table, order.order_type) {
        (Some(table), _) => format!("Mesa {table}"),
        (None, OrderType::DineIn) => "Mesa".to_owned(),
        (None, OrderType::Takeaway) => "Para llevar".to_owned(),
        (None, OrderType::Delivery) => "Domicilio".to_owned(),
    }
}

/// What was had, a combo with its parts in one row; without what was taken back.
fn lines_of(order: &Order) -> Vec<BillLine> {
    let whole = order.lines.iter().filter(|line| line.state == LineState::Open && line.part_of.is_none());
    let row = |line: &Line| {
        let mut details: Vec<String> = modifiers_of(line).collect();
        let mut amount = line.amounts.subtotal;
        for part in order.parts_of(line.id) {
            details.push(part.name.clone());
            details.extend(modifiers_of(part).map(|modifier| format!("  {modifier}")));
            amount = sum_of(amount, part.amounts.subtotal);
        }
        BillLine { quantity: line.quantity, name: line.name.clone(), details, amount }
    };
    whole.map(row).collect()
}

fn modifiers_of(line: &Line) -> impl Iterator<Item = String> {
    line.modifiers.iter().map(|modifier| modifier.name.clone())
}

/// What stands between the lines and the total: what was taken off, the taxes, the tip.
fn sums_of(order: &Order, configuration: &Configuration) -> Vec<Sum> {
    let totals = &order.totals;
    let mut sums = vec![Sum { label: "Subtotal".to_owned(), amount: totals.subtotal }];
    let zero = Money::zero(order.currency);
    if totals.discount != zero {
        let amount = zero.minus(totals.discount).unwrap_or(zero);
        sums.push(Sum { label: "Descuentos".to_owned(), amount });
    }
    for ((tax, rate, included), amount) in taxes_of(order) {
        let named = configuration.catalog.as_deref().and_then(|catalog| catalog.tax(&tax)).map(|tax| tax.name.clone());
        let name = named.unwrap_or_else(|| format!("Impuesto {}", percent(rate)));
        let label = if included { format!("{name} (incluido)") } else { name };
        sums.push(Sum { label, amount });
    }
    if order.tip != zero {
        sums.push(Sum { label: "Propina voluntaria".to_owned(), amount: order.tip });
    }
    sums
}

fn taxes_of(order: &Order) -> BTreeMap<(TaxId, Permille, bool), Money> {
    let mut sums = BTreeMap::new();
    for line in order.lines.iter().filter(|line| line.state == LineState::Open) {
        for tax in &line.amounts.taxes {
            let sum = sums.entry((tax.tax, tax.rate, tax.included)).or_insert(Money::zero(order.currency));
            *sum = sum_of(*sum, tax.amount);
        }
    }
    sums
}

fn percent(rate: Permille) -> String {
    match rate.0 % 10 {
        0 => format!("{} %", rate.0 / 10),
        tenth => format!("{},{tenth} %", rate.0 / 10),
    }
}

/// Amounts of one order fit together: the order was refused otherwise.
fn sum_of(left: Money, right: Money) -> Money {
    left.plus(right).unwrap_or(left)
}

/// What the law wants said about the number.
fn legal_of(fiscal: &FiscalNumber) -> Vec<String> {
    let FiscalNumber { prefix, resolution, from, to, valid_until, .. } = fiscal;
    let mut lines = vec![
        format!("Número {}", fiscal.written()),
        format!("Resolución DIAN {resolution}"),
        format!("Rango {prefix}{from} a {prefix}{to}"),
        format!("Vigente hasta {valid_until}"),
    ];
    if fiscal.is_contingency {
        lines.push("CONTINGENCIA".to_owned());
    }
    lines
}

fn receipt_of(order: &Order, issued: &ReceiptIssued, bill: Bill, copy: u32) -> Receipt {
    let zero = Money::zero(order.currency);
    let open = || order.payments.iter().filter(|payment| payment.left().minor() != 0);
    let payments = open().map(|payment| {
        let taken = &payment.taken;
        let given = taken.cash.map_or(taken.amount, |cash| cash.received);
        Sum { label: taken.method.spanish().to_owned(), amount: given }
    });
    let change = open().filter_map(|payment| payment.taken.cash).fold(zero, |sum, cash| sum_of(sum, cash.change));
    Receipt {
        bill,
        title: "Recibo".to_owned(),
        consecutive: issued.number.clone(),
        legal: issued.fiscal.as_ref().map(legal_of).unwrap_or_default(),
        payments: payments.collect(),
        change: (change != zero).then_some(change),
        order: Some(order.id),
        copy,
        template: issued.template,
    }
}
