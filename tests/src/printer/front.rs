//! How an emulated printer is reached: a TCP port of this machine, or a pseudo-terminal as a serial line.

use std::fs::File;
use std::io::{ErrorKind, Read, Result as IoResult, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use socket2::{Domain, SockRef, Socket, Type};

/// How often a waiting printer looks whether its conduct was changed.
pub(super) const GLANCE: Duration = Duration::from_millis(10);

/// The way in.
pub(super) enum Front {
    /// One session prints, the others wait in the backlog.
    Network {
        /// Where, for as long as the printer is there.
        address: SocketAddr,
        /// None while it is off.
        listener: Option<TcpListener>,
        /// What stands in its place meanwhile.
        dark: Vec<Socket>,
    },
    /// The printer's end of a serial line.
    Line(File),
}

/// What was begun by somebody who prints; a serial line is one session that never ends.
pub(super) enum Session {
    Network(TcpStream),
    Line(File),
}

impl Front {
    /// A port below the range from which clients get theirs: nobody takes it while the printer is off.
    pub(super) fn network() -> Result<(Self, String)> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, crate::port::free()?));
        let listener = bind(address).and_then(listening).with_context(|| format!("listen on {address}"))?;
        let front = Self::Network { address, listener: Some(listener), dark: Vec::new() };
        Ok((front, format!("tcp://{address}")))
    }

    pub(super) fn line() -> Result<(Self, String)> {
        let printer = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).context("open a pseudo-terminal")?;
        grantpt(&printer)?;
        unlockpt(&printer)?;
        let path: PathBuf = ptsname(&printer, Vec::new())?.into_string()?.into();
        Ok((Self::Line(File::from(printer)), format!("serial:{}?baud=115200&flow=none", path.display())))
    }

    /// The next session, if one comes within a glance.
    pub(super) fn accept(&self) -> Option<Session> {
        match self {
            Self::Network { listener, .. } => {
                let (session, _) = listener.as_ref()?.accept().ok()?;
                session.set_read_timeout(Some(GLANCE)).and_then(|()| session.set_nodelay(true)).ok()?;
                Some(Session::Network(session))
            }
            Self::Line(line) => line.try_clone().ok().map(Session::Line),
        }
    }

    /// Switched off: who connects is refused. A bound socket that does not listen keeps the port for us.
    pub(super) fn refuse(&mut self) {
        if let Self::Network { address, listener, dark } = self {
            drop(listener.take());
            dark.extend(bind(*address));
        }
    }

    /// Its cable is pulled: who connects hears nothing at all. Linux drops what would connect to a full backlog.
    pub(super) fn vanish(&mut self) {
        let Self::Network { address, listener, dark } = self else { return };
        drop(listener.take());
        let hole = bind(*address).and_then(|socket| socket.listen(0).map(|()| socket));
        dark.extend(hole);
        for _ in 0..4 {
            let filler = Socket::new(Domain::IPV4, Type::STREAM, None);
            let filled = filler.and_then(|filler| {
                filler.connect_timeout(&(*address).into(), Duration::from_millis(100)).map(|()| filler)
            });
            match filled {
                Ok(filler) => dark.push(filler),
                Err(_) => return,
            }
        }
        eprintln!("the emulated printer at {address} still takes connections");
    }

    /// It can be reached again; answers whether that is so. What came over a line meanwhile is nowhere.
    pub(super) fn come_back(&mut self) -> bool {
        match self {
            Self::Network { address, listener, dark } => {
                dark.clear();
                *listener = bind(*address).and_then(listening).ok();
                listener.is_some()
            }
            Self::Line(line) => {
                let mut lost = [0; 4096];
                while is_ready(line) && line.read(&mut lost).is_ok_and(|length| length > 0) {}
                true
            }
        }
    }
}

impl Session {
    /// What came, no bytes when who prints has gone; `WouldBlock` when nothing comes within a glance.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> IoResult<usize> {
        match self {
            Self::Network(stream) => stream.read(buffer),
            Self::Line(line) if is_ready(line) => line.read(buffer).map_err(|_| {
                // Nobody has the other end open.
                std::thread::sleep(GLANCE);
                ErrorKind::WouldBlock.into()
            }),
            Self::Line(_) => Err(ErrorKind::WouldBlock.into()),
        }
    }

    /// Answers; whether the session still stands.
    pub(super) fn say(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Network(stream) => (&*stream).write_all(bytes).is_ok(),
            Self::Line(line) => {
                // A line that nobody listens to loses what is said on it.
                let _ = (&*line).write_all(bytes);
                true
            }
        }
    }

    /// Whether what is not cut is torn when the session ends.
    pub(super) const fn tears(&self) -> bool {
        matches!(self, Self::Network(_))
    }

    /// Has the session end with a reset.
    pub(super) fn reset(&self) {
        if let Self::Network(stream) = self
            && SockRef::from(stream).set_linger(Some(Duration::ZERO)).is_err()
        {
            eprintln!("the emulated printer could not reset a session");
        }
    }
}

fn is_ready(line: &File) -> bool {
    let glance = Timespec { tv_sec: 0, tv_nsec: GLANCE.subsec_nanos().into() };
    poll(&mut [PollFd::new(line, PollFlags::IN)], Some(&glance)).is_ok_and(|ready| ready > 0)
}

fn bind(address: SocketAddr) -> IoResult<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    Ok(socket)
}

fn listening(socket: Socket) -> IoResult<TcpListener> {
    // Linux lets an accept() end after the receive timeout.
    socket.set_read_timeout(Some(GLANCE))?;
    socket.listen(16)?;
    Ok(socket.into())
}
