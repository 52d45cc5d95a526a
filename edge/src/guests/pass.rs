//! The pass itself: the order's id and a tag over it, in hexadecimal digits.

use std::fmt;
use std::str::FromStr;

use comanda_shared::ids::OrderId;
use uuid::Uuid;

use crate::staff::secrets::Pepper;

/// Bytes of the tag: nobody guesses one of 2^80.
const TAG: usize = 10;
/// What a pass begins with where it stands beside other secrets, as a bearer's.
const PREFIX: &str = "gst_";
/// What the key is derived for.
const PURPOSE: &str = "comanda 2026-11-22 guest passes";

/// What passes are keyed with: derived from this box's pepper, and gone with it.
#[derive(Clone)]
pub struct GuestKey([u8; 32]);

impl GuestKey {
    /// Of this box.
    pub fn of(pepper: &Pepper) -> Self {
        Self(pepper.derived(PURPOSE))
    }

    /// Of a box that tests made up.
    #[cfg(test)]
    pub(super) const fn of_test() -> Self {
        Self([7; 32])
    }

    /// The pass of an order.
    pub fn pass(&self, order: OrderId) -> GuestPass {
        let mut tag = [0; TAG];
        tag.copy_from_slice(&blake3::keyed_hash(&self.0, order.uuid().as_bytes()).as_bytes()[..TAG]);
        GuestPass { order, tag }
    }

    /// The order, where this box gave the pass out.
    pub fn order_of(&self, pass: &GuestPass) -> Option<OrderId> {
        let own = self.pass(pass.order);
        // Every byte is looked at, whichever differs: how long it takes says nothing.
        let differs = own.tag.iter().zip(&pass.tag).fold(0, |differs, (own, other)| differs | (own ^ other));
        (differs == 0).then_some(pass.order)
    }
}

/// What a guest shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct GuestPass {
    order: OrderId,
    tag: [u8; TAG],
}

impl GuestPass {
    /// As it is shown as a bearer's: `gst_…`.
    pub fn bearer(&self) -> String {
        format!("{PREFIX}{self}")
    }
}

/// A text that is no pass.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a pass is gst_ and 52 hexadecimal digits")]
pub struct GuestPassError;

impl FromStr for GuestPass {
    type Err = GuestPassError;

    fn from_str(text: &str) -> Result<Self, GuestPassError> {
        let digits = text.strip_prefix(PREFIX).ok_or(GuestPassError)?;
        let bytes: [u8; 16 + TAG] =
            hex::decode(digits).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(GuestPassError)?;
        let (mut id, mut tag) = ([0; 16], [0; TAG]);
        id.copy_from_slice(&bytes[..16]);
        tag.copy_from_slice(&bytes[16..]);
        Ok(Self { order: OrderId::from_uuid(Uuid::from_bytes(id)), tag })
    }
}

impl fmt::Display for GuestPass {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.order.uuid().simple(), hex::encode(self.tag))
    }
}

/// Never with its tag: whoever reads a log may not follow the order.
impl fmt::Debug for GuestPass {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "GuestPass({})", self.order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(number: u128) -> OrderId {
        OrderId::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn a_pass_is_good_for_its_own_order_at_the_box_that_gave_it_out() {
        let (ours, others) = (GuestKey([7; 32]), GuestKey([8; 32]));
        let pass: GuestPass = ours.pass(order(1)).bearer().parse().unwrap();
        assert_eq!(ours.order_of(&pass), Some(order(1)));
        assert_eq!(others.order_of(&pass), None);
        assert_eq!(
            ours.order_of(&GuestPass { order: order(2), ..pass }),
            None,
            "another order's id under the same tag"
        );
        assert_ne!(ours.pass(order(2)), pass);
    }

    #[test]
    fn what_is_no_pass_is_not_read_as_one() {
        let good = GuestKey([7; 32]).pass(order(1)).bearer();
        assert!(good.len() < 60, "{good}");
        for text in
            ["", "gst_", &good[4..], &good[..good.len() - 1], &format!("{good}0"), &good.replace("gst_", "cmd_")]
        {
            assert!(text.parse::<GuestPass>().is_err(), "{text}");
        }
        assert_eq!(
            format!("{:?}", good.parse::<GuestPass>().unwrap()),
            "GuestPass(00000000-0000-0000-0000-000000000001)"
        );
    }
}
