//! Who works here, over HTTP: a manager's screen.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use comanda_shared::ids::StaffId;
use comanda_shared::staff::{Actor, Role, Roles, Staff};
use comanda_shared::time::LocalInstant;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Caller;
use super::manage::{self, Change};
use super::pins::unrepeated;
use super::role_routes::{check_gives, check_reaches};
use super::roster;
use super::secrets::{self, KeptSession, Pin};
use super::store::{everybody, name_of};
use super::wire::PersonView;
use crate::http::answer::{self, List};
use crate::http::extract::{Body, IdempotencyKey, Path, id, keyed_without_pins};
use crate::http::openapi::{Finding, Guarded, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;

refusals! {
    /// Of somebody who is to work here.
    TakingOn: &[Code::FieldInvalid, Code::RoleAboveOwn], IdempotencyKey::REFUSALS;
    /// Of somebody who is to be changed.
    Changing:
        &[Code::NotFound, Code::LastManager, Code::OwnedByCloud, Code::FieldInvalid, Code::RoleAboveOwn],
        &[Code::StorageFailed];
    /// Of another PIN.
    GivingPins: &[Code::NotFound, Code::FieldInvalid, Code::RoleAboveOwn], IdempotencyKey::REFUSALS;
}

/// Somebody who works here, or did.
#[derive(Serialize, ToSchema)]
#[schema(as = StaffMember)]
pub struct StaffView {
    id: StaffId,
    name: String,
    role: Role,
    /// What a role of the company's own is called.
    #[schema(required)]
    role_name: Option<String>,
    /// Whether they still do.
    is_active: bool,
}

impl StaffView {
    fn of(staff: &Staff, roles: &Roles) -> Self {
        let (role, role_name) = (staff.role, roles.name_of(staff.role).map(ToOwned::to_owned));
        Self { id: staff.id, name: staff.name().to_owned(), role, role_name, is_active: staff.is_active }
    }
}

/// Lists everybody who works here, or did.
///
/// Needs `staff.manage`.
#[utoipa::path(get, path = "/api/v1/staff", operation_id = "list_staff", tag = "staff",
    responses((status = 200, body = List<StaffView>), Guarded))]
pub async fn list(State(branch): State<Branch>) -> Result<Response, Problem> {
    let staff = branch.journal.readers().read(everybody).await?;
    let roles = &branch.journal.configuration().roles;
    Ok(answer::json(StatusCode::OK, &List::whole(staff.iter().map(|staff| StaffView::of(staff, roles)))))
}

/// Somebody who is to work here.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewStaffMember)]
pub struct StaffRequest {
    #[schema(max_length = 60)]
    name: String,
    role: Role,
    /// 4 to 8 digits.
    #[schema(pattern = "^[0-9]{4,8}$", example = "2580")]
    #[serde(deserialize_with = "unrepeated")]
    pin: String,
}

/// Takes somebody on.
///
/// Needs `staff.manage`. Nobody makes of somebody more than they are themselves.
#[utoipa::path(post, path = "/api/v1/staff", operation_id = "add_staff", tag = "staff", params(IdempotencyKey),
    request_body = StaffRequest, responses((status = 201, body = StaffView), Guarded, TakingOn))]
pub async fn add(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    body: Body<StaffRequest>,
) -> Result<Response, Problem> {
    let request = keyed_without_pins(&caller, &key, "POST staff", &body.bytes);
    let StaffRequest { name, role, pin } = body.value;
    check_gives(&branch, &caller, role)?;
    let staff = manage::take_on(&branch, request, &name, role, parsed(&pin)?).await?;
    Ok(answer::json(StatusCode::CREATED, &StaffView::of(&staff, &branch.journal.configuration().roles)))
}

fn parsed(pin: &str) -> Result<Pin, Problem> {
    pin.parse().map_err(|error| Problem::from(Code::FieldInvalid).at("pin", error))
}

/// How somebody is from now on; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StaffChange)]
pub struct ChangeRequest {
    #[schema(max_length = 60)]
    name: Option<String>,
    role: Option<Role>,
    /// Whoever works here no longer is logged out everywhere at once.
    is_active: Option<bool>,
}

/// Changes somebody who works here.
///
/// Needs `staff.manage`. The last owner or admin stays one. Who stands on the company's list is changed in the cloud; their PIN is
/// given here all the same.
#[utoipa::path(put, path = "/api/v1/staff/{id}", operation_id = "change_staff", tag = "staff",
    params(("id" = StaffId, Path)), request_body = ChangeRequest,
    responses((status = 200, body = StaffView), Guarded, Changing))]
pub async fn change(
    State(branch): State<Branch>,
    caller: Caller,
    Path(staff): Path<String>,
    body: Body<ChangeRequest>,
) -> Result<Response, Problem> {
    let staff = id(&staff)?;
    roster::check_asked(&branch.journal, &branch.folder, staff).await?;
    let request = caller.once(branch.journal.environment());
    let ChangeRequest { name, role, is_active } = body.value;
    check_reaches(&branch, &caller, staff).await?;
    role.map_or(Ok(()), |role| check_gives(&branch, &caller, role))?;
    let staff = manage::change(&branch, request, staff, Change { name, role, is_active }).await?;
    Ok(answer::json(StatusCode::OK, &StaffView::of(&staff, &branch.journal.configuration().roles)))
}

/// Another PIN.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPin)]
pub struct PinRequest {
    /// 4 to 8 digits.
    #[schema(pattern = "^[0-9]{4,8}$", example = "2580")]
    #[serde(deserialize_with = "unrepeated")]
    pin: String,
}

/// Gives somebody another PIN; who was locked out for wrong ones may try at once.
///
/// Needs `staff.manage`.
#[utoipa::path(post, path = "/api/v1/staff/{id}/pin", operation_id = "change_pin", tag = "staff",
    params(("id" = StaffId, Path), IdempotencyKey), request_body = PinRequest,
    responses((status = 204), Guarded, GivingPins))]
pub async fn change_pin(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(staff): Path<String>,
    body: Body<PinRequest>,
) -> Result<Response, Problem> {
    let request = keyed_without_pins(&caller, &key, &format!("POST staff/{staff}/pin"), &body.bytes);
    let (staff, pin) = (id(&staff)?, parsed(&body.value.pin)?);
    check_reaches(&branch, &caller, staff).await?;
    manage::change_pin(&branch, request, staff, pin).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Somebody who is logged in.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionView {
    /// Names the session; it cannot be used as one.
    #[schema(example = "9f86d081884c7d65")]
    id: String,
    staff: PersonView,
    since: LocalInstant,
    until: LocalInstant,
}

/// Lists who is logged in, the latest first.
///
/// Needs `staff.manage`.
#[utoipa::path(get, path = "/api/v1/sessions", operation_id = "list_sessions", tag = "staff",
    responses((status = 200, body = List<SessionView>), Guarded))]
pub async fn sessions(State(branch): State<Branch>) -> Result<Response, Problem> {
    let now = branch.journal.environment().clock.now();
    let zone = branch.journal.configuration().zone.clone();
    let read = branch.journal.readers().read(move |connection| {
        let seen = |session: KeptSession, zone: &TimeZone| {
            let name = name_of(connection, Actor::Staff(session.staff))?.unwrap_or_default();
            Ok(SessionView {
                id: session.id,
                staff: PersonView::staff(session.staff, name),
                since: LocalInstant::at(session.since, zone),
                until: LocalInstant::at(session.until, zone),
            })
        };
        let sessions = secrets::sessions(connection, now)?.into_iter();
        sessions.map(|session| seen(session, &zone)).collect::<rusqlite::Result<Vec<_>>>()
    });
    Ok(answer::json(StatusCode::OK, &List::whole(read.await?)))
}

/// Ends somebody's session at once, also on screens that are open.
///
/// Needs `staff.manage`.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", operation_id = "end_session", tag = "staff",
    params(("id" = String, Path)), responses((status = 204), Guarded, Finding))]
pub async fn end_session(State(branch): State<Branch>, Path(session): Path<String>) -> Result<Response, Problem> {
    let journal = branch.journal.clone();
    let end = move || {
        journal.operate_blocking(Actor::Branch, move |step| secrets::end_session_named(step.connection(), &session))
    };
    let ended = tokio::task::spawn_blocking(end).await.map_err(|_| Problem::from(Code::Internal))??;
    if !ended {
        return Err(Code::NotFound.into());
    }
    branch.access.forget();
    Ok(StatusCode::NO_CONTENT.into_response())
}
