//! The branch's settings: one immutable document a version, taken into use whole.

use std::collections::BTreeMap;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{Fiscal, FiscalError, HoursError, OpeningHours};
use crate::order::PaymentMethod;
use crate::payment_code::{PaymentCode, PaymentCodeError};

/// What the branch is called and how it counts its days.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Settings {
    /// The name people know it by.
    pub name: String,
    /// Two to six capital letters or digits that head every consecutive number, unique in the company: `ESQ`.
    pub code: String,
    /// IANA time zone.
    pub timezone: String,
    /// The hour at which a day of business begins, branch time.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "04:00:00"))]
    pub day_starts_at: Time,
    /// What is proposed as a tip, of a thousand; none is proposed where it is 0. At most a tenth, by law (Ley 1935).
    #[serde(default = "tenth", skip_serializing_if = "is_tenth")]
    pub tip_permille: u16,
    /// To what the sum of a payment in cash is rounded, minor units; 0 for not at all.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cash_rounding: i64,
    /// What a guest's telephone reads to pay, by the way of paying it belongs to.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub payment_codes: BTreeMap<PaymentMethod, String>,
    /// The numbers the tax office lets the branch give.
    #[serde(default, skip_serializing_if = "is_without")]
    pub fiscal: Fiscal,
    /// When it takes orders from outside; where nobody said, always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<OpeningHours>,
    /// Whether the tiles of tills show what products look like.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub shows_pictures: bool,
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes what it may skip so")]
const fn is_yes(shows: &bool) -> bool {
    *shows
}

fn is_without(fiscal: &Fiscal) -> bool {
    *fiscal == Fiscal::default()
}

/// A tenth, of a thousand.
const TENTH: u16 = 100;
/// The largest step in cash: a thousand pesos.
const LARGEST_STEP: i64 = 100_000;

const fn tenth() -> u16 {
    TENTH
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes what it may skip so")]
const fn is_tenth(permille: &u16) -> bool {
    *permille == TENTH
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes what it may skip so")]
const fn is_zero(amount: &i64) -> bool {
    *amount == 0
}

/// Why settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The code is not two to six capital letters or digits.
    #[error("the branch code «{0}» must be two to six capital letters or digits, like ESQ")]
    Code(String),
    /// The name is empty, too long or has control characters.
    #[error("the branch name must have 1 to 80 printable characters")]
    Name,
    /// The time zone is not in the IANA data.
    #[error("«{0}» is not a time zone; America/Bogota is one")]
    Timezone(String),
    /// More than a tenth is proposed.
    #[error("a tip of at most a tenth, 100 of a thousand, may be proposed")]
    Tip,
    /// The step of cash is none.
    #[error("cash is rounded to 0 to {LARGEST_STEP} minor units")]
    CashRounding,
    /// A payment code is none.
    #[error("the code of {}: {error}", method.as_str())]
    PaymentCode {
        /// Of which way of paying.
        method: PaymentMethod,
        /// What is wrong with it.
        error: PaymentCodeError,
    },
    /// A range of numbers that is none.
    #[error(transparent)]
    Fiscal(#[from] FiscalError),
    /// Hours that contradict themselves.
    #[error(transparent)]
    Hours(#[from] HoursError),
    /// A way of paying that no telephone pays with.
    #[error("{} has no code a telephone reads", .0.as_str())]
    PaymentCodeFor(PaymentMethod),
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "Sucursal".to_owned(),
            code: "SUC".to_owned(),
            timezone: "America/Bogota".to_owned(),
            day_starts_at: jiff::civil::time(4, 0, 0, 0),
            tip_permille: TENTH,
            cash_rounding: 0,
            payment_codes: BTreeMap::new(),
            fiscal: Fiscal::default(),
            hours: None,
            shows_pictures: true,
        }
    }
}

impl Settings {
    /// The settings, if they can be used.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn checked(self) -> Result<Self, SettingsError> {
        let code_fits = (2..=6).contains(&self.code.len());
        if !code_fits || !self.code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
            return Err(SettingsError::Code(self.code));
        }
        let length = self.name.trim().chars().count();
        if !(1..=80).contains(&length) || self.name.chars().any(char::is_control) {
            return Err(SettingsError::Name);
        }
        if TimeZone::get(&self.timezone).is_err() {
            return Err(SettingsError::Timezone(self.timezone));
        }
        if self.tip_permille > TENTH {
            return Err(SettingsError::Tip);
        }
        if !(0..=LARGEST_STEP).contains(&self.cash_rounding) {
            return Err(SettingsError::CashRounding);
        }
        self.fiscal.check()?;
        self.hours.as_ref().map_or(Ok(()), OpeningHours::check)?;
        let code = |(method, text): (&PaymentMethod, &String)| {
            if !method.has_code() {
                return Err(SettingsError::PaymentCodeFor(*method));
            }
            let code = text.parse::<PaymentCode>();
            let code = code.map_err(|error| SettingsError::PaymentCode { method: *method, error })?;
            Ok((*method, code.payload))
        };
        let payment_codes = self.payment_codes.iter().map(code).collect::<Result<_, _>>()?;
        Ok(Self { payment_codes, ..self })
    }

    /// The branch's time zone.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_branch_starts_with_usable_settings() {
        assert!(Settings::default().checked().is_ok());
    }

    #[test]
    fn settings_of_before_there_was_a_tip_propose_a_tenth_and_are_written_as_they_were() {
        let text = r#"{"name":"La Esquina","code":"ESQ","timezone":"America/Bogota","day_starts_at":"04:00:00"}"#;
        let settings: Settings = serde_json::from_str(text).unwrap();
        assert_eq!((settings.tip_permille, settings.cash_rounding), (100, 0));
        assert_eq!(serde_json::to_string(&settings).unwrap(), text);
    }

    #[test]
    fn what_the_law_or_a_purse_does_not_take_is_refused() {
        let code = |method| BTreeMap::from([(method, "000201".to_owned())]);
        for (settings, is_refused) in [
            (Settings { tip_permille: 101, ..Settings::default() }, true),
            (Settings { tip_permille: 0, ..Settings::default() }, false),
            (Settings { cash_rounding: -1, ..Settings::default() }, true),
            (Settings { cash_rounding: 5000, ..Settings::default() }, false),
            (Settings { payment_codes: code(PaymentMethod::Cash), ..Settings::default() }, true),
            (Settings { payment_codes: code(PaymentMethod::Nequi), ..Settings::default() }, true),
        ] {
            assert_eq!(settings.clone().checked().is_err(), is_refused, "{settings:?}");
        }
    }

    #[test]
    fn what_cannot_head_a_number_is_no_code() {
        for code in ["", "E", "esq", "ESQUINA", "ES-1", "ÑAÑ"] {
            let settings = Settings { code: code.to_owned(), ..Settings::default() };
            assert_eq!(settings.checked(), Err(SettingsError::Code(code.to_owned())));
        }
    }
}
