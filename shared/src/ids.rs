//! Ids: one newtype over UUIDv7 for each kind of thing, so that swapping two does not compile.
//!
//! Ids are made where the thing is born and never change. As text they are the hyphenated UUID, the same in JSON, logs
//! and the command line; in SQLite they are the sixteen bytes. Making one needs the time and chance, which this crate
//! does not have: whoever decides is handed a [`NewIds`].

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where new ids come from; given to whoever needs one, so that a test can say which come next.
pub trait NewIds {
    /// The next id: UUIDv7, greater than every one this source gave before.
    fn next_id(&mut self) -> Uuid;
}

impl<F: FnMut() -> Uuid> NewIds for F {
    fn next_id(&mut self) -> Uuid {
        self()
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub struct $name(Uuid);

        impl $name {
            /// A new id from the source.
            pub fn new(ids: &mut dyn NewIds) -> Self {
                Self(ids.next_id())
            }

            /// The id that these bits name.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bits.
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// The sixteen bytes, as SQLite keeps them.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// A restaurant's branch, served by one box.
    BranchId
    /// One life of a branch's journal, from its opening, restore or take-over to the next.
    JournalId
    /// One entry of the journal.
    EventId
    /// What one client asked for once, however often it repeats itself.
    CommandId
    /// An order.
    OrderId
    /// A line of an order.
    LineId
    /// A ticket: what one station has to know about one order at one moment.
    TicketId
    /// One attempt series to put a ticket on one printer.
    JobId
    /// A category of the menu.
    CategoryId
    /// A product of the menu.
    ProductId
    /// A group of modifiers to choose from.
    ModifierGroupId
    /// A modifier: a choice, an addition, a "without".
    ModifierId
    /// A slot of a combo: one thing its guest chooses.
    ComboSlotId
    /// A tax.
    TaxId
    /// A station where food is made.
    StationId
    /// A printer.
    PrinterId
    /// A guest the branch knows.
    CustomerId
    /// Somebody who works at the branch.
    StaffId
    /// One stay of somebody at work, from clocking in to clocking out.
    ClockEntryId
    /// A role of a company's own.
    RoleId
    /// A script's credential.
    TokenId
    /// Something that was wrong, from when it was seen until it was over.
    AlertId
    /// A paired screen.
    DeviceId
    /// Money taken for an order.
    PaymentId
    /// Money given back.
    RefundId
    /// Something taken off an order or a line.
    DiscountId
    /// One person's time at one drawer, from its opening to its count.
    ShiftId
    /// A report of everything since the one before it.
    ReportId
    /// Money that came into a drawer or left it, or a drawer opened without a sale.
    MovementId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_printed() {
        let id = OrderId::new(&mut || Uuid::from_u128(0x0193_9f6e_0000_7000_8000_0000_0000_0001));
        assert_eq!(id.to_string().parse::<OrderId>().unwrap(), id);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{id}\""));
    }
}
