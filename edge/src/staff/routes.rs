//! Logging in and out, and who may be picked at the door.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use comanda_shared::ids::StaffId;
use comanda_shared::staff::{Actor, Permission, Role};
use jiff::{SignedDuration, Timestamp};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::secrets::{self, KeptPin, Secret};
use super::{Caller, store};
use crate::http::access::{COOKIE, secret_of};
use crate::http::answer::List;
use crate::http::extract::Body;
use crate::http::openapi::{Known, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;

refusals! {
    /// Of whoever wants in.
    LoggingIn: &[Code::PinWrong, Code::PinLocked, Code::FieldInvalid];
}

/// A session lasts as long as a long shift.
const SESSION: SignedDuration = SignedDuration::from_hours(16);

/// Somebody who can be picked at the door.
#[derive(Serialize, ToSchema)]
pub struct Face {
    id: StaffId,
    name: String,
    role: Role,
}

/// Lists who can be picked at the door, before anybody is known.
#[utoipa::path(get, path = "/api/v1/staff/faces", operation_id = "list_faces", tag = "staff", security(()),
    responses((status = 200, body = List<Face>), Problem))]
pub async fn faces(State(branch): State<Branch>) -> Result<Response, Problem> {
    let staff = branch.journal.readers().read(store::everybody).await?;
    let face =
        |staff: comanda_shared::staff::Staff| Face { id: staff.id, name: staff.name().to_owned(), role: staff.role };
    Ok(Json(List::whole(staff.into_iter().map(face))).into_response())
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

/// A text that no error repeats: serde's own says what it found instead.
fn unrepeated<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    String::deserialize(from).map_err(|_| D::Error::custom("a text of digits is meant"))
}

/// Who is asking.
#[derive(Serialize, ToSchema)]
pub struct Me<'a> {
    name: &'a str,
    role: Role,
    permissions: Vec<Permission>,
    /// Until when, for a session.
    #[schema(required)]
    until: Option<Timestamp>,
}

/// Begins a session with the right PIN.
///
/// Its secret goes into a cookie that no script can read. Wrong PINs lock the person out for longer and longer.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "staff", security(()), request_body = LogIn,
    responses(
        (status = 200, body = Me<'static>, headers(("Set-Cookie" = String, description = "The session"))),
        LoggingIn,
    ))]
pub async fn log_in(State(branch): State<Branch>, body: Body<LogIn>) -> Result<Response, Problem> {
    let LogIn { staff, pin } = body.value;
    let work = tokio::task::spawn_blocking({
        let branch = branch.clone();
        move || check_pin(&branch, staff, &pin)
    });
    let secret = work.await.map_err(|_| Problem::from(Code::Internal))??;
    let caller = branch.access.caller(&secret).await?.ok_or_else(|| Problem::from(Code::Internal))?;
    let seconds = SESSION.as_secs();
    let cookie = format!("{COOKIE}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict");
    Ok(with_cookie(Json(me(&caller)).into_response(), &cookie))
}

/// One PIN at a time: guesses sent at once do not pass the lock-out together, and Argon2's memory is needed once.
fn check_pin(branch: &Branch, staff: StaffId, pin: &str) -> Result<String, Problem> {
    let _one_at_a_time = branch.pin_door.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let journal = &branch.journal;
    let environment = journal.environment();
    let kept = journal.readers().read_blocking(move |connection| secrets::kept_pin(connection, staff))?;
    let Some(KeptPin { verifier, failures, locked_until }) = kept else { return Err(Code::PinWrong.into()) };
    let now = environment.clock.now();
    if now < locked_until {
        return Err(locked(now, locked_until));
    }
    if !branch.pepper.verifies(pin, &verifier) {
        let until = journal.operate_blocking(Actor::Branch, move |step| {
            secrets::count_failure(step.connection(), staff, failures, now)
        })?;
        tracing::warn!(staff.id = %staff, failures = failures + 1, "a wrong PIN");
        return Err(if now < until { locked(now, until) } else { Code::PinWrong.into() });
    }
    let Secret { text, hash } = Secret::new("ses_", environment);
    journal.operate_blocking(Actor::Staff(staff), move |step| {
        secrets::begin_session(step.connection(), staff, &hash, now, now + SESSION)
    })?;
    Ok(text)
}

fn locked(now: Timestamp, until: Timestamp) -> Problem {
    let seconds = u32::try_from(until.duration_since(now).as_secs() + 1).unwrap_or(1);
    Problem { retry_after: Some(seconds), ..Code::PinLocked.into() }
}

/// Ends the session, if there is one.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "staff", security(()),
    responses((status = 204), Problem))]
pub async fn log_out(State(branch): State<Branch>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(secret) = secret_of(&headers) {
        let hash = secrets::hash(&secret);
        let journal = branch.journal.clone();
        let end =
            move || journal.operate_blocking(Actor::Branch, move |step| secrets::end_session(step.connection(), &hash));
        tokio::task::spawn_blocking(end).await.map_err(|_| Problem::from(Code::Internal))??;
        branch.access.forget();
    }
    let gone = format!("{COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
    Ok(with_cookie(axum::http::StatusCode::NO_CONTENT.into_response(), &gone))
}

/// Shows who is asking.
#[utoipa::path(get, path = "/api/v1/auth/me", tag = "staff",
    responses((status = 200, body = Me<'static>), Known))]
pub async fn who_am_i(caller: Caller) -> Response {
    Json(me(&caller)).into_response()
}

fn me(caller: &Caller) -> Me<'_> {
    let permissions = Permission::ALL.into_iter().filter(|permission| caller.may(*permission)).collect();
    Me { name: &caller.name, role: caller.role, permissions, until: caller.until }
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    let value = HeaderValue::from_str(cookie).expect("a cookie of hexadecimal digits is a header value");
    response.headers_mut().insert(header::SET_COOKIE, value);
    response
}
