//! What orders brought in, by how they were paid: sums over payments and refunds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::money::{Currency, Money, MoneyError};
use crate::order::PaymentMethod;

/// What orders brought in by one method. Amounts in minor units of the shift's currency.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Taking {
    /// How many payments.
    pub payments: i64,
    /// What they came to, without change.
    pub amount: i64,
    /// How much of that was tip.
    pub tip: i64,
    /// How many refunds.
    pub refunds: i64,
    /// What was given back.
    pub refunded: i64,
    /// How much of that was tip.
    pub tip_refunded: i64,
}

impl Taking {
    /// What stayed.
    pub const fn net(self) -> i64 {
        self.amount - self.refunded
    }

    /// What came since it was that.
    #[must_use]
    pub const fn minus(self, before: Self) -> Self {
        Self {
            payments: self.payments - before.payments,
            amount: self.amount - before.amount,
            tip: self.tip - before.tip,
            refunds: self.refunds - before.refunds,
            refunded: self.refunded - before.refunded,
            tip_refunded: self.tip_refunded - before.tip_refunded,
        }
    }

    /// Both together.
    pub const fn plus(self, other: Self) -> Self {
        Self {
            payments: self.payments + other.payments,
            amount: self.amount + other.amount,
            tip: self.tip + other.tip,
            refunds: self.refunds + other.refunds,
            refunded: self.refunded + other.refunded,
            tip_refunded: self.tip_refunded + other.tip_refunded,
        }
    }
}

/// What orders brought in, by how they were paid.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Takings(pub BTreeMap<PaymentMethod, Taking>);

impl Takings {
    /// By one method; nothing where there was none.
    pub fn by(&self, method: PaymentMethod) -> Taking {
        self.0.get(&method).copied().unwrap_or_default()
    }

    /// By all methods.
    pub fn all(&self) -> Taking {
        self.0.values().fold(Taking::default(), |sum, taking| sum.plus(*taking))
    }

    /// What a drawer should hold of each method that was used, cash always: this and its own money. What sums were rounded by
    /// lies in no drawer.
    ///
    /// # Errors
    /// When an amount does not fit.
    pub fn expected(&self, own: Money) -> Result<BTreeMap<PaymentMethod, Money>, MoneyError> {
        let currency: Currency = own.currency();
        let mut expected: BTreeMap<PaymentMethod, Money> = BTreeMap::from([(PaymentMethod::Cash, own)]);
        for (method, taking) in self.0.iter().filter(|(method, _)| method.is_offered()) {
            let sum = expected.entry(*method).or_insert(Money::zero(currency));
            *sum = sum.plus(Money::new(taking.net(), currency))?;
        }
        Ok(expected)
    }
}
