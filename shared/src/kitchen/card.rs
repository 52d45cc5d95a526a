//! The card: one order at one station, as the station's screen has it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{LineId, StationId};

/// A line on a card: how far the station has come with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Making {
    /// When the station was to begin.
    pub fired_at: Timestamp,
    /// Whether the station had the order already.
    pub is_addition: bool,
    /// How far it has come.
    pub state: MakingState,
}

/// How far a station has come with a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MakingState {
    /// It is to be made.
    ToMake,
    /// It is made.
    Ready {
        /// Since when.
        at: Timestamp,
    },
    /// It was taken back.
    Voided {
        /// Since when it was ready by then, if it was.
        ready_at: Option<Timestamp>,
        /// Whether the station knows.
        is_seen: bool,
    },
}

impl MakingState {
    /// Taken back, whatever it was.
    pub(super) const fn taken_back(self) -> Self {
        match self {
            Self::ToMake => Self::Voided { ready_at: None, is_seen: false },
            Self::Ready { at } => Self::Voided { ready_at: Some(at), is_seen: false },
            Self::Voided { .. } => self,
        }
    }

    /// Not made after all; what was taken back stays so.
    pub(super) const fn unmade(self) -> Self {
        match self {
            Self::ToMake | Self::Ready { .. } => Self::ToMake,
            Self::Voided { is_seen, .. } => Self::Voided { ready_at: None, is_seen },
        }
    }

    /// The same, the station knowing of a void or not.
    pub(super) const fn seen(self, is_seen: bool) -> Self {
        match self {
            Self::ToMake | Self::Ready { .. } => self,
            Self::Voided { ready_at, .. } => Self::Voided { ready_at, is_seen },
        }
    }
}

/// One order at one station.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Card {
    /// The station.
    pub station: StationId,
    /// When it came to the screen: with its first line, or with the one that brought it there again.
    pub fired_at: Timestamp,
    /// When the station said that it begins, if it did.
    pub started_at: Option<Timestamp>,
    /// How it left the screen, while it is away.
    pub bump: Option<Bump>,
}

/// How a card left the screen, and what a recall takes back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Bump {
    /// When.
    pub at: Timestamp,
    /// What it followed from.
    pub cause: BumpCause,
    /// The lines this made ready.
    pub lines: Vec<LineId>,
    /// The lines taken back that were seen with this.
    pub voids: Vec<LineId>,
}

/// What a card left the screen for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BumpCause {
    /// The station was done with it.
    Station,
    /// Somebody elsewhere said that the order is ready.
    Order,
}

/// Where a card is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// On the screen.
    Open,
    /// Bumped, and can be recalled.
    Bumped {
        /// Since when.
        at: Timestamp,
    },
    /// Nowhere: the order has left the kitchen, or nothing of it is to be made or looked at here.
    Over,
}
