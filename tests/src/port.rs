//! Ports that stay ours while nobody listens on them.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

use anyhow::{Result, bail};

/// Below the range from which the system gives ports to clients (32768 and up on Linux): a client that retries a dead
/// server in that range sooner or later connects to itself and keeps the port.
const FIRST: u16 = 15_000;
const COUNT: u16 = 16_000;

static TAKEN: AtomicU16 = AtomicU16::new(0);

/// A free port of this machine, never the same twice in one process.
///
/// # Errors
/// When all are taken.
pub fn free() -> Result<u16> {
    // Processes that run at the same time begin at different places.
    let start = std::process::id().wrapping_mul(97) % u32::from(COUNT);
    let start = u16::try_from(start).unwrap_or_default();
    for _ in 0..COUNT {
        let step = TAKEN.fetch_add(1, Ordering::Relaxed) % COUNT;
        let port = FIRST + (start + step) % COUNT;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port from {FIRST} on")
}
