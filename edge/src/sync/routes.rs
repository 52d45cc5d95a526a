//! How sync stands, over HTTP.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use comanda_shared::protocol::directive::DirectiveReport;
use comanda_shared::protocol::{Barred, Standing};
use comanda_shared::time::LocalInstant;
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

use super::down::report;
use super::store;
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
    /// Since when the first of those waits.
    #[schema(required)]
    waiting_since: Option<LocalInstant>,
    /// Why it does not go on, for whoever looks after the box.
    #[schema(required)]
    detail: Option<String>,
    /// What the branch works with, and who laid it down.
    directives: Vec<DirectiveView>,
}

/// Catalog or settings in use.
#[derive(Serialize, ToSchema)]
#[schema(as = SyncDirective)]
struct DirectiveView {
    /// `catalog`, `settings`.
    kind: String,
    /// The cloud's number of the version in use; none for what the branch laid down itself.
    #[schema(required)]
    cloud_version: Option<u64>,
    /// A later version of the cloud's that is not used.
    #[schema(required)]
    not_taken: Option<NotTakenView>,
}

/// A version of the cloud's that is not used, and why.
#[derive(Serialize, ToSchema)]
#[schema(as = SyncNotTaken)]
struct NotTakenView {
    version: u64,
    detail: String,
}

impl From<DirectiveReport> for DirectiveView {
    fn from(report: DirectiveReport) -> Self {
        let not_taken = report.not_taken.map(|tried| NotTakenView { version: tried.version, detail: tried.detail });
        Self { kind: report.kind, cloud_version: Some(report.version).filter(|&version| version > 0), not_taken }
    }
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
    let acknowledged = status.acknowledged;
    let is_enrolled = status.branch.is_some();
    let read = move |connection: &Connection| {
        let since = if is_enrolled { store::time_of(connection, acknowledged + 1)? } else { None };
        Ok((since, report::of_directives(connection)?))
    };
    let (since, directives) = branch.journal.readers().read(read).await?;
    let zone = branch.journal.configuration().zone.clone();
    Ok(Json(View {
        status: word,
        branch: status.branch.map(|branch| branch.to_string()),
        head,
        acknowledged: status.acknowledged,
        waiting: head.saturating_sub(status.acknowledged),
        acknowledged_at: status.acknowledged_at.map(|at| LocalInstant::at(at, &zone)),
        waiting_since: since.map(|at| LocalInstant::at(at, &zone)),
        detail: reason.or(status.error),
        directives: directives.into_iter().map(DirectiveView::from).collect(),
    })
    .into_response())
}
