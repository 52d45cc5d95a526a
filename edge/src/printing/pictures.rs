//! The pictures that a branch has on its papers: kept once, by the hash of their file, in the branch's own file, so that
//! they are in every copy of it.

use std::collections::BTreeMap;

use comanda_shared::paper::Templates;
use comanda_shared::picture::PictureHash;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::graphics::Shades;

/// Keeps a picture's file; one that is kept already is kept.
///
/// # Errors
/// When SQLite cannot write.
pub fn keep(connection: &Connection, file: &[u8]) -> rusqlite::Result<PictureHash> {
    const KEEP: &str = "INSERT INTO picture (sha256, file) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    let hash = PictureHash(Sha256::digest(file).into());
    connection.prepare_cached(KEEP)?.execute(params![hash.0, file])?;
    Ok(hash)
}

/// Whether the branch keeps a picture.
///
/// # Errors
/// When SQLite cannot read.
pub fn is_kept(connection: &Connection, hash: PictureHash) -> rusqlite::Result<bool> {
    Ok(file(connection, hash)?.is_some())
}

/// The pictures that templates name, as far as the branch keeps them; a file that cannot be read was none when it came.
///
/// # Errors
/// When SQLite cannot read.
pub fn of(connection: &Connection, templates: &Templates) -> rusqlite::Result<BTreeMap<PictureHash, Shades>> {
    let mut pictures = BTreeMap::new();
    for hash in templates.pictures() {
        let file = file(connection, hash)?;
        if let Some(picture) = file.and_then(|file| Shades::of_png(&file).ok()) {
            pictures.insert(hash, picture);
        }
    }
    Ok(pictures)
}

fn file(connection: &Connection, hash: PictureHash) -> rusqlite::Result<Option<Vec<u8>>> {
    const FILE: &str = "SELECT file FROM picture WHERE sha256 = ?1";
    connection.prepare_cached(FILE)?.query_row(params![hash.0], |row| row.get(0)).optional()
}
