//! A disk that remembers every block that is written and every flush in their order; and the image of it that a power cut at
//! any point leaves.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use comanda_tests::disk::Medium;
use comanda_tests::random::Random;

/// What a disk loses or keeps as a whole.
const SECTOR: usize = 512;

/// What was asked of the disk.
enum Operation {
    Write {
        at: usize,
        bytes: Vec<u8>,
    },
    /// All that was written before is durable.
    Flush,
}

struct Recording {
    base: Vec<u8>,
    now: Vec<u8>,
    operations: Vec<Operation>,
}

/// The disk.
#[derive(Clone)]
pub struct Recorder(Arc<Mutex<Recording>>);

impl Recorder {
    /// A disk that holds this.
    pub fn holding(base: Vec<u8>) -> Self {
        Self(Arc::new(Mutex::new(Recording { now: base.clone(), base, operations: Vec::new() })))
    }

    /// How many operations there were.
    pub fn position(&self) -> usize {
        self.recording().operations.len()
    }

    /// What is on the disk when the power goes after so many operations. With `lies`, flushes after that many operations
    /// were answered and not done.
    pub fn cut_at(&self, position: usize, lies_from: Option<usize>, random: &mut Random) -> Vec<u8> {
        let recording = self.recording();
        let operations = &recording.operations[..position];
        let is_true = |(at, operation): &(usize, &Operation)| {
            matches!(operation, Operation::Flush) && lies_from.is_none_or(|from| *at < from)
        };
        let durable = operations.iter().enumerate().rfind(is_true).map_or(0, |(at, _)| at);
        let mut image = recording.base.clone();
        for operation in &operations[..durable] {
            if let Operation::Write { at, bytes } = operation {
                image[*at..*at + bytes.len()].copy_from_slice(bytes);
            }
        }
        // Of what was not flushed: nothing, everything, or each sector by chance.
        let manner = random.below(4);
        for operation in &operations[durable..] {
            let Operation::Write { at, bytes } = operation else { continue };
            for (index, sector) in bytes.chunks(SECTOR).enumerate() {
                let survives = match manner {
                    0 => false,
                    1 => true,
                    _ => random.below(2) == 0,
                };
                if survives {
                    let at = at + index * SECTOR;
                    image[at..at + sector.len()].copy_from_slice(sector);
                }
            }
        }
        image
    }

    fn recording(&self) -> MutexGuard<'_, Recording> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Medium for Recorder {
    fn size(&self) -> usize {
        self.recording().now.len()
    }

    fn read(&self, range: Range<usize>) -> Vec<u8> {
        self.recording().now[range].to_vec()
    }

    fn write(&self, at: usize, bytes: &[u8]) {
        let mut recording = self.recording();
        recording.now[at..at + bytes.len()].copy_from_slice(bytes);
        recording.operations.push(Operation::Write { at, bytes: bytes.to_vec() });
    }

    fn flush(&self) {
        self.recording().operations.push(Operation::Flush);
    }
}
