//! Somebody who listens by a WebSocket, as a screen or a phone does.

use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;
use tungstenite::client::{IntoClientRequest, client};
use tungstenite::http::{HeaderName, HeaderValue};
use tungstenite::{Message, WebSocket};

use super::Served;

/// No message takes longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// An open socket that said its hello.
pub struct Listener(WebSocket<TcpStream>);

impl Served {
    /// Listens as whoever this header shows, beginning with this hello.
    pub fn listen(&self, (name, value): (&'static str, &str), hello: &Value) -> Listener {
        let mut request = format!("ws://{}/api/v1/live", self.address).into_client_request().unwrap();
        request.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut socket = client(request, stream).unwrap().0;
        socket.send(Message::text(hello.to_string())).unwrap();
        Listener(socket)
    }
}

impl Listener {
    /// The next frame of this kind.
    ///
    /// # Panics
    /// When the branch leaves before there is one.
    pub fn until(&mut self, kind: &str) -> Value {
        self.frame(Some(kind)).unwrap_or_else(|code| panic!("left with {code} before a frame of kind {kind}"))
    }

    /// The code the branch leaves with, whatever it says before.
    pub fn left_with(&mut self) -> u16 {
        self.frame(None).expect_err("no kind of frame is waited for")
    }

    fn frame(&mut self, kind: Option<&str>) -> Result<Value, u16> {
        loop {
            match self.0.read().unwrap() {
                Message::Text(text) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    if kind.is_some_and(|kind| frame["type"] == kind) {
                        return Ok(frame);
                    }
                }
                Message::Close(frame) => return Err(frame.map_or(0, |frame| frame.code.into())),
                _ => {}
            }
        }
    }
}
