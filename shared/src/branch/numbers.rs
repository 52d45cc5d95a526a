//! The two numbers of an order: the one people call out, and the one that never comes again.

use serde::{Deserialize, Serialize};

use crate::order::OrderType;

/// The numbers given so far in one series.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Counter {
    /// The last consecutive given, over the branch's whole life.
    pub last_consecutive: u64,
    /// The last number called out in this day of business.
    pub last_number: u32,
}

/// The numbers the next order of a series gets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NextNumbers {
    /// What people call out: `L-0042`. Four digits or more; begins again each day of business.
    pub number: String,
    /// What identifies the order for good: `ESQ-L-000042`. Never given twice, never begun again.
    pub consecutive: String,
}

impl Counter {
    /// The numbers after these, for an order of this type at the branch of this code.
    pub fn next(&self, branch_code: &str, order_type: OrderType) -> NextNumbers {
        let letter = order_type.letter();
        NextNumbers {
            number: format!("{letter}-{:04}", self.last_number + 1),
            consecutive: format!("{branch_code}-{letter}-{:06}", self.last_consecutive + 1),
        }
    }

    /// One more was given.
    pub fn count(&mut self) {
        self.last_consecutive += 1;
        self.last_number += 1;
    }

    /// Jumps so that the next is the first of the next thousand: what was given after the state at hand was saved
    /// cannot be given again.
    pub fn skip(&mut self) {
        self.last_consecutive = (self.last_consecutive / 1000 + 1) * 1000;
        self.last_number = (self.last_number / 1000 + 1) * 1000;
    }

    /// A new day of business: the numbers people call out begin again.
    pub fn begin_day(&mut self) {
        self.last_number = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_each_other_and_only_the_called_one_begins_again() {
        let mut counter = Counter::default();
        for _ in 0..41 {
            counter.count();
        }
        let next = counter.next("ESQ", OrderType::Takeaway);
        assert_eq!((next.number.as_str(), next.consecutive.as_str()), ("L-0042", "ESQ-L-000042"));
        counter.begin_day();
        let next = counter.next("ESQ", OrderType::Takeaway);
        assert_eq!((next.number.as_str(), next.consecutive.as_str()), ("L-0001", "ESQ-L-000042"));
    }

    #[test]
    fn after_a_skip_the_next_number_is_in_the_next_thousand() {
        let mut counter = Counter { last_consecutive: 1000, last_number: 999 };
        counter.skip();
        assert_eq!(counter, Counter { last_consecutive: 2000, last_number: 1000 });
        assert_eq!(counter.next("ESQ", OrderType::DineIn).consecutive, "ESQ-M-002001");
    }
}
