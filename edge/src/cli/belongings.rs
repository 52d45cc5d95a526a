//! What root makes in a branch's folder belongs to whoever the folder belongs to: under systemd that is the daemon's own user,
//! who could not read a key or a backup of root's.

use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, Dir, FileType, Gid, Mode, OFlags, Uid, chownat, fstat, open, openat};
use rustix::io::{Errno, Result};

use crate::journal::DataFolder;

/// A folder itself; whoever owns the branch's could have put a link in its place that leads to what is not theirs.
const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
/// Whatever has a name, unopened.
const ITSELF: OFlags = OFlags::PATH.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// Gives what root owns in the folder and among its backups to the folder's owner. Does nothing where root owns the folder
/// itself, or somebody else calls. No link is followed, and a file with a second name elsewhere is left.
pub fn hand_over(folder: &DataFolder) {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    for place in [folder.path(), &folder.backups()] {
        if let Err(error) = hand_over_within(place) {
            eprintln!("comanda-edge: {} may hold files that the daemon cannot read: {error}", place.display());
        }
    }
}

fn hand_over_within(folder: &Path) -> Result<()> {
    let Some(folder) = unless_gone(open(folder, FOLDER, Mode::empty()))? else { return Ok(()) };
    let owner = fstat(&folder)?;
    match owner.st_uid {
        0 => Ok(()),
        user => give(&folder, Uid::from_raw(user), Gid::from_raw(owner.st_gid)),
    }
}

/// What is looked at is held, so that nobody puts something else in its place before it is given.
fn give(folder: &OwnedFd, user: Uid, group: Gid) -> Result<()> {
    for entry in Dir::read_from(folder)? {
        let entry = entry?;
        if [c".", c".."].contains(&entry.file_name()) {
            continue;
        }
        let Some(found) = unless_gone(openat(folder, entry.file_name(), ITSELF, Mode::empty()))? else { continue };
        let status = fstat(&found)?;
        let is_folder = FileType::from_raw_mode(status.st_mode) == FileType::Directory;
        if status.st_uid == 0 && (is_folder || status.st_nlink == 1) {
            chownat(&found, c"", Some(user), Some(group), AtFlags::EMPTY_PATH)?;
        }
        if is_folder {
            give(&openat(&found, c".", FOLDER, Mode::empty())?, user, group)?;
        }
    }
    Ok(())
}

/// The daemon may be tidying up at this moment, and a link in a folder's place leads elsewhere.
fn unless_gone(found: Result<OwnedFd>) -> Result<Option<OwnedFd>> {
    match found {
        Err(Errno::NOENT | Errno::LOOP | Errno::NOTDIR) => Ok(None),
        other => other.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, lchown, symlink};
    use std::path::PathBuf;

    use super::*;

    fn file(path: PathBuf) -> PathBuf {
        std::fs::write(&path, "").unwrap();
        path
    }

    fn owner(path: &Path) -> u32 {
        path.symlink_metadata().unwrap().uid()
    }

    #[test]
    fn what_root_made_is_the_owners_and_what_lies_elsewhere_stays_as_it_was() {
        if !rustix::process::geteuid().is_root() {
            return println!("skipped: only root makes what is root's");
        }
        let (data, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let folder = DataFolder::at(data.path()).unwrap();
        std::fs::create_dir(folder.backups()).unwrap();
        let (key, backup) = (file(folder.backup_key()), file(folder.backups().join("one")));
        let (theirs, also_here) = (file(elsewhere.path().join("theirs")), file(elsewhere.path().join("two names")));
        let link = folder.backups().join("link");
        symlink(elsewhere.path(), &link).unwrap();
        std::fs::hard_link(&also_here, folder.backups().join("second name")).unwrap();

        hand_over(&folder);
        assert_eq!(owner(&key), 0, "the folder is root's own");

        lchown(folder.path(), Some(997), Some(997)).unwrap();
        hand_over(&folder);
        assert_eq!([&key, &folder.backups(), &backup, &link].map(|path| owner(path)), [997; 4]);
        assert_eq!([&theirs, &also_here].map(|path| owner(path)), [0; 2]);

        // Whose folder it is puts a link in the place of the backups.
        std::fs::remove_dir_all(folder.backups()).unwrap();
        symlink(elsewhere.path(), folder.backups()).unwrap();
        lchown(folder.backups(), Some(997), Some(997)).unwrap();
        hand_over(&folder);
        assert_eq!(owner(&theirs), 0);
    }
}
