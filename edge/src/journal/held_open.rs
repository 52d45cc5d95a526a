//! The branch's file beside SQLite: opened to flush it or to read its header, and never closed.
//!
//! When a process closes a file, the kernel takes back every lock the process has on it, SQLite's too, whichever of its
//! descriptors was closed. A program that then opens the branch's file for itself and ends, as somebody looking into it with a
//! shell of SQLite would, takes itself for the last one and removes the log under the daemon.
//!
//! Source: <https://www.sqlite.org/howtocorrupt.html>, 2.2.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// By device and inode: a file that is open keeps its own.
static OPEN: Mutex<BTreeMap<(u64, u64), Arc<File>>> = Mutex::new(BTreeMap::new());

/// The file at a path, to read and to flush; opened once, and open until the process ends.
///
/// # Errors
/// When it is not there or cannot be opened.
pub fn held_open(path: &Path) -> io::Result<Arc<File>> {
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    let there = std::fs::metadata(path)?;
    let key = (there.dev(), there.ino());
    if let Some(file) = open.get(&key) {
        return Ok(Arc::clone(file));
    }
    // The map keeps it: no key is ever written twice.
    let file = Arc::new(File::open(path)?);
    open.insert(key, Arc::clone(&file));
    Ok(file)
}
