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
    /// What it costs stands on a receipt.
    #[error("the order has a receipt: a correction is a refund and a new order")]
    ReceiptIssued,
}
