//! «Empezar de verdad» over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use comanda_shared::time::LocalInstant;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::check::{Obstacle, Trial, check_meant, look};
use crate::http::extract::Body;
use crate::http::openapi::{Guarded, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::staff::Caller;

/// Whether the branch has begun for real, or may.
#[derive(Serialize, ToSchema)]
#[schema(as = Beginning)]
pub struct BeginningView {
    /// When it did; none of a branch that is tried out.
    #[schema(required)]
    begun_at: Option<LocalInstant>,
    /// Orders that would be put aside.
    orders: u64,
    /// Why it may not; none where it may.
    #[schema(required)]
    obstacle: Option<Code>,
}

/// That the branch is to begin for real.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewBeginning)]
pub struct BeginRequest {
    /// The branch's name, typed by whoever means it.
    confirmation: String,
}

refusals! {
    /// Of a beginning.
    Beginning: &[
        Code::FieldInvalid, Code::BeginningDone, Code::BeginningEnrolled, Code::BeginningShiftOpen,
        Code::BeginningFiscal, Code::BeginningNothing,
    ];
}

/// Shows whether the branch has begun for real, and what would be put aside if it did.
///
/// Needs `branch.begin`.
#[utoipa::path(get, path = "/api/v1/beginning", operation_id = "show_beginning", tag = "branch",
    responses((status = 200, body = BeginningView), Guarded))]
pub async fn show(State(branch): State<Branch>) -> Result<Response, Problem> {
    let trial = trial(&branch).await?;
    Ok(Json(view(&branch, &trial)).into_response())
}

/// Puts what was sold so far aside, in a file that is kept, and begins for real with all that was set up.
///
/// Needs `branch.begin`. It happens once. The branch closes and opens again, which takes a moment: screens come back by
/// themselves, and `GET beginning` says when it has happened.
#[utoipa::path(post, path = "/api/v1/beginning", operation_id = "begin", tag = "branch",
    request_body = BeginRequest, responses((status = 202, body = BeginningView), Guarded, Beginning))]
pub async fn begin(
    State(branch): State<Branch>,
    caller: Caller,
    body: Body<BeginRequest>,
) -> Result<Response, Problem> {
    check_meant(&branch.journal, &body.value.confirmation)
        .map_err(|error| Problem::from(Code::FieldInvalid).at("confirmation", error))?;
    let trial = trial(&branch).await?;
    if let Some(obstacle) = trial.obstacle {
        return Err(obstacle.into());
    }
    branch.wish.ask(caller.actor);
    Ok((StatusCode::ACCEPTED, Json(view(&branch, &trial))).into_response())
}

async fn trial(branch: &Branch) -> Result<Trial, Problem> {
    let folder = branch.folder.clone();
    Ok(branch.journal.readers().read(move |connection| look(connection, &folder)).await?)
}

fn view(branch: &Branch, trial: &Trial) -> BeginningView {
    let zone = &branch.journal.configuration().zone;
    BeginningView {
        begun_at: trial.begun_at.map(|at| LocalInstant::at(at, zone)),
        orders: trial.orders,
        obstacle: trial.obstacle.map(code_of),
    }
}

const fn code_of(obstacle: Obstacle) -> Code {
    match obstacle {
        Obstacle::Begun => Code::BeginningDone,
        Obstacle::Enrolled => Code::BeginningEnrolled,
        Obstacle::ShiftOpen => Code::BeginningShiftOpen,
        Obstacle::Fiscal => Code::BeginningFiscal,
        Obstacle::Nothing => Code::BeginningNothing,
    }
}

impl From<Obstacle> for Problem {
    fn from(obstacle: Obstacle) -> Self {
        Self::from(code_of(obstacle)).detail(obstacle)
    }
}
