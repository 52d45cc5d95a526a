//! A screen as a browser would be one, and what is asked of the branch about it.

use crate::support::{Branch, Served};
use comanda_edge::journal::Request;
use comanda_shared::ids::TokenId;
use comanda_shared::staff::{Actor, Role, TokenRevoked};
use serde_json::{Value, json};
use socket2::{Domain, Socket, Type};
use std::net::TcpStream;
use std::time::Duration;
use tungstenite::client::IntoClientRequest;
use tungstenite::http::{HeaderName, HeaderValue};
use tungstenite::protocol::WebSocket;
use tungstenite::{Error, Message, client::client_with_config};

/// No message takes longer.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// A screen, as a browser would be one.
pub struct Screen {
    pub socket: WebSocket<TcpStream>,
    pub journal: Value,
}

/// Why a screen did not get in.
#[derive(Debug, PartialEq)]
pub struct Refused(pub u16, pub String);

impl Screen {
    pub fn connect(served: &Served, headers: &[(&'static str, &str)]) -> Result<Self, Refused> {
        Self::over(TcpStream::connect(served.address).unwrap(), served, headers)
    }

    pub fn over(stream: TcpStream, served: &Served, headers: &[(&'static str, &str)]) -> Result<Self, Refused> {
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

    pub fn of_token(served: &Served, token: &str) -> Self {
        Self::connect(served, &[("authorization", &format!("Bearer {token}"))]).unwrap()
    }

    /// A screen with as little room on its side of the way.
    pub fn over_a_narrow_way(branch: &Branch, served: &Served) -> Self {
        let narrow = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        narrow.set_recv_buffer_size(4096).unwrap();
        narrow.connect(&served.address.into()).unwrap();
        let token = format!("Bearer {}", branch.token(Role::Kitchen));
        Self::over(narrow.into(), served, &[("authorization", &token)]).unwrap()
    }

    /// A screen of the kitchen's script that listens to the whole branch, with the snapshot it got.
    pub fn listening(branch: &Branch, served: &Served) -> (Self, Value) {
        let mut screen = Self::of_token(served, branch.token(Role::Kitchen));
        let snapshot = screen.hello(&["branch"]);
        (screen, snapshot)
    }

    pub fn say(&mut self, message: &Value) {
        self.socket.send(Message::text(message.to_string())).unwrap();
    }

    /// Says hello as one that knows nothing, and answers the snapshot.
    pub fn hello(&mut self, scopes: &[&str]) -> Value {
        self.say(&json!({"type": "hello", "screen": "pos", "scopes": scopes, "journal_id": null,
                         "last_sequence": null, "ui_version": ""}));
        assert_eq!(self.welcome(), "snapshot");
        self.next_of("snapshot")
    }

    /// Says hello as one that has heard everything up to here.
    pub fn come_back(&mut self, scopes: &[&str], journal: &Value, sequence: u64) -> String {
        self.say(&json!({"type": "hello", "screen": "pos", "scopes": scopes, "journal_id": journal,
                         "last_sequence": sequence, "ui_version": ""}));
        self.welcome()
    }

    pub fn welcome(&mut self) -> String {
        let welcome = self.next_of("welcome");
        self.journal = welcome["journal_id"].clone();
        welcome["how"].as_str().unwrap().to_owned()
    }

    pub fn frame(&mut self) -> Result<String, u16> {
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

    pub fn next(&mut self) -> Value {
        serde_json::from_str(&self.frame().expect("the branch left")).unwrap()
    }

    /// The next message; beats are not one unless asked for.
    #[track_caller]
    pub fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let message = self.next();
            if message["type"] == kind {
                return message;
            }
            assert_eq!(message["type"], "beat", "instead of {kind}: {message}");
        }
    }

    /// The messages up to the beat that says there are no more before this sequence.
    pub fn messages_up_to(&mut self, sequence: u64) -> Vec<Value> {
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
    pub fn is_left(&mut self) -> u16 {
        loop {
            if let Err(code) = self.frame() {
                return code;
            }
        }
    }
}

pub fn number(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

/// An order whose view is a heavy message.
pub fn long_order() -> Value {
    json!({"type": "takeaway", "lines": vec![json!({"product": "limonada", "quantity": 1}); 200]})
}

pub fn numbers_of(views: &Value) -> Vec<&str> {
    let views = views.as_array().unwrap().iter();
    views.filter(|view| view["name"] == "order").map(|view| view["view"]["number"].as_str().unwrap()).collect()
}

pub fn revoke(branch: &Branch, token: TokenId) {
    let request = Request::once(branch.journal().environment(), Actor::Operator);
    let revoke = move |step: &mut comanda_edge::journal::Step<'_>| {
        Ok::<_, comanda_edge::journal::Failure<std::convert::Infallible>>(step.record(TokenRevoked { token })?)
    };
    branch.journal().command_blocking(request, revoke).unwrap();
}

/// The screens as a manager sees them: which, how, and how far behind.
pub fn screens(branch: &Branch) -> Vec<(String, String, u64)> {
    let answer = branch.ask("GET", "screens").by(Role::Admin).send().is(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let screens = answer["items"].as_array().unwrap().iter();
    screens.map(|screen| (text(&screen["screen"]), text(&screen["status"]), number(&screen["behind"]))).collect()
}
