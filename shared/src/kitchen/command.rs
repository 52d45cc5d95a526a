//! What a station's screen may ask.

use crate::ids::{LineId, StationId};

/// A touch on the card of one order at one station.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KitchenCommand {
    /// The station.
    pub station: StationId,
    /// What was touched.
    pub touch: Touch,
}

/// What was touched on a card.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Touch {
    /// Begin.
    Start,
    /// This line is made.
    Ready(LineId),
    /// This line is to be made after all.
    Unready(LineId),
    /// That this line was taken back is known.
    Seen(LineId),
    /// Done with the card.
    Bump,
    /// Bring the card back.
    Recall,
}
