//! Time as the branch sees it: an instant, and the day of business it counts for.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Zoned};
use serde::Serialize;

/// The day of business an instant falls in: the civil date in the branch's zone, counted from the hour the day starts.
///
/// A sale at one in the morning belongs to the evening before when the day starts at four.
pub fn business_day(at: Timestamp, zone: &TimeZone, day_starts_at: Time) -> Date {
    let local = at.to_zoned(zone.clone()).datetime();
    if local.time() < day_starts_at {
        return local.date().saturating_sub(Span::new().days(1));
    }
    local.date()
}

/// An instant as the LAN reads it: RFC 3339 with the branch's offset, to the millisecond.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LocalInstant(Zoned);

impl LocalInstant {
    /// The instant in this zone.
    pub fn at(instant: Timestamp, zone: &TimeZone) -> Self {
        Self(instant.to_zoned(zone.clone()))
    }
}

impl std::fmt::Display for LocalInstant {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.0.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z"))
    }
}

impl Serialize for LocalInstant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_read_with_the_branch_offset() {
        let bogota = TimeZone::get("America/Bogota").unwrap();
        let local = LocalInstant::at("2026-11-22T01:32:01.26956Z".parse().unwrap(), &bogota);
        assert_eq!(local.to_string(), "2026-11-21T20:32:01.269-05:00");
    }

    #[test]
    fn a_sale_after_midnight_belongs_to_the_evening_before() {
        let bogota = TimeZone::get("America/Bogota").unwrap();
        let starts = jiff::civil::time(4, 0, 0, 0);
        for (instant, day) in [
            ("2026-11-22T03:59:59-05:00", "2026-11-21"),
            ("2026-11-22T04:00:00-05:00", "2026-11-22"),
            ("2026-11-22T23:30:00-05:00", "2026-11-22"),
        ] {
            let at: Timestamp = instant.parse().unwrap();
            assert_eq!(business_day(at, &bogota, starts).to_string(), day, "{instant}");
        }
    }

    /// Chile sets its clocks at midnight: back on 2026-04-05, on on 2026-09-06.
    #[test]
    fn a_night_with_an_hour_more_or_less_is_one_day_of_business_and_no_day_begins_twice() {
        let chile = TimeZone::get("America/Santiago").unwrap();
        for starts in [jiff::civil::time(0, 30, 0, 0), jiff::civil::time(4, 0, 0, 0)] {
            for (from, to) in
                [("2026-04-04T12:00:00Z", "2026-04-06T12:00:00Z"), ("2026-09-05T12:00:00Z", "2026-09-07T12:00:00Z")]
            {
                let (mut at, to): (Timestamp, Timestamp) = (from.parse().unwrap(), to.parse().unwrap());
                let (mut day, mut days) = (business_day(at, &chile, starts), 1);
                while at < to {
                    at += jiff::SignedDuration::from_mins(1);
                    let now = business_day(at, &chile, starts);
                    assert!(now == day || now == day.tomorrow().unwrap(), "{at}: {now} after {day}");
                    days += i32::from(now != day);
                    day = now;
                }
                assert_eq!(days, 3, "from {from}, days that start at {starts}");
            }
        }
    }
}
