//! Screens that come back, fall behind or never read: no hole, and nobody else waits.

use crate::support::{Branch, HURRIED, lemonade};
use comanda_edge::journal::{LineageReason, Request};
use comanda_shared::ids::TokenId;
use comanda_shared::staff::{Actor, Role};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

use crate::screen::{Screen, long_order, number, numbers_of};

/// What a screen that keeps the rules of `docs/live.md` shows, and whether it found a hole.
#[derive(Default, Debug)]
struct Shown {
    orders: std::collections::BTreeMap<String, Value>,
    mine: u64,
    /// How often it was told anew what had changed, unasked.
    welcomes: u32,
}

impl Shown {
    /// Takes a message in, and says of what type it was.
    fn hear<'m>(&mut self, message: &'m Value) -> &'m str {
        let kind = message["type"].as_str().unwrap();
        match kind {
            "snapshot" => {
                self.mine = number(&message["sequence"]);
                self.orders.clear();
                message["views"].as_array().unwrap().iter().for_each(|view| self.put(view));
            }
            "message" if number(&message["sequence"]) > self.mine => {
                assert!(number(&message["prev"]) <= self.mine, "a hole after {}: {message}", self.mine);
                self.mine = number(&message["sequence"]);
                self.put(message);
            }
            "beat" => {
                assert!(number(&message["last"]["branch"]) <= self.mine, "a hole after {}: {message}", self.mine);
                self.mine = number(&message["sequence"]);
            }
            "welcome" => self.welcomes += 1,
            _ => {}
        }
        kind
    }

    fn put(&mut self, view: &Value) {
        if view["name"] == "order" {
            self.orders.insert(view["id"].as_str().unwrap().to_owned(), view["view"].clone());
        }
    }
}

#[test]
fn a_screen_that_comes_back_gets_exactly_what_has_changed() {
    let branch = Branch::open();
    let served = branch.serve();
    let [stays, changes] = [(); 2].map(|()| branch.take(&lemonade()));
    let (screen, snapshot) = Screen::listening(&branch, &served);
    let journal = screen.journal.clone();
    drop(screen);

    branch.advance(&changes["id"], "preparing").is(200);
    branch.advance(&changes["id"], "ready").is(200);
    let new = branch.take(&lemonade());
    let mut screen = Screen::of_token(&served, branch.token(Role::Kitchen));
    assert_eq!(screen.come_back(&["branch"], &journal, number(&snapshot["sequence"])), "resume");
    let messages = screen.messages_up_to(branch.sequence());
    let told: Vec<_> = messages.iter().map(|message| (&message["id"], message["view"].clone())).collect();
    assert_eq!(told, [(&changes["id"], branch.order(&changes["id"])), (&new["id"], branch.order(&new["id"]))]);
    assert!(!told.iter().any(|(id, _)| **id == stays["id"]));
    assert_eq!(messages[0]["prev"], snapshot["sequence"]);
    assert_eq!(messages[1]["prev"], messages[0]["sequence"]);

    // One that has missed nothing is told nothing.
    assert_eq!(screen.come_back(&["branch"], &journal, branch.sequence()), "resume");
    let beat = screen.next();
    assert_eq!((&beat["type"], number(&beat["sequence"])), (&json!("beat"), branch.sequence()));
}

#[test]
fn a_screen_that_knows_another_journal_or_is_ahead_of_this_one_gets_everything() {
    let branch = Branch::open();
    let served = branch.serve();
    let order = branch.take(&lemonade());
    let (mut screen, _) = Screen::listening(&branch, &served);
    let other = json!("0193a000-0000-7000-8000-000000000000");
    let journal = screen.journal.clone();
    for (journal, sequence) in [(&other, 1), (&journal, branch.sequence() + 1), (&Value::Null, 1)] {
        assert_eq!(screen.come_back(&["branch"], journal, sequence), "snapshot");
        assert_eq!(numbers_of(&screen.next_of("snapshot")["views"]), [order["number"].as_str().unwrap()]);
    }
}

#[test]
fn a_gap_that_is_too_long_is_answered_with_everything() {
    let branch = Branch::open();
    let served = branch.serve();
    let (screen, snapshot) = Screen::listening(&branch, &served);
    let (journal, from) = (screen.journal.clone(), number(&snapshot["sequence"]));
    drop(screen);
    let order = branch.take(&lemonade());
    let grow_to = |sequence: u64| {
        while branch.sequence() < sequence {
            let request = Request::once(branch.journal().environment(), Actor::Operator);
            let missing = sequence - branch.sequence();
            let grow = move |step: &mut comanda_edge::journal::Step<'_>| {
                for _ in 0..missing.min(500) {
                    let token = TokenId::new(step.ids());
                    let name = "script".to_owned();
                    step.record(comanda_shared::staff::TokenCreated { token, name, role: Role::Kitchen })?;
                }
                Ok::<_, comanda_edge::journal::Failure<std::convert::Infallible>>(())
            };
            branch.journal().command_blocking(request, grow).unwrap();
        }
    };
    grow_to(from + 2_000);
    let mut screen = Screen::of_token(&served, branch.token(Role::Kitchen));
    assert_eq!(screen.come_back(&["branch"], &journal, from), "resume");
    assert_eq!(screen.next_of("message")["id"], order["id"]);
    grow_to(from + 2_001);
    assert_eq!(screen.come_back(&["branch"], &journal, from), "snapshot");
}

#[test]
fn a_hello_at_any_time_changes_what_is_listened_to() {
    let branch = Branch::open();
    let served = branch.serve();
    let order = branch.take(&lemonade());
    let mut screen = Screen::of_token(&served, branch.token(Role::Waiter));
    assert_eq!(screen.hello(&[])["views"], json!([]));
    branch.take(&lemonade());
    assert_eq!(screen.messages_up_to(branch.sequence()), [] as [Value; 0]);

    // A scope that is new to the screen is shown whole, whatever the screen has heard of others.
    let journal = screen.journal.clone();
    assert_eq!(screen.come_back(&["branch"], &journal, branch.sequence()), "snapshot");
    assert_eq!(numbers_of(&screen.next_of("snapshot")["views"])[0], order["number"].as_str().unwrap());
    branch.take(&lemonade());
    screen.next_of("message");
}

#[test]
fn a_screen_that_never_reads_holds_up_no_other_and_is_let_go() {
    let branch = Branch::open();
    let served = branch.serve();
    let mut frozen = Screen::over_a_narrow_way(&branch, &served);
    frozen.say(&json!({"type": "hello", "scopes": ["branch"]}));

    let (mut screen, snapshot) = Screen::listening(&branch, &served);
    let mut shown = Shown::default();
    shown.hear(&snapshot);
    let began = Instant::now();
    for _ in 0..20 {
        let order = branch.take(&long_order());
        let told = Instant::now();
        while !shown.orders.contains_key(order["id"].as_str().unwrap()) {
            shown.hear(&screen.next());
        }
        assert!(told.elapsed() < HURRIED.send, "another screen was held up");
    }
    // Whether it was the send that took too long or the silence: it is gone.
    let until = Instant::now() + HURRIED.silence + HURRIED.send * 3;
    loop {
        shown.hear(&screen.next());
        if branch.get("monitoring/health").is(200)["live"]["screens"] == json!(1) {
            break;
        }
        assert!(Instant::now() < until, "the frozen screen is still held after {:?}", began.elapsed());
    }
}

#[test]
fn a_screen_that_falls_behind_catches_up_without_a_hole() {
    let branch = Branch::open();
    let served = branch.serve();
    let mut screen = Screen::over_a_narrow_way(&branch, &served);
    let mut shown = Shown::default();
    shown.hear(&screen.hello(&["branch"]));
    // It reads one message while three are committed, so that the channel soon has no room.
    let mut orders = Vec::new();
    for round in 0..36 {
        orders.push(branch.take(&long_order()));
        while round % 3 == 0 && shown.hear(&screen.next()) == "beat" {}
    }
    while shown.mine < branch.sequence() {
        shown.hear(&screen.next());
    }
    assert!(shown.welcomes > 0, "it never fell behind");
    assert_eq!(shown.orders.len(), orders.len());
    for order in orders {
        let id = order["id"].as_str().unwrap();
        assert_eq!(shown.orders[id], branch.order(&order["id"]));
    }
}

#[test]
fn screens_begin_anew_with_other_settings_and_in_another_life_of_the_journal() {
    let branch = Branch::open();
    let served = branch.serve();
    branch.take(&lemonade());
    let (mut screen, _) = Screen::listening(&branch, &served);
    let journal = screen.journal.clone();
    branch.set_code("ESQ");
    assert_eq!(screen.welcome(), "snapshot");
    screen.next_of("snapshot");
    branch.journal().open_lineage(LineageReason::Restored).unwrap();
    assert_eq!(screen.welcome(), "snapshot");
    assert_ne!(screen.journal, journal);
    assert_eq!(branch.get("branch").is(200)["journal_id"], screen.journal);
}

#[test]
fn a_branch_that_stops_says_so_and_waits_for_no_screen() {
    let branch = Branch::open();
    let mut served = branch.serve();
    let (mut screen, _) = Screen::listening(&branch, &served);
    let token = format!("Bearer {}", branch.token(Role::Kitchen));
    let _silent = Screen::connect(&served, &[("authorization", &token)]).unwrap();
    let heard = std::thread::spawn(move || screen.is_left());
    let took = served.stop(&branch);
    assert_eq!(heard.join().unwrap(), 1012);
    assert!(took < Duration::from_secs(4), "{took:?}");
}
