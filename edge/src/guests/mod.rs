//! Guests who follow their own order: with the pass that stands as a QR code on their receipt, and nothing else.
//!
//! A pass names one order and proves that this box gave it out: a tag over the order's id, keyed with what only this box
//! has. So there is nothing to be written when an order is taken and nothing to be stolen from a copy of the data, and the
//! same pass can be printed again. It is good for orders that a guest waits for by themselves (to take away, or ordered at
//! the table by QR), until a day after the order is wanted. What it opens is the live channel's scope `guest` of that order:
//! its number, its state, and when it should be ready (`edge/tests/guests.rs` asks every other route).
//!
//! It does not know how the page looks that a phone opens; that is [`crate::http::page`]'s.

mod estimate;
mod pass;
pub mod routes;

use comanda_shared::ids::OrderId;
use comanda_shared::order::{Channel, Order, OrderType};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use crate::http::whereabouts::Whereabouts;
use crate::journal::aggregates::Aggregate;

pub use estimate::ready_at;
pub use pass::{GuestKey, GuestPass};

/// How long after an order is wanted its pass is good.
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(24);
/// The page that a pass opens.
pub const PAGE: &str = "/pedido";

/// A guest, and the order they may follow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Guest {
    /// Which.
    pub order: OrderId,
    /// Until when.
    pub until: Timestamp,
}

/// Whose pass this is; none of an order that has none, or when it is over.
///
/// # Errors
/// When SQLite cannot read.
pub fn guest_of(connection: &Connection, order: OrderId, now: Timestamp) -> rusqlite::Result<Option<Guest>> {
    let order = Order::load(connection, order.uuid())?;
    Ok(order
        .and_then(|order| Some(Guest { order: order.id, until: good_until(&order)? }))
        .filter(|guest| now < guest.until))
}

/// Until when the pass of an order is good; none of an order that has none.
pub fn good_until(order: &Order) -> Option<Timestamp> {
    let waits_alone = order.order_type == OrderType::Takeaway || order.channel == Channel::Qr;
    let wanted = order.scheduled_for.map_or(order.created_at, |wanted| wanted.max(order.created_at));
    wanted.checked_add(GOOD_FOR).ok().filter(|_| waits_alone)
}

/// Gives passes out, and says where they open.
#[derive(Clone)]
pub struct Invitations {
    key: GuestKey,
    whereabouts: Whereabouts,
}

impl Invitations {
    /// Keyed so, for a branch that is found there.
    pub const fn new(key: GuestKey, whereabouts: Whereabouts) -> Self {
        Self { key, whereabouts }
    }

    /// Of a box that tests made up.
    #[cfg(test)]
    pub(crate) fn of_test() -> Self {
        Self::new(GuestKey::of_test(), Whereabouts::default())
    }

    /// The pass of an order.
    pub fn pass(&self, order: OrderId) -> GuestPass {
        self.key.pass(order)
    }

    /// What a phone opens to follow an order: `http://192.168.1.50:8090/pedido#…`, or the branch's own door where guests
    /// have none. What stands after the `#` is sent to
    /// nobody with the address. None where the box has no address of its own.
    pub fn address(&self, order: OrderId) -> Option<String> {
        let base = self.whereabouts.for_guests()?;
        Some(format!("{base}{PAGE}#{}", self.pass(order)))
    }
}
