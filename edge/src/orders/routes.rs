//! Orders over HTTP.

use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use comanda_shared::ids::{LineId, OrderId};
use comanda_shared::order::{
    AddLines, Advance, Cancel, Order, OrderCommand, OrderRejection, OrderType, VoidLine, limits,
};
use jiff::civil::Date;
use serde::Deserialize;

use super::feature::{self, Taken, Wish};
use super::queries::{self, Cursor, Filter, Sort};
use super::quote;
use super::wire::{AddLinesRequest, OrderView, PlaceRequest, ReasonRequest, StatusRequest, status_named};
use crate::http::answer;
use crate::http::extract::{Body, IdempotencyKey, IfMatch, Path, id, keyed};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::journal::aggregates::Aggregate;
use crate::journal::{CommandError, Outcome, Request};
use crate::staff::Caller;

/// Rows a list has unless told otherwise, and at most.
const LIMITS: (u32, u32) = (20, 200);

/// `POST orders`: takes an order; 201, or 200 for a repeat.
pub async fn place(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    body: Body<PlaceRequest>,
) -> Result<Response, Problem> {
    let request = keyed(&caller, &key, "POST orders", &body.bytes);
    let wish = Wish::Place(body.value.command()?);
    let outcome = feature::run(&branch.journal, request, caller.role, wish).await?;
    let status = if matches!(outcome, Outcome::Done(_)) { StatusCode::CREATED } else { StatusCode::OK };
    Ok(answered(&branch, outcome, status))
}

/// `POST orders/quote`: what such an order would cost, and when it would be ready. Writes nothing.
pub async fn quote(State(branch): State<Branch>, body: Body<PlaceRequest>) -> Result<Response, Problem> {
    let quote = quote::quote(&branch, &body.value.command()?).await?;
    Ok(answer::json(StatusCode::OK, &quote))
}

/// `POST orders/{id}/lines`: adds lines; the kitchen gets only those.
pub async fn add_lines(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(order): Path<String>,
    body: Body<AddLinesRequest>,
) -> Result<Response, Problem> {
    let request = keyed(&caller, &key, &format!("POST orders/{order}/lines"), &body.bytes);
    let command = OrderCommand::AddLines(AddLines { lines: body.value.lines()? });
    change(&branch, request, &caller, &order, None, command).await
}

/// `POST orders/{id}/accept`: lets the kitchen begin.
pub async fn accept(
    State(branch): State<Branch>,
    caller: Caller,
    Path(order): Path<String>,
) -> Result<Response, Problem> {
    let request = Request::once(branch.journal.environment(), caller.actor);
    change(&branch, request, &caller, &order, None, OrderCommand::Accept).await
}

/// `PATCH orders/{id}/status`: moves an order on. A version is not needed, and is looked at when given.
pub async fn change_status(
    State(branch): State<Branch>,
    caller: Caller,
    IfMatch(version): IfMatch,
    Path(order): Path<String>,
    body: Body<StatusRequest>,
) -> Result<Response, Problem> {
    let request = Request::once(branch.journal.environment(), caller.actor);
    let command = match body.value.status.stage() {
        Some(to) => OrderCommand::Advance(Advance { to }),
        None => OrderCommand::Accept,
    };
    change(&branch, request, &caller, &order, version, command).await
}

/// `POST orders/{id}/lines/{line}/void`: takes a line back; needs the version.
pub async fn void_line(
    State(branch): State<Branch>,
    caller: Caller,
    IfMatch(version): IfMatch,
    Path((order, line)): Path<(String, String)>,
    body: Body<ReasonRequest>,
) -> Result<Response, Problem> {
    let version = version.ok_or_else(|| Problem::from(Code::VersionRequired))?;
    let request = Request::once(branch.journal.environment(), caller.actor);
    let command = OrderCommand::VoidLine(VoidLine { line: id::<LineId>(&line)?, reason: body.value.reason()? });
    change(&branch, request, &caller, &order, Some(version), command).await
}

/// `POST orders/{id}/cancel`: ends an order; needs the version.
pub async fn cancel(
    State(branch): State<Branch>,
    caller: Caller,
    IfMatch(version): IfMatch,
    Path(order): Path<String>,
    body: Body<ReasonRequest>,
) -> Result<Response, Problem> {
    let version = version.ok_or_else(|| Problem::from(Code::VersionRequired))?;
    let request = Request::once(branch.journal.environment(), caller.actor);
    let command = OrderCommand::Cancel(Cancel { reason: body.value.reason()? });
    change(&branch, request, &caller, &order, Some(version), command).await
}

async fn change(
    branch: &Branch,
    request: Request,
    caller: &Caller,
    order: &str,
    version: Option<u32>,
    command: OrderCommand,
) -> Result<Response, Problem> {
    let order: OrderId = id(order)?;
    let wish = Wish::Change { order, version, command };
    match feature::run(&branch.journal, request, caller.role, wish).await {
        Ok(outcome) => Ok(answered(branch, outcome, StatusCode::OK)),
        Err(CommandError::Refused(rejection @ OrderRejection::VersionConflict { .. })) => {
            let current = load(branch, order).await?;
            let view = current.map(|order| OrderView::of(&order, &branch.journal.configuration().zone));
            let current = view.and_then(|view| serde_json::to_value(view).ok());
            Err(Problem { current, ..rejection.into() })
        }
        Err(error) => Err(error.into()),
    }
}

fn answered(branch: &Branch, outcome: Outcome<Taken>, status: StatusCode) -> Response {
    let is_repeat = matches!(outcome, Outcome::Repeated(_));
    let view = OrderView::taken(&outcome.into_inner(), &branch.journal.configuration().zone);
    let mut response = answer::json(status, &view);
    if is_repeat {
        response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    response
}

/// `GET orders/{id}`.
pub async fn show(State(branch): State<Branch>, Path(order): Path<String>) -> Result<Response, Problem> {
    let order = load(&branch, id(&order)?).await?.ok_or_else(|| Problem::from(Code::NotFound))?;
    let view = OrderView::of(&order, &branch.journal.configuration().zone);
    let version = HeaderValue::from_str(&format!("\"{}\"", order.version)).expect("a number is a header value");
    Ok(([(header::ETAG, version)], answer::json(StatusCode::OK, &view)).into_response())
}

async fn load(branch: &Branch, order: OrderId) -> Result<Option<Order>, Problem> {
    Ok(branch.journal.readers().read(move |connection| Order::load(connection, order.uuid())).await?)
}

/// What a list is asked with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListParams {
    status: Option<String>,
    r#type: Option<OrderType>,
    table: Option<String>,
    number: Option<String>,
    search: Option<String>,
    from: Option<Date>,
    to: Option<Date>,
    #[serde(default)]
    open: bool,
    sort: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
    #[serde(default)]
    include_total: bool,
}

/// `GET orders`: a page of the orders that match.
pub async fn list(
    State(branch): State<Branch>,
    params: Result<Query<ListParams>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(params) = params.map_err(|error| Problem::from(Code::RequestMalformed).detail(error.body_text()))?;
    let sort = match params.sort.as_deref() {
        None | Some("-created_at") => Sort::NewestFirst,
        Some("created_at") => Sort::OldestFirst,
        Some(other) => {
            let detail = format!("sort is created_at or -created_at, not «{other}»");
            return Err(Problem::from(Code::RequestMalformed).detail(detail));
        }
    };
    let cursor: Option<Cursor> = params
        .cursor
        .map(|text| text.parse())
        .transpose()
        .map_err(|()| Problem::from(Code::RequestMalformed).detail("cursor is next_cursor of the page before"))?;
    let status = params.status.map(|word| {
        let refusal = || Problem::from(Code::RequestMalformed).detail(format!("«{word}» is no status of an order"));
        status_named(&word).map(str::to_owned).ok_or_else(refusal)
    });
    if params.search.as_ref().is_some_and(|text| text.chars().count() > limits::SHORT_TEXT) {
        let detail = format!("a search has at most {} characters", limits::SHORT_TEXT);
        return Err(Problem::from(Code::RequestMalformed).detail(detail));
    }
    let limit = params.limit.unwrap_or(LIMITS.0).clamp(1, LIMITS.1);
    let filter = Filter {
        status: status.transpose()?,
        order_type: params.r#type,
        table: params.table,
        number: params.number,
        search: params.search.filter(|text| !text.trim().is_empty()),
        from: params.from,
        to: params.to,
        only_open: params.open,
    };
    let count = params.include_total;
    let read =
        branch.journal.readers().read(move |connection| queries::list(connection, &filter, sort, cursor, limit, count));
    let page = read.await?;
    let zone = branch.journal.configuration().zone.clone();
    let items: Vec<OrderView> = page.orders.iter().map(|order| OrderView::of(order, &zone)).collect();
    let mut body = serde_json::json!({"items": items, "next_cursor": page.next.map(|cursor| cursor.to_string())});
    if let Some(total) = page.total {
        body["total"] = total.into();
    }
    Ok(answer::json(StatusCode::OK, &body))
}

/// Which days figures are wanted of.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatsParams {
    from: Option<Date>,
    to: Option<Date>,
}

/// `GET orders/stats`: figures over days of business; today's unless told otherwise.
pub async fn stats(
    State(branch): State<Branch>,
    params: Result<Query<StatsParams>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(params) = params.map_err(|error| Problem::from(Code::RequestMalformed).detail(error.body_text()))?;
    let configuration = branch.journal.configuration();
    let now = branch.journal.environment().clock.now();
    let today = comanda_shared::time::business_day(now, &configuration.zone, configuration.settings.day_starts_at);
    let from = params.from.unwrap_or(today);
    let to = params.to.unwrap_or_else(|| today.max(from));
    let stats = branch.journal.readers().read(move |connection| queries::stats(connection, from, to)).await?;
    let mut body = serde_json::to_value(stats).map_err(|_| Problem::from(Code::Internal))?;
    body["from"] = from.to_string().into();
    body["to"] = to.to_string().into();
    Ok(answer::json(StatusCode::OK, &body))
}
