//! `limits-order-server FILE ADDRESS`: the least a program can do that takes four-line orders and keeps the promise of
//! the endpoint it stands beside: acknowledged once it is durable, and never doubled by a retry.
//!
//! One writer thread with group commit: whoever waits when it comes around shares one transaction and one flush. WAL,
//! `synchronous=FULL`. Per order: the idempotency key with the body's digest, looked up and kept in the same transaction;
//! the order and its lines under UUIDv7s; one journal row chained by BLAKE3; one print job; and the answer has the lines.
//! A repeat is answered with the order as it is kept, the same key with another body is refused.
//!
//! No permissions, taxes, tickets, kitchen, searches or lists: what Comanda does beyond this is what the ratio in
//! `docs/benchmarks.md` shows.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Read;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use comanda_tests::menu;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

/// Orders that may wait for the writer; more are told to come again.
const QUEUE: usize = 1024;
/// Orders in one transaction, at most.
const BATCH: usize = 512;

// Keys are the clustering of their tables, so that a key costs no second b-tree.
const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS commands (
        key TEXT PRIMARY KEY, digest BLOB NOT NULL, order_id BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS orders (
        id BLOB PRIMARY KEY, number TEXT NOT NULL, type TEXT NOT NULL, total INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS order_lines (
        order_id BLOB NOT NULL, id BLOB NOT NULL, product TEXT NOT NULL, quantity INTEGER NOT NULL,
        unit_price INTEGER NOT NULL, modifiers TEXT NOT NULL, PRIMARY KEY (order_id, id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS journal (
        sequence INTEGER PRIMARY KEY, body BLOB NOT NULL, hash BLOB NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS print_jobs (
        id INTEGER PRIMARY KEY, order_id BLOB NOT NULL, status TEXT NOT NULL
    ) STRICT;
";
const HEAD: &str = "SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1";
const COMMAND: &str = "SELECT digest, order_id FROM commands WHERE key = ?1";
const ORDER: &str = "SELECT number, type, total FROM orders WHERE id = ?1";
const LINES: &str = "
    SELECT id, product, quantity, unit_price, modifiers FROM order_lines WHERE order_id = ?1 ORDER BY id LIMIT 200";
const INSERT_COMMAND: &str = "INSERT INTO commands (key, digest, order_id) VALUES (?1, ?2, ?3)";
const INSERT_ORDER: &str = "INSERT INTO orders (id, number, type, total) VALUES (?1, ?2, ?3, ?4)";
const INSERT_LINE: &str = "
    INSERT INTO order_lines (order_id, id, product, quantity, unit_price, modifiers) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const INSERT_ENTRY: &str = "INSERT INTO journal (sequence, body, hash) VALUES (?1, ?2, ?3)";
const INSERT_JOB: &str = "INSERT INTO print_jobs (order_id, status) VALUES (?1, 'queued')";

#[derive(Deserialize)]
struct NewOrder {
    r#type: String,
    lines: Vec<NewLine>,
}

#[derive(Deserialize)]
struct NewLine {
    product: String,
    quantity: i64,
    #[serde(default)]
    modifiers: Vec<String>,
}

/// An order as it is kept in the journal and answered.
#[derive(Serialize)]
struct Placed {
    id: Uuid,
    number: String,
    r#type: String,
    total: i64,
    lines: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    id: Uuid,
    product: String,
    quantity: i64,
    unit_price: i64,
    modifiers: Vec<String>,
}

/// What the journal keeps of an order.
#[derive(Serialize)]
struct Entry<'a> {
    kind: &'static str,
    key: &'a str,
    order: &'a Placed,
}

struct Request {
    key: String,
    digest: [u8; 32],
    r#type: String,
    lines: Vec<Line>,
    answer: oneshot::Sender<Answer>,
}

/// What a request is answered, and to whom.
type Answered = (oneshot::Sender<Answer>, Answer);

enum Answer {
    Placed(Placed),
    Repeated(Placed),
    KeyReused,
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().context("usage: limits-order-server FILE ADDRESS")?;
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:0".into());

    let connection = Connection::open(&file).with_context(|| format!("open {file}"))?;
    connection.execute_batch(SCHEMA).context("make the tables")?;
    let (requests, inbox) = mpsc::channel(QUEUE);
    std::thread::Builder::new().name("writer".into()).spawn(move || {
        if let Err(error) = Ids::new().and_then(|ids| (Writer { connection, ids, inbox }).run()) {
            eprintln!("the writer ended: {error:#}");
            std::process::exit(1);
        }
    })?;

    let routes = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/api/v1/orders", post(place))
        .with_state(Arc::new(requests));
    let listener = tokio::net::TcpListener::bind(&address).await.with_context(|| format!("listen on {address}"))?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true))), routes).await?;
    Ok(())
}

async fn place(
    State(requests): State<Arc<mpsc::Sender<Request>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<Placed>), StatusCode> {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).ok_or(StatusCode::BAD_REQUEST)?;
    let order: NewOrder = serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
    let lines: Option<Vec<_>> = order.lines.into_iter().map(priced).collect();
    let (answer, answered) = oneshot::channel();
    let request = Request {
        key: key.to_owned(),
        digest: blake3::hash(&body).into(),
        r#type: order.r#type,
        lines: lines.ok_or(StatusCode::UNPROCESSABLE_ENTITY)?,
        answer,
    };
    requests.try_send(request).map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    match answered.await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)? {
        Answer::Placed(placed) => Ok((StatusCode::CREATED, Json(placed))),
        Answer::Repeated(placed) => Ok((StatusCode::OK, Json(placed))),
        Answer::KeyReused => Err(StatusCode::UNPROCESSABLE_ENTITY),
    }
}

/// The line with its price; its id is given in the writer, where ids grow.
fn priced(line: NewLine) -> Option<Line> {
    let skus = std::iter::once(&line.product).chain(&line.modifiers);
    let unit_price = skus.map(|sku| menu::price_of(sku)).sum::<Option<i64>>()?;
    let NewLine { product, quantity, modifiers } = line;
    Some(Line { id: Uuid::nil(), product, quantity, unit_price, modifiers })
}

struct Writer {
    connection: Connection,
    ids: Ids,
    inbox: mpsc::Receiver<Request>,
}

impl Writer {
    fn run(mut self) -> Result<()> {
        let mut head = self.head()?;
        let mut waiting = VecDeque::with_capacity(BATCH);
        let (connection, ids) = (&mut self.connection, &mut self.ids);
        while let Some(first) = self.inbox.blocking_recv() {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut next = Some(first);
            while let Some(request) = next {
                waiting.push_back(answer(&transaction, &mut head, ids, request)?);
                next = if waiting.len() < BATCH { self.inbox.try_recv().ok() } else { None };
            }
            transaction.commit().context("commit")?;
            for (asked, answer) in waiting.drain(..) {
                // Whoever asked may have gone; the order stays.
                drop(asked.send(answer));
            }
        }
        Ok(())
    }

    fn head(&self) -> Result<Head> {
        let row = self.connection.query_row(HEAD, [], |row| Ok(Head { sequence: row.get(0)?, hash: row.get(1)? }));
        match row {
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(Head { sequence: 0, hash: [0; 32] }),
            other => other.context("read the journal's head"),
        }
    }
}

/// The last entry of the journal.
struct Head {
    sequence: i64,
    hash: [u8; 32],
}

/// Makes UUIDv7s that grow: milliseconds, a counter within them, and chance.
struct Ids {
    chance: blake3::OutputReader,
    last_ms: u64,
    counter: u16,
}

impl Ids {
    fn new() -> Result<Self> {
        let mut seed = [0; 32];
        File::open("/dev/urandom")?.read_exact(&mut seed).context("read /dev/urandom")?;
        Ok(Self { chance: blake3::Hasher::new_keyed(&seed).finalize_xof(), last_ms: 0, counter: 0 })
    }

    fn next(&mut self) -> Result<Uuid> {
        let now_ms = u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
        (self.last_ms, self.counter) =
            if now_ms > self.last_ms { (now_ms, 0) } else { (self.last_ms, self.counter + 1) };
        if self.counter == 1 << 12 {
            (self.last_ms, self.counter) = (self.last_ms + 1, 0);
        }
        let mut bytes = [0; 10];
        self.chance.fill(&mut bytes[2..]);
        [bytes[0], bytes[1]] = self.counter.to_be_bytes();
        Ok(uuid::Builder::from_unix_timestamp_millis(self.last_ms, &bytes).into_uuid())
    }
}

fn answer(transaction: &Transaction<'_>, head: &mut Head, ids: &mut Ids, request: Request) -> Result<Answered> {
    let mut command = transaction.prepare_cached(COMMAND)?;
    let before: Option<([u8; 32], [u8; 16])> =
        command.query_row([&request.key], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let answer = match before {
        Some((digest, id)) if digest == request.digest => Answer::Repeated(kept(transaction, id)?),
        Some(_) => Answer::KeyReused,
        None => {
            let placed = named(request.r#type, request.lines, head, ids)?;
            keep(transaction, head, &request.key, &request.digest, &placed)?;
            Answer::Placed(placed)
        }
    };
    Ok((request.answer, answer))
}

/// The order with its ids, its number and its total.
fn named(r#type: String, mut lines: Vec<Line>, head: &Head, ids: &mut Ids) -> Result<Placed> {
    let id = ids.next()?;
    for line in &mut lines {
        line.id = ids.next()?;
    }
    let total = lines.iter().map(|line| line.quantity * line.unit_price).sum();
    Ok(Placed { id, number: format!("L-{:04}", head.sequence + 1), r#type, total, lines })
}

fn keep(transaction: &Transaction<'_>, head: &mut Head, key: &str, digest: &[u8; 32], order: &Placed) -> Result<()> {
    let id = order.id.as_bytes();
    transaction.prepare_cached(INSERT_COMMAND)?.execute(params![key, digest, id])?;
    transaction.prepare_cached(INSERT_ORDER)?.execute(params![id, order.number, order.r#type, order.total])?;
    let mut insert_line = transaction.prepare_cached(INSERT_LINE)?;
    for Line { id: line, product, quantity, unit_price, modifiers } in &order.lines {
        let modifiers = modifiers.join(",");
        insert_line.execute(params![id, line.as_bytes(), product, quantity, unit_price, modifiers])?;
    }

    let body = serde_json::to_vec(&Entry { kind: "OrderPlaced", key, order })?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&head.hash).update(&body);
    *head = Head { sequence: head.sequence + 1, hash: hasher.finalize().into() };
    transaction.prepare_cached(INSERT_ENTRY)?.execute(params![head.sequence, body, head.hash])?;
    transaction.prepare_cached(INSERT_JOB)?.execute([id])?;
    Ok(())
}

/// The order as it was kept.
fn kept(transaction: &Transaction<'_>, id: [u8; 16]) -> Result<Placed> {
    let line = |row: &Row<'_>| {
        let modifiers: String = row.get(4)?;
        Ok(Line {
            id: Uuid::from_bytes(row.get(0)?),
            product: row.get(1)?,
            quantity: row.get(2)?,
            unit_price: row.get(3)?,
            modifiers: modifiers.split(',').filter(|sku| !sku.is_empty()).map(str::to_owned).collect(),
        })
    };
    let lines = transaction.prepare_cached(LINES)?.query_map([id], line)?.collect::<rusqlite::Result<_>>()?;
    let order = transaction.prepare_cached(ORDER)?.query_row([id], |row| {
        Ok(Placed { id: Uuid::from_bytes(id), number: row.get(0)?, r#type: row.get(1)?, total: row.get(2)?, lines })
    })?;
    Ok(order)
}
