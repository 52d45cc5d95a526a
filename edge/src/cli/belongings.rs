//! What root makes in a branch's folder belongs to whoever the folder belongs to: under systemd that is the daemon's own user,
//! who could not read a key or a backup of root's.

use std::io;
use std::os::unix::fs::{MetadataExt, lchown};
use std::path::Path;

use crate::journal::DataFolder;

/// Gives what root owns in the folder and among its backups to the folder's owner. Does nothing where root owns the folder
/// itself, or somebody else calls.
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

fn hand_over_within(folder: &Path) -> io::Result<()> {
    let Some(owner) = unless_gone(folder.symlink_metadata())? else { return Ok(()) };
    match owner.uid() {
        0 => Ok(()),
        user => give(folder, user, owner.gid()),
    }
}

/// Links are given themselves, never followed.
fn give(folder: &Path, user: u32, group: u32) -> io::Result<()> {
    for entry in folder.read_dir()? {
        let path = entry?.path();
        let Some(metadata) = unless_gone(path.symlink_metadata())? else { continue };
        if metadata.uid() == 0 {
            unless_gone(lchown(&path, Some(user), Some(group)))?;
        }
        if metadata.is_dir() {
            unless_gone(give(&path, user, group))?;
        }
    }
    Ok(())
}

/// The daemon may be tidying up at this moment.
fn unless_gone<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        other => other.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn what_root_made_is_the_owners_and_where_a_link_leads_stays_as_it_was() {
        if !rustix::process::geteuid().is_root() {
            return println!("skipped: only root makes what is root's");
        }
        let (data, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let folder = DataFolder::at(data.path()).unwrap();
        std::fs::create_dir(folder.backups()).unwrap();
        let file = |path: std::path::PathBuf| {
            std::fs::write(&path, "").unwrap();
            path
        };
        let (key, backup, theirs) =
            (file(folder.backup_key()), file(folder.backups().join("one")), file(elsewhere.path().join("theirs")));
        let link = folder.backups().join("link");
        symlink(elsewhere.path(), &link).unwrap();
        let owner = |path: &Path| path.symlink_metadata().unwrap().uid();

        hand_over(&folder);
        assert_eq!(owner(&key), 0, "the folder is root's own");

        lchown(folder.path(), Some(997), Some(997)).unwrap();
        hand_over(&folder);
        assert_eq!([&key, &folder.backups(), &backup, &link].map(|path| owner(path)), [997; 4]);
        assert_eq!(owner(&theirs), 0);
        lchown(folder.path(), Some(0), Some(0)).unwrap();
    }
}
