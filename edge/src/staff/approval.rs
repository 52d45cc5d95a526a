//! A manager's approval of one exception: their PIN stands in the command itself, so that the cashier stays logged in and
//! nothing but this one command is approved.

use comanda_shared::ids::StaffId;
use comanda_shared::staff::{Approver, Permission, Staff};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Caller;
use super::pins::{self, unrepeated};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::journal::aggregates::Aggregate;

/// Somebody's approval.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Who approves.
    staff: StaffId,
    /// Their PIN.
    #[schema(pattern = "^[0-9]{4,8}$", example = "2580")]
    #[serde(deserialize_with = "unrepeated")]
    pin: String,
}

/// Who approves, where whoever asks may not act alone; an approval that nobody needs is not looked at.
///
/// # Errors
/// `approval.required` without one, `approval.refused` for a wrong PIN or somebody who may not either, `pin.locked` or
/// `device.locked` after too many.
pub async fn of(
    branch: &Branch,
    caller: &Caller,
    permission: Permission,
    approval: Option<Approval>,
) -> Result<Option<Approver>, Problem> {
    if caller.may(permission) {
        return Ok(None);
    }
    let Some(Approval { staff, pin }) = approval else {
        return Err(Problem { permission: Some(permission), ..Code::ApprovalRequired.into() });
    };
    pins::check(branch, staff, pin, caller.place).await.map_err(|problem| match problem.code {
        Code::PinWrong => Problem { permission: Some(permission), ..Code::ApprovalRefused.into() },
        _ => problem,
    })?;
    let found = branch.journal.readers().read(move |connection| Staff::load(connection, staff.uuid())).await?;
    let roles = &branch.journal.configuration().roles;
    let approver = found.filter(|found| found.is_active);
    let approver = approver.map(|found| Approver { staff, role: roles.resolved(found.role) });
    let approver = approver.filter(|approver| approver.role.allows(permission));
    let refused = || Problem { permission: Some(permission), ..Code::ApprovalRefused.into() };
    approver.map(Some).ok_or_else(refused)
}
