//! Hours are what the journal's entries give when they are counted again by somebody who knows nothing of the code that
//! keeps them.

use std::collections::BTreeMap;

use comanda_shared::attendance::{AttendanceEvent, by_day};
use comanda_shared::event::Event;
use comanda_shared::ids::{ClockEntryId, StaffId};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::history::{Act, branch_after, few};
use super::trial::count;
use crate::attendance::feature::Way;
use crate::attendance::queries;
use crate::journal::entry::Entry;

/// Days on which people do nothing but come, go, forget to, and are corrected.
fn days_at_work() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        8 => (0..3_usize, select(vec![Way::In, Way::Out])).prop_map(|(staff, way)| Act::Clock(staff, way)),
        3 => (any::<usize>(), -600_i64..600, 0..900_i64).prop_map(|(at, from, long)| Act::CorrectTimes(at, from, long)),
        6 => (1..900_i64).prop_map(Act::PassMinutes),
        1 => Just(Act::Restart),
        1 => Just(Act::Restore),
    ];
    vec(act, 10..70).prop_map(|acts| {
        let hired = ["Ana", "Luis", "Marta"].map(|name| Act::Hire(name.to_owned()));
        hired.into_iter().chain(acts).collect()
    })
}

/// Whose, of which day, from when, and until when, if that was ever said.
type Stay = (StaffId, Date, Timestamp, Option<Timestamp>);

fn recounted(entries: &[Entry]) -> BTreeMap<ClockEntryId, Stay> {
    let mut stays: BTreeMap<ClockEntryId, Stay> = BTreeMap::new();
    for Entry { event, .. } in entries {
        let Event::Attendance(event) = event else { continue };
        match event {
            AttendanceEvent::ClockedIn(came) => {
                stays.insert(came.entry, (came.staff, came.business_day, came.at, None));
            }
            AttendanceEvent::ClockedOut(went) => stays.get_mut(&went.entry).unwrap().3 = Some(went.at),
            AttendanceEvent::LeftOpen(left) => assert_eq!(stays[&left.entry].3, None),
            AttendanceEvent::Corrected(right) => {
                let stay = stays.get_mut(&right.entry).unwrap();
                assert_eq!((stay.2, stay.3), (right.before.in_at, right.before.out_at), "what stood there is said");
                *stay = (right.staff, right.business_day, right.after.in_at, right.after.out_at);
            }
        }
    }
    stays
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn hours_by_person_and_day_are_what_the_journal_gives(acts in days_at_work()) {
        let trial = branch_after(acts);
        let stays = recounted(&trial.entries());
        let mut hours: BTreeMap<(StaffId, Date), SignedDuration> = BTreeMap::new();
        for (staff, day, from, until) in stays.values() {
            let worked = until.map_or(SignedDuration::ZERO, |until| until.duration_since(*from));
            prop_assert!(!worked.is_negative());
            *hours.entry((*staff, *day)).or_default() += worked;
        }
        let file = trial.file();
        let (first, last) = ("2026-01-01".parse().unwrap(), "2027-12-31".parse().unwrap());
        let kept = queries::between(&file, first, last).unwrap();
        prop_assert_eq!(kept.len(), count(&file, "clock_entry"));
        // As of long after: who is still in then has forgotten to go, and counts nothing.
        let worked = by_day(&kept, "2028-01-01T00:00:00Z".parse().unwrap());
        let worked: BTreeMap<_, _> = worked.into_iter().map(|(key, day)| (key, day.worked)).collect();
        prop_assert_eq!(worked, hours);
        let open = queries::open(&file).unwrap();
        prop_assert!(open.iter().all(|one| open.iter().filter(|other| other.staff == one.staff).count() == 1));
    }
}
