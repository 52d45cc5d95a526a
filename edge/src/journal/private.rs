//! Personal data beside the journal: where it stands, and erasing it (Ley 1581). The chain does not cover it and still
//! verifies.

use comanda_shared::event::Header;
use rusqlite::{Connection, params};
use uuid::Uuid;

/// Where in the journal these things have personal data, looked for ahead so that the writer is not held up.
pub struct Traces {
    of: Vec<Uuid>,
    sequences: Vec<u64>,
    head: u64,
}

impl Traces {
    /// Looks for what was told about these aggregates.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn find(connection: &Connection, of: Vec<Uuid>) -> rusqlite::Result<Self> {
        const HEAD: &str = "SELECT coalesce(max(sequence), 0) FROM journal";
        let head = connection.query_row(HEAD, [], |row| row.get::<_, i64>(0))?.cast_unsigned();
        let sequences = sequences_after(connection, &of, 0)?;
        Ok(Self { of, sequences, head })
    }

    /// Blanks what was found, and what was written since.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn blank(&self, connection: &Connection) -> rusqlite::Result<()> {
        const BLANK: &str = "UPDATE journal_private SET data = NULL WHERE sequence = ?1";
        let later = sequences_after(connection, &self.of, self.head)?;
        for sequence in self.sequences.iter().chain(&later) {
            connection.execute(BLANK, params![sequence.cast_signed()])?;
        }
        Ok(())
    }
}

fn sequences_after(connection: &Connection, of: &[Uuid], after: u64) -> rusqlite::Result<Vec<u64>> {
    const TOLD: &str = "
        SELECT told.sequence, journal.header
          FROM journal_private AS told
          JOIN journal ON journal.sequence = told.sequence
         WHERE told.sequence > ?1 AND told.data IS NOT NULL
         ORDER BY told.sequence";
    let mut statement = connection.prepare(TOLD)?;
    let mut rows = statement.query([after.cast_signed()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        // An entry that cannot be read is found by `journal verify`.
        let header: Option<Header> = serde_json::from_str(row.get_ref(1)?.as_str()?).ok();
        if header.is_some_and(|header| of.contains(&header.aggregate)) {
            found.push(row.get::<_, i64>(0)?.cast_unsigned());
        }
    }
    Ok(found)
}
