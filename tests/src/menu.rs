//! A small menu with two stations, for the tests and benchmarks that are not about the menu.

use serde_json::{Value, json};

/// What is grilled, at 18.500 pesos.
pub const DISHES: [&str; 4] = ["salchipapa", "hamburguesa", "perro", "alitas"];
/// What is poured, at 4.500 pesos.
pub const DRINKS: [&str; 4] = ["limonada", "gaseosa", "agua", "jugo"];
/// In minor units.
pub const DISH_PRICE: i64 = 1_850_000;
/// In minor units.
pub const DRINK_PRICE: i64 = 450_000;
/// Of the cheese on a dish, in minor units.
pub const CHEESE_PRICE: i64 = 300_000;

/// The station of the dishes, as the catalog calls it.
pub const GRILL: &str = "plancha";
/// The station of the drinks, as the catalog calls it.
pub const BAR: &str = "barra";

/// The catalog in the file format of `catalog import`.
pub fn catalog() -> Value {
    let options = json!([
        {"sku": "queso-extra", "name": "queso extra", "price": CHEESE_PRICE},
        {"sku": "sin-cebolla", "name": "sin cebolla", "price": 0},
    ]);
    let groups = json!([{"id": "cambios", "name": "Cambios", "min": 0, "max": 2, "modifiers": options}]);
    let product = |sku: &str, price: i64, station: &str, groups: &Value| {
        let name = format!("{}{}", sku[..1].to_uppercase(), &sku[1..]);
        json!({"sku": sku, "name": name, "price": price, "tax": "inc-8", "station": station,
               "target_seconds": 300, "modifier_groups": groups})
    };
    json!({
        "currency": "COP",
        "taxes": [{"id": "inc-8", "name": "Impoconsumo 8 %", "permille": 80, "included": true}],
        "stations": [{"id": GRILL, "name": "Plancha"}, {"id": BAR, "name": "Barra"}],
        "categories": [
            {"id": "platos", "name": "Platos", "products": DISHES.map(|sku| product(sku, DISH_PRICE, GRILL, &groups))},
            {"id": "bebidas", "name": "Bebidas", "products": DRINKS.map(|sku| product(sku, DRINK_PRICE, BAR, &json!([])))},
        ],
    })
}

/// An order of four lines, all of one station: one ticket, one print job.
pub fn four_dishes() -> Value {
    json!({"type": "takeaway", "lines": [
        {"product": "salchipapa", "quantity": 2, "modifiers": ["queso-extra", "sin-cebolla"]},
        {"product": "hamburguesa", "quantity": 1, "modifiers": ["queso-extra"]},
        {"product": "perro", "quantity": 1, "modifiers": []},
        {"product": "alitas", "quantity": 1, "modifiers": ["sin-cebolla"]},
    ]})
}

/// What [`four_dishes`] costs.
pub const FOUR_DISHES_TOTAL: i64 = 5 * DISH_PRICE + 3 * CHEESE_PRICE;

/// One line of one dish.
pub fn one_dish() -> Value {
    json!({"type": "takeaway", "lines": [{"product": "salchipapa", "quantity": 1, "modifiers": []}]})
}

/// One line of one drink.
pub fn one_drink() -> Value {
    json!({"type": "takeaway", "lines": [{"product": "limonada", "quantity": 1, "modifiers": []}]})
}

/// The price of a product or of a modifier, for a program that has no catalog.
pub fn price_of(sku: &str) -> Option<i64> {
    match sku {
        "queso-extra" => Some(CHEESE_PRICE),
        "sin-cebolla" => Some(0),
        sku if DISHES.contains(&sku) => Some(DISH_PRICE),
        sku if DRINKS.contains(&sku) => Some(DRINK_PRICE),
        _ => None,
    }
}
