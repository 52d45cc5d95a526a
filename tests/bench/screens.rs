//! Orders at rush pace with screens listening: how long until the last of them has the order's frame.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use comanda_tests::menu;
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::{oneshot, watch};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::load::{self, Sent};
use crate::server::Server;

/// Until every screen has every order, after the last was sent.
const PATIENCE: Duration = Duration::from_secs(10);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;
/// When a screen got the frame of each order, by the order's id.
type Arrivals = Vec<(String, Instant)>;

/// Sends orders at [`load::PACE`] for `time` while `screens` listen; for each order, from before its POST until the last screen
/// has its frame. Sorted.
pub fn last_of_all(server: &Server, screens: usize, time: Duration) -> Result<Vec<Duration>> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("a runtime for screens")?;
    let (wanted, finished) = watch::channel(None);
    let (listening, all_listen) = oneshot::channel();
    let (address, token, hello) = (server.address()?, server.token().to_owned(), hello(server)?);
    let crowd =
        std::thread::spawn(move || runtime.block_on(listen(address, token, hello, screens, listening, finished)));
    all_listen.blocking_recv().context("the screens could not listen")?;
    let sent = load::at_pace(server, time)?;
    wanted.send(Some(sent.len())).context("the screens are gone")?;
    let arrivals = crowd.join().map_err(|_| anyhow!("the screens panicked"))??;
    let mut times = Vec::with_capacity(sent.len());
    for Sent { order, at, .. } in &sent {
        let last = arrivals.iter().map(|screen| screen.get(order)).collect::<Option<Vec<_>>>();
        let last = last.with_context(|| format!("a screen never got order {order}"))?.into_iter().max();
        times.push(last.context("nobody listened")?.saturating_duration_since(*at));
    }
    times.sort_unstable();
    Ok(times)
}

/// What Comanda is told first: which station the screen shows. The minimal program shows everything to everybody.
fn hello(server: &Server) -> Result<Option<String>> {
    if matches!(server, Server::Minimal(_)) {
        return Ok(None);
    }
    let stations = server.client().get("/api/v1/stations")?.json()?;
    let grill = stations["items"].as_array().into_iter().flatten().find(|station| station["key"] == menu::GRILL);
    let id = grill.and_then(|station| station["id"].as_str()).context("the menu has no grill")?;
    let scopes = [format!("station:{id}")];
    let hello = serde_json::json!({"type": "hello", "screen": "kitchen", "scopes": scopes, "journal_id": null,
        "last_sequence": null, "ui_version": "bench"});
    Ok(Some(hello.to_string()))
}

async fn listen(
    address: SocketAddr,
    token: String,
    hello: Option<String>,
    screens: usize,
    listening: oneshot::Sender<()>,
    finished: watch::Receiver<Option<usize>>,
) -> Result<Vec<HashMap<String, Instant>>> {
    let mut tasks = Vec::with_capacity(screens);
    for _ in 0..screens {
        let socket = open(address, &token, hello.as_deref()).await?;
        tasks.push(tokio::spawn(collect(socket, finished.clone())));
    }
    ensure!(listening.send(()).is_ok(), "nobody waits for the screens");
    let mut arrivals = Vec::with_capacity(screens);
    for task in tasks {
        arrivals.push(task.await.context("a screen panicked")?.into_iter().collect());
    }
    Ok(arrivals)
}

/// A screen that listens: its first picture is there.
async fn open(address: SocketAddr, token: &str, hello: Option<&str>) -> Result<Socket> {
    let mut request = format!("ws://{address}/api/v1/live").into_client_request().context("the address of screens")?;
    let bearer = HeaderValue::from_str(&format!("Bearer {token}")).context("a token is a header")?;
    request.headers_mut().insert("authorization", bearer);
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.context("connect a screen")?;
    if let Some(hello) = hello {
        socket.send(hello.to_owned().into()).await.context("say hello")?;
        while !next(&mut socket).await?.contains(r#""type":"beat""#) {}
    }
    Ok(socket)
}

async fn next(socket: &mut Socket) -> Result<String> {
    let frame = tokio::time::timeout(PATIENCE, socket.next()).await.context("a screen hears nothing")?;
    let frame = frame.context("the channel ended")?.context("the channel broke")?;
    Ok(frame.into_text().context("a frame that is not text")?.to_string())
}

/// Frames until as many orders were seen as were sent.
async fn collect(mut socket: Socket, mut finished: watch::Receiver<Option<usize>>) -> Arrivals {
    let mut arrivals = Arrivals::new();
    loop {
        let wanted = *finished.borrow_and_update();
        if wanted.is_some_and(|wanted| arrivals.len() >= wanted) {
            return arrivals;
        }
        tokio::select! {
            frame = next(&mut socket) => match frame {
                Ok(frame) => arrivals.extend(order_of(&frame).map(|order| (order.to_owned(), Instant::now()))),
                Err(_) => return arrivals,
            },
            changed = finished.changed() => if changed.is_err() { return arrivals },
        }
    }
}

/// The order a frame begins with; looked for as text, for fifty screens would spend their time on reading JSON. Alerts have
/// an id, too: the printers of this run refuse.
fn order_of(frame: &str) -> Option<&str> {
    if frame.contains(r#""name":"alert""#) {
        return None;
    }
    frame.split_once(r#""id":""#)?.1.split('"').next()
}
