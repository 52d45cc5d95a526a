//! The watch over what comes on slowly: a disk that fills or grows slow, backups that are not made, a clock that is set, a
//! cloud that hears nothing, a journal that was meddled with. It looks every ten seconds, and has the manager told by an
//! alert before the selling stops. When is one is decided in [`super::limits`].
//!
//! It also lays the [ballast](crate::journal::Ballast), where there is room for it. Otherwise it only reads.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use comanda_shared::alert::{AlertKey, AlertKind, Matter};
use comanda_shared::branch::FiscalStand;
use comanda_shared::staff::Actor;
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use uuid::Uuid;

use super::limits::{LOOK_EVERY, Limits, Stand, looks_needed};
use super::machine::CLOCK_SIGNS;
use crate::alerts;
use crate::backup::BackupFolder;
use crate::backup::daily::Failures;
use crate::followers::Roll;
use crate::journal::verify::verify_tail;
use crate::journal::{DataFolder, Journal, Load, ReadError, room};
use crate::sync::identity::Identity;
use crate::sync::store;

/// The first look comes so long after the start.
const FIRST_LOOK: Duration = Duration::from_secs(5);
/// The chain's end is followed with the first look and with each that comes an hour after.
const CHAIN_EVERY: u32 = 360;
/// Entries of it.
const CHAIN_TAIL: u32 = 2000;

/// The thread.
pub struct HealthWatch {
    stop: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

impl HealthWatch {
    /// Begins to look.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(mut looker: Looker) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel::<()>();
        let roll = looker.roll.clone();
        let run = move || {
            let is_stopping = || stopped.try_recv() == Err(mpsc::TryRecvError::Disconnected);
            let mut pause = FIRST_LOOK;
            roll.keep("health", is_stopping, || {
                while stopped.recv_timeout(pause) == Err(mpsc::RecvTimeoutError::Timeout) {
                    pause = LOOK_EVERY;
                    looker.look(Instant::now());
                }
            });
        };
        let thread = std::thread::Builder::new().name("health".to_owned()).spawn(run)?;
        Ok(Self { stop, thread })
    }

    /// Ends it.
    pub fn stop(self) {
        drop(self.stop);
        if self.thread.join().is_err() {
            tracing::error!("the watch over the box panicked");
        }
    }
}

/// Who looks, and remembers what was seen before.
pub struct Looker {
    journal: Journal,
    data: DataFolder,
    failures: Failures,
    roll: Roll,
    limits: Limits,
    clock_signs: Vec<PathBuf>,
    looks: u32,
    /// When the last look was, by the machine and by the wall.
    last: Option<(Instant, Timestamp)>,
    /// When the clock was last found to have been set.
    set_at: Option<Instant>,
    load: Load,
    /// How often in a row each matter was found wrong.
    wrong: BTreeMap<AlertKind, u32>,
}

/// What one look finds of each kind.
type Found = Vec<(AlertKind, Stand)>;

/// What is read from the branch's file.
struct Read {
    open: BTreeSet<AlertKind>,
    /// Since when the branch is.
    began: Option<Timestamp>,
    /// What the cloud does not have, and since when.
    unsent: Option<(u64, Timestamp)>,
    broken_at: Option<u64>,
    /// What is left of the numbers of the tax office.
    fiscal: Option<FiscalStand>,
}

impl Looker {
    /// Over this branch, with the usual limits.
    pub fn new(journal: Journal, data: DataFolder, failures: Failures, roll: Roll) -> Self {
        let load = journal.load();
        let clock_signs = CLOCK_SIGNS.map(PathBuf::from).to_vec();
        let (limits, wrong) = (Limits::default(), BTreeMap::new());
        let (looks, last, set_at) = (0, None, None);
        Self { journal, data, failures, roll, limits, clock_signs, looks, last, set_at, load, wrong }
    }

    /// Looks once; raises and clears what is to be.
    pub fn look(&mut self, at: Instant) {
        let now = self.journal.environment().clock.now();
        let identity = Identity::read(&self.data.identity()).ok().flatten();
        let follows_chain = self.looks.is_multiple_of(CHAIN_EVERY);
        let read = match self.read(identity.is_some(), follows_chain) {
            Ok(read) => read,
            Err(error) => return tracing::warn!(%error, "could not look at how the branch is"),
        };
        let mut found: Found = vec![
            (AlertKind::ClockJumped, self.clock(at, now)),
            (AlertKind::ClockUnkept, self.limits.clock_kept(self.clock_signs.iter().any(|sign| sign.exists()))),
            (AlertKind::DiskSlow, self.commits()),
            (AlertKind::FollowerFailing, self.limits.followers(&self.roll.troubles(), at)),
            (AlertKind::BackupOld, self.backup(&read, now)),
        ];
        found.extend(self.room().map(|stand| (AlertKind::DiskLow, stand)));
        let (waiting, since) = read.unsent.unwrap_or((0, now));
        found.push((AlertKind::SyncBehind, self.limits.sync(waiting, now.duration_since(since))));
        let left = identity.map(|identity| identity.not_after.duration_since(now));
        let certificate = left.map_or(Stand::Right, |left| self.limits.certificate(left));
        found.push((AlertKind::CertificateEnding, certificate));
        found.push((AlertKind::FiscalEnding, self.limits.fiscal(read.fiscal)));
        if follows_chain {
            found.push((AlertKind::JournalBroken, self.limits.chain(read.broken_at)));
        }
        self.looks = self.looks.wrapping_add(1);
        self.act(&read.open, found);
    }

    /// Raises what was found wrong often enough and is not known, clears what is known and right.
    fn act(&mut self, open: &BTreeSet<AlertKind>, found: Found) {
        let (mut raise, mut clear): (Vec<Matter>, Vec<AlertKey>) = (Vec::new(), Vec::new());
        for (kind, stand) in found {
            let looks = self.wrong.entry(kind).or_default();
            match stand {
                Stand::Wrong(matter) => {
                    *looks += 1;
                    if *looks >= looks_needed(kind) && !open.contains(&kind) {
                        raise.push(matter);
                    }
                }
                Stand::Between => {}
                Stand::Right => {
                    *looks = 0;
                    if open.contains(&kind) {
                        clear.push(AlertKey { kind, subject: Uuid::nil() });
                    }
                }
            }
        }
        if raise.is_empty() && clear.is_empty() {
            return;
        }
        let told = self.journal.operate_blocking(Actor::Branch, move |step| {
            for key in &clear {
                alerts::feature::clear(step, key)?;
            }
            for matter in raise {
                tracing::warn!(kind = matter.kind().as_str(), "the box needs somebody");
                alerts::feature::raise(step, matter, &[])?;
            }
            Ok(())
        });
        if let Err(error) = told {
            tracing::warn!(%error, "what is wrong with the box could not be written down");
        }
    }

    fn read(&self, is_enrolled: bool, follows_chain: bool) -> Result<Read, ReadError> {
        let configuration = self.journal.configuration();
        self.journal.readers().read_blocking(|connection| {
            let open = alerts::queries::open(connection)?.into_iter().map(|alert| alert.matter.kind()).collect();
            let broken_at = match follows_chain {
                true => verify_tail(connection, CHAIN_TAIL)?.faults.first().map(|fault| fault.sequence),
                false => None,
            };
            let unsent = if is_enrolled { store::unsent(connection)? } else { None };
            let given = crate::branch::store::load(connection)?.map(|branch| branch.fiscal).unwrap_or_default();
            let day = self.journal.environment().clock.now().to_zoned(configuration.zone.clone()).date();
            let fiscal = configuration.settings.fiscal.stand(&given, day);
            Ok(Read { open, began: began(connection)?, unsent, broken_at, fiscal })
        })
    }

    /// How far the wall clock went beside the machine's, since the last look.
    fn clock(&mut self, at: Instant, now: Timestamp) -> Stand {
        let Some((last_at, last_now)) = self.last.replace((at, now)) else { return Stand::Between };
        let passed = SignedDuration::try_from(at.saturating_duration_since(last_at)).unwrap_or(SignedDuration::MAX);
        let ahead = now.duration_since(last_now).saturating_sub(passed);
        let calm = self.set_at.map_or(Duration::MAX, |set| at.saturating_duration_since(set));
        let stand = self.limits.clock(ahead, calm);
        if matches!(stand, Stand::Wrong(_)) {
            self.set_at = Some(at);
        }
        stand
    }

    fn commits(&mut self) -> Stand {
        let (before, now) = (self.load, self.journal.load());
        self.load = now;
        let took = Duration::from_micros(now.commits_us.saturating_sub(before.commits_us));
        self.limits.commits(now.commits.saturating_sub(before.commits), took)
    }

    fn backup(&self, read: &Read, now: Timestamp) -> Stand {
        let listed = BackupFolder::at(self.data.backups()).list();
        // One that comes from the future, by a clock that was wrong, counts for nothing.
        let newest = listed.ok().and_then(|backups| backups.first().map(|backup| now.duration_since(backup.name.at)));
        let newest = newest.filter(|age| *age > SignedDuration::from_hours(-24));
        let branch = read.began.map_or(SignedDuration::ZERO, |began| now.duration_since(began));
        self.limits.backup(newest, branch, self.failures.count())
    }

    /// The room that is left; the ballast is laid where there is plenty.
    fn room(&self) -> Option<Stand> {
        if let Err(error) = self.data.ballast().lay() {
            tracing::debug!(%error, "there is no ballast on this file system");
        }
        room(self.data.path()).ok().map(|(free, _)| self.limits.room(free))
    }
}

/// Since when the branch is.
fn began(connection: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    const FIRST: &str = "SELECT min(at) FROM lineage";
    let at: Option<i64> = connection.prepare_cached(FIRST)?.query_row([], |row| row.get(0))?;
    Ok(at.and_then(|at| Timestamp::from_microsecond(at).ok()))
}

#[cfg(test)]
mod tests;
