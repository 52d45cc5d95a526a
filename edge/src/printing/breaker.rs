//! The breaker of a printer: after some failures of the way to it in a row, it is left alone for a while, and then asked by
//! one probe whether it is back. Paper and covers do not count: a printer that says so is there.

use std::time::{Duration, Instant};

/// Failures in a row that open it.
const FAILURES: u32 = 5;
/// How long it stays open at first, and at most.
const FIRST_REST: Duration = Duration::from_secs(60);
const LONGEST_REST: Duration = Duration::from_secs(300);

/// The breaker of a printer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Breaker {
    /// Jobs go through.
    Closed {
        /// Failures in a row.
        failures: u32,
    },
    /// Nothing is tried until then.
    Open {
        /// When a probe goes.
        until: Instant,
        /// How long it rests this time.
        rest: Duration,
    },
}

/// What may be tried now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Permit {
    /// A job.
    Job,
    /// Whether the printer is back, without a byte of a job.
    Probe,
    /// Nothing, for so long.
    Nothing(Duration),
}

impl Default for Breaker {
    fn default() -> Self {
        Self::Closed { failures: 0 }
    }
}

impl Breaker {
    /// What may be tried now.
    pub fn permit(self, now: Instant) -> Permit {
        match self {
            Self::Closed { .. } => Permit::Job,
            Self::Open { until, .. } if until <= now => Permit::Probe,
            Self::Open { until, .. } => Permit::Nothing(until - now),
        }
    }

    /// The way failed, with `chance` by which the rest is longer or shorter, up to a tenth.
    #[must_use]
    pub fn failed(self, now: Instant, chance: u8) -> Self {
        let rest = match self {
            Self::Closed { failures } if failures + 1 < FAILURES => return Self::Closed { failures: failures + 1 },
            Self::Closed { .. } => FIRST_REST,
            Self::Open { rest, .. } => (rest * 2).min(LONGEST_REST),
        };
        let until = now + rest * (920 + u32::from(chance) * 160 / 255) / 1000;
        Self::Open { until, rest }
    }

    /// Somebody says that it is back: a probe goes at once.
    #[must_use]
    pub const fn hurried(self, now: Instant) -> Self {
        match self {
            Self::Closed { .. } => self,
            Self::Open { rest, .. } => Self::Open { until: now, rest },
        }
    }

    /// Failures in a row; while open, as many as open it.
    pub const fn failures(self) -> u32 {
        match self {
            Self::Closed { failures } => failures,
            Self::Open { .. } => FAILURES,
        }
    }

    /// Whether jobs go through.
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Closed { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(now: Instant) -> Breaker {
        (0..FAILURES).fold(Breaker::default(), |breaker, _| breaker.failed(now, 128))
    }

    #[test]
    fn it_opens_with_the_fifth_failure_in_a_row_and_probes_a_minute_later() {
        let now = Instant::now();
        let fourth = (1..FAILURES).fold(Breaker::default(), |breaker, _| breaker.failed(now, 0));
        assert_eq!(fourth.permit(now), Permit::Job);
        let open = fourth.failed(now, 128);
        assert!(!open.is_closed());
        assert!(matches!(open.permit(now + Duration::from_secs(53)), Permit::Nothing(_)));
        assert_eq!(open.permit(now + Duration::from_secs(67)), Permit::Probe);
    }

    #[test]
    fn it_rests_longer_with_each_failed_probe_up_to_five_minutes() {
        let now = Instant::now();
        let mut breaker = opened(now);
        for rest in [120, 240, 300, 300] {
            breaker = breaker.failed(now, 128);
            let Breaker::Open { rest: rests, .. } = breaker else { panic!("{breaker:?}") };
            assert_eq!(rests.as_secs(), rest);
        }
    }

    #[test]
    fn the_jitter_is_less_than_a_tenth_either_way() {
        let now = Instant::now();
        for chance in [0, 255] {
            let four = (1..FAILURES).fold(Breaker::default(), |breaker, _| breaker.failed(now, chance));
            let Breaker::Open { until, rest } = four.failed(now, chance) else { panic!("it is open") };
            assert!((until - now).abs_diff(rest) <= rest / 10);
        }
    }

    #[test]
    fn who_says_that_it_is_back_is_believed_at_once() {
        let now = Instant::now();
        assert_eq!(opened(now).hurried(now).permit(now), Permit::Probe);
    }
}
