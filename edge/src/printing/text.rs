//! Text as a printer takes it: one byte a character, in the code page that the printer is set to.
//!
//! The tables are our own, because those of the `escpos` crate send `¿` as two bytes of UTF-8 and every hyphen as 0xF0.
//! What a page lacks is spelled in ASCII where it reads the same, and dropped where it does not. Names and notes are
//! written by strangers: no control character comes through, so that none of them can speak to the printer.

mod pages;
mod spelling;

use comanda_shared::printer::CodePage;

/// A byte that a page leaves undefined, and what a byte that prints nothing decodes to.
const UNDEFINED: char = '\u{FFFD}';

/// What a code page makes of text.
pub trait Encoding: Sized {
    /// The `n` of `ESC t n` that chooses the page on an Epson; clones differ (ESC/POS command reference, `ESC t`).
    fn number(self) -> u8;

    /// The text in characters that the page holds, each of which is one column wide. Blanks of every kind become spaces;
    /// what was dropped leaves no double space. Doing it twice changes nothing.
    fn printable(self, text: &str) -> String;

    /// The text as bytes of the page: never one below 0x20, never 0x7F.
    fn encode(self, text: &str) -> Vec<u8>;

    /// The character that a byte prints; U+FFFD for one that prints nothing.
    fn decode(self, byte: u8) -> char;

    /// The byte of a character that the page shows. The no-break space and the soft hyphen count as not held.
    fn byte(self, character: char) -> Option<u8>;
}

impl Encoding for CodePage {
    fn number(self) -> u8 {
        match self {
            Self::Pc850 => 2,
            Self::Pc858 => 19,
            Self::Wpc1252 => 16,
            Self::Pc437 => 0,
        }
    }

    fn printable(self, text: &str) -> String {
        let mut printable = String::with_capacity(text.len());
        let mut dropped = false;
        for character in text.chars() {
            if character.is_whitespace() {
                if !(dropped && (printable.is_empty() || printable.ends_with(' '))) {
                    printable.push(' ');
                }
                dropped = false;
            } else if self.byte(character).is_some() {
                if dropped && matches!(character, ',' | '.' | ';' | ':' | ')') && printable.ends_with(' ') {
                    printable.pop();
                }
                printable.push(character);
                dropped = false;
            } else if let Some(spelling) = spelling::spelling(character) {
                printable.push_str(spelling);
                dropped = false;
            } else if let Some(whole) = composed(self, printable.chars().next_back(), character) {
                printable.pop();
                printable.push(whole);
            } else {
                dropped = true;
            }
        }
        printable
    }

    fn encode(self, text: &str) -> Vec<u8> {
        self.printable(text).chars().filter_map(|character| self.byte(character)).collect()
    }

    fn decode(self, byte: u8) -> char {
        match byte {
            0x20..=0x7E => char::from(byte),
            0x80..=0xFF => upper_half(self)[usize::from(byte - 0x80)],
            _ => UNDEFINED,
        }
    }

    fn byte(self, character: char) -> Option<u8> {
        match character {
            ' '..='~' => u8::try_from(character).ok(),
            UNDEFINED | '\u{A0}' | '\u{AD}' => None,
            _ => {
                let place = upper_half(self).iter().position(|held| *held == character)?;
                u8::try_from(place + 0x80).ok()
            }
        }
    }
}

fn upper_half(page: CodePage) -> &'static [char; 128] {
    match page {
        CodePage::Pc850 => &pages::PC850,
        CodePage::Pc858 => &pages::PC858,
        CodePage::Wpc1252 => &pages::WPC1252,
        CodePage::Pc437 => &pages::PC437,
    }
}

/// The one character of a letter and the combining mark after it, where the page has it.
fn composed(page: CodePage, letter: Option<char>, mark: char) -> Option<char> {
    spelling::composed(letter?, mark).filter(|whole| page.byte(*whole).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use CodePage::{Pc437, Pc850, Pc858, Wpc1252};
    use proptest::prelude::*;

    const ALL: [CodePage; 4] = [Pc850, Pc858, Wpc1252, Pc437];

    #[test]
    fn spanish_has_the_bytes_of_the_command_reference() {
        let text = "ñÑáéíóúüÁÉÍÓÚ¿¡";
        let pc850 = b"\xA4\xA5\xA0\x82\xA1\xA2\xA3\x81\xB5\x90\xD6\xE0\xE9\xA8\xAD";
        assert_eq!(Pc850.encode(text), pc850);
        assert_eq!(Pc858.encode(text), pc850);
        assert_eq!(Wpc1252.encode(text), b"\xF1\xD1\xE1\xE9\xED\xF3\xFA\xFC\xC1\xC9\xCD\xD3\xDA\xBF\xA1");
        assert_eq!(Pc437.encode(text), b"\xA4\xA5\xA0\x82\xA1\xA2\xA3\x81A\x90IOU\xA8\xAD");
    }

    #[test]
    fn the_euro_is_spelled_where_the_page_lacks_it() {
        let euros: Vec<Vec<u8>> = ALL.map(|page| page.encode("€ 5")).into();
        assert_eq!(euros, [&b"EUR 5"[..], b"\xD5 5", b"\x80 5", b"EUR 5"]);
    }

    #[test]
    fn a_hyphen_is_the_hyphen_of_ascii() {
        for page in ALL {
            assert_eq!(page.encode("L-0042"), b"L-0042");
        }
    }

    #[test]
    fn what_a_page_lacks_reads_the_same_in_ascii() {
        assert_eq!(Pc850.printable("‘a’ “b” – — … • →"), "'a' \"b\" - - ... * ->");
        assert_eq!(Wpc1252.printable("“Łódź” ş ệ ğ"), "“Lódz” s e g");
        assert_eq!(Pc437.printable("ÁÍÓÚ ø ©"), "AIOU o (C)");
    }

    #[test]
    fn letters_in_two_parts_are_put_together() {
        assert_eq!(Pc850.printable("pin\u{303}a cafe\u{301} A\u{301}"), "piña café Á");
        assert_eq!(Pc437.printable("A\u{301}"), "A");
    }

    #[test]
    fn a_dropped_word_leaves_one_space() {
        assert_eq!(Pc850.printable("ají 🌶\u{fe0f}🔥 aparte"), "ají aparte");
        assert_eq!(Pc850.printable("🎂 feliz 漢字 día"), "feliz día");
        assert_eq!(Pc850.printable("asada 🔥, en dos 🙏."), "asada, en dos.");
        assert_eq!(Pc850.printable("dos  espacios"), "dos  espacios");
    }

    #[test]
    fn no_name_speaks_to_the_printer() {
        let hostile = "a\x1b@\x10\x14\x01\x00b\u{9b}c\x7f\u{202e}d\u{200b}e\u{2066}\u{feff}f\r\ng\u{ad}\u{fffd}";
        for page in ALL {
            assert_eq!(page.encode(hostile), b"a@bcdef  g");
        }
    }

    #[test]
    fn what_a_page_holds_comes_back_as_it_went() {
        for page in ALL {
            for byte in (0x20..=0x7E_u8).chain(0x80..=0xFF) {
                let character = page.decode(byte);
                if !matches!(character, '\u{A0}' | '\u{AD}' | UNDEFINED) {
                    assert_eq!(page.encode(&character.to_string()), [byte], "{page} {byte:02x}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn no_control_byte_ever_comes_out(text in any::<String>(), page in prop::sample::select(&ALL[..])) {
            prop_assert!(page.encode(&text).iter().all(|byte| *byte >= 0x20 && *byte != 0x7F));
        }

        #[test]
        fn printable_text_stays_as_it_is(text in any::<String>(), page in prop::sample::select(&ALL[..])) {
            let printable = page.printable(&text);
            prop_assert_eq!(&page.printable(&printable), &printable);
            let decoded: String = page.encode(&text).into_iter().map(|byte| page.decode(byte)).collect();
            prop_assert_eq!(decoded, printable);
        }
    }
}
