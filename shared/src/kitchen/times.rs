//! How long a line took at a station, as the ledger has it: what both the branch and the cloud make figures of.

use jiff::Timestamp;

use super::{Entry, Ledger, MakingState};
use crate::ids::{LineId, StationId};

/// A line at a station that has made it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MakingTime {
    /// The order line.
    pub line: LineId,
    /// The station.
    pub station: StationId,
    /// When the station was told to.
    pub fired_at: Timestamp,
    /// When it said that it begins, if it did.
    pub started_at: Option<Timestamp>,
    /// When it was made.
    pub ready_at: Timestamp,
}

impl Ledger {
    /// How long the line of an entry took at its station; nothing while it is not made, or once it was taken back.
    pub fn time_of(&self, entry: &Entry) -> Option<MakingTime> {
        let making = entry.making?;
        let MakingState::Ready { at } = making.state else { return None };
        // Of what came while the station was at the order already, nobody said when it was begun.
        let started_at = self.card(entry.station).and_then(|card| card.started_at);
        let started_at = started_at.filter(|started| (making.fired_at..=at).contains(started));
        let Entry { line, station, .. } = *entry;
        Some(MakingTime { line, station, fired_at: making.fired_at, started_at, ready_at: at })
    }

    /// The same of every line that is made.
    pub fn times(&self) -> impl Iterator<Item = MakingTime> {
        self.entries.iter().filter_map(|entry| self.time_of(entry))
    }
}
