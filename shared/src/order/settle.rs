//! The reaction that settles an order: paid in full it gets a receipt, handed over as well it is closed.
//!
//! A receipt says that the sale was paid once. Money given back afterwards is a correction of its own and takes neither the
//! receipt back nor the close.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::receipt::{ReceiptNumbers, receipt_of};
use super::{Order, OrderEvent, PaymentState, Status};
use crate::ids::OrderId;

/// An order is over: nothing is to be done for it, and nothing is owed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderClosed {
    /// The order.
    pub order: OrderId,
    /// When.
    pub at: Timestamp,
}

/// What is due next to settle the order, when something is; after that, ask again. `next_receipt` is the numbers the next
/// receipt of the branch gets, `template` what it is printed by.
pub fn settlement_due(
    order: &Order,
    next_receipt: impl FnOnce() -> ReceiptNumbers,
    template: u16,
    at: Timestamp,
) -> Option<OrderEvent> {
    if is_receipt_due(order) {
        return Some(OrderEvent::ReceiptIssued(receipt_of(order, next_receipt(), template, at)));
    }
    is_close_due(order).then_some(OrderEvent::Closed(OrderClosed { order: order.id, at }))
}

fn is_receipt_due(order: &Order) -> bool {
    let is_paid = matches!(order.payment_state(), PaymentState::Paid | PaymentState::Over);
    order.receipt.is_none() && is_paid && order.payable().minor() > 0
}

fn is_close_due(order: &Order) -> bool {
    if order.closed_at.is_some() {
        return false;
    }
    match order.status {
        Status::Received | Status::Accepted | Status::Preparing | Status::Ready | Status::OnTheWay => false,
        Status::Served | Status::Delivered => order.receipt.is_some() || order.payment_state() == PaymentState::Paid,
        Status::Cancelled { .. } | Status::Merged { .. } => order.paid().minor() == 0,
    }
}
