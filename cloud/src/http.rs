//! The cloud's HTTP server: behind a proxy that speaks TLS, or on loopback. Boxes have a door of their own, see
//! [`crate::devices`].

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::db::{Database, DbError};
use crate::enrolment::authority::Authority;
use crate::enrolment::routes::{enrol_box, renew_box};
use crate::{commands, directives, fleet, kitchen, salvage};

/// No request is larger.
const BODY_LIMIT: usize = 64 * 1024;
/// But a whole catalog.
const CATALOG_LIMIT: usize = 16 * 1024 * 1024;

/// What handlers share.
#[derive(Clone)]
pub struct Server {
    /// The database.
    pub database: Database,
    /// Who certifies boxes.
    pub authority: Authority,
    /// Where branches find the broker: `host:port`.
    pub broker_for_branches: String,
    /// Where boxes find documents: `https://host:port`.
    pub documents: String,
}

/// Every route, whoever may call it.
fn router(server: Server) -> Router {
    Router::new()
        .route("/api/v1/enrol", post(enrol_box))
        .route("/api/v1/renew", post(renew_box))
        .route("/api/v1/branches", get(directives::routes::branches))
        .route("/api/v1/branches/{code}/settings", put(directives::routes::put_settings))
        .route("/api/v1/branches/{code}/commands", get(commands::routes::show).post(commands::routes::post))
        .route("/api/v1/branches/{code}/salvage", get(salvage::routes::list))
        .route("/api/v1/branches/{code}/salvage/{order}", put(salvage::routes::put))
        .route("/api/v1/catalog", put(directives::routes::put_catalog).layer(DefaultBodyLimit::max(CATALOG_LIMIT)))
        .route("/api/v1/staff", put(directives::routes::put_staff))
        .route("/api/v1/roles", put(directives::routes::put_roles))
        .route("/api/v1/directives", get(directives::routes::list))
        .route("/api/v1/fleet", get(fleet::routes::list))
        .route("/api/v1/reports/kitchen-times", get(kitchen::routes::report))
        .route("/healthz", get(async || StatusCode::NO_CONTENT))
        .route("/readyz", get(ready))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(server)
}

/// Serves until the future resolves.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    server: Server,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router(server)).with_graceful_shutdown(stop).await
}

async fn ready(State(server): State<Server>) -> StatusCode {
    let asked = async { server.database.client().await?.query_one("SELECT 1", &[]).await.map_err(DbError::from) };
    match asked.await {
        Ok(_) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// A refusal, RFC 9457: `{"type", "status", "code", "title", …}`.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    body: Value,
}

impl Problem {
    /// A refusal with a stable code, and a title for programmers.
    pub fn of(status: StatusCode, code: &str, title: &str) -> Self {
        let body = json!({"type": "about:blank", "status": status.as_u16(), "code": code, "title": title});
        Self { status, body }
    }

    /// Nothing of that name is there for whoever asks.
    pub fn not_found() -> Self {
        Self::of(StatusCode::NOT_FOUND, "not_found", "There is no such thing")
    }

    /// The same with one more field.
    pub fn with(mut self, field: &str, value: Value) -> Self {
        self.body[field] = value;
        self
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        tracing::error!(error = format!("{:#}", anyhow::Error::new(error)), "a request could not be answered");
        Self::of(StatusCode::SERVICE_UNAVAILABLE, "storage.unavailable", "Try again in a moment")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}
