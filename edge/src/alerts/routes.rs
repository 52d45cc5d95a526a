//! Alerts over HTTP.

use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use comanda_shared::alert::Alert;
use comanda_shared::ids::AlertId;
use rusqlite::Connection;
use serde::Deserialize;

use super::wire::AlertView;
use super::{feature, queries};
use crate::http::answer::{self, List};
use crate::http::extract::{IdempotencyKey, Path, id, keyed};
use crate::http::openapi::{Asking, Guarded, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::journal::Outcome;
use crate::staff::Caller;

refusals! {
    /// Of taking an alert.
    Taking: &[Code::NotFound, Code::AlertClosed], IdempotencyKey::REFUSALS;
}

/// Which alerts are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AlertsParams {
    /// Those that were over last, the newest first, instead of those that are open.
    #[serde(default)]
    closed: bool,
    /// Of those that are over: 50 unless told otherwise.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Lists the open alerts, what matters most first.
///
/// Needs `orders.view`.
#[utoipa::path(get, path = "/api/v1/alerts", operation_id = "list_alerts", tag = "branch", params(AlertsParams),
    responses((status = 200, body = List<AlertView>), Guarded, Asking))]
pub async fn list(
    State(branch): State<Branch>,
    params: Result<Query<AlertsParams>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(AlertsParams { closed, limit }) =
        params.map_err(|error| Problem::from(Code::RequestMalformed).detail(error.body_text()))?;
    let zone = branch.journal.configuration().zone.clone();
    let read = branch.journal.readers().read(move |connection| {
        let alerts = if closed {
            queries::closed(connection, limit.unwrap_or(50).clamp(1, 200))?
        } else {
            queries::open(connection)?
        };
        alerts.iter().map(|alert| AlertView::of(connection, alert, &zone)).collect::<rusqlite::Result<Vec<_>>>()
    });
    Ok(answer::json(StatusCode::OK, &List::whole(read.await?)))
}

/// Says that whoever asks is on it.
///
/// Needs `orders.advance`. The first who says so is; whoever comes later is told who it is.
#[utoipa::path(post, path = "/api/v1/alerts/{id}/take", operation_id = "take_alert", tag = "branch",
    params(("id" = AlertId, Path), IdempotencyKey), responses((status = 200, body = AlertView), Guarded, Taking))]
pub async fn take(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(alert): Path<String>,
) -> Result<Response, Problem> {
    let alert: AlertId = id(&alert)?;
    let request = keyed(&caller, &key, &format!("take alert {alert}"), &[]);
    let outcome = feature::take(&branch.journal, request, alert).await?;
    let is_repeat = matches!(outcome, Outcome::Repeated(_));
    let view = shown(&branch, outcome.into_inner()).await?;
    let mut response = answer::json(StatusCode::OK, &view);
    if is_repeat {
        response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    Ok(response)
}

async fn shown(branch: &Branch, alert: Alert) -> Result<AlertView, Problem> {
    let zone = branch.journal.configuration().zone.clone();
    let view = move |connection: &Connection| AlertView::of(connection, &alert, &zone);
    Ok(branch.journal.readers().read(view).await?)
}
