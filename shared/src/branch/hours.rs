//! When a branch sells: the seven days of its week, each with intervals that may pass midnight, and dates that are other
//! than their weekday.
//!
//! Hours are wall-clock time in the branch's zone. They know no orders: what they are for is said by
//! [`Opening`](super::Opening).

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

/// Intervals a day has at most.
const MOST_INTERVALS: usize = 6;
/// Exceptions a branch has at most: all holidays of some years.
const MOST_EXCEPTIONS: usize = 100;
/// How far ahead it is looked for when the branch opens or closes: further than any holidays.
const DAYS_AHEAD: i32 = 62;

/// From when to when the branch sells.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = OpeningInterval))]
pub struct Interval {
    /// When it opens.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "11:00:00"))]
    pub open: Time,
    /// When it closes; a time that is not after the other is one of the next day, so that the same time twice is a whole day.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "22:00:00"))]
    pub close: Time,
}

/// A date that is other than its weekday.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = OpeningException))]
pub struct Exception {
    /// The day.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub date: Date,
    /// When it sells on it; empty where it does not.
    #[serde(default)]
    pub intervals: Vec<Interval>,
    /// Why: at most 120 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// When a branch sells. A day without intervals is a day it is closed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpeningHours {
    /// On Mondays.
    pub monday: Vec<Interval>,
    /// On Tuesdays.
    pub tuesday: Vec<Interval>,
    /// On Wednesdays.
    pub wednesday: Vec<Interval>,
    /// On Thursdays.
    pub thursday: Vec<Interval>,
    /// On Fridays.
    pub friday: Vec<Interval>,
    /// On Saturdays.
    pub saturday: Vec<Interval>,
    /// On Sundays.
    pub sunday: Vec<Interval>,
    /// Dates that are other than their weekday.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<Exception>,
}

/// Why hours cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// A day with more intervals than anybody opens for.
    #[error("{day} has more than {MOST_INTERVALS} intervals")]
    TooMany {
        /// The weekday in English, or the date.
        day: String,
    },
    /// Two intervals of a day that share a moment, or do not follow each other.
    #[error("the intervals of {day} overlap or are not in order")]
    Overlap {
        /// The weekday in English, or the date.
        day: String,
    },
    /// A date with two exceptions.
    #[error("{0} is excepted twice")]
    Twice(Date),
    /// More exceptions than are kept.
    #[error("there are at most {MOST_EXCEPTIONS} exceptions")]
    TooManyExceptions,
    /// A reason that nobody reads to its end.
    #[error("the reason of {0} has more than 120 characters, or some that cannot be printed")]
    Reason(Date),
}

/// What the hours say of a moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ByHours {
    /// It sells.
    Open {
        /// When it closes; none where that is not in sight.
        until: Option<Timestamp>,
    },
    /// It does not.
    Closed {
        /// When it opens next; none where that is not in sight.
        until: Option<Timestamp>,
    },
}

impl OpeningHours {
    /// The hours, if they can be used.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), HoursError> {
        for (name, intervals) in self.days() {
            check_day(intervals, || name.to_owned())?;
        }
        if self.exceptions.len() > MOST_EXCEPTIONS {
            return Err(HoursError::TooManyExceptions);
        }
        for (index, exception) in self.exceptions.iter().enumerate() {
            let date = exception.date;
            check_day(&exception.intervals, || date.to_string())?;
            if self.exceptions[..index].iter().any(|other| other.date == date) {
                return Err(HoursError::Twice(date));
            }
            let reason = exception.reason.as_deref().unwrap_or_default();
            if reason.chars().count() > 120 || reason.chars().any(char::is_control) {
                return Err(HoursError::Reason(date));
            }
        }
        Ok(())
    }

    const fn days(&self) -> [(&'static str, &Vec<Interval>); 7] {
        [
            ("monday", &self.monday),
            ("tuesday", &self.tuesday),
            ("wednesday", &self.wednesday),
            ("thursday", &self.thursday),
            ("friday", &self.friday),
            ("saturday", &self.saturday),
            ("sunday", &self.sunday),
        ]
    }

    /// The intervals that begin on a date.
    fn on(&self, date: Date) -> &[Interval] {
        if let Some(exception) = self.exceptions.iter().find(|exception| exception.date == date) {
            return &exception.intervals;
        }
        match date.weekday() {
            Weekday::Monday => &self.monday,
            Weekday::Tuesday => &self.tuesday,
            Weekday::Wednesday => &self.wednesday,
            Weekday::Thursday => &self.thursday,
            Weekday::Friday => &self.friday,
            Weekday::Saturday => &self.saturday,
            Weekday::Sunday => &self.sunday,
        }
    }

    /// What they say of a moment. Intervals that touch are one: who opens day and night never closes.
    pub fn at(&self, at: Timestamp, zone: &TimeZone) -> ByHours {
        let today = at.to_zoned(zone.clone()).date();
        // What began yesterday may go on; what began before that cannot.
        let days = (-1..DAYS_AHEAD).filter_map(|days| today.checked_add(Span::new().days(days)).ok());
        let spans = days.flat_map(|date| self.on(date).iter().filter_map(move |interval| interval.on(date, zone)));
        let mut open_until = None;
        for (from, to) in spans {
            match open_until {
                None if to <= at => {}
                None if at < from => return ByHours::Closed { until: Some(from) },
                None => open_until = Some(to),
                Some(known) if from <= known => open_until = Some(known.max(to)),
                Some(known) => return ByHours::Open { until: Some(known) },
            }
        }
        let horizon = today.checked_add(Span::new().days(DAYS_AHEAD - 1)).ok();
        let horizon = horizon.and_then(|date| instant(date, Time::midnight(), zone));
        match open_until {
            Some(known) => ByHours::Open { until: Some(known).filter(|known| Some(*known) < horizon) },
            None => ByHours::Closed { until: None },
        }
    }
}

impl Interval {
    /// From when to when it is that began on this date.
    fn on(self, date: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        let ends = if self.is_within_a_day() { date } else { date.tomorrow().ok()? };
        Some((instant(date, self.open, zone)?, instant(ends, self.close, zone)?))
    }

    fn is_within_a_day(self) -> bool {
        self.open < self.close
    }
}

fn instant(date: Date, time: Time, zone: &TimeZone) -> Option<Timestamp> {
    Some(date.to_datetime(time).to_zoned(zone.clone()).ok()?.timestamp())
}

fn check_day(intervals: &[Interval], name: impl Fn() -> String) -> Result<(), HoursError> {
    if intervals.len() > MOST_INTERVALS {
        return Err(HoursError::TooMany { day: name() });
    }
    let in_order = intervals.windows(2).all(|pair| pair[0].is_within_a_day() && pair[0].close <= pair[1].open);
    if in_order { Ok(()) } else { Err(HoursError::Overlap { day: name() }) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use jiff::civil::{date, time};

    fn bogota() -> TimeZone {
        TimeZone::get("America/Bogota").unwrap()
    }

    fn moment(text: &str) -> Timestamp {
        format!("{text}:00-05:00").parse().unwrap()
    }

    const fn interval(open: i8, close: i8) -> Interval {
        Interval { open: time(open, 0, 0, 0), close: time(close, 0, 0, 0) }
    }

    /// Lunch and dinner, Friday's and Saturday's until two in the morning; closed on Mondays and on Christmas Day.
    pub(in crate::branch) fn hours() -> OpeningHours {
        let plain = vec![interval(12, 15), interval(18, 22)];
        let late = vec![interval(12, 15), interval(18, 2)];
        OpeningHours {
            monday: Vec::new(),
            tuesday: plain.clone(),
            wednesday: plain.clone(),
            thursday: plain.clone(),
            friday: late.clone(),
            saturday: late,
            sunday: plain,
            exceptions: vec![Exception {
                date: date(2026, 12, 25),
                intervals: Vec::new(),
                reason: Some("Navidad".to_owned()),
            }],
        }
    }

    #[test]
    fn a_branch_is_open_in_its_intervals_and_knows_when_that_changes() {
        for (at, expected) in [
            // Sunday the 22nd.
            ("2026-11-22T11:59", ByHours::Closed { until: Some(moment("2026-11-22T12:00")) }),
            ("2026-11-22T12:00", ByHours::Open { until: Some(moment("2026-11-22T15:00")) }),
            ("2026-11-22T15:00", ByHours::Closed { until: Some(moment("2026-11-22T18:00")) }),
            // After Sunday's dinner comes Tuesday's lunch.
            ("2026-11-22T22:00", ByHours::Closed { until: Some(moment("2026-11-24T12:00")) }),
            // Friday's night ends on Saturday.
            ("2026-11-27T23:30", ByHours::Open { until: Some(moment("2026-11-28T02:00")) }),
            ("2026-11-28T01:59", ByHours::Open { until: Some(moment("2026-11-28T02:00")) }),
            ("2026-11-28T02:00", ByHours::Closed { until: Some(moment("2026-11-28T12:00")) }),
            // Christmas Day is a Friday: Thursday's dinner is the last before Saturday's lunch.
            ("2026-12-25T13:00", ByHours::Closed { until: Some(moment("2026-12-26T12:00")) }),
        ] {
            assert_eq!(hours().at(moment(at), &bogota()), expected, "{at}");
        }
    }

    #[test]
    fn who_opens_day_and_night_never_closes_and_who_never_opens_says_no_time() {
        let always = |intervals: Vec<Interval>| OpeningHours {
            monday: intervals.clone(),
            tuesday: intervals.clone(),
            wednesday: intervals.clone(),
            thursday: intervals.clone(),
            friday: intervals.clone(),
            saturday: intervals.clone(),
            sunday: intervals,
            exceptions: Vec::new(),
        };
        let now = moment("2026-11-22T03:00");
        assert_eq!(always(vec![interval(6, 6)]).at(now, &bogota()), ByHours::Open { until: None });
        assert_eq!(always(Vec::new()).at(now, &bogota()), ByHours::Closed { until: None });
    }

    #[test]
    fn days_that_contradict_themselves_are_no_hours() {
        let with = |monday: Vec<Interval>| OpeningHours { monday, ..hours() }.check();
        assert_eq!(hours().check(), Ok(()));
        assert_eq!(with(vec![interval(8, 12), interval(12, 20)]), Ok(()), "one may follow at once");
        let overlap = Err(HoursError::Overlap { day: "monday".to_owned() });
        assert_eq!(with(vec![interval(8, 13), interval(12, 20)]), overlap);
        assert_eq!(with(vec![interval(18, 2), interval(20, 22)]), overlap, "what passes midnight is the day's last");
        assert_eq!(with(vec![interval(8, 9); 7]), Err(HoursError::TooMany { day: "monday".to_owned() }));
        let twice = OpeningHours { exceptions: vec![hours().exceptions[0].clone(); 2], ..hours() };
        assert_eq!(twice.check(), Err(HoursError::Twice(date(2026, 12, 25))));
    }

    #[test]
    fn all_seven_days_are_said() {
        let mut said = serde_json::to_value(hours()).unwrap();
        assert_eq!(serde_json::from_value::<OpeningHours>(said.clone()).unwrap(), hours());
        said.as_object_mut().unwrap().remove("sunday");
        assert!(serde_json::from_value::<OpeningHours>(said).is_err());
    }
}
