//! What a line costs: the one place where prices, quantities, discounts and taxes become amounts.
//!
//! Tax is computed for each line after its discount, half-up to the minor unit. Taxes included in the price are taken
//! out of it together, so that base + taxes is the price to the minor unit; taxes added on top are computed on the base.

use serde::{Deserialize, Serialize};

use crate::ids::TaxId;
use crate::money::{Money, MoneyError, Permille};

/// A tax on a line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LineTax {
    /// Which.
    pub tax: TaxId,
    /// Its rate at sale.
    pub rate: Permille,
    /// Whether the price held it already.
    pub included: bool,
    /// How much it is.
    pub amount: Money,
}

/// A tax as a line has it: which, its rate, and whether the price holds it already.
pub type Rate = (TaxId, Permille, bool);

struct Sums {
    base: Money,
    tax: Money,
    total: Money,
}

/// What a line costs. Only what was decided stands here; sums of it are computed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Amounts {
    /// Price with modifiers, times quantity.
    pub subtotal: Money,
    /// What is taken off.
    pub discount: Money,
    /// The taxes, in the product's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taxes: Vec<LineTax>,
}

impl Amounts {
    /// The amounts of a line of this subtotal and discount under these taxes.
    ///
    /// # Errors
    /// [`MoneyError`] when an amount does not fit.
    pub fn compute(subtotal: Money, discount: Money, taxes: &[Rate]) -> Result<Self, MoneyError> {
        let price = subtotal.minus(discount)?;
        let rates = |wanted: bool| -> Vec<i64> {
            taxes.iter().filter(|(_, _, included)| *included == wanted).map(|(_, rate, _)| i64::from(rate.0)).collect()
        };
        let included_rates = rates(true);
        let included_rate: i64 = included_rates.iter().sum();
        let included_tax = price.ratio(included_rate, 1000 + included_rate)?;
        let base = price.minus(included_tax)?;
        let mut included_parts =
            if included_rates.is_empty() { Vec::new() } else { included_tax.split(&included_rates) }.into_iter();

        let mut lines = Vec::with_capacity(taxes.len());
        for &(tax, rate, included) in taxes {
            let amount = if included {
                included_parts.next().expect("there is a part for every included tax")
            } else {
                base.ratio(i64::from(rate.0), 1000)?
            };
            lines.push(LineTax { tax, rate, included, amount });
        }
        let amounts = Self { subtotal, discount, taxes: lines };
        amounts.sums()?;
        Ok(amounts)
    }

    /// What the taxes are computed on: the price after discount, without the taxes it holds.
    pub fn base(&self) -> Money {
        self.sums().expect("amounts that fit were made by compute").base
    }

    /// The taxes together.
    pub fn tax(&self) -> Money {
        self.sums().expect("amounts that fit were made by compute").tax
    }

    /// What the guest pays for the line.
    pub fn total(&self) -> Money {
        self.sums().expect("amounts that fit were made by compute").total
    }

    fn sums(&self) -> Result<Sums, MoneyError> {
        let price = self.subtotal.minus(self.discount)?;
        let mut sums = Sums { base: price, tax: Money::zero(price.currency()), total: price };
        for LineTax { included, amount, .. } in &self.taxes {
            sums.tax = sums.tax.plus(*amount)?;
            if *included {
                sums.base = sums.base.minus(*amount)?;
            } else {
                sums.total = sums.total.plus(*amount)?;
            }
        }
        Ok(sums)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn cop(minor: i64) -> Money {
        Money::new(minor, Currency::COP)
    }

    fn taxes(rates: &[(u16, bool)]) -> Vec<(TaxId, Permille, bool)> {
        rates.iter().map(|&(rate, included)| (TaxId::from_uuid(Uuid::nil()), Permille(rate), included)).collect()
    }

    #[test]
    fn consumption_tax_in_the_price_is_taken_out_of_it() {
        let amounts = Amounts::compute(cop(3_700_000), cop(0), &taxes(&[(80, true)])).unwrap();
        assert_eq!((amounts.tax(), amounts.total()), (cop(274_074), cop(3_700_000)));
        assert_eq!(amounts.base(), cop(3_425_926));
    }

    #[test]
    fn a_tax_on_top_is_paid_on_top() {
        let amounts = Amounts::compute(cop(10_000), cop(1_000), &taxes(&[(190, false)])).unwrap();
        assert_eq!((amounts.tax(), amounts.total()), (cop(1_710), cop(10_710)));
    }

    #[test]
    fn a_line_may_carry_several_taxes() {
        let amounts = Amounts::compute(cop(10_000), cop(0), &taxes(&[(80, true), (50, false), (190, true)])).unwrap();
        let each: Vec<i64> = amounts.taxes.iter().map(|tax| tax.amount.minor()).collect();
        assert_eq!(amounts.base(), cop(7_874));
        assert_eq!((each, amounts.total()), (vec![630, 394, 1_496], cop(10_394)));
    }

    #[test]
    fn without_tax_the_price_is_the_total() {
        let amounts = Amounts::compute(cop(239), cop(0), &[]).unwrap();
        assert_eq!((amounts.tax(), amounts.total()), (cop(0), cop(239)));
    }

    proptest! {
        #[test]
        fn base_and_taxes_sum_to_the_total(
            price in 0_i64..1_000_000_000_000,
            rates in prop::collection::vec((0_u16..=1000, any::<bool>()), 0..5),
        ) {
            let amounts = Amounts::compute(cop(price), cop(0), &taxes(&rates)).unwrap();
            let base = amounts.base().minor();
            prop_assert_eq!(base + amounts.tax().minor(), amounts.total().minor());
            let included: i64 = amounts.taxes.iter().filter(|tax| tax.included).map(|tax| tax.amount.minor()).sum();
            prop_assert!(rates.is_empty() || base + included == price);
        }
    }
}
