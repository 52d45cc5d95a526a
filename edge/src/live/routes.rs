//! The live channel over HTTP: a request that becomes a WebSocket.

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::screen::{self, Pass};
use crate::http::access::secret_of;
use crate::http::openapi::{Known, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;

refusals! {
    /// Of a screen.
    Listening: &[Code::OriginForeign, Code::WebSocketNeeded, Code::LiveFull];
}

/// What a screen says is shorter: a hello with every station of a large branch.
const LONGEST_MESSAGE: usize = 16 * 1024;

/// Becomes a WebSocket that tells what changes.
///
/// What a screen sees depends on the scopes it names, each of which needs `orders.view`. A screen says `LiveRequest`, the
/// branch `LiveMessage`, each one JSON object in a text frame; `docs/live.md` says when and what a screen does with them.
#[utoipa::path(get, path = "/api/v1/live", operation_id = "listen", tag = "branch",
    responses((status = 101, description = "A WebSocket follows"), Known, Listening))]
pub async fn listen(
    State(branch): State<Branch>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let Ok(upgrade) = upgrade else {
        let needed = [(header::UPGRADE, HeaderValue::from_static("websocket"))];
        return Ok((needed, Problem::from(Code::WebSocketNeeded)).into_response());
    };
    let secret = secret_of(&headers).ok_or_else(|| Problem::from(Code::CredentialsMissing))?;
    let seat = branch.live.seat().ok_or_else(|| Problem::from(Code::LiveFull))?;
    let (live, pass) = (branch.live.clone(), Pass { access: branch.access.clone(), secret });
    let upgrade = upgrade.max_message_size(LONGEST_MESSAGE).max_frame_size(LONGEST_MESSAGE);
    Ok(upgrade.on_upgrade(move |socket| screen::attend(socket, live, pass, seat)))
}
