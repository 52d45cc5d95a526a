//! The disk under the data: room, flushes, file system, who may read.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::{StatVfs, statvfs};

use super::check::{Check, Finding};
use super::smart;
use crate::journal::DataFolder;

const MIB: u64 = 1024 * 1024;
/// A branch writes a gigabyte or so a year.
const LITTLE: u64 = 2048 * MIB;
const NO_ROOM: u64 = 256 * MIB;
/// Flushes that are timed.
const FLUSHES: usize = 9;
/// A page of 4 KiB does not reach flash or a platter faster than this.
const FASTER_THAN_A_DISK: Duration = Duration::from_micros(20);
const SLOW: Duration = Duration::from_millis(100);
const VERY_SLOW: Duration = Duration::from_millis(1000);

/// Looks at the disk.
pub fn look(data: &DataFolder) -> Vec<Finding> {
    let mut found = Vec::new();
    match statvfs(data.path()) {
        Ok(room) => found.extend([space(&room), inodes(&room)]),
        Err(error) => found.extend([Check::DiskSpace.unseen(error), Check::DiskInodes.unseen(error)]),
    }
    found.extend(flushes(data));
    found.extend(mount(data.path()));
    found.push(smart::look(data.path()));
    found.extend([private(data), pepper(data)]);
    found
}

fn space(room: &StatVfs) -> Finding {
    let free = room.f_bavail.saturating_mul(room.f_frsize);
    let seen = format!("{} MiB libres", free / MIB);
    match free {
        ..NO_ROOM => Check::DiskSpace.bad(seen),
        NO_ROOM..LITTLE => Check::DiskSpace.attention(seen),
        _ => Check::DiskSpace.good(seen),
    }
}

fn inodes(room: &StatVfs) -> Finding {
    // Some file systems count none.
    if room.f_files == 0 {
        return Check::DiskInodes.good("sin límite");
    }
    let seen = format!("{} libres", room.f_favail);
    match room.f_favail {
        ..100 => Check::DiskInodes.bad(seen),
        100..5000 => Check::DiskInodes.attention(seen),
        _ => Check::DiskInodes.good(seen),
    }
}

/// Writes and flushes a page in a file of its own, as a commit does.
fn flushes(data: &DataFolder) -> [Finding; 3] {
    let path = data.path().join("doctor.probe");
    let timed = time_flushes(&path);
    // What cannot be removed is written over by the next look.
    let _ = std::fs::remove_file(&path);
    let mut times = match timed {
        Ok(times) => times,
        Err(error) => {
            let broken = Check::DiskWrites.bad(error.to_string());
            return [broken, Check::DiskFlushSpeed.unseen(&error), Check::DiskFlushHonesty.unseen(&error)];
        }
    };
    times.sort_unstable();
    let (fastest, middle) = (times[0], times[FLUSHES / 2]);
    let seen = format!("{middle:.1?} por guardado");
    let speed = match middle {
        slow if slow >= VERY_SLOW => Check::DiskFlushSpeed.bad(seen),
        slow if slow >= SLOW => Check::DiskFlushSpeed.attention(seen),
        _ => Check::DiskFlushSpeed.good(seen),
    };
    let seen = format!("el más rápido tardó {fastest:.1?}");
    let honesty = match fastest < FASTER_THAN_A_DISK {
        true => Check::DiskFlushHonesty.attention(seen),
        false => Check::DiskFlushHonesty.good(seen),
    };
    [Check::DiskWrites.good("se puede guardar"), speed, honesty]
}

fn time_flushes(path: &Path) -> std::io::Result<Vec<Duration>> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
    let page = [0x5a; 4096];
    let flush = |file: &mut File| -> std::io::Result<Duration> {
        file.write_all(&page)?;
        let began = Instant::now();
        file.sync_data()?;
        Ok(began.elapsed())
    };
    (0..FLUSHES).map(|_| flush(&mut file)).collect()
}

/// The mount a path is on: kind and options.
fn mount_of(path: &Path) -> std::io::Result<(String, String)> {
    let path = path.canonicalize()?;
    let mounts = std::fs::read_to_string("/proc/self/mounts")?;
    let mut found: Option<(&str, &str, &str)> = None;
    for line in mounts.lines() {
        let mut words = line.split(' ').skip(1);
        let (Some(at), Some(kind), Some(options)) = (words.next(), words.next(), words.next()) else { continue };
        // A later mount on the same place hides the earlier one.
        if path.starts_with(at) && found.is_none_or(|(other, ..)| at.len() >= other.len()) {
            found = Some((at, kind, options));
        }
    }
    let (_, kind, options) = found.ok_or_else(|| std::io::Error::other("sin montaje"))?;
    Ok((kind.to_owned(), options.to_owned()))
}

fn mount(path: &Path) -> [Finding; 2] {
    let (kind, options) = match mount_of(path) {
        Ok(found) => found,
        Err(error) => return [Check::DiskFileSystem.unseen(&error), Check::DiskMount.unseen(&error)],
    };
    let kind = match kind.as_str() {
        "ext4" | "ext3" | "xfs" | "btrfs" | "zfs" | "f2fs" => Check::DiskFileSystem.good(kind),
        _ => Check::DiskFileSystem.attention(kind),
    };
    let dangerous = ["nobarrier", "barrier=0", "data=writeback"];
    let mount = match options.split(',').find(|option| dangerous.contains(option)) {
        Some(option) => Check::DiskMount.bad(option),
        None => Check::DiskMount.good("sin opciones peligrosas"),
    };
    [kind, mount]
}

fn private(data: &DataFolder) -> Finding {
    let open = [data.path().to_owned(), data.pepper(), data.company_key(), data.backup_key(), data.database()];
    let is_open =
        |path: &&std::path::PathBuf| std::fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o007 != 0);
    // What stands in a folder that is closed is closed.
    match is_open(&&open[0]).then(|| open.iter().find(is_open)).flatten() {
        Some(path) => Check::FolderPrivate.attention(format!("otros pueden leer {}", path.display())),
        None => Check::FolderPrivate.good("solo su dueño"),
    }
}

fn pepper(data: &DataFolder) -> Finding {
    match std::fs::metadata(data.pepper()) {
        Ok(found) if found.size() == 32 => Check::FolderPepper.good("está"),
        Ok(found) => Check::FolderPepper.bad(format!("tiene {} bytes, no 32", found.size())),
        Err(error) if data.database().exists() => Check::FolderPepper.bad(error.to_string()),
        Err(_) => Check::FolderPepper.attention("aún no hay sucursal aquí"),
    }
}
