//! What happens to the branch as a whole.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::BranchState;
use crate::event::event_family;
use crate::ids::{BranchId, JournalId};
use crate::staff::Actor;

event_family! {
    /// What happens to the branch as a whole.
    BranchEvent {
        /// The branch's journal begins.
        Opened(BranchOpened) = "branch.opened",
        /// A new day of business.
        BusinessDayOpened(BusinessDayOpened) = "branch.business_day_opened",
        /// A version of the catalog or the settings is taken into use.
        DirectiveApplied(DirectiveApplied) = "branch.directive_applied",
        /// Numbers jump ahead after the journal began a new life.
        NumbersSkipped(NumbersSkipped) = "branch.numbers_skipped",
        /// Somebody opened, closed or paused it, or said how busy it is.
        StateChanged(StateChanged) = "branch.state_changed",
        /// It begins for real: what it was tried out with is put aside.
        Begun(BranchBegun) = "branch.begun",
    }
}

/// The branch's journal begins.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BranchOpened {
    /// The branch.
    pub branch: BranchId,
    /// The journal's first life.
    pub journal: JournalId,
    /// Its first day of business.
    pub business_day: Date,
}

/// A new day of business: the numbers people call out begin again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BusinessDayOpened {
    /// The day.
    pub business_day: Date,
}

/// What a directive is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DirectiveKind {
    /// The whole catalog.
    Catalog,
    /// The branch's settings.
    Settings,
    /// What stands on tickets and receipts.
    Papers,
    /// Where the tables stand.
    Floor,
    /// Who works here.
    Staff,
    /// Which roles the company has of its own.
    Roles,
}

impl DirectiveKind {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Catalog, Self::Settings, Self::Papers, Self::Floor, Self::Staff, Self::Roles];

    /// The kind stored so.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Catalog => "catalog",
            Self::Settings => "settings",
            Self::Papers => "papers",
            Self::Floor => "floor",
            Self::Staff => "staff",
            Self::Roles => "roles",
        }
    }
}

/// Who laid a directive down.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// Somebody at the branch.
    #[default]
    Local,
    /// The cloud.
    Cloud {
        /// Its own number for it.
        version: u64,
    },
}

impl Author {
    /// Whether it was somebody at the branch.
    pub const fn is_local(&self) -> bool {
        matches!(self, Self::Local)
    }

    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Cloud { .. } => "cloud",
        }
    }
}

/// A version of the catalog or the settings is taken into use.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DirectiveApplied {
    /// What about.
    pub kind: DirectiveKind,
    /// Which version, from 1 for each kind.
    pub version: u64,
    /// The document, by its SHA-256 in hexadecimal.
    pub sha256: String,
    /// Who laid it down.
    #[serde(default, skip_serializing_if = "Author::is_local")]
    pub author: Author,
}

/// Numbers jump to the next thousand after a restore or a take-over, so that none is given twice.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NumbersSkipped {
    /// The journal's new life.
    pub journal: JournalId,
}

/// Somebody opened, closed or paused the branch, or said how busy it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StateChanged {
    /// What holds from now on.
    pub state: BranchState,
    /// Who said so.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// What a branch was tried out with, put aside.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TrialPutAside {
    /// The life of its journal.
    pub journal: JournalId,
    /// Its entries.
    pub entries: u64,
    /// The chain with the last of them, in hexadecimal.
    pub hash: String,
    /// Orders that were taken.
    pub orders: u64,
    /// The name of the file it is kept in.
    pub file: String,
}

/// The branch begins for real.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BranchBegun {
    /// What was put aside.
    pub trial: TrialPutAside,
    /// Who said so.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}
