//! The way down: what the owner lays down in the cloud is what branches sell by, and what is asked of them has its effect
//! once. Real PostgreSQL, real mosquitto, the real programs.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod people;

use std::process::Command;
use std::time::{Duration, Instant};

use comanda_tests::branch::Branch;
use comanda_tests::chain::Chain;
use comanda_tests::client::{Client, idempotency_key};
use comanda_tests::daemon::Daemon;
use comanda_tests::menu;
use comanda_tests::patience::within;
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(60);

/// A branch that is enrolled, its menu known to the cloud.
fn known_branch(chain: &Chain, code: &str) -> Branch {
    let branch = Branch::open(&menu::catalog(), &[]).unwrap();
    chain.enrol(code, &branch.daemon).unwrap();
    let uses = format!(
        "SELECT count(*) FROM document JOIN directive_state USING (company_id, sha256) JOIN branch USING (company_id, \
         branch_id) WHERE code = '{code}' AND kind = 'catalog'"
    );
    within(PATIENCE, "the cloud has seen the branch's menu", || {
        (chain.postgres.sql(&uses).unwrap() == "1").then_some(())
    });
    branch
}

fn menu_with_dishes_at(price: i64) -> Value {
    let mut menu = menu::catalog();
    for product in menu["categories"][0]["products"].as_array_mut().unwrap() {
        product["price"] = price.into();
    }
    menu
}

fn product(client: &mut Client, sku: &str) -> Value {
    client.get(&format!("/api/v1/products/{sku}")).unwrap().json().unwrap()
}

/// What one dish costs whoever orders now.
fn price_now(client: &mut Client, run: u64, number: u64) -> i64 {
    let answer = client.post("/api/v1/orders", &idempotency_key(run, number), &menu::one_dish()).unwrap();
    assert_eq!(answer.status, 201, "{answer}");
    answer.json().unwrap()["total"].as_i64().unwrap()
}

/// How a branch stands with a kind, as the cloud knows.
fn standing(api: &mut Client, code: &str, kind: &str) -> Value {
    let all = api.get("/api/v1/directives").unwrap().json().unwrap();
    let items = all["items"].as_array().unwrap();
    items.iter().find(|item| item["branch"] == code && item["kind"] == kind).unwrap().clone()
}

fn wait_until_in_use(api: &mut Client, code: &str, version: &Value) {
    within(PATIENCE, "the branch uses the version", || {
        (standing(api, code, "catalog")["in_use"] == *version).then_some(())
    });
}

fn catalogs_of_the_cloud(branch: &Branch) -> usize {
    let exported = branch.daemon.call(["journal", "export"]).unwrap();
    exported.lines().filter(|line| line.contains("directive_applied") && line.contains("\"cloud\"")).count()
}

#[test]
fn a_price_the_owner_publishes_is_what_the_branch_sells_at_and_products_keep_their_ids() {
    let chain = Chain::start().unwrap();
    let branch = known_branch(&chain, "CHA");
    let (mut till, mut api) = (branch.client(), chain.api("esquina").unwrap());
    let before = product(&mut till, "salchipapa");
    assert_eq!(price_now(&mut till, 1, 0), menu::DISH_PRICE);

    let answer = api.put("/api/v1/catalog", &menu_with_dishes_at(2_000_000)).unwrap();
    assert_eq!(answer.status, 200, "{answer}");
    let published = answer.json().unwrap();
    wait_until_in_use(&mut api, "CHA", &published["version"]);
    assert_eq!(price_now(&mut till, 1, 1), 2_000_000);
    let after = product(&mut till, "salchipapa");
    assert_eq!(after["id"], before["id"]);

    // The settings come the same way, and only that branch's.
    let settings =
        r#"{"name": "Chapinero Alto", "code": "CHA", "timezone": "America/Bogota", "day_starts_at": "05:00:00"}"#;
    chain.call(&["settings-publish", "esquina/CHA", settings]).unwrap();
    within(PATIENCE, "the branch has its new name", || {
        let shown = till.get("/api/v1/branch").unwrap().json().unwrap();
        (shown["name"] == "Chapinero Alto").then_some(())
    });
    branch.daemon.call(["journal", "verify"]).unwrap();
    branch.daemon.call(["journal", "replay", "--check"]).unwrap();
    chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();

    // What the cloud laid down is not changed at the branch, until the branch leaves.
    let said = branch.daemon.import_catalog(&menu::catalog()).unwrap_err().to_string();
    assert!(said.contains("laid down in the cloud"), "{said}");
    branch.daemon.call(["leave"]).unwrap();
    branch.daemon.import_catalog(&menu::catalog()).unwrap();
    assert_eq!(price_now(&mut till, 1, 2), menu::DISH_PRICE);

    // A file with mistakes is refused here already, every one of them named.
    let bad = api.put("/api/v1/catalog", &menu_with_dishes_at(-1)).unwrap();
    assert_eq!((bad.status, bad.json().unwrap()["errors"].as_array().unwrap().len()), (422, menu::DISHES.len()));
}

#[test]
fn a_branch_that_was_away_is_told_of_the_last_version_only() {
    let chain = Chain::start().unwrap();
    let mut branch = known_branch(&chain, "CHA");
    let mut api = chain.api("esquina").unwrap();
    chain.cable.cut();
    let mut version = Value::Null;
    for price in [2_000_000, 2_100_000, 2_200_000] {
        version = api.put("/api/v1/catalog", &menu_with_dishes_at(price)).unwrap().json().unwrap()["version"].clone();
    }
    let mut till = branch.client();
    assert_eq!(price_now(&mut till, 2, 0), menu::DISH_PRICE);
    chain.cable.mend();
    wait_until_in_use(&mut api, "CHA", &version);
    assert_eq!(price_now(&mut till, 2, 1), 2_200_000);
    assert_eq!(catalogs_of_the_cloud(&branch), 1);
    // Killed and started again, it has nothing to take anew.
    branch.daemon.kill().unwrap();
    branch.daemon.start().unwrap();
    chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();
    assert_eq!(price_now(&mut branch.client(), 2, 2), 2_200_000);
    assert_eq!(catalogs_of_the_cloud(&branch), 1);
}

#[test]
fn a_catalog_that_is_no_good_is_refused_by_the_branch_reported_and_sold_by_nobody() {
    let chain = Chain::start().unwrap();
    let branch = known_branch(&chain, "CHA");
    let (mut till, mut api) = (branch.client(), chain.api("esquina").unwrap());
    // Past the cloud's own checks, as a mistake in them would be: one that contradicts itself, and one that is not what
    // its name says.
    let poison = |version: u32, sha256: &str, body: &str| {
        let company = "(SELECT company_id FROM company_directory)";
        chain.postgres.sql(&format!(
            "INSERT INTO document (company_id, sha256, body) VALUES ({company}, {sha256}, '{body}'); \
             INSERT INTO directive (company_id, kind, version, sha256, published_by) \
             VALUES ({company}, 'catalog', {version}, {sha256}, 'test'); \
             SELECT pg_notify('comanda_down', branch_id::text) FROM branch"
        ))
    };
    let body = r#"{"currency":"COP","taxes":[],"stations":[],"categories":[]}"#;
    poison(5, &format!("encode(sha256('{body}'), 'hex')"), body).unwrap();
    let told = within(PATIENCE, "the branch says that it is no good", || {
        Some(standing(&mut api, "CHA", "catalog")).filter(|standing| standing["not_taken"] == 5)
    });
    assert!(told["detail"].as_str().unwrap().contains("estaciones"), "{told}");
    poison(6, "repeat('a', 64)", "{}").unwrap();
    let told = within(PATIENCE, "the branch says that it is another", || {
        Some(standing(&mut api, "CHA", "catalog")).filter(|standing| standing["not_taken"] == 6)
    });
    assert!(told["detail"].as_str().unwrap().contains("promised"), "{told}");
    assert_eq!(told["in_use"], 0);
    assert_eq!(price_now(&mut till, 3, 0), menu::DISH_PRICE);

    let good = api.put("/api/v1/catalog?branch=CHA", &menu_with_dishes_at(1_900_000)).unwrap();
    assert_eq!(
        good.status, 500,
        "what a company published last cannot be read, so that ids cannot be continued: {good}"
    );
    chain.postgres.sql("DELETE FROM directive").unwrap();
    let good = api.put("/api/v1/catalog?branch=CHA", &menu_with_dishes_at(1_900_000)).unwrap().json().unwrap();
    assert_eq!(good["version"], 7);
    wait_until_in_use(&mut api, "CHA", &good["version"]);
    assert_eq!(standing(&mut api, "CHA", "catalog")["not_taken"], Value::Null);
    assert_eq!(price_now(&mut till, 3, 1), 1_900_000);
}

#[test]
fn what_is_asked_twice_has_one_effect_and_what_is_not_known_holds_nobody_up() {
    let mut chain = Chain::start().unwrap();
    let mut branch = known_branch(&chain, "CHA");
    let (mut till, mut api) = (branch.client(), chain.api("esquina").unwrap());
    let out = json!({"product": "salchipapa", "availability": {"available": false, "reason": "se acabó la papa"}});
    let asking = json!({"id": "019aa7c0-0000-7000-8000-000000000001", "kind": "availability.set", "body": out});
    let ask = |api: &mut Client, body: &Value| {
        let answer = api.post("/api/v1/branches/CHA/commands", "unused", body).unwrap();
        assert_eq!(answer.status, 202, "{answer}");
        answer.json().unwrap()["sequence"].as_u64().unwrap()
    };
    assert_eq!((ask(&mut api, &asking), ask(&mut api, &asking)), (1, 1));
    let outcome = |api: &mut Client, sequence: u64| {
        within(PATIENCE, "the command is answered", || {
            let all = api.get("/api/v1/branches/CHA/commands").ok()?.json().ok()?;
            let items = all["items"].as_array().unwrap().clone();
            let item = items.into_iter().find(|item| item["sequence"] == sequence).unwrap();
            Some(item["outcome"].clone()).filter(|outcome| !outcome.is_null())
        })
    };
    assert_eq!(outcome(&mut api, 1), json!({"outcome": "done"}));
    let gone = till.get("/api/v1/availability").unwrap().json().unwrap();
    assert_eq!(gone["items"][0]["product"], "salchipapa", "{gone}");

    // Everything forgets that it was told and done: branch, cloud and broker die, and the cloud tells it once more.
    let head = |branch: &Branch| branch.daemon.call(["--json", "journal", "verify"]).unwrap();
    chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();
    let before = head(&branch);
    branch.daemon.kill().unwrap();
    chain.kill_cloud().unwrap();
    chain.postgres.sql("UPDATE command SET outcome = NULL; UPDATE link SET commands_done = 0").unwrap();
    chain.start_cloud().unwrap();
    branch.daemon.start().unwrap();
    assert_eq!(outcome(&mut api, 1), json!({"outcome": "done"}));
    assert_eq!(head(&branch), before);

    let unknown = json!({"id": "019aa7c0-0000-7000-8000-000000000002", "kind": "robot.dance", "body": {}});
    let back = json!({"product": "salchipapa", "availability": {"available": true}});
    let back = json!({"id": "019aa7c0-0000-7000-8000-000000000003", "kind": "availability.set", "body": back});
    assert_eq!((ask(&mut api, &unknown), ask(&mut api, &back)), (2, 3));
    assert_eq!(outcome(&mut api, 3), json!({"outcome": "done"}));
    assert_eq!(outcome(&mut api, 2), json!({"outcome": "unsupported"}));
    let mut till = branch.client();
    assert_eq!(till.get("/api/v1/availability").unwrap().json().unwrap()["items"], json!([]));
}

#[test]
fn what_a_guest_told_is_erased_at_the_branch_and_in_the_cloud_and_both_stay_equal() {
    let chain = Chain::start().unwrap();
    let branch = known_branch(&chain, "CHA");
    let mut till = branch.client();
    let mut delivered = menu::one_dish();
    delivered["type"] = "delivery".into();
    delivered["customer"] = json!({"name": "Zoraida", "phone": "300 123 4567"});
    delivered["delivery"] = json!({"address": "Carrera 7 # 12-34"});
    let order = till.post("/api/v1/orders", &idempotency_key(8, 0), &delivered).unwrap();
    assert_eq!(order.status, 201, "{order}");
    let order = order.json().unwrap();
    chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();
    let mentions = || {
        let asked = "SELECT count(*) FROM (SELECT personal AS told FROM entry UNION ALL SELECT document FROM orders) AS all_told \
                     WHERE position('Zoraida'::bytea IN told) > 0";
        chain.postgres.sql(asked).unwrap()
    };
    assert_eq!(mentions(), "2");
    assert_eq!(chain.call(&["erase", "esquina", "+57 (300) 1234567"]).unwrap()["orders"], 1);
    within(PATIENCE, "it is gone from the cloud", || (mentions() == "0").then_some(()));
    let shown = till.get(&format!("/api/v1/orders/{}", order["id"].as_str().unwrap())).unwrap().json().unwrap();
    assert!(!shown.to_string().contains("Zoraida"), "{shown}");
    assert_eq!(shown["total"], order["total"]);
    chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();
    branch.daemon.call(["journal", "verify"]).unwrap();
    branch.daemon.call(["journal", "replay", "--check"]).unwrap();
    assert_eq!(chain.call(&["rebuild", "esquina/CHA"]).unwrap()["dead_letters"], 0);
    assert_eq!(mentions(), "0");
}

#[test]
fn neither_a_token_nor_a_box_of_one_company_gets_anything_of_another() {
    let chain = Chain::start().unwrap();
    let branch = known_branch(&chain, "CHA");
    let mut api = chain.api("esquina").unwrap();
    chain.call(&["company-create", "vecina", "La Vecina"]).unwrap();
    let mut other = chain.api("vecina").unwrap();
    let published = api.put("/api/v1/catalog", &menu_with_dishes_at(2_000_000)).unwrap().json().unwrap();
    let sha256 = published["sha256"].as_str().unwrap();

    for list in ["/api/v1/fleet", "/api/v1/directives", "/api/v1/branches"] {
        assert_eq!(other.get(list).unwrap().json().unwrap()["items"], json!([]), "{list}");
        assert_ne!(api.get(list).unwrap().json().unwrap()["items"], json!([]), "{list}");
        let mut nobody = Client::new(chain.listens_for_people(), PATIENCE);
        assert_eq!(nobody.get(list).unwrap().status, 401, "{list}");
        assert_eq!(nobody.with_token("cmc_x").get(list).unwrap().status, 401, "{list}");
    }
    let asking = json!({"id": "019aa7c0-0000-7000-8000-000000000001", "kind": "availability.set", "body": {}});
    assert_eq!(other.post("/api/v1/branches/CHA/commands", "unused", &asking).unwrap().status, 404);
    assert_eq!(other.get("/api/v1/branches/CHA/commands").unwrap().status, 404);
    assert_eq!(other.put("/api/v1/catalog?branch=CHA", &menu::catalog()).unwrap().status, 404);

    // The neighbour's box, at the door for boxes.
    let neighbour = Branch::open(&menu::catalog(), &[]).unwrap();
    chain.call(&["branch-create", "vecina", "VEC", "Vecina"]).unwrap();
    let code = chain.call(&["code", "vecina/VEC"]).unwrap()["code"].as_str().unwrap().to_owned();
    let cloud = format!("http://{}", chain.listens_for_people());
    neighbour.daemon.call(["enroll", &code, "--cloud", &cloud]).unwrap();
    let own = fetch(&chain, &branch, &branch, sha256);
    assert_eq!(own, "200");
    assert_eq!(fetch(&chain, &neighbour, &neighbour, sha256), "404");
    assert_eq!(fetch(&chain, &neighbour, &branch, sha256), "403", "with the name of another box");
    chain.call(&["revoke", "esquina/CHA"]).unwrap();
    assert_eq!(fetch(&chain, &branch, &branch, sha256), "403", "after it was revoked");
    let no_certificate = Command::new("curl")
        .args(["--silent", "--insecure", &format!("https://{}/api/v1/documents/{sha256}", chain.listens_for_boxes())])
        .status()
        .unwrap();
    assert!(!no_certificate.success());
}

/// How the door for boxes answers whoever comes with the certificate of one box and the name of another.
fn fetch(chain: &Chain, certificate_of: &Branch, name_of: &Branch, sha256: &str) -> String {
    let identity = |branch: &Branch| -> Value {
        serde_json::from_slice(&std::fs::read(branch.daemon.data().join("identity.json")).unwrap()).unwrap()
    };
    let (own, named) = (identity(certificate_of), identity(name_of));
    let folder = tempfile::tempdir().unwrap();
    for (name, part) in [("ca.pem", "authority"), ("cert.pem", "certificate"), ("key.pem", "key")] {
        std::fs::write(folder.path().join(name), own[part].as_str().unwrap()).unwrap();
    }
    let port = chain.listens_for_boxes().port();
    let output = Command::new("curl")
        .args(["--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--cacert", "ca.pem"])
        .args(["--cert", "cert.pem", "--key", "key.pem"])
        .args(["--header", &format!("comanda-appliance: {}", named["appliance"].as_str().unwrap())])
        .arg(format!("https://localhost:{port}/api/v1/documents/{sha256}"))
        .current_dir(folder.path())
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_new_box_goes_on_with_a_branch_by_one_code_and_the_old_one_is_fenced() {
    let chain = Chain::start().unwrap();
    let mut old = known_branch(&chain, "CHA");
    let cloud = format!("http://{}", chain.listens_for_people());
    let admin = old.daemon.create_token("admin").unwrap();
    let mut office = Client::new(old.daemon.address(), PATIENCE).with_token(&admin);
    let opened =
        office.post("/api/v1/cash/open", &idempotency_key(7, 0), &json!({"drawer": "principal", "float": 5_000_000}));
    assert_eq!(opened.unwrap().status, 201);
    let mut till = old.client();
    let orders: Vec<Value> = (1..6)
        .map(|number| {
            till.post("/api/v1/orders", &idempotency_key(7, number), &menu::one_dish()).unwrap().json().unwrap()
        })
        .collect();
    let mut api = chain.api("esquina").unwrap();
    let list = json!({"staff": [{"key": "zora", "name": "Zoraida", "role": "admin", "pin": "258046"}]});
    let listed = api.put("/api/v1/staff", &list).unwrap().json().unwrap()["version"].clone();
    within(PATIENCE, "the branch uses the list", || {
        (standing(&mut api, "CHA", "staff")["in_use"] == listed).then_some(())
    });
    chain.wait_until_equal("CHA", &old.daemon, PATIENCE).unwrap();

    // What it sells with the cable cut is on it alone when it dies.
    chain.cable.cut();
    let alone = till.post("/api/v1/orders", &idempotency_key(7, 6), &menu::one_dish()).unwrap().json().unwrap();
    old.daemon.kill().unwrap();
    chain.cable.mend();

    let begun = Instant::now();
    let folder = tempfile::tempdir().unwrap();
    let mut daemon = Daemon::beside_this_program(folder.path()).unwrap();
    let code = chain.call(&["code", "esquina/CHA"]).unwrap()["code"].as_str().unwrap().to_owned();
    daemon.call(["take-over", &code, "--cloud", &cloud]).unwrap();
    let again = daemon.call(["take-over", &code, "--cloud", &cloud]).unwrap_err().to_string();
    assert!(again.contains("not valid"), "a code works once: {again}");
    daemon.start().unwrap();
    let token = daemon.create_token("cashier").unwrap();
    let mut till = Client::new(daemon.address(), PATIENCE).with_token(&token);
    for order in &orders {
        let shown = till.get(&format!("/api/v1/orders/{}", order["id"].as_str().unwrap())).unwrap().json().unwrap();
        assert_eq!((&shown["number"], &shown["total"]), (&order["number"], &order["total"]));
    }
    let first = till.post("/api/v1/orders", &idempotency_key(7, 7), &menu::one_dish()).unwrap().json().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(180), "{:?}", begun.elapsed());
    // No number is given twice, whatever the old box gave on its own.
    let thousand =
        |order: &Value| order["consecutive"].as_str().unwrap().rsplit('-').next().unwrap().parse::<u64>().unwrap();
    assert!(thousand(&first) > thousand(&alone) && thousand(&first) >= 1_000, "{first}");
    let mut manager = Client::new(daemon.address(), PATIENCE).with_token(&daemon.create_token("admin").unwrap());
    let report = manager.get("/api/v1/cash/reports/x").unwrap().json().unwrap();
    assert_eq!(report["shifts"].as_array().map(Vec::len), Some(1), "{report}");
    // Who is on the company's list logs in at the new box as at the old one.
    let people = manager.get("/api/v1/staff").unwrap().json().unwrap()["items"].clone();
    let zora = people.as_array().unwrap().iter().find(|one| one["name"] == "Zoraida").unwrap();
    let body = json!({"staff": zora["id"], "pin": "258046"});
    let let_in = Client::new(daemon.address(), PATIENCE).post("/api/v1/auth/login", &idempotency_key(7, 8), &body);
    assert!(let_in.as_ref().unwrap().status < 300, "{let_in:?}");
    daemon.call(["journal", "verify"]).unwrap();
    daemon.call(["journal", "replay", "--check"]).unwrap();
    let seen = chain.wait_until_equal("CHA", &daemon, PATIENCE).unwrap();
    assert_eq!(seen["epoch"], 2);

    // The old one comes back, goes on selling for itself, and nothing of it reaches the cloud any more.
    old.daemon.start().unwrap();
    let mut office = Client::new(old.daemon.address(), PATIENCE).with_token(&admin);
    let fenced = within(PATIENCE, "the old box is fenced", || {
        let status = office.get("/api/v1/sync/status").unwrap().json().unwrap();
        (status["status"] == "fenced").then_some(status)
    });
    assert!(fenced["waiting"].as_u64().unwrap() > 0, "{fenced}");
    let kept = old.client().get(&format!("/api/v1/orders/{}", alone["id"].as_str().unwrap())).unwrap();
    assert_eq!(kept.status, 200);
    let counted = chain.postgres.sql("SELECT count(*) FROM orders").unwrap();
    assert_eq!(counted, (orders.len() + 1).to_string());
    chain.wait_until_equal("CHA", &daemon, PATIENCE).unwrap();
}
