//! The journal as lines of JSON, one entry each, for people and other programs: no secret is in it, for none is in the
//! journal, and no personal data, for that stands beside it.

use std::io::{self, Write};

use rusqlite::Connection;
use serde::Serialize;
use serde_json::value::RawValue;

use super::entry::read_after;

/// Why an export broke off.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// SQLite could not read.
    #[error("could not read the journal")]
    Read(#[from] rusqlite::Error),
    /// An entry is not JSON.
    #[error("the journal holds an entry that is not JSON")]
    Entry(#[from] serde_json::Error),
    /// The lines could not be written.
    #[error("could not write the export")]
    Write(#[from] io::Error),
}

#[derive(Serialize)]
struct Line<'a> {
    header: &'a RawValue,
    body: &'a RawValue,
    hash: String,
}

/// Writes every entry as `{"header": …, "body": …, "hash": "…"}`, header and body exactly as stored.
///
/// # Errors
/// [`ExportError`]. Answers how many entries were written.
pub fn export(connection: &Connection, to: &mut dyn Write) -> Result<u64, ExportError> {
    let mut written = 0;
    let mut sequence = 0;
    loop {
        let entries = read_after(connection, sequence, 1000)?;
        let Some(last) = entries.last() else { return Ok(written) };
        sequence = last.sequence;
        for entry in &entries {
            let line = Line {
                header: serde_json::from_slice(&entry.header)?,
                body: serde_json::from_slice(&entry.body)?,
                hash: hex::encode(entry.hash),
            };
            serde_json::to_writer(&mut *to, &line)?;
            to.write_all(b"\n")?;
            written += 1;
        }
    }
}
