//! The paper that comes out for the bytes a printer was sent: text and its looks, row by row.
//!
//! Reads ESC/POS as a printer does, so that a picture shows what the bytes say and not what we meant by them. It knows the
//! commands that matter to text, pictures sent row by row and QR codes, and the lengths of the others, which it passes over;
//! no input makes it fail. What it does not know: other pictures, barcodes, and the state a printer would answer. Source: ESC/POS command reference.

mod cursor;
mod reader;

use super::graphics::Bitmap;
use super::profile::PrinterProfile;

/// What came out of the printer.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Paper {
    /// From the top.
    pub rows: Vec<PaperRow>,
}

/// A stretch of the paper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PaperRow {
    /// A printed line.
    Line {
        /// Its text, a run for each look.
        runs: Vec<Run>,
        /// Where on the paper it stands.
        align: Align,
        /// How far the paper moved, in dots.
        height_dots: u32,
    },
    /// Paper that moved with nothing on it.
    Blank {
        /// How far, in dots.
        height_dots: u32,
    },
    /// Dots: a picture, or a code that the printer drew.
    Picture {
        /// The dots.
        bitmap: Bitmap,
        /// Where on the paper they stand.
        align: Align,
    },
    /// The cutter.
    Cut,
}

/// Text of one look.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    /// The characters.
    pub text: String,
    /// How they look.
    pub style: Style,
}

/// How a character looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// Times the font's width, 1 to 8.
    pub width: u8,
    /// Times the font's height, 1 to 8.
    pub height: u8,
    /// Heavy (`ESC E`, `ESC G`).
    pub bold: bool,
    /// White on black (`GS B`).
    pub reverse: bool,
    /// Underlined (`ESC -`).
    pub underline: bool,
    /// The smaller font (`ESC M 1`).
    pub font_b: bool,
}

impl Style {
    /// After `ESC @`.
    pub const PLAIN: Self = Self { width: 1, height: 1, bold: false, reverse: false, underline: false, font_b: false };

    /// Width of a character, in dots: 12 in font A, 9 in font B.
    pub fn cell_width_dots(self) -> u32 {
        u32::from(self.width) * if self.font_b { 9 } else { 12 }
    }

    /// Height of a character, in dots: 24 in font A, 17 in font B.
    pub fn cell_height_dots(self) -> u32 {
        u32::from(self.height) * if self.font_b { 17 } else { 24 }
    }
}

/// Where a line stands (`ESC a`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    /// At the left edge.
    Left,
    /// In the middle.
    Center,
    /// At the right edge.
    Right,
}

/// Bytes of the longest command among these; a character is one.
pub fn longest_command(bytes: &[u8]) -> usize {
    reader::longest_command(bytes)
}

impl Paper {
    /// What the bytes print on a printer of this profile. A line that was begun and never fed stays in the printer.
    pub fn read(bytes: &[u8], profile: &PrinterProfile) -> Self {
        reader::read(bytes, profile)
    }

    /// The text of every printed line, without its blanks at the end.
    pub fn lines(&self) -> Vec<String> {
        let line = |row: &PaperRow| match row {
            PaperRow::Line { runs, .. } => {
                Some(runs.iter().map(|run| run.text.as_str()).collect::<String>().trim_end().to_owned())
            }
            PaperRow::Blank { .. } | PaperRow::Picture { .. } | PaperRow::Cut => None,
        };
        self.rows.iter().filter_map(line).collect()
    }
}

#[cfg(test)]
mod tests;
