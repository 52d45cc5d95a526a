//! Documents, for boxes: what is laid down for their branch, and what their branch uses.

use axum::extract::{ConnectInfo, FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::Peer;
use crate::db::for_company;
use crate::directives::store;
use crate::http::{Problem, Server};
use crate::ingest::store::Place;
use crate::tenancy::company_of_branch;

/// A box that speaks for its branch.
pub struct Device {
    /// Which.
    pub place: Place,
}

fn stranger() -> Problem {
    Problem::of(StatusCode::FORBIDDEN, "box.stranger", "This box does not speak for a branch")
}

/// The branch of the certificate, and the name the box says it was given.
async fn named(parts: &Parts, server: &Server) -> Result<(Place, Uuid), Problem> {
    let peer = parts.extensions.get::<ConnectInfo<Peer>>().and_then(|ConnectInfo(peer)| peer.branch);
    let branch = peer.ok_or_else(stranger)?;
    let named = parts.headers.get("comanda-appliance").and_then(|value| value.to_str().ok());
    let appliance: Uuid = named.and_then(|name| name.parse().ok()).ok_or_else(stranger)?;
    let company = company_of_branch(&server.database, branch).await?.ok_or_else(stranger)?;
    Ok((Place { company, branch }, appliance))
}

impl FromRequestParts<Server> for Device {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Problem> {
        const SPEAKS: &str = "
            SELECT EXISTS (SELECT FROM link WHERE company_id = $1 AND branch_id = $2 AND appliance_id = $3)";
        let (place, appliance) = named(parts, server).await?;
        if holds(server, place, appliance, SPEAKS).await? { Ok(Self { place }) } else { Err(stranger()) }
    }
}

/// A box that spoke for its branch, and in whose place another does.
pub struct FormerDevice {
    /// Of which branch.
    pub place: Place,
    /// Which.
    pub appliance: Uuid,
}

impl FromRequestParts<Server> for FormerDevice {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, server: &Server) -> Result<Self, Problem> {
        const SPOKE: &str = "
            SELECT EXISTS (SELECT FROM appliance JOIN link USING (company_id, branch_id)
                            WHERE company_id = $1 AND branch_id = $2 AND appliance.appliance_id = $3
                              AND link.appliance_id <> $3)";
        let (place, appliance) = named(parts, server).await?;
        if holds(server, place, appliance, SPOKE).await? { Ok(Self { place, appliance }) } else { Err(stranger()) }
    }
}

async fn holds(server: &Server, place: Place, appliance: Uuid, question: &'static str) -> Result<bool, Problem> {
    let mut client = server.database.client().await?;
    let transaction = for_company(&mut client, place.company).await?;
    let asked = transaction.query_one(question, &[&place.company.0, &place.branch.uuid(), &appliance]).await;
    Ok(asked.map_err(crate::db::DbError::from)?.get(0))
}

/// `GET /api/v1/documents/{sha256}`: a document that is laid down for the box's branch.
pub async fn fetch(
    State(server): State<Server>,
    device: Device,
    Path(sha256): Path<String>,
) -> Result<Response, Problem> {
    let mut client = server.database.client().await?;
    let transaction = for_company(&mut client, device.place.company).await?;
    let body = store::document_for(&transaction, device.place, &sha256).await?.ok_or_else(Problem::not_found)?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response())
}

/// `PUT /api/v1/documents/{sha256}`: a document that the box's branch uses.
pub async fn show(
    State(server): State<Server>,
    device: Device,
    Path(sha256): Path<String>,
    body: String,
) -> Result<Response, Problem> {
    if store::name_of(body.as_bytes()) != sha256 || body.contains('\0') {
        let title = "The document is not the one its name says";
        return Err(Problem::of(StatusCode::UNPROCESSABLE_ENTITY, "document.other", title));
    }
    let mut client = server.database.client().await?;
    let transaction = for_company(&mut client, device.place.company).await?;
    if !store::is_in_use(&transaction, device.place, &sha256).await? {
        return Err(Problem::not_found());
    }
    store::keep_document(&transaction, device.place.company, &sha256, &body).await?;
    transaction.commit().await.map_err(crate::db::DbError::from)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
