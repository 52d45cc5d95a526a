//! Checking a PIN: one at a time, off the runtime, with the lock-out before it and the count after it.

use comanda_shared::ids::StaffId;
use comanda_shared::staff::Actor;
use jiff::Timestamp;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::secrets::{self, KeptPin, Pepper};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;

/// A text that no error repeats: serde's own says what it found instead.
///
/// # Errors
/// When it is no text.
pub fn unrepeated<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    String::deserialize(from).map_err(|_| D::Error::custom("a text of digits is meant"))
}

/// That it is this person's PIN.
///
/// # Errors
/// `pin.wrong`, and `pin.locked` after too many; or that the branch's file cannot be read or written.
pub async fn check(branch: &Branch, staff: StaffId, pin: String) -> Result<(), Problem> {
    let branch = branch.clone();
    let work = tokio::task::spawn_blocking(move || check_blocking(&branch, staff, &pin));
    work.await.map_err(|_| Problem::from(Code::Internal))?
}

/// One PIN at a time: guesses sent at once do not pass the lock-out together, and Argon2's memory is needed once.
fn check_blocking(branch: &Branch, staff: StaffId, pin: &str) -> Result<(), Problem> {
    let _one_at_a_time = branch.pin_door.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let journal = &branch.journal;
    let kept = journal.readers().read_blocking(move |connection| secrets::kept_pin(connection, staff))?;
    let Some(KeptPin { verifier, failures, locked_until }) = kept else { return Err(Code::PinWrong.into()) };
    let now = journal.environment().clock.now();
    if now < locked_until {
        return Err(locked(now, locked_until));
    }
    let is_right = if secrets::is_companys(&verifier) {
        let key = Pepper::of_company(&branch.folder.company_key()).map_err(|error| {
            tracing::error!(%error, "the key of the company's PINs cannot be read");
            Problem::from(Code::StorageFailed)
        })?;
        key.is_some_and(|key| key.verifies(pin, &verifier))
    } else {
        branch.pepper.verifies(pin, &verifier)
    };
    if !is_right {
        let until = journal.operate_blocking(Actor::Branch, move |step| {
            secrets::count_failure(step.connection(), staff, failures, now)
        })?;
        tracing::warn!(staff.id = %staff, failures = failures + 1, "a wrong PIN");
        return Err(if now < until { locked(now, until) } else { Code::PinWrong.into() });
    }
    if failures > 0 {
        journal.operate_blocking(Actor::Branch, move |step| secrets::forgive(step.connection(), staff))?;
    }
    Ok(())
}

fn locked(now: Timestamp, until: Timestamp) -> Problem {
    let seconds = u32::try_from(until.duration_since(now).as_secs() + 1).unwrap_or(1);
    Problem { retry_after: Some(seconds), ..Code::PinLocked.into() }
}
