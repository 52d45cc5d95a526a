//! Serving: HTTP and the line to the broker, until SIGTERM or Ctrl-C.

use std::io::Write;

use anyhow::{Context, Result, ensure};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::arguments::ServeOptions;
use super::{authority, connect};
use crate::devices;
use crate::http::{self, Server};
use crate::ingest::line::{self, Broker};

/// Serves until told to stop.
///
/// # Errors
/// When the database, the keys or the address cannot be used.
pub async fn serve(options: ServeOptions) -> Result<()> {
    let filter = options.log.parse().unwrap_or_else(|_| Targets::new().with_default(tracing::Level::INFO));
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    tracing_subscriber::registry().with(filter).with(log).init();
    // Two of the crates beside ours would choose otherwise.
    let _ = rustls::crypto::ring::default_provider().install_default();

    let database = connect(&options.connection).await?;
    ensure!(options.box_certificates.is_positive(), "boxes' certificates must be good for some time");
    let authority = authority(&options.keys).with_life_of_boxes(options.box_certificates);
    let (host, port) = options.broker.rsplit_once(':').context("the broker is given as HOST:PORT")?;
    let port = port.parse().context("the broker is given as HOST:PORT")?;
    let broker = Broker { host: host.to_owned(), port, authority: authority.clone(), most_shards: options.most_shards };
    let listener = TcpListener::bind(options.listen).await;
    let listener = listener.with_context(|| format!("could not listen on {}", options.listen))?;
    let boxes = TcpListener::bind(options.listen_boxes).await;
    let boxes = boxes.with_context(|| format!("could not listen for boxes on {}", options.listen_boxes))?;
    let documents = options.documents_for_branches.unwrap_or_else(|| {
        let port = options.listen_boxes.port();
        format!("https://{}:{port}", host_of(options.broker_for_branches.as_deref().unwrap_or(&options.broker)))
    });
    let place = listener.local_addr()?;
    if let Err(error) = writeln!(std::io::stdout(), "listening on http://{place}") {
        tracing::warn!(%error, %place, "nobody reads where this is served; it is served all the same");
    }

    let broker_for_branches = options.broker_for_branches.unwrap_or_else(|| options.broker.clone());
    let server = Server {
        database: database.clone(),
        authority: authority.clone(),
        broker_for_branches,
        documents: documents.clone(),
    };
    let (mut terminated, mut interrupted) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let stop = async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
        tracing::info!("stopping");
    };
    tokio::select! {
        served = http::serve(listener, server.clone(), stop) => served.context("the server failed"),
        served = devices::serve(boxes, &authority, server) => served.context("the door for boxes failed"),
        line = line::work(database, options.connection.database, broker, documents) => line,
    }
}

/// Boxes reach the broker by this name, and so this program.
fn host_of(broker: &str) -> &str {
    broker.rsplit_once(':').map_or(broker, |(host, _)| host)
}
