//! Screens over HTTP: which one this is, how it is let in, and the manager's list of them.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use comanda_shared::device::{Device, Purpose};
use comanda_shared::ids::DeviceId;
use comanda_shared::time::LocalInstant;
use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::feature::{self, DeviceRefusal, Plan};
use super::store;
use crate::http::answer::{self, List};
use crate::http::cookies::Cookie;
use crate::http::extract::{Body, Path, id};
use crate::http::openapi::{Finding, Guarded, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::http::trust::Trust;
use crate::http::whence::Whence;
use crate::journal::{CommandError, Failure, Step};
use crate::staff::Caller;
use crate::staff::lock_out::locked_screens;

refusals! {
    /// Of a screen that wants in.
    Pairing: &[Code::PairingCodeWrong, Code::PairingCodeExpired, Code::PairingLocked, Code::FieldInvalid, Code::NameTaken];
    /// Of a plan for a screen.
    Planning: &[Code::FieldInvalid, Code::NameTaken, Code::StationUnknown];
    /// Of a screen that is to be another.
    Changing: &[Code::NotFound, Code::FieldInvalid, Code::NameTaken, Code::StationUnknown];
}

/// As long as browsers keep a cookie, 400 days; a screen that is used gets it anew each time it starts.
const KEPT_S: i64 = 400 * 24 * 3600;

impl From<DeviceRefusal> for Problem {
    fn from(refusal: DeviceRefusal) -> Self {
        match refusal {
            DeviceRefusal::Name => Self::from(Code::FieldInvalid).at("name", refusal),
            DeviceRefusal::NameTaken(_) => Self::from(Code::NameTaken).at("name", refusal),
            DeviceRefusal::StationUnknown => Self::from(Code::StationUnknown).at("purpose.stations", refusal),
            DeviceRefusal::Unknown => Code::NotFound.into(),
            DeviceRefusal::CodeWrong => Code::PairingCodeWrong.into(),
            DeviceRefusal::CodeExpired => Code::PairingCodeExpired.into(),
        }
    }
}

/// A paired screen.
#[derive(Serialize, ToSchema)]
#[schema(as = Device)]
pub struct DeviceView {
    id: DeviceId,
    name: String,
    purpose: Purpose,
    /// The page it opens: a path of this address.
    #[schema(example = "/pos")]
    opens: String,
    /// Too many wrong PINs were typed there: until then only somebody with `devices.manage` may log in, which unlocks it.
    #[serde(skip_serializing_if = "Option::is_none")]
    locked_until: Option<LocalInstant>,
}

impl From<&Device> for DeviceView {
    fn from(device: &Device) -> Self {
        let opens = device.purpose.page();
        Self { id: device.id, name: device.name.clone(), purpose: device.purpose.clone(), opens, locked_until: None }
    }
}

/// What the screen that asks is here.
#[derive(Serialize, ToSchema)]
pub struct ThisDevice {
    /// Whom the branch answers.
    trust: Trust,
    /// The screen, when it is paired.
    #[schema(required)]
    device: Option<DeviceView>,
}

/// Shows what the screen that asks is here.
///
/// A screen that is not paired may ask this, and pair itself, and nothing else where `trust` is `paired`.
#[utoipa::path(get, path = "/api/v1/devices/this", operation_id = "show_this_device", tag = "devices", security(()),
    responses((status = 200, body = ThisDevice), Problem))]
pub async fn this(State(branch): State<Branch>, whence: Whence) -> Response {
    let device = whence.device.as_ref().map(DeviceView::from);
    let response = answer::json(StatusCode::OK, &ThisDevice { trust: branch.trust, device });
    match whence.secret {
        Some(secret) => with_secret(response, &secret, whence.is_encrypted),
        None => response,
    }
}

/// A code that was read on the manager's screen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PairingRequest {
    /// Six digits, however they are spaced.
    #[schema(example = "271 828")]
    code: String,
}

/// Pairs the screen that asks, with a code somebody gave out for it.
///
/// Its secret goes into a cookie that no script can read. A code is good once and for ten minutes. What the screen was before
/// is out with that.
#[utoipa::path(post, path = "/api/v1/devices/pair", operation_id = "pair_device", tag = "devices", security(()),
    request_body = PairingRequest,
    responses(
        (status = 201, body = DeviceView, headers(("Set-Cookie" = String, description = "The screen's secret"))),
        Pairing,
    ))]
pub async fn pair(
    State(branch): State<Branch>,
    whence: Whence,
    body: Body<PairingRequest>,
) -> Result<Response, Problem> {
    let (code, is_encrypted) = (body.value.code, whence.is_encrypted);
    let work = tokio::task::spawn_blocking(move || pair_blocking(&branch, &whence, &code));
    let (device, secret) = work.await.map_err(|_| Problem::from(Code::Internal))??;
    tracing::info!(device.id = %device.id, "a screen was paired");
    Ok(with_secret(answer::json(StatusCode::CREATED, &DeviceView::from(&device)), &secret, is_encrypted))
}

/// One at a time: guesses sent at once do not pass the lock-out together.
fn pair_blocking(branch: &Branch, whence: &Whence, code: &str) -> Result<(Device, String), Problem> {
    let _one_at_a_time = branch.pairing_door.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let code: super::codes::Code = code.parse().map_err(|error| Problem::from(Code::FieldInvalid).at("code", error))?;
    let now = branch.journal.environment().clock.now();
    if let Some(until) = whence.address.and_then(|address| branch.guesses.barred(address, now)) {
        return Err(locked(now, until));
    }
    let asked = code.clone();
    let look = move |connection: &Connection| feature::invitation(connection, &asked, now);
    let paired = match branch.journal.readers().read_blocking(look)? {
        Ok(invitation) => {
            let was = whence.device.as_ref().map(|device| device.id);
            feature::pair(&branch.journal, code, invitation, was)
        }
        Err(refusal) => Err(CommandError::Refused(refusal)),
    };
    match paired {
        Ok(paired) => {
            whence.address.inspect(|address| branch.guesses.succeeded(*address));
            branch.access.forget();
            Ok(paired)
        }
        Err(CommandError::Refused(refusal @ DeviceRefusal::CodeWrong)) => {
            whence.address.inspect(|address| branch.guesses.failed(*address, now));
            feature::count_wrong_code(&branch.journal)?;
            tracing::warn!("a wrong pairing code");
            Err(refusal.into())
        }
        Err(error) => Err(error.into()),
    }
}

fn locked(now: Timestamp, until: Timestamp) -> Problem {
    let seconds = u32::try_from(until.duration_since(now).as_secs() + 1).unwrap_or(1);
    Problem { retry_after: Some(seconds), ..Code::PairingLocked.into() }
}

fn with_secret(mut response: Response, secret: &str, is_encrypted: bool) -> Response {
    Cookie::Device.give(response.headers_mut(), secret, KEPT_S, is_encrypted);
    response
}

/// A code that lets one screen in.
#[derive(Serialize, ToSchema)]
pub struct PairingCode {
    /// Six digits.
    #[schema(example = "271828")]
    code: String,
    until: LocalInstant,
    /// Where the screen finds the branch.
    #[schema(example = json!(["http://192.168.1.20:8080"]))]
    addresses: Vec<String>,
}

/// Makes a code that lets one screen in, once and for ten minutes.
///
/// Needs `devices.manage`.
#[utoipa::path(post, path = "/api/v1/devices/codes", operation_id = "make_pairing_code", tag = "devices",
    request_body = Plan, responses((status = 201, body = PairingCode), Guarded, Planning))]
pub async fn make_code(State(branch): State<Branch>, caller: Caller, body: Body<Plan>) -> Result<Response, Problem> {
    let (request, plan) = (caller.once(branch.journal.environment()), body.value);
    let journal = branch.journal.clone();
    let work = tokio::task::spawn_blocking(move || feature::offer(&journal, request, plan));
    let offer = work.await.map_err(|_| Problem::from(Code::Internal))??;
    let until = LocalInstant::at(offer.until, &branch.journal.configuration().zone);
    let code = offer.code.digits().to_owned();
    Ok(answer::json(StatusCode::CREATED, &PairingCode { code, until, addresses: branch.addresses() }))
}

/// Lists the paired screens, in the order they were paired.
///
/// Needs `devices.manage`.
#[utoipa::path(get, path = "/api/v1/devices", operation_id = "list_devices", tag = "devices",
    responses((status = 200, body = List<DeviceView>), Guarded))]
pub async fn list(State(branch): State<Branch>) -> Result<Response, Problem> {
    let now = branch.journal.environment().clock.now();
    let read = move |connection: &Connection| Ok((store::in_use(connection)?, locked_screens(connection, now)?));
    let (devices, locked) = branch.journal.readers().read(read).await?;
    let zone = branch.journal.configuration().zone.clone();
    let view = |device: &Device| {
        let until = locked.iter().find(|(id, _)| *id == device.id).map(|(_, until)| LocalInstant::at(*until, &zone));
        DeviceView { locked_until: until, ..DeviceView::from(device) }
    };
    Ok(answer::json(StatusCode::OK, &List::whole(devices.iter().map(view))))
}

/// Unlocks a screen at which too many wrong PINs were typed.
///
/// Needs `devices.manage`. One that is not locked stays as it is.
#[utoipa::path(post, path = "/api/v1/devices/{id}/unlock", operation_id = "unlock_device", tag = "devices",
    params(("id" = DeviceId, Path)), responses((status = 204), Guarded, Finding))]
pub async fn unlock(
    State(branch): State<Branch>,
    caller: Caller,
    Path(device): Path<String>,
) -> Result<Response, Problem> {
    let (device, now): (DeviceId, Timestamp) = (id(&device)?, branch.journal.environment().clock.now());
    run(&branch, &caller, move |step| feature::unlock(step, device, now)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Calls a screen otherwise, or has it open another page the next time it starts.
///
/// Needs `devices.manage`.
#[utoipa::path(put, path = "/api/v1/devices/{id}", operation_id = "change_device", tag = "devices",
    params(("id" = DeviceId, Path)), request_body = Plan,
    responses((status = 200, body = DeviceView), Guarded, Changing))]
pub async fn change(
    State(branch): State<Branch>,
    caller: Caller,
    Path(device): Path<String>,
    body: Body<Plan>,
) -> Result<Response, Problem> {
    let (device, plan): (DeviceId, Plan) = (id(&device)?, body.value);
    run(&branch, &caller, move |step| feature::change(step, device, plan)).await?;
    let devices = branch.journal.readers().read(store::in_use).await?;
    let changed = devices.iter().find(|found| found.id == device).ok_or(Code::NotFound)?;
    Ok(answer::json(StatusCode::OK, &DeviceView::from(changed)))
}

/// Puts a screen out at once, also one that is open: whoever works at it is logged out.
///
/// Needs `devices.manage`.
#[utoipa::path(delete, path = "/api/v1/devices/{id}", operation_id = "revoke_device", tag = "devices",
    params(("id" = DeviceId, Path)), responses((status = 204), Guarded, Finding))]
pub async fn revoke(
    State(branch): State<Branch>,
    caller: Caller,
    Path(device): Path<String>,
) -> Result<Response, Problem> {
    let device: DeviceId = id(&device)?;
    run(&branch, &caller, move |step| feature::revoke(step, device)).await?;
    branch.access.forget();
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn run(
    branch: &Branch,
    caller: &Caller,
    work: impl FnOnce(&mut Step<'_>) -> Result<(), Failure<DeviceRefusal>> + Send + 'static,
) -> Result<(), Problem> {
    let (journal, request) = (branch.journal.clone(), caller.once(branch.journal.environment()));
    let work = tokio::task::spawn_blocking(move || journal.command_blocking(request, work));
    Ok(work.await.map_err(|_| Problem::from(Code::Internal))??)
}
