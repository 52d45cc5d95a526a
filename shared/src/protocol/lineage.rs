//! The lives of a journal, as branch and cloud tell each other of them.

use serde::{Deserialize, Serialize};

use super::ChainHash;
use crate::ids::JournalId;

/// One life of a branch's journal: from its first sequence until the next life's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Life {
    /// The life.
    pub journal: JournalId,
    /// The first sequence that belongs to it.
    pub first: u64,
    /// The chain before that.
    pub parent: ChainHash,
}

/// The name of a life that is discovered when its first entry has been written already: from that entry, so that two
/// copies of one disk which both have it give it one name, and what they share is one life and not two.
pub fn named_after(first_entry: &ChainHash) -> JournalId {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&first_entry.0[..16]);
    JournalId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Where a journal's chain stands at a sequence.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Point {
    /// The sequence.
    pub sequence: u64,
    /// The chain with it.
    pub hash: ChainHash,
}

/// What is wrong with a lineage.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadLineage {
    /// It has no life.
    #[error("a lineage has at least one life")]
    Empty,
    /// Lives do not follow each other.
    #[error("life {journal} does not begin after the one before it")]
    Order {
        /// The one that does not.
        journal: JournalId,
    },
}

/// The lives of a branch's file, the first one first; never empty.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "Vec<Life>", into = "Vec<Life>")]
pub struct Lineage(Vec<Life>);

impl TryFrom<Vec<Life>> for Lineage {
    type Error = BadLineage;

    fn try_from(lives: Vec<Life>) -> Result<Self, BadLineage> {
        if lives.is_empty() {
            return Err(BadLineage::Empty);
        }
        for pair in lives.windows(2) {
            if pair[1].first <= pair[0].first || pair[1].journal == pair[0].journal {
                return Err(BadLineage::Order { journal: pair[1].journal });
            }
        }
        Ok(Self(lives))
    }
}

impl From<Lineage> for Vec<Life> {
    fn from(lineage: Lineage) -> Self {
        lineage.0
    }
}

impl Lineage {
    /// The lives.
    pub fn lives(&self) -> &[Life] {
        &self.0
    }

    /// The life being written.
    ///
    /// # Panics
    /// Never: a lineage has at least one life.
    pub fn latest(&self) -> &Life {
        self.0.last().expect("a lineage has at least one life")
    }

    /// The life an entry belongs to; the first one for what stands before it.
    pub fn life_of(&self, sequence: u64) -> &Life {
        self.0.iter().rev().find(|life| life.first <= sequence).unwrap_or(&self.0[0])
    }

    /// A life by its name, and the last sequence that can belong to it; none while it is being written.
    pub fn find(&self, journal: JournalId) -> Option<(&Life, Option<u64>)> {
        let index = self.0.iter().position(|life| life.journal == journal)?;
        Some((&self.0[index], self.0.get(index + 1).map(|next| next.first - 1)))
    }
}
