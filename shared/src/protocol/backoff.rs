//! How long to wait before connecting again: full jitter, so that ten thousand branches that lost the same internet do
//! not come back in the same second.

use std::time::Duration;

/// The waits between tries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    failures: u32,
}

impl Default for Backoff {
    fn default() -> Self {
        Self::between(Duration::from_millis(500), Duration::from_secs(60))
    }
}

impl Backoff {
    /// Waits that double from the first to the longest.
    pub const fn between(first: Duration, longest: Duration) -> Self {
        Self { first, longest, failures: 0 }
    }

    /// It worked: the next failure is the first.
    pub const fn reset(&mut self) {
        self.failures = 0;
    }

    /// The wait after one more failure: anything up to the present bound, by chance.
    pub fn next(&mut self, chance: u32) -> Duration {
        let bound = self.first.saturating_mul(1 << self.failures.min(16)).min(self.longest);
        self.failures = self.failures.saturating_add(1);
        part_of(bound, chance)
    }
}

/// The part of a duration that `chance` is of all 32-bit numbers, without a float.
fn part_of(whole: Duration, chance: u32) -> Duration {
    let millis = u64::try_from(whole.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(u64::try_from((u128::from(millis) * u128::from(chance)) >> 32).unwrap_or(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_doubles_to_a_minute_and_begins_again_after_success() {
        let mut backoff = Backoff::default();
        let bounds: Vec<u128> = (0..9).map(|_| backoff.next(u32::MAX).as_millis()).collect();
        assert_eq!(bounds, [499, 999, 1_999, 3_999, 7_999, 15_999, 31_999, 59_999, 59_999]);
        backoff.reset();
        assert_eq!(backoff.next(u32::MAX / 2).as_millis(), 249);
    }
}
