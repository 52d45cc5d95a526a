//! A disk that remembers: one file of a file system in user space, under a loop device, in which every block that is written
//! and every flush stands in its order; and the image of it that a power cut at any point leaves.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use comanda_tests::random::Random;
use fuser::{
    BackgroundSession, Config, Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags, Generation, INodeNo,
    LockOwner, OpenFlags, ReplyAttr, ReplyData, ReplyEmpty, ReplyEntry, ReplyOpen, ReplyWrite, Request, WriteFlags,
};

/// What a disk loses or keeps as a whole.
const SECTOR: usize = 512;
/// The one file.
const DISK: INodeNo = INodeNo(2);
const KNOWN_FOR: Duration = Duration::from_secs(1);

/// What was asked of the disk.
enum Operation {
    Write {
        at: usize,
        bytes: Vec<u8>,
    },
    /// All that was written before is durable.
    Flush,
}

struct Recording {
    base: Vec<u8>,
    now: Vec<u8>,
    operations: Vec<Operation>,
}

/// The disk.
#[derive(Clone)]
pub struct Recorder(Arc<Mutex<Recording>>);

impl Recorder {
    /// A disk that holds this.
    pub fn holding(base: Vec<u8>) -> Self {
        Self(Arc::new(Mutex::new(Recording { now: base.clone(), base, operations: Vec::new() })))
    }

    /// Shows it as the file `disk` in this folder, until the session is dropped.
    pub fn mount(&self, at: &Path) -> std::io::Result<BackgroundSession> {
        fuser::spawn_mount(self.clone(), at, &Config::default())
    }

    /// How many operations there were.
    pub fn position(&self) -> usize {
        self.recording().operations.len()
    }

    /// What is on the disk when the power goes after so many operations. With `lies`, flushes after that many operations
    /// were answered and not done.
    pub fn cut_at(&self, position: usize, lies_from: Option<usize>, random: &mut Random) -> Vec<u8> {
        let recording = self.recording();
        let operations = &recording.operations[..position];
        let is_true = |(at, operation): &(usize, &Operation)| {
            matches!(operation, Operation::Flush) && lies_from.is_none_or(|from| *at < from)
        };
        let durable = operations.iter().enumerate().rfind(is_true).map_or(0, |(at, _)| at);
        let mut image = recording.base.clone();
        for operation in &operations[..durable] {
            if let Operation::Write { at, bytes } = operation {
                image[*at..*at + bytes.len()].copy_from_slice(bytes);
            }
        }
        // Of what was not flushed: nothing, everything, or each sector by chance.
        let manner = random.below(4);
        for operation in &operations[durable..] {
            let Operation::Write { at, bytes } = operation else { continue };
            for (index, sector) in bytes.chunks(SECTOR).enumerate() {
                let survives = match manner {
                    0 => false,
                    1 => true,
                    _ => random.below(2) == 0,
                };
                if survives {
                    let at = at + index * SECTOR;
                    image[at..at + sector.len()].copy_from_slice(sector);
                }
            }
        }
        image
    }

    fn recording(&self) -> MutexGuard<'_, Recording> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn attributes(&self, of: INodeNo) -> FileAttr {
        let (kind, perm, size) = match of == DISK {
            true => (FileType::RegularFile, 0o600, self.recording().now.len() as u64),
            false => (FileType::Directory, 0o700, 0),
        };
        FileAttr {
            ino: of,
            size,
            blocks: size.div_ceil(SECTOR as u64),
            atime: UNIX_EPOCH,
            mtime: UNIX_EPOCH,
            ctime: UNIX_EPOCH,
            crtime: UNIX_EPOCH,
            kind,
            perm,
            nlink: 1,
            uid: 0,
            gid: 0,
            rdev: 0,
            blksize: 4096,
            flags: 0,
        }
    }
}

/// A range of the disk, no further than its end.
fn range(offset: u64, length: usize, end: usize) -> std::ops::Range<usize> {
    let from = usize::try_from(offset).unwrap_or(end).min(end);
    from..from.saturating_add(length).min(end)
}

impl Filesystem for Recorder {
    fn lookup(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        match parent == INodeNo::ROOT && name == "disk" {
            true => reply.entry(&KNOWN_FOR, &self.attributes(DISK), Generation(0)),
            false => reply.error(Errno::ENOENT),
        }
    }

    fn getattr(&self, _: &Request, of: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        reply.attr(&KNOWN_FOR, &self.attributes(of));
    }

    fn open(&self, _: &Request, _: INodeNo, _: OpenFlags, reply: ReplyOpen) {
        reply.opened(FileHandle(1), FopenFlags::empty());
    }

    fn read(
        &self,
        _: &Request,
        _: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        let recording = self.recording();
        reply.data(&recording.now[range(offset, size as usize, recording.now.len())]);
    }

    fn write(
        &self,
        _: &Request,
        _: INodeNo,
        _: FileHandle,
        offset: u64,
        bytes: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        let mut recording = self.recording();
        let range = range(offset, bytes.len(), recording.now.len());
        if range.len() < bytes.len() {
            return reply.error(Errno::ENOSPC);
        }
        recording.now[range.clone()].copy_from_slice(bytes);
        recording.operations.push(Operation::Write { at: range.start, bytes: bytes.to_vec() });
        reply.written(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    }

    fn fsync(&self, _: &Request, _: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        self.recording().operations.push(Operation::Flush);
        reply.ok();
    }

    fn flush(&self, _: &Request, _: INodeNo, _: FileHandle, _: LockOwner, reply: ReplyEmpty) {
        reply.ok();
    }
}
