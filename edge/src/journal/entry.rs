//! Entries of the journal as they are stored: header, body, hash, and personal data beside them.

use comanda_shared::event::{Event, EventError, Header};
use comanda_shared::json;
pub use comanda_shared::protocol::chain::{chained, sealed};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Bytes an ordinary entry has, header and body.
pub const ROOM: usize = 4096;

/// Where the journal ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Head {
    /// The last entry's sequence; 0 before the first.
    pub sequence: u64,
    /// Its hash; before the first, the lineage's parent hash.
    pub hash: [u8; 32],
    /// Its branch time.
    pub at: Timestamp,
}

/// An entry as stored: bytes, so that one that is no longer text is still an entry and can be named.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredEntry {
    /// Its place.
    pub sequence: u64,
    /// The header's JSON, as hashed.
    pub header: Vec<u8>,
    /// The body's JSON, as hashed.
    pub body: Vec<u8>,
    /// The chain up to here.
    pub hash: [u8; 32],
    /// Personal data beside it: salt, and the JSON unless erased.
    pub personal: Option<([u8; 16], Option<Vec<u8>>)>,
}

/// An entry as read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Who, when, why.
    pub header: Header,
    /// What happened, with its personal data.
    pub event: Event,
}

/// Why a stored entry cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// The header is not one.
    #[error("the header of entry {sequence} cannot be read")]
    Header {
        /// Which.
        sequence: u64,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The bytes are not text.
    #[error("entry {sequence} is not text")]
    Text {
        /// Which.
        sequence: u64,
        /// Where it ceases to be.
        source: std::str::Utf8Error,
    },
    /// The event is not one this program knows.
    #[error("entry {sequence} cannot be read")]
    Event {
        /// Which.
        sequence: u64,
        /// What is wrong with it.
        source: EventError,
    },
}

/// Appends one entry and moves the head. Header and body are written into `text`, whatever it held, so that the entries
/// of a command share one buffer.
///
/// # Errors
/// When SQLite cannot write.
///
/// # Panics
/// When the header's sequence is not the next one.
pub fn append(
    connection: &Connection,
    head: &mut Head,
    header: &Header,
    event: &Event,
    salt: [u8; 16],
    text: &mut String,
) -> rusqlite::Result<()> {
    const APPEND: &str = "INSERT INTO journal (sequence, header, body, hash) VALUES (?1, ?2, ?3, ?4)";
    const PERSONAL: &str = "INSERT INTO journal_private (sequence, salt, data) VALUES (?1, ?2, ?3)";
    assert_eq!(header.sequence, head.sequence + 1, "entries follow each other without a gap");
    let personal = event.personal();
    let sealed_header;
    let header = match &personal {
        Some(data) => {
            sealed_header = Header { personal: Some(sealed(&salt, data.as_bytes())), ..header.clone() };
            &sealed_header
        }
        None => header,
    };
    text.clear();
    json::append(text, header).expect("a header is plain data, which JSON can always hold");
    let length = text.len();
    event.append_body(text);
    let (header_text, body) = text.split_at(length);
    let hash = chained(&head.hash, header_text.as_bytes(), body.as_bytes());
    let sequence = header.sequence.cast_signed();
    connection.prepare_cached(APPEND)?.execute(params![sequence, header_text, body, hash])?;
    if let Some(data) = personal {
        connection.prepare_cached(PERSONAL)?.execute(params![sequence, salt, data])?;
    }
    *head = Head { sequence: header.sequence, hash, at: header.at };
    Ok(())
}

/// The head as the file has it.
///
/// # Errors
/// When SQLite cannot read.
pub fn read_head(connection: &Connection) -> rusqlite::Result<Head> {
    const LAST: &str = "SELECT sequence, hash, header FROM journal ORDER BY sequence DESC LIMIT 1";
    let last = connection
        .query_row(LAST, [], |row| {
            let header: String = row.get(2)?;
            let at = serde_json::from_str::<Header>(&header).map_or(Timestamp::MIN, |header| header.at);
            Ok(Head { sequence: row.get::<_, i64>(0)?.cast_unsigned(), hash: row.get(1)?, at })
        })
        .optional()?;
    Ok(last.unwrap_or(Head { sequence: 0, hash: [0; 32], at: Timestamp::MIN }))
}

/// Up to `limit` entries after a sequence, in order.
///
/// # Errors
/// When SQLite cannot read.
pub fn read_after(connection: &Connection, sequence: u64, limit: u32) -> rusqlite::Result<Vec<StoredEntry>> {
    const AFTER: &str = "
        SELECT journal.sequence, header, body, hash, salt, data
          FROM journal LEFT JOIN journal_private ON journal_private.sequence = journal.sequence
         WHERE journal.sequence > ?1
         ORDER BY journal.sequence
         LIMIT ?2";
    let mut statement = connection.prepare_cached(AFTER)?;
    let rows = statement.query_map(params![sequence.cast_signed(), limit], stored_entry)?;
    rows.collect()
}

fn stored_entry(row: &Row<'_>) -> rusqlite::Result<StoredEntry> {
    let salt: Option<[u8; 16]> = row.get(4)?;
    let data = row.get_ref(5)?.as_bytes_or_null()?.map(<[u8]>::to_vec);
    Ok(StoredEntry {
        sequence: row.get::<_, i64>(0)?.cast_unsigned(),
        header: row.get_ref(1)?.as_bytes()?.to_vec(),
        body: row.get_ref(2)?.as_bytes()?.to_vec(),
        hash: row.get(3)?,
        personal: salt.map(|salt| (salt, data)),
    })
}

impl StoredEntry {
    /// What it says.
    ///
    /// # Errors
    /// [`EntryError`] when this program cannot read it.
    pub fn read(&self) -> Result<Entry, EntryError> {
        let sequence = self.sequence;
        let header: Header =
            serde_json::from_slice(&self.header).map_err(|source| EntryError::Header { sequence, source })?;
        let text = |bytes| std::str::from_utf8(bytes).map_err(|source| EntryError::Text { sequence, source });
        let body = text(&self.body)?;
        let data = match &self.personal {
            Some((_, Some(data))) => Some(text(data)?),
            None | Some((_, None)) => None,
        };
        let event = Event::read(&header.kind, header.version, body)
            .and_then(|event| if header.personal.is_some() { event.with_personal(data) } else { Ok(event) })
            .map_err(|source| EntryError::Event { sequence, source })?;
        Ok(Entry { header, event })
    }
}
