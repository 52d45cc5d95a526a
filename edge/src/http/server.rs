//! The server: what handlers share, and a loop that stops when told to.

use std::io;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::access::Hosts;
use super::guest_router::guest_router;
use super::router::router;
use super::throng::Throng;
use super::trust::Trust;
use super::visitors::{House, Visitors};
use super::whence::Peer;
use super::whereabouts::{ServedAt, Taken, Whereabouts};
use crate::beginning::Wish;
use crate::catalog::popular::Popular;
use crate::devices::guesses::Guesses;
use crate::followers::Roll;
use crate::guests::{GuestKey, Invitations};
use crate::journal::{DataFolder, Journal};
use crate::live::{Live, Pace};
use crate::logs::Logs;
use crate::printing::board::Board;
use crate::printing::surroundings::Surroundings;
use crate::staff::Access;
use crate::staff::pin_door::PinDoor;
use crate::staff::secrets::Pepper;
use crate::sync::Watched;
use crate::tls::certificates::Certificates;
use crate::tls::listener::TlsVisitors;
use crate::tls::{TlsError, keeper};

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
    /// Through which PINs go, one at a time.
    pub pin_door: PinDoor,
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
    /// Where it is found.
    pub whereabouts: Whereabouts,
    /// What it shows over HTTPS.
    pub certificates: Certificates,
    /// What guests follow their orders with.
    pub guests: Invitations,
    /// How much guests ask at their door.
    pub throng: Throng,
    /// Held while a photo is made smaller.
    pub picture_door: tokio::sync::Mutex<()>,
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

/// The sockets it is served at.
pub struct Listeners {
    /// Over HTTP.
    pub plain: Vec<TcpListener>,
    /// Over HTTPS.
    pub encrypted: Vec<TcpListener>,
    /// For guests, over HTTP: the menu and their own order.
    pub guests: Vec<TcpListener>,
    /// Where there is none.
    pub taken: Taken,
}

impl Listeners {
    /// Where they are.
    ///
    /// # Errors
    /// When a socket does not say.
    pub fn places(&self) -> io::Result<ServedAt> {
        let at =
            |listeners: &[TcpListener]| listeners.iter().map(TcpListener::local_addr).collect::<io::Result<Vec<_>>>();
        let (plain, encrypted, guests) = (at(&self.plain)?, at(&self.encrypted)?, at(&self.guests)?);
        Ok(ServedAt { plain, encrypted, guests, taken: self.taken.clone() })
    }
}

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
        let surroundings = Surroundings::default();
        let whereabouts = Whereabouts::around(surroundings.clone());
        let guests = Invitations::new(guest_key, whereabouts.clone());
        let (pin_door, popular) = (PinDoor::default(), Popular::default());
        let (live, sync, board) = (Live::new(journal.clone(), pace), Watched::default(), Board::default());
        let backup_door = tokio::sync::Mutex::default();
        let certificates = Certificates::new(folder.clone(), hosts.names().to_vec());
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
            whereabouts,
            certificates,
            guests,
            throng: Throng::default(),
            picture_door: tokio::sync::Mutex::default(),
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
    /// Where screens find it: with this machine's own addresses, where it listens at all of them.
    pub fn addresses(&self) -> Vec<String> {
        self.whereabouts.addresses()
    }

    /// Sees to it that what is shown over HTTPS is for the addresses there are now.
    ///
    /// # Errors
    /// [`TlsError`]; what was shown before is shown on.
    pub fn keep_certificates(&self) -> Result<(), TlsError> {
        self.certificates.keep_up(&self.whereabouts.certified(), self.journal.environment().clock.now())
    }
}

/// Serves until `stop` resolves, then finishes what has begun and tells the screens.
///
/// # Errors
/// When a listener fails, or no certificate can be made for HTTPS.
pub async fn serve(
    listeners: Listeners,
    branch: Branch,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    branch.whereabouts.serve_at(listeners.places()?);
    let Listeners { plain, encrypted, guests, .. } = listeners;
    let live = branch.live.clone();
    let (roll, followed) = (branch.roll.clone(), live.clone());
    let mut followers = vec![tokio::spawn(async move {
        let follow = |failures| followed.clone().follow_again(failures);
        roll.keep_task("live", follow).await;
    })];
    let (house, service) = (House::of_this_process(), router(branch.clone()));
    let service = service.into_make_service_with_connect_info::<Peer>();
    let (stopped, stopping) = watch::channel(false);
    let stopping = || {
        let mut stopping = stopping.clone();
        // Whoever would say it is gone: that is a stop as well.
        async move { drop(stopping.wait_for(|is_stopping| *is_stopping).await) }
    };
    let mut serving: JoinSet<io::Result<()>> = JoinSet::new();
    for listener in plain {
        let visitors = Visitors::of(listener, Arc::clone(&house));
        serving.spawn(axum::serve(visitors, service.clone()).with_graceful_shutdown(stopping()).into_future());
    }
    let for_guests = guest_router(branch.clone()).into_make_service_with_connect_info::<Peer>();
    for listener in guests {
        let visitors = Visitors::of(listener, Arc::clone(&house));
        serving.spawn(axum::serve(visitors, for_guests.clone()).with_graceful_shutdown(stopping()).into_future());
    }
    if !encrypted.is_empty() {
        followers.push(keeper::keep(&branch).await);
        let configuration = branch.certificates.configuration().map_err(io::Error::other)?;
        for listener in encrypted {
            let visitors = Visitors::of(listener, Arc::clone(&house));
            let visitors = TlsVisitors::of(visitors, Arc::clone(&configuration), branch.hosts.clone())?;
            serving.spawn(axum::serve(visitors, service.clone()).with_graceful_shutdown(stopping()).into_future());
        }
    }
    let telling_screens = live.clone();
    followers.push(tokio::spawn(async move {
        stop.await;
        telling_screens.stop();
        // Nobody waits for it when every listener has failed already.
        let _ = stopped.send(true);
    }));
    let mut served = Ok(());
    while let (Ok(()), Some(ended)) = (&served, serving.join_next().await) {
        served = ended.map_err(io::Error::other).flatten();
    }
    live.emptied().await;
    followers.iter().for_each(tokio::task::JoinHandle::abort);
    served
}
