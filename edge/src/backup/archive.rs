//! What is in an archive, written and read as a stream: tar in zstd in age.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{BackupError, BackupKey};
use crate::journal::DataFolder;

/// The shape of the manifest; a newer one is refused.
pub const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
const DATABASE: &str = "branch.db";
const PEPPER: &str = "pepper";
const BLOBS: &str = "blobs";
/// Of zstd: a mini-PC packs some tens of megabytes a second.
const LEVEL: i32 = 6;
const LONGEST_MANIFEST: u64 = 64 * 1024;

/// What an archive says of itself; the first thing in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: u32,
    /// The program that made it.
    pub version: String,
    /// When it was begun.
    pub at: jiff::Timestamp,
    /// The last entry of the journal in it.
    pub sequence: u64,
    /// The hash of that entry, in hexadecimal.
    pub head: String,
    /// BLAKE3 of the branch's file, in hexadecimal.
    pub database_blake3: String,
}

/// Writes an archive of `database` and of what stands beside the branch's file. Says how long it became.
///
/// # Errors
/// [`BackupError::File`].
pub fn write(
    archive: &Path,
    key: &BackupKey,
    manifest: &Manifest,
    database: &Path,
    data: &DataFolder,
) -> Result<u64, BackupError> {
    let packed = || -> io::Result<u64> {
        let recipient = key.identity().to_public();
        let recipients = std::iter::once(&recipient as &dyn age::Recipient);
        let encryptor = age::Encryptor::with_recipients(recipients).map_err(io::Error::other)?;
        let encrypted = encryptor.wrap_output(BufWriter::new(File::create(archive)?))?;
        let mut tar = tar::Builder::new(zstd::Encoder::new(encrypted, LEVEL)?);
        append_bytes(&mut tar, MANIFEST, &serde_json::to_vec_pretty(manifest)?)?;
        tar.append_path_with_name(database, DATABASE)?;
        if data.pepper().exists() {
            append_bytes(&mut tar, PEPPER, &std::fs::read(data.pepper())?)?;
        }
        append_blobs(&mut tar, &data.blobs())?;
        let file = tar.into_inner()?.finish()?.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(file.metadata()?.len())
    };
    packed().map_err(BackupError::file("write", archive))
}

fn append_bytes<W: Write>(tar: &mut tar::Builder<W>, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o600);
    header.set_cksum();
    tar.append_data(&mut header, name, bytes)
}

/// Pictures, as they lie there; one that is thrown away meanwhile was named by no menu.
fn append_blobs<W: Write>(tar: &mut tar::Builder<W>, blobs: &Path) -> io::Result<()> {
    if !blobs.is_dir() {
        return Ok(());
    }
    tar.append_dir(BLOBS, blobs)?;
    for blob in std::fs::read_dir(blobs)? {
        let blob = blob?;
        match File::open(blob.path()) {
            Ok(mut file) => tar.append_file(Path::new(BLOBS).join(blob.file_name()), &mut file)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// What an archive was unpacked to.
pub struct Unpacked {
    /// What it says of itself.
    pub manifest: Manifest,
    /// The branch's file.
    pub database: PathBuf,
    /// The pepper, when it had one.
    pub pepper: Option<Vec<u8>>,
    /// The folder of blobs, when it had one.
    pub blobs: Option<PathBuf>,
}

/// Unpacks an archive into a folder, and compares the branch's file with what the manifest says of it.
///
/// # Errors
/// [`BackupError`]; the archive is not changed.
pub fn unpack(archive: &Path, key: &BackupKey, into: &Path) -> Result<Unpacked, BackupError> {
    let broken = |error: io::Error| BackupError::Undecipherable { path: archive.to_owned(), reason: error.to_string() };
    let strange = |reason: &str| BackupError::NotABackup { path: archive.to_owned(), reason: reason.to_owned() };
    let file = File::open(archive).map_err(BackupError::file("open", archive))?;
    let undecipherable =
        |error: age::DecryptError| BackupError::Undecipherable { path: archive.to_owned(), reason: error.to_string() };
    let decryptor = age::Decryptor::new(BufReader::new(file)).map_err(undecipherable)?;
    let identity = std::iter::once(key.identity() as &dyn age::Identity);
    let stream = decryptor.decrypt(identity).map_err(undecipherable)?;
    let mut tar = tar::Archive::new(zstd::Decoder::new(stream).map_err(broken)?);

    let (mut manifest, mut pepper, mut blobs) = (None, None, None);
    let database = into.join(DATABASE);
    let mut digest = String::new();
    for entry in tar.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let name = entry.path().map_err(broken)?.to_string_lossy().into_owned();
        match name.as_str() {
            MANIFEST => {
                let mut text = String::new();
                entry.take(LONGEST_MANIFEST).read_to_string(&mut text).map_err(broken)?;
                let read: Manifest = serde_json::from_str(&text).map_err(|_| strange("its manifest cannot be read"))?;
                if read.format > FORMAT {
                    return Err(strange("a newer Comanda made it: install that version first"));
                }
                manifest = Some(read);
            }
            DATABASE => {
                let target = File::create(&database).map_err(BackupError::file("write", &database))?;
                digest = copy_hashed(&mut entry, target).map_err(broken)?;
            }
            PEPPER => {
                let mut bytes = Vec::new();
                entry.take(1024).read_to_end(&mut bytes).map_err(broken)?;
                pepper = Some(bytes);
            }
            // Refuses what would leave the folder.
            other if other.starts_with(BLOBS) => {
                entry.unpack_in(into).map_err(broken)?;
                blobs = Some(into.join(BLOBS));
            }
            other => return Err(strange(&format!("there is «{other}» in it"))),
        }
    }
    let manifest = manifest.ok_or_else(|| strange("it has no manifest"))?;
    if manifest.database_blake3 != digest {
        return Err(BackupError::Unsound("the branch's file is not the one that was packed".to_owned()));
    }
    Ok(Unpacked { manifest, database, pepper, blobs })
}

/// BLAKE3 of a file, in hexadecimal.
///
/// # Errors
/// When it cannot be read.
pub fn digest_of(path: &Path) -> io::Result<String> {
    copy_hashed(&mut File::open(path)?, io::sink())
}

fn copy_hashed(from: &mut impl Read, mut to: impl Write) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match from.read(&mut buffer)? {
            0 => break,
            count => {
                hasher.update(&buffer[..count]);
                to.write_all(&buffer[..count])?;
            }
        }
    }
    to.flush()?;
    Ok(hasher.finalize().to_hex().to_string())
}
