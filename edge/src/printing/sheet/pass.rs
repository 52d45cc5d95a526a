//! The layout of what the pass gets: whole orders, and the slips that go out with deliveries.

use comanda_shared::money::Quantity;
use comanda_shared::order::OrderPersonal;
use comanda_shared::paper::{Alignment, DeliverySlip, WholeLine, WholeOrder, WholeOrderCause, written};
use comanda_shared::personal::Personal;

use super::layout::Layout;
use super::{LARGE, Look, SMALL, Size, TALL, UNDER_LINE};

const TALL_HEAVY: Look = Look { bold: true, ..TALL };

/// An order whole.
pub fn lay_whole_order(whole: &WholeOrder, personal: &Personal<OrderPersonal>, layout: &mut Layout<'_>) {
    match whole.cause {
        WholeOrderCause::New => {}
        WholeOrderCause::Changed => layout.band("CAMBIÓ", "REEMPLAZA EL ANTERIOR", Size::Tall),
        WholeOrderCause::Cancelled => layout.band("ANULADO", "", Size::Large),
        WholeOrderCause::Merged => layout.band("UNIDO A OTRO PEDIDO", "", Size::Tall),
    }
    layout.spread(&whole.number, &whole.at.strftime("%H:%M").to_string(), LARGE);
    layout.spread("PEDIDO COMPLETO", &whole.place, TALL);
    layout.rule();
    for line in &whole.lines {
        lay_line(line, personal, layout);
    }
    layout.rule();
    let guest = personal.known().and_then(|told| told.customer_name.as_deref()).and_then(|name| layout.legible(name));
    if let Some(note) = personal.known().and_then(|told| told.notes.as_deref()) {
        layout.note(note, 0);
    }
    if let Some(name) = guest {
        layout.text(&format!("Cliente: {name}"), 0, 2, TALL);
    }
    if *personal == Personal::Erased {
        layout.text("Cliente y notas: borrado", 0, 2, TALL);
    }
    let all = whole.lines.iter().fold(Quantity::ZERO, |sum, line| sum.plus(line.quantity));
    layout.spread(&format!("En total: {all}"), whole.by.as_deref().unwrap_or_default(), SMALL);
}

fn lay_line(line: &WholeLine, personal: &Personal<OrderPersonal>, layout: &mut Layout<'_>) {
    let quantity = line.quantity.to_string();
    let name = layout.legible(&line.name).unwrap_or_else(|| "(sin nombre)".to_owned());
    layout.text(&format!("{quantity} {name}"), 0, quantity.chars().count() + 1, LARGE);
    if line.waits {
        layout.text("(en espera)", UNDER_LINE, 1, TALL);
    }
    for detail in &line.details {
        layout.text(detail, UNDER_LINE, 2, TALL);
    }
    let notes = personal.known().map(|told| &told.line_notes);
    for note in line.lines.iter().filter_map(|line| notes?.get(line)) {
        layout.note(note, UNDER_LINE);
    }
}

/// What goes out with a delivery.
pub fn lay_slip(slip: &DeliverySlip, personal: &Personal<OrderPersonal>, layout: &mut Layout<'_>) {
    if slip.replaces {
        layout.band("REEMPLAZA LA ANTERIOR", "", Size::Tall);
    }
    layout.placed(&slip.letterhead.name, Alignment::Center, TALL_HEAVY);
    layout.rule();
    layout.spread(&slip.number, &slip.at.strftime("%H:%M").to_string(), LARGE);
    layout.text("DOMICILIO", 0, 0, TALL);
    layout.rule();
    lay_guest(personal, layout);
    layout.rule();
    for line in &slip.lines {
        let quantity = line.quantity.to_string();
        layout.text(&format!("{quantity} {}", line.name), 0, quantity.chars().count() + 1, SMALL);
    }
    layout.rule();
    layout.priced("TOTAL", 0, &written(slip.total), TALL);
    if slip.collect.minor() > 0 {
        layout.band("COBRAR", &written(slip.collect), Size::Large);
    } else {
        layout.band("PAGADO", "", Size::Large);
    }
}

/// Where to bring it, whom to call: what of it is missing is said, so that nobody rides off without.
fn lay_guest(personal: &Personal<OrderPersonal>, layout: &mut Layout<'_>) {
    let Some(told) = personal.known() else {
        layout.text("Cliente y dirección: borrado", 0, 2, TALL);
        return;
    };
    let legible =
        |words: &Option<String>, layout: &Layout<'_>| words.as_deref().and_then(|words| layout.legible(words));
    let address = legible(&told.delivery_address, layout).unwrap_or_else(|| "SIN DIRECCIÓN: pregunte".to_owned());
    layout.text(&address, 0, 0, LARGE);
    let phone = legible(&told.customer_phone, layout).unwrap_or_else(|| "no dejó".to_owned());
    layout.text(&format!("Teléfono: {phone}"), 0, 2, TALL);
    if let Some(name) = legible(&told.customer_name, layout) {
        layout.text(&format!("Cliente: {name}"), 0, 2, TALL);
    }
    if let Some(note) = &told.notes {
        layout.note(note, 0);
    }
}
