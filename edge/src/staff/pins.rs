//! Checking a PIN: the lock-outs before it, one at a time, and the count after it.
//!
//! A screen that was locked still hears those who may unlock it: a manager who comes to the till in a rush types their own PIN,
//! and it is open again for everybody. Their PIN is no easier to guess for that: what counts against the person goes on. Whoever
//! has a long PIN is never kept waiting for long, so that nobody who plays with the keys keeps the last till closed
//! (`docs/decisions/0010`).

use std::convert::Infallible;
use std::sync::Arc;

use comanda_shared::device::{DeviceLockedOut, DeviceUnlocked};
use comanda_shared::ids::StaffId;
use comanda_shared::staff::{Actor, Permission, Roles, Staff, StaffLockedOut};
use jiff::Timestamp;
use rusqlite::Connection;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::lock_out::{Patience, Place, Tally};
use super::secrets::{self, KeptPin, Pepper};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::journal::aggregates::Aggregate;
use crate::journal::{Failure, Request, Step};

/// A text that no error repeats: serde's own says what it found instead.
///
/// # Errors
/// When it is no text.
pub fn unrepeated<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    String::deserialize(from).map_err(|_| D::Error::custom("a text of digits is meant"))
}

/// That it is this person's PIN, typed there.
///
/// # Errors
/// `pin.wrong`; `pin.locked` and `device.locked` after too many; `busy`; or that the branch's file cannot be read or written.
pub async fn check(branch: &Branch, staff: StaffId, pin: String, place: Place) -> Result<(), Problem> {
    // Whoever is locked out is told so without waiting for a turn, and takes nobody's.
    let roles = Arc::clone(&branch.journal.configuration().roles);
    let before = branch.journal.readers().read(move |connection| Before::of(connection, staff, place, &roles)).await?;
    before.ok_or(Code::PinWrong)?.let_in(branch.journal.environment().clock.now())?;
    let inside = branch.clone();
    branch.pin_door.pass(move || check_in_turn(&inside, staff, &pin, place)).await?
}

/// What is known before a PIN is looked at.
struct Before {
    kept: KeptPin,
    of_place: Tally,
    /// Whether it is somebody who may unlock screens.
    may_unlock: bool,
}

impl Before {
    /// None of somebody who has no PIN.
    fn of(connection: &Connection, staff: StaffId, place: Place, roles: &Roles) -> rusqlite::Result<Option<Self>> {
        let Some(kept) = secrets::kept_pin(connection, staff)? else { return Ok(None) };
        let person = Staff::load(connection, staff.uuid())?.filter(|person| person.is_active);
        let may_unlock = person.is_some_and(|person| roles.resolved(person.role).allows(Permission::DevicesManage));
        Ok(Some(Self { kept, of_place: place.tally(connection)?, may_unlock }))
    }

    fn let_in(&self, now: Timestamp) -> Result<(), Problem> {
        self.judge(now, self.kept.locked_until, self.of_place.locked_until)
    }

    fn judge(&self, now: Timestamp, person_until: Timestamp, place_until: Timestamp) -> Result<(), Problem> {
        if now < person_until {
            return Err(locked(Code::PinLocked, now, person_until));
        }
        if now < place_until && !self.may_unlock {
            return Err(locked(Code::DeviceLocked, now, place_until));
        }
        Ok(())
    }
}

fn check_in_turn(branch: &Branch, staff: StaffId, pin: &str, place: Place) -> Result<(), Problem> {
    let journal = &branch.journal;
    let roles = Arc::clone(&journal.configuration().roles);
    let before = journal.readers().read_blocking(move |connection| Before::of(connection, staff, place, &roles))?;
    let before = before.ok_or(Code::PinWrong)?;
    let now = journal.environment().clock.now();
    before.let_in(now)?;
    if is_right(branch, pin, &before.kept.verifier)? {
        return forgive(branch, staff, place, &before, u8::try_from(pin.len()).ok(), now);
    }
    let (of_person, of_place) = (before.kept.failures, before.of_place.failures);
    let (person_until, place_until) = count(branch, staff, place, &before, now)?;
    let screen = place.screen().map(tracing::field::display);
    tracing::warn!(staff.id = %staff, failures = of_person + 1, device.id = screen, there = of_place + 1, "a wrong PIN");
    before.judge(now, person_until, place_until)?;
    Err(Code::PinWrong.into())
}

fn is_right(branch: &Branch, pin: &str, verifier: &str) -> Result<bool, Problem> {
    if !secrets::is_companys(verifier) {
        return Ok(branch.pepper.verifies(pin, verifier));
    }
    let key = Pepper::of_company(&branch.folder.company_key()).map_err(|error| {
        tracing::error!(%error, "the key of the company's PINs cannot be read");
        Problem::from(Code::StorageFailed)
    })?;
    Ok(key.is_some_and(|key| key.verifies(pin, verifier)))
}

/// Counts a wrong PIN against person and place, and answers until when each is locked; a lock-out is one for the audit.
fn count(
    branch: &Branch,
    staff: StaffId,
    place: Place,
    before: &Before,
    now: Timestamp,
) -> Result<(Timestamp, Timestamp), Problem> {
    let (of_person, of_place) = (before.kept.failures, before.of_place.failures);
    let patience = Patience::with_pin(before.kept.digits);
    let work = move |step: &mut Step<'_>| -> Result<_, Failure<Infallible>> {
        let person_until = secrets::count_failure(step.connection(), staff, of_person, patience, now)?;
        let place_until = place.count_failure(step.connection(), now)?;
        if now < person_until {
            step.record(StaffLockedOut { staff, wrong_pins: of_person.saturating_add(1) })?;
        }
        if let Some(device) = place.screen().filter(|_| now < place_until) {
            step.record(DeviceLockedOut { device, wrong_pins: of_place.saturating_add(1) })?;
        }
        Ok((person_until, place_until))
    };
    Ok(branch.journal.command_blocking(request(branch, Actor::Branch, place), work)?)
}

/// Forgets wrong PINs after the right one, and keeps how many digits that has; at a screen that was locked, that unlocks it.
fn forgive(
    branch: &Branch,
    staff: StaffId,
    place: Place,
    before: &Before,
    digits: Option<u8>,
    now: Timestamp,
) -> Result<(), Problem> {
    if before.kept.failures == 0 && before.of_place.failures == 0 && before.kept.digits == digits {
        return Ok(());
    }
    let unlocked = place.screen().filter(|_| now < before.of_place.locked_until);
    let work = move |step: &mut Step<'_>| -> Result<_, Failure<Infallible>> {
        secrets::forgive(step.connection(), staff, digits)?;
        place.forgive(step.connection())?;
        if let Some(device) = unlocked {
            step.record(DeviceUnlocked { device })?;
        }
        Ok(())
    };
    Ok(branch.journal.command_blocking(request(branch, Actor::Staff(staff), place), work)?)
}

fn request(branch: &Branch, actor: Actor, place: Place) -> Request {
    Request { device: place.screen(), ..Request::once(branch.journal.environment(), actor) }
}

fn locked(code: Code, now: Timestamp, until: Timestamp) -> Problem {
    let seconds = u32::try_from(until.duration_since(now).as_secs() + 1).unwrap_or(1);
    Problem { retry_after: Some(seconds), ..code.into() }
}
