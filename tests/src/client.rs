//! A small blocking HTTP/1.1 client that keeps its connection: cheap enough to be the load.
//!
//! It retries nothing: whoever calls knows whether a request may be sent twice. After an error the next call connects anew.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// One client with at most one connection.
pub struct Client {
    address: SocketAddr,
    /// The header that says who asks.
    credential: Option<(&'static str, String)>,
    patience: Duration,
    session: Option<BufReader<TcpStream>>,
    request: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Response {
    /// `201`.
    pub status: u16,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    /// The bytes of the body.
    pub body: Vec<u8>,
}

impl Response {
    /// A header by its name in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is none; the error shows it.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).with_context(|| format!("no JSON in {self}"))
    }

    /// The `code` of a problem document.
    pub fn problem_code(&self) -> Option<String> {
        Some(self.json().ok()?.get("code")?.as_str()?.to_owned())
    }
}

impl std::fmt::Display for Response {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "{} {}", self.status, String::from_utf8_lossy(&self.body))
    }
}

impl Client {
    /// A client of one server; it connects with its first request. `patience` bounds connecting and each wait for bytes.
    pub fn new(address: SocketAddr, patience: Duration) -> Self {
        Self { address, credential: None, patience, session: None, request: Vec::new() }
    }

    /// Sends this bearer token with every request.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        self.credential = Some(("Authorization", format!("Bearer {token}")));
        self
    }

    /// Sends this cookie with every request, as a screen does: `name=value`.
    #[must_use]
    pub fn with_cookie(mut self, cookie: &str) -> Self {
        self.credential = Some(("Cookie", cookie.to_owned()));
        self
    }

    /// `GET path`.
    ///
    /// # Errors
    /// When no whole answer came; any status is an answer.
    pub fn get(&mut self, path: &str) -> Result<Response> {
        self.send("GET", path, &[], &[])
    }

    /// `POST path` with a JSON body and an idempotency key.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn post(&mut self, path: &str, idempotency_key: &str, body: &Value) -> Result<Response> {
        self.post_bytes(path, idempotency_key, body.to_string().as_bytes())
    }

    /// `PUT` with a JSON body.
    ///
    /// # Errors
    /// When no whole answer comes in time.
    pub fn put(&mut self, path: &str, body: &Value) -> Result<Response> {
        self.send("PUT", path, &[("Content-Type", "application/json")], body.to_string().as_bytes())
    }

    /// `PATCH` with a JSON body. Done twice, the second time is refused, so no key is needed.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn patch(&mut self, path: &str, body: &Value) -> Result<Response> {
        self.send("PATCH", path, &[("Content-Type", "application/json")], body.to_string().as_bytes())
    }

    /// As [`Client::post`], with a body that is written already.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn post_bytes(&mut self, path: &str, idempotency_key: &str, body: &[u8]) -> Result<Response> {
        let headers = [("Content-Type", "application/json"), ("Idempotency-Key", idempotency_key)];
        self.send("POST", path, &headers, body)
    }

    /// `PUT` with a JSON body and an idempotency key.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn put_keyed(&mut self, path: &str, key: &str, body: &Value) -> Result<Response> {
        let headers = [("Content-Type", "application/json"), ("Idempotency-Key", key)];
        self.send("PUT", path, &headers, body.to_string().as_bytes())
    }

    /// As [`Client::put`], of a version: what is meant is the entity as it was then.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub fn put_at(&mut self, path: &str, version: &Value, body: &Value) -> Result<Response> {
        let version = format!("\"{version}\"");
        let headers = [("Content-Type", "application/json"), ("If-Match", version.as_str())];
        self.send("PUT", path, &headers, body.to_string().as_bytes())
    }

    /// As [`Client::post`], of a version: what is meant is the entity as it was then.
    ///
    /// # Errors
    /// When no whole answer came; any status is an answer.
    pub fn post_at(&mut self, path: &str, key: &str, version: &Value, body: &Value) -> Result<Response> {
        let version = format!("\"{version}\"");
        let headers = [("Content-Type", "application/json"), ("Idempotency-Key", key), ("If-Match", version.as_str())];
        self.send("POST", path, &headers, body.to_string().as_bytes())
    }

    fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Response> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => self.connect()?,
        };
        self.write_request(method, path, headers, body);
        session.get_mut().write_all(&self.request).with_context(|| format!("send {method} {path}"))?;
        let response = read_response(&mut session).with_context(|| format!("answer to {method} {path}"))?;
        if response.header("connection") != Some("close") {
            self.session = Some(session);
        }
        Ok(response)
    }

    fn connect(&self) -> Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect_timeout(&self.address, self.patience)
            .with_context(|| format!("connect to {}", self.address))?;
        stream.set_nodelay(true).context("set TCP_NODELAY")?;
        stream.set_read_timeout(Some(self.patience)).context("set the read deadline")?;
        stream.set_write_timeout(Some(self.patience)).context("set the write deadline")?;
        Ok(BufReader::new(stream))
    }

    fn write_request(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n", self.address, body.len());
        if let Some((name, value)) = &self.credential {
            push_header(&mut head, name, value);
        }
        headers.iter().for_each(|(name, value)| push_header(&mut head, name, value));
        head.push_str("\r\n");
        self.request.clear();
        self.request.extend_from_slice(head.as_bytes());
        self.request.extend_from_slice(body);
    }
}

fn push_header(head: &mut String, name: &str, value: &str) {
    // Writing to a String cannot fail.
    let _ = write!(head, "{name}: {value}\r\n");
}

fn read_response(session: &mut BufReader<TcpStream>) -> Result<Response> {
    let status_line = read_line(session)?;
    let status = status_line.split(' ').nth(1).and_then(|text| text.parse().ok());
    let status = status.with_context(|| format!("no status line: {status_line:?}"))?;

    let mut headers = Vec::new();
    loop {
        let line = read_line(session)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').with_context(|| format!("no header: {line:?}"))?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }

    let mut response = Response { status, headers, body: Vec::new() };
    if response.header("transfer-encoding") == Some("chunked") {
        response.body = read_chunks(session)?;
    } else if let Some(length) = response.header("content-length") {
        response.body = vec![0; length.parse().context("content-length")?];
        session.read_exact(&mut response.body).context("body")?;
    }
    Ok(response)
}

fn read_chunks(session: &mut BufReader<TcpStream>) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = read_line(session)?;
        let size = usize::from_str_radix(size.split(';').next().unwrap_or_default(), 16).context("chunk size")?;
        let begun = body.len();
        body.resize(begun + size, 0);
        session.read_exact(&mut body[begun..]).context("chunk")?;
        ensure!(read_line(session)?.is_empty(), "a chunk is longer than it says");
        if size == 0 {
            return Ok(body);
        }
    }
}

fn read_line(session: &mut BufReader<TcpStream>) -> Result<String> {
    let mut line = String::new();
    session.read_line(&mut line).context("read a line")?;
    if !line.ends_with('\n') {
        bail!("the connection ended");
    }
    Ok(line.trim_end().to_owned())
}

/// An idempotency key: the UUID text of request `number` of run `run`.
pub fn idempotency_key(run: u64, number: u64) -> String {
    let [a, b, c, d, e, f, g, h] = run.to_be_bytes();
    format!("{a:02x}{b:02x}{c:02x}{d:02x}-{e:02x}{f:02x}-7{:03x}-8{:03x}-{number:012x}", u16::from(g), u16::from(h))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn one_connection_serves_many_requests_and_a_lost_one_is_made_anew() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            for _ in 0..2 {
                let mut session = BufReader::new(listener.accept().unwrap().0);
                for answer in [
                    "content-length: 2\r\n\r\n{}",
                    "transfer-encoding: chunked\r\n\r\n3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n",
                ] {
                    let mut line = String::new();
                    while line != "\r\n" {
                        line.clear();
                        session.read_line(&mut line).unwrap();
                    }
                    write!(session.get_mut(), "HTTP/1.1 200 OK\r\n{answer}").unwrap();
                }
            }
        });
        let mut client = Client::new(address, Duration::from_secs(5));
        let bodies: Vec<_> = (0..2).map(|_| client.get("/").unwrap().json().unwrap().to_string()).collect();
        assert_eq!(bodies, ["{}", "[1,2]"]);
        assert!(client.get("/").is_err());
        assert_eq!(client.get("/").unwrap().status, 200);
        client.get("/").unwrap();
        server.join().unwrap();
    }

    #[test]
    fn keys_are_uuids_and_differ() {
        assert_eq!(idempotency_key(0x0102_0304_0506_0708, 9), "01020304-0506-7007-8008-000000000009");
    }
}
