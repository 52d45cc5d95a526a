//! How the branch is, over HTTP: the doctor's lines and what Prometheus reads.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::check::Grade;
use super::doctor::{Line, examine};
use super::metrics;
use crate::http::openapi::Guarded;
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;

/// What the doctor found.
#[derive(Serialize, ToSchema)]
pub struct Doctor {
    /// The worst of the lines.
    grade: Grade,
    lines: Vec<Line>,
}

/// Looks at disk, machine, database, backups and printers, and says what to do about each. Takes a second or two.
///
/// Needs `monitoring.view`.
#[utoipa::path(get, path = "/api/v1/health/doctor", operation_id = "show_doctor", tag = "branch",
    responses((status = 200, body = Doctor), Guarded))]
pub async fn doctor(State(branch): State<Branch>) -> Result<Response, Problem> {
    let (data, environment) = (branch.folder.clone(), branch.journal.environment().clone());
    let places = branch.whereabouts.served_at();
    let looked = tokio::task::spawn_blocking(move || examine(&data, &environment, &places)).await;
    let diagnosis = looked.map_err(|_| Problem::from(Code::Internal))?;
    Ok(Json(Doctor { grade: diagnosis.grade(), lines: diagnosis.lines() }).into_response())
}

/// Shows what Prometheus reads, as OpenMetrics text.
///
/// Needs `monitoring.view`: give Prometheus a token of the branch.
#[utoipa::path(get, path = "/metrics", operation_id = "show_metrics", tag = "branch",
    responses((status = 200, body = String, content_type = "application/openmetrics-text"), Guarded))]
pub async fn show_metrics(State(branch): State<Branch>) -> Result<Response, Problem> {
    let text = metrics::text(&branch).await?;
    Ok(([(header::CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response())
}
