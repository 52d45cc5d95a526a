//! What a disk is made of, shown to the system as a file in user space that a loop device can stand on.

use std::ffi::OsStr;
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use fuser::{
    Config, Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags, Generation, INodeNo, LockOwner, OpenFlags,
    ReplyAttr, ReplyData, ReplyEmpty, ReplyEntry, ReplyOpen, ReplyWrite, Request, WriteFlags,
};

pub use fuser::BackgroundSession;

/// The name of the one file.
pub const FILE: &str = "disk";
const DISK: INodeNo = INodeNo(2);
const KNOWN_FOR: Duration = Duration::from_secs(1);
const SECTOR: u64 = 512;

/// What bytes of a disk are kept on. Ranges are within its size.
pub trait Medium: Send + Sync + 'static {
    /// In bytes.
    fn size(&self) -> usize;
    /// What stands there.
    fn read(&self, range: Range<usize>) -> Vec<u8>;
    /// Stands there from now on.
    fn write(&self, at: usize, bytes: &[u8]);
    /// All that was written before is durable when this returns, unless the medium lies.
    fn flush(&self);
}

/// Shows a medium as the file `disk` in this folder, until the session is dropped.
///
/// # Errors
/// When there is no `/dev/fuse`, or this process may not use it.
pub fn show(medium: impl Medium, at: &Path) -> std::io::Result<BackgroundSession> {
    fuser::spawn_mount(Shown(medium), at, &Config::default())
}

struct Shown<M>(M);

impl<M: Medium> Shown<M> {
    fn attributes(&self, of: INodeNo) -> FileAttr {
        let (kind, perm, size) = match of == DISK {
            true => (FileType::RegularFile, 0o600, self.0.size() as u64),
            false => (FileType::Directory, 0o700, 0),
        };
        FileAttr {
            ino: of,
            size,
            blocks: size.div_ceil(SECTOR),
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
fn range(offset: u64, length: usize, end: usize) -> Range<usize> {
    let from = usize::try_from(offset).unwrap_or(end).min(end);
    from..from.saturating_add(length).min(end)
}

impl<M: Medium> Filesystem for Shown<M> {
    fn lookup(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        match parent == INodeNo::ROOT && name == FILE {
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
        reply.data(&self.0.read(range(offset, size as usize, self.0.size())));
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
        let range = range(offset, bytes.len(), self.0.size());
        if range.len() < bytes.len() {
            return reply.error(Errno::ENOSPC);
        }
        self.0.write(range.start, bytes);
        reply.written(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    }

    fn fsync(&self, _: &Request, _: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        self.0.flush();
        reply.ok();
    }

    fn flush(&self, _: &Request, _: INodeNo, _: FileHandle, _: LockOwner, reply: ReplyEmpty) {
        reply.ok();
    }
}
