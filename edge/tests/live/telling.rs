//! What screens are told of: everything first, then what changes.

use crate::support::{Branch, LUNCH, lemonade};
use comanda_shared::staff::{Actor, Role};
use serde_json::{Value, json};

use crate::screen::{Screen, number, numbers_of};

#[test]
fn a_screen_is_told_everything_and_then_what_changes() {
    let branch = Branch::open();
    let served = branch.serve();
    let first = branch.take(&lemonade());
    let (mut screen, snapshot) = Screen::listening(&branch, &served);
    assert_eq!(snapshot["sequence"], json!(branch.sequence()));
    assert_eq!(snapshot["scopes"], json!(["branch"]));
    assert_eq!(
        snapshot["views"],
        json!([{"scope": "branch", "name": "catalog", "id": "catalog", "view": {"version": 1}},
               {"scope": "branch", "name": "order", "id": first["id"], "view": branch.order(&first["id"])}])
    );
    let beat = screen.next_of("beat");
    assert_eq!(beat["now"], LUNCH);
    assert_eq!((&beat["sequence"], &beat["last"]["branch"]), (&snapshot["sequence"], &snapshot["sequence"]));

    let second = branch.take(&lemonade());
    let message = screen.next_of("message");
    assert_eq!(message["scope"], "branch");
    assert_eq!((&message["name"], &message["id"]), (&json!("order"), &second["id"]));
    assert_eq!(message["prev"], snapshot["sequence"]);
    branch.advance(&second["id"], "preparing").is(200);
    let next = screen.next_of("message");
    assert_eq!((&next["prev"], &next["view"]["status"]), (&message["sequence"], &json!("preparing")));
    // A beat comes by itself, and says that nothing is missing.
    let beat = screen.next_of("beat");
    assert_eq!((number(&beat["sequence"]), &beat["last"]["branch"]), (branch.sequence(), &next["sequence"]));
}

#[test]
fn an_order_is_told_byte_for_byte_as_it_is_read() {
    let branch = Branch::open();
    let served = branch.serve();
    let (mut screen, _) = Screen::listening(&branch, &served);
    let mut order = lemonade();
    (order["customer"], order["notes"]) = (json!({"name": "Ñandú «Ana»"}), json!("con 1/2 limón"));
    let order = branch.take(&order);
    let read = branch.get(&format!("orders/{}", order["id"].as_str().unwrap()));
    let told = loop {
        let frame = screen.frame().unwrap();
        if frame.starts_with(r#"{"type":"message""#) {
            break frame;
        }
    };
    let view = told.split_once(r#","view":"#).unwrap().1.strip_suffix('}').unwrap();
    assert_eq!(view, String::from_utf8(read.bytes).unwrap());

    let (_, snapshot) = Screen::listening(&branch, &served);
    assert_eq!(snapshot["views"][1]["view"].to_string(), view.parse::<Value>().unwrap().to_string());
}

#[test]
fn an_order_that_is_over_is_told_once_more_and_is_in_no_snapshot() {
    let branch = Branch::open();
    let served = branch.serve();
    let order = branch.take(&lemonade());
    let (mut screen, _) = Screen::listening(&branch, &served);
    let cancel = branch.ask("POST", &format!("orders/{}/cancel", order["id"].as_str().unwrap()));
    cancel.header("if-match", "\"2\"").json(&json!({"reason": "se fue"})).send().is(200);
    let message = screen.next_of("message");
    assert_eq!((&message["id"], &message["view"]["status"]), (&order["id"], &json!("cancelled")));
    assert!(numbers_of(&Screen::listening(&branch, &served).1["views"]).is_empty());
}

#[test]
fn a_station_is_told_its_cards_as_they_are_read_until_they_are_over() {
    let branch = Branch::open();
    let served = branch.serve();
    let bar = branch.get("stations").is(200)["items"][1]["id"].as_str().unwrap().to_owned();
    let (scope, cards) = (format!("station:{bar}"), format!("kitchen/orders?station={bar}"));
    let waiting = branch.take(&lemonade());
    let mut screen = Screen::of_token(&served, branch.token(Role::Kitchen));
    let snapshot = screen.hello(&[&scope]);
    let shown = |views: &Value| views.as_array().unwrap().iter().find(|view| view["name"] == "card").cloned().unwrap();
    assert_eq!(shown(&snapshot["views"])["view"], branch.get(&cards).is(200)["items"][0]);

    let order = branch.take(&lemonade());
    let told = screen.next_of("message");
    assert_eq!((&told["name"], &told["id"]), (&json!("card"), &order["id"]));
    assert_eq!(told["view"], branch.get(&cards).is(200)["items"][1]);
    let bump = branch.ask("POST", &format!("kitchen/orders/{}/bump", order["id"].as_str().unwrap()));
    bump.header("idempotency-key", "bump-1").json(&json!({"station": bar})).send().is(200);
    assert!(screen.next_of("message")["view"]["bumped_at"].is_string());

    branch.advance(&waiting["id"], "ready").is(200);
    assert_eq!(screen.next_of("message")["id"], waiting["id"]);
    branch.advance(&waiting["id"], "served").is(200);
    let over = screen.next_of("message");
    assert_eq!((&over["id"], &over["view"]), (&waiting["id"], &Value::Null));
}

#[test]
fn every_scope_is_told_of_a_new_catalog_and_has_its_own_chain() {
    let branch = Branch::open();
    let served = branch.serve();
    let stations = branch.get("stations").is(200);
    let station = format!("station:{}", stations["items"][0]["id"].as_str().unwrap());
    let mut screen = Screen::of_token(&served, branch.token(Role::Kitchen));
    let snapshot = screen.hello(&["branch", &station]);
    assert_eq!(snapshot["scopes"], json!(["branch", station]));
    let begun = &snapshot["sequence"];

    branch.take(&lemonade());
    let order = screen.next_of("message");
    branch.ask("POST", "products/bulk-import").by(Role::Owner).json(&crate::support::catalog()).send().is(200);
    let told = [screen.next_of("message"), screen.next_of("message")];
    for message in &told {
        assert_eq!((&message["name"], &message["view"]), (&json!("catalog"), &json!({"version": 2})));
    }
    assert_eq!([&told[0]["scope"], &told[1]["scope"]], ["branch", &station]);
    assert_eq!([&told[0]["prev"], &told[1]["prev"]], [&order["sequence"], begun]);
    let beat = screen.next_of("beat");
    assert_eq!(beat["last"][&station], told[1]["sequence"]);
}

#[test]
fn the_branch_says_what_it_is_before_anybody_has_logged_in() {
    let branch = Branch::open();
    branch.set_code("ESQ");
    let said = branch.ask("GET", "branch").by_nobody().send().is(200);
    assert_eq!(said["code"], "ESQ");
    assert_eq!((&said["time_zone"], &said["currency"]), (&json!("America/Bogota"), &json!("COP")));
    assert_eq!((&said["now"], &said["catalog_version"]), (&json!(LUNCH), &json!(1)));
    assert!(!said["ui_version"].as_str().unwrap().is_empty());
    assert_eq!(Branch::without_a_catalog().get("branch").is(200)["currency"], Value::Null);
}

#[test]
fn an_alert_reaches_the_branch_and_the_stations_that_feel_it_and_no_other() {
    use comanda_edge::alerts::feature::{clear, raise};
    use comanda_shared::alert::{AlertKey, AlertKind, Matter};
    use comanda_shared::ids::PrinterId;
    let branch = Branch::open();
    let served = branch.serve();
    let stations = branch.get("stations").is(200);
    let station = |at: usize| stations["items"][at]["id"].as_str().unwrap().to_owned();
    let (fryer, bar) = (format!("station:{}", station(0)), format!("station:{}", station(1)));
    let mut screen = Screen::of_token(&served, branch.token(Role::Kitchen));
    screen.hello(&["branch", &fryer, &bar]);
    let printer = PrinterId::from_uuid(uuid::Uuid::from_u128(7));
    let (matter, felt) = (Matter::PrinterDown { printer, name: "Cocina".to_owned() }, station(0).parse().unwrap());
    branch.journal().operate_blocking(Actor::Branch, move |step| raise(step, matter, &[felt])).unwrap();
    let told = [screen.next_of("message"), screen.next_of("message")];
    let scopes: Vec<_> = told.iter().map(|message| message["scope"].as_str().unwrap().to_owned()).collect();
    assert_eq!(scopes, ["branch", &fryer]);
    let alert = branch.get("alerts").is(200)["items"][0].clone();
    for message in &told {
        assert_eq!((&message["name"], &message["id"], &message["view"]), (&json!("alert"), &alert["id"], &alert));
    }
    let late = Screen::of_token(&served, branch.token(Role::Kitchen)).hello(&[&fryer]);
    assert!(late["views"].as_array().unwrap().iter().any(|view| view["view"] == alert), "{late}");
    let key = AlertKey { kind: AlertKind::PrinterDown, subject: printer.uuid() };
    branch.journal().operate_blocking(Actor::Branch, move |step| clear(step, &key)).unwrap();
    for _ in 0..2 {
        let gone = screen.next_of("message");
        assert_eq!((&gone["id"], &gone["view"]), (&alert["id"], &Value::Null));
    }
}

#[test]
fn what_ran_out_reaches_everybody_at_once_and_stands_in_the_snapshot_of_whoever_comes_later() {
    let branch = Branch::open();
    let served = branch.serve();
    let bar = format!("station:{}", branch.get("stations").is(200)["items"][1]["id"].as_str().unwrap());
    let scopes = ["branch", bar.as_str()];
    let mut screen = Screen::of_token(&served, branch.token(Role::Kitchen));
    screen.hello(&scopes);
    let say = |body: &Value| branch.ask("PUT", "products/limonada/availability").json(body).send().is(200);
    let out = say(&json!({"available": false}));
    for _ in scopes {
        let message = screen.next_of("message");
        assert_eq!((&message["name"], &message["view"]), (&json!("availability"), &out));
    }
    let snapshot = Screen::of_token(&served, branch.token(Role::Kitchen)).hello(&scopes);
    let seen = snapshot["views"].as_array().unwrap().iter().filter(|view| view["view"] == out).count();
    assert_eq!(seen, scopes.len());
    say(&json!({"available": true}));
    assert_eq!(screen.next_of("message")["view"], Value::Null);
}
