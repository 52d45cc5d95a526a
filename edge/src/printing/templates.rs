//! The templates of tickets and receipts in use, and what a paper looks like before it is.

use comanda_shared::branch::{Author, DirectiveKind};
use comanda_shared::ids::{LineId, OrderId, StationId, TicketId};
use comanda_shared::kitchen::{Ticket, TicketKind, TicketLine};
use comanda_shared::money::{Currency, Money, Quantity};
use comanda_shared::order::{OrderPersonal, OrderType};
use comanda_shared::paper::{
    Bill, BillLine, Letterhead, PrintedDocument, Receipt, Sum, TemplateError, TemplatePaper, Templates,
};
use comanda_shared::personal::Personal;
use rusqlite::Connection;
use uuid::Uuid;

use super::encoder;
use super::pictures;
use super::profile::PrinterProfile;
use super::sheet::{Marks, Sheet, Supplies, paper};
use crate::journal::directives::{self, Document};
use crate::journal::{Configuration, Failure, Step};

/// The number of the template that a program brings along; those laid down have the numbers after it.
pub const STANDARD: u16 = comanda_shared::kitchen::TEMPLATE;

/// The printers in use that a paper must fit, by name and columns.
pub fn printers(configuration: &Configuration) -> Vec<(String, u8)> {
    let in_use = configuration.printers.iter().filter(|printer| !printer.is_removed);
    in_use.map(|printer| (printer.name.clone(), printer.columns)).collect()
}

/// Takes templates into use, as a new version; tickets issued before are printed again as they were.
///
/// # Errors
/// When they cannot be used, or SQLite fails; then nothing has changed.
pub fn take_into_use(step: &mut Step<'_>, templates: Templates) -> Result<u16, Failure<TemplateError>> {
    templates.check(&printers(&step.configuration())).map_err(Failure::Refused)?;
    for picture in templates.pictures() {
        if !pictures::is_kept(step.connection(), picture)? {
            return Err(Failure::Refused(TemplateError::PictureUnknown));
        }
    }
    if *step.configuration().templates != templates {
        let body = serde_json::to_string(&templates).expect("templates are plain data, which JSON can always hold");
        step.take_templates_into_use(templates, &Document::new(body), Author::Local)?;
    }
    Ok(step.configuration().template)
}

/// The templates of this number.
///
/// # Errors
/// When SQLite cannot read, or there never were any of that number.
pub fn numbered(connection: &Connection, number: u16) -> rusqlite::Result<Templates> {
    if number <= STANDARD {
        return Ok(Templates::standard().clone());
    }
    let version = u64::from(number - STANDARD);
    let body = directives::laid_down(connection, DirectiveKind::Papers, version)?;
    let body = body.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    serde_json::from_str(&body)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, error.into()))
}

/// The bytes of a paper of an imagined order, to be looked at.
pub fn sample(paper_of: TemplatePaper, supplies: &Supplies, profile: &PrinterProfile) -> Vec<u8> {
    match paper_of {
        TemplatePaper::Ticket => sample_ticket(&supplies.templates, profile),
        TemplatePaper::Receipt => {
            let document = PrintedDocument::Receipt(sample_receipt());
            encoder::encode_rows(&paper::rows(&document, &Marks::default(), supplies, profile), profile)
        }
    }
}

fn sample_ticket(templates: &Templates, profile: &PrinterProfile) -> Vec<u8> {
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
    let note = |number: u128, note: &str| (LineId::from_uuid(Uuid::from_u128(number)), note.to_owned());
    let personal = Personal::Known(OrderPersonal {
        line_notes: [note(1, "alergia al maní")].into(),
        notes: Some("primero las bebidas".to_owned()),
        customer_name: Some("Ana".to_owned()),
        ..OrderPersonal::default()
    });
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

fn sample_receipt() -> Receipt {
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
        copy: 0,
        template: STANDARD,
    }
}
