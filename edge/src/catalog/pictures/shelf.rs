//! Where pictures lie: each a file in `DATA/blobs`, called by its SHA-256, with its three sizes one after the other.
//!
//! ```text
//! "CMP1"  length of small, medium, large (each 32 bits, big end first)  small  medium  large
//! ```

use std::collections::BTreeSet;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use comanda_shared::picture::PictureHash;
use sha2::{Digest, Sha256};

use super::{Size, Sizes};
use crate::environment::Environment;
use crate::journal::{DataFolder, HoldError, sync_folder_of};

const MAGIC: [u8; 4] = *b"CMP1";
const HEAD: usize = 16;
/// What no menu names any more is kept so long: as long as backups of a menu that did.
const UNNAMED_FOR: Duration = Duration::from_secs(30 * 24 * 3600);

/// The branch's pictures of products.
#[derive(Clone, Debug)]
pub struct Shelf {
    data: DataFolder,
}

impl Shelf {
    /// That of a branch.
    pub const fn of(data: DataFolder) -> Self {
        Self { data }
    }

    fn file(&self, picture: PictureHash) -> PathBuf {
        self.data.blobs().join(picture.to_string())
    }

    /// Keeps a picture; one that is kept already is kept. It is on the disk, name and all, when this answers.
    ///
    /// # Errors
    /// When the disk does not take it; nothing is kept then.
    pub fn keep(&self, sizes: &Sizes, environment: &Environment) -> io::Result<PictureHash> {
        let bytes = packed(sizes);
        let picture = PictureHash(Sha256::digest(&bytes).into());
        let (file, blobs) = (self.file(picture), self.data.blobs());
        if std::fs::metadata(&file).is_ok_and(|kept| kept.len() == bytes.len() as u64) {
            return Ok(picture);
        }
        // Not in the folder itself: a backup that is made meanwhile has whole files only.
        let scratch = self.data.scratch(environment).map_err(of_folder)?;
        let draft = scratch.path().join("picture");
        let mut writing = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        writing.write_all(&bytes)?;
        writing.sync_all()?;
        DirBuilder::new().recursive(true).mode(0o700).create(&blobs)?;
        std::fs::rename(&draft, &file)?;
        sync_folder_of(&file)?;
        sync_folder_of(&blobs)?;
        Ok(picture)
    }

    /// A picture in one size; none where it is not kept, or what lies there is none.
    ///
    /// # Errors
    /// When the disk does not give it.
    pub fn take(&self, picture: PictureHash, size: Size) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(self.file(picture)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let Some((from, length)) = place(&file, size)? else {
            tracing::error!(%picture, "what lies in the place of a picture is none");
            return Ok(None);
        };
        let mut bytes = vec![0; length];
        file.read_exact_at(&mut bytes, from)?;
        Ok(Some(bytes))
    }

    /// Throws away what no menu has named for long; what cannot be thrown away stays.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn sweep(&self, named: &BTreeSet<PictureHash>, now: SystemTime) -> io::Result<()> {
        for entry in std::fs::read_dir(self.data.blobs())? {
            let entry = entry?;
            let picture: Option<PictureHash> = entry.file_name().to_str().and_then(|name| name.parse().ok());
            let age = entry.metadata()?.modified().ok().and_then(|then| now.duration_since(then).ok());
            let is_old = age.is_some_and(|age| age > UNNAMED_FOR);
            if is_old && picture.is_some_and(|picture| !named.contains(&picture)) {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Gives another folder what this one has, without a copy where the disk can.
    ///
    /// # Errors
    /// When one of them cannot be read or written.
    pub fn share_with(&self, other: &DataFolder) -> io::Result<()> {
        share(&self.data.blobs(), &other.blobs())
    }
}

/// Puts every file of one folder of blobs into another that does not have it: what is called the same is the same.
///
/// # Errors
/// When one of them cannot be read or written.
pub fn share(from: &Path, to: &Path) -> io::Result<()> {
    let blobs = match std::fs::read_dir(from) {
        Ok(blobs) => blobs,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    DirBuilder::new().recursive(true).mode(0o700).create(to)?;
    for blob in blobs {
        let blob = blob?;
        let target = to.join(blob.file_name());
        if !target.exists() && std::fs::hard_link(blob.path(), &target).is_err() {
            std::fs::copy(blob.path(), &target)?;
            File::open(&target)?.sync_all()?;
        }
    }
    File::open(to)?.sync_all()?;
    sync_folder_of(to)
}

fn of_folder(error: HoldError) -> io::Error {
    match error {
        HoldError::Folder { source, .. } => source,
        HoldError::Held(_) => io::Error::other(error),
    }
}

fn packed(Sizes(sizes): &Sizes) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    // None is as long as four gigabytes: all three together are of a few megapixels.
    let length = |size: &Vec<u8>| u32::try_from(size.len()).unwrap_or(u32::MAX).to_be_bytes();
    bytes.extend(sizes.iter().flat_map(length));
    bytes.extend(sizes.iter().flatten());
    bytes
}

/// From which byte a size lies in a file, and how long it is; none where the file is not as it was written.
fn place(file: &File, size: Size) -> io::Result<Option<(u64, usize)>> {
    let mut head = [0; HEAD];
    let whole = file.metadata()?.len();
    if whole < HEAD as u64 {
        return Ok(None);
    }
    file.read_exact_at(&mut head, 0)?;
    let length = |at: usize| {
        let bytes = [head[4 * at + 4], head[4 * at + 5], head[4 * at + 6], head[4 * at + 7]];
        u64::from(u32::from_be_bytes(bytes))
    };
    let lengths = [length(0), length(1), length(2)];
    if head[..4] != MAGIC || HEAD as u64 + lengths.iter().sum::<u64>() != whole {
        return Ok(None);
    }
    let before = Size::ALL.iter().take_while(|each| **each != size).count();
    let from = HEAD as u64 + lengths[..before].iter().sum::<u64>();
    Ok(usize::try_from(lengths[before]).ok().map(|length| (from, length)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::{TempDir, tempdir};

    fn sizes() -> Sizes {
        Sizes([b"little".to_vec(), b"middling".to_vec(), b"as large as it gets".to_vec()])
    }

    fn shelf() -> (TempDir, Shelf, PictureHash) {
        let folder = tempdir().unwrap();
        let shelf = Shelf::of(DataFolder::at(folder.path()).unwrap());
        let picture = shelf.keep(&sizes(), &Environment::system()).unwrap();
        (folder, shelf, picture)
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_picture_is_called_by_what_is_in_it_and_kept_once() {
        let (folder, shelf, picture) = shelf();
        assert_eq!(shelf.keep(&sizes(), &Environment::system()).unwrap(), picture);
        assert_eq!(names(folder.path()), ["blobs"], "nothing is left of writing it");
        assert_eq!(names(&folder.path().join("blobs")), [picture.to_string()]);
        let file = std::fs::read(folder.path().join("blobs").join(picture.to_string())).unwrap();
        assert_eq!(PictureHash(Sha256::digest(&file).into()), picture);
        let read = |size| shelf.take(picture, size).unwrap().unwrap();
        assert_eq!(Size::ALL.map(read), sizes().0);
    }

    #[test]
    fn what_is_not_there_or_was_broken_is_none() {
        let (folder, shelf, picture) = shelf();
        assert_eq!(shelf.take(PictureHash([7; 32]), Size::Small).unwrap(), None);
        let file = folder.path().join("blobs").join(picture.to_string());
        let whole = std::fs::read(&file).unwrap();
        for broken in [
            &whole[..0],
            &whole[..15],
            &whole[..whole.len() - 1],
            &[0xff; 64],
            b"CMP1\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        ] {
            std::fs::write(&file, broken).unwrap();
            assert_eq!(shelf.take(picture, Size::Medium).unwrap(), None, "{broken:?}");
        }
        assert_eq!(
            shelf.keep(&sizes(), &Environment::system()).unwrap(),
            picture,
            "and is put right when it comes again"
        );
        assert_eq!(shelf.take(picture, Size::Small).unwrap(), Some(b"little".to_vec()));
    }

    #[test]
    fn what_no_menu_names_goes_after_a_month_and_nothing_else() {
        let (folder, shelf, picture) = shelf();
        let other = folder.path().join("blobs").join("a-file-of-somebody");
        std::fs::write(&other, "x").unwrap();
        let (now, none) = (SystemTime::now(), BTreeSet::new());
        shelf.sweep(&none, now + UNNAMED_FOR - Duration::from_secs(60)).unwrap();
        shelf.sweep(&BTreeSet::from([picture]), now + 2 * UNNAMED_FOR).unwrap();
        shelf.sweep(&none, now - UNNAMED_FOR).unwrap();
        assert!(shelf.take(picture, Size::Small).unwrap().is_some());
        shelf.sweep(&none, now + UNNAMED_FOR + Duration::from_secs(60)).unwrap();
        assert_eq!(shelf.take(picture, Size::Small).unwrap(), None);
        assert!(other.exists());
    }

    #[test]
    fn a_disk_that_takes_nothing_keeps_nothing_and_leaves_nothing() {
        let folder = tempdir().unwrap();
        let data = DataFolder::at(folder.path()).unwrap();
        // Where the folder should be there is a file: as good as a disk that refuses.
        std::fs::write(data.blobs(), "in the way").unwrap();
        assert!(Shelf::of(data).keep(&sizes(), &Environment::system()).is_err());
        assert_eq!(names(folder.path()), ["blobs"]);
    }

    #[test]
    fn a_folder_is_given_what_it_lacks() {
        let (folder, shelf, picture) = shelf();
        let other = DataFolder::at(&folder.path().join("practice")).unwrap();
        shelf.share_with(&other).unwrap();
        shelf.share_with(&other).unwrap();
        assert_eq!(Shelf::of(other).take(picture, Size::Small).unwrap(), Some(b"little".to_vec()));
        let bare = DataFolder::at(&folder.path().join("bare")).unwrap();
        let third = DataFolder::at(&folder.path().join("third")).unwrap();
        Shelf::of(bare).share_with(&third).unwrap();
        assert!(!third.blobs().exists());
    }
}
