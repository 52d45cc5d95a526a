//! The catalog: what a branch sells, at which price, with which taxes, and at which station each thing is made.
//!
//! A [`Catalog`] is a whole version, taken into use at once and never edited: a changed menu is the next version, made
//! from a file by [`import::read`] or, later, by an editor through [`Catalog::new`]. It is kept as one JSON document.
//! The file that people write ([`mod@file`]) is another shape: it has no ids, and names things by their key or sku.
//!
//! It does **not** know who may change it, what has run out («86»), hours, promotions, stock or orders. Whether a
//! choice of modifiers is enough is decided where the order is; here stand only the bounds.
//!
//! Faults: a bad file changes nothing and names every bad row (`import::tests`); a document that contradicts itself,
//! say after a hand-made repair, is refused when it is read (`build::tests`).

mod build;
pub mod export;
pub mod file;
pub mod import;
mod index;
#[cfg(test)]
pub(crate) mod sample;
mod search;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{CategoryId, ComboSlotId, ModifierGroupId, ModifierId, ProductId, StationId, TaxId};
use crate::money::{Currency, Money, Permille};
use crate::order::OrderType;
use crate::picture::PictureHash;

pub use build::CatalogError;

/// One version of the menu with its taxes and stations.
///
/// As JSON it is `{"currency", "taxes": […], "stations": […], "categories": [{…, "products": […]}]}`, ids included. The
/// index for looking things up is made when it is read, and is no part of what two catalogs are compared by.
#[derive(Clone, Deserialize)]
#[serde(try_from = "Contents")]
pub struct Catalog {
    contents: Contents,
    index: index::Index,
}

/// What is kept of a catalog.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Contents {
    currency: Currency,
    taxes: Vec<Tax>,
    stations: Vec<Station>,
    categories: Vec<Category>,
}

/// A tax on what is sold.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tax {
    /// Stays the same from version to version.
    pub id: TaxId,
    /// What the file calls it, like `inc-8`.
    pub key: String,
    /// What the receipt calls it.
    pub name: String,
    /// Part of the base.
    pub rate: Permille,
    /// The price already contains it; otherwise it is added.
    pub included: bool,
}

/// A place where food is made, and where its tickets go.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Station {
    /// Stays the same from version to version.
    pub id: StationId,
    /// What the file calls it, like `grill`.
    pub key: String,
    /// What the kitchen calls it.
    pub name: String,
}

/// A heading of the menu with its products, in the order of the menu.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Category {
    /// Stays the same from version to version.
    pub id: CategoryId,
    /// What the file calls it.
    pub key: String,
    /// What guests read.
    pub name: String,
    /// Off: none of its products is on sale.
    pub is_active: bool,
    /// In the order of the menu.
    pub products: Vec<Product>,
}

/// Something that can be ordered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Product {
    /// Stays the same from version to version.
    pub id: ProductId,
    /// What people and scripts call it; unique in the catalog.
    pub sku: String,
    /// What guests and the kitchen read.
    pub name: String,
    /// What is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it looks like; the branch keeps the picture itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^[0-9a-f]{64}$"))]
    pub picture: Option<PictureHash>,
    /// For one, where its order type has no price of its own.
    pub price: Money,
    /// For one, by how the order is served.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub prices_by_type: BTreeMap<OrderType, Money>,
    /// All that apply; empty for what is not taxed.
    pub taxes: Vec<TaxId>,
    /// One or more, each of which gets a ticket; none for a combo, whose parts are made.
    pub stations: Vec<StationId>,
    /// How long the kitchen should need.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_seconds: Option<u32>,
    /// As a scanner reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barcode: Option<String>,
    /// Off: kept, and not on sale.
    pub is_active: bool,
    /// What may be chosen with it, in the order of the menu.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modifier_groups: Vec<ModifierGroup>,
    /// What it is put together from, in the order of the menu; empty for what is no combo.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub combo: Vec<ComboSlot>,
}

/// Modifiers of a product to choose from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModifierGroup {
    /// Stays the same from version to version.
    pub id: ModifierGroupId,
    /// What the file calls it; unique in its product.
    pub key: String,
    /// What guests read.
    pub name: String,
    /// How many have to be chosen.
    pub min: u32,
    /// How many may be chosen; 0 stands for as many as there are.
    pub max: u32,
    /// In the order of the menu.
    pub modifiers: Vec<Modifier>,
}

/// A choice, an addition, a "without".
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Modifier {
    /// Stays the same from version to version; the same sku in another product is another id.
    pub id: ModifierId,
    /// What people and scripts call it; unique in its product.
    pub sku: String,
    /// What guests and the kitchen read.
    pub name: String,
    /// What it adds to the price of one.
    pub price: Money,
    /// Chosen unless the guest says otherwise.
    pub is_default: bool,
    /// Off: kept, and not to be had.
    pub is_active: bool,
}

/// One thing to choose in a combo: «la bebida», «los dos perros».
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComboSlot {
    /// Stays the same from version to version.
    pub id: ComboSlotId,
    /// What the file calls it; unique in its combo.
    pub key: String,
    /// What guests read.
    pub name: String,
    /// How many have to be chosen.
    pub min: u32,
    /// How many may be chosen; the same choice counts as often as it is made.
    pub max: u32,
    /// In the order of the menu.
    pub choices: Vec<ComboChoice>,
}

/// A product that may fill a slot.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComboChoice {
    /// The product, which is no combo itself.
    pub product: ProductId,
    /// What it adds to the price of one combo.
    pub price: Money,
}

impl Catalog {
    /// The currency of every price in it.
    pub fn currency(&self) -> Currency {
        self.contents.currency
    }

    /// The taxes, in the order of the file.
    pub fn taxes(&self) -> &[Tax] {
        &self.contents.taxes
    }

    /// The stations, in the order of the file.
    pub fn stations(&self) -> &[Station] {
        &self.contents.stations
    }

    /// The categories with their products, in the order of the menu.
    pub fn categories(&self) -> &[Category] {
        &self.contents.categories
    }

    /// Every product, in the order of the menu.
    pub fn products(&self) -> impl Iterator<Item = &Product> {
        self.contents.categories.iter().flat_map(|category| &category.products)
    }
}

impl Product {
    /// The price of one in an order of that type.
    pub fn price_for(&self, order_type: OrderType) -> Money {
        self.prices_by_type.get(&order_type).copied().unwrap_or(self.price)
    }

    /// The modifier of that id or sku, with the group it stands in.
    ///
    /// Walks the product's modifiers, of which a file may give it [`import::MAX_MODIFIERS`].
    pub fn modifier(&self, reference: &str) -> Option<(&ModifierGroup, &Modifier)> {
        let id: Option<ModifierId> = reference.parse().ok();
        self.modifiers().find(|(_, modifier)| modifier.sku == reference || Some(modifier.id) == id)
    }

    /// Whether it is put together from other products.
    pub const fn is_combo(&self) -> bool {
        !self.combo.is_empty()
    }

    /// The combo's slot of that id or key.
    pub fn slot(&self, reference: &str) -> Option<&ComboSlot> {
        let id: Option<ComboSlotId> = reference.parse().ok();
        self.combo.iter().find(|slot| slot.key == reference || Some(slot.id) == id)
    }

    /// Every modifier with the group it stands in, in the order of the menu.
    pub fn modifiers(&self) -> impl Iterator<Item = (&ModifierGroup, &Modifier)> {
        self.modifier_groups.iter().flat_map(|group| group.modifiers.iter().map(move |modifier| (group, modifier)))
    }
}

impl ModifierGroup {
    /// How many may be chosen.
    pub fn most(&self) -> usize {
        if self.max == 0 { self.modifiers.len() } else { self.max as usize }
    }
}

impl ComboSlot {
    /// The choice of this product, if it is one.
    pub fn choice(&self, product: ProductId) -> Option<&ComboChoice> {
        self.choices.iter().find(|choice| choice.product == product)
    }
}

impl Serialize for Catalog {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.contents.serialize(serializer)
    }
}

impl PartialEq for Catalog {
    fn eq(&self, other: &Self) -> bool {
        self.contents == other.contents
    }
}

impl Eq for Catalog {}

impl std::fmt::Debug for Catalog {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.contents.fmt(formatter)
    }
}
