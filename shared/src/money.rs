//! Money: whole minor units of one currency, checked, and one place where anything is rounded.
//!
//! No float touches money. COP 18 500 is `Money::new(1_850_000, Currency::COP)`: two decimals, as ISO 4217 lists them,
//! although nobody has seen a centavo in years.

use serde::{Deserialize, Serialize};

/// An ISO 4217 currency code: three capital letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Colombian peso.
    pub const COP: Self = Self(*b"COP");
    /// United States dollar.
    pub const USD: Self = Self(*b"USD");

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("only capital ASCII letters are ever stored")
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.code())
    }
}

impl std::fmt::Debug for Currency {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.code())
    }
}

impl std::str::FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        match text.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Self([a, b, c])),
            _ => Err(MoneyError::NotACurrency(text.to_owned())),
        }
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// An amount of one currency, in its minor unit. Stored and sent between programs as one short text: `COP 1850000`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why an amount could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The text is not an ISO 4217 code.
    #[error("«{0}» is not a currency: three capital letters are meant, like COP")]
    NotACurrency(String),
    /// The text is not an amount.
    #[error("«{0}» is not an amount: COP 1850000 is one")]
    NotMoney(String),
    /// Two currencies met in one sum.
    #[error("{left} and {right} cannot be put in one sum")]
    Mixed {
        /// The currency of the amount at hand.
        left: Currency,
        /// The currency of the other.
        right: Currency,
    },
    /// The sum does not fit.
    #[error("the amount is too large")]
    TooLarge,
}

impl Money {
    /// `minor` minor units of the currency.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in the currency.
    pub const fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Whole minor units: centavos, cents.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The sum of both.
    ///
    /// # Errors
    /// [`MoneyError::Mixed`] for two currencies, [`MoneyError::TooLarge`] past 64 bits.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.minor.checked_add(other.minor).map(|minor| Self { minor, ..self }).ok_or(MoneyError::TooLarge)
    }

    /// This less the other.
    ///
    /// # Errors
    /// As [`Money::plus`].
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        self.minor.checked_sub(other.minor).map(|minor| Self { minor, ..self }).ok_or(MoneyError::TooLarge)
    }

    /// This amount for each of `quantity`, rounded half-up to the minor unit.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] past 64 bits.
    pub fn times(self, quantity: Quantity) -> Result<Self, MoneyError> {
        self.ratio(quantity.thousandths(), 1000)
    }

    /// `self × numerator ÷ denominator`, rounded half-up (away from zero): the one place where money is rounded.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] when the result passes 64 bits.
    ///
    /// # Panics
    /// When the denominator is not positive.
    pub fn ratio(self, numerator: i64, denominator: i64) -> Result<Self, MoneyError> {
        assert!(denominator > 0, "a denominator is positive");
        let product = i128::from(self.minor) * i128::from(numerator);
        let (magnitude, denominator) = (product.unsigned_abs(), u128::from(denominator.unsigned_abs()));
        let rounded = (2 * magnitude + denominator) / (2 * denominator);
        let signed = i128::try_from(rounded).map_err(|_| MoneyError::TooLarge)? * product.signum();
        i64::try_from(signed).map(|minor| Self { minor, ..self }).map_err(|_| MoneyError::TooLarge)
    }

    /// Splits the amount by weights into parts that sum to the whole: each gets its floor, and the minor units left over
    /// go to the largest remainders, the first of equals. Weights that are all zero count as all one.
    ///
    /// # Panics
    /// When there is no weight or one is negative.
    pub fn split(self, weights: &[i64]) -> Vec<Self> {
        assert!(!weights.is_empty() && weights.iter().all(|weight| *weight >= 0), "weights are given and not negative");
        if weights.len() == 1 {
            return vec![self];
        }
        let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        let even = sum == 0;
        let sum = if even { weights.len() as i128 } else { sum };
        let whole = i128::from(self.minor);
        let shares = weights.iter().map(|weight| whole * if even { 1 } else { i128::from(*weight) });
        let (mut parts, remainders): (Vec<i128>, Vec<i128>) =
            shares.map(|share| (share.div_euclid(sum), share.rem_euclid(sum))).unzip();
        let left = whole - parts.iter().sum::<i128>();
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by_key(|&index| std::cmp::Reverse(remainders[index]));
        for &index in order.iter().take(usize::try_from(left).expect("floors leave less than one unit a part")) {
            parts[index] += 1;
        }
        let part = |minor| i64::try_from(minor).expect("a part is no larger than the whole");
        parts.into_iter().map(|minor| Self { minor: part(minor), ..self }).collect()
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::Mixed { left: self.currency, right: other.currency })
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.currency, self.minor)
    }
}

impl std::fmt::Debug for Money {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, formatter)
    }
}

impl std::str::FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let not_money = || MoneyError::NotMoney(text.to_owned());
        let (currency, minor) = text.split_once(' ').ok_or_else(not_money)?;
        Ok(Self::new(minor.parse().map_err(|_| not_money())?, currency.parse()?))
    }
}

/// Text where people may read it, the pair where only programs do.
impl Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            (self.minor, self.currency).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
            text.parse().map_err(serde::de::Error::custom)
        } else {
            <(i64, Currency)>::deserialize(deserializer).map(|(minor, currency)| Self { minor, currency })
        }
    }
}

/// How many of a thing, in thousandths: whole unless the product is sold by weight.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(i64);

impl Quantity {
    /// None of it.
    pub const ZERO: Self = Self(0);

    /// `units` whole ones.
    pub const fn whole(units: u32) -> Self {
        Self(units as i64 * 1000)
    }

    /// The quantity in thousandths.
    pub const fn thousandths(self) -> i64 {
        self.0
    }

    /// This many and the other.
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    /// This many less the other; negative where the other is more.
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl std::fmt::Display for Quantity {
    /// `2`, `0,25`: as a kitchen reads it.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (units, rest) = (self.0 / 1000, (self.0 % 1000).abs());
        if rest == 0 {
            return write!(formatter, "{units}");
        }
        let sign = if self.0 < 0 && units == 0 { "-" } else { "" };
        write!(formatter, "{sign}{units},{}", format!("{rest:03}").trim_end_matches('0'))
    }
}

impl std::fmt::Debug for Quantity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Quantity({self})")
    }
}

/// A rate in thousandths: IVA 19 % is 190.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Permille(pub u16);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cop(minor: i64) -> Money {
        Money::new(minor, Currency::COP)
    }

    #[test]
    fn half_a_minor_unit_is_rounded_away_from_zero() {
        for (amount, numerator, denominator, expected) in
            [(5, 1, 2, 3), (-5, 1, 2, -3), (4, 1, 3, 1), (3_700_000, 80, 1080, 274_074), (1, 1, 2, 1), (0, 7, 9, 0)]
        {
            assert_eq!(cop(amount).ratio(numerator, denominator), Ok(cop(expected)));
        }
    }

    #[test]
    fn two_currencies_are_never_put_in_one_sum() {
        let mixed = cop(1).plus(Money::new(1, Currency::USD));
        assert_eq!(mixed, Err(MoneyError::Mixed { left: Currency::COP, right: Currency::USD }));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(cop(i64::MAX).plus(cop(1)), Err(MoneyError::TooLarge));
        assert_eq!(cop(i64::MIN).minus(cop(1)), Err(MoneyError::TooLarge));
        assert_eq!(cop(i64::MAX).times(Quantity::whole(2)), Err(MoneyError::TooLarge));
    }

    #[test]
    fn a_currency_is_three_capitals() {
        assert_eq!("COP".parse(), Ok(Currency::COP));
        for text in ["cop", "CO", "COPS", "C0P", "", "ÑÑ"] {
            assert!(text.parse::<Currency>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_amount_reads_back_what_it_printed() {
        for (amount, text) in
            [(cop(1_850_000), "COP 1850000"), (cop(-5), "COP -5"), (cop(i64::MIN), "COP -9223372036854775808")]
        {
            assert_eq!(amount.to_string(), text);
            assert_eq!(text.parse(), Ok(amount));
        }
        for text in ["", "COP", "1850000", "COP 1.5", "cop 1", "COP  1"] {
            assert!(text.parse::<Money>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_quantity_reads_as_in_the_kitchen() {
        for (thousandths, text) in [(2000, "2"), (250, "0,25"), (-250, "-0,25"), (1500, "1,5"), (0, "0")] {
            assert_eq!(Quantity(thousandths).to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn the_parts_of_a_split_sum_to_the_whole(minor in -1_000_000_000_i64..1_000_000_000, weights in prop::collection::vec(0_i64..10_000, 1..30)) {
            let parts = cop(minor).split(&weights);
            prop_assert_eq!(parts.iter().map(|part| part.minor()).sum::<i64>(), minor);
            let sum: i64 = weights.iter().sum();
            if sum > 0 {
                for (part, weight) in parts.iter().zip(&weights) {
                    let exact = i128::from(minor) * i128::from(*weight);
                    let distance = (i128::from(part.minor()) * i128::from(sum) - exact).abs();
                    prop_assert!(distance < i128::from(sum), "a part is less than one unit from its share");
                }
            }
        }
    }
}
