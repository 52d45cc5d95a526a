//! The layout of what the pass gets: whole orders, and the slips that go out with deliveries.
//!
//! Which parts stand there, in which order and how large, the branch's templates say; what makes a paper other than the
//! first of its order («CAMBIÓ», «REEMPLAZA LA ANTERIOR») stands above them and is in none.

use comanda_shared::money::Quantity;
use comanda_shared::order::OrderPersonal;
use comanda_shared::paper::{Block, DeliverySlip, Field, WholeLine, WholeOrder, WholeOrderCause, written};
use comanda_shared::personal::Personal;

use super::layout::Layout;
use super::paper::{lay_letterhead, lay_logo};
use super::{Look, Size, Supplies, UNDER_LINE};

/// An order whole.
pub fn lay_whole_order(whole: &WholeOrder, supplies: &Supplies, layout: &mut Layout<'_>) {
    match whole.cause {
        WholeOrderCause::New => {}
        WholeOrderCause::Changed => layout.band("CAMBIÓ", "REEMPLAZA EL ANTERIOR", Size::Tall),
        WholeOrderCause::Cancelled => layout.band("ANULADO", "", Size::Large),
        WholeOrderCause::Merged => layout.band("UNIDO A OTRO PEDIDO", "", Size::Tall),
    }
    for block in &supplies.templates.whole_order {
        lay_block_of_whole(whole, block, &supplies.personal, layout);
    }
}

fn lay_block_of_whole(whole: &WholeOrder, block: &Block, personal: &Personal<OrderPersonal>, layout: &mut Layout<'_>) {
    let look = Look::of(block);
    match block.field {
        Field::NumberAndTime => layout.spread(&whole.number, &whole.at.strftime("%H:%M").to_string(), look),
        Field::PaperAndPlace => layout.spread("PEDIDO COMPLETO", &whole.place, look),
        Field::Lines => whole.lines.iter().for_each(|line| lay_line(line, personal, look, layout)),
        Field::Guest => lay_guest(personal, look, layout),
        Field::CountAndBy => {
            let all = whole.lines.iter().fold(Quantity::ZERO, |sum, line| sum.plus(line.quantity));
            layout.spread(&format!("En total: {all}"), whole.by.as_deref().unwrap_or_default(), look);
        }
        Field::Text | Field::Rule | Field::Blank => layout.free(block),
        // Of other papers: no template of whole orders in use has them.
        Field::StationAndPlace
        | Field::Letterhead
        | Field::Number
        | Field::OrderAndPlace
        | Field::DateAndBy
        | Field::Sums
        | Field::Total
        | Field::Payments
        | Field::Collect
        | Field::Legal
        | Field::Footer
        | Field::Logo
        | Field::Code
        | Field::Follow
        | Field::ByAndMark => {}
    }
}

fn lay_line(line: &WholeLine, personal: &Personal<OrderPersonal>, look: Look, layout: &mut Layout<'_>) {
    let quantity = line.quantity.to_string();
    let name = layout.legible(&line.name).unwrap_or_else(|| "(sin nombre)".to_owned());
    layout.text(&format!("{quantity} {name}"), 0, quantity.chars().count() + 1, look);
    if line.waits {
        layout.text("(en espera)", UNDER_LINE, 1, look.under());
    }
    for detail in &line.details {
        layout.text(detail, UNDER_LINE, 2, look.under());
    }
    let notes = personal.known().map(|told| &told.line_notes);
    for note in line.lines.iter().filter_map(|line| notes?.get(line)) {
        layout.note(note, UNDER_LINE);
    }
}

fn lay_guest(personal: &Personal<OrderPersonal>, look: Look, layout: &mut Layout<'_>) {
    let Some(told) = personal.known() else {
        return layout.text("Cliente y notas: borrado", 0, 2, look);
    };
    if let Some(note) = &told.notes {
        layout.note(note, 0);
    }
    if let Some(name) = told.customer_name.as_deref().and_then(|name| layout.legible(name)) {
        layout.text(&format!("Cliente: {name}"), 0, 2, look);
    }
}

/// What goes out with a delivery.
pub fn lay_slip(slip: &DeliverySlip, supplies: &Supplies, layout: &mut Layout<'_>) {
    if slip.replaces {
        layout.band("REEMPLAZA LA ANTERIOR", "", Size::Tall);
    }
    for block in &supplies.templates.delivery_slip {
        lay_block_of_slip(slip, block, supplies, layout);
    }
}

fn lay_block_of_slip(slip: &DeliverySlip, block: &Block, supplies: &Supplies, layout: &mut Layout<'_>) {
    let look = Look::of(block);
    match block.field {
        Field::Logo => lay_logo(block, supplies, layout),
        Field::Letterhead => lay_letterhead(&slip.letterhead, block.align, look, layout),
        Field::NumberAndTime => layout.spread(&slip.number, &slip.at.strftime("%H:%M").to_string(), look),
        Field::PaperAndPlace => layout.text("DOMICILIO", 0, 0, look),
        Field::Guest => lay_destination(&supplies.personal, look, layout),
        Field::Lines => {
            for line in &slip.lines {
                let quantity = line.quantity.to_string();
                layout.text(&format!("{quantity} {}", line.name), 0, quantity.chars().count() + 1, look);
            }
        }
        Field::Total => layout.priced("TOTAL", 0, &written(slip.total), look),
        Field::Collect if slip.collect.minor() > 0 => layout.band("COBRAR", &written(slip.collect), look.size),
        Field::Collect => layout.band("PAGADO", "", look.size),
        Field::Text | Field::Rule | Field::Blank => layout.free(block),
        // Of other papers: no template of slips in use has them.
        Field::StationAndPlace
        | Field::Number
        | Field::OrderAndPlace
        | Field::DateAndBy
        | Field::Sums
        | Field::Payments
        | Field::Legal
        | Field::Footer
        | Field::Code
        | Field::Follow
        | Field::ByAndMark
        | Field::CountAndBy => {}
    }
}

/// Where to bring it, whom to call: what of it is missing is said, so that nobody rides off without.
fn lay_destination(personal: &Personal<OrderPersonal>, look: Look, layout: &mut Layout<'_>) {
    let Some(told) = personal.known() else {
        return layout.text("Cliente y dirección: borrado", 0, 2, look.under());
    };
    let legible =
        |words: &Option<String>, layout: &Layout<'_>| words.as_deref().and_then(|words| layout.legible(words));
    let address = legible(&told.delivery_address, layout).unwrap_or_else(|| "SIN DIRECCIÓN: pregunte".to_owned());
    layout.text(&address, 0, 0, look);
    let phone = legible(&told.customer_phone, layout).unwrap_or_else(|| "no dejó".to_owned());
    layout.text(&format!("Teléfono: {phone}"), 0, 2, look.under());
    if let Some(name) = legible(&told.customer_name, layout) {
        layout.text(&format!("Cliente: {name}"), 0, 2, look.under());
    }
    if let Some(note) = &told.notes {
        layout.note(note, 0);
    }
}
