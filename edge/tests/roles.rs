//! A company's own roles: what they open and close at once, and that nobody gives more than they have.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use comanda_shared::staff::Role;
use serde_json::{Value, json};
use support::{Answer, Branch, lemonade};

const CHIEF: &str = "0193a000-0000-7000-8000-00000000c41f";

fn chief(permissions: &[&str]) -> Value {
    json!({"roles": [{"id": CHIEF, "name": "Jefe de turno", "permissions": permissions}]})
}

fn lay_down(branch: &Branch, version: u64, roles: &Value) -> Answer {
    branch.ask("PUT", "settings/roles").by(Role::Owner).header("if-match", &version.to_string()).json(roles).send()
}

fn take_on(branch: &Branch, name: &str, role: &str, pin: &str) -> Value {
    let ask = branch.ask("POST", "staff").by(Role::Owner).header("idempotency-key", &branch.new_key());
    ask.json(&json!({"name": name, "role": role, "pin": pin})).send().is(201)
}

fn log_in(branch: &Branch, staff: &Value, pin: &str) -> String {
    let body = json!({"staff": staff["id"], "pin": pin});
    let answer = branch.ask("POST", "auth/login").by_nobody().json(&body).send();
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

fn as_session(branch: &Branch, cookie: &str, method: &str, path: &str, body: Option<&Value>) -> Answer {
    let ask = branch.ask(method, path).by_nobody().header("cookie", cookie);
    let ask = ask.header("idempotency-key", &branch.new_key()).header("if-match", "1");
    match body {
        Some(body) => ask.json(body).send(),
        None => ask.send(),
    }
}

#[test]
fn an_own_role_opens_its_doors_and_no_other_also_after_a_restart() {
    let mut branch = Branch::open();
    assert_eq!(branch.ask("GET", "settings/roles").by(Role::Owner).send().is(200)["version"], json!(0));
    lay_down(&branch, 0, &chief(&["orders.view", "orders.create", "catalog.view"])).is(200);
    let eva = take_on(&branch, "Eva", CHIEF, "2580");
    assert_eq!((&eva["role"], &eva["role_name"]), (&json!(CHIEF), &json!("Jefe de turno")));
    let cookie = log_in(&branch, &eva, "2580");
    for _ in 0..2 {
        let me = as_session(&branch, &cookie, "GET", "auth/me", None).is(200);
        assert_eq!(me["permissions"], json!(["orders.view", "orders.create", "catalog.view"]));
        as_session(&branch, &cookie, "POST", "orders", Some(&lemonade())).is(201);
        as_session(&branch, &cookie, "GET", "staff", None).is_refused(403, "permission.missing");
        branch.restart();
    }
    let faces = branch.ask("GET", "staff/faces").by_nobody().send().is(200);
    assert_eq!(faces["items"][0]["role_name"], json!("Jefe de turno"));
}

#[test]
fn what_is_taken_out_of_a_role_is_felt_at_once_by_whoever_is_logged_in() {
    let branch = Branch::open();
    lay_down(&branch, 0, &chief(&["orders.view", "orders.create"])).is(200);
    let eva = take_on(&branch, "Eva", CHIEF, "2580");
    let cookie = log_in(&branch, &eva, "2580");
    as_session(&branch, &cookie, "POST", "orders", Some(&lemonade())).is(201);
    lay_down(&branch, 1, &chief(&["orders.view"])).is(200);
    as_session(&branch, &cookie, "POST", "orders", Some(&lemonade())).is_refused(403, "permission.missing");
    lay_down(&branch, 2, &json!({"roles": []})).is(200);
    as_session(&branch, &cookie, "GET", "orders", None).is_refused(403, "permission.missing");
    assert_eq!(as_session(&branch, &cookie, "GET", "auth/me", None).is(200)["permissions"], json!([]));
}

#[test]
fn an_open_socket_is_left_when_its_role_may_not_listen_any_more() {
    let branch = Branch::open();
    lay_down(&branch, 0, &chief(&["orders.view"])).is(200);
    let eva = take_on(&branch, "Eva", CHIEF, "2580");
    let cookie = log_in(&branch, &eva, "2580");
    let served = branch.serve();
    let hello = json!({"type": "hello", "screen": "pos", "scopes": ["branch"]});
    let mut socket = served.listen(("cookie", &cookie), &hello);
    socket.until("snapshot");
    lay_down(&branch, 1, &chief(&["catalog.view"])).is(200);
    assert_eq!(socket.left_with(), 4403);
}

#[test]
fn nobody_gives_more_than_they_have_nor_reaches_somebody_who_may_more() {
    let branch = Branch::open();
    let lead = ["orders.view", "staff.manage", "roles.edit"];
    lay_down(&branch, 0, &chief(&lead)).is(200);
    let eva = take_on(&branch, "Eva", CHIEF, "2580");
    let owner = take_on(&branch, "Dueña", "owner", "1379");
    let cookie = log_in(&branch, &eva, "2580");
    let change = |path: &str, method: &str, body: &Value| as_session(&branch, &cookie, method, path, Some(body));
    let before = branch.sequence();
    change("staff", "POST", &json!({"name": "Luis", "role": "admin", "pin": "4321"})).is_refused(403, "role.above_own");
    let path = format!("staff/{}", eva["id"].as_str().unwrap());
    change(&path, "PUT", &json!({"role": "cashier"})).is_refused(403, "role.above_own");
    let theirs = format!("staff/{}", owner["id"].as_str().unwrap());
    change(&theirs, "PUT", &json!({"is_active": false})).is_refused(403, "role.above_own");
    change(&format!("{theirs}/pin"), "POST", &json!({"pin": "0000"})).is_refused(403, "role.above_own");
    let mut more = lead.to_vec();
    more.push("settings.edit");
    change("settings/roles", "PUT", &chief(&more)).is_refused(403, "role.above_own");
    assert_eq!(branch.sequence(), before);
    change("settings/roles", "PUT", &chief(&["orders.view", "staff.manage"])).is(200);
    change("staff", "POST", &json!({"name": "Luis", "role": CHIEF, "pin": "4321"})).is(201);
}

#[test]
fn roles_that_cannot_be_are_refused_and_a_role_that_is_not_there_is_given_to_nobody() {
    let branch = Branch::open();
    lay_down(&branch, 0, &json!({"roles": [{"id": CHIEF, "name": " ", "permissions": []}]})).is_refused_at(
        422,
        "field.invalid",
        "roles",
    );
    lay_down(&branch, 0, &chief(&["orders.fly"])).is_refused(422, "field.invalid");
    lay_down(&branch, 4, &chief(&[])).is_refused(409, "roles.version_conflict");
    let new = json!({"name": "Eva", "role": CHIEF, "pin": "2580"});
    let ask = branch.ask("POST", "staff").by(Role::Owner).header("idempotency-key", "eva").json(&new);
    ask.send().is_refused_at(422, "field.invalid", "role");
}

#[test]
fn a_manager_of_the_companys_own_approves_what_their_role_allows() {
    let branch = Branch::open();
    lay_down(&branch, 0, &chief(&["orders.view", "orders.discount"])).is(200);
    let eva = take_on(&branch, "Eva", CHIEF, "2580");
    let order = branch.take(&lemonade());
    let path = format!("orders/{}/discounts", order["id"].as_str().unwrap());
    let discount = |key: &str| {
        let approval = json!({"staff": eva["id"], "pin": "2580"});
        let body = json!({"kind": "percent", "value": 100, "reason": "x", "approval": approval});
        branch.ask("POST", &path).header("idempotency-key", key).header("if-match", "\"2\"").json(&body).send()
    };
    lay_down(&branch, 1, &chief(&["orders.view"])).is(200);
    discount("a").is_refused(403, "approval.refused");
    lay_down(&branch, 2, &chief(&["orders.view", "orders.discount"])).is(200);
    discount("b").is(200);
}
