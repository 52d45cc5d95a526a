//! The products of a file with what may be chosen with them.

use std::collections::BTreeMap;

use super::combo::Waiting;
use super::cursor::{Cursor, Fields, every};
use super::json::Node;
use super::register::{KEY, Register, SKU};
use super::{Importer, MAX_MODIFIERS, values};
use crate::catalog::{Modifier, ModifierGroup, Product};
use crate::ids::{ModifierGroupId, ModifierId, ProductId, StationId};
use crate::money::{Currency, Money};
use crate::order::OrderType;

#[rustfmt::skip]
const PRODUCT_FIELDS: [&str; 13] = [
    "sku", "name", "description", "picture", "price", "prices", "tax", "station", "target_seconds", "barcode", "active",
    "modifier_groups", "combo",
];

/// A whole day: nothing is in the kitchen for longer.
const LONGEST_TARGET_SECONDS: u32 = 86_400;

/// More than anybody may choose; what matters is how many modifiers there are.
const HIGHEST_BOUND: u32 = 1_000_000;

/// The handles of what a product has; each is its own only within that product.
struct Choices<'f> {
    previous: Option<&'f Product>,
    groups: Register<'f, ModifierGroupId>,
    modifiers: Register<'f, ModifierId>,
}

impl<'f> Importer<'f, '_> {
    pub(super) fn product(&mut self, at: &Cursor<'f>) -> Option<Product> {
        let row = at.object(&PRODUCT_FIELDS);
        let sku_at = row.as_ref().and_then(|row| row.required("sku"));
        let sku_text = sku_at.as_ref().and_then(Cursor::as_text);
        self.misses_products |= sku_text.is_none();
        let row = row?;
        let previous = sku_text.and_then(|sku| self.previous?.product_by_sku(sku));
        let id = |_: &str| previous.map_or_else(|| ProductId::new(self.ids), |old| old.id);
        let sku = sku_at.and_then(|at| self.products.claim(&at, id));
        let name = row.required("name").and_then(|at| values::name(&at));
        let description = row.optional("description").and_then(|at| values::description(&at));
        let picture = row.optional("picture").and_then(|at| values::picture(&at));
        let price = row.required("price").and_then(|at| values::price(&at, self.currency));
        let prices = row.optional("prices").map_or(Some(BTreeMap::new()), |at| prices(&at, self.currency));
        let taxes = row.required("tax").and_then(|at| TAX.find_all(&at, self.taxes.as_ref()));
        let combo_at = row.optional("combo").filter(|at| *at.node != Node::List(Vec::new()));
        let stations = match &combo_at {
            Some(_) => not_made(&row),
            None => row.required("station").and_then(|at| self.stations_of(&at)),
        };
        let target_seconds =
            row.optional("target_seconds").and_then(|at| values::within(&at, 1..=LONGEST_TARGET_SECONDS));
        let barcode = row.optional("barcode").and_then(|at| values::barcode(&at));
        let is_active = values::boolean_or(row.optional("active"), true);
        let groups = row.optional("modifier_groups").map_or(Some(Vec::new()), |at| self.groups(&at, previous));
        if let Some(at) = combo_at {
            self.combos.push(Waiting { at, sku: sku_text, id: sku.as_ref().map(|(_, id)| *id), previous });
        }
        let (sku, id) = sku?;
        Some(Product {
            id,
            sku,
            name: name?,
            description,
            picture,
            price: price?,
            prices_by_type: prices?,
            taxes: taxes?,
            stations: stations?,
            target_seconds,
            barcode,
            is_active: is_active?,
            modifier_groups: groups?,
            combo: Vec::new(),
        })
    }

    fn stations_of(&self, at: &Cursor<'f>) -> Option<Vec<StationId>> {
        let stations = STATION.find_all(at, self.stations.as_ref())?;
        if stations.is_empty() {
            at.refuse("station.missing", "El producto no tiene estación: nadie lo prepararía.".to_owned());
            return None;
        }
        Some(stations)
    }

    fn groups(&mut self, at: &Cursor<'f>, previous: Option<&'f Product>) -> Option<Vec<ModifierGroup>> {
        let rows = at.items()?;
        let mut choices = Choices { previous, groups: Register::new(KEY), modifiers: Register::new(SKU) };
        let mut modifiers = 0;
        let groups = every(rows.iter().map(|row| self.group(row, &mut choices, &mut modifiers)));
        if modifiers > MAX_MODIFIERS {
            let message = format!("El producto tiene {modifiers} modificadores y el máximo es {MAX_MODIFIERS}.");
            at.refuse("modifiers.too_many", message);
        }
        groups
    }

    fn group(
        &mut self,
        at: &Cursor<'f>,
        choices: &mut Choices<'f>,
        modifiers_so_far: &mut usize,
    ) -> Option<ModifierGroup> {
        let row = at.object(&["id", "name", "min", "max", "modifiers"])?;
        let previous = choices.previous.map_or(&[][..], |product| &product.modifier_groups);
        let old = |key: &str| previous.iter().find(|group| group.key == key);
        let id = |key: &str| old(key).map_or_else(|| ModifierGroupId::new(self.ids), |old| old.id);
        let key = row.required("id").and_then(|at| choices.groups.claim(&at, id));
        let name = row.required("name").and_then(|at| values::name(&at));
        let bound = |at: Cursor<'_>| values::within(&at, 0..=HIGHEST_BOUND);
        let min = row.optional("min").map_or(Some(0), bound);
        let max = row.optional("max").map_or(Some(0), bound);
        let rows = row.required("modifiers").and_then(|at| at.items());
        let modifiers = rows.map(|rows| {
            *modifiers_so_far += rows.len();
            rows.iter().map(|row| self.modifier(row, choices)).collect::<Vec<_>>()
        });
        if let (Some(min), Some(max), Some(modifiers)) = (min, max, &modifiers) {
            check_bounds(at, min as usize, max as usize, modifiers);
        }
        let (key, id) = key?;
        let modifiers = every(modifiers?.into_iter())?;
        Some(ModifierGroup { id, key, name: name?, min: min?, max: max?, modifiers })
    }

    fn modifier(&mut self, at: &Cursor<'f>, choices: &mut Choices<'f>) -> Option<Modifier> {
        let row = at.object(&["sku", "name", "price", "default", "active"])?;
        let old = |sku: &str| choices.previous?.modifiers().find(|(_, modifier)| modifier.sku == sku);
        let id = |sku: &str| old(sku).map_or_else(|| ModifierId::new(self.ids), |(_, old)| old.id);
        let sku = row.required("sku").and_then(|at| choices.modifiers.claim(&at, id));
        let name = row.required("name").and_then(|at| values::name(&at));
        let free = Some(Money::zero(self.currency));
        let price = row.optional("price").map_or(free, |at| values::price(&at, self.currency));
        let is_default = values::boolean_or(row.optional("default"), false);
        let is_active = values::boolean_or(row.optional("active"), true);
        let (sku, id) = sku?;
        Some(Modifier { id, sku, name: name?, price: price?, is_default: is_default?, is_active: is_active? })
    }
}

/// The stations of a combo, which are none: what it would be told itself, nobody would hear.
fn not_made(row: &Fields<'_>) -> Option<Vec<StationId>> {
    for field in ["station", "target_seconds", "modifier_groups"] {
        if let Some(at) = row.optional(field).filter(|at| *at.node != Node::List(Vec::new())) {
            at.refuse("combo.made", format!("Un combo no tiene «{field}»: lo tienen los productos que lo forman."));
        }
    }
    Some(Vec::new())
}

fn prices(at: &Cursor<'_>, currency: Currency) -> Option<BTreeMap<OrderType, Money>> {
    let row = at.object(&OrderType::ALL.map(OrderType::as_str))?;
    let given =
        OrderType::ALL.into_iter().filter_map(|order_type| Some((order_type, row.optional(order_type.as_str())?)));
    let prices = every(given.map(|(order_type, at)| Some((order_type, values::price(&at, currency)?))))?;
    Some(prices.into_iter().collect())
}

/// `min ≤ max ≤` how many there are, where a `max` of 0 is as many as there are; and no more by default than allowed.
fn check_bounds(at: &Cursor<'_>, min: usize, max: usize, modifiers: &[Option<Modifier>]) {
    let count = modifiers.len();
    let most = if max == 0 { count } else { max };
    let defaults = modifiers.iter().flatten().filter(|modifier| modifier.is_default).count();
    if max > count {
        at.refuse("group.max_over_modifiers", format!("Se permiten hasta {max} y la lista tiene {count}."));
    }
    if max > 0 && min > max {
        at.refuse("group.min_over_max", format!("Se exigen {min} y solo se permiten {max}."));
    } else if min > count {
        at.refuse("group.min_over_modifiers", format!("Se exigen {min} y la lista tiene {count}."));
    }
    if defaults > most {
        at.refuse("group.defaults_over_max", format!("Vienen marcados {defaults} y solo se permiten {most}."));
    }
}

/// How a product names taxes or stations, and what is said when it names them wrongly.
struct Reference {
    unknown: &'static str,
    repeated: &'static str,
    words: &'static str,
}

const TAX: Reference = Reference { unknown: "tax.unknown", repeated: "tax.repeated", words: "El impuesto" };

const STATION: Reference =
    Reference { unknown: "station.unknown", repeated: "station.repeated", words: "La estación" };

impl Reference {
    /// The ids of what the value names: one key or a list of them.
    fn find_all<Id: Copy>(&self, at: &Cursor<'_>, known: Option<&Register<'_, Id>>) -> Option<Vec<Id>> {
        let mut named = Vec::new();
        every(at.one_or_many().iter().map(|at| self.find(at, known, &mut named)))
    }

    fn find<'f, Id: Copy>(
        &self,
        at: &Cursor<'f>,
        known: Option<&Register<'_, Id>>,
        named: &mut Vec<&'f str>,
    ) -> Option<Id> {
        let key = at.text()?;
        let id = known?.find(key);
        if id.is_none() {
            at.refuse(self.unknown, format!("{} {} no está en el archivo.", self.words, at.node));
        } else if named.contains(&key) {
            at.refuse(self.repeated, format!("{} {} está dos veces en el producto.", self.words, at.node));
        }
        named.push(key);
        id
    }
}
