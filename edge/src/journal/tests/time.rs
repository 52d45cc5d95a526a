//! The day of business, and clocks that cannot be trusted.

use comanda_shared::branch::BranchEvent;
use comanda_shared::event::{Event, Header};
use comanda_shared::staff::Actor;
use jiff::{SignedDuration, Timestamp};

use super::trial::Trial;
use crate::branch::settings::{self, NewSettings};

/// The entry that takes an order now.
fn taken(trial: &Trial) -> Header {
    trial.place();
    let last = trial.entries().into_iter().rev().find(|entry| entry.header.kind == "order.placed");
    last.unwrap().header
}

fn day(trial: &Trial) -> String {
    taken(trial).business_day.to_string()
}

#[test]
fn the_day_of_business_opens_with_the_first_command_after_four() {
    let trial = Trial::selling();
    for (instant, expected) in [
        ("2026-11-22T23:59:00-05:00", "2026-11-22"),
        ("2026-11-23T03:59:59-05:00", "2026-11-22"),
        ("2026-11-23T04:00:00-05:00", "2026-11-23"),
        ("2026-11-23T04:00:01-05:00", "2026-11-23"),
    ] {
        trial.clock.set(instant);
        assert_eq!(day(&trial), expected, "{instant}");
    }
    let opened = trial.entries().into_iter().filter(|entry| entry.header.kind == "branch.business_day_opened");
    assert_eq!(opened.count(), 1, "once a day");
}

#[test]
fn the_opening_of_the_day_is_the_first_event_of_the_command_that_caused_it() {
    let trial = Trial::selling();
    let before = trial.last().header.sequence;
    trial.clock.set("2026-11-23T11:00:00-05:00");
    trial.place();
    assert_eq!(trial.kinds_after(before)[..2], ["branch.business_day_opened", "order.placed"]);
    let entries = &trial.entries()[usize::try_from(before).unwrap()..];
    assert!(entries.iter().all(|entry| entry.header.command == entries[0].header.command));
    let Event::Branch(BranchEvent::BusinessDayOpened(opened)) = &entries[0].event else { panic!("the day opens") };
    assert_eq!(opened.business_day, entries[0].header.business_day);
}

#[test]
fn what_followers_write_opens_no_day() {
    let trial = Trial::selling();
    trial.clock.set("2026-11-23T11:00:00-05:00");
    let before = trial.last().header.sequence;
    trial.record(comanda_shared::staff::TokenRevoked {
        token: comanda_shared::ids::TokenId::from_uuid(uuid::Uuid::nil()),
    });
    assert_eq!(trial.kinds_after(before), ["token.revoked"]);
    assert_eq!(trial.last().header.business_day.to_string(), "2026-11-22");
}

#[test]
fn a_clock_that_goes_back_takes_the_day_of_business_nowhere() {
    let mut trial = Trial::selling();
    trial.clock.set("2026-11-23T11:00:00-05:00");
    assert_eq!(day(&trial), "2026-11-23");
    trial.clock.set("2020-01-01T00:00:00-05:00");
    assert_eq!(day(&trial), "2026-11-23");
    trial.restart();
    assert_eq!(day(&trial), "2026-11-23", "also after a restart");
}

#[test]
fn settings_that_let_the_day_start_later_take_it_nowhere_either() {
    let trial = Trial::selling();
    let evening = NewSettings { day_starts_at: Some(jiff::civil::time(18, 0, 0, 0)), ..NewSettings::default() };
    settings::change(trial.journal(), Actor::Operator, evening).unwrap();
    let before = trial.last().header.sequence;
    assert_eq!(day(&trial), "2026-11-22", "although by the new hour it is still the day before");
    assert!(!trial.kinds_after(before).contains(&"branch.business_day_opened".to_owned()));
}

#[test]
fn branch_time_is_never_before_the_last_event() {
    let mut trial = Trial::selling();
    for instant in ["2026-11-22T13:00:00Z", "2026-11-22T18:00:00Z", "2000-01-01T00:00:00Z", "2026-11-22T18:00:01Z"] {
        trial.clock.set(instant);
        trial.place();
        trial.restart();
        trial.place();
    }
    let times: Vec<Timestamp> = trial.entries().iter().map(|entry| entry.header.at).collect();
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!(
        times.last(),
        Some(&"2026-11-22T18:00:01Z".parse().unwrap()),
        "and goes on when the clock has caught up"
    );
}

#[test]
fn a_clock_in_doubt_marks_what_is_written_by_it() {
    for (seconds, is_suspect) in [
        (-180, true),
        (-121, true),
        (-120, false),
        (-1, false),
        (0, false),
        (23 * 3600, false),
        (24 * 3600, false),
        (25 * 3600, true),
    ] {
        let trial = Trial::selling();
        trial.clock.pass(SignedDuration::from_secs(seconds));
        let before = trial.last().header.sequence;
        trial.place();
        let marks = trial.entries().into_iter().filter(|entry| entry.header.sequence > before);
        let marks: Vec<bool> = marks.map(|entry| entry.header.clock_suspect).collect();
        assert!(!marks.is_empty() && marks.iter().all(|mark| *mark == is_suspect), "{seconds} s: {marks:?}");
    }
}

#[test]
fn once_the_clock_is_believed_again_nothing_is_marked() {
    let trial = Trial::selling();
    trial.clock.pass(SignedDuration::from_hours(25));
    assert!(taken(&trial).clock_suspect);
    assert!(!taken(&trial).clock_suspect, "the journal has come to that time");
    trial.clock.pass(SignedDuration::from_mins(-3));
    assert!(taken(&trial).clock_suspect);
    trial.clock.pass(SignedDuration::from_mins(3));
    assert!(!taken(&trial).clock_suspect);
}
