//! Making a catalog of its parts, with the checks without which nothing could be found in it: nothing is there twice,
//! and what a product names is there.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Display;
use std::hash::Hash;

use super::index::{Index, Position};
use super::{Catalog, Category, Contents, Product, Station, Tax};
use crate::ids::{ProductId, StationId, TaxId};
use crate::money::Currency;

/// Why some contents are no catalog. Files are checked row by row in [`super::import`]; this is for documents.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// An id, key or sku that has to be unique.
    #[error("the catalog has {0} twice")]
    Twice(String),
    /// A product whose tax is not in the catalog.
    #[error("product {product} has the tax {tax}, which the catalog does not have")]
    UnknownTax {
        /// The sku.
        product: String,
        /// The tax it names.
        tax: TaxId,
    },
    /// A product whose station is not in the catalog.
    #[error("product {product} is made at {station}, which the catalog does not have")]
    UnknownStation {
        /// The sku.
        product: String,
        /// The station it names.
        station: StationId,
    },
    /// A product that nobody would make.
    #[error("product {product} is made at no station")]
    NoStation {
        /// The sku.
        product: String,
    },
    /// A combo that is made somewhere itself, or can be changed: nobody would be told.
    #[error("product {product} is a combo and has stations or modifiers of its own")]
    MadeCombo {
        /// The sku.
        product: String,
    },
    /// A combo of what is not in the catalog.
    #[error("combo {combo} has the product {product}, which the catalog does not have")]
    UnknownChoice {
        /// The combo's sku.
        combo: String,
        /// The product it names.
        product: ProductId,
    },
    /// A combo in a combo.
    #[error("combo {combo} has the combo {product}")]
    NestedCombo {
        /// The sku of the outer one.
        combo: String,
        /// The sku of the inner one.
        product: String,
    },
    /// A price in another currency than the catalog's.
    #[error("product {product} has a price in {currency}")]
    OtherCurrency {
        /// The sku.
        product: String,
        /// The currency met.
        currency: Currency,
    },
}

impl Catalog {
    /// The catalog of these taxes, stations and categories.
    ///
    /// # Errors
    /// When ids, keys or skus are not unique, or a product names a tax, station or currency the catalog does not have.
    pub fn new(
        currency: Currency,
        taxes: Vec<Tax>,
        stations: Vec<Station>,
        categories: Vec<Category>,
    ) -> Result<Self, CatalogError> {
        Contents { currency, taxes, stations, categories }.try_into()
    }
}

impl TryFrom<Contents> for Catalog {
    type Error = CatalogError;

    fn try_from(contents: Contents) -> Result<Self, CatalogError> {
        let mut index = Index::default();
        for (position, tax) in contents.taxes.iter().enumerate() {
            enter(&mut index.taxes, tax.id, position)?;
            enter(&mut index.tax_keys, tax.key.clone(), position)?;
        }
        for (position, station) in contents.stations.iter().enumerate() {
            enter(&mut index.stations, station.id, position)?;
            enter(&mut index.station_keys, station.key.clone(), position)?;
        }
        for (position, category) in contents.categories.iter().enumerate() {
            enter(&mut index.categories, category.id, position)?;
            enter(&mut index.category_keys, category.key.clone(), position)?;
            for (product_position, product) in category.products.iter().enumerate() {
                index.check(product, contents.currency)?;
                index.enter_product(product, Position { category: position, product: product_position })?;
            }
        }
        let catalog = Self { contents, index };
        catalog.products().filter(|product| product.is_combo()).try_for_each(|combo| catalog.check_combo(combo))?;
        Ok(catalog)
    }
}

impl Catalog {
    /// That the combo's parts are there and no combos themselves, and nothing of it is there twice.
    fn check_combo(&self, combo: &Product) -> Result<(), CatalogError> {
        let (mut slots, mut keys) = (HashMap::new(), HashMap::new());
        for slot in &combo.combo {
            enter(&mut slots, slot.id, ())?;
            enter(&mut keys, &slot.key, ())?;
            let mut choices = HashMap::new();
            for choice in &slot.choices {
                enter(&mut choices, choice.product, ())?;
                let unknown = || CatalogError::UnknownChoice { combo: combo.sku.clone(), product: choice.product };
                let product = self.product_by_id(&choice.product).ok_or_else(unknown)?;
                if product.is_combo() {
                    return Err(CatalogError::NestedCombo { combo: combo.sku.clone(), product: product.sku.clone() });
                }
            }
        }
        Ok(())
    }
}

impl Index {
    fn check(&self, product: &Product, currency: Currency) -> Result<(), CatalogError> {
        let sku = || product.sku.clone();
        if product.is_combo() {
            if !(product.stations.is_empty() && product.modifier_groups.is_empty()) {
                return Err(CatalogError::MadeCombo { product: sku() });
            }
        } else if product.stations.is_empty() {
            return Err(CatalogError::NoStation { product: sku() });
        }
        if let Some(tax) = product.taxes.iter().find(|tax| !self.taxes.contains_key(tax)) {
            return Err(CatalogError::UnknownTax { product: sku(), tax: *tax });
        }
        if let Some(station) = product.stations.iter().find(|station| !self.stations.contains_key(station)) {
            return Err(CatalogError::UnknownStation { product: sku(), station: *station });
        }
        let own = std::iter::once(product.price).chain(product.prices_by_type.values().copied());
        let extras = product.modifiers().map(|(_, modifier)| modifier.price);
        let parts = product.combo.iter().flat_map(|slot| &slot.choices).map(|choice| choice.price);
        let prices = own.chain(extras).chain(parts);
        match prices.map(|price| price.currency()).find(|met| *met != currency) {
            Some(met) => Err(CatalogError::OtherCurrency { product: sku(), currency: met }),
            None => Ok(()),
        }
    }

    fn enter_product(&mut self, product: &Product, position: Position) -> Result<(), CatalogError> {
        enter(&mut self.products, product.id, position)?;
        enter(&mut self.skus, product.sku.clone(), position)?;
        self.words.push((position, super::search::words_of(product)));
        let mut groups = HashMap::new();
        let mut group_keys = HashMap::new();
        let mut modifiers = HashMap::new();
        let mut modifier_skus = HashMap::new();
        for group in &product.modifier_groups {
            enter(&mut groups, group.id, ())?;
            enter(&mut group_keys, &group.key, ())?;
        }
        for (_, modifier) in product.modifiers() {
            enter(&mut modifiers, modifier.id, ())?;
            enter(&mut modifier_skus, &modifier.sku, ())?;
        }
        Ok(())
    }
}

fn enter<K: Hash + Eq + Display, V>(map: &mut HashMap<K, V>, key: K, value: V) -> Result<(), CatalogError> {
    match map.entry(key) {
        Entry::Occupied(entry) => Err(CatalogError::Twice(entry.key().to_string())),
        Entry::Vacant(entry) => {
            entry.insert(value);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    /// The sample's document with the value at the pointer replaced.
    fn reread(pointer: &str, value: serde_json::Value) -> Result<Catalog, String> {
        let mut document = serde_json::to_value(sample::catalog()).unwrap();
        *document.pointer_mut(pointer).unwrap() = value;
        serde_json::from_value(document).map_err(|error| error.to_string())
    }

    #[test]
    fn a_document_that_contradicts_itself_is_refused() {
        let nowhere = serde_json::json!("0193a000-0000-7000-8000-00000000ffff");
        let (product, combo) = ("/categories/0/products/0", "/categories/3/products/0");
        let value = |pointer: &str| serde_json::to_value(sample::catalog()).unwrap().pointer(pointer).unwrap().clone();
        let coconut = value("/categories/3/products/0/combo/1/choices/1/product");
        let itself = value("/categories/3/products/0/id");
        let stations = value("/categories/0/products/0/stations");
        for (place, value, said) in [
            ("/taxes/1/key", "inc-8".into(), "twice"),
            ("/stations/1/key", "freidora".into(), "twice"),
            ("/categories/1/products/0/sku", "salchipapa-especial".into(), "twice"),
            (&format!("{product}/modifier_groups/1/modifiers/1/sku"), "queso-extra".into(), "twice"),
            (&format!("{product}/taxes/0"), nowhere.clone(), "has the tax"),
            (&format!("{product}/stations"), serde_json::json!([]), "no station"),
            (&format!("{product}/price"), "USD 1850000".into(), "in USD"),
            (&format!("{combo}/combo/1/key"), "plato".into(), "twice"),
            (&format!("{combo}/combo/1/choices/0/product"), coconut, "twice"),
            (&format!("{combo}/combo/0/choices/0/product"), nowhere.clone(), "has the product"),
            (&format!("{combo}/combo/0/choices/0/product"), itself, "has the combo combo-dominical"),
            (&format!("{combo}/combo/0/choices/0/price"), "USD 0".into(), "in USD"),
            (&format!("{combo}/stations"), stations, "stations or modifiers of its own"),
            (&format!("{product}/stations/0"), nowhere, "is made at 0193a000"),
        ] {
            let error = reread(place, value).expect_err(place);
            assert!(error.contains(said), "{place}: {error}");
        }
    }
}
