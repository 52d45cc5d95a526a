//! Orders over HTTP: the real router over a real journal.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use std::collections::BTreeSet;

use comanda_shared::ids::{NewIds, OrderId};
use comanda_shared::money::Currency;
use comanda_shared::order::{Channel, OrderPersonal, OrderPlaced, OrderType};
use comanda_shared::personal::Personal;
use comanda_shared::staff::{Actor, Role};
use jiff::SignedDuration;
use serde_json::{Value, json};

use support::{Branch, DAY, LUNCH, lemonade, one};

/// The order of the specification, `docs/api.md`.
fn example() -> Value {
    json!({"type": "takeaway", "customer": {"name": "Ana", "phone": "3001234567"}, "notes": null, "lines": [
        {"product": "salchipapa-especial", "quantity": 2, "modifiers": ["sin-cebolla", "queso-extra"],
         "notes": "bien tostada"}]})
}

fn path(order: &Value, rest: &str) -> String {
    format!("orders/{}{rest}", order["id"].as_str().unwrap())
}

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|order| order["id"].as_str().unwrap().to_owned()).collect()
}

fn id(order: &Value) -> String {
    order["id"].as_str().unwrap().to_owned()
}

#[test]
fn the_order_of_the_specification_gets_the_numbers_totals_and_tax_written_there() {
    let branch = Branch::open();
    branch.set_code("ESQ");
    (0..40).for_each(|_| drop(branch.take(&lemonade())));
    branch.take(&example());
    let order = branch.take(&example());

    assert_eq!((&order["number"], &order["consecutive"]), (&json!("L-0042"), &json!("ESQ-L-000042")));
    assert_eq!((&order["type"], &order["currency"]), (&json!("takeaway"), &json!("COP")));
    let amounts = ["subtotal", "discount", "tax", "tip", "total"].map(|field| order[field].as_i64().unwrap());
    assert_eq!(amounts, [3_700_000, 0, 274_074, 0, 3_700_000]);
    let print = &order["print"];
    assert_eq!(
        (&print["status"], &print["position"], &print["estimated_seconds"]),
        (&json!("queued"), &json!(2), &json!(4))
    );
    assert_eq!(print["jobs"].as_array().unwrap().len(), 1);
    assert_eq!(order["created_at"], LUNCH);
    assert_eq!(order["estimated_ready_at"], "2026-11-22T13:38:00.000-05:00");
    assert_eq!(order["customer"], json!({"id": null, "name": "Ana", "phone": "3001234567"}));
    let line = &order["lines"][0];
    assert_eq!((&line["quantity"], &line["notes"]), (&json!(2), &json!("bien tostada")));
    // Taken by somebody who may accept, an order is accepted as it is taken.
    assert_eq!((&order["status"], &order["version"]), (&json!("accepted"), &json!(2)));
}

#[test]
fn an_order_read_back_is_the_order_that_was_answered() {
    let branch = Branch::open();
    let mut taken = branch.take(&example());
    taken.as_object_mut().unwrap().remove("print");
    let answer = branch.get(&path(&taken, ""));
    assert_eq!(answer.is(200), taken);
    assert_eq!(answer.header("etag"), Some("\"2\""));
    branch.get("orders/0193a000-0000-7000-8000-000000000000").is_refused(404, "not_found");
}

#[test]
fn a_tax_on_top_is_added_to_the_total_and_one_in_the_price_is_not() {
    let branch = Branch::open();
    let order = branch.take(&json!({"type": "takeaway", "lines": [
        {"product": "limonada", "quantity": 3},
        {"product": "salchipapa-especial", "quantity": 1},
        {"product": "jugo", "quantity": 1, "modifiers": ["grande"]}]}));
    let amounts = |of: &Value| ["subtotal", "tax", "total"].map(|field| of[field].as_i64().unwrap());
    assert_eq!(amounts(&order["lines"][0]), [1_500_000, 285_000, 1_785_000]);
    assert_eq!(amounts(&order["lines"][1]), [1_550_000, 114_815, 1_550_000]);
    assert_eq!(amounts(&order["lines"][2]), [800_000, 0, 800_000]);
    assert_eq!(amounts(&order), [3_850_000, 399_815, 4_135_000]);
}

#[test]
fn every_word_for_a_type_says_how_it_is_served_and_where_it_came_from() {
    let branch = Branch::open();
    let table = json!("7");
    let delivery = json!({"address": "Calle 10 # 4-21"});
    for (word, table, delivery, served, channel) in [
        ("dine_in", &table, &Value::Null, "dine_in", "pos"),
        ("takeaway", &Value::Null, &Value::Null, "takeaway", "pos"),
        ("delivery", &Value::Null, &delivery, "delivery", "pos"),
        ("counter", &Value::Null, &Value::Null, "takeaway", "pos"),
        ("qr", &table, &Value::Null, "dine_in", "qr"),
        ("qr", &Value::Null, &Value::Null, "takeaway", "qr"),
        ("phone", &Value::Null, &Value::Null, "takeaway", "phone"),
        ("phone", &Value::Null, &delivery, "delivery", "phone"),
        ("online", &Value::Null, &Value::Null, "takeaway", "online"),
        ("online", &Value::Null, &delivery, "delivery", "online"),
    ] {
        let mut order = lemonade();
        (order["type"], order["table"], order["delivery"]) = (json!(word), table.clone(), delivery.clone());
        let taken = branch.take(&order);
        assert_eq!((&taken["type"], &taken["channel"]), (&json!(served), &json!(channel)), "{order}");
        assert_eq!(taken["delivery_address"], delivery["address"], "{order}");
    }
    branch.post("orders", "k", &json!({"type": "drive_in", "lines": []})).is_refused_at(422, "field.invalid", "type");
}

#[test]
fn the_called_numbers_begin_again_each_day_of_business_and_the_consecutive_never() {
    let branch = Branch::open();
    branch.take(&lemonade());
    branch.wait(SignedDuration::from_hours(24));
    let order = branch.take(&lemonade());
    assert_eq!((&order["number"], &order["consecutive"]), (&json!("L-0001"), &json!("SUC-L-000002")));
    let mut here = lemonade();
    here["type"] = json!("dine_in");
    assert_eq!(branch.take(&here)["consecutive"], "SUC-M-000001");
}

#[test]
fn a_list_has_exactly_the_orders_that_match() {
    let branch = Branch::open();
    let order = |r#type: &str, table: Value, guest: &str| {
        json!({"type": r#type, "table": table, "customer": {"name": guest, "phone": "3001234567"},
               "external_number": "R-99%", "lines": [{"product": "limonada", "quantity": 1}]})
    };
    let yesterday = branch.take(&lemonade());
    branch.wait(SignedDuration::from_hours(24));
    let munoz = branch.take(&order("dine_in", json!("Terraza 4"), "María Muñoz"));
    let pena = branch.take(&order("takeaway", Value::Null, "José Peña"));
    let cancelled = branch.take(&lemonade());
    let cancel = branch.ask("POST", &path(&cancelled, "/cancel")).header("if-match", "2");
    cancel.json(&json!({"reason": "se fue"})).send().is(200);
    branch.advance(&pena["id"], "preparing").is(200);

    for (query, expected) in [
        ("", vec![&cancelled, &pena, &munoz, &yesterday]),
        ("type=dine_in", vec![&munoz]),
        ("status=accepted", vec![&munoz, &yesterday]),
        ("status=preparing", vec![&pena]),
        ("status=cancelled", vec![&cancelled]),
        ("table=Terraza%204", vec![&munoz]),
        ("table=Terraza", vec![]),
        ("number=L-0001", vec![&pena, &yesterday]),
        ("number=SUC-L-000002", vec![&pena]),
        ("search=munoz", vec![&munoz]),
        ("search=PE%C3%91A", vec![&pena]),
        ("search=3001234567", vec![&pena, &munoz]),
        ("search=terraza", vec![&munoz]),
        ("search=99%25", vec![&pena, &munoz]),
        ("search=%25", vec![&pena, &munoz]),
        ("search=_", vec![]),
        ("search=%20", vec![&cancelled, &pena, &munoz, &yesterday]),
        ("from=2026-11-23", vec![&cancelled, &pena, &munoz]),
        ("to=2026-11-22", vec![&yesterday]),
        ("from=2026-11-23&to=2026-11-22", vec![]),
        ("open=true", vec![&pena, &munoz, &yesterday]),
        ("open=true&type=takeaway&from=2026-11-23", vec![&pena]),
        ("sort=created_at", vec![&yesterday, &munoz, &pena, &cancelled]),
    ] {
        let found = branch.get(&format!("orders?include_total=true&{query}")).is(200);
        assert_eq!(ids(&found), expected.iter().map(|order| id(order)).collect::<Vec<_>>(), "{query}");
        assert_eq!((found["total"].as_u64(), &found["next_cursor"]), (Some(expected.len() as u64), &Value::Null));
    }
    assert_eq!(branch.get("orders").is(200).get("total"), None);
}

/// An order that nobody has accepted yet, as one from outside will be.
fn receive(branch: &Branch) -> Value {
    let placed = |id| OrderPlaced {
        order: id,
        number: "L-0900".to_owned(),
        consecutive: "SUC-L-000900".to_owned(),
        order_type: OrderType::Takeaway,
        channel: Channel::Online,
        table: None,
        external_number: None,
        scheduled_for: None,
        currency: Currency::COP,
        lines: Vec::new(),
        catalog_version: 1,
        business_day: DAY.parse().unwrap(),
        at: LUNCH.parse().unwrap(),
        by: Actor::Branch,
        device: None,
        personal: Personal::Known(OrderPersonal::default()),
    };
    let record = branch.journal().operate_blocking(Actor::Branch, move |step| {
        let id = OrderId::from_uuid(step.ids().next_id());
        step.record(placed(id))?;
        Ok(id)
    });
    branch.order(&json!(record.unwrap()))
}

#[test]
fn a_received_order_is_found_as_pending_too_and_can_be_accepted_once() {
    let branch = Branch::open();
    branch.take(&lemonade());
    let order = receive(&branch);
    for word in ["received", "pending", "placed"] {
        assert_eq!(ids(&branch.get(&format!("orders?status={word}")).is(200)), [id(&order)], "{word}");
    }
    branch.advance(&order["id"], "preparing").is_refused(409, "order.illegal_transition");

    let accepted = branch.ask("POST", &path(&order, "/accept")).send().is(200);
    assert_eq!((&accepted["status"], &accepted["accepted_at"]), (&json!("accepted"), &json!(LUNCH)));
    assert_eq!(ids(&branch.get("orders?status=pending").is(200)), Vec::<String>::new());
    branch.ask("POST", &path(&order, "/accept")).send().is_refused(409, "order.illegal_transition");
}

/// Follows the cursor from the first page to the last, and takes an order after each page.
fn walk(branch: &Branch, sort: &str, limit: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = branch.get(&format!("orders?sort={sort}&limit={limit}{cursor}")).is(200);
        let goes_on = page["next_cursor"].as_str().map(|next| format!("&cursor={next}"));
        assert!(ids(&page).len() == limit || goes_on.is_none(), "{page}");
        found.extend(ids(&page));
        match goes_on {
            Some(next) => cursor = next,
            None => return found,
        }
        if sort == "-created_at" {
            branch.take(&lemonade());
        }
    }
}

#[test]
fn pages_have_no_gap_and_no_double_though_orders_share_an_instant_and_come_in_between() {
    let branch = Branch::open();
    let take = |number| {
        if number % 5 == 0 {
            branch.wait(SignedDuration::from_secs(1));
        }
        id(&branch.take(&lemonade()))
    };
    let taken: Vec<String> = (0..23).map(take).collect();
    let newest_first: Vec<String> = taken.iter().rev().cloned().collect();

    for limit in [1, 7, 23] {
        assert_eq!(walk(&branch, "created_at", limit)[..23], taken, "{limit}");
    }
    for limit in [7, 23, 40] {
        let before = ids(&branch.get("orders?limit=200").is(200));
        assert_eq!(walk(&branch, "-created_at", limit), before, "{limit}");
        assert!(before.ends_with(&newest_first));
    }
}

#[test]
fn a_page_has_twenty_orders_unless_told_otherwise_and_never_more_than_two_hundred() {
    let branch = Branch::open();
    (0..202).for_each(|_| drop(branch.take(&lemonade())));
    for (query, expected) in [("", 20), ("?limit=200", 200), ("?limit=4294967295", 200), ("?limit=1", 1)] {
        let page = branch.get(&format!("orders{query}")).is(200);
        assert_eq!((ids(&page).len(), page["next_cursor"].is_string()), (expected, true), "{query}");
    }
}

#[test]
fn the_figures_of_a_period_without_orders_are_zeros() {
    let branch = Branch::open();
    let figures = branch.get("orders/stats?from=2020-01-01&to=2020-12-31").is(200);
    assert_eq!(
        figures,
        json!({"orders": 0, "by_type": {}, "by_status": {}, "cancelled": 0, "cancelled_permille": 0, "open_now": 0,
               "gross": 0, "discount": 0, "tax": 0, "net": 0, "average": 0, "ready_seconds_p50": 0,
               "ready_seconds_p90": 0, "from": "2020-01-01", "to": "2020-12-31"})
    );
}

#[test]
fn the_figures_of_a_day_are_the_sums_of_its_orders() {
    let branch = Branch::open();
    branch.take(&example());
    branch.wait(SignedDuration::from_hours(24));
    let quick = branch.take(&lemonade());
    let slow = branch.take(&example());
    let mut here = lemonade();
    here["type"] = json!("dine_in");
    let cancelled = branch.take(&here);
    branch.wait(SignedDuration::from_secs(90));
    branch.advance(&quick["id"], "ready").is(200);
    branch.advance(&quick["id"], "served").is(200);
    branch.wait(SignedDuration::from_secs(210));
    branch.advance(&slow["id"], "ready").is(200);
    let cancel = branch.ask("POST", &path(&cancelled, "/cancel")).header("if-match", "2");
    cancel.json(&json!({"reason": "se fue"})).send().is(200);

    let figures = branch.get("orders/stats").is(200);
    assert_eq!(
        figures,
        json!({"orders": 3, "by_type": {"takeaway": 2, "dine_in": 1},
               "by_status": {"served": 1, "ready": 1, "cancelled": 1}, "cancelled": 1, "cancelled_permille": 333,
               "open_now": 1, "gross": 4_200_000, "discount": 0, "tax": 369_074, "net": 4_295_000,
               "average": 2_147_500, "ready_seconds_p50": 90, "ready_seconds_p90": 300,
               "from": "2026-11-23", "to": "2026-11-23"})
    );
    assert_eq!(branch.get("orders/stats?from=2026-11-22").is(200)["orders"], 4);
}

#[test]
fn an_order_moves_on_as_it_is_served_and_each_step_is_kept_with_its_time() {
    let branch = Branch::open();
    let mut brought = lemonade();
    (brought["type"], brought["delivery"]) = (json!("delivery"), json!({"address": "Calle 10"}));
    for (order, stages) in
        [(lemonade(), vec!["preparing", "ready", "served"]), (brought, vec!["ready", "on_the_way", "delivered"])]
    {
        let taken = branch.take(&order);
        for (version, stage) in (3..).zip(&stages) {
            let order = branch.advance(&taken["id"], stage).is(200);
            assert_eq!((&order["status"], &order["version"]), (&json!(stage), &json!(version)));
            assert!(order["reached"][stage].is_string(), "{order}");
        }
        let kept = branch.order(&taken["id"]);
        assert_eq!((kept["status"].as_str(), kept["reached"].as_object().unwrap().len()), (stages.last().copied(), 3));
    }
}

#[test]
fn a_step_that_does_not_follow_is_refused_and_writes_nothing() {
    let branch = Branch::open();
    let brought = json!({"type": "delivery", "delivery": {"address": "Calle 10"},
                         "lines": [{"product": "limonada", "quantity": 1}]});
    for (order, before, to) in [
        (lemonade(), vec![], "accepted"),
        (lemonade(), vec![], "served"),
        (lemonade(), vec![], "delivered"),
        (lemonade(), vec!["preparing"], "preparing"),
        (lemonade(), vec!["preparing"], "served"),
        (lemonade(), vec!["ready"], "on_the_way"),
        (lemonade(), vec!["ready", "served"], "ready"),
        (lemonade(), vec!["ready", "served"], "served"),
        (brought.clone(), vec!["ready"], "served"),
        (brought.clone(), vec!["ready"], "delivered"),
        (brought, vec!["ready", "on_the_way", "delivered"], "ready"),
    ] {
        let taken = branch.take(&order);
        before.iter().for_each(|stage| drop(branch.advance(&taken["id"], stage).is(200)));
        let (kept, sequence) = (branch.order(&taken["id"]), branch.sequence());
        branch.advance(&taken["id"], to).is_refused(409, "order.illegal_transition");
        assert_eq!((branch.order(&taken["id"]), branch.sequence()), (kept, sequence), "{before:?} to {to}");
    }
    let nobody = branch.advance(&json!("0193a000-0000-7000-8000-000000000000"), "ready");
    nobody.is_refused(404, "not_found");
}

#[test]
fn added_lines_join_those_before_and_only_they_are_sent_to_the_kitchen() {
    let branch = Branch::open();
    let order = branch.take(&example());
    branch.advance(&order["id"], "ready").is(200);
    let more = json!({"lines": [{"product": "combo", "quantity": 1, "notes": "para la abuela"}]});
    let added = branch.post(&path(&order, "/lines"), "more", &more).is(200);

    assert_eq!(added["lines"][0], order["lines"][0]);
    assert_eq!(
        (&added["lines"][1]["name"], &added["lines"][1]["notes"]),
        (&json!("Combo de la casa"), &json!("para la abuela"))
    );
    assert_eq!((&added["total"], &added["subtotal"]), (&json!(5_700_000), &json!(5_700_000)));
    assert_eq!((&added["status"], &added["version"]), (&json!("preparing"), &json!(5)));
    assert_eq!(added["print"]["jobs"].as_array().unwrap().len(), 1, "{added}");

    let tickets = branch.get(&path(&order, "/tickets")).is(200);
    let told: Vec<_> =
        tickets["items"].as_array().unwrap().iter().map(|ticket| (&ticket["station_name"], &ticket["kind"])).collect();
    let (fryer, bar) = (json!("Freidora"), json!("Barra"));
    assert_eq!(told, [(&fryer, &json!("new")), (&fryer, &json!("addition")), (&bar, &json!("new"))]);
}

#[test]
fn nothing_is_added_to_an_order_that_has_left() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    branch.advance(&order["id"], "ready").is(200);
    branch.advance(&order["id"], "served").is(200);
    let more = json!({"lines": [{"product": "limonada", "quantity": 1}]});
    branch.post(&path(&order, "/lines"), "more", &more).is_refused(409, "order.illegal_transition");
    let nowhere = branch.post("orders/0193a000-0000-7000-8000-000000000000/lines", "more", &more);
    nowhere.is_refused(404, "not_found");
    assert_eq!(branch.order(&order["id"])["lines"].as_array().unwrap().len(), 1);
}

#[test]
fn a_line_is_taken_back_once_with_a_reason_and_from_the_version_that_was_seen() {
    let branch = Branch::open();
    let order = branch.take(&json!({"type": "takeaway", "lines": [
        {"product": "limonada", "quantity": 1}, {"product": "combo", "quantity": 1}]}));
    let void = path(&order, &format!("/lines/{}/void", order["lines"][1]["id"].as_str().unwrap()));
    let reason = json!({"reason": "  se cayó\n"});
    let sequence = branch.sequence();

    branch.ask("POST", &void).json(&reason).send().is_refused(428, "version.required");
    for nonsense in ["", "dos", "*", "-2", "99999999999"] {
        branch
            .ask("POST", &void)
            .header("if-match", nonsense)
            .json(&reason)
            .send()
            .is_refused(400, "request.malformed");
    }
    let stale = branch.ask("POST", &void).header("if-match", "1").json(&reason).send();
    let conflict = stale.is_refused(409, "order.version_conflict");
    assert_eq!(conflict["current"], branch.order(&order["id"]));
    let blank = branch.ask("POST", &void).header("if-match", "\"2\"").json(&json!({"reason": " \u{7} "})).send();
    blank.is_refused_at(422, "reason.missing", "reason");
    let nowhere = path(&order, "/lines/0193a000-0000-7000-8000-000000000000/void");
    branch.ask("POST", &nowhere).header("if-match", "2").json(&reason).send().is_refused(422, "line.unknown");
    assert_eq!(branch.sequence(), sequence);

    let voided = branch.ask("POST", &void).header("if-match", "\"2\"").json(&reason).send().is(200);
    let line = &voided["lines"][1];
    assert_eq!((&line["status"], &line["void_reason"]), (&json!("voided"), &json!("se cayó")));
    assert_eq!((&voided["total"], &voided["version"]), (&json!(595_000), &json!(3)));
    let again = branch.ask("POST", &void).header("if-match", "3").json(&reason).send();
    again.is_refused(409, "line.voided");
}

#[test]
fn an_order_is_cancelled_with_a_reason_and_from_the_version_that_was_seen() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    let cancel = |version: &str| branch.ask("POST", &path(&order, "/cancel")).header("if-match", version);
    let reason = json!({"reason": "el cliente se fue"});
    let sequence = branch.sequence();

    branch.ask("POST", &path(&order, "/cancel")).json(&reason).send().is_refused(428, "version.required");
    let conflict = cancel("7").json(&reason).send().is_refused(409, "order.version_conflict");
    assert_eq!(conflict["current"], branch.order(&order["id"]));
    cancel("2").json(&json!({"reason": ""})).send().is_refused_at(422, "reason.missing", "reason");
    assert_eq!(branch.sequence(), sequence);

    let cancelled = cancel("2").json(&reason).send().is(200);
    assert_eq!(cancelled["status"], "cancelled");
    assert_eq!(cancelled["cancelled"], json!({"reason": "el cliente se fue", "at": LUNCH}));
    assert_eq!(cancelled["closed"], json!(true), "nothing is owed");
    cancel("4").json(&reason).send().is_refused(409, "order.illegal_transition");
    let more = json!({"lines": [{"product": "limonada", "quantity": 1}]});
    branch.post(&path(&order, "/lines"), "more", &more).is_refused(409, "order.illegal_transition");
    branch.advance(&order["id"], "ready").is_refused(409, "order.illegal_transition");
}

#[test]
fn moving_an_order_on_needs_no_version_and_looks_at_one_that_is_given() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    let move_on = |version: &str| {
        let ask = branch.ask("PATCH", &path(&order, "/status")).header("if-match", version);
        ask.json(&json!({"status": "ready"})).send()
    };
    let conflict = move_on("1").is_refused(409, "order.version_conflict");
    assert_eq!(conflict["current"]["version"], 2);
    move_on("2").is(200);
}

#[test]
fn a_retried_order_is_the_same_order_even_after_it_has_changed_and_after_a_restart() {
    let mut branch = Branch::open();
    let first = branch.post("orders", "one-key", &example());
    let order = first.is(201);
    assert_eq!(first.header("idempotency-replayed"), None);
    let sequence = branch.sequence();

    let again = branch.post("orders", "one-key", &example());
    assert_eq!(again.is(200), order);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(branch.sequence(), sequence);

    branch.advance(&order["id"], "ready").is(200);
    branch.restart();
    let later = branch.post("orders", "one-key", &example()).is(200);
    assert_eq!((&later["id"], &later["status"]), (&order["id"], &json!("ready")));
    assert_eq!(branch.get("orders?include_total=true").is(200)["total"], 1);
}

#[test]
fn retried_lines_are_added_once() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    let more = json!({"lines": [{"product": "combo", "quantity": 1}]});
    let once = branch.post(&path(&order, "/lines"), "more", &more).is(200);
    let twice = branch.post(&path(&order, "/lines"), "more", &more);
    assert_eq!(twice.header("idempotency-replayed"), Some("true"));
    assert_eq!(twice.is(200)["lines"], once["lines"]);
    assert_eq!(branch.order(&order["id"])["lines"].as_array().unwrap().len(), 2);
}

#[test]
fn a_key_is_for_one_request_of_one_caller() {
    let branch = Branch::open();
    let order = branch.post("orders", "my-key", &lemonade()).is(201);
    let sequence = branch.sequence();
    branch.post("orders", "my-key", &example()).is_refused(422, "idempotency_key.reused");
    let more = json!({"lines": [{"product": "limonada", "quantity": 1}]});
    branch.post(&path(&order, "/lines"), "my-key", &more).is_refused(422, "idempotency_key.reused");
    assert_eq!(branch.sequence(), sequence);

    let other = branch.ask("POST", "orders").by(Role::Waiter).header("idempotency-key", "my-key").json(&lemonade());
    assert_ne!(other.send().is(201)["id"], order["id"]);
}

#[test]
fn without_a_good_key_nothing_is_taken() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    let sequence = branch.sequence();
    let more = json!({"lines": [{"product": "limonada", "quantity": 1}]});
    branch.ask("POST", "orders").json(&lemonade()).send().is_refused(428, "idempotency_key.missing");
    branch.ask("POST", &path(&order, "/lines")).json(&more).send().is_refused(428, "idempotency_key.missing");
    for key in ["", "\"\"", "two words", "ñ", &"k".repeat(129)] {
        branch.post("orders", key, &lemonade()).is_refused(400, "request.malformed");
    }
    assert_eq!(branch.sequence(), sequence);
    branch.post("orders", &"k".repeat(128), &lemonade()).is(201);
}

#[test]
fn two_tablets_that_add_lines_at_once_lose_nothing() {
    const EACH: usize = 25;
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    std::thread::scope(|scope| {
        for tablet in 0..2 {
            let (branch, order) = (&branch, &order);
            scope.spawn(move || {
                for number in 0..EACH {
                    let more = json!({"lines": [{"product": "limonada", "quantity": 1, "notes": format!("{tablet}-{number}")}]});
                    branch.post(&path(order, "/lines"), &format!("{tablet}-{number}"), &more).is(200);
                }
            });
        }
    });
    let kept = branch.order(&order["id"]);
    let lines = kept["lines"].as_array().unwrap();
    let notes: BTreeSet<_> = lines.iter().filter_map(|line| line["notes"].as_str()).collect();
    let lines_expected = 2 * EACH + 1;
    assert_eq!((lines.len(), notes.len()), (lines_expected, 2 * EACH));
    assert_eq!(kept["total"].as_u64(), Some(595_000 * lines_expected as u64));
    assert_eq!(kept["version"].as_u64(), Some(2 + 2 * EACH as u64));
}

#[test]
fn one_order_sent_many_times_at_once_is_taken_once() {
    let branch = Branch::open();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..8).map(|_| scope.spawn(|| branch.post("orders", "one-key", &example()))).collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    let taken = answers.iter().filter(|answer| answer.status == 201).count();
    let repeated = answers.iter().filter(|answer| answer.header("idempotency-replayed") == Some("true")).count();
    assert_eq!((taken, repeated), (1, 7));
    assert_eq!(branch.get("orders?include_total=true").is(200)["total"], 1);
}

#[test]
fn of_two_who_take_a_line_back_at_once_one_is_told_that_the_order_changed() {
    let branch = Branch::open();
    let order = branch.take(&json!({"type": "takeaway", "lines": [
        {"product": "limonada", "quantity": 1}, {"product": "limonada", "quantity": 2}]}));
    let void = |line: &Value| {
        let void = path(&order, &format!("/lines/{}/void", line["id"].as_str().unwrap()));
        branch.ask("POST", &void).header("if-match", "2").json(&json!({"reason": "error"})).send()
    };
    let mut statuses: Vec<u16> = std::thread::scope(|scope| {
        let lines = order["lines"].as_array().unwrap();
        let both: Vec<_> = lines.iter().map(|line| scope.spawn(|| void(line))).collect();
        both.into_iter().map(|one| one.join().unwrap().status).collect()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(branch.order(&order["id"])["version"], 3);
}

#[test]
fn a_choice_is_named_by_sku_or_by_id_and_so_is_a_product() {
    let branch = Branch::open();
    let product = branch.get("products/salchipapa-especial").is(200);
    let cheese = &product["modifier_groups"][0]["modifiers"][0]["id"];
    let by_id = branch.take(&one(json!({"product": product["id"], "quantity": 1, "modifiers": [cheese]})));
    let by_sku =
        branch.take(&one(json!({"product": "salchipapa-especial", "quantity": 1, "modifiers": ["queso-extra"]})));
    assert_eq!(by_id["lines"][0]["modifiers"], by_sku["lines"][0]["modifiers"]);
    assert_eq!((&by_id["total"], &by_sku["total"]), (&json!(1_850_000), &json!(1_850_000)));
}
