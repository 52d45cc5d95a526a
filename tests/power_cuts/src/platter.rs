//! What a disk really holds while programs write to it, and what it holds when the power goes.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::disk::{Flush, Image, Inode, Operation};
use crate::random::Random;

/// The unit a disk writes whole or not at all.
pub const SECTOR: usize = 512;
/// The unit many disks and SQLite write.
pub const PAGE: usize = 4096;

/// Which part of what was not flushed survives.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Survival {
    /// Nothing of it.
    None,
    /// All of it.
    All,
    /// What was written first, up to some write, of which the front part survives, torn within a sector.
    TornPrefix,
    /// Any of its sectors, by chance.
    Sectors,
    /// Any of its pages, by chance.
    Pages,
}

impl Survival {
    /// Every mode.
    pub const EACH: [Self; 5] = [Self::None, Self::All, Self::TornPrefix, Self::Sectors, Self::Pages];

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "nothing that was not flushed",
            Self::All => "everything",
            Self::TornPrefix => "a prefix, its last write torn",
            Self::Sectors => "any sectors of 512 bytes",
            Self::Pages => "any pages of 4 KiB",
        }
    }
}

/// A safeguard taken away, to see that it is missed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Plant {
    /// None is.
    Nothing,
    /// `synchronous = NORMAL`: commits are not flushed.
    CommitsNotFlushed,
    /// Whoever asks is answered before the commit.
    AnsweredBeforeCommit,
    /// The disk says that it has flushed, and has not.
    LyingFlush,
    /// The names of new files are never flushed.
    NamesNotFlushed,
}

enum Change {
    Write(usize, Arc<[u8]>),
    Truncate(usize),
}

/// What is durable, and what is not yet.
pub struct Platter {
    plant: Plant,
    durable: BTreeMap<Inode, Vec<u8>>,
    names: BTreeMap<String, Inode>,
    changes: BTreeMap<Inode, Vec<Change>>,
    names_changed: Vec<(String, Option<Inode>)>,
}

impl Platter {
    /// A disk on which all of this is durable.
    pub fn holding(image: &Image, plant: Plant) -> Self {
        let names = image.keys().cloned().zip(0..).collect();
        let durable = (0..).zip(image.values().map(|bytes| bytes.to_vec())).collect();
        Self { plant, durable, names, changes: BTreeMap::new(), names_changed: Vec::new() }
    }

    /// Does what it is asked.
    pub fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::Create(name, inode) => {
                self.durable.insert(*inode, Vec::new());
                self.names_changed.push((name.clone(), Some(*inode)));
            }
            Operation::Delete(name) => self.names_changed.push((name.clone(), None)),
            Operation::SyncNames => {
                if self.plant != Plant::NamesNotFlushed && self.plant != Plant::LyingFlush {
                    let changed = std::mem::take(&mut self.names_changed);
                    changed.into_iter().for_each(|(name, inode)| rename(&mut self.names, name, inode));
                }
            }
            Operation::Write(inode, offset, bytes) => {
                self.changes.entry(*inode).or_default().push(Change::Write(*offset, Arc::clone(bytes)));
            }
            Operation::Truncate(inode, length) => {
                self.changes.entry(*inode).or_default().push(Change::Truncate(*length));
            }
            Operation::Sync(inode, flush) => {
                let is_skipped = match self.plant {
                    Plant::LyingFlush => true,
                    Plant::CommitsNotFlushed => *flush == Flush::Commit,
                    Plant::Nothing | Plant::AnsweredBeforeCommit | Plant::NamesNotFlushed => false,
                };
                if !is_skipped {
                    let bytes = self.durable.entry(*inode).or_default();
                    for change in self.changes.remove(inode).unwrap_or_default() {
                        whole(bytes, &change);
                    }
                }
            }
            // Linux marks the pages clean after a flush that failed: no later flush writes them.
            Operation::SyncFailed(inode) => drop(self.changes.remove(inode)),
        }
    }

    /// What is found when the power comes back, having gone while `in_flight` was under way.
    pub fn cut(&self, in_flight: Option<&Operation>, survival: Survival, random: &mut Random) -> Image {
        let mut names = self.names.clone();
        let begun = match in_flight {
            Some(Operation::Create(name, inode)) => Some((name.clone(), Some(*inode))),
            Some(Operation::Delete(name)) => Some((name.clone(), None)),
            _ => None,
        };
        for (name, inode) in self.names_changed.iter().cloned().chain(begun) {
            let survives = match survival {
                Survival::None => false,
                Survival::All => true,
                Survival::TornPrefix | Survival::Sectors | Survival::Pages => random.flips(),
            };
            if survives {
                rename(&mut names, name, inode);
            }
        }
        let file = |(name, inode): (String, Inode)| (name, self.file(inode, in_flight, survival, random).into());
        names.into_iter().map(file).collect()
    }

    fn file(&self, inode: Inode, in_flight: Option<&Operation>, survival: Survival, random: &mut Random) -> Vec<u8> {
        let mut bytes = self.durable.get(&inode).cloned().unwrap_or_default();
        let begun = match in_flight {
            Some(Operation::Write(other, offset, data)) if *other == inode => {
                Some(Change::Write(*offset, Arc::clone(data)))
            }
            Some(Operation::Truncate(other, length)) if *other == inode => Some(Change::Truncate(*length)),
            _ => None,
        };
        let changes: Vec<&Change> = self.changes.get(&inode).into_iter().flatten().chain(&begun).collect();
        match survival {
            Survival::None => {}
            Survival::All => changes.into_iter().for_each(|change| whole(&mut bytes, change)),
            Survival::TornPrefix => {
                let kept = random.below(changes.len() + 1);
                for change in &changes[..kept] {
                    whole(&mut bytes, change);
                }
                if let Some(Change::Write(offset, data)) = changes.get(kept) {
                    put(&mut bytes, *offset, &data[..random.below(data.len())]);
                }
            }
            Survival::Sectors => changes.into_iter().for_each(|change| parts(&mut bytes, change, SECTOR, random)),
            Survival::Pages => changes.into_iter().for_each(|change| parts(&mut bytes, change, PAGE, random)),
        }
        bytes
    }
}

fn rename(names: &mut BTreeMap<String, Inode>, name: String, inode: Option<Inode>) {
    match inode {
        Some(inode) => drop(names.insert(name, inode)),
        None => drop(names.remove(&name)),
    }
}

/// Writes into a file, which grows as it must.
pub(crate) fn put(bytes: &mut Vec<u8>, offset: usize, data: &[u8]) {
    let end = offset + data.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[offset..end].copy_from_slice(data);
}

fn whole(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write(offset, data) => put(bytes, *offset, data),
        Change::Truncate(length) => bytes.truncate(*length),
    }
}

/// Those blocks of the disk that the change touches and that happened to be written.
fn parts(bytes: &mut Vec<u8>, change: &Change, block: usize, random: &mut Random) {
    match change {
        Change::Truncate(length) => {
            if random.flips() {
                bytes.truncate(*length);
            }
        }
        Change::Write(offset, data) => {
            let mut from = 0;
            while from < data.len() {
                let to = data.len().min(from + block - (offset + from) % block);
                if random.flips() {
                    put(bytes, offset + from, &data[from..to]);
                }
                from = to;
            }
        }
    }
}
