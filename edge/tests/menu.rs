//! The menu as guests see it: what is in it, what is not, and that it is told once.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;

use comanda_shared::staff::Role;
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use jiff::SignedDuration;
use serde_json::{Value, json};
use support::{Branch, catalog};

fn menu(branch: &Branch) -> Value {
    branch.ask_as_a_guest("GET", "menu").send().is(200)
}

fn put(branch: &Branch, path: &str, body: &Value) {
    branch.ask("PUT", path).by(Role::Admin).header("idempotency-key", &branch.new_key()).json(body).send().is(200);
}

fn product<'m>(menu: &'m Value, name: &str) -> &'m Value {
    let categories = menu["categories"].as_array().unwrap().iter();
    let mut products = categories.flat_map(|category| category["products"].as_array().unwrap());
    products.find(|product| product["name"] == name).unwrap_or_else(|| panic!("no {name} in {menu}"))
}

/// Every name of a field, wherever it stands.
fn fields(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => object.iter().for_each(|(name, value)| {
            into.insert(name.clone());
            fields(value, into);
        }),
        Value::Array(items) => items.iter().for_each(|item| fields(item, into)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn a_guest_reads_what_is_sold_what_it_costs_at_the_table_and_what_is_chosen_with_it() {
    let branch = Branch::open();
    let mut file = catalog();
    file["categories"][1]["products"][0]["description"] = json!("De limón mandarino");
    file["categories"][1]["products"][0]["prices"] = json!({"dine_in": 550_000, "delivery": 700_000});
    branch.import(&file);
    let menu = menu(&branch);
    assert_eq!((&menu["currency"], &menu["opening"]["status"]), (&json!("COP"), &json!("open")));
    let names: Vec<_> = menu["categories"].as_array().unwrap().iter().map(|category| &category["name"]).collect();
    assert_eq!(names, ["Fritos", "Bebidas"]);
    let lemonade = product(&menu, "Limonada");
    assert_eq!((&lemonade["price"], &lemonade["description"]), (&json!(550_000), &json!("De limón mandarino")));
    let juice = product(&menu, "Jugo");
    let size = json!({"name": "Tamaño", "min": 1, "max": 1, "options": [
        {"name": "Pequeño", "price": 0, "available": true}, {"name": "Grande", "price": 200_000, "available": true}]});
    assert_eq!((&juice["choices"], &juice["available"], &juice["photo"]), (&json!([size]), &json!(true), &Value::Null));
    let fried = menu["categories"][0]["products"].as_array().unwrap();
    assert_eq!(fried.len(), 2, "what is off is not on the menu");
}

#[test]
fn the_menu_has_these_fields_and_no_other() {
    let branch = Branch::open();
    let mut file = catalog();
    (file["categories"][1]["products"][0]["picture"], file["categories"][1]["products"][0]["barcode"]) =
        (json!("ab".repeat(32)), json!("7702001"));
    branch.import(&file);
    let pause = json!({"status": "paused", "reason": "se dañó la freidora", "until": "2026-11-22T15:00:00-05:00"});
    put(&branch, "branch-state", &pause);
    put(&branch, "products/limonada/availability", &json!({"available": true, "left": 7, "reason": "llegan mañana"}));
    let menu = menu(&branch);
    let mut found = BTreeSet::new();
    fields(&menu, &mut found);
    let known = [
        "available",
        "categories",
        "choices",
        "currency",
        "description",
        "extra_minutes",
        "id",
        "large",
        "max",
        "min",
        "name",
        "opening",
        "options",
        "photo",
        "price",
        "products",
        "small",
        "status",
        "time_zone",
        "until",
        "week",
    ];
    assert_eq!(found, known.map(str::to_owned).into());
    let text = menu.to_string();
    for secret in ["freidora", "Freidora", "barra", "inc-8", "7702001", "llegan", "dañó", "limonada", "480", "script-"]
    {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert_eq!(menu["opening"]["status"], "paused");
}

#[test]
fn what_ran_out_is_shown_as_such_and_so_is_what_cannot_be_made_without_it() {
    let branch = Branch::open();
    let lemonade = |branch: &Branch| product(&menu(branch), "Limonada")["available"].clone();
    assert_eq!(lemonade(&branch), true);
    put(&branch, "products/limonada/availability", &json!({"available": false, "until": "2026-11-22T15:00:00-05:00"}));
    assert_eq!(lemonade(&branch), false);
    branch.wait(SignedDuration::from_hours(2));
    assert_eq!(lemonade(&branch), true, "it is back by itself");
    put(&branch, "products/limonada/availability", &json!({"available": true, "left": 1}));
    assert_eq!(lemonade(&branch), true);
    branch.take(&support::lemonade());
    assert_eq!(lemonade(&branch), false, "the last one was sold");

    let option = |menu: &Value, at: usize| product(menu, "Jugo")["choices"][0]["options"][at]["available"].clone();
    put(&branch, "modifiers/pequeno/availability", &json!({"available": false}));
    let shown = menu(&branch);
    assert_eq!((option(&shown, 0), option(&shown, 1)), (json!(false), json!(true)));
    assert_eq!(product(&shown, "Jugo")["available"], true);
    put(&branch, "modifiers/grande/availability", &json!({"available": false}));
    assert_eq!(product(&menu(&branch), "Jugo")["available"], false, "a size has to be chosen");
    put(&branch, "modifiers/queso-extra/availability", &json!({"available": false}));
    assert_eq!(product(&menu(&branch), "Salchipapa especial")["available"], true, "nobody has to have cheese");
}

#[test]
fn a_phone_that_has_the_menu_is_told_only_that_it_is_the_same() {
    let branch = Branch::open();
    let first = branch.ask_as_a_guest("GET", "menu").send();
    let tag = first.header("etag").unwrap().to_owned();
    assert_eq!(first.header("cache-control"), Some("no-cache"));
    let again = || branch.ask_as_a_guest("GET", "menu").header("if-none-match", &tag).send();
    let same = again();
    assert_eq!((same.status, same.bytes.len(), same.header("etag")), (304, 0, Some(tag.as_str())));
    branch.take(&support::lemonade());
    branch.wait(SignedDuration::from_mins(1));
    assert_eq!(again().status, 304, "orders and time change nothing in it");
    put(&branch, "products/limonada/availability", &json!({"available": false}));
    let other = again();
    assert_eq!(other.status, 200);
    assert_ne!(other.header("etag"), Some(tag.as_str()));
}

#[test]
fn before_there_is_a_catalog_the_menu_is_empty_and_the_hours_are_there() {
    let branch = Branch::without_a_catalog();
    let day = json!([{"open": "11:00:00", "close": "22:00:00"}]);
    let hours = json!({"monday": [], "tuesday": day, "wednesday": day, "thursday": day, "friday": day, "saturday": day, "sunday": day,
        "exceptions": [{"date": "2026-12-24", "intervals": [], "reason": "la familia"}]});
    put(&branch, "settings", &json!({"name": "La Esquina", "hours": hours}));
    let menu = menu(&branch);
    assert_eq!(
        (&menu["name"], &menu["currency"], &menu["categories"]),
        (&json!("La Esquina"), &Value::Null, &json!([]))
    );
    assert_eq!(menu["opening"]["until"], "2026-11-22T22:00:00.000-05:00");
    assert_eq!(menu["week"], json!([[], day, day, day, day, day, day]));
}

#[test]
fn a_photo_is_shown_while_its_product_is_on_sale_and_no_other_picture_is() {
    let branch = Branch::open();
    let upload = |color: u8| {
        let mut file = Vec::new();
        RgbImage::from_pixel(800, 600, Rgb([color, 90, 30])).write_with_encoder(JpegEncoder::new(&mut file)).unwrap();
        let ask = branch.ask("POST", "media").by(Role::Admin).bytes(file).header("content-type", "image/jpeg");
        ask.send().is(201)["picture"].as_str().unwrap().to_owned()
    };
    let (shown, of_what_is_off, of_nothing) = (upload(10), upload(120), upload(240));
    let mut file = catalog();
    file["categories"][1]["products"][0]["picture"] = json!(shown);
    file["categories"][0]["products"][2]["picture"] = json!(of_what_is_off);
    branch.import(&file);
    let photo = product(&menu(&branch), "Limonada")["photo"].clone();
    for size in ["small", "large"] {
        let answer = branch.ask_as_a_guest("GET", photo[size].as_str().unwrap()).send();
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("image/jpeg")), "{answer}");
    }
    for other in [of_what_is_off, of_nothing, "ab".repeat(32), "../pepper".to_owned()] {
        let path = format!("menu/photos/{}/small", other.replace('/', "%2F"));
        branch.ask_as_a_guest("GET", &path).send().is_refused(404, "not_found");
    }
    branch.ask_as_a_guest("GET", &format!("media/{shown}/small")).by(Role::Owner).send().is_refused(404, "not_found");
}

#[test]
fn guests_have_a_listener_of_their_own_and_whoever_puts_it_on_the_tables_is_told_where() {
    let branch = Branch::open();
    let mut served = branch.serve();
    let ask = |address, path: &str| {
        let mut socket = TcpStream::connect(address).unwrap();
        write!(socket, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!([ask(served.guests, "/api/v1/menu"), ask(served.guests, "/api/v1/branch")], ["200", "404"]);
    assert_eq!([ask(served.address, "/api/v1/menu"), ask(served.address, "/api/v1/branch")], ["404", "200"]);
    let told = branch.get("settings/menu").is(200);
    assert_eq!(told, json!({"addresses": [format!("http://{}", served.guests)]}));
    let order = branch.take(&support::lemonade());
    let pass = branch.get(&format!("orders/{}/guest-pass", order["id"].as_str().unwrap())).is(200);
    let address = pass["address"].as_str().unwrap();
    assert!(address.starts_with(&format!("http://{}/pedido#", served.guests)), "{address}");
    served.stop(&branch);
}
