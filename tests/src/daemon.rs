//! The real program as a child: started, killed, stopped and spoken to as people and systemd do it.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// How long a start may take; the first start of a debug build makes the database.
const START_PATIENCE: Duration = Duration::from_secs(30);

/// One branch daemon with its data folder and its address, which outlive its processes.
pub struct Daemon {
    program: PathBuf,
    data: PathBuf,
    address: SocketAddr,
    log: PathBuf,
    namespace: Option<u32>,
    child: Option<Child>,
}

impl Daemon {
    /// The daemon that was built beside this program (`COMANDA_EDGE` names another), with data in `folder/data` and its
    /// log in `folder/daemon.log`. The port is chosen here, once.
    ///
    /// # Errors
    /// When it was not built; the error says how to.
    pub fn beside_this_program(folder: &Path) -> Result<Self> {
        let port = crate::port::free()?;
        Ok(Self {
            program: program_beside_this_one("comanda-edge")?,
            data: folder.join("data"),
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            log: folder.join("daemon.log"),
            namespace: None,
            child: None,
        })
    }

    /// Runs everything in the user and mount namespace of this process from now on.
    #[must_use]
    pub fn in_namespace_of(mut self, process: u32) -> Self {
        self.namespace = Some(process);
        self
    }

    /// Where it listens, over all restarts.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its data folder, as it names it itself.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The program file.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// The running process.
    ///
    /// # Errors
    /// When none runs.
    pub fn process(&self) -> Result<u32> {
        self.child.as_ref().map(Child::id).context("the daemon does not run")
    }

    /// Starts it and waits until it says that it listens.
    ///
    /// # Errors
    /// When it ends or says nothing in time; the error shows the end of its log.
    pub fn start(&mut self) -> Result<Duration> {
        ensure!(self.child.is_none(), "the daemon runs already");
        let listen = self.address.to_string();
        let log = File::options().create(true).append(true).open(&self.log).context("open the daemon's log")?;
        let mut log_of_stdout = log.try_clone().context("share the daemon's log")?;

        let begun = Instant::now();
        let mut child = self
            .bare_command()
            .arg("run")
            .arg("--data-dir")
            .arg(&self.data)
            .args(["--listen", &listen, "--trust", "network"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("start {}", self.program.display()))?;
        let output = child.stdout.take().context("the daemon's standard output")?;
        self.child = Some(child);

        let (said, ready) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if line.contains("listening on http://") {
                    // A branch that begins for real says it again, when nobody waits for it any more.
                    let _ = said.send(());
                }
                if writeln!(log_of_stdout, "{line}").is_err() {
                    return;
                }
            }
        });
        if ready.recv_timeout(START_PATIENCE).is_err() {
            let log = self.log_tail();
            self.kill()?;
            bail!("the daemon did not say «listening on http://…» in {START_PATIENCE:?}; its log ends:\n{log}");
        }
        Ok(begun.elapsed())
    }

    /// `kill -9`.
    ///
    /// # Errors
    /// When it does not run.
    pub fn kill(&mut self) -> Result<()> {
        let mut child = self.child.take().context("the daemon does not run")?;
        child.kill().context("kill -9")?;
        child.wait().context("wait for the killed daemon")?;
        Ok(())
    }

    /// `SIGTERM`, and waits for the end.
    ///
    /// # Errors
    /// When it does not end in time; it is then killed.
    pub fn terminate(&mut self, patience: Duration) -> Result<ExitStatus> {
        let mut child = self.child.take().context("the daemon does not run")?;
        let sent = Command::new("sh").args(["-c", "kill -TERM \"$1\"", "sh", &child.id().to_string()]).status();
        ensure!(sent.context("send SIGTERM")?.success(), "SIGTERM was not sent");
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if let Some(status) = child.try_wait().context("wait for the daemon")? {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        child.kill().context("kill -9 after SIGTERM did nothing")?;
        child.wait().context("wait for the killed daemon")?;
        bail!("the daemon did not end within {patience:?} of SIGTERM; its log ends:\n{}", self.log_tail())
    }

    /// A call on the command line, with what it printed.
    ///
    /// # Errors
    /// When it exits with failure; the error shows what it said.
    pub fn call<const N: usize>(&self, arguments: [&str; N]) -> Result<String> {
        let mut command = self.bare_command();
        command.arg("--data-dir").arg(&self.data).args(arguments);
        let output = command.output().with_context(|| format!("start {}", self.program.display()))?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            let complained = String::from_utf8_lossy(&output.stderr);
            bail!("comanda-edge {} failed ({}):\n{said}{complained}", arguments.join(" "), output.status);
        }
        Ok(said)
    }

    /// `catalog import FILE`.
    ///
    /// # Errors
    /// As [`Daemon::call`].
    pub fn import_catalog(&self, catalog: &Value) -> Result<()> {
        let mut file = tempfile::Builder::new().suffix(".json").tempfile().context("make the catalog file")?;
        file.write_all(catalog.to_string().as_bytes()).context("write the catalog file")?;
        let path = file.path().to_str().context("the temporary folder's name is no UTF-8")?;
        self.call(["catalog", "import", path]).map(drop)
    }

    /// `printer add NAME URI --station KEY`.
    ///
    /// # Errors
    /// As [`Daemon::call`].
    pub fn add_printer(&self, name: &str, uri: &str, station: &str) -> Result<()> {
        self.call(["printer", "add", name, uri, "--station", station]).map(drop)
    }

    /// `token create`: the bearer token, which is the last word it prints.
    ///
    /// # Errors
    /// As [`Daemon::call`].
    pub fn create_token(&self, role: &str) -> Result<String> {
        let said = self.call(["token", "create", "--role", role, "--name", "script"])?;
        said.split_whitespace().next_back().map(str::to_owned).context("token create printed no token")
    }

    /// The last lines of its log.
    pub fn log_tail(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }

    fn bare_command(&self) -> Command {
        let Some(process) = self.namespace else {
            return Command::new(&self.program);
        };
        let mut command = Command::new("nsenter");
        command.args(["--preserve-credentials", "--user", "--mount", "--target", &process.to_string(), "--"]);
        command.arg(&self.program);
        command
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- the daemon's log ends:\n{}", self.log_tail());
        }
        if let Some(mut child) = self.child.take()
            && child.kill().and_then(|()| child.wait()).is_err()
        {
            eprintln!("the daemon could not be killed");
        }
    }
}

/// `target/<profile>/NAME`, from the place of the program that runs.
///
/// # Errors
/// When it was not built.
pub fn program_beside_this_one(name: &str) -> Result<PathBuf> {
    if name == "comanda-edge"
        && let Some(named) = std::env::var_os("COMANDA_EDGE")
    {
        return named_program(named);
    }
    let here = std::env::current_exe().context("find this program")?;
    let folder = here.parent().context("this program has no folder")?;
    // Tests lie one deeper, in `deps`.
    let profile = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
    let program = profile.join(name);
    let release = if profile.ends_with("release") { " --release" } else { "" };
    ensure!(
        program.is_file(),
        "{} is not there: build it with `cargo build{release} --bins` in the workspace",
        program.display()
    );
    Ok(program)
}

fn named_program(named: OsString) -> Result<PathBuf> {
    let program = PathBuf::from(named);
    ensure!(program.is_file(), "COMANDA_EDGE names {}, which is not there", program.display());
    Ok(program)
}
