//! Moving what the write-ahead log holds into the branch's file.
//!
//! Left alone, SQLite does this within a commit, every thousand pages, and everybody in the commit waits for it. The writer
//! does it itself, after they were answered, and in smaller portions: an order that arrives meanwhile waits for one.

use std::cell::Cell;

use rusqlite::Connection;

/// Pages of the log, of 4 KiB, at which it is moved. More would be moved less often, and whoever waits would wait longer:
/// with eight thousand, one order in a hundred waited for tens of milliseconds more.
const DUE_AT: i32 = 500;

thread_local! {
    /// Pages in the log of this thread's writer. SQLite tells it to a plain function, on the thread that commits.
    static PAGES: Cell<i32> = const { Cell::new(0) };
}

/// Follows the log of this thread's writing connection, which no longer moves it by itself.
pub(super) fn follow(connection: &Connection) {
    connection.wal_hook(Some(|_, pages| {
        PAGES.set(pages);
        Ok(())
    }));
}

/// Moves the log into the file when it has grown enough. What a reader still needs stays, and so does everything when the
/// disk is full: the next commit tries again.
pub(super) fn if_due(connection: &Connection) {
    if PAGES.get() < DUE_AT {
        return;
    }
    if let Err(error) = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
        tracing::warn!(%error, "the log could not be moved into the branch's file");
    }
}
