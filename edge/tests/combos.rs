//! Combos over HTTP: what they become in an order, at the stations, and when they are taken back.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_shared::staff::Role;
use serde_json::{Value, json};

use support::{Branch, catalog, one};

/// A branch that sells a combo of fried food and drinks.
fn branch() -> Branch {
    let branch = Branch::open();
    branch.ask("POST", "products/bulk-import").by(Role::Admin).json(&menu()).send().is(200);
    branch
}

fn menu() -> Value {
    let mut menu = catalog();
    let slots = json!([
        {"id": "frito", "name": "El frito", "min": 1, "max": 2, "choices": [
            {"sku": "salchipapa-especial", "price": 0}, {"sku": "combo", "price": 400_000}, {"sku": "yuca", "price": 0}]},
        {"id": "bebida", "name": "La bebida", "min": 0, "max": 1, "choices": [
            {"sku": "limonada", "price": 0}, {"sku": "jugo", "price": 150_000}]}]);
    let combo = json!({"sku": "combo-personal", "name": "Combo personal", "price": 1_900_000,
                       "prices": {"delivery": 2_100_000}, "tax": "inc-8", "station": [], "combo": slots});
    let categories = menu["categories"].as_array_mut().unwrap();
    categories.push(json!({"id": "combos", "name": "Combos", "products": [combo]}));
    menu
}

/// Two of the combo, with fried potatoes as the guest likes them, and a large juice.
fn two() -> Value {
    json!({"product": "combo-personal", "quantity": 2, "notes": "para compartir", "choices": [
        {"slot": "frito", "product": "salchipapa-especial", "modifiers": ["queso-extra", "sin-cebolla"],
         "notes": "bien tostada"},
        {"slot": "bebida", "product": "jugo", "modifiers": ["grande"]}]})
}

fn with(pointer: &str, value: Value) -> Value {
    let mut line = two();
    *line.pointer_mut(pointer).unwrap() = value;
    line
}

fn void(branch: &Branch, order: &Value, line: usize) -> support::Answer {
    let (order_id, line_id) = (order["id"].as_str().unwrap(), order["lines"][line]["id"].as_str().unwrap());
    let ask = branch.ask("POST", &format!("orders/{order_id}/lines/{line_id}/void"));
    ask.header("if-match", &order["version"].to_string()).json(&json!({"reason": "se arrepintió"})).send()
}

#[test]
fn a_combo_is_answered_as_a_line_nobody_makes_and_a_line_for_each_choice() {
    let branch = branch();
    let order = branch.take(&json!({"type": "takeaway", "lines": [two(), {"product": "limonada", "quantity": 1}]}));
    let lines = order["lines"].as_array().unwrap();
    let shown: Vec<_> = lines.iter().map(|line| (line["name"].as_str().unwrap(), &line["quantity"])).collect();
    let (one, two) = (json!(1), json!(2));
    let expected = [("Combo personal", &two), ("Salchipapa especial", &two), ("Jugo", &two), ("Limonada", &one)];
    assert_eq!(shown, expected);
    assert_eq!((&lines[0]["stations"], lines[0].get("part_of")), (&json!([]), None));
    assert!(lines[1..3].iter().all(|part| part["part_of"] == lines[0]["id"]));
    assert_eq!(lines[3].get("part_of"), None);
    assert_eq!((&lines[0]["notes"], &lines[1]["notes"]), (&json!("para compartir"), &json!("bien tostada")));

    let amounts = |line: &Value| ["unit_price", "subtotal", "tax", "total"].map(|field| line[field].as_i64().unwrap());
    // Consumption tax of 8 % is in every price; juice alone would not have been taxed.
    assert_eq!(amounts(&lines[0]), [1_900_000, 3_800_000, 281_481, 3_800_000]);
    assert_eq!(amounts(&lines[1]), [0, 600_000, 44_444, 600_000]);
    assert_eq!(amounts(&lines[2]), [150_000, 700_000, 51_852, 700_000]);
    assert_eq!(order["total"], 3_800_000 + 600_000 + 700_000 + 595_000);
    assert_eq!(branch.order(&order["id"])["lines"], order["lines"]);
}

#[test]
fn each_part_is_told_to_its_own_station_once() {
    let branch = branch();
    let order = branch.take(&one(two()));
    let stations = |order: &Value| {
        let tickets = branch.get(&format!("orders/{}/tickets", order["id"].as_str().unwrap())).is(200);
        let told = |ticket: &Value| format!("{} {}", ticket["station_name"], ticket["kind"]).replace('"', "");
        tickets["items"].as_array().unwrap().iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(stations(&order), ["Freidora new", "Barra new"]);
    let more = json!({"lines": [two()]});
    let path = format!("orders/{}/lines", order["id"].as_str().unwrap());
    let added = branch.post(&path, "more", &more).is(200);
    assert_eq!(added["lines"].as_array().unwrap().len(), 6);
    assert_eq!(branch.post(&path, "more", &more).is(200)["lines"], added["lines"], "a repeat adds nothing");
    assert_eq!(stations(&order)[2..], ["Freidora addition", "Barra addition"]);
    void(&branch, &added, 0).is(200);
    assert_eq!(stations(&order)[4..], ["Freidora void", "Barra void"]);
}

#[test]
fn a_card_says_which_combo_a_line_is_part_of_and_a_combo_is_on_no_card() {
    let branch = branch();
    let order = branch.take(&json!({"type": "takeaway", "lines": [two(), {"product": "limonada", "quantity": 1}]}));
    let cards = branch.get("kitchen/orders?station=freidora&station=barra").is(200);
    let on = |card: &Value| {
        let line = |line: &Value| (line["name"].clone(), line["part_of"].clone());
        card["lines"].as_array().unwrap().iter().map(line).collect::<Vec<_>>()
    };
    let combo = json!("Combo personal");
    let (fried, drinks) = (&cards["items"][0], &cards["items"][1]);
    let (fried, drinks) = if fried["lines"].as_array().unwrap().len() == 1 { (fried, drinks) } else { (drinks, fried) };
    assert_eq!(on(fried), [(json!("Salchipapa especial"), combo.clone())]);
    assert_eq!(on(drinks), [(json!("Jugo"), combo), (json!("Limonada"), Value::Null)]);

    void(&branch, &order, 0).is(200);
    let bar = branch.get("kitchen/orders?station=barra").is(200);
    let states = bar["items"][0]["lines"].as_array().unwrap().iter().map(|line| line["state"].clone());
    assert_eq!(states.collect::<Vec<_>>(), [json!("voided"), json!("to_make")]);
}

#[test]
fn a_combo_costs_what_its_order_type_says() {
    let branch = branch();
    let mut order = one(two());
    (order["type"], order["delivery"]) = (json!("delivery"), json!({"address": "Calle 10"}));
    assert_eq!(branch.take(&order)["lines"][0]["unit_price"], 2_100_000);
}

#[test]
fn what_is_wrong_with_a_combo_is_named_where_it_stands_and_writes_nothing() {
    let branch = branch();
    let before = branch.sequence();
    let fried = json!({"slot": "frito", "product": "combo"});
    for (line, status, code, field) in [
        (with("/choices", json!([])), 422, "choice.missing", "choices"),
        (with("/choices", json!([fried, fried, fried])), 422, "choice.excess", "choices"),
        (with("/choices/1/slot", json!("postre")), 422, "choice.unknown", "choices[1].slot"),
        (with("/choices/1/product", json!("combo")), 422, "choice.unknown", "choices[1].product"),
        (with("/choices/1/product", json!("perro")), 422, "product.unknown", "choices[1].product"),
        (with("/choices/0/product", json!("yuca")), 409, "product.unavailable", "choices[0].product"),
        (with("/choices/1/modifiers", json!([])), 422, "modifier.missing", "choices[1].modifiers"),
        (with("/choices/0/modifiers", json!(["grande"])), 422, "modifier.unknown", "choices[0].modifiers"),
        (with("/choices/0/modifiers", json!(["aji", "aji", "aji"])), 422, "modifier.excess", "choices[0].modifiers"),
        (with("/choices/0/notes", json!("x".repeat(501))), 422, "field.invalid", "choices[0].notes"),
        (with("/choices/0/slot", json!(7)), 422, "field.invalid", "choices[0].slot"),
        (with("/product", json!("limonada")), 422, "choice.unknown", "choices[0].slot"),
    ] {
        let order = json!({"type": "takeaway", "lines": [{"product": "limonada", "quantity": 1}, line]});
        branch.post("orders", "key", &order).is_refused_at(status, code, &format!("lines[1].{field}"));
        branch.ask("POST", "orders/quote").json(&order).send().is_refused_at(
            status,
            code,
            &format!("lines[1].{field}"),
        );
    }
    let mut unknown = two();
    unknown["choices"][0]["quantity"] = json!(2);
    branch.post("orders", "key", &one(unknown)).is_refused(422, "field.invalid");
    let many = json!({"type": "takeaway", "lines": vec![two(); 67]});
    branch.post("orders", "key", &many).is_refused_at(422, "lines.too_many", "lines");
    assert_eq!(branch.sequence(), before);
}

#[test]
fn a_combo_is_taken_back_as_a_whole_and_a_part_never_alone() {
    let branch = branch();
    let order = branch.take(&json!({"type": "takeaway", "lines": [two(), {"product": "limonada", "quantity": 1}]}));
    let before = branch.sequence();
    for part in [1, 2] {
        void(&branch, &order, part).is_refused(409, "line.part_of_combo");
    }
    assert_eq!(branch.sequence(), before);

    let after = void(&branch, &order, 0).is(200);
    let states: Vec<_> = after["lines"].as_array().unwrap().iter().map(|line| line["status"].as_str()).collect();
    assert_eq!(states, [Some("voided"), Some("voided"), Some("voided"), Some("open")]);
    assert!(after["lines"].as_array().unwrap()[..3].iter().all(|line| line["void_reason"] == "se arrepintió"));
    assert_eq!((&after["total"], &after["version"]), (&json!(595_000), &json!(3)), "one event");
    void(&branch, &after, 0).is_refused(409, "line.voided");
    void(&branch, &after, 1).is_refused(409, "line.voided");
}

#[test]
fn a_menu_with_combos_is_written_back_as_it_was_sent() {
    let branch = branch();
    let written = branch.get("catalog").is(200);
    assert_eq!(written["categories"][2]["products"][0]["combo"], menu()["categories"][2]["products"][0]["combo"]);
    let product = branch.get("products/combo-personal").is(200);
    let id = product["combo"][0]["id"].as_str().unwrap().to_owned();
    branch.ask("POST", "products/bulk-import").by(Role::Admin).json(&written).send().is(200);
    assert_eq!(branch.get("products/combo-personal").is(200), product, "ids stay");

    // And a slot may be named by its id.
    branch.take(&one(with("/choices/0/slot", json!(id))));
}

#[test]
fn an_order_that_waits_for_its_parts_is_estimated_by_the_slowest() {
    let branch = branch();
    let order = branch.take(&one(json!({"product": "combo-personal", "quantity": 1, "choices": [
        {"slot": "frito", "product": "salchipapa-especial"}]})));
    assert_eq!(order["estimated_ready_at"], "2026-11-22T13:38:00.000-05:00", "eight minutes, not the combo's ten");
}

#[test]
fn the_menu_of_the_demo_is_a_good_one_and_its_combos_are_cheaper_than_their_parts() {
    let branch = Branch::without_a_catalog();
    let file: Value = serde_json::from_str(include_str!("../../tests/data/esquina-menu.json")).unwrap();
    branch.ask("POST", "products/bulk-import").by(Role::Admin).json(&file).send().is(200);
    let products: Vec<&Value> =
        file["categories"].as_array().unwrap().iter().flat_map(|one| one["products"].as_array().unwrap()).collect();
    let price = |sku: &Value| {
        let product = products.iter().find(|product| product["sku"] == *sku).unwrap();
        product["price"].as_i64().unwrap()
    };
    let combos: Vec<_> = products.iter().filter(|product| product["combo"].is_array()).collect();
    for combo in &combos {
        let alone = |slot: &Value| {
            let choices = slot["choices"].as_array().unwrap().iter();
            let cheapest = choices.map(|choice| price(&choice["sku"]) - choice["price"].as_i64().unwrap()).min();
            cheapest.unwrap() * slot["min"].as_i64().unwrap()
        };
        let parts: i64 = combo["combo"].as_array().unwrap().iter().map(alone).sum();
        assert!(price(&combo["sku"]) < parts, "{} is {parts} apart", combo["sku"]);
    }
    assert_eq!(combos.len(), 4);
}
