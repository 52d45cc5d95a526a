//! Changing the branch's settings.

use comanda_shared::branch::{Author, Settings, SettingsError};
use comanda_shared::staff::Actor;
use serde::{Deserialize, Serialize};

use crate::journal::directives::Document;
use crate::journal::{CommandError, Journal, Request};

/// The settings to change; what is absent stays.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewSettings {
    /// The name people know the branch by.
    pub name: Option<String>,
    /// The head of every consecutive number.
    pub code: Option<String>,
    /// IANA time zone.
    pub timezone: Option<String>,
    /// The hour at which a day of business begins.
    pub day_starts_at: Option<jiff::civil::Time>,
}

/// Takes the changed settings into use, as a new version.
///
/// # Errors
/// [`CommandError`]; then nothing has changed.
pub fn change(journal: &Journal, new: NewSettings) -> Result<Settings, CommandError<SettingsError>> {
    let now = journal.configuration().settings.clone();
    let settings = Settings {
        name: new.name.unwrap_or_else(|| now.name.clone()),
        code: new.code.unwrap_or_else(|| now.code.clone()),
        timezone: new.timezone.unwrap_or_else(|| now.timezone.clone()),
        day_starts_at: new.day_starts_at.unwrap_or(now.day_starts_at),
    };
    let settings = settings.checked().map_err(CommandError::Refused)?;
    let taken = settings.clone();
    let request = Request::once(journal.environment(), Actor::Operator);
    let body = serde_json::to_string(&settings).expect("settings are plain data, which JSON can always hold");
    let document = Document::new(body);
    journal
        .command_blocking(request, move |step| Ok(step.take_settings_into_use(taken, &document, Author::Local)?))?;
    Ok(settings)
}
