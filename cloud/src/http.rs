//! The cloud's HTTP server: behind a proxy that speaks TLS, or on loopback.

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use tokio::net::TcpListener;

use crate::db::Database;
use crate::enrolment::authority::Authority;
use crate::enrolment::routes::{enrol_box, renew_box};

/// No request is larger.
const BODY_LIMIT: usize = 64 * 1024;

/// What handlers share.
#[derive(Clone)]
pub struct Server {
    /// The database.
    pub database: Database,
    /// Who certifies boxes.
    pub authority: Authority,
    /// Where branches find the broker: `host:port`.
    pub broker_for_branches: String,
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
    let router = Router::new()
        .route("/api/v1/enrol", post(enrol_box))
        .route("/api/v1/renew", post(renew_box))
        .route("/healthz", get(async || StatusCode::NO_CONTENT))
        .route("/readyz", get(ready))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(server);
    axum::serve(listener, router).with_graceful_shutdown(stop).await
}

async fn ready(State(server): State<Server>) -> StatusCode {
    let asked =
        async { server.database.client().await?.query_one("SELECT 1", &[]).await.map_err(crate::db::DbError::from) };
    match asked.await {
        Ok(_) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
