//! A kitchen ticket as a cook reads it: from the printed rows alone.
//!
//! The layout it expects (`design/mockups/png/tickets.png`): black bands («POSIBLE DUPLICADO  intento 2»), the number and
//! the time, the station in capitals and how it is served, a rule, «AGREGADO» or «ANULADO» where it is no new order, one row
//! in large type for each line, indented below it what is changed and noted, a rule, the footer. Wrapped rows are joined
//! again with one blank.

use std::time::Instant;

use crate::paper::{Piece, Row};

/// Why the station got it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The station's first ticket of the order.
    New,
    /// «AGREGADO».
    Addition,
    /// «ANULADO».
    Void,
}

/// One row to cook, or not to cook.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PrintedLine {
    /// How many.
    pub quantity: u32,
    /// Of what.
    pub name: String,
    /// What is changed, top to bottom: without a leading «+», otherwise as printed («SIN cebolla»).
    pub modifiers: Vec<String>,
    /// The guest's words, without « ».
    pub note: Option<String>,
    /// Stands under «ANULADO».
    pub is_void: bool,
}

/// One ticket, or what is left of one.
#[derive(Clone, Debug)]
pub struct PrintedTicket {
    /// `L-0042`; empty when the paper tore before it.
    pub number: String,
    /// In capitals, as printed.
    pub station: String,
    /// «Para llevar», «Mesa 12», «Domicilio».
    pub service: String,
    /// Its first heading; a ticket without one is new.
    pub kind: Kind,
    /// What to cook.
    pub lines: Vec<PrintedLine>,
    /// «POSIBLE DUPLICADO».
    pub marked_duplicate: bool,
    /// «REIMPRESIÓN»: a person asked for it again.
    pub reprint: bool,
    /// The other black bands: allergies, «RESPALDO DE …».
    pub bands: Vec<String>,
    /// What the guest said with the order, below the lines: «note», «Cliente: Ana».
    pub guest: Vec<String>,
    /// Below the last rule.
    pub footer: Vec<String>,
    /// Rows nobody could place.
    pub unplaced: Vec<String>,
    /// Cut off, and whole: a number, a line, a footer. Half a ticket with a cut is not complete.
    pub complete: bool,
    /// The piece of paper it stands on.
    pub piece: Piece,
}

impl PrintedTicket {
    /// Reads a piece of paper.
    pub fn read(piece: Piece) -> Self {
        let rules: Vec<_> = positions(&piece.rows, Row::is_rule);
        let head_end = rules.first().copied().unwrap_or(piece.rows.len());
        let footer_start = if rules.len() > 1 { rules.last().copied().unwrap_or(head_end) } else { piece.rows.len() };

        let mut reading = Reading::default();
        piece.rows[..head_end].iter().for_each(|row| reading.head(row));
        piece.rows[head_end..footer_start.max(head_end)].iter().for_each(|row| reading.body(row));
        let footer: Vec<_> =
            piece.rows[footer_start..].iter().skip(1).map(|row| row.text().trim().to_owned()).collect();

        let Reading { number, station, service, kind, lines, bands, guest, unplaced, .. } = reading;
        let has_band = |words: &str| bands.iter().any(|band| band.to_uppercase().contains(words));
        Self {
            marked_duplicate: has_band("POSIBLE DUPLICADO"),
            reprint: has_band("REIMPRESIÓN") || has_band("REIMPRESION"),
            complete: piece.was_cut && !number.is_empty() && !lines.is_empty() && !footer.is_empty(),
            kind: kind.unwrap_or(Kind::New),
            bands: bands.into_iter().filter(|band| !band.contains("DUPLICADO") && !band.contains("REIMPRES")).collect(),
            number,
            station,
            service,
            lines,
            guest,
            footer,
            unplaced,
            piece,
        }
    }

    /// The bytes it came as.
    pub fn raw(&self) -> &[u8] {
        &self.piece.raw
    }

    /// When the printer got its first visible byte.
    pub fn begun(&self) -> Instant {
        self.piece.begun
    }

    /// The paper as text, for people who read a failed test.
    pub fn picture(&self) -> String {
        self.piece.rows.iter().map(|row| row.text() + "\n").collect()
    }
}

fn positions(rows: &[Row], is_it: impl Fn(&Row) -> bool) -> Vec<usize> {
    rows.iter().enumerate().filter(|(_, row)| is_it(row)).map(|(position, _)| position).collect()
}

/// Where the eye is.
#[derive(Default)]
struct Reading {
    number: String,
    station: String,
    service: String,
    kind: Option<Kind>,
    bands: Vec<String>,
    lines: Vec<PrintedLine>,
    guest: Vec<String>,
    is_at_guest: bool,
    unplaced: Vec<String>,
    /// Type size of the line being read, and how far in its last modifier begins.
    line_area: u32,
    modifier_indent: Option<u32>,
    note_is_open: bool,
    section: Option<Kind>,
}

impl Reading {
    fn head(&mut self, row: &Row) {
        let text = row.text().trim().to_owned();
        if row.is_band() {
            self.bands.push(text);
        } else if self.number.is_empty() {
            let first = text.split_whitespace().next().unwrap_or_default();
            if is_number(first) {
                self.number = first.to_owned();
            } else {
                self.unplaced.push(text);
            }
        } else if self.station.is_empty() {
            let (station, service) = text.split_once("  ").unwrap_or((&text, ""));
            self.station = station.trim().to_owned();
            self.service = service.trim().to_owned();
        } else {
            self.unplaced.push(text);
        }
    }

    fn body(&mut self, row: &Row) {
        let text = row.text().trim().to_owned();
        let is_large = row.style().area() >= self.line_area;
        if row.is_rule() {
            self.note_is_open = false;
            self.is_at_guest = false;
        } else if row.is_band() {
            self.bands.push(text);
        } else if let Some(kind) = heading(&text) {
            self.kind.get_or_insert(kind);
            self.section = Some(kind);
        } else if self.is_at_guest || is_guests_word(row, &text) {
            self.is_at_guest = true;
            self.guest.push(text);
        } else if row.indent() == 0 {
            match line_row(&text) {
                Some((quantity, name)) => self.begin_line(quantity, name, row),
                None => self.unplaced.push(text),
            }
        } else if let Some(line) = self.lines.last_mut() {
            if self.note_is_open {
                let note = line.note.get_or_insert_default();
                note.push(' ');
                note.push_str(text.trim_end_matches('»'));
                self.note_is_open = !text.ends_with('»');
            } else if let Some(note) = text.strip_prefix('«') {
                line.note = Some(note.trim_end_matches('»').to_owned());
                self.note_is_open = !text.ends_with('»');
            } else if let Some(added) = text.strip_prefix('+') {
                line.modifiers.push(added.trim().to_owned());
                self.modifier_indent = Some(row.indent());
            } else if self.modifier_indent.is_some_and(|indent| row.indent() > indent) {
                if let Some(modifier) = line.modifiers.last_mut() {
                    modifier.push(' ');
                    modifier.push_str(&text);
                }
            } else if is_large && line.modifiers.is_empty() {
                line.name.push(' ');
                line.name.push_str(&text);
            } else {
                line.modifiers.push(text);
                self.modifier_indent = Some(row.indent());
            }
        } else {
            self.unplaced.push(text);
        }
    }

    fn begin_line(&mut self, quantity: u32, name: String, row: &Row) {
        self.line_area = row.style().area();
        self.modifier_indent = None;
        self.note_is_open = false;
        let is_void = self.section == Some(Kind::Void);
        self.lines.push(PrintedLine { quantity, name, modifiers: Vec::new(), note: None, is_void });
    }
}

/// What concerns the whole order stands at the edge, where a line's own note is indented.
fn is_guests_word(row: &Row, text: &str) -> bool {
    row.indent() == 0 && (text.starts_with('«') || text.starts_with("Cliente"))
}

fn heading(text: &str) -> Option<Kind> {
    match text {
        "AGREGADO" => Some(Kind::Addition),
        "ANULADO" => Some(Kind::Void),
        _ => None,
    }
}

/// `2 Salchipapa especial`, or `— 1 Perro caliente` of a void.
fn line_row(text: &str) -> Option<(u32, String)> {
    let counted = text.trim_start_matches(['-', '–', '—', ' ']);
    let (quantity, name) = counted.split_once(' ')?;
    Some((quantity.parse().ok()?, name.trim().to_owned()))
}

/// A letter or a few, a hyphen, digits: `L-0042`.
fn is_number(word: &str) -> bool {
    word.rsplit_once('-').is_some_and(|(series, digits)| {
        !series.is_empty() && !digits.is_empty() && digits.chars().all(|digit| digit.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::Paper;

    const BIG: &str = "\x1d!\x11";
    const TALL: &str = "\x1d!\x01";
    const PLAIN: &str = "\x1d!\x00";
    const RULE: &str = "------------------------------------------------\n";

    fn read(rows: &[&str]) -> PrintedTicket {
        let job: Vec<u8> = rows.concat().chars().map(pc850).collect();
        let mut paper = Paper::new(true, true);
        paper.print(b"\x1b@\x1c.\x1bR\x00\x1bt\x02", Instant::now());
        paper.print(&job, Instant::now());
        PrintedTicket::read(paper.take_pieces().remove(0))
    }

    fn pc850(character: char) -> u8 {
        match character {
            '«' => 0xae,
            '»' => 0xaf,
            'Ó' => 0xe0,
            'Í' => 0xd6,
            '·' => 0xfa,
            ascii => u8::try_from(ascii).unwrap(),
        }
    }

    #[test]
    fn a_new_order_is_read_as_the_cook_reads_it() {
        let ticket = read(&[
            BIG,
            "L-0042        12:41\n",
            PLAIN,
            "PLANCHA              Para llevar\n",
            RULE,
            BIG,
            "2 Salchipapa\n  especial\n",
            TALL,
            "    SIN cebolla\n    +   queso extra\n",
            PLAIN,
            RULE,
            BIG,
            "1 Hamburguesa\n  doble carne\n",
            TALL,
            "    + tocineta\n",
            "    \u{ab}bien asada y\n     sin prisa\u{bb}\n",
            "\x1dB\x01 ALERGIA: MAN\u{cd} \x1dB\x00\n",
            PLAIN,
            RULE,
            "\u{ab}para compartir\u{bb}\n",
            "Cliente: Ana\n",
            RULE,
            "Camila \u{b7} Caja 1     2 de 2\n",
            "\x1dVB\x00",
        ]);
        assert_eq!(
            (ticket.number.as_str(), ticket.station.as_str(), ticket.service.as_str()),
            ("L-0042", "PLANCHA", "Para llevar")
        );
        assert_eq!(
            (ticket.kind, ticket.marked_duplicate, ticket.reprint, ticket.complete),
            (Kind::New, false, false, true)
        );
        let expected = [
            (2, "Salchipapa especial", vec!["SIN cebolla", "queso extra"], None),
            (1, "Hamburguesa doble carne", vec!["tocineta"], Some("bien asada y sin prisa")),
        ];
        let read: Vec<_> = ticket
            .lines
            .iter()
            .map(|line| {
                (
                    line.quantity,
                    line.name.as_str(),
                    line.modifiers.iter().map(String::as_str).collect(),
                    line.note.as_deref(),
                )
            })
            .collect();
        assert_eq!(read, expected);
        assert_eq!(ticket.guest, ["«para compartir»", "Cliente: Ana"]);
        assert_eq!(ticket.bands, ["ALERGIA: MANÍ"]);
        assert_eq!(ticket.unplaced, Vec::<String>::new());
    }

    #[test]
    fn bands_and_headings_say_what_kind_of_ticket_it_is() {
        let ticket = read(&[
            "\x1dB\x01POSIBLE DUPLICADO  intento 2\x1dB\x00\n",
            BIG,
            "M-0107   12:38\n",
            PLAIN,
            "FREIDORA    Mesa 12\n",
            RULE,
            "AGREGADO\n",
            BIG,
            "1 Alitas x 8\n",
            TALL,
            "    salsa aparte\n",
            PLAIN,
            RULE,
            "ANULADO\n",
            BIG,
            "- 1 Perro caliente\n",
            PLAIN,
            RULE,
            "8c1e\n",
            "\x1dVB\x00",
        ]);
        assert_eq!((ticket.kind, ticket.marked_duplicate, ticket.complete), (Kind::Addition, true, true));
        let read: Vec<_> =
            ticket.lines.iter().map(|line| (line.name.as_str(), line.modifiers.concat(), line.is_void)).collect();
        assert_eq!(read, [("Alitas x 8", "salsa aparte".to_owned(), false), ("Perro caliente", String::new(), true)]);
    }

    #[test]
    fn half_a_ticket_with_a_cut_below_it_is_not_complete() {
        let ticket =
            read(&[BIG, "L-0042   12:41\n", PLAIN, "PLANCHA   Para llevar\n", RULE, "2 Salchi\n", "\x1dVB\x00"]);
        assert_eq!((ticket.number.as_str(), ticket.complete), ("L-0042", false));
    }
}
