//! A company's own roles over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use comanda_shared::branch::{Author, DirectiveKind};
use comanda_shared::ids::StaffId;
use comanda_shared::staff::{Permission, Role, Roles, RolesError, Staff};
use serde::Serialize;
use utoipa::ToSchema;

use super::Caller;
use crate::http::answer;
use crate::http::extract::{Body, Version};
use crate::http::openapi::{Guarded, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::journal::aggregates::Aggregate;
use crate::journal::directives::Document;
use crate::journal::{Failure, Step};
use crate::sync::pen;

refusals! {
    /// Of roles that are to be used.
    Making: &[Code::OwnedByCloud, Code::FieldInvalid, Code::RolesVersionConflict, Code::VersionRequired];
}

/// The company's own roles in use.
#[derive(Serialize, ToSchema)]
#[schema(as = RolesInUse)]
pub struct InUse {
    /// Which they are; 0 before the first.
    version: u64,
    roles: Roles,
}

/// Why roles are not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum RolesRefusal {
    #[error(transparent)]
    Bad(#[from] RolesError),
    #[error("version {0} of the roles is in use by now")]
    Overtaken(u64),
    #[error("whoever makes a role gives nothing they do not have: {0}")]
    AboveOwn(Permission),
}

impl From<RolesRefusal> for Problem {
    fn from(refusal: RolesRefusal) -> Self {
        match refusal {
            RolesRefusal::Bad(error) => Self::from(Code::FieldInvalid).at("roles", error),
            RolesRefusal::Overtaken(_) => Self::from(Code::RolesVersionConflict).detail(refusal),
            RolesRefusal::AboveOwn(_) => Self::from(Code::RoleAboveOwn).detail(refusal),
        }
    }
}

/// Lists the company's own roles.
///
/// Needs `staff.manage`.
#[utoipa::path(get, path = "/api/v1/settings/roles", operation_id = "show_roles", tag = "staff",
    responses((status = 200, body = InUse), Guarded))]
pub async fn show(State(branch): State<Branch>) -> Response {
    let configuration = branch.journal.configuration();
    let in_use = InUse { version: configuration.roles_version, roles: (*configuration.roles).clone() };
    answer::json(StatusCode::OK, &in_use)
}

/// Says which roles the company has of its own from now on: all of them, made of the version that `If-Match` names.
///
/// Needs `roles.edit`. Nobody gives or takes a permission they do not have. Whoever has a role that is other than before may do
/// what it says at once, also on screens that are open; whoever has one that is gone may do nothing until they are given another.
#[utoipa::path(put, path = "/api/v1/settings/roles", operation_id = "change_roles", tag = "staff", params(Version),
    request_body = Roles, responses((status = 200, body = InUse), Guarded, Making))]
pub async fn change(
    State(branch): State<Branch>,
    caller: Caller,
    version: Version,
    body: Body<Roles>,
) -> Result<Response, Problem> {
    let (journal, folder) = (branch.journal.clone(), branch.folder.clone());
    let work = tokio::task::spawn_blocking(move || {
        pen::check_asked(&journal, &folder, DirectiveKind::Roles)?;
        let request = caller.once(journal.environment());
        let make = move |step: &mut Step<'_>| make(step, body.value, version.0.into(), caller.role);
        Ok::<_, Problem>(journal.command_blocking(request, make)?)
    });
    work.await.map_err(|_| Problem::from(Code::Internal))??;
    Ok(show(State(branch)).await)
}

fn make(step: &mut Step<'_>, roles: Roles, version: u64, by: Role) -> Result<(), Failure<RolesRefusal>> {
    let configuration = step.configuration();
    if configuration.roles_version != version {
        return Err(Failure::Refused(RolesRefusal::Overtaken(configuration.roles_version)));
    }
    let roles = roles.checked().map_err(|error| Failure::Refused(error.into()))?;
    let touched = roles.touched(&configuration.roles);
    if let Some(permission) = touched.beyond(by) {
        return Err(Failure::Refused(RolesRefusal::AboveOwn(permission)));
    }
    if *configuration.roles != roles {
        let body = serde_json::to_string(&roles).expect("roles are plain data, which JSON can always hold");
        step.take_roles_into_use(roles, &Document::new(body), Author::Local)?;
    }
    Ok(())
}

/// That nobody makes of somebody more than they are themselves, and that the role is one.
///
/// # Errors
/// `field.invalid` for a role that there is not, `role.above_own` for one that allows what the caller may not.
pub fn check_gives(branch: &Branch, caller: &Caller, role: Role) -> Result<(), Problem> {
    let roles = &branch.journal.configuration().roles;
    if !roles.knows(role) {
        return Err(Problem::from(Code::FieldInvalid).at("role", "there is no such role"));
    }
    let beyond = roles.resolved(role).rights().beyond(caller.role);
    beyond.map_or(Ok(()), |permission| Err(Problem::from(Code::RoleAboveOwn).detail(permission)))
}

/// That nobody changes somebody, or their PIN, who may do more than they may themselves.
///
/// # Errors
/// `role.above_own`; or that the branch's file cannot be read.
pub async fn check_reaches(branch: &Branch, caller: &Caller, staff: StaffId) -> Result<(), Problem> {
    let found = branch.journal.readers().read(move |connection| Staff::load(connection, staff.uuid())).await?;
    let Some(staff) = found else { return Ok(()) };
    let role = branch.journal.configuration().roles.resolved(staff.role);
    let beyond = role.rights().beyond(caller.role);
    beyond.map_or(Ok(()), |permission| Err(Problem::from(Code::RoleAboveOwn).detail(permission)))
}
