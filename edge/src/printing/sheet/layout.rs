//! Putting rows on a sheet: text with an indent, bands, two texts at the two edges.

use comanda_shared::paper::{Alignment, Block, Field, TypeSize};

use super::wrap::{hanging, wrap};
use super::{Look, Row, SMALL, Size, TALL, Text};
use crate::printing::graphics::Shades;
use crate::printing::graphics::code::Code;
use crate::printing::profile::PrinterProfile;
use crate::printing::text::Encoding;

/// The rows so far, and the printer that they must fit.
pub struct Layout<'p> {
    profile: &'p PrinterProfile,
    rows: Vec<Row>,
}

impl<'p> Layout<'p> {
    /// An empty sheet for the printer.
    pub fn new(profile: &'p PrinterProfile) -> Self {
        Self { profile, rows: Vec::new() }
    }

    /// The rows, once all is laid out.
    pub fn into_rows(self) -> Vec<Row> {
        self.rows
    }

    /// A line across the paper.
    pub fn rule(&mut self) {
        self.rows.push(Row::Rule);
    }

    /// Empty lines.
    pub fn feed(&mut self, lines: u8) {
        self.rows.push(Row::Feed(lines));
    }

    /// How many characters of the size stand in a row.
    fn cells(&self, size: Size) -> usize {
        usize::from(self.profile.columns / size.width()).max(1)
    }

    /// The text in the printer's characters; `None` where nothing can be read of it.
    pub fn legible(&self, text: &str) -> Option<String> {
        let text = self.profile.code_page.printable(text);
        (!text.trim().is_empty()).then_some(text)
    }

    /// Text from an indent on; its further rows hang below the first by `hang` more.
    pub fn text(&mut self, text: &str, indent: usize, hang: usize, look: Look) {
        let text = self.profile.code_page.printable(text);
        let cells = self.cells(look.size).saturating_sub(indent).max(1);
        let hang = hanging(cells, hang);
        for (index, text) in wrap(&text, cells, hang).into_iter().enumerate() {
            let indent = indent + if index == 0 { 0 } else { hang };
            self.rows.push(Row::Text(Text { text, indent, look }));
        }
    }

    /// What a guest wrote, in « »; in a band where it warns. A note of emoji only is not passed over in silence.
    pub fn note(&mut self, note: &str, indent: usize) {
        match self.legible(note) {
            Some(text) if warns(&text) => self.band(&text, "", Size::Tall),
            Some(text) => self.text(&format!("«{}»", text.trim()), indent, 1, TALL),
            None if note.trim().is_empty() => {}
            None => self.text("(nota en símbolos: ver pantalla)", indent, 1, TALL),
        }
    }

    /// White on black from edge to edge: what must be seen, and a word on it two blanks apart where there is room.
    pub fn band(&mut self, text: &str, word: &str, size: Size) {
        let cells = self.cells(size);
        let room = cells.saturating_sub(2);
        let (text, word) = (self.profile.code_page.printable(text), self.profile.code_page.printable(word));
        let mut lines = wrap(&text, room, 0);
        match lines.last_mut() {
            Some(last) if !word.is_empty() && last.chars().count() + 2 + word.chars().count() <= room => {
                last.push_str("  ");
                last.push_str(&word);
            }
            _ => lines.extend(wrap(&word, room, 0)),
        }
        for line in lines {
            let text = format!("{:cells$}", format!(" {line}"));
            let text = text.chars().take(cells).collect();
            self.rows.push(Row::Text(Text { text, indent: 0, look: Look { size, bold: true, reverse: true } }));
        }
    }

    /// What a block shows that is about nothing of the order.
    pub fn free(&mut self, block: &Block) {
        match block.field {
            Field::Rule => self.rule(),
            Field::Blank => self.feed(1),
            _ => self.placed(block.text.as_deref().unwrap_or_default(), block.align, Look::of(block)),
        }
    }

    /// Text at one edge or in the middle.
    pub fn placed(&mut self, text: &str, align: Alignment, look: Look) {
        match align {
            Alignment::Left => self.text(text, 0, 0, look),
            Alignment::Center => self.centred(text, look),
            Alignment::Right => {
                let cells = self.cells(look.size);
                let text = self.profile.code_page.printable(text);
                for text in wrap(&text, cells, 0) {
                    let indent = cells.saturating_sub(text.chars().count());
                    self.rows.push(Row::Text(Text { text, indent, look }));
                }
            }
        }
    }

    /// Text in the middle of its rows.
    pub fn centred(&mut self, text: &str, look: Look) {
        let cells = self.cells(look.size);
        let text = self.profile.code_page.printable(text);
        for text in wrap(&text, cells, 0) {
            let indent = cells.saturating_sub(text.chars().count()) / 2;
            self.rows.push(Row::Text(Text { text, indent, look }));
        }
    }

    /// A QR code; its words where the printer has no way to print one.
    pub fn code(&mut self, words: &str, size: TypeSize, align: Alignment) {
        let features = self.profile.features;
        let module_dots = match size {
            TypeSize::Small => 4,
            TypeSize::Tall => 6,
            TypeSize::Large => 8,
        };
        match Code::of(words).filter(|_| features.prints_qr || features.prints_pictures) {
            Some(code) => {
                let module_dots = code.fitting(module_dots, self.profile.width_dots());
                self.rows.push(Row::Code { words: words.to_owned(), module_dots, align });
            }
            None => self.placed(words, align, SMALL),
        }
    }

    /// A picture: half the paper's width, three quarters of it, or all. Nothing where the printer prints none.
    pub fn picture(&mut self, picture: &Shades, size: TypeSize, align: Alignment) {
        if !self.profile.features.prints_pictures {
            return;
        }
        let paper = usize::from(self.profile.width_dots());
        let width = match size {
            TypeSize::Small => paper / 2,
            TypeSize::Tall => paper * 3 / 4,
            TypeSize::Large => paper,
        };
        self.rows.push(Row::Picture { bitmap: picture.dots(width), align });
    }

    /// A text and what belongs to it at the right edge of its first row; further rows of the text hang by `hang`.
    pub fn priced(&mut self, text: &str, hang: usize, value: &str, look: Look) {
        let cells = self.cells(look.size);
        let (text, value) = (self.profile.code_page.printable(text), self.profile.code_page.printable(value));
        let (text, value) = (text.trim(), value.trim());
        let room = cells.saturating_sub(value.chars().count() + 1);
        if room < 8 {
            self.text(text, 0, hang, look);
            return self.text(value, 0, 0, look);
        }
        let hang = hanging(room, hang);
        let mut lines = wrap(text, room, hang).into_iter();
        let first = lines.next().unwrap_or_default();
        let gap = " ".repeat(cells - first.chars().count() - value.chars().count());
        self.rows.push(Row::Text(Text { text: format!("{first}{gap}{value}"), indent: 0, look }));
        self.rows.extend(lines.map(|text| Row::Text(Text { text, indent: hang, look })));
    }

    /// One text at the left and one at the right edge, on one row if both fit.
    pub fn spread(&mut self, left: &str, right: &str, look: Look) {
        let cells = self.cells(look.size);
        let (left, right) = (self.profile.code_page.printable(left), self.profile.code_page.printable(right));
        let (left, right) = (left.trim(), right.trim());
        let taken = left.chars().count() + right.chars().count();
        if taken < cells {
            let text = format!("{left}{}{right}", " ".repeat(cells - taken));
            self.rows.push(Row::Text(Text { text, indent: 0, look }));
        } else {
            self.text(left, 0, 0, look);
            self.text(right, 0, 0, look);
        }
    }
}

/// Whether the note is about what could harm the guest: alergia, alérgica, Allergie.
fn warns(note: &str) -> bool {
    let note = note.to_lowercase();
    ["alerg", "alérg", "allerg", "celiac", "celíac"].iter().any(|word| note.contains(word))
}
