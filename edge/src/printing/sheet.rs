//! The layout of a kitchen ticket: what stands on which row, how large, and where lines break; [`paper`] has the other
//! documents.
//!
//! Rows say what is meant, not which bytes: the same sheet is laid out again for the printer that really prints it, which
//! may be narrower or know another code page. One row (or a few, where it is long) for each line of the ticket, never
//! two lines in one. What a guest wrote is read from the order's personal data; once erased, the paper says «borrado».

mod layout;
pub mod paper;
mod pass;
mod supplies;
mod wrap;

pub use supplies::Supplies;

use comanda_shared::kitchen::{Called, Ticket, TicketKind, TicketLine};
use comanda_shared::order::{OrderPersonal, OrderType};
use comanda_shared::paper::{Alignment, Block, Field, TypeSize};
use comanda_shared::personal::Personal;

use super::graphics::Bitmap;
use super::profile::PrinterProfile;
use layout::Layout;

/// What goes on the paper.
#[derive(Clone, Debug)]
pub struct Sheet<'a> {
    /// The ticket as it was issued.
    pub ticket: &'a Ticket,
    /// What the guest told with the order.
    pub personal: &'a Personal<OrderPersonal>,
    /// When it was issued, by the branch's clock on the wall.
    pub issued_at: jiff::civil::DateTime,
    /// Who took the order.
    pub taken_by: Option<&'a str>,
    /// Why the cook should look twice.
    pub marks: Marks,
    /// What stands on it below that, from the top.
    pub template: &'a [Block],
}

/// What makes a print other than the first of its ticket; stands at the top, white on black.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Marks {
    /// An earlier attempt may have come out as well; this is attempt `n`.
    pub possible_duplicate: Option<u32>,
    /// Somebody asked for it again, for the `n`th time.
    pub reprint: Option<u32>,
    /// It was meant for the printer of this name, which is out of order.
    pub backup_of: Option<String>,
}

impl Marks {
    /// Of the first print of a ticket (0), or of its `n`th reprint.
    pub fn of_print(reprint: u32) -> Self {
        Self { reprint: (reprint > 0).then_some(reprint), ..Self::default() }
    }

    fn lay(&self, layout: &mut Layout<'_>) {
        if let Some(attempt) = self.possible_duplicate {
            layout.band("POSIBLE DUPLICADO", &format!("intento {attempt}"), Size::Tall);
        }
        if let Some(times) = self.reprint {
            layout.band(&format!("REIMPRESIÓN {times}"), "", Size::Tall);
        }
        if let Some(printer) = &self.backup_of {
            layout.band(&format!("RESPALDO DE {printer}"), "", Size::Tall);
        }
    }
}

/// A row of the sheet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Row {
    /// A line of text.
    Text(Text),
    /// A line across the paper.
    Rule,
    /// Empty lines.
    Feed(u8),
    /// A QR code.
    Code {
        /// What it says.
        words: String,
        /// Dots a module takes.
        module_dots: u8,
        /// Where.
        align: Alignment,
    },
    /// A picture that is no wider than the paper.
    Picture {
        /// Its dots.
        bitmap: Bitmap,
        /// Where.
        align: Alignment,
    },
}

/// A line of text that fits on the paper, in characters that the printer's code page holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    /// The characters; in reverse rows, blanks out to the width of the paper.
    pub text: String,
    /// Blank characters of the row's size before the text.
    pub indent: usize,
    /// How it looks.
    pub look: Look,
}

/// How a line of text looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Look {
    /// How large.
    pub size: Size,
    /// In heavy type.
    pub bold: bool,
    /// White on black.
    pub reverse: bool,
}

/// Sizes of type, as multiples of font A.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Size {
    /// As it is.
    Small,
    /// Twice as high.
    Tall,
    /// Twice as high and as wide.
    Large,
    /// Six times as high and as wide: what is read across the room.
    Huge,
}

impl Look {
    /// As a block of a template says.
    pub const fn of(block: &Block) -> Self {
        let size = match block.size {
            TypeSize::Small => Size::Small,
            TypeSize::Tall => Size::Tall,
            TypeSize::Large => Size::Large,
        };
        Self { size, bold: block.bold, reverse: false }
    }

    /// Of what belongs under a text that looks so.
    const fn under(self) -> Self {
        Self { size: self.size.under(), bold: false, reverse: false }
    }
}

impl Size {
    /// Of what belongs under a text of this size: never wider.
    pub const fn under(self) -> Self {
        match self {
            Self::Small => Self::Small,
            Self::Tall | Self::Large | Self::Huge => Self::Tall,
        }
    }

    /// How many columns a character takes.
    pub const fn width(self) -> u8 {
        match self {
            Self::Small | Self::Tall => 1,
            Self::Large => 2,
            Self::Huge => 6,
        }
    }

    /// How many times the height of font A.
    pub const fn height(self) -> u8 {
        match self {
            Self::Small => 1,
            Self::Tall | Self::Large => 2,
            Self::Huge => 6,
        }
    }
}

const SMALL: Look = Look { size: Size::Small, bold: false, reverse: false };
const TALL: Look = Look { size: Size::Tall, ..SMALL };
const LARGE: Look = Look { size: Size::Large, bold: true, reverse: false };

/// How far what belongs to a line stands under it, in columns.
const UNDER_LINE: usize = 3;

impl Sheet<'_> {
    /// The rows, from the top of the paper to the cut.
    pub fn rows(&self, profile: &PrinterProfile) -> Vec<Row> {
        let mut layout = Layout::new(profile);
        self.marks.lay(&mut layout);
        for block in self.template {
            self.block(block, &mut layout);
        }
        layout.into_rows()
    }

    fn block(&self, block: &Block, layout: &mut Layout<'_>) {
        let (ticket, look) = (self.ticket, Look::of(block));
        match block.field {
            Field::NumberAndTime => {
                layout.spread(&ticket.number, &self.issued_at.strftime("%H:%M").to_string(), look);
            }
            Field::StationAndPlace => layout.spread(&ticket.station_name.to_uppercase(), &self.place(), look),
            Field::Lines => self.lines(look, layout),
            Field::Guest => self.guest(look, layout),
            Field::ByAndMark => {
                let id = ticket.id.uuid().simple().to_string();
                layout.spread(self.taken_by.unwrap_or_default(), &id[id.len() - 4..], look);
            }
            Field::Text | Field::Rule | Field::Blank => layout.free(block),
            // Of other papers: no template of tickets in use has them.
            Field::Letterhead
            | Field::PaperAndPlace
            | Field::Collect
            | Field::CountAndBy
            | Field::Number
            | Field::OrderAndPlace
            | Field::DateAndBy
            | Field::Sums
            | Field::Total
            | Field::Payments
            | Field::Legal
            | Field::Footer
            | Field::Logo
            | Field::Code
            | Field::Follow => {}
        }
    }

    fn place(&self) -> String {
        let ticket = self.ticket;
        match (ticket.order_type, &ticket.table) {
            (OrderType::DineIn, Some(table)) => format!("Mesa {table}"),
            (OrderType::DineIn, None) => "En el local".to_owned(),
            (OrderType::Takeaway, _) => "Para llevar".to_owned(),
            (OrderType::Delivery, _) => "Domicilio".to_owned(),
        }
    }

    fn lines(&self, look: Look, layout: &mut Layout<'_>) {
        for (index, line) in self.ticket.lines.iter().enumerate() {
            layout.rule();
            if index == 0 {
                self.heading(layout);
            }
            let before = index.checked_sub(1).and_then(|before| self.ticket.lines.get(before));
            if let Some(course) = line.course.filter(|_| before.is_none_or(|before| before.course != line.course)) {
                layout.text(&format!("TIEMPO {}", u8::from(course)), 0, 0, TALL);
            }
            self.line(layout, line, look);
        }
    }

    fn heading(&self, layout: &mut Layout<'_>) {
        match self.ticket.kind {
            TicketKind::New => {}
            TicketKind::Addition => layout.text("AGREGADO", 0, 0, LARGE),
            TicketKind::Fired => layout.text("MARCHAR", 0, 0, LARGE),
            TicketKind::Moved => {
                layout.band("CAMBIO", "NO PREPARAR OTRA VEZ", Size::Large);
                if let Some(was) = &self.ticket.was {
                    layout.text(&format!("Antes: {}", called(was)), 0, 7, TALL);
                }
            }
            TicketKind::Void => layout.band("ANULADO", "", Size::Large),
        }
    }

    fn line(&self, layout: &mut Layout<'_>, line: &TicketLine, look: Look) {
        let quantity = match self.ticket.kind {
            TicketKind::New | TicketKind::Addition | TicketKind::Fired | TicketKind::Moved => {
                format!("{}", line.quantity)
            }
            TicketKind::Void => format!("- {}", line.quantity),
        };
        let name = layout.legible(&line.name).unwrap_or_else(|| "(sin nombre)".to_owned());
        layout.text(&format!("{quantity} {name}"), 0, quantity.chars().count() + 1, look);
        if let Some(combo) = line.part_of.as_deref().and_then(|combo| layout.legible(combo)) {
            layout.text(&format!("({combo})"), UNDER_LINE, 1, SMALL);
        }
        for modifier in &line.modifiers {
            layout.text(&modifier_words(modifier), UNDER_LINE, 2, look.under());
        }
        if let Some(note) = self.personal.known().and_then(|personal| personal.line_notes.get(&line.line)) {
            layout.note(note, UNDER_LINE);
        }
    }

    fn guest(&self, look: Look, layout: &mut Layout<'_>) {
        let Some(personal) = self.personal.known() else {
            layout.rule();
            layout.text("Cliente y notas: borrado", 0, 2, look);
            return;
        };
        let name = personal.customer_name.as_deref().and_then(|name| layout.legible(name));
        let note = personal.notes.as_deref().filter(|note| !note.trim().is_empty());
        if name.is_some() || note.is_some() {
            layout.rule();
        }
        if let Some(note) = note {
            layout.note(note, 0);
        }
        if let Some(name) = name {
            layout.text(&format!("Cliente: {name}"), 0, 2, look);
        }
    }
}

/// A line in one row of small words: `2 Salchipapa (+ queso extra, SIN cebolla)`.
pub fn line_in_short(line: &TicketLine) -> String {
    let modifiers: Vec<String> = line.modifiers.iter().map(|modifier| modifier_words(modifier)).collect();
    match modifiers.is_empty() {
        true => format!("{} {}", line.quantity, line.name),
        false => format!("{} {} ({})", line.quantity, line.name, modifiers.join(", ")),
    }
}

/// `M-0007, mesa 4`: what the tickets before call it.
fn called(was: &Called) -> String {
    match &was.table {
        Some(table) => format!("{}, mesa {table}", was.number),
        None => was.number.clone(),
    }
}

/// `SIN cebolla`, `+ queso extra`: what is left out is shouted.
pub fn modifier_words(modifier: &str) -> String {
    match modifier.trim_start().split_at_checked(4) {
        Some((head, rest)) if head.eq_ignore_ascii_case("sin ") => format!("SIN {rest}"),
        _ => format!("+ {modifier}"),
    }
}

#[cfg(test)]
mod golden;
#[cfg(test)]
pub(super) mod tests;
