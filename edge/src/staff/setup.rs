//! Adding staff and scripts, from the command line today.

use comanda_shared::ids::{NewIds, StaffId, TokenId};
use comanda_shared::personal::Personal;
use comanda_shared::staff::{Actor, Role, StaffAdded, StaffPersonal, TokenCreated};

use super::secrets::{self, Pepper, Pin, Secret};
use crate::journal::{CommandError, Journal, Request};

/// Why somebody could not be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StaffRefusal {
    /// The name is empty, too long or has control characters.
    #[error("a name has 1 to 60 printable characters")]
    Name,
    /// It is no role that every branch has, and none of the company's own.
    #[error("there is no such role")]
    Role,
}

/// Somebody works here from now on, with this PIN.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub fn add_staff(
    journal: &Journal,
    pepper: &Pepper,
    name: &str,
    role: Role,
    pin: &Pin,
) -> Result<StaffId, CommandError<StaffRefusal>> {
    let name = checked_name(name).map_err(CommandError::Refused)?;
    check_role(journal, role)?;
    let verifier = pepper.verifier(pin, journal.environment());
    let request = Request::once(journal.environment(), Actor::Operator);
    journal.command_blocking(request, move |step| {
        let staff = StaffId::from_uuid(step.ids().next_id());
        step.record(StaffAdded { staff, role, personal: Personal::Known(StaffPersonal { name }) })?;
        secrets::keep_pin(step.connection(), staff, &verifier)?;
        Ok(staff)
    })
}

/// A script has a credential from now on; the bearer token is shown this once.
///
/// # Errors
/// [`CommandError`]; then nothing has happened.
pub fn create_token(
    journal: &Journal,
    name: &str,
    role: Role,
) -> Result<(TokenId, String), CommandError<StaffRefusal>> {
    let name = checked_name(name).map_err(CommandError::Refused)?;
    check_role(journal, role)?;
    let Secret { text, hash } = Secret::new("cmd_", journal.environment());
    let request = Request::once(journal.environment(), Actor::Operator);
    let token = journal.command_blocking(request, move |step| {
        let token = TokenId::from_uuid(step.ids().next_id());
        step.record(TokenCreated { token, name, role })?;
        secrets::keep_token(step.connection(), token, &hash)?;
        Ok(token)
    })?;
    Ok((token, text))
}

fn check_role(journal: &Journal, role: Role) -> Result<(), CommandError<StaffRefusal>> {
    let is_one = journal.configuration().roles.knows(role);
    if is_one { Ok(()) } else { Err(CommandError::Refused(StaffRefusal::Role)) }
}

/// A name as it is kept.
///
/// # Errors
/// When it is empty, too long or has control characters.
pub fn checked_name(name: &str) -> Result<String, StaffRefusal> {
    let name = name.trim();
    let fits = (1..=60).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err(StaffRefusal::Name) }
}
