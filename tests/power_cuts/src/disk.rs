//! The disk: files in memory as programs see them, and everything that was asked of it, in order.
//!
//! What programs see is the page cache; what a power cut leaves of it is [`crate::platter`]'s business.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::platter::put;

/// A file, whatever its name is.
pub type Inode = usize;
/// An open file.
pub type Opened = u64;

/// Something a disk is asked to do; the power may go before, in or after any of them.
#[derive(Clone, Debug)]
pub enum Operation {
    /// A name was given to a new, empty file.
    Create(String, Inode),
    /// A name was taken away.
    Delete(String),
    /// The folder's names were flushed.
    SyncNames,
    /// Bytes were written.
    Write(Inode, usize, Arc<[u8]>),
    /// A file was cut to a length.
    Truncate(Inode, usize),
    /// A file was flushed.
    Sync(Inode, Flush),
    /// A flush failed: what it was to flush counts as flushed to the kernel and may never reach the disk.
    SyncFailed(Inode),
}

impl Operation {
    /// What was asked, without the bytes: the salts of SQLite's logs are by chance, and nothing else in them is.
    pub fn shape(&self) -> String {
        match self {
            Self::Write(inode, offset, bytes) => format!("write {} at {offset} of {inode}", bytes.len()),
            Self::Create(..)
            | Self::Delete(_)
            | Self::SyncNames
            | Self::Truncate(..)
            | Self::Sync(..)
            | Self::SyncFailed(_) => format!("{self:?}"),
        }
    }
}

/// On whose behalf a file is flushed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flush {
    /// Of the write-ahead log, for a commit: the one flush that SQLite leaves out with `synchronous = NORMAL`.
    Commit,
    /// Anything else: within a checkpoint, after the log's header, of any other file.
    Needed,
}

/// How the disk fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Whatever needs room fails.
    NoSpace,
    /// Reading, writing and flushing fail.
    Io,
    /// Reading gives fewer bytes than there are; twice in a row it counts as failed.
    ShortRead,
}

/// Calls that can fail, by what they ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Call {
    /// Reading.
    Read,
    /// Writing, creating.
    Write,
    /// Flushing.
    Sync,
}

impl Fault {
    const fn concerns(self, call: Call) -> bool {
        match self {
            Self::NoSpace => matches!(call, Call::Write),
            Self::Io => true,
            Self::ShortRead => matches!(call, Call::Read),
        }
    }
}

/// The locks of one open file on a database: SQLite's five levels.
pub type Level = i32;

#[derive(Default)]
struct File {
    bytes: Vec<u8>,
    is_temporary: bool,
    is_log: bool,
    /// Whether what was last written was the header of a log.
    header_was_last: bool,
    levels: HashMap<Opened, Level>,
    /// For each of the eight locks of shared memory: who shares it, and who has it alone.
    shared: [Vec<Opened>; 8],
    alone: [Option<Opened>; 8],
}

/// A fault that is waiting for its calls.
struct Armed {
    fault: Fault,
    from: u64,
    left: u64,
    struck: u64,
}

#[derive(Default)]
struct State {
    names: BTreeMap<String, Inode>,
    files: Vec<File>,
    operations: Vec<Operation>,
    fault: Option<Armed>,
    calls: u64,
    flush_takes: Duration,
    next_open: Opened,
}

/// A disk.
#[derive(Default)]
pub struct Disk(Mutex<State>);

/// Files by name: what a disk holds when nothing runs.
pub type Image = BTreeMap<String, Arc<[u8]>>;

impl Disk {
    /// A disk that holds this and was asked nothing yet.
    pub fn holding(image: &Image) -> Self {
        let disk = Self::default();
        let mut state = disk.state();
        for (name, bytes) in image {
            let inode = state.files.len();
            let file = File { bytes: bytes.to_vec(), is_log: name.ends_with("-wal"), ..File::default() };
            state.files.push(file);
            state.names.insert(name.clone(), inode);
        }
        drop(state);
        disk
    }

    /// What it holds as programs see it.
    pub fn image(&self) -> Image {
        let state = self.state();
        let file = |(name, inode): (&String, &Inode)| (name.clone(), Arc::from(&*state.files[*inode].bytes));
        state.names.iter().map(file).collect()
    }

    /// How many operations it was asked for.
    pub fn count(&self) -> usize {
        self.state().operations.len()
    }

    /// Everything it was asked for.
    pub fn operations(&self) -> Vec<Operation> {
        self.state().operations.clone()
    }

    /// How many calls were made that can fail; a fault is set for one of them by its number.
    pub fn calls(&self) -> u64 {
        self.state().calls
    }

    /// Fails `count` calls in this way from the call of this number on, of those it concerns.
    pub fn fail(&self, fault: Fault, from: u64, count: u64) {
        self.state().fault = Some(Armed { fault, from, left: count, struck: 0 });
    }

    /// The fault goes; says how often it struck.
    pub fn heal(&self) -> u64 {
        self.state().fault.take().map_or(0, |armed| armed.struck)
    }

    /// How long each flush takes from now on.
    pub fn flush_takes(&self, time: Duration) {
        self.state().flush_takes = time;
    }

    /// What becomes of the next call.
    pub fn trouble(&self, call: Call) -> Option<Fault> {
        let mut state = self.state();
        let number = state.calls;
        state.calls += 1;
        let armed = state.fault.as_mut()?;
        let strikes = number >= armed.from && armed.left > 0 && armed.fault.concerns(call);
        if strikes {
            armed.left -= 1;
            armed.struck += 1;
        }
        strikes.then_some(armed.fault)
    }

    /// Opens a file by name, or a temporary one; makes it when asked to. Says whether it is new; none when there is none.
    pub fn open(&self, name: Option<&str>, may_create: bool) -> Option<(Inode, Opened, bool)> {
        let mut state = self.state();
        let known = name.and_then(|name| state.names.get(name).copied());
        let inode = match known {
            Some(inode) => inode,
            None if !may_create => return None,
            None => {
                let inode = state.files.len();
                let is_log = name.is_some_and(|name| name.ends_with("-wal"));
                state.files.push(File { is_temporary: name.is_none(), is_log, ..File::default() });
                if let Some(name) = name {
                    state.names.insert(name.to_owned(), inode);
                    state.operations.push(Operation::Create(name.to_owned(), inode));
                }
                inode
            }
        };
        state.next_open += 1;
        Some((inode, state.next_open, known.is_none()))
    }

    /// Forgets an open file's locks.
    pub fn close(&self, inode: Inode, opened: Opened) {
        let mut state = self.state();
        let file = &mut state.files[inode];
        file.levels.remove(&opened);
        for slot in 0..8 {
            file.shared[slot].retain(|other| *other != opened);
            file.alone[slot] = file.alone[slot].filter(|other| *other != opened);
        }
    }

    /// Takes a name away; false when there is none.
    pub fn delete(&self, name: &str) -> bool {
        let mut state = self.state();
        let was_there = state.names.remove(name).is_some();
        if was_there {
            state.operations.push(Operation::Delete(name.to_owned()));
        }
        was_there
    }

    /// Flushes the names of the folder.
    pub fn sync_names(&self) {
        self.state().operations.push(Operation::SyncNames);
    }

    /// Whether there is such a file.
    pub fn exists(&self, name: &str) -> bool {
        self.state().names.contains_key(name)
    }

    /// Reads what there is into the front of the buffer; says how many bytes there were.
    pub fn read(&self, inode: Inode, into: &mut [u8], offset: usize) -> usize {
        let state = self.state();
        let there = state.files[inode].bytes.get(offset..).unwrap_or_default();
        let count = there.len().min(into.len());
        into[..count].copy_from_slice(&there[..count]);
        count
    }

    /// Writes.
    pub fn write(&self, inode: Inode, bytes: &[u8], offset: usize) {
        let mut state = self.state();
        let file = &mut state.files[inode];
        put(&mut file.bytes, offset, bytes);
        file.header_was_last = offset == 0;
        if !file.is_temporary {
            state.operations.push(Operation::Write(inode, offset, bytes.into()));
        }
    }

    /// Cuts to a length.
    pub fn truncate(&self, inode: Inode, length: usize) {
        let mut state = self.state();
        let file = &mut state.files[inode];
        file.bytes.truncate(length);
        if !file.is_temporary {
            state.operations.push(Operation::Truncate(inode, length));
        }
    }

    /// Flushes a file, or fails to.
    pub fn sync(&self, inode: Inode, database: Option<Inode>, succeeds: bool) {
        let takes = self.state().flush_takes;
        std::thread::sleep(takes);
        let mut state = self.state();
        let file = &state.files[inode];
        if file.is_temporary {
            return;
        }
        // The last connection moves the log with the whole database to itself, and takes no lock on shared memory.
        let is_checkpoint = database.map(|database| &state.files[database]).is_some_and(|database| {
            database.alone[CHECKPOINT].is_some() || database.levels.values().any(|level| *level > PENDING)
        });
        let flush = match file.is_log && !file.header_was_last && !is_checkpoint {
            true => Flush::Commit,
            false => Flush::Needed,
        };
        state.operations.push(if succeeds { Operation::Sync(inode, flush) } else { Operation::SyncFailed(inode) });
    }

    /// The database whose log this is.
    pub fn database_of(&self, log: &str) -> Option<Inode> {
        self.state().names.get(log.strip_suffix("-wal")?).copied()
    }

    /// How long a file is.
    pub fn length(&self, inode: Inode) -> usize {
        self.state().files[inode].bytes.len()
    }

    /// Lowers a lock.
    pub fn unlock(&self, inode: Inode, opened: Opened, level: Level) {
        self.state().files[inode].levels.insert(opened, level);
    }

    /// Raises a lock; false when another has one that does not go with it.
    pub fn lock(&self, inode: Inode, opened: Opened, level: Level) -> bool {
        let mut state = self.state();
        let levels = &mut state.files[inode].levels;
        let highest_other = levels.iter().filter(|(other, _)| **other != opened).map(|(_, level)| *level).max();
        let highest_other = highest_other.unwrap_or(NONE);
        let is_free = match level {
            SHARED => highest_other < PENDING,
            RESERVED | PENDING => highest_other < RESERVED,
            // Exclusive.
            _ => highest_other < SHARED,
        };
        if is_free || levels.get(&opened).is_some_and(|own| *own >= level) {
            levels.insert(opened, level);
            return true;
        }
        false
    }

    /// Whether anybody is about to write.
    pub fn is_reserved(&self, inode: Inode) -> bool {
        self.state().files[inode].levels.values().any(|level| *level >= RESERVED)
    }

    /// Takes or leaves locks on shared memory; false when another has one that does not go with it.
    pub fn lock_memory(&self, inode: Inode, opened: Opened, slots: std::ops::Range<usize>, wish: MemoryLock) -> bool {
        let mut state = self.state();
        let file = &mut state.files[inode];
        let is_foreign = |owner: &Option<Opened>| owner.is_some_and(|owner| owner != opened);
        let others_share = |sharers: &Vec<Opened>| sharers.iter().any(|other| *other != opened);
        let is_refused = match wish {
            MemoryLock::Leave => false,
            MemoryLock::Share => file.alone[slots.clone()].iter().any(is_foreign),
            MemoryLock::Alone => {
                file.alone[slots.clone()].iter().any(is_foreign) || file.shared[slots.clone()].iter().any(others_share)
            }
        };
        if is_refused {
            return false;
        }
        for slot in slots {
            file.shared[slot].retain(|other| *other != opened);
            file.alone[slot] = file.alone[slot].filter(|owner| *owner != opened);
            match wish {
                MemoryLock::Leave => {}
                MemoryLock::Share => file.shared[slot].push(opened),
                MemoryLock::Alone => file.alone[slot] = Some(opened),
            }
        }
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is wished of a lock on shared memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MemoryLock {
    /// No longer to have it.
    Leave,
    /// To have it with others.
    Share,
    /// To have it alone.
    Alone,
}

const NONE: Level = 0;
const SHARED: Level = 1;
const RESERVED: Level = 2;
const PENDING: Level = 3;
/// `WAL_CKPT_LOCK`: held by whoever moves the log into the database.
const CHECKPOINT: usize = 1;
