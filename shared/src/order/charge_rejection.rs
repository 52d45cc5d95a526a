//! Why a command about an order's money is refused. A refusal writes nothing.

use crate::money::Money;

/// Why a command about an order's money is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChargeRejection {
    /// More than is due.
    #[error("the payment is more than the {due} that are due")]
    AboveDue {
        /// What is due.
        due: Money,
    },
    /// Nothing, or less.
    #[error("the amount has to be more than nothing")]
    AmountNotPositive,
    /// Less cash was handed over than is to be paid with it.
    #[error("less was handed over than is to be paid with it")]
    ReceivedTooLittle,
    /// Cash without a drawer that somebody answers for.
    #[error("whoever takes or gives cash needs an open shift")]
    NoShift,
    /// There is no such payment.
    #[error("the order has no such payment")]
    PaymentUnknown,
    /// More would be given back than was paid.
    #[error("of the payment no more than {left} can be given back")]
    AbovePayment {
        /// What is left of it.
        left: Money,
    },
    /// It was paid, and its money is not given back with it.
    #[error("the order was paid: it is cancelled with a refund")]
    OrderPaid,
    /// More would be taken off than it costs.
    #[error("no more can be taken off than it costs")]
    DiscountExcess,
    /// There is no such discount.
    #[error("the order has no such discount")]
    DiscountUnknown,
    /// Nothing is due.
    #[error("nothing is due")]
    NothingDue,
    /// One part, or more than anybody sits at a table.
    #[error("a bill is split into 2 to 50 parts")]
    SplitCount,
    /// A part that nobody would pay anything for.
    #[error("every part of a split has something to pay")]
    SplitEmptyPart,
    /// The parts are not what is due.
    #[error("the parts of the split do not sum to the {due} that are due")]
    SplitSum {
        /// What is due.
        due: Money,
    },
    /// A line is not wholly somebody's.
    #[error("the shares of each line have to be the whole of it")]
    SplitIncomplete,
    /// Somebody has paid their part.
    #[error("a part of the split was paid already")]
    SplitBegun,
    /// The bill is split, and no part is named.
    #[error("the bill is split: the payment names its part")]
    PartMissing,
    /// There is no such part.
    #[error("the bill has no such part")]
    PartUnknown,
    /// What it costs stands on a receipt.
    #[error("the order has a receipt: a correction is a refund and a new order")]
    ReceiptIssued,
}
