//! When something that comes on slowly is an alert: each matter has a limit beyond which it is one, and a narrower one within
//! which it is none any more, so that an alert does not follow a flicker.

use std::time::Duration;

use comanda_shared::alert::{AlertKind, Matter};
use comanda_shared::branch::FiscalStand;
use jiff::SignedDuration;

use crate::followers::Trouble;

const MIB: u64 = 1024 * 1024;

/// How a matter stands by one measure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stand {
    /// Beyond the limit.
    Wrong(Matter),
    /// Neither: an alert that is open stays open, and none is raised.
    Between,
    /// Well within it.
    Right,
}

/// How long between two looks.
pub const LOOK_EVERY: Duration = Duration::from_secs(10);

/// How many looks in a row must find it wrong.
pub const fn looks_needed(kind: AlertKind) -> u32 {
    match kind {
        // A rush on a slow day is no slow disk.
        AlertKind::DiskSlow => 18,
        // A box hears of the time some minutes after it starts; one without internet only on some days.
        AlertKind::ClockUnkept => 360,
        _ => 1,
    }
}

/// The limits.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Less room than this is little, in bytes.
    pub little_room: u64,
    /// A mean commit that takes longer is slow.
    pub slow_commit: Duration,
    /// A backup that is older is old. One is made each day.
    pub old_backup: SignedDuration,
    /// A wall clock that moved by more than the time that went by, or less, was set.
    pub clock_set: SignedDuration,
    /// A cloud that has not heard for longer of something is behind. It is no fault of the branch, which goes on without.
    pub sync_behind: SignedDuration,
    /// A certificate that ends sooner should have been renewed a week or two ago.
    pub certificate_left: SignedDuration,
    /// Fewer numbers of the tax office than this are a few days of a busy branch.
    pub fiscal_left: u64,
    /// Fewer days than this to give them in are less than another range takes to get.
    pub fiscal_days: i32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            little_room: 2048 * MIB,
            slow_commit: Duration::from_millis(100),
            old_backup: SignedDuration::from_hours(26),
            clock_set: SignedDuration::from_mins(2),
            sync_behind: SignedDuration::from_hours(4),
            certificate_left: SignedDuration::from_hours(14 * 24),
            fiscal_left: 200,
            fiscal_days: 15,
        }
    }
}

/// Tries of the day's backup that may fail, ten minutes apart.
const FAILED_BACKUPS: u32 = 3;
/// After so long without another, a clock that was set is the clock there is.
const CLOCK_CALM: Duration = Duration::from_secs(600);
/// After so long without another, a follower that failed works.
const FOLLOWER_CALM: Duration = Duration::from_secs(300);

const fn hours(age: SignedDuration) -> u64 {
    age.as_hours().unsigned_abs()
}

impl Limits {
    /// By the room that is left, in bytes.
    pub const fn room(&self, free: u64) -> Stand {
        if free < self.little_room {
            Stand::Wrong(Matter::DiskLow { free_mib: free / MIB })
        } else if free < self.little_room + self.little_room / 4 {
            Stand::Between
        } else {
            Stand::Right
        }
    }

    /// By the commits since the last look, and how long they took together.
    pub fn commits(&self, count: u64, took: Duration) -> Stand {
        let Some(mean) = u32::try_from(count).ok().filter(|count| *count > 0).map(|count| took / count) else {
            return Stand::Between;
        };
        if mean >= self.slow_commit {
            let commit_ms = u64::try_from(mean.as_millis()).unwrap_or(u64::MAX);
            Stand::Wrong(Matter::DiskSlow { commit_ms })
        } else if mean >= self.slow_commit / 2 {
            Stand::Between
        } else {
            Stand::Right
        }
    }

    /// By the age of the newest backup, or that of the branch where there is none, and by how often the last tries failed.
    pub fn backup(&self, newest: Option<SignedDuration>, branch: SignedDuration, failed: u32) -> Stand {
        let is_old = newest.unwrap_or(branch) > self.old_backup;
        if is_old || failed >= FAILED_BACKUPS {
            Stand::Wrong(Matter::BackupOld { hours: newest.map(hours) })
        } else if failed > 0 {
            Stand::Between
        } else {
            Stand::Right
        }
    }

    /// By how much the wall clock went further than the time that passed since the last look, and for how long it was not
    /// set before.
    pub fn clock(&self, ahead: SignedDuration, calm: Duration) -> Stand {
        if ahead.abs() > self.clock_set {
            Stand::Wrong(Matter::ClockJumped { seconds: ahead.as_secs() })
        } else if calm < CLOCK_CALM {
            Stand::Between
        } else {
            Stand::Right
        }
    }

    /// By whether something keeps the wall clock right.
    pub const fn clock_kept(&self, kept: bool) -> Stand {
        if kept { Stand::Right } else { Stand::Wrong(Matter::ClockUnkept {}) }
    }

    /// By what the cloud does not have yet, and for how long it has not had the oldest of it.
    pub fn sync(&self, waiting: u64, oldest: SignedDuration) -> Stand {
        if waiting > 0 && oldest > self.sync_behind {
            Stand::Wrong(Matter::SyncBehind { waiting, hours: hours(oldest) })
        } else if waiting > 0 && oldest > self.sync_behind / 4 {
            Stand::Between
        } else {
            Stand::Right
        }
    }

    /// By how long the certificate is still good.
    pub fn certificate(&self, left: SignedDuration) -> Stand {
        match left < self.certificate_left {
            true => Stand::Wrong(Matter::CertificateEnding { days: left.as_hours().div_euclid(24) }),
            false => Stand::Right,
        }
    }

    /// By how much is left of the numbers of the tax office; a branch without any lacks none.
    pub const fn fiscal(&self, stand: Option<FiscalStand>) -> Stand {
        match stand {
            Some(FiscalStand { left, days }) if left < self.fiscal_left || days < self.fiscal_days => {
                Stand::Wrong(Matter::FiscalEnding { left, days })
            }
            Some(_) | None => Stand::Right,
        }
    }

    /// By the first entry of the journal that does not follow.
    pub const fn chain(&self, broken_at: Option<u64>) -> Stand {
        match broken_at {
            Some(sequence) => Stand::Wrong(Matter::JournalBroken { sequence }),
            None => Stand::Right,
        }
    }

    /// By the followers that failed.
    pub fn followers(&self, troubles: &[(&'static str, Trouble)], now: std::time::Instant) -> Stand {
        let is_recent = |trouble: &Trouble| now.saturating_duration_since(trouble.last) < FOLLOWER_CALM;
        let recent = troubles.iter().filter(|(_, trouble)| is_recent(trouble));
        match recent.max_by_key(|(_, trouble)| trouble.failures) {
            Some((name, trouble)) => {
                Stand::Wrong(Matter::FollowerFailing { name: (*name).to_owned(), failures: trouble.failures })
            }
            None => Stand::Right,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn is_wrong(stand: &Stand) -> bool {
        matches!(stand, Stand::Wrong(_))
    }

    #[test]
    fn what_is_neither_wrong_nor_right_leaves_everything_as_it_is() {
        let limits = Limits::default();
        assert_eq!(limits.room(100 * MIB), Stand::Wrong(Matter::DiskLow { free_mib: 100 }));
        assert_eq!(limits.room(2048 * MIB), Stand::Between);
        assert_eq!(limits.room(2560 * MIB), Stand::Right);

        let ms = Duration::from_millis;
        assert_eq!(limits.commits(10, ms(1500)), Stand::Wrong(Matter::DiskSlow { commit_ms: 150 }));
        assert_eq!(limits.commits(10, ms(700)), Stand::Between);
        assert_eq!(limits.commits(10, ms(20)), Stand::Right);
        assert_eq!(limits.commits(0, ms(0)), Stand::Between, "who sells nothing says nothing of the disk");

        let hour = SignedDuration::from_hours;
        assert!(is_wrong(&limits.sync(1, hour(5))));
        assert_eq!(limits.sync(1, hour(2)), Stand::Between);
        assert_eq!((limits.sync(1, hour(0)), limits.sync(0, hour(9))), (Stand::Right, Stand::Right));
    }

    #[test]
    fn a_backup_is_missed_a_day_after_the_last_or_after_the_branch_began_or_when_it_fails_three_times() {
        let (limits, hour) = (Limits::default(), SignedDuration::from_hours);
        assert_eq!(limits.backup(None, hour(1), 0), Stand::Right);
        assert_eq!(limits.backup(None, hour(27), 0), Stand::Wrong(Matter::BackupOld { hours: None }));
        assert_eq!(limits.backup(Some(hour(27)), hour(99), 0), Stand::Wrong(Matter::BackupOld { hours: Some(27) }));
        assert_eq!(limits.backup(Some(hour(2)), hour(99), 2), Stand::Between);
        assert!(is_wrong(&limits.backup(Some(hour(2)), hour(99), 3)));
    }

    #[test]
    fn a_clock_that_was_set_is_one_until_it_was_calm_for_ten_minutes() {
        let (limits, second) = (Limits::default(), SignedDuration::from_secs);
        assert_eq!(limits.clock(second(-7200), CLOCK_CALM), Stand::Wrong(Matter::ClockJumped { seconds: -7200 }));
        assert_eq!(limits.clock(second(2), Duration::from_secs(30)), Stand::Between);
        assert_eq!(limits.clock(second(2), CLOCK_CALM), Stand::Right);
    }

    #[test]
    fn the_follower_that_failed_most_is_named_until_all_have_worked_for_five_minutes() {
        let (limits, last) = (Limits::default(), Instant::now());
        let troubles = [("sync", Trouble { failures: 1, last }), ("live", Trouble { failures: 3, last })];
        let matter = Matter::FollowerFailing { name: "live".to_owned(), failures: 3 };
        assert_eq!(limits.followers(&troubles, last), Stand::Wrong(matter));
        assert_eq!(limits.followers(&troubles, last + FOLLOWER_CALM), Stand::Right);
    }
}
