//! Moving what the write-ahead log holds into the branch's file.
//!
//! Left alone, SQLite does this within a commit, every thousand pages, and everybody in the commit waits for it. Here a
//! thread with a connection of its own does it beside the writer, in small portions, and nobody waits for its flushes. While
//! orders keep coming the log is never wholly moved and only grows; when it has become long, the writer moves what is left
//! after it has answered, and the next commit begins the log anew. While somebody reads for long, as a backup does, the log
//! cannot begin anew whoever moves it: then the writer leaves it to the thread.

use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use super::database;
use crate::environment::Environment;

/// Pages of the log, of 4 KiB, after which they are moved. More at once would keep the disk busy longer; fewer would have it flush more
/// often, while commits wait for theirs.
pub const PORTION: i32 = 1500;
/// Pages at which the writer moves what is left itself: sixteen megabytes, which the next start reads in a few hundredths of a
/// second.
const LONG: i32 = 4000;
/// Pages that a log may have where room is tight.
const SHORT: i32 = 100;
/// How often, and how far apart, a log is moved that has no room to grow.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(10);

thread_local! {
    /// Pages in the log of this thread's writer. SQLite tells it to a plain function, on the thread that commits.
    static PAGES: Cell<i32> = const { Cell::new(0) };
}

/// What the writer asks to move its log.
pub(super) struct Checkpoints {
    beside: Option<Beside>,
    /// Pages there were when it was last asked for.
    asked_at: i32,
}

/// The thread. It ends when nobody can ask it any more.
struct Beside {
    asking: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    /// Whether somebody still read what it would have moved, when it last did.
    is_held: Arc<AtomicBool>,
}

/// Who is to move the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mover {
    Nobody,
    Beside,
    Writer,
}

impl Mover {
    /// Of a log of `pages`, of which `asked_at` were there when this was last asked.
    const fn of(pages: i32, asked_at: i32, beside: Option<bool>) -> Self {
        match beside {
            _ if pages - asked_at < PORTION => Self::Nobody,
            Some(is_held) if pages < LONG || is_held => Self::Beside,
            // Once a portion here too: what a reader needs stays in the log however often it is moved.
            Some(_) | None => Self::Writer,
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
        Self { beside, asked_at: 0 }
    }

    /// After a commit was answered: has the log moved when it has grown enough. What a reader still needs stays, and so
    /// does everything when the disk is full: it is asked for again.
    /// Where room `is_tight`, the writer keeps the log short: what it takes is wanting where it is to be moved to.
    pub(super) fn if_due(&mut self, connection: &Connection, is_tight: bool) {
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
        let is_asked = match (Mover::of(pages, self.asked_at, self.is_held()), &self.beside) {
            (Mover::Nobody, _) => false,
            (Mover::Beside, Some(beside)) => beside.ask(),
            (Mover::Beside | Mover::Writer, _) => {
                // It is asked for again.
                let _ = move_log(connection).inspect_err(say_what_went_wrong);
                true
            }
        };
        if is_asked {
            self.asked_at = pages;
        }
    }

    /// After a commit found no room: has the whole log moved at once, so that the next begins it anew, in the room it has.
    pub(super) fn make_room(&mut self, connection: &Connection) {
        // The thread may be at it, or somebody still reads.
        for _ in 0..TRIES {
            if let Ok(Moved::All) = move_log(connection) {
                break;
            }
            std::thread::sleep(PAUSE);
        }
        self.asked_at = PAGES.get();
    }

    /// Whether somebody reads what the thread would move; `None` where there is no thread.
    fn is_held(&self) -> Option<bool> {
        self.beside.as_ref().map(|beside| beside.is_held.load(Ordering::Relaxed))
    }
}

impl Beside {
    /// Starts the thread; without it the writer moves the log alone.
    fn start(path: &Path, environment: &Environment) -> Option<Self> {
        let opened = database::open_beside(path, environment);
        let connection = opened.inspect_err(|error| tracing::warn!(%error, "the writer moves its log alone")).ok()?;
        let (asking, asked) = sync_channel(1);
        let is_held = Arc::new(AtomicBool::new(false));
        let held = Arc::clone(&is_held);
        let work = move || {
            while asked.recv().is_ok() {
                let moved = move_log(&connection).inspect_err(say_what_went_wrong);
                held.store(matches!(moved, Ok(Moved::WhatNobodyReads)), Ordering::Relaxed);
            }
        };
        let thread = std::thread::Builder::new().name("checkpoint".to_owned()).spawn(work);
        let thread = thread.inspect_err(|error| tracing::warn!(%error, "the writer moves its log alone")).ok()?;
        Some(Self { asking: Some(asking), thread: Some(thread), is_held })
    }

    /// Whether it will do so: one wish may wait while it works.
    fn ask(&self) -> bool {
        self.asking.as_ref().is_some_and(|asking| asking.try_send(()).is_ok())
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
enum Moved {
    /// Nothing is left.
    All,
    /// Somebody still reads what is left.
    WhatNobodyReads,
    /// Somebody else is at it.
    Busy,
}

/// Moves as much as nobody reads.
///
/// # Errors
/// When the file cannot be written to.
fn move_log(connection: &Connection) -> rusqlite::Result<Moved> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
        let (is_busy, log, moved): (bool, i32, i32) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(match moved == log {
            _ if is_busy => Moved::Busy,
            true => Moved::All,
            false => Moved::WhatNobodyReads,
        })
    })
}

fn say_what_went_wrong(error: &rusqlite::Error) {
    tracing::warn!(%error, "the log could not be moved into the branch's file");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thread_moves_a_log_until_it_is_long_and_the_writer_then_what_is_left() {
        assert_eq!(Mover::of(PORTION - 1, 0, Some(false)), Mover::Nobody);
        assert_eq!(Mover::of(PORTION, 0, Some(false)), Mover::Beside);
        assert_eq!(Mover::of(LONG, LONG - PORTION, Some(false)), Mover::Writer);
        assert_eq!(Mover::of(PORTION, 0, None), Mover::Writer, "where there is no thread");
    }

    #[test]
    fn a_log_that_somebody_reads_is_left_to_the_thread_however_long_it_is() {
        assert_eq!(Mover::of(100 * LONG, 99 * LONG, Some(true)), Mover::Beside);
    }

    #[test]
    fn a_log_is_wholly_moved_only_once_nobody_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let [writer, reader, mover] =
            std::array::from_fn(|_| Connection::open(folder.path().join("branch.db")).unwrap());
        writer.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (a); INSERT INTO t VALUES (1)").unwrap();
        reader.execute_batch("BEGIN").unwrap();
        let _: i64 = reader.query_row("SELECT a FROM t", [], |row| row.get(0)).unwrap();
        writer.execute_batch("INSERT INTO t VALUES (2)").unwrap();
        assert_eq!(move_log(&mover), Ok(Moved::WhatNobodyReads), "what was written after the reader began stays");
        reader.execute_batch("COMMIT").unwrap();
        assert_eq!(move_log(&mover), Ok(Moved::All));
    }
}
