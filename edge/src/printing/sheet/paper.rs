//! The layout of what is printed besides tickets: bills, receipts, reports, test pages.

use comanda_shared::paper::{
    Alignment, Bill, Block, Field, HeldSummary, Letterhead, PrintedDocument, Receipt, Report, Sum, TestPage, written,
};

use super::layout::Layout;
use super::{LARGE, Look, Marks, Row, SMALL, Size, Supplies, TALL, pass};
use crate::printing::profile::PrinterProfile;

const HEAVY: Look = Look { size: Size::Small, bold: true, reverse: false };
const TALL_HEAVY: Look = Look { size: Size::Tall, bold: true, reverse: false };
/// What a Spanish text needs, in one line.
const ALPHABET: &str = "áéíóúü ñ ÁÉÍÓÚÜ Ñ ¿? ¡! « » $ € # \\ [ ] °";

/// The rows of a document, from the top of the paper to the cut; none of one that prints nothing.
pub fn rows(document: &PrintedDocument, marks: &Marks, supplies: &Supplies, profile: &PrinterProfile) -> Vec<Row> {
    let mut layout = Layout::new(profile);
    marks.lay(&mut layout);
    match document {
        PrintedDocument::Receipt(receipt) => {
            lay_receipt(receipt, supplies, &mut layout);
            return layout.into_rows();
        }
        PrintedDocument::WholeOrder(whole) => {
            pass::lay_whole_order(whole, supplies, &mut layout);
            return layout.into_rows();
        }
        PrintedDocument::DeliverySlip(slip) => {
            pass::lay_slip(slip, supplies, &mut layout);
            return layout.into_rows();
        }
        PrintedDocument::PreBill(bill) => lay_pre_bill(bill, &mut layout),
        PrintedDocument::ShiftReport(report) => lay_report(report, &mut layout),
        PrintedDocument::TestPage(page) => lay_test_page(page, profile, &mut layout),
        PrintedDocument::HeldSummary(summary) => lay_held_summary(summary, &mut layout),
        PrintedDocument::DrawerPulse(_) => return Vec::new(),
    }
    layout.feed(1);
    layout.into_rows()
}

pub(super) fn lay_letterhead(letterhead: &Letterhead, align: Alignment, look: Look, layout: &mut Layout<'_>) {
    layout.placed(&letterhead.name, align, look);
    for line in &letterhead.lines {
        layout.placed(line, align, SMALL);
    }
}

fn lay_head(bill: &Bill, title: &str, number: &str, layout: &mut Layout<'_>) {
    lay_letterhead(&bill.letterhead, Alignment::Center, TALL_HEAVY, layout);
    layout.rule();
    layout.spread(title, number, HEAVY);
    layout.spread(&format!("Pedido {}", bill.number), &bill.place, SMALL);
    lay_date(bill, SMALL, layout);
    for line in &bill.guest {
        layout.text(line, 0, 2, SMALL);
    }
}

fn lay_date(bill: &Bill, look: Look, layout: &mut Layout<'_>) {
    let at = bill.at.strftime("%d/%m/%Y %H:%M").to_string();
    layout.spread(&at, bill.by.as_deref().unwrap_or_default(), look);
}

fn lay_lines(bill: &Bill, look: Look, layout: &mut Layout<'_>) {
    for line in &bill.lines {
        let quantity = line.quantity.to_string();
        let hang = quantity.chars().count() + 1;
        layout.priced(&format!("{quantity} {}", line.name), hang, &written(line.amount), look);
        for detail in &line.details {
            layout.text(detail, hang, 1, SMALL);
        }
    }
}

fn lay_sums(sums: &[Sum], look: Look, layout: &mut Layout<'_>) {
    for sum in sums {
        layout.priced(&sum.label, 2, &written(sum.amount), look);
    }
}

fn lay_footer(bill: &Bill, align: Alignment, look: Look, layout: &mut Layout<'_>) {
    if !bill.footer.is_empty() {
        layout.rule();
    }
    for line in &bill.footer {
        layout.placed(line, align, look);
    }
}

fn lay_pre_bill(bill: &Bill, layout: &mut Layout<'_>) {
    lay_head(bill, "PRECUENTA", "", layout);
    layout.rule();
    lay_lines(bill, SMALL, layout);
    layout.rule();
    lay_sums(&bill.sums, SMALL, layout);
    layout.priced("TOTAL", 0, &written(bill.total), TALL_HEAVY);
    layout.centred("No es un comprobante de pago", SMALL);
    lay_footer(bill, Alignment::Center, SMALL, layout);
}

fn lay_receipt(receipt: &Receipt, supplies: &Supplies, layout: &mut Layout<'_>) {
    if receipt.copy > 0 {
        layout.band(&format!("COPIA {}", receipt.copy), "", Size::Tall);
    }
    for block in &supplies.templates.receipt {
        lay_block(receipt, block, supplies, layout);
    }
}

fn lay_block(receipt: &Receipt, block: &Block, supplies: &Supplies, layout: &mut Layout<'_>) {
    let (bill, look) = (&receipt.bill, Look::of(block));
    match block.field {
        Field::Letterhead => lay_letterhead(&bill.letterhead, block.align, look, layout),
        Field::Number => layout.spread(&receipt.title, &receipt.consecutive, look),
        Field::OrderAndPlace => layout.spread(&format!("Pedido {}", bill.number), &bill.place, look),
        Field::DateAndBy => lay_date(bill, look, layout),
        Field::Guest => bill.guest.iter().for_each(|line| layout.text(line, 0, 2, look)),
        Field::Lines => lay_lines(bill, look, layout),
        Field::Sums => lay_sums(&bill.sums, look, layout),
        Field::Total => layout.priced("TOTAL", 0, &written(bill.total), look),
        Field::Payments => {
            lay_sums(&receipt.payments, look, layout);
            if let Some(change) = receipt.change {
                layout.priced("Cambio", 2, &written(change), Look { bold: true, ..look });
            }
        }
        Field::Legal => receipt.legal.iter().for_each(|line| layout.placed(line, block.align, look)),
        Field::Footer => lay_footer(bill, block.align, look, layout),
        Field::Logo => lay_logo(block, supplies, layout),
        Field::Code => {
            layout.code(block.text.as_deref().unwrap_or(&receipt.consecutive), block.size, block.align);
        }
        Field::Follow => {
            if let Some(address) = &supplies.follow {
                layout.placed("Siga su pedido:", block.align, SMALL);
                layout.code(address, block.size, block.align);
            }
        }
        Field::Text | Field::Rule | Field::Blank => layout.free(block),
        // Of other papers: no template of receipts in use has them.
        Field::NumberAndTime
        | Field::StationAndPlace
        | Field::PaperAndPlace
        | Field::Collect
        | Field::CountAndBy
        | Field::ByAndMark => {}
    }
}

/// The picture that a block names, where the branch keeps it.
pub(super) fn lay_logo(block: &Block, supplies: &Supplies, layout: &mut Layout<'_>) {
    if let Some(picture) = block.picture.and_then(|picture| supplies.pictures.get(&picture)) {
        layout.picture(picture, block.size, block.align);
    }
}

fn lay_report(report: &Report, layout: &mut Layout<'_>) {
    lay_letterhead(&report.letterhead, Alignment::Center, TALL_HEAVY, layout);
    layout.rule();
    layout.centred(&report.title, TALL_HEAVY);
    let at = report.at.strftime("%d/%m/%Y %H:%M").to_string();
    layout.spread(&at, report.by.as_deref().unwrap_or_default(), SMALL);
    for section in &report.sections {
        layout.rule();
        layout.text(&section.title, 0, 2, HEAVY);
        for figure in &section.rows {
            let look = if figure.is_sum { HEAVY } else { SMALL };
            layout.priced(&figure.label, 2, &figure.value, look);
        }
    }
    for signature in &report.signatures {
        layout.feed(3);
        layout.rule();
        layout.text(signature, 0, 2, SMALL);
    }
}

fn lay_test_page(page: &TestPage, profile: &PrinterProfile, layout: &mut Layout<'_>) {
    layout.centred("PRUEBA DE IMPRESIÓN", TALL_HEAVY);
    layout.rule();
    layout.text(&page.printer, 0, 0, LARGE);
    layout.text(&page.address, 0, 2, SMALL);
    let stations = if page.stations.is_empty() { "ninguna".to_owned() } else { page.stations.join(", ") };
    layout.text(&format!("Estaciones: {stations}"), 0, 2, TALL);
    layout.text(&page.at.strftime("%d/%m/%Y %H:%M:%S").to_string(), 0, 2, SMALL);
    layout.rule();
    layout.text(ALPHABET, 0, 0, SMALL);
    layout.text(ALPHABET, 0, 0, TALL);
    layout.rule();
    // As wide as a line is said to be: a number in a row of its own means that it is narrower.
    let ruler: String = (1..=profile.columns).map(|column| char::from(b'0' + column % 10)).collect();
    layout.text(&ruler, 0, 0, SMALL);
    layout.text(
        &format!("{} columnas, {}, tabla {}", profile.columns, profile.code_page, profile.page_number()),
        0,
        2,
        SMALL,
    );
    layout.rule();
    layout.text("Si las tildes, la ñ y el ancho se ven bien y el papel quedó cortado, está lista.", 0, 0, SMALL);
}

fn lay_held_summary(summary: &HeldSummary, layout: &mut Layout<'_>) {
    layout.band("RESUMEN DE RETENIDOS", "", Size::Tall);
    layout.spread(&summary.printer, &summary.at.strftime("%H:%M").to_string(), TALL);
    for ticket in &summary.tickets {
        layout.rule();
        layout.spread(&ticket.number, &ticket.at.strftime("%H:%M").to_string(), TALL_HEAVY);
        if ticket.is_void {
            layout.band("ANULADO", "", Size::Tall);
        }
        for line in &ticket.lines {
            layout.text(line, 0, 2, TALL);
        }
    }
}

/// The rows of the page by which people see which printer a number stands for.
pub fn pairing_rows(number: u8, address: &str, profile: &PrinterProfile) -> Vec<Row> {
    let mut layout = Layout::new(profile);
    layout.centred("IMPRESORA", TALL_HEAVY);
    layout.feed(1);
    layout.centred(&number.to_string(), Look { size: Size::Huge, bold: true, reverse: false });
    layout.feed(1);
    layout.centred(address, SMALL);
    layout.rule();
    layout.text("Toque este número en la pantalla y elija su estación.", 0, 0, SMALL);
    layout.feed(1);
    layout.into_rows()
}

#[cfg(test)]
mod tests;
