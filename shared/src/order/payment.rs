//! What was paid for an order and what was given back: how far it is paid follows from these and from its totals.
//!
//! `paid` is net of refunds; `due` is total + tip − paid. A cancelled order owes nothing.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Order, Status};
use crate::ids::{CommandId, OrderId, PaymentId, RefundId, ShiftId};
use crate::money::Money;
use crate::staff::{Actor, StaffId};

/// With what somebody pays.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PaymentMethod {
    /// Notes and coins, into the drawer.
    Cash,
    /// At the card terminal, which is not ours.
    Card,
    /// From bank to bank.
    Transfer,
    /// From a Nequi purse.
    Nequi,
    /// From a Daviplata purse.
    Daviplata,
    /// By a Bre-B key.
    BreB,
    /// A meal voucher.
    Voucher,
    /// Rappi pays later.
    Rappi,
    /// DiDi pays later.
    Didi,
    /// Anything else, an employee's meal too.
    Other,
    /// What a sum in cash was rounded by: nobody pays with it. Above nothing it is given, below it is taken.
    Rounding,
}

impl PaymentMethod {
    /// All of them, as screens offer them; the last is not offered.
    pub const ALL: [Self; 11] = [
        Self::Cash,
        Self::Card,
        Self::Transfer,
        Self::Nequi,
        Self::Daviplata,
        Self::BreB,
        Self::Voucher,
        Self::Rappi,
        Self::Didi,
        Self::Other,
        Self::Rounding,
    ];

    /// As it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Card => "card",
            Self::Transfer => "transfer",
            Self::Nequi => "nequi",
            Self::Daviplata => "daviplata",
            Self::BreB => "bre_b",
            Self::Voucher => "voucher",
            Self::Rappi => "rappi",
            Self::Didi => "didi",
            Self::Other => "other",
            Self::Rounding => "rounding",
        }
    }

    /// As people call it at the counter.
    pub const fn spanish(self) -> &'static str {
        match self {
            Self::Cash => "Efectivo",
            Self::Card => "Tarjeta",
            Self::Transfer => "Transferencia",
            Self::Nequi => "Nequi",
            Self::Daviplata => "Daviplata",
            Self::BreB => "Bre-B",
            Self::Voucher => "Bono",
            Self::Rappi => "Rappi",
            Self::Didi => "DiDi",
            Self::Other => "Otro",
            Self::Rounding => "Redondeo",
        }
    }

    /// Whether what it leaves behind has a number that is worth keeping.
    pub const fn has_reference(self) -> bool {
        match self {
            Self::Cash | Self::Other | Self::Rounding => false,
            Self::Card
            | Self::Transfer
            | Self::Nequi
            | Self::Daviplata
            | Self::BreB
            | Self::Voucher
            | Self::Rappi
            | Self::Didi => true,
        }
    }

    /// Whether a guest's telephone reads a code to pay with it.
    pub const fn has_code(self) -> bool {
        matches!(self, Self::Transfer | Self::Nequi | Self::Daviplata | Self::BreB)
    }

    /// Whether somebody may pay with it: what a sum was rounded by follows by itself.
    pub const fn is_offered(self) -> bool {
        !matches!(self, Self::Rounding)
    }
}

/// Cash that was handed over for a payment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CashHanded {
    /// What the guest gave.
    pub received: Money,
    /// What the guest got back of it.
    pub change: Money,
}

/// Money was taken for an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PaymentTaken {
    /// The order.
    pub order: OrderId,
    /// The payment.
    pub payment: PaymentId,
    /// What asked for it, so that a repeat finds it.
    pub command: CommandId,
    /// With what.
    pub method: PaymentMethod,
    /// How much of it pays this order; without the change.
    pub amount: Money,
    /// How much of the amount is tip: what was eaten is paid first.
    pub tip: Money,
    /// A tip given with it that the order did not know of: part of the amount, and of what is due from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added_tip: Option<Money>,
    /// What went over the counter, of cash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cash: Option<CashHanded>,
    /// The number of the slip, the transfer, the voucher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Which part of a split it pays, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<usize>,
    /// The shift of whoever took it, where they have one; cash always has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<ShiftId>,
    /// The day of business it was taken in, which may be later than the order's.
    pub business_day: Date,
    /// Who took it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// Money was given back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PaymentRefunded {
    /// The order.
    pub order: OrderId,
    /// The refund.
    pub refund: RefundId,
    /// Of which payment.
    pub payment: PaymentId,
    /// What asked for it, so that a repeat finds it.
    pub command: CommandId,
    /// With what it was given back.
    pub method: PaymentMethod,
    /// How much.
    pub amount: Money,
    /// How much of the amount is tip: the tip is given back first.
    pub tip: Money,
    /// Why.
    pub reason: String,
    /// The shift of whoever gave it back, where they have one; cash always has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<ShiftId>,
    /// The day of business it was given back in.
    pub business_day: Date,
    /// Who gave it back.
    pub by: Actor,
    /// Who allowed it, when whoever gave it back may not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<StaffId>,
    /// When.
    pub at: Timestamp,
}

/// A payment of an order, with what was given back of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Payment {
    /// As it was taken.
    pub taken: PaymentTaken,
    /// What was given back of it, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<PaymentRefunded>,
}

impl Payment {
    /// What was given back of it.
    pub fn refunded(&self) -> Money {
        sum(self.taken.amount, self.refunds.iter().map(|refund| refund.amount))
    }

    /// What of it may still be given back.
    pub fn left(&self) -> Money {
        less(self.taken.amount, self.refunded())
    }
}

/// How far an order is paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PaymentState {
    /// Nothing was paid that was not given back.
    Unpaid,
    /// Some of it.
    Part,
    /// All of it, to the minor unit; or there is nothing to pay.
    Paid,
    /// More than it costs: it costs less by now, or was cancelled.
    Over,
}

impl PaymentState {
    /// As it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unpaid => "unpaid",
            Self::Part => "part",
            Self::Paid => "paid",
            Self::Over => "over",
        }
    }
}

/// What an order has to do with money beyond its totals.
impl Order {
    /// What is to be paid in all: total and tip; of a cancelled order nothing.
    pub fn payable(&self) -> Money {
        match self.status {
            Status::Cancelled { .. } | Status::Merged { .. } => Money::zero(self.currency),
            Status::Received
            | Status::Accepted
            | Status::Preparing
            | Status::Ready
            | Status::Served
            | Status::OnTheWay
            | Status::Delivered => plus(self.totals.total, self.tip),
        }
    }

    /// What was paid and not given back.
    pub fn paid(&self) -> Money {
        less(self.taken(), self.refunded())
    }

    /// What was paid, whatever became of it.
    pub fn taken(&self) -> Money {
        sum(Money::zero(self.currency), self.payments.iter().map(|payment| payment.taken.amount))
    }

    /// What was given back.
    pub fn refunded(&self) -> Money {
        sum(Money::zero(self.currency), self.payments.iter().map(Payment::refunded))
    }

    /// What is still to be paid; negative where money is owed to the guest.
    pub fn due(&self) -> Money {
        less(self.payable(), self.paid())
    }

    /// How far it is paid.
    pub fn payment_state(&self) -> PaymentState {
        let (paid, payable) = (self.paid().minor(), self.payable().minor());
        let is_cancelled = self.status.is_void();
        if paid > payable {
            PaymentState::Over
        } else if paid == 0 && (payable > 0 || is_cancelled) {
            PaymentState::Unpaid
        } else if paid < payable {
            PaymentState::Part
        } else {
            PaymentState::Paid
        }
    }

    /// The payment, if the order has it.
    pub fn payment(&self, id: PaymentId) -> Option<&Payment> {
        self.payments.iter().find(|payment| payment.taken.payment == id)
    }

    /// How much of so much paid is tip: what was eaten is paid first.
    pub(super) fn tip_within(&self, paid: Money) -> Money {
        let beyond = paid.minor().saturating_sub(self.totals.total.minor());
        Money::new(beyond.clamp(0, self.tip.minor()), self.currency)
    }
}

/// Amounts of one order are of one currency, and their sums fit: `decide` refuses what does not.
fn sum(of: Money, amounts: impl Iterator<Item = Money>) -> Money {
    amounts.fold(Money::zero(of.currency()), plus)
}

pub(super) fn plus(left: Money, right: Money) -> Money {
    left.plus(right).expect("amounts of one order are of one currency and fit")
}

pub(super) fn less(left: Money, right: Money) -> Money {
    left.minus(right).expect("amounts of one order are of one currency and fit")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_called_the_same_in_json_and_in_the_file() {
        for method in PaymentMethod::ALL {
            assert_eq!(serde_json::to_value(method).unwrap(), method.as_str());
        }
    }
}
