//! Proves that the journal is whole: sequences without a gap, every link of the hash chain, every seal over personal
//! data that has not been erased, every event readable.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::entry::{StoredEntry, chained, read_after, sealed};

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Verdict {
    /// Entries looked at.
    pub entries: u64,
    /// The last hash, in hexadecimal.
    pub head: String,
    /// What is wrong, the first hundred.
    pub faults: Vec<Fault>,
}

impl Verdict {
    /// Whether nothing is wrong.
    pub const fn is_whole(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Something wrong with an entry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Fault {
    /// Which.
    pub sequence: u64,
    /// What.
    pub reason: String,
}

/// A head as a Z report has it on paper: which entry was the last, and its hash. Whoever makes the whole chain anew, so that it
/// is whole in itself, does not reach the paper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PrintedHead {
    /// The entry, «Registro».
    pub sequence: u64,
    /// Its hash, «Huella».
    pub hash: [u8; 32],
}

/// A text that is no head.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a head is typed as it is printed: the number of «Registro», and the 64 digits of «Huella»")]
pub struct PrintedHeadError;

impl std::str::FromStr for PrintedHead {
    type Err = PrintedHeadError;

    fn from_str(text: &str) -> Result<Self, PrintedHeadError> {
        let (sequence, digits) = text.trim().split_once(char::is_whitespace).ok_or(PrintedHeadError)?;
        let digits: String = digits.split_whitespace().collect();
        let hash = hex::decode(digits).ok().and_then(|bytes| bytes.try_into().ok());
        Ok(Self { sequence: sequence.parse().map_err(|_| PrintedHeadError)?, hash: hash.ok_or(PrintedHeadError)? })
    }
}

impl PrintedHead {
    /// What is wrong with the journal by this paper; nothing when it says the same.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn contradicted(&self, connection: &Connection) -> rusqlite::Result<Option<Fault>> {
        const HASH: &str = "SELECT hash FROM journal WHERE sequence = ?1";
        let fault = |reason: &str| Some(Fault { sequence: self.sequence, reason: reason.to_owned() });
        let found: Option<[u8; 32]> =
            connection.query_row(HASH, params![self.sequence.cast_signed()], |row| row.get(0)).optional()?;
        Ok(match found {
            None => fault("the paper names an entry that is not there"),
            Some(hash) if hash != self.hash => {
                fault("the paper has another hash: this entry or one before it was changed")
            }
            Some(_) => None,
        })
    }
}

const FAULTS: usize = 100;
const CHUNK: u32 = 1000;

/// Reads the whole journal.
///
/// # Errors
/// When SQLite cannot read.
pub fn verify(connection: &Connection) -> rusqlite::Result<Verdict> {
    verify_after(connection, 0, [0; 32])
}

/// Reads the end of the journal, at most this many entries, trusting the hash before them.
///
/// # Errors
/// When SQLite cannot read.
pub fn verify_tail(connection: &Connection, entries: u32) -> rusqlite::Result<Verdict> {
    const BEFORE: &str = "
        SELECT sequence, hash FROM journal
         WHERE sequence <= (SELECT max(sequence) FROM journal) - ?1
         ORDER BY sequence DESC LIMIT 1";
    let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get(1)?));
    let before = connection.query_row(BEFORE, params![entries], row).optional()?;
    let (sequence, hash) = before.unwrap_or((0, [0; 32]));
    verify_after(connection, sequence, hash)
}

fn verify_after(connection: &Connection, mut sequence: u64, mut hash: [u8; 32]) -> rusqlite::Result<Verdict> {
    let mut verdict = Verdict { entries: 0, head: String::new(), faults: Vec::new() };
    loop {
        let entries = read_after(connection, sequence, CHUNK)?;
        let Some(last) = entries.last() else { break };
        let after = last.sequence;
        for entry in &entries {
            check(connection, entry, sequence, &hash, &mut verdict)?;
            (sequence, hash) = (entry.sequence, entry.hash);
            verdict.entries += 1;
        }
        sequence = after;
    }
    verdict.head = hex::encode(hash);
    Ok(verdict)
}

fn check(
    connection: &Connection,
    entry: &StoredEntry,
    before: u64,
    hash_before: &[u8; 32],
    verdict: &mut Verdict,
) -> rusqlite::Result<()> {
    let mut fault = |reason: String| {
        if verdict.faults.len() < FAULTS {
            verdict.faults.push(Fault { sequence: entry.sequence, reason });
        }
    };
    if entry.sequence != before + 1 {
        fault(format!("entries {} to {} are missing", before + 1, entry.sequence - 1));
    }
    if let Some(parent) = parent_hash(connection, entry.sequence)?
        && parent != *hash_before
    {
        fault("the journal's life begins after another entry than its lineage says".to_owned());
    }
    if chained(hash_before, &entry.header, &entry.body) != entry.hash {
        fault("the hash does not follow from the entry before and what is stored".to_owned());
    }
    match entry.read() {
        Err(error) => fault(error.to_string()),
        Ok(read) => {
            if read.header.sequence != entry.sequence {
                fault(format!("the header says it is entry {}", read.header.sequence));
            }
            match (&read.header.personal, &entry.personal) {
                (None, None) | (Some(_), Some((_, None))) => {}
                (Some(seal), Some((salt, Some(data)))) if *seal == sealed(salt, data) => {}
                (Some(_), Some(_)) => fault("the personal data is not what was sealed".to_owned()),
                (Some(_), None) => fault("the personal data is missing, and not as erasing leaves it".to_owned()),
                (None, Some(_)) => fault("there is personal data the header does not know of".to_owned()),
            }
        }
    }
    Ok(())
}

/// The hash after which a life of the journal began, when one began with this entry.
fn parent_hash(connection: &Connection, sequence: u64) -> rusqlite::Result<Option<[u8; 32]>> {
    const PARENT: &str = "SELECT parent_hash FROM lineage WHERE first_sequence = ?1";
    connection.prepare_cached(PARENT)?.query_row(params![sequence.cast_signed()], |row| row.get(0)).optional()
}
