//! What is asked for becomes lines of an order: found in the catalog, checked, and priced.
//!
//! A combo becomes one line at its own price, which nobody makes, and after it one for each choice: made where its
//! product is made, priced at what the choice adds with its modifiers, as many as there are combos. All of them are taxed
//! as the combo is.

use super::amounts::Rate;
use super::fire::of_a_new_line;
use super::{
    Amounts, Firing, Line, LineModifier, LineRejection, LineState, NewChoice, NewLine, OrderRejection, OrderType,
    limits,
};
use crate::catalog::{Catalog, Product};
use crate::money::{Money, MoneyError, Quantity};

/// The lines as they are sold now, each combo followed by its parts.
///
/// # Errors
/// The first line that cannot be taken, and why.
pub(super) fn priced_lines(
    asked: &[NewLine],
    lines_before: usize,
    order_type: OrderType,
    for_later: bool,
    catalog: &Catalog,
) -> Result<Vec<Line>, OrderRejection> {
    if asked.is_empty() {
        return Err(OrderRejection::NoLines);
    }
    let count: usize = asked.iter().map(NewLine::count).sum();
    if lines_before + count > limits::LINES {
        return Err(OrderRejection::TooManyLines);
    }
    let mut lines = Vec::with_capacity(count);
    for (index, line) in asked.iter().enumerate() {
        price(line, order_type, of_a_new_line(line.is_held, for_later), catalog, &mut lines)
            .map_err(|reason| OrderRejection::Line { index, reason })?;
    }
    Ok(lines)
}

fn price(
    asked: &NewLine,
    order_type: OrderType,
    fire: Firing,
    catalog: &Catalog,
    lines: &mut Vec<Line>,
) -> Result<(), LineRejection> {
    let product = named(&asked.product, catalog)?;
    on_sale(product, catalog)?;
    if asked.quantity < Quantity::whole(1) || asked.quantity > Quantity::whole(limits::QUANTITY) {
        return Err(LineRejection::QuantityOutOfRange);
    }
    let modifiers = chosen_modifiers(&asked.modifiers, product)?;
    let unit_price = product.price_for(order_type);
    let taxes = rates(product, catalog);
    // What nobody makes has nothing to wait for.
    let is_made = !product.stations.is_empty() || !asked.choices.is_empty();
    let fire = if is_made { fire } else { Firing::AtOnce };
    lines.push(Line {
        id: asked.id,
        part_of: None,
        product: product.id,
        name: product.name.clone(),
        unit_price,
        quantity: asked.quantity,
        amounts: amounts(unit_price, &modifiers, asked.quantity, &taxes)?,
        modifiers,
        stations: product.stations.clone(),
        target_seconds: product.target_seconds,
        course: asked.course,
        fire,
        state: LineState::Open,
    });
    for (index, choice) in asked.choices.iter().enumerate() {
        let part = part(choice, asked, product, fire, &taxes, catalog);
        lines.push(part.map_err(|reason| LineRejection::Choice { index, reason: Box::new(reason) })?);
    }
    check_slots(&asked.choices, product)
}

fn part(
    asked: &NewChoice,
    of: &NewLine,
    combo: &Product,
    fire: Firing,
    taxes: &[Rate],
    catalog: &Catalog,
) -> Result<Line, LineRejection> {
    let slot = combo.slot(&asked.slot).ok_or_else(|| LineRejection::SlotUnknown(asked.slot.clone()))?;
    let product = named(&asked.product, catalog)?;
    let not_offered = || LineRejection::NotOffered { slot: slot.name.clone(), product: product.name.clone() };
    let choice = slot.choice(product.id).ok_or_else(not_offered)?;
    on_sale(product, catalog)?;
    let modifiers = chosen_modifiers(&asked.modifiers, product)?;
    Ok(Line {
        id: asked.id,
        part_of: Some(of.id),
        product: product.id,
        name: product.name.clone(),
        unit_price: choice.price,
        quantity: of.quantity,
        amounts: amounts(choice.price, &modifiers, of.quantity, taxes)?,
        modifiers,
        stations: product.stations.clone(),
        target_seconds: product.target_seconds,
        course: of.course,
        fire,
        state: LineState::Open,
    })
}

fn named<'c>(reference: &str, catalog: &'c Catalog) -> Result<&'c Product, LineRejection> {
    catalog.product(reference).ok_or_else(|| LineRejection::ProductUnknown(reference.to_owned()))
}

fn on_sale(product: &Product, catalog: &Catalog) -> Result<(), LineRejection> {
    if catalog.is_on_sale(&product.id) {
        return Ok(());
    }
    Err(LineRejection::ProductUnavailable(product.name.clone()))
}

fn chosen_modifiers(asked: &[String], product: &Product) -> Result<Vec<LineModifier>, LineRejection> {
    if asked.len() > limits::MODIFIERS {
        return Err(LineRejection::TooManyModifiers);
    }
    let mut chosen = Vec::with_capacity(asked.len());
    let mut groups = Vec::with_capacity(asked.len());
    for reference in asked {
        let found = product.modifier(reference).filter(|(_, modifier)| modifier.is_active);
        let (group, modifier) = found.ok_or_else(|| LineRejection::ModifierUnknown(reference.clone()))?;
        groups.push(group.id);
        chosen.push(LineModifier { modifier: modifier.id, name: modifier.name.clone(), price: modifier.price });
    }
    for group in &product.modifier_groups {
        let count = groups.iter().filter(|id| **id == group.id).count();
        if count < group.min as usize {
            return Err(LineRejection::ModifierMissing { group: group.name.clone(), min: group.min });
        }
        if count > group.most() {
            return Err(LineRejection::ModifierExcess { group: group.name.clone(), max: group.most() });
        }
    }
    Ok(chosen)
}

/// That of every slot as many were chosen as it asks for; each choice is known to be of one of them.
fn check_slots(chosen: &[NewChoice], combo: &Product) -> Result<(), LineRejection> {
    for slot in &combo.combo {
        let of_it = |choice: &&NewChoice| combo.slot(&choice.slot).is_some_and(|chosen| chosen.id == slot.id);
        let count = chosen.iter().filter(of_it).count();
        if count < slot.min as usize {
            return Err(LineRejection::ChoiceMissing { slot: slot.name.clone(), min: slot.min });
        }
        if count > slot.max as usize {
            return Err(LineRejection::ChoiceExcess { slot: slot.name.clone(), max: slot.max });
        }
    }
    Ok(())
}

fn rates(product: &Product, catalog: &Catalog) -> Vec<Rate> {
    let taxes = product.taxes.iter().filter_map(|id| catalog.tax(id));
    taxes.map(|tax| (tax.id, tax.rate, tax.included)).collect()
}

fn amounts(
    unit_price: Money,
    modifiers: &[LineModifier],
    quantity: Quantity,
    taxes: &[Rate],
) -> Result<Amounts, LineRejection> {
    let compute = || -> Result<Amounts, MoneyError> {
        let mut one = unit_price;
        for modifier in modifiers {
            one = one.plus(modifier.price)?;
        }
        Amounts::compute(one.times(quantity)?, Money::zero(unit_price.currency()), taxes)
    };
    compute().map_err(|_| LineRejection::AmountTooLarge)
}
