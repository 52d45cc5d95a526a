//! The plain pages: `/tickets`, orders and the pictures of their tickets; `/pedido`, on which a guest follows their own order.
//! Everything they need is in the binary, and they are there also where the screens were not built.

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::screens::POLICY;

/// The page's files.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/tickets", get(|| async { file("text/html; charset=utf-8", include_str!("page/tickets.html")) }))
        .route("/tickets/page.css", get(|| async { file("text/css; charset=utf-8", include_str!("page/page.css")) }))
        .route(
            "/tickets/page.js",
            get(|| async { file("text/javascript; charset=utf-8", include_str!("page/page.js")) }),
        )
        .merge(guest_routes())
}

/// Those that guests have too: receipts that were printed lead to either door.
pub fn guest_routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/pedido", get(|| async { file("text/html; charset=utf-8", include_str!("page/order.html")) }))
        .route("/pedido/page.css", get(|| async { file("text/css; charset=utf-8", include_str!("page/order.css")) }))
        .route(
            "/pedido/page.js",
            get(|| async { file("text/javascript; charset=utf-8", include_str!("page/order.js")) }),
        )
        .route("/icon.svg", get(|| async { file("image/svg+xml", include_str!("page/icon.svg")) }))
}

/// A page of ours, or a part of one: nothing from elsewhere may come into it.
pub fn file(kind: &'static str, text: impl Into<axum::body::Body>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (headers, text.into()).into_response()
}
