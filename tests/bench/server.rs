//! The two programs behind one handle.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use comanda_tests::client::Client;
use comanda_tests::daemon::{Daemon, program_beside_this_one};
use comanda_tests::menu;

/// Longer than any single answer should take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Which program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `limits-order-server`.
    Minimal,
    /// `limits-fan-out`.
    FanOut,
    /// `comanda-edge`.
    Comanda,
}

impl Kind {
    /// The program's name.
    pub fn program(self) -> &'static str {
        match self {
            Self::Minimal => "limits-order-server",
            Self::FanOut => "limits-fan-out",
            Self::Comanda => "comanda-edge",
        }
    }

    /// The size of its file.
    pub fn binary_size(self) -> Result<u64> {
        let program = program_beside_this_one(self.program())?;
        Ok(std::fs::metadata(&program).with_context(|| format!("look at {}", program.display()))?.len())
    }
}

/// One program with its data.
pub enum Server {
    /// The minimal one.
    Minimal(Minimal),
    /// Comanda, with the token of its cashier.
    Comanda(Daemon, String),
}

/// A minimal program as a child.
pub struct Minimal {
    kind: Kind,
    folder: PathBuf,
    child: Option<Child>,
    address: Option<SocketAddr>,
}

impl Server {
    /// Not running yet.
    pub fn new(kind: Kind, folder: &Path) -> Result<Self> {
        Ok(match kind {
            Kind::Minimal | Kind::FanOut => {
                Self::Minimal(Minimal { kind, folder: folder.to_owned(), child: None, address: None })
            }
            Kind::Comanda => Self::Comanda(Daemon::beside_this_program(folder)?, String::new()),
        })
    }

    /// Returns when it listens.
    pub fn start(&mut self) -> Result<()> {
        match self {
            Self::Minimal(minimal) => minimal.start(),
            Self::Comanda(daemon, _) => daemon.start().map(drop),
        }
    }

    /// The menu, the printers (station and address) and a token; the minimal program has its menu built in.
    pub fn set_up(&mut self, printers: &[(&str, &str)]) -> Result<()> {
        if let Self::Comanda(daemon, token) = self {
            daemon.import_catalog(&menu::catalog())?;
            for (station, uri) in printers {
                daemon.add_printer(&format!("impresora-{station}"), uri, station)?;
            }
            *token = daemon.create_token("cashier")?;
        }
        Ok(())
    }

    /// Where it listens.
    pub fn address(&self) -> Result<SocketAddr> {
        match self {
            Self::Minimal(minimal) => minimal.address.context("the minimal program does not run"),
            Self::Comanda(daemon, _) => Ok(daemon.address()),
        }
    }

    /// What Comanda lets in; the minimal program lets everybody in.
    pub fn token(&self) -> &str {
        match self {
            Self::Minimal(_) => "",
            Self::Comanda(_, token) => token,
        }
    }

    /// A new client of it.
    pub fn client(&self) -> Client {
        match self {
            Self::Minimal(minimal) => {
                Client::new(minimal.address.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 9))), PATIENCE)
            }
            Self::Comanda(daemon, token) => Client::new(daemon.address(), PATIENCE).with_token(token),
        }
    }

    /// A client that nobody let in yet.
    pub fn anybody(&self) -> Client {
        match self {
            Self::Minimal(_) => self.client(),
            Self::Comanda(daemon, _) => Client::new(daemon.address(), PATIENCE),
        }
    }

    /// Somebody who works at Comanda's till; the minimal program knows nobody.
    pub fn take_on(&self, name: &str, pin: &str) -> Result<()> {
        match self {
            Self::Minimal(_) => Ok(()),
            Self::Comanda(daemon, _) => {
                daemon.call(["staff", "add", name, "--role", "cashier", "--pin", pin]).map(drop)
            }
        }
    }

    /// Asks something; of Comanda, something that needs the database.
    pub fn first_answer(&self) -> Result<()> {
        let path = match self {
            Self::Minimal(_) => "/healthz",
            Self::Comanda(..) => "/api/v1/orders?limit=1",
        };
        let answer = self.client().get(path)?;
        ensure!(answer.status == 200, "the first answer is {answer}");
        Ok(())
    }

    /// The running process.
    pub fn process(&self) -> Result<u32> {
        match self {
            Self::Minimal(minimal) => minimal.child.as_ref().map(Child::id).context("the minimal program does not run"),
            Self::Comanda(daemon, _) => daemon.process(),
        }
    }

    /// Has Comanda make a backup; the minimal program has none.
    pub fn back_up(&self) -> Result<()> {
        match self {
            Self::Minimal(_) => Ok(()),
            Self::Comanda(daemon, _) => daemon.call(["backup", "create"]).map(drop),
        }
    }

    /// `kill -9`.
    pub fn kill(&mut self) -> Result<()> {
        match self {
            Self::Minimal(minimal) => minimal.kill(),
            Self::Comanda(daemon, _) => daemon.kill(),
        }
    }

    /// As systemd would.
    pub fn stop(&mut self) -> Result<()> {
        match self {
            Self::Minimal(minimal) => minimal.kill(),
            Self::Comanda(daemon, _) => daemon.terminate(PATIENCE).map(drop),
        }
    }
}

impl Minimal {
    fn start(&mut self) -> Result<()> {
        let program = program_beside_this_one(self.kind.program())?;
        let log = File::create(self.folder.join("minimal.log")).context("make the minimal program's log")?;
        let mut child = Command::new(&program)
            .arg(self.folder.join("orders.db"))
            .arg("127.0.0.1:0")
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("start {}", program.display()))?;
        let output = child.stdout.take().context("the minimal program's output")?;
        self.child = Some(child);
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).context("read the minimal program's address")?;
        let address = line.trim().strip_prefix("listening on http://").and_then(|text| text.parse().ok());
        self.address = Some(address.with_context(|| format!("the minimal program said {line:?}"))?);
        Ok(())
    }

    fn kill(&mut self) -> Result<()> {
        let mut child = self.child.take().context("the minimal program does not run")?;
        child.kill().context("kill the minimal program")?;
        child.wait().context("wait for the minimal program")?;
        Ok(())
    }
}

impl Drop for Minimal {
    fn drop(&mut self) {
        if self.child.is_some()
            && let Err(error) = self.kill()
        {
            eprintln!("{error:#}");
        }
    }
}
