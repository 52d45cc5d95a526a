//! What somebody found in a drawer without being told what should be there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{CashRejection, limits};
use crate::money::{Currency, Money};
use crate::order::PaymentMethod;

/// Notes or coins of one value.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Denomination {
    /// What one is worth, in minor units.
    pub value: i64,
    /// How many.
    pub count: u32,
}

/// What was found.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Counted {
    /// Notes and coins.
    pub cash: Vec<Denomination>,
    /// What slips, transfers and vouchers came to, in minor units, of the methods that were counted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub others: BTreeMap<PaymentMethod, i64>,
}

impl Counted {
    /// What was counted by each method, cash always.
    ///
    /// # Errors
    /// When a denomination is worth nothing, there are too many of them, or a sum does not fit.
    pub fn sums(&self, currency: Currency) -> Result<BTreeMap<PaymentMethod, Money>, CashRejection> {
        if self.cash.len() > limits::DENOMINATIONS || self.cash.iter().any(|kind| kind.value <= 0) {
            return Err(CashRejection::CountInvalid);
        }
        let mut cash: i64 = 0;
        for Denomination { value, count } in &self.cash {
            let sum = value.checked_mul(i64::from(*count)).and_then(|sum| cash.checked_add(sum));
            cash = sum.filter(|sum| *sum <= crate::order::limits::AMOUNT).ok_or(CashRejection::AmountTooLarge)?;
        }
        let mut sums = BTreeMap::from([(PaymentMethod::Cash, Money::new(cash, currency))]);
        for (method, minor) in &self.others {
            if *method == PaymentMethod::Cash || *minor < 0 {
                return Err(CashRejection::CountInvalid);
            }
            if *minor > crate::order::limits::AMOUNT {
                return Err(CashRejection::AmountTooLarge);
            }
            sums.insert(*method, Money::new(*minor, currency));
        }
        Ok(sums)
    }
}
