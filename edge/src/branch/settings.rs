//! Changing the branch's settings.

use std::collections::BTreeMap;

use comanda_shared::branch::{Author, Fiscal, FiscalError, OpeningHours, Settings, SettingsError};
use comanda_shared::order::PaymentMethod;
use comanda_shared::staff::Actor;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::problem::{Code, Problem};
use crate::journal::directives::Document;
use crate::journal::{CommandError, Journal, Request};

/// The settings to change; what is absent stays.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSettings {
    /// The name people know the branch by.
    pub name: Option<String>,
    /// The head of every consecutive number.
    pub code: Option<String>,
    /// IANA time zone.
    pub timezone: Option<String>,
    /// The hour at which a day of business begins.
    #[schema(value_type = Option<String>, example = "04:00:00")]
    pub day_starts_at: Option<jiff::civil::Time>,
    /// What is proposed as a tip, of a thousand; at most 100.
    pub tip_permille: Option<u16>,
    /// To what the sum of a payment in cash is rounded, minor units; 0 for not at all.
    pub cash_rounding: Option<i64>,
    /// What a guest's telephone reads to pay, by way of paying: the text of a static EMVCo code. An empty text takes it away.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub payment_codes: BTreeMap<PaymentMethod, String>,
    /// The numbers the tax office lets the branch give: all ranges, in the order in which they are used up.
    pub fiscal: Option<Fiscal>,
    /// When the branch takes orders from outside: all seven days, and the dates that are other than theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<OpeningHours>,
    /// Whether the tiles of tills show what products look like.
    pub shows_pictures: Option<bool>,
}

impl NewSettings {
    /// The settings as they are with this.
    fn over(self, now: Settings) -> Settings {
        let mut payment_codes = now.payment_codes;
        payment_codes.extend(self.payment_codes);
        payment_codes.retain(|_, text| !text.trim().is_empty());
        Settings {
            name: self.name.unwrap_or(now.name),
            code: self.code.unwrap_or(now.code),
            timezone: self.timezone.unwrap_or(now.timezone),
            day_starts_at: self.day_starts_at.unwrap_or(now.day_starts_at),
            tip_permille: self.tip_permille.unwrap_or(now.tip_permille),
            cash_rounding: self.cash_rounding.unwrap_or(now.cash_rounding),
            payment_codes,
            fiscal: self.fiscal.unwrap_or(now.fiscal),
            hours: self.hours.or(now.hours),
            shows_pictures: self.shows_pictures.unwrap_or(now.shows_pictures),
        }
    }
}

/// Takes the changed settings into use, as a new version.
///
/// # Errors
/// [`CommandError`]; then nothing has changed.
pub fn change(journal: &Journal, actor: Actor, new: NewSettings) -> Result<Settings, CommandError<SettingsError>> {
    let now = Settings::clone(&journal.configuration().settings);
    let settings = new.over(now).checked().map_err(CommandError::Refused)?;
    let taken = settings.clone();
    let request = Request::once(journal.environment(), actor);
    let body = serde_json::to_string(&settings).expect("settings are plain data, which JSON can always hold");
    let document = Document::new(body);
    journal
        .command_blocking(request, move |step| Ok(step.take_settings_into_use(taken, &document, Author::Local)?))?;
    Ok(settings)
}

impl From<SettingsError> for Problem {
    fn from(error: SettingsError) -> Self {
        let (code, field) = match &error {
            SettingsError::Code(_) => (Code::FieldInvalid, "code".to_owned()),
            SettingsError::Name => (Code::FieldInvalid, "name".to_owned()),
            SettingsError::Timezone(_) => (Code::FieldInvalid, "timezone".to_owned()),
            SettingsError::Tip => (Code::FieldInvalid, "tip_permille".to_owned()),
            SettingsError::Fiscal(FiscalError::TooMany) => (Code::FieldInvalid, "fiscal.ranges".to_owned()),
            SettingsError::Fiscal(FiscalError::Range { index, .. }) => {
                (Code::FieldInvalid, format!("fiscal.ranges[{index}]"))
            }
            SettingsError::Hours(_) => (Code::FieldInvalid, "hours".to_owned()),
            SettingsError::CashRounding => (Code::FieldInvalid, "cash_rounding".to_owned()),
            SettingsError::PaymentCode { method, .. } | SettingsError::PaymentCodeFor(method) => {
                (Code::PaymentCodeInvalid, format!("payment_codes.{}", method.as_str()))
            }
        };
        Self::from(code).at(field, error)
    }
}
