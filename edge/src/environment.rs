//! What the daemon takes from outside itself: the time, chance, and the file system under SQLite.
//!
//! Everything that needs one is given it, so that a test can move the clock, repeat the dice and cut the power.

use std::sync::{Arc, Mutex, PoisonError};

use comanda_shared::ids::NewIds;
use jiff::Timestamp;
use uuid::{Builder, Uuid};

#[cfg(test)]
pub(crate) mod doubles;

/// The wall clock.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// A source of chance good enough for secrets.
pub trait Randomness: Send + Sync {
    /// Fills the bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The machine's randomness, fetched a kilobyte at a time: an order needs a dozen small portions, and each would be a
/// call of the kernel.
#[derive(Default)]
pub struct SystemRandomness {
    stock: Mutex<Stock>,
}

struct Stock {
    bytes: [u8; 1024],
    used: usize,
}

impl Default for Stock {
    fn default() -> Self {
        Self { bytes: [0; 1024], used: 1024 }
    }
}

impl Randomness for SystemRandomness {
    fn fill(&self, wanted: &mut [u8]) {
        const READY: &str = "the kernel gives randomness once the machine has started";
        let mut stock = self.stock.lock().unwrap_or_else(PoisonError::into_inner);
        if wanted.len() > stock.bytes.len() {
            return getrandom::fill(wanted).expect(READY);
        }
        if stock.used + wanted.len() > stock.bytes.len() {
            getrandom::fill(&mut stock.bytes).expect(READY);
            stock.used = 0;
        }
        let portion = stock.used..stock.used + wanted.len();
        stock.used = portion.end;
        wanted.copy_from_slice(&stock.bytes[portion.clone()]);
        stock.bytes[portion].fill(0);
    }
}

/// Everything taken from outside.
#[derive(Clone)]
pub struct Environment {
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub randomness: Arc<dyn Randomness>,
    /// The SQLite VFS by name; the default one when absent.
    pub vfs: Option<String>,
    /// Whether a thread of its own moves SQLite's log; if not, the writer does it between two commits, so that the same dice
    /// make the same calls again.
    pub moves_log_beside: bool,
}

impl Environment {
    /// The real machine.
    pub fn system() -> Self {
        let (clock, randomness) = (Arc::new(SystemClock), Arc::new(SystemRandomness::default()));
        Self { clock, randomness, vfs: None, moves_log_beside: true }
    }

    /// `N` bytes of chance.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.randomness.fill(&mut bytes);
        bytes
    }
}

/// Makes UUIDv7s that only ever grow: the time in milliseconds, a counter within it, and chance.
///
/// Source: RFC 9562, section 6.2, method 1 (a fixed-length dedicated counter in `rand_a`).
pub struct Ids {
    environment: Environment,
    last_ms: u64,
    counter: u16,
}

const COUNTER_LIMIT: u16 = 1 << 12;

impl Ids {
    /// A source on this machine.
    pub const fn new(environment: Environment) -> Self {
        Self { environment, last_ms: 0, counter: 0 }
    }
}

impl NewIds for Ids {
    fn next_id(&mut self) -> Uuid {
        let now = u64::try_from(self.environment.clock.now().as_millisecond()).unwrap_or_default();
        if now > self.last_ms {
            (self.last_ms, self.counter) = (now, 0);
        } else {
            self.counter += 1;
            if self.counter == COUNTER_LIMIT {
                (self.last_ms, self.counter) = (self.last_ms + 1, 0);
            }
        }
        let mut chance: [u8; 10] = self.environment.random();
        [chance[0], chance[1]] = self.counter.to_be_bytes();
        Builder::from_unix_timestamp_millis(self.last_ms, &chance).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct StoppedClock;

    impl Clock for StoppedClock {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }
    }

    #[test]
    fn ids_grow_even_when_the_clock_stands_still() {
        let mut ids = Ids::new(Environment { clock: Arc::new(StoppedClock), ..Environment::system() });
        let made: Vec<Uuid> = (0..10_000).map(|_| ids.next_id()).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(made.iter().all(|id| id.get_version_num() == 7));
    }
}
