//! The door PINs go through one at a time: Argon2 needs nine megabytes and a core for tens of milliseconds, and two guesses
//! at once would both find the lock-out open.
//!
//! It runs on one thread beside the runtime and the writer, so that orders go on meanwhile; whoever waits for a turn waits
//! without a thread, and when too many do, the next is told so at once.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::http::problem::{Code, Problem};

/// Who waits for a turn, at most: at the speed of a small box, about two seconds.
const WAITING: usize = 64;

/// The door.
pub struct PinDoor {
    turn: Arc<Semaphore>,
    waiting: Semaphore,
}

impl Default for PinDoor {
    fn default() -> Self {
        Self { turn: Arc::new(Semaphore::new(1)), waiting: Semaphore::new(WAITING) }
    }
}

impl PinDoor {
    /// Does this when its turn has come; to the end, also when whoever asked has gone meanwhile.
    ///
    /// # Errors
    /// `busy` when too many wait; `internal` when the work panicked.
    pub async fn pass<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let _place = self.waiting.try_acquire().map_err(|_| Problem::from(Code::Busy))?;
        let turn = Arc::clone(&self.turn).acquire_owned().await.map_err(|_| Problem::from(Code::Internal))?;
        let in_turn = move || {
            let _turn = turn;
            work()
        };
        tokio::task::spawn_blocking(in_turn).await.map_err(|_| Code::Internal.into())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn one_at_a_time_passes_and_who_comes_when_it_is_full_is_told_so() {
        let (door, inside, most) =
            (Arc::new(PinDoor::default()), Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
        let guesses: Vec<_> = (0..200)
            .map(|_| {
                let (door, inside, most) = (Arc::clone(&door), Arc::clone(&inside), Arc::clone(&most));
                let work = move || {
                    most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(Duration::from_millis(2));
                    inside.fetch_sub(1, Ordering::SeqCst);
                };
                tokio::spawn(async move { door.pass(work).await })
            })
            .collect();
        let mut passed = 0;
        for guess in guesses {
            match guess.await.unwrap() {
                Ok(()) => passed += 1,
                Err(problem) => assert_eq!(problem.code, Code::Busy),
            }
        }
        assert!(passed >= WAITING, "{passed}");
        assert_eq!(most.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_panic_does_not_close_the_door() {
        let door = PinDoor::default();
        assert_eq!(
            door.pass(|| panic!("on purpose")).await.map_err(|problem| problem.code),
            Err::<(), _>(Code::Internal)
        );
        assert_eq!(door.pass(|| 7).await.unwrap(), 7);
    }
}
