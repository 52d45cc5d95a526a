//! Sessions that a PIN begins.

use crate::support::{Answer, Ask, Branch, lemonade};
use comanda_shared::staff::Role;
use jiff::SignedDuration;
use serde_json::json;

pub fn log_in(branch: &Branch, staff: &str, pin: &str) -> Answer {
    branch.ask("POST", "auth/login").by_nobody().json(&json!({"staff": staff, "pin": pin})).send()
}

/// The session's cookie, as a browser sends it back.
pub fn cookie_of(answer: &Answer) -> String {
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

pub fn in_session<'b>(branch: &'b Branch, cookie: &str, method: &str, path: &str) -> Ask<'b> {
    branch.ask(method, path).by_nobody().header("cookie", &format!("theme=dark; {cookie}; x=1"))
}

#[test]
fn a_pin_begins_a_session_in_a_cookie_that_no_script_and_no_other_site_gets() {
    let branch = Branch::open();
    let ana = branch.add_staff("Ana", Role::Waiter, "2580");
    let faces = branch.ask("GET", "staff/faces").by_nobody().send().is(200);
    assert_eq!(faces["items"], json!([{"id": ana, "name": "Ana", "role": "waiter", "role_name": null}]));

    let answer = log_in(&branch, &ana, "2580");
    let me = answer.is(200);
    assert_eq!((&me["name"], &me["role"]), (&json!("Ana"), &json!("waiter")));
    let set = answer.header("set-cookie").unwrap();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(set.split("; ").any(|found| found == part), "{part} is not in {set}");
    }
    let cookie = cookie_of(&answer);
    assert_eq!(in_session(&branch, &cookie, "GET", "auth/me").send().is(200), me);
    let order = in_session(&branch, &cookie, "POST", "orders").header("idempotency-key", "key").json(&lemonade());
    order.send().is(201);
    in_session(&branch, &cookie, "GET", "settings").send().is_refused(403, "permission.missing");
}

#[test]
fn what_one_person_sent_and_the_next_at_the_screen_sends_again_happened_once() {
    let branch = Branch::open();
    let staff = [("Ana", "2580"), ("Luis", "1379")].map(|(name, pin)| (branch.add_staff(name, Role::Waiter, pin), pin));
    let [ana, luis] = staff.map(|(id, pin)| cookie_of(&log_in(&branch, &id, pin)));
    let place = |cookie: &str, key: &str| {
        in_session(&branch, cookie, "POST", "orders").header("idempotency-key", key).json(&lemonade()).send()
    };
    let first = place(&ana, "key").is(201);
    let again = place(&luis, "key");
    assert_eq!((again.header("idempotency-replayed"), &again.is(200)["id"]), (Some("true"), &first["id"]));
    assert_ne!(place(&luis, "another").is(201)["id"], first["id"]);
}

#[test]
fn logging_out_ends_the_session_at_once_and_only_that_one() {
    let branch = Branch::open();
    let ana = branch.add_staff("Ana", Role::Waiter, "2580");
    let [till, tablet] = [(); 2].map(|()| cookie_of(&log_in(&branch, &ana, "2580")));
    in_session(&branch, &till, "GET", "orders").send().is(200);
    in_session(&branch, &tablet, "GET", "orders").send().is(200);

    let gone = in_session(&branch, &till, "POST", "auth/logout").send();
    assert_eq!(gone.status, 204);
    assert!(gone.header("set-cookie").unwrap().contains("Max-Age=0"));
    in_session(&branch, &till, "GET", "orders").send().is_refused(401, "credentials.invalid");
    in_session(&branch, &tablet, "GET", "orders").send().is(200);
    branch.get("orders").is(200);
}

#[test]
fn a_session_ends_with_the_longest_shift_and_survives_a_restart_until_then() {
    let mut branch = Branch::open();
    let ana = branch.add_staff("Ana", Role::Waiter, "2580");
    let cookie = cookie_of(&log_in(&branch, &ana, "2580"));
    branch.wait(SignedDuration::from_hours(15));
    branch.restart();
    in_session(&branch, &cookie, "GET", "orders").send().is(200);
    branch.wait(SignedDuration::from_hours(1));
    in_session(&branch, &cookie, "GET", "orders").send().is_refused(401, "credentials.invalid");
}
