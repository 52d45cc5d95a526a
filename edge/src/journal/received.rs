//! A journal that comes from elsewhere, into a new file: its entries as they were hashed, and the tables a replay makes of
//! them. What was laid down comes with the documents in use.

use std::collections::BTreeSet;
use std::path::Path;

use comanda_shared::branch::{Branch, DirectiveApplied, DirectiveInUse, DirectiveKind};
use comanda_shared::ids::StaffId;
use comanda_shared::protocol::{ChainHash, Life, PersonalData, SentEntry};
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::directives::{self, Document};
use super::replay::{ReplayError, derive_anew};
use super::{OpenError, database};
use crate::branch;
use crate::environment::Environment;
use crate::staff::secrets;

/// Why a journal could not be received.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The new file could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// SQLite failed.
    #[error("could not write the journal that was received")]
    Storage(#[from] rusqlite::Error),
    /// An entry is no text.
    #[error("entry {0} is no text")]
    Text(u64),
    /// Its tables cannot be made.
    #[error(transparent)]
    Replay(#[from] ReplayError),
}

/// A journal under way into a file of its own.
pub struct Received {
    connection: Connection,
}

impl Received {
    /// Begins a new file.
    ///
    /// # Errors
    /// [`ReceiveError::Open`].
    pub fn begin(path: &Path, environment: &Environment) -> Result<Self, ReceiveError> {
        Ok(Self { connection: database::open_writer(path, environment)? })
    }

    /// A life of it. Why each began is not told: the first is new, others came back.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn life(&self, life: &Life, at: Timestamp) -> Result<(), ReceiveError> {
        const OPEN: &str =
            "INSERT INTO lineage (journal_id, first_sequence, parent_hash, reason, at) VALUES (?1, ?2, ?3, ?4, ?5)";
        let reason = if life.first <= 1 { "new" } else { "restored" };
        let row =
            params![life.journal.as_bytes(), life.first.cast_signed(), life.parent.0, reason, at.as_microsecond()];
        self.connection.execute(OPEN, row)?;
        Ok(())
    }

    /// Entries of it, whose chain was checked.
    ///
    /// # Errors
    /// [`ReceiveError`]; then none of them is there.
    pub fn entries<'e>(
        &mut self,
        entries: impl Iterator<Item = (u64, &'e SentEntry, &'e ChainHash)>,
    ) -> Result<(), ReceiveError> {
        const APPEND: &str = "INSERT INTO journal (sequence, header, body, hash) VALUES (?1, ?2, ?3, ?4)";
        const PERSONAL: &str = "INSERT INTO journal_private (sequence, salt, data) VALUES (?1, ?2, ?3)";
        let transaction = self.connection.transaction()?;
        {
            let mut append = transaction.prepare_cached(APPEND)?;
            let mut personal = transaction.prepare_cached(PERSONAL)?;
            for (sequence, entry, hash) in entries {
                let text = |bytes| std::str::from_utf8(bytes).map_err(|_| ReceiveError::Text(sequence));
                let number = sequence.cast_signed();
                append.execute(params![number, text(&entry.header)?, text(&entry.body)?, hash.0])?;
                match &entry.personal {
                    PersonalData::None => {}
                    PersonalData::Kept { salt, data } => {
                        personal.execute(params![number, salt, text(data)?])?;
                    }
                    PersonalData::Erased { salt } => {
                        personal.execute(params![number, salt, None::<String>])?;
                    }
                }
            }
        }
        Ok(transaction.commit()?)
    }

    /// Makes the tables, and says what the branch is by now.
    ///
    /// # Errors
    /// [`ReceiveError::Replay`].
    pub fn derive(&mut self) -> Result<Branch, ReceiveError> {
        let transaction = self.connection.transaction()?;
        derive_anew(&transaction, |_| {})?;
        let branch = branch::store::load(&transaction)?.ok_or(ReplayError::NoBranch)?;
        transaction.commit()?;
        Ok(branch)
    }

    /// Every version of a kind that was ever taken into use, in that order.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn ever_applied(&self, kind: DirectiveKind) -> Result<Vec<DirectiveApplied>, ReceiveError> {
        const APPLIED: &str = "
            SELECT body FROM journal
             WHERE json_extract(header, '$.kind') = 'branch.directive_applied'
             ORDER BY sequence";
        let mut statement = self.connection.prepare(APPLIED)?;
        let bodies = statement.query_map([], |row| row.get::<_, String>(0))?;
        let mut applied = Vec::new();
        for body in bodies {
            // A replay has read all of them before.
            let read: Result<DirectiveApplied, _> = serde_json::from_str(&body?);
            applied.extend(read.ok().filter(|applied| applied.kind == kind));
        }
        Ok(applied)
    }

    /// Who was given their PIN by the cloud last, and by nobody here since.
    ///
    /// # Errors
    /// When SQLite cannot read.
    pub fn pins_of_cloud(&self) -> Result<BTreeSet<StaffId>, ReceiveError> {
        const GIVEN: &str = "
            SELECT json_extract(header, '$.aggregate'), json_extract(header, '$.actor') = 'cloud'
              FROM journal
             WHERE json_extract(header, '$.kind') IN ('staff.added', 'staff.pin_changed')
             ORDER BY sequence";
        let mut statement = self.connection.prepare(GIVEN)?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?)))?;
        let mut given = BTreeSet::new();
        for row in rows {
            let (staff, is_of_cloud) = row?;
            let Ok(staff) = staff.parse() else { continue };
            if is_of_cloud {
                given.insert(staff);
            } else {
                given.remove(&staff);
            }
        }
        Ok(given)
    }

    /// Keeps the verifier of somebody's PIN.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn keep_pin(&self, staff: StaffId, verifier: &str) -> Result<(), ReceiveError> {
        Ok(secrets::keep_pin(&self.connection, staff, verifier)?)
    }

    /// The document of something in use, or that was.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn lay_down(
        &self,
        kind: DirectiveKind,
        in_use: &DirectiveInUse,
        document: &Document,
    ) -> Result<(), ReceiveError> {
        directives::keep(&self.connection, document)?;
        directives::lay_down(&self.connection, kind, in_use.version, &document.sha256, in_use.author)?;
        Ok(())
    }

    /// How far the cloud is, and its commands.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn finish(self, cursor: u64, commands: u64) -> Result<(), ReceiveError> {
        const KEEP: &str = "UPDATE sync_cursor SET cursor = ?1, commands = ?2 WHERE one = 1";
        self.connection.execute(KEEP, params![cursor.cast_signed(), commands.cast_signed()])?;
        self.connection.pragma_update(None, "wal_checkpoint", "TRUNCATE")?;
        Ok(())
    }
}
