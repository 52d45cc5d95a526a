//! The numbers a tax office lets the branch give: ranges with a prefix, from one number to another, by a resolution, for a
//! time. A receipt takes the next number of the range in force, without a gap, from a block that only this branch has.
//!
//! Which document is made of a sale, and sending it, is not decided here: a receipt keeps what that needs.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Ranges a branch has at most.
const MOST_RANGES: usize = 10;

/// What a range is for.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum FiscalUse {
    /// Every sale.
    #[default]
    Regular,
    /// Sales while documents cannot be issued.
    Contingency,
}

/// Numbers the branch may give.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FiscalRange {
    /// What every number begins with; up to four capital letters or digits, or nothing.
    pub prefix: String,
    /// The first number.
    pub from: u64,
    /// The last number.
    pub to: u64,
    /// The resolution that allows them: 1 to 20 digits.
    pub resolution: String,
    /// The first day they may be given.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub valid_from: Date,
    /// The last day they may be given.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Date))]
    pub valid_until: Date,
    /// What they are for.
    #[serde(default)]
    pub purpose: FiscalUse,
}

/// The branch's ranges, and which of them are in use.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fiscal {
    /// In the order in which they are used up.
    #[serde(default)]
    pub ranges: Vec<FiscalRange>,
    /// Whether documents cannot be issued at the moment, so that sales take numbers kept for that.
    #[serde(default)]
    pub in_contingency: bool,
}

/// Why a range cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FiscalError {
    /// More ranges than a branch has.
    #[error("a branch has at most {MOST_RANGES} ranges")]
    TooMany,
    /// A range that is none.
    #[error("range {index}: {reason}")]
    Range {
        /// Which, from 0.
        index: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// The number a sale has for the tax office, with what is to be said of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FiscalNumber {
    /// What it begins with.
    pub prefix: String,
    /// The number.
    pub number: u64,
    /// The resolution that allows it.
    pub resolution: String,
    /// The first of its range.
    pub from: u64,
    /// The last of its range.
    pub to: u64,
    /// The last day of its range.
    pub valid_until: Date,
    /// Whether it was given because documents could not be issued.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_contingency: bool,
}

impl FiscalNumber {
    /// As it is written: `SETP980`.
    pub fn written(&self) -> String {
        format!("{}{}", self.prefix, self.number)
    }

    /// Of which range it is.
    pub fn key(&self) -> String {
        key(&self.resolution, &self.prefix)
    }
}

/// The last number given of each range, by [`FiscalRange::key`].
pub type FiscalCounters = BTreeMap<String, u64>;

fn key(resolution: &str, prefix: &str) -> String {
    format!("{resolution}/{prefix}")
}

impl FiscalRange {
    /// What tells it from every other.
    pub fn key(&self) -> String {
        key(&self.resolution, &self.prefix)
    }

    fn check(&self) -> Result<(), &'static str> {
        let is_prefix = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        if self.prefix.len() > 4 || !self.prefix.bytes().all(is_prefix) {
            return Err("a prefix has up to four capital letters or digits");
        }
        if self.from == 0 || self.from > self.to || self.to > 9_999_999_999 {
            return Err("it goes from 1 or more to no less than that");
        }
        if !(1..=20).contains(&self.resolution.len()) || !self.resolution.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err("a resolution has 1 to 20 digits");
        }
        if self.valid_from > self.valid_until {
            return Err("it ends before it begins");
        }
        Ok(())
    }

    /// The number after the last that was given of it; none once it is used up.
    fn next(&self, given: &FiscalCounters) -> Option<u64> {
        let next = given.get(&self.key()).map_or(self.from, |last| (last + 1).max(self.from));
        (next <= self.to).then_some(next)
    }

    /// How many are left.
    pub fn left(&self, given: &FiscalCounters) -> u64 {
        self.next(given).map_or(0, |next| self.to - next + 1)
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.prefix == other.prefix && self.from <= other.to && other.from <= self.to
    }
}

impl Fiscal {
    /// The ranges, if they can be used.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), FiscalError> {
        if self.ranges.len() > MOST_RANGES {
            return Err(FiscalError::TooMany);
        }
        for (index, range) in self.ranges.iter().enumerate() {
            range.check().map_err(|reason| FiscalError::Range { index, reason })?;
            if self.ranges[..index].iter().any(|other| other.overlaps(range) || other.key() == range.key()) {
                return Err(FiscalError::Range { index, reason: "another range has some of its numbers" });
            }
        }
        Ok(())
    }

    fn purpose(&self) -> FiscalUse {
        if self.in_contingency { FiscalUse::Contingency } else { FiscalUse::Regular }
    }

    fn in_force(&self, day: Date) -> impl Iterator<Item = &FiscalRange> {
        let purpose = self.purpose();
        let is_it =
            move |range: &&FiscalRange| range.purpose == purpose && range.valid_from <= day && day <= range.valid_until;
        self.ranges.iter().filter(is_it)
    }

    /// The number the next sale of this day gets; none where the branch has no range, or none in force with numbers left.
    pub fn next(&self, given: &FiscalCounters, day: Date) -> Option<FiscalNumber> {
        let (range, number) = self.in_force(day).find_map(|range| Some((range, range.next(given)?)))?;
        Some(FiscalNumber {
            prefix: range.prefix.clone(),
            number,
            resolution: range.resolution.clone(),
            from: range.from,
            to: range.to,
            valid_until: range.valid_until,
            is_contingency: self.in_contingency,
        })
    }

    /// How many numbers are left of those in force, and for how many days; none where the branch has no ranges for this.
    pub fn stand(&self, given: &FiscalCounters, day: Date) -> Option<FiscalStand> {
        let purpose = self.purpose();
        if !self.ranges.iter().any(|range| range.purpose == purpose) {
            return None;
        }
        let usable = || self.in_force(day).filter(|range| range.left(given) > 0);
        let days = usable().map(|range| (range.valid_until - day).get_days()).max().unwrap_or(0);
        Some(FiscalStand { left: usable().map(|range| range.left(given)).sum(), days })
    }
}

/// How much is left of the ranges in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FiscalStand {
    /// Numbers.
    pub left: u64,
    /// Days after this one.
    pub days: i32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 22);

    fn range(prefix: &str, from: u64, to: u64) -> FiscalRange {
        FiscalRange {
            prefix: prefix.to_owned(),
            from,
            to,
            resolution: "18760000001".to_owned(),
            valid_from: date(2026, 1, 1),
            valid_until: date(2026, 12, 31),
            purpose: FiscalUse::Regular,
        }
    }

    /// Takes numbers until there are none.
    fn taken(fiscal: &Fiscal, given: &mut FiscalCounters, day: Date) -> Vec<String> {
        let mut all = Vec::new();
        while let Some(next) = fiscal.next(given, day) {
            given.insert(next.key(), next.number);
            all.push(next.written());
        }
        all
    }

    #[test]
    fn numbers_follow_each_other_to_the_end_of_a_range_and_go_on_in_the_next() {
        let fiscal = Fiscal { ranges: vec![range("A", 8, 10), range("B", 1, 2)], in_contingency: false };
        assert_eq!(fiscal.check(), Ok(()));
        let mut given = FiscalCounters::new();
        assert_eq!(fiscal.stand(&given, TODAY), Some(FiscalStand { left: 5, days: 39 }));
        assert_eq!(taken(&fiscal, &mut given, TODAY), ["A8", "A9", "A10", "B1", "B2"]);
        assert_eq!(fiscal.stand(&given, TODAY), Some(FiscalStand { left: 0, days: 0 }));
    }

    #[test]
    fn a_range_is_in_force_from_its_first_day_to_its_last() {
        let fiscal = Fiscal { ranges: vec![range("A", 1, 9)], in_contingency: false };
        let given = FiscalCounters::new();
        for (day, is_in_force) in [
            (date(2025, 12, 31), false),
            (date(2026, 1, 1), true),
            (date(2026, 12, 31), true),
            (date(2027, 1, 1), false),
        ] {
            assert_eq!(fiscal.next(&given, day).is_some(), is_in_force, "{day}");
        }
    }

    #[test]
    fn in_contingency_numbers_come_from_the_range_kept_for_it_and_say_so() {
        let kept = FiscalRange { purpose: FiscalUse::Contingency, resolution: "2".to_owned(), ..range("C", 1, 9) };
        let calm = Fiscal { ranges: vec![range("A", 1, 9), kept], in_contingency: false };
        let given = FiscalCounters::new();
        let next = calm.next(&given, TODAY).unwrap();
        assert_eq!((next.written(), next.is_contingency), ("A1".to_owned(), false));
        let next = Fiscal { in_contingency: true, ..calm }.next(&given, TODAY).unwrap();
        assert_eq!((next.written(), next.is_contingency), ("C1".to_owned(), true));
        assert_eq!(Fiscal::default().stand(&given, TODAY), None, "a branch without ranges lacks nothing");
    }

    #[test]
    fn what_no_tax_office_allows_is_no_range() {
        for range in [
            range("SETPX", 1, 9),
            range("a", 1, 9),
            range("A", 0, 9),
            range("A", 10, 9),
            FiscalRange { resolution: String::new(), ..range("A", 1, 9) },
            FiscalRange { resolution: "18-76".to_owned(), ..range("A", 1, 9) },
            FiscalRange { valid_until: date(2025, 1, 1), ..range("A", 1, 9) },
        ] {
            let fiscal = Fiscal { ranges: vec![range.clone()], in_contingency: false };
            assert!(fiscal.check().is_err(), "{range:?}");
        }
        let twice = vec![range("A", 1, 9), FiscalRange { resolution: "2".to_owned(), ..range("A", 9, 20) }];
        assert!(matches!(
            Fiscal { ranges: twice, in_contingency: false }.check(),
            Err(FiscalError::Range { index: 1, .. })
        ));
    }
}
