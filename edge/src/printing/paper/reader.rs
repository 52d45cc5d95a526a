//! Reading ESC/POS, one command after the other.

use comanda_shared::printer::CodePage;

use super::cursor::Cursor;
use super::{Align, Paper, PaperRow, Run, Style};
use crate::printing::graphics::Bitmap;
use crate::printing::graphics::code::Code;
use crate::printing::profile::PrinterProfile;
use crate::printing::text::Encoding;

/// Line spacing after `ESC @` and `ESC 2`: 1/6 inch, 30 dots on most models.
const SPACING_DOTS: u8 = 30;
/// Tab stops after `ESC @`: every eight characters.
const TAB: u32 = 8;

/// What the bytes print.
pub fn read(bytes: &[u8], profile: &PrinterProfile) -> Paper {
    let mut reader = Reader::of(bytes, profile);
    while reader.command().is_some() {}
    reader.paper
}

/// Of how many bytes the longest command is.
pub fn longest_command(bytes: &[u8]) -> usize {
    let profile = PrinterProfile::default();
    let mut reader = Reader::of(bytes, &profile);
    let mut longest = 0;
    let mut left = bytes.len();
    while reader.command().is_some() {
        longest = longest.max(left - reader.bytes.0.len());
        left = reader.bytes.0.len();
    }
    longest
}

/// What commands change until the next `ESC @`.
#[derive(Clone, Copy)]
struct State {
    style: Style,
    align: Align,
    spacing_dots: u8,
    page: CodePage,
}

impl State {
    const RESET: Self =
        Self { style: Style::PLAIN, align: Align::Left, spacing_dots: SPACING_DOTS, page: CodePage::Pc437 };
}

/// The line in the printer's buffer.
#[derive(Default)]
struct Line {
    runs: Vec<Run>,
    width_dots: u32,
}

/// The QR code that the printer was told, until it is to print it.
#[derive(Default)]
struct StoredCode {
    module_dots: u8,
    words: String,
}

struct Reader<'a> {
    bytes: Cursor<'a>,
    profile: &'a PrinterProfile,
    state: State,
    line: Line,
    code: StoredCode,
    paper: Paper,
}

impl<'a> Reader<'a> {
    fn of(bytes: &'a [u8], profile: &'a PrinterProfile) -> Self {
        Self {
            bytes: Cursor(bytes),
            profile,
            state: State::RESET,
            line: Line::default(),
            code: StoredCode::default(),
            paper: Paper::default(),
        }
    }

    /// Does what the next command says; `None` at the end of the bytes, also in the middle of a command.
    fn command(&mut self) -> Option<()> {
        match self.bytes.byte()? {
            b'\n' => self.feed_line(),
            b'\t' => self.tab(),
            0x10 => self.data_link_escape()?,
            0x1B => self.escape()?,
            0x1C => self.file_separator()?,
            0x1D => self.group_separator()?,
            0x00..=0x1F | 0x7F => {}
            byte => self.character(self.state.page.decode(byte)),
        }
        Some(())
    }

    /// `ESC …`: how text looks, and feeding.
    fn escape(&mut self) -> Option<()> {
        match self.bytes.byte()? {
            b'@' => (self.state, self.line) = (State::RESET, Line::default()),
            b'!' => self.print_mode()?,
            b'-' => self.state.style.underline = matches!(self.bytes.byte()?, 1 | 2 | b'1' | b'2'),
            b'E' | b'G' => self.state.style.bold = self.bytes.byte()? & 1 == 1,
            b'M' => self.state.style.font_b = matches!(self.bytes.byte()?, 1 | b'1'),
            b'a' => self.align()?,
            b't' => self.choose_page()?,
            b'3' => self.state.spacing_dots = self.bytes.byte()?,
            b'2' => self.state.spacing_dots = SPACING_DOTS,
            b'd' => self.feed_lines()?,
            b'J' => {
                let dots = self.bytes.byte()?;
                self.feed_dots(u32::from(dots));
            }
            b'i' | b'm' => self.cut(),
            b'D' => return self.bytes.skip_to_nul(),
            b'*' => return self.bytes.skip_column_image(),
            b'&' => return self.bytes.skip_user_characters(),
            b'(' => return self.bytes.skip_parametric(),
            b'<' | b'L' | b'S' | b'v' | 0x0C => {}
            b'$' | b'\\' | b'B' | b'c' => return self.bytes.skip(2),
            b'p' => return self.bytes.skip(3),
            b'W' => return self.bytes.skip(8),
            // The rest of the alphabet takes one byte: ESC SP % = ? K R T U V e r u { and what we never heard of.
            _ => return self.bytes.skip(1),
        }
        Some(())
    }

    /// `GS …`: sizes, reverse, cutting, and long data.
    fn group_separator(&mut self) -> Option<()> {
        match self.bytes.byte()? {
            b'!' => {
                let size = self.bytes.byte()?;
                (self.state.style.width, self.state.style.height) = ((size >> 4 & 7) + 1, (size & 7) + 1);
            }
            b'B' => self.state.style.reverse = self.bytes.byte()? & 1 == 1,
            b'V' => {
                if !matches!(self.bytes.byte()?, 0 | 1 | b'0' | b'1') {
                    self.bytes.skip(1)?;
                }
                self.cut();
            }
            b'(' => self.function()?,
            b'8' => return self.bytes.skip_long_graphics(),
            b'k' => return self.bytes.skip_barcode(),
            b'v' => {
                let bitmap = self.bytes.raster()?;
                self.picture(bitmap);
            }
            b'*' => return self.bytes.skip_downloaded_image(),
            b'$' | b'\\' | b'L' | b'W' | b'P' => return self.bytes.skip(2),
            b'^' => return self.bytes.skip(3),
            b':' | b'c' => {}
            // One byte: GS / E H I T a b f h r w and what we never heard of.
            _ => return self.bytes.skip(1),
        }
        Some(())
    }

    /// `GS ( …`: of what says its own length, QR codes (`k`, 49) are drawn.
    fn function(&mut self) -> Option<()> {
        match self.bytes.parametric()? {
            (b'k', [49, 67, module_dots, ..]) => self.code.module_dots = *module_dots,
            (b'k', [49, 80, _, words @ ..]) => self.code.words = String::from_utf8_lossy(words).into_owned(),
            (b'k', [49, 81, ..]) => {
                if let Some(code) = Code::of(&self.code.words) {
                    // A printer that is told nothing prints three dots a module; one that has no room prints nothing.
                    let module_dots = if self.code.module_dots == 0 { 3 } else { self.code.module_dots.min(16) };
                    if code.fitting(module_dots, self.profile.width_dots()) == module_dots {
                        self.picture(code.dots(module_dots));
                    }
                }
            }
            _ => {}
        }
        Some(())
    }

    /// Prints dots; a line that was begun is printed before them.
    fn picture(&mut self, bitmap: Bitmap) {
        if !self.line.runs.is_empty() {
            self.feed_line();
        }
        if bitmap.height() > 0 {
            self.paper.rows.push(PaperRow::Picture { bitmap, align: self.state.align });
        }
    }

    /// `FS …`: two-byte characters and stored pictures, none of which we draw.
    fn file_separator(&mut self) -> Option<()> {
        match self.bytes.byte()? {
            b'&' | b'.' => Some(()),
            b'(' => self.bytes.skip_parametric(),
            b'S' | b'p' => self.bytes.skip(2),
            _ => self.bytes.skip(1),
        }
    }

    /// `DLE …`: real-time requests, which print nothing.
    fn data_link_escape(&mut self) -> Option<()> {
        match self.bytes.byte()? {
            // DLE EOT n; n of 7, 8 and 18 are followed by one byte more.
            0x04 => match self.bytes.byte()? {
                7 | 8 | 18 => self.bytes.skip(1),
                _ => Some(()),
            },
            // DLE DC4 fn: 1 drawer, 2 power off, 3 buzzer, 7 status, 8 clear the buffers.
            0x14 => match self.bytes.byte()? {
                1 | 2 => self.bytes.skip(2),
                3 => self.bytes.skip(5),
                7 => self.bytes.skip(1),
                8 => self.bytes.skip(7),
                _ => Some(()),
            },
            0x05 => self.bytes.skip(1),
            _ => Some(()),
        }
    }

    fn print_mode(&mut self) -> Option<()> {
        let mode = self.bytes.byte()?;
        let style = &mut self.state.style;
        style.font_b = mode & 0x01 != 0;
        style.bold = mode & 0x08 != 0;
        style.height = if mode & 0x10 == 0 { 1 } else { 2 };
        style.width = if mode & 0x20 == 0 { 1 } else { 2 };
        style.underline = mode & 0x80 != 0;
        Some(())
    }

    fn align(&mut self) -> Option<()> {
        self.state.align = match self.bytes.byte()? {
            0 | b'0' => Align::Left,
            1 | b'1' => Align::Center,
            2 | b'2' => Align::Right,
            _ => self.state.align,
        };
        Some(())
    }

    /// The profile's number is its page; other numbers are Epson's; one that nobody knows changes nothing.
    fn choose_page(&mut self) -> Option<()> {
        let number = self.bytes.byte()?;
        let standard = CodePage::ALL.into_iter().map(|(_, page)| page).find(|page| page.number() == number);
        let own = (number == self.profile.page_number()).then_some(self.profile.code_page);
        self.state.page = own.or(standard).unwrap_or(self.state.page);
        Some(())
    }

    /// Puts a character on the line; one that does not fit goes to the next, as on every printer.
    fn character(&mut self, character: char) {
        let style = self.state.style;
        let fits = self.line.width_dots + style.cell_width_dots() <= u32::from(self.profile.width_dots());
        if !fits && !self.line.runs.is_empty() {
            self.feed_line();
        }
        self.line.width_dots += style.cell_width_dots();
        match self.line.runs.last_mut() {
            Some(run) if run.style == style => run.text.push(character),
            _ => self.line.runs.push(Run { text: character.into(), style }),
        }
    }

    fn tab(&mut self) {
        let stop = TAB * self.state.style.cell_width_dots();
        let target = (self.line.width_dots / stop + 1) * stop;
        while target <= u32::from(self.profile.width_dots()) && self.line.width_dots < target {
            self.character(' ');
        }
    }

    fn feed_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let spacing = u32::from(self.state.spacing_dots);
        let Some(tallest) = line.runs.iter().map(|run| run.style.cell_height_dots()).max() else {
            return self.feed_dots(spacing);
        };
        let height_dots = spacing.max(tallest);
        self.paper.rows.push(PaperRow::Line { runs: line.runs, align: self.state.align, height_dots });
    }

    /// `ESC d n`: prints the line and feeds `n` lines in all.
    fn feed_lines(&mut self) -> Option<()> {
        let mut lines = u32::from(self.bytes.byte()?);
        if !self.line.runs.is_empty() {
            self.feed_line();
            lines = lines.saturating_sub(1);
        }
        self.feed_dots(lines * u32::from(self.state.spacing_dots));
        Some(())
    }

    fn feed_dots(&mut self, dots: u32) {
        if !self.line.runs.is_empty() {
            self.feed_line();
        }
        match self.paper.rows.last_mut() {
            Some(PaperRow::Blank { height_dots }) => *height_dots = height_dots.saturating_add(dots),
            _ if dots > 0 => self.paper.rows.push(PaperRow::Blank { height_dots: dots }),
            _ => {}
        }
    }

    /// A cut counts at the start of a line only.
    fn cut(&mut self) {
        if self.line.runs.is_empty() {
            self.paper.rows.push(PaperRow::Cut);
        }
    }
}
