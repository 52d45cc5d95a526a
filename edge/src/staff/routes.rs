//! Logging in and out, and who may be picked at the door.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use comanda_shared::ids::{DeviceId, StaffId};
use comanda_shared::staff::{Actor, Permission, Role, Roles, Staff};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lock_out::Place;
use super::pins::{self, unrepeated};
use super::secrets::{self, Secret};
use super::{Caller, store};
use crate::http::access::secret_of;
use crate::http::answer::List;
use crate::http::cookies::Cookie;
use crate::http::extract::Body;
use crate::http::openapi::{Known, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::http::whence::Whence;

refusals! {
    /// Of whoever wants in.
    LoggingIn: &[Code::PinWrong, Code::PinLocked, Code::DeviceLocked, Code::FieldInvalid, Code::Busy];
}

/// A session lasts as long as a long shift.
const SESSION: SignedDuration = SignedDuration::from_hours(16);

/// Somebody who can be picked at the door.
#[derive(Serialize, ToSchema)]
pub struct Face {
    id: StaffId,
    name: String,
    role: Role,
    /// What a role of the company's own is called.
    #[schema(required)]
    role_name: Option<String>,
}

/// Lists who can be picked at the door, before anybody is known.
#[utoipa::path(get, path = "/api/v1/staff/faces", operation_id = "list_faces", tag = "staff", security(()),
    responses((status = 200, body = List<Face>), Problem))]
pub async fn faces(State(branch): State<Branch>) -> Result<Response, Problem> {
    let staff = branch.journal.readers().read(store::everybody).await?;
    let roles = &branch.journal.configuration().roles;
    let face = |staff: Staff| Face {
        id: staff.id,
        name: staff.name().to_owned(),
        role: staff.role,
        role_name: roles.name_of(staff.role).map(ToOwned::to_owned),
    };
    let here = staff.into_iter().filter(|staff| staff.is_active);
    Ok(Json(List::whole(here.map(face))).into_response())
}

/// Who logs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    /// Whom the faces named.
    staff: StaffId,
    /// 4 to 8 digits.
    #[schema(pattern = "^[0-9]{4,8}$", example = "2580")]
    #[serde(deserialize_with = "unrepeated")]
    pin: String,
}

/// Who is asking.
#[derive(Serialize, ToSchema)]
pub struct Me<'a> {
    name: &'a str,
    role: Role,
    /// What a role of the company's own is called.
    #[schema(required)]
    role_name: Option<&'a str>,
    permissions: Vec<Permission>,
    /// Until when, for a session.
    #[schema(required)]
    until: Option<Timestamp>,
}

/// Begins a session with the right PIN.
///
/// Its secret goes into a cookie that no script can read. Wrong PINs lock the person out for longer and longer, and the screen they
/// are typed at; there, somebody with `devices.manage` is still heard, and their PIN unlocks it.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "staff", security(()), request_body = LogIn,
    responses(
        (status = 200, body = Me<'static>, headers(("Set-Cookie" = String, description = "The session"))),
        LoggingIn,
    ))]
pub async fn log_in(State(branch): State<Branch>, whence: Whence, body: Body<LogIn>) -> Result<Response, Problem> {
    let LogIn { staff, pin } = body.value;
    pins::check(&branch, staff, pin, Place::of(&whence)).await?;
    let work = tokio::task::spawn_blocking({
        let branch = branch.clone();
        let device = whence.device.as_ref().map(|device| device.id);
        move || begin_session(&branch, staff, device)
    });
    let secret = work.await.map_err(|_| Problem::from(Code::Internal))??;
    // Somebody who works here no longer has a PIN, and a session that is nobody's.
    let caller = branch.access.caller(&secret).await?.ok_or_else(|| Problem::from(Code::PinWrong))?;
    let mut response = Json(me(&caller, &branch.journal.configuration().roles)).into_response();
    Cookie::Session.give(response.headers_mut(), &secret, SESSION.as_secs(), whence.is_encrypted);
    Ok(response)
}

fn begin_session(branch: &Branch, staff: StaffId, device: Option<DeviceId>) -> Result<String, Problem> {
    let environment = branch.journal.environment();
    let now = environment.clock.now();
    let Secret { text, hash } = Secret::new("ses_", environment);
    branch.journal.operate_blocking(Actor::Staff(staff), move |step| {
        secrets::begin_session(step.connection(), staff, device, &hash, (now, now + SESSION))
    })?;
    Ok(text)
}

/// Ends the session, if there is one.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "staff", security(()),
    responses((status = 204), Problem))]
pub async fn log_out(State(branch): State<Branch>, whence: Whence, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(secret) = secret_of(&headers) {
        let hash = secrets::hash(&secret);
        let journal = branch.journal.clone();
        let end =
            move || journal.operate_blocking(Actor::Branch, move |step| secrets::end_session(step.connection(), &hash));
        tokio::task::spawn_blocking(end).await.map_err(|_| Problem::from(Code::Internal))??;
        branch.access.forget();
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    Cookie::Session.take_back(response.headers_mut(), whence.is_encrypted);
    Ok(response)
}

/// Shows who is asking.
#[utoipa::path(get, path = "/api/v1/auth/me", tag = "staff",
    responses((status = 200, body = Me<'static>), Known))]
pub async fn who_am_i(State(branch): State<Branch>, caller: Caller) -> Response {
    Json(me(&caller, &branch.journal.configuration().roles)).into_response()
}

fn me<'a>(caller: &'a Caller, roles: &'a Roles) -> Me<'a> {
    let permissions = Permission::ALL.iter().copied().filter(|permission| caller.may(*permission)).collect();
    let role_name = roles.name_of(caller.role);
    Me { name: &caller.name, role: caller.role, role_name, permissions, until: caller.until }
}
