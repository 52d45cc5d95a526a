//! The kitchen's ledger of an order: for every line and station what should have been sent and what was, and how far the
//! station has come with it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Bump, BumpCause, Card, Entry, KitchenEvent, MakingState, Standing, Ticket, TicketKind};
use crate::event::Event;
use crate::ids::{LineId, OrderId, StationId};
use crate::money::Quantity;
use crate::order::{Line, OrderEvent, Stage};

/// How far the kitchen may go with an order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It is not accepted: nothing is fired.
    Waiting,
    /// What is ordered is fired at once.
    Firing,
    /// It is with the guest or on its way there: none of its cards are on a screen.
    Left,
}

/// The kitchen's ledger of an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ledger {
    /// The order.
    pub order: OrderId,
    /// How far the kitchen may go.
    pub phase: Phase,
    /// Every line at each of its stations.
    pub entries: Vec<Entry>,
    /// The stations that have had a ticket.
    pub told: Vec<StationId>,
    /// The card of every station something was fired at.
    pub cards: Vec<Card>,
    /// Since when it goes before all others, while it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised_at: Option<Timestamp>,
    /// The table it was at before it was moved last: whoever looks for it there is to see that it is elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was_at: Option<String>,
}

impl Ledger {
    /// What an event of this instant makes of the ledger; `None` before the order was placed.
    pub fn apply(state: &mut Option<Self>, event: &Event, at: Timestamp) {
        match event {
            Event::Order(OrderEvent::Placed(placed)) => {
                let (entries, told, cards) = (Vec::new(), Vec::new(), Vec::new());
                let (order, phase) = (placed.order, Phase::Waiting);
                let mut ledger = Self { order, phase, entries, told, cards, raised_at: None, was_at: None };
                ledger.add(&placed.lines, at);
                *state = Some(ledger);
            }
            Event::Order(event) => {
                if let Some(ledger) = state {
                    ledger.follow_order(event, at);
                }
            }
            Event::Kitchen(event) => {
                if let Some(ledger) = state {
                    ledger.follow_kitchen(event);
                }
            }
            _ => {}
        }
    }

    fn follow_order(&mut self, event: &OrderEvent, at: Timestamp) {
        match event {
            OrderEvent::Placed(_) => {}
            OrderEvent::Accepted(_) => {
                self.phase = Phase::Firing;
                self.entries.iter_mut().filter(|entry| !entry.is_held).for_each(|entry| entry.fire(at, false));
                self.lay_cards(at);
            }
            OrderEvent::LinesAdded(added) => self.add(&added.lines, at),
            OrderEvent::LineVoided(voided) => self.take_back(|entry| voided.takes_back(entry.line)),
            OrderEvent::Fired(fired) => self.fire(&fired.lines, at),
            OrderEvent::Advanced(advanced) => self.follow_stage(advanced.to, at),
            OrderEvent::Cancelled(_) => self.take_back(|_| true),
            OrderEvent::Merged(_) => self.leave(),
            OrderEvent::Moved(moved) => {
                self.was_at = moved.from.clone().filter(|from| Some(from) != moved.table.as_ref())
            }
            // Its cards stay where the kitchen left them, until something is added.
            OrderEvent::Reopened(_) => self.phase = Phase::Firing,
            OrderEvent::TipSet(_)
            | OrderEvent::PaymentTaken(_)
            | OrderEvent::PaymentRefunded(_)
            | OrderEvent::ReceiptIssued(_)
            | OrderEvent::Closed(_)
            | OrderEvent::Discounted(_)
            | OrderEvent::DiscountRemoved(_)
            | OrderEvent::Repriced(_)
            | OrderEvent::Split(_)
            | OrderEvent::SplitUndone(_)
            | OrderEvent::LinesMerged(_)
            | OrderEvent::BillPrinted(_)
            | OrderEvent::ReceiptReprinted(_)
            | OrderEvent::PassPaperReprinted(_)
            | OrderEvent::PersonalErased(_) => {}
        }
    }

    fn follow_stage(&mut self, stage: Stage, at: Timestamp) {
        match stage {
            Stage::Preparing => self.undo_clearing(),
            Stage::Ready => self.clear_cards(at),
            Stage::Served | Stage::OnTheWay | Stage::Delivered => {
                self.clear_cards(at);
                self.phase = Phase::Left;
            }
        }
    }

    fn follow_kitchen(&mut self, event: &KitchenEvent) {
        match event {
            KitchenEvent::TicketIssued(issued) => self.tell(&issued.ticket),
            KitchenEvent::Started(started) => {
                if let Some(card) = self.card_mut(started.station) {
                    card.started_at = Some(started.at);
                }
            }
            KitchenEvent::LineReady(ready) => {
                self.change(ready.line, ready.station, |_| MakingState::Ready { at: ready.at });
            }
            KitchenEvent::LineUnready(unready) => {
                self.change(unready.line, unready.station, MakingState::unmade);
                if let Some(card) = self.card_mut(unready.station) {
                    card.bump = None;
                }
            }
            KitchenEvent::VoidSeen(seen) => self.change(seen.line, seen.station, |state| state.seen(true)),
            KitchenEvent::Bumped(bumped) => {
                let (lines, voids) = (bumped.lines.clone(), bumped.voids.clone());
                self.bump(bumped.station, Bump { at: bumped.at, cause: BumpCause::Station, lines, voids });
            }
            KitchenEvent::Recalled(recalled) => self.recall(recalled.station),
            KitchenEvent::Raised(raised) => self.raised_at = Some(raised.at),
            KitchenEvent::Lowered(_) => self.raised_at = None,
            KitchenEvent::Joined(joined) => self.join(joined),
            KitchenEvent::TicketProved(_)
            | KitchenEvent::TicketUnknown(_)
            | KitchenEvent::TicketReprinted(_)
            | KitchenEvent::TicketRerouted(_)
            | KitchenEvent::TicketCancelled(_)
            | KitchenEvent::TicketTaken(_) => {}
        }
    }

    fn tell(&mut self, ticket: &Ticket) {
        if !self.told.contains(&ticket.station) {
            self.told.push(ticket.station);
        }
        for line in &ticket.lines {
            if let Some(entry) = self.entry_mut(line.line, ticket.station) {
                entry.sent = match ticket.kind {
                    TicketKind::New | TicketKind::Addition | TicketKind::Fired => entry.sent.plus(line.quantity),
                    TicketKind::Moved => entry.sent,
                    TicketKind::Void => entry.sent.minus(line.quantity),
                };
            }
        }
    }

    fn add(&mut self, lines: &[Line], at: Timestamp) {
        for line in lines {
            for &station in &line.stations {
                // A station named twice is told once: two entries of one key could never both come to rest.
                if self.entry_mut(line.id, station).is_some() {
                    continue;
                }
                let mut entry = Entry::ordered(line.id, station, line.quantity, line.fire.waits());
                if self.phase == Phase::Firing && !entry.is_held {
                    self.bring_back(station, at);
                    entry.fire(at, self.told.contains(&station));
                }
                self.entries.push(entry);
            }
        }
        self.lay_cards(at);
    }

    /// What was held is so no longer; where the kitchen may begin, it does.
    fn fire(&mut self, lines: &[LineId], at: Timestamp) {
        let is_meant = |entry: &Entry| entry.is_held && lines.contains(&entry.line);
        if self.phase != Phase::Firing {
            self.entries.iter_mut().filter(|entry| is_meant(entry)).for_each(|entry| entry.is_held = false);
            return;
        }
        let stations: Vec<StationId> =
            self.entries.iter().filter(|entry| is_meant(entry)).map(|entry| entry.station).collect();
        stations.into_iter().for_each(|station| self.bring_back(station, at));
        for entry in self.entries.iter_mut().filter(|entry| is_meant(entry)) {
            entry.fire(at, self.told.contains(&entry.station));
        }
        self.lay_cards(at);
    }

    /// A card that is away comes back for a line that is added, and is as old as that line.
    fn bring_back(&mut self, station: StationId, at: Timestamp) {
        if self.is_open_at(station) {
            return;
        }
        if let Some(card) = self.card_mut(station) {
            card.bump = None;
            card.fired_at = at;
        }
    }

    /// Every station something was fired at has a card.
    fn lay_cards(&mut self, at: Timestamp) {
        for entry in self.entries.iter().filter(|entry| entry.making.is_some()) {
            if self.cards.iter().all(|card| card.station != entry.station) {
                let station = entry.station;
                self.cards.push(Card { station, fired_at: at, started_at: None, bump: None });
            }
        }
    }

    /// What was fired is voided; what was not is no longer asked for.
    fn take_back(&mut self, which: impl Fn(&Entry) -> bool) {
        self.entries.iter_mut().filter(|entry| which(entry)).for_each(Entry::take_back);
    }

    /// The order is said to be ready while a station has work: somebody else knows better, and the cards leave. When the
    /// stations have made everything, it is the kitchen that said so, and the cards stay for the bump.
    fn clear_cards(&mut self, at: Timestamp) {
        if !self.has_work() {
            return;
        }
        for station in self.cards.iter().map(|card| card.station).collect::<Vec<_>>() {
            if self.is_open_at(station) {
                let (lines, voids) = self.left_to_do(station);
                self.bump(station, Bump { at, cause: BumpCause::Order, lines, voids });
            }
        }
    }

    /// Who said that the order is ready takes it back: nothing that was cleared with it may stay uncooked. It is another
    /// matter when more was ordered, for now or for later.
    fn undo_clearing(&mut self) {
        if self.has_more_to_come() {
            return;
        }
        let was_cleared = |card: &&Card| card.bump.as_ref().is_some_and(|bump| bump.cause == BumpCause::Order);
        let cleared: Vec<_> = self.cards.iter().filter(was_cleared).map(|card| card.station).collect();
        cleared.into_iter().for_each(|station| self.recall(station));
    }

    fn bump(&mut self, station: StationId, bump: Bump) {
        for &line in &bump.lines {
            self.change(line, station, |_| MakingState::Ready { at: bump.at });
        }
        for &line in &bump.voids {
            self.change(line, station, |state| state.seen(true));
        }
        if let Some(card) = self.card_mut(station) {
            card.bump = Some(bump);
        }
    }

    fn recall(&mut self, station: StationId) {
        let Some(bump) = self.card_mut(station).and_then(|card| card.bump.take()) else { return };
        for line in bump.lines {
            self.change(line, station, MakingState::unmade);
        }
        for line in bump.voids {
            self.change(line, station, |state| state.seen(false));
        }
    }

    fn change(&mut self, line: LineId, station: StationId, to: impl FnOnce(MakingState) -> MakingState) {
        if let Some(entry) = self.entry_mut(line, station) {
            entry.change(to);
        }
    }

    fn entry_mut(&mut self, line: LineId, station: StationId) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.line == line && entry.station == station)
    }

    pub(super) fn card_mut(&mut self, station: StationId) -> Option<&mut Card> {
        self.cards.iter_mut().find(|card| card.station == station)
    }
}

/// What is asked of a ledger.
impl Ledger {
    /// Whether every station has been told what it should have been.
    pub fn is_at_rest(&self) -> bool {
        self.entries.iter().all(|entry| entry.due() == Quantity::ZERO)
    }

    /// The lines of a station.
    pub fn at(&self, station: StationId) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.station == station)
    }

    /// The card of a station; none before something is fired there.
    pub fn card(&self, station: StationId) -> Option<&Card> {
        self.cards.iter().find(|card| card.station == station)
    }

    /// Where a card of this ledger is.
    pub fn standing(&self, card: &Card) -> Standing {
        match (self.phase, &card.bump) {
            (Phase::Left, _) => Standing::Over,
            (Phase::Waiting | Phase::Firing, Some(bump)) => Standing::Bumped { at: bump.at },
            (Phase::Waiting | Phase::Firing, None) if self.at(card.station).any(Entry::asks_for_a_look) => {
                Standing::Open
            }
            (Phase::Waiting | Phase::Firing, None) => Standing::Over,
        }
    }

    /// Whether the station's card is on its screen.
    pub fn is_open_at(&self, station: StationId) -> bool {
        self.card(station).is_some_and(|card| self.standing(card) == Standing::Open)
    }

    /// What a bump of the station's card does: the lines it makes ready, and the voids it sees.
    pub fn left_to_do(&self, station: StationId) -> (Vec<LineId>, Vec<LineId>) {
        let lines_that = |is_left: fn(&Entry) -> bool| {
            self.at(station).filter(|entry| is_left(entry)).map(|entry| entry.line).collect()
        };
        (lines_that(Entry::is_to_make), lines_that(Entry::is_unseen_void))
    }

    /// Whether a station has something to make.
    pub fn has_work(&self) -> bool {
        self.entries.iter().any(Entry::is_to_make)
    }

    /// Whether a station has begun, or made something.
    pub fn has_begun(&self) -> bool {
        self.cards.iter().any(|card| card.started_at.is_some()) || self.entries.iter().any(Entry::is_ready)
    }

    /// Whether something is still to be made, or held.
    pub fn has_more_to_come(&self) -> bool {
        self.has_work() || self.entries.iter().any(Entry::is_waiting)
    }

    /// Whether every line that counts is made at each of its stations, and there is one; what is held counts.
    pub fn is_ready(&self) -> bool {
        !self.has_more_to_come() && self.entries.iter().any(Entry::is_ready)
    }
}
