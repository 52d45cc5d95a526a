//! The journal as the sender reads it, and the cursor.

use comanda_shared::event::Header;
use comanda_shared::ids::JournalId;
use comanda_shared::protocol::{ChainHash, Life, Lineage, Log, PersonalData, SentEntry};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use crate::journal::entry::{StoredEntry, read_after};

/// The journal, read from a connection of its own.
pub struct JournalLog<'c>(pub &'c Connection);

impl Log for JournalLog<'_> {
    type Error = rusqlite::Error;

    fn lineage(&self) -> rusqlite::Result<Lineage> {
        const LIVES: &str = "
            SELECT journal_id, first_sequence, parent_hash
              FROM lineage
             ORDER BY first_sequence
             LIMIT 100000";
        let mut statement = self.0.prepare_cached(LIVES)?;
        let lives = statement.query_map([], |row| {
            Ok(Life {
                journal: JournalId::from_uuid(Uuid::from_bytes(row.get(0)?)),
                first: row.get::<_, i64>(1)?.cast_unsigned(),
                parent: ChainHash(row.get(2)?),
            })
        })?;
        let lives = lives.collect::<rusqlite::Result<Vec<Life>>>()?;
        Lineage::try_from(lives).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
    }

    fn head(&self) -> rusqlite::Result<u64> {
        const HEAD: &str = "SELECT coalesce(max(sequence), 0) FROM journal";
        self.0.prepare_cached(HEAD)?.query_row([], |row| row.get::<_, i64>(0)).map(i64::cast_unsigned)
    }

    fn hash_at(&self, sequence: u64) -> rusqlite::Result<Option<ChainHash>> {
        const AT: &str = "SELECT hash FROM journal WHERE sequence = ?1";
        let mut statement = self.0.prepare_cached(AT)?;
        statement.query_row([sequence.cast_signed()], |row| row.get(0).map(ChainHash)).optional()
    }

    fn entries(&self, after: u64, limit: u32) -> rusqlite::Result<Vec<SentEntry>> {
        let entries = read_after(self.0, after, limit)?.into_iter().map(sent).collect();
        // Whoever sells on this core has it before the next ones are read.
        std::thread::yield_now();
        Ok(entries)
    }
}

fn sent(entry: StoredEntry) -> SentEntry {
    let personal = match entry.personal {
        None => PersonalData::None,
        Some((salt, Some(data))) => PersonalData::Kept { salt, data },
        Some((salt, None)) => PersonalData::Erased { salt },
    };
    SentEntry { header: entry.header, body: entry.body, personal }
}

/// When an entry was written; none when there is no such entry.
///
/// # Errors
/// When SQLite cannot read.
pub fn time_of(connection: &Connection, sequence: u64) -> rusqlite::Result<Option<Timestamp>> {
    const HEADER: &str = "SELECT header FROM journal WHERE sequence = ?1";
    let mut statement = connection.prepare_cached(HEADER)?;
    let header: Option<String> = statement.query_row([sequence.cast_signed()], |row| row.get(0)).optional()?;
    // One that cannot be read is found by `journal verify`.
    Ok(header.and_then(|header| serde_json::from_str::<Header>(&header).ok()).map(|header| header.at))
}

/// What the cloud had, and the last of its commands that was carried out.
///
/// # Errors
/// When SQLite cannot read.
pub fn cursor(connection: &Connection) -> rusqlite::Result<(u64, u64)> {
    const CURSOR: &str = "SELECT cursor, commands FROM sync_cursor WHERE one = 1";
    connection
        .query_row(CURSOR, [], |row| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get::<_, i64>(1)?.cast_unsigned())))
}

/// How many entries the cloud is not known to have, and of when the oldest of them is; none when it has all.
///
/// # Errors
/// When SQLite cannot read.
pub fn unsent(connection: &Connection) -> rusqlite::Result<Option<(u64, Timestamp)>> {
    let ((cursor, _), head) = (cursor(connection)?, JournalLog(connection).head()?);
    Ok(time_of(connection, cursor + 1)?.map(|at| (head.saturating_sub(cursor), at)))
}

/// Keeps the first; the other is kept with each command.
///
/// # Errors
/// When SQLite cannot write.
pub fn keep_cursor(connection: &Connection, cursor: u64) -> rusqlite::Result<()> {
    const KEEP: &str = "UPDATE sync_cursor SET cursor = ?1 WHERE one = 1";
    connection.prepare_cached(KEEP)?.execute([cursor.cast_signed()]).map(drop)
}
