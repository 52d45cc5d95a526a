//! Why a command to an order is refused. A refusal writes nothing.

use jiff::Timestamp;

use super::{ChargeRejection, Stage, limits};
use crate::staff::Permission;

/// Why a command to an order is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrderRejection {
    /// Whoever asks may not.
    #[error("the permission {0} is missing")]
    PermissionMissing(Permission),
    /// There is no such order.
    #[error("there is no such order")]
    OrderUnknown,
    /// It was asked of a version that is not the present one.
    #[error("the order is at version {current} by now")]
    VersionConflict {
        /// The present version.
        current: u32,
    },
    /// No catalog has been imported yet.
    #[error("the branch has no catalog yet")]
    CatalogMissing,
    /// An order without lines.
    #[error("an order has at least one line")]
    NoLines,
    /// More lines than an order may have.
    #[error("an order has at most {} lines", limits::LINES)]
    TooManyLines,
    /// A line cannot be taken as it stands.
    #[error("line {index}: {reason}")]
    Line {
        /// Which, from 0, of the lines sent.
        index: usize,
        /// Why.
        reason: LineRejection,
    },
    /// The sum of the order does not fit.
    #[error("the amount is too large")]
    AmountTooLarge,
    /// The order is not where this can happen.
    #[error("an order that is {from} cannot become {to}")]
    IllegalTransition {
        /// Where it is.
        from: &'static str,
        /// Where it should go.
        to: &'static str,
    },
    /// There is no such line.
    #[error("the order has no such line")]
    LineUnknown,
    /// The line was taken back already.
    #[error("the line was taken back already")]
    LineVoided,
    /// The line is part of a combo, which is taken back as a whole.
    #[error("the line is part of a combo, which is taken back as a whole")]
    PartOfCombo,
    /// Something of it is held, so that it cannot be handed over.
    #[error("lines of the order wait to be fired")]
    LinesWaiting,
    /// It is wanted too far ahead.
    #[error("an order is taken at most 31 days ahead")]
    ScheduledTooFar,
    /// An order cannot be put together with itself.
    #[error("an order cannot be merged with itself")]
    MergedWithItself,
    /// Something was agreed on about its money.
    #[error("the order is split or discounted")]
    Discounted,
    /// A reason is needed and was not given.
    #[error("a reason is needed")]
    ReasonMissing,
    /// Whoever asks may not, and nobody who may has approved it.
    #[error("somebody with {0} has to approve it")]
    ApprovalRequired(Permission),
    /// There is no such card of a guest.
    #[error("there is no such card")]
    CustomerUnknown,
    /// The branch does not sell to this guest.
    #[error("the branch does not sell to this guest")]
    CustomerBlocked,
    /// The branch takes nothing from outside for a while.
    #[error("the branch takes no orders from outside at the moment")]
    BranchPaused {
        /// Until then, where that was said.
        until: Option<Timestamp>,
    },
    /// The branch is closed at the time it is wanted.
    #[error("the branch is closed at that time")]
    BranchClosed {
        /// When it opens, where that is known.
        until: Option<Timestamp>,
    },
    /// It is about money, and cannot be.
    #[error(transparent)]
    Charge(#[from] ChargeRejection),
}

/// Why a line is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineRejection {
    /// No product has this id or sku.
    #[error("no product is called «{0}»")]
    ProductUnknown(String),
    /// The product is not sold at the moment.
    #[error("«{0}» is not sold at the moment")]
    ProductUnavailable(String),
    /// The modifier cannot be had at the moment.
    #[error("«{0}» cannot be had at the moment")]
    ModifierUnavailable(String),
    /// More is asked for than is left.
    #[error("of «{name}» {left} are left")]
    NotEnough {
        /// Of what.
        name: String,
        /// How many are left; at least one.
        left: u32,
    },
    /// None or too many.
    #[error("the quantity is from 1 to {}", limits::QUANTITY)]
    QuantityOutOfRange,
    /// More modifiers than a line may have.
    #[error("a line has at most {} modifiers", limits::MODIFIERS)]
    TooManyModifiers,
    /// The product has no such modifier.
    #[error("the product has no modifier «{0}»")]
    ModifierUnknown(String),
    /// A choice that must be made was not.
    #[error("«{group}» needs at least {min}")]
    ModifierMissing {
        /// The group of choices.
        group: String,
        /// How many at least.
        min: u32,
    },
    /// More was chosen than may be.
    #[error("«{group}» takes at most {max}")]
    ModifierExcess {
        /// The group of choices.
        group: String,
        /// How many at most.
        max: usize,
    },
    /// The product has no such slot; what is no combo has none.
    #[error("the product has no slot «{0}»")]
    SlotUnknown(String),
    /// The slot is not for this product.
    #[error("«{slot}» does not offer «{product}»")]
    NotOffered {
        /// The slot.
        slot: String,
        /// What was chosen for it.
        product: String,
    },
    /// A part of the combo that must be chosen was not.
    #[error("«{slot}» needs at least {min}")]
    ChoiceMissing {
        /// The slot.
        slot: String,
        /// How many at least.
        min: u32,
    },
    /// More parts were chosen than may be.
    #[error("«{slot}» takes at most {max}")]
    ChoiceExcess {
        /// The slot.
        slot: String,
        /// How many at most.
        max: u32,
    },
    /// A choice of the combo cannot be taken as it stands.
    #[error("choice {index}: {reason}")]
    Choice {
        /// Which, from 0, of the choices sent with the line.
        index: usize,
        /// Why; never a choice again.
        reason: Box<LineRejection>,
    },
    /// The line's amount does not fit.
    #[error("the amount is too large")]
    AmountTooLarge,
}

impl Stage {
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::Ready => "ready",
            Self::Served => "served",
            Self::OnTheWay => "on_the_way",
            Self::Delivered => "delivered",
        }
    }
}
