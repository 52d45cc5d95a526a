//! What stands in no log and no problem.

use crate::support::{Branch, lemonade};
use comanda_shared::staff::Role;
use serde_json::{Value, json};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use tracing_subscriber::fmt::format::FmtSpan;

use crate::sessions::{cookie_of, in_session, log_in};

/// Everything that was logged in this process.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_secret_and_nothing_a_guest_told_stands_in_a_log_or_a_problem() {
    let log = Log::default();
    let writer = log.clone();
    let logger = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE);
    logger.with_span_events(FmtSpan::NEW).with_writer(move || writer.clone()).init();

    let branch = Branch::open();
    let ana = branch.add_staff("Anastasia", Role::Waiter, "73915864");
    let cookie = cookie_of(&log_in(&branch, &ana, "73915864"));
    let login = |body: Value| branch.ask("POST", "auth/login").by_nobody().json(&body).send();
    let guest = json!({"name": "Fulgencio", "phone": "3119998877"});
    let mut order = lemonade();
    (order["customer"], order["delivery"]) = (guest, json!({"address": "Carrera 77 # 88-99"}));
    branch.take(&order);
    let problems = [
        log_in(&branch, &ana, "73915865"),
        login(json!({"staff": ana, "pin": 73_915_864})),
        login(json!({"staff": ana, "pin": ["73915864"]})),
        login(json!({"staff": ana, "pin": "73915864", "remember": true})),
        login(json!({"staff": "73915864", "pin": "x"})),
        branch.ask("GET", "orders").with_secret(&format!("{}x", branch.token(Role::Owner))).send(),
        in_session(&branch, &format!("{cookie}x"), "GET", "orders").send(),
        in_session(&branch, &cookie, "GET", "settings").send(),
        branch.get("orders?search=Fulgencio&limit=x"),
    ];
    branch.get("orders?search=3119998877").is(200);
    let said: Vec<String> = problems.iter().map(|answer| String::from_utf8_lossy(&answer.bytes).into_owned()).collect();
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for day in ["a wrong PIN", "/api/v1/orders"] {
        assert!(logged.contains(day), "«{day}» was not logged: nothing was tried");
    }

    let session = cookie.split_once('=').unwrap().1;
    for (what, secret) in [
        ("PIN", "73915864"),
        ("session", session),
        ("token", branch.token(Role::Owner)),
        ("token", branch.token(Role::Cashier)),
        ("verifier", "$argon2"),
    ] {
        assert!(!logged.contains(secret), "the {what} was logged");
        assert!(!said.iter().any(|said| said.contains(secret)), "the {what} is in a problem: {said:?}");
    }
    for told in ["Fulgencio", "3119998877", "Carrera 77", "Anastasia"] {
        assert!(!logged.contains(told), "«{told}» was logged");
    }
}
