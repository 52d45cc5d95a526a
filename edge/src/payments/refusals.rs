//! Refusals about money as problems: which code, and which field of the request is at fault.

use comanda_shared::order::ChargeRejection;

use crate::http::extract::IdempotencyKey;
use crate::http::openapi::refusals;
use crate::http::problem::Code;

/// Of an act that somebody else may have to approve.
pub const OF_APPROVALS: &[Code] = &[Code::ApprovalRequired, Code::ApprovalRefused, Code::PinLocked];

refusals! {
    /// Of a payment.
    Paying: &[
        Code::NotFound, Code::IllegalTransition, Code::ShiftNoneOpen, Code::ReceiptIssued, Code::FieldInvalid,
        Code::PaymentAboveDue, Code::SplitPartMissing,
        Code::SplitPartUnknown, Code::PaymentReceivedShort, Code::AmountInvalid, Code::AmountTooLarge,
    ], IdempotencyKey::REFUSALS;
    /// Of a refund.
    Refunding: OF_APPROVALS, &[
        Code::NotFound, Code::ShiftNoneOpen, Code::FieldInvalid, Code::RefundAbovePayment, Code::AmountInvalid,
        Code::AmountTooLarge, Code::ReasonMissing,
    ], IdempotencyKey::REFUSALS;
}

/// The code of a refusal about an order's money.
pub const fn code_of(reason: &ChargeRejection) -> Code {
    match reason {
        ChargeRejection::AboveDue { .. } => Code::PaymentAboveDue,
        ChargeRejection::AmountNotPositive => Code::AmountInvalid,
        ChargeRejection::ReceivedTooLittle => Code::PaymentReceivedShort,
        ChargeRejection::NoShift => Code::ShiftNoneOpen,
        ChargeRejection::PaymentUnknown => Code::NotFound,
        ChargeRejection::AbovePayment { .. } => Code::RefundAbovePayment,
        ChargeRejection::OrderPaid => Code::OrderPaid,
        ChargeRejection::ReceiptIssued => Code::ReceiptIssued,
        ChargeRejection::DiscountExcess => Code::DiscountExcess,
        ChargeRejection::DiscountUnknown => Code::DiscountUnknown,
        ChargeRejection::NothingDue | ChargeRejection::SplitCount => Code::SplitInvalid,
        ChargeRejection::SplitEmptyPart => Code::SplitEmptyPart,
        ChargeRejection::SplitSum { .. } => Code::SplitSum,
        ChargeRejection::SplitIncomplete => Code::SplitIncomplete,
        ChargeRejection::SplitBegun => Code::SplitBegun,
        ChargeRejection::PartMissing => Code::SplitPartMissing,
        ChargeRejection::PartUnknown => Code::SplitPartUnknown,
    }
}

/// The field at fault, when one is.
pub const fn field_of(reason: &ChargeRejection) -> Option<&'static str> {
    match reason {
        ChargeRejection::AboveDue { .. }
        | ChargeRejection::AmountNotPositive
        | ChargeRejection::AbovePayment { .. } => Some("amount"),
        ChargeRejection::ReceivedTooLittle => Some("received"),
        ChargeRejection::DiscountExcess => Some("value"),
        ChargeRejection::SplitCount
        | ChargeRejection::SplitEmptyPart
        | ChargeRejection::SplitSum { .. }
        | ChargeRejection::SplitIncomplete => Some("parts"),
        ChargeRejection::PartMissing | ChargeRejection::PartUnknown => Some("part"),
        ChargeRejection::DiscountUnknown
        | ChargeRejection::NothingDue
        | ChargeRejection::SplitBegun
        | ChargeRejection::NoShift
        | ChargeRejection::PaymentUnknown
        | ChargeRejection::OrderPaid
        | ChargeRejection::ReceiptIssued => None,
    }
}
