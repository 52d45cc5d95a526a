//! Whether there is enough of what is asked for: what ran out is refused, and so is more than is left.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Line, LineRejection, NewLine, OrderRejection};
use crate::availability::{Item, Stockouts};
use crate::catalog::Catalog;
use crate::ids::ModifierId;

/// What can be had at the moment.
#[derive(Clone, Copy, Debug)]
pub struct InStock<'a> {
    /// What ran out or is counted.
    pub stockouts: &'a Stockouts,
    /// The moment.
    pub now: Timestamp,
}

/// That there is enough for these lines together. They are as they were priced: each line asked for, then its parts.
///
/// # Errors
/// The first line of which there is not enough.
pub(super) fn check(
    asked: &[NewLine],
    lines: &[Line],
    catalog: &Catalog,
    stock: InStock<'_>,
) -> Result<(), OrderRejection> {
    if stock.stockouts.is_empty() {
        return Ok(());
    }
    let mut wanted = Wanted { stock, catalog, items: BTreeMap::new() };
    let mut left = lines;
    for (index, line) in asked.iter().enumerate() {
        let (of_this, later) = left.split_at(line.count());
        left = later;
        for (place, line) in of_this.iter().enumerate() {
            wanted.line(line).map_err(|reason| match place.checked_sub(1) {
                None => OrderRejection::Line { index, reason },
                Some(choice) => {
                    let reason = LineRejection::Choice { index: choice, reason: Box::new(reason) };
                    OrderRejection::Line { index, reason }
                }
            })?;
        }
    }
    Ok(())
}

/// How many of each thing the lines so far want.
struct Wanted<'a> {
    stock: InStock<'a>,
    catalog: &'a Catalog,
    items: BTreeMap<Item, u32>,
}

impl Wanted<'_> {
    fn line(&mut self, line: &Line) -> Result<(), LineRejection> {
        let InStock { stockouts, now } = self.stock;
        let many = line.whole();
        if let Some(left) = stockouts.products_left(line.product, now) {
            self.take(Item::Product(line.product), many, left, &line.name)?;
        }
        for modifier in &line.modifiers {
            let Some(sku) = self.sku(line, modifier.modifier) else { continue };
            if let Some(left) = stockouts.modifiers_left(&sku, now) {
                self.take(Item::Modifier(sku), many, left, &modifier.name)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, item: Item, many: u32, left: u32, name: &str) -> Result<(), LineRejection> {
        let is_modifier = matches!(item, Item::Modifier(_));
        let wanted = self.items.entry(item).or_default();
        *wanted = wanted.saturating_add(many);
        match (*wanted <= left, left, is_modifier) {
            (true, ..) => Ok(()),
            (false, 0, false) => Err(LineRejection::ProductUnavailable(name.to_owned())),
            (false, 0, true) => Err(LineRejection::ModifierUnavailable(name.to_owned())),
            (false, left, _) => Err(LineRejection::NotEnough { name: name.to_owned(), left }),
        }
    }

    fn sku(&self, line: &Line, modifier: ModifierId) -> Option<String> {
        let product = self.catalog.product_by_id(&line.product)?;
        let mut modifiers = product.modifier_groups.iter().flat_map(|group| &group.modifiers);
        modifiers.find(|known| known.id == modifier).map(|known| known.sku.clone())
    }
}
