//! The server: what handlers share, and a loop that stops when told to.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, OnceLock};

use tokio::net::TcpListener;
use tokio::sync::watch;

use super::access::Hosts;
use super::router::router;
use super::trust::Trust;
use super::visitors::Visitors;
use super::whence::Peer;
use crate::beginning::Wish;
use crate::catalog::popular::Popular;
use crate::devices::guesses::Guesses;
use crate::followers::Roll;
use crate::guests::{self, GuestKey, Invitations};
use crate::journal::{DataFolder, Journal};
use crate::live::{Live, Pace};
use crate::logs::Logs;
use crate::printing::board::Board;
use crate::printing::surroundings::Surroundings;
use crate::staff::Access;
use crate::staff::secrets::Pepper;
use crate::sync::Watched;

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
    /// Held while a screen is paired.
    pub pairing_door: Mutex<()>,
    /// Who guesses at pairing codes.
    pub guesses: Guesses,
    /// The hosts answered for.
    pub hosts: Hosts,
    /// Whom on the local network it answers.
    pub trust: Trust,
    /// Where files are.
    pub folder: DataFolder,
    listening: Arc<OnceLock<SocketAddr>>,
    /// What guests follow their orders with.
    pub guests: Invitations,
    /// Held while a backup is made or proved.
    pub backup_door: tokio::sync::Mutex<()>,
    /// What sells most.
    pub popular: Popular,
    /// How sync stands.
    pub sync: Watched,
    /// How every printer is doing.
    pub board: Board,
    /// Which followers failed.
    pub roll: Roll,
    /// The log of this process.
    pub logs: Logs,
    /// What the machine knows of what is around it.
    pub surroundings: Surroundings,
    /// Held while printers are looked for.
    pub looking_around: tokio::sync::Mutex<()>,
    /// Whether it is to begin for real.
    pub wish: Wish,
}

/// Where a branch is served before it is said otherwise.
pub const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// Who is let in at all.
pub struct Door {
    /// The hosts answered for.
    pub hosts: Hosts,
    /// Whom on the local network the branch answers.
    pub trust: Trust,
}

impl Branch {
    /// A branch ready to be served.
    pub fn new(journal: Journal, pepper: Pepper, door: Door, folder: DataFolder, logs: Logs) -> Self {
        Self::made(Pace::default(), journal, pepper, door, folder, logs)
    }

    /// The same without a log, its live channel at this pace.
    pub fn at_pace(pace: Pace, journal: Journal, pepper: Pepper, door: Door, folder: DataFolder) -> Self {
        Self::made(pace, journal, pepper, door, folder, Logs::default())
    }

    fn made(pace: Pace, journal: Journal, pepper: Pepper, door: Door, folder: DataFolder, logs: Logs) -> Self {
        let Door { hosts, trust } = door;
        let guest_key = GuestKey::of(&pepper);
        let (committed, access) = (journal.committed(), Access::new(journal.clone(), guest_key.clone()));
        let (surroundings, listening) = (Surroundings::default(), Arc::<OnceLock<SocketAddr>>::default());
        let guests = Invitations::new(guest_key, surroundings.clone(), Arc::clone(&listening));
        let (pin_door, popular) = (Mutex::default(), Popular::default());
        let (live, sync, board) = (Live::new(journal.clone(), pace), Watched::default(), Board::default());
        let backup_door = tokio::sync::Mutex::default();
        Self(Arc::new(Shared {
            journal,
            committed,
            access,
            live,
            pepper,
            pin_door,
            pairing_door: Mutex::default(),
            guesses: Guesses::default(),
            hosts,
            trust,
            folder,
            listening,
            guests,
            backup_door,
            popular,
            sync,
            board,
            roll: Roll::default(),
            logs,
            surroundings,
            looking_around: tokio::sync::Mutex::default(),
            wish: Wish::default(),
        }))
    }
}

impl Shared {
    /// Where it is served; the default port before it is.
    pub fn listen(&self) -> SocketAddr {
        self.listening.get().copied().unwrap_or(DEFAULT_ADDRESS)
    }

    /// Where screens find it: with this machine's own addresses, where it listens at all of them.
    pub fn addresses(&self) -> Vec<String> {
        guests::addresses(&self.listening, &self.surroundings)
    }

    fn listens_at(&self, address: SocketAddr) {
        self.listening.get_or_init(|| address);
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
    branch.listens_at(listener.local_addr()?);
    let live = branch.live.clone();
    let (roll, followed) = (branch.roll.clone(), live.clone());
    let follower = tokio::spawn(async move {
        let follow = |failures| followed.clone().follow_again(failures);
        roll.keep_task("live", follow).await;
    });
    let service = router(branch).into_make_service_with_connect_info::<Peer>();
    let telling_screens = live.clone();
    let stop = async move {
        stop.await;
        telling_screens.stop();
    };
    let served = axum::serve(Visitors::of(listener), service).with_graceful_shutdown(stop).await;
    live.emptied().await;
    follower.abort();
    served
}
