//! Moving what the write-ahead log holds into the branch's file.
//!
//! Left alone, SQLite does this within a commit, every thousand pages, and everybody in the commit waits for it. Here a
//! thread with a connection of its own does it beside the writer, in small portions, and nobody waits for it. While orders
//! keep coming the log is never wholly moved and only grows: whoever moves the last page of it must be the writer, after
//! which the next commit begins it anew. So when it has become long, the thread moves and flushes what is there, and only the
//! little that has come meanwhile is left to the writer, after it has answered. SQLite flushes the file when a log is wholly
//! moved and not before: without the thread's flush the writer would wait for all of it. While somebody reads for long,
//! as a backup does, the log cannot begin anew whoever moves it: then the writer leaves it to the thread.

use std::cell::Cell;
use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use super::turn::Load;
use super::{database, held_open};
use crate::environment::Environment;

/// Pages of the log, of 4 KiB, that are moved together.
pub const PORTION: i32 = QUICK.portion;
/// How much of the log is moved at once. More would keep disk and core busy longer while a commit waits.
const QUICK: Sizes = Sizes { portion: 500, long: 4000 };
/// The same where a commit takes [`SLOWLY`]: whoever moves the log has it flushed first, and where the disk does one flush at a
/// time a commit waits for it.
const SLOW: Sizes = Sizes { portion: 2000, long: 8000 };
const SLOWLY: Duration = Duration::from_millis(4);
/// Pages of a long log that the writer moves itself.
const REST: i32 = 400;
/// Pages that a log may have where room is tight.
const SHORT: i32 = 100;
/// How often, and how far apart, a log is moved that has no room to grow.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(10);

thread_local! {
    /// Pages in the log of this thread's writer. SQLite tells it to a plain function, on the thread that commits.
    static PAGES: Cell<i32> = const { Cell::new(0) };
}

/// What of a log is done at once, in pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Sizes {
    /// It is moved when so many have come.
    portion: i32,
    /// It is to begin anew when it has so many: thirty-two megabytes at most, which the next start reads.
    long: i32,
}

impl Sizes {
    /// By how long commits have taken between two looks at the writer.
    fn of(before: &Load, now: &Load) -> Self {
        let commits = u32::try_from(now.commits - before.commits).unwrap_or(u32::MAX).max(1);
        let took = Duration::from_micros(now.commits_us - before.commits_us) / commits;
        if took < SLOWLY { QUICK } else { SLOW }
    }
}

/// What the writer asks to move its log.
pub(super) struct Checkpoints {
    beside: Option<Beside>,
    /// Pages there were when it was last asked for.
    asked_at: i32,
    /// What the writer had done by then.
    before: Load,
}

/// The thread. It ends when nobody can ask it any more.
struct Beside {
    asking: Option<SyncSender<Wish>>,
    thread: Option<JoinHandle<()>>,
    progress: Arc<Mutex<Progress>>,
}

/// What is asked of the thread.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wish {
    Move,
    /// And flush the file, which SQLite does only when nothing of the log is left.
    MoveAndFlush,
}

/// What the thread is at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Progress {
    /// It is asked, or at it.
    AtWork,
    /// It is done; so many pages of the log, from its beginning, need not be moved again.
    Done(i32),
    /// It is done, but somebody still reads what it would have moved, or the file takes nothing: once a portion is enough.
    Held,
}

impl Progress {
    const fn after(moved: Option<Moved>) -> Self {
        match moved {
            Some(Moved { pages, of }) if of - pages <= REST => Self::Done(pages),
            Some(_) | None => Self::Held,
        }
    }
}

/// Who is to move the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mover {
    Nobody,
    Beside(Wish),
    Writer,
}

impl Mover {
    /// Of a log of `pages`, of which `asked_at` were there when this was last asked.
    const fn of(pages: i32, asked_at: i32, sizes: Sizes, beside: Option<Progress>) -> Self {
        let is_due = pages - asked_at >= sizes.portion;
        match beside {
            // Once a portion here too: what a reader needs stays in the log however often it is moved.
            None if is_due => Self::Writer,
            Some(Progress::Done(moved)) if pages >= sizes.long => match pages - moved {
                // Moved by the thread again and again, each time less, until what is left is soon done.
                ..=REST if pages - asked_at >= SHORT => Self::Writer,
                ..=REST => Self::Nobody,
                _ => Self::Beside(Wish::MoveAndFlush),
            },
            Some(Progress::Done(_) | Progress::Held) if is_due => Self::Beside(Wish::Move),
            None | Some(_) => Self::Nobody,
        }
    }
}

impl Checkpoints {
    /// Follows the log of this thread's writing connection, which no longer moves it by itself.
    pub(super) fn follow(connection: &Connection, path: &Path, environment: &Environment) -> Self {
        connection.wal_hook(Some(|_, pages| {
            PAGES.set(pages);
            Ok(())
        }));
        let beside = if environment.moves_log_beside { Beside::start(path, environment) } else { None };
        Self { beside, asked_at: 0, before: Load::default() }
    }

    /// After a commit was answered: has the log moved when it has grown enough. What a reader still needs stays, and so
    /// does everything when the disk is full: it is asked for again.
    /// Where room `is_tight`, the writer keeps the log short: what it takes is wanting where it is to be moved to.
    pub(super) fn if_due(&mut self, connection: &Connection, is_tight: bool, load: Load) {
        let pages = PAGES.get();
        if pages < self.asked_at {
            self.asked_at = 0; // The log began anew.
        }
        if is_tight {
            if pages - self.asked_at >= SHORT {
                self.make_room(connection);
            }
            return;
        }
        let progress = self.beside.as_ref().and_then(Beside::progress);
        // Without a thread nobody else flushes, and its runs are to be the same again however fast they are.
        let sizes = progress.map_or(QUICK, |_| Sizes::of(&self.before, &load));
        let is_asked = match (Mover::of(pages, self.asked_at, sizes, progress), &self.beside) {
            (Mover::Nobody, _) => false,
            (Mover::Beside(wish), Some(beside)) => beside.ask(wish),
            (Mover::Beside(_) | Mover::Writer, _) => {
                // It is asked for again.
                let _ = move_log(connection).inspect_err(say_what_went_wrong);
                true
            }
        };
        if is_asked {
            self.asked_at = pages;
            self.before = load;
        }
    }

    /// After a commit found no room: has the whole log moved at once, so that the next begins it anew, in the room it has.
    pub(super) fn make_room(&mut self, connection: &Connection) {
        // The thread may be at it, or somebody still reads.
        for _ in 0..TRIES {
            if let Ok(Some(Moved { pages, of })) = move_log(connection)
                && pages == of
            {
                break;
            }
            std::thread::sleep(PAUSE);
        }
        self.asked_at = PAGES.get();
    }
}

impl Beside {
    /// Starts the thread; without it the writer moves the log alone.
    fn start(path: &Path, environment: &Environment) -> Option<Self> {
        let opened = database::open_beside(path, environment);
        let connection = opened.inspect_err(|error| tracing::warn!(%error, "the writer moves its log alone")).ok()?;
        // A file in a file system of SQLite's own is not in this one.
        let file = if environment.vfs.is_none() { held_open(path).ok() } else { None };
        let (asking, asked) = sync_channel(1);
        let progress = Arc::new(Mutex::new(Progress::Done(0)));
        let told = Arc::clone(&progress);
        let work = move || {
            while let Ok(wish) = asked.recv() {
                let moved = move_log(&connection).inspect_err(say_what_went_wrong).ok().flatten();
                if let (Wish::MoveAndFlush, Some(file)) = (wish, &file) {
                    // Should it fail, SQLite hears of it as well, when it flushes the file itself.
                    let _ =
                        file.sync_data().inspect_err(|error| tracing::warn!(%error, "the file could not be flushed"));
                }
                *told.lock().unwrap_or_else(PoisonError::into_inner) = Progress::after(moved);
            }
        };
        let thread = std::thread::Builder::new().name("checkpoint".to_owned()).spawn(work);
        let thread = thread.inspect_err(|error| tracing::warn!(%error, "the writer moves its log alone")).ok()?;
        Some(Self { asking: Some(asking), thread: Some(thread), progress })
    }

    /// What it is at; `None` when it has ended before its time.
    fn progress(&self) -> Option<Progress> {
        let is_alive = self.thread.as_ref().is_some_and(|thread| !thread.is_finished());
        is_alive.then(|| *self.progress.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether it will do so.
    fn ask(&self, wish: Wish) -> bool {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        let is_asked = self.asking.as_ref().is_some_and(|asking| asking.try_send(wish).is_ok());
        if is_asked {
            *progress = Progress::AtWork;
        }
        is_asked
    }
}

impl Drop for Beside {
    /// Its connection is closed before the writer's, which then removes the log.
    fn drop(&mut self) {
        self.asking = None;
        if let Some(thread) = self.thread.take() {
            // A panic of it was told by the hook; the log is whole whatever it did.
            let _ = thread.join();
        }
    }
}

/// What came of moving a log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Moved {
    /// Pages that are in the branch's file now.
    pages: i32,
    /// Pages of the log.
    of: i32,
}

/// Moves as much as nobody reads; `None` while somebody else is at it.
///
/// # Errors
/// When the file cannot be written to.
fn move_log(connection: &Connection) -> rusqlite::Result<Option<Moved>> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
        let is_busy: bool = row.get(0)?;
        if is_busy { Ok(None) } else { Ok(Some(Moved { pages: row.get(2)?, of: row.get(1)? })) }
    })
}

fn say_what_went_wrong(error: &rusqlite::Error) {
    tracing::warn!(%error, "the log could not be moved into the branch's file");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thread_moves_a_log_in_portions_and_one_at_a_time() {
        let quick = |pages, asked_at, beside| Mover::of(pages, asked_at, QUICK, beside);
        assert_eq!(quick(499, 0, Some(Progress::Done(0))), Mover::Nobody);
        assert_eq!(quick(500, 0, Some(Progress::Done(0))), Mover::Beside(Wish::Move));
        assert_eq!(Mover::of(500, 0, SLOW, Some(Progress::Done(0))), Mover::Nobody);
        assert_eq!(quick(1000, 500, Some(Progress::AtWork)), Mover::Nobody);
        assert_eq!(quick(500, 0, None), Mover::Writer, "where there is no thread");
    }

    #[test]
    fn of_a_long_log_the_writer_moves_only_the_little_that_the_thread_has_left() {
        let quick = |pages, asked_at, beside| Mover::of(pages, asked_at, QUICK, Some(beside));
        assert_eq!(quick(4400, 3500, Progress::AtWork), Mover::Nobody);
        assert_eq!(quick(4400, 3500, Progress::Done(3999)), Mover::Beside(Wish::MoveAndFlush));
        assert_eq!(quick(4400, 4000, Progress::Done(4000)), Mover::Writer);
        assert_eq!(
            quick(4499, 4400, Progress::Done(4400)),
            Mover::Nobody,
            "it was moved just now, and somebody read it"
        );
        assert_eq!(quick(4500, 4400, Progress::Done(4400)), Mover::Writer);
    }

    #[test]
    fn a_log_that_somebody_reads_is_left_to_the_thread_however_long_it_is() {
        assert_eq!(Progress::after(Some(Moved { pages: 3, of: 4 + REST })), Progress::Held);
        assert_eq!(Mover::of(50_500, 50_000, QUICK, Some(Progress::Held)), Mover::Beside(Wish::Move));
        assert_eq!(Mover::of(50_499, 50_000, QUICK, Some(Progress::Held)), Mover::Nobody);
    }

    #[test]
    fn a_disk_is_slow_by_what_commits_took_since_the_log_was_last_moved() {
        let load = |commits, commits_us| Load { commits, commits_us, ..Load::default() };
        assert_eq!(Sizes::of(&load(0, 0), &load(0, 0)), QUICK);
        assert_eq!(Sizes::of(&load(10, 90_000), &load(20, 129_990)), QUICK);
        assert_eq!(Sizes::of(&load(10, 0), &load(20, 40_000)), SLOW);
    }

    #[test]
    fn a_log_is_wholly_moved_only_once_nobody_reads_it() {
        let left = |moved: Option<Moved>| moved.map(|moved| moved.of - moved.pages);
        let folder = tempfile::tempdir().unwrap();
        let [writer, reader, mover] =
            std::array::from_fn(|_| Connection::open(folder.path().join("branch.db")).unwrap());
        writer.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)").unwrap();
        reader.execute_batch("BEGIN").unwrap();
        let _: i64 = reader.query_row("SELECT a FROM t", [], |row| row.get(0)).unwrap();
        writer.execute_batch("INSERT INTO t VALUES (2)").unwrap();
        assert_eq!(move_log(&mover).map(left), Ok(Some(1)), "what was written after the reader began stays");
        reader.execute_batch("COMMIT").unwrap();
        assert_eq!(move_log(&mover).map(left), Ok(Some(0)));
    }
}
