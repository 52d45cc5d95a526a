//! How the branch is doing, over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::store;
use crate::http::problem::Problem;
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

/// `GET settings`.
pub async fn settings(State(branch): State<Branch>) -> Response {
    Json(&*branch.journal.configuration().settings).into_response()
}

/// `GET monitoring/health`: version, journal, writer.
pub async fn health(State(branch): State<Branch>) -> Result<Response, Problem> {
    let load = branch.journal.load();
    let configuration = branch.journal.configuration();
    let body = serde_json::json!({
        "version": env!("CARGO_PKG_VERSION"),
        "branch": {"name": configuration.settings.name, "code": configuration.settings.code},
        "catalog_version": configuration.catalog_version,
        "journal": {"sequence": *branch.committed.borrow()},
        "writer": {
            "steps": load.steps,
            "commits": load.commits,
            "longest_step_us": load.longest_step_us,
            "steps_over_5_ms": load.long_steps,
        },
    });
    Ok(Json(body).into_response())
}
