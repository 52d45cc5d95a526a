//! Serving: HTTP and the line to the broker, until SIGTERM or Ctrl-C.

use std::io::Write;

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::arguments::ServeOptions;
use super::{authority, connect};
use crate::http::{self, Server};
use crate::ingest::line::{self, Broker};

/// Serves until told to stop.
///
/// # Errors
/// When the database, the keys or the address cannot be used.
pub async fn serve(options: ServeOptions) -> Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(&options.log).unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
    // Two of the crates beside ours would choose otherwise.
    let _ = rustls::crypto::ring::default_provider().install_default();

    let database = connect(&options.connection).await?;
    let authority = authority(&options.keys);
    let (host, port) = options.broker.rsplit_once(':').context("the broker is given as HOST:PORT")?;
    let port = port.parse().context("the broker is given as HOST:PORT")?;
    let broker = Broker { host: host.to_owned(), port, authority: authority.clone() };
    let listener = TcpListener::bind(options.listen).await;
    let listener = listener.with_context(|| format!("could not listen on {}", options.listen))?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "listening on http://{}", listener.local_addr()?)?;
    stdout.flush()?;

    let broker_for_branches = options.broker_for_branches.unwrap_or_else(|| options.broker.clone());
    let server = Server { database: database.clone(), authority, broker_for_branches };
    let (mut terminated, mut interrupted) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let stop = async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
        tracing::info!("stopping");
    };
    tokio::select! {
        served = http::serve(listener, server, stop) => served.context("the server failed"),
        line = line::work(database, options.connection.database, broker) => line,
    }
}
