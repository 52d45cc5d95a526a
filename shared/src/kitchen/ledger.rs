//! The kitchen's ledger of an order: for every line and station what should have been sent, and what was.

use serde::{Deserialize, Serialize};

use super::{KitchenEvent, TicketKind};
use crate::event::Event;
use crate::ids::{LineId, OrderId, StationId};
use crate::money::Quantity;
use crate::order::{Line, OrderEvent};

/// One line at one station.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// The order line.
    pub line: LineId,
    /// The station.
    pub station: StationId,
    /// How many were asked for.
    pub ordered: Quantity,
    /// How many the station is to make.
    pub fired: Quantity,
    /// How many of them were taken back.
    pub voided: Quantity,
    /// How many it has been told to make, less how many it has been told not to.
    pub sent: Quantity,
}

impl Entry {
    /// What the station has yet to be told: more of it when positive, less when negative.
    pub const fn due(&self) -> Quantity {
        self.fired.minus(self.voided).minus(self.sent)
    }
}

/// The kitchen's ledger of an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ledger {
    /// The order.
    pub order: OrderId,
    /// Whether what is ordered is fired at once: from acceptance on.
    pub is_open: bool,
    /// Every line at each of its stations.
    pub entries: Vec<Entry>,
    /// The stations that have had a ticket.
    pub told: Vec<StationId>,
}

impl Ledger {
    /// What the event makes of the ledger; `None` before the order was placed.
    pub fn apply(state: &mut Option<Self>, event: &Event) {
        match event {
            Event::Order(OrderEvent::Placed(placed)) => {
                let mut ledger = Self { order: placed.order, is_open: false, entries: Vec::new(), told: Vec::new() };
                ledger.add(&placed.lines);
                *state = Some(ledger);
            }
            Event::Order(event) => {
                if let Some(ledger) = state {
                    ledger.follow_order(event);
                }
            }
            Event::Kitchen(event) => {
                if let Some(ledger) = state {
                    ledger.follow_kitchen(event);
                }
            }
            Event::Branch(_) | Event::Printer(_) | Event::Staff(_) => {}
        }
    }

    fn follow_order(&mut self, event: &OrderEvent) {
        match event {
            OrderEvent::Placed(_) | OrderEvent::Advanced(_) => {}
            OrderEvent::Accepted(_) => {
                self.is_open = true;
                self.entries.iter_mut().for_each(|entry| entry.fired = entry.ordered);
            }
            OrderEvent::LinesAdded(added) => self.add(&added.lines),
            OrderEvent::LineVoided(voided) => self.take_back(|entry| voided.takes_back(entry.line)),
            OrderEvent::Cancelled(_) => self.take_back(|_| true),
        }
    }

    fn follow_kitchen(&mut self, event: &KitchenEvent) {
        let KitchenEvent::TicketIssued(issued) = event else { return };
        let ticket = &issued.ticket;
        if !self.told.contains(&ticket.station) {
            self.told.push(ticket.station);
        }
        for line in &ticket.lines {
            let here = |entry: &&mut Entry| entry.line == line.line && entry.station == ticket.station;
            if let Some(entry) = self.entries.iter_mut().find(here) {
                entry.sent = match ticket.kind {
                    TicketKind::New | TicketKind::Addition => entry.sent.plus(line.quantity),
                    TicketKind::Void => entry.sent.minus(line.quantity),
                };
            }
        }
    }

    fn add(&mut self, lines: &[Line]) {
        for line in lines {
            for &station in &line.stations {
                // A station named twice is told once: two entries of one key could never both come to rest.
                if self.entries.iter().any(|entry| entry.line == line.id && entry.station == station) {
                    continue;
                }
                let fired = if self.is_open { line.quantity } else { Quantity::ZERO };
                let (voided, sent) = (Quantity::ZERO, Quantity::ZERO);
                self.entries.push(Entry { line: line.id, station, ordered: line.quantity, fired, voided, sent });
            }
        }
    }

    /// What was fired is voided; what was not is no longer asked for.
    fn take_back(&mut self, which: impl Fn(&Entry) -> bool) {
        for entry in self.entries.iter_mut().filter(|entry| which(entry)) {
            entry.voided = entry.fired;
            entry.ordered = entry.fired;
        }
    }

    /// Whether every station has been told what it should have been.
    pub fn is_at_rest(&self) -> bool {
        self.entries.iter().all(|entry| entry.due() == Quantity::ZERO)
    }
}
