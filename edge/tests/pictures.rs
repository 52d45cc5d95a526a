//! Pictures of products over HTTP: kept, shown, named by the menu; and what is none.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_edge::catalog::pictures::photo::FILE_LIMIT;
use comanda_shared::staff::Role;
use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};

use support::{Answer, Branch, catalog, lemonade};

fn photo(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let pixels = RgbImage::from_pixel(width, height, Rgb([180, 90, 30]));
    pixels.write_with_encoder(JpegEncoder::new(&mut file)).unwrap();
    file
}

fn upload(branch: &Branch, kind: &str, file: Vec<u8>) -> Answer {
    branch.ask("POST", "media").by(Role::Admin).bytes(file).header("content-type", kind).send()
}

/// The menu with this as the lemonade's picture.
fn pictured(picture: &Value) -> Value {
    let mut menu = catalog();
    menu["categories"][1]["products"][0]["picture"] = picture.clone();
    menu
}

fn picture_of_the_lemonade(branch: &Branch) -> Value {
    branch.get("products/limonada").is(200)["picture"].clone()
}

#[test]
fn a_photo_is_kept_named_by_the_menu_and_shown_in_three_sizes() {
    let mut branch = Branch::open();
    let kept = upload(&branch, "image/jpeg", photo(1600, 900)).is(201)["picture"].clone();
    assert_eq!(upload(&branch, "image/jpeg", photo(1600, 900)).is(201)["picture"], kept, "the same photo is kept once");
    branch.import(&pictured(&kept));
    assert_eq!(picture_of_the_lemonade(&branch), kept);
    assert_eq!(branch.get("catalog").is(200)["categories"][1]["products"][0]["picture"], kept);
    assert_eq!(branch.get("catalog").is(200)["categories"][1]["products"][1].get("picture"), None);

    branch.restart();
    for (size, sides) in [("small", (320, 180)), ("medium", (640, 360)), ("large", (1280, 720))] {
        let answer = branch.get(&format!("media/{}/{size}", kept.as_str().unwrap()));
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("image/jpeg")), "{answer}");
        assert_eq!(answer.header("cache-control"), Some("private, max-age=31536000, immutable"));
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"));
        let shown = image::load_from_memory_with_format(&answer.bytes, ImageFormat::Jpeg).unwrap();
        assert_eq!((shown.width(), shown.height()), sides);
    }
}

#[test]
fn what_is_not_kept_is_not_shown_and_sold_all_the_same() {
    let branch = Branch::open();
    let unknown = "ab".repeat(32);
    branch.import(&pictured(&json!(unknown)));
    branch.take(&lemonade());
    for path in [
        format!("{unknown}/small"),
        format!("{unknown}/huge"),
        "../pepper/small".to_owned(),
        "x/small".to_owned(),
        format!("{}/small", unknown.to_uppercase()),
    ] {
        let answer = branch.get(&format!("media/{path}"));
        answer.is_refused(404, "not_found");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "what comes later is shown then");
    }
}

#[test]
fn a_picture_is_named_by_its_hash_and_a_menu_that_says_otherwise_changes_nothing() {
    let branch = Branch::open();
    let before = branch.sequence();
    for name in [json!("limonada.jpg"), json!("../../pepper"), json!(""), json!(1)] {
        let refused = branch.ask("POST", "products/bulk-import").by(Role::Admin).json(&pictured(&name)).send();
        refused.is_refused_at(422, "catalog.invalid", "categories[1].products[0].picture");
    }
    assert_eq!(branch.sequence(), before);
}

#[test]
fn what_is_no_photo_is_refused_in_words_and_nothing_is_kept() {
    let branch = Branch::open();
    let words = |answer: Answer, status, code| answer.is_refused(status, code)["message"].as_str().unwrap().to_owned();
    for kind in ["application/json", "image/svg+xml", "image/gif", "multipart/form-data", "text/html", ""] {
        upload(&branch, kind, photo(8, 8)).is_refused(415, "media_type.unsupported");
    }
    for file in [Vec::new(), b"<svg onload='alert(1)'/>".to_vec(), b"GIF89a".to_vec(), photo(64, 64)[..200].to_vec()] {
        let said = words(upload(&branch, "image/jpeg", file), 422, "picture.unreadable");
        assert!(said.contains("JPEG, PNG o WebP"), "{said}");
    }
    let mut long = photo(8, 8);
    long.resize(FILE_LIMIT + 1, 0);
    let said = words(upload(&branch, "image/jpeg", long.clone()), 413, "picture.too_large");
    assert!(said.contains("5 MB"), "{said}");
    long.pop();
    upload(&branch, "image/jpeg", long).is(201);

    // Few bytes that say they are four thousand million pixels.
    let mut bomb = photo(8, 8);
    let frame = bomb.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    bomb[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    upload(&branch, "image/jpeg", bomb).is_refused(413, "picture.too_large");
    assert_eq!(std::fs::read_dir(branch.folder().blobs()).unwrap().count(), 1);
}

#[test]
fn a_photo_changes_nothing_until_the_menu_names_it() {
    let branch = Branch::open();
    let before = branch.sequence();
    upload(&branch, "image/jpeg", photo(30, 20)).is(201);
    assert_eq!((branch.sequence(), picture_of_the_lemonade(&branch)), (before, Value::Null));
}

#[test]
fn tiles_show_pictures_until_the_branch_says_otherwise() {
    let mut branch = Branch::open();
    let shows = |branch: &Branch| branch.get("branch").is(200)["shows_pictures"].clone();
    assert_eq!(shows(&branch), true);
    branch.ask("PUT", "settings").by(Role::Admin).json(&json!({"shows_pictures": false})).send().is(200);
    branch.restart();
    assert_eq!(shows(&branch), false);
    branch.ask("PUT", "settings").by(Role::Admin).json(&json!({"tip_permille": 50})).send().is(200);
    assert_eq!(shows(&branch), false, "what is absent stays");
}
