//! The folder of archives: their names, the list of them, and which are kept.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::BackupError;

/// Everything of the last two days is kept,
const EVERYTHING_FOR: SignedDuration = SignedDuration::from_hours(48);
/// and of each day before, back to here, the last one.
const ONE_A_DAY_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
const ENDING: &str = ".tar.zst.age";
const BEGINNING: &str = "comanda-";
const TIME: &str = "%Y%m%dT%H%M%SZ";

/// What an archive is called: `comanda-20261122T173000Z-00000001234.tar.zst.age`, with the time it was begun (UTC) and the
/// sequence of the journal's last entry in it. Names sort by age.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct BackupName {
    /// When it was begun, to the second.
    pub at: Timestamp,
    /// The last entry in it.
    pub sequence: u64,
}

impl std::fmt::Display for BackupName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{BEGINNING}{}-{:011}{ENDING}", self.at.strftime(TIME), self.sequence)
    }
}

/// A name that no archive of ours has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("«{0}» is not the name of a backup")]
pub struct NameError(String);

impl FromStr for BackupName {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Self, NameError> {
        let error = || NameError(name.to_owned());
        let inner = name.strip_prefix(BEGINNING).and_then(|rest| rest.strip_suffix(ENDING)).ok_or_else(error)?;
        let (time, sequence) = inner.split_once('-').ok_or_else(error)?;
        let time = DateTime::strptime(TIME, time).map_err(|_| error())?;
        let at = TimeZone::UTC.to_timestamp(time).map_err(|_| error())?;
        let found = Self { at, sequence: sequence.parse().map_err(|_| error())? };
        (found.to_string() == name).then_some(found).ok_or_else(error)
    }
}

/// An archive that is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Backup {
    /// What it is called.
    pub name: BackupName,
    /// How long it is.
    pub bytes: u64,
}

/// The folder.
#[derive(Clone, Debug)]
pub struct BackupFolder {
    path: PathBuf,
}

impl BackupFolder {
    /// The folder at this path; made when the first archive is.
    pub const fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where an archive of this name is, or would be.
    pub fn file(&self, name: BackupName) -> PathBuf {
        self.path.join(name.to_string())
    }

    /// The archives, the newest first; none where there is no folder yet.
    ///
    /// # Errors
    /// [`BackupError`] when the folder cannot be read.
    pub fn list(&self) -> Result<Vec<Backup>, BackupError> {
        let entries = match std::fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(BackupError::file("read", &self.path)(source)),
        };
        let backup = |entry: std::fs::DirEntry| {
            let name = entry.file_name().to_str()?.parse().ok()?;
            Some(Backup { name, bytes: entry.metadata().ok()?.len() })
        };
        let mut found: Vec<Backup> = entries.flatten().filter_map(backup).collect();
        found.sort_by_key(|backup| std::cmp::Reverse(backup.name));
        Ok(found)
    }

    /// Throws away what is not kept any more; says how many that were.
    ///
    /// # Errors
    /// [`BackupError`] when one cannot be removed.
    pub fn thin(&self, now: Timestamp) -> Result<usize, BackupError> {
        let names: Vec<BackupName> = self.list()?.into_iter().map(|backup| backup.name).collect();
        let old = outlived(&names, now);
        for name in &old {
            let file = self.file(*name);
            std::fs::remove_file(&file).map_err(BackupError::file("remove", file))?;
        }
        Ok(old.len())
    }
}

/// Those that are not kept any more, of names from the newest to the oldest. The newest always is kept, whatever the clock
/// says.
fn outlived(names: &[BackupName], now: Timestamp) -> Vec<BackupName> {
    let mut days = BTreeSet::new();
    let mut old = Vec::new();
    for name in names.iter().skip(1) {
        let age = now.duration_since(name.at);
        let is_last_of_day = days.insert(name.at.to_zoned(TimeZone::UTC).date());
        if age > ONE_A_DAY_FOR || (age > EVERYTHING_FOR && !is_last_of_day) {
            old.push(*name);
        }
    }
    old
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(at: &str) -> BackupName {
        BackupName { at: at.parse().unwrap(), sequence: 7 }
    }

    #[test]
    fn a_name_says_when_and_how_far_and_reads_back() {
        let name = name("2026-11-22T17:30:00Z");
        assert_eq!(name.to_string(), "comanda-20261122T173000Z-00000000007.tar.zst.age");
        assert_eq!(name.to_string().parse(), Ok(name));
        for other in ["", "comanda-20261122T173000Z-7.tar.zst.age", "../pepper", "comanda-x-00000000007.tar.zst.age"] {
            assert!(other.parse::<BackupName>().is_err(), "{other}");
        }
    }

    #[test]
    fn two_days_are_kept_whole_a_month_by_day_and_the_newest_always() {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        let names = [
            name("2026-11-22T09:00:00Z"),
            name("2026-11-21T21:00:00Z"),
            name("2026-11-21T09:00:00Z"),
            name("2026-11-10T21:00:00Z"),
            name("2026-11-10T09:00:00Z"),
            name("2026-10-01T09:00:00Z"),
        ];
        assert_eq!(outlived(&names, now), [names[4], names[5]]);
        assert_eq!(outlived(&names[5..], now), [], "the only one");
        let long_ago = "2020-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(outlived(&names, long_ago), [], "a clock that is behind throws nothing away");
    }
}
