//! Whether the branch takes orders from outside: open, busy, paused or closed, as was last said there and as its hours say.
//!
//! What holds is part of the [branch](comanda_shared::branch::Branch) and of its settings, so that taking an order reads
//! nothing more; what may be said is decided in [`comanda_shared::branch::Opening`]. It does not know screens: they hear
//! of it from the journal.
//!
//! Faults: what was said survives a restart and a power cut like any other event (`edge/tests/opening.rs`).

pub mod feature;
pub mod routes;
pub mod wire;

use comanda_shared::branch::{Branch, Opening};

use crate::journal::Configuration;

/// All that says whether this branch takes orders from outside.
pub fn of<'b>(branch: &'b Branch, configuration: &'b Configuration) -> Opening<'b> {
    Opening { state: &branch.state, hours: configuration.settings.hours.as_ref(), zone: &configuration.zone }
}
