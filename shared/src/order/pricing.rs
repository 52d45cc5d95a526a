//! What is asked for becomes lines of an order: found in the catalog, checked, and priced.

use super::{Amounts, Line, LineModifier, LineRejection, LineState, NewLine, OrderRejection, OrderType, limits};
use crate::catalog::{Catalog, Product};
use crate::money::{Currency, Money, Quantity};

/// The lines as they are sold now.
///
/// # Errors
/// The first line that cannot be taken, and why.
pub(super) fn priced_lines(
    asked: &[NewLine],
    lines_before: usize,
    order_type: OrderType,
    catalog: &Catalog,
) -> Result<Vec<Line>, OrderRejection> {
    if asked.is_empty() {
        return Err(OrderRejection::NoLines);
    }
    if lines_before + asked.len() > limits::LINES {
        return Err(OrderRejection::TooManyLines);
    }
    let priced =
        |(index, line)| priced_line(line, order_type, catalog).map_err(|reason| OrderRejection::Line { index, reason });
    asked.iter().enumerate().map(priced).collect()
}

fn priced_line(asked: &NewLine, order_type: OrderType, catalog: &Catalog) -> Result<Line, LineRejection> {
    let product = catalog.product(&asked.product);
    let product = product.ok_or_else(|| LineRejection::ProductUnknown(asked.product.clone()))?;
    if !catalog.is_on_sale(&product.id) {
        return Err(LineRejection::ProductUnavailable(product.name.clone()));
    }
    if asked.quantity < Quantity::whole(1) || asked.quantity > Quantity::whole(limits::QUANTITY) {
        return Err(LineRejection::QuantityOutOfRange);
    }
    let modifiers = chosen_modifiers(asked, product)?;
    let unit_price = product.price_for(order_type);
    let amounts = line_amounts(catalog, product, unit_price, &modifiers, asked.quantity, catalog.currency());
    Ok(Line {
        id: asked.id,
        product: product.id,
        name: product.name.clone(),
        unit_price,
        quantity: asked.quantity,
        modifiers,
        amounts: amounts.map_err(|_| LineRejection::AmountTooLarge)?,
        stations: product.stations.clone(),
        target_seconds: product.target_seconds,
        state: LineState::Open,
    })
}

fn chosen_modifiers(asked: &NewLine, product: &Product) -> Result<Vec<LineModifier>, LineRejection> {
    if asked.modifiers.len() > limits::MODIFIERS {
        return Err(LineRejection::TooManyModifiers);
    }
    let mut chosen = Vec::with_capacity(asked.modifiers.len());
    let mut groups = Vec::with_capacity(asked.modifiers.len());
    for reference in &asked.modifiers {
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

fn line_amounts(
    catalog: &Catalog,
    product: &Product,
    unit_price: Money,
    modifiers: &[LineModifier],
    quantity: Quantity,
    currency: Currency,
) -> Result<Amounts, crate::money::MoneyError> {
    let mut one = unit_price;
    for modifier in modifiers {
        one = one.plus(modifier.price)?;
    }
    let taxes: Vec<_> =
        product.taxes.iter().filter_map(|id| catalog.tax(id)).map(|tax| (tax.id, tax.rate, tax.included)).collect();
    Amounts::compute(one.times(quantity)?, Money::zero(currency), &taxes)
}
