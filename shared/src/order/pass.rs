//! The papers of the pass, printed once more because somebody asked for it. The first print of each is due by itself.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::decide::{self, Context};
use super::{Order, OrderEvent, OrderRejection, OrderType, Status};
use crate::ids::OrderId;
use crate::staff::{Actor, Permission};

/// A paper of the pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PassPaper {
    /// All of the order, for whoever puts it together.
    WholeOrder,
    /// What goes out with a delivery.
    DeliverySlip,
}

/// How often each paper of the pass was printed again.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PassReprints {
    /// The order whole.
    #[serde(default)]
    pub whole_order: u32,
    /// The slip.
    #[serde(default)]
    pub delivery_slip: u32,
}

impl PassReprints {
    /// Whether none was.
    pub(super) fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// How often this one was.
    pub const fn of(&self, paper: PassPaper) -> u32 {
        match paper {
            PassPaper::WholeOrder => self.whole_order,
            PassPaper::DeliverySlip => self.delivery_slip,
        }
    }

    pub(super) const fn follow(&mut self, again: &PassPaperReprinted) {
        match again.paper {
            PassPaper::WholeOrder => self.whole_order = again.count,
            PassPaper::DeliverySlip => self.delivery_slip = again.count,
        }
    }
}

/// A paper of the pass was printed once more.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PassPaperReprinted {
    /// The order it is of.
    pub order: OrderId,
    /// Which paper.
    pub paper: PassPaper,
    /// Which reprint of this paper it is, from 1.
    pub count: u32,
    /// Who had it printed.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

pub(super) fn reprint(
    order: &Order,
    paper: PassPaper,
    context: &Context<'_>,
) -> Result<Vec<OrderEvent>, OrderRejection> {
    decide::permit(context, Permission::ReceiptsReprint)?;
    let is_not_at_work = order.status.is_void() || order.status == Status::Received;
    let is_no_delivery = paper == PassPaper::DeliverySlip && order.order_type != OrderType::Delivery;
    if is_not_at_work || is_no_delivery {
        return Err(decide::illegal(order, "printed for the pass"));
    }
    let (count, by, at) = (order.pass_reprints.of(paper) + 1, context.actor, context.now);
    Ok(vec![OrderEvent::PassPaperReprinted(PassPaperReprinted { order: order.id, paper, count, by, at })])
}
