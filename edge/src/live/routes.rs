//! The live channel over HTTP: a request that becomes a WebSocket; and which screens there are.

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use comanda_shared::time::LocalInstant;
use serde::Serialize;
use utoipa::ToSchema;

use super::pass::Pass;
use super::presence::Status;
use super::screen;
use crate::http::answer::{self, List};
use crate::http::openapi::{Guarded, Known, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::screens;
use crate::http::server::Branch;

refusals! {
    /// Of a screen.
    Listening: &[Code::OriginForeign, Code::WebSocketNeeded, Code::LiveFull];
}

/// What a screen says is shorter: a hello with every station of a large branch.
const LONGEST_MESSAGE: usize = 16 * 1024;

/// Becomes a WebSocket that tells what changes.
///
/// What a screen sees depends on the scopes it names, each of which needs its permission; a guest with a pass listens to their own
/// order. A screen says `LiveRequest`, the
/// branch `LiveMessage`, each one JSON object in a text frame; `docs/live.md` says when and what a screen does with them.
#[utoipa::path(get, path = "/api/v1/live", operation_id = "listen", tag = "branch",
    responses((status = 101, description = "A WebSocket follows"), Known, Listening))]
pub async fn listen(
    State(branch): State<Branch>,
    pass: Pass,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    let Ok(upgrade) = upgrade else {
        let needed = [(header::UPGRADE, HeaderValue::from_static("websocket"))];
        return Ok((needed, Problem::from(Code::WebSocketNeeded)).into_response());
    };
    let seat = branch.live.seat(&pass).ok_or_else(|| Problem::from(Code::LiveFull))?;
    let live = branch.live.clone();
    let upgrade = upgrade.max_message_size(LONGEST_MESSAGE).max_frame_size(LONGEST_MESSAGE);
    Ok(upgrade.on_upgrade(move |socket| screen::attend(socket, live, pass, seat)))
}

/// A screen of the branch.
#[derive(Serialize, ToSchema)]
#[schema(as = Screen)]
pub struct ScreenView {
    /// Which it says it is.
    #[schema(example = "kitchen")]
    screen: String,
    /// Who is logged in at it.
    who: String,
    status: Status,
    /// Whether its connection stands; a page that is frozen has one.
    connected: bool,
    since: LocalInstant,
    /// When it last said that it paints what it is told.
    heard_at: LocalInstant,
    /// Entries of the journal that it has yet to paint.
    behind: u64,
    /// How many scopes it listens to.
    scopes: usize,
    ui_version: String,
    /// Whether that is what the branch serves by now.
    current: bool,
}

/// Lists the screens that are connected, and those that were in the last half a day.
///
/// Needs `monitoring.view`. A screen is late when it painted nothing for 25 seconds, dead after a minute.
#[utoipa::path(get, path = "/api/v1/screens", operation_id = "list_screens", tag = "branch",
    responses((status = 200, body = List<ScreenView>), Guarded))]
pub async fn list(State(branch): State<Branch>) -> Response {
    let (now, zone) = (branch.journal.environment().clock.now(), branch.journal.configuration().zone.clone());
    let head = *branch.committed.borrow();
    let screens = branch.live.present().into_iter().map(|screen| ScreenView {
        status: screen.status(now),
        connected: screen.is_connected,
        since: LocalInstant::at(screen.since, &zone),
        heard_at: LocalInstant::at(screen.heard_at, &zone),
        behind: head.saturating_sub(screen.painted),
        scopes: screen.scopes,
        current: screen.ui_version == screens::version(),
        screen: screen.screen,
        who: screen.who,
        ui_version: screen.ui_version,
    });
    answer::json(StatusCode::OK, &List::whole(screens))
}
