//! Papers as they come out, kept for good: each file has what one reads on the paper, and below it every byte that was sent.
//!
//! A change of the layout is seen here before a cook sees it. `COMANDA_BLESS=1` writes the files that are not there; one
//! that is to change is deleted first.

use std::path::Path;

use comanda_shared::ids::{LineId, OrderId};
use comanda_shared::kitchen::TicketKind;
use comanda_shared::money::{Currency, Money, Quantity};
use comanda_shared::order::OrderPersonal;
use comanda_shared::paper::{
    Block, DeliverySlip, Letterhead, PrintedDocument, SlipLine, TemplatePaper, Templates, WholeLine, WholeOrder,
    WholeOrderCause,
};
use comanda_shared::personal::Personal;
use comanda_shared::picture::PictureHash;
use comanda_shared::printer::CodePage;
use uuid::Uuid;

use super::tests::{line, nothing_told, sheet, ticket};
use super::{Marks, Sheet, Supplies, paper};
use crate::printing::encoder;
use crate::printing::graphics::Shades;
use crate::printing::graphics::shades::tests::wedge;
use crate::printing::paper::{Align, Paper, PaperRow};
use crate::printing::profile::{Features, PrinterProfile};
use crate::printing::templates;

fn check(name: &str, bytes: &[u8], profile: &PrinterProfile) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/printing/sheet/golden").join(format!("{name}.txt"));
    let read = Paper::read(bytes, profile).lines().join("\n");
    let sent: Vec<String> = bytes.chunks(32).map(hex::encode).collect();
    let now = format!("{read}\n\n{}\n", sent.join("\n"));
    if std::env::var_os("COMANDA_BLESS").is_some() && !file.exists() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &now).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(now, kept, "{name} is not what it was");
}

fn wide() -> PrinterProfile {
    PrinterProfile::default()
}

fn narrow() -> PrinterProfile {
    PrinterProfile { columns: 32, code_page: CodePage::Pc858, ..PrinterProfile::default() }
}

#[test]
fn tickets_come_out_as_they_always_did() {
    for (name, kind) in [("new", TicketKind::New), ("addition", TicketKind::Addition), ("void", TicketKind::Void)] {
        let lines =
            vec![line(1, 2, "Salchipapa especial con todo", &["queso extra", "sin cebolla"]), line(2, 1, "Perro", &[])];
        let (ticket, personal) = (ticket(kind, lines), nothing_told());
        for (width, profile) in [("wide", wide()), ("narrow", narrow())] {
            check(&format!("ticket-{name}-{width}"), &encoder::encode(&sheet(&ticket, &personal), &profile), &profile);
        }
    }
}

#[test]
fn a_ticket_with_every_mark_comes_out_as_it_always_did() {
    let (ticket, personal) = (ticket(TicketKind::New, vec![line(1, 1, "Arepa", &[])]), nothing_told());
    let marks = Marks { possible_duplicate: Some(2), reprint: Some(1), backup_of: Some("Plancha".to_owned()) };
    let bytes = encoder::encode(&Sheet { marks, ..sheet(&ticket, &personal) }, &wide());
    check("ticket-marked-wide", &bytes, &wide());
}

#[test]
fn what_an_owner_sees_while_arranging_papers_comes_out_as_it_always_did() {
    for (name, of) in [
        ("ticket", TemplatePaper::Ticket),
        ("receipt", TemplatePaper::Receipt),
        ("slip", TemplatePaper::DeliverySlip),
        ("whole-order", TemplatePaper::WholeOrder),
    ] {
        for (width, profile) in [("wide", wide()), ("narrow", narrow())] {
            check(
                &format!("sample-{name}-{width}"),
                &templates::sample(of, &Supplies::with(Templates::standard().clone()), &profile),
                &profile,
            );
        }
    }
}

#[test]
fn the_page_with_a_number_comes_out_as_it_always_did() {
    let rows = paper::pairing_rows(7, "tcp://192.168.1.50:9100", &narrow());
    check("number-narrow", &encoder::encode_rows(&rows, &narrow()), &narrow());
}

/// A printer that draws codes itself, one that is sent their dots, and one that prints text only.
fn kinds_of_printer() -> [(&'static str, PrinterProfile); 3] {
    let with = |prints_qr, prints_pictures| PrinterProfile {
        features: Features { prints_qr, prints_pictures, ..Features::default() },
        ..narrow()
    };
    [("draws", with(true, true)), ("dots", with(false, true)), ("text", with(false, false))]
}

#[test]
fn a_receipt_with_a_logo_and_a_code_comes_out_as_each_printer_can() {
    let mut templates = Templates::standard().clone();
    let picture = PictureHash([7; 32]);
    let block = |json: &str| serde_json::from_str::<Block>(json).unwrap();
    let logo = block(&format!(r#"{{"field":"logo","align":"center","picture":"{picture}"}}"#));
    templates.receipt.insert(0, logo);
    templates.receipt.push(block(r#"{"field":"code","align":"center"}"#));
    assert_eq!(templates.check(&[]), Ok(()));
    let shades = Shades::of_png(&wedge(64, 32)).unwrap();
    let supplies = Supplies { pictures: [(picture, shades)].into(), ..Supplies::with(templates) };
    for (name, profile) in kinds_of_printer() {
        check(
            &format!("receipt-logo-{name}"),
            &templates::sample(TemplatePaper::Receipt, &supplies, &profile),
            &profile,
        );
    }
}

#[test]
fn what_a_printer_draws_itself_is_what_another_is_sent_in_dots() {
    let mut templates = Templates::standard().clone();
    let code = r#"{"field":"code","size":"tall","align":"right","text":"https://la-esquina.example/ñ"}"#;
    templates.receipt.push(serde_json::from_str(code).unwrap());
    let supplies = Supplies::with(templates);
    let [drawn, sent, text] = kinds_of_printer()
        .map(|(_, profile)| Paper::read(&templates::sample(TemplatePaper::Receipt, &supplies, &profile), &profile));
    // The dots of a picture are sent without what a printer would take for a request; a code that it draws is not sent.
    let dots = |paper: &Paper| {
        let mut pictures = paper.rows.iter().filter_map(|row| match row {
            PaperRow::Picture { bitmap, align } => Some((bitmap.clone().defused(), *align)),
            _ => None,
        });
        (pictures.next(), pictures.count())
    };
    assert!(matches!(dots(&drawn), (Some((_, Align::Right)), 0)));
    assert_eq!(dots(&drawn), dots(&sent));
    assert_eq!(dots(&text), (None, 0));
    assert!(text.lines().iter().any(|line| line.trim() == "https://la-esquina.example/ñ"), "{:?}", text.lines());
}

#[test]
fn what_the_pass_gets_comes_out_as_it_always_did() {
    let line = |number: u128, quantity, name: &str, details: &[&str], waits| WholeLine {
        lines: vec![LineId::from_uuid(Uuid::from_u128(number))],
        quantity: Quantity::whole(quantity),
        name: name.to_owned(),
        details: details.iter().map(|&detail| detail.to_owned()).collect(),
        waits,
    };
    let (order, at) = (OrderId::from_uuid(Uuid::from_u128(1)), jiff::civil::date(2026, 11, 22).at(12, 41, 7, 0));
    let whole = WholeOrder {
        order,
        cause: WholeOrderCause::Changed,
        number: "D-0042".to_owned(),
        place: "Domicilio".to_owned(),
        at,
        by: Some("Camila".to_owned()),
        lines: vec![
            line(1, 2, "Salchipapa especial", &["+ queso extra", "SIN cebolla"], false),
            line(2, 1, "Postre de natas", &[], true),
        ],
        template: templates::STANDARD,
    };
    let cop = |pesos: i64| Money::new(pesos * 100, Currency::COP);
    let slip_line = |quantity, name: &str| SlipLine { quantity: Quantity::whole(quantity), name: name.to_owned() };
    let slip = DeliverySlip {
        order,
        letterhead: Letterhead { name: "La Esquina".to_owned(), lines: Vec::new() },
        number: "D-0042".to_owned(),
        at,
        replaces: false,
        lines: vec![slip_line(2, "Salchipapa especial"), slip_line(1, "Postre de natas")],
        total: cop(42_000),
        collect: cop(42_000),
        template: templates::STANDARD,
    };
    let told = Personal::Known(OrderPersonal {
        customer_name: Some("Ana Peña".to_owned()),
        customer_phone: Some("300 123 4567".to_owned()),
        customer: None,
        delivery_address: Some("Carrera 7 # 45-10, apto 302, torre de la Ñ".to_owned()),
        notes: Some("el timbre no sirve".to_owned()),
        line_notes: [(LineId::from_uuid(Uuid::from_u128(1)), "alergia al maní".to_owned())].into(),
    });
    let paid = DeliverySlip { collect: cop(0), replaces: true, ..slip.clone() };
    for (name, document, personal) in [
        ("whole-order", PrintedDocument::WholeOrder(whole), told.clone()),
        ("slip", PrintedDocument::DeliverySlip(slip), told),
        ("slip-paid-erased", PrintedDocument::DeliverySlip(paid), Personal::Erased),
    ] {
        let supplies = Supplies { personal, ..Supplies::with(Templates::standard().clone()) };
        for (width, profile) in [("wide", wide()), ("narrow", narrow())] {
            let rows = paper::rows(&document, &Marks::default(), &supplies, &profile);
            check(&format!("{name}-{width}"), &encoder::encode_rows(&rows, &profile), &profile);
        }
    }
}
