//! Asking something of a branch, over HTTP.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{ask, list};
use crate::access::Caller;
use crate::db::for_company;
use crate::http::{Problem, Server};
use crate::ingest::store::Place;

/// What is asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asking {
    /// Made by whoever asks: the same id sent again asks nothing more.
    id: Uuid,
    /// What is asked: `availability.set`.
    kind: String,
    /// The version of its shape; 1 unless told otherwise.
    #[serde(default = "first")]
    version: i16,
    /// What exactly.
    body: Value,
}

const fn first() -> i16 {
    1
}

/// `POST /api/v1/branches/{code}/commands`.
pub async fn post(
    State(server): State<Server>,
    caller: Caller,
    Path(code): Path<String>,
    Json(asking): Json<Asking>,
) -> Result<Response, Problem> {
    let branch = caller.branch(&server.database, &code).await?;
    let place = Place { company: branch.company, branch: branch.id };
    let Asking { id, kind, version, body } = asking;
    let sequence = ask(&server.database, place, id, (&kind, version), &body).await?;
    let asked = serde_json::json!({"sequence": sequence, "id": id});
    Ok((StatusCode::ACCEPTED, Json(asked)).into_response())
}

/// `GET /api/v1/branches/{code}/commands`: the latest, with what became of them.
pub async fn show(State(server): State<Server>, caller: Caller, Path(code): Path<String>) -> Result<Response, Problem> {
    let branch = caller.branch(&server.database, &code).await?;
    let mut client = server.database.client().await?;
    let transaction = for_company(&mut client, caller.company).await?;
    let items = list(&transaction, Place { company: branch.company, branch: branch.id }).await?;
    Ok(Json(serde_json::json!({"items": items})).into_response())
}
