//! A PostgreSQL of its own: a cluster in a scratch folder, on loopback only, run by somebody other than root, which it
//! refuses.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

const PATIENCE: Duration = Duration::from_secs(60);

/// The running cluster.
pub struct Postgres {
    programs: PathBuf,
    data: PathBuf,
    port: u16,
    user: Option<(u32, u32)>,
    server: Option<Child>,
}

impl Postgres {
    /// Makes a cluster in a folder and starts it.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start.
    pub fn start(folder: &Path) -> Result<Self> {
        let user = somebody_else_than_root()?;
        let home = folder.join("postgres");
        fs::create_dir(&home).context("make a folder for PostgreSQL")?;
        if let Some((user, group)) = user {
            // The way there must be open to that user too.
            std::os::unix::fs::chown(&home, Some(user), Some(group)).context("give PostgreSQL its folder")?;
            let open = <fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o711);
            fs::set_permissions(folder, open).context("open the scratch folder")?;
        }
        let data = home.join("data");
        let mut postgres = Self { programs: programs()?, data, port: crate::port::free()?, user, server: None };
        let made = postgres
            .command("initdb")
            .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync"])
            .arg("--pgdata")
            .arg(&postgres.data)
            .output()
            .context("run initdb")?;
        ensure!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        postgres.start_again()?;
        Ok(postgres)
    }

    /// Starts the cluster after it was killed.
    ///
    /// # Errors
    /// When it does not answer in time.
    pub fn start_again(&mut self) -> Result<()> {
        let socket = self.data.parent().context("a cluster has a folder")?;
        let server = self
            .command("postgres")
            .arg("-D")
            .arg(&self.data)
            .args(["-p", &self.port.to_string(), "-c", "listen_addresses=127.0.0.1"])
            .arg("-k")
            .arg(socket)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("start PostgreSQL")?;
        self.server = Some(server);
        let deadline = Instant::now() + PATIENCE;
        while self.sql("SELECT 1").is_err() {
            if Instant::now() > deadline {
                bail!("PostgreSQL did not answer within {PATIENCE:?}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// `kill -9` of the server; its children notice by themselves.
    ///
    /// # Errors
    /// When it does not run.
    pub fn kill(&mut self) -> Result<()> {
        let mut server = self.server.take().context("PostgreSQL does not run")?;
        server.kill().context("kill -9")?;
        server.wait().context("wait for the killed PostgreSQL")?;
        // The next start refuses while a child of this one is left.
        std::thread::sleep(Duration::from_millis(500));
        Ok(())
    }

    /// The address for a role.
    pub fn address(&self, role: &str) -> String {
        format!("postgresql://{role}@127.0.0.1:{}/postgres", self.port)
    }

    /// What a question is answered with, rows as lines, columns with `|` between, as the owner who sees all companies.
    ///
    /// # Errors
    /// When PostgreSQL refuses.
    pub fn sql(&self, question: &str) -> Result<String> {
        self.sql_as("postgres", question)
    }

    /// The same as another role.
    ///
    /// # Errors
    /// When PostgreSQL refuses.
    pub fn sql_as(&self, role: &str, question: &str) -> Result<String> {
        let output = Command::new(self.programs.join("psql"))
            .args(["--no-psqlrc", "--tuples-only", "--no-align", "--quiet", "--set=ON_ERROR_STOP=1"])
            .args(["--command", question, &self.address(role)])
            .output()
            .context("run psql")?;
        ensure!(output.status.success(), "{question}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group).current_dir("/");
        }
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take()
            && server.kill().and_then(|()| server.wait()).is_err()
        {
            eprintln!("PostgreSQL could not be killed");
        }
    }
}

/// Debian keeps them beside each other by version.
fn programs() -> Result<PathBuf> {
    let versions =
        fs::read_dir("/usr/lib/postgresql").context("PostgreSQL is not installed: run tests/setup testing")?;
    let found = versions.flatten().map(|version| version.path().join("bin"));
    found.filter(|bin| bin.join("initdb").exists()).max().context("PostgreSQL has no initdb here")
}

fn somebody_else_than_root() -> Result<Option<(u32, u32)>> {
    let id = |arguments: [&str; 2]| -> Result<u32> {
        let output = Command::new("id").args(arguments).output().context("ask who somebody is")?;
        String::from_utf8_lossy(&output.stdout).trim().parse().with_context(|| format!("id {}", arguments.join(" ")))
    };
    let own = Command::new("id").arg("-u").output().context("ask who we are")?;
    if String::from_utf8_lossy(&own.stdout).trim() != "0" {
        return Ok(None);
    }
    Ok(Some((id(["-u", "postgres"])?, id(["-g", "postgres"])?)))
}
