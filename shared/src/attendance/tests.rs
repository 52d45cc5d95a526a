use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::event::Event;
use crate::ids::StaffId;
use crate::staff::Actor;

const DAY: &str = "2026-11-22";

fn at(hour: i64) -> Timestamp {
    "2026-11-22T05:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hour)
}

fn ana() -> StaffId {
    StaffId::from_uuid(Uuid::from_u128(1))
}

fn id(number: u128) -> ClockEntryId {
    ClockEntryId::from_uuid(Uuid::from_u128(number))
}

fn context(hour: i64) -> ClockContext {
    ClockContext { now: at(hour), business_day: DAY.parse().unwrap() }
}

/// A stay from one hour to another; without an end, still in.
fn stay(number: u128, from: i64, to: Option<i64>) -> ClockEntry {
    let mut state = None;
    let came = clock_in(None, id(number), ana(), &context(from)).unwrap();
    let went = to.map(|to| ClockedOut { entry: id(number), staff: ana(), at: at(to) });
    for event in came.into_iter().chain(went.map(AttendanceEvent::ClockedOut)) {
        ClockEntry::apply(&mut state, &event.into());
    }
    state.unwrap()
}

fn asked(from: i64, to: Option<i64>) -> Correct {
    let times = Times { in_at: at(from), out_at: to.map(at) };
    Correct { times, reason: "no marcó".to_owned(), by: Actor::Operator }
}

#[test]
fn nobody_is_in_twice_or_out_twice() {
    let open = stay(1, 8, None);
    assert_eq!(clock_in(Some(&open), id(2), ana(), &context(12)), Err(AttendanceRejection::AlreadyIn { since: at(8) }));
    assert_eq!(clock_out(None, &context(12)), Err(AttendanceRejection::NotIn));
    assert!(clock_out(Some(&open), &context(12)).is_ok());
}

#[test]
fn who_forgot_to_clock_out_comes_again_and_the_stay_before_counts_no_hours() {
    let open = stay(1, 8, None);
    assert_eq!(clock_out(Some(&open), &context(25)), Err(AttendanceRejection::Forgotten { since: at(8) }));
    let events = clock_in(Some(&open), id(2), ana(), &context(32)).unwrap();
    assert_eq!(
        events.iter().map(AttendanceEvent::kind).collect::<Vec<_>>(),
        ["attendance.clocked_in", "attendance.left_open"]
    );
    let mut before = Some(open);
    ClockEntry::apply(&mut before, &events[1].clone().into());
    let before = before.unwrap();
    assert_eq!((before.end, before.worked(at(33))), (End::Unmarked, None));
    assert!(before.is_forgotten(at(32)) && before.out_at().is_none());
}

#[test]
fn a_correction_says_what_stood_there_and_gives_a_forgotten_stay_its_hours() {
    let open = stay(1, 8, None);
    let corrected = correct(&open, &asked(8, Some(17)), std::slice::from_ref(&open), &context(40)).unwrap().unwrap();
    let AttendanceEvent::Corrected(what) = &corrected else { panic!("{corrected:?}") };
    assert_eq!((what.before.out_at, what.after.out_at), (None, Some(at(17))));
    let mut state = Some(open);
    ClockEntry::apply(&mut state, &corrected.into());
    let now = state.unwrap();
    assert_eq!(now.worked(at(40)), Some(SignedDuration::from_hours(9)));
    assert_eq!(now.correction.as_ref().map(|correction| correction.reason.as_str()), Some("no marcó"));
    assert_eq!(correct(&now, &asked(8, Some(17)), &[], &context(40)), Ok(None), "said again, it is so already");
}

#[test]
fn a_correction_that_cannot_be_is_refused() {
    let (ended, open) = (stay(1, 8, Some(12)), stay(2, 13, None));
    let others = [ended.clone(), open.clone()];
    let refused = |entry: &ClockEntry, asked: Correct| correct(entry, &asked, &others, &context(20)).unwrap_err();
    let mute = Correct { reason: "  ".to_owned(), ..asked(8, Some(11)) };
    assert_eq!(refused(&ended, mute), AttendanceRejection::Reason);
    assert_eq!(refused(&ended, asked(9, Some(8))), AttendanceRejection::OutBeforeIn);
    assert_eq!(refused(&ended, asked(8, Some(21))), AttendanceRejection::InFuture);
    assert_eq!(refused(&open, asked(21, None)), AttendanceRejection::InFuture);
    assert_eq!(refused(&ended, asked(8, None)), AttendanceRejection::OutMissing);
    assert_eq!(refused(&ended, asked(-20, Some(12))), AttendanceRejection::TooLong);
    assert_eq!(refused(&ended, asked(8, Some(14))), AttendanceRejection::Overlaps { since: at(13) });
    assert_eq!(refused(&open, asked(11, None)), AttendanceRejection::Overlaps { since: at(8) });
    assert!(correct(&open, &asked(12, None), &others, &context(20)).is_ok(), "one begins when the other ends");
}

#[test]
fn hours_after_midnight_count_for_the_day_somebody_came_and_several_stays_are_added() {
    let entries = [stay(1, 8, Some(12)), stay(2, 20, Some(27)), stay(3, 30, None)];
    let days = by_day(&entries, at(31));
    let day = days[&(ana(), DAY.parse().unwrap())];
    assert_eq!(day, DayWorked { worked: SignedDuration::from_hours(4 + 7 + 1), forgotten: 0, is_in: true });
    let day = by_day(&entries, at(60))[&(ana(), DAY.parse().unwrap())];
    assert_eq!(day, DayWorked { worked: SignedDuration::from_hours(11), forgotten: 1, is_in: false });
}

proptest! {
    /// Whatever anybody presses, at whatever hours: stays of one person never share a moment, and none has a negative length.
    #[test]
    fn stays_never_overlap(acts in proptest::collection::vec((0..3_u8, 0..30_i64, 0..30_i64, 0..9_usize), 1..40)) {
        let mut all: Vec<ClockEntry> = Vec::new();
        let mut hour = 0;
        for (next, (what, wait, span, which)) in (10_u128..).zip(acts) {
            hour += wait;
            let open = all.iter().find(|entry| entry.end == End::Inside).cloned();
            let events = match what {
                0 => clock_in(open.as_ref(), id(next), ana(), &context(hour)).unwrap_or_default(),
                1 => clock_out(open.as_ref(), &context(hour)).into_iter().collect(),
                _ => match which.checked_rem(all.len()) {
                    Some(which) => {
                        let to = (span > 0).then_some(hour - wait + span);
                        let done = correct(&all[which], &asked(hour - wait, to), &all, &context(hour));
                        done.unwrap_or_default().into_iter().collect()
                    }
                    None => Vec::new(),
                },
            };
            for event in events {
                let found = all.iter().position(|entry| entry.id == event.entry());
                let mut state = found.map(|found| all.remove(found));
                ClockEntry::apply(&mut state, &Event::from(event));
                all.extend(state);
            }
            let now = at(hour);
            prop_assert!(all.iter().filter(|entry| entry.end == End::Inside).count() <= 1);
            let spans: Vec<(Timestamp, Timestamp)> = all.iter().filter_map(|entry| match entry.end {
                End::Out { at } => Some((entry.in_at, at)),
                End::Inside => Some((entry.in_at, now)),
                End::Unmarked => None,
            }).collect();
            for (place, one) in spans.iter().enumerate() {
                prop_assert!(one.0 <= one.1);
                prop_assert!(spans.iter().skip(place + 1).all(|other| one.1 <= other.0 || other.1 <= one.0));
            }
        }
    }
}
