//! A hundred screens, and their branch loses its power: all are back at once, each with what it missed and no more.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use comanda_tests::branch::Branch;
use comanda_tests::client::idempotency_key;
use comanda_tests::menu;
use futures_util::future::join_all;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

const SCREENS: usize = 100;
/// Asked of a release build is 1 s; this one is a debug build beside other tests.
const LONGEST: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(20);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn next(socket: &mut Socket) -> Value {
    let frame = tokio::time::timeout(PATIENCE, socket.next()).await.unwrap().unwrap().unwrap();
    serde_json::from_str(frame.to_text().unwrap()).unwrap_or(Value::Null)
}

/// Says hello, and gives what the branch answers until it beats.
async fn join(address: SocketAddr, token: &str, hello: &Value) -> (Socket, Vec<Value>) {
    let mut request = format!("ws://{address}/api/v1/live").into_client_request().unwrap();
    request.headers_mut().insert("authorization", HeaderValue::from_str(&format!("Bearer {token}")).unwrap());
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    socket.send(hello.to_string().into()).await.unwrap();
    let mut frames = Vec::new();
    loop {
        let frame = next(&mut socket).await;
        let is_whole = frame["type"] == "beat";
        frames.push(frame);
        if is_whole {
            return (socket, frames);
        }
    }
}

#[test]
fn a_hundred_screens_are_back_at_once_after_a_power_cut_with_what_they_missed_and_no_more() {
    let mut branch = Branch::open(&menu::catalog(), &[]).unwrap();
    let token = branch.daemon.create_token("cashier").unwrap();
    let stations = branch.client().get("/api/v1/stations").unwrap().json().unwrap();
    let grill = stations["items"].as_array().unwrap().iter().find(|station| station["key"] == menu::GRILL).unwrap();
    let scope = format!("station:{}", grill["id"].as_str().unwrap());
    let mut hello = json!({"type": "hello", "screen": "kitchen", "scopes": [scope], "journal_id": null,
        "last_sequence": null, "ui_version": "test"});
    let sell = |branch: &Branch, number| {
        let sold = branch.client().post("/api/v1/orders", &idempotency_key(1, number), &menu::four_dishes()).unwrap();
        assert_eq!(sold.status, 201, "{sold}");
        sold.json().unwrap()["id"].clone()
    };
    for number in 0..20 {
        sell(&branch, number);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let address = branch.daemon.address();
    let standing = runtime.block_on(join_all((0..SCREENS).map(|_| join(address, &token, &hello))));
    let (_, first) = &standing[0];
    hello["journal_id"] = first[0]["journal_id"].clone();
    hello["last_sequence"] = first.last().unwrap()["sequence"].clone();

    branch.daemon.kill().unwrap();
    branch.daemon.start().unwrap();
    let listens = Instant::now();
    let missed = sell(&branch, 20);
    // All at the same moment, which is worse than what screens do: theirs is a random one.
    let mut back = runtime.block_on(join_all((0..SCREENS).map(|_| join(address, &token, &hello))));
    let took = listens.elapsed();
    println!("{SCREENS} screens were back {took:?} after the branch listened");
    assert!(took < LONGEST, "{SCREENS} screens were back after {took:?}");
    for (_, frames) in &back {
        assert_eq!(frames[0]["how"], "resume", "{frames:?}");
        let told: Vec<&Value> = frames.iter().filter(|frame| frame["type"] == "message").collect();
        assert_eq!(told.iter().filter(|frame| frame["name"] == "card").count(), 1, "{told:?}");
        assert!(told.iter().any(|frame| frame["id"] == missed), "{told:?}");
    }

    let after = sell(&branch, 21);
    runtime.block_on(async {
        for (socket, _) in &mut back {
            while next(socket).await["id"] != after {}
        }
    });
}
