//! `GET /api/v1/fleet`: how the branches of the caller's company are.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use crate::access::Caller;
use crate::http::{Problem, Server};

/// The branches, by code.
pub async fn list(State(server): State<Server>, caller: Caller) -> Result<Response, Problem> {
    let items = super::of_company(&server.database, caller.company).await?;
    Ok(Json(serde_json::json!({"items": items})).into_response())
}
