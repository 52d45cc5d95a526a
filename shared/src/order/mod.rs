//! An order: what a guest asked for, what it costs, and how far it has come.
//!
//! One order is one aggregate: [`decide`] says what a command makes happen, [`Order::apply`] what that makes of the
//! order. It does not know the kitchen, stock, or printers: they follow its events. Totals are computed here from the
//! catalog and stand in the events, so that a newer catalog or a newer program never changes what was sold.

mod amounts;
mod charge;
mod charge_rejection;
mod command;
mod decide;
mod discount;
mod event;
mod fire;
mod kind;
mod merge;
mod pass;
mod payment;
mod pricing;
mod quote;
mod receipt;
mod rejection;
mod settle;
mod split;
mod state;
mod stockout;

#[cfg(test)]
mod tests;

pub use amounts::{Amounts, LineTax};
pub use charge_rejection::ChargeRejection;
pub use command::{
    AddLines, Advance, Cancel, GiveDiscount, NewChoice, NewDiscount, NewLine, OrderCommand, PlaceOrder, RefundAll,
    RefundPayment, SetTip, TakePayment, VoidLine,
};
pub use decide::{Context, decide};
pub use discount::{Discount, DiscountKind, DiscountRemoved, OrderDiscounted, OrderRepriced};
pub use event::{
    LineVoided, LinesAdded, OrderAccepted, OrderAdvanced, OrderCancelled, OrderEvent, OrderMoved, OrderPlaced,
    OrderReopened, PersonalErased, TipSet,
};
pub use fire::{Course, CourseOutOfRange, Fire, Firing, OrderFired};
pub use kind::{Channel, OrderType, Stage, StatusName};
pub use merge::{LinesMerged, Merge, OrderMerged, merge};
pub use pass::{PassPaper, PassPaperReprinted, PassReprints};
pub use payment::{CashHanded, Payment, PaymentMethod, PaymentRefunded, PaymentState, PaymentTaken};
pub use quote::{Quote, TaxSum, quote};
pub use receipt::{BillPrinted, ReceiptIssued, ReceiptNumbers, ReceiptReprinted, ReceiptTax};
pub use rejection::{LineRejection, OrderRejection};
pub use settle::{OrderClosed, settlement_due};
pub use split::{CutPart, OrderSplit, Share, SplitBy, SplitPart, SplitUndone};
pub use state::{Line, LineModifier, LineState, Order, OrderPersonal, Status, Totals, slowest_seconds};
pub use stockout::InStock;

/// Limits at the door: no command beyond them is looked at.
pub mod limits {
    /// Lines an order may have; the parts of a combo are lines as well.
    pub const LINES: usize = 200;
    /// Modifiers a line may have.
    pub const MODIFIERS: usize = 20;
    /// Of one product in one line.
    pub const QUANTITY: u32 = 1000;
    /// Characters of a note.
    pub const NOTE: usize = 500;
    /// Characters of a name, a table, a phone number, a reason.
    pub const SHORT_TEXT: usize = 120;
    /// Minor units in one amount that somebody types: ten million million, far beyond what is ever paid, so that sums fit.
    pub const AMOUNT: i64 = 1_000_000_000_000_000;
}
