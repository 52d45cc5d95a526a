//! What comes out for bytes, ours and others'.

use comanda_shared::printer::CodePage;
use proptest::prelude::*;

use super::*;

fn paper(bytes: &[u8]) -> Paper {
    Paper::read(bytes, &PrinterProfile::default())
}

fn styles(paper: &Paper) -> Vec<Style> {
    let runs = paper.rows.iter().filter_map(|row| match row {
        PaperRow::Line { runs, .. } => Some(runs),
        PaperRow::Blank { .. } | PaperRow::Picture { .. } | PaperRow::Cut => None,
    });
    runs.flatten().map(|run| run.style).collect()
}

#[test]
fn looks_hold_until_they_are_changed_or_the_printer_is_initialized() {
    let printed = paper(b"\x1bE\x01a\x1d!\x11b\x1dB\x01c\x1b@d\n\x1d!\x11\x1bE\x01e\n\x1b@f\n");
    assert_eq!(printed.lines(), ["d", "e", "f"], "ESC @ clears the line that was begun");
    let large = Style { width: 2, height: 2, bold: true, ..Style::PLAIN };
    assert_eq!(styles(&printed), [Style::PLAIN, large, Style::PLAIN]);
}

#[test]
fn print_mode_sets_five_looks_at_once() {
    let all = Style { width: 2, height: 2, bold: true, underline: true, font_b: true, reverse: false };
    assert_eq!(styles(&paper(b"\x1b!\xb9a\x1b!\x00b\n")), [all, Style::PLAIN]);
}

#[test]
fn text_is_read_in_the_chosen_page() {
    assert_eq!(paper(b"\x1bt\x02\xa4\xb5\n\x1bt\x10\xf1\n\x1bt\x63\xf1\n").lines(), ["ñÁ", "ñ", "ñ"]);
    let clone = PrinterProfile { code_page: CodePage::Pc858, code_page_number: Some(53), ..PrinterProfile::default() };
    assert_eq!(Paper::read(b"\x1bt\x35\xd5\n", &clone).lines(), ["€"]);
}

#[test]
fn what_is_too_long_breaks_anywhere_as_on_a_printer() {
    let narrow = PrinterProfile { columns: 32, ..PrinterProfile::default() };
    let printed = Paper::read(&[&[b'x'; 33][..], b"\x1d!\x10", &[b'y'; 16], b"\n"].concat(), &narrow);
    assert_eq!(printed.lines(), ["x".repeat(32), format!("x{}", "y".repeat(15)), "y".to_owned()]);
}

#[test]
fn a_line_that_was_never_fed_stays_in_the_printer() {
    assert_eq!(paper(b"uno\ndos").lines(), ["uno"]);
}

#[test]
fn paper_moves_by_the_taller_of_spacing_and_type() {
    let heights = |bytes: &[u8]| -> Vec<u32> {
        let height = |row: &PaperRow| match row {
            PaperRow::Line { height_dots, .. } | PaperRow::Blank { height_dots } => *height_dots,
            PaperRow::Picture { .. } | PaperRow::Cut => 0,
        };
        paper(bytes).rows.iter().map(height).collect()
    };
    assert_eq!(heights(b"a\n\x1d!\x01a\n\n\n\x1dVB\x00"), [30, 48, 60, 0]);
    assert_eq!(heights(b"a\x1bd\x03\x1b3\x50b\n\x1b2\x1bJ\x07"), [30, 60, 80, 7]);
}

#[test]
fn a_cut_in_the_middle_of_a_line_is_ignored() {
    let cuts = |bytes: &[u8]| paper(bytes).rows.iter().filter(|row| **row == PaperRow::Cut).count();
    assert_eq!(cuts(b"a\x1dV\x01b\n"), 0);
    assert_eq!(cuts(b"a\n\x1dV\x01b\n\x1dVA\x0a\x1bi\x1bm"), 4);
}

#[test]
fn what_prints_no_text_is_passed_over() {
    for silent in [
        &b"\x1bp\x00\x19\xfa"[..],                               // drawer
        b"\x10\x04\x01\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", // real-time status, clear buffers
        b"\x1d(H\x06\x0000abcd",                                 // process id
        b"\x1d(k\x05\x001P0hi",                                  // QR data
        b"\x1dv0\x00\x02\x00\x02\x00abcd",                       // raster
        b"\x1b*\x21\x01\x00abc",                                 // column image
        b"\x1dk\x04ABC\x00\x1dkI\x03ABC",                        // barcodes of both kinds
        b"\x1bR\x00\x1c.\x1da\xff\x1dr\x01\x1bD\x08\x10\x00\x1b{\x00",
        b"\x1d8L\x02\x00\x00\x00ab",
    ] {
        let bytes = [b"uno\n", silent, b"dos\n"].concat();
        assert_eq!(paper(&bytes).lines(), ["uno", "dos"], "{silent:02x?}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..2000), columns in any::<u8>()) {
        let profile = PrinterProfile { columns, ..PrinterProfile::default() };
        let printed = Paper::read(&bytes, &profile);
        prop_assert!(printed.rows.len() <= bytes.len());
    }

    #[test]
    fn nor_do_commands_cut_short(commands in prop::collection::vec((prop::sample::select(vec![0x10_u8, 0x1B, 0x1C, 0x1D]), any::<[u8; 4]>()), 0..200)) {
        let bytes: Vec<u8> = commands.into_iter().flat_map(|(lead, rest)| [lead, rest[0], rest[1], rest[2], rest[3]]).collect();
        for end in 0..bytes.len() {
            paper(&bytes[..end]);
        }
    }
}
