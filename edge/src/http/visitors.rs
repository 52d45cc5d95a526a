//! Who may connect: so many at once in all, so many from one address, and nobody who says nothing.
//!
//! Every connection is an open file, of which the system gives a program a number. A tablet gone mad, or a guest on the Wi-Fi,
//! must not take them all: who asks for too many is turned away at once, and some places are kept for addresses that have
//! few, so that a screen can always come back and `/healthz` always answers.
//!
//! Faults: ten thousand connections from one address (`tests/whole_system/crowd.rs`); too few files nevertheless
//! (`tests/whole_system/faults.rs`).

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Sleep;

/// Files kept for everything else: the database, printers, the cloud.
const KEPT_FILES: usize = 256;
/// Connections from one address; a tablet has five or six.
const FROM_ONE: usize = 128;
/// An address with fewer is let in even when it is full,
const FEW: usize = 8;
/// as long as there are no more of those than this.
const FOR_THE_FEW: usize = 128;
/// Fewer would be no branch.
const LEAST: usize = 64;
/// Whoever connected and has said nothing for so long is sent away.
const FIRST_WORD: Duration = Duration::from_secs(15);

/// A listener that keeps the door; those of one branch have their places in one house.
pub struct Visitors {
    listener: TcpListener,
    house: Arc<House>,
}

/// The places there are, wherever visitors come in.
pub struct House {
    most: usize,
    inside: Mutex<Inside>,
}

#[derive(Default)]
struct Inside {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A place in the house; given back when dropped.
struct Place {
    house: Arc<House>,
    address: IpAddr,
}

impl House {
    /// As many as this process may have files open.
    pub fn of_this_process() -> Arc<Self> {
        let files = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
        let files = files.and_then(|files| usize::try_from(files).ok()).unwrap_or(usize::MAX);
        Arc::new(Self::for_files(files))
    }

    fn for_files(files: usize) -> Self {
        Self { most: files.saturating_sub(KEPT_FILES).max(LEAST), inside: Mutex::default() }
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place, if this address may have another.
    fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let mut inside = self.inside();
        let from_there = inside.by_address.get(&address).copied().unwrap_or_default();
        // Programs on this box are the branch's own: a proxy, a benchmark, the doctor.
        let is_ours = matches!(address, IpAddr::V4(Ipv4Addr::LOCALHOST) | IpAddr::V6(Ipv6Addr::LOCALHOST));
        let has_room = inside.all < self.most || (from_there < FEW && inside.all < self.most + FOR_THE_FEW);
        if !has_room || (from_there >= FROM_ONE && !is_ours) {
            return None;
        }
        inside.all += 1;
        *inside.by_address.entry(address).or_default() += 1;
        Some(Place { house: Arc::clone(self), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inside = self.house.inside();
        inside.all -= 1;
        if let Some(from_there) = inside.by_address.get_mut(&self.address) {
            *from_there -= 1;
            if *from_there == 0 {
                inside.by_address.remove(&self.address);
            }
        }
    }
}

impl Visitors {
    /// Those who come to this listener.
    pub const fn of(listener: TcpListener, house: Arc<House>) -> Self {
        Self { listener, house }
    }
}

impl Listener for Visitors {
    type Io = Visitor;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Visitor, SocketAddr) {
        loop {
            let (stream, address) = Listener::accept(&mut self.listener).await;
            let Some(place) = self.house.admit(address.ip()) else {
                tracing::debug!("a connection was turned away: its address has too many, or the house is full");
                continue;
            };
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "a connection goes without TCP_NODELAY");
            }
            let awaited = Some(Box::pin(tokio::time::sleep(FIRST_WORD)));
            return (Visitor { stream, awaited, _place: place }, address);
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection, with its place.
pub struct Visitor {
    stream: TcpStream,
    /// Until it has said its first word.
    awaited: Option<Pin<Box<Sleep>>>,
    _place: Place,
}

impl Visitor {
    /// The first byte it says, which stays to be read; none when it left without a word.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn first_byte(&self) -> io::Result<Option<u8>> {
        let mut first = [0];
        let length = self.stream.peek(&mut first).await?;
        Ok((length > 0).then_some(first[0]))
    }
}

impl AsyncRead for Visitor {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, into);
        if read.is_ready() {
            self.awaited = None;
        } else if let Some(awaited) = &mut self.awaited
            && awaited.as_mut().poll(context).is_ready()
        {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        read
    }
}

impl AsyncWrite for Visitor {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        IpAddr::V4(Ipv4Addr::new(10, 0, 0, last))
    }

    #[test]
    fn one_address_cannot_take_every_place() {
        let house = Arc::new(House::for_files(16_384));
        let mut places: Vec<Place> = (0..FROM_ONE).map(|_| house.admit(address(1)).unwrap()).collect();
        assert!(house.admit(address(1)).is_none());
        assert!(house.admit(address(2)).is_some());
        places.pop();
        assert!(house.admit(address(1)).is_some());
        let ours = IpAddr::V4(Ipv4Addr::LOCALHOST);
        assert_eq!((0..2 * FROM_ONE).map_while(|_| house.admit(ours)).collect::<Vec<_>>().len(), 2 * FROM_ONE);
    }

    #[test]
    fn a_full_house_still_lets_in_who_has_few() {
        let house = Arc::new(House::for_files(KEPT_FILES + LEAST));
        let places: Vec<Place> = (0..LEAST).map(|_| house.admit(address(1)).unwrap()).collect();
        assert!(house.admit(address(1)).is_none());
        let screen: Vec<Place> = (0..2 * FEW).map_while(|_| house.admit(address(2))).collect();
        assert_eq!(screen.len(), FEW);
        drop((places, screen));
        let inside = house.inside();
        assert_eq!((inside.all, inside.by_address.len()), (0, 0));
    }
}
