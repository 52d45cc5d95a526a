//! What credentials and roles open.

use crate::support::{Branch, lemonade};
use crate::table::Who::{Anybody, Known, May};
use comanda_shared::staff::Role;
use serde_json::json;

use crate::table::{ROUTES, filled};

#[test]
fn without_credentials_nothing_answers_but_the_listed_routes() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    let before = branch.sequence();
    for (method, path, who) in ROUTES {
        let path = filled(path, &order);
        let answer = branch.ask(method, &path).by_nobody().send();
        if who == Anybody {
            assert_ne!(answer.status, 401, "{answer}");
        } else {
            answer.is_refused(401, "credentials.missing");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
    }
    assert_eq!(branch.sequence(), before);
}

#[test]
fn a_secret_that_is_nobodys_opens_nothing() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    let good = branch.token(Role::Owner);
    let one_off = format!("{}0", &good[..good.len() - 1]);
    let other = if one_off == good { format!("{}1", &good[..good.len() - 1]) } else { one_off };
    let upper = good.to_uppercase();
    for (method, path, who) in ROUTES.into_iter().filter(|(_, _, who)| *who != Anybody) {
        let path = filled(path, &order);
        for secret in ["x", "cmd_", &other, &upper, &good[4..], "' OR 1=1 --"] {
            let answer = branch.ask(method, &path).with_secret(secret).send();
            answer.is_refused(401, "credentials.invalid");
            let cookie = branch.ask(method, &path).by_nobody().header("cookie", &format!("comanda_session={secret}"));
            cookie.send().is_refused(401, "credentials.invalid");
        }
        let basic = branch.ask(method, &path).header("authorization", &format!("Basic {good}"));
        basic.send().is_refused(401, "credentials.missing");
        assert_eq!(branch.get("auth/me").status, 200, "{who:?}");
    }
}

#[test]
fn each_role_gets_through_the_doors_of_its_permissions_and_no_other() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    for role in Role::ALL {
        for (method, path, who) in ROUTES {
            let answer = branch.ask(method, &filled(path, &order)).by(role).send();
            match who {
                May(permission) if !role.allows(permission) => {
                    let problem = answer.is_refused(403, "permission.missing");
                    assert_eq!(problem["detail"], json!(permission.as_str()));
                }
                // Without a body most are refused for that, but not at the door.
                Anybody | Known | May(_) => assert!(!matches!(answer.status, 401 | 403), "{role}: {answer}"),
            }
        }
    }
}

#[test]
fn the_kitchen_takes_no_orders_and_accepts_none() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    let before = branch.sequence();
    let take = branch.ask("POST", "orders").by(Role::Kitchen).header("idempotency-key", "key").json(&lemonade());
    take.send().is_refused(403, "permission.missing");
    // The route lets the kitchen advance; that accepting is another permission is found where it is decided.
    let status = format!("orders/{}/status", order["id"].as_str().unwrap());
    let accept = branch.ask("PATCH", &status).by(Role::Kitchen).json(&json!({"status": "accepted"}));
    accept.send().is_refused(403, "permission.missing");
    assert_eq!(branch.sequence(), before);
    branch.ask("PATCH", &status).by(Role::Kitchen).json(&json!({"status": "preparing"})).send().is(200);
}

#[test]
fn every_get_says_how_far_the_journal_had_come() {
    let branch = Branch::open();
    let order = branch.take(&lemonade());
    let sequence = branch.sequence().to_string();
    for (_, path, _) in ROUTES.into_iter().filter(|(method, _, _)| *method == "GET") {
        for ask in [branch.ask("GET", &filled(path, &order)), branch.ask("GET", path).by_nobody()] {
            let answer = ask.send();
            assert_eq!(answer.header("comanda-sequence"), Some(sequence.as_str()), "{answer}");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            assert!(answer.header("cache-control").is_some(), "{answer}");
        }
    }
    branch.take(&lemonade());
    let later: u64 = branch.get("orders").header("comanda-sequence").unwrap().parse().unwrap();
    assert!(later > sequence.parse().unwrap());
}
