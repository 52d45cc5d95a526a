//! A sheet as ESC/POS bytes.
//!
//! The `escpos` crate (0.20.1) lays the commands; it never sees a printer, only a driver that keeps the bytes. Of its calls
//! we take those that send what they promise (`size`, `bold`, `reverse`) and none of `init`, `write`, `cut`,
//! `partial_cut` and `cash_drawer`, which do not: no `FS .`, wrong tables, wrong cuts, half a drawer pulse.

use std::cell::RefCell;

use comanda_shared::paper::{Alignment, DrawerPin};
use escpos::driver::Driver;
use escpos::printer::Printer;
use escpos::utils::Protocol;

use super::graphics::Bitmap;
use super::graphics::code::Code;
use super::profile::PrinterProfile;
use super::sheet::{Look, Row, Sheet, Size, Text};
use super::text::Encoding;

/// `ESC @`: forget what the last job set. Stands at the start of a job, never at its end, where a TM-U220 would drop
/// the head of the next one.
const INITIALIZE: &[u8] = &[0x1B, b'@'];
/// `FS .`: leave the two-byte characters in which clones wake up; must follow each `ESC @`.
const LEAVE_CHINESE: &[u8] = &[0x1C, b'.'];
/// `ESC R 0`: the international set in which `#`, `\` and `[` are themselves.
const PLAIN_ASCII: &[u8] = &[0x1B, b'R', 0];
/// `ESC t`, before the number of a code page.
const CHOOSE_PAGE: &[u8] = &[0x1B, b't'];
/// `LF`: print the line and go to the next.
const LINE_FEED: u8 = 0x0A;
/// `GS V 66 0`: feed to the cutter and cut, leaving a bridge. Only at the start of a line.
const CUT: &[u8] = &[0x1D, b'V', 66, 0];
/// `LF` four times: past the edge that paper is torn at, where nothing cuts it.
const PAST_THE_EDGE: &[u8] = &[LINE_FEED; 4];
/// Rows of a picture that are sent at a time: clones overrun on more, and print the rest as text.
const BAND: usize = 255;
/// `ESC B n t`: sounds three times, for a fifth of a second each. As clones with a buzzer have it.
const SOUND: &[u8] = &[0x1B, b'B', 3, 2];

/// The bytes that print the sheet on a printer of this profile, from the first command to the cut.
pub fn encode(sheet: &Sheet<'_>, profile: &PrinterProfile) -> Vec<u8> {
    lay(&sheet.rows(profile), profile, profile.features.beeps).expect(KEPT)
}

/// The bytes that print these rows on a printer of this profile, from the first command to the cut.
pub fn encode_rows(rows: &[Row], profile: &PrinterProfile) -> Vec<u8> {
    lay(rows, profile, false).expect(KEPT)
}

const KEPT: &str = "a driver that keeps bytes never fails, and sizes are 1 to 8";

/// `ESC p m t1 t2`: 50 ms of current on a pin of the drawer's socket, then 500 ms of rest. Nothing is printed nor cut.
pub fn drawer_pulse(pin: DrawerPin) -> Vec<u8> {
    let pin = match pin {
        DrawerPin::Two => 0,
        DrawerPin::Five => 1,
    };
    vec![0x1B, b'p', pin, 25, 250]
}

fn lay(rows: &[Row], profile: &PrinterProfile, sounds: bool) -> escpos::errors::Result<Vec<u8>> {
    let mut printer = Printer::new(Bytes::default(), Protocol::default(), None);
    printer.custom(INITIALIZE)?.custom(LEAVE_CHINESE)?.custom(PLAIN_ASCII)?;
    printer.custom(&[CHOOSE_PAGE, &[profile.page_number()]].concat())?;
    if sounds {
        printer.custom(SOUND)?;
    }
    let mut job = Job { printer, profile, look: PLAIN };
    for row in rows {
        job.row(row)?;
    }
    if profile.features.has_no_cutter {
        job.look(PLAIN)?;
        job.printer.custom(PAST_THE_EDGE)?;
    }
    // Also where no cutter is known: that ends the ticket, and a printer without one passes over it.
    job.printer.custom(CUT)?.print()?;
    Ok(job.printer.driver().0.into_inner())
}

/// `GS ( k`: the printer draws the code itself. Model 2, so many dots a module, a seventh of it may be gone.
fn lay_code(words: &str, module_dots: u8, bytes: &mut Vec<u8>) {
    bytes.extend([0x1D, b'(', b'k', 4, 0, 49, 65, 50, 0]);
    bytes.extend([0x1D, b'(', b'k', 3, 0, 49, 67, module_dots.clamp(1, 16)]);
    bytes.extend([0x1D, b'(', b'k', 3, 0, 49, 69, 49]);
    // A code holds less than 3 KB, which two bytes count.
    let [low, high] = u16::try_from(words.len() + 3).unwrap_or(u16::MAX).to_le_bytes();
    bytes.extend([0x1D, b'(', b'k', low, high, 49, 80, 48]);
    bytes.extend(words.as_bytes());
    bytes.extend([0x1D, b'(', b'k', 3, 0, 49, 81, 48]);
}

/// `GS v 0`, once for each band.
fn lay_raster(bitmap: &Bitmap, bytes: &mut Vec<u8>) {
    let [width_low, width_high] = u16::try_from(bitmap.row_bytes()).unwrap_or(u16::MAX).to_le_bytes();
    for band in bitmap.bands(BAND) {
        let rows = u16::try_from(band.len() / bitmap.row_bytes()).unwrap_or(u16::MAX);
        let [low, high] = rows.to_le_bytes();
        bytes.extend([0x1D, b'v', b'0', 0, width_low, width_high, low, high]);
        bytes.extend(band);
    }
}

/// How text looks after `ESC @`.
const PLAIN: Look = Look { size: Size::Small, bold: false, reverse: false };

/// A job being written, and the look that its last command left the printer in.
struct Job<'p> {
    printer: Printer<Bytes>,
    profile: &'p PrinterProfile,
    look: Look,
}

impl Job<'_> {
    fn row(&mut self, row: &Row) -> escpos::errors::Result<()> {
        match row {
            Row::Text(text) => self.text(text),
            Row::Rule => {
                let text = self.profile.rule();
                self.text(&Text { text, indent: 0, look: PLAIN })
            }
            Row::Feed(lines) => {
                self.look(PLAIN)?;
                self.printer.custom(&vec![LINE_FEED; usize::from(*lines)])?;
                Ok(())
            }
            Row::Code { words, module_dots, align } if self.profile.features.prints_qr => {
                self.aligned(*align, |bytes| lay_code(words, *module_dots, bytes))
            }
            Row::Code { words, module_dots, align } => match Code::of(words) {
                Some(code) => self.aligned(*align, |bytes| lay_raster(&code.dots(*module_dots).defused(), bytes)),
                None => Ok(()),
            },
            Row::Picture { bitmap, align } => self.aligned(*align, |bytes| lay_raster(bitmap, bytes)),
        }
    }

    fn text(&mut self, text: &Text) -> escpos::errors::Result<()> {
        self.look(text.look)?;
        let mut line = vec![b' '; text.indent];
        line.extend(self.profile.code_page.encode(&text.text));
        line.push(LINE_FEED);
        self.printer.custom(&line)?;
        Ok(())
    }

    /// Sends what is no text, where it stands; text is at the left edge again after it, which is blanks' business.
    fn aligned(&mut self, align: Alignment, lay: impl FnOnce(&mut Vec<u8>)) -> escpos::errors::Result<()> {
        let place = match align {
            Alignment::Left => 0,
            Alignment::Center => 1,
            Alignment::Right => 2,
        };
        let mut bytes = vec![0x1B, b'a', place];
        lay(&mut bytes);
        bytes.extend([0x1B, b'a', 0]);
        self.printer.custom(&bytes)?;
        Ok(())
    }

    /// Sends what differs from the look before.
    fn look(&mut self, look: Look) -> escpos::errors::Result<()> {
        if look.size != self.look.size {
            self.printer.size(look.size.width(), look.size.height())?;
        }
        if look.bold != self.look.bold {
            self.printer.bold(look.bold)?;
        }
        if look.reverse != self.look.reverse {
            self.printer.reverse(look.reverse)?;
        }
        self.look = look;
        Ok(())
    }
}

/// A driver that keeps what it is given.
#[derive(Default)]
struct Bytes(RefCell<Vec<u8>>);

impl Driver for Bytes {
    fn name(&self) -> String {
        "bytes".to_owned()
    }

    fn write(&self, data: &[u8]) -> escpos::errors::Result<()> {
        self.0.borrow_mut().extend_from_slice(data);
        Ok(())
    }

    fn read(&self, _buffer: &mut [u8]) -> escpos::errors::Result<usize> {
        Ok(0)
    }

    fn flush(&self) -> escpos::errors::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::printing::paper::{Paper, PaperRow, Style};
    use crate::printing::profile::Features;
    use crate::printing::sheet::Marks;
    use crate::printing::sheet::tests::{line, nothing_told, sheet, ticket};
    use comanda_shared::kitchen::TicketKind;
    use comanda_shared::printer::CodePage;
    use proptest::prelude::*;

    #[test]
    fn a_job_opens_as_every_clone_needs_it() {
        let (ticket, personal) = (ticket(TicketKind::New, vec![]), nothing_told());
        let sheet = sheet(&ticket, &personal);
        for (code_page, code_page_number, number) in
            [(CodePage::Pc850, None, 2), (CodePage::Pc858, None, 19), (CodePage::Pc858, Some(53), 53)]
        {
            let bytes = encode(&sheet, &PrinterProfile { code_page, code_page_number, ..PrinterProfile::default() });
            assert_eq!(bytes[..10], [0x1B, 0x40, 0x1C, 0x2E, 0x1B, 0x52, 0x00, 0x1B, 0x74, number]);
        }
    }

    #[test]
    fn a_job_ends_with_one_cut_after_a_line_feed() {
        let (ticket, personal) = (ticket(TicketKind::Void, vec![line(1, 1, "Arepa", &["sin sal"])]), nothing_told());
        let bytes = encode(&sheet(&ticket, &personal), &PrinterProfile::default());
        assert!(bytes.ends_with(&[0x0A, 0x1D, 0x56, 66, 0]));
        let cuts = bytes.windows(2).filter(|pair| *pair == [0x1D, b'V']).count();
        assert_eq!(cuts, 1);
    }

    #[test]
    fn a_printer_sounds_with_tickets_if_it_is_to_and_feeds_where_nothing_cuts() {
        let (ticket, personal) = (ticket(TicketKind::New, vec![line(1, 1, "Arepa", &[])]), nothing_told());
        let features = Features { beeps: true, has_no_cutter: true, ..Features::default() };
        let profile = PrinterProfile { features, ..PrinterProfile::default() };
        let bytes = encode(&sheet(&ticket, &personal), &profile);
        assert_eq!(bytes[10..14], [0x1B, b'B', 3, 2]);
        assert!(bytes.ends_with(&[0x0A, 0x0A, 0x0A, 0x0A, 0x1D, 0x56, 66, 0]));
        assert!(!encode_rows(&[], &profile).windows(2).any(|two| two == [0x1B, b'B']), "guests are not beeped at");
    }

    #[test]
    fn a_drawer_pulse_is_five_bytes_and_says_how_long() {
        assert_eq!(drawer_pulse(DrawerPin::Two), [0x1B, 0x70, 0, 0x19, 0xFA]);
        assert_eq!(drawer_pulse(DrawerPin::Five)[2], 1);
    }

    #[test]
    fn a_hyphen_and_spanish_go_as_the_page_has_them() {
        let (ticket, personal) = (ticket(TicketKind::New, vec![line(1, 1, "¿Piña?", &[])]), nothing_told());
        let bytes = encode(&sheet(&ticket, &personal), &PrinterProfile::default());
        let holds = |text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
        assert!(holds(b"L-0042") && holds(b"1 \xA8Pi\xA4a?\n"));
    }

    /// What a printer should show for the rows: text, and how it looks.
    fn meant(rows: &[Row], profile: &PrinterProfile) -> Vec<(String, Style)> {
        let line = |row: &Row| match row {
            Row::Text(Text { text, indent, look }) => {
                let (width, height) = (look.size.width(), look.size.height());
                let style = Style { width, height, bold: look.bold, reverse: look.reverse, ..Style::PLAIN };
                Some((" ".repeat(*indent) + text, style))
            }
            Row::Rule => Some((profile.rule(), Style::PLAIN)),
            Row::Feed(_) | Row::Code { .. } | Row::Picture { .. } => None,
        };
        rows.iter().filter_map(line).collect()
    }

    fn shown(paper: &Paper) -> Vec<(String, Style)> {
        let run = |row: &PaperRow| match row {
            PaperRow::Line { runs, .. } => Some((runs[0].text.clone(), runs[0].style)),
            PaperRow::Blank { .. } | PaperRow::Picture { .. } | PaperRow::Cut => None,
        };
        paper.rows.iter().filter_map(run).collect()
    }

    proptest! {
        #[test]
        fn the_paper_shows_what_the_sheet_says_whatever_guests_write(
            name in any::<String>(), modifier in "[ -~\\x00-\\x1fñ€]{0,60}", columns in prop::sample::select(vec![48_u8, 42, 32]),
            (_, page) in prop::sample::select(&CodePage::ALL[..]), number in prop::option::of(any::<u8>()),
        ) {
            let ticket = ticket(TicketKind::Addition, vec![line(1, 2, &name, &[&modifier])]);
            let personal = nothing_told();
            let marks = Marks { backup_of: Some(modifier.clone()), ..Marks::default() };
            let sheet = Sheet { marks, ..sheet(&ticket, &personal) };
            let profile = PrinterProfile { columns, code_page: page, code_page_number: number, ..PrinterProfile::default() };
            let paper = Paper::read(&encode(&sheet, &profile), &profile);
            prop_assert_eq!(shown(&paper), meant(&sheet.rows(&profile), &profile));
            prop_assert_eq!(paper.rows.iter().filter(|row| **row == PaperRow::Cut).count(), 1);
        }
    }
}
