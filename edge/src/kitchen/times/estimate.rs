//! When the kitchen should be done with lines that are not fired yet: the slowest of their stations, each behind what it has to
//! make already, as fast as it has been lately ([`comanda_shared::kitchen::Pace`]).

use std::collections::BTreeMap;

use comanda_shared::ids::StationId;
use comanda_shared::kitchen::Pace;
use comanda_shared::order::Line;
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::queries;

/// A card that nobody has touched for so long was forgotten.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// How far back a station is looked at.
const LATELY: SignedDuration = SignedDuration::from_mins(90);

/// What lines ask of the stations: of each, how many lines, and seconds of the slowest.
pub type Asked = BTreeMap<StationId, (u32, u32)>;

/// What these lines ask of the stations.
pub fn asked_of_stations<'l>(lines: impl IntoIterator<Item = &'l Line>) -> Asked {
    let mut asked = Asked::new();
    for line in lines {
        for &station in &line.stations {
            let (lines, slowest) = asked.entry(station).or_default();
            *lines += 1;
            *slowest = line.seconds_to_make().max(*slowest);
        }
    }
    asked
}

/// Seconds until all of it should be made, were it fired now; 0 of what nobody makes.
///
/// # Errors
/// When SQLite cannot read.
pub fn seconds(connection: &Connection, asked: &Asked, now: Timestamp) -> rusqlite::Result<u64> {
    let lately = now.checked_sub(LATELY).unwrap_or(Timestamp::MIN);
    let to_make = queries::to_make(connection, not_forgotten_since(now))?;
    let mut longest = 0.0_f64;
    for (station, (lines, slowest)) in asked {
        let pace = Pace::of(&queries::made_lately(connection, *station, lately)?);
        let in_front = to_make.get(station).copied().unwrap_or_default() + lines.saturating_sub(1);
        longest = longest.max(pace.seconds(in_front, *slowest));
    }
    Ok(whole_seconds(longest))
}

/// Cards that came before this were forgotten.
pub fn not_forgotten_since(now: Timestamp) -> Timestamp {
    now.checked_sub(FORGOTTEN_AFTER).unwrap_or(Timestamp::MIN)
}

/// Beyond a day it says nothing any more.
fn whole_seconds(seconds: f64) -> u64 {
    const DAY: f64 = 86_400.0;
    let whole = SignedDuration::try_from_secs_f64(seconds.clamp(0.0, DAY).round()).unwrap_or(SignedDuration::ZERO);
    whole.as_secs().unsigned_abs()
}
