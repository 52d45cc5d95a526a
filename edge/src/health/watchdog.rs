//! What systemd is told: that the branch serves, that it is still alive, that it stops.
//!
//! The watchdog is fed from the async runtime, after the writer has answered: a daemon whose event loop, writer or disk
//! hangs is not alive, whatever its threads say.
//!
//! Source: `sd_notify(3)`, `sd_watchdog_enabled(3)`: datagrams to the socket in `NOTIFY_SOCKET`, at least twice in each
//! `WATCHDOG_USEC`.

use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use crate::journal::Journal;

/// The socket of whoever started us; silent when nobody asked to be told.
pub struct Supervisor {
    socket: Option<(UnixDatagram, SocketAddr)>,
    patience: Option<Duration>,
}

impl Supervisor {
    /// The one that the environment names.
    pub fn of_this_process() -> Self {
        let patience = std::env::var("WATCHDOG_USEC").ok().and_then(|text| text.parse().ok());
        let is_ours = std::env::var("WATCHDOG_PID").is_ok_and(|pid| pid != std::process::id().to_string());
        let name = std::env::var("NOTIFY_SOCKET").unwrap_or_default();
        Self { socket: socket_of(&name), patience: patience.filter(|_| !is_ours).map(Duration::from_micros) }
    }

    /// It opens the branch's file, which takes minutes where a new program brings years up to date.
    pub fn opening(&self) {
        self.tell("STATUS=abriendo la base; tras una actualización puede tardar minutos");
    }

    /// The branch serves.
    pub fn ready(&self) {
        self.tell("READY=1\nSTATUS=la sucursal atiende");
    }

    /// It stops.
    pub fn stopping(&self) {
        self.tell("STOPPING=1\nSTATUS=terminando lo empezado");
    }

    /// Feeds the watchdog for as long as the branch is alive; ends at once when nobody watches.
    pub async fn feed(&self, journal: Journal) {
        let Some(patience) = self.patience.filter(|_| self.socket.is_some()) else { return };
        let mut beat = tokio::time::interval(patience / 3);
        loop {
            beat.tick().await;
            // A writer that answers, with whatever, is alive; a full disk is no reason to be started again.
            journal.answers().await;
            self.tell("WATCHDOG=1");
        }
    }

    fn tell(&self, words: &str) {
        if let Some((socket, address)) = &self.socket
            && let Err(error) = socket.send_to_addr(words.as_bytes(), address)
        {
            tracing::warn!(%error, "systemd could not be told");
        }
    }
}

fn socket_of(name: &str) -> Option<(UnixDatagram, SocketAddr)> {
    let address = match name.strip_prefix('@') {
        Some(hidden) => SocketAddr::from_abstract_name(hidden),
        None if name.starts_with('/') => SocketAddr::from_pathname(name),
        None => return None,
    };
    let socket = UnixDatagram::unbound().ok()?;
    // Whoever does not listen is not waited for: the branch sells.
    socket.set_nonblocking(true).ok()?;
    Some((socket, address.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::tests::trial::{Trial, block_on};

    #[test]
    fn systemd_is_told_and_fed_only_while_the_writer_answers() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let systemd = UnixDatagram::bind(&path).unwrap();
        systemd.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let supervisor =
            Supervisor { socket: socket_of(path.to_str().unwrap()), patience: Some(Duration::from_millis(30)) };
        supervisor.opening();
        supervisor.ready();
        let heard = || {
            let mut words = [0; 256];
            let length = systemd.recv(&mut words).unwrap();
            String::from_utf8_lossy(&words[..length]).into_owned()
        };
        assert!(heard().starts_with("STATUS=abriendo la base"));
        assert!(heard().starts_with("READY=1"));

        let trial = Trial::new();
        let journal = trial.journal().clone();
        let fed = async { tokio::time::timeout(Duration::from_millis(200), supervisor.feed(journal)).await };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        assert!(runtime.block_on(fed).is_err(), "it goes on as long as the branch");
        assert_eq!((heard(), heard()), ("WATCHDOG=1".to_owned(), "WATCHDOG=1".to_owned()));
    }

    #[test]
    fn where_nobody_listens_nothing_is_told() {
        let supervisor = Supervisor { socket: socket_of(""), patience: Some(Duration::from_millis(1)) };
        supervisor.ready();
        let trial = Trial::new();
        block_on(supervisor.feed(trial.journal().clone()));
    }
}
