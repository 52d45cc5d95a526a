//! The kitchen over HTTP: cards of stations, touches on them, tickets printed again.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_shared::staff::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};

use support::{Answer, Branch, LUNCH, lemonade, one};

/// A branch and the kitchen's script in it.
struct Kitchen {
    branch: Branch,
    fryer: String,
    bar: String,
}

impl Kitchen {
    fn open() -> Self {
        let branch = Branch::open();
        let stations = branch.get("stations").is(200);
        let id = |index: usize| stations["items"][index]["id"].as_str().unwrap().to_owned();
        let (fryer, bar) = (id(0), id(1));
        Self { branch, fryer, bar }
    }

    /// `POST kitchen/orders/{order}/{what}` for the card of a station, with a key of its own.
    fn touch(&self, order: &Value, what: &str, station: &str) -> Answer {
        self.touch_with(&self.branch.new_key(), order, what, station)
    }

    fn touch_with(&self, key: &str, order: &Value, what: &str, station: &str) -> Answer {
        let path = format!("kitchen/orders/{}/{what}", order["id"].as_str().unwrap());
        let ask = self.branch.ask("POST", &path).by(Role::Kitchen).header("idempotency-key", key);
        ask.json(&json!({"station": station})).send()
    }

    /// A touch on one line of an order.
    fn touch_line(&self, order: &Value, index: usize, what: &str, station: &str) -> Answer {
        let line = order["lines"][index]["id"].as_str().unwrap();
        self.touch(order, &format!("lines/{line}/{what}"), station)
    }

    fn cards(&self, query: &str) -> Vec<Value> {
        let answer = self.branch.ask("GET", &format!("kitchen/orders?{query}")).by(Role::Kitchen).send().is(200);
        answer["items"].as_array().unwrap().clone()
    }

    /// The called numbers of the cards that a question finds.
    fn numbers(&self, query: &str) -> Vec<String> {
        self.cards(query).iter().map(|card| card["number"].as_str().unwrap().to_owned()).collect()
    }

    fn status(&self, order: &Value) -> Value {
        self.branch.order(&order["id"])["status"].clone()
    }

    fn void(&self, order: &Value, index: usize) {
        let (id, line) = (order["id"].as_str().unwrap(), order["lines"][index]["id"].as_str().unwrap());
        let version = self.branch.order(&order["id"])["version"].to_string();
        let ask = self.branch.ask("POST", &format!("orders/{id}/lines/{line}/void")).header("if-match", &version);
        ask.json(&json!({"reason": "se cayó"})).send().is(200);
    }

    fn add(&self, order: &Value, line: &Value) -> Value {
        let path = format!("orders/{}/lines", order["id"].as_str().unwrap());
        self.branch.post(&path, &self.branch.new_key(), &json!({"lines": [line]})).is(200)
    }
}

/// What each line of a card says of itself.
fn states(card: &Value) -> Vec<&str> {
    card["lines"].as_array().unwrap().iter().map(|line| line["state"].as_str().unwrap()).collect()
}

/// Something for the fryer, something for the bar, and something for both.
fn meal() -> Value {
    json!({"type": "takeaway", "lines": [
        {"product": "salchipapa-especial", "quantity": 1},
        {"product": "limonada", "quantity": 1},
        {"product": "combo", "quantity": 1}]})
}

#[test]
fn a_card_says_what_a_cook_must_know_and_no_price() {
    let kitchen = Kitchen::open();
    let order = kitchen.branch.take(&json!({
        "type": "dine_in", "table": "12", "customer": {"name": "Ana", "phone": "3001234567"}, "notes": "sin afán",
        "lines": [{"product": "salchipapa-especial", "quantity": 2, "notes": "bien tostada",
                   "modifiers": ["sin-cebolla", "queso-extra"]},
                  {"product": "limonada", "quantity": 1}]}));
    let modifiers = &order["lines"][0]["modifiers"];
    assert_eq!(
        kitchen.cards("station=freidora"),
        [json!({
            "order": order["id"], "station": kitchen.fryer, "number": "M-0001", "type": "dine_in", "channel": "pos",
            "table": "12", "served_by": null, "customer": "Ana", "notes": "sin afán", "status": "accepted",
            "fired_at": LUNCH, "raised_at": null, "bumped_at": null,
            "lines": [{
                "line": order["lines"][0]["id"], "product": order["lines"][0]["product"],
                "name": "Salchipapa especial", "quantity": 2,
                "modifiers": [{"id": modifiers[0]["id"], "name": "Sin cebolla", "effect": "without"},
                              {"id": modifiers[1]["id"], "name": "Queso extra", "effect": "extra"}],
                "notes": "bien tostada", "part_of": null, "state": "to_make", "void_seen": false, "course": null, "addition": false,
                "fired_at": LUNCH, "ready_at": null, "target_seconds": 480}]})]
    );
    let juice = kitchen.branch.take(&one(json!({"product": "jugo", "quantity": 1, "modifiers": ["pequeno"]})));
    let card = kitchen.touch(&juice, "start", "barra").is(200);
    let line = &card["lines"][0];
    assert_eq!((&line["modifiers"][0]["name"], &line["modifiers"][0]["effect"]), (&json!("Pequeño"), &json!("choice")));
    assert_eq!((&line["target_seconds"], &card["status"]), (&json!(600), &json!("preparing")));
}

#[test]
fn a_card_names_who_took_the_order_and_no_script() {
    let kitchen = Kitchen::open();
    let camila = kitchen.branch.add_staff("Camila", Role::Waiter, "2580");
    let login = kitchen.branch.ask("POST", "auth/login").by_nobody();
    let login = login.json(&json!({"staff": camila, "pin": "2580"})).send();
    let cookie = login.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    let ask = kitchen.branch.ask("POST", "orders").by_nobody().header("cookie", &cookie);
    ask.header("idempotency-key", "key").json(&lemonade()).send().is(201);
    kitchen.branch.take(&lemonade());
    let served_by: Vec<Value> = kitchen.cards("").iter().map(|card| card["served_by"].clone()).collect();
    assert_eq!(served_by, [json!("Camila"), Value::Null]);
}

#[test]
fn stations_see_their_cards_the_oldest_first_and_bumped_ones_the_newest_first() {
    let kitchen = Kitchen::open();
    let orders: Vec<Value> = (0..3)
        .map(|index| {
            kitchen.branch.wait(SignedDuration::from_mins(1));
            kitchen.branch.take(&if index == 1 { meal() } else { lemonade() })
        })
        .collect();
    assert_eq!(kitchen.numbers("station=barra"), ["L-0001", "L-0002", "L-0003"]);
    assert_eq!(kitchen.numbers(&format!("station={}", kitchen.fryer)), ["L-0002"]);
    let both = format!("station=freidora&station={}", kitchen.bar);
    assert_eq!(kitchen.numbers(&both), ["L-0001", "L-0002", "L-0002", "L-0003"]);
    assert_eq!(kitchen.numbers(""), kitchen.numbers(&both));
    assert_eq!(kitchen.numbers("limit=2"), ["L-0001", "L-0002"]);

    for order in [&orders[1], &orders[0]] {
        kitchen.branch.wait(SignedDuration::from_mins(1));
        let card = kitchen.touch(order, "bump", "barra").is(200);
        assert!(card["bumped_at"].is_string(), "{card}");
    }
    assert_eq!(kitchen.numbers("station=barra"), ["L-0003"]);
    assert_eq!(kitchen.numbers("station=barra&bumped=true"), ["L-0001", "L-0002"]);
    assert_eq!(kitchen.numbers("station=barra&bumped=true&limit=1"), ["L-0001"]);
    assert_eq!(kitchen.numbers("station=freidora&bumped=true"), [""; 0]);

    // Handed over, it is nobody's any more.
    assert_eq!(kitchen.status(&orders[0]), "ready");
    kitchen.branch.advance(&orders[0]["id"], "served").is(200);
    assert_eq!(kitchen.numbers("bumped=true"), ["L-0002"]);
}

#[test]
fn line_by_line_and_card_by_card_the_kitchen_moves_the_order_on() {
    let kitchen = Kitchen::open();
    let order = kitchen.branch.take(&meal());
    let card = kitchen.touch_line(&order, 0, "ready", "freidora").is(200);
    assert_eq!((states(&card), &card["status"]), (vec!["ready", "to_make"], &json!("preparing")));
    assert_eq!(card["lines"][0]["ready_at"], LUNCH);
    kitchen.touch(&order, "bump", "freidora").is(200);
    assert_eq!(kitchen.status(&order), "preparing");
    // The name that the sources have for a bump.
    let card = kitchen.touch(&order, "ready", "barra").is(200);
    assert_eq!((states(&card), &card["status"]), (vec!["ready", "ready"], &json!("ready")));
    assert_eq!(kitchen.numbers(""), [""; 0]);

    let card = kitchen.touch(&order, "recall", "freidora").is(200);
    assert_eq!((states(&card), &card["status"]), (vec!["ready", "to_make"], &json!("preparing")));
    assert_eq!(card["bumped_at"], Value::Null);
    let card = kitchen.touch_line(&order, 0, "unready", "freidora").is(200);
    assert_eq!(states(&card), ["to_make", "to_make"]);
    assert_eq!(kitchen.numbers("station=freidora"), ["L-0001"]);
}

#[test]
fn what_is_added_and_taken_back_shows_on_the_card() {
    let kitchen = Kitchen::open();
    let order = kitchen.branch.take(&meal());
    for station in ["freidora", "barra"] {
        kitchen.touch(&order, "bump", station).is(200);
    }
    kitchen.branch.wait(SignedDuration::from_mins(5));
    let order = kitchen.add(&order, &json!({"product": "salchipapa-especial", "quantity": 1}));
    assert_eq!(order["status"], "preparing");
    let cards = kitchen.cards("");
    let [card] = cards.as_slice() else { panic!("the bar got nothing new: {cards:?}") };
    assert_eq!(states(card), ["ready", "ready", "to_make"]);
    let additions = card["lines"].as_array().unwrap().iter().map(|line| line["addition"].as_bool().unwrap());
    assert_eq!(additions.collect::<Vec<_>>(), [false, false, true]);
    assert_eq!(card["fired_at"], "2026-11-22T13:35:00.000-05:00");

    kitchen.void(&order, 3);
    let cards = kitchen.cards("");
    assert_eq!(states(&cards[0]), ["ready", "ready", "voided"]);
    assert_eq!((&cards[0]["lines"][2]["void_seen"], &cards[0]["status"]), (&json!(false), &json!("ready")));
    let card = kitchen.touch_line(&order, 3, "seen", "freidora").is(200);
    assert_eq!(card["lines"][2]["void_seen"], true);
}

#[test]
fn a_touch_sent_again_or_made_on_two_screens_happens_once() {
    let kitchen = Kitchen::open();
    let order = kitchen.branch.take(&meal());
    let first = kitchen.touch_with("key", &order, "bump", "barra");
    let before = kitchen.branch.sequence();
    let again = kitchen.touch_with("key", &order, "bump", "barra");
    assert_eq!((again.is(200), again.header("idempotency-replayed")), (first.is(200), Some("true")));
    let other = kitchen.touch(&order, "bump", &kitchen.bar);
    assert_eq!((other.is(200), other.header("idempotency-replayed")), (first.is(200), None));
    for what in ["ready", "start"] {
        kitchen.touch(&order, what, "barra").is(200);
    }
    kitchen.touch_line(&order, 1, "ready", "barra").is(200);
    kitchen.touch(&order, "recall", "freidora").is(200);
    assert_eq!(kitchen.branch.sequence(), before, "what is so already is written by nobody");

    let other = kitchen.touch_with("key", &order, "recall", "barra");
    other.is_refused(422, "idempotency_key.reused");
    let path = format!("kitchen/orders/{}/bump", order["id"].as_str().unwrap());
    let ask = kitchen.branch.ask("POST", &path).by(Role::Kitchen).json(&json!({"station": "barra"}));
    ask.send().is_refused(428, "idempotency_key.missing");
}

#[test]
fn an_order_that_somebody_else_calls_ready_leaves_the_screens() {
    let kitchen = Kitchen::open();
    let order = kitchen.branch.take(&meal());
    kitchen.branch.advance(&order["id"], "ready").is(200);
    assert_eq!((kitchen.numbers("").len(), kitchen.numbers("bumped=true").len()), (0, 2));
    let card = kitchen.touch(&order, "recall", "barra").is(200);
    assert_eq!((states(&card), &card["status"]), (vec!["to_make", "to_make"], &json!("preparing")));

    let order = kitchen.branch.take(&lemonade());
    kitchen.touch(&order, "bump", "barra").is(200);
    kitchen.branch.advance(&order["id"], "served").is(200);
    kitchen.touch(&order, "bump", "barra").is(200);
    kitchen.touch(&order, "recall", "barra").is_refused(409, "order.illegal_transition");
    kitchen.touch_line(&order, 0, "unready", "barra").is_refused(409, "order.illegal_transition");
}

#[test]
fn a_cancelled_order_stays_until_every_station_has_seen_it() {
    let kitchen = Kitchen::open();
    let order = kitchen.branch.take(&meal());
    let cancel = format!("orders/{}/cancel", order["id"].as_str().unwrap());
    let ask = kitchen.branch.ask("POST", &cancel).header("if-match", "2").json(&json!({"reason": "se fueron"}));
    ask.send().is(200);
    let cards = kitchen.cards("station=barra");
    assert_eq!((states(&cards[0]), &cards[0]["status"]), (vec!["voided", "voided"], &json!("cancelled")));
    kitchen.touch_line(&order, 1, "seen", "barra").is(200);
    assert_eq!(kitchen.numbers("station=barra").len(), 1);
    let card = kitchen.touch_line(&order, 2, "seen", "barra").is(200);
    assert_eq!(card["lines"][1]["void_seen"], true);
    kitchen.touch(&order, "bump", "freidora").is(200);
    assert_eq!(kitchen.numbers(""), [""; 0]);
}

#[test]
fn a_touch_on_what_is_not_there_is_refused_and_writes_nothing() {
    let kitchen = Kitchen::open();
    let order = kitchen.branch.take(&meal());
    kitchen.void(&order, 0);
    let before = kitchen.branch.sequence();
    let nobody = "0193a000-0000-7000-8000-000000000000";
    let unknown = json!({"id": nobody});

    kitchen.touch(&unknown, "bump", "barra").is_refused(404, "not_found");
    kitchen.touch(&json!({"id": "L-0001"}), "bump", "barra").is_refused(404, "not_found");
    kitchen.touch(&order, "lines/7/ready", "barra").is_refused(404, "not_found");
    kitchen.touch(&order, &format!("lines/{nobody}/ready"), "barra").is_refused(422, "line.unknown");
    for station in ["parrilla", "", nobody] {
        for what in ["start", "bump", "ready", "recall"] {
            kitchen.touch(&order, what, station).is_refused_at(422, "station.unknown", "station");
        }
    }
    kitchen.touch_line(&order, 1, "ready", "freidora").is_refused_at(422, "station.unknown", "station");
    kitchen.touch_line(&order, 0, "ready", "freidora").is_refused(409, "line.voided");
    kitchen.touch_line(&order, 0, "unready", "freidora").is_refused(409, "line.voided");
    kitchen.touch_line(&order, 1, "seen", "barra").is_refused(409, "line.not_voided");

    let path = format!("kitchen/orders/{}/bump", order["id"].as_str().unwrap());
    let send = |body: &Value| {
        kitchen.branch.ask("POST", &path).by(Role::Kitchen).header("idempotency-key", "key").json(body).send()
    };
    send(&json!({})).is_refused(422, "field.invalid");
    send(&json!({"station": 7})).is_refused_at(422, "field.invalid", "station");
    send(&json!({"station": "barra", "all": true})).is_refused_at(422, "field.invalid", "all");
    for query in ["station=parrilla", "bumped=si", "limit=muchas", "open=true", "limit=-1"] {
        let answer = kitchen.branch.get(&format!("kitchen/orders?{query}"));
        assert!(matches!(answer.status, 400 | 422), "{answer}");
    }
    assert_eq!(kitchen.numbers(&format!("station={nobody}")), [""; 0]);
    assert_eq!(kitchen.branch.sequence(), before);
}

#[test]
fn a_cook_prints_nothing_again_and_a_waiter_does() {
    let kitchen = Kitchen::open();
    let order = kitchen.branch.take(&meal());
    let path = format!("orders/{}/reprint", order["id"].as_str().unwrap());
    let send = |role: Role| {
        kitchen.branch.ask("POST", &path).by(role).header("idempotency-key", &kitchen.branch.new_key()).json(&json!({}))
    };
    send(Role::Kitchen).send().is_refused(403, "permission.missing");
    send(Role::Waiter).send().is(200);
}

#[test]
fn tickets_are_printed_again_counted_and_marked_once_for_each_key() {
    let kitchen = Kitchen::open();
    let order = kitchen.branch.take(&meal());
    let path = |order: &Value| format!("orders/{}/reprint", order["id"].as_str().unwrap());
    let tickets = || {
        let found = kitchen.branch.get(&format!("orders/{}/tickets", order["id"].as_str().unwrap())).is(200);
        found["items"].as_array().unwrap().clone()
    };
    let first = kitchen.branch.post(&path(&order), "key", &json!({}));
    // The bar has no printer.
    assert_eq!((first.is(200)["jobs"].as_array().unwrap().len(), &first.is(200)["tickets"]), (1, &json!(1)));
    let before = kitchen.branch.sequence();
    let again = kitchen.branch.post(&path(&order), "key", &json!({}));
    assert_eq!((again.is(200), again.header("idempotency-replayed")), (first.is(200), Some("true")));
    assert_eq!(kitchen.branch.sequence(), before);

    kitchen.branch.post(&path(&order), "other", &json!({"station": "freidora"})).is(200);
    assert_eq!(tickets().iter().map(|ticket| ticket["reprints"].clone()).collect::<Vec<_>>(), [json!(2), json!(0)]);
    let jobs = kitchen.branch.get("print/jobs").is(200);
    let reprints: Vec<_> = jobs["items"].as_array().unwrap().iter().map(|job| job["reprint"].clone()).collect();
    assert_eq!(reprints, [json!(2), json!(1), json!(0)]);
    let picture = kitchen.branch.get(&format!("print/tickets/{}.png", tickets()[0]["id"].as_str().unwrap()));
    assert_eq!((picture.status, picture.header("content-type")), (200, Some("image/png")));

    for (body, status, code) in [
        (json!({"station": "barra"}), 409, "tickets.none"),
        (json!({"station": "parrilla"}), 422, "station.unknown"),
        (json!({"station": null, "copies": 2}), 422, "field.invalid"),
    ] {
        kitchen.branch.post(&path(&order), &kitchen.branch.new_key(), &body).is_refused(status, code);
    }
    let nobody = json!({"id": "0193a000-0000-7000-8000-000000000000"});
    kitchen.branch.post(&path(&nobody), &kitchen.branch.new_key(), &json!({})).is_refused(404, "not_found");
}

#[test]
fn an_order_is_raised_before_all_others_and_taken_back() {
    let kitchen = Kitchen::open();
    let order = kitchen.branch.take(&meal());
    let raise = |raised: bool| {
        let path = format!("kitchen/orders/{}/raise", order["id"].as_str().unwrap());
        let ask = kitchen.branch.ask("POST", &path).by(Role::Kitchen);
        ask.header("idempotency-key", &kitchen.branch.new_key()).json(&json!({"raised": raised})).send()
    };
    let cards = raise(true).is(200);
    assert_eq!(cards["items"].as_array().unwrap().len(), 2, "at every station");
    assert_eq!(kitchen.cards("station=barra")[0]["raised_at"], json!(LUNCH));
    let before = kitchen.branch.sequence();
    raise(true).is(200);
    assert_eq!(kitchen.branch.sequence(), before);
    assert_eq!(raise(false).is(200)["items"][0]["raised_at"], Value::Null);
}
