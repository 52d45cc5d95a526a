//! A small menu for the tests of the catalog, and menus by chance.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::subsequence;
use uuid::Uuid;

use super::{Catalog, Category, ComboChoice, ComboSlot, Modifier, ModifierGroup, Product, Station, Tax, import};
use crate::ids::{CategoryId, ComboSlotId, ModifierGroupId, ModifierId, NewIds, ProductId, StationId, TaxId};
use crate::money::{Currency, Money, Permille};
use crate::order::OrderType;
use crate::picture::PictureHash;

/// Written as [`super::export`] writes it.
pub(super) const FILE: &str = r#"{
    "currency": "COP",
    "taxes": [{"id": "inc-8", "name": "Impoconsumo 8 %", "permille": 80, "included": true},
              {"id": "iva-19", "name": "IVA 19 %", "permille": 190, "included": false},
              {"id": "exento", "name": "Exento", "permille": 0, "included": true}],
    "stations": [{"id": "freidora", "name": "Freidora"}, {"id": "barra", "name": "Barra"},
                 {"id": "empaque", "name": "Empaque"}],
    "categories": [
        {"id": "fritos", "name": "Fritos", "products": [
            {"sku": "salchipapa-especial", "name": "Salchipapa especial", "description": "Papa, salchicha\ny queso",
             "price": 1850000, "prices": {"delivery": 2000000}, "tax": "inc-8", "station": ["freidora", "barra"],
             "target_seconds": 480, "barcode": "7702001000013", "modifier_groups": [
                {"id": "salsa", "name": "Salsa", "min": 1, "max": 1, "modifiers": [
                    {"sku": "rosada", "name": "Rosada", "price": 0, "default": true},
                    {"sku": "pina", "name": "Piña", "price": 0, "active": false}]},
                {"id": "adiciones", "name": "Adiciones", "min": 0, "max": 0, "modifiers": [
                    {"sku": "queso-extra", "name": "Queso extra", "price": 300000},
                    {"sku": "sin-cebolla", "name": "Sin cebolla", "price": 0}]}]},
            {"sku": "salchipapa-sencilla", "name": "Salchipapa sencilla", "price": 1200000, "tax": "inc-8",
             "picture": "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0", "station": "freidora"},
            {"sku": "hamburguesa-jalapeno", "name": "Hamburguesa con jalapeño", "price": 2400000,
             "tax": ["inc-8", "iva-19"], "station": "freidora", "modifier_groups": [
                {"id": "adiciones", "name": "Adiciones", "min": 0, "max": 0, "modifiers": [
                    {"sku": "queso-extra", "name": "Queso extra", "price": 250000}]}]}]},
        {"id": "bebidas", "name": "Bebidas", "products": [
            {"sku": "limonada", "name": "Limonada", "price": 600000, "tax": [], "station": "barra", "active": false},
            {"sku": "limonada-coco", "name": "Limonada de coco", "price": 900000, "tax": [], "station": "barra"}]},
        {"id": "domingo", "name": "Solo el domingo", "active": false, "products": [
            {"sku": "ajiaco", "name": "Ajiaco", "price": 2800000, "tax": "inc-8", "station": "freidora"}]},
        {"id": "combos", "name": "Combos", "products": [
            {"sku": "combo-dominical", "name": "Combo dominical", "price": 3200000, "prices": {"delivery": 3400000},
             "tax": "inc-8", "station": [], "combo": [
                {"id": "plato", "name": "El plato", "min": 1, "max": 1, "choices": [{"sku": "ajiaco", "price": 0}]},
                {"id": "bebida", "name": "Las bebidas", "min": 0, "max": 2, "choices": [
                    {"sku": "ajiaco", "price": 2500000}, {"sku": "limonada-coco", "price": 250000}]}]}]}]
}"#;

/// Ids that count up from the number.
pub(super) fn ids(start: u128) -> impl NewIds {
    let mut last = 0x0193_a000_0000_7000_8000_0000_0000_0000 + start;
    move || {
        last += 1;
        Uuid::from_u128(last)
    }
}

pub(crate) fn catalog() -> Catalog {
    import::read(FILE.as_bytes(), None, &mut ids(0)).unwrap()
}

/// Any catalog that a file could have made.
pub(super) fn any_catalog() -> impl Strategy<Value = Catalog> {
    let taxes = vec((name(), 0..=1000_u16, any::<bool>()), 0..4);
    let stations = vec(name(), 1..4);
    (taxes, stations).prop_flat_map(|(taxes, stations)| {
        let mut ids = ids(0);
        let tax = |(index, (name, rate, included))| Tax {
            id: TaxId::new(&mut ids),
            key: format!("tax.{index}"),
            name,
            rate: Permille(rate),
            included,
        };
        let taxes: Vec<Tax> = taxes.into_iter().enumerate().map(tax).collect();
        let station = |(index, name)| Station { id: StationId::new(&mut ids), key: format!("Station_{index}"), name };
        let stations: Vec<Station> = stations.into_iter().enumerate().map(station).collect();
        let categories = vec((name(), any::<bool>(), vec(product(&taxes, &stations), 0..5)), 1..4);
        (categories, vec(any_combo(), 0..3))
            .prop_map(move |(categories, combos)| number(taxes.clone(), stations.clone(), categories, combos))
    })
}

fn name() -> impl Strategy<Value = String> {
    "[^\\pC\\s]([^\\pC]{0,30}[^\\pC\\s])?"
}

fn price() -> impl Strategy<Value = Money> {
    (0..=import::MAX_PRICE).prop_map(|minor| Money::new(minor, Currency::USD))
}

/// A product whose ids and handles are still to be given by [`number`].
fn product(taxes: &[Tax], stations: &[Station]) -> impl Strategy<Value = Product> + use<> {
    let taxes: Vec<TaxId> = taxes.iter().map(|tax| tax.id).collect();
    let stations: Vec<StationId> = stations.iter().map(|station| station.id).collect();
    let (any_taxes, any_stations) = (0..=taxes.len(), 1..=stations.len());
    let types = vec![OrderType::DineIn, OrderType::Takeaway, OrderType::Delivery];
    let prices = (subsequence(types, 0..=3), vec(price(), 3));
    let picture = option::of(any::<[u8; 32]>().prop_map(PictureHash));
    let words = (name(), option::of(name()), option::of("[!-~]{1,64}"), picture);
    let choices = (option::of(1..=86_400_u32), any::<bool>(), vec(group(), 0..3));
    (words, price(), prices, subsequence(taxes, any_taxes), subsequence(stations, any_stations), choices).prop_map(
        |((name, description, barcode, picture), price, (types, prices), taxes, stations, choices)| Product {
            id: ProductId::from_uuid(Uuid::nil()),
            sku: String::new(),
            name,
            description,
            picture,
            price,
            prices_by_type: types.into_iter().zip(prices).collect::<BTreeMap<_, _>>(),
            taxes,
            stations,
            target_seconds: choices.0,
            barcode,
            is_active: choices.1,
            modifier_groups: choices.2,
            combo: Vec::new(),
        },
    )
}

fn group() -> impl Strategy<Value = ModifierGroup> {
    let modifiers = vec((name(), price(), any::<bool>(), any::<bool>()), 0..4);
    (name(), modifiers, any::<u32>(), any::<u32>()).prop_map(|(name, modifiers, min, max)| {
        let modifier = |(name, price, is_default, is_active)| Modifier {
            id: ModifierId::from_uuid(Uuid::nil()),
            sku: String::new(),
            name,
            price,
            is_default,
            is_active,
        };
        let modifiers: Vec<Modifier> = modifiers.into_iter().map(modifier).collect();
        let count = u32::try_from(modifiers.len()).unwrap();
        let defaults = u32::try_from(modifiers.iter().filter(|modifier| modifier.is_default).count()).unwrap();
        let max = Some(max % (count + 1)).filter(|max| *max >= defaults).unwrap_or(0);
        let min = min % (if max == 0 { count } else { max } + 1);
        ModifierGroup { id: ModifierGroupId::from_uuid(Uuid::nil()), key: String::new(), name, min, max, modifiers }
    })
}

/// A combo before it is known what there is to choose: its name, price, and slots of name, bounds, and products counted
/// round with what they add.
type AnyCombo = (String, Money, Vec<(String, u32, u32, Vec<(usize, Money)>)>);

fn any_combo() -> impl Strategy<Value = AnyCombo> {
    let slot = (name(), 0..=3_u32, 1..=3_u32, vec((any::<usize>(), price()), 1..4));
    (name(), price(), vec(slot, 1..4))
}

/// Gives every thing an id and a key or sku of its own; the combos stand in the first category, before their parts.
fn number(
    taxes: Vec<Tax>,
    stations: Vec<Station>,
    categories: Vec<(String, bool, Vec<Product>)>,
    combos: Vec<AnyCombo>,
) -> Catalog {
    let mut ids = ids(1000);
    let mut counter = 0;
    let mut handle = |kind: &str| {
        counter += 1;
        format!("{kind}-{counter}")
    };
    let mut numbered = Vec::new();
    for (name, is_active, mut products) in categories {
        for product in &mut products {
            (product.id, product.sku) = (ProductId::new(&mut ids), handle("p"));
            for group in &mut product.modifier_groups {
                (group.id, group.key) = (ModifierGroupId::new(&mut ids), handle("g"));
                for modifier in &mut group.modifiers {
                    (modifier.id, modifier.sku) = (ModifierId::new(&mut ids), handle("m"));
                }
            }
        }
        numbered.push(Category { id: CategoryId::new(&mut ids), key: handle("c"), name, is_active, products });
    }
    let products: Vec<ProductId> =
        numbered.iter().flat_map(|category| &category.products).map(|product| product.id).collect();
    for (name, price, slots) in combos.into_iter().filter(|_| !products.is_empty()) {
        let slot = |(name, min, max, choices): (String, u32, u32, Vec<(usize, Money)>)| {
            let choices: BTreeMap<ProductId, Money> =
                choices.into_iter().map(|(at, price)| (products[at % products.len()], price)).collect();
            ComboSlot {
                id: ComboSlotId::new(&mut ids),
                key: handle("s"),
                name,
                min: min.min(max),
                max,
                choices: choices.into_iter().map(|(product, price)| ComboChoice { product, price }).collect(),
            }
        };
        let combo = slots.into_iter().map(slot).collect();
        let (id, sku) = (ProductId::new(&mut ids), handle("p"));
        numbered[0].products.insert(0, put_together(id, sku, name, price, combo));
    }
    Catalog::new(Currency::USD, taxes, stations, numbered).unwrap()
}

fn put_together(id: ProductId, sku: String, name: String, price: Money, combo: Vec<ComboSlot>) -> Product {
    Product {
        id,
        sku,
        name,
        description: None,
        picture: None,
        price,
        prices_by_type: BTreeMap::new(),
        taxes: Vec::new(),
        stations: Vec::new(),
        target_seconds: None,
        barcode: None,
        is_active: true,
        modifier_groups: Vec::new(),
        combo,
    }
}
