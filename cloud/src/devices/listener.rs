//! TLS for boxes: handshakes happen beside the listening, each with a deadline, so that one that dawdles holds nobody up.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use comanda_shared::ids::BranchId;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::enrolment::authority::Authority;

const HANDSHAKE: Duration = Duration::from_secs(10);
/// Handshakes at once.
const HANDSHAKES: usize = 256;

/// A listener that lets boxes in whose certificate is the authority's.
pub struct BoxesListener {
    ready: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
}

impl BoxesListener {
    /// Begins to listen.
    ///
    /// # Errors
    /// When the keys cannot be read: `comanda-cloud prepare` makes those that are missing.
    pub fn new(listener: TcpListener, authority: &Authority) -> Result<Self> {
        let address = listener.local_addr().context("where boxes are listened for")?;
        let acceptor = TlsAcceptor::from(Arc::new(configuration(authority)?));
        let (done, ready) = mpsc::channel(16);
        tokio::spawn(accept(listener, acceptor, done));
        Ok(Self { ready, address })
    }
}

async fn accept(listener: TcpListener, acceptor: TlsAcceptor, done: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>) {
    let room = Arc::new(Semaphore::new(HANDSHAKES));
    while !done.is_closed() {
        let Ok(turn) = Arc::clone(&room).acquire_owned().await else { return };
        let (stream, from) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a box could not be let in");
                tokio::time::sleep(Duration::from_millis(200)).await;
                continue;
            }
        };
        let (acceptor, done) = (acceptor.clone(), done.clone());
        tokio::spawn(async move {
            let _turn = turn;
            match tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                // Nobody is there any more when the server stops.
                Ok(Ok(stream)) => drop(done.send((stream, from)).await),
                Ok(Err(error)) => tracing::debug!(%from, %error, "somebody without a certificate of ours"),
                Err(_) => tracing::debug!(%from, "a handshake was not finished in time"),
            }
        });
    }
}

fn configuration(authority: &Authority) -> Result<ServerConfig> {
    let prepared = "was `comanda-cloud prepare` run?";
    let read = |name: &str| {
        let path = authority.file(name);
        CertificateDer::from_pem_file(&path).with_context(|| format!("read {}: {prepared}", path.display()))
    };
    let mut roots = RootCertStore::empty();
    roots.add(read("authority.pem")?).context("the authority's certificate is none")?;
    let path = authority.file("devices.key.pem");
    let key = PrivateKeyDer::from_pem_file(&path).with_context(|| format!("read {}: {prepared}", path.display()))?;
    let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build().context("nobody could be known by name")?;
    let configuration = ServerConfig::builder().with_client_cert_verifier(verifier);
    configuration.with_single_cert(vec![read("devices.pem")?], key).context("the certificate for boxes is none")
}

impl Listener for BoxesListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(accepted) => accepted,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        Ok(self.address)
    }
}

/// Who is at the other end, as its certificate says.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    /// The branch; none when the certificate is not a box's.
    pub branch: Option<BranchId>,
}

impl Connected<IncomingStream<'_, BoxesListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, BoxesListener>) -> Self {
        let (_, session) = stream.io().get_ref();
        let certificate = session.peer_certificates().and_then(|chain| chain.first());
        Self { branch: certificate.and_then(|certificate| branch_of(certificate)) }
    }
}

/// The branch in the common name of a certificate whose signature was checked with the handshake.
fn branch_of(certificate: &[u8]) -> Option<BranchId> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let name = certificate.subject().iter_common_name().next()?.as_str().ok()?;
    name.parse().ok()
}
