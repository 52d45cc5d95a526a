//! What a box had not sent when another took its place: handed in, looked at, counted once or put aside. Real PostgreSQL, real
//! mosquitto, the real programs.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::time::Duration;

use comanda_tests::branch::Branch;
use comanda_tests::chain::Chain;
use comanda_tests::client::{Client, idempotency_key};
use comanda_tests::daemon::Daemon;
use comanda_tests::menu;
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(60);

fn place(client: &mut Client, number: u64) -> Value {
    let answer = client.post("/api/v1/orders", &idempotency_key(21, number), &menu::one_dish()).unwrap();
    assert_eq!(answer.status, 201, "{answer}");
    answer.json().unwrap()
}

fn items(chain: &Chain) -> Vec<Value> {
    chain.call(&["salvage", "esquina/CHA"]).unwrap()["items"].as_array().unwrap().clone()
}

fn of_order<'i>(items: &'i [Value], order: &Value) -> &'i Value {
    items.iter().find(|item| item["order"] == order["id"]).unwrap()
}

fn id(order: &Value) -> &str {
    order["id"].as_str().unwrap()
}

#[test]
fn what_the_old_box_had_not_sent_is_handed_in_and_each_order_counts_once_when_a_person_says_so() {
    let chain = Chain::start().unwrap();
    let mut old = Branch::open(&menu::catalog(), &[]).unwrap();
    chain.enrol("CHA", &old.daemon).unwrap();
    let admin = old.daemon.create_token("admin").unwrap();
    let mut till = Client::new(old.daemon.address(), PATIENCE).with_token(&admin);
    let opened = json!({"drawer": "principal", "float": 5_000_000});
    assert_eq!(till.post("/api/v1/cash/open", &idempotency_key(21, 100), &opened).unwrap().status, 201);
    // Templates of their own, twice: a ticket of the first is printed again by the first.
    let mut papers = till.get("/api/v1/settings/papers").unwrap().json().unwrap();
    papers.as_object_mut().unwrap().remove("version");
    let mut lay = |client: &mut Client, number: u64| {
        let path = "/api/v1/settings/papers";
        papers["ticket"].as_array_mut().unwrap().push(json!({"field": "text", "text": format!("plantilla {number}")}));
        let answer = client.put_keyed(path, &idempotency_key(21, number), &papers).unwrap();
        assert_eq!(answer.status, 200, "{answer}");
    };
    lay(&mut till, 110);
    let shared = place(&mut till, 0);
    lay(&mut till, 111);
    chain.wait_until_equal("CHA", &old.daemon, PATIENCE).unwrap();
    let laid = "SELECT count(*) FROM document JOIN entry ON kind = 'branch.directive_applied' AND \
                position(convert_to(sha256, 'UTF8') IN entry.body) > 0 WHERE position('papers'::bytea IN entry.body) > 0";
    let deadline = std::time::Instant::now() + PATIENCE;
    while chain.postgres.sql(laid).unwrap() != "2" {
        assert!(std::time::Instant::now() < deadline, "the templates were not shown to the cloud");
        std::thread::sleep(Duration::from_millis(100));
    }

    // The cable is cut; the old box sells on, charges, and goes on with an order the cloud knows.
    chain.cable.cut();
    let charged = place(&mut till, 1);
    let cash = json!({"order": charged["id"], "method": "cash", "amount": menu::DISH_PRICE, "received": 2_000_000});
    assert_eq!(till.post("/api/v1/payments", &idempotency_key(21, 101), &cash).unwrap().status, 201);
    let (set_aside, waiting) = (place(&mut till, 2), place(&mut till, 3));
    let known = json!({"order": shared["id"], "method": "cash", "amount": menu::DISH_PRICE, "received": 2_000_000});
    assert_eq!(till.post("/api/v1/payments", &idempotency_key(21, 102), &known).unwrap().status, 201);

    // It is the branch's present box still: there is nothing to hand in.
    let early = old.daemon.call(["salvage"]);
    let early = early.unwrap_err().to_string();
    assert!(early.contains("403"), "{early}");
    old.daemon.kill().unwrap();
    chain.cable.mend();

    let folder = tempfile::tempdir().unwrap();
    let mut new = Daemon::beside_this_program(folder.path()).unwrap();
    let code = chain.call(&["code", "esquina/CHA"]).unwrap()["code"].as_str().unwrap().to_owned();
    new.call(["take-over", &code, "--cloud", &format!("http://{}", chain.listens_for_people())]).unwrap();
    new.start().unwrap();
    let token = new.create_token("admin").unwrap();
    let mut at_new = Client::new(new.address(), PATIENCE).with_token(&token);
    place(&mut at_new, 4);
    chain.wait_until_equal("CHA", &new, PATIENCE).unwrap();
    let counted = || chain.postgres.sql("SELECT count(*), sum(total) FROM orders").unwrap();
    let taken = || chain.postgres.sql("SELECT coalesce(sum(amount), 0) FROM takings_day").unwrap();
    let price = menu::DISH_PRICE;
    let orders = |count: i64| format!("{count}|{}", count * price);
    let before = counted();

    old.daemon.start().unwrap();
    let handed: Value = serde_json::from_str(&old.daemon.call(["--json", "salvage"]).unwrap()).unwrap();
    assert!(handed["entries"].as_u64().unwrap() > 5, "{handed}");
    let again: Value = serde_json::from_str(&old.daemon.call(["--json", "salvage"]).unwrap()).unwrap();
    assert_eq!((&again["entries"], &again["upto"]), (&json!(0), &handed["upto"]));
    assert_eq!(counted(), before, "nothing counts before somebody says so");

    let listed = items(&chain);
    assert_eq!(of_order(&listed, &charged)["status"], "waiting");
    assert_eq!(
        (&of_order(&listed, &charged)["total"], &of_order(&listed, &charged)["paid"]),
        (&json!(price), &json!(price))
    );
    assert_eq!(of_order(&listed, &shared)["status"], "continued");
    let base: i64 = before.split('|').next().unwrap().parse().unwrap();
    let (base_taken, mut api) = (taken(), chain.api("esquina").unwrap());
    assert_eq!(base_taken, "0");
    let decide = |order: &Value, verdict: &str| chain.call(&["salvage-decide", "esquina/CHA", id(order), verdict]);
    decide(&charged, "accept").unwrap();
    decide(&charged, "accept").unwrap();
    assert_eq!((counted(), taken()), (orders(base + 1), price.to_string()));
    let path = |order: &Value| format!("/api/v1/branches/CHA/salvage/{}", id(order));
    assert_eq!(api.put(&path(&set_aside), &json!({"accept": false})).unwrap().status, 204);
    assert_eq!(api.put(&path(&set_aside), &json!({"accept": true})).unwrap().status, 409);
    let refused = decide(&shared, "accept").unwrap_err().to_string();
    assert!(refused.contains("went on with this order elsewhere"), "{refused}");
    decide(&shared, "set-aside").unwrap();
    assert_eq!(chain.call(&["salvage-decide", "esquina/CHA", "all", "accept"]).unwrap()["decided"], 1);
    let statuses: Vec<Value> = [&charged, &set_aside, &waiting, &shared]
        .map(|order| of_order(&items(&chain), order)["status"].clone())
        .to_vec();
    assert_eq!(statuses, [json!("accepted"), json!("set_aside"), json!("accepted"), json!("set_aside")]);
    assert_eq!((counted(), taken()), (orders(base + 2), price.to_string()));

    // A rebuild counts the same, and a stranger hands in nothing.
    chain.call(&["rebuild", "esquina/CHA"]).unwrap();
    assert_eq!((counted(), taken()), (orders(base + 2), price.to_string()));
    chain.call(&["company-create", "vecina", "La Vecina"]).unwrap();
    let mut other = chain.api("vecina").unwrap();
    assert_eq!(other.get("/api/v1/branches/CHA/salvage").unwrap().status, 404);
    let refused = new.call(["salvage"]).unwrap_err().to_string();
    assert!(refused.contains("403"), "the present box sends by itself: {refused}");

    // The ticket of the first templates is drawn by them at the new box.
    let tickets = at_new.get(&format!("/api/v1/orders/{}/tickets", id(&shared))).unwrap().json().unwrap();
    let picture = tickets["items"][0]["picture"].as_str().unwrap().to_owned();
    assert_eq!(at_new.get(&picture).unwrap().status, 200);
    new.call(["journal", "verify"]).unwrap();
    new.call(["journal", "replay", "--check"]).unwrap();
    chain.wait_until_equal("CHA", &new, PATIENCE).unwrap();
}
