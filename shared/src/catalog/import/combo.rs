//! The combos of a file. They are read when every product is known, for their parts may stand after them.

use std::collections::{HashMap, HashSet};

use super::cursor::{Cursor, every};
use super::register::{KEY, Register};
use super::{Importer, MAX_CHOICES, MAX_PARTS, values};
use crate::catalog::{Category, ComboChoice, ComboSlot, Product};
use crate::ids::{ComboSlotId, ProductId};
use crate::money::Money;

/// A combo that was met and is still to be read.
pub(super) struct Waiting<'f> {
    /// Where its slots stand.
    pub(super) at: Cursor<'f>,
    /// Its sku, when it has one.
    pub(super) sku: Option<&'f str>,
    /// Its id; nothing when its sku is bad.
    pub(super) id: Option<ProductId>,
    /// The product of its sku in the version before.
    pub(super) previous: Option<&'f Product>,
}

/// How much a combo has, over all its slots.
#[derive(Default)]
struct Size {
    choices: usize,
    parts: usize,
}

impl<'f> Importer<'f, '_> {
    /// Reads every combo that waits, and gives each to its product.
    pub(super) fn combos(&mut self, categories: Option<Vec<Category>>) -> Option<Vec<Category>> {
        let waiting = std::mem::take(&mut self.combos);
        let combos: HashSet<&str> = waiting.iter().filter_map(|combo| combo.sku).collect();
        let slots = every(waiting.iter().map(|combo| Some((combo.id, self.slots(combo, &combos)?))))?;
        let mut slots: HashMap<ProductId, Vec<ComboSlot>> =
            slots.into_iter().filter_map(|(id, slots)| Some((id?, slots))).collect();
        let mut categories = categories?;
        for product in categories.iter_mut().flat_map(|category| &mut category.products) {
            product.combo = slots.remove(&product.id).unwrap_or_default();
        }
        Some(categories)
    }

    fn slots(&mut self, combo: &Waiting<'f>, combos: &HashSet<&str>) -> Option<Vec<ComboSlot>> {
        let rows = combo.at.items()?;
        let (mut keys, mut size) = (Register::new(KEY), Size::default());
        let slots = every(rows.iter().map(|row| self.slot(row, combo, combos, &mut keys, &mut size)));
        if size.choices > MAX_CHOICES {
            let message = format!("El combo ofrece {} productos y el máximo es {MAX_CHOICES}.", size.choices);
            combo.at.refuse("choices.too_many", message);
        }
        if size.parts > MAX_PARTS {
            let message = format!("El combo puede llegar a {} partes y el máximo es {MAX_PARTS}.", size.parts);
            combo.at.refuse("combo.too_many_parts", message);
        }
        slots
    }

    fn slot(
        &mut self,
        at: &Cursor<'f>,
        combo: &Waiting<'f>,
        combos: &HashSet<&str>,
        keys: &mut Register<'f, ComboSlotId>,
        size: &mut Size,
    ) -> Option<ComboSlot> {
        let row = at.object(&["id", "name", "min", "max", "choices"])?;
        let previous = combo.previous.map_or(&[][..], |product| &product.combo);
        let old = |key: &str| previous.iter().find(|slot| slot.key == key);
        let id = |key: &str| old(key).map_or_else(|| ComboSlotId::new(self.ids), |old| old.id);
        let key = row.required("id").and_then(|at| keys.claim(&at, id));
        let name = row.required("name").and_then(|at| values::name(&at));
        let most = u32::try_from(MAX_PARTS).expect("it is small");
        let min = row.optional("min").map_or(Some(1), |at| values::within(&at, 0..=most));
        let max = row.optional("max").map_or(Some(1), |at| values::within(&at, 1..=most));
        if let Some((min, max)) = min.zip(max)
            && min > max
        {
            at.refuse("slot.min_over_max", format!("Se exigen {min} y solo se permiten {max}."));
        }
        size.parts += max.map_or(0, |max| max as usize);
        let choices = row.required("choices").and_then(|at| self.choices(&at, combo, combos, size));
        let (key, id) = key?;
        Some(ComboSlot { id, key, name: name?, min: min?, max: max?, choices: choices? })
    }

    fn choices(
        &self,
        at: &Cursor<'f>,
        combo: &Waiting<'f>,
        combos: &HashSet<&str>,
        size: &mut Size,
    ) -> Option<Vec<ComboChoice>> {
        let rows = at.items()?;
        if rows.is_empty() {
            at.refuse("slot.no_choices", "No hay de dónde elegir: hace falta al menos un producto.".to_owned());
        }
        size.choices += rows.len();
        let mut chosen = Vec::new();
        every(rows.iter().map(|row| self.choice(row, combo, combos, &mut chosen)))
    }

    fn choice(
        &self,
        at: &Cursor<'f>,
        combo: &Waiting<'f>,
        combos: &HashSet<&str>,
        chosen: &mut Vec<&'f str>,
    ) -> Option<ComboChoice> {
        let row = at.object(&["sku", "price"])?;
        let product = row.required("sku").and_then(|at| {
            let sku = at.text()?;
            let product = self.products.find(sku);
            if product.is_none() && self.misses_products {
                return None;
            } else if product.is_none() {
                at.refuse("product.unknown", format!("El producto {} no está en el archivo.", at.node));
            } else if Some(sku) == combo.sku {
                at.refuse("combo.itself", "Un combo no puede ser parte de sí mismo.".to_owned());
            } else if combos.contains(sku) {
                at.refuse("combo.nested", format!("{} es un combo: un combo no lleva otro adentro.", at.node));
            } else if chosen.contains(&sku) {
                at.refuse("choice.repeated", format!("El producto {} está dos veces en la lista.", at.node));
            }
            chosen.push(sku);
            product
        });
        let free = Some(Money::zero(self.currency));
        let price = row.optional("price").map_or(free, |at| values::price(&at, self.currency));
        Some(ComboChoice { product: product?, price: price? })
    }
}
