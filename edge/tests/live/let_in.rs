//! Who is let in, who is refused, and who is put out.

use crate::support::{Branch, HURRIED, LUNCH, lemonade};
use comanda_shared::staff::Role;
use jiff::SignedDuration;
use serde_json::json;
use std::time::Instant;
use tungstenite::Message;

use crate::screen::{PATIENCE, Refused, Screen, revoke};

#[test]
fn what_is_not_understood_is_passed_over_or_ends_the_talk() {
    let branch = Branch::open();
    let served = branch.serve();
    let (mut screen, _) = Screen::listening(&branch, &served);
    screen.say(&json!({"type": "painted", "cursor": 7, "painted_at": LUNCH}));
    screen.say(&json!({"type": "something_newer"}));
    branch.take(&lemonade());
    screen.next_of("message");

    let many: Vec<String> = (0..65).map(|n| format!("station:0193a000-0000-7000-8000-{n:012}")).collect();
    for said in [
        "{",
        "7",
        r#"{"screen": "pos"}"#,
        r#"{"type": "hello"}"#,
        r#"{"type": "hello", "scopes": "branch"}"#,
        r#"{"type": "hello", "scopes": ["tables"]}"#,
        r#"{"type": "hello", "scopes": ["station:freidora"]}"#,
        r#"{"type": "hello", "scopes": [], "last_sequence": -1}"#,
        r#"{"type": "hello", "scopes": [], "journal_id": "x"}"#,
        &json!({"type": "hello", "scopes": many}).to_string(),
        &json!({"type": "painted", "why": "x".repeat(20_000)}).to_string(),
    ] {
        let mut screen = Screen::of_token(&served, branch.token(Role::Kitchen));
        screen.socket.send(Message::text(said)).unwrap();
        assert_eq!(screen.is_left(), 4400, "{said}");
    }
    let mut screen = Screen::of_token(&served, branch.token(Role::Kitchen));
    screen.socket.send(Message::binary(vec![1, 2, 3])).unwrap();
    assert_eq!(screen.is_left(), 4400);
}

#[test]
fn who_never_says_hello_is_left() {
    let branch = Branch::open();
    let served = branch.serve();
    let mut screen = Screen::of_token(&served, branch.token(Role::Kitchen));
    assert_eq!(screen.is_left(), 4408);
}

fn log_in(branch: &Branch, staff: &str) -> String {
    let answer = branch.ask("POST", "auth/login").by_nobody().json(&json!({"staff": staff, "pin": "2580"})).send();
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

#[test]
fn logging_out_closes_the_screens_of_that_session_at_once_and_no_other() {
    let branch = Branch::open();
    let served = branch.serve();
    let ana = branch.add_staff("Ana", Role::Cashier, "2580");
    let [till, tablet] = [(); 2].map(|()| log_in(&branch, &ana));
    let [mut leaves, mut stays] =
        [&till, &tablet].map(|cookie| Screen::connect(&served, &[("cookie", cookie)]).unwrap());
    leaves.hello(&["branch"]);
    stays.hello(&["branch"]);

    branch.ask("POST", "auth/logout").by_nobody().header("cookie", &till).send();
    // What is committed at once after it was answered is not heard any more.
    branch.take(&lemonade());
    let code = loop {
        match leaves.frame() {
            Ok(frame) => assert!(!frame.contains(r#""type":"message""#), "{frame}"),
            Err(code) => break code,
        }
    };
    assert_eq!(code, 4401);
    stays.next_of("message");
    assert_eq!(Screen::connect(&served, &[("cookie", &till)]).err(), Some(Refused(401, "credentials.invalid".into())));
}

#[test]
fn a_session_that_has_lasted_its_time_closes_its_screens() {
    let branch = Branch::open();
    let served = branch.serve();
    let ana = branch.add_staff("Ana", Role::Cashier, "2580");
    let mut screen = Screen::connect(&served, &[("cookie", &log_in(&branch, &ana))]).unwrap();
    screen.hello(&["branch"]);
    branch.wait(SignedDuration::from_hours(16));
    assert_eq!(screen.is_left(), 4401);
}

#[test]
fn a_revoked_token_closes_its_screens_and_opens_nothing_any_more() {
    let branch = Branch::open();
    let served = branch.serve();
    let (token, secret) = comanda_edge::staff::setup::create_token(branch.journal(), "tablero", Role::Kitchen).unwrap();
    let mut screen = Screen::of_token(&served, &secret);
    screen.hello(&["branch"]);
    revoke(&branch, token);
    assert_eq!(screen.is_left(), 4401);
    branch.ask("GET", "orders").with_secret(&secret).send().is_refused(401, "credentials.invalid");
}

#[test]
fn nobody_gets_in_without_credentials_or_from_another_site() {
    let branch = Branch::open();
    let served = branch.serve();
    let refused = |headers: &[(&'static str, &str)]| Screen::connect(&served, headers).err().unwrap();
    let token = format!("Bearer {}", branch.token(Role::Kitchen));
    let own = format!("http://{}", served.address);
    assert_eq!(refused(&[]), Refused(401, "credentials.missing".into()));
    assert_eq!(refused(&[("authorization", "Bearer cmd_x")]), Refused(401, "credentials.invalid".into()));
    for foreign in ["http://evil.example", "null", "http://127.0.0.1"] {
        let headers = [("authorization", token.as_str()), ("origin", foreign)];
        assert_eq!(refused(&headers), Refused(403, "origin.foreign".into()), "{foreign}");
    }
    for site in ["cross-site", "same-site"] {
        for origin in [None, Some(("origin", own.as_str()))] {
            let headers: Vec<_> =
                [("authorization", token.as_str()), ("sec-fetch-site", site)].into_iter().chain(origin).collect();
            assert_eq!(refused(&headers), Refused(403, "origin.foreign".into()), "{site} {origin:?}");
        }
    }
    Screen::connect(&served, &[("authorization", &token), ("origin", &own), ("sec-fetch-site", "same-origin")])
        .unwrap();
    branch.get("live").is_refused(426, "websocket.needed");
}

#[test]
fn there_are_seats_for_so_many_screens_and_one_that_leaves_gives_its_own_back() {
    let branch = Branch::open();
    let served = branch.serve();
    let token = format!("Bearer {}", branch.token(Role::Kitchen));
    let connect = || Screen::connect(&served, &[("authorization", &token)]);
    let mut screens: Vec<_> = (0..HURRIED.screens).map(|_| connect().unwrap()).collect();
    screens.iter_mut().for_each(|screen| drop(screen.hello(&["branch"])));
    assert_eq!(connect().err(), Some(Refused(503, "live.full".into())));
    screens.pop();
    let until = Instant::now() + PATIENCE;
    while connect().is_err() {
        assert!(Instant::now() < until, "the seat was not given back");
    }
}

#[test]
fn an_unknown_scope_is_refused_and_no_other_screen_feels_it() {
    let branch = Branch::open();
    let served = branch.serve();
    let (mut other, _) = Screen::listening(&branch, &served);
    let mut screen = Screen::of_token(&served, branch.token(Role::Kitchen));
    screen.say(&json!({"type": "hello", "screen": "pos", "scopes": ["branch", "table:7"]}));
    assert_eq!(screen.is_left(), 4400);
    branch.take(&lemonade());
    other.next_of("message");
}

#[test]
fn ten_thousand_messages_a_second_are_too_many_and_no_other_screen_feels_it() {
    let branch = Branch::open();
    let served = branch.serve();
    let (mut other, _) = Screen::listening(&branch, &served);
    let (mut flooding, _) = Screen::listening(&branch, &served);
    let said = json!({"type": "painted", "cursor": 1}).to_string();
    for _ in 0..10_000 {
        if flooding.socket.send(Message::text(said.clone())).is_err() {
            break;
        }
    }
    assert!(matches!(flooding.is_left(), 4429 | 1006), "it may be gone before it reads why");
    branch.take(&lemonade());
    other.next_of("message");
}
