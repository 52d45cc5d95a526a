//! Papers as they come out, kept for good: each file has what one reads on the paper, and below it every byte that was sent.
//!
//! A change of the layout is seen here before a cook sees it. `COMANDA_BLESS=1` writes the files that are not there; one
//! that is to change is deleted first.

use std::path::Path;

use comanda_shared::kitchen::TicketKind;
use comanda_shared::paper::{TemplatePaper, Templates};
use comanda_shared::printer::CodePage;

use super::tests::{line, nothing_told, sheet, ticket};
use super::{Marks, Sheet, paper};
use crate::printing::encoder;
use crate::printing::paper::Paper;
use crate::printing::profile::PrinterProfile;
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
    for (name, of) in [("ticket", TemplatePaper::Ticket), ("receipt", TemplatePaper::Receipt)] {
        for (width, profile) in [("wide", wide()), ("narrow", narrow())] {
            check(&format!("sample-{name}-{width}"), &templates::sample(of, Templates::standard(), &profile), &profile);
        }
    }
}

#[test]
fn the_page_with_a_number_comes_out_as_it_always_did() {
    let rows = paper::pairing_rows(7, "tcp://192.168.1.50:9100", &narrow());
    check("number-narrow", &encoder::encode_rows(&rows, &narrow()), &narrow());
}
