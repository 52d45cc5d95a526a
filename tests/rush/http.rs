//! One request, one connection: what a rush needs of HTTP, and not a line more.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(10);

/// What came back.
pub struct Answer {
    pub status: u16,
    /// The branch had done this already, and says so.
    pub is_repeat: bool,
    pub body: Value,
}

/// Sends one request and waits for the whole answer.
///
/// # Errors
/// When none came: nobody knows then whether it was done.
pub fn send(
    address: SocketAddr,
    token: &str,
    method: &str,
    path: &str,
    header: Option<(&str, &str)>,
    body: &Value,
) -> Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).context("no hay conexión")?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let (name, value) = header.unwrap_or(("Accept", "application/json"));
    let body = if body.is_null() { String::new() } else { body.to_string() };
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         {name}: {value}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len(),
    )?;
    let mut text = String::new();
    stream.read_to_string(&mut text).context("no llegó respuesta")?;
    read(&text).context("la respuesta no llegó entera")
}

/// The branch sends whole bodies and closes the connection after each, as it was asked to.
fn read(text: &str) -> Option<Answer> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let has = |wanted: &str| head.lines().skip(1).any(|line| line.eq_ignore_ascii_case(wanted));
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    if length.is_some_and(|length: usize| body.len() < length) {
        return None;
    }
    let body = serde_json::from_str(body).unwrap_or_default();
    Some(Answer { status, is_repeat: has("idempotency-replayed: true"), body })
}
