//! A disk of one's own: ext4 in a file, mounted through a loop device. It needs root and a loop device; where one of them is
//! missing, the complaint says which, and who asked is skipped.

mod medium;

use std::path::{Path, PathBuf};
use std::process::Command;

pub use medium::{BackgroundSession, FILE, Medium, show};

/// A mounted file system; let go of when dropped.
pub struct Disk {
    device: String,
    at: PathBuf,
}

impl Disk {
    /// Mounts the ext4 in this file. An error of the file system makes it read-only, as a system's own disk would be.
    ///
    /// # Errors
    /// What the system complained of.
    pub fn mount(file: &Path, at: &Path) -> Result<Self, String> {
        std::fs::create_dir_all(at).map_err(|error| format!("{}: {error}", at.display()))?;
        let device = run("losetup", &["--find", "--show", text(file)?])?;
        let disk = Self { device, at: at.to_owned() };
        run("mount", &["-t", "ext4", "-o", "errors=remount-ro", &disk.device, text(at)?])?;
        Ok(disk)
    }

    /// Repairs the ext4 in this file, as a start of the system does that was told `fsck.repair=yes`, and mounts it.
    ///
    /// # Errors
    /// What the system complained of.
    pub fn repair_and_mount(file: &Path, at: &Path) -> Result<Self, String> {
        let checked = Command::new("e2fsck").args(["-f", "-y", text(file)?]).output();
        let checked = checked.map_err(|error| format!("e2fsck: {error}"))?;
        // Up to 3: nothing was wrong, or it is right now.
        if checked.status.code().is_none_or(|code| code > 3) {
            return Err(format!("e2fsck: {}", String::from_utf8_lossy(&checked.stdout)));
        }
        Self::mount(file, at)
    }

    /// Makes the file system find itself damaged, so that it takes no more writes until it is mounted again.
    ///
    /// # Errors
    /// What the system complained of.
    pub fn fail(&self) -> Result<(), String> {
        run("mount", &["-o", "remount,abort", text(&self.at)?]).map(drop)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let at = self.at.to_string_lossy();
        for (program, arguments) in [("umount", ["--lazy", &at]), ("losetup", ["--detach", &self.device])] {
            if let Err(complaint) = run(program, &arguments) {
                eprintln!("{complaint}");
            }
        }
    }
}

/// An empty ext4 of so many bytes.
///
/// # Errors
/// What the system complained of.
pub fn empty_ext4(bytes: u64) -> Result<Vec<u8>, String> {
    let file = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
    file.as_file().set_len(bytes).map_err(|error| error.to_string())?;
    let now = "lazy_itable_init=0,lazy_journal_init=0,nodiscard";
    run("mkfs.ext4", &["-q", "-F", "-E", now, text(file.path())?])?;
    std::fs::read(file.path()).map_err(|error| error.to_string())
}

/// Mends what a file system says is wrong with it.
///
/// # Errors
/// What the system complained of.
pub fn mend(file: &Path) -> Result<(), String> {
    let ran = Command::new("fsck.ext4").args(["-f", "-y", text(file)?]).output();
    let ran = ran.map_err(|error| format!("fsck.ext4: {error}"))?;
    // One: what was wrong is mended.
    match ran.status.code() {
        Some(0 | 1) => Ok(()),
        _ => Err(format!("fsck.ext4: {}", String::from_utf8_lossy(&ran.stdout).trim())),
    }
}

/// A command of the system; its complaint when it fails.
fn run(program: &str, arguments: &[&str]) -> Result<String, String> {
    let ran = Command::new(program).args(arguments).output().map_err(|error| format!("{program}: {error}"))?;
    match ran.status.success() {
        true => Ok(String::from_utf8_lossy(&ran.stdout).trim().to_owned()),
        false => Err(format!("{program}: {}", String::from_utf8_lossy(&ran.stderr).trim())),
    }
}

fn text(path: &Path) -> Result<&str, String> {
    path.to_str().ok_or_else(|| format!("{} is no text", path.display()))
}
