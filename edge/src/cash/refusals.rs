//! Refusals of drawers as problems: which code, and which field of the request is at fault.

use comanda_shared::cash::CashRejection;

use crate::http::extract::IdempotencyKey;
use crate::http::openapi::refusals;
use crate::http::problem::{Code, Problem};
use crate::payments::refusals::OF_APPROVALS;

refusals! {
    /// Of a shift that is to be opened.
    Opening: &[
        Code::CatalogMissing, Code::ShiftAlreadyOpen, Code::ShiftDrawerTaken, Code::FieldInvalid, Code::AmountInvalid,
        Code::AmountTooLarge,
    ], IdempotencyKey::REFUSALS;
    /// Of a shift that may not be there.
    Looking: &[Code::ShiftNoneOpen];
    /// Of money that is moved.
    Moving: OF_APPROVALS, &[
        Code::ShiftNoneOpen, Code::FieldInvalid, Code::AmountInvalid, Code::AmountTooLarge, Code::ReasonMissing,
    ], IdempotencyKey::REFUSALS;
    /// Of a day's report.
    Reporting: &[Code::CatalogMissing], IdempotencyKey::REFUSALS;
    /// Of a count.
    Closing: &[
        Code::NotFound, Code::ShiftNoneOpen, Code::ShiftClosed, Code::FieldInvalid, Code::CountInvalid,
        Code::AmountTooLarge,
    ], IdempotencyKey::REFUSALS;
}

impl From<CashRejection> for Problem {
    fn from(rejection: CashRejection) -> Self {
        let (code, field) = match &rejection {
            CashRejection::PermissionMissing(_) => (Code::PermissionMissing, None),
            CashRejection::ApprovalRequired(_) => (Code::ApprovalRequired, None),
            CashRejection::NoneOpen => (Code::ShiftNoneOpen, None),
            CashRejection::AlreadyOpen { .. } => (Code::ShiftAlreadyOpen, None),
            CashRejection::DrawerTaken => (Code::ShiftDrawerTaken, None),
            CashRejection::Closed => (Code::ShiftClosed, None),
            CashRejection::ShiftUnknown => (Code::NotFound, None),
            CashRejection::DrawerInvalid => (Code::FieldInvalid, Some("drawer")),
            CashRejection::AmountInvalid => (Code::AmountInvalid, Some("amount")),
            CashRejection::AmountTooLarge => (Code::AmountTooLarge, None),
            CashRejection::ReasonMissing => (Code::ReasonMissing, Some("reason")),
            CashRejection::CountInvalid => (Code::CountInvalid, Some("counted")),
            CashRejection::TooManyMovements => (Code::FieldInvalid, None),
            CashRejection::CatalogMissing => (Code::CatalogMissing, None),
        };
        let mut problem = Self::from(code).detail(&rejection);
        if let CashRejection::ApprovalRequired(permission) = rejection {
            problem.permission = Some(permission);
        }
        match field {
            Some(field) => problem.at(field, &rejection),
            None => problem,
        }
    }
}
