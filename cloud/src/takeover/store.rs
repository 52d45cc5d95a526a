//! The journal of a branch as one line of entries, of whichever lives they are.

use comanda_shared::ids::JournalId;
use comanda_shared::protocol::receiver::HeardLife;
use comanda_shared::protocol::{Batch, BatchHead, ChainHash, Life, SentEntry, VERSION};
use serde::Serialize;

use crate::db::{DbError, Transaction};
use crate::ingest::store::{self, Place};

/// Entries of a chunk, unless one command has more.
const CHUNK: i64 = 400;

/// The part of a life that the journal to go on with has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Span {
    /// The life.
    #[serde(flatten)]
    pub life: Life,
    /// Its epoch.
    pub epoch: u32,
    /// The last of its entries that belong to it; what comes after in that life is a fenced box's own.
    pub upto: u64,
}

/// The lives of the journal to go on with, the first one first, and the chain with its last entry; none when nothing was
/// heard yet. It is the journal of the latest life, back through those it continues.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn spans(transaction: &Transaction<'_>, place: Place) -> Result<Option<(Vec<Span>, ChainHash)>, DbError> {
    let lives = store::lives(transaction, place).await?;
    let Some(latest) = lives.last() else { return Ok(None) };
    let head = latest.hash;
    let mut spans = Vec::new();
    let (mut current, mut upto) = (*latest, latest.applied);
    loop {
        // A life that was opened and of which nothing came is not needed to go on.
        if upto >= current.life.first {
            spans.push(Span { life: current.life, epoch: current.epoch, upto });
        }
        if current.life.first <= 1 {
            break;
        }
        upto = current.life.first - 1;
        match before(transaction, place, &lives, &current).await? {
            Some(earlier) => current = earlier,
            None => return Ok(None),
        }
    }
    spans.reverse();
    Ok(Some((spans, head)))
}

/// The life that has the entry before another's first, with the same chain.
async fn before(
    transaction: &Transaction<'_>,
    place: Place,
    lives: &[HeardLife],
    of: &HeardLife,
) -> Result<Option<HeardLife>, DbError> {
    let at = of.life.first - 1;
    let earlier: Vec<&HeardLife> = lives.iter().filter(|life| life.epoch < of.epoch && life.life.first <= at).collect();
    let asked: Vec<(JournalId, u64)> = earlier.iter().map(|life| (life.life.journal, at)).collect();
    let held = store::chain_at(transaction, place, lives, &asked).await?;
    let continues = |life: &&&HeardLife| held.get(&(life.life.journal, at)) == Some(&of.life.parent);
    Ok(earlier.iter().rev().find(continues).map(|life| **life))
}

/// The next entries of a span after a sequence, as a batch: whole commands. None when there are no more.
///
/// # Errors
/// When PostgreSQL refuses, or what is stored is no batch any more.
pub async fn chunk(
    transaction: &Transaction<'_>,
    place: Place,
    span: &Span,
    after: u64,
) -> anyhow::Result<Option<Batch>> {
    let lives = store::lives(transaction, place).await?;
    let room = i64::try_from(span.upto.saturating_sub(after)).unwrap_or(i64::MAX);
    let mut limit = CHUNK.min(room);
    if limit == 0 {
        return Ok(None);
    }
    let before = if after + 1 == span.life.first {
        span.life.parent
    } else {
        let asked = (span.life.journal, after);
        let held = store::chain_at(transaction, place, &lives, &[asked]).await?;
        *held.get(&asked).ok_or_else(|| anyhow::anyhow!("entry {after} is not there"))?
    };
    loop {
        let kept = store::entries_after(transaction, place, (span.epoch, after), limit).await?;
        let mut entries: Vec<SentEntry> = kept.into_iter().map(|kept| kept.entry).collect();
        let whole = entries.iter().rposition(ends_a_command).map_or(0, |index| index + 1);
        if whole == 0 && limit < room {
            limit = (limit * 2).min(room);
            continue;
        }
        entries.truncate(whole);
        let head = BatchHead {
            proto: VERSION,
            session: 0,
            branch: place.branch,
            epoch: span.epoch,
            journal: span.life.journal,
            first: after + 1,
            last: 0,
            bytes: 0,
            before,
            after: before,
            sent_at_ms: 0,
        };
        return Ok(Some(Batch::of(head, entries)?));
    }
}

fn ends_a_command(entry: &SentEntry) -> bool {
    let header: Result<serde_json::Value, _> = serde_json::from_slice(&entry.header);
    header.is_ok_and(|header| header["last_of_command"] == true)
}
