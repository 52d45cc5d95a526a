//! The units of `systemd/`, judged by systemd itself without running it: nothing to warn of, and a sandbox that is closed.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// In tenths of systemd's own scale, on which 100 is no protection at all.
const EXPOSURE: &str = "15";
const SERVICES: [&str; 2] = ["comanda-edge.service", "comanda-backup.service"];
const TIMERS: [&str; 1] = ["comanda-backup.timer"];

fn units() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../systemd")
}

/// The tree a box has, as far as the unit names it; none where systemd is not installed.
fn root() -> Option<TempDir> {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        println!("skipped: systemd-analyze is not on this machine");
        return None;
    }
    let root = tempfile::tempdir().unwrap();
    let place = |name: &str| {
        let folder = root.path().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    };
    let system = place("usr/lib/systemd/system");
    for unit in SERVICES.into_iter().chain(TIMERS) {
        std::fs::copy(units().join(unit), system.join(unit)).unwrap();
    }
    for program in [place("usr/bin").join("comanda-edge"), place("bin").join("chown")] {
        std::fs::write(&program, "#!/bin/sh\n").unwrap();
        Command::new("chmod").arg("755").arg(&program).status().unwrap();
    }
    // What the unit orders itself by, as every systemd has it.
    for target in ["network", "time-set", "time-sync", "timers", "multi-user", "sysinit", "basic", "shutdown"] {
        std::fs::write(system.join(format!("{target}.target")), "[Unit]\nDescription=a target\n").unwrap();
    }
    Some(root)
}

#[test]
fn systemd_has_nothing_to_warn_of_in_the_units() {
    let Some(root) = root() else { return };
    for unit in SERVICES.into_iter().chain(TIMERS) {
        let output = Command::new("systemd-analyze")
            .args(["verify", "--man=no", "--recursive-errors=no"])
            .arg(format!("--root={}", root.path().display()))
            .arg(root.path().join("usr/lib/systemd/system").join(unit))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.trim().is_empty(), "{unit}: {said}");
    }
}

#[test]
fn the_sandboxes_are_closed() {
    let Some(root) = root() else { return };
    for service in SERVICES {
        let output = Command::new("systemd-analyze")
            .args(["security", "--offline=true", "--no-pager"])
            .arg(format!("--threshold={EXPOSURE}"))
            .arg(format!("--root={}", root.path().display()))
            .arg(service)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let open: Vec<&str> = said.lines().filter(|line| line.starts_with('✗') || line.contains("exposure")).collect();
        assert!(output.status.success(), "{service}: {}", open.join("\n"));
    }
}

#[test]
fn every_line_of_the_units_that_is_not_plain_has_its_reason_above_it() {
    let of_the_daemon = [
        "StartLimitIntervalSec",
        "RequiresMountsFor",
        "WatchdogSec",
        "TimeoutStartSec",
        "OOMScoreAdjust",
        "LimitNOFILE",
        "ProtectProc",
    ];
    reasons_stand_above("comanda-edge.service", &of_the_daemon);
    reasons_stand_above("comanda-backup.service", &["ExecStart", "Nice", "OOMScoreAdjust", "PrivateDevices"]);
    reasons_stand_above("comanda-backup.timer", &["Persistent"]);
}

fn reasons_stand_above(unit: &str, unusual: &[&str]) {
    let text = std::fs::read_to_string(units().join(unit)).unwrap();
    for key in unusual {
        let block = text.split("\n\n").find(|block| block.lines().any(|line| line.starts_with(key)));
        let before = block.unwrap().lines().take_while(|line| !line.starts_with(key));
        assert!(before.into_iter().any(|line| line.starts_with('#')), "{unit}: {key}");
    }
}
