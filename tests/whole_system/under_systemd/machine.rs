//! A machine of one's own: a bare Debian booted by systemd in a container, on a network of its own that leads nowhere.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use tempfile::TempDir;

const MIRROR: &str = "http://deb.debian.org/debian";
const START_PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);

/// The machine's disk, and what runs from it.
pub struct Machine {
    folder: TempDir,
    running: Option<Running>,
}

struct Running {
    container: Child,
    /// Its first process, as this machine numbers it.
    init: u32,
}

impl Machine {
    /// A machine on which nothing is installed, switched off.
    ///
    /// # Errors
    /// Why there can be none here.
    pub fn bare() -> Result<Self, String> {
        let disk = bare_debian()?;
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let machine = Self { folder, running: None };
        run(Command::new("cp").args(["--archive", "--reflink=auto"]).arg(disk).arg(machine.root()))?;
        Ok(machine)
    }

    /// Its root folder.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    /// Switches it on, and waits until it has started.
    ///
    /// # Errors
    /// When it does not.
    pub fn start(&mut self) -> Result<(), String> {
        let log = File::create(self.folder.path().join("console")).map_err(|error| error.to_string())?;
        let container = Command::new("systemd-nspawn")
            .args(["--quiet", "--register=no", "--keep-unit", "--private-network", "--console=pipe", "--boot"])
            .arg("--directory")
            .arg(self.root())
            .stdin(Stdio::null())
            .stderr(log.try_clone().map_err(|error| error.to_string())?)
            .stdout(log)
            .spawn()
            .map_err(|error| format!("systemd-nspawn: {error}"))?;
        let begun = Instant::now();
        let started = |machine: &Self| {
            let said = machine.sh("systemctl is-system-running");
            said.is_ok_and(|said| matches!(String::from_utf8_lossy(&said.stdout).trim(), "running" | "degraded"))
        };
        self.running = Some(Running { init: 0, container });
        while begun.elapsed() < START_PATIENCE {
            if let Some(running) = &mut self.running {
                running.init = first_child(running.container.id()).unwrap_or(0);
            }
            if self.init() > 0 && started(self) {
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
        let console = std::fs::read_to_string(self.folder.path().join("console")).unwrap_or_default();
        self.cut_the_power();
        Err(format!("it did not start: {}", console.trim()))
    }

    /// Everything on it ends at once.
    pub fn cut_the_power(&mut self) {
        let Some(mut running) = self.running.take() else { return };
        if running.init > 0 {
            // Whoever is the first of a container takes all others along.
            let _ = Command::new("kill").args(["-KILL", &running.init.to_string()]).status();
        }
        let _ = running.container.kill();
        let _ = running.container.wait();
    }

    /// Runs this in root's shell on it.
    ///
    /// # Errors
    /// When no shell could be had.
    pub fn sh(&self, script: &str) -> Result<Output, String> {
        Command::new("nsenter")
            .args(["--mount", "--uts", "--ipc", "--net", "--pid", "--target", &self.init().to_string(), "--"])
            .args(["/bin/sh", "-c", script])
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("HOME", "/root")
            .output()
            .map_err(|error| format!("nsenter: {error}"))
    }

    /// What a script printed that succeeded.
    ///
    /// # Panics
    /// When it failed.
    pub fn did(&self, script: &str) -> String {
        let output = self.sh(script).unwrap();
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        assert!(output.status.success(), "«{script}»: {said}{}", String::from_utf8_lossy(&output.stderr));
        said
    }

    /// Does this on the machine's network, which reaches nobody else.
    ///
    /// # Panics
    /// When its network cannot be had.
    pub fn on_its_network<T: Send>(&self, act: impl FnOnce() -> T + Send) -> T {
        let network = File::open(format!("/proc/{}/ns/net", self.init())).unwrap();
        std::thread::scope(|scope| {
            let inside = scope.spawn(move || {
                // Of this thread alone, which ends with the act.
                move_into_link_name_space(std::os::fd::AsFd::as_fd(&network), Some(LinkNameSpaceType::Network))
                    .unwrap();
                act()
            });
            inside.join().unwrap()
        })
    }

    fn init(&self) -> u32 {
        self.running.as_ref().map_or(0, |running| running.init)
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if std::thread::panicking()
            && self.init() > 0
            && let Ok(log) = self.sh("journalctl --no-pager --lines 60 --unit comanda-edge")
        {
            eprintln!("--- the machine's log ends:\n{}", String::from_utf8_lossy(&log.stdout));
        }
        self.cut_the_power();
    }
}

/// A bare Debian of this machine's release, fetched once.
fn bare_debian() -> Result<PathBuf, String> {
    let release = release()?;
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("debian-{release}"));
    if kept.is_dir() {
        return Ok(kept);
    }
    let half = kept.with_extension("half");
    let _ = std::fs::remove_dir_all(&half);
    let packages = "--include=systemd,systemd-sysv,dbus";
    run(Command::new("debootstrap").args(["--variant=minbase", packages, &release]).arg(&half).arg(MIRROR))?;
    std::fs::rename(&half, &kept).map_err(|error| error.to_string())?;
    Ok(kept)
}

/// The program was built against this machine's libraries.
fn release() -> Result<String, String> {
    let text = std::fs::read_to_string("/etc/os-release").map_err(|error| error.to_string())?;
    let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).map(|value| value.trim_matches('"'));
    match (value("ID="), value("VERSION_CODENAME=")) {
        (Some("debian"), Some(release)) => Ok(release.to_owned()),
        _ => Err("this is no Debian".to_owned()),
    }
}

fn first_child(process: u32) -> Option<u32> {
    let children = std::fs::read_to_string(format!("/proc/{process}/task/{process}/children")).ok()?;
    children.split_whitespace().next()?.parse().ok()
}

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let ran = command.output().map_err(|error| format!("{program}: {error}"))?;
    match ran.status.success() {
        true => Ok(()),
        false => Err(format!("{program}: {}", String::from_utf8_lossy(&ran.stderr).trim())),
    }
}
