//! The server: what handlers share, and a loop that stops when told to.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::access::Hosts;
use super::router::router;
use crate::catalog::popular::Popular;
use crate::journal::{DataFolder, Journal};
use crate::live::{Live, Pace};
use crate::printing::board::Board;
use crate::staff::Access;
use crate::staff::secrets::Pepper;

/// What every handler is given: one shared thing, for it is cloned several times a request.
#[derive(Clone)]
pub struct Branch(Arc<Shared>);

impl std::ops::Deref for Branch {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// What handlers share.
pub struct Shared {
    /// The branch's journal.
    pub journal: Journal,
    /// How far it has come.
    pub committed: watch::Receiver<u64>,
    /// Who is asking.
    pub access: Access,
    /// What every screen listens to.
    pub live: Live,
    /// The key of PINs.
    pub pepper: Pepper,
    /// Held while a PIN is checked.
    pub pin_door: Mutex<()>,
    /// The hosts answered for.
    pub hosts: Hosts,
    /// Where files are.
    pub folder: DataFolder,
    /// What sells most.
    pub popular: Popular,
    /// How every printer is doing.
    pub board: Board,
}

impl Branch {
    /// A branch ready to be served.
    pub fn new(journal: Journal, pepper: Pepper, hosts: Hosts, folder: DataFolder) -> Self {
        Self::at_pace(Pace::default(), journal, pepper, hosts, folder)
    }

    /// The same, its live channel at this pace.
    pub fn at_pace(pace: Pace, journal: Journal, pepper: Pepper, hosts: Hosts, folder: DataFolder) -> Self {
        let (committed, access) = (journal.committed(), Access::new(journal.clone()));
        let (pin_door, popular) = (Mutex::default(), Popular::default());
        let live = Live::new(journal.clone(), pace);
        let board = Board::default();
        Self(Arc::new(Shared { journal, committed, access, live, pepper, pin_door, hosts, folder, popular, board }))
    }
}

/// Serves until `stop` resolves, then finishes what has begun and tells the screens.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    branch: Branch,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    use axum::serve::ListenerExt;
    let live = branch.live.clone();
    let follower = tokio::spawn(live.clone().follow());
    let service = router(branch).into_make_service_with_connect_info::<SocketAddr>();
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection goes without TCP_NODELAY");
        }
    });
    let telling_screens = live.clone();
    let stop = async move {
        stop.await;
        telling_screens.stop();
    };
    let served = axum::serve(listener, service).with_graceful_shutdown(stop).await;
    live.emptied().await;
    follower.abort();
    served
}
