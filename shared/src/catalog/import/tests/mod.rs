//! Good files, and what every test of files is made with.

mod mistakes;

use serde_json::{Value, json};

use super::{BadRow, read};
use crate::catalog::{Catalog, sample};

const PRODUCT: &str = "/categories/0/products/0";
const COMBO: &str = "/categories/3/products/0";

fn import(file: &Value) -> Result<Catalog, Vec<BadRow>> {
    read(file.to_string().as_bytes(), None, &mut sample::ids(0))
}

/// The sample's file, changed.
fn file(change: impl FnOnce(&mut Value)) -> Value {
    let mut file = serde_json::from_str(sample::FILE).unwrap();
    change(&mut file);
    file
}

/// The sample's file with one value set; a field that was not there is added.
fn with(pointer: &str, value: Value) -> Value {
    file(|file| {
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        match file.pointer_mut(parent).unwrap() {
            Value::Object(fields) => drop(fields.insert(field.to_owned(), value)),
            list => list[field.parse::<usize>().unwrap()] = value,
        }
    })
}

#[test]
fn a_file_becomes_a_catalog() {
    let catalog = sample::catalog();
    let product = catalog.product("salchipapa-especial").unwrap();
    assert_eq!(product.price.minor(), 1_850_000);
    assert_eq!(product.price_for(crate::order::OrderType::Delivery).minor(), 2_000_000);
    assert_eq!(product.price_for(crate::order::OrderType::DineIn), product.price);
    assert_eq!(product.taxes, [catalog.tax_by_key("inc-8").unwrap().id]);
    let stations = ["freidora", "barra"].map(|key| catalog.station_by_key(key).unwrap().id);
    assert_eq!(product.stations, stations);
    let groups: Vec<_> = product.modifier_groups.iter().map(|group| (group.min, group.most())).collect();
    assert_eq!(groups, [(1, 1), (0, 2)]);
    assert_eq!(catalog.products().count(), 7);
}

#[test]
fn a_combo_may_stand_before_or_after_its_parts() {
    for (from, to) in [(3, 3), (3, 0)] {
        let moved = file(|file| {
            let categories = file["categories"].as_array_mut().unwrap();
            let combos = categories.remove(from);
            categories.insert(to, combos);
        });
        let catalog = import(&moved).unwrap();
        let combo = catalog.product("combo-dominical").unwrap();
        assert!(combo.is_combo() && combo.stations.is_empty());
        let bounds: Vec<_> = combo.combo.iter().map(|slot| (slot.key.as_str(), slot.min, slot.max)).collect();
        assert_eq!(bounds, [("plato", 1, 1), ("bebida", 0, 2)]);
        let drinks = combo.slot("bebida").unwrap();
        assert_eq!(combo.slot(&drinks.id.to_string()), Some(drinks));
        let coconut = catalog.product("limonada-coco").unwrap();
        assert_eq!(drinks.choice(coconut.id).unwrap().price.minor(), 250_000);
        assert_eq!(drinks.choice(combo.id), None);
        assert!(!coconut.is_combo());
    }
}

#[test]
fn a_slot_asks_for_one_unless_it_says_otherwise() {
    let left_out = file(|file| {
        let combo = file.pointer_mut(COMBO).unwrap().as_object_mut().unwrap();
        combo.remove("station");
        let slot = combo["combo"][1].as_object_mut().unwrap();
        slot.remove("min");
        slot.remove("max");
        slot["choices"][1]["price"] = Value::Null;
    });
    let catalog = import(&left_out).unwrap();
    let slot = catalog.product("combo-dominical").unwrap().slot("bebida").unwrap();
    assert_eq!((slot.min, slot.max, slot.choices[1].price.minor()), (1, 1, 0));
}

#[test]
fn an_empty_combo_is_none() {
    let catalog = import(&with(&format!("{PRODUCT}/combo"), json!([]))).unwrap();
    assert!(!catalog.product("salchipapa-especial").unwrap().is_combo());
}

#[test]
fn the_example_in_the_docs_is_a_good_file() {
    let docs = include_str!("../../file.rs").lines().filter_map(|line| line.strip_prefix("//! "));
    let example: String =
        docs.skip_while(|line| *line != "```json").skip(1).take_while(|line| *line != "```").collect();
    let catalog = read(example.as_bytes(), None, &mut sample::ids(0)).unwrap();
    assert_eq!(catalog.product("salchipapa").unwrap().price.minor(), 1_850_000);
}

#[test]
fn the_combo_in_the_docs_is_a_good_one() {
    let blocks: Vec<String> = include_str!("../../file.rs")
        .split("//! ```")
        .filter_map(|block| block.strip_prefix("json\n"))
        .map(|block| block.lines().filter_map(|line| line.strip_prefix("//! ")).collect())
        .collect();
    let [mut file, combo] = [0, 1].map(|block: usize| serde_json::from_str::<Value>(&blocks[block]).unwrap());
    let products = file["categories"][0]["products"].as_array_mut().unwrap();
    for sku in ["mazorcada", "gaseosa", "limonada"] {
        products.push(json!({"sku": sku, "name": sku, "price": 1, "tax": [], "station": "freidora"}));
    }
    products.insert(0, combo);
    let catalog = import(&file).unwrap();
    let choices = catalog.product("combo-personal").unwrap().combo.iter().map(|slot| slot.choices.len());
    assert_eq!(choices.collect::<Vec<_>>(), [2, 2]);
}

#[test]
fn a_byte_order_mark_from_windows_is_passed_over() {
    let text = format!("\u{feff}{}", sample::FILE);
    assert_eq!(read(text.as_bytes(), None, &mut sample::ids(0)), Ok(sample::catalog()));
}

#[test]
fn what_may_be_left_out_may_also_be_null() {
    let left_out = file(|file| {
        let group = file.pointer_mut(&format!("{PRODUCT}/modifier_groups/1")).unwrap().as_object_mut().unwrap();
        group.remove("min");
        group["max"] = Value::Null;
        group["modifiers"][1]["price"] = Value::Null;
        file.pointer_mut(PRODUCT).unwrap()["description"] = json!("  ");
    });
    let catalog = import(&left_out).unwrap();
    let product = catalog.product("salchipapa-especial").unwrap();
    let group = &product.modifier_groups[1];
    assert_eq!((group.min, group.max, group.modifiers[1].price.minor()), (0, 0, 0));
    assert_eq!(product.description, None, "blank is none");
}

#[test]
fn names_lose_the_spaces_around_them() {
    let catalog = import(&with(&format!("{PRODUCT}/name"), json!("  Salchipapa  grande \n"))).unwrap();
    assert_eq!(catalog.product("salchipapa-especial").unwrap().name, "Salchipapa  grande");
}

#[test]
fn what_keeps_its_key_or_sku_keeps_its_id() {
    let before = sample::catalog();
    let changed = file(|file| {
        file["taxes"].as_array_mut().unwrap().reverse();
        let product = file.pointer_mut(PRODUCT).unwrap().take();
        file["categories"][0]["products"].as_array_mut().unwrap().remove(0);
        file["categories"][1]["products"].as_array_mut().unwrap().push(product);
        let moved = &mut file["categories"][1]["products"][2];
        moved["name"] = json!("Salchipapa de la casa");
        moved["modifier_groups"][0]["modifiers"].as_array_mut().unwrap().push(json!({"sku": "ajo", "name": "Ajo"}));
    });
    let after = read(changed.to_string().as_bytes(), Some(&before), &mut sample::ids(1_000)).unwrap();

    for tax in before.taxes() {
        assert_eq!(after.tax_by_key(&tax.key), Some(tax));
    }
    let [old, new] = [&before, &after].map(|catalog| catalog.product("salchipapa-especial").unwrap());
    assert_eq!((new.id, new.name.as_str()), (old.id, "Salchipapa de la casa"));
    for (group, modifier) in old.modifiers() {
        let (new_group, new_modifier) = new.modifier(&modifier.sku).unwrap();
        assert_eq!((new_group.id, new_modifier.id), (group.id, modifier.id));
    }
    for slot in &before.product("combo-dominical").unwrap().combo {
        assert_eq!(after.product("combo-dominical").unwrap().slot(&slot.key).unwrap().id, slot.id);
    }
    let added = new.modifier("ajo").unwrap().1.id;
    assert!(old.modifiers().all(|(_, modifier)| modifier.id != added));
}

#[test]
fn the_same_modifier_in_two_products_is_two() {
    let catalog = sample::catalog();
    let cheese = |sku: &str| catalog.product(sku).unwrap().modifier("queso-extra").unwrap().1.clone();
    let (one, other) = (cheese("salchipapa-especial"), cheese("hamburguesa-jalapeno"));
    assert_ne!(one.id, other.id);
    assert_eq!((one.price.minor(), other.price.minor()), (300_000, 250_000));
}
