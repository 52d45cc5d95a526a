//! Finding things in a catalog by id, key and sku, without walking it.

use std::collections::HashMap;

use super::{Catalog, Category, Product, Station, Tax};
use crate::ids::{CategoryId, ProductId, StationId, TaxId};

/// Where everything stands. Never walked, only asked, so that the maps' own order is never seen.
#[derive(Clone, Default)]
pub(super) struct Index {
    pub(super) taxes: HashMap<TaxId, usize>,
    pub(super) tax_keys: HashMap<String, usize>,
    pub(super) stations: HashMap<StationId, usize>,
    pub(super) station_keys: HashMap<String, usize>,
    pub(super) categories: HashMap<CategoryId, usize>,
    pub(super) category_keys: HashMap<String, usize>,
    pub(super) products: HashMap<ProductId, Position>,
    pub(super) skus: HashMap<String, Position>,
    /// For each product, in the order of the menu, what it is searched by.
    pub(super) words: Vec<(Position, String)>,
}

/// Where a product stands.
#[derive(Clone, Copy)]
pub(super) struct Position {
    pub(super) category: usize,
    pub(super) product: usize,
}

impl Catalog {
    /// The product of that id or sku, on sale or not.
    pub fn product(&self, reference: &str) -> Option<&Product> {
        let id: Option<ProductId> = reference.parse().ok();
        id.and_then(|id| self.product_by_id(&id)).or_else(|| self.product_by_sku(reference))
    }

    /// The product of that id, on sale or not.
    pub fn product_by_id(&self, id: &ProductId) -> Option<&Product> {
        self.index.products.get(id).map(|position| self.product_at(*position))
    }

    /// The product of that sku, on sale or not.
    pub fn product_by_sku(&self, sku: &str) -> Option<&Product> {
        self.index.skus.get(sku).map(|position| self.product_at(*position))
    }

    /// The category in which the product stands.
    pub fn category_of(&self, product: &ProductId) -> Option<&Category> {
        self.index.products.get(product).map(|position| &self.categories()[position.category])
    }

    /// Whether the product is in the catalog, active, and in an active category.
    pub fn is_on_sale(&self, product: &ProductId) -> bool {
        self.index.products.get(product).is_some_and(|position| self.is_on_sale_at(*position))
    }

    /// The category of that id.
    pub fn category(&self, id: &CategoryId) -> Option<&Category> {
        self.index.categories.get(id).map(|position| &self.categories()[*position])
    }

    /// The category that the file calls so.
    pub fn category_by_key(&self, key: &str) -> Option<&Category> {
        self.index.category_keys.get(key).map(|position| &self.categories()[*position])
    }

    /// The station of that id.
    pub fn station(&self, id: &StationId) -> Option<&Station> {
        self.index.stations.get(id).map(|position| &self.stations()[*position])
    }

    /// The station that the file calls so.
    pub fn station_by_key(&self, key: &str) -> Option<&Station> {
        self.index.station_keys.get(key).map(|position| &self.stations()[*position])
    }

    /// The tax of that id.
    pub fn tax(&self, id: &TaxId) -> Option<&Tax> {
        self.index.taxes.get(id).map(|position| &self.taxes()[*position])
    }

    /// The tax that the file calls so.
    pub fn tax_by_key(&self, key: &str) -> Option<&Tax> {
        self.index.tax_keys.get(key).map(|position| &self.taxes()[*position])
    }

    pub(super) fn product_at(&self, position: Position) -> &Product {
        &self.categories()[position.category].products[position.product]
    }

    pub(super) fn is_on_sale_at(&self, position: Position) -> bool {
        self.categories()[position.category].is_active && self.product_at(position).is_active
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_product_is_found_by_its_id_and_by_its_sku() {
        let catalog = sample::catalog();
        let product = catalog.product("salchipapa-especial").unwrap();
        assert_eq!(product.name, "Salchipapa especial");
        assert_eq!(catalog.product(&product.id.to_string()), Some(product));
        assert_eq!(catalog.product_by_id(&product.id), Some(product));
        assert_eq!(catalog.category_of(&product.id).unwrap().key, "fritos");
        for unknown in ["Salchipapa-especial", "", "0193a000-0000-7000-8000-00000000ffff"] {
            assert_eq!(catalog.product(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_modifier_is_found_in_its_product_by_its_id_and_by_its_sku() {
        let catalog = sample::catalog();
        let product = catalog.product("salchipapa-especial").unwrap();
        let (group, modifier) = product.modifier("queso-extra").unwrap();
        assert_eq!((group.key.as_str(), modifier.name.as_str()), ("adiciones", "Queso extra"));
        assert_eq!(product.modifier(&modifier.id.to_string()), Some((group, modifier)));
        assert_eq!(catalog.product("limonada").unwrap().modifier("queso-extra"), None);
    }

    #[test]
    fn taxes_and_stations_are_found_by_id_and_by_key() {
        let catalog = sample::catalog();
        for tax in catalog.taxes() {
            assert_eq!((catalog.tax(&tax.id), catalog.tax_by_key(&tax.key)), (Some(tax), Some(tax)));
        }
        for station in catalog.stations() {
            assert_eq!(catalog.station(&station.id), Some(station));
            assert_eq!(catalog.station_by_key(&station.key), Some(station));
        }
        assert_eq!(catalog.station_by_key("parrilla"), None);
    }

    #[test]
    fn what_is_off_or_in_a_category_that_is_off_is_not_on_sale() {
        let catalog = sample::catalog();
        let sold = |sku: &str| catalog.is_on_sale(&catalog.product(sku).unwrap().id);
        assert!(sold("salchipapa-especial"));
        assert!(!sold("limonada"), "the product is off");
        assert!(!sold("ajiaco"), "its category is off");
    }

    #[test]
    fn the_document_reads_back_as_the_same_catalog_and_finds_the_same() {
        let catalog = sample::catalog();
        let text = serde_json::to_string(&catalog).unwrap();
        let read: Catalog = serde_json::from_str(&text).unwrap();
        assert_eq!(read, catalog);
        assert_eq!(read.product("limonada"), catalog.product("limonada"));
    }

    #[test]
    fn a_document_from_before_there_were_combos_is_one_without_them() {
        let mut document = serde_json::to_value(sample::catalog()).unwrap();
        document["categories"].as_array_mut().unwrap().retain(|category| category["key"] != "combos");
        assert!(!document.to_string().contains("combo"), "{document}");
        let read: Catalog = serde_json::from_value(document).unwrap();
        assert!(read.products().all(|product| !product.is_combo()));
    }
}
