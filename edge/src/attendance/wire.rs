//! Stays at work in requests and answers.

use std::collections::BTreeMap;

use comanda_shared::attendance::{ClockEntry, Correction as Corrected, End, by_day};
use comanda_shared::ids::{ClockEntryId, StaffId};
use comanda_shared::staff::{Actor, Role, Staff};
use comanda_shared::time::LocalInstant;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::feature::Correction;
use crate::staff::pins::unrepeated;
use crate::staff::wire::PersonView;

/// Who comes or goes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Clocking)]
pub struct ClockRequest {
    /// Whom the faces named.
    pub staff: StaffId,
    /// 4 to 8 digits.
    #[schema(pattern = "^[0-9]{4,8}$", example = "2580")]
    #[serde(deserialize_with = "unrepeated")]
    pub pin: String,
}

/// Other times of a stay, by the branch's clock on the wall; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClockCorrection)]
pub struct CorrectRequest {
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "2026-11-22T08:00")]
    in_at: Option<DateTime>,
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "2026-11-22T16:30")]
    out_at: Option<DateTime>,
    /// Why, for whoever looks over it: 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    reason: String,
}

impl From<CorrectRequest> for Correction {
    fn from(CorrectRequest { in_at, out_at, reason }: CorrectRequest) -> Self {
        Self { in_at, out_at, reason }
    }
}

/// How a stay stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ClockStatus)]
pub enum StatusWord {
    /// They are in.
    In,
    /// They went.
    Out,
    /// They went and did not say so: it counts no hours until somebody says when.
    Forgotten,
}

impl StatusWord {
    fn of(entry: &ClockEntry, now: Timestamp) -> Self {
        match entry.end {
            End::Out { .. } => Self::Out,
            End::Inside | End::Unmarked if entry.is_forgotten(now) => Self::Forgotten,
            End::Inside | End::Unmarked => Self::In,
        }
    }
}

/// What somebody made of the times of a stay.
#[derive(Serialize, ToSchema)]
#[schema(as = ClockCorrected)]
pub struct CorrectionView {
    by: PersonView,
    at: LocalInstant,
    reason: String,
    /// What stood there before.
    in_before: LocalInstant,
    /// What stood there before, if anything.
    #[schema(required)]
    out_before: Option<LocalInstant>,
}

/// One stay at work.
#[derive(Serialize, ToSchema)]
#[schema(as = ClockEntry)]
pub struct EntryView {
    id: ClockEntryId,
    staff: PersonView,
    /// The day its hours count for, also those after midnight.
    business_day: Date,
    status: StatusWord,
    in_at: LocalInstant,
    #[schema(required)]
    out_at: Option<LocalInstant>,
    /// How long so far; none where nobody knows when they went.
    #[schema(required)]
    seconds: Option<i64>,
    /// The last correction.
    #[schema(required)]
    correction: Option<CorrectionView>,
}

/// What the shapes of stays need besides the stays.
pub struct Shown<'s> {
    /// Everybody's names.
    pub names: &'s BTreeMap<StaffId, String>,
    /// The branch's clock on the wall.
    pub zone: &'s TimeZone,
    /// The moment it is.
    pub now: Timestamp,
}

impl Shown<'_> {
    /// A stay as it is sent.
    pub fn entry(&self, entry: &ClockEntry) -> EntryView {
        EntryView {
            id: entry.id,
            staff: self.person(entry.staff),
            business_day: entry.business_day,
            status: StatusWord::of(entry, self.now),
            in_at: self.local(entry.in_at),
            out_at: entry.out_at().map(|at| self.local(at)),
            seconds: entry.worked(self.now).map(|worked| worked.as_secs()),
            correction: entry.correction.as_ref().map(|correction| self.correction(correction)),
        }
    }

    fn correction(&self, correction: &Corrected) -> CorrectionView {
        let name = match correction.by {
            Actor::Staff(staff) => self.names.get(&staff).cloned().unwrap_or_default(),
            Actor::Token(_) | Actor::Device(_) | Actor::Operator | Actor::Branch | Actor::Cloud => String::new(),
        };
        CorrectionView {
            by: PersonView::of(correction.by, name),
            at: self.local(correction.at),
            reason: correction.reason.clone(),
            in_before: self.local(correction.before.in_at),
            out_before: correction.before.out_at.map(|at| self.local(at)),
        }
    }

    fn person(&self, staff: StaffId) -> PersonView {
        PersonView::staff(staff, self.names.get(&staff).cloned().unwrap_or_default())
    }

    fn local(&self, at: Timestamp) -> LocalInstant {
        LocalInstant::at(at, self.zone)
    }
}

/// What somebody is told who came or went.
#[derive(Serialize, ToSchema)]
#[schema(as = Clocked)]
pub struct ClockedView {
    /// The stay that began or ended.
    pub entry: EntryView,
    /// How long they worked on its day of business so far, with the stays before it.
    pub seconds_of_day: i64,
    /// Whether the stay before has no end, because they forgot to clock out.
    pub left_open: bool,
}

/// What somebody worked on one day of business.
#[derive(Serialize, ToSchema)]
#[schema(as = DayWorked)]
pub struct DayView {
    business_day: Date,
    /// While they are in, until now.
    seconds: i64,
    /// Stays that count nothing, for nobody knows when they ended.
    forgotten: u32,
}

/// What somebody worked.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonWorked)]
pub struct WorkedView {
    id: StaffId,
    name: String,
    role: Role,
    /// Whether they still work here.
    is_active: bool,
    /// Since when they are in; absent from work, none.
    #[schema(required)]
    in_since: Option<LocalInstant>,
    /// Whether they are said to be in for longer than anybody works.
    is_forgotten: bool,
    /// Of all these days.
    seconds: i64,
    /// Of all these days, stays that count nothing.
    forgotten: u32,
    /// Days on which they were at work, the first first.
    days: Vec<DayView>,
}

/// What everybody worked.
#[derive(Serialize, ToSchema)]
#[schema(as = HoursWorked)]
pub struct HoursView {
    from: Date,
    to: Date,
    /// Everybody who works here, and who did on these days.
    people: Vec<WorkedView>,
}

impl HoursView {
    /// Of these days, from the stays on them and those that are open.
    pub fn of(
        (from, to): (Date, Date),
        everybody: &[Staff],
        entries: &[ClockEntry],
        open: &[ClockEntry],
        (zone, now): (&TimeZone, Timestamp),
    ) -> Self {
        let worked = by_day(entries, now);
        let person = |staff: &Staff| {
            let days = worked.range((staff.id, from)..=(staff.id, to));
            let days: Vec<DayView> = days
                .map(|((_, business_day), day)| DayView {
                    business_day: *business_day,
                    seconds: day.worked.as_secs(),
                    forgotten: day.forgotten,
                })
                .collect();
            let standing = open.iter().find(|entry| entry.staff == staff.id);
            WorkedView {
                id: staff.id,
                name: staff.name().to_owned(),
                role: staff.role,
                is_active: staff.is_active,
                in_since: standing.map(|entry| LocalInstant::at(entry.in_at, zone)),
                is_forgotten: standing.is_some_and(|entry| entry.is_forgotten(now)),
                seconds: days.iter().map(|day| day.seconds).sum(),
                forgotten: days.iter().map(|day| day.forgotten).sum(),
                days,
            }
        };
        let people = everybody.iter().map(person);
        let people = people.filter(|person| person.is_active || person.in_since.is_some() || !person.days.is_empty());
        Self { from, to, people: people.collect() }
    }
}

/// Seconds of the day so far, of one person's stays on it.
pub fn seconds_of(entries: &[ClockEntry], now: Timestamp) -> i64 {
    let worked = entries.iter().filter_map(|entry| entry.worked(now));
    worked.fold(SignedDuration::ZERO, SignedDuration::saturating_add).as_secs()
}
