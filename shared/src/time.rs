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
        let local = self.0.datetime();
        let (minutes, is_west) = (self.0.offset().seconds().abs() / 60, self.0.offset().is_negative());
        let mut text = *b"0000-00-00T00:00:00.000-00:00";
        put(&mut text[0..4], local.year().unsigned_abs());
        put(&mut text[5..7], local.month().unsigned_abs());
        put(&mut text[8..10], local.day().unsigned_abs());
        put(&mut text[11..13], local.hour().unsigned_abs());
        put(&mut text[14..16], local.minute().unsigned_abs());
        put(&mut text[17..19], local.second().unsigned_abs());
        put(&mut text[20..23], local.millisecond().unsigned_abs());
        text[23] = if is_west { b'-' } else { b'+' };
        put(&mut text[24..26], minutes.unsigned_abs() / 60);
        put(&mut text[27..29], minutes.unsigned_abs() % 60);
        formatter.write_str(std::str::from_utf8(&text).expect("digits are text"))
    }
}

/// The number's last digits, as many as there is room for. An answer has three instants and nothing but digits in them:
/// the machinery of `strftime` costs as much as all else of a line.
fn put(room: &mut [u8], number: impl Into<u32>) {
    let mut rest = number.into();
    for digit in room.iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
    }
}

impl Serialize for LocalInstant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
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
        for zone in ["Asia/Kolkata", "UTC", "America/St_Johns", "Pacific/Kiritimati"] {
            let zone = TimeZone::get(zone).unwrap();
            for instant in ["2026-11-22T01:32:01.000009Z", "1999-12-31T23:59:59.999999Z", "2030-02-28T00:00:00Z"] {
                let local = LocalInstant::at(instant.parse().unwrap(), &zone);
                assert_eq!(local.to_string(), local.0.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string());
            }
        }
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
}
