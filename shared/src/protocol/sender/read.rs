//! What is read of the branch's journal: the next batch, and points by which the cloud finds where both agree.

use super::super::batch::{BATCH_BYTES, BATCH_ENTRIES, HARD_BYTES, SentEntry};
use super::super::{ChainHash, Lineage, Point};

/// Points between two others when a fork is looked for.
const POINTS_BETWEEN: u64 = 32;
/// Entries in a batch, unless one command has more.
const MOST: usize = BATCH_ENTRIES as usize;
/// Entries read together: a batch is full of bytes long before it is full of entries, and is read no further.
const PORTION: usize = 32;

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
    let room = end.map_or(usize::MAX, |end| usize::try_from(end.saturating_sub(sent)).unwrap_or(usize::MAX));
    let (mut entries, mut bytes, mut whole) = (Vec::new(), 0, 0);
    loop {
        // A command that is larger than a batch is read to its end.
        let most = if whole > 0 { MOST.saturating_sub(entries.len()) } else { usize::MAX };
        if most == 0 {
            entries.truncate(whole);
            return Ok(Ok(Cut { entries, is_full: true }));
        }
        let limit = PORTION.min(most).min(room - entries.len());
        let portion = log.entries(sent + entries.len() as u64, u32::try_from(limit).unwrap_or(u32::MAX))?;
        let is_the_end = portion.len() < limit || limit == 0;
        for entry in portion {
            bytes += entry.bytes();
            if whole > 0 && (bytes > BATCH_BYTES || entries.len() >= MOST) {
                entries.truncate(whole);
                return Ok(Ok(Cut { entries, is_full: true }));
            }
            let sequence = sent + entries.len() as u64 + 1;
            if bytes > HARD_BYTES {
                return Ok(Err(format!("the command with entry {sequence} is larger than a batch may be")));
            }
            let place = entry.place();
            entries.push(entry);
            match place {
                Ok(place) if place.last_of_command => whole = entries.len(),
                Ok(_) => {}
                Err(error) => return Ok(Err(format!("the header of entry {sequence} cannot be read: {error}"))),
            }
        }
        if is_the_end {
            if whole == 0 && !entries.is_empty() {
                return Ok(Err(format!("the command after {sent} has no end")));
            }
            entries.truncate(whole);
            return Ok(Ok(Cut { entries, is_full: false }));
        }
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

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::super::super::batch::tests::entry;
    use super::*;

    /// Commands of so many entries each.
    struct Commands(Vec<u64>);

    impl Log for Commands {
        type Error = Infallible;

        fn lineage(&self) -> Result<Lineage, Infallible> {
            unreachable!("a batch is cut from entries alone")
        }

        fn head(&self) -> Result<u64, Infallible> {
            Ok(self.0.iter().sum())
        }

        fn hash_at(&self, _: u64) -> Result<Option<ChainHash>, Infallible> {
            unreachable!("a batch is cut from entries alone")
        }

        fn entries(&self, after: u64, limit: u32) -> Result<Vec<SentEntry>, Infallible> {
            let ends = self.0.iter().flat_map(|&count| (1..=count).map(move |n| n == count));
            let all = (1..).zip(ends).map(|(sequence, is_last)| entry(sequence, is_last));
            Ok(all.skip(usize::try_from(after).unwrap()).take(limit as usize).collect())
        }
    }

    fn length_of_cut(commands: &[u64], sent: u64, end: Option<u64>) -> Result<usize, String> {
        let Ok(cut) = cut(&Commands(commands.to_vec()), sent, end);
        cut.map(|cut| cut.entries.len())
    }

    #[test]
    fn a_batch_is_whole_commands_and_of_one_larger_than_a_batch_that_one_alone() {
        assert_eq!(length_of_cut(&[3, 4, 498, 2], 0, None), Ok(7));
        assert_eq!(length_of_cut(&[3, 520, 2, 7], 3, None), Ok(520));
        assert_eq!(length_of_cut(&[1_700, 2], 0, None), Ok(1_700));
        assert_eq!(length_of_cut(&[3], 3, None), Ok(0));
    }

    #[test]
    fn nothing_of_the_next_life_goes_with_the_last_command_of_one() {
        assert_eq!(length_of_cut(&[3, 4, 5], 0, Some(7)), Ok(7));
        assert_eq!(length_of_cut(&[18, 540, 60], 18, Some(558)), Ok(540));
        assert_eq!(length_of_cut(&[18, 540, 60], 18, None), Ok(540));
        assert!(length_of_cut(&[18, 540, 60], 18, Some(530)).is_err(), "a life ends where a command does");
    }
}
