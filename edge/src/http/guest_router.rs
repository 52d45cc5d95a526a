//! Every route of the guests' door on one page. It is a listener of its own, so that the network of guests may lead to nothing else:
//! what does not stand here is not there, whoever asks and with what (`edge/tests/menu.rs` asks every route of the branch).

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get};

use super::access::{Needs, guard, guest_threshold};
use super::router::{method_not_allowed, not_found};
use super::server::Branch;
use super::{page, screens};
use crate::{branch, live, menu};

/// No guest sends anything.
const BODY_LIMIT: usize = 1024;

/// What guests of a branch reach.
pub fn guest_router(state: Branch) -> Router {
    let with_a_pass =
        |route: MethodRouter<Branch>| route.route_layer(from_fn_with_state((state.clone(), Needs::Guest), guard));
    Router::new()
        .route("/api/v1/menu", get(menu::routes::show))
        .route("/api/v1/menu/photos/{id}/{size}", get(menu::routes::photo))
        .route("/api/v1/live", with_a_pass(get(live::routes::listen)))
        .route("/api/v1/live/events", with_a_pass(get(live::events::listen)))
        .route("/api/v1/live/poll", with_a_pass(get(live::poll::poll)))
        .route("/healthz", get(branch::routes::alive))
        .merge(screens::menu_routes())
        .merge(page::guest_routes())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(state.clone(), guest_threshold))
        .with_state(state)
}
