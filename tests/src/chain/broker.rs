//! A mosquitto of its own, with the configuration that the cloud's program wrote.

use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

const PATIENCE: Duration = Duration::from_secs(20);

/// The running broker.
pub struct Broker {
    configuration: PathBuf,
    address: SocketAddr,
    server: Option<Child>,
}

impl Broker {
    /// Starts it with `mosquitto.conf` of this folder.
    ///
    /// # Errors
    /// When it is not installed or does not listen.
    pub fn start(keys: &Path, address: SocketAddr) -> Result<Self> {
        let written =
            std::fs::read_to_string(keys.join("mosquitto.conf")).context("read the broker's configuration")?;
        // Whoever runs the test runs the broker, and can read the keys: as root it would become somebody who cannot.
        let configuration = keys.join("mosquitto-test.conf");
        std::fs::write(&configuration, format!("{written}user root\n")).context("write the broker's configuration")?;
        let mut broker = Self { configuration, address, server: None };
        broker.start_again()?;
        Ok(broker)
    }

    /// Starts it after it was killed.
    ///
    /// # Errors
    /// When it does not listen in time.
    pub fn start_again(&mut self) -> Result<()> {
        let program = if Path::new("/usr/sbin/mosquitto").exists() { "/usr/sbin/mosquitto" } else { "mosquitto" };
        let server = Command::new(program)
            .arg("-c")
            .arg(&self.configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("start mosquitto: run tests/setup testing")?;
        self.server = Some(server);
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(self.address).is_err() {
            if Instant::now() > deadline {
                bail!("mosquitto does not listen on {} within {PATIENCE:?}", self.address);
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        Ok(())
    }

    /// `kill -9`.
    ///
    /// # Errors
    /// When it does not run.
    pub fn kill(&mut self) -> Result<()> {
        let mut server = self.server.take().context("mosquitto does not run")?;
        server.kill().context("kill -9")?;
        server.wait().context("wait for the killed mosquitto").map(drop)
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take()
            && server.kill().and_then(|()| server.wait()).is_err()
        {
            eprintln!("mosquitto could not be killed");
        }
    }
}
