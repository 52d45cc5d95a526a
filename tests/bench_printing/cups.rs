//! A CUPS raw queue on the same work: a scheduler of our own in a folder of its own, a queue without a filter for each printer,
//! and `lp` for each ticket, as a till that hands its tickets to the system's spooler does. What fails is tried again by the
//! scheduler (`retry-job`): stopping the printer, its default, prints nothing more until somebody comes.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use comanda_tests::printer::EmulatedPrinter;
use tempfile::TempDir;

use super::{LINES, PRINTERS, Prints};

/// The scheduler; its own folder is no part of most users' `PATH`.
const SCHEDULER: &str = "/usr/sbin/cupsd";
/// What brings bytes to a printer's port; some machines have the scheduler without it.
const BACKEND: &str = "/usr/lib/cups/backend/socket";
/// It is there within this, or something is wrong.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whether it can be run here.
pub fn is_installed() -> bool {
    let has = |program: &str| {
        Command::new(program).arg("--help").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
    };
    [SCHEDULER, BACKEND].iter().all(|file| Path::new(file).exists()) && has("lpadmin") && has("lp")
}

/// A scheduler, once it runs.
#[derive(Default)]
pub struct RawQueue {
    running: Option<Scheduler>,
}

struct Scheduler {
    child: Child,
    folder: TempDir,
}

impl Drop for Scheduler {
    fn drop(&mut self) {
        // One that has ended is ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Scheduler {
    fn start() -> Result<Self> {
        let folder = tempfile::tempdir().context("make a folder for CUPS")?;
        let at = folder.path();
        // What sends the bytes runs as another user where this one is root.
        fs::set_permissions(at, fs::Permissions::from_mode(0o755)).context("open the folder of CUPS")?;
        for name in ["etc", "spool", "spool/tmp", "cache", "state", "log"] {
            fs::create_dir_all(at.join(name)).context("make the folders of CUPS")?;
        }
        fs::write(at.join("cupsd.conf"), config(at)).context("write the configuration of CUPS")?;
        fs::write(at.join("cups-files.conf"), files(at)).context("write the configuration of CUPS")?;
        let mut command = Command::new(SCHEDULER);
        command.arg("-f").arg("-c").arg(at.join("cupsd.conf")).arg("-s").arg(at.join("cups-files.conf"));
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("start CUPS")?;
        let mut scheduler = Self { child, folder };
        let until = Instant::now() + PATIENCE;
        while !scheduler.socket().exists() {
            if let Some(status) = scheduler.child.try_wait().context("ask after CUPS")? {
                anyhow::bail!("CUPS ended at its start: {status}: {}", scheduler.log());
            }
            ensure!(Instant::now() < until, "CUPS did not come up: {}", scheduler.log());
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(scheduler)
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("cups.sock")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log/error_log")).unwrap_or_default()
    }

    /// Runs one of its commands.
    fn tell(&self, program: &str, arguments: &[&str]) -> Result<()> {
        let told = Command::new(program).env("CUPS_SERVER", self.socket()).args(arguments).output();
        let told = told.with_context(|| format!("run {program}"))?;
        let said = String::from_utf8_lossy(&told.stderr).into_owned();
        ensure!(told.status.success(), "{program} failed: {said}{}", self.log());
        Ok(())
    }
}

/// Nobody but this program reaches it, and whoever reaches it may do everything.
fn config(at: &Path) -> String {
    format!(
        "Listen {}/cups.sock\nLogLevel warn\nDefaultAuthType None\nWebInterface No\nBrowsing Off\nMaxJobs 0\n\
         PreserveJobHistory No\nJobRetryInterval 1\nJobRetryLimit 100\n<Location />\n  Order deny,allow\n  Allow all\n\
         </Location>\n<Location /admin>\n  Order deny,allow\n  Allow all\n</Location>\n<Policy default>\n  <Limit All>\n    \
         Order deny,allow\n  </Limit>\n</Policy>\n",
        at.display()
    )
}

fn files(at: &Path) -> String {
    let at = at.display();
    format!(
        "ServerRoot {at}/etc\nRequestRoot {at}/spool\nTempDir {at}/spool/tmp\nCacheDir {at}/cache\nStateDir {at}/state\n\
         AccessLog {at}/log/access_log\nErrorLog {at}/log/error_log\nPageLog {at}/log/page_log\n"
    )
}

/// The same ticket as the others print: large number, lines, a cut.
fn ticket(number: usize) -> Vec<u8> {
    let lines: String = (0..LINES).map(|line| format!("1 Plato {line}\n")).collect();
    let rule = "-".repeat(48);
    let mut bytes = b"\x1b@\x1d!\x11".to_vec();
    bytes.extend(format!("L-{number:04}  12:00\n").bytes());
    bytes.extend(b"\x1d!\x00");
    bytes.extend(format!("S   Para llevar\n{rule}\n{lines}{rule}\nfoot\n\n\n\n\n").bytes());
    bytes.extend(b"\x1dV\x42\x00");
    bytes
}

impl Prints for RawQueue {
    fn print(&mut self, printers: &[EmulatedPrinter], tickets: usize) -> Result<(Vec<Duration>, Vec<String>)> {
        let scheduler = self.running.insert(Scheduler::start()?);
        for (place, printer) in printers.iter().enumerate() {
            let uri = printer.uri();
            let port = uri.rsplit(':').next().context("a printer without a port")?;
            let (queue, device) = (format!("p{place}"), format!("socket://127.0.0.1:{port}"));
            // Without a model: a raw queue, which passes on what it is given.
            scheduler.tell("lpadmin", &["-p", &queue, "-E", "-v", &device, "-o", "printer-error-policy=retry-job"])?;
        }
        let mut accepted = Vec::with_capacity(tickets);
        for number in 0..tickets {
            let file = scheduler.folder.path().join("ticket");
            fs::write(&file, ticket(number)).context("write a ticket")?;
            let (queue, begun) = (format!("p{}", number % PRINTERS), Instant::now());
            scheduler.tell("lp", &["-d", &queue, "-o", "raw", "-s", &file.to_string_lossy()])?;
            accepted.push(begun.elapsed());
        }
        Ok((accepted, (0..tickets).map(|number| format!("L-{number:04}")).collect()))
    }

    fn finish(&mut self, patience: Duration) {
        // It keeps what it has not printed: what comes within the patience counts.
        let until = Instant::now() + patience;
        let is_busy = |scheduler: &Scheduler| {
            let asked = Command::new("lpstat").env("CUPS_SERVER", scheduler.socket()).arg("-o").output();
            asked.is_ok_and(|answer| !answer.stdout.is_empty())
        };
        while Instant::now() < until && self.running.as_ref().is_some_and(is_busy) {
            std::thread::sleep(Duration::from_millis(100));
        }
        self.running = None;
    }
}
