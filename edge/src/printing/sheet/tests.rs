//! What stands on the paper; the tickets here serve the tests of the encoder and the picture as well.

use comanda_shared::ids::{LineId, OrderId, PrinterId, StationId, TicketId};
use comanda_shared::money::Quantity;
use comanda_shared::order::Course;
use comanda_shared::paper::{DrawerPin, Templates};
use comanda_shared::printer::{CodePage, Printer, PrinterAddress};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::printing::text::Encoding;

pub fn line(number: u128, quantity: u32, name: &str, modifiers: &[&str]) -> TicketLine {
    TicketLine {
        line: line_id(number),
        quantity: Quantity::whole(quantity),
        name: name.to_owned(),
        part_of: None,
        course: None,
        modifiers: modifiers.iter().map(|&modifier| modifier.to_owned()).collect(),
    }
}

pub fn ticket(kind: TicketKind, lines: Vec<TicketLine>) -> Ticket {
    Ticket {
        id: TicketId::from_uuid(Uuid::from_u128(0x0193_9f6e_0000_7000_8000_0000_0000_3f9a)),
        order: OrderId::from_uuid(Uuid::from_u128(1)),
        number: "L-0042".to_owned(),
        order_type: OrderType::Takeaway,
        table: None,
        kind,
        was: None,
        station: StationId::from_uuid(Uuid::from_u128(1)),
        station_name: "Plancha fría".to_owned(),
        lines,
        printers: Vec::new(),
        template: 1,
    }
}

pub fn sheet<'a>(ticket: &'a Ticket, personal: &'a Personal<OrderPersonal>) -> Sheet<'a> {
    let issued_at = jiff::civil::date(2026, 11, 22).at(12, 41, 7, 0);
    Sheet {
        ticket,
        personal,
        issued_at,
        taken_by: Some("Camila"),
        marks: Marks::default(),
        template: &Templates::standard().ticket,
    }
}

/// A printer as it is set up without a word more than needed.
pub fn printer(name: &str, address: PrinterAddress) -> Printer {
    Printer {
        id: PrinterId::from_uuid(Uuid::from_u128(7)),
        name: name.to_owned(),
        address,
        columns: 48,
        code_page: CodePage::Pc850,
        code_page_number: None,
        stations: Vec::new(),
        fallback: None,
        is_counter: false,
        is_pass: false,
        is_removed: false,
        model: None,
        beeps: false,
        drawer: DrawerPin::Two,
        limit_seconds: None,
    }
}

pub fn nothing_told() -> Personal<OrderPersonal> {
    Personal::default()
}

fn line_id(number: u128) -> LineId {
    LineId::from_uuid(Uuid::from_u128(number))
}

fn noted(number: u128, note: &str) -> Personal<OrderPersonal> {
    Personal::Known(OrderPersonal {
        line_notes: [(line_id(number), note.to_owned())].into(),
        ..OrderPersonal::default()
    })
}

fn profile(columns: u8) -> PrinterProfile {
    PrinterProfile { columns, ..PrinterProfile::default() }
}

/// The rows as somebody reads them: a rule is `~`, what is white on black stands in brackets.
fn read(sheet: &Sheet<'_>, columns: u8) -> Vec<String> {
    let rows = sheet.rows(&profile(columns));
    let text = |row: Row| match row {
        Row::Text(row) if row.look.reverse => format!("[{}]", row.text.trim()),
        Row::Text(row) => format!("{}{}", " ".repeat(row.indent), row.text),
        Row::Rule => "~".to_owned(),
        Row::Feed(_) | Row::Code { .. } | Row::Picture { .. } => String::new(),
    };
    rows.into_iter().map(text).collect()
}

#[test]
fn a_ticket_reads_from_number_to_who_took_it() {
    let lines = vec![
        line(1, 2, "Salchipapa especial", &["Sin cebolla", "queso extra"]),
        line(2, 1, "Hamburguesa doble carne", &[]),
    ];
    let (ticket, personal) = (ticket(TicketKind::New, lines), noted(2, "bien asada"));
    let expected = [
        "L-0042             12:41",
        "PLANCHA FRÍA                         Para llevar",
        "~",
        "2 Salchipapa especial",
        "   SIN cebolla",
        "   + queso extra",
        "~",
        "1 Hamburguesa doble",
        "  carne",
        "   «bien asada»",
        "~",
        "Camila                                      3f9a",
        "",
    ];
    assert_eq!(read(&sheet(&ticket, &personal), 48), expected);
}

#[test]
fn narrow_paper_breaks_between_words() {
    let ticket =
        ticket(TicketKind::New, vec![line(1, 12, "Hamburguesa doble", &["sin pepinillos agridulces en rodajas"])]);
    let personal = nothing_told();
    let lines = read(&sheet(&ticket, &personal), 32);
    assert_eq!(lines[3..7], ["12 Hamburguesa", "   doble", "   SIN pepinillos agridulces en", "     rodajas"]);
}

#[test]
fn equal_lines_are_never_merged() {
    let ticket = ticket(TicketKind::New, vec![line(1, 1, "Arepa", &[]), line(2, 1, "Arepa", &[])]);
    let personal = nothing_told();
    let arepas = read(&sheet(&ticket, &personal), 48).into_iter().filter(|row| row == "1 Arepa").count();
    assert_eq!(arepas, 2);
}

#[test]
fn marks_stand_at_the_top_from_edge_to_edge() {
    let (ticket, personal) = (ticket(TicketKind::New, vec![]), nothing_told());
    let marks = Marks { possible_duplicate: Some(2), reprint: Some(1), backup_of: Some("Barra".to_owned()) };
    let sheet = Sheet { marks, ..sheet(&ticket, &personal) };
    for columns in [48, 42, 32] {
        let bands = ["[POSIBLE DUPLICADO  intento 2]", "[REIMPRESIÓN 1]", "[RESPALDO DE Barra]"];
        assert_eq!(read(&sheet, columns)[..3], bands);
        for row in &sheet.rows(&profile(columns))[..3] {
            let Row::Text(row) = row else { panic!("a band is text") };
            assert_eq!((row.text.chars().count(), row.look.bold), (usize::from(columns), true));
        }
    }
}

#[test]
fn a_void_says_what_not_to_cook() {
    let ticket = ticket(TicketKind::Void, vec![line(1, 1, "Perro caliente", &[]), line(2, 3, "Arepa", &[])]);
    let personal = nothing_told();
    let lines = read(&sheet(&ticket, &personal), 48);
    assert_eq!(lines[3..7], ["[ANULADO]", "- 1 Perro caliente", "~", "- 3 Arepa"]);
}

#[test]
fn a_part_says_under_its_name_which_combo_it_is_for() {
    let part = |number, name: &str, combo: &str, modifiers| TicketLine {
        part_of: Some(combo.to_owned()),
        ..line(number, 2, name, modifiers)
    };
    let lines = vec![part(1, "Perro caliente", "Combo pareja", &["Sin cebolla"]), part(2, "Agua", "🎉", &[])];
    let (ticket, personal) = (ticket(TicketKind::New, lines), nothing_told());
    let sheet = sheet(&ticket, &personal);
    let expected = ["2 Perro caliente", "   (Combo pareja)", "   SIN cebolla", "~", "2 Agua", "~"];
    assert_eq!(read(&sheet, 48)[3..9], expected);
    let rows = sheet.rows(&profile(48));
    let Row::Text(combo) = &rows[4] else { panic!("{rows:?}") };
    assert_eq!(combo.look.size, Size::Small);
}

#[test]
fn an_addition_says_that_it_is_one() {
    let ticket = Ticket {
        order_type: OrderType::DineIn,
        table: Some("12".to_owned()),
        ..ticket(TicketKind::Addition, vec![line(1, 1, "Alitas x 8", &[])])
    };
    let personal = nothing_told();
    let lines = read(&sheet(&ticket, &personal), 48);
    assert!(lines[1].ends_with("Mesa 12"));
    assert_eq!(lines[3..5], ["AGREGADO", "1 Alitas x 8"]);
}

#[test]
fn what_was_erased_reads_borrado() {
    let (ticket, personal) = (ticket(TicketKind::New, vec![line(1, 1, "Arepa", &[])]), Personal::Erased);
    assert!(read(&sheet(&ticket, &personal), 48).contains(&"Cliente y notas: borrado".to_owned()));
}

#[test]
fn the_guest_and_the_wish_for_the_whole_order_follow_the_lines() {
    let told = OrderPersonal {
        customer_name: Some("Íngrid 🎂".to_owned()),
        notes: Some(" con servilletas\n".to_owned()),
        customer_phone: Some("3001234567".to_owned()),
        ..OrderPersonal::default()
    };
    let (ticket, personal) = (ticket(TicketKind::New, vec![]), Personal::Known(told));
    let lines = read(&sheet(&ticket, &personal), 48);
    assert_eq!(lines[3..5], ["«con servilletas»", "Cliente: Íngrid"]);
    assert!(!lines.concat().contains("300"), "the kitchen has no use for a phone number");
}

#[test]
fn an_allergy_is_white_on_black() {
    let ticket = ticket(TicketKind::New, vec![line(1, 1, "Arepa", &[])]);
    for note in ["ALERGIA: MANÍ", "es alérgica al maní"] {
        let personal = noted(1, note);
        assert_eq!(read(&sheet(&ticket, &personal), 48)[4], format!("[{note}]"));
    }
}

#[test]
fn a_note_that_cannot_be_printed_is_not_passed_over() {
    let (ticket, personal) = (ticket(TicketKind::New, vec![line(1, 1, "🌮", &[])]), noted(1, "🌶🌶"));
    let lines = read(&sheet(&ticket, &personal), 48);
    assert_eq!(lines[3..5], ["1 (sin nombre)", "   (nota en símbolos: ver pantalla)"]);
}

#[test]
fn the_largest_ticket_has_all_its_rows() {
    let lines = (0..200).map(|number| line(number, 1, "Arepa", &["queso extra"; 20])).collect();
    let (ticket, personal) = (ticket(TicketKind::New, lines), nothing_told());
    assert_eq!(sheet(&ticket, &personal).rows(&profile(32)).len(), 2 + 200 * 22 + 3);
}

proptest! {
    #[test]
    fn every_row_fits_the_paper_and_the_code_page(
        name in any::<String>(), modifier in any::<String>(), note in any::<String>(), quantity in any::<u32>(),
        columns in 16_u8..=80, (_, page) in prop::sample::select(&CodePage::ALL[..]),
    ) {
        let ticket = Ticket {
            number: name.clone(),
            station_name: note.clone(),
            ..ticket(TicketKind::Void, vec![line(1, quantity, &name, &[&modifier])])
        };
        let personal = noted(1, &note);
        let marks = Marks { possible_duplicate: Some(quantity), reprint: Some(quantity), backup_of: Some(name.clone()) };
        let sheet = Sheet { taken_by: Some(&name), marks, ..sheet(&ticket, &personal) };
        let profile = PrinterProfile { columns, code_page: page, ..PrinterProfile::default() };
        for row in sheet.rows(&profile) {
            let Row::Text(Text { text, indent, look }) = row else { continue };
            let width = (indent + text.chars().count()) * usize::from(look.size.width());
            prop_assert!(width <= usize::from(columns), "{text:?} is {width} columns wide");
            prop_assert_eq!(page.encode(&text).len(), text.chars().count());
        }
    }
}

#[test]
fn a_fired_course_says_so_and_names_each_course_once() {
    let of = |number, course| TicketLine { course: Course::try_from(course).ok(), ..line(number, 1, "Arepa", &[]) };
    let ticket = ticket(TicketKind::Fired, vec![of(1, 2), of(2, 2), of(3, 3)]);
    let told = nothing_told();
    let text = words(&sheet(&ticket, &told).rows(&profile(42)));
    let heads: Vec<&str> =
        text.iter().map(String::as_str).filter(|row| row.starts_with("TIEMPO") || *row == "MARCHAR").collect();
    assert_eq!(heads, ["MARCHAR", "TIEMPO 2", "TIEMPO 3"]);
}

#[test]
fn a_ticket_of_a_move_says_where_it_was_and_to_cook_nothing_again() {
    let was = Called { number: "M-0007".to_owned(), table: Some("4".to_owned()) };
    let moved = Ticket { was: Some(was), ..ticket(TicketKind::Moved, vec![line(1, 2, "Arepa", &[])]) };
    let told = nothing_told();
    let text = words(&sheet(&moved, &told).rows(&profile(48)));
    for said in ["CAMBIO", "NO PREPARAR OTRA VEZ", "Antes: M-0007, mesa 4", "2 Arepa"] {
        assert!(text.join(" ").contains(said), "{said} in {text:?}");
    }
}

fn words(rows: &[Row]) -> Vec<String> {
    let text = |row: &Row| match row {
        Row::Text(text) => Some(text.text.trim().to_owned()),
        Row::Rule | Row::Feed(_) | Row::Code { .. } | Row::Picture { .. } => None,
    };
    rows.iter().filter_map(text).collect()
}
