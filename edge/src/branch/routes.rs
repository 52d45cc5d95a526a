//! How the branch is doing, over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use comanda_shared::ids::JournalId;
use comanda_shared::money::Currency;
use comanda_shared::time::LocalInstant;
use serde::Serialize;
use utoipa::ToSchema;

use super::store;
use crate::http::problem::{Code, Problem};
use crate::http::screens;
use crate::http::server::Branch;

/// `GET /healthz`: the program answers.
pub async fn alive() -> Response {
    Json(serde_json::json!({"status": "ok"})).into_response()
}

/// `GET /readyz`: the branch's file answers too.
pub async fn ready(State(branch): State<Branch>) -> Response {
    match branch.journal.readers().read(store::load).await {
        Ok(Some(_)) => Json(serde_json::json!({"status": "ready"})).into_response(),
        Ok(None) | Err(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, Json(serde_json::json!({"status": "not_ready"}))).into_response()
        }
    }
}

/// What every screen needs to know of the branch.
#[derive(Serialize, ToSchema)]
#[schema(as = Branch)]
pub struct BranchView<'a> {
    name: &'a str,
    code: &'a str,
    time_zone: &'a str,
    /// None before there is a catalog.
    #[schema(value_type = Option<String>, example = "COP", required)]
    currency: Option<Currency>,
    /// The branch's clock.
    #[schema(value_type = String, format = DateTime)]
    now: LocalInstant,
    /// 0 before there is a catalog.
    catalog_version: u64,
    /// Which screens the branch serves; another one than the screen was loaded as means that it is old.
    ui_version: &'static str,
    /// The journal's present life.
    journal_id: JournalId,
}

/// `GET branch`: what every screen needs to know before anybody has logged in.
#[utoipa::path(get, path = "/api/v1/branch", operation_id = "show_branch", tag = "branch", security(()),
    responses((status = 200, body = BranchView<'static>), Problem))]
pub async fn show(State(branch): State<Branch>) -> Result<Response, Problem> {
    let known = branch.journal.readers().read(store::load).await?.ok_or_else(|| Problem::from(Code::Internal))?;
    let configuration = branch.journal.configuration();
    let settings = &configuration.settings;
    let view = BranchView {
        name: &settings.name,
        code: &settings.code,
        time_zone: &settings.timezone,
        currency: configuration.catalog.as_deref().map(comanda_shared::catalog::Catalog::currency),
        now: LocalInstant::at(branch.journal.environment().clock.now(), &configuration.zone),
        catalog_version: configuration.catalog_version,
        ui_version: screens::version(),
        journal_id: known.journal,
    };
    Ok(Json(view).into_response())
}

/// `GET settings`.
pub async fn settings(State(branch): State<Branch>) -> Response {
    Json(&*branch.journal.configuration().settings).into_response()
}

/// `GET monitoring/health`: version, journal, screens, writer.
pub async fn health(State(branch): State<Branch>) -> Result<Response, Problem> {
    let load = branch.journal.load();
    let configuration = branch.journal.configuration();
    let body = serde_json::json!({
        "version": env!("CARGO_PKG_VERSION"),
        "branch": {"name": configuration.settings.name, "code": configuration.settings.code},
        "catalog_version": configuration.catalog_version,
        "journal": {"sequence": *branch.committed.borrow()},
        "live": {"screens": branch.live.screens()},
        "writer": {
            "steps": load.steps,
            "commits": load.commits,
            "longest_step_us": load.longest_step_us,
            "steps_over_5_ms": load.long_steps,
        },
    });
    Ok(Json(body).into_response())
}
