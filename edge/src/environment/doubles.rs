//! A clock the test moves, and dice that fall the same way each time.

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};

use super::{Clock, Environment, Randomness};

/// A clock that stands still until the test moves it.
pub(crate) struct MovedClock(Mutex<Timestamp>);

impl MovedClock {
    /// A clock that shows this instant, in RFC 3339.
    pub(crate) fn showing(instant: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(instant.parse().unwrap())))
    }

    /// Sets it forward or back to this instant, in RFC 3339.
    pub(crate) fn set(&self, instant: &str) {
        *self.0.lock().unwrap() = instant.parse().unwrap();
    }

    /// Moves it on, or back by a negative time.
    pub(crate) fn pass(&self, time: SignedDuration) {
        let mut now = self.0.lock().unwrap();
        *now += time;
    }
}

impl Clock for MovedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// Chance that is the same in every run: the output of BLAKE3 over the seed.
pub(crate) struct Dice(Mutex<blake3::OutputReader>);

impl Dice {
    /// Dice that fall as the seed says.
    pub(crate) fn seeded(seed: u64) -> Arc<Self> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes());
        Arc::new(Self(Mutex::new(hasher.finalize_xof())))
    }
}

impl Randomness for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap().fill(bytes);
    }
}

impl Environment {
    /// This clock and dice of this seed, on the machine's file system.
    pub(crate) fn of_test(clock: Arc<MovedClock>, seed: u64) -> Self {
        Self { clock, randomness: Dice::seeded(seed), vfs: None, moves_log_beside: false }
    }
}
