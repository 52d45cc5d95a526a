//! The layout of what is printed besides tickets: bills, receipts, reports, test pages.

use comanda_shared::paper::{
    Alignment, Bill, Block, Field, HeldSummary, Letterhead, PrintedDocument, Receipt, Report, Sum, Templates, TestPage,
    written,
};

use super::layout::Layout;
use super::{LARGE, Look, Marks, Row, SMALL, Size, TALL};
use crate::printing::profile::PrinterProfile;

const HEAVY: Look = Look { size: Size::Small, bold: true, reverse: false };
const TALL_HEAVY: Look = Look { size: Size::Tall, bold: true, reverse: false };
/// What a Spanish text needs, in one line.
const ALPHABET: &str = "áéíóúü ñ ÁÉÍÓÚÜ Ñ ¿? ¡! « » $ € # \\ [ ] °";

/// The rows of a document, from the top of the paper to the cut; none of one that prints nothing.
pub fn rows(document: &PrintedDocument, marks: &Marks, templates: &Templates, profile: &PrinterProfile) -> Vec<Row> {
    let mut layout = Layout::new(profile);
    marks.lay(&mut layout);
    match document {
        PrintedDocument::Receipt(receipt) => {
            lay_receipt(receipt, &templates.receipt, &mut layout);
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

fn lay_letterhead(letterhead: &Letterhead, align: Alignment, look: Look, layout: &mut Layout<'_>) {
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

fn lay_receipt(receipt: &Receipt, template: &[Block], layout: &mut Layout<'_>) {
    if receipt.copy > 0 {
        layout.band(&format!("COPIA {}", receipt.copy), "", Size::Tall);
    }
    for block in template {
        lay_block(receipt, block, layout);
    }
}

fn lay_block(receipt: &Receipt, block: &Block, layout: &mut Layout<'_>) {
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
        Field::Text | Field::Rule | Field::Blank => layout.free(block),
        // Of tickets: no template of receipts in use has them.
        Field::NumberAndTime | Field::StationAndPlace | Field::ByAndMark => {}
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
mod tests {
    use super::*;
    use crate::printing::encoder::encode_rows;
    use crate::printing::paper::Paper;
    use comanda_shared::money::{Currency, Money, Quantity};
    use comanda_shared::paper::{BillLine, DrawerPin, Figure, HeldTicket, Section};
    use proptest::prelude::*;

    fn cop(minor: i64) -> Money {
        Money::new(minor, Currency::COP)
    }

    fn bill() -> Bill {
        let lines = vec![
            BillLine {
                quantity: Quantity::whole(2),
                name: "Salchipapa especial con todo lo que cabe en el plato".to_owned(),
                details: vec!["+ queso extra".to_owned()],
                amount: cop(3_700_000),
            },
            BillLine {
                quantity: Quantity::whole(1),
                name: "Limonada".to_owned(),
                details: vec![],
                amount: cop(500_000),
            },
        ];
        Bill {
            letterhead: Letterhead { name: "La Esquina".to_owned(), lines: vec!["NIT 900.123.456-7".to_owned()] },
            number: "M-0107".to_owned(),
            place: "Mesa 12".to_owned(),
            at: jiff::civil::date(2026, 11, 22).at(13, 30, 0, 0),
            by: Some("Camila".to_owned()),
            guest: Vec::new(),
            lines,
            sums: vec![Sum { label: "Impoconsumo 8 %".to_owned(), amount: cop(311_111) }],
            total: cop(4_200_000),
            footer: vec!["Gracias por venir".to_owned()],
        }
    }

    fn receipt() -> Receipt {
        Receipt {
            bill: bill(),
            title: "Recibo".to_owned(),
            consecutive: "ESQ-M-000107".to_owned(),
            legal: Vec::new(),
            payments: vec![Sum { label: "Efectivo".to_owned(), amount: cop(5_000_000) }],
            change: Some(cop(800_000)),
            copy: 0,
        }
    }

    /// What stands on the paper of a printer so wide.
    fn printed(document: &PrintedDocument, columns: u8) -> Vec<String> {
        let profile = PrinterProfile { columns, ..PrinterProfile::default() };
        Paper::read(
            &encode_rows(&rows(document, &Marks::default(), Templates::standard(), &profile), &profile),
            &profile,
        )
        .lines()
    }

    #[test]
    fn a_receipt_has_its_amounts_at_the_right_edge_and_says_what_was_given_back() {
        let lines = printed(&PrintedDocument::Receipt(receipt()), 48);
        for (left, right) in
            [("1 Limonada", "$5.000"), ("Impoconsumo 8 %", "$3.111,11"), ("TOTAL", "$42.000"), ("Cambio", "$8.000")]
        {
            let line = lines.iter().find(|line| line.starts_with(left)).unwrap_or_else(|| panic!("{left}: {lines:?}"));
            assert!(line.ends_with(right) && line.chars().count() == 48, "{line}");
        }
        assert!(lines.iter().any(|line| line.starts_with("2 Salchipapa") && line.ends_with("$37.000")), "{lines:?}");
        assert!(!lines.concat().contains("COPIA"));
    }

    #[test]
    fn a_copy_says_so_and_a_pre_bill_is_no_receipt() {
        let copy = printed(&PrintedDocument::Receipt(Receipt { copy: 2, ..receipt() }), 32);
        assert_eq!(copy[0].trim(), "COPIA 2");
        let bill = printed(&PrintedDocument::PreBill(bill()), 32);
        assert!(bill.iter().any(|line| line.contains("PRECUENTA")) && bill.iter().any(|line| line.contains("No es")));
    }

    #[test]
    fn a_report_has_its_figures_and_room_to_sign() {
        let rows = vec![Figure { label: "Efectivo".to_owned(), value: "$120.000".to_owned(), is_sum: true }];
        let report = Report {
            letterhead: Letterhead::default(),
            title: "Cierre Z".to_owned(),
            at: jiff::civil::date(2026, 11, 22).at(22, 0, 0, 0),
            by: Some("Camila".to_owned()),
            sections: vec![Section { title: "Ventas".to_owned(), rows }],
            signatures: vec!["Cajero".to_owned()],
        };
        let lines = printed(&PrintedDocument::ShiftReport(report), 32);
        let figure = lines.iter().find(|line| line.starts_with("Efectivo")).unwrap();
        assert!(figure.ends_with("$120.000") && figure.chars().count() == 32);
        assert_eq!(lines.last().map(String::as_str), Some("Cajero"));
    }

    #[test]
    fn a_test_page_fits_its_paper_and_shows_every_letter() {
        let page = TestPage {
            printer: "Cocina".to_owned(),
            address: "virtual:".to_owned(),
            stations: Vec::new(),
            at: jiff::civil::date(2026, 11, 22).at(9, 0, 0, 0),
        };
        for columns in [48, 42, 32] {
            let lines = printed(&PrintedDocument::TestPage(page.clone()), columns);
            let ruler = lines.iter().find(|line| line.starts_with("1234567890")).unwrap();
            assert_eq!(ruler.chars().count(), usize::from(columns));
            assert!(lines.concat().contains("ñ") && lines.concat().contains("¿?"), "{lines:?}");
        }
    }

    #[test]
    fn a_summary_has_every_ticket_and_what_is_taken_back_says_so() {
        let at = jiff::civil::date(2026, 11, 22).at(12, 5, 0, 0);
        let ticket = |number: &str, is_void, line: &str| HeldTicket {
            number: number.to_owned(),
            at,
            is_void,
            lines: vec![line.to_owned()],
        };
        let tickets = vec![ticket("L-0001", false, "2 Arepa (SIN sal)"), ticket("L-0002", true, "1 Perro")];
        let summary = HeldSummary { printer: "Plancha".to_owned(), at, tickets };
        let lines = printed(&PrintedDocument::HeldSummary(summary), 32).join("\n");
        for words in ["RESUMEN DE RETENIDOS", "L-0001", "2 Arepa (SIN sal)", "L-0002", "ANULADO", "1 Perro"] {
            assert!(lines.contains(words), "{words}: {lines}");
        }
    }

    #[test]
    fn a_drawer_pulse_prints_nothing() {
        let profile = PrinterProfile::default();
        assert!(
            rows(&PrintedDocument::DrawerPulse(DrawerPin::Two), &Marks::default(), Templates::standard(), &profile)
                .is_empty()
        );
    }

    proptest! {
        #[test]
        fn no_row_is_wider_than_the_paper_whatever_is_written(
            name in any::<String>(), label in ".{0,60}", minor in any::<i64>(), columns in 20_u8..=80,
        ) {
            let mut bill = bill();
            bill.lines[0].name = name;
            bill.lines[0].amount = cop(minor);
            bill.sums[0].label = label;
            for line in printed(&PrintedDocument::Receipt(Receipt { bill, ..receipt() }), columns) {
                prop_assert!(line.chars().count() <= usize::from(columns), "{line}");
            }
        }
    }
}
