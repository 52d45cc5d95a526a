//! `POST /api/v1/enrol` and `/renew`: how a box comes to a certificate, and to the next one.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use comanda_shared::ids::BranchId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::codes::{CodeError, Enrolled, enrol, renew};
use crate::http::{Problem, Server};
use crate::staff::CompanyKey;

/// What a box asks.
#[derive(Deserialize)]
pub struct Request {
    code: String,
    /// A certificate request, PEM.
    request: String,
}

/// What it is given.
#[derive(Serialize)]
pub struct Answer {
    branch: String,
    appliance: Uuid,
    certificate: String,
    authority: String,
    broker: String,
    documents: String,
    not_after: String,
    renew_at: String,
    /// What the company's PIN verifiers are keyed with, hexadecimal.
    staff_key: String,
}

/// What an enrolled box asks: its name is known to it and us only.
#[derive(Deserialize)]
pub struct Renewal {
    branch: BranchId,
    appliance: Uuid,
    /// A certificate request, PEM.
    request: String,
}

/// Uses a code.
pub async fn enrol_box(State(server): State<Server>, Json(asked): Json<Request>) -> Response {
    let enrolled = enrol(&server.database, &server.authority, &asked.code, &asked.request).await;
    answer(&server, enrolled)
}

/// Makes the next certificate.
pub async fn renew_box(State(server): State<Server>, Json(asked): Json<Renewal>) -> Response {
    let Renewal { branch, appliance, request } = asked;
    answer(&server, renew(&server.database, &server.authority, branch, appliance, &request).await)
}

fn answer(server: &Server, certified: Result<Enrolled, CodeError>) -> Response {
    let authority = match std::fs::read_to_string(server.authority.certificate()) {
        Ok(authority) => authority,
        Err(error) => {
            tracing::error!(%error, "the authority's certificate cannot be read");
            return problem(StatusCode::INTERNAL_SERVER_ERROR, "internal", "An internal error");
        }
    };
    let certified = certified.and_then(|enrolled| {
        let key = CompanyKey::of(&server.authority, enrolled.company).map_err(CodeError::Key)?;
        Ok((enrolled, key.to_hex()))
    });
    match certified {
        Ok((enrolled, staff_key)) => {
            tracing::info!(branch.id = %enrolled.branch, "a box was given a certificate");
            let answer = Answer {
                branch: enrolled.branch.to_string(),
                appliance: enrolled.appliance,
                certificate: enrolled.certificate,
                authority,
                broker: server.broker_for_branches.clone(),
                documents: server.documents.clone(),
                not_after: enrolled.not_after.to_string(),
                renew_at: enrolled.renew_at.to_string(),
                staff_key,
            };
            (StatusCode::CREATED, Json(answer)).into_response()
        }
        Err(CodeError::Invalid) => problem(StatusCode::FORBIDDEN, "code.invalid", "The code is not valid"),
        Err(CodeError::Request(error)) => {
            tracing::warn!(error = format!("{error:#}"), "a certificate request was refused");
            problem(StatusCode::UNPROCESSABLE_ENTITY, "request.invalid", "The certificate request cannot be used")
        }
        Err(CodeError::Key(error)) => {
            tracing::error!(error = format!("{error:#}"), "the key of PINs cannot be read");
            problem(StatusCode::INTERNAL_SERVER_ERROR, "internal", "An internal error")
        }
        Err(CodeError::Db(error)) => {
            tracing::error!(error = format!("{:#}", anyhow::Error::new(error)), "a box could not be certified");
            problem(StatusCode::SERVICE_UNAVAILABLE, "storage.unavailable", "Try again in a moment")
        }
    }
}

fn problem(status: StatusCode, code: &'static str, title: &'static str) -> Response {
    Problem::of(status, code, title).into_response()
}
