//! What runs beside the writer: each of the journal's followers, and whatever else works on its own, is isolated from the
//! others and from selling. One that panics is started again after a pause that grows; the roll remembers how often, which
//! is how the manager comes to hear of it ([`crate::health::watch`]).
//!
//! It does not know what a follower does. What one had begun is found again where it is durable: in the journal, in the
//! table of print jobs, in the cursor of the cloud.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Before the first new start.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// One that ran so long before it failed is as one that never failed.
const LASTED: Duration = Duration::from_secs(300);
/// How often it is looked whether the branch stops meanwhile.
const NAP: Duration = Duration::from_millis(50);

/// How often a follower failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Trouble {
    /// Since the program started.
    pub failures: u32,
    /// When it last did.
    pub last: Instant,
}

/// Which followers failed, since the program started.
#[derive(Clone, Default)]
pub struct Roll(Arc<Mutex<BTreeMap<&'static str, Trouble>>>);

impl Roll {
    /// Runs it on this thread until it ends by itself, again whenever it panics, and no more once the branch stops.
    pub fn keep(&self, name: &'static str, is_stopping: impl Fn() -> bool, mut run: impl FnMut()) {
        let mut pause = Pause::default();
        loop {
            let began = Instant::now();
            if catch_unwind(AssertUnwindSafe(&mut run)).is_ok() {
                return;
            }
            self.note(name);
            let until = Instant::now() + pause.after(began.elapsed());
            while Instant::now() < until && !is_stopping() {
                std::thread::sleep(NAP);
            }
            if is_stopping() {
                return;
            }
        }
    }

    /// The same on the async runtime; `run` is told how often it failed before. Ends when aborted.
    pub async fn keep_task<F>(&self, name: &'static str, run: impl Fn(u32) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut pause = Pause::default();
        for failures in 0.. {
            let began = Instant::now();
            let task = AbortedWithUs(tokio::spawn(run(failures)));
            let Err(error) = task.ended().await else { return };
            if !error.is_panic() {
                return;
            }
            self.note(name);
            tokio::time::sleep(pause.after(began.elapsed())).await;
        }
    }

    /// One that is started again by somebody else failed.
    pub fn note(&self, name: &'static str) {
        let mut roll = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let trouble = roll.entry(name).or_insert(Trouble { failures: 0, last: Instant::now() });
        *trouble = Trouble { failures: trouble.failures + 1, last: Instant::now() };
        tracing::error!(follower = name, failures = trouble.failures, "a follower failed; it is started again");
    }

    /// Those that failed, by name.
    pub fn troubles(&self) -> Vec<(&'static str, Trouble)> {
        let roll = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        roll.iter().map(|(name, trouble)| (*name, *trouble)).collect()
    }
}

/// A task that does not outlive whoever waits for it.
struct AbortedWithUs(tokio::task::JoinHandle<()>);

impl AbortedWithUs {
    async fn ended(mut self) -> Result<(), tokio::task::JoinError> {
        (&mut self.0).await
    }
}

impl Drop for AbortedWithUs {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct Pause(Duration);

impl Default for Pause {
    fn default() -> Self {
        Self(FIRST_PAUSE)
    }
}

impl Pause {
    /// The pause after it had run so long; the next one is twice as long.
    fn after(&mut self, ran: Duration) -> Duration {
        if ran >= LASTED {
            *self = Self::default();
        }
        let pause = self.0;
        self.0 = (pause * 2).min(LONGEST_PAUSE);
        pause
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

    use super::*;

    #[test]
    fn a_follower_that_panics_is_started_again_and_the_roll_says_how_often_it_failed() {
        let (roll, mut runs) = (Roll::default(), 0);
        roll.keep(
            "test",
            || false,
            || {
                runs += 1;
                assert!(runs > 2, "not yet");
            },
        );
        assert_eq!(runs, 3);
        let [(name, trouble)] = roll.troubles()[..] else { panic!("one follower failed") };
        assert_eq!((name, trouble.failures), ("test", 2));
    }

    #[test]
    fn a_branch_that_stops_waits_for_no_pause() {
        let stops = AtomicBool::new(false);
        let began = Instant::now();
        Roll::default().keep(
            "test",
            || stops.load(Ordering::Relaxed),
            || {
                stops.store(true, Ordering::Relaxed);
                panic!("at once");
            },
        );
        assert!(began.elapsed() < LONGEST_PAUSE);
    }

    #[test]
    fn a_task_that_panics_is_started_again_knowing_that_it_failed() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let (roll, told) = (Roll::default(), Arc::new(AtomicU32::new(0)));
        runtime.block_on(roll.keep_task("test", |failures| {
            let told = Arc::clone(&told);
            async move {
                told.store(failures, Ordering::Relaxed);
                assert!(failures == 1, "not yet");
            }
        }));
        assert_eq!(told.load(Ordering::Relaxed), 1);
        assert_eq!(roll.troubles()[0].1.failures, 1);
    }

    #[test]
    fn pauses_double_to_a_minute_and_begin_again_once_it_lasted() {
        let mut pause = Pause::default();
        let pauses: Vec<u128> = (0..10).map(|_| pause.after(Duration::ZERO).as_millis()).collect();
        assert_eq!(pauses, [200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 51_200, 60_000]);
        assert_eq!(pause.after(LASTED).as_millis(), 200);
    }
}
