//! The branch's settings: one immutable document a version, taken into use whole.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

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
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "Sucursal".to_owned(),
            code: "SUC".to_owned(),
            timezone: "America/Bogota".to_owned(),
            day_starts_at: jiff::civil::time(4, 0, 0, 0),
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
        Ok(self)
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
    fn what_cannot_head_a_number_is_no_code() {
        for code in ["", "E", "esq", "ESQUINA", "ES-1", "ÑAÑ"] {
            let settings = Settings { code: code.to_owned(), ..Settings::default() };
            assert_eq!(settings.checked(), Err(SettingsError::Code(code.to_owned())));
        }
    }
}
