//! What each scope shows, and to whom.

use crate::support::{Branch, lemonade};
use comanda_shared::staff::Role;
use serde_json::{Value, json};

use crate::screen::Screen;

#[test]
fn a_scope_shows_what_is_for_it_and_nothing_else() {
    let branch = Branch::open();
    let served = branch.serve();
    let order = branch.take(&lemonade());
    let id = order["id"].as_str().unwrap();
    let (one, guest) = (format!("order:{id}"), format!("guest:{id}"));
    let mut screen = Screen::of_token(&served, branch.token(Role::Cashier));
    let told = screen.hello(&["cashier", &one, &guest, "admin", "rider"]);
    let of = |views: &Value, scope: &str| -> Vec<Value> {
        views
            .as_array()
            .unwrap()
            .iter()
            .filter(|view| view["scope"] == scope && view["name"] != "catalog")
            .cloned()
            .collect()
    };
    let views = &told["views"];
    assert_eq!((of(views, "cashier").len(), of(views, &one).len(), of(views, "rider").len()), (1, 1, 0));
    assert_eq!(
        of(views, &guest)[0]["view"],
        json!({"number": "L-0001", "status": "accepted", "ready_at": "2026-11-22T13:40:00.000-05:00"})
    );
    assert_eq!((of(views, "admin").len(), &of(views, &guest)[0]["name"]), (0, &json!("progress")));

    let sequence = branch.sequence();
    branch.take(&lemonade());
    let others = screen.messages_up_to(sequence + 1);
    let is_shown = |message: &&Value| message["view"].is_object();
    assert!(others.iter().filter(is_shown).all(|message| message["scope"] == "cashier"), "{others:?}");
    assert!(others.iter().all(|message| message["scope"] != one && message["scope"] != guest), "{others:?}");
    let pay = json!({"order": id, "method": "card", "amount": 595_000});
    branch.post("payments", "all", &pay).is(201);
    let paid = screen.messages_up_to(branch.sequence());
    let seen = |scope: &str| paid.iter().rfind(|message| message["scope"] == scope).unwrap();
    assert_eq!(seen("cashier")["view"], Value::Null, "nothing is to be paid any more");
    assert_eq!(seen(&one)["view"]["payment"], "paid", "{}", seen(&one));
    assert!(
        paid.iter().any(|message| message["events"]
            .as_array()
            .is_some_and(|names| names.contains(&json!("payment:completed"))))
    );
}

#[test]
fn a_rider_is_told_of_a_delivery_from_when_it_is_ready_until_it_is_with_the_guest() {
    let branch = Branch::open();
    let served = branch.serve();
    let mut order = lemonade();
    order["type"] = json!("delivery");
    order["delivery"] = json!({"address": "Carrera 7"});
    let order = branch.take(&order);
    let mut rider = Screen::of_token(&served, branch.token(Role::Rider));
    assert_eq!(rider.hello(&["rider"])["views"], json!([]));
    let move_on = |status: &str| {
        let path = format!("orders/{}/status", order["id"].as_str().unwrap());
        let key = branch.new_key();
        branch
            .ask("PATCH", &path)
            .by(Role::Admin)
            .header("idempotency-key", &key)
            .json(&json!({"status": status}))
            .send()
            .is(200);
    };
    for (status, is_seen) in [("ready", true), ("on_the_way", true), ("delivered", false)] {
        move_on(status);
        let last = rider.messages_up_to(branch.sequence()).pop().unwrap();
        assert_eq!(last["view"].is_object(), is_seen, "{status}");
    }
}

#[test]
fn a_token_for_another_role_is_refused_whichever_way_it_comes() {
    let branch = Branch::open();
    let served = branch.serve();
    for (role, scope) in
        [(Role::Kitchen, "cashier"), (Role::Waiter, "cashier"), (Role::Rider, "admin"), (Role::Kitchen, "admin")]
    {
        let mut screen = Screen::of_token(&served, branch.token(role));
        screen.say(&json!({"type": "hello", "screen": "pos", "scopes": ["branch", scope]}));
        assert_eq!(screen.is_left(), 4403, "{scope}");
        for way in ["poll", "events"] {
            let asked = branch.ask("GET", &format!("live/{way}?scope=branch&scope={scope}")).by(role).send();
            asked.is_refused(403, "permission.missing");
        }
    }
    for way in ["poll", "events"] {
        let asked = branch.ask("GET", &format!("live/{way}?scope=kitchen")).by(Role::Owner).send();
        asked.is_refused(400, "request.malformed");
    }
}
