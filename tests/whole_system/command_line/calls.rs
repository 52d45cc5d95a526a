//! Calls that do what they say, with the daemon running and stopped.

use comanda_tests::client::idempotency_key;
use comanda_tests::menu;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::appliance::Appliance;

/// Every call once; the names are such that a second round with another suffix is no repeat.
fn every_call_works(appliance: &Appliance, round: &str) {
    let settings = ["settings", "set", "--name", round, "--code", "ESQ", "--timezone", "America/Bogota"];
    let set = appliance.json(&[&settings[..], &["--day-starts-at", "05:00"]].concat());
    let expected = json!({"name": round, "code": "ESQ", "timezone": "America/Bogota", "day_starts_at": "05:00:00"});
    assert_eq!((&set, appliance.json(&["settings", "show"])), (&expected, expected.clone()));
    assert!(appliance.call(&["settings", "show"]).good().contains(round));

    let file = appliance.file("catalog.json", &menu::catalog());
    let imported = appliance.json(&["catalog", "import", &file]);
    assert_eq!((&imported["products"], &imported["stations"]), (&json!(8), &json!(2)));
    let exported = appliance.call(&["catalog", "export"]).good();
    assert_eq!(serde_json::from_str::<Value>(&exported).unwrap(), appliance.json(&["catalog", "export"]));
    let again = appliance.file("exported.json", &serde_json::from_str(&exported).unwrap());
    let text = appliance.call(&["catalog", "import", &again]).good();
    assert!(text.contains("8 products"), "{text}");
    assert_eq!(appliance.call(&["catalog", "export"]).good(), exported);

    let name = format!("Ana {round}");
    let staff = appliance.json(&["staff", "add", &name, "--role", "cashier", "--pin", "2580"]);
    assert_eq!(staff["id"].as_str().unwrap().len(), 36);
    let text = appliance.call(&["staff", "add", &name, "--role", "waiter", "--pin", "13795"]).good();
    assert!(text.contains(&name) && !text.contains("13795"), "{text}");

    let token = appliance.json(&["token", "create", "--role", "cashier", "--name", round]);
    assert!(token["token"].as_str().unwrap().starts_with("cmd_"));
    let text = appliance.call(&["token", "create", "--role", "cashier", "--name", round]).good();
    assert!(text.starts_with("cmd_") && text.lines().count() == 1, "{text}");

    let (spare, grill) = (format!("Respaldo {round}"), format!("Plancha {round}"));
    appliance.call(&["printer", "add", &spare, "virtual:"]).good();
    let fallback = ["--station", menu::GRILL, "--columns", "42", "--fallback", &spare];
    let added = appliance.json(&[&["printer", "add", &grill, "tcp://127.0.0.1:9"], &fallback[..]].concat());
    let listed = appliance.json(&["printer", "list"]);
    let found = listed["items"].as_array().unwrap().iter().find(|printer| printer["name"] == json!(grill)).unwrap();
    assert_eq!((&found["id"], &found["columns"]), (&added["id"], &json!(42)));
    assert_eq!(appliance.json(&["printer", "remove", &grill])["id"], added["id"]);
    let text = appliance.call(&["printer", "list"]).good();
    assert!(text.contains(&spare) && !text.contains(&grill), "{text}");

    let stats = appliance.json(&["journal", "stats"]);
    let verdict = appliance.json(&["journal", "verify"]);
    assert_eq!((&verdict["entries"], &verdict["faults"]), (&stats["entries"], &json!([])));
    assert_eq!(appliance.json(&["journal", "replay", "--check"])["differences"], json!([]));
    let exported = appliance.call(&["journal", "export"]).good();
    let entries: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(stats["entries"], json!(entries.len()));
    assert!(!exported.contains(&name) && !exported.contains("cmd_"), "an export has a name or a secret in it");
}

#[test]
fn every_call_works_with_the_daemon_stopped_and_with_it_running() {
    let mut appliance = Appliance::unpacked();
    every_call_works(&appliance, "cerrado");
    appliance.daemon.start().unwrap();
    every_call_works(&appliance, "abierto");
    appliance.stop();
    assert_eq!(appliance.json(&["printer", "list"])["items"].as_array().unwrap().len(), 2);
    assert_eq!(appliance.json(&["settings", "show"])["name"], "abierto");
}

#[test]
fn a_token_opens_the_door_whether_it_was_made_before_the_daemon_or_under_it() {
    let mut appliance = Appliance::with_a_menu();
    let before = appliance.daemon.create_token("cashier").unwrap();
    appliance.daemon.start().unwrap();
    let under = appliance.daemon.create_token("cashier").unwrap();
    for (run, token) in [(1, before), (2, under)] {
        let taken =
            appliance.client(&token).post("/api/v1/orders", &idempotency_key(run, 1), &menu::one_dish()).unwrap();
        assert_eq!(taken.status, 201, "{taken}");
    }
}

#[test]
fn command_lines_that_come_at_once_wait_for_each_other() {
    let appliance = Appliance::unpacked();
    let tokens: BTreeSet<String> = std::thread::scope(|scope| {
        let call = || appliance.call(&["token", "create", "--role", "cashier", "--name", "script"]).good();
        let calls: Vec<_> = (0..8).map(|_| scope.spawn(call)).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    assert_eq!(tokens.len(), 8);
    appliance.call(&["journal", "verify"]).good();
}

#[test]
fn calls_made_while_the_daemon_starts_are_answered_and_do_not_keep_it_from_starting() {
    let mut appliance = Appliance::with_a_menu();
    for _ in 0..3 {
        let mut call = appliance.command(&["settings", "show"]);
        let caller = std::thread::spawn(move || (0..20).map(|_| call.output().unwrap()).collect::<Vec<_>>());
        appliance.daemon.start().unwrap();
        for output in caller.join().unwrap() {
            assert!(output.status.success(), "{output:?}");
        }
        appliance.stop();
    }
}

#[test]
fn a_menu_is_replaced_again_and_again_while_orders_run_and_each_order_is_of_one_menu() {
    const MENUS: usize = 12;
    const DEARER: i64 = 2_000_000;
    let mut appliance = Appliance::with_a_menu();
    let token = appliance.daemon.create_token("cashier").unwrap();
    appliance.daemon.start().unwrap();
    let mut dearer = menu::catalog();
    dearer["categories"][0]["products"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .for_each(|dish| dish["price"] = json!(DEARER));
    let files = [appliance.file("dearer.json", &dearer), appliance.file("cheaper.json", &menu::catalog())];

    let is_done = AtomicBool::new(false);
    let totals: Vec<i64> = std::thread::scope(|scope| {
        let sell = |till: u64| {
            let mut client = appliance.client(&token);
            let is_done = &is_done;
            scope.spawn(move || {
                let mut totals = Vec::new();
                while !is_done.load(Ordering::SeqCst) {
                    let key = idempotency_key(till, u64::try_from(totals.len()).unwrap());
                    let answer = client.post("/api/v1/orders", &key, &menu::four_dishes()).unwrap();
                    assert_eq!(answer.status, 201, "{answer}");
                    totals.push(answer.json().unwrap()["total"].as_i64().unwrap());
                }
                totals
            })
        };
        let tills: Vec<_> = (1..=3).map(sell).collect();
        for number in 0..MENUS {
            appliance.call(&["catalog", "import", &files[number % 2]]).good();
        }
        is_done.store(true, Ordering::SeqCst);
        tills.into_iter().flat_map(|till| till.join().unwrap()).collect()
    });

    let (cheap, dear) = (menu::FOUR_DISHES_TOTAL, menu::FOUR_DISHES_TOTAL + 5 * (DEARER - menu::DISH_PRICE));
    let sold: BTreeSet<i64> = totals.iter().copied().collect();
    assert_eq!(sold, BTreeSet::from([cheap, dear]), "of {} orders", totals.len());
    appliance.stop();
    let stats = appliance.json(&["journal", "stats"]);
    assert_eq!(stats["orders"], json!(totals.len()));
    appliance.call(&["journal", "replay", "--check"]).good();
}
