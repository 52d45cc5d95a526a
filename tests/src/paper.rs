//! The roll of paper of an emulated printer: bytes in, rows of styled text out, one piece per cut.
//!
//! The roll is one over all connections, as in a real printer: what a broken connection left behind is still on the paper,
//! and a ticket that does not cut it off first hangs below it.

use std::time::Instant;

use crate::code_page::CodePage;
use crate::escpos::{self, Command, Question};

/// Printable dots of 80 mm paper at 203 dpi: 48 columns of font A.
const DOTS_80_MM: u32 = 576;
/// Width of a character, in dots: font A and font B.
const FONT_DOTS: [u32; 2] = [12, 9];

/// How a character looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// Times the font's width.
    pub width: u8,
    /// Times the font's height.
    pub height: u8,
    /// White on black.
    pub reverse: bool,
    /// Double strike.
    pub bold: bool,
}

impl Style {
    const PLAIN: Self = Self { width: 1, height: 1, reverse: false, bold: false };

    /// Larger than the same words in another style would be.
    pub fn area(self) -> u32 {
        u32::from(self.width) * u32::from(self.height)
    }
}

/// One line of print.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Row(Vec<(char, Style)>);

impl Row {
    /// The row's text as it stands, its indentation included.
    pub fn text(&self) -> String {
        let text: String = self.0.iter().map(|(character, _)| *character).collect();
        text.trim_end().to_owned()
    }

    /// How far in it begins, in columns of the plain font.
    pub fn indent(&self) -> u32 {
        self.0.iter().take_while(|(character, _)| *character == ' ').map(|(_, style)| u32::from(style.width)).sum()
    }

    /// The style of its first visible character.
    pub fn style(&self) -> Style {
        self.visible().next().map_or(Style::PLAIN, |(_, style)| *style)
    }

    /// Nothing to see.
    pub fn is_blank(&self) -> bool {
        self.visible().next().is_none() && !self.is_band()
    }

    /// A black band from side to side, or as far as its words go.
    pub fn is_band(&self) -> bool {
        self.0.iter().any(|(_, style)| style.reverse)
    }

    /// A line drawn across the paper.
    pub fn is_rule(&self) -> bool {
        let drawn = self.visible().count();
        drawn >= 16 && self.visible().all(|(character, _)| matches!(character, '-' | '_' | '=' | '─' | '═'))
    }

    fn visible(&self) -> impl Iterator<Item = &(char, Style)> {
        self.0.iter().filter(|(character, _)| *character != ' ')
    }
}

/// What came off the roll at once.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The printed rows, blank ones left out.
    pub rows: Vec<Row>,
    /// Every byte since the piece before it.
    pub raw: Vec<u8>,
    /// When its first visible byte came.
    pub begun: Instant,
    /// When it was cut, or the connection ended.
    pub ended: Instant,
    /// It was cut off; otherwise the connection ended first.
    pub was_cut: bool,
    /// What a person would complain about: text beyond the margin, unknown commands, a torn ticket above it.
    pub blemishes: Vec<String>,
}

/// The roll and the state of the head.
pub struct Paper {
    boots_double_byte: bool,
    knows_processes: bool,
    double_byte: bool,
    code_page: CodePage,
    style: Style,
    narrow: bool,
    dots_used: u32,
    is_beyond_margin: bool,
    hangs_below_torn: bool,
    row: Row,
    unread: Vec<u8>,
    printed: Printed,
    pieces: Vec<Piece>,
}

/// What is printed since the last cut.
#[derive(Default)]
struct Printed {
    rows: Vec<Row>,
    raw: Vec<u8>,
    begun: Option<Instant>,
    blemishes: Vec<String>,
}

impl Paper {
    /// A fresh roll in a printer that was just switched on. Most clones then take two bytes above 80h for one Chinese
    /// character until `FS .`; with `boots_double_byte` this one does as well. One that does not know `GS ( H` prints the
    /// letters of it.
    pub fn new(boots_double_byte: bool, knows_processes: bool) -> Self {
        Self {
            boots_double_byte,
            knows_processes,
            double_byte: boots_double_byte,
            code_page: CodePage::PC437,
            style: Style::PLAIN,
            narrow: false,
            dots_used: 0,
            is_beyond_margin: false,
            hangs_below_torn: false,
            row: Row::default(),
            unread: Vec::new(),
            printed: Printed::default(),
            pieces: Vec::new(),
        }
    }

    /// Prints what came and says what was asked, in order.
    pub fn print(&mut self, bytes: &[u8], now: Instant) -> Vec<Question> {
        self.printed.raw.extend_from_slice(bytes);
        self.unread.extend_from_slice(bytes);
        let unread = std::mem::take(&mut self.unread);
        let mut questions = Vec::new();
        let mut read = 0;
        while let Some((command, length)) = escpos::read(&unread[read..]) {
            read += length;
            self.obey(command, unread.len() - read, now, &mut questions);
        }
        self.unread = unread[read..].to_vec();
        questions
    }

    /// The connection ended: what is not cut stays behind as a torn piece.
    pub fn connection_ended(&mut self, now: Instant) {
        self.unread.clear();
        self.end_row();
        if self.printed.begun.is_some() {
            self.end_piece(0, false, now);
            self.hangs_below_torn = true;
        } else {
            self.printed = Printed::default();
        }
    }

    /// The power is gone: what is not cut is torn, and nothing is known of what was set.
    pub fn power_lost(&mut self, now: Instant) {
        self.connection_ended(now);
        self.initialise();
    }

    /// The pieces that came off since the last call.
    pub fn take_pieces(&mut self) -> Vec<Piece> {
        std::mem::take(&mut self.pieces)
    }

    /// `behind`: how many of the bytes received so far stand after this command.
    fn obey(&mut self, command: Command, behind: usize, now: Instant, questions: &mut Vec<Question>) {
        match command {
            Command::Character(byte) => self.strike(byte, now),
            Command::LineFeed | Command::Feed => self.end_row(),
            Command::Tab => {
                let to_stop = 8 - self.row.0.len() % 8;
                (0..to_stop).for_each(|_| self.strike(b' ', now));
            }
            Command::Cut => {
                self.end_row();
                self.end_piece(behind, true, now);
            }
            Command::Initialise => self.initialise(),
            Command::DoubleByte(on) => self.double_byte = on,
            Command::CodePage(number) => match CodePage::numbered(number) {
                Some(page) => self.code_page = page,
                None => self.printed.blemishes.push(format!("code page {number}, which this printer does not have")),
            },
            Command::Size { width, height } => self.style = Style { width, height, ..self.style },
            Command::Mode(bits) => {
                self.narrow = bits & 0x01 != 0;
                self.style.bold = bits & 0x08 != 0;
                self.style.height = if bits & 0x10 != 0 { 2 } else { 1 };
                self.style.width = if bits & 0x20 != 0 { 2 } else { 1 };
            }
            Command::Bold(on) => self.style.bold = on,
            Command::Reverse(on) => self.style.reverse = on,
            Command::NarrowFont(on) => self.narrow = on,
            Command::Ask(Question::Process(id)) if !self.knows_processes => {
                [b'H', b'0', b'0'].into_iter().chain(id).for_each(|byte| self.strike(byte, now));
            }
            Command::Ask(Question::Clear) => {
                self.row = Row::default();
                questions.push(Question::Clear);
            }
            Command::Ask(question) => questions.push(question),
            Command::Drawer | Command::Silent => {}
            Command::Unknown(first, second) => {
                self.printed.blemishes.push(format!("unknown command {first:02x} {second:02x}"));
            }
        }
    }

    /// As after `ESC @`: the line that was begun is thrown away too.
    fn initialise(&mut self) {
        self.row = Row::default();
        self.dots_used = 0;
        self.double_byte = self.boots_double_byte;
        self.code_page = CodePage::PC437;
        self.style = Style::PLAIN;
        self.narrow = false;
    }

    fn strike(&mut self, byte: u8, now: Instant) {
        let character = if self.double_byte && byte > 0x80 { '漢' } else { self.code_page.character(byte) };
        if self.printed.begun.is_none() {
            self.printed.begun = Some(now);
            if std::mem::take(&mut self.hangs_below_torn) {
                self.printed.blemishes.push("hangs below a torn ticket".into());
            }
        }
        self.dots_used += FONT_DOTS[usize::from(self.narrow)] * u32::from(self.style.width);
        if self.dots_used > DOTS_80_MM && character != ' ' && !std::mem::replace(&mut self.is_beyond_margin, true) {
            self.printed.blemishes.push(format!("beyond the margin: {} {character}…", self.row.text()));
        }
        self.row.0.push((character, self.style));
    }

    fn end_row(&mut self) {
        self.dots_used = 0;
        self.is_beyond_margin = false;
        let row = std::mem::take(&mut self.row);
        if !row.is_blank() {
            self.printed.rows.push(row);
        }
    }

    fn end_piece(&mut self, behind: usize, was_cut: bool, now: Instant) {
        let mut printed = std::mem::take(&mut self.printed);
        self.printed.raw = printed.raw.split_off(printed.raw.len() - behind);
        if was_cut {
            self.hangs_below_torn = false;
        }
        if let Some(begun) = printed.begun {
            let Printed { rows, raw, blemishes, .. } = printed;
            self.pieces.push(Piece { rows, raw, begun, ended: now, was_cut, blemishes });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(jobs: &[&[u8]]) -> Vec<Piece> {
        let mut paper = Paper::new(true, true);
        for job in jobs {
            paper.print(job, Instant::now());
            paper.connection_ended(Instant::now());
        }
        paper.take_pieces()
    }

    #[test]
    fn accents_need_the_chinese_mode_switched_off() {
        let pieces = printed(&[b"\x1b@\x1bt\x02Ca\xa4a\n\x1dV\x00", b"\x1b@\x1c.\x1bt\x02Ca\xa4a\n\x1dV\x00"]);
        let texts: Vec<_> = pieces.iter().map(|piece| piece.rows[0].text()).collect();
        assert_eq!(texts, ["Ca漢a", "Caña"]);
    }

    #[test]
    fn a_broken_connection_leaves_a_torn_piece_and_the_next_ticket_below_it() {
        let pieces = printed(&[b"L-0001\nhalf", b"L-0001\n\x1dV\x00", b"L-00", b"\n\x1dV\x42\x00L-0002\n\x1dV\x00"]);
        let told: Vec<_> = pieces.iter().map(|piece| (piece.was_cut, piece.blemishes.len())).collect();
        assert_eq!(told, [(false, 0), (true, 1), (false, 0), (true, 0)]);
    }

    #[test]
    fn bytes_after_a_cut_belong_to_the_next_piece() {
        let pieces = printed(&[b"one\n\x1dV\x00two\n\x1dV\x00"]);
        assert_eq!(pieces[0].raw, b"one\n\x1dV\x00");
        assert_eq!(pieces[1].raw, b"two\n\x1dV\x00");
    }

    #[test]
    fn big_letters_reach_the_margin_sooner() {
        let pieces = printed(&[
            b"\x1d!\x11123456789012345678901234\n\x1dV\x00",
            b"\x1b@\x1d!\x111234567890123456789012345\n\x1dV\x00",
        ]);
        assert_eq!(pieces[0].blemishes, Vec::<String>::new());
        assert_eq!(pieces[1].blemishes.len(), 1);
    }
}
