//! One line at one station: what it should have been told, what it was told, and how far it has come.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Making, MakingState};
use crate::ids::{LineId, StationId};
use crate::money::Quantity;

/// One line at one station.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// The order line.
    pub line: LineId,
    /// The station.
    pub station: StationId,
    /// How many were asked for.
    pub ordered: Quantity,
    /// Whether the station is not to begin with it though it may with the order.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_held: bool,
    /// How many the station is to make.
    pub fired: Quantity,
    /// How many of them were taken back.
    pub voided: Quantity,
    /// How many it has been told to make, less how many it has been told not to.
    pub sent: Quantity,
    /// How far the station has come with it; nothing before it is fired.
    pub making: Option<Making>,
}

impl Entry {
    /// A line that is asked for and not fired.
    pub(super) const fn ordered(line: LineId, station: StationId, ordered: Quantity, is_held: bool) -> Self {
        let (fired, voided, sent) = (Quantity::ZERO, Quantity::ZERO, Quantity::ZERO);
        Self { line, station, ordered, is_held, fired, voided, sent, making: None }
    }

    /// What the station has yet to be told: more of it when positive, less when negative.
    pub const fn due(&self) -> Quantity {
        self.fired.minus(self.voided).minus(self.sent)
    }

    /// How far the station has come with it; nothing before it is fired.
    pub fn state(&self) -> Option<MakingState> {
        self.making.map(|making| making.state)
    }

    /// Whether it was fired and is neither made nor taken back.
    pub fn is_to_make(&self) -> bool {
        matches!(self.state(), Some(MakingState::ToMake))
    }

    /// Whether it is asked for and the station has yet to hear of it.
    pub(super) fn is_waiting(&self) -> bool {
        self.ordered > self.fired
    }

    pub(super) fn is_ready(&self) -> bool {
        matches!(self.state(), Some(MakingState::Ready { .. }))
    }

    pub(super) fn is_unseen_void(&self) -> bool {
        matches!(self.state(), Some(MakingState::Voided { is_seen: false, .. }))
    }

    /// Whether it keeps the card on the screen.
    pub(super) fn asks_for_a_look(&self) -> bool {
        self.is_to_make() || self.is_ready() || self.is_unseen_void()
    }

    pub(super) fn fire(&mut self, at: Timestamp, is_addition: bool) {
        self.is_held = false;
        self.fired = self.ordered;
        if self.fired > Quantity::ZERO {
            self.making = Some(Making { fired_at: at, is_addition, state: MakingState::ToMake });
        }
    }

    /// What was fired is voided; what was not is no longer asked for.
    pub(super) fn take_back(&mut self) {
        self.is_held = false;
        self.voided = self.fired;
        self.ordered = self.fired;
        self.change(MakingState::taken_back);
    }

    pub(super) fn change(&mut self, to: impl FnOnce(MakingState) -> MakingState) {
        if let Some(making) = &mut self.making {
            making.state = to(making.state);
        }
    }
}
