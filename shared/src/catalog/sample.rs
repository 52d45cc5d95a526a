//! A small menu for the tests of the catalog, and menus by chance.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::subsequence;
use uuid::Uuid;

use super::{Catalog, Category, Modifier, ModifierGroup, Product, Station, Tax, import};
use crate::ids::{CategoryId, ModifierGroupId, ModifierId, NewIds, ProductId, StationId, TaxId};
use crate::money::{Currency, Money, Permille};
use crate::order::OrderType;

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
             "station": "freidora"},
            {"sku": "hamburguesa-jalapeno", "name": "Hamburguesa con jalapeño", "price": 2400000,
             "tax": ["inc-8", "iva-19"], "station": "freidora", "modifier_groups": [
                {"id": "adiciones", "name": "Adiciones", "min": 0, "max": 0, "modifiers": [
                    {"sku": "queso-extra", "name": "Queso extra", "price": 250000}]}]}]},
        {"id": "bebidas", "name": "Bebidas", "products": [
            {"sku": "limonada", "name": "Limonada", "price": 600000, "tax": [], "station": "barra", "active": false},
            {"sku": "limonada-coco", "name": "Limonada de coco", "price": 900000, "tax": [], "station": "barra"}]},
        {"id": "domingo", "name": "Solo el domingo", "active": false, "products": [
            {"sku": "ajiaco", "name": "Ajiaco", "price": 2800000, "tax": "inc-8", "station": "freidora"}]}]
}"#;

/// Ids that count up from the number.
pub(super) fn ids(start: u128) -> impl NewIds {
    let mut last = 0x0193_a000_0000_7000_8000_0000_0000_0000 + start;
    move || {
        last += 1;
        Uuid::from_u128(last)
    }
}

pub(super) fn catalog() -> Catalog {
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
        categories.prop_map(move |categories| number(taxes.clone(), stations.clone(), categories))
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
    let words = (name(), option::of(name()), option::of("[!-~]{1,64}"));
    let choices = (option::of(1..=86_400_u32), any::<bool>(), vec(group(), 0..3));
    (words, price(), prices, subsequence(taxes, any_taxes), subsequence(stations, any_stations), choices).prop_map(
        |((name, description, barcode), price, (types, prices), taxes, stations, choices)| Product {
            id: ProductId::from_uuid(Uuid::nil()),
            sku: String::new(),
            name,
            description,
            price,
            prices_by_type: types.into_iter().zip(prices).collect::<BTreeMap<_, _>>(),
            taxes,
            stations,
            target_seconds: choices.0,
            barcode,
            is_active: choices.1,
            modifier_groups: choices.2,
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

/// Gives every thing an id and a key or sku of its own.
fn number(taxes: Vec<Tax>, stations: Vec<Station>, categories: Vec<(String, bool, Vec<Product>)>) -> Catalog {
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
    Catalog::new(Currency::USD, taxes, stations, numbered).unwrap()
}
