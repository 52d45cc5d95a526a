//! Handing in, at the door for boxes; looking and deciding, for whoever has a token of the company.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use comanda_shared::ids::{JournalId, OrderId};
use comanda_shared::protocol::Upward;
use serde::Deserialize;
use serde_json::json;

use super::hand_in::{HandInError, end_of, take};
use super::review::{DecideError, decide, review};
use crate::access::Caller;
use crate::db::{DbError, for_company};
use crate::devices::FormerDevice;
use crate::http::{Problem, Server};
use crate::ingest::store::Place;

impl From<HandInError> for Problem {
    fn from(error: HandInError) -> Self {
        let title = error.to_string();
        let code = match error {
            HandInError::Unheard => "salvage.unheard",
            HandInError::Present => "salvage.present",
            HandInError::DoesNotFollow { .. } => "salvage.does_not_follow",
            HandInError::Db(error) => return error.into(),
        };
        Self::of(StatusCode::CONFLICT, code, &title)
    }
}

impl From<DecideError> for Problem {
    fn from(error: DecideError) -> Self {
        let title = error.to_string();
        let code = match error {
            DecideError::Unknown => return Self::not_found(),
            DecideError::Db(error) => return error.into(),
            DecideError::Continued => "salvage.continued",
            DecideError::Merged(_) => "salvage.merged",
            DecideError::Decided => "salvage.decided",
        };
        Self::of(StatusCode::CONFLICT, code, &title)
    }
}

/// Of which life.
#[derive(Deserialize)]
pub struct Wanted {
    journal: JournalId,
}

/// `GET /api/v1/salvage?journal=`: up to where the cloud has what an old box had.
pub async fn end(
    State(server): State<Server>,
    device: FormerDevice,
    Query(Wanted { journal }): Query<Wanted>,
) -> Result<Response, Problem> {
    let mut client = server.database.client().await?;
    let transaction = for_company(&mut client, device.place.company).await?;
    let (after, hash) = end_of(&transaction, device.place, journal).await?;
    Ok(Json(json!({"after": after, "hash": hash})).into_response())
}

/// `POST /api/v1/salvage`: what follows on that, as a batch of the protocol.
pub async fn hand_in(State(server): State<Server>, device: FormerDevice, body: Bytes) -> Result<Response, Problem> {
    let invalid = || Problem::of(StatusCode::UNPROCESSABLE_ENTITY, "salvage.invalid", "These are no entries");
    let batch = match Upward::decode(&body) {
        Ok(Upward::Batch(batch)) if batch.head().branch == device.place.branch => batch,
        Ok(_) | Err(_) => return Err(invalid()),
    };
    let mut client = server.database.client().await?;
    let transaction = for_company(&mut client, device.place.company).await?;
    let after = take(&transaction, device.place, device.appliance, &batch).await?;
    transaction.commit().await.map_err(DbError::from)?;
    Ok(Json(json!({"after": after})).into_response())
}

/// `GET /api/v1/branches/{code}/salvage`: what was handed in of a branch, order by order.
pub async fn list(State(server): State<Server>, caller: Caller, Path(code): Path<String>) -> Result<Response, Problem> {
    let branch = caller.branch(&server.database, &code).await?;
    let mut client = server.database.client().await?;
    let transaction = for_company(&mut client, caller.company).await?;
    let place = Place { company: branch.company, branch: branch.id };
    Ok(Json(review(&transaction, place).await?).into_response())
}

/// What is decided.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    accept: bool,
}

/// `PUT /api/v1/branches/{code}/salvage/{order}`: counts an order that was handed in, or puts it aside.
pub async fn put(
    State(server): State<Server>,
    caller: Caller,
    Path((code, order)): Path<(String, String)>,
    Json(Decision { accept }): Json<Decision>,
) -> Result<Response, Problem> {
    let branch = caller.branch(&server.database, &code).await?;
    let order: OrderId = order.parse().map_err(|_| Problem::not_found())?;
    let place = Place { company: branch.company, branch: branch.id };
    decide(&server.database, place, order, accept, &caller.name).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
