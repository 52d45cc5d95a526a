//! The cable between branches and broker: bytes go through as they are until somebody pulls it.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};

/// A cable. It ends with the process.
#[derive(Clone)]
pub struct Cable {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    to: SocketAddr,
    is_cut: AtomicBool,
    streams: Mutex<Vec<TcpStream>>,
    carried: AtomicU64,
}

impl Cable {
    /// A cable to this address, on a port of its own.
    ///
    /// # Errors
    /// When there is no port.
    pub fn to(to: SocketAddr) -> Result<Self> {
        Self::between(SocketAddr::from((Ipv4Addr::LOCALHOST, crate::port::free()?)), to)
    }

    /// A cable from one address to another.
    ///
    /// # Errors
    /// When the first cannot be listened on.
    pub fn between(from: SocketAddr, to: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind(from).with_context(|| format!("listen on {from} for the cable"))?;
        let shared = Arc::new(Shared {
            to,
            is_cut: AtomicBool::new(false),
            streams: Mutex::default(),
            carried: AtomicU64::new(0),
        });
        let cable = Self { port: listener.local_addr().context("where the cable listens")?.port(), shared };
        let accepting = cable.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // One that cannot be joined is hung up on, as a dead line would.
                let _ = accepting.join(stream);
            }
        });
        Ok(cable)
    }

    /// Where a branch plugs in.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Bytes that went through so far, both ways together.
    pub fn carried(&self) -> u64 {
        self.shared.carried.load(Ordering::Relaxed)
    }

    /// Pulls it: what is connected breaks off, and nothing connects.
    pub fn cut(&self) {
        self.shared.is_cut.store(true, Ordering::Release);
        for stream in self.streams().drain(..) {
            // It may be closed already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Plugs it in again.
    pub fn mend(&self) {
        self.shared.is_cut.store(false, Ordering::Release);
    }

    fn streams(&self) -> std::sync::MutexGuard<'_, Vec<TcpStream>> {
        self.shared.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn join(&self, branch: TcpStream) -> std::io::Result<()> {
        if self.shared.is_cut.load(Ordering::Acquire) {
            return Ok(());
        }
        let broker = TcpStream::connect(self.shared.to)?;
        for stream in [&branch, &broker] {
            stream.set_nodelay(true)?;
            self.streams().push(stream.try_clone()?);
        }
        let ways = [(branch.try_clone()?, broker.try_clone()?), (broker, branch)];
        for (from, to) in ways {
            let shared = Arc::clone(&self.shared);
            std::thread::spawn(move || carry(from, to, &shared.carried));
        }
        Ok(())
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, carried: &AtomicU64) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        carried.fetch_add(count as u64, Ordering::Relaxed);
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    // Either may be closed already.
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
