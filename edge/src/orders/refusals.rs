//! Refusals of orders as problems: which code, and which field of the request is at fault.

use comanda_shared::order::{LineRejection, OrderRejection};

use crate::http::extract::IdempotencyKey;
use crate::http::openapi::refusals;
use crate::http::problem::{Code, FieldProblem, Problem};
use crate::payments::refusals;

/// Of lines, wherever they are sent.
const OF_LINES: &[Code] = &[
    Code::CatalogMissing,
    Code::ProductUnavailable,
    Code::FieldInvalid,
    Code::CommandTooLarge,
    Code::ProductUnknown,
    Code::QuantityOutOfRange,
    Code::ModifierUnknown,
    Code::ModifierMissing,
    Code::ModifierExcess,
    Code::ChoiceUnknown,
    Code::ChoiceMissing,
    Code::ChoiceExcess,
    Code::LinesMissing,
    Code::LinesTooMany,
    Code::AmountTooLarge,
];
/// Of an order that is to go elsewhere.
const OF_MOVES: &[Code] = &[Code::NotFound, Code::IllegalTransition];
/// Of an edit that names a version and a reason.
const OF_REASONS: &[Code] = &[Code::VersionRequired, Code::VersionConflict, Code::FieldInvalid, Code::ReasonMissing];

refusals! {
    /// Of a price that is asked for.
    Quoting: OF_LINES;
    /// Of a new order.
    Placing: OF_LINES, IdempotencyKey::REFUSALS, &[
        Code::CustomerUnknown, Code::CustomerBlocked, Code::BranchPaused, Code::BranchClosed,
    ];
    /// Of more lines.
    Adding: OF_MOVES, OF_LINES, &[Code::ReceiptIssued, Code::SplitBegun], IdempotencyKey::REFUSALS;
    /// Of the kitchen's beginning.
    Accepting: OF_MOVES;
    /// Of a step onwards.
    Advancing: OF_MOVES, &[Code::VersionConflict, Code::FieldInvalid, Code::LinesWaiting];
    /// Of a fire.
    Firing: OF_MOVES, IdempotencyKey::REFUSALS, &[
        Code::FieldInvalid, Code::LineUnknown, Code::LineVoided, Code::PartOfCombo,
    ];
    /// Of two orders that are to be one.
    Merging: OF_MOVES, IdempotencyKey::REFUSALS, &[
        Code::VersionRequired, Code::VersionConflict, Code::FieldInvalid, Code::ReceiptIssued, Code::OrderPaid,
        Code::OrderDiscounted, Code::SplitBegun, Code::LinesTooMany, Code::AmountTooLarge,
    ];
    /// Of a line that is taken back.
    Voiding: OF_MOVES, OF_REASONS, refusals::OF_APPROVALS,
        &[Code::ReceiptIssued, Code::SplitBegun, Code::LineUnknown, Code::LineVoided, Code::PartOfCombo];
    /// Of an end.
    Cancelling: OF_MOVES, OF_REASONS, refusals::OF_APPROVALS,
        &[Code::OrderPaid, Code::ShiftNoneOpen, Code::RefundAbovePayment];
    /// Of another table.
    Moving: OF_MOVES, IdempotencyKey::REFUSALS, &[
        Code::VersionRequired, Code::VersionConflict, Code::FieldInvalid,
    ];
    /// Of a tip.
    Tipping: OF_MOVES, &[Code::FieldInvalid, Code::AmountInvalid, Code::AmountTooLarge, Code::ReceiptIssued, Code::SplitBegun],
        IdempotencyKey::REFUSALS;
    /// Of something that is taken off.
    Discounting: OF_MOVES, OF_REASONS, refusals::OF_APPROVALS, IdempotencyKey::REFUSALS, &[
        Code::LineUnknown, Code::LineVoided, Code::PartOfCombo, Code::ReceiptIssued, Code::SplitBegun,
        Code::DiscountExcess, Code::AmountInvalid, Code::AmountTooLarge,
    ];
    /// Of a discount that is taken back.
    Restoring: OF_MOVES, &[
        Code::VersionRequired, Code::VersionConflict, Code::ReceiptIssued, Code::SplitBegun, Code::DiscountUnknown,
    ];
    /// Of a split.
    Splitting: OF_MOVES, IdempotencyKey::REFUSALS, &[
        Code::FieldInvalid, Code::SplitBegun, Code::SplitInvalid, Code::SplitEmptyPart, Code::SplitSum,
        Code::SplitIncomplete, Code::LineUnknown, Code::LineVoided, Code::PartOfCombo, Code::AmountTooLarge,
    ];
    /// Of a paper for the guest.
    Billing: OF_MOVES, IdempotencyKey::REFUSALS, &[Code::PrinterNone, Code::ReceiptNone];
    /// Of a paper of the pass.
    Reprinting: OF_MOVES, IdempotencyKey::REFUSALS, &[Code::FieldInvalid, Code::PrinterNone];
    /// Of a bill that is to be one again.
    Joining: OF_MOVES, &[Code::SplitBegun];
    /// Of an order that is to be open again.
    Reopening: OF_MOVES, refusals::OF_APPROVALS, &[Code::FieldInvalid, Code::ReceiptIssued],
        IdempotencyKey::REFUSALS;
}

impl From<OrderRejection> for Problem {
    fn from(rejection: OrderRejection) -> Self {
        let code = match &rejection {
            OrderRejection::PermissionMissing(_) => Code::PermissionMissing,
            OrderRejection::OrderUnknown => Code::NotFound,
            OrderRejection::VersionConflict { .. } => Code::VersionConflict,
            OrderRejection::CatalogMissing => Code::CatalogMissing,
            OrderRejection::CustomerUnknown => Code::CustomerUnknown,
            OrderRejection::CustomerBlocked => Code::CustomerBlocked,
            OrderRejection::NoLines => Code::LinesMissing,
            OrderRejection::TooManyLines => Code::LinesTooMany,
            OrderRejection::AmountTooLarge => Code::AmountTooLarge,
            OrderRejection::IllegalTransition { .. } => Code::IllegalTransition,
            OrderRejection::LineUnknown => Code::LineUnknown,
            OrderRejection::LineVoided => Code::LineVoided,
            OrderRejection::PartOfCombo => Code::PartOfCombo,
            OrderRejection::LinesWaiting => Code::LinesWaiting,
            OrderRejection::ScheduledTooFar | OrderRejection::MergedWithItself => Code::FieldInvalid,
            OrderRejection::Discounted => Code::OrderDiscounted,
            OrderRejection::ReasonMissing => Code::ReasonMissing,
            OrderRejection::ApprovalRequired(_) => Code::ApprovalRequired,
            OrderRejection::BranchPaused { .. } => Code::BranchPaused,
            OrderRejection::BranchClosed { .. } => Code::BranchClosed,
            OrderRejection::Charge(reason) => refusals::code_of(reason),
            OrderRejection::Line { reason, .. } => code_of_line(reason),
        };
        let mut problem = Self::from(code).detail(&rejection);
        if let OrderRejection::ApprovalRequired(permission) = rejection {
            problem.permission = Some(permission);
        }
        if let OrderRejection::BranchPaused { until } | OrderRejection::BranchClosed { until } = rejection {
            problem.until = until;
        }
        let field = match &rejection {
            OrderRejection::Line { index, reason } => Some(field_of_line(format!("lines[{index}]"), reason)),
            OrderRejection::NoLines | OrderRejection::TooManyLines => Some("lines".to_owned()),
            OrderRejection::ReasonMissing => Some("reason".to_owned()),
            OrderRejection::ScheduledTooFar => Some("scheduled_for".to_owned()),
            OrderRejection::MergedWithItself => Some("from".to_owned()),
            OrderRejection::Charge(reason) => refusals::field_of(reason).map(ToOwned::to_owned),
            OrderRejection::PermissionMissing(_)
            | OrderRejection::ApprovalRequired(_)
            | OrderRejection::OrderUnknown
            | OrderRejection::VersionConflict { .. }
            | OrderRejection::CatalogMissing
            | OrderRejection::AmountTooLarge
            | OrderRejection::IllegalTransition { .. }
            | OrderRejection::LineUnknown
            | OrderRejection::LineVoided
            | OrderRejection::LinesWaiting
            | OrderRejection::Discounted
            | OrderRejection::PartOfCombo
            | OrderRejection::BranchPaused { .. }
            | OrderRejection::BranchClosed { .. }
            | OrderRejection::CustomerBlocked => None,
            OrderRejection::CustomerUnknown => Some("customer.id".to_owned()),
        };
        if let Some(field) = field {
            let (code, detail) = (code.as_str().to_owned(), rejection.to_string());
            problem.errors.push(FieldProblem { field, code, detail });
        }
        problem
    }
}

fn code_of_line(reason: &LineRejection) -> Code {
    match reason {
        LineRejection::ProductUnknown(_) => Code::ProductUnknown,
        LineRejection::ProductUnavailable(_)
        | LineRejection::ModifierUnavailable(_)
        | LineRejection::NotEnough { .. } => Code::ProductUnavailable,
        LineRejection::QuantityOutOfRange => Code::QuantityOutOfRange,
        LineRejection::TooManyModifiers | LineRejection::ModifierExcess { .. } => Code::ModifierExcess,
        LineRejection::ModifierUnknown(_) => Code::ModifierUnknown,
        LineRejection::ModifierMissing { .. } => Code::ModifierMissing,
        LineRejection::SlotUnknown(_) | LineRejection::NotOffered { .. } => Code::ChoiceUnknown,
        LineRejection::ChoiceMissing { .. } => Code::ChoiceMissing,
        LineRejection::ChoiceExcess { .. } => Code::ChoiceExcess,
        LineRejection::Choice { reason, .. } => code_of_line(reason),
        LineRejection::AmountTooLarge => Code::AmountTooLarge,
    }
}

/// The field of the line, or of a choice in it, that stands in this place: `lines[2].choices[1].modifiers`.
fn field_of_line(place: String, reason: &LineRejection) -> String {
    match reason {
        LineRejection::ProductUnknown(_) | LineRejection::ProductUnavailable(_) | LineRejection::NotOffered { .. } => {
            place + ".product"
        }
        LineRejection::QuantityOutOfRange | LineRejection::NotEnough { .. } => place + ".quantity",
        LineRejection::TooManyModifiers
        | LineRejection::ModifierUnavailable(_)
        | LineRejection::ModifierUnknown(_)
        | LineRejection::ModifierMissing { .. }
        | LineRejection::ModifierExcess { .. } => place + ".modifiers",
        LineRejection::SlotUnknown(_) => place + ".slot",
        LineRejection::ChoiceMissing { .. } | LineRejection::ChoiceExcess { .. } => place + ".choices",
        LineRejection::Choice { index, reason } => field_of_line(format!("{place}.choices[{index}]"), reason),
        LineRejection::AmountTooLarge => place,
    }
}
