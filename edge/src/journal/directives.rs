//! The second log: whole immutable versions of what somebody laid down — catalog, settings — and the documents they
//! name. Taking one into use is an event of the journal, in the same transaction.

use comanda_shared::branch::{Author, DirectiveApplied, DirectiveKind};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

/// A document and its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// SHA-256 of the body, in hexadecimal.
    pub sha256: String,
    /// JSON.
    pub body: String,
}

impl Document {
    /// The document of this body.
    pub fn new(body: String) -> Self {
        Self { sha256: hex::encode(Sha256::digest(body.as_bytes())), body }
    }
}

/// Keeps a document; large ones are kept ahead, in a transaction of their own, so that taking them into use is short.
///
/// # Errors
/// When SQLite cannot write.
pub fn keep(connection: &Connection, document: &Document) -> rusqlite::Result<()> {
    const KEEP: &str = "INSERT INTO document (sha256, body) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    connection.execute(KEEP, params![document.sha256, document.body]).map(drop)
}

/// Writes the directive that lays down a kept document as the next version, and says with which event it is taken into
/// use.
///
/// # Errors
/// When SQLite cannot write, or the document was not kept.
pub fn lay_down(
    connection: &Connection,
    kind: DirectiveKind,
    version: u64,
    sha256: &str,
    author: Author,
) -> rusqlite::Result<DirectiveApplied> {
    const LAY_DOWN: &str = "
        INSERT INTO directives (author, kind, version, sha256) VALUES (?1, ?2, ?3, ?4)";
    connection.execute(LAY_DOWN, params![author.as_str(), kind.as_str(), version.cast_signed(), sha256])?;
    Ok(DirectiveApplied { kind, version, sha256: sha256.to_owned(), author })
}

/// The body of a version that was laid down.
///
/// # Errors
/// When SQLite cannot read.
pub fn laid_down(connection: &Connection, kind: DirectiveKind, version: u64) -> rusqlite::Result<Option<String>> {
    const LAID_DOWN: &str = "
        SELECT body FROM directives JOIN document ON document.sha256 = directives.sha256
         WHERE kind = ?1 AND version = ?2 LIMIT 1";
    let mut statement = connection.prepare_cached(LAID_DOWN)?;
    statement.query_row(params![kind.as_str(), version.cast_signed()], |row| row.get(0)).optional()
}

/// The body of a kept document.
///
/// # Errors
/// When SQLite cannot read.
pub fn body(connection: &Connection, sha256: &str) -> rusqlite::Result<Option<String>> {
    const BODY: &str = "SELECT body FROM document WHERE sha256 = ?1";
    connection.query_row(BODY, [sha256], |row| row.get(0)).optional()
}
