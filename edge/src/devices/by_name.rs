//! Screens as whoever holds the box handles them: by the names people use, on the command line.

use comanda_shared::device::{Device, Purpose};
use comanda_shared::ids::StationId;
use comanda_shared::staff::Actor;
use comanda_shared::time::LocalInstant;
use serde::{Deserialize, Serialize};

use super::feature::{self, Plan};
use super::store;
use crate::cli::control::Answer;
use crate::journal::{Journal, Request};

/// What a screen opens, as it is typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum ScreenName {
    /// Takes orders and charges.
    Till,
    /// Shows what is to be made.
    Kitchen,
    /// Shows guests which orders are ready.
    Board,
    /// Brings whole orders together.
    Expo,
    /// The manager's pages.
    Manager,
}

impl ScreenName {
    fn with(self, stations: Vec<StationId>) -> Purpose {
        match self {
            Self::Till => Purpose::Till,
            Self::Kitchen => Purpose::Kitchen { stations },
            Self::Board => Purpose::Board,
            Self::Expo => Purpose::Expo,
            Self::Manager => Purpose::Manager,
        }
    }
}

/// Makes a code that lets a screen in.
///
/// # Errors
/// When it is refused; then there is none.
pub fn code(journal: &Journal, name: String, screen: ScreenName, stations: &[String]) -> anyhow::Result<Answer> {
    let configuration = journal.configuration();
    let station = |key: &String| {
        let found = configuration.catalog.as_deref().and_then(|catalog| catalog.station_by_key(key));
        found.map(|station| station.id).ok_or_else(|| anyhow::anyhow!("the catalog has no station «{key}»"))
    };
    let stations = stations.iter().map(station).collect::<anyhow::Result<Vec<_>>>()?;
    let request = Request::once(journal.environment(), Actor::Operator);
    let offer = feature::offer(journal, request, Plan { name, purpose: screen.with(stations) })?;
    let (code, until) = (offer.code.digits(), LocalInstant::at(offer.until, &configuration.zone));
    let until = serde_json::to_value(until)?;
    let text = format!("{code}\nopen the branch's address on the screen and type this, within ten minutes");
    Ok(Answer::good(text, serde_json::json!({"code": code, "until": until})))
}

/// Shows the screens that are let in.
///
/// # Errors
/// When the file cannot be read.
pub fn list(journal: &Journal) -> anyhow::Result<Answer> {
    let devices = journal.readers().read_blocking(store::in_use)?;
    let line = |device: &Device| format!("{}\t{}\t{}", device.name, device.purpose.page(), device.id);
    let lines: Vec<String> = devices.iter().map(line).collect();
    let text = if lines.is_empty() { "no screen is paired".to_owned() } else { lines.join("\n") };
    Ok(Answer::good(text, serde_json::json!({"items": devices})))
}

/// Puts the screen of this name out.
///
/// # Errors
/// When there is none; then nothing has happened.
pub fn revoke(journal: &Journal, name: &str) -> anyhow::Result<Answer> {
    let request = Request::once(journal.environment(), Actor::Operator);
    let named = name.to_owned();
    let id = journal.command_blocking(request, move |step| feature::revoke_named(step, &named))?;
    Ok(Answer::good(format!("{name} is put out"), serde_json::json!({"id": id})))
}
