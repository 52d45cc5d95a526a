//! Whatever is sent: it is accepted or refused with a reason, never answered with a fault of ours, and a refusal writes
//! nothing.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_edge::journal::Configuration;
use comanda_edge::printing::job::Content;
use comanda_edge::printing::material::Material;
use comanda_edge::printing::profile::PrinterProfile;
use comanda_edge::printing::sheet::Marks;
use comanda_shared::ids::TicketId;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use support::{Answer, Branch, lemonade, one};

const KIB: usize = 1024;

/// Asks for something that is refused, and sees that nothing was written.
#[track_caller]
fn refused(branch: &Branch, ask: impl FnOnce() -> Answer, status: u16, code: &str) -> Value {
    let before = branch.sequence();
    let problem = ask().is_refused(status, code);
    assert_eq!(branch.sequence(), before, "a refusal wrote something: {problem}");
    problem
}

/// Sends an order that is refused at this field.
#[track_caller]
fn order_refused_at(branch: &Branch, order: &Value, code: &str, field: &str) {
    let status = if code == "product.unavailable" { 409 } else { 422 };
    let problem = refused(branch, || branch.post("orders", "key", order), status, code);
    assert_eq!(problem["errors"][0]["field"], json!(field), "{problem}");
}

fn line(field: &str, value: Value) -> Value {
    let mut line = json!({"product": "salchipapa-especial", "quantity": 1});
    line[field] = value;
    one(line)
}

fn with(field: &str, value: Value) -> Value {
    let mut order = lemonade();
    order[field] = value;
    order
}

#[test]
fn what_is_no_json_is_malformed() {
    let branch = Branch::open();
    let whole = lemonade().to_string();
    let bodies: [&[u8]; 10] = [
        b"",
        b"{",
        b"type=takeaway",
        b"{'type': 'takeaway'}",
        b"{\"type\": \"takeaway\",}",
        b"{\"type\": \"\xff\xfe\"}",
        b"{\"type\": \"a\nb\"}",
        b"{\"type\": \"\\ud800\"}",
        b"\x1f\x8b\x08\x00",
        &whole.as_bytes()[..whole.len() - 1],
    ];
    for body in bodies {
        let ask = || branch.ask("POST", "orders").header("idempotency-key", "key").bytes(body.to_vec()).send();
        refused(&branch, ask, 400, "body.malformed");
    }
    let twice = format!("{whole}{whole}");
    let ask = || branch.ask("POST", "orders").header("idempotency-key", "key").bytes(twice).send();
    refused(&branch, ask, 400, "body.malformed");
    let deep = format!("{{\"type\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let ask = || branch.ask("POST", "orders").header("idempotency-key", "key").bytes(deep).send();
    assert!(matches!(ask().status, 400 | 422));
}

#[test]
fn a_command_has_at_most_256_kib_and_a_request_at_most_one_mib() {
    let branch = Branch::open();
    let padded = |bytes: usize| {
        let mut body = lemonade().to_string();
        body.push_str(&" ".repeat(bytes - body.len()));
        branch.ask("POST", "orders").header("idempotency-key", &format!("{bytes}")).bytes(body).send()
    };
    padded(256 * KIB).is(201);
    refused(&branch, || padded(256 * KIB + 1), 422, "command.too_large");
    refused(&branch, || padded(1024 * KIB), 422, "command.too_large");
    refused(&branch, || padded(1024 * KIB + 1), 413, "body.too_large");
    refused(&branch, || padded(8 * 1024 * KIB), 413, "body.too_large");
}

#[test]
fn a_body_is_json_and_says_so() {
    let branch = Branch::open();
    let send = |kind: &str| {
        let ask = branch.ask("POST", "orders").header("idempotency-key", &branch.new_key()).json(&lemonade());
        ask.header("content-type", kind).send()
    };
    for kind in ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"] {
        refused(&branch, || send(kind), 415, "media_type.unsupported");
    }
    for kind in ["application/json", "Application/JSON; charset=utf-8"] {
        send(kind).is(201);
    }
}

#[test]
fn a_value_of_the_wrong_kind_is_named_with_its_place() {
    let branch = Branch::open();
    for (order, field) in [
        (json!([]), "."),
        (json!("takeaway"), "."),
        (json!({"type": "takeaway"}), "."),
        (with("type", json!(7)), "type"),
        (with("type", Value::Null), "type"),
        (with("channel", json!("fax")), "channel"),
        (with("table", json!(7)), "table"),
        (with("customer", json!("Ana")), "customer"),
        (with("customer", json!({"name": {"first": "Ana"}})), "customer.name"),
        (with("delivery", json!({})), "delivery"),
        (with("delivery", json!({"address": 7})), "delivery.address"),
        (with("lines", json!({})), "lines"),
        (with("lines", json!(["limonada"])), "lines[0]"),
        (line("product", json!(7)), "lines[0].product"),
        (line("quantity", json!(1.5)), "lines[0].quantity"),
        (line("quantity", json!("2")), "lines[0].quantity"),
        (line("quantity", Value::Null), "lines[0].quantity"),
        (line("quantity", json!(1e30)), "lines[0].quantity"),
        (line("modifiers", json!("queso-extra")), "lines[0].modifiers"),
        (line("modifiers", json!(["queso-extra", 7])), "lines[0].modifiers[1]"),
        (line("notes", json!(["a"])), "lines[0].notes"),
    ] {
        order_refused_at(&branch, &order, "field.invalid", field);
    }
}

#[test]
fn a_field_that_is_not_known_is_refused_and_not_passed_over() {
    let branch = Branch::open();
    order_refused_at(&branch, &with("total", json!(1)), "field.invalid", "total");
    order_refused_at(&branch, &with("__proto__", json!({})), "field.invalid", "__proto__");
    order_refused_at(&branch, &line("unit_price", json!(1)), "field.invalid", "lines[0].unit_price");
    order_refused_at(&branch, &with("customer", json!({"vip": true})), "field.invalid", "customer.vip");
    let twice = r#"{"type": "takeaway", "type": "delivery", "lines": [{"product": "limonada", "quantity": 1}]}"#;
    let ask = || branch.ask("POST", "orders").header("idempotency-key", "key").bytes(twice).send();
    refused(&branch, ask, 422, "field.invalid");
}

#[test]
fn what_the_menu_does_not_have_is_named_with_its_place() {
    let branch = Branch::open();
    let second = |second: Value| json!({"type": "takeaway", "lines": [{"product": "limonada", "quantity": 1}, second]});
    for unknown in ["", " limonada", "LIMONADA", "0193a000-0000-7000-8000-000000000000", "no-existe", "%", "🍋"] {
        let order = second(json!({"product": unknown, "quantity": 1}));
        order_refused_at(&branch, &order, "product.unknown", "lines[1].product");
    }
    let off = second(json!({"product": "yuca", "quantity": 1}));
    order_refused_at(&branch, &off, "product.unavailable", "lines[1].product");
    let foreign = second(json!({"product": "salchipapa-especial", "quantity": 1, "modifiers": ["grande"]}));
    order_refused_at(&branch, &foreign, "modifier.unknown", "lines[1].modifiers");
    let none = second(json!({"product": "jugo", "quantity": 1}));
    order_refused_at(&branch, &none, "modifier.missing", "lines[1].modifiers");
    let both = second(json!({"product": "jugo", "quantity": 1, "modifiers": ["pequeno", "grande"]}));
    order_refused_at(&branch, &both, "modifier.excess", "lines[1].modifiers");
    let thrice = json!(["queso-extra", "queso-extra", "queso-extra"]);
    order_refused_at(&branch, &line("modifiers", thrice), "modifier.excess", "lines[0].modifiers");
}

#[test]
fn a_quantity_is_a_whole_number_from_one_to_a_thousand() {
    let branch = Branch::open();
    for quantity in [0, -1, 1001, 1_000_000_000, i64::MAX, i64::MIN] {
        let field = "lines[0].quantity";
        order_refused_at(&branch, &line("quantity", json!(quantity)), "quantity.out_of_range", field);
    }
    let taken = branch.take(&line("quantity", json!(1000)));
    assert_eq!(taken["total"], 1_550_000_000_i64);
}

#[test]
fn an_order_has_one_to_two_hundred_lines_also_after_lines_were_added() {
    let branch = Branch::open();
    let lines = |count: usize| json!({"lines": vec![json!({"product": "limonada", "quantity": 1}); count]});
    let order = |count: usize| with("lines", lines(count)["lines"].clone());
    order_refused_at(&branch, &order(0), "lines.missing", "lines");
    refused(&branch, || branch.post("orders", "key", &order(201)), 422, "lines.too_many");
    let taken = branch.take(&order(199));
    let path = format!("orders/{}/lines", taken["id"].as_str().unwrap());
    refused(&branch, || branch.post(&path, "none", &lines(0)), 422, "lines.missing");
    refused(&branch, || branch.post(&path, "two", &lines(2)), 422, "lines.too_many");
    let full = branch.post(&path, "one", &lines(1)).is(200);
    assert_eq!(full["lines"].as_array().unwrap().len(), 200);
}

#[test]
fn a_line_has_at_most_twenty_modifiers() {
    let branch = Branch::open();
    let modifiers = json!(vec!["sin-cebolla"; 21]);
    order_refused_at(&branch, &line("modifiers", modifiers), "modifier.excess", "lines[0].modifiers");
}

#[test]
fn texts_have_a_length_that_counts_letters_and_not_bytes() {
    let branch = Branch::open();
    let letters = |count: usize| json!("ñ".repeat(count));
    for (field, order, longest) in [
        ("notes", (|text| with("notes", text)) as fn(Value) -> Value, 500),
        ("lines[0].notes", |text| line("notes", text), 500),
        ("delivery.address", |text| with("delivery", json!({"address": text})), 500),
        ("customer.name", |text| with("customer", json!({"name": text})), 120),
        ("customer.phone", |text| with("customer", json!({"phone": text})), 120),
        ("table", |text| with("table", text), 120),
        ("external_number", |text| with("external_number", text), 120),
    ] {
        order_refused_at(&branch, &order(letters(longest + 1)), "field.invalid", field);
        branch.take(&order(letters(longest)));
    }
    let taken = branch.take(&lemonade());
    let cancel = branch.ask("POST", &format!("orders/{}/cancel", taken["id"].as_str().unwrap()));
    let cancel = cancel.header("if-match", "2").json(&json!({"reason": letters(121)}));
    refused(&branch, || cancel.send(), 422, "field.invalid");
}

/// What people, attackers and broken keyboards write.
const STRANGE: [&str; 16] = [
    "🍟🌶️👨‍👩‍👧‍👦🇨🇴",
    "\u{1b}@\u{1b}p\u{0}\u{19}\u{fa}",
    "\u{1d}V\u{42}\u{0}corte\u{1d}!\u{77}",
    "\u{10}\u{14}\u{1}\u{0}\u{1}\u{1c}.\u{1b}t\u{13}",
    "uno\ndos\r\ntres\tcuatro\u{c}cinco\u{85}seis",
    "\u{0}\u{7f}\u{9b}31m\u{8}\u{8}\u{8}",
    "'); DROP TABLE orders; --",
    "Robert\"; DELETE FROM journal WHERE '1'='1",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "{{7*7}} ${jndi:ldap://x} %s%n %00 \\u0000 ../../etc/passwd",
    "\u{202e}oirasu\u{2066} \u{200b}\u{feff}\u{ad}",
    "Z̸̢̛a̷͎͝l̵̙̈g̶̖̃o̵̢͝",
    "漢字 العربية עברית ไทย",
    "e\u{301}n\u{303}e",
    "\u{10ffff}\u{e000}\u{fffd}\u{fffe}",
    "   ",
];

/// As [`STRANGE`] is kept: control characters are blanks, and blanks are single.
fn tidy(text: &str) -> String {
    let blanked: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    blanked.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn told(text: &str) -> Value {
    json!({"type": "delivery", "table": text, "external_number": text, "notes": text,
           "customer": {"name": text, "phone": text}, "delivery": {"address": text},
           "lines": [{"product": "salchipapa-especial", "quantity": 1, "notes": text}]})
}

/// The bytes of the order's first ticket, as a printer of 80 mm gets them.
fn ticket_bytes(branch: &Branch, order: &Value) -> Vec<u8> {
    let tickets = branch.get(&format!("orders/{}/tickets", order["id"].as_str().unwrap())).is(200);
    let ticket: TicketId = tickets["items"][0]["id"].as_str().unwrap().parse().unwrap();
    let load = |connection: &_| Material::load(connection, &Content::Ticket(ticket), branch.guests());
    let material = branch.journal().readers().read_blocking(load).unwrap().unwrap();
    material.encode(Marks::default(), &Configuration::default(), &PrinterProfile::default())
}

/// Takes away every command that our layout uses; what is left is text.
fn without_commands(bytes: &[u8]) -> Vec<u8> {
    // Each with the number of its parameters.
    let commands: [(&[u8], usize); 8] = [
        (b"\x1b@", 0),
        (b"\x1c.", 0),
        (b"\x1bR", 1),
        (b"\x1bt", 1),
        (b"\x1bE", 1),
        (b"\x1d!", 1),
        (b"\x1dB", 1),
        (b"\x1dV", 2),
    ];
    let (mut rest, mut text) = (bytes, Vec::new());
    while let [first, after @ ..] = rest {
        let command = commands.iter().find(|(command, _)| rest.starts_with(command));
        rest = match command {
            Some((command, parameters)) => &rest[command.len() + parameters..],
            None => {
                text.push(*first);
                after
            }
        };
    }
    text
}

#[test]
fn strange_texts_are_kept_readable_and_never_speak_to_the_printer() {
    let branch = Branch::open();
    for text in STRANGE {
        let order = branch.take(&told(text));
        let tidy = tidy(text);
        let kept = Some(tidy.as_str()).filter(|text| !text.is_empty());
        for pointer in ["/notes", "/table", "/external_number", "/customer/name", "/delivery_address", "/lines/0/notes"]
        {
            assert_eq!(order.pointer(pointer).and_then(Value::as_str), kept, "{pointer} of {text:?}");
        }

        let bytes = ticket_bytes(&branch, &order);
        let text_bytes = without_commands(&bytes);
        let control = text_bytes.iter().find(|byte| (**byte < 0x20 && **byte != 0x0a) || **byte == 0x7f);
        assert_eq!(control, None, "{text:?} is printed as {bytes:02x?}");
        let plain = ticket_bytes(&branch, &branch.take(&told(&tidy)));
        let commands = |bytes: &[u8]| bytes.iter().copied().filter(|byte| *byte < 0x20).collect::<Vec<_>>();
        assert_eq!(commands(&bytes), commands(&plain), "{text:?}");

        let tickets = branch.get(&format!("orders/{}/tickets", order["id"].as_str().unwrap())).is(200);
        let picture = branch.get(tickets["items"][0]["picture"].as_str().unwrap());
        assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/png")), "{picture}");
        assert!(picture.bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
    }
    assert_eq!(branch.get("orders?include_total=true").is(200)["total"], 2 * STRANGE.len());
}

#[test]
fn strange_names_of_products_are_unknown_and_write_nothing() {
    let branch = Branch::open();
    for text in STRANGE {
        order_refused_at(&branch, &line("product", json!(text)), "product.unknown", "lines[0].product");
        order_refused_at(&branch, &line("modifiers", json!([text])), "modifier.unknown", "lines[0].modifiers");
        order_refused_at(&branch, &with("type", json!(text)), "field.invalid", "type");
    }
    let long = "x".repeat(200 * KIB);
    order_refused_at(&branch, &line("product", json!(long)), "product.unknown", "lines[0].product");
}

/// A text as it stands in an address.
fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn strange_questions_are_answered_or_refused_and_change_nothing() {
    let branch = Branch::open();
    branch.take(&lemonade());
    let before = branch.sequence();
    for text in STRANGE {
        for list in ["orders?search", "orders?table", "orders?number", "products?search"] {
            branch.get(&format!("{list}={}", percent(text))).is(200);
        }
        for list in
            ["orders?status", "orders?cursor", "orders?sort", "orders?type", "orders?limit", "print/jobs?status"]
        {
            branch.get(&format!("{list}={}", percent(text))).is_refused(400, "request.malformed");
        }
    }
    assert_eq!(branch.get("orders?search=%27%20OR%201%3D1%20--").is(200)["items"], json!([]));
    assert_eq!(branch.sequence(), before);
}

#[test]
fn a_search_as_long_as_an_address_may_be_is_refused_and_not_a_fault() {
    let branch = Branch::open();
    for list in ["orders", "products"] {
        branch.get(&format!("{list}?search={}", "a".repeat(120))).is(200);
        let answer = branch.get(&format!("{list}?search={}", "a".repeat(60_000)));
        assert!(matches!(answer.status, 200 | 400), "{list}: {}", answer.status);
    }
    branch.get(&format!("orders?search={}", "a".repeat(121))).is_refused(400, "request.malformed");
}

#[test]
fn what_a_list_is_asked_with_is_understood_or_refused() {
    let branch = Branch::open();
    for query in [
        "orders?limit=-1",
        "orders?limit=many",
        "orders?limit=1.5",
        "orders?limit=4294967296",
        "orders?limit=",
        "orders?limit=5&limit=6",
        "orders?sort=total",
        "orders?sort=",
        "orders?cursor=",
        "orders?cursor=17",
        "orders?cursor=17~x",
        "orders?cursor=99999999999999999999~0193a000-0000-7000-8000-000000000000",
        "orders?type=counter",
        "orders?status=nonsense",
        "orders?status=Accepted",
        "orders?from=yesterday",
        "orders?from=2026-02-30",
        "orders?to=22/11/2026",
        "orders?open=maybe",
        "orders?include_total=1",
        "orders?page=2",
        "orders/stats?from=today",
        "orders/stats?day=2026-11-22",
        "products?limit=-1",
        "products?cursor=x",
        "products?cursor=-1",
        "products?name=x",
        "print/jobs?status=nonsense",
        "print/jobs?cursor=x",
        "print/jobs?limit=-5",
    ] {
        branch.get(query).is_refused(400, "request.malformed");
    }
    for query in [
        "orders?cursor=-9223372036854775808~00000000-0000-0000-0000-000000000000",
        "orders?limit=0",
        "orders?search=%ff",
        "products?cursor=18446744073709551615",
        "products?limit=18446744073709551615",
        "products?search=limonada&cursor=18446744073709551615&limit=18446744073709551615",
        "print/jobs?cursor=-9223372036854775808",
        "orders?from=0000-01-01&to=9999-12-31",
        "orders/stats?from=9999-12-31",
    ] {
        branch.get(query).is(200);
    }
}

#[test]
fn an_id_that_is_none_names_nothing() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    let order = order["id"].as_str().unwrap();
    let (upper, long) = (format!("{order}0"), "0".repeat(10_000));
    for id in ["x", "0", "..", "%20", "%00", "%2e%2e%2f", "%F0%9F%8D%9F", "%ff", "null", &upper, &long] {
        let missing = |method: &str, path: &str, body: Option<Value>| {
            let ask = branch.ask(method, path).header("if-match", "2").header("idempotency-key", "key");
            let ask = match &body {
                Some(body) => ask.json(body),
                None => ask,
            };
            refused(&branch, || ask.send(), 404, "not_found");
        };
        let reason = || Some(json!({"reason": "error"}));
        missing("GET", &format!("orders/{id}"), None);
        missing("GET", &format!("orders/{id}/tickets"), None);
        missing("GET", &format!("products/{id}"), None);
        missing("POST", &format!("orders/{id}/accept"), None);
        missing("PATCH", &format!("orders/{id}/status"), Some(json!({"status": "ready"})));
        missing("POST", &format!("orders/{id}/lines"), Some(json!({"lines": lemonade()["lines"]})));
        missing("POST", &format!("orders/{id}/cancel"), reason());
        missing("POST", &format!("orders/{id}/lines/{id}/void"), reason());
        missing("POST", &format!("orders/{order}/lines/{id}/void"), reason());
    }
    for file in
        ["x.png", ".png", "%00.png", "%ff.png", "..png", &format!("{order}.png"), order, &format!("{order}.jpg")]
    {
        branch.get(&format!("print/tickets/{file}")).is_refused(404, "not_found");
    }
    branch.get("orders/").is_refused(404, "not_found");
    branch.get("nowhere").is_refused(404, "not_found");
    branch.ask("DELETE", "orders").send().is_refused(405, "method.not_allowed");
}

/// JSON of any shape, with the words and values an order has in it now and then.
fn anything() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "type",
        "lines",
        "product",
        "quantity",
        "modifiers",
        "notes",
        "customer",
        "name",
        "table",
        "delivery",
        "address",
        "channel",
        "limonada",
        "salchipapa-especial",
        "queso-extra",
        "takeaway",
        "qr",
        "",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-2_i64..1002).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        prop::sample::select(&STRANGE[..]).prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, move |inner| {
        let key = prop_oneof![4 => word.clone().prop_map(str::to_owned), 1 => any::<String>()];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// An order in which any one or two values were replaced by anything.
fn almost_an_order() -> impl Strategy<Value = Value> {
    const PLACES: [&str; 12] = [
        "/type",
        "/table",
        "/notes",
        "/customer",
        "/customer/name",
        "/delivery",
        "/lines",
        "/lines/0",
        "/lines/0/product",
        "/lines/0/quantity",
        "/lines/0/modifiers",
        "/lines/0/notes",
    ];
    let spoilt = prop::collection::vec((prop::sample::select(&PLACES[..]), anything()), 0..3);
    spoilt.prop_map(|spoilt| {
        let mut order = told("Ana");
        for (place, value) in spoilt {
            if let Some(spoilt) = order.pointer_mut(place) {
                *spoilt = value;
            }
        }
        order
    })
}

#[test]
fn any_json_is_taken_or_refused_and_only_what_is_taken_is_written() {
    let cases = if std::env::var_os("COMANDA_LONG").is_some() { 20_000 } else { 600 };
    let branch = Branch::open();
    let taken = std::cell::Cell::new(0_u32);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&prop_oneof![1 => anything(), 3 => almost_an_order()], |order| {
        let before = branch.sequence();
        let answer = branch.post("orders", &branch.new_key(), &order);
        let is_written = branch.sequence() != before;
        prop_assert!(matches!(answer.status, 201 | 409 | 422), "{}", answer);
        prop_assert_eq!(is_written, answer.status == 201, "{}", answer);
        taken.set(taken.get() + u32::from(is_written));
        Ok(())
    });
    outcome.unwrap();
    assert!(taken.get() > cases / 20, "only {} of {cases} were good orders: nothing was tried", taken.get());
    assert_eq!(branch.get("orders?include_total=true").is(200)["total"], taken.get());
}

#[test]
fn any_bytes_are_refused() {
    let branch = Branch::open();
    let before = branch.sequence();
    let mut runner = TestRunner::new(Config { cases: 500, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&prop::collection::vec(any::<u8>(), 0..200), |bytes| {
        for path in ["orders", "orders/0193a000-0000-7000-8000-000000000000/lines"] {
            let answer = branch.ask("POST", path).header("idempotency-key", "key").bytes(bytes.clone()).send();
            prop_assert!(matches!(answer.status, 400 | 422), "{}", answer);
        }
        Ok(())
    });
    outcome.unwrap();
    assert_eq!(branch.sequence(), before);
}
