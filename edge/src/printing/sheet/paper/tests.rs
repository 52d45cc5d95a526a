//! What stands on papers, read off them as a printer prints them.

use super::*;
use crate::printing::encoder::encode_rows;
use crate::printing::paper::Paper;
use comanda_shared::money::{Currency, Money, Quantity};
use comanda_shared::paper::{BillLine, DrawerPin, Figure, HeldTicket, Section, Templates};
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
        BillLine { quantity: Quantity::whole(1), name: "Limonada".to_owned(), details: vec![], amount: cop(500_000) },
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
        order: None,
        copy: 0,
        template: 1,
    }
}

fn supplies() -> Supplies {
    Supplies::with(Templates::standard().clone())
}

/// What stands on the paper of a printer so wide.
fn printed(document: &PrintedDocument, columns: u8) -> Vec<String> {
    let profile = PrinterProfile { columns, ..PrinterProfile::default() };
    Paper::read(&encode_rows(&rows(document, &Marks::default(), &supplies(), &profile), &profile), &profile).lines()
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
    assert!(rows(&PrintedDocument::DrawerPulse(DrawerPin::Two), &Marks::default(), &supplies(), &profile).is_empty());
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
