//! `limits-fan-out FILE ADDRESS`: the least a program can do that keeps an order durably and tells every screen.
//!
//! `POST /api/v1/orders` writes the body as one row (WAL, `synchronous=FULL`, one commit an order), then sends it with its
//! id to every WebSocket at `/api/v1/live`. No permissions, no scopes, no catching up: what Comanda's live channel does
//! beyond this is what the rows about screens in `docs/benchmarks.md` show.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use rusqlite::{Connection, params};
use tokio::sync::broadcast;

/// Frames a screen may be behind; it misses what is more.
const BEHIND: usize = 1024;

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
";
const INSERT: &str = "INSERT INTO orders (body) VALUES (?1)";

struct Branch {
    connection: Mutex<Connection>,
    screens: broadcast::Sender<Utf8Bytes>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().context("usage: limits-fan-out FILE ADDRESS")?;
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:0".into());

    let connection = Connection::open(&file).with_context(|| format!("open {file}"))?;
    connection.execute_batch(SCHEMA).context("make the table")?;
    let (screens, _) = broadcast::channel(BEHIND);
    let routes = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/api/v1/orders", post(place))
        .route("/api/v1/live", get(listen))
        .with_state(Arc::new(Branch { connection: Mutex::new(connection), screens }));
    let listener = tokio::net::TcpListener::bind(&address).await.with_context(|| format!("listen on {address}"))?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true))), routes).await?;
    Ok(())
}

async fn place(State(branch): State<Arc<Branch>>, body: Bytes) -> Result<Response, StatusCode> {
    let text = String::from_utf8(body.to_vec()).map_err(|_| StatusCode::BAD_REQUEST)?;
    let kept = {
        let (branch, text) = (Arc::clone(&branch), text.clone());
        tokio::task::spawn_blocking(move || keep(&branch, &text)).await
    };
    let id = kept.ok().and_then(Result::ok).ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
    // Nobody may be listening; the order stays.
    drop(branch.screens.send(format!(r#"{{"id":"{id}","order":{text}}}"#).into()));
    Ok((StatusCode::CREATED, Json(serde_json::json!({ "id": id.to_string() }))).into_response())
}

fn keep(branch: &Branch, text: &str) -> rusqlite::Result<i64> {
    let connection = branch.connection.lock().unwrap_or_else(PoisonError::into_inner);
    connection.prepare_cached(INSERT)?.execute(params![text])?;
    Ok(connection.last_insert_rowid())
}

async fn listen(State(branch): State<Arc<Branch>>, upgrade: WebSocketUpgrade) -> Response {
    let frames = branch.screens.subscribe();
    upgrade.on_upgrade(|socket| tell(socket, frames))
}

async fn tell(mut socket: WebSocket, mut frames: broadcast::Receiver<Utf8Bytes>) {
    while let Ok(frame) = frames.recv().await {
        if socket.send(Message::Text(frame)).await.is_err() {
            return;
        }
    }
}
