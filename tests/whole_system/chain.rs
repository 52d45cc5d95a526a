//! The whole chain: what happened at a branch is in the cloud exactly once, whatever falls in between. Real PostgreSQL,
//! real mosquitto with certificates, the real programs.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::process::Command;
use std::time::{Duration, Instant};

use comanda_tests::branch::{Branch, place_until_acknowledged};
use comanda_tests::chain::Chain;
use comanda_tests::client::{Client, idempotency_key};
use comanda_tests::menu;
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(60);

/// What is derived of a branch, each table as text in one order.
const DERIVED: [&str; 12] = [
    "SELECT order_id, consecutive, number, type, channel, status, business_day, placed_at, accepted_at, ready_at, \
     currency, subtotal, discount, tax, total, encode(document, 'hex') FROM orders ORDER BY order_id",
    "SELECT * FROM order_line ORDER BY order_id, ordinal",
    "SELECT * FROM sales_hour ORDER BY 1, 2, 3, 4, 5, 6, 7",
    "SELECT * FROM sales_product ORDER BY 1, 2, 3, 4, 5",
    "SELECT * FROM payment ORDER BY payment_id",
    "SELECT * FROM takings_day ORDER BY 1, 2, 3, 4, 5",
    "SELECT * FROM shift ORDER BY shift_id",
    "SELECT * FROM stockout ORDER BY 1, 2, 3",
    "SELECT * FROM stockouts ORDER BY 1, 2",
    "SELECT * FROM kitchen_ledger ORDER BY order_id",
    "SELECT * FROM kitchen_time ORDER BY line_id, station_id",
    "SELECT * FROM kitchen_hour ORDER BY 1, 2, 3, 4, 5, 6",
];

fn branch() -> Branch {
    Branch::open(&menu::catalog(), &[]).unwrap()
}

/// Places orders with the numbers given, and answers what they cost together.
fn sell(branch: &Branch, run: u64, numbers: std::ops::Range<u64>) -> i64 {
    let mut client = branch.client();
    let costs = numbers.map(|number| {
        let dish = menu::DISHES[usize::try_from(number % 4).unwrap()];
        let body =
            json!({"type": "takeaway", "lines": [{"product": dish, "quantity": 1 + number % 3, "modifiers": []}]});
        let key = idempotency_key(run, number);
        let order = place_until_acknowledged(&mut client, &key, &body, PATIENCE).unwrap();
        order["total"].as_i64().unwrap()
    });
    costs.sum()
}

fn derived(chain: &Chain) -> Vec<String> {
    DERIVED.iter().map(|question| chain.postgres.sql(question).unwrap()).collect()
}

/// What is derived is the same after a rebuild.
fn a_rebuild_changes_nothing(chain: &Chain) {
    let before = derived(chain);
    let rebuilt = chain.call(&["rebuild", "esquina/CHA"]).unwrap();
    assert_eq!(rebuilt["dead_letters"], 0);
    for (question, (after, before)) in DERIVED.iter().zip(derived(chain).into_iter().zip(before)) {
        assert_eq!(after, before, "{question}");
    }
}

fn the_cloud_has(chain: &Chain, orders: u64, total: i64) {
    let counted = chain.postgres.sql("SELECT count(*), count(DISTINCT order_id), sum(total) FROM orders").unwrap();
    assert_eq!(counted, format!("{orders}|{orders}|{total}"));
    let summed = chain.postgres.sql("SELECT sum(placed), sum(total) FROM sales_hour").unwrap();
    assert_eq!(summed, format!("{orders}|{total}"));
    let by_product = chain.postgres.sql("SELECT sum(total) FROM sales_product").unwrap();
    assert_eq!(by_product, total.to_string());
}

/// Who may ask how sync stands. Making the token is an entry of the journal itself.
fn admin(branch: &Branch) -> Client {
    let token = branch.daemon.create_token("admin").unwrap();
    Client::new(branch.daemon.address(), PATIENCE).with_token(&token)
}

fn wait_for_status(admin: &mut Client, is_so: impl Fn(&Value) -> bool) -> Value {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let status = admin.get("/api/v1/sync/status").unwrap().json().unwrap();
        if is_so(&status) {
            return status;
        }
        assert!(Instant::now() < deadline, "{status}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn orders_made_while_the_cable_is_cut_arrive_once_and_a_rebuild_changes_nothing() {
    let chain = Chain::start().unwrap();
    let branch = branch();
    let mut admin = admin(&branch);
    wait_for_status(&mut admin, |status| status["status"] == "off");
    let mut total = sell(&branch, 1, 0..5);
    chain.enrol("CHA", &branch.daemon).unwrap();
    let lived = chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();
    assert_eq!((&lived["epoch"], &lived["dead_letters"]), (&json!(1), &json!(0)));

    chain.cable.cut();
    total += sell(&branch, 1, 5..30);
    let cut_off = wait_for_status(&mut admin, |status| status["status"] == "offline");
    assert!(cut_off["waiting"].as_u64().unwrap() >= 25, "{cut_off}");
    chain.cable.mend();
    chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();
    the_cloud_has(&chain, 30, total);
    wait_for_status(&mut admin, |status| status["status"] == "streaming" && status["waiting"] == 0);

    a_rebuild_changes_nothing(&chain);

    // Another company sees nothing of it, nor does a connection that speaks for nobody.
    let hidden = chain.postgres.sql_as("comanda_app", "SELECT count(*) FROM orders").unwrap();
    assert_eq!(hidden, "0");
    let for_another = "SET comanda.company = '00000000-0000-0000-0000-000000000000'; SELECT count(*) FROM entry";
    assert_eq!(chain.postgres.sql_as("comanda_app", for_another).unwrap(), "0");
    assert!(chain.postgres.sql_as("comanda_app", "SELECT count(*) FROM entry_0").is_err());
}

#[test]
fn what_was_charged_given_back_counted_and_ran_out_is_in_the_cloud_as_the_branch_has_it() {
    let chain = Chain::start().unwrap();
    let branch = branch();
    let mut admin = admin(&branch);
    chain.enrol("CHA", &branch.daemon).unwrap();
    let mut number = 0;
    let mut post = |path: &str, body: Value| -> Value {
        number += 1;
        let answer = admin.post(path, &idempotency_key(9, number), &body).unwrap();
        assert!(matches!(answer.status, 200 | 201), "{path}: {answer}");
        answer.json().unwrap()
    };
    post("/api/v1/cash/open", json!({"drawer": "principal", "float": 5_000_000}));
    let price = menu::DISH_PRICE;
    let first = post("/api/v1/orders", menu::one_dish());
    let cash = json!({"order": first["id"], "method": "cash", "amount": price, "received": 2_000_000});
    post("/api/v1/payments", cash);
    let second = post("/api/v1/orders", menu::one_dish());
    let card = json!({"order": second["id"], "method": "card", "amount": price + 100_000, "tip": 100_000});
    post("/api/v1/payments", card);
    let payment = chain
        .wait_until_equal("CHA", &branch.daemon, PATIENCE)
        .map(|_| chain.postgres.sql("SELECT payment_id FROM payment WHERE method = 'card'").unwrap());
    let back = json!({"amount": 500_000, "reason": "estaba fría", "method": "cash"});
    post(&format!("/api/v1/payments/{}/refund", payment.unwrap()), back);
    post("/api/v1/cash/close", json!({"counted": {"cash": [{"value": 1_000_000, "count": 6}]}}));
    admin.put("/api/v1/products/salchipapa/availability", &json!({"available": true, "left": 3})).unwrap();
    chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();

    let sql = |question: &str| chain.postgres.sql(question).unwrap();
    let takings = sql("SELECT method, payments, amount, tip, refunds, refunded FROM takings_day ORDER BY method");
    assert_eq!(takings, format!("card|1|{}|100000|0|0\ncash|1|{price}|0|1|500000", price + 100_000));
    let payments = sql("SELECT method, amount, refunded FROM payment ORDER BY method");
    assert_eq!(payments, format!("card|{}|500000\ncash|{price}|0", price + 100_000));
    let expected = 5_000_000 + price - 500_000;
    let shift = sql("SELECT expected_cash, closed_at IS NOT NULL, opening_float FROM shift");
    assert_eq!(shift, format!("{expected}|t|5000000"));
    assert_eq!(sql("SELECT sku, left_count, is_product FROM stockout"), "salchipapa|3|t");
    a_rebuild_changes_nothing(&chain);
}

/// Pulls out of a report what branch and cloud both say.
fn said_by_both(report: &Value) -> Value {
    let times = |times: &Value| {
        let spread = |name: &str| json!([times[name]["p50"], times[name]["p90"]]);
        json!([times["lines"], times["orders"], times["late_permille"], spread("until_started"), spread("until_ready")])
    };
    let mut groups: Vec<String> = ["by_product", "by_station", "by_hour"]
        .into_iter()
        .flat_map(|list| report[list].as_array().unwrap())
        .map(|group| format!("{} {}", group["name"], times(group)))
        .collect();
    groups.sort();
    json!([times(&report["all"]), times(&report["orders"]), groups])
}

#[test]
fn how_long_the_kitchen_took_is_in_the_cloud_as_the_branch_has_it() {
    let chain = Chain::start().unwrap();
    let branch = branch();
    let mut admin = admin(&branch);
    chain.enrol("CHA", &branch.daemon).unwrap();
    let mut number = 0;
    let mut post = |admin: &mut Client, path: &str, body: Value| -> Value {
        number += 1;
        let answer = admin.post(path, &idempotency_key(12, number), &body).unwrap();
        assert!(matches!(answer.status, 200 | 201), "{path}: {answer}");
        answer.json().unwrap()
    };
    let meal = json!({"type": "takeaway", "lines": [
        {"product": "salchipapa", "quantity": 1, "modifiers": []}, {"product": "limonada", "quantity": 2, "modifiers": []}]});
    let orders: Vec<Value> = (0..4).map(|_| post(&mut admin, "/api/v1/orders", meal.clone())).collect();
    let id = |order: &Value| order["id"].as_str().unwrap().to_owned();
    let line = |order: &Value, index: usize| order["lines"][index]["id"].as_str().unwrap().to_owned();
    let (grill, bar) = (json!({"station": menu::GRILL}), json!({"station": menu::BAR}));
    let card = |order: &Value, touch: &str| format!("/api/v1/kitchen/orders/{}/{touch}", id(order));
    let at_line =
        |order: &Value, index: usize, touch: &str| card(order, &format!("lines/{}/{touch}", line(order, index)));

    // One is made with a beginning, one is bumped and recalled, one becomes part of another once something of it is made, which is bumped.
    post(&mut admin, &card(&orders[0], "start"), grill.clone());
    std::thread::sleep(Duration::from_millis(1_100));
    post(&mut admin, &at_line(&orders[0], 0, "ready"), grill.clone());
    post(&mut admin, &at_line(&orders[0], 1, "ready"), bar.clone());
    post(&mut admin, &card(&orders[1], "bump"), grill.clone());
    chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();
    post(&mut admin, &card(&orders[1], "recall"), grill.clone());
    post(&mut admin, &at_line(&orders[2], 1, "ready"), bar.clone());
    chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();
    let rows = || chain.postgres.sql("SELECT count(*), count(DISTINCT order_id) FROM kitchen_time").unwrap();
    assert_eq!(rows(), "3|2");
    let version = |admin: &mut Client, order: &Value| {
        admin.get(&format!("/api/v1/orders/{}", id(order))).unwrap().json().unwrap()["version"].clone()
    };
    let (into, from) = (version(&mut admin, &orders[3]), version(&mut admin, &orders[2]));
    let whole = json!({"from": id(&orders[2]), "from_version": from});
    let path = format!("/api/v1/orders/{}/merge", id(&orders[3]));
    let merged = admin.post_at(&path, &idempotency_key(12, 900), &into, &whole).unwrap();
    assert_eq!(merged.status, 200, "{merged}");
    for (station, order) in [(&grill, &orders[3]), (&bar, &orders[3])] {
        post(&mut admin, &card(order, "bump"), station.clone());
    }
    chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();
    assert_eq!(rows(), "6|2");

    let of_branch = admin.get("/api/v1/reports/kitchen-times").unwrap().json().unwrap();
    let day = of_branch["from"].as_str().unwrap();
    let mut api = chain.api("esquina").unwrap();
    let report =
        |api: &mut Client, more: &str| api.get(&format!("/api/v1/reports/kitchen-times?from={day}{more}")).unwrap();
    let of_cloud = report(&mut api, "").json().unwrap();
    assert_eq!(said_by_both(&of_cloud), said_by_both(&of_branch));
    assert_eq!((&of_cloud["all"]["lines"], &of_cloud["by_branch"][0]["key"]), (&json!(6), &json!("CHA")));
    assert!(of_cloud["all"]["until_ready"]["mean"].is_i64(), "{of_cloud}");
    assert_eq!(report(&mut api, "&branch=CHA").json().unwrap()["all"], of_cloud["all"]);
    assert_eq!(report(&mut api, "&branch=OTRA").status, 404);
    assert_eq!(report(&mut api, "&to=2020-01-01").status, 422);
    chain.call(&["company-create", "vecina", "La Vecina"]).unwrap();
    assert_eq!(report(&mut chain.api("vecina").unwrap(), "").json().unwrap()["all"]["lines"], 0);

    a_rebuild_changes_nothing(&chain);
}

#[test]
fn branch_cloud_broker_and_database_are_killed_in_turn_and_nothing_is_lost_or_doubled() {
    let mut chain = Chain::start().unwrap();
    let mut branch = branch();
    chain.enrol("CHA", &branch.daemon).unwrap();
    let mut total = 0;
    for round in 0..2_u64 {
        let numbers = |part: u64| (round * 40 + part * 10)..(round * 40 + part * 10 + 10);
        total += sell(&branch, 2, numbers(0));
        branch.daemon.kill().unwrap();
        branch.daemon.start().unwrap();
        total += sell(&branch, 2, numbers(1));
        chain.kill_cloud().unwrap();
        total += sell(&branch, 2, numbers(2));
        chain.start_cloud().unwrap();
        chain.broker.kill().unwrap();
        total += sell(&branch, 2, numbers(3));
        chain.broker.start_again().unwrap();
        chain.postgres.kill().unwrap();
        chain.postgres.start_again().unwrap();
    }
    chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();
    the_cloud_has(&chain, 80, total);
    a_rebuild_changes_nothing(&chain);
}

#[test]
fn a_disk_set_back_to_a_backup_begins_a_new_life_and_loses_nothing() {
    let chain = Chain::start().unwrap();
    let mut branch = branch();
    chain.enrol("CHA", &branch.daemon).unwrap();
    let mut total = sell(&branch, 3, 0..10);
    chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();
    branch.daemon.terminate(PATIENCE).unwrap();
    let file = branch.daemon.data().join("branch.db");
    let backup = std::fs::read(&file).unwrap();
    branch.daemon.start().unwrap();
    total += sell(&branch, 3, 10..20);
    chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();

    branch.daemon.terminate(PATIENCE).unwrap();
    std::fs::write(&file, &backup).unwrap();
    for beside in ["branch.db-wal", "branch.db-shm"] {
        // A stop in good order leaves none.
        let _ = std::fs::remove_file(branch.daemon.data().join(beside));
    }
    branch.daemon.start().unwrap();
    total += sell(&branch, 3, 20..30);
    let after = chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();
    assert_eq!(after["epoch"], 2);
    the_cloud_has(&chain, 30, total);
    branch.daemon.call(["journal", "verify"]).unwrap();
    branch.daemon.call(["journal", "replay", "--check"]).unwrap();
    let again = sell(&branch, 3, 30..31);
    chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();
    the_cloud_has(&chain, 31, total + again);
}

#[test]
fn an_entry_that_cannot_be_projected_is_set_aside_and_holds_nobody_up() {
    let chain = Chain::start().unwrap();
    let branch = branch();
    // Orders of three pieces are poison to this table.
    chain.postgres.sql("ALTER TABLE order_line ADD CONSTRAINT poison CHECK (quantity <> 3000)").unwrap();
    let total = sell(&branch, 5, 0..12);
    chain.enrol("CHA", &branch.daemon).unwrap();
    let stuck = chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();
    // A poisoned order is not there: what follows for it changes nothing that is.
    assert_eq!(stuck["dead_letters"], 4);
    let letters = chain.call(&["dead-letters", "esquina/CHA"]).unwrap();
    let first = &letters["items"][0];
    assert_eq!(first["kind"], "order.placed");
    assert!(first["error"].as_str().unwrap().contains("poison"), "{first}");
    assert_eq!(chain.postgres.sql("SELECT count(*) FROM orders").unwrap(), "8");

    chain.postgres.sql("ALTER TABLE order_line DROP CONSTRAINT poison").unwrap();
    let rebuilt = chain.call(&["rebuild", "esquina/CHA"]).unwrap();
    assert_eq!(rebuilt["dead_letters"], 0);
    the_cloud_has(&chain, 12, total);
}

#[test]
fn two_processes_share_the_branches_and_what_one_worked_for_is_anothers_when_it_dies() {
    // Each may work for half; a third would be there for the one that dies.
    let mut chain = Chain::start_with(&["--most-shards", "32"]).unwrap();
    let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 17229";
    let held = |chain: &Chain, meant: &str| {
        let deadline = Instant::now() + PATIENCE;
        while chain.postgres.sql(locks).unwrap() != meant {
            assert!(Instant::now() < deadline, "{} shards are held, not {meant}", chain.postgres.sql(locks).unwrap());
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    held(&chain, "32");
    let second = chain.another_cloud(&["--most-shards", "40"]).unwrap();
    held(&chain, "64");
    // Of a few branches, none is nobody's.
    let branches: Vec<Branch> = (0..4).map(|_| branch()).collect();
    for (index, branch) in branches.iter().enumerate() {
        chain.enrol(&format!("S{index}"), &branch.daemon).unwrap();
        sell(branch, 51 + index as u64, 0..2);
    }
    for (index, branch) in branches.iter().enumerate() {
        chain.wait_until_equal(&format!("S{index}"), &branch.daemon, PATIENCE).unwrap();
    }
    // The first dies: the second takes what it has room for, and the rest once the first is back.
    chain.kill_cloud().unwrap();
    held(&chain, "40");
    chain.start_cloud().unwrap();
    held(&chain, "64");
    drop(second);
    chain.kill_cloud().unwrap();
    let _whole = chain.another_cloud(&[]).unwrap();
    held(&chain, "64");
    for (index, branch) in branches.iter().enumerate() {
        sell(branch, 61 + index as u64, 0..2);
        chain.wait_until_equal(&format!("S{index}"), &branch.daemon, PATIENCE).unwrap();
    }
}

#[test]
fn nobody_speaks_for_another_branch_nor_after_being_revoked() {
    let chain = Chain::start().unwrap();
    let (one, other) = (branch(), branch());
    chain.enrol("UNO", &one.daemon).unwrap();
    chain.enrol("OTR", &other.daemon).unwrap();
    sell(&one, 4, 0..3);
    chain.wait_until_equal("UNO", &one.daemon, PATIENCE).unwrap();
    chain.wait_until_equal("OTR", &other.daemon, PATIENCE).unwrap();

    let identity = |branch: &Branch| -> Value {
        serde_json::from_slice(&std::fs::read(branch.daemon.data().join("identity.json")).unwrap()).unwrap()
    };
    let (own, foreign) = (identity(&one), identity(&other));
    let folder = tempfile::tempdir().unwrap();
    for (name, part) in [("ca.pem", "authority"), ("cert.pem", "certificate"), ("key.pem", "key")] {
        std::fs::write(folder.path().join(name), own[part].as_str().unwrap()).unwrap();
    }
    let publish = |topic: String| {
        let port = chain.broker.address().port().to_string();
        let output = Command::new("mosquitto_pub")
            .args(["-V", "5", "-q", "1", "-h", "localhost", "-p", &port, "-m", "{}", "-t", &topic])
            .current_dir(folder.path())
            .args(["--cafile", "ca.pem", "--cert", "cert.pem", "--key", "key.pem"])
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let topic = |identity: &Value| format!("b/{}/up/0", identity["branch"].as_str().unwrap());
    assert!(!publish(topic(&own)).contains("Not authorized"));
    assert!(publish(topic(&foreign)).contains("Not authorized"));
    assert!(publish(format!("b/{}/down", own["branch"].as_str().unwrap())).contains("Not authorized"));

    // Its own certificate, and the other branch's name in what it says: believed by nobody.
    let before = chain.postgres.sql("SELECT count(*) FROM entry").unwrap();
    chain.call(&["revoke", "esquina/UNO"]).unwrap();
    sell(&one, 4, 3..6);
    let mut one = one;
    one.daemon.terminate(PATIENCE).unwrap();
    one.daemon.start().unwrap();
    wait_for_status(&mut admin(&one), |status| status["status"] == "stranger");
    assert_eq!(chain.postgres.sql("SELECT count(*) FROM entry").unwrap(), before);
    chain.enrol_again("UNO", &one.daemon).unwrap();
    chain.wait_until_equal("UNO", &one.daemon, PATIENCE).unwrap();
}
