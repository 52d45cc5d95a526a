//! A catalog as a file: what [`super::import::read`] reads back as the same catalog.

use super::file::{
    CatalogFile, CategoryRow, ComboChoiceRow, ComboSlotRow, ModifierGroupRow, ModifierRow, OneOrMany, ProductRow,
    StationRow, TaxRow,
};
use super::{Catalog, Category, ComboChoice, ComboSlot, Modifier, ModifierGroup, Product, Station, Tax};

/// The catalog as the text of a file, indented for people, with the fields in the order of [`super::file`].
pub fn write(catalog: &Catalog) -> String {
    let mut text = serde_json::to_string_pretty(&file(catalog)).expect("a catalog file has only text as map keys");
    text.push('\n');
    text
}

/// The catalog in the shape of a file.
pub fn file(catalog: &Catalog) -> CatalogFile {
    CatalogFile {
        currency: catalog.currency(),
        taxes: catalog.taxes().iter().map(tax).collect(),
        stations: catalog.stations().iter().map(station).collect(),
        categories: catalog.categories().iter().map(|row| category(catalog, row)).collect(),
    }
}

fn tax(tax: &Tax) -> TaxRow {
    TaxRow { id: tax.key.clone(), name: tax.name.clone(), permille: tax.rate.0, included: tax.included }
}

fn station(station: &Station) -> StationRow {
    StationRow { id: station.key.clone(), name: station.name.clone() }
}

fn category(catalog: &Catalog, category: &Category) -> CategoryRow {
    CategoryRow {
        id: category.key.clone(),
        name: category.name.clone(),
        active: category.is_active,
        products: category.products.iter().map(|row| product(catalog, row)).collect(),
    }
}

fn product(catalog: &Catalog, product: &Product) -> ProductRow {
    ProductRow {
        sku: product.sku.clone(),
        name: product.name.clone(),
        description: product.description.clone(),
        picture: product.picture,
        price: product.price.minor(),
        prices: product.prices_by_type.iter().map(|(order_type, price)| (*order_type, price.minor())).collect(),
        tax: tax_keys(catalog, product),
        station: station_keys(catalog, product),
        target_seconds: product.target_seconds,
        barcode: product.barcode.clone(),
        active: product.is_active,
        modifier_groups: product.modifier_groups.iter().map(group).collect(),
        combo: product.combo.iter().map(|row| slot(catalog, row)).collect(),
    }
}

fn tax_keys(catalog: &Catalog, product: &Product) -> OneOrMany {
    let key = |id| catalog.tax(id).expect("a catalog has the taxes of its products").key.clone();
    product.taxes.iter().map(key).collect()
}

fn station_keys(catalog: &Catalog, product: &Product) -> OneOrMany {
    let key = |id| catalog.station(id).expect("a catalog has the stations of its products").key.clone();
    product.stations.iter().map(key).collect()
}

fn group(group: &ModifierGroup) -> ModifierGroupRow {
    ModifierGroupRow {
        id: group.key.clone(),
        name: group.name.clone(),
        min: group.min,
        max: group.max,
        modifiers: group.modifiers.iter().map(modifier).collect(),
    }
}

fn modifier(modifier: &Modifier) -> ModifierRow {
    ModifierRow {
        sku: modifier.sku.clone(),
        name: modifier.name.clone(),
        price: modifier.price.minor(),
        default: modifier.is_default,
        active: modifier.is_active,
    }
}

fn slot(catalog: &Catalog, slot: &ComboSlot) -> ComboSlotRow {
    ComboSlotRow {
        id: slot.key.clone(),
        name: slot.name.clone(),
        min: slot.min,
        max: slot.max,
        choices: slot.choices.iter().map(|row| choice(catalog, row)).collect(),
    }
}

fn choice(catalog: &Catalog, choice: &ComboChoice) -> ComboChoiceRow {
    let product = catalog.product_by_id(&choice.product).expect("a catalog has the products of its combos");
    ComboChoiceRow { sku: product.sku.clone(), price: choice.price.minor() }
}

#[cfg(test)]
mod tests {
    use super::super::{import, sample};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_written_file_reads_as_people_wrote_it() {
        let text = write(&sample::catalog());
        let start = "{\n  \"currency\": \"COP\",\n  \"taxes\": [\n    {\n      \"id\": \"inc-8\",\n      \"name\":";
        assert!(text.starts_with(start), "{text}");
        assert!(text.contains("\"tax\": \"inc-8\"") && text.contains("\"tax\": []"), "one alone, none as a list");
        let as_value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(as_value(&text), as_value(sample::FILE));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_was_written_is_read_as_the_same_catalog(catalog in sample::any_catalog()) {
            let mut ids = sample::ids(1_000_000);
            prop_assert_eq!(import::read(write(&catalog).as_bytes(), Some(&catalog), &mut ids), Ok(catalog));
        }
    }
}
