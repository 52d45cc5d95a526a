//! One backup a day, made by the daemon itself on a thread of its own. Where there is no room for another, none is begun: the
//! room that is left is for selling.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::create::{Proof, create};
use super::{Backup, BackupError, BackupFolder};
use crate::environment::Environment;
use crate::followers::Roll;
use crate::journal::upgrade::thin_copies;
use crate::journal::{DataFolder, room};

/// A backup older than this is due to be followed by another.
const EVERY: SignedDuration = SignedDuration::from_hours(24);
/// How often it is looked whether one is due; the first time so long after the start.
const LOOK_EVERY: Duration = Duration::from_secs(600);
/// The entry that brings a replay with it comes about once a week.
const REPLAY_EVERY: i64 = 7;

/// Room that a backup leaves, in bytes, besides the copies it works with.
const LEFT: u64 = 256 * 1024 * 1024;

/// Tries that failed since the last that did not.
#[derive(Clone, Default)]
pub struct Failures(Arc<AtomicU32>);

impl Failures {
    /// How many.
    pub fn count(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    fn note(&self, made: bool) {
        if made {
            self.0.store(0, Ordering::Relaxed);
        } else {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The thread.
pub struct Daily {
    stop: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

impl Daily {
    /// Begins to look.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(data: DataFolder, environment: Environment, failures: Failures, roll: Roll) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel::<()>();
        let run = move || {
            let is_stopping = || stopped.try_recv() == Err(mpsc::TryRecvError::Disconnected);
            roll.keep("backup", is_stopping, || {
                while stopped.recv_timeout(LOOK_EVERY) == Err(mpsc::RecvTimeoutError::Timeout) {
                    look(&data, &environment, &failures);
                }
            });
        };
        let thread = std::thread::Builder::new().name("backup".to_owned()).spawn(run)?;
        Ok(Self { stop, thread })
    }

    /// Ends it; a backup that is being made is finished first.
    pub fn stop(self) {
        drop(self.stop);
        if self.thread.join().is_err() {
            tracing::error!("the backups panicked");
        }
    }
}

fn look(data: &DataFolder, environment: &Environment, failures: &Failures) {
    let folder = BackupFolder::at(data.backups());
    let now = environment.clock.now();
    match thin_copies(&data.database(), now) {
        Ok(0) => {}
        Ok(copies) => tracing::info!(copies, "threw away copies of how the file was before updates"),
        Err(error) => tracing::warn!(%error, "copies of how the file was before updates could not be thrown away"),
    }
    let made = match folder.list() {
        Ok(backups) if !is_due(backups.first(), now) => return,
        Ok(_) => has_room(data, &folder).and_then(|()| create(data, &folder, environment, proof_of(now), |_| {})),
        Err(error) => Err(error),
    };
    failures.note(made.is_ok());
    match made {
        Ok(made) => tracing::info!(backup = %made.name, bytes = made.bytes, "made the day's backup"),
        Err(error) => {
            let error = anyhow::Error::new(error);
            tracing::error!(error = format!("{error:#}"), "the day's backup could not be made; it is tried again");
        }
    }
}

/// Whether a backup leaves enough room: it works with a copy of the file beside the data, and the archive is no larger.
fn has_room(data: &DataFolder, folder: &BackupFolder) -> Result<(), BackupError> {
    let copy = std::fs::metadata(data.database()).map_or(0, |file| file.len());
    for place in [data.path(), folder.path()] {
        // A folder that is not there yet is made by whoever makes the backup, which fails where it cannot be.
        if let Ok((free, _)) = room(place)
            && free < 2 * copy + LEFT
        {
            return Err(BackupError::NoRoom { path: place.to_owned(), free });
        }
    }
    Ok(())
}

/// One that comes from the future, by a clock that was wrong, counts for nothing.
fn is_due(newest: Option<&Backup>, now: Timestamp) -> bool {
    newest.is_none_or(|newest| {
        let age = now.duration_since(newest.name.at);
        age >= EVERY || age < -EVERY
    })
}

fn proof_of(now: Timestamp) -> Proof {
    match now.as_second().div_euclid(86_400).rem_euclid(REPLAY_EVERY) {
        0 => Proof::Replayed,
        _ => Proof::Sound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::BackupName;

    #[test]
    fn a_backup_that_would_take_the_room_for_selling_is_not_begun_and_counts_as_failed() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::at(folder.path()).unwrap();
        let failures = Failures::default();
        // As large as no disk of a test is, and with nothing in it.
        std::fs::File::create(data.database()).unwrap().set_len(1 << 42).unwrap();
        assert!(matches!(has_room(&data, &BackupFolder::at(data.backups())), Err(BackupError::NoRoom { .. })));
        look(&data, &Environment::system(), &failures);
        look(&data, &Environment::system(), &failures);
        assert_eq!(failures.count(), 2);
        assert!(!data.backups().exists());
    }

    #[test]
    fn a_backup_is_due_a_day_after_the_last_and_whenever_the_last_is_from_the_future() {
        let at = |text: &str| Backup { name: BackupName { at: text.parse().unwrap(), sequence: 1 }, bytes: 1 };
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        assert!(is_due(None, now));
        assert!(is_due(Some(&at("2026-11-21T12:00:00Z")), now));
        assert!(!is_due(Some(&at("2026-11-21T12:00:01Z")), now));
        assert!(is_due(Some(&at("2031-11-21T12:00:01Z")), now));
    }
}
