//! The catalog over HTTP: importing a menu, and what that does to what is sold and to what was sold.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_shared::staff::Role;
use serde_json::{Value, json};

use support::{Answer, Branch, catalog, lemonade, one};

fn import(branch: &Branch, file: &Value) -> Answer {
    branch.ask("POST", "products/bulk-import").by(Role::Admin).json(file).send()
}

/// Every product by its sku, as the list has them.
fn skus(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|product| product["sku"].as_str().unwrap()).collect()
}

#[test]
fn an_imported_menu_is_sold_from_at_once() {
    let branch = Branch::without_a_catalog();
    branch.post("orders", "key", &lemonade()).is_refused(409, "catalog.missing");
    for list in ["products", "products/limonada", "categories", "stations", "taxes", "catalog"] {
        branch.get(list).is_refused(409, "catalog.missing");
    }
    let imported = import(&branch, &catalog()).is(200);
    assert_eq!(imported, json!({"version": 1, "categories": 2, "products": 5, "modifiers": 5, "stations": 2}));
    branch.post("orders", "key", &lemonade()).is(201);

    let mut dearer = catalog();
    dearer["categories"][1]["products"][0]["price"] = json!(900_000);
    assert_eq!(import(&branch, &dearer).is(200)["version"], 2);
    assert_eq!(branch.take(&lemonade())["subtotal"], 900_000);
}

#[test]
fn every_bad_row_is_named_with_its_place_and_nothing_is_changed() {
    let branch = Branch::open();
    let (menu, sequence) = (branch.get("catalog").is(200), branch.sequence());
    let mut bad = catalog();
    bad["currency"] = json!("pesos");
    bad["categories"][0]["products"][0]["price"] = json!(-1);
    bad["categories"][0]["products"][1]["station"] = json!("parrilla");
    bad["categories"][1]["products"][0]["nombre"] = json!("Limonada");
    bad["categories"][1]["products"][1]["sku"] = json!("limonada");

    let problem = import(&branch, &bad).is_refused(422, "catalog.invalid");
    let errors = problem["errors"].as_array().unwrap();
    let named: Vec<_> =
        errors.iter().map(|error| (error["field"].as_str().unwrap(), error["code"].as_str().unwrap())).collect();
    let mut expected = [
        ("currency", "currency.invalid"),
        ("categories[0].products[0].price", "price.negative"),
        ("categories[0].products[1].station", "station.unknown"),
        ("categories[1].products[0].nombre", "field.unknown"),
        ("categories[1].products[1].sku", "sku.duplicate"),
    ];
    let mut named = named;
    named.sort_unstable();
    expected.sort_unstable();
    assert_eq!(named, expected);
    assert!(errors.iter().all(|error| !error["detail"].as_str().unwrap().is_empty()));
    assert_eq!((branch.get("catalog").is(200), branch.sequence()), (menu, sequence));
}

#[test]
fn what_is_no_menu_is_refused_with_the_place_and_changes_nothing() {
    let branch = Branch::open();
    let (menu, sequence) = (branch.get("catalog").is(200), branch.sequence());
    let send = |bytes: &[u8]| branch.ask("POST", "products/bulk-import").by(Role::Admin).bytes(bytes.to_vec()).send();
    for (bytes, place, code) in [
        (&b""[..], "línea 1", "json.malformed"),
        (b"{\n  \"currency\": }", "línea 2", "json.malformed"),
        (b"\xff\xfe", "línea 1", "json.malformed"),
        (b"[]", "archivo", "field.type"),
        (b"{}", "currency", "field.missing"),
    ] {
        let problem = send(bytes).is_refused(422, "catalog.invalid");
        let error = &problem["errors"][0];
        assert!(error["field"].as_str().unwrap().starts_with(place), "{problem}");
        assert_eq!(error["code"], code);
    }
    assert_eq!((branch.get("catalog").is(200), branch.sequence()), (menu, sequence));
}

#[test]
fn a_menu_comes_as_json_and_is_at_most_sixteen_mib() {
    let branch = Branch::open();
    let before = branch.sequence();
    let sized = |bytes: usize| {
        let mut file = catalog().to_string();
        file.push_str(&" ".repeat(bytes - file.len()));
        branch.ask("POST", "products/bulk-import").by(Role::Admin).bytes(file)
    };
    const MIB: usize = 1024 * 1024;
    for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
        sized(10_000).header("content-type", kind).send().is_refused(415, "media_type.unsupported");
    }
    sized(16 * MIB + 1).send().is_refused(413, "body.too_large");
    assert_eq!(branch.sequence(), before);
    sized(16 * MIB).send().is(200);
}

#[test]
fn a_menu_of_ten_thousand_products_is_taken_and_sold_from() {
    let branch = Branch::open();
    let product = |number: usize| {
        json!({"sku": format!("p-{number}"), "name": format!("Producto número {number}"), "price": number,
               "tax": [], "station": "barra", "description": "una descripción que alarga el archivo bastante"})
    };
    let mut large = catalog();
    large["categories"] =
        json!([{"id": "todo", "name": "Todo", "products": (1..=10_000).map(product).collect::<Vec<_>>()}]);
    assert!(large.to_string().len() > 1024 * 1024);
    assert_eq!(import(&branch, &large).is(200)["products"], 10_000);
    assert_eq!(branch.take(&one(json!({"product": "p-10000", "quantity": 2})))["total"], 20_000);
    assert_eq!(skus(&branch.get("products?search=numero+777").is(200))[..2], ["p-777", "p-7770"]);
}

#[test]
fn what_was_there_before_keeps_its_id_however_the_menu_is_rearranged() {
    let branch = Branch::open();
    let before = branch.get("products?limit=200").is(200);
    let mut file = catalog();
    file["categories"].as_array_mut().unwrap().reverse();
    file["stations"].as_array_mut().unwrap().reverse();
    let fried = &mut file["categories"][1]["products"];
    fried.as_array_mut().unwrap().reverse();
    fried[2]["name"] = json!("Salchipapa de lujo");
    fried[2]["modifier_groups"][0]["modifiers"].as_array_mut().unwrap().reverse();
    fried
        .as_array_mut()
        .unwrap()
        .push(json!({"sku": "empanada", "name": "Empanada", "price": 300_000, "tax": [], "station": "freidora"}));
    import(&branch, &file).is(200);

    for old in before["items"].as_array().unwrap() {
        let new = branch.get(&format!("products/{}", old["sku"].as_str().unwrap())).is(200);
        assert_eq!((&new["id"], &new["stations"], &new["taxes"]), (&old["id"], &old["stations"], &old["taxes"]));
        let modifiers = |of: &Value| {
            let groups = of["modifier_groups"].as_array().cloned().unwrap_or_default();
            let mut ids: Vec<String> = groups
                .iter()
                .flat_map(|group| group["modifiers"].as_array().unwrap())
                .map(|modifier| format!("{} {}", modifier["sku"], modifier["id"]))
                .collect();
            ids.sort();
            ids
        };
        assert_eq!(modifiers(&new), modifiers(old));
    }
    let ids: std::collections::BTreeSet<String> = branch.get("products?limit=200").is(200)["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|product| product["id"].to_string())
        .collect();
    assert_eq!(ids.len(), 6);
}

#[test]
fn the_exported_menu_can_be_imported_again_and_is_the_same() {
    let branch = Branch::open();
    let (file, products) = (branch.get("catalog").is(200), branch.get("products?limit=200").is(200));
    assert_eq!(import(&branch, &file).is(200)["version"], 2);
    assert_eq!((branch.get("catalog").is(200), branch.get("products?limit=200").is(200)), (file, products));
}

#[test]
fn an_order_stays_as_it_was_sold_whatever_the_menu_becomes() {
    let branch = Branch::open();
    let sold = one(json!({"product": "salchipapa-especial", "quantity": 1, "modifiers": ["queso-extra"]}));
    let order = branch.take(&sold);
    let kept = branch.order(&order["id"]);
    let picture = |order: &Value| {
        let tickets = branch.get(&format!("orders/{}/tickets", order["id"].as_str().unwrap())).is(200);
        branch.get(tickets["items"][0]["picture"].as_str().unwrap()).bytes
    };
    let drawn = picture(&order);

    let mut renamed = catalog();
    let product = &mut renamed["categories"][0]["products"][0];
    (product["name"], product["price"], product["tax"]) = (json!("Papas locas"), json!(1), json!([]));
    product["modifier_groups"][0]["modifiers"][0]["name"] = json!("Doble queso");
    import(&branch, &renamed).is(200);
    assert_eq!((branch.order(&order["id"]), picture(&order)), (kept.clone(), drawn.clone()));
    let now = branch.take(&sold);
    assert_eq!((&now["lines"][0]["name"], &now["total"]), (&json!("Papas locas"), &json!(300_001)));

    let mut gone = catalog();
    gone["categories"][0]["products"].as_array_mut().unwrap().remove(0);
    import(&branch, &gone).is(200);
    assert_eq!((branch.order(&order["id"]), picture(&order)), (kept, drawn));
    branch.post("orders", "key", &sold).is_refused_at(422, "product.unknown", "lines[0].product");
    // What was sold can still be served and taken back.
    branch.advance(&order["id"], "ready").is(200);
}

#[test]
fn only_whoever_may_import_a_catalog_does() {
    let branch = Branch::open();
    let sequence = branch.sequence();
    for role in [Role::Cashier, Role::Waiter, Role::Kitchen, Role::Rider] {
        let ask = branch.ask("POST", "products/bulk-import").by(role).json(&catalog());
        assert_eq!(ask.send().is_refused(403, "permission.missing")["detail"], "catalog.import");
    }
    assert_eq!(branch.sequence(), sequence);
    for role in [Role::Owner, Role::Admin] {
        branch.ask("POST", "products/bulk-import").by(role).json(&catalog()).send().is(200);
    }
}

#[test]
fn products_are_listed_in_the_order_of_the_menu_page_by_page() {
    let branch = Branch::open();
    let menu = ["salchipapa-especial", "combo", "yuca", "limonada", "jugo"];
    assert_eq!(skus(&branch.get("products").is(200)), menu);
    for limit in 1..=6 {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = branch.get(&format!("products?limit={limit}{cursor}")).is(200);
            found.extend(skus(&page).into_iter().map(str::to_owned));
            match &page["next_cursor"] {
                Value::Null => break,
                next => cursor = format!("&cursor={}", next.as_str().unwrap()),
            }
        }
        assert_eq!(found, menu, "{limit}");
    }
}

#[test]
fn a_product_is_found_by_the_beginnings_of_its_words_and_what_is_on_sale_comes_first() {
    let branch = Branch::open();
    for (text, expected) in [
        ("salchi", vec!["salchipapa-especial"]),
        ("ESP%20salch", vec!["salchipapa-especial"]),
        ("limón", vec!["limonada"]),
        ("la%20com", vec!["combo"]),
        ("monada", vec![]),
        ("%25", vec![]),
        ("yuca", vec!["yuca"]),
        ("%20", vec!["salchipapa-especial", "combo", "yuca", "limonada", "jugo"]),
    ] {
        assert_eq!(skus(&branch.get(&format!("products?search={text}")).is(200)), expected, "{text}");
    }
    let mut off_first = catalog();
    off_first["categories"][0]["products"][2]["name"] = json!("Juguito de yuca");
    import(&branch, &off_first).is(200);
    assert_eq!(skus(&branch.get("products?search=jug").is(200)), ["jugo", "yuca"]);
    let page = branch.get("products?search=jug&limit=1").is(200);
    assert_eq!((skus(&page), &page["next_cursor"]), (vec!["jugo"], &json!("1")));
    assert_eq!(skus(&branch.get("products?search=jug&limit=1&cursor=1").is(200)), ["yuca"]);
}

#[test]
fn a_menu_with_strange_names_is_taken_or_refused_and_its_tickets_are_drawn() {
    let branch = Branch::open();
    for name in ["<script>alert(1)</script>", "'; DROP TABLE orders; --", "🍟🌶️", "\u{202e}apaphclas", "Z̸̢̛a̷͎͝l̵̙̈g̶̖̃o̵̢͝"]
    {
        let mut file = catalog();
        file["categories"][0]["products"][0]["name"] = json!(name);
        import(&branch, &file).is(200);
        let order = branch.take(&one(json!({"product": "salchipapa-especial", "quantity": 1})));
        assert_eq!(order["lines"][0]["name"], name);
        let tickets = branch.get(&format!("orders/{}/tickets", order["id"].as_str().unwrap())).is(200);
        let picture = branch.get(tickets["items"][0]["picture"].as_str().unwrap());
        assert!(picture.status == 200 && picture.bytes.starts_with(b"\x89PNG"), "{name}: {picture}");
    }
    for name in ["\u{1b}@Papas", "Papas\n", "Pa\u{0}pas", "\u{9b}31m"] {
        let mut file = catalog();
        file["categories"][0]["products"][0]["name"] = json!(format!("x{name}x"));
        let problem = import(&branch, &file).is_refused(422, "catalog.invalid");
        assert_eq!(problem["errors"][0]["code"], "name.control_character");
    }
}

fn in_use(branch: &Branch) -> Value {
    branch.ask("GET", "settings/catalog").by(Role::Admin).send().is(200)
}

fn replace(branch: &Branch, version: u64, file: &Value) -> Answer {
    let ask = branch.ask("PUT", "settings/catalog").by(Role::Admin).header("if-match", &format!("\"{version}\""));
    ask.json(file).send()
}

#[test]
fn a_product_that_is_put_on_the_menu_is_sold_at_once_and_the_others_stay_who_they_are() {
    let branch = Branch::open();
    let lemonade = branch.get("products/limonada").is(200);
    let before = in_use(&branch);
    assert_eq!((&before["version"], &before["is_ours"]), (&json!(1), &json!(true)));
    let mut file = before["file"].clone();
    let coffee = json!({"sku": "tinto", "name": "Tinto", "price": 250_000, "tax": "inc-8", "station": "barra"});
    file["categories"][1]["products"].as_array_mut().unwrap().push(coffee);
    let after = replace(&branch, 1, &file).is(200);
    assert_eq!((&after["version"], &after["file"]), (&json!(2), &file));
    let order = branch.take(&one(json!({"product": "tinto", "quantity": 2})));
    assert_eq!(order["total"], json!(500_000));
    assert_eq!(branch.get("products/limonada").is(200), lemonade);
}

#[test]
fn nobody_writes_over_what_somebody_else_changed_on_the_menu() {
    let branch = Branch::open();
    let mut file = in_use(&branch)["file"].clone();
    file["categories"][1]["name"] = json!("Para tomar");
    replace(&branch, 1, &file).is(200);
    replace(&branch, 1, &file).is_refused(409, "catalog.version_conflict");
    replace(&branch, 7, &file).is_refused(409, "catalog.version_conflict");
    assert_eq!(in_use(&branch)["version"], json!(2));
}

#[test]
fn a_changed_menu_with_wrong_rows_is_refused_with_every_one_of_them_and_the_old_one_sells_on() {
    let branch = Branch::open();
    let mut file = in_use(&branch)["file"].clone();
    file["categories"][0]["products"][0]["price"] = json!(-5);
    file["categories"][1]["products"][0]["station"] = json!("horno");
    let problem = replace(&branch, 1, &file).is_refused(422, "catalog.invalid");
    let fields: Vec<_> = problem["errors"].as_array().unwrap().iter().map(|row| row["field"].clone()).collect();
    assert_eq!(fields, ["categories[0].products[0].price", "categories[1].products[0].station"]);
    assert_eq!(in_use(&branch)["version"], json!(1));
    branch.take(&lemonade());
}
