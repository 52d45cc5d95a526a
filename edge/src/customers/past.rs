//! What a guest had before, as it could be ordered again from the menu of today.

use comanda_shared::catalog::{Catalog, Product};
use comanda_shared::ids::OrderId;
use comanda_shared::order::{Line, Order, OrderType};
use comanda_shared::time::LocalInstant;
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

/// An order a guest had.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = PastOrder)]
pub struct PastView {
    id: OrderId,
    number: String,
    r#type: OrderType,
    created_at: LocalInstant,
    /// Minor units, without tip.
    total: i64,
    /// Where it was brought.
    #[schema(required)]
    delivery_address: Option<String>,
    /// What was had and not taken back, in words: «2 Perro caliente».
    words: Vec<String>,
    /// The same as it can be asked for today.
    again: Vec<AgainView>,
    /// Names of what the menu has no more, or not like this.
    missing: Vec<String>,
}

/// A line as it can be asked for again.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
#[schema(as = AgainLine)]
pub struct AgainView {
    /// Its sku.
    product: String,
    quantity: i64,
    /// Their skus.
    modifiers: Vec<String>,
    /// What a combo is put together from.
    choices: Vec<AgainChoice>,
}

/// A part of a combo as it can be asked for again.
#[derive(Clone, PartialEq, Debug, Serialize, ToSchema)]
pub struct AgainChoice {
    /// Its key.
    slot: String,
    /// Its sku.
    product: String,
    /// Their skus.
    modifiers: Vec<String>,
}

impl PastView {
    /// An order as it was, and as it can be had again from this menu.
    pub fn of(order: &Order, catalog: Option<&Catalog>, zone: &TimeZone) -> Self {
        let had: Vec<&Line> = order.open_lines().filter(|line| line.part_of.is_none()).collect();
        let (mut again, mut missing) = (Vec::new(), Vec::new());
        for line in &had {
            match catalog.and_then(|catalog| again_of(order, line, catalog)) {
                Some(line) => again.push(line),
                None => missing.push(line.name.clone()),
            }
        }
        Self {
            id: order.id,
            number: order.number.clone(),
            r#type: order.order_type,
            created_at: LocalInstant::at(order.created_at, zone),
            total: order.totals.total.minor(),
            delivery_address: order.personal.known().and_then(|personal| personal.delivery_address.clone()),
            words: had.iter().map(|line| format!("{} {}", units(line), line.name)).collect(),
            again,
            missing,
        }
    }
}

fn units(line: &Line) -> i64 {
    line.quantity.thousandths() / 1000
}

/// The line as it can be asked for today; none where the menu has it no more, or not with these choices.
fn again_of(order: &Order, line: &Line, catalog: &Catalog) -> Option<AgainView> {
    let product = on_sale(catalog, line)?;
    let mut choices: Vec<AgainChoice> = Vec::new();
    for part in order.parts_of(line.id) {
        let chosen = on_sale(catalog, part)?;
        let fits = product.combo.iter().filter(|slot| slot.choice(chosen.id).is_some());
        // The first slot with room for it: two slots that offer the same make no difference to the guest.
        let slot = fits.into_iter().find(|slot| {
            let taken = choices.iter().filter(|choice| choice.slot == slot.key).count();
            taken < usize::try_from(slot.max).unwrap_or(usize::MAX)
        })?;
        let modifiers = modifiers_of(part, chosen)?;
        let each = usize::try_from(units(part) / units(line).max(1)).unwrap_or(1).max(1);
        let choice = AgainChoice { slot: slot.key.clone(), product: chosen.sku.clone(), modifiers };
        choices.extend(std::iter::repeat_n(choice, each));
    }
    Some(AgainView {
        product: product.sku.clone(),
        quantity: units(line),
        modifiers: modifiers_of(line, product)?,
        choices,
    })
}

fn on_sale<'c>(catalog: &'c Catalog, line: &Line) -> Option<&'c Product> {
    catalog.product(&line.product.to_string()).filter(|product| product.is_active)
}

fn modifiers_of(line: &Line, product: &Product) -> Option<Vec<String>> {
    let sku = |id| {
        let found = product.modifiers().find(|(_, modifier)| modifier.id == id)?.1;
        found.is_active.then(|| found.sku.clone())
    };
    line.modifiers.iter().map(|chosen| sku(chosen.modifier)).collect()
}
