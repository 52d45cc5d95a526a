//! What is asked of the writer, and how long a commit waits for more.
//!
//! A flush costs the same for one as for a hundred. Whoever was answered by the last commit mostly asks again at once, so
//! before the next one these are waited for, with those who had come meanwhile: altogether for half of what a commit takes,
//! and not for a moment when all are there. Whoever sells alone waits for nobody. On a disk that flushes slowly a crowd then
//! shares one flush, where it would otherwise split into halves that wait for each other's.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

/// Commands that share one commit at most.
const GROUP: usize = 256;
/// A commit waits no longer than this, however slow the disk.
const LONGEST: Duration = Duration::from_millis(10);

/// The writer's end of what is asked of it.
pub(super) struct Inbox<T> {
    coming: Receiver<T>,
    /// Those who came while the last commit was made.
    waiting: VecDeque<T>,
    /// How many these were, and those in the last commit: who is likely to share the next one.
    crowd: usize,
    /// What the last commit took.
    took: Duration,
}

/// Whom one commit still waits for.
pub(super) struct Gathering {
    crowd: usize,
    patience: Duration,
}

impl<T> Inbox<T> {
    /// An inbox in which so many may wait.
    pub fn new(room: usize) -> (SyncSender<T>, Self) {
        let (sender, coming) = sync_channel(room);
        (sender, Self { coming, waiting: VecDeque::new(), crowd: 0, took: Duration::ZERO })
    }

    /// The first of the next commit, waited for; none when nobody can ask any more.
    pub fn first(&mut self) -> Option<T> {
        self.waiting.pop_front().or_else(|| self.coming.recv().ok())
    }

    /// Who is waited for before the next commit.
    pub fn gathering(&self) -> Gathering {
        Gathering { crowd: self.crowd, patience: (self.took / 2).min(LONGEST) }
    }

    /// One more for a commit that has so many; none when it is to be made.
    pub fn next(&mut self, gathering: &mut Gathering, has: usize) -> Option<T> {
        if has >= GROUP {
            return None;
        }
        if let Some(here) = self.waiting.pop_front().or_else(|| self.coming.try_recv().ok()) {
            return Some(here);
        }
        if has >= gathering.crowd || gathering.patience.is_zero() {
            return None;
        }
        let began = Instant::now();
        let come = self.coming.recv_timeout(gathering.patience);
        gathering.patience = gathering.patience.saturating_sub(began.elapsed());
        come.ok()
    }

    /// A commit of so many took so long, and nobody in it is answered yet. No more than the next one takes are let in, so that
    /// the inbox can be full.
    pub fn committed(&mut self, answered: usize, took: Duration) {
        let room = GROUP.saturating_sub(self.waiting.len());
        self.waiting.extend(self.coming.try_iter().take(room));
        self.crowd = answered + self.waiting.len();
        self.took = took;
    }

    /// Takes no more; what waits can still be had.
    pub fn close(&mut self) {
        self.waiting.extend(self.coming.try_iter());
        // One that nobody can send to.
        self.coming = sync_channel(0).1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An inbox whose last commit was of `answered`, while `waiting` came, and which waits for as long as it may.
    fn after(answered: usize, waiting: usize) -> (SyncSender<usize>, Inbox<usize>) {
        let (sender, mut inbox) = Inbox::new(16);
        (0..waiting).for_each(|one| sender.send(one).unwrap());
        inbox.committed(answered, Duration::MAX);
        (sender, inbox)
    }

    fn gather(inbox: &mut Inbox<usize>, mut gathering: Gathering) -> usize {
        let mut has = 0;
        while inbox.next(&mut gathering, has).is_some() {
            has += 1;
        }
        has
    }

    #[test]
    fn whoever_was_answered_is_waited_for_and_shares_the_commit() {
        let (sender, mut inbox) = after(2, 1);
        let gathering = Gathering { patience: Duration::MAX, ..inbox.gathering() };
        let come_back = std::thread::spawn(move || {
            for one in [1, 2] {
                std::thread::sleep(Duration::from_millis(1));
                sender.send(one).unwrap();
            }
            sender
        });
        assert_eq!(gather(&mut inbox, gathering), 3);
        drop(come_back.join());
    }

    #[test]
    fn nobody_is_waited_for_when_all_are_there() {
        let (_sender, mut inbox) = after(0, 3);
        // Would never end if somebody were.
        let gathering = Gathering { patience: Duration::MAX, ..inbox.gathering() };
        assert_eq!(gather(&mut inbox, gathering), 3);
    }

    #[test]
    fn whoever_stays_away_is_waited_for_once_and_not_for_long() {
        let (_sender, mut inbox) = after(5, 1);
        let (began, gathering) = (Instant::now(), inbox.gathering());
        assert_eq!(gather(&mut inbox, gathering), 1);
        assert!(began.elapsed() >= LONGEST, "waited for {:?} only", began.elapsed());
        inbox.committed(1, Duration::MAX);
        assert_eq!(inbox.gathering().crowd, 1);
    }

    #[test]
    fn a_commit_waits_for_half_of_what_the_last_one_took() {
        let (_sender, mut inbox) = after(5, 0);
        assert_eq!(inbox.gathering().patience, LONGEST);
        inbox.committed(5, Duration::from_millis(3));
        assert_eq!(inbox.gathering().patience, Duration::from_micros(1500));
    }

    #[test]
    fn whoever_comes_faster_than_commits_are_made_finds_the_inbox_full() {
        let (sender, mut inbox) = Inbox::new(16);
        let mut let_in = 0;
        for _ in 0..2 * GROUP {
            let_in += (0..16).filter(|one| sender.try_send(*one).is_ok()).count();
            inbox.committed(0, Duration::ZERO);
        }
        assert_eq!(let_in, GROUP + 16);
    }

    #[test]
    fn what_waits_is_still_had_after_closing_and_nobody_asks_any_more() {
        let (sender, mut inbox) = after(1, 2);
        inbox.close();
        assert!(sender.try_send(9).is_err());
        assert_eq!((inbox.first(), inbox.first(), inbox.first()), (Some(0), Some(1), None));
    }
}
