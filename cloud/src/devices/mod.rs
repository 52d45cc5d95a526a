//! The door for boxes: HTTPS with the authority's own certificate, and a certificate of every box that comes in.
//!
//! A certificate says which branch a box is of. Whether it still speaks for that branch is asked of the branch's `link`
//! with every request, by the name the box was given when it was enrolled: a revoked box gets nothing. One in whose place
//! another was enrolled may hand in what it had not sent, and nothing else.

mod listener;
mod routes;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use tokio::net::TcpListener;

pub use listener::{BoxesListener, Peer};
pub use routes::{Device, FormerDevice};

use crate::enrolment::authority::Authority;
use crate::http::Server;
use crate::{salvage, takeover};

/// Ten thousand products are some four megabytes.
const DOCUMENT_LIMIT: usize = 16 * 1024 * 1024;

/// Serves boxes until it is dropped.
///
/// # Errors
/// When the keys cannot be read or the listener fails.
pub async fn serve(listener: TcpListener, authority: &Authority, server: Server) -> anyhow::Result<()> {
    let router = Router::new()
        .route("/api/v1/takeover", get(takeover::routes::show))
        .route("/api/v1/takeover/entries", get(takeover::routes::entries))
        .route("/api/v1/salvage", get(salvage::routes::end).post(salvage::routes::hand_in))
        .route("/api/v1/documents/{sha256}", get(routes::fetch).put(routes::show))
        .layer(DefaultBodyLimit::max(DOCUMENT_LIMIT))
        .with_state(server);
    let listener = BoxesListener::new(listener, authority)?;
    axum::serve(listener, router.into_make_service_with_connect_info::<Peer>()).await?;
    Ok(())
}
