//! The disk as a file system of SQLite's: the one place with unsafe code, for SQLite takes one only as C functions.
//!
//! Source: `sqlite3_vfs` and `sqlite3_io_methods` of <https://sqlite.org/c3ref/vfs.html>, and `os_unix.c` for what SQLite
//! expects of a file system: a new log or journal has its name flushed with its first flush, locks are by connection, and
//! memory shared between connections is forgotten when the last of them goes.
#![allow(
    unsafe_code,
    reason = "a file system for SQLite is C functions over raw pointers; each block says why it is sound"
)]

use std::collections::HashMap;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::ffi;

use crate::disk::{Call, Disk, Fault, Inode, MemoryLock, Opened};

/// Bytes SQLite maps of shared memory at a time, in words.
const REGION_WORDS: usize = 32 * 1024 / 8;
const LONGEST_NAME: c_int = 512;
/// What an ordinary unix file system says of itself: bytes beside those written stay as they are.
const CHARACTERISTICS: c_int = ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE;

type Region = Box<[AtomicU64; REGION_WORDS]>;

/// What the functions below are given: the disk, and the memory that connections share.
struct Mounted {
    disk: Arc<Disk>,
    memory: Mutex<HashMap<Inode, Memory>>,
    open_files: AtomicUsize,
}

#[derive(Default)]
struct Memory {
    regions: Vec<Region>,
    users: Vec<Opened>,
}

/// A disk that SQLite can open files on, by the name of this file system, until it is dropped.
pub struct Vfs {
    name: String,
    registered: *mut ffi::sqlite3_vfs,
}

// SAFETY: the pointer is only used by `register` and `drop`, and what it points to is never changed in between by us;
// SQLite guards its list of file systems with a lock of its own.
unsafe impl Send for Vfs {}
// SAFETY: as above; a shared `Vfs` gives out nothing but its name.
unsafe impl Sync for Vfs {}

impl Vfs {
    /// Makes this disk known to SQLite.
    pub fn mount(disk: Arc<Disk>) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("power-cut-{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let c_name = CString::new(name.clone()).expect("digits and letters have no zero byte");
        let mounted = Box::new(Mounted { disk, memory: Mutex::default(), open_files: AtomicUsize::new(0) });
        let vfs = Box::new(ffi::sqlite3_vfs {
            iVersion: 2,
            szOsFile: c_int::try_from(size_of::<Handle>()).expect("a handle is small"),
            mxPathname: LONGEST_NAME,
            pNext: std::ptr::null_mut(),
            zName: c_name.into_raw(),
            pAppData: Box::into_raw(mounted).cast(),
            xOpen: Some(open),
            xDelete: Some(delete),
            xAccess: Some(access),
            xFullPathname: Some(full_pathname),
            xDlOpen: None,
            xDlError: None,
            xDlSym: None,
            xDlClose: None,
            xRandomness: Some(randomness),
            xSleep: Some(sleep),
            xCurrentTime: None,
            xGetLastError: Some(last_error),
            xCurrentTimeInt64: Some(current_time),
            xSetSystemCall: None,
            xGetSystemCall: None,
            xNextSystemCall: None,
        });
        let registered = Box::into_raw(vfs);
        // SAFETY: it points to a whole `sqlite3_vfs` that stays where it is until it is unregistered.
        let code = unsafe { ffi::sqlite3_vfs_register(registered, 0) };
        assert_eq!(code, ffi::SQLITE_OK, "SQLite takes one more file system");
        Self { name, registered }
    }

    /// What SQLite knows it by.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Vfs {
    fn drop(&mut self) {
        // SAFETY: it was registered by `mount` and is unregistered here once. A connection that is still open has a file
        // open; what it would use is then left where it is. Otherwise nobody has any of the three boxes made by `mount`.
        unsafe {
            ffi::sqlite3_vfs_unregister(self.registered);
            let mounted = (*self.registered).pAppData.cast::<Mounted>();
            if (*mounted).open_files.load(Ordering::Acquire) == 0 {
                let vfs = Box::from_raw(self.registered);
                drop(CString::from_raw(vfs.zName.cast_mut()));
                drop(Box::from_raw(mounted));
            }
        }
    }
}

/// An open file as SQLite keeps it; it begins with what SQLite knows of it.
#[repr(C)]
struct Handle {
    base: ffi::sqlite3_file,
    file: *mut OpenFile,
}

struct OpenFile {
    mounted: *const Mounted,
    inode: Inode,
    opened: Opened,
    name: Option<String>,
    deletes_itself: bool,
    /// A log or journal just made: its name is flushed with its first flush.
    has_new_name: bool,
}

impl OpenFile {
    const fn mounted(&self) -> &Mounted {
        // SAFETY: made by `mount`, and kept there for as long as a file is open.
        unsafe { &*self.mounted }
    }

    fn disk(&self) -> &Disk {
        &self.mounted().disk
    }
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(map_memory),
    xShmLock: Some(lock_memory),
    xShmBarrier: Some(memory_barrier),
    xShmUnmap: Some(unmap_memory),
    xFetch: None,
    xUnfetch: None,
};

/// What was mounted, of the file system SQLite names.
///
/// # Safety
/// `vfs` is one that `mount` registered.
unsafe fn mounted<'m>(vfs: *mut ffi::sqlite3_vfs) -> &'m Mounted {
    // SAFETY: `mount` put a `Mounted` there, which stays while the file system can be called.
    unsafe { &*(*vfs).pAppData.cast::<Mounted>() }
}

/// The open file behind what SQLite keeps of it.
///
/// # Safety
/// `file` was opened by `open` and not closed since; SQLite calls a file's functions from one thread at a time.
unsafe fn opened<'f>(file: *mut ffi::sqlite3_file) -> &'f mut OpenFile {
    // SAFETY: `open` wrote a whole `Handle` there, with a box of its own.
    unsafe { &mut *(*file.cast::<Handle>()).file }
}

/// A name that SQLite gives; none for a temporary file.
///
/// # Safety
/// `name` is null or ends with a zero byte.
unsafe fn text<'t>(name: *const c_char) -> Option<&'t str> {
    // SAFETY: as promised by the caller.
    let path =
        (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) }.to_str().expect("our folders have UTF-8 names"))?;
    // The disk has one folder; which one the daemon believes it is in does not matter.
    path.rsplit('/').next()
}

fn place(offset: i64) -> usize {
    usize::try_from(offset).expect("SQLite's offsets are no negative numbers")
}

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: SQLite calls this with the file system it was registered with, a name or null, and room for a `Handle`.
    // The methods stay null until the file is open, by which SQLite knows not to close it.
    let (mounted, name) = unsafe {
        (*file).pMethods = std::ptr::null();
        (mounted(vfs), text(name))
    };
    let disk = &mounted.disk;
    let may_create = name.is_none() || flags & ffi::SQLITE_OPEN_CREATE != 0;
    if let Some(fault) = disk.trouble(if may_create { Call::Write } else { Call::Read }) {
        return if fault == Fault::NoSpace { ffi::SQLITE_FULL } else { ffi::SQLITE_CANTOPEN };
    }
    let Some((inode, opened, is_new)) = disk.open(name, may_create) else { return ffi::SQLITE_CANTOPEN };
    let is_log = flags & (ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_SUPER_JOURNAL | ffi::SQLITE_OPEN_WAL) != 0;
    let open_file = Box::new(OpenFile {
        mounted,
        inode,
        opened,
        name: name.map(str::to_owned),
        deletes_itself: flags & ffi::SQLITE_OPEN_DELETEONCLOSE != 0,
        has_new_name: is_new && is_log,
    });
    mounted.open_files.fetch_add(1, Ordering::AcqRel);
    // SAFETY: `file` has `szOsFile` bytes, which is a `Handle`; `out_flags` is null or one number.
    unsafe {
        let handle =
            Handle { base: ffi::sqlite3_file { pMethods: &raw const METHODS }, file: Box::into_raw(open_file) };
        file.cast::<Handle>().write(handle);
        if !out_flags.is_null() {
            *out_flags = flags;
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn delete(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, sync_names: c_int) -> c_int {
    // SAFETY: called by SQLite with its file system and a name.
    let (mounted, name) = unsafe { (mounted(vfs), text(name)) };
    if mounted.disk.trouble(Call::Write).is_some_and(|fault| fault == Fault::Io) {
        return ffi::SQLITE_IOERR_DELETE;
    }
    if !mounted.disk.delete(name.unwrap_or_default()) {
        return ffi::SQLITE_IOERR_DELETE_NOENT;
    }
    if sync_names != 0 {
        mounted.disk.sync_names();
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn access(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, _: c_int, out: *mut c_int) -> c_int {
    // SAFETY: called by SQLite with its file system, a name and room for one number.
    unsafe { *out = c_int::from(mounted(vfs).disk.exists(text(name).unwrap_or_default())) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn full_pathname(
    _: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    room: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: SQLite gives a name that ends with a zero byte, and room for `room` bytes elsewhere.
    unsafe {
        let bytes = CStr::from_ptr(name).to_bytes_with_nul();
        if bytes.len() > usize::try_from(room).unwrap_or_default() {
            return ffi::SQLITE_CANTOPEN;
        }
        std::ptr::copy_nonoverlapping(bytes.as_ptr().cast(), out, bytes.len());
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn randomness(_: *mut ffi::sqlite3_vfs, count: c_int, out: *mut c_char) -> c_int {
    // The salts of the log come from here: the same in every run, so that a seed replays exactly.
    // SAFETY: SQLite gives room for `count` bytes.
    unsafe { out.write_bytes(0x5a, usize::try_from(count).unwrap_or_default()) };
    count
}

unsafe extern "C" fn sleep(_: *mut ffi::sqlite3_vfs, microseconds: c_int) -> c_int {
    std::thread::sleep(std::time::Duration::from_micros(u64::try_from(microseconds).unwrap_or_default()));
    microseconds
}

unsafe extern "C" fn last_error(_: *mut ffi::sqlite3_vfs, _: c_int, _: *mut c_char) -> c_int {
    0
}

unsafe extern "C" fn current_time(_: *mut ffi::sqlite3_vfs, out: *mut ffi::sqlite3_int64) -> c_int {
    /// Noon of 22 November 2026, in milliseconds of the Julian day; nothing in the branch's file comes from it.
    const NOON: i64 = 212_662_108_800_000;
    // SAFETY: SQLite gives room for one number.
    unsafe { *out = NOON };
    ffi::SQLITE_OK
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: SQLite closes a file that is open, once; the box was made by `open`.
    let file = unsafe {
        (*file).pMethods = std::ptr::null();
        Box::from_raw((*file.cast::<Handle>()).file)
    };
    file.disk().close(file.inode, file.opened);
    if let (true, Some(name)) = (file.deletes_itself, &file.name) {
        file.disk().delete(name);
    }
    file.mounted().open_files.fetch_sub(1, Ordering::AcqRel);
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, into: *mut c_void, count: c_int, offset: i64) -> c_int {
    let count = usize::try_from(count).unwrap_or_default();
    let mut reads_again = true;
    // SAFETY: the file is open, and SQLite gives room for `count` bytes that nobody else looks at meanwhile.
    let (file, into) = unsafe {
        into.write_bytes(0, count);
        (opened(file), std::slice::from_raw_parts_mut(into.cast::<u8>(), count))
    };
    loop {
        match file.disk().trouble(Call::Read) {
            Some(Fault::Io) => return ffi::SQLITE_IOERR_READ,
            // SQLite's own file system reads on when it was given too little, and so does this one.
            Some(Fault::ShortRead) if reads_again => reads_again = false,
            Some(Fault::ShortRead) => return ffi::SQLITE_IOERR_READ,
            Some(Fault::NoSpace) | None => break,
        }
    }
    match file.disk().read(file.inode, into, place(offset)) {
        all if all == count => ffi::SQLITE_OK,
        _ => ffi::SQLITE_IOERR_SHORT_READ,
    }
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, from: *const c_void, count: c_int, offset: i64) -> c_int {
    let count = usize::try_from(count).unwrap_or_default();
    // SAFETY: the file is open, and SQLite gives `count` bytes that do not change meanwhile.
    let (file, from) = unsafe { (opened(file), std::slice::from_raw_parts(from.cast::<u8>(), count)) };
    match file.disk().trouble(Call::Write) {
        Some(Fault::NoSpace) => ffi::SQLITE_FULL,
        Some(Fault::Io) => {
            // A write that fails may have written something.
            file.disk().write(file.inode, &from[..count / 2], place(offset));
            ffi::SQLITE_IOERR_WRITE
        }
        Some(Fault::ShortRead) | None => {
            file.disk().write(file.inode, from, place(offset));
            ffi::SQLITE_OK
        }
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    // SAFETY: the file is open.
    let file = unsafe { opened(file) };
    if file.disk().trouble(Call::Write) == Some(Fault::Io) {
        return ffi::SQLITE_IOERR_TRUNCATE;
    }
    file.disk().truncate(file.inode, place(size));
    ffi::SQLITE_OK
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: the file is open.
    let file = unsafe { opened(file) };
    let fails = file.disk().trouble(Call::Sync).is_some();
    let database = file.name.as_deref().and_then(|name| file.disk().database_of(name));
    file.disk().sync(file.inode, database, !fails);
    if fails {
        return ffi::SQLITE_IOERR_FSYNC;
    }
    if std::mem::take(&mut file.has_new_name) {
        file.disk().sync_names();
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, out: *mut i64) -> c_int {
    // SAFETY: the file is open, and there is room for one number.
    unsafe {
        let file = opened(file);
        *out = i64::try_from(file.disk().length(file.inode)).expect("a file in memory is not that long");
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: the file is open.
    let file = unsafe { opened(file) };
    if file.disk().lock(file.inode, file.opened, level) { ffi::SQLITE_OK } else { ffi::SQLITE_BUSY }
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: the file is open.
    let file = unsafe { opened(file) };
    file.disk().unlock(file.inode, file.opened, level);
    ffi::SQLITE_OK
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: the file is open, and there is room for one number.
    unsafe {
        let file = opened(file);
        *out = c_int::from(file.disk().is_reserved(file.inode));
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_control(_: *mut ffi::sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_: *mut ffi::sqlite3_file) -> c_int {
    4096
}

unsafe extern "C" fn device_characteristics(_: *mut ffi::sqlite3_file) -> c_int {
    CHARACTERISTICS
}

unsafe extern "C" fn map_memory(
    file: *mut ffi::sqlite3_file,
    region: c_int,
    size: c_int,
    may_extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: the file is open.
    let file = unsafe { opened(file) };
    let region = usize::try_from(region).unwrap_or_default();
    if usize::try_from(size).unwrap_or_default() != REGION_WORDS * 8 {
        return ffi::SQLITE_IOERR_SHMMAP;
    }
    let mut shared = file.mounted().memory.lock().unwrap_or_else(PoisonError::into_inner);
    let memory = shared.entry(file.inode).or_default();
    if !memory.users.contains(&file.opened) {
        memory.users.push(file.opened);
    }
    while may_extend != 0 && memory.regions.len() <= region {
        memory.regions.push(Box::new([const { AtomicU64::new(0) }; REGION_WORDS]));
    }
    let start = memory.regions.get(region).map_or(std::ptr::null_mut(), |region| region.as_ptr().cast_mut().cast());
    // SAFETY: there is room for one pointer. What it points to are atomics, which may be written while shared; SQLite
    // guards them with the locks below, and they stay until the last connection has unmapped them.
    unsafe { *out = start };
    ffi::SQLITE_OK
}

unsafe extern "C" fn lock_memory(file: *mut ffi::sqlite3_file, offset: c_int, count: c_int, flags: c_int) -> c_int {
    // SAFETY: the file is open.
    let file = unsafe { opened(file) };
    let first = usize::try_from(offset).unwrap_or_default();
    let slots = first..first + usize::try_from(count).unwrap_or_default();
    let wish = match (flags & ffi::SQLITE_SHM_UNLOCK != 0, flags & ffi::SQLITE_SHM_SHARED != 0) {
        (true, _) => MemoryLock::Leave,
        (false, true) => MemoryLock::Share,
        (false, false) => MemoryLock::Alone,
    };
    if file.disk().lock_memory(file.inode, file.opened, slots, wish) { ffi::SQLITE_OK } else { ffi::SQLITE_BUSY }
}

unsafe extern "C" fn memory_barrier(_: *mut ffi::sqlite3_file) {
    std::sync::atomic::fence(Ordering::SeqCst);
}

unsafe extern "C" fn unmap_memory(file: *mut ffi::sqlite3_file, _: c_int) -> c_int {
    // SAFETY: the file is open; SQLite does not use what it has mapped after this.
    let file = unsafe { opened(file) };
    let mut shared = file.mounted().memory.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(memory) = shared.get_mut(&file.inode) {
        memory.users.retain(|user| *user != file.opened);
        if memory.users.is_empty() {
            shared.remove(&file.inode);
        }
    }
    ffi::SQLITE_OK
}
