//! What of the kitchen goes with the lines of an order that becomes part of another.

use super::{Called, KitchenEvent, Ledger, Phase, TicketsJoined};
use crate::order::Order;

/// What the kitchen knows of the order that is left, handed to the order that goes on. What was sent counts as sent there,
/// and what is made as made: nothing is cooked twice.
pub fn joined(into: &Order, from: &Order, ledger: &Ledger) -> KitchenEvent {
    KitchenEvent::Joined(TicketsJoined {
        order: into.id,
        from: from.id,
        was: Called { number: from.number.clone(), table: from.table.clone() },
        entries: ledger.entries.clone(),
        told: ledger.told.clone(),
        cards: ledger.cards.clone(),
    })
}

impl Ledger {
    /// The lines of another order came over, with all that was made and told of them.
    pub(super) fn join(&mut self, joined: &TicketsJoined) {
        for station in &joined.told {
            if !self.told.contains(station) {
                self.told.push(*station);
            }
        }
        for theirs in &joined.cards {
            let has_more =
                joined.entries.iter().any(|entry| entry.station == theirs.station && entry.asks_for_a_look());
            match self.card_mut(theirs.station) {
                None => self.cards.push(theirs.clone()),
                Some(ours) if theirs.bump.is_none() && has_more => {
                    ours.fired_at =
                        if ours.bump.is_none() { ours.fired_at.min(theirs.fired_at) } else { theirs.fired_at };
                    ours.bump = None;
                }
                Some(ours) => {
                    if let (Some(ours), Some(theirs)) = (&mut ours.bump, &theirs.bump) {
                        ours.lines.extend_from_slice(&theirs.lines);
                        ours.voids.extend_from_slice(&theirs.voids);
                    }
                }
            }
            if let Some(ours) = self.card_mut(theirs.station) {
                ours.started_at = ours.started_at.or(theirs.started_at);
            }
        }
        self.entries.extend_from_slice(&joined.entries);
    }

    /// All of it is another order's.
    pub(super) fn leave(&mut self) {
        self.entries.clear();
        self.phase = Phase::Left;
    }
}
