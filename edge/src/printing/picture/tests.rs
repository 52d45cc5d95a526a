//! The picture is looked at by people; here stand its size and that nothing breaks it.

use comanda_shared::kitchen::TicketKind;
use comanda_shared::printer::CodePage;
use proptest::prelude::*;

use super::*;
use crate::printing::encoder::encode;
use crate::printing::sheet::tests::{line, nothing_told, sheet, ticket};
use crate::printing::text::Encoding;

/// Width, height and shades of a picture.
fn decoded(png: &[u8]) -> (usize, usize, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut packed = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut packed).unwrap();
    let shades = packed.iter().flat_map(|pair| [pair >> 4, pair & 15]).collect();
    (info.width.try_into().unwrap(), info.height.try_into().unwrap(), shades)
}

fn drawn(columns: u8, bytes: &[u8]) -> (usize, usize, Vec<u8>) {
    decoded(&draw(bytes, &PrinterProfile { columns, ..PrinterProfile::default() }))
}

#[test]
fn the_picture_is_as_wide_as_the_paper_and_small() {
    let (ticket, personal) = (ticket(TicketKind::New, vec![line(1, 2, "Salchipapa", &["queso"])]), nothing_told());
    for (columns, width) in [(48, 576), (42, 504), (32, 384)] {
        let profile = PrinterProfile { columns, ..PrinterProfile::default() };
        let png = draw(&encode(&sheet(&ticket, &personal), &profile), &profile);
        assert_eq!(decoded(&png).0, width + 2 * MARGIN);
        assert!(png.len() < 20_000, "{} bytes", png.len());
    }
}

#[test]
fn ink_stays_inside_the_printable_width() {
    let (width, _, shades) = drawn(48, &[&b"\x1dB\x01\x1bE\x01"[..], &[b'W'; 480], b"\n"].concat());
    for row in shades.chunks_exact(width) {
        assert!(row[..MARGIN].iter().chain(&row[width - MARGIN..]).all(|shade| *shade == 0));
    }
    assert!(shades.contains(&14));
}

#[test]
fn a_cut_leaves_teeth_and_a_gap_before_the_next_ticket() {
    let torn = |bytes: &[u8]| drawn(32, bytes).2.contains(&15);
    assert!(torn(b"uno\n\x1dVB\x00"));
    assert!(!torn(b"uno\n"), "paper that was not cut has no edge");
    let (_, one, _) = drawn(32, b"uno\n\x1dVB\x00");
    let (_, two, _) = drawn(32, b"uno\n\x1dVB\x00uno\n\x1dVB\x00");
    assert_eq!(two, 2 * one + GAP);
}

#[test]
fn nothing_at_all_is_a_bit_of_blank_paper() {
    assert_eq!(drawn(48, b"").1, HEAD + FOOT);
}

#[test]
fn an_endless_ticket_ends_with_a_word_about_it() {
    let (_, height, _) = drawn(48, &b"queso extra\n".repeat(5000));
    assert!((MAX_HEIGHT - 200..=MAX_HEIGHT).contains(&height), "{height}");
    let mut rows = Paper::read(&b"queso extra\n".repeat(5000), &PrinterProfile::default()).rows;
    shorten(&mut rows);
    let lines = Paper { rows }.lines();
    assert_eq!(lines[lines.len() - 2], " LA IMAGEN TERMINA AQUÍ");
    assert_eq!(lines[lines.len() - 1], format!(" faltan {} renglones", 5000 - (lines.len() - 2)));
}

#[test]
fn every_character_of_the_pages_has_a_glyph() {
    let mut glyphs = Glyphs::default();
    let missing = glyphs.cell('\u{E000}', false, 24, 48).to_vec();
    for (_, page) in CodePage::ALL {
        for character in (0x21..=0xFF).map(|byte| page.decode(byte)).filter(|held| page.byte(*held).is_some()) {
            let cell = glyphs.cell(character, false, 24, 48);
            assert!(cell != missing && cell.iter().any(|shade| *shade > 0), "{page} {character}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_bytes_make_a_picture(bytes in prop::collection::vec(any::<u8>(), 0..600), columns in prop::sample::select(vec![0_u8, 1, 16, 32, 48, 255])) {
        let (_, height, _) = drawn(columns, &bytes);
        prop_assert!(height <= MAX_HEIGHT);
    }
}
