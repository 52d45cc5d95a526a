//! Two orders of a floor that two tablets hold, fire, move and put together: whatever they do, every line is sent to each of
//! its stations as often as it was fired and not voided, on the tickets of whichever order it was of by then.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::pass::{Pass, second};
use crate::event::Event;
use crate::ids::{LineId, StationId};
use crate::kitchen::{Ledger, Standing, TicketKind, Touch as CardTouch, joined};
use crate::order::{AddLines, Advance, Cancel, Fire, OrderCommand, Stage, VoidLine, merge};

/// What happens to the first order or the second.
#[derive(Clone, Debug)]
enum Act {
    Accept,
    Add(Vec<(&'static str, u32)>, bool),
    Fire,
    FireLine(usize),
    Void(usize),
    Move(Option<&'static str>),
    /// The other order becomes part of it.
    TakeOver,
    Advance(Stage),
    Cancel,
    Ready(bool, usize),
    Bump(bool),
    Recall(bool),
}

fn act() -> impl Strategy<Value = Act> {
    let lines = vec((select(vec!["burger", "soda", "combo", "pareja"]), 1..=3_u32), 1..3);
    let stages = vec![Stage::Preparing, Stage::Ready, Stage::OnTheWay];
    prop_oneof![
        2 => Just(Act::Accept),
        5 => (lines, any::<bool>()).prop_map(|(lines, is_held)| Act::Add(lines, is_held)),
        3 => Just(Act::Fire),
        2 => any::<usize>().prop_map(Act::FireLine),
        4 => any::<usize>().prop_map(Act::Void),
        2 => select(vec![None, Some("4"), Some("7")]).prop_map(Act::Move),
        3 => Just(Act::TakeOver),
        2 => select(stages).prop_map(Act::Advance),
        1 => Just(Act::Cancel),
        6 => (any::<bool>(), any::<usize>()).prop_map(|(station, line)| Act::Ready(station, line)),
        3 => any::<bool>().prop_map(Act::Bump),
        2 => any::<bool>().prop_map(Act::Recall),
    ]
}

/// Two orders; `true` is the second.
struct Floor {
    orders: [Pass; 2],
    accepted: [bool; 2],
}

impl Floor {
    fn open(first: &[(&str, u32)], other: &[(&str, u32)], waits: bool) -> Self {
        let one = if waits { Pass::received(first) } else { Pass::accepted(first) };
        let mut two = Pass::empty();
        two.apart();
        let place = two.place(other);
        two.run(&place);
        Self { orders: [one, two], accepted: [!waits, true] }
    }

    /// Whether it was allowed and something happened.
    fn happens(&mut self, which: bool, act: &Act) -> bool {
        let at = usize::from(which);
        let pass = &mut self.orders[at];
        let lines = pass.order.as_ref().unwrap().lines.len();
        let line = |pass: &Pass, index: usize| pass.line(index % lines);
        let needs_a_line = matches!(act, Act::FireLine(_) | Act::Void(_) | Act::Ready(..));
        if needs_a_line && lines == 0 {
            return false;
        }
        let before = pass.history.len();
        let station = |pass: &Pass, first: bool| pass.station(if first { "plancha" } else { "barra" });
        let command = match act {
            Act::Accept => OrderCommand::Accept,
            Act::Add(asked, true) => OrderCommand::AddLines(AddLines { lines: pass.held(asked) }),
            Act::Add(asked, false) => OrderCommand::AddLines(AddLines { lines: pass.lines(asked) }),
            Act::Fire => OrderCommand::Fire(Fire::Course(second())),
            Act::FireLine(index) => OrderCommand::Fire(Fire::Lines(vec![line(pass, *index)])),
            Act::Void(index) => {
                OrderCommand::VoidLine(VoidLine { line: line(pass, *index), reason: "se cayó".to_owned() })
            }
            Act::Move(table) => OrderCommand::Move(table.map(ToOwned::to_owned)),
            Act::TakeOver => return self.take_over(at),
            Act::Advance(to) => OrderCommand::Advance(Advance { to: *to }),
            Act::Cancel => OrderCommand::Cancel(Cancel { reason: "se fueron".to_owned(), refund: None }),
            Act::Ready(first, index) => {
                let touch = CardTouch::Ready(line(pass, *index));
                return pass.touch(station(pass, *first), touch) == Ok(true);
            }
            Act::Bump(first) => return pass.touch(station(pass, *first), CardTouch::Bump) == Ok(true),
            Act::Recall(first) => return pass.touch(station(pass, *first), CardTouch::Recall) == Ok(true),
        };
        let is_allowed = pass.run(&command);
        self.accepted[at] |= is_allowed && matches!(act, Act::Accept);
        is_allowed && pass.history.len() > before
    }

    /// As the branch's step does it: what the kitchen knows is read before the order that is left leaves it.
    fn take_over(&mut self, into: usize) -> bool {
        let from = 1 - into;
        let (order, other) = (self.orders[into].order.clone().unwrap(), self.orders[from].order.clone().unwrap());
        let Ok(merged) = self.orders[into].with_context(|context| merge(&order, &other, context)) else { return false };
        let joined = joined(&order, &other, self.orders[from].ledger.as_ref().unwrap());
        self.orders[from].record(Event::from(merged.left));
        for event in merged.kept {
            self.orders[into].record(Event::from(event));
        }
        self.orders[into].record(Event::from(joined));
        true
    }

    fn ledgers(&self) -> impl Iterator<Item = &Ledger> {
        self.orders.iter().filter_map(|pass| pass.ledger.as_ref())
    }

    /// What each line at each station was told, on the tickets of both orders together.
    fn on_tickets(&self) -> BTreeMap<(LineId, StationId), i64> {
        let mut sums = self.orders[0].on_tickets();
        for (place, told) in self.orders[1].on_tickets() {
            *sums.entry(place).or_default() += told;
        }
        sums
    }

    fn wanted(&self) -> BTreeMap<(LineId, StationId), i64> {
        let mut wanted = self.orders[0].wanted(self.accepted[0]);
        wanted.extend(self.orders[1].wanted(self.accepted[1]));
        wanted
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn through_holds_fires_moves_merges_and_voids_sent_is_fired_less_voided(
        waits in any::<bool>(),
        acts in vec((any::<bool>(), act(), any::<bool>()), 0..30),
    ) {
        let mut floor = Floor::open(&[("burger", 1), ("combo", 2)], &[("soda", 1), ("burger", 2)], waits);
        at_rest(&floor)?;
        for (which, act, is_retried) in acts {
            let happened = floor.happens(which, &act);
            at_rest(&floor)?;
            let repeats = happened && is_retried && !matches!(act, Act::Add(..));
            if repeats {
                prop_assert!(!floor.happens(which, &act), "{act:?} done twice is done once");
                at_rest(&floor)?;
            }
        }
    }
}

fn at_rest(floor: &Floor) -> Result<(), TestCaseError> {
    let (told, wanted) = (floor.on_tickets(), floor.wanted());
    let mut entries = 0;
    for ledger in floor.ledgers() {
        for entry in &ledger.entries {
            let place = (entry.line, entry.station);
            prop_assert_eq!(entry.sent, entry.fired.minus(entry.voided), "sent = fired − voided");
            prop_assert_eq!(entry.sent.thousandths(), told.get(&place).copied().unwrap_or_default());
            prop_assert_eq!(Some(&entry.sent.thousandths()), wanted.get(&place), "what is wanted is what is made");
            prop_assert!(!entry.is_held || entry.fired.thousandths() == 0, "what is held is not fired");
            entries += 1;
        }
    }
    prop_assert_eq!(entries, wanted.len(), "every line at every one of its stations, in one ledger");
    for pass in &floor.orders {
        for ticket in &pass.tickets {
            prop_assert!(!ticket.lines.is_empty());
            prop_assert_eq!(ticket.kind == TicketKind::Moved, ticket.was.is_some());
        }
        let (order, ledger) = (pass.order.as_ref().unwrap(), pass.ledger.as_ref().unwrap());
        if order.status.as_str() == "merged" {
            prop_assert!(ledger.cards.iter().all(|card| ledger.standing(card) == Standing::Over));
            prop_assert_eq!((order.totals.total.minor(), order.due().minor(), order.lines.len()), (0, 0, 0));
        } else {
            for entry in ledger.entries.iter().filter(|entry| entry.is_to_make()) {
                prop_assert!(ledger.is_open_at(entry.station), "what is to be made is on a screen");
            }
        }
        prop_assert!(order.status.as_str() != "ready" || order.waiting_lines().next().is_none());
    }
    Ok(())
}
