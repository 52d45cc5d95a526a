//! Publishing, over HTTP, for whoever has a token of the company.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use comanda_shared::branch::Settings;
use comanda_shared::staff::Roles;
use serde::Deserialize;

use super::publish::{PublishError, Scope, publish_catalog, publish_settings};
use super::store;
use crate::access::Caller;
use crate::db::for_company;
use crate::http::{Problem, Server};
use crate::staff::{CompanyKey, publish_roles, publish_staff};
use crate::tenancy;

impl From<PublishError> for Problem {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Catalog(rows) => {
                let problem = Self::of(StatusCode::UNPROCESSABLE_ENTITY, "catalog.invalid", "The catalog is not valid");
                problem.with("errors", serde_json::json!(rows))
            }
            PublishError::Settings(error) => {
                Self::of(StatusCode::UNPROCESSABLE_ENTITY, "settings.invalid", "The settings are not valid")
                    .with("detail", error.to_string().into())
            }
            PublishError::Staff(error) => {
                Self::of(StatusCode::UNPROCESSABLE_ENTITY, "staff.invalid", "The list of staff is not valid")
                    .with("detail", error.to_string().into())
            }
            PublishError::Roles(error) => {
                Self::of(StatusCode::UNPROCESSABLE_ENTITY, "roles.invalid", "The roles are not valid")
                    .with("detail", error.to_string().into())
            }
            PublishError::Interrupted => Self::of(StatusCode::SERVICE_UNAVAILABLE, "stopping", "Try again in a moment"),
            PublishError::Db(error) => error.into(),
            PublishError::Before(error) => {
                tracing::error!(%error, "a version that was published cannot be read back");
                Self::of(StatusCode::INTERNAL_SERVER_ERROR, "internal", "An internal error")
            }
        }
    }
}

/// For whom.
#[derive(Deserialize)]
pub struct Addressed {
    /// One branch, by its code; all of them when absent.
    branch: Option<String>,
}

/// `PUT /api/v1/catalog?branch=CODE`: publishes a catalog file.
pub async fn put_catalog(
    State(server): State<Server>,
    caller: Caller,
    Query(Addressed { branch }): Query<Addressed>,
    file: Bytes,
) -> Result<Response, Problem> {
    let scope = scope_of(&server, &caller, branch).await?;
    let published = publish_catalog(&server.database, &scope, &file, &caller.name).await?;
    Ok(Json(published).into_response())
}

async fn scope_of(server: &Server, caller: &Caller, branch: Option<String>) -> Result<Scope, Problem> {
    Ok(match branch {
        None => Scope::Company(caller.company),
        Some(code) => Scope::Branch(caller.branch(&server.database, &code).await?),
    })
}

/// `PUT /api/v1/staff?branch=CODE`: publishes a list of who works there.
pub async fn put_staff(
    State(server): State<Server>,
    caller: Caller,
    Query(Addressed { branch }): Query<Addressed>,
    file: Bytes,
) -> Result<Response, Problem> {
    let scope = scope_of(&server, &caller, branch).await?;
    let key = CompanyKey::of(&server.authority, caller.company).map_err(|error| {
        tracing::error!(error = format!("{error:#}"), "PINs cannot be keyed");
        Problem::of(StatusCode::INTERNAL_SERVER_ERROR, "internal", "An internal error")
    })?;
    let published = publish_staff(&server.database, key, &scope, file.to_vec(), &caller.name).await?;
    Ok(Json(published).into_response())
}

/// `PUT /api/v1/roles?branch=CODE`: publishes the company's own roles.
pub async fn put_roles(
    State(server): State<Server>,
    caller: Caller,
    Query(Addressed { branch }): Query<Addressed>,
    Json(roles): Json<Roles>,
) -> Result<Response, Problem> {
    let scope = scope_of(&server, &caller, branch).await?;
    let published = publish_roles(&server.database, &scope, roles, &caller.name).await?;
    Ok(Json(published).into_response())
}

/// `PUT /api/v1/branches/{code}/settings`: publishes the settings of a branch.
pub async fn put_settings(
    State(server): State<Server>,
    caller: Caller,
    Path(code): Path<String>,
    Json(settings): Json<Settings>,
) -> Result<Response, Problem> {
    let branch = caller.branch(&server.database, &code).await?;
    let published = publish_settings(&server.database, &branch, settings, &caller.name).await?;
    Ok(Json(published).into_response())
}

/// `GET /api/v1/directives`: how every branch stands with what is laid down for it.
pub async fn list(State(server): State<Server>, caller: Caller) -> Result<Response, Problem> {
    let mut client = server.database.client().await?;
    let transaction = for_company(&mut client, caller.company).await.map_err(Problem::from)?;
    let items = store::standings(&transaction).await?;
    Ok(Json(serde_json::json!({"items": items})).into_response())
}

/// `GET /api/v1/branches`: the branches of the company.
pub async fn branches(State(server): State<Server>, caller: Caller) -> Result<Response, Problem> {
    let mut client = server.database.client().await?;
    let transaction = for_company(&mut client, caller.company).await.map_err(Problem::from)?;
    let all = tenancy::branches(&transaction).await?;
    let items: Vec<_> = all
        .iter()
        .map(|branch| serde_json::json!({"id": branch.id, "code": branch.code, "name": branch.name}))
        .collect();
    Ok(Json(serde_json::json!({"items": items})).into_response())
}
