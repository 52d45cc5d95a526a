//! How sync stands, over HTTP.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use comanda_shared::protocol::{Barred, Standing};
use comanda_shared::time::LocalInstant;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::openapi::Guarded;
use crate::http::problem::Problem;
use crate::http::server::Branch;

/// How sync with the cloud stands.
#[derive(Serialize, ToSchema)]
#[schema(as = SyncStatus)]
pub struct View {
    status: SyncWord,
    /// The branch as the cloud knows it; none before this box was enrolled.
    #[schema(required)]
    branch: Option<String>,
    /// The last entry of the journal.
    head: u64,
    /// The last entry the cloud is known to have.
    acknowledged: u64,
    /// Entries that are only here yet.
    waiting: u64,
    /// When the cloud last took some, since the program started.
    #[schema(required)]
    acknowledged_at: Option<LocalInstant>,
    /// Why it does not go on, for whoever looks after the box.
    #[schema(required)]
    detail: Option<String>,
}

/// How it stands, in one word.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum SyncWord {
    /// This box was never enrolled: the branch stands alone.
    Off,
    /// There is no connection; it is tried again and again.
    Offline,
    /// It is being found out where to go on.
    Connecting,
    /// What happens is sent as it happens.
    Streaming,
    /// Another box writes this branch.
    Fenced,
    /// The cloud does not know this box any more.
    Stranger,
    /// One side is too old for the other.
    Unsupported,
    /// Something cannot be sent or taken; `detail` says what.
    Stuck,
}

/// Shows how sync with the cloud stands.
///
/// Needs `monitoring.view`.
#[utoipa::path(get, path = "/api/v1/sync/status", operation_id = "show_sync_status", tag = "branch",
    responses((status = 200, body = View), Guarded))]
pub async fn status(State(branch): State<Branch>) -> Result<Response, Problem> {
    let status = branch.sync.status();
    let head = *branch.committed.borrow();
    let (word, reason) = match &status.standing {
        _ if status.branch.is_none() => (SyncWord::Off, None),
        Standing::Offline => (SyncWord::Offline, None),
        Standing::Greeting => (SyncWord::Connecting, None),
        Standing::Streaming => (SyncWord::Streaming, None),
        Standing::Barred(Barred::Fenced { .. }) => (SyncWord::Fenced, None),
        Standing::Barred(Barred::Stranger) => (SyncWord::Stranger, None),
        Standing::Barred(Barred::Unsupported { .. }) => (SyncWord::Unsupported, None),
        Standing::Barred(Barred::Malformed { detail }) => (SyncWord::Stuck, Some(detail.clone())),
    };
    let zone = branch.journal.configuration().zone.clone();
    Ok(Json(View {
        status: word,
        branch: status.branch.map(|branch| branch.to_string()),
        head,
        acknowledged: status.acknowledged,
        waiting: head.saturating_sub(status.acknowledged),
        acknowledged_at: status.acknowledged_at.map(|at| LocalInstant::at(at, &zone)),
        detail: reason.or(status.error),
    })
    .into_response())
}
