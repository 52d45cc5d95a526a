//! The whole chain for a test: a PostgreSQL and a mosquitto of its own in a scratch folder on free ports, the real cloud
//! program, and a cable to the broker that a test can pull.

mod broker;
mod cable;
mod postgres;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tempfile::TempDir;

pub use broker::Broker;
pub use cable::Cable;
pub use postgres::Postgres;

use crate::client::Client;
use crate::daemon::{Daemon, program_beside_this_one};

const START_PATIENCE: Duration = Duration::from_secs(60);
const API_PATIENCE: Duration = Duration::from_secs(20);

/// The chain without its branches.
pub struct Chain {
    /// The database.
    pub postgres: Postgres,
    /// The broker.
    pub broker: Broker,
    /// What branches reach the broker through.
    pub cable: Cable,
    program: PathBuf,
    keys: PathBuf,
    listen: SocketAddr,
    listen_boxes: SocketAddr,
    log: PathBuf,
    more: Vec<String>,
    cloud: Option<Child>,
    // Removed last.
    _folder: TempDir,
}

impl Chain {
    /// Starts all of it, with one company, `esquina`.
    ///
    /// # Errors
    /// When a program is missing or does not start.
    pub fn start() -> Result<Self> {
        Self::start_with(&[])
    }

    /// The same with more said to the cloud's program when it serves.
    ///
    /// # Errors
    /// As [`Chain::start`].
    pub fn start_with(more: &[&str]) -> Result<Self> {
        Self::start_in(tempfile::tempdir().context("make a folder for the chain")?, more)
    }

    /// The same with its files in this folder.
    ///
    /// # Errors
    /// As [`Chain::start`].
    pub fn start_in(folder: TempDir, more: &[&str]) -> Result<Self> {
        let program = program_beside_this_one("comanda-cloud")?;
        let postgres = Postgres::start(folder.path())?;
        let port = crate::port::free()?;
        let keys = folder.path().join("keys");
        let broker_listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let chain_call = |arguments: &[&str]| call(&program, &postgres, &keys, arguments);
        chain_call(&["migrate"])?;
        let listen = broker_listen.to_string();
        chain_call(&["prepare", "--broker-name", "localhost", "--broker-listen", &listen])?;
        let broker = Broker::start(&keys, broker_listen)?;
        let cable = Cable::to(broker_listen)?;
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, crate::port::free()?));
        let listen_boxes = SocketAddr::from((Ipv4Addr::LOCALHOST, crate::port::free()?));
        let log = folder.path().join("cloud.log");
        let (cloud, _folder) = (None, folder);
        let more = more.iter().map(|&argument| argument.to_owned()).collect();
        let mut chain =
            Self { postgres, broker, cable, program, keys, listen, listen_boxes, log, more, cloud, _folder };
        chain.start_cloud()?;
        chain.call(&["company-create", "esquina", "Salchipapería La Esquina"])?;
        Ok(chain)
    }

    /// Starts the cloud's program.
    ///
    /// # Errors
    /// When it does not say that it listens; the error shows its log.
    pub fn start_cloud(&mut self) -> Result<()> {
        ensure!(self.cloud.is_none(), "the cloud runs already");
        let log = File::options().create(true).append(true).open(&self.log).context("open the cloud's log")?;
        let mut child = command(&self.program, &self.postgres, &self.keys)
            .arg("serve")
            .args(["--listen", &self.listen.to_string()])
            .args(["--listen-boxes", &self.listen_boxes.to_string()])
            .args(["--broker", &format!("localhost:{}", self.broker.address().port())])
            .args(["--broker-for-branches", &format!("localhost:{}", self.cable.port())])
            .args(&self.more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .context("start the cloud")?;
        let output = child.stdout.take().context("the cloud's standard output")?;
        self.cloud = Some(child);
        let (said, ready) = mpsc::channel();
        std::thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            lines.filter(|line| line.contains("listening on http://")).try_for_each(|_| said.send(()))
        });
        if ready.recv_timeout(START_PATIENCE).is_err() {
            bail!("the cloud did not start; its log ends:\n{}", self.log_tail());
        }
        Ok(())
    }

    /// Starts one more of the cloud's program, at other addresses, with more said to it. It ends with what is returned.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn another_cloud(&self, more: &[&str]) -> Result<Another> {
        let log = File::options().create(true).append(true).open(&self.log).context("open the cloud's log")?;
        let address =
            || -> Result<String> { Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, crate::port::free()?)).to_string()) };
        let child = command(&self.program, &self.postgres, &self.keys)
            .arg("serve")
            .args(["--listen", &address()?, "--listen-boxes", &address()?])
            .args(["--broker", &format!("localhost:{}", self.broker.address().port())])
            .args(["--broker-for-branches", &format!("localhost:{}", self.cable.port())])
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn();
        child.map(Another).context("start one more of the cloud")
    }

    /// `kill -9` of the cloud's program.
    ///
    /// # Errors
    /// When it does not run.
    pub fn kill_cloud(&mut self) -> Result<()> {
        let mut child = self.cloud.take().context("the cloud does not run")?;
        child.kill().context("kill -9")?;
        child.wait().context("wait for the killed cloud").map(drop)
    }

    /// The process of the cloud's program.
    ///
    /// # Errors
    /// When it does not run.
    pub fn cloud_process(&self) -> Result<u32> {
        Ok(self.cloud.as_ref().context("the cloud does not run")?.id())
    }

    /// A call on the cloud's command line, with what it answered.
    ///
    /// # Errors
    /// When it exits with failure; the error shows what it said.
    pub fn call(&self, arguments: &[&str]) -> Result<Value> {
        call(&self.program, &self.postgres, &self.keys, arguments)
    }

    /// Makes a branch of the company and enrols this box for it.
    ///
    /// # Errors
    /// As [`Chain::call`].
    pub fn enrol(&self, code: &str, daemon: &Daemon) -> Result<()> {
        self.call(&["branch-create", "esquina", code, code])?;
        self.enrol_again(code, daemon)
    }

    /// Enrols this box for a branch that is there.
    ///
    /// # Errors
    /// As [`Chain::call`].
    pub fn enrol_again(&self, code: &str, daemon: &Daemon) -> Result<()> {
        let answer = self.call(&["code", &format!("esquina/{code}")])?;
        let secret = answer["code"].as_str().context("no code was made")?;
        daemon.call(["enroll", secret, "--cloud", &format!("http://{}", self.listen)]).map(drop)
    }

    /// A client of the cloud's API, with a token of this company.
    ///
    /// # Errors
    /// As [`Chain::call`].
    pub fn api(&self, company: &str) -> Result<Client> {
        let answer = self.call(&["token-create", company, "prueba"])?;
        let token = answer["token"].as_str().context("no token was made")?;
        Ok(Client::new(self.listen, API_PATIENCE).with_token(token))
    }

    /// Where the API is.
    pub const fn listens_for_people(&self) -> SocketAddr {
        self.listen
    }

    /// Where boxes fetch documents.
    pub const fn listens_for_boxes(&self) -> SocketAddr {
        self.listen_boxes
    }

    /// How a branch is, as the fleet sees it.
    ///
    /// # Errors
    /// As [`Chain::call`].
    pub fn branch(&self, code: &str) -> Result<Value> {
        let fleet = self.call(&["fleet", "--company", "esquina"])?;
        let items = fleet["items"].as_array().context("a fleet without items")?;
        items.iter().find(|item| item["code"] == code).cloned().with_context(|| format!("{code} is not in the fleet"))
    }

    /// Waits until the cloud's end of a branch is the branch's own, by hash.
    ///
    /// # Errors
    /// When it is not after `patience`.
    pub fn wait_until_equal(&self, code: &str, daemon: &Daemon, patience: Duration) -> Result<Value> {
        let deadline = Instant::now() + patience;
        loop {
            let verdict: Value = serde_json::from_str(&daemon.call(["--json", "journal", "verify"])?)?;
            let branch = self.branch(code);
            if let Ok(branch) = &branch
                && branch["hash"] == verdict["head"]
            {
                return Ok(branch.clone());
            }
            if Instant::now() > deadline {
                let log = self.log_tail();
                bail!(
                    "after {patience:?} the branch is at {verdict} and the cloud at {branch:?}; its log ends:\n{log}"
                );
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Where the keys are.
    pub fn keys(&self) -> &Path {
        &self.keys
    }

    /// The last lines of the cloud's log.
    pub fn log_tail(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

/// One more of the cloud's program.
pub struct Another(Child);

impl Drop for Another {
    fn drop(&mut self) {
        if self.0.kill().and_then(|()| self.0.wait()).is_err() {
            eprintln!("another cloud could not be killed");
        }
    }
}

impl Drop for Chain {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- the cloud's log ends:\n{}", self.log_tail());
        }
        if let Some(mut child) = self.cloud.take()
            && child.kill().and_then(|()| child.wait()).is_err()
        {
            eprintln!("the cloud could not be killed");
        }
    }
}

fn command(program: &Path, postgres: &Postgres, keys: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env("COMANDA_CLOUD_DATABASE", postgres.address("comanda_app"))
        .env("COMANDA_CLOUD_OWNER", postgres.address("postgres"))
        .env("COMANDA_CLOUD_KEYS", keys);
    command
}

fn call(program: &Path, postgres: &Postgres, keys: &Path, arguments: &[&str]) -> Result<Value> {
    let output = command(program, postgres, keys).args(arguments).output().context("start the cloud's program")?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let complained = String::from_utf8_lossy(&output.stderr);
        bail!("comanda-cloud {} failed ({}):\n{said}{complained}", arguments.join(" "), output.status);
    }
    serde_json::from_str(&said).with_context(|| format!("no JSON: {said}"))
}
