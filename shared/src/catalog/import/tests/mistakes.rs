//! Bad files: each mistake, many at once, and values by the hundred that nobody thought of.

use serde_json::{Value, json};

use super::{COMBO, PRODUCT, file, import, with};
use crate::catalog::export::write;
use crate::catalog::import::{MAX_CHOICES, MAX_MODIFIERS, MAX_PARTS, MAX_PRODUCTS, read};
use crate::catalog::sample;

fn places_and_codes(file: &Value) -> Vec<(String, &'static str)> {
    import(file).expect_err("a bad row is meant").into_iter().map(|bad| (bad.place, bad.code)).collect()
}

/// Every value of the file by its pointer.
fn pointers(value: &Value, here: &str, all: &mut Vec<String>) {
    all.push(here.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| pointers(value, &format!("{here}/{name}"), all))
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| pointers(item, &format!("{here}/{index}"), all));
        }
        _ => {}
    }
}

/// Sets each value below the pointer, and expects one bad row: its place below the place given here, and its code.
fn each_is_named(pointer: &str, place: &str, mistakes: &[(&str, Value, &str, &str)]) {
    for (field, value, below, code) in mistakes {
        let bad = import(&with(&format!("{pointer}{field}"), value.clone())).expect_err(field);
        let found: Vec<_> = bad.iter().map(|bad| (bad.place.clone(), bad.code)).collect();
        assert_eq!(found, [(format!("{place}{below}"), *code)], "{field}: {value}");
    }
}

#[test]
fn mistakes_in_the_parts_of_a_menu_are_named() {
    each_is_named(
        "/",
        "",
        &[
            ("currency", json!("pesos"), "currency", "currency.invalid"),
            ("currency", json!("cop"), "currency", "currency.invalid"),
            ("currency", Value::Null, "currency", "field.missing"),
            ("moneda", json!("COP"), "moneda", "field.unknown"),
            ("taxes/0/permille", json!(1001), "taxes[0].permille", "number.out_of_range"),
            ("taxes/0/permille", json!(-1), "taxes[0].permille", "number.out_of_range"),
            ("taxes/0/permille", json!(8.5), "taxes[0].permille", "field.type"),
            ("taxes/0/included", json!("sí"), "taxes[0].included", "field.type"),
            ("taxes/2/id", json!("inc-8"), "taxes[2].id", "key.duplicate"),
            ("taxes/2/id", json!("no paga"), "taxes[2].id", "key.invalid"),
            ("stations/2/id", json!("freidora"), "stations[2].id", "key.duplicate"),
            ("categories", json!([]), "categories", "categories.empty"),
            ("categories/1", json!("Bebidas"), "categories[1]", "field.type"),
            ("categories/1/id", json!("fritos"), "categories[1].id", "key.duplicate"),
            ("categories/1/name", json!(" "), "categories[1].name", "name.empty"),
            ("categories/1/active", json!(1), "categories[1].active", "field.type"),
            ("categories/1/products", json!({}), "categories[1].products", "field.type"),
        ],
    );
}

#[test]
fn mistakes_in_a_product_are_named() {
    each_is_named(
        "/categories/1/products/0/",
        "categories[1].products[0].",
        &[
            ("sku", json!("salchipapa-especial"), "sku", "sku.duplicate"),
            ("sku", json!("ñame"), "sku", "sku.invalid"),
            ("sku", json!("a".repeat(65)), "sku", "sku.invalid"),
            ("sku", json!(""), "sku", "sku.invalid"),
            ("name", json!("n".repeat(121)), "name", "name.too_long"),
            ("name", json!("dos\nlíneas"), "name", "name.control_character"),
            ("description", json!("d".repeat(501)), "description", "description.too_long"),
            ("description", json!("a\tb"), "description", "description.control_character"),
            ("picture", json!("../../pepper"), "picture", "picture.invalid"),
            ("picture", json!("0F".repeat(32)), "picture", "picture.invalid"),
            ("picture", json!(7), "picture", "field.type"),
            ("barcode", json!("77 02"), "barcode", "barcode.invalid"),
            ("price", json!(-1), "price", "price.negative"),
            ("price", json!(1_000_000_000_001_i64), "price", "price.too_high"),
            ("price", json!(u64::MAX), "price", "field.type"),
            ("price", json!("18500"), "price", "field.type"),
            ("prices", json!({"domicilio": 1}), "prices.domicilio", "field.unknown"),
            ("prices", json!({"delivery": -1}), "prices.delivery", "price.negative"),
            ("tax", json!("iva-5"), "tax", "tax.unknown"),
            ("tax", json!(["inc-8", "iva-5"]), "tax[1]", "tax.unknown"),
            ("tax", json!(["inc-8", "inc-8"]), "tax[1]", "tax.repeated"),
            ("tax", Value::Null, "tax", "field.missing"),
            ("station", json!("parrilla"), "station", "station.unknown"),
            ("station", json!(["barra", "barra"]), "station[1]", "station.repeated"),
            ("station", json!([]), "station", "station.missing"),
            ("target_seconds", json!(0), "target_seconds", "number.out_of_range"),
        ],
    );
}

#[test]
fn mistakes_in_what_may_be_chosen_are_named() {
    each_is_named(
        &format!("{PRODUCT}/modifier_groups/"),
        "categories[0].products[0].modifier_groups",
        &[
            ("0/id", json!("adiciones"), "[1].id", "key.duplicate"),
            ("0/max", json!(3), "[0]", "group.max_over_modifiers"),
            ("0/min", json!(2), "[0]", "group.min_over_max"),
            ("0/min", json!(-1), "[0].min", "number.out_of_range"),
            ("1/min", json!(3), "[1]", "group.min_over_modifiers"),
            ("0/modifiers/1/default", json!(true), "[0]", "group.defaults_over_max"),
            ("0/modifiers/1/sku", json!("queso-extra"), "[1].modifiers[0].sku", "sku.duplicate"),
            ("0/modifiers/1/price", json!(-500), "[0].modifiers[1].price", "price.negative"),
        ],
    );
}

#[test]
fn mistakes_in_a_combo_are_named() {
    each_is_named(
        &format!("{COMBO}/"),
        "categories[3].products[0].",
        &[
            ("combo", json!("dos perros"), "combo", "field.type"),
            ("station", json!("barra"), "station", "combo.made"),
            ("station", json!(["barra"]), "station", "combo.made"),
            ("target_seconds", json!(60), "target_seconds", "combo.made"),
            ("modifier_groups", json!([{"id": "x", "name": "X", "modifiers": []}]), "modifier_groups", "combo.made"),
            ("combo/1/id", json!("plato"), "combo[1].id", "key.duplicate"),
            ("combo/1/id", json!("la bebida"), "combo[1].id", "key.invalid"),
            ("combo/1/name", json!(""), "combo[1].name", "name.empty"),
            ("combo/1/min", json!(3), "combo[1]", "slot.min_over_max"),
            ("combo/1/min", json!(-1), "combo[1].min", "number.out_of_range"),
            ("combo/1/max", json!(0), "combo[1].max", "number.out_of_range"),
            ("combo/1/max", json!(MAX_PARTS), "combo", "combo.too_many_parts"),
            ("combo/1/choices", json!([]), "combo[1].choices", "slot.no_choices"),
            ("combo/1/choices/0/sku", json!("mazamorra"), "combo[1].choices[0].sku", "product.unknown"),
            ("combo/1/choices/0/sku", json!("combo-dominical"), "combo[1].choices[0].sku", "combo.itself"),
            ("combo/1/choices/1/sku", json!("ajiaco"), "combo[1].choices[1].sku", "choice.repeated"),
            ("combo/1/choices/0/price", json!(-1), "combo[1].choices[0].price", "price.negative"),
            ("combo/1/choices/0/precio", json!(1), "combo[1].choices[0].precio", "field.unknown"),
        ],
    );
}

#[test]
fn a_combo_in_a_combo_is_named_wherever_the_other_stands() {
    let two = |first: &str, second: &str| {
        file(|file| {
            let products = file["categories"][3]["products"].as_array_mut().unwrap();
            products.push(products[0].clone());
            for (product, sku) in products.iter_mut().zip([first, second]) {
                product["sku"] = json!(sku);
            }
            products[0]["combo"][1]["choices"][0]["sku"] = json!(second);
        })
    };
    let place = "categories[3].products[0].combo[1].choices[0].sku".to_owned();
    assert_eq!(places_and_codes(&two("uno", "otro")), [(place.clone(), "combo.nested")]);
    let mut earlier = two("uno", "otro");
    earlier["categories"][3]["products"].as_array_mut().unwrap().reverse();
    assert_eq!(places_and_codes(&earlier), [(place.replace("products[0]", "products[1]"), "combo.nested")]);
}

#[test]
fn a_combo_offers_at_most_so_many_choices() {
    let menu = |count: usize| {
        let skus = (0..count).map(|index| format!("p{index}"));
        file(|file| {
            let products =
                skus.clone().map(|sku| json!({"sku": sku, "name": "P", "price": 1, "tax": [], "station": "barra"}));
            file["categories"][0]["products"].as_array_mut().unwrap().extend(products);
            file.pointer_mut(COMBO).unwrap()["combo"][1]["choices"] = skus.map(|sku| json!({"sku": sku})).collect();
        })
    };
    assert!(import(&menu(MAX_CHOICES - 1)).is_ok());
    let place = "categories[3].products[0].combo".to_owned();
    assert_eq!(places_and_codes(&menu(MAX_CHOICES)), [(place, "choices.too_many")]);
}

#[test]
fn without_stations_there_is_no_menu() {
    let none = file(|file| {
        file["stations"] = json!([]);
        for category in file["categories"].as_array_mut().unwrap() {
            category["products"] = json!([]);
        }
    });
    assert_eq!(places_and_codes(&none), [("stations".to_owned(), "stations.empty")]);
}

#[test]
fn all_mistakes_are_named_at_once() {
    let bad = file(|file| {
        file["taxes"][0]["name"] = json!("");
        file["categories"][0]["products"][0]["price"] = json!("gratis");
        file["categories"][0]["products"][0]["precio"] = json!(1);
        for modifier in
            file.pointer_mut(&format!("{PRODUCT}/modifier_groups/0/modifiers")).unwrap().as_array_mut().unwrap()
        {
            modifier["price"] = json!(-1);
        }
        file["categories"][1]["products"][0]["tax"] = json!(["iva-5", "iva-16"]);
        file["categories"][1]["products"][1]["station"] = json!("cocina");
        file["categories"][2].as_object_mut().unwrap().remove("name");
    });
    let expected = [
        ("taxes[0].name", "name.empty"),
        ("categories[0].products[0].precio", "field.unknown"),
        ("categories[0].products[0].price", "field.type"),
        ("categories[0].products[0].modifier_groups[0].modifiers[0].price", "price.negative"),
        ("categories[0].products[0].modifier_groups[0].modifiers[1].price", "price.negative"),
        ("categories[1].products[0].tax[0]", "tax.unknown"),
        ("categories[1].products[0].tax[1]", "tax.unknown"),
        ("categories[1].products[1].station", "station.unknown"),
        ("categories[2].name", "field.missing"),
    ];
    assert_eq!(places_and_codes(&bad), expected.map(|(place, code)| (place.to_owned(), code)));
}

#[test]
fn a_message_says_in_spanish_what_is_wrong_with_which_value() {
    for (pointer, value, message) in [
        ("price", json!("18.500"), "Se esperaba un número entero, sin comillas, puntos ni comas y hay «18.500»."),
        ("price", json!(-500), "El precio «-500» es negativo."),
        (
            "sku",
            json!("papa frita"),
            "«papa frita» no sirve como código: use de 1 a 64 letras sin tilde, cifras, puntos, guiones o rayas bajas, sin espacios.",
        ),
        ("sku", json!("salchipapa-sencilla"), "«salchipapa-sencilla» ya se usa en categories[0].products[0].sku."),
        ("tax", json!("iva-5"), "El impuesto «iva-5» no está en el archivo."),
        ("name", Value::Null, "Falta el campo «name»."),
    ] {
        let bad = import(&with(&format!("{PRODUCT}/{pointer}"), value)).unwrap_err();
        assert_eq!(bad[0].message, message);
    }
}

#[test]
fn a_price_that_is_there_twice_is_refused() {
    let twice = sample::FILE.replace("\"price\": 1850000", "\"price\": 1850000, \"price\": 1950000");
    let bad = read(twice.as_bytes(), None, &mut sample::ids(0)).unwrap_err();
    assert_eq!((bad[0].place.as_str(), bad[0].code), ("categories[0].products[0].price", "field.repeated"));
    assert_eq!(bad[0].message, "El campo «price» está dos veces, la segunda con «1950000».");
}

#[test]
fn a_missing_list_of_taxes_is_not_held_against_every_product() {
    let missing = file(|file| drop(file.as_object_mut().unwrap().remove("taxes")));
    assert_eq!(places_and_codes(&missing), [("taxes".to_owned(), "field.missing")]);
}

#[test]
fn a_badly_spelt_key_is_not_held_against_what_refers_to_it() {
    let bad = file(|file| {
        file["stations"][1]["id"] = json!("la barra");
        file["categories"][1]["products"] = json!([]);
        file["categories"][3]["products"] = json!([]);
        file["categories"][0]["products"][0]["station"] = json!("la barra");
    });
    assert_eq!(places_and_codes(&bad), [("stations[1].id".to_owned(), "key.invalid")]);
}

#[test]
fn too_many_products_or_modifiers_are_refused() {
    let product =
        |index: usize| json!({"sku": format!("p{index}"), "name": "P", "price": 1, "tax": [], "station": "barra"});
    let menu = |count: usize| with("/categories/0/products", (0..count).map(product).collect());
    assert_eq!(import(&menu(MAX_PRODUCTS - 4)).unwrap().products().count(), MAX_PRODUCTS);
    assert_eq!(places_and_codes(&menu(MAX_PRODUCTS - 3)), [("categories".to_owned(), "products.too_many")]);

    let modifier = |index: usize| json!({"sku": format!("m{index}"), "name": "M"});
    let choices =
        |count: usize| with(&format!("{PRODUCT}/modifier_groups/1/modifiers"), (0..count).map(modifier).collect());
    assert!(import(&choices(MAX_MODIFIERS - 2)).is_ok());
    let place = "categories[0].products[0].modifier_groups".to_owned();
    assert_eq!(places_and_codes(&choices(MAX_MODIFIERS - 1)), [(place, "modifiers.too_many")]);
}

/// Whatever stands where: what is taken can be written and read again, and a refusal names something.
#[test]
fn no_value_in_any_place_breaks_the_import() {
    let original = file(|_| {});
    let mut all = Vec::new();
    pointers(&original, "", &mut all);
    let long = "x".repeat(10_000);
    let strange = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(1.5),
        json!(i64::MAX),
        json!(""),
        json!(long),
        json!([]),
        json!({}),
        json!([null]),
    ];
    for pointer in &all {
        for value in &strange {
            let changed = file(|file| *file.pointer_mut(pointer).unwrap() = value.clone());
            match import(&changed) {
                Ok(catalog) => {
                    let again = read(write(&catalog).as_bytes(), Some(&catalog), &mut sample::ids(1_000));
                    assert_eq!(again, Ok(catalog), "{pointer} {value}");
                }
                Err(bad) => {
                    assert!(!bad.is_empty(), "{pointer} {value}");
                    assert!(bad.iter().all(|bad| bad.message.chars().count() < 250), "{bad:?}");
                }
            }
        }
    }
    assert!(all.len() > 100, "every value of the sample was tried");
}

#[test]
fn no_field_can_be_left_out_or_added_without_an_answer() {
    let original = file(|_| {});
    let mut all = Vec::new();
    pointers(&original, "", &mut all);
    for pointer in all.iter().filter(|pointer| original.pointer(pointer).unwrap().is_object()) {
        let fields: Vec<String> = original.pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect();
        for field in fields {
            let less = file(|file| drop(file.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(&field)));
            // Without what it is put together from, a combo is a product that nobody makes.
            let (place, code) =
                if field == "combo" { ("station", "station.missing") } else { (field.as_str(), "field.missing") };
            if let Err(bad) = import(&less) {
                assert!(bad.iter().any(|bad| bad.place.ends_with(place) && bad.code == code), "{bad:?}");
            }
        }
        let more = places_and_codes(&with(&format!("{pointer}/nuevo"), json!(1)));
        assert!(matches!(&more[..], [(place, "field.unknown")] if place.ends_with("nuevo")), "{more:?}");
    }
}

#[test]
fn a_file_that_was_cut_off_is_refused_wherever_the_cut_is() {
    for cut in 0..sample::FILE.len() {
        let bad = read(&sample::FILE.as_bytes()[..cut], None, &mut sample::ids(0)).unwrap_err();
        assert_eq!((bad.len(), bad[0].code), (1, "json.malformed"), "{cut} bytes");
    }
}
