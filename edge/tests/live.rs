//! The live channel over real sockets: what screens are told, what they may miss, and when they are left.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod support;

use std::net::TcpStream;
use std::time::{Duration, Instant};

use comanda_edge::journal::{LineageReason, Request};
use comanda_shared::ids::TokenId;
use comanda_shared::staff::{Actor, Role, TokenRevoked};
use jiff::SignedDuration;
use serde_json::{Value, json};
use socket2::{Domain, Socket, Type};
use tungstenite::client::IntoClientRequest;
use tungstenite::http::{HeaderName, HeaderValue};
use tungstenite::protocol::WebSocket;
use tungstenite::{Error, Message, client::client_with_config};

use support::{Branch, HURRIED, LUNCH, Served, lemonade};

/// No message takes longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A screen, as a browser would be one.
struct Screen {
    socket: WebSocket<TcpStream>,
    journal: Value,
}

/// Why a screen did not get in.
#[derive(Debug, PartialEq)]
struct Refused(u16, String);

impl Screen {
    fn connect(served: &Served, headers: &[(&'static str, &str)]) -> Result<Self, Refused> {
        Self::over(TcpStream::connect(served.address).unwrap(), served, headers)
    }

    fn over(stream: TcpStream, served: &Served, headers: &[(&'static str, &str)]) -> Result<Self, Refused> {
        let mut request = format!("ws://{}/api/v1/live", served.address).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        match client_with_config(request, stream, None) {
            Ok((socket, _)) => Ok(Self { socket, journal: Value::Null }),
            Err(tungstenite::HandshakeError::Failure(Error::Http(response))) => {
                let problem: Value = serde_json::from_slice(response.body().as_deref().unwrap_or_default()).unwrap();
                Err(Refused(response.status().as_u16(), problem["code"].as_str().unwrap().to_owned()))
            }
            Err(error) => panic!("{error}"),
        }
    }

    fn of_token(served: &Served, token: &str) -> Self {
        Self::connect(served, &[("authorization", &format!("Bearer {token}"))]).unwrap()
    }

    /// A screen with as little room on its side of the way.
    fn over_a_narrow_way(branch: &Branch, served: &Served) -> Self {
        let narrow = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        narrow.set_recv_buffer_size(4096).unwrap();
        narrow.connect(&served.address.into()).unwrap();
        let token = format!("Bearer {}", branch.token(Role::Kitchen));
        Self::over(narrow.into(), served, &[("authorization", &token)]).unwrap()
    }

    /// A screen of the kitchen's script that listens to the whole branch, with the snapshot it got.
    fn listening(branch: &Branch, served: &Served) -> (Self, Value) {
        let mut screen = Self::of_token(served, branch.token(Role::Kitchen));
        let snapshot = screen.hello(&["branch"]);
        (screen, snapshot)
    }

    fn say(&mut self, message: &Value) {
        self.socket.send(Message::text(message.to_string())).unwrap();
    }

    /// Says hello as one that knows nothing, and answers the snapshot.
    fn hello(&mut self, scopes: &[&str]) -> Value {
        self.say(&json!({"type": "hello", "screen": "pos", "scopes": scopes, "journal_id": null,
                         "last_sequence": null, "ui_version": ""}));
        assert_eq!(self.welcome(), "snapshot");
        self.next_of("snapshot")
    }

    /// Says hello as one that has heard everything up to here.
    fn come_back(&mut self, scopes: &[&str], journal: &Value, sequence: u64) -> String {
        self.say(&json!({"type": "hello", "screen": "pos", "scopes": scopes, "journal_id": journal,
                         "last_sequence": sequence, "ui_version": ""}));
        self.welcome()
    }

    fn welcome(&mut self) -> String {
        let welcome = self.next_of("welcome");
        self.journal = welcome["journal_id"].clone();
        welcome["how"].as_str().unwrap().to_owned()
    }

    fn frame(&mut self) -> Result<String, u16> {
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => return Ok(text.as_str().to_owned()),
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(Message::Close(Some(frame))) => return Err(frame.code.into()),
                Ok(other) => panic!("{other:?}"),
                Err(Error::Io(error)) if error.kind() != std::io::ErrorKind::WouldBlock => return Err(1006),
                Err(Error::Protocol(_) | Error::ConnectionClosed) => return Err(1006),
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn next(&mut self) -> Value {
        serde_json::from_str(&self.frame().expect("the branch left")).unwrap()
    }

    /// The next message; beats are not one unless asked for.
    #[track_caller]
    fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let message = self.next();
            if message["type"] == kind {
                return message;
            }
            assert_eq!(message["type"], "beat", "instead of {kind}: {message}");
        }
    }

    /// The messages up to the beat that says there are no more before this sequence.
    fn messages_up_to(&mut self, sequence: u64) -> Vec<Value> {
        let mut messages = Vec::new();
        loop {
            let message = self.next();
            match message["type"].as_str().unwrap() {
                "beat" if number(&message["sequence"]) >= sequence => return messages,
                "beat" | "welcome" => {}
                _ => messages.push(message),
            }
        }
    }

    /// With which code the branch leaves, whatever it says before.
    fn is_left(&mut self) -> u16 {
        loop {
            if let Err(code) = self.frame() {
                return code;
            }
        }
    }
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

/// An order whose view is a heavy message.
fn long_order() -> Value {
    json!({"type": "takeaway", "lines": vec![json!({"product": "limonada", "quantity": 1}); 200]})
}

fn numbers_of(views: &Value) -> Vec<&str> {
    let views = views.as_array().unwrap().iter();
    views.filter(|view| view["name"] == "order").map(|view| view["view"]["number"].as_str().unwrap()).collect()
}

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
fn a_screen_is_told_everything_and_then_what_changes() {
    let branch = Branch::open();
    let served = branch.serve();
    let first = branch.take(&lemonade());
    let (mut screen, snapshot) = Screen::listening(&branch, &served);
    assert_eq!(snapshot["sequence"], json!(branch.sequence()));
    assert_eq!(snapshot["scopes"], json!(["branch"]));
    assert_eq!(
        snapshot["views"],
        json!([{"scope": "branch", "name": "catalog", "id": "catalog", "view": {"version": 1}},
               {"scope": "branch", "name": "order", "id": first["id"], "view": branch.order(&first["id"])}])
    );
    let beat = screen.next_of("beat");
    assert_eq!(beat["now"], LUNCH);
    assert_eq!((&beat["sequence"], &beat["last"]["branch"]), (&snapshot["sequence"], &snapshot["sequence"]));

    let second = branch.take(&lemonade());
    let message = screen.next_of("message");
    assert_eq!(message["scope"], "branch");
    assert_eq!((&message["name"], &message["id"]), (&json!("order"), &second["id"]));
    assert_eq!(message["prev"], snapshot["sequence"]);
    branch.advance(&second["id"], "preparing").is(200);
    let next = screen.next_of("message");
    assert_eq!((&next["prev"], &next["view"]["status"]), (&message["sequence"], &json!("preparing")));
    // A beat comes by itself, and says that nothing is missing.
    let beat = screen.next_of("beat");
    assert_eq!((number(&beat["sequence"]), &beat["last"]["branch"]), (branch.sequence(), &next["sequence"]));
}

#[test]
fn an_order_is_told_byte_for_byte_as_it_is_read() {
    let branch = Branch::open();
    let served = branch.serve();
    let (mut screen, _) = Screen::listening(&branch, &served);
    let mut order = lemonade();
    (order["customer"], order["notes"]) = (json!({"name": "Ñandú «Ana»"}), json!("con 1/2 limón"));
    let order = branch.take(&order);
    let read = branch.get(&format!("orders/{}", order["id"].as_str().unwrap()));
    let told = loop {
        let frame = screen.frame().unwrap();
        if frame.starts_with(r#"{"type":"message""#) {
            break frame;
        }
    };
    let view = told.split_once(r#","view":"#).unwrap().1.strip_suffix('}').unwrap();
    assert_eq!(view, String::from_utf8(read.bytes).unwrap());

    let (_, snapshot) = Screen::listening(&branch, &served);
    assert_eq!(snapshot["views"][1]["view"].to_string(), view.parse::<Value>().unwrap().to_string());
}

#[test]
fn an_order_that_is_over_is_told_once_more_and_is_in_no_snapshot() {
    let branch = Branch::open();
    let served = branch.serve();
    let order = branch.take(&lemonade());
    let (mut screen, _) = Screen::listening(&branch, &served);
    let cancel = branch.ask("POST", &format!("orders/{}/cancel", order["id"].as_str().unwrap()));
    cancel.header("if-match", "\"2\"").json(&json!({"reason": "se fue"})).send().is(200);
    let message = screen.next_of("message");
    assert_eq!((&message["id"], &message["view"]["status"]), (&order["id"], &json!("cancelled")));
    assert!(numbers_of(&Screen::listening(&branch, &served).1["views"]).is_empty());
}

#[test]
fn a_station_is_told_its_cards_as_they_are_read_until_they_are_over() {
    let branch = Branch::open();
    let served = branch.serve();
    let bar = branch.get("stations").is(200)["items"][1]["id"].as_str().unwrap().to_owned();
    let (scope, cards) = (format!("station:{bar}"), format!("kitchen/orders?station={bar}"));
    let waiting = branch.take(&lemonade());
    let mut screen = Screen::of_token(&served, branch.token(Role::Kitchen));
    let snapshot = screen.hello(&[&scope]);
    let shown = |views: &Value| views.as_array().unwrap().iter().find(|view| view["name"] == "card").cloned().unwrap();
    assert_eq!(shown(&snapshot["views"])["view"], branch.get(&cards).is(200)["items"][0]);

    let order = branch.take(&lemonade());
    let told = screen.next_of("message");
    assert_eq!((&told["name"], &told["id"]), (&json!("card"), &order["id"]));
    assert_eq!(told["view"], branch.get(&cards).is(200)["items"][1]);
    let bump = branch.ask("POST", &format!("kitchen/orders/{}/bump", order["id"].as_str().unwrap()));
    bump.header("idempotency-key", "bump-1").json(&json!({"station": bar})).send().is(200);
    assert!(screen.next_of("message")["view"]["bumped_at"].is_string());

    branch.advance(&waiting["id"], "ready").is(200);
    assert_eq!(screen.next_of("message")["id"], waiting["id"]);
    branch.advance(&waiting["id"], "served").is(200);
    let over = screen.next_of("message");
    assert_eq!((&over["id"], &over["view"]), (&waiting["id"], &Value::Null));
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
fn every_scope_is_told_of_a_new_catalog_and_has_its_own_chain() {
    let branch = Branch::open();
    let served = branch.serve();
    let stations = branch.get("stations").is(200);
    let station = format!("station:{}", stations["items"][0]["id"].as_str().unwrap());
    let mut screen = Screen::of_token(&served, branch.token(Role::Kitchen));
    let snapshot = screen.hello(&["branch", &station]);
    assert_eq!(snapshot["scopes"], json!(["branch", station]));
    let begun = &snapshot["sequence"];

    branch.take(&lemonade());
    let order = screen.next_of("message");
    branch.ask("POST", "products/bulk-import").by(Role::Owner).json(&support::catalog()).send().is(200);
    let told = [screen.next_of("message"), screen.next_of("message")];
    for message in &told {
        assert_eq!((&message["name"], &message["view"]), (&json!("catalog"), &json!({"version": 2})));
    }
    assert_eq!([&told[0]["scope"], &told[1]["scope"]], ["branch", &station]);
    assert_eq!([&told[0]["prev"], &told[1]["prev"]], [&order["sequence"], begun]);
    let beat = screen.next_of("beat");
    assert_eq!(beat["last"][&station], told[1]["sequence"]);
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

fn revoke(branch: &Branch, token: TokenId) {
    let request = Request::once(branch.journal().environment(), Actor::Operator);
    let revoke = move |step: &mut comanda_edge::journal::Step<'_>| {
        Ok::<_, comanda_edge::journal::Failure<std::convert::Infallible>>(step.record(TokenRevoked { token })?)
    };
    branch.journal().command_blocking(request, revoke).unwrap();
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
    Screen::connect(&served, &[("authorization", &token), ("origin", &own)]).unwrap();
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

#[test]
fn the_branch_says_what_it_is_before_anybody_has_logged_in() {
    let branch = Branch::open();
    branch.set_code("ESQ");
    let said = branch.ask("GET", "branch").by_nobody().send().is(200);
    assert_eq!(said["code"], "ESQ");
    assert_eq!((&said["time_zone"], &said["currency"]), (&json!("America/Bogota"), &json!("COP")));
    assert_eq!((&said["now"], &said["catalog_version"]), (&json!(LUNCH), &json!(1)));
    assert!(!said["ui_version"].as_str().unwrap().is_empty());
    assert_eq!(Branch::without_a_catalog().get("branch").is(200)["currency"], Value::Null);
}

#[test]
fn an_alert_reaches_the_branch_and_the_stations_that_feel_it_and_no_other() {
    use comanda_edge::alerts::feature::{clear, raise};
    use comanda_shared::alert::{AlertKey, AlertKind, Matter};
    use comanda_shared::ids::PrinterId;
    let branch = Branch::open();
    let served = branch.serve();
    let stations = branch.get("stations").is(200);
    let station = |at: usize| stations["items"][at]["id"].as_str().unwrap().to_owned();
    let (fryer, bar) = (format!("station:{}", station(0)), format!("station:{}", station(1)));
    let mut screen = Screen::of_token(&served, branch.token(Role::Kitchen));
    screen.hello(&["branch", &fryer, &bar]);
    let printer = PrinterId::from_uuid(uuid::Uuid::from_u128(7));
    let (matter, felt) = (Matter::PrinterDown { printer, name: "Cocina".to_owned() }, station(0).parse().unwrap());
    branch.journal().operate_blocking(Actor::Branch, move |step| raise(step, matter, &[felt])).unwrap();
    let told = [screen.next_of("message"), screen.next_of("message")];
    let scopes: Vec<_> = told.iter().map(|message| message["scope"].as_str().unwrap().to_owned()).collect();
    assert_eq!(scopes, ["branch", &fryer]);
    let alert = branch.get("alerts").is(200)["items"][0].clone();
    for message in &told {
        assert_eq!((&message["name"], &message["id"], &message["view"]), (&json!("alert"), &alert["id"], &alert));
    }
    let late = Screen::of_token(&served, branch.token(Role::Kitchen)).hello(&[&fryer]);
    assert!(late["views"].as_array().unwrap().iter().any(|view| view["view"] == alert), "{late}");
    let key = AlertKey { kind: AlertKind::PrinterDown, subject: printer.uuid() };
    branch.journal().operate_blocking(Actor::Branch, move |step| clear(step, &key)).unwrap();
    for _ in 0..2 {
        let gone = screen.next_of("message");
        assert_eq!((&gone["id"], &gone["view"]), (&alert["id"], &Value::Null));
    }
}

#[test]
fn what_ran_out_reaches_everybody_at_once_and_stands_in_the_snapshot_of_whoever_comes_later() {
    let branch = Branch::open();
    let served = branch.serve();
    let bar = format!("station:{}", branch.get("stations").is(200)["items"][1]["id"].as_str().unwrap());
    let scopes = ["branch", bar.as_str()];
    let mut screen = Screen::of_token(&served, branch.token(Role::Kitchen));
    screen.hello(&scopes);
    let say = |body: &Value| branch.ask("PUT", "products/limonada/availability").json(body).send().is(200);
    let out = say(&json!({"available": false}));
    for _ in scopes {
        let message = screen.next_of("message");
        assert_eq!((&message["name"], &message["view"]), (&json!("availability"), &out));
    }
    let snapshot = Screen::of_token(&served, branch.token(Role::Kitchen)).hello(&scopes);
    let seen = snapshot["views"].as_array().unwrap().iter().filter(|view| view["view"] == out).count();
    assert_eq!(seen, scopes.len());
    say(&json!({"available": true}));
    assert_eq!(screen.next_of("message")["view"], Value::Null);
}

/// The screens as a manager sees them: which, how, and how far behind.
fn screens(branch: &Branch) -> Vec<(String, String, u64)> {
    let answer = branch.ask("GET", "screens").by(Role::Admin).send().is(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let screens = answer["items"].as_array().unwrap().iter();
    screens.map(|screen| (text(&screen["screen"]), text(&screen["status"]), number(&screen["behind"]))).collect()
}

#[test]
fn a_screen_that_paints_is_alive_and_one_that_does_not_is_late_and_then_dead() {
    let branch = Branch::open();
    let served = branch.serve();
    let (mut screen, _) = Screen::listening(&branch, &served);
    branch.take(&lemonade());
    let painted = branch.sequence();
    screen.messages_up_to(painted);
    screen.say(&json!({"type": "painted", "cursor": painted}));
    // What it said is heard before its next hello is answered.
    screen.hello(&["branch"]);
    assert_eq!(screens(&branch), [("pos".to_owned(), "alive".to_owned(), 0)]);
    branch.wait(SignedDuration::from_secs(25));
    assert_eq!(screens(&branch)[0].1, "late");
    branch.wait(SignedDuration::from_secs(35));
    assert_eq!(screens(&branch)[0].1, "dead");
    let metrics = branch.ask("GET", "/metrics").by(Role::Admin).send();
    assert!(String::from_utf8_lossy(&metrics.bytes).contains("comanda_live_screens_dead 1"));
}

#[test]
fn a_screen_of_another_build_is_told_which_one_is_served_and_shows_as_such() {
    let branch = Branch::open();
    let served = branch.serve();
    let mut screen = Screen::of_token(&served, branch.token(Role::Kitchen));
    screen.say(&json!({"type": "hello", "screen": "kitchen", "scopes": ["branch"], "journal_id": null,
                       "last_sequence": null, "ui_version": "older"}));
    let welcome = screen.next_of("welcome");
    assert_ne!(welcome["ui_version"], json!("older"), "so that it loads itself anew when nobody needs it");
    let listed = branch.ask("GET", "screens").by(Role::Admin).send().is(200);
    assert_eq!((&listed["items"][0]["ui_version"], &listed["items"][0]["current"]), (&json!("older"), &json!(false)));
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

/// What a screen is told that polls, by the kinds of its frames.
fn poll(branch: &Branch, query: &str) -> Vec<Value> {
    let answer = branch.ask("GET", &format!("live/poll?{query}")).by(Role::Kitchen).send().is(200);
    answer["frames"].as_array().unwrap().clone()
}

fn kinds(frames: &[Value]) -> Vec<&str> {
    frames.iter().map(|frame| frame["type"].as_str().unwrap()).collect()
}

#[test]
fn a_screen_that_polls_is_told_what_a_socket_would_have_told_it() {
    let branch = Branch::open();
    branch.take(&lemonade());
    let first = poll(&branch, "scope=branch&screen=board");
    assert_eq!(kinds(&first), ["welcome", "snapshot", "beat"]);
    assert_eq!(numbers_of(&first[1]["views"]), ["L-0001"]);
    let (journal, sequence) = (first[0]["journal_id"].as_str().unwrap(), number(&first[2]["sequence"]));
    let from = |sequence: u64| format!("scope=branch&screen=board&journal_id={journal}&last_sequence={sequence}");
    let nothing = poll(&branch, &from(sequence));
    assert_eq!(kinds(&nothing), ["welcome", "beat"], "it waited, and nothing changed");
    branch.take(&lemonade());
    let news = poll(&branch, &from(sequence));
    assert_eq!(kinds(&news), ["welcome", "message", "beat"]);
    assert_eq!((&news[0]["how"], &news[1]["view"]["number"]), (&json!("resume"), &json!("L-0002")));
    assert_eq!(number(&news[1]["prev"]), sequence);
    assert_eq!(
        kinds(&poll(&branch, "scope=branch&journal_id=0193a000-0000-7000-8000-000000000000&last_sequence=1"))[1],
        "snapshot"
    );
    assert_eq!(screens(&branch).len(), 2, "one for each name it goes by");
}

#[test]
fn a_poll_waits_until_something_changes() {
    let branch = Branch::open();
    let served = branch.serve();
    let (mut other, _) = Screen::listening(&branch, &served);
    let first = poll(&branch, "scope=branch");
    let (journal, sequence) = (first[0]["journal_id"].as_str().unwrap().to_owned(), branch.sequence());
    let query = format!("scope=branch&journal_id={journal}&last_sequence={sequence}");
    std::thread::scope(|threads| {
        let waiting = threads.spawn(|| poll(&branch, &query));
        branch.take(&lemonade());
        assert!(kinds(&waiting.join().unwrap()).contains(&"message"));
    });
    other.next_of("message");
}

#[test]
fn a_poll_that_cannot_be_answered_is_refused() {
    let branch = Branch::open();
    let ask = |query: &str| branch.ask("GET", &format!("live/poll?{query}")).by(Role::Kitchen).send();
    for query in ["", "scope=table:7", "scope=branch&last_sequence=x", "scope=branch&since=1"] {
        ask(query).is_refused(400, "request.malformed");
    }
    branch.ask("GET", "live/poll?scope=branch").by_nobody().send().is_refused(401, "credentials.missing");
}

/// A screen that listens to an answer that goes on.
struct Streamed(std::io::BufReader<TcpStream>);

impl Streamed {
    fn begin(served: &Served, query: &str, token: &str, header: &str) -> Self {
        use std::io::{BufRead, Write};
        let mut stream = TcpStream::connect(served.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let address = served.address;
        let request = format!(
            "GET /api/v1/live/events?{query} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n{header}\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut reader = std::io::BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        assert!(line.starts_with("HTTP/1.1 200"), "{line}");
        while !line.trim().is_empty() {
            line.clear();
            reader.read_line(&mut line).unwrap();
        }
        Self(reader)
    }

    /// What the next event is called, its data, and its id.
    fn next(&mut self) -> (String, Value, Option<String>) {
        use std::io::BufRead;
        let (mut name, mut id) = (String::new(), None);
        let mut data = None;
        loop {
            let mut line = String::new();
            assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "the answer is over");
            match line.trim_end().split_once(": ") {
                Some(("event", text)) => name = text.to_owned(),
                Some(("id", text)) => id = Some(text.to_owned()),
                Some(("data", text)) => data = Some(serde_json::from_str(text).unwrap()),
                // An empty line ends an event; what else there is are the lengths of HTTP's own pieces.
                _ if line.trim().is_empty() && data.is_some() => return (name, data.take().unwrap(), id),
                _ => {}
            }
        }
    }

    /// The next of this type; beats are passed over unless asked for.
    fn next_of(&mut self, kind: &str) -> (Value, Option<String>) {
        loop {
            let (_, frame, id) = self.next();
            if frame["type"] == kind {
                return (frame, id);
            }
            assert_eq!(frame["type"], "beat", "instead of {kind}: {frame}");
        }
    }
}

#[test]
fn an_answer_that_goes_on_tells_what_a_socket_tells_and_goes_on_from_the_last_event() {
    let branch = Branch::open();
    let served = branch.serve();
    let token = branch.token(Role::Kitchen).to_owned();
    let mut stream = Streamed::begin(&served, "scope=branch&screen=board", &token, "");
    assert_eq!(stream.next_of("welcome").0["how"], "snapshot");
    let (snapshot, id) = stream.next_of("snapshot");
    assert!(numbers_of(&snapshot["views"]).is_empty() && id.is_some());
    branch.take(&lemonade());
    let (first, id) = stream.next_of("message");
    assert_eq!((&first["view"]["number"], &first["prev"]), (&json!("L-0001"), &snapshot["sequence"]));
    assert_eq!(first["events"], json!(["order:created", "order:accepted", "order:status_changed"]));
    drop(stream);

    branch.take(&lemonade());
    let from = format!("Last-Event-ID: {}\r\n", id.unwrap());
    let mut again = Streamed::begin(&served, "scope=branch&screen=board", &token, &from);
    assert_eq!(again.next_of("welcome").0["how"], "resume");
    assert_eq!(again.next_of("message").0["view"]["number"], "L-0002", "what was heard is not told again");
    let here = screens(&branch);
    assert!(here.iter().any(|(screen, status, _)| screen == "board" && status == "alive"), "{here:?}");
    let cursor = branch.sequence();
    let said =
        branch.ask("POST", "live/painted").by(Role::Kitchen).json(&json!({"screen": "board", "cursor": cursor})).send();
    assert_eq!(said.status, 204, "{said}");
    assert!(screens(&branch).iter().any(|(screen, _, behind)| screen == "board" && *behind == 0));
}

#[test]
fn an_answer_that_goes_on_ends_with_the_session_and_says_why() {
    let branch = Branch::open();
    let served = branch.serve();
    let (token, secret) = comanda_edge::staff::setup::create_token(branch.journal(), "tablero", Role::Kitchen).unwrap();
    let mut stream = Streamed::begin(&served, "scope=branch", &secret, "");
    stream.next_of("welcome");
    revoke(&branch, token);
    let gone = loop {
        let (name, data, _) = stream.next();
        if name == "gone" {
            break data;
        }
    };
    assert_eq!((&gone["code"], &gone["reason"]), (&json!(4401), &json!("credentials.invalid")));
}

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
    assert_eq!(of(views, &guest)[0]["view"], json!({"number": "L-0001", "status": "accepted"}));
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
