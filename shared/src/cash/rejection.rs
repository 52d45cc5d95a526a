//! Why a command to a drawer is refused. A refusal writes nothing.

use super::limits;
use crate::staff::Permission;

/// Why a command to a drawer is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CashRejection {
    /// Whoever asks may not.
    #[error("the permission {0} is missing")]
    PermissionMissing(Permission),
    /// Whoever asks may not, and nobody who may has approved it.
    #[error("somebody with {0} has to approve it")]
    ApprovalRequired(Permission),
    /// Whoever asks has no open shift.
    #[error("there is no open shift")]
    NoneOpen,
    /// Whoever asks has an open shift already.
    #[error("there is an open shift already, at the drawer «{drawer}»")]
    AlreadyOpen {
        /// Where.
        drawer: String,
    },
    /// Somebody else answers for the drawer.
    #[error("somebody else answers for the drawer")]
    DrawerTaken,
    /// The shift was counted already.
    #[error("the shift was counted already")]
    Closed,
    /// There is no such shift.
    #[error("there is no such shift")]
    ShiftUnknown,
    /// The drawer has no name, or a long one.
    #[error("a drawer has a name of 1 to {} printable characters", limits::DRAWER)]
    DrawerInvalid,
    /// Less than nothing, or nothing where something is to move.
    #[error("the amount is not one that can be moved")]
    AmountInvalid,
    /// The amount does not fit.
    #[error("the amount is too large")]
    AmountTooLarge,
    /// A reason is needed and was not given.
    #[error("a reason is needed")]
    ReasonMissing,
    /// The count cannot be read.
    #[error("a count has up to {} kinds of notes and coins, each worth something", limits::DENOMINATIONS)]
    CountInvalid,
    /// More movements than a shift may have.
    #[error("a shift has at most {} movements", limits::MOVEMENTS)]
    TooManyMovements,
    /// The branch has no currency yet.
    #[error("the branch has no catalog yet")]
    CatalogMissing,
}
