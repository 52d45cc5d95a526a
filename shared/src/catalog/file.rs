//! The catalog file, as people write it: JSON that names things by key (`id` in the file) and sku, never by our ids.
//!
//! ```json
//! {"currency": "COP",
//!  "taxes": [{"id": "inc-8", "name": "Impoconsumo 8 %", "permille": 80, "included": true}],
//!  "stations": [{"id": "freidora", "name": "Freidora"}],
//!  "categories": [{"id": "fritos", "name": "Fritos", "products": [
//!     {"sku": "salchipapa", "name": "Salchipapa", "price": 1850000, "tax": "inc-8", "station": "freidora",
//!      "target_seconds": 480, "modifier_groups": [
//!         {"id": "adiciones", "name": "Adiciones", "min": 0, "max": 1, "modifiers": [
//!            {"sku": "queso-extra", "name": "Queso extra", "price": 300000},
//!            {"sku": "sin-cebolla", "name": "Sin cebolla", "price": 0}]}]}]}]}
//! ```
//!
//! Prices are integers in the minor unit. `tax` and `station` take one key or a list; `"tax": []` is for what is not
//! taxed. These may be left out: `active` (true), `target_seconds`, `description`, `picture`, `barcode`, `prices` by order type,
//! `modifier_groups`, `min` (0), `max` (as many as there are), and of a modifier `price` (0) and `default` (false).
//! A field that is not known is refused by [`super::import`], so that a slip of the pen does not go unseen.
//!
//! A `picture` is named by its hash and not in the file: each branch keeps its own. Where one that is named is not kept, the
//! product is sold without.
//!
//! A product with a `combo` is put together from others, which may stand anywhere in the file:
//!
//! ```json
//! {"sku": "combo-personal", "name": "Combo personal", "price": 2200000, "tax": "inc-8", "combo": [
//!    {"id": "plato", "name": "El plato", "choices": [{"sku": "salchipapa"}, {"sku": "mazorcada", "price": 400000}]},
//!    {"id": "bebida", "name": "La bebida", "min": 1, "max": 2, "choices": [{"sku": "gaseosa"}, {"sku": "limonada"}]}]}
//! ```
//!
//! Each slot asks for `min` (1) to `max` (1) of its choices, the same one as often as it is wanted; `price` (0) is what a
//! choice adds to the combo's own. A combo is taxed as a whole, by its own `tax`. It is made nowhere itself: it has no
//! `station` (written as `[]`), `target_seconds` or `modifier_groups`, its parts have theirs. Its parts are no combos.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::money::Currency;
use crate::order::OrderType;
use crate::picture::PictureHash;

/// A whole file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CatalogFile {
    /// Of all prices.
    pub currency: Currency,
    /// The taxes that products name.
    pub taxes: Vec<TaxRow>,
    /// The stations that products name.
    pub stations: Vec<StationRow>,
    /// The menu.
    pub categories: Vec<CategoryRow>,
}

/// A tax.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaxRow {
    /// The key.
    pub id: String,
    /// For the receipt.
    pub name: String,
    /// The rate: 190 is 19 %.
    pub permille: u16,
    /// Whether prices contain it.
    pub included: bool,
}

/// A station.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StationRow {
    /// The key.
    pub id: String,
    /// For the kitchen.
    pub name: String,
}

/// A category.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CategoryRow {
    /// The key.
    pub id: String,
    /// For guests.
    pub name: String,
    /// Left out when true.
    #[serde(skip_serializing_if = "is_true")]
    pub active: bool,
    /// In the order of the menu.
    pub products: Vec<ProductRow>,
}

/// A product.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProductRow {
    /// Unique in the file.
    pub sku: String,
    /// For guests and the kitchen.
    pub name: String,
    /// What is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it looks like, as `POST /catalog/pictures` named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^[0-9a-f]{64}$"))]
    pub picture: Option<PictureHash>,
    /// In minor units.
    pub price: i64,
    /// In minor units, for the order types that differ.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub prices: BTreeMap<OrderType, i64>,
    /// Keys of taxes.
    pub tax: OneOrMany,
    /// Keys of stations; of a combo, none.
    pub station: OneOrMany,
    /// For the kitchen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_seconds: Option<u32>,
    /// As a scanner reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub barcode: Option<String>,
    /// Left out when true.
    #[serde(skip_serializing_if = "is_true")]
    pub active: bool,
    /// In the order of the menu.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub modifier_groups: Vec<ModifierGroupRow>,
    /// Left out when empty: what is no combo.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub combo: Vec<ComboSlotRow>,
}

/// A group of modifiers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModifierGroupRow {
    /// The key, unique in its product.
    pub id: String,
    /// For guests.
    pub name: String,
    /// How many have to be chosen.
    pub min: u32,
    /// How many may be chosen; 0 for as many as there are.
    pub max: u32,
    /// In the order of the menu.
    pub modifiers: Vec<ModifierRow>,
}

/// A modifier.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModifierRow {
    /// Unique in its product.
    pub sku: String,
    /// For guests and the kitchen.
    pub name: String,
    /// What it adds, in minor units.
    pub price: i64,
    /// Left out when false.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub default: bool,
    /// Left out when true.
    #[serde(skip_serializing_if = "is_true")]
    pub active: bool,
}

/// A slot of a combo.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComboSlotRow {
    /// The key, unique in its combo.
    pub id: String,
    /// For guests.
    pub name: String,
    /// How many have to be chosen.
    pub min: u32,
    /// How many may be chosen.
    pub max: u32,
    /// In the order of the menu.
    pub choices: Vec<ComboChoiceRow>,
}

/// A product that may fill a slot.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComboChoiceRow {
    /// Of the product.
    pub sku: String,
    /// What it adds, in minor units.
    pub price: i64,
}

/// One key stands alone, several as a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OneOrMany {
    /// `"freidora"`
    One(String),
    /// `["freidora", "empaque"]`
    Many(Vec<String>),
}

impl FromIterator<String> for OneOrMany {
    fn from_iter<I: IntoIterator<Item = String>>(keys: I) -> Self {
        let mut keys: Vec<String> = keys.into_iter().collect();
        match (keys.pop(), keys.is_empty()) {
            (Some(only), true) => Self::One(only),
            (last, _) => Self::Many(keys.into_iter().chain(last).collect()),
        }
    }
}

// By reference because serde calls it so.
fn is_true(value: &bool) -> bool {
    *value
}
