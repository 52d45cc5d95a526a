//! Letting screens in and putting them out.

use comanda_shared::device::{Device, DeviceChanged, DevicePaired, DeviceRevoked, DeviceUnlocked, Purpose};
use comanda_shared::ids::{DeviceId, NewIds};
use comanda_shared::staff::Actor;
use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::codes::{self, Code, GOOD_FOR, Invitation, Known};
use super::{secrets, store};
use crate::journal::{CommandError, Failure, Journal, Request, Step};
use crate::staff::lock_out::Place;
use crate::staff::secrets::Secret;
use crate::staff::setup::checked_name;

/// What a screen is to be called and to open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DevicePlan)]
pub struct Plan {
    /// What people call it: «Caja 1».
    #[schema(max_length = 60, example = "Caja 1")]
    pub name: String,
    /// What it opens.
    pub purpose: Purpose,
}

/// Why a screen is not let in, or not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeviceRefusal {
    /// The name is empty, too long or has control characters.
    #[error("a screen's name has 1 to 60 printable characters")]
    Name,
    /// Another screen in use is called so.
    #[error("there is a screen called «{0}» already")]
    NameTaken(String),
    /// The catalog has no such station.
    #[error("the catalog has no such station")]
    StationUnknown,
    /// There is no such screen, or no longer.
    #[error("no such screen is paired")]
    Unknown,
    /// Nobody gave this code out, or it was used.
    #[error("nobody gave this code out, or it was used already")]
    CodeWrong,
    /// The code is over.
    #[error("the code is over: a new one is needed")]
    CodeExpired,
}

/// A code that was given out.
pub struct Offer {
    /// The code.
    pub code: Code,
    /// Until when it is good.
    pub until: Timestamp,
}

/// Makes a code that lets one screen in, once and for ten minutes.
///
/// # Errors
/// [`CommandError`]; then there is no code.
pub fn offer(journal: &Journal, request: Request, plan: Plan) -> Result<Offer, CommandError<DeviceRefusal>> {
    let (made_by, code) = (request.actor, Code::new(journal.environment()));
    let now = journal.environment().clock.now();
    let until = now + GOOD_FOR;
    let kept = code.clone();
    journal.command_blocking(request, move |step| {
        let plan = checked(step, plan, None)?;
        codes::keep(step.connection(), &kept, &plan, made_by, now, until)?;
        Ok(())
    })?;
    Ok(Offer { code, until })
}

/// What a code stands for.
///
/// # Errors
/// That it is no code, or over.
pub fn invitation(
    connection: &Connection,
    code: &Code,
    now: Timestamp,
) -> rusqlite::Result<Result<Invitation, DeviceRefusal>> {
    Ok(match codes::known(connection, code, now)? {
        Some(Known::Good(invitation)) => Ok(invitation),
        Some(Known::Expired) => Err(DeviceRefusal::CodeExpired),
        None => Err(DeviceRefusal::CodeWrong),
    })
}

/// Lets a screen in with its code; what it was before, if anything, is out with that. Answers it with its secret.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub fn pair(
    journal: &Journal,
    code: Code,
    invitation: Invitation,
    was: Option<DeviceId>,
) -> Result<(Device, String), CommandError<DeviceRefusal>> {
    let Invitation { plan, made_by } = invitation;
    let Secret { text, hash } = Secret::new("dev_", journal.environment());
    let device = journal.command_blocking(Request::once(journal.environment(), made_by), move |step| {
        // Of two tablets that type it at once, the second finds it used.
        if !codes::use_up(step.connection(), &code)? {
            return Err(Failure::Refused(DeviceRefusal::CodeWrong));
        }
        let Plan { name, purpose } = checked(step, plan, was)?;
        if let Some(was) = was {
            put_out(step, was)?;
        }
        let device = Device { id: DeviceId::from_uuid(step.ids().next_id()), name, purpose, is_revoked: false };
        secrets::keep(step.connection(), device.id, &hash)?;
        step.record(DevicePaired { device: device.clone() })?;
        Ok(device)
    })?;
    Ok((device, text))
}

/// Counts a wrong code against every code that is good.
///
/// # Errors
/// [`CommandError`]; then it is not counted.
pub fn count_wrong_code(journal: &Journal) -> Result<(), CommandError<std::convert::Infallible>> {
    let now = journal.environment().clock.now();
    journal.operate_blocking(Actor::Branch, move |step| codes::count_failure(step.connection(), now))
}

/// A screen is called otherwise, or opens something else the next time it starts.
///
/// # Errors
/// The refusal; then nothing has happened.
pub fn change(step: &mut Step<'_>, device: DeviceId, plan: Plan) -> Result<(), Failure<DeviceRefusal>> {
    in_use(step, device)?;
    let Plan { name, purpose } = checked(step, plan, Some(device))?;
    step.record(DeviceChanged { device: Device { id: device, name, purpose, is_revoked: false } })?;
    Ok(())
}

/// Puts a screen out: its secret opens nothing any more, and whoever works at it is logged out.
///
/// # Errors
/// The refusal; then nothing has happened.
pub fn revoke(step: &mut Step<'_>, device: DeviceId) -> Result<(), Failure<DeviceRefusal>> {
    in_use(step, device)?;
    put_out(step, device)
}

/// Unlocks a screen at which too many wrong PINs were typed; one that is not locked stays as it is.
///
/// # Errors
/// The refusal; then nothing has happened.
pub fn unlock(step: &mut Step<'_>, device: DeviceId, now: Timestamp) -> Result<(), Failure<DeviceRefusal>> {
    in_use(step, device)?;
    let place = Place::Screen(device);
    let was_locked = now < place.tally(step.connection())?.locked_until;
    place.forgive(step.connection())?;
    if was_locked {
        step.record(DeviceUnlocked { device })?;
    }
    Ok(())
}

/// The screen of this name that is in use.
///
/// # Errors
/// The refusal; then nothing has happened.
pub fn revoke_named(step: &mut Step<'_>, name: &str) -> Result<DeviceId, Failure<DeviceRefusal>> {
    let devices = store::in_use(step.connection())?;
    let named = devices.into_iter().find(|device| device.name == name);
    let device = named.ok_or(Failure::Refused(DeviceRefusal::Unknown))?;
    put_out(step, device.id)?;
    Ok(device.id)
}

fn put_out(step: &mut Step<'_>, device: DeviceId) -> Result<(), Failure<DeviceRefusal>> {
    secrets::forget(step.connection(), device)?;
    Ok(step.record(DeviceRevoked { device })?)
}

fn in_use(step: &mut Step<'_>, device: DeviceId) -> Result<(), Failure<DeviceRefusal>> {
    let is_in_use = step.device(device)?.is_some_and(|device| !device.is_revoked);
    if is_in_use { Ok(()) } else { Err(Failure::Refused(DeviceRefusal::Unknown)) }
}

/// The plan as it is kept: its name is nobody else's, its stations are there.
fn checked(step: &Step<'_>, plan: Plan, of: Option<DeviceId>) -> Result<Plan, Failure<DeviceRefusal>> {
    let Plan { name, purpose } = plan;
    let name = checked_name(&name).map_err(|_| Failure::Refused(DeviceRefusal::Name))?;
    let others = store::in_use(step.connection())?;
    if others.iter().any(|other| Some(other.id) != of && other.name == name) {
        return Err(Failure::Refused(DeviceRefusal::NameTaken(name)));
    }
    if let Purpose::Kitchen { stations } = &purpose {
        let configuration = step.configuration();
        let is_there = |station| configuration.catalog.as_deref().is_some_and(|menu| menu.station(station).is_some());
        if !stations.iter().all(is_there) {
            return Err(Failure::Refused(DeviceRefusal::StationUnknown));
        }
    }
    Ok(Plan { name, purpose })
}
