//! Each thing is made so, seen, told once, and over when it is.

use comanda_shared::ids::BranchId;
use jiff::SignedDuration;

use super::*;
use crate::backup::create::{Proof, create};
use crate::environment::Clock;
use crate::environment::doubles::MovedClock;
use crate::health::check::{Check, Grade};
use crate::health::doctor::examine;
use crate::journal::tests::trial::Trial;

/// Somebody who looks at a branch, at times the test says.
struct Watched {
    trial: Trial,
    looker: Looker,
    at: Instant,
    signs: tempfile::TempDir,
}

impl Watched {
    fn new() -> Self {
        let trial = Trial::selling();
        let signs = tempfile::tempdir().unwrap();
        std::fs::write(signs.path().join("synchronized"), "").unwrap();
        let mut looker = Looker::new(trial.journal().clone(), trial.data(), Failures::default(), Roll::default());
        looker.clock_signs = vec![signs.path().join("synchronized")];
        // The machine that runs the tests may be short of room.
        looker.limits.little_room = 0;
        let mut watched = Self { trial, looker, at: Instant::now(), signs };
        watched.looks(1);
        assert_eq!(watched.open(), [""; 0]);
        watched
    }

    /// Looks so often, ten seconds apart by every clock.
    fn looks(&mut self, times: u32) {
        for _ in 0..times {
            self.at += LOOK_EVERY;
            self.trial.clock.pass(SignedDuration::from_secs(10));
            self.looker.look(self.at);
        }
    }

    fn open(&self) -> Vec<&'static str> {
        let open = self.trial.journal().readers().read_blocking(alerts::queries::open).unwrap();
        open.iter().map(|alert| alert.matter.kind().as_str()).collect()
    }

    fn passes(&mut self, time: SignedDuration) {
        self.at += time.unsigned_abs();
        self.trial.clock.pass(time);
    }
}

#[test]
fn little_room_is_told_once_and_is_over_when_there_is_room_again() {
    let mut watched = Watched::new();
    watched.looker.limits.little_room = u64::MAX / 2;
    watched.looks(1);
    let written = *watched.trial.journal().committed().borrow();
    watched.looks(3);
    assert_eq!(watched.open(), ["disk.low"]);
    assert_eq!(*watched.trial.journal().committed().borrow(), written, "what is known is not written again");
    watched.looker.limits.little_room = 1;
    watched.looks(1);
    assert_eq!(watched.open(), [""; 0]);
}

#[test]
fn ballast_is_laid_where_there_is_plenty_of_room() {
    let watched = Watched::new();
    assert!(watched.trial.data().ballast().is_laid());
}

#[test]
fn a_disk_is_slow_only_after_some_minutes_of_slow_commits() {
    let mut watched = Watched::new();
    watched.looker.limits.slow_commit = Duration::from_nanos(1);
    for _ in 0..18 {
        assert_eq!(watched.open(), [""; 0]);
        watched.trial.place();
        watched.looks(1);
    }
    assert_eq!(watched.open(), ["disk.slow"]);
    watched.looker.limits.slow_commit = Duration::from_secs(60);
    watched.trial.place();
    watched.looks(1);
    assert_eq!(watched.open(), [""; 0]);
}

#[test]
fn a_branch_without_a_backup_for_more_than_a_day_is_told_until_one_is_made() {
    let mut watched = Watched::new();
    watched.passes(SignedDuration::from_hours(27));
    watched.looks(1);
    assert_eq!(watched.open(), ["backup.old"]);
    let (data, environment) = (watched.trial.data(), watched.trial.environment.clone());
    create(&data, &BackupFolder::at(data.backups()), &environment, Proof::Sound, |_| {}).unwrap();
    watched.looks(1);
    assert_eq!(watched.open(), [""; 0]);
    watched.passes(SignedDuration::from_hours(27));
    watched.looks(1);
    assert_eq!(watched.open(), ["backup.old"]);
}

#[test]
fn a_clock_that_is_set_forth_or_back_is_told_until_it_was_calm_and_selling_goes_on() {
    for jump in [SignedDuration::from_hours(3 * 365 * 24), SignedDuration::from_hours(-3 * 365 * 24)] {
        let mut watched = Watched::new();
        watched.trial.place();
        watched.trial.clock.pass(jump);
        watched.looks(1);
        assert!(watched.open().contains(&"clock.jumped"), "{jump}");
        watched.trial.place();
        watched.looks(59);
        assert!(watched.open().contains(&"clock.jumped"), "{jump}");
        watched.looks(2);
        assert!(!watched.open().contains(&"clock.jumped"), "{jump}");
    }
}

#[test]
fn a_clock_that_nothing_keeps_right_is_told_after_an_hour() {
    let mut watched = Watched::new();
    std::fs::remove_file(watched.signs.path().join("synchronized")).unwrap();
    watched.looks(359);
    assert_eq!(watched.open(), [""; 0]);
    watched.looks(1);
    assert_eq!(watched.open(), ["clock.unkept"]);
    std::fs::write(watched.signs.path().join("synchronized"), "").unwrap();
    watched.looks(1);
    assert_eq!(watched.open(), [""; 0]);
}

#[test]
fn an_enrolled_box_is_behind_when_the_cloud_has_heard_nothing_for_hours_and_its_certificate_ends() {
    let mut watched = Watched::new();
    watched.trial.place();
    watched.passes(SignedDuration::from_hours(5));
    watched.looks(1);
    assert_eq!(watched.open(), [""; 0], "a branch that stands alone is behind nobody");

    let now = watched.trial.environment.clock.now();
    let identity = Identity {
        branch: BranchId::from_uuid(Uuid::from_u128(1)),
        appliance: Uuid::from_u128(2),
        broker: "localhost:1".to_owned(),
        authority: String::new(),
        certificate: String::new(),
        key: String::new(),
        not_after: now.checked_add(SignedDuration::from_hours(10 * 24)).unwrap(),
        renew_at: None,
        cloud: String::new(),
        documents: None,
    };
    identity.write(&watched.trial.data().identity()).unwrap();
    watched.looks(1);
    assert_eq!(watched.open(), ["sync.behind", "certificate.ending"]);
    let nowhere = crate::http::whereabouts::ServedAt::only("127.0.0.1:1".parse().unwrap());
    let doctor = examine(&watched.trial.data(), &watched.trial.environment, &nowhere);
    for check in [Check::SyncBacklog, Check::SyncCertificate] {
        assert_eq!(doctor.of(check).unwrap().grade, Grade::Attention, "{doctor:?}");
    }

    let renewed = Identity { not_after: now.checked_add(SignedDuration::from_hours(90 * 24)).unwrap(), ..identity };
    renewed.write(&watched.trial.data().identity()).unwrap();
    let head = *watched.trial.journal().committed().borrow();
    let keep = move |step: &mut crate::journal::Step<'_>| store::keep_cursor(step.connection(), head);
    watched.trial.journal().operate_blocking(Actor::Branch, keep).unwrap();
    watched.looks(1);
    assert_eq!(watched.open(), [""; 0]);
}

#[test]
fn a_journal_that_was_meddled_with_is_told_within_the_hour() {
    let mut watched = Watched::new();
    watched.trial.place();
    let meddler = Connection::open(watched.trial.data().database()).unwrap();
    let meddle = "DROP TRIGGER journal_is_never_changed; UPDATE journal SET body = '{}' WHERE sequence = 4";
    meddler.execute_batch(meddle).unwrap();
    drop(meddler);
    watched.looks(360);
    assert_eq!(watched.open(), ["journal.broken"]);
}

#[test]
fn a_follower_that_fails_is_told_and_restarted_and_selling_does_not_notice() {
    let mut watched = Watched::new();
    watched.looker.roll.note("sync");
    watched.at = Instant::now();
    watched.looks(1);
    assert_eq!(watched.open(), ["follower.failing"]);
    watched.trial.place();
    watched.looks(31);
    assert_eq!(watched.open(), [""; 0]);
}

/// A clock that panics on one thread, as often as it is told.
struct Cursed {
    clock: std::sync::Arc<MovedClock>,
    thread: &'static str,
    times: std::sync::atomic::AtomicU32,
}

impl Clock for Cursed {
    fn now(&self) -> Timestamp {
        use std::sync::atomic::Ordering::Relaxed;
        let is_cursed = std::thread::current().name() == Some(self.thread);
        let left = |times: u32| times.checked_sub(1);
        assert!(!(is_cursed && self.times.fetch_update(Relaxed, Relaxed, left).is_ok()), "cursed");
        self.clock.now()
    }
}

#[test]
fn a_print_worker_that_panics_is_replaced_and_every_ticket_still_comes_out() {
    let mut trial = Trial::selling();
    trial.stop();
    let times = std::sync::atomic::AtomicU32::new(1);
    let cursed = Cursed { clock: std::sync::Arc::clone(&trial.clock), thread: "printer", times };
    trial.environment.clock = std::sync::Arc::new(cursed);
    trial.start();
    let roll = Roll::default();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let spooler = {
        let _inside = runtime.enter();
        let (journal, board) = (trial.journal().clone(), crate::printing::board::Board::default());
        let surroundings = crate::printing::surroundings::Surroundings::default();
        crate::printing::spooler::Spooler::start(
            journal,
            trial.data(),
            board,
            surroundings,
            crate::guests::Invitations::of_test(),
            roll.clone(),
        )
    };
    trial.place();
    let waiting = || {
        let waiting = trial.journal().readers().read_blocking(crate::health::branch::Waiting::of).unwrap();
        waiting.count
    };
    let deadline = Instant::now() + Duration::from_secs(20);
    while (waiting() > 0 || roll.troubles().is_empty()) && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!((waiting(), roll.troubles()[0].0), (0, "printer"));
    spooler.stop();
}
