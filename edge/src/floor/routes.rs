//! The floor plan over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use comanda_shared::branch::{Author, DirectiveKind};
use comanda_shared::floor::{FloorError, FloorPlan};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::answer;
use crate::http::extract::{Body, Version};
use crate::http::openapi::{Guarded, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::journal::directives::Document;
use crate::journal::{Failure, Step};
use crate::staff::Caller;
use crate::sync::pen;

refusals! {
    /// Of a plan that is to be used.
    Drawing: &[Code::OwnedByCloud, Code::FieldInvalid, Code::FloorVersionConflict, Code::VersionRequired];
}

/// The floor plan in use.
#[derive(Serialize, ToSchema)]
#[schema(as = FloorInUse)]
pub struct InUse {
    /// Which it is; 0 before the first.
    version: u64,
    plan: FloorPlan,
}

/// Why a plan is not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum FloorRefusal {
    #[error(transparent)]
    Bad(#[from] FloorError),
    #[error("version {0} of the floor plan is in use by now")]
    Overtaken(u64),
}

impl From<FloorRefusal> for Problem {
    fn from(refusal: FloorRefusal) -> Self {
        match refusal {
            FloorRefusal::Bad(error) => Self::from(Code::FieldInvalid).at("zones", error),
            FloorRefusal::Overtaken(_) => Self::from(Code::FloorVersionConflict).detail(refusal),
        }
    }
}

/// Shows where the tables stand.
///
/// Needs `orders.view`.
#[utoipa::path(get, path = "/api/v1/settings/floor", operation_id = "show_floor", tag = "branch",
    responses((status = 200, body = InUse), Guarded))]
pub async fn show(State(branch): State<Branch>) -> Response {
    let configuration = branch.journal.configuration();
    let in_use = InUse { version: configuration.floor_version, plan: (*configuration.floor).clone() };
    answer::json(StatusCode::OK, &in_use)
}

/// Says where the tables stand from now on: the whole plan, made of the version that `If-Match` names.
///
/// Needs `floor.edit`. Orders at a table that is no longer on it stay as they are.
#[utoipa::path(put, path = "/api/v1/settings/floor", operation_id = "change_floor", tag = "branch", params(Version),
    request_body = FloorPlan, responses((status = 200, body = InUse), Guarded, Drawing))]
pub async fn change(
    State(branch): State<Branch>,
    caller: Caller,
    version: Version,
    body: Body<FloorPlan>,
) -> Result<Response, Problem> {
    let (journal, folder) = (branch.journal.clone(), branch.folder.clone());
    let work = tokio::task::spawn_blocking(move || {
        pen::check_asked(&journal, &folder, DirectiveKind::Floor)?;
        let request = caller.once(journal.environment());
        let draw = move |step: &mut Step<'_>| draw(step, body.value, version.0.into());
        Ok::<_, Problem>(journal.command_blocking(request, draw)?)
    });
    work.await.map_err(|_| Problem::from(Code::Internal))??;
    Ok(show(State(branch)).await)
}

fn draw(step: &mut Step<'_>, plan: FloorPlan, version: u64) -> Result<(), Failure<FloorRefusal>> {
    let in_use = step.configuration().floor_version;
    if in_use != version {
        return Err(Failure::Refused(FloorRefusal::Overtaken(in_use)));
    }
    let plan = plan.checked().map_err(|error| Failure::Refused(error.into()))?;
    if *step.configuration().floor != plan {
        let body = serde_json::to_string(&plan).expect("a floor plan is plain data, which JSON can always hold");
        step.take_floor_into_use(plan, &Document::new(body), Author::Local)?;
    }
    Ok(())
}
