//! A box with the program on it, and what the program says there.

use comanda_tests::client::Client;
use comanda_tests::daemon::Daemon;
use comanda_tests::menu;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// How long a client waits for one answer.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// A box with the program on it, whose daemon runs when a test starts it.
pub struct Appliance {
    pub daemon: Daemon,
    pub folder: TempDir,
}

impl Appliance {
    pub fn unpacked() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { daemon: Daemon::beside_this_program(folder.path()).unwrap(), folder }
    }

    /// With the harness's menu in use.
    pub fn with_a_menu() -> Self {
        let appliance = Self::unpacked();
        appliance.daemon.import_catalog(&menu::catalog()).unwrap();
        appliance
    }

    pub fn file(&self, name: &str, contents: &Value) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, contents.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub fn database(&self) -> PathBuf {
        self.daemon.data().join("branch.db")
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.daemon.program());
        command.arg("--data-dir").arg(self.daemon.data()).args(arguments);
        command
    }

    pub fn call(&self, arguments: &[&str]) -> Said {
        Said::by(self.command(arguments), arguments)
    }

    /// What a call answers to programs.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let said = self.call(&[&["--json"], arguments].concat()).good();
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{arguments:?} said no JSON ({error}): {said}"))
    }

    pub fn client(&self, token: &str) -> Client {
        Client::new(self.daemon.address(), PATIENCE).with_token(token)
    }

    pub fn stop(&mut self) {
        let stopped = self.daemon.terminate(PATIENCE).unwrap();
        assert!(stopped.success(), "after SIGTERM the daemon ended with {stopped}");
    }
}

/// What a call printed, and how it ended.
pub struct Said {
    pub call: String,
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl std::fmt::Display for Said {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { call, code, out, err } = self;
        write!(to, "comanda-edge {call} ended with {code:?} and said {out:?} and {err:?}")
    }
}

impl Said {
    pub fn by(mut command: Command, arguments: &[&str]) -> Self {
        let output = command.stdin(Stdio::null()).output().unwrap();
        Self {
            call: arguments.join(" "),
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// What it said, when all went well.
    #[track_caller]
    pub fn good(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{self}");
        self.out
    }

    /// Its one line of complaint, when it failed.
    #[track_caller]
    pub fn fails(self) -> String {
        assert_eq!((self.code, self.out.as_str()), (Some(1), ""), "{self}");
        assert_eq!(self.err.lines().count(), 1, "{self}");
        let complaint = self.err.trim_end().strip_prefix("comanda-edge: ");
        complaint.unwrap_or_else(|| panic!("{self}")).to_owned()
    }
}

pub fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
