//! The numbers of papers about money: receipts, counts of shifts, reports of days. Each series follows without a gap.

use serde::{Deserialize, Serialize};

/// A series of papers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperSeries {
    /// What guests get for what they paid.
    Receipt,
    /// What a shift came to.
    ShiftCount,
    /// What a day came to.
    DayReport,
}

impl PaperSeries {
    /// The letter its numbers have: Factura de caja, Cierre, Z.
    pub const fn letter(self) -> char {
        match self {
            Self::Receipt => 'F',
            Self::ShiftCount => 'C',
            Self::DayReport => 'Z',
        }
    }
}

/// The numbers given so far in one series, over the branch's whole life.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PaperCounter {
    /// The last one given.
    pub last: u64,
}

impl PaperCounter {
    /// The number after it: `ESQ-F-000001`.
    pub fn next(self, branch_code: &str, series: PaperSeries) -> String {
        format!("{branch_code}-{}-{:06}", series.letter(), self.last + 1)
    }

    /// One more was given.
    pub const fn count(&mut self) {
        self.last += 1;
    }

    /// Jumps so that the next is the first of the next thousand, as orders' numbers do.
    pub const fn skip(&mut self) {
        self.last = (self.last / 1000 + 1) * 1000;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn papers_follow_each_other_and_jump_where_one_may_have_been_given_already() {
        let mut counter = PaperCounter::default();
        assert_eq!(counter.next("ESQ", PaperSeries::Receipt), "ESQ-F-000001");
        counter.count();
        assert_eq!(counter.next("ESQ", PaperSeries::Receipt), "ESQ-F-000002");
        counter.skip();
        assert_eq!(counter.next("ESQ", PaperSeries::DayReport), "ESQ-Z-001001");
    }
}
