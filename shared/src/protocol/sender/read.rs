//! What is read of the branch's journal: the next batch, and points by which the cloud finds where both agree.

use super::super::batch::{BATCH_BYTES, BATCH_ENTRIES, HARD_BYTES, SentEntry};
use super::super::{ChainHash, Lineage, Point};

/// Points between two others when a fork is looked for.
const POINTS_BETWEEN: u64 = 32;

/// The branch's journal, as the sender reads it.
pub trait Log {
    /// Why it could not be read.
    type Error;

    /// The lives of the journal.
    ///
    /// # Errors
    /// When it could not be read.
    fn lineage(&self) -> Result<Lineage, Self::Error>;

    /// The sequence of the last entry; 0 before the first.
    ///
    /// # Errors
    /// As [`Log::lineage`].
    fn head(&self) -> Result<u64, Self::Error>;

    /// The chain with an entry; none when there is no such entry.
    ///
    /// # Errors
    /// As [`Log::lineage`].
    fn hash_at(&self, sequence: u64) -> Result<Option<ChainHash>, Self::Error>;

    /// Up to `limit` entries after a sequence, in order.
    ///
    /// # Errors
    /// As [`Log::lineage`].
    fn entries(&self, after: u64, limit: u32) -> Result<Vec<SentEntry>, Self::Error>;
}

/// What a batch was cut from the journal.
pub(super) struct Cut {
    pub entries: Vec<SentEntry>,
    pub is_full: bool,
}

/// The entries of the next batch after `sent`, not beyond `end`: whole commands within the limits, or one command that
/// is larger than they are.
pub(super) fn cut<L: Log>(log: &L, sent: u64, end: Option<u64>) -> Result<Result<Cut, String>, L::Error> {
    let room = end.map_or(u64::MAX, |end| end.saturating_sub(sent));
    let limit = u32::try_from(room).unwrap_or(u32::MAX).min(BATCH_ENTRIES);
    let mut entries = log.entries(sent, limit)?;
    let (mut bytes, mut whole, mut read) = (0, 0, 0);
    loop {
        for entry in &entries[read..] {
            bytes += entry.bytes();
            if whole > 0 && bytes > BATCH_BYTES {
                entries.truncate(whole);
                return Ok(Ok(Cut { entries, is_full: true }));
            }
            let sequence = sent + read as u64 + 1;
            if bytes > HARD_BYTES {
                return Ok(Err(format!("the command with entry {sequence} is larger than a batch may be")));
            }
            read += 1;
            match entry.place() {
                Ok(place) if place.last_of_command => whole = read,
                Ok(_) => {}
                Err(error) => return Ok(Err(format!("the header of entry {sequence} cannot be read: {error}"))),
            }
        }
        if whole > 0 || entries.is_empty() {
            let is_full = read as u64 == u64::from(BATCH_ENTRIES);
            entries.truncate(whole);
            return Ok(Ok(Cut { entries, is_full }));
        }
        // One command has more entries than a batch: the rest of it.
        let more = log.entries(sent + read as u64, BATCH_ENTRIES)?;
        if more.is_empty() {
            return Ok(Err(format!("the command after {sent} has no end")));
        }
        entries.extend(more);
    }
}

/// Points at a sequence and ever further back: 1, 2, 4 … before it.
pub(super) fn points_back_from<L: Log>(from: u64, log: &L) -> Result<Vec<Point>, L::Error> {
    let steps = std::iter::successors(Some(1_u64), |step| step.checked_mul(2));
    let back = steps.map_while(|step| from.checked_sub(step));
    let sequences = std::iter::once(from).chain(back).filter(|&sequence| sequence > 0);
    points_at(sequences, log)
}

pub(super) fn points_between<L: Log>(low: u64, high: u64, log: &L) -> Result<Vec<Point>, L::Error> {
    let step = ((high - low) / POINTS_BETWEEN).max(1);
    let between = (1..=POINTS_BETWEEN).map(|n| low + n * step).take_while(|&sequence| sequence < high);
    let ends = [low, high].into_iter().filter(|&sequence| sequence > 0);
    points_at(ends.chain(between), log)
}

fn points_at<L: Log>(sequences: impl Iterator<Item = u64>, log: &L) -> Result<Vec<Point>, L::Error> {
    let mut points = Vec::new();
    for sequence in sequences {
        if let Some(hash) = log.hash_at(sequence)? {
            points.push(Point { sequence, hash });
        }
    }
    Ok(points)
}
