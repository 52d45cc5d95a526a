//! What happens to an order.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    BillPrinted, Channel, DiscountRemoved, Line, LinesMerged, OrderClosed, OrderDiscounted, OrderFired, OrderMerged,
    OrderPersonal, OrderRepriced, OrderSplit, OrderType, PassPaperReprinted, PaymentRefunded, PaymentTaken,
    ReceiptIssued, ReceiptReprinted, SplitUndone, Stage,
};
use crate::event::event_family;
use crate::ids::{DeviceId, LineId, OrderId};
use crate::money::{Currency, Money};
use crate::personal::Personal;
use crate::staff::{Actor, StaffId};

event_family! {
    /// What happens to an order.
    OrderEvent {
        /// It was taken.
        Placed(OrderPlaced) = "order.placed",
        /// The kitchen may begin.
        Accepted(OrderAccepted) = "order.accepted",
        /// Lines were added.
        LinesAdded(LinesAdded) = "order.lines_added",
        /// A line was taken back.
        LineVoided(LineVoided) = "order.line_voided",
        /// It came further.
        Advanced(OrderAdvanced) = "order.advanced",
        /// It was ended.
        Cancelled(OrderCancelled) = "order.cancelled",
        /// The guest said how much they give on top.
        TipSet(TipSet) = "order.tip_set",
        /// Money was taken for it.
        PaymentTaken(PaymentTaken) = "payment.taken",
        /// Money was given back.
        PaymentRefunded(PaymentRefunded) = "payment.refunded",
        /// It has a receipt.
        ReceiptIssued(ReceiptIssued) = "receipt.issued",
        /// It is over.
        Closed(OrderClosed) = "order.closed",
        /// It is open again.
        Reopened(OrderReopened) = "order.reopened",
        /// Something was taken off.
        Discounted(OrderDiscounted) = "order.discounted",
        /// A discount was taken back.
        DiscountRemoved(DiscountRemoved) = "order.discount_removed",
        /// Its lines cost something else by its discounts.
        Repriced(OrderRepriced) = "order.repriced",
        /// Its bill was split.
        Split(OrderSplit) = "order.split",
        /// Its bill is one again.
        SplitUndone(SplitUndone) = "order.split_undone",
        /// It is at another table.
        Moved(OrderMoved) = "order.moved",
        /// The kitchen may begin with lines that waited.
        Fired(OrderFired) = "order.fired",
        /// The lines of another order came over.
        LinesMerged(LinesMerged) = "order.lines_merged",
        /// It is part of another order by now.
        Merged(OrderMerged) = "order.merged",
        /// The guest got the pre-bill.
        BillPrinted(BillPrinted) = "order.bill_printed",
        /// Its receipt was printed once more.
        ReceiptReprinted(ReceiptReprinted) = "receipt.reprinted",
        /// A paper of the pass was printed once more.
        PassPaperReprinted(PassPaperReprinted) = "order.paper_reprinted",
        /// What the guest told with it was erased.
        PersonalErased(PersonalErased) = "order.personal_erased",
    }
}

/// An order was taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderPlaced {
    /// The order.
    pub order: OrderId,
    /// What people call out: `L-0042`.
    pub number: String,
    /// What identifies it for good: `ESQ-L-000042`.
    pub consecutive: String,
    /// How it is served.
    #[serde(rename = "type")]
    pub order_type: OrderType,
    /// Where it came from.
    pub channel: Channel,
    /// The table, when it is served at one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The number another system gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_number: Option<String>,
    /// When it is wanted, where that is not as soon as can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheduled_for: Option<Timestamp>,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// What was asked for, with amounts.
    pub lines: Vec<Line>,
    /// The version of the catalog it was priced with.
    pub catalog_version: u64,
    /// The day of business.
    pub business_day: Date,
    /// When.
    pub at: Timestamp,
    /// Who took it.
    pub by: Actor,
    /// On which screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// What the guest told about themselves.
    #[serde(skip)]
    pub personal: Personal<OrderPersonal>,
}

/// The kitchen may begin.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderAccepted {
    /// The order.
    pub order: OrderId,
    /// When.
    pub at: Timestamp,
}

/// Lines were added.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LinesAdded {
    /// The order.
    pub order: OrderId,
    /// What was asked for as well.
    pub lines: Vec<Line>,
    /// The notes of the lines.
    #[serde(skip)]
    pub personal: Personal<OrderPersonal>,
}

/// A line was taken back; a combo with all its parts, so that each station is told on one ticket.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LineVoided {
    /// The order.
    pub order: OrderId,
    /// The line.
    pub line: LineId,
    /// The lines that went with it: the parts of a combo.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<LineId>,
    /// Why.
    pub reason: String,
    /// Who did it.
    pub by: Actor,
}

/// An order came further.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderAdvanced {
    /// The order.
    pub order: OrderId,
    /// How far.
    pub to: Stage,
    /// When.
    pub at: Timestamp,
}

/// An order was ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderCancelled {
    /// The order.
    pub order: OrderId,
    /// Why.
    pub reason: String,
    /// Who did it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// The guest said how much they give on top.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TipSet {
    /// The order.
    pub order: OrderId,
    /// The whole tip from now on; nothing when there is none.
    pub tip: Money,
    /// Who asked the guest.
    pub by: Actor,
}

/// The guests sit at another table, or at none any more.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderMoved {
    /// The order.
    pub order: OrderId,
    /// The table; none when it is at none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The table it was at until now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Who moved it.
    pub by: Actor,
}

/// An order that was handed over is open again: it can be handed over once more.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderReopened {
    /// The order.
    pub order: OrderId,
    /// Who opened it.
    pub by: Actor,
    /// Who allowed it, when whoever opened it may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<StaffId>,
    /// When.
    pub at: Timestamp,
}

impl LineVoided {
    /// Whether this line was taken back with it.
    pub fn takes_back(&self, line: LineId) -> bool {
        self.line == line || self.parts.contains(&line)
    }
}

/// What the guest told with an order was erased: names, phones, addresses, notes, here and beside the journal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PersonalErased {
    /// The order.
    pub order: OrderId,
    /// Who had it erased.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

impl OrderEvent {
    /// The order it happened to.
    pub const fn order(&self) -> OrderId {
        match self {
            Self::Placed(event) => event.order,
            Self::Accepted(event) => event.order,
            Self::LinesAdded(event) => event.order,
            Self::LineVoided(event) => event.order,
            Self::Advanced(event) => event.order,
            Self::Cancelled(event) => event.order,
            Self::TipSet(event) => event.order,
            Self::PaymentTaken(event) => event.order,
            Self::PaymentRefunded(event) => event.order,
            Self::ReceiptIssued(event) => event.order,
            Self::Closed(event) => event.order,
            Self::Reopened(event) => event.order,
            Self::Discounted(event) => event.order,
            Self::DiscountRemoved(event) => event.order,
            Self::Repriced(event) => event.order,
            Self::Split(event) => event.order,
            Self::SplitUndone(event) => event.order,
            Self::Moved(event) => event.order,
            Self::Fired(event) => event.order,
            Self::LinesMerged(event) => event.order,
            Self::Merged(event) => event.order,
            Self::BillPrinted(event) => event.order,
            Self::ReceiptReprinted(event) => event.order,
            Self::PassPaperReprinted(event) => event.order,
            Self::PersonalErased(event) => event.order,
        }
    }

    pub(crate) const fn personal(&self) -> Option<&Personal<OrderPersonal>> {
        match self {
            Self::Placed(event) => Some(&event.personal),
            Self::LinesAdded(event) => Some(&event.personal),
            Self::LinesMerged(event) => Some(&event.personal),
            Self::Accepted(_)
            | Self::LineVoided(_)
            | Self::Advanced(_)
            | Self::Cancelled(_)
            | Self::TipSet(_)
            | Self::PaymentTaken(_)
            | Self::PaymentRefunded(_)
            | Self::ReceiptIssued(_)
            | Self::Closed(_)
            | Self::Reopened(_)
            | Self::Discounted(_)
            | Self::DiscountRemoved(_)
            | Self::Repriced(_)
            | Self::Split(_)
            | Self::SplitUndone(_)
            | Self::PersonalErased(_)
            | Self::Moved(_)
            | Self::Fired(_)
            | Self::Merged(_)
            | Self::BillPrinted(_)
            | Self::ReceiptReprinted(_)
            | Self::PassPaperReprinted(_) => None,
        }
    }

    pub(crate) const fn personal_mut(&mut self) -> Option<&mut Personal<OrderPersonal>> {
        match self {
            Self::Placed(event) => Some(&mut event.personal),
            Self::LinesAdded(event) => Some(&mut event.personal),
            Self::LinesMerged(event) => Some(&mut event.personal),
            Self::Accepted(_)
            | Self::LineVoided(_)
            | Self::Advanced(_)
            | Self::Cancelled(_)
            | Self::TipSet(_)
            | Self::PaymentTaken(_)
            | Self::PaymentRefunded(_)
            | Self::ReceiptIssued(_)
            | Self::Closed(_)
            | Self::Reopened(_)
            | Self::Discounted(_)
            | Self::DiscountRemoved(_)
            | Self::Repriced(_)
            | Self::Split(_)
            | Self::SplitUndone(_)
            | Self::PersonalErased(_)
            | Self::Moved(_)
            | Self::Fired(_)
            | Self::Merged(_)
            | Self::BillPrinted(_)
            | Self::ReceiptReprinted(_)
            | Self::PassPaperReprinted(_) => None,
        }
    }
}
