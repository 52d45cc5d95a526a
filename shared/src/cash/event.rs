//! What happens at a drawer.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Counted, DayClosed, Takings};
use crate::event::event_family;
use crate::ids::{CommandId, MovementId, PaymentId, RefundId, ShiftId};
use crate::money::Money;
use crate::order::PaymentMethod;
use crate::staff::{Actor, StaffId};

event_family! {
    /// What happens at a drawer.
    CashEvent {
        /// Somebody answers for it from now on.
        ShiftOpened(ShiftOpened) = "cash.shift_opened",
        /// Money was put in or taken out, or it was opened without a sale.
        Moved(CashMoved) = "cash.moved",
        /// The drawer springs open.
        DrawerOpened(DrawerOpened) = "cash.drawer_opened",
        /// It was counted, and nobody answers for it any more.
        ShiftClosed(ShiftClosed) = "cash.shift_closed",
        /// The day was closed.
        DayClosed(DayClosed) = "cash.day_closed",
    }
}

/// Somebody answers for a drawer from now on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShiftOpened {
    /// The shift.
    pub shift: ShiftId,
    /// The drawer's name.
    pub drawer: String,
    /// Who answers for it.
    pub user: Actor,
    /// What is in it to give change with.
    pub float: Money,
    /// The day of business.
    pub business_day: Date,
    /// When.
    pub at: Timestamp,
}

/// What is done with a drawer besides charging.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MovementKind {
    /// Money is put in: change from the bank.
    In,
    /// Money is taken out: for the man who brings the ice.
    Out,
    /// It is opened and nothing moves.
    NoSale,
    /// Money is handed in to the office before the count.
    HandIn,
}

/// Money was put in or taken out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CashMoved {
    /// The shift.
    pub shift: ShiftId,
    /// The movement.
    pub movement: MovementId,
    /// What asked for it, so that a repeat finds it.
    pub command: CommandId,
    /// Which way.
    pub kind: MovementKind,
    /// How much; nothing where nothing moves.
    pub amount: Money,
    /// Why.
    pub reason: String,
    /// Who did it.
    pub by: Actor,
    /// Who allowed it, when whoever did it may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<StaffId>,
    /// When.
    pub at: Timestamp,
}

/// What a drawer is opened for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrawerCause {
    /// Cash of a sale goes in.
    Payment(PaymentId),
    /// Cash is given back.
    Refund(RefundId),
    /// Money is moved, or nothing is.
    Movement(MovementId),
}

/// The drawer springs open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DrawerOpened {
    /// The shift.
    pub shift: ShiftId,
    /// The drawer's name.
    pub drawer: String,
    /// What for.
    pub cause: DrawerCause,
    /// When.
    pub at: Timestamp,
}

/// A drawer was counted, and nobody answers for it any more.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShiftClosed {
    /// The shift.
    pub shift: ShiftId,
    /// The count's number: `ESQ-C-000001`.
    pub number: String,
    /// What was found.
    pub counted: Counted,
    /// What should have been found, by how it was paid.
    pub expected: BTreeMap<PaymentMethod, Money>,
    /// What was found over what should have been, of all that was counted; negative where something is missing.
    pub difference: Money,
    /// What orders brought in, by how they were paid.
    pub takings: Takings,
    /// What whoever counted has to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// Who counted.
    pub by: Actor,
    /// The day of business.
    pub business_day: Date,
    /// When.
    pub at: Timestamp,
}

impl CashEvent {
    /// The shift or the report it happened to.
    pub const fn subject(&self) -> Uuid {
        match self {
            Self::ShiftOpened(event) => event.shift.uuid(),
            Self::Moved(event) => event.shift.uuid(),
            Self::DrawerOpened(event) => event.shift.uuid(),
            Self::ShiftClosed(event) => event.shift.uuid(),
            Self::DayClosed(event) => event.report.uuid(),
        }
    }
}
