//! What a touch on a card makes happen, or why not: pure, from the order's ledger.
//!
//! A touch that asks for what is so already makes nothing happen and is no refusal: two screens of one station, and the
//! retries of each, cannot be in each other's way.

use jiff::Timestamp;

use super::{
    Card, CardBumped, CardRecalled, KitchenCommand, KitchenEvent, KitchenRejection, KitchenStarted, Ledger, LineReady,
    LineUnready, Making, MakingState, OrderLowered, OrderRaised, Phase, Touch, VoidSeen,
};
use crate::ids::{LineId, StationId};
use crate::staff::{Actor, Permission, Role};

/// What happens, if anything, or why not.
type Decision = Result<Option<KitchenEvent>, KitchenRejection>;

/// What the touch makes happen; nothing when it is so already.
///
/// # Errors
/// The first reason to refuse.
pub fn decide(ledger: Option<&Ledger>, command: KitchenCommand, role: Role, now: Timestamp) -> Decision {
    if !role.allows(Permission::OrdersAdvance) {
        return Err(KitchenRejection::PermissionMissing(Permission::OrdersAdvance));
    }
    let ledger = ledger.ok_or(KitchenRejection::OrderUnknown)?;
    let station = command.station;
    match command.touch {
        Touch::Start => start(ledger, station, now),
        Touch::Ready(line) => ready(ledger, line, station, now),
        Touch::Unready(line) => unready(ledger, line, station),
        Touch::Seen(line) => seen(ledger, line, station),
        Touch::Bump => bump(ledger, station, now),
        Touch::Recall => recall(ledger, station),
    }
}

/// Whether an order goes before all others from now on; nothing happens when it is so already.
///
/// # Errors
/// The first reason to refuse.
pub fn raise(ledger: Option<&Ledger>, raised: bool, by: Actor, role: Role, at: Timestamp) -> Decision {
    if !role.allows(Permission::OrdersAdvance) {
        return Err(KitchenRejection::PermissionMissing(Permission::OrdersAdvance));
    }
    let ledger = ledger.ok_or(KitchenRejection::OrderUnknown)?;
    still_here(ledger)?;
    let order = ledger.order;
    Ok(match (ledger.raised_at, raised) {
        (None, true) => Some(KitchenEvent::Raised(OrderRaised { order, by, at })),
        (Some(_), false) => Some(KitchenEvent::Lowered(OrderLowered { order, by })),
        (None, false) | (Some(_), true) => None,
    })
}

fn start(ledger: &Ledger, station: StationId, at: Timestamp) -> Decision {
    let card = card(ledger, station)?;
    let has_work = ledger.at(station).any(|entry| entry.is_to_make());
    if card.started_at.is_some() || !has_work {
        return Ok(None);
    }
    Ok(Some(KitchenEvent::Started(KitchenStarted { order: ledger.order, station, at })))
}

fn ready(ledger: &Ledger, line: LineId, station: StationId, at: Timestamp) -> Decision {
    match making(ledger, line, station)?.state {
        MakingState::ToMake => Ok(Some(KitchenEvent::LineReady(LineReady { order: ledger.order, line, station, at }))),
        MakingState::Ready { .. } => Ok(None),
        MakingState::Voided { .. } => Err(KitchenRejection::LineVoided),
    }
}

fn unready(ledger: &Ledger, line: LineId, station: StationId) -> Decision {
    match making(ledger, line, station)?.state {
        MakingState::ToMake => Ok(None),
        MakingState::Ready { .. } => {
            still_here(ledger)?;
            Ok(Some(KitchenEvent::LineUnready(LineUnready { order: ledger.order, line, station })))
        }
        MakingState::Voided { .. } => Err(KitchenRejection::LineVoided),
    }
}

fn seen(ledger: &Ledger, line: LineId, station: StationId) -> Decision {
    match making(ledger, line, station)?.state {
        MakingState::ToMake | MakingState::Ready { .. } => Err(KitchenRejection::LineNotVoided),
        MakingState::Voided { is_seen: true, .. } => Ok(None),
        MakingState::Voided { is_seen: false, .. } => {
            Ok(Some(KitchenEvent::VoidSeen(VoidSeen { order: ledger.order, line, station })))
        }
    }
}

fn bump(ledger: &Ledger, station: StationId, at: Timestamp) -> Decision {
    card(ledger, station)?;
    if !ledger.is_open_at(station) {
        return Ok(None);
    }
    let (lines, voids) = ledger.left_to_do(station);
    Ok(Some(KitchenEvent::Bumped(CardBumped { order: ledger.order, station, lines, voids, at })))
}

fn recall(ledger: &Ledger, station: StationId) -> Decision {
    if card(ledger, station)?.bump.is_none() {
        return Ok(None);
    }
    still_here(ledger)?;
    Ok(Some(KitchenEvent::Recalled(CardRecalled { order: ledger.order, station })))
}

const fn still_here(ledger: &Ledger) -> Result<(), KitchenRejection> {
    match ledger.phase {
        Phase::Waiting | Phase::Firing => Ok(()),
        Phase::Left => Err(KitchenRejection::OrderLeft),
    }
}

fn card(ledger: &Ledger, station: StationId) -> Result<&Card, KitchenRejection> {
    if ledger.at(station).next().is_none() {
        return Err(KitchenRejection::StationUnknown);
    }
    ledger.card(station).ok_or(KitchenRejection::NotFired)
}

fn making(ledger: &Ledger, line: LineId, station: StationId) -> Result<Making, KitchenRejection> {
    let mut of_line = ledger.entries.iter().filter(|entry| entry.line == line).peekable();
    of_line.peek().ok_or(KitchenRejection::LineUnknown)?;
    let entry = of_line.find(|entry| entry.station == station).ok_or(KitchenRejection::StationUnknown)?;
    entry.making.ok_or(KitchenRejection::NotFired)
}
