//! The envelope: entries of a journal, whole commands only, with the chain before the first and after the last.
//!
//! ```text
//! {"say":"batch", … }\n        the head: one line of JSON
//! zstd( for each entry:        numbers are little-endian
//!   u32 length, header         JSON exactly as stored and hashed
//!   u32 length, body           likewise
//!   u8 0                       no personal data
//!    | u8 1, 16 bytes salt, u32 length, JSON
//!    | u8 2, 16 bytes salt     it has been erased
//! )
//! ```

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ChainHash;
use crate::ids::{BranchId, JournalId};

/// Entries in a batch, unless one command has more.
pub const BATCH_ENTRIES: u32 = 500;
/// Bytes in a batch before compression, unless one command has more.
pub const BATCH_BYTES: usize = 256 * 1024;
/// Bytes in a batch before compression, whatever is in it.
pub const HARD_BYTES: usize = 4 * 1024 * 1024;
/// A head is no longer than this.
const HEAD_BYTES: usize = 4096;
const LEVEL: i32 = 1;

/// What a batch says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BatchHead {
    /// The version of the protocol.
    pub proto: u8,
    /// The conversation it belongs to: as in the hello.
    pub session: u64,
    /// The branch.
    pub branch: BranchId,
    /// The epoch the cloud gave to `journal`.
    pub epoch: u32,
    /// The life of the journal.
    pub journal: JournalId,
    /// The first entry's sequence.
    pub first: u64,
    /// The last entry's sequence.
    pub last: u64,
    /// Bytes of the entries before compression.
    pub bytes: u32,
    /// The chain before the first entry.
    pub before: ChainHash,
    /// The chain with the last.
    pub after: ChainHash,
    /// The branch's wall clock, milliseconds since 1970.
    pub sent_at_ms: i64,
}

/// Personal data beside an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PersonalData {
    /// There is none.
    None,
    /// JSON; the header holds its seal.
    Kept {
        /// What it is sealed with.
        salt: [u8; 16],
        /// JSON.
        data: Vec<u8>,
    },
    /// There was some.
    Erased {
        /// What it was sealed with.
        salt: [u8; 16],
    },
}

/// An entry under way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SentEntry {
    /// JSON as stored and hashed.
    pub header: Vec<u8>,
    /// Likewise.
    pub body: Vec<u8>,
    /// What stands beside it.
    pub personal: PersonalData,
}

impl SentEntry {
    /// Bytes it takes in a batch before compression.
    pub fn bytes(&self) -> usize {
        let personal = match &self.personal {
            PersonalData::None => 0,
            PersonalData::Kept { data, .. } => 20 + data.len(),
            PersonalData::Erased { .. } => 16,
        };
        9 + self.header.len() + self.body.len() + personal
    }

    pub(super) fn place(&self) -> serde_json::Result<Place> {
        serde_json::from_slice(&self.header)
    }
}

/// What the protocol itself reads of a header.
#[derive(Deserialize)]
pub(super) struct Place {
    pub sequence: u64,
    pub id: Uuid,
    pub last_of_command: bool,
}

/// A batch that is what it says: its entries follow each other, and the chain over them is whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Batch {
    head: BatchHead,
    entries: Vec<SentEntry>,
    links: Vec<ChainHash>,
}

/// Why bytes are no batch.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// It has no head.
    #[error("the batch has no head")]
    Head(#[source] Option<serde_json::Error>),
    /// It says that it is larger than a batch may be.
    #[error("the batch says {bytes} bytes, and {HARD_BYTES} are allowed")]
    TooLarge {
        /// What it says.
        bytes: u32,
    },
    /// It cannot be decompressed, or to more or less than it says.
    #[error("the batch cannot be decompressed to the {bytes} bytes it says")]
    Compression {
        /// What it says.
        bytes: u32,
    },
    /// The entries end in the middle of one.
    #[error("the batch ends in the middle of an entry")]
    CutShort,
    /// An entry is not where the head says.
    #[error("entry {expected} of the batch is not that one")]
    Place {
        /// The sequence that should be there.
        expected: u64,
    },
    /// The number of entries is not what the head says.
    #[error("the batch is said to go from {first} to {last}, and has {entries} entries")]
    Count {
        /// From.
        first: u64,
        /// To.
        last: u64,
        /// Has.
        entries: usize,
    },
    /// An entry occurs twice under different sequences.
    #[error("entry {id} stands twice in the batch")]
    Twice {
        /// The entry.
        id: Uuid,
    },
    /// The chain over the entries does not come out at what the head says.
    #[error("the chain over the entries from {first} to {last} is broken")]
    Chain {
        /// From.
        first: u64,
        /// To.
        last: u64,
    },
    /// It ends in the middle of a command.
    #[error("the batch ends at {last}, in the middle of a command")]
    HalfACommand {
        /// Where.
        last: u64,
    },
}

impl Batch {
    /// A batch of these entries. `head` is corrected in what follows from them: `last`, `bytes`, `after`.
    ///
    /// # Errors
    /// [`BatchError`] when they are not what a batch holds.
    pub fn of(head: BatchHead, entries: Vec<SentEntry>) -> Result<Self, BatchError> {
        let bytes = entries.iter().map(SentEntry::bytes).sum::<usize>();
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let last = (head.first + entries.len() as u64).saturating_sub(1);
        let links = links(&head.before, &entries);
        let after = links.last().copied().unwrap_or(head.before);
        Self { head: BatchHead { last, bytes, after, ..head }, entries, links }.checked()
    }

    /// What it says of itself.
    pub const fn head(&self) -> &BatchHead {
        &self.head
    }

    /// Its entries, each with its sequence and the chain with it.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = (u64, &SentEntry, &ChainHash)> + ExactSizeIterator {
        let numbered = self.entries.iter().zip(&self.links).enumerate();
        numbered.map(|(index, (entry, link))| (self.head.first + index as u64, entry, link))
    }

    /// The chain with one of its entries, or with the one before its first.
    pub fn link(&self, sequence: u64) -> Option<ChainHash> {
        if sequence + 1 == self.head.first {
            return Some(self.head.before);
        }
        let index = usize::try_from(sequence.checked_sub(self.head.first)?).ok()?;
        self.links.get(index).copied()
    }

    /// The entries as they travel, without the head.
    ///
    /// # Panics
    /// Never: zstd compresses into memory.
    pub(super) fn frame(&self) -> Vec<u8> {
        let mut raw = Vec::with_capacity(self.head.bytes as usize);
        for entry in &self.entries {
            put(&mut raw, &entry.header);
            put(&mut raw, &entry.body);
            match &entry.personal {
                PersonalData::None => raw.push(0),
                PersonalData::Kept { salt, data } => {
                    raw.push(1);
                    raw.extend_from_slice(salt);
                    put(&mut raw, data);
                }
                PersonalData::Erased { salt } => {
                    raw.push(2);
                    raw.extend_from_slice(salt);
                }
            }
        }
        zstd::bulk::compress(&raw, LEVEL).expect("zstd compresses into memory")
    }

    /// Reads a head and its entries.
    ///
    /// # Errors
    /// [`BatchError`]; no more memory is used than the head is allowed to ask for.
    pub(super) fn read(head: BatchHead, frame: &[u8]) -> Result<Self, BatchError> {
        let bytes = head.bytes;
        let capacity = bytes as usize;
        if capacity > HARD_BYTES {
            return Err(BatchError::TooLarge { bytes });
        }
        let raw = zstd::bulk::decompress(frame, capacity).map_err(|_| BatchError::Compression { bytes })?;
        if raw.len() != capacity {
            return Err(BatchError::Compression { bytes });
        }
        let mut rest = raw.as_slice();
        let mut entries = Vec::new();
        while !rest.is_empty() {
            let entry = read_entry(&mut rest).ok_or(BatchError::CutShort)?;
            entries.push(entry);
        }
        let links = links(&head.before, &entries);
        Self { head, entries, links }.checked()
    }

    fn checked(self) -> Result<Self, BatchError> {
        let BatchHead { first, last, bytes, .. } = self.head;
        if bytes as usize > HARD_BYTES {
            return Err(BatchError::TooLarge { bytes });
        }
        if self.entries.is_empty() || first == 0 || last.checked_sub(first) != Some(self.entries.len() as u64 - 1) {
            return Err(BatchError::Count { first, last, entries: self.entries.len() });
        }
        if self.links.last() != Some(&self.head.after) {
            return Err(BatchError::Chain { first, last });
        }
        let mut ids = std::collections::HashSet::with_capacity(self.entries.len());
        let mut ends_a_command = false;
        for (expected, entry, _) in self.entries() {
            let place = entry.place().ok().filter(|place| place.sequence == expected);
            let place = place.ok_or(BatchError::Place { expected })?;
            if !ids.insert(place.id) {
                return Err(BatchError::Twice { id: place.id });
            }
            ends_a_command = place.last_of_command;
        }
        if ends_a_command { Ok(self) } else { Err(BatchError::HalfACommand { last }) }
    }
}

/// The head's line and what follows it.
pub(super) fn split(message: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = message.iter().take(HEAD_BYTES).position(|&byte| byte == b'\n')?;
    Some((&message[..end], &message[end + 1..]))
}

fn links(before: &ChainHash, entries: &[SentEntry]) -> Vec<ChainHash> {
    let chain = entries.iter().scan(*before, |hash, entry| {
        *hash = hash.then(&entry.header, &entry.body);
        Some(*hash)
    });
    chain.collect()
}

fn put(raw: &mut Vec<u8>, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    raw.extend_from_slice(&length.to_le_bytes());
    raw.extend_from_slice(bytes);
}

fn read_entry(rest: &mut &[u8]) -> Option<SentEntry> {
    let header = take_counted(rest)?;
    let body = take_counted(rest)?;
    let personal = match take(rest, 1)? {
        [0] => PersonalData::None,
        [1] => PersonalData::Kept { salt: take(rest, 16)?.try_into().ok()?, data: take_counted(rest)? },
        [2] => PersonalData::Erased { salt: take(rest, 16)?.try_into().ok()? },
        _ => return None,
    };
    Some(SentEntry { header, body, personal })
}

fn take<'r>(rest: &mut &'r [u8], length: usize) -> Option<&'r [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

fn take_counted(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let length = u32::from_le_bytes(take(rest, 4)?.try_into().ok()?);
    take(rest, length as usize).map(<[u8]>::to_vec)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::protocol::Upward;

    pub fn head() -> BatchHead {
        BatchHead {
            proto: 1,
            session: 7,
            branch: BranchId::from_uuid(Uuid::from_u128(1)),
            epoch: 1,
            journal: JournalId::from_uuid(Uuid::from_u128(2)),
            first: 1,
            last: 0,
            bytes: 0,
            before: ChainHash::GENESIS,
            after: ChainHash::GENESIS,
            sent_at_ms: 0,
        }
    }

    pub fn entry(sequence: u64, last_of_command: bool) -> SentEntry {
        let id = Uuid::from_u128(u128::from(sequence));
        let header = serde_json::json!({"sequence": sequence, "id": id, "last_of_command": last_of_command});
        SentEntry {
            header: header.to_string().into_bytes(),
            body: format!("{{\"n\":{sequence}}}").into_bytes(),
            personal: match sequence % 3 {
                0 => PersonalData::None,
                1 => PersonalData::Kept { salt: [9; 16], data: b"{}".to_vec() },
                _ => PersonalData::Erased { salt: [8; 16] },
            },
        }
    }

    fn message(head: &BatchHead, frame: &[u8]) -> Vec<u8> {
        let mut value = serde_json::to_value(head).unwrap();
        value["say"] = "batch".into();
        [value.to_string().as_bytes(), b"\n", frame].concat()
    }

    fn refused(message: &[u8]) -> String {
        format!("{:?}", Upward::decode(message).unwrap_err())
    }

    #[test]
    fn a_batch_reads_back_what_was_sent() {
        let batch = Batch::of(head(), vec![entry(1, false), entry(2, true), entry(3, true)]).unwrap();
        let sent = Upward::Batch(batch.clone()).encode();
        assert_eq!(Upward::decode(&sent).unwrap(), Upward::Batch(batch));
    }

    #[test]
    fn what_a_batch_says_of_itself_is_held_against_what_it_is() {
        let batch = Batch::of(head(), vec![entry(1, true), entry(2, true)]).unwrap();
        let frame = batch.frame();
        let with = |change: &dyn Fn(&mut BatchHead)| {
            let mut head = batch.head.clone();
            change(&mut head);
            refused(&message(&head, &frame))
        };
        assert!(with(&|head| head.bytes += 1).contains("Compression"));
        assert!(with(&|head| head.bytes -= 1).contains("Compression"));
        assert!(with(&|head| head.last = 3).contains("Count"));
        assert!(with(&|head| head.first = 0).contains("Count"));
        assert!(with(&|head| (head.first, head.last) = (2, 3)).contains("Place"));
        assert!(with(&|head| head.after.0[0] ^= 1).contains("Chain"));
        assert!(with(&|head| head.before.0[0] ^= 1).contains("Chain"));
        assert!(refused(&message(&batch.head, &frame[..frame.len() - 3])).contains("Compression"));
        assert!(refused(&[b'x'; 10_000]).contains("Head"));
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_unpacked() {
        let bomb = zstd::bulk::compress(&vec![0; 64 * 1024 * 1024], 3).unwrap();
        assert!(bomb.len() < 10_000);
        let says = |bytes| refused(&message(&BatchHead { bytes, ..head() }, &bomb));
        assert!(says(64 * 1024 * 1024).contains("TooLarge"));
        assert!(says(1000).contains("Compression"));
    }

    #[test]
    fn half_a_command_and_a_repeated_entry_are_no_batch() {
        let half = Batch::of(head(), vec![entry(1, true), entry(2, false)]).unwrap_err();
        assert!(matches!(half, BatchError::HalfACommand { last: 2 }), "{half}");
        let mut again = entry(2, true);
        again.header = serde_json::json!({"sequence": 2, "id": Uuid::from_u128(1), "last_of_command": true})
            .to_string()
            .into_bytes();
        let twice = Batch::of(head(), vec![entry(1, true), again]).unwrap_err();
        assert!(matches!(twice, BatchError::Twice { .. }), "{twice}");
    }

    #[test]
    fn any_cut_of_a_frame_is_refused_and_none_panics() {
        let raw: Vec<u8> = {
            let batch = Batch::of(head(), vec![entry(1, true)]).unwrap();
            zstd::bulk::decompress(&batch.frame(), 4096).unwrap()
        };
        for length in 0..raw.len() {
            let frame = zstd::bulk::compress(&raw[..length], 1).unwrap();
            let bytes = u32::try_from(length).unwrap();
            let head = BatchHead { last: 1, bytes, ..head() };
            assert!(Upward::decode(&message(&head, &frame)).is_err(), "{length}");
        }
    }
}
