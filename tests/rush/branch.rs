//! The branch as the rush sees it: what may have been done is asked for again until there is an answer, with the same key.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use comanda_tests::client::idempotency_key;
use serde_json::{Value, json};

use crate::http::{self, Answer};

/// After so long without an answer nobody is there any more.
const GIVE_UP_AFTER: Duration = Duration::from_secs(600);
const BETWEEN_TRIES: Duration = Duration::from_secs(1);

/// The running branch.
pub struct Branch {
    address: SocketAddr,
    token: String,
    /// This run's; with `requests`, keys that nobody used before.
    run: u64,
    requests: u64,
    pub story: Story,
}

/// What the rush tells, and what it counted.
pub struct Story {
    started: Instant,
    /// Requests that were sent again and had been done already: without a key they would have been done twice.
    pub saved_from_doubling: u32,
    pub outages: u32,
}

impl Story {
    /// Prints a line, with the time since the rush began.
    pub fn tell(&self, text: &str) {
        let seconds = self.started.elapsed().as_secs();
        println!("{:02}:{:02}  {text}", seconds / 60, seconds % 60);
    }
}

impl Branch {
    pub fn at(address: SocketAddr, token: String, run: u64) -> Self {
        let story = Story { started: Instant::now(), saved_from_doubling: 0, outages: 0 };
        Self { address, token, run, requests: 0, story }
    }

    pub fn get(&mut self, path: &str) -> Result<Answer> {
        self.ask("GET", path, None, &Value::Null)
    }

    /// A POST that must be done once, however often it has to be sent.
    pub fn post_once(&mut self, path: &str, body: &Value) -> Result<Answer> {
        self.requests += 1;
        let key = idempotency_key(self.run, self.requests);
        let answer = self.ask("POST", path, Some(("Idempotency-Key", &key)), body)?;
        if answer.is_repeat {
            self.story.saved_from_doubling += 1;
            self.story.tell("         ya estaba hecho: con la misma clave no se hace dos veces");
        }
        Ok(answer)
    }

    /// Moves an order on. Done twice, the second time is refused, so no key is needed.
    pub fn change_status(&mut self, order: &str, status: &str) -> Result<Answer> {
        self.ask("PATCH", &format!("/api/v1/orders/{order}/status"), None, &json!({"status": status}))
    }

    /// Ends an order as it was last seen.
    pub fn cancel(&mut self, order: &str, version: u64, reason: &str) -> Result<Answer> {
        let header = ("If-Match", format!("\"{version}\""));
        let path = format!("/api/v1/orders/{order}/cancel");
        self.ask("POST", &path, Some((header.0, &header.1)), &json!({"reason": reason}))
    }

    /// The orders that nobody has finished.
    pub fn open_orders(&mut self) -> Result<Vec<Value>> {
        let mut open = Vec::new();
        let mut path = "/api/v1/orders?open=true&limit=200".to_owned();
        loop {
            let mut page = self.get(&path)?;
            ensure!(page.status == 200, "la caja no muestra los pedidos: {} {}", page.status, page.body);
            if let Some(orders) = page.body["items"].as_array_mut() {
                open.append(orders);
            }
            let Some(cursor) = page.body["next_cursor"].as_str() else { return Ok(open) };
            path = format!("/api/v1/orders?open=true&limit=200&cursor={cursor}");
        }
    }

    fn ask(&mut self, method: &str, path: &str, header: Option<(&str, &str)>, body: &Value) -> Result<Answer> {
        let mut silent_since = None;
        loop {
            let answer = http::send(self.address, &self.token, method, path, header, body).and_then(|answer| {
                ensure!(answer.status != 503, "dice que está ocupada");
                Ok(answer)
            });
            let error = match answer {
                Ok(answer) => {
                    if let Some(since) = silent_since {
                        self.tell_of_the_return(since);
                    }
                    ensure!(answer.status != 401, "la caja no conoce este token");
                    return Ok(answer);
                }
                Err(error) => error,
            };
            let since = *silent_since.get_or_insert_with(|| {
                self.story.tell(&format!("         la caja no responde ({error}); se intenta hasta que vuelva"));
                Instant::now()
            });
            if since.elapsed() > GIVE_UP_AFTER {
                return Err(error).context("la caja no respondió en diez minutos");
            }
            std::thread::sleep(BETWEEN_TRIES);
        }
    }

    fn tell_of_the_return(&mut self, since: Instant) {
        self.story.outages += 1;
        self.story.tell(&format!("         la caja responde otra vez, después de {} s", since.elapsed().as_secs()));
    }
}

/// What the branch said instead of doing it.
pub fn refusal(answer: &Answer) -> String {
    let code = answer.body["code"].as_str().unwrap_or("sin código");
    format!("{} {code}: {}", answer.status, answer.body["detail"].as_str().unwrap_or_default())
}

/// The text of a field.
///
/// # Errors
/// When the answer has none.
pub fn text<'a>(body: &'a Value, field: &str) -> Result<&'a str> {
    let Some(text) = body[field].as_str() else { bail!("la respuesta no dice «{field}»: {body}") };
    Ok(text)
}
