//! Who works at branches: the company's list with its PINs, and the roles it made.

use comanda_tests::branch::Branch;
use comanda_tests::chain::Chain;
use comanda_tests::client::{Client, idempotency_key};
use comanda_tests::menu;
use comanda_tests::patience::within;
use serde_json::{Value, json};

use super::{PATIENCE, known_branch, standing};

#[test]
fn who_the_company_lists_works_at_the_branch_with_the_pin_it_gave_and_no_pin_stands_anywhere() {
    let chain = Chain::start().unwrap();
    let mut branch = known_branch(&chain, "CHA");
    let admin = branch.daemon.create_token("admin").unwrap();
    let mut office = Client::new(branch.daemon.address(), PATIENCE).with_token(&admin);
    let mut api = chain.api("esquina").unwrap();
    let own = json!({"name": "Local", "role": "waiter", "pin": "1111"});
    assert_eq!(office.post("/api/v1/staff", &idempotency_key(13, 0), &own).unwrap().status, 201);
    let list = |pin: &str| {
        json!({"staff": [{"key": "zora", "name": "Zoraida", "role": "admin", "pin": pin},
                         {"key": "ana", "name": "Ana", "role": "cashier"}]})
    };
    let publish = |api: &mut Client, list: &Value| {
        let answer = api.put("/api/v1/staff", list).unwrap();
        assert_eq!(answer.status, 200, "{answer}");
        answer.json().unwrap()["version"].clone()
    };
    let in_use = |api: &mut Client, version: &Value| {
        within(PATIENCE, "the branch uses the list", || {
            (standing(api, "CHA", "staff")["in_use"] == *version).then_some(())
        });
    };
    let version = publish(&mut api, &list("258046"));
    in_use(&mut api, &version);
    let staff = |office: &mut Client| -> Vec<Value> {
        office.get("/api/v1/staff").unwrap().json().unwrap()["items"].as_array().unwrap().clone()
    };
    let of_name = |office: &mut Client, name: &str| staff(office).into_iter().find(|one| one["name"] == name).unwrap();
    assert_eq!(staff(&mut office).len(), 3);
    let zora = of_name(&mut office, "Zoraida");
    let mut number = 100;
    let mut log_in = |address, staff: &Value, pin: &str| {
        number += 1;
        let body = json!({"staff": staff["id"], "pin": pin});
        Client::new(address, PATIENCE).post("/api/v1/auth/login", &idempotency_key(13, number), &body).unwrap()
    };
    let right = log_in(branch.daemon.address(), &zora, "258046");
    assert!(matches!(right.status, 200 | 201), "{right}");
    assert_eq!(log_in(branch.daemon.address(), &zora, "258047").problem_code().as_deref(), Some("pin.wrong"));

    // What the list says is not changed here, the PIN is, and whoever the branch took on itself is its own.
    let path = |staff: &Value| format!("/api/v1/staff/{}", staff["id"].as_str().unwrap());
    let refused = office.put(&path(&zora), &json!({"role": "kitchen"})).unwrap();
    assert_eq!((refused.status, refused.problem_code().as_deref()), (409, Some("owned_by_cloud")), "{refused}");
    let local = of_name(&mut office, "Local");
    assert_eq!(office.put(&path(&local), &json!({"role": "cashier"})).unwrap().status, 200);
    let given = office.post(&format!("{}/pin", path(&zora)), &idempotency_key(13, 1), &json!({"pin": "9317"})).unwrap();
    assert!(given.status < 300, "{given}");

    // Somebody leaves the list, another version comes, and the PIN given here stays; the box is killed meanwhile.
    chain.cable.cut();
    let only_zora = json!({"staff": [{"key": "zora", "name": "Zoraida Ruiz", "role": "owner"}]});
    let version = publish(&mut api, &only_zora);
    chain.cable.mend();
    branch.daemon.kill().unwrap();
    branch.daemon.start().unwrap();
    in_use(&mut api, &version);
    let mut office = Client::new(branch.daemon.address(), PATIENCE).with_token(&admin);
    let now = of_name(&mut office, "Zoraida Ruiz");
    assert_eq!((&now["id"], &now["role"]), (&zora["id"], &json!("owner")));
    assert_eq!(of_name(&mut office, "Ana")["is_active"], false);
    assert!(log_in(branch.daemon.address(), &now, "9317").status < 300);

    // A list after which nobody runs the branch is not used, and the cloud is told why.
    let refused = publish(&mut api, &json!({"staff": [{"key": "zora", "name": "Zoraida Ruiz", "role": "rider"}]}));
    let told = within(PATIENCE, "the branch says that it cannot", || {
        Some(standing(&mut api, "CHA", "staff")).filter(|standing| standing["not_taken"] == refused)
    });
    assert!(told["detail"].as_str().unwrap().contains("run the branch"), "{told}");
    let bad = api.put("/api/v1/staff", &list("no pin")).unwrap();
    assert_eq!(bad.status, 422);
    assert!(!bad.to_string().contains("no pin"), "{bad}");

    // No PIN, in no table, no file of the branch but what is encrypted, and no log.
    let stored = chain.postgres.sql("SELECT body FROM document WHERE body LIKE '%argon2id%'").unwrap();
    assert!(stored.contains("keyid=") && !stored.contains("258046"), "{stored}");
    assert!(!chain.log_tail().contains("258046"));
    assert_eq!(
        chain.postgres.sql("SELECT count(*) FROM entry WHERE position('argon2'::bytea IN body) > 0").unwrap(),
        "0"
    );
    let exported = branch.daemon.call(["journal", "export"]).unwrap();
    assert!(!exported.contains("argon2") && !exported.contains("258046") && exported.contains("staff.changed"));
    branch.daemon.call(["journal", "verify"]).unwrap();
    branch.daemon.call(["journal", "replay", "--check"]).unwrap();
    chain.wait_until_equal("CHA", &branch.daemon, PATIENCE).unwrap();

    // Once the branch has left, everybody is its own again, and their PINs are what they were.
    branch.daemon.call(["leave"]).unwrap();
    assert_eq!(office.put(&path(&zora), &json!({"name": "Zora"})).unwrap().status, 200);
}

const CHIEF: &str = "0193a000-0000-7000-8000-00000000c41f";

fn chief(permissions: &[&str]) -> Value {
    json!({"roles": [{"id": CHIEF, "name": "Jefe de turno", "permissions": permissions}]})
}

/// The session of somebody who typed their PIN, as a header.
fn log_in(branch: &Branch, staff: &Value, pin: &str) -> String {
    let body = json!({"staff": staff["id"], "pin": pin});
    let mut client = Client::new(branch.daemon.address(), PATIENCE);
    let answer = client.post("/api/v1/auth/login", &idempotency_key(15, 1), &body).unwrap();
    assert_eq!(answer.status, 200, "{answer}");
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

#[test]
fn a_role_the_company_made_opens_doors_at_the_branch_and_what_is_taken_from_it_closes_them_at_once() {
    let chain = Chain::start().unwrap();
    let mut branch = known_branch(&chain, "CHA");
    let admin = branch.daemon.create_token("admin").unwrap();
    let mut api = chain.api("esquina").unwrap();
    let publish = |api: &mut Client, roles: &Value| {
        let answer = api.put("/api/v1/roles", roles).unwrap();
        assert_eq!(answer.status, 200, "{answer}");
        answer.json().unwrap()["version"].clone()
    };
    let in_use = |api: &mut Client, version: &Value| {
        within(PATIENCE, "the branch uses the roles", || {
            (standing(api, "CHA", "roles")["in_use"] == *version).then_some(())
        });
    };
    let version = publish(&mut api, &chief(&["orders.view", "orders.create", "catalog.view"]));
    in_use(&mut api, &version);

    let mut office = Client::new(branch.daemon.address(), PATIENCE).with_token(&admin);
    let eva = json!({"name": "Eva", "role": CHIEF, "pin": "2580"});
    let eva = office.post("/api/v1/staff", &idempotency_key(15, 2), &eva).unwrap().json().unwrap();
    assert_eq!(eva["role_name"], "Jefe de turno");
    let session = log_in(&branch, &eva, "2580");
    let as_eva = |branch: &Branch| Client::new(branch.daemon.address(), PATIENCE).with_cookie(&session);
    let orders = |branch: &Branch, number| {
        as_eva(branch).post("/api/v1/orders", &idempotency_key(15, number), &menu::one_dish()).unwrap().status
    };
    assert_eq!(orders(&branch, 10), 201);
    assert_eq!(as_eva(&branch).get("/api/v1/staff").unwrap().status, 403);

    // What the company takes away is gone from a session that is open, also after a cable that was cut and a kill -9.
    chain.cable.cut();
    let version = publish(&mut api, &chief(&["orders.view", "catalog.view"]));
    assert_eq!(orders(&branch, 11), 201, "who is not told yet goes on as before");
    chain.cable.mend();
    in_use(&mut api, &version);
    assert_eq!(orders(&branch, 12), 403);
    branch.daemon.kill().unwrap();
    branch.daemon.start().unwrap();
    assert_eq!(orders(&branch, 13), 403);
    assert_eq!(as_eva(&branch).get("/api/v1/orders?limit=1").unwrap().status, 200);

    // They are the company's: the branch does not change them, and roles that are no good are nobody's.
    let mut office = Client::new(branch.daemon.address(), PATIENCE).with_token(&admin);
    let of_here = office.get("/api/v1/settings/roles").unwrap().json().unwrap();
    let refused = office.put_at("/api/v1/settings/roles", &of_here["version"], &chief(&["orders.view"])).unwrap();
    assert_eq!((refused.status, refused.problem_code().as_deref()), (409, Some("owned_by_cloud")), "{refused}");
    let bad = api.put("/api/v1/roles", &chief(&["orders.view", "safe.open"])).unwrap();
    assert_eq!(bad.status, 422, "{bad}");
    assert_eq!(standing(&mut api, "CHA", "roles")["in_use"], version);
    branch.daemon.call(["journal", "verify"]).unwrap();
}
