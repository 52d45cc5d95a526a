//! The reaction that moves an order on with the kitchen: the first touch begins it, the last line makes it ready, and a
//! line to make again takes that back.
//!
//! It answers to what changes how far the kitchen is, and to nothing else: what somebody said of the order by hand stays
//! until the kitchen goes on.

use jiff::Timestamp;

use super::{KitchenEvent, Ledger};
use crate::event::Event;
use crate::order::{Order, OrderAdvanced, OrderEvent, Stage, Status};

/// How far the order comes by what just happened.
pub fn advances_due(order: &Order, ledger: &Ledger, event: &Event, at: Timestamp) -> Vec<OrderAdvanced> {
    if !moves_the_kitchen(event) {
        return Vec::new();
    }
    let is_ready = ledger.is_ready();
    let stages: &[Stage] = match order.status {
        Status::Accepted if is_ready => &[Stage::Preparing, Stage::Ready],
        Status::Accepted if ledger.has_begun() => &[Stage::Preparing],
        Status::Preparing if is_ready => &[Stage::Ready],
        Status::Ready if ledger.has_more_to_come() => &[Stage::Preparing],
        Status::Received
        | Status::Accepted
        | Status::Preparing
        | Status::Ready
        | Status::Served
        | Status::OnTheWay
        | Status::Delivered
        | Status::Cancelled { .. }
        | Status::Merged { .. } => &[],
    };
    stages.iter().map(|&to| OrderAdvanced { order: order.id, to, at }).collect()
}

const fn moves_the_kitchen(event: &Event) -> bool {
    match event {
        Event::Kitchen(event) => match event {
            KitchenEvent::Started(_)
            | KitchenEvent::LineReady(_)
            | KitchenEvent::LineUnready(_)
            | KitchenEvent::Bumped(_)
            | KitchenEvent::Recalled(_)
            | KitchenEvent::Joined(_) => true,
            KitchenEvent::TicketIssued(_)
            | KitchenEvent::TicketProved(_)
            | KitchenEvent::TicketUnknown(_)
            | KitchenEvent::TicketReprinted(_)
            | KitchenEvent::TicketRerouted(_)
            | KitchenEvent::TicketCancelled(_)
            | KitchenEvent::TicketTaken(_)
            | KitchenEvent::Raised(_)
            | KitchenEvent::Lowered(_)
            | KitchenEvent::VoidSeen(_) => false,
        },
        // The line taken back may have been the last to make.
        Event::Order(event) => matches!(event, OrderEvent::LineVoided(_)),
        _ => false,
    }
}
