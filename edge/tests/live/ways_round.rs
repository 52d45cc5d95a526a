//! The same by asking again and again, and by an answer that goes on.

use crate::support::{Branch, Served, lemonade};
use comanda_shared::staff::Role;
use serde_json::{Value, json};
use std::net::TcpStream;

use crate::screen::{PATIENCE, Screen, number, numbers_of, revoke, screens};

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
