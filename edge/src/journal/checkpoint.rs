//! Moving what the write-ahead log holds into the branch's file.
//!
//! Left alone, SQLite does this within a commit, every thousand pages, and everybody in the commit waits for it. Here a
//! thread with a connection of its own does it beside the writer, in small portions, and nobody waits for its flushes. While
//! orders keep coming the log is never wholly moved and only grows; when it has become long, the writer moves what is left
//! after it has answered, and the next commit begins the log anew.

use std::cell::Cell;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use super::database;
use crate::environment::Environment;

/// Pages of the log, of 4 KiB, after which they are moved. More at once would keep the disk busy longer.
const PORTION: i32 = 500;
/// Pages at which the writer moves what is left itself: eight megabytes, which the next start reads in a few hundredths of a
/// second.
const LONG: i32 = 2000;

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
    pub(super) fn if_due(&mut self, connection: &Connection) {
        let pages = PAGES.get();
        if pages < self.asked_at {
            self.asked_at = 0; // The log began anew.
        }
        if pages - self.asked_at < PORTION {
            return;
        }
        let is_asked = match &self.beside {
            Some(beside) if pages < LONG => beside.ask(),
            // Once a portion here too: while a backup reads, the log cannot begin anew however often it is moved.
            Some(_) | None => {
                move_log(connection);
                true
            }
        };
        if is_asked {
            self.asked_at = pages;
        }
    }
}

impl Beside {
    /// Starts the thread; without it the writer moves the log alone.
    fn start(path: &Path, environment: &Environment) -> Option<Self> {
        let opened = database::open_beside(path, environment);
        let connection = opened.inspect_err(|error| tracing::warn!(%error, "the writer moves its log alone")).ok()?;
        let (asking, asked) = sync_channel(1);
        let work = move || move_when_asked(&connection, &asked);
        let thread = std::thread::Builder::new().name("checkpoint".to_owned()).spawn(work);
        let thread = thread.inspect_err(|error| tracing::warn!(%error, "the writer moves its log alone")).ok()?;
        Some(Self { asking: Some(asking), thread: Some(thread) })
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

fn move_when_asked(connection: &Connection, asked: &Receiver<()>) {
    while asked.recv().is_ok() {
        move_log(connection);
    }
}

/// Moves as much as nobody reads. Somebody else moving it is no fault.
fn move_log(connection: &Connection) {
    if let Err(error) = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
        tracing::warn!(%error, "the log could not be moved into the branch's file");
    }
}
