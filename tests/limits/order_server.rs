//! `limits-order-server FILE ADDRESS`: the least a program can do that keeps four-line orders durably.
//!
//! One writer thread with group commit: whoever waits when it comes around shares one transaction and one flush. WAL,
//! `synchronous=FULL`. Per order: the order, its lines, one journal row chained by BLAKE3, one print job. No permissions,
//! no idempotency, no kitchen: what Comanda does beyond this is what the ratio in `docs/benchmarks.md` shows.

use std::collections::VecDeque;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use comanda_tests::menu;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};

/// Orders that may wait for the writer; more are told to come again.
const QUEUE: usize = 1024;
/// Orders in one transaction, at most.
const BATCH: usize = 512;

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS orders (
        id INTEGER PRIMARY KEY, number TEXT NOT NULL, type TEXT NOT NULL, total INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS order_lines (
        id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL, product TEXT NOT NULL, quantity INTEGER NOT NULL,
        unit_price INTEGER NOT NULL, modifiers TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS journal (
        sequence INTEGER PRIMARY KEY, body BLOB NOT NULL, hash BLOB NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS print_jobs (
        id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL, status TEXT NOT NULL
    ) STRICT;
";
const HEAD: &str = "SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1";
const INSERT_ORDER: &str = "INSERT INTO orders (number, type, total) VALUES (?1, ?2, ?3)";
const INSERT_LINE: &str =
    "INSERT INTO order_lines (order_id, product, quantity, unit_price, modifiers) VALUES (?1, ?2, ?3, ?4, ?5)";
const INSERT_ENTRY: &str = "INSERT INTO journal (sequence, body, hash) VALUES (?1, ?2, ?3)";
const INSERT_JOB: &str = "INSERT INTO print_jobs (order_id, status) VALUES (?1, 'queued')";

#[derive(Deserialize, Serialize)]
struct NewOrder {
    r#type: String,
    lines: Vec<NewLine>,
}

#[derive(Deserialize, Serialize)]
struct NewLine {
    product: String,
    quantity: i64,
    modifiers: Vec<String>,
}

#[derive(Serialize)]
struct Placed {
    id: i64,
    number: String,
    total: i64,
}

/// What the journal keeps of an order.
#[derive(Serialize)]
struct Entry<'a> {
    kind: &'static str,
    number: &'a str,
    total: i64,
    order: &'a NewOrder,
}

struct Request {
    order: NewOrder,
    prices: Vec<i64>,
    answer: oneshot::Sender<Placed>,
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
        if let Err(error) = (Writer { connection, inbox }).run() {
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
    Json(order): Json<NewOrder>,
) -> Result<(StatusCode, Json<Placed>), StatusCode> {
    let prices: Option<Vec<_>> = order.lines.iter().map(unit_price).collect();
    let prices = prices.ok_or(StatusCode::UNPROCESSABLE_ENTITY)?;
    let (answer, placed) = oneshot::channel();
    requests.try_send(Request { order, prices, answer }).map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let placed = placed.await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok((StatusCode::CREATED, Json(placed)))
}

fn unit_price(line: &NewLine) -> Option<i64> {
    let skus = std::iter::once(&line.product).chain(&line.modifiers);
    skus.map(|sku| menu::price_of(sku)).sum()
}

struct Writer {
    connection: Connection,
    inbox: mpsc::Receiver<Request>,
}

impl Writer {
    fn run(mut self) -> Result<()> {
        let mut head = self.head()?;
        let mut waiting = VecDeque::with_capacity(BATCH);
        while let Some(first) = self.inbox.blocking_recv() {
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut next = Some(first);
            while let Some(request) = next {
                let placed = keep(&transaction, &mut head, &request)?;
                waiting.push_back((request.answer, placed));
                next = if waiting.len() < BATCH { self.inbox.try_recv().ok() } else { None };
            }
            transaction.commit().context("commit")?;
            for (answer, placed) in waiting.drain(..) {
                // Whoever asked may have gone; the order stays.
                drop(answer.send(placed));
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

fn keep(transaction: &Transaction<'_>, head: &mut Head, request: &Request) -> Result<Placed> {
    let Request { order, prices, .. } = request;
    let total = order.lines.iter().zip(prices).map(|(line, price)| line.quantity * price).sum();
    let number = format!("L-{:04}", head.sequence + 1);
    transaction.prepare_cached(INSERT_ORDER)?.execute(params![number, order.r#type, total])?;
    let id = transaction.last_insert_rowid();
    let mut insert_line = transaction.prepare_cached(INSERT_LINE)?;
    for (line, price) in order.lines.iter().zip(prices) {
        insert_line.execute(params![id, line.product, line.quantity, price, line.modifiers.join(",")])?;
    }

    let body = serde_json::to_vec(&Entry { kind: "OrderPlaced", number: &number, total, order })?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&head.hash).update(&body);
    *head = Head { sequence: head.sequence + 1, hash: hasher.finalize().into() };
    transaction.prepare_cached(INSERT_ENTRY)?.execute(params![head.sequence, body, head.hash])?;
    transaction.prepare_cached(INSERT_JOB)?.execute([id])?;
    Ok(Placed { id, number, total })
}
