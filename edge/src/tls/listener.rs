//! Who connects over HTTPS: the same visitors with the same places, once they have shaken hands. Handshakes happen beside the
//! listening and beside each other, each with a deadline, so that those who dawdle hold nobody up; how many there can be is said by
//! their places, few of which are one address's.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use rustls::ServerConfig;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::plain;
use crate::http::access::Hosts;
use crate::http::visitors::{Visitor, Visitors};
use crate::http::whence::Peer;

const HANDSHAKE: Duration = Duration::from_secs(10);
/// What every handshake begins with (RFC 8446, 5.1); no line of HTTP does.
const TLS_HANDSHAKE: u8 = 0x16;

/// A listener that gives those who have shaken hands.
pub struct TlsVisitors {
    ready: mpsc::Receiver<(TlsStream<Visitor>, SocketAddr)>,
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl TlsVisitors {
    /// Begins to let these in, encrypted so; who speaks plain HTTP is sent to the hosts that are ours.
    ///
    /// # Errors
    /// When the address it listens at cannot be told.
    pub fn of(visitors: Visitors, configuration: Arc<ServerConfig>, hosts: Hosts) -> io::Result<Self> {
        let address = visitors.local_addr()?;
        let (done, ready) = mpsc::channel(16);
        let accepting = tokio::spawn(accept(visitors, TlsAcceptor::from(configuration), Arc::new(hosts), done));
        Ok(Self { ready, address, accepting })
    }
}

impl Drop for TlsVisitors {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(
    mut visitors: Visitors,
    acceptor: TlsAcceptor,
    hosts: Arc<Hosts>,
    done: mpsc::Sender<(TlsStream<Visitor>, SocketAddr)>,
) {
    loop {
        let (visitor, from) = visitors.accept().await;
        let (acceptor, hosts, done) = (acceptor.clone(), Arc::clone(&hosts), done.clone());
        tokio::spawn(async move {
            let shaken = tokio::time::timeout(HANDSHAKE, shake(visitor, &acceptor, &hosts)).await;
            match shaken {
                // Nobody is there any more when the server stops.
                Ok(Ok(Some(stream))) => drop(done.send((stream, from)).await),
                Ok(Ok(None)) => {}
                Ok(Err(error)) => {
                    tracing::debug!(%error, "a handshake failed: a tablet without our authority, perhaps")
                }
                Err(_) => tracing::debug!("a handshake was not finished in time"),
            }
        });
    }
}

/// Whoever has shaken hands; none when it was plain HTTP, which was answered.
async fn shake(visitor: Visitor, acceptor: &TlsAcceptor, hosts: &Hosts) -> io::Result<Option<TlsStream<Visitor>>> {
    if visitor.first_byte().await? == Some(TLS_HANDSHAKE) {
        return acceptor.accept(visitor).await.map(Some);
    }
    plain::answer(visitor, hosts).await?;
    Ok(None)
}

impl Listener for TlsVisitors {
    type Io = TlsStream<Visitor>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(accepted) => accepted,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

impl Connected<IncomingStream<'_, TlsVisitors>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsVisitors>) -> Self {
        Self { address: stream.remote_addr().ip(), is_encrypted: true }
    }
}
