//! What a box had not sent when another took its place: handed in to the cloud, where a person looks at it. The box itself
//! changes nothing; handing in again hands in what is new.

use anyhow::{Context, Result, ensure};
use comanda_shared::protocol::{Batch, BatchHead, ChainHash, Log, SentEntry, Upward, VERSION};
use serde::{Deserialize, Serialize};

use super::down::documents::Documents;
use super::identity::Identity;
use super::store::JournalLog;
use crate::journal::{DataFolder, Journal, open_reader};

/// Entries of one message, unless a command has more.
const TOGETHER: u32 = 200;

/// Up to where the cloud has this journal.
#[derive(Deserialize)]
struct End {
    after: u64,
    hash: ChainHash,
}

/// What was handed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct HandedIn {
    /// Entries that went now.
    pub entries: u64,
    /// The last entry the cloud has by now.
    pub upto: u64,
}

/// Hands in what the cloud does not have of this journal.
///
/// # Errors
/// When this box was never enrolled or is the branch's present one, the cloud cannot be reached or has heard otherwise, or the
/// journal cannot be read. What went before that is kept there.
pub fn hand_in(journal: &Journal, folder: &DataFolder) -> Result<HandedIn> {
    super::choose_cryptography();
    let identity = Identity::read(&folder.identity()).context("could not read the identity of this box")?;
    let identity = identity.context("this box was never enrolled")?;
    let documents = Documents::at(&identity, &identity.documents()?)?;
    let connection = open_reader(&folder.database(), journal.environment())?;
    let log = JournalLog(&connection);
    let head = log.head()?;
    let life = *log.lineage()?.life_of(head);
    let asked = documents.get(&format!("salvage?journal={}", life.journal));
    let end: End = serde_json::from_slice(&asked.context("the cloud takes nothing in")?).context("no end was told")?;
    let own = if end.after + 1 == life.first { Some(life.parent) } else { log.hash_at(end.after)? };
    ensure!(own == Some(end.hash), "the cloud has another continuation of this journal after entry {}", end.after);
    let (mut after, mut before) = (end.after, end.hash);
    while after < head {
        let entries = whole_commands(&log, after, head)?;
        let head = BatchHead {
            proto: VERSION,
            session: 0,
            branch: identity.branch,
            epoch: 0,
            journal: life.journal,
            first: after + 1,
            last: 0,
            bytes: 0,
            before,
            after: before,
            sent_at_ms: 0,
        };
        let batch = Batch::of(head, entries).context("the journal is not whole")?;
        (after, before) = (batch.head().last, batch.head().after);
        documents.post("salvage", Upward::Batch(batch).encode())?;
    }
    Ok(HandedIn { entries: after - end.after, upto: after })
}

/// The next entries, up to the end of a command.
fn whole_commands(log: &JournalLog<'_>, after: u64, head: u64) -> Result<Vec<SentEntry>> {
    let mut limit = TOGETHER;
    loop {
        let mut entries = log.entries(after, limit)?;
        if let Some(last) = entries.iter().rposition(ends_a_command) {
            entries.truncate(last + 1);
            return Ok(entries);
        }
        ensure!((entries.len() as u64) < head - after, "the journal ends in the middle of a command");
        limit = limit.saturating_mul(2);
    }
}

fn ends_a_command(entry: &SentEntry) -> bool {
    let header: serde_json::Result<serde_json::Value> = serde_json::from_slice(&entry.header);
    header.is_ok_and(|header| header["last_of_command"] == true)
}
