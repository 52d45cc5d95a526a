//! What papers look like before they are used: those of an imagined order, by the bytes that would be printed.

use comanda_shared::ids::{LineId, OrderId, StationId, TicketId};
use comanda_shared::kitchen::{Ticket, TicketKind, TicketLine};
use comanda_shared::money::{Currency, Money, Quantity};
use comanda_shared::order::{OrderPersonal, OrderType};
use comanda_shared::paper::{
    Bill, BillLine, DeliverySlip, Letterhead, PrintedDocument, Receipt, SlipLine, Sum, TemplatePaper, Templates,
    WholeLine, WholeOrder, WholeOrderCause,
};
use comanda_shared::personal::Personal;
use uuid::Uuid;

use super::STANDARD;
use crate::guests::PAGE;
use crate::printing::encoder;
use crate::printing::profile::PrinterProfile;
use crate::printing::sheet::{Marks, Sheet, Supplies, paper};

/// The bytes of a paper of an imagined order, to be looked at.
pub fn sample(paper_of: TemplatePaper, supplies: &Supplies, profile: &PrinterProfile) -> Vec<u8> {
    match paper_of {
        TemplatePaper::Ticket => ticket_bytes(&supplies.templates, profile),
        TemplatePaper::Receipt => {
            let follow = Some(format!("http://192.168.1.50:8080{PAGE}#{}", "0".repeat(52)));
            laid_out(&PrintedDocument::Receipt(receipt()), &Supplies { follow, ..supplies.clone() }, profile)
        }
        TemplatePaper::DeliverySlip => told(&PrintedDocument::DeliverySlip(delivery_slip()), supplies, profile),
        TemplatePaper::WholeOrder => told(&PrintedDocument::WholeOrder(whole_order()), supplies, profile),
    }
}

fn laid_out(document: &PrintedDocument, supplies: &Supplies, profile: &PrinterProfile) -> Vec<u8> {
    encoder::encode_rows(&paper::rows(document, &Marks::default(), supplies, profile), profile)
}

/// With what the imagined guest told, which is never part of a document.
fn told(document: &PrintedDocument, supplies: &Supplies, profile: &PrinterProfile) -> Vec<u8> {
    laid_out(document, &Supplies { personal: guest(), ..supplies.clone() }, profile)
}

fn guest() -> Personal<OrderPersonal> {
    let note = (LineId::from_uuid(Uuid::from_u128(1)), "alergia al maní".to_owned());
    Personal::Known(OrderPersonal {
        line_notes: [note].into(),
        notes: Some("primero las bebidas".to_owned()),
        customer_name: Some("Ana".to_owned()),
        customer_phone: Some("300 123 4567".to_owned()),
        delivery_address: Some("Carrera 7 # 45-10, apto 302".to_owned()),
        ..OrderPersonal::default()
    })
}

fn whole_order() -> WholeOrder {
    let line = |number: u128, quantity, name: &str, details: &[&str]| WholeLine {
        lines: vec![LineId::from_uuid(Uuid::from_u128(number))],
        quantity: Quantity::whole(quantity),
        name: name.to_owned(),
        details: details.iter().map(|&detail| detail.to_owned()).collect(),
        waits: false,
    };
    WholeOrder {
        order: OrderId::from_uuid(Uuid::from_u128(1)),
        cause: WholeOrderCause::New,
        number: "M-0042".to_owned(),
        place: "Mesa 7".to_owned(),
        at: jiff::civil::date(2026, 1, 15).at(12, 41, 0, 0),
        by: Some("Camila".to_owned()),
        lines: vec![
            line(1, 2, "Salchipapa especial", &["+ queso extra", "SIN cebolla"]),
            line(2, 1, "Hamburguesa doble carne", &["+ bien asada"]),
            WholeLine { waits: true, ..line(3, 1, "Postre de natas", &[]) },
        ],
        template: STANDARD,
    }
}

fn delivery_slip() -> DeliverySlip {
    let cop = |pesos: i64| Money::new(pesos * 100, Currency::COP);
    let line = |quantity, name: &str| SlipLine { quantity: Quantity::whole(quantity), name: name.to_owned() };
    DeliverySlip {
        order: OrderId::from_uuid(Uuid::from_u128(1)),
        letterhead: Letterhead { name: "Su restaurante".to_owned(), lines: Vec::new() },
        number: "D-0042".to_owned(),
        at: jiff::civil::date(2026, 1, 15).at(12, 41, 0, 0),
        replaces: false,
        lines: vec![line(2, "Salchipapa especial"), line(1, "Limonada")],
        total: cop(42_000),
        collect: cop(42_000),
        template: STANDARD,
    }
}

fn ticket_bytes(templates: &Templates, profile: &PrinterProfile) -> Vec<u8> {
    let line = |number: u128, quantity, name: &str, modifiers: &[&str]| TicketLine {
        line: LineId::from_uuid(Uuid::from_u128(number)),
        quantity: Quantity::whole(quantity),
        name: name.to_owned(),
        part_of: None,
        course: None,
        modifiers: modifiers.iter().map(|&modifier| modifier.to_owned()).collect(),
    };
    let ticket = Ticket {
        id: TicketId::from_uuid(Uuid::from_u128(0x3f9a)),
        order: OrderId::from_uuid(Uuid::from_u128(1)),
        number: "M-0042".to_owned(),
        order_type: OrderType::DineIn,
        table: Some("7".to_owned()),
        kind: TicketKind::New,
        was: None,
        station: StationId::from_uuid(Uuid::from_u128(1)),
        station_name: "Plancha".to_owned(),
        lines: vec![
            line(1, 2, "Salchipapa especial", &["queso extra", "sin cebolla"]),
            line(2, 1, "Hamburguesa doble carne", &["bien asada"]),
        ],
        printers: Vec::new(),
        template: STANDARD,
    };
    let personal = guest();
    let sheet = Sheet {
        ticket: &ticket,
        personal: &personal,
        issued_at: jiff::civil::date(2026, 1, 15).at(12, 41, 0, 0),
        taken_by: Some("Camila"),
        marks: Marks::default(),
        template: &templates.ticket,
    };
    encoder::encode(&sheet, profile)
}

fn receipt() -> Receipt {
    let cop = |pesos: i64| Money::new(pesos * 100, Currency::COP);
    let line = |quantity, name: &str, details: &[&str], amount| BillLine {
        quantity: Quantity::whole(quantity),
        name: name.to_owned(),
        details: details.iter().map(|&detail| detail.to_owned()).collect(),
        amount: cop(amount),
    };
    let bill = Bill {
        letterhead: Letterhead {
            name: "Su restaurante".to_owned(),
            lines: vec!["NIT 900.123.456-7".to_owned(), "Calle 10 # 5-20".to_owned()],
        },
        number: "M-0042".to_owned(),
        place: "Mesa 7".to_owned(),
        at: jiff::civil::date(2026, 1, 15).at(13, 30, 0, 0),
        by: Some("Camila".to_owned()),
        guest: Vec::new(),
        lines: vec![line(2, "Salchipapa especial", &["+ queso extra"], 37_000), line(1, "Limonada", &[], 5_000)],
        sums: vec![Sum { label: "Impoconsumo 8 %".to_owned(), amount: cop(3_111) }],
        total: cop(42_000),
        footer: vec!["Gracias por venir".to_owned()],
    };
    Receipt {
        bill,
        title: "Recibo".to_owned(),
        consecutive: "SUC-F-000042".to_owned(),
        legal: vec!["Resolución y rango de la numeración".to_owned()],
        payments: vec![Sum { label: "Efectivo".to_owned(), amount: cop(50_000) }],
        change: Some(cop(8_000)),
        order: None,
        copy: 0,
        template: STANDARD,
    }
}
