//! The ledger after anything two tablets may do to one order: the kitchen is told what it should be, once, and its cards
//! are where they should be.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::pass::{Pass, second};
use crate::ids::LineId;
use crate::kitchen::{self, Entry, KitchenRejection, MakingState, Standing, TicketKind};
use crate::money::Quantity;
use crate::order::{AddLines, Advance, Cancel, Fire, OrderCommand, Stage, VoidLine};

/// What a tablet does next, to a line of any number counted round: often one that the other tablet took back already.
#[derive(Clone, Debug)]
enum Touch {
    Accept,
    Add(Vec<(&'static str, u32)>),
    Hold(Vec<(&'static str, u32)>),
    Fire(Option<usize>),
    Void(usize),
    Cancel,
    Advance(Stage),
    Kitchen(Tap),
}

/// A touch on a card, of the first station or the second.
#[derive(Clone, Copy, Debug)]
enum Tap {
    Start(bool),
    Ready(bool, usize),
    Unready(bool, usize),
    Seen(bool, usize),
    Bump(bool),
    Recall(bool),
}

fn tap() -> impl Strategy<Value = Tap> {
    let line = || (any::<bool>(), any::<usize>());
    prop_oneof![
        1 => any::<bool>().prop_map(Tap::Start),
        6 => line().prop_map(|(station, line)| Tap::Ready(station, line)),
        2 => line().prop_map(|(station, line)| Tap::Unready(station, line)),
        2 => line().prop_map(|(station, line)| Tap::Seen(station, line)),
        3 => any::<bool>().prop_map(Tap::Bump),
        2 => any::<bool>().prop_map(Tap::Recall),
    ]
}

fn wishes() -> impl Strategy<Value = Vec<(&'static str, u32)>> {
    vec((select(vec!["burger", "soda", "combo", "pareja"]), 1..=4_u32), 1..4)
}

fn tablet() -> impl Strategy<Value = Vec<Touch>> {
    let stages = vec![Stage::Preparing, Stage::Ready, Stage::OnTheWay, Stage::Delivered];
    let touch = prop_oneof![
        2 => Just(Touch::Accept),
        6 => wishes().prop_map(Touch::Add),
        3 => wishes().prop_map(Touch::Hold),
        4 => proptest::option::of(any::<usize>()).prop_map(Touch::Fire),
        6 => any::<usize>().prop_map(Touch::Void),
        1 => Just(Touch::Cancel),
        3 => select(stages).prop_map(Touch::Advance),
        12 => tap().prop_map(Touch::Kitchen),
    ];
    vec(touch, 0..12)
}

/// Two tablets' touches as the one writer gets them: each tablet's in its order, the two mixed by chance.
fn mixed(first: Vec<Touch>, second: Vec<Touch>, turns: Vec<bool>) -> Vec<Touch> {
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut mixed: Vec<Touch> =
        turns.into_iter().filter_map(|turn| if turn { first.next() } else { second.next() }).collect();
    mixed.extend(first.chain(second));
    mixed
}

/// Whether the touch was allowed and something happened by it.
fn happens(pass: &mut Pass, touch: &Touch) -> bool {
    let command = match touch {
        Touch::Accept => OrderCommand::Accept,
        Touch::Add(lines) => OrderCommand::AddLines(AddLines { lines: pass.lines(lines) }),
        Touch::Hold(lines) => OrderCommand::AddLines(AddLines { lines: pass.held(lines) }),
        Touch::Fire(what) => {
            let what = what.map_or(Fire::Course(second()), |index| Fire::Lines(vec![counted_round(pass, index)]));
            return pass.fire(what);
        }
        Touch::Void(index) => {
            OrderCommand::VoidLine(VoidLine { line: counted_round(pass, *index), reason: "se cayó".to_owned() })
        }
        Touch::Cancel => OrderCommand::Cancel(Cancel { reason: "se fueron".to_owned(), refund: None }),
        Touch::Advance(to) => OrderCommand::Advance(Advance { to: *to }),
        Touch::Kitchen(tap) => return tapped(pass, *tap) == Ok(true),
    };
    pass.run(&command)
}

fn tapped(pass: &mut Pass, tap: Tap) -> Result<bool, KitchenRejection> {
    let line = |index| counted_round(pass, index);
    let (is_first, touch) = match tap {
        Tap::Start(first) => (first, kitchen::Touch::Start),
        Tap::Ready(first, index) => (first, kitchen::Touch::Ready(line(index))),
        Tap::Unready(first, index) => (first, kitchen::Touch::Unready(line(index))),
        Tap::Seen(first, index) => (first, kitchen::Touch::Seen(line(index))),
        Tap::Bump(first) => (first, kitchen::Touch::Bump),
        Tap::Recall(first) => (first, kitchen::Touch::Recall),
    };
    pass.touch(pass.station(if is_first { "plancha" } else { "barra" }), touch)
}

fn counted_round(pass: &Pass, index: usize) -> LineId {
    pass.line(index % pass.order.as_ref().unwrap().lines.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn whatever_two_tablets_do_the_kitchen_is_told_what_it_should_be_exactly_once(
        first in wishes(),
        waits in any::<bool>(),
        one in tablet(),
        other in tablet(),
        turns in vec(any::<bool>(), 0..24),
    ) {
        let mut pass = if waits { Pass::received(&first) } else { Pass::accepted(&first) };
        let mut was_accepted = !waits;
        let mut is_held_back = false;
        for touch in mixed(one, other, turns) {
            let (tickets, before) = (pass.tickets.len(), pass.clone());
            let happened = happens(&mut pass, &touch);
            was_accepted |= happened && matches!(touch, Touch::Accept);
            is_held_back = held_back(is_held_back, &touch, happened);
            if !happened {
                prop_assert_eq!(&pass.ledger, &before.ledger, "what is refused, or so already, changes nothing");
                prop_assert_eq!(pass.history.len(), before.history.len());
            }
            if let Touch::Kitchen(tap) = &touch {
                prop_assert_eq!(pass.tickets.len(), tickets, "a touch in the kitchen tells it nothing");
                prop_assert_ne!(tapped(&mut pass.clone(), *tap), Ok(true), "done twice, it is done once");
            }
            at_rest(&pass, was_accepted)?;
            on_screens(&pass, is_held_back)?;
            bumped_and_recalled(&pass)?;
        }
        at_rest(&pass, was_accepted)?;
    }
}

/// Whether somebody said that an order is not ready though the kitchen had made all of it: that stands until the kitchen
/// goes on.
fn held_back(was_held_back: bool, touch: &Touch, happened: bool) -> bool {
    match touch {
        Touch::Advance(Stage::Preparing) if happened => true,
        Touch::Kitchen(Tap::Seen(..)) => was_held_back,
        Touch::Void(_) | Touch::Kitchen(_) | Touch::Advance(_) => was_held_back && !happened,
        Touch::Fire(_) => was_held_back && !happened,
        Touch::Accept | Touch::Add(_) | Touch::Hold(_) | Touch::Cancel => was_held_back,
    }
}

/// Every card is where its lines say, and the order is where its cards say.
fn on_screens(pass: &Pass, is_held_back: bool) -> Result<(), TestCaseError> {
    let (order, ledger) = (pass.order.as_ref().unwrap(), pass.ledger.as_ref().unwrap());
    for entry in &ledger.entries {
        prop_assert_eq!(entry.making.is_some(), entry.fired > Quantity::ZERO);
        let is_voided = matches!(entry.state(), Some(MakingState::Voided { .. }));
        prop_assert_eq!(is_voided, entry.voided > Quantity::ZERO);
        prop_assert!(entry.making.is_none() || ledger.card(entry.station).is_some());
    }
    let has_left = matches!(order.status.as_str(), "served" | "on_the_way" | "delivered")
        || order.reached.contains_key(&Stage::OnTheWay);
    for card in &ledger.cards {
        let has = |which: fn(MakingState) -> bool| ledger.at(card.station).filter_map(Entry::state).any(which);
        let shows_something = has(|state| !matches!(state, MakingState::Voided { is_seen: true, .. }));
        let is_open = !has_left && card.bump.is_none() && shows_something;
        prop_assert_eq!(ledger.standing(card) == Standing::Open, is_open);
        prop_assert!(
            card.bump.is_none() || !has(|state| state == MakingState::ToMake),
            "nothing is left on a bumped card"
        );
        prop_assert!(!has_left || !has(|state| state == MakingState::ToMake), "nothing is left uncooked");
    }
    let is_waiting = |entry: &Entry| entry.ordered > entry.fired;
    let waits = ledger.entries.iter().any(is_waiting);
    prop_assert!(!waits || !has_left, "nothing is left unheard of");
    let states: Vec<MakingState> = ledger.entries.iter().filter_map(Entry::state).collect();
    let live = || states.iter().filter(|state| !matches!(state, MakingState::Voided { .. }));
    let is_made = !waits && live().next().is_some() && live().all(|state| matches!(state, MakingState::Ready { .. }));
    match order.status.as_str() {
        "ready" => prop_assert!(is_made || (!waits && live().next().is_none())),
        "accepted" | "preparing" => prop_assert!(!is_made || is_held_back),
        _ => {}
    }
    Ok(())
}

/// A card bumped and recalled is the card it was.
fn bumped_and_recalled(pass: &Pass) -> Result<(), TestCaseError> {
    for card in &pass.ledger.as_ref().unwrap().cards {
        let mut again = pass.clone();
        if again.touch(card.station, kitchen::Touch::Bump) == Ok(true) {
            prop_assert_eq!(again.touch(card.station, kitchen::Touch::Recall), Ok(true));
            prop_assert_eq!(&again.ledger, &pass.ledger);
        }
    }
    Ok(())
}

fn at_rest(pass: &Pass, was_accepted: bool) -> Result<(), TestCaseError> {
    let ledger = pass.ledger.as_ref().unwrap();
    let on_tickets = pass.on_tickets();
    let wanted = pass.wanted(was_accepted);
    prop_assert!(ledger.is_at_rest());
    prop_assert_eq!(ledger.entries.len(), wanted.len(), "every line at every one of its stations, once");
    for entry in &ledger.entries {
        let place = (entry.line, entry.station);
        prop_assert_eq!(entry.sent, entry.fired.minus(entry.voided), "sent = fired − voided");
        prop_assert_eq!(entry.sent.thousandths(), on_tickets.get(&place).copied().unwrap_or_default());
        prop_assert_eq!(entry.sent.thousandths(), wanted[&place], "what the guest is to get is what is made");
    }
    let mut told = BTreeSet::new();
    for ticket in &pass.tickets {
        prop_assert_eq!(ticket.kind == TicketKind::New, told.insert(ticket.station), "new once, and first");
        prop_assert!(ticket.lines.iter().all(|line| line.quantity > Quantity::ZERO));
        let rows: BTreeSet<LineId> = ticket.lines.iter().map(|line| line.line).collect();
        prop_assert!(rows.len() == ticket.lines.len() && !rows.is_empty(), "one row for each order line");
    }
    Ok(())
}
