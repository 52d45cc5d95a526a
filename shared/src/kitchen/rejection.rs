//! Why a touch on a card is refused. A refusal writes nothing.

use crate::staff::Permission;

/// Why a touch on a card is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KitchenRejection {
    /// Whoever asks may not.
    #[error("the permission {0} is missing")]
    PermissionMissing(Permission),
    /// There is no such order.
    #[error("there is no such order")]
    OrderUnknown,
    /// No station makes such a line of this order.
    #[error("no station makes such a line of this order")]
    LineUnknown,
    /// The station does not make this.
    #[error("the station does not make this")]
    StationUnknown,
    /// The kitchen is not to begin yet.
    #[error("the kitchen is not to begin with this yet")]
    NotFired,
    /// The line was taken back.
    #[error("the line was taken back")]
    LineVoided,
    /// The line was not taken back, so there is nothing to see.
    #[error("the line was not taken back")]
    LineNotVoided,
    /// The order is with the guest or on its way there.
    #[error("the order has left the kitchen")]
    OrderLeft,
}

/// Why a ticket is not printed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReprintRejection {
    /// Whoever asks may not.
    #[error("the permission {0} is missing")]
    PermissionMissing(Permission),
    /// There is no such order.
    #[error("there is no such order")]
    OrderUnknown,
    /// Nothing of the order was meant for paper there.
    #[error("no ticket of the order goes to a printer there")]
    NoTickets,
}
