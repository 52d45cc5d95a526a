//! Who works here, from a manager's screen: taken on, changed, let go; their PINs and their sessions.

use comanda_shared::ids::{NewIds, StaffId};
use comanda_shared::personal::Personal;
use comanda_shared::staff::{Actor, PinChanged, Role, Staff, StaffAdded, StaffChanged, StaffPersonal};

use super::secrets::{self, Pin};
use super::setup::{StaffRefusal, checked_name};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::journal::aggregates::Aggregate;
use crate::journal::{Failure, Outcome, Request, Step};

/// Why something cannot be done to somebody who works here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManageRefusal {
    /// There is no such person.
    #[error("nobody here has this id")]
    Unknown,
    /// The last owner or admin would be gone, and nobody could let anybody in again.
    #[error("somebody has to run the branch: this is the last owner or admin")]
    LastManager,
}

impl From<ManageRefusal> for Problem {
    fn from(refusal: ManageRefusal) -> Self {
        let code = match refusal {
            ManageRefusal::Unknown => Code::NotFound,
            ManageRefusal::LastManager => Code::LastManager,
        };
        Self::from(code).detail(refusal)
    }
}

/// Somebody works here from now on, with this PIN. A repeat keeps the same person; the PIN is set after them, so that one
/// who was taken on in a power cut is given theirs by the repeat.
///
/// # Errors
/// The refusal; then nothing has happened.
pub async fn take_on(branch: &Branch, request: Request, name: &str, role: Role, pin: Pin) -> Result<Staff, Problem> {
    let name =
        checked_name(name).map_err(|refusal: StaffRefusal| Problem::from(Code::FieldInvalid).at("name", refusal))?;
    let work = move |step: &mut Step<'_>| {
        let staff = StaffId::from_uuid(step.ids().next_id());
        step.record(StaffAdded { staff, role, personal: Personal::Known(StaffPersonal { name }) })?;
        Ok(staff)
    };
    let again = |_: &mut Step<'_>, subject| Ok(StaffId::from_uuid(subject));
    let outcome: Outcome<StaffId> = branch
        .journal
        .command(request, work, again)
        .await
        .map_err(|error: crate::journal::CommandError<ManageRefusal>| Problem::from(error))?;
    let staff = outcome.into_inner();
    keep_pin(branch, staff, pin).await?;
    read(branch, staff).await
}

/// How somebody is from now on; what is absent stays.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Change {
    /// What they are called.
    pub name: Option<String>,
    /// What they are.
    pub role: Option<Role>,
    /// Whether they still work here.
    pub is_active: Option<bool>,
}

/// Changes somebody who works here; who is let go is logged out everywhere at once.
///
/// # Errors
/// The refusal; then nothing has happened.
pub async fn change(branch: &Branch, request: Request, staff: StaffId, change: Change) -> Result<Staff, Problem> {
    let name = change.name.map(|name| checked_name(&name)).transpose();
    let name = name.map_err(|refusal| Problem::from(Code::FieldInvalid).at("name", refusal))?;
    let work = move |step: &mut Step<'_>| {
        let now = Staff::load(step.connection(), staff.uuid())?.ok_or(Failure::Refused(ManageRefusal::Unknown))?;
        let role = change.role.unwrap_or(now.role);
        let is_active = change.is_active.unwrap_or(now.is_active);
        if now.runs_the_branch() && !(is_active && role.runs_the_branch()) && !has_another_manager(step, staff)? {
            return Err(Failure::Refused(ManageRefusal::LastManager));
        }
        let name = name.unwrap_or_else(|| now.name().to_owned());
        step.record(StaffChanged { staff, role, is_active, personal: Personal::Known(StaffPersonal { name }) })?;
        Ok(())
    };
    branch.journal.command(request, work, |_, _| Ok(())).await?;
    branch.access.forget();
    read(branch, staff).await
}

fn has_another_manager(step: &Step<'_>, staff: StaffId) -> rusqlite::Result<bool> {
    let everybody = super::store::everybody(step.connection())?;
    Ok(everybody.iter().any(|other| other.id != staff && other.runs_the_branch()))
}

/// Gives somebody another PIN; wrong ones before it are forgiven.
///
/// # Errors
/// The refusal; then nothing has happened.
pub async fn change_pin(branch: &Branch, request: Request, staff: StaffId, pin: Pin) -> Result<(), Problem> {
    let work = move |step: &mut Step<'_>| {
        Staff::load(step.connection(), staff.uuid())?.ok_or(Failure::Refused(ManageRefusal::Unknown))?;
        step.record(PinChanged { staff })?;
        Ok(())
    };
    branch.journal.command(request, work, |_, _| Ok(())).await?;
    keep_pin(branch, staff, pin).await
}

/// Hashing takes tens of milliseconds: not on the runtime, and not in the writer.
async fn keep_pin(branch: &Branch, staff: StaffId, pin: Pin) -> Result<(), Problem> {
    let (pepper, journal) = (branch.pepper.clone(), branch.journal.clone());
    let work = move || {
        let verifier = pepper.verifier(&pin, journal.environment());
        journal.operate_blocking(Actor::Branch, move |step| secrets::keep_pin(step.connection(), staff, &verifier))
    };
    Ok(branch.pin_door.pass(work).await??)
}

async fn read(branch: &Branch, staff: StaffId) -> Result<Staff, Problem> {
    let found = branch.journal.readers().read(move |connection| Staff::load(connection, staff.uuid())).await?;
    found.ok_or_else(|| Code::NotFound.into())
}
