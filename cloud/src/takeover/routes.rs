//! `GET /api/v1/takeover` and `/takeover/entries`, at the door for boxes.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use comanda_shared::protocol::Upward;
use serde::Deserialize;
use serde_json::json;

use super::{chunk, spans};
use crate::db::for_company;
use crate::devices::Device;
use crate::http::{Problem, Server};
use crate::ingest::store;

fn nothing_heard() -> Problem {
    Problem::of(StatusCode::CONFLICT, "branch.unheard", "Nothing was heard of this branch yet: enrol the box instead")
}

/// What there is to go on with: lives, the end of the journal, and how far commands are carried out.
pub async fn show(State(server): State<Server>, device: Device) -> Result<Response, Problem> {
    let mut client = server.database.client().await?;
    let transaction = for_company(&mut client, device.place.company).await?;
    let (spans, hash) = spans(&transaction, device.place).await?.ok_or_else(nothing_heard)?;
    let link = store::lock(&transaction, device.place).await?.ok_or_else(nothing_heard)?;
    Ok(Json(json!({"lives": spans, "hash": hash, "commands_done": link.commands_done})).into_response())
}

/// Which entries.
#[derive(Deserialize)]
pub struct Wanted {
    epoch: u32,
    after: u64,
}

/// The next entries of a life, as a batch of the protocol; 204 when there are no more.
pub async fn entries(
    State(server): State<Server>,
    device: Device,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    let mut client = server.database.client().await?;
    let transaction = for_company(&mut client, device.place.company).await?;
    let (spans, _) = spans(&transaction, device.place).await?.ok_or_else(nothing_heard)?;
    let span = spans.iter().find(|span| span.epoch == wanted.epoch).ok_or_else(Problem::not_found)?;
    let batch = chunk(&transaction, device.place, span, wanted.after).await.map_err(|error| {
        tracing::error!(branch.id = %device.place.branch, error = format!("{error:#}"), "a journal cannot be handed over");
        Problem::of(StatusCode::INTERNAL_SERVER_ERROR, "internal", "An internal error")
    })?;
    Ok(match batch {
        Some(batch) => Upward::Batch(batch).encode().into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}
