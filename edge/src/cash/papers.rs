//! What a count, and the report of a day, look like on paper, to be signed.

use comanda_shared::cash::{CashMoved, DayClosed, MovementKind, Shift, ShiftClosed, Takings};
use comanda_shared::ids::JobId;
use comanda_shared::money::{Currency, Money};
use comanda_shared::order::PaymentMethod;
use comanda_shared::paper::{Figure, PrintedDocument, Report, Section, written};

use crate::journal::Step;
use crate::payments::papers::letterhead;
use crate::printing::feature::print_at_counter;
use crate::staff::store::name_of;

/// Has the count of a shift printed at the counter. None where no printer stands there, or it was not counted.
///
/// # Errors
/// When SQLite cannot read.
pub fn print_count(step: &mut Step<'_>, shift: &Shift) -> rusqlite::Result<Option<JobId>> {
    let Some(closed) = shift.closed() else { return Ok(None) };
    let configuration = step.configuration();
    let report = Report {
        letterhead: letterhead(&configuration),
        title: format!("Cierre de caja {}", closed.number),
        at: closed.at.to_zoned(configuration.zone.clone()).datetime(),
        by: name_of(step.connection(), shift.user)?,
        sections: sections(shift, closed),
        signatures: vec!["Cajero".to_owned(), "Encargado".to_owned()],
    };
    Ok(print_at_counter(step, PrintedDocument::ShiftReport(report)))
}

fn sections(shift: &Shift, closed: &ShiftClosed) -> Vec<Section> {
    let mut sections = vec![takings(&closed.takings, closed.difference.currency())];
    if !shift.movements.is_empty() {
        sections.push(movements(&shift.movements));
    }
    sections.push(count(shift, closed));
    sections
}

/// Has the report of a day printed at the counter. None where no printer stands there.
///
/// # Errors
/// When SQLite cannot read.
pub fn print_day(step: &mut Step<'_>, closed: &DayClosed) -> rusqlite::Result<Option<JobId>> {
    let configuration = step.configuration();
    let report = Report {
        letterhead: letterhead(&configuration),
        title: format!("Informe Z {}", closed.number),
        at: closed.at.to_zoned(configuration.zone.clone()).datetime(),
        by: name_of(step.connection(), closed.by)?,
        sections: vec![sales(closed), takings(&closed.takings, closed.currency), chain(closed)],
        signatures: vec!["Encargado".to_owned()],
    };
    Ok(print_at_counter(step, PrintedDocument::ShiftReport(report)))
}

fn sales(closed: &DayClosed) -> Section {
    let sold = closed.sales;
    let count = |label: &str, count: i64| Figure { label: label.to_owned(), value: count.to_string(), is_sum: false };
    let amount = |label: &str, minor: i64| row(label, Money::new(minor, closed.currency));
    let rows = vec![
        count("Pedidos", sold.orders),
        count("Anulados", sold.cancelled),
        amount("Ventas brutas", sold.gross),
        amount("Descuentos", -sold.discount),
        amount("Impuestos", sold.tax),
        Figure { is_sum: true, ..amount("Ventas netas", sold.net) },
    ];
    Section { title: "Ventas".to_owned(), rows }
}

/// The journal's head: the same stands in the branch's file, or somebody has changed what was written before.
fn chain(closed: &DayClosed) -> Section {
    let text = |label: &str, value: String| Figure { label: label.to_owned(), value, is_sum: false };
    let halves = closed.journal.hash.as_bytes().chunks(16).map(|part| String::from_utf8_lossy(part).into_owned());
    let mut rows = vec![text("Registro", closed.journal.sequence.to_string())];
    rows.extend(halves.map(|part| text("Huella", part)));
    rows.push(text("Cajas sin cerrar", closed.open_shifts.to_string()));
    Section { title: "Control".to_owned(), rows }
}

fn row(label: impl Into<String>, amount: Money) -> Figure {
    Figure { label: label.into(), value: written(amount), is_sum: false }
}

fn takings(takings: &Takings, currency: Currency) -> Section {
    let mut rows = Vec::new();
    for (method, taking) in &takings.0 {
        let label = format!("{} ({})", method.spanish(), taking.payments);
        rows.push(row(label, Money::new(taking.amount, currency)));
        if taking.refunds > 0 {
            let label = format!("  Devoluciones ({})", taking.refunds);
            rows.push(row(label, Money::new(-taking.refunded, currency)));
        }
    }
    let all = takings.all();
    rows.push(Figure { is_sum: true, ..row("Total cobrado", Money::new(all.net(), currency)) });
    rows.push(row("De ello, propinas", Money::new(all.tip - all.tip_refunded, currency)));
    Section { title: "Cobros".to_owned(), rows }
}

fn movements(moved: &[CashMoved]) -> Section {
    let label = |kind| match kind {
        MovementKind::In => "Entrada",
        MovementKind::Out => "Salida",
        MovementKind::NoSale => "Apertura sin venta",
        MovementKind::HandIn => "Entrega",
    };
    let rows = moved.iter().map(|moved| row(format!("{}: {}", label(moved.kind), moved.reason), moved.amount));
    Section { title: "Movimientos".to_owned(), rows: rows.collect() }
}

fn count(shift: &Shift, closed: &ShiftClosed) -> Section {
    let zero = Money::zero(closed.difference.currency());
    let mut rows = vec![row("Base", shift.float)];
    let counted = closed.counted.sums(zero.currency()).unwrap_or_default();
    for (method, expected) in &closed.expected {
        rows.push(row(format!("{} esperado", method.spanish()), *expected));
        if let Some(found) = counted.get(method) {
            rows.push(row(format!("{} contado", method.spanish()), *found));
        }
    }
    for (method, found) in counted.iter().filter(|(method, _)| !closed.expected.contains_key(*method)) {
        rows.push(row(format!("{} contado", PaymentMethod::spanish(*method)), *found));
    }
    rows.push(Figure { is_sum: true, ..row("Diferencia", closed.difference) });
    Section { title: "Conteo".to_owned(), rows }
}
