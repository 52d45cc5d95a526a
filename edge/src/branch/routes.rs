//! How the branch is doing, over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use comanda_shared::branch::{DirectiveKind, Settings};
use comanda_shared::ids::JournalId;
use comanda_shared::money::Currency;
use comanda_shared::time::LocalInstant;
use serde::Serialize;
use utoipa::ToSchema;

use super::settings::{self, NewSettings};
use super::store;
use crate::http::extract::Body;
use crate::http::openapi::{Guarded, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::screens;
use crate::http::server::Branch;
use crate::staff::Caller;
use crate::sync::pen;

/// How the program is.
#[derive(Serialize, ToSchema)]
pub struct Condition {
    status: ConditionWord,
}

/// How the program is, in one word.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ConditionWord {
    /// It answers.
    Ok,
    /// The branch's file answers too, and takes what is to be kept.
    Ready,
    /// The branch's file does not.
    NotReady,
}

/// Says that the program answers.
#[utoipa::path(get, path = "/healthz", operation_id = "alive", tag = "branch", security(()),
    responses((status = 200, body = Condition), Problem))]
pub async fn alive() -> Response {
    Json(Condition { status: ConditionWord::Ok }).into_response()
}

/// Says whether the branch's file answers too, and takes what is to be kept.
#[utoipa::path(get, path = "/readyz", operation_id = "ready", tag = "branch", security(()),
    responses((status = 200, body = Condition), (status = 503, body = Condition), Problem))]
pub async fn ready(State(branch): State<Branch>) -> Response {
    match (branch.journal.readers().read(store::load).await, branch.journal.fault().await) {
        (Ok(Some(_)), None) => Json(Condition { status: ConditionWord::Ready }).into_response(),
        (Ok(_) | Err(_), _) => {
            let condition = Condition { status: ConditionWord::NotReady };
            (StatusCode::SERVICE_UNAVAILABLE, Json(condition)).into_response()
        }
    }
}

/// What every screen needs to know of the branch.
#[derive(Serialize, ToSchema)]
#[schema(as = Branch)]
pub struct BranchView<'a> {
    name: &'a str,
    code: &'a str,
    time_zone: &'a str,
    /// None before there is a catalog.
    #[schema(required)]
    currency: Option<Currency>,
    /// The branch's clock.
    now: LocalInstant,
    /// 0 before there is a catalog.
    catalog_version: u64,
    /// What is proposed as a tip, of a thousand.
    tip_permille: u16,
    /// Whether tiles show what products look like.
    shows_pictures: bool,
    /// Which screens the branch serves; another one than the screen was loaded as means that it is old.
    ui_version: &'static str,
    /// The journal's present life.
    journal_id: JournalId,
}

/// Shows what every screen needs to know before anybody has logged in.
#[utoipa::path(get, path = "/api/v1/branch", operation_id = "show_branch", tag = "branch", security(()),
    responses((status = 200, body = BranchView<'static>), Problem))]
pub async fn show(State(branch): State<Branch>) -> Result<Response, Problem> {
    let known = branch.journal.readers().read(store::load).await?.ok_or_else(|| Problem::from(Code::Internal))?;
    let configuration = branch.journal.configuration();
    let settings = &configuration.settings;
    let view = BranchView {
        name: &settings.name,
        code: &settings.code,
        time_zone: &settings.timezone,
        currency: configuration.catalog.as_deref().map(comanda_shared::catalog::Catalog::currency),
        now: LocalInstant::at(branch.journal.environment().clock.now(), &configuration.zone),
        catalog_version: configuration.catalog_version,
        tip_permille: settings.tip_permille,
        shows_pictures: settings.shows_pictures,
        ui_version: screens::version(),
        journal_id: known.journal,
    };
    Ok(Json(view).into_response())
}

/// Shows the branch's settings.
///
/// Needs `monitoring.view`.
#[utoipa::path(get, path = "/api/v1/settings", operation_id = "show_settings", tag = "branch",
    responses((status = 200, body = Settings), Guarded))]
pub async fn show_settings(State(branch): State<Branch>) -> Response {
    Json(&*branch.journal.configuration().settings).into_response()
}

refusals! {
    /// Of other settings.
    Setting: &[Code::FieldInvalid, Code::PaymentCodeInvalid, Code::OwnedByCloud];
}

/// Changes the branch's settings; what is absent stays.
///
/// Needs `settings.edit`. Where the cloud lays them down, they are changed there.
#[utoipa::path(put, path = "/api/v1/settings", operation_id = "change_settings", tag = "branch",
    request_body = NewSettings, responses((status = 200, body = Settings), Guarded, Setting))]
pub async fn change_settings(
    State(branch): State<Branch>,
    caller: Caller,
    body: Body<NewSettings>,
) -> Result<Response, Problem> {
    let change = move || {
        pen::check_asked(&branch.journal, &branch.folder, DirectiveKind::Settings)?;
        settings::change(&branch.journal, caller.actor, body.value).map_err(Problem::from)
    };
    let settings = tokio::task::spawn_blocking(change).await.map_err(|_| Problem::from(Code::Internal))??;
    Ok(Json(settings).into_response())
}

/// How the branch is doing.
#[derive(Serialize, ToSchema)]
pub struct Health<'a> {
    /// The program's.
    version: &'static str,
    branch: Who<'a>,
    catalog_version: u64,
    journal: Head,
    live: Listeners,
    writer: Load,
}

/// Which branch it is.
#[derive(Serialize, ToSchema)]
#[schema(as = HealthBranch)]
struct Who<'a> {
    name: &'a str,
    code: &'a str,
}

/// How far the journal has come.
#[derive(Serialize, ToSchema)]
#[schema(as = HealthJournal)]
struct Head {
    sequence: u64,
}

/// Who listens to the live channel.
#[derive(Serialize, ToSchema)]
#[schema(as = HealthLive)]
struct Listeners {
    screens: usize,
}

/// What the journal's writer did since the program started.
#[derive(Serialize, ToSchema)]
#[schema(as = HealthWriter)]
struct Load {
    steps: u64,
    commits: u64,
    longest_step_us: u64,
    steps_over_5_ms: u64,
}

/// Shows how the branch is doing: version, journal, screens, writer.
///
/// Needs `monitoring.view`.
#[utoipa::path(get, path = "/api/v1/monitoring/health", operation_id = "show_health", tag = "branch",
    responses((status = 200, body = Health<'static>), Guarded))]
pub async fn health(State(branch): State<Branch>) -> Result<Response, Problem> {
    let load = branch.journal.load();
    let configuration = branch.journal.configuration();
    let health = Health {
        version: env!("CARGO_PKG_VERSION"),
        branch: Who { name: &configuration.settings.name, code: &configuration.settings.code },
        catalog_version: configuration.catalog_version,
        journal: Head { sequence: *branch.committed.borrow() },
        live: Listeners { screens: branch.live.screens() },
        writer: Load {
            steps: load.steps,
            commits: load.commits,
            longest_step_us: load.longest_step_us,
            steps_over_5_ms: load.long_steps,
        },
    };
    Ok(Json(health).into_response())
}
