//! Orders over HTTP.

use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use comanda_shared::ids::{LineId, OrderId};
use comanda_shared::order::{
    AddLines, Advance, Cancel, Order, OrderCommand, OrderRejection, OrderType, SetTip, StatusName, VoidLine, limits,
};
use comanda_shared::staff::Permission;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::feature::{self, Taken, Wish};
use super::queries::{self, Cursor, Filter, Sort};
use super::quote::{self, QuoteView};
use super::refusals::{
    Accepting, Adding, Advancing, Cancelling, Moving, Placing, Quoting, Reopening, Tipping, Voiding,
};
use super::wire::{
    AddLinesRequest, ApprovedRequest, CancelRequest, MoveRequest, OrderView, PlaceRequest, ReasonRequest,
    StatusRequest, TipRequest, status_named, tidy,
};
use crate::http::answer;
use crate::http::extract::{Body, IdempotencyKey, IfMatch, Path, Version, id, keyed, keyed_without_pins};
use crate::http::openapi::{Asking, Finding, Guarded};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::journal::aggregates::Aggregate;
use crate::journal::{CommandError, Outcome, Request};
use crate::payments::wire::RefundAllRequest;
use crate::staff::{Caller, approval};

/// What was not paid for so long is looked for by its number.
const DUE_SINCE: SignedDuration = SignedDuration::from_hours(72);
/// Rows a list has unless told otherwise, and at most.
const LIMITS: (u32, u32) = (20, 200);

/// Takes an order.
///
/// Needs `orders.create`. When whoever asks may accept orders too, the kitchen begins at once.
#[utoipa::path(post, path = "/api/v1/orders", operation_id = "place_order", tag = "orders", params(IdempotencyKey),
    request_body = PlaceRequest,
    responses(
        (status = 201, description = "The order as it was taken", body = OrderView),
        (status = 200, description = "A repeat: the order as it is now", body = OrderView,
            headers(("Idempotency-Replayed" = String, description = "`true`"))),
        Guarded, Placing,
    ))]
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

/// Says what such an order would cost, and when it would be ready.
///
/// Needs `orders.create`. Writes nothing; refuses what placing the order would be refused for.
#[utoipa::path(post, path = "/api/v1/orders/quote", operation_id = "quote_order", tag = "orders",
    request_body = PlaceRequest, responses((status = 200, body = QuoteView), Guarded, Quoting))]
pub async fn quote(State(branch): State<Branch>, body: Body<PlaceRequest>) -> Result<Response, Problem> {
    let quote = quote::quote(&branch, &body.value.command()?).await?;
    Ok(answer::json(StatusCode::OK, &quote))
}

/// Adds lines; the kitchen gets only those.
///
/// Needs `orders.create`.
#[utoipa::path(post, path = "/api/v1/orders/{id}/lines", tag = "orders",
    params(("id" = OrderId, Path), IdempotencyKey), request_body = AddLinesRequest,
    responses((status = 200, body = OrderView), Guarded, Adding))]
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

/// Lets the kitchen begin.
///
/// Needs `orders.accept`.
#[utoipa::path(post, path = "/api/v1/orders/{id}/accept", operation_id = "accept_order", tag = "orders",
    params(("id" = OrderId, Path)), responses((status = 200, body = OrderView), Guarded, Accepting))]
pub async fn accept(
    State(branch): State<Branch>,
    caller: Caller,
    Path(order): Path<String>,
) -> Result<Response, Problem> {
    let request = caller.once(branch.journal.environment());
    change(&branch, request, &caller, &order, None, OrderCommand::Accept).await
}

/// Moves an order on.
///
/// Needs `orders.advance`; to accept, `orders.accept`.
#[utoipa::path(patch, path = "/api/v1/orders/{id}/status", tag = "orders",
    params(("id" = OrderId, Path), IfMatch), request_body = StatusRequest,
    responses((status = 200, body = OrderView), Guarded, Advancing))]
pub async fn change_status(
    State(branch): State<Branch>,
    caller: Caller,
    IfMatch(version): IfMatch,
    Path(order): Path<String>,
    body: Body<StatusRequest>,
) -> Result<Response, Problem> {
    let request = caller.once(branch.journal.environment());
    let command = match body.value.status.stage() {
        Some(to) => OrderCommand::Advance(Advance { to }),
        None => OrderCommand::Accept,
    };
    change(&branch, request, &caller, &order, version, command).await
}

/// Takes a line back, with a reason; a combo as a whole.
///
/// Needs `orders.view`; and `orders.void`: without it, the approval of somebody who has it.
#[utoipa::path(post, path = "/api/v1/orders/{id}/lines/{line}/void", tag = "orders",
    params(("id" = OrderId, Path), ("line" = LineId, Path), Version), request_body = ReasonRequest,
    responses((status = 200, body = OrderView), Guarded, Voiding))]
pub async fn void_line(
    State(branch): State<Branch>,
    caller: Caller,
    Version(version): Version,
    Path((order, line)): Path<(String, String)>,
    body: Body<ReasonRequest>,
) -> Result<Response, Problem> {
    let request = caller.once(branch.journal.environment());
    let approver = approval::of(&branch, &caller, Permission::OrdersVoid, body.value.approval.clone()).await?;
    let request = Request { approver, ..request };
    let command = OrderCommand::VoidLine(VoidLine { line: id::<LineId>(&line)?, reason: body.value.reason()? });
    change(&branch, request, &caller, &order, Some(version), command).await
}

/// Ends an order, with a reason.
///
/// Needs `orders.view`; and `orders.cancel`: without it, the approval of somebody who has it. What was paid is given back
/// with it, which needs `payments.refund` likewise; without `refund` a paid order is refused.
#[utoipa::path(post, path = "/api/v1/orders/{id}/cancel", operation_id = "cancel_order", tag = "orders",
    params(("id" = OrderId, Path), Version), request_body = CancelRequest,
    responses((status = 200, body = OrderView), Guarded, Cancelling))]
pub async fn cancel(
    State(branch): State<Branch>,
    caller: Caller,
    Version(version): Version,
    Path(order): Path<String>,
    body: Body<CancelRequest>,
) -> Result<Response, Problem> {
    let request = caller.once(branch.journal.environment());
    let CancelRequest { reason, refund, approval } = body.value;
    let reason = tidy(Some(reason), limits::SHORT_TEXT, || "reason".to_owned())?.unwrap_or_default();
    // Whether anything was paid is found in the writer; an approval that came along is looked at either way.
    let approver = match (&refund, approval) {
        (_, approval) if !caller.may(Permission::OrdersCancel) => {
            approval::of(&branch, &caller, Permission::OrdersCancel, approval).await?
        }
        (Some(_), Some(given)) => approval::of(&branch, &caller, Permission::PaymentsRefund, Some(given)).await?,
        (None, _) | (_, None) => None,
    };
    let request = Request { approver, ..request };
    let command = OrderCommand::Cancel(Cancel { reason, refund: refund.map(RefundAllRequest::command) });
    change(&branch, request, &caller, &order, Some(version), command).await
}

/// Says how much the guest gives on top.
///
/// Needs `orders.create`. The tip is asked for openly: 0 is as good an answer as any.
#[utoipa::path(post, path = "/api/v1/orders/{id}/tip", operation_id = "set_tip", tag = "orders",
    params(("id" = OrderId, Path), IdempotencyKey), request_body = TipRequest,
    responses((status = 200, body = OrderView), Guarded, Tipping))]
pub async fn set_tip(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(order): Path<String>,
    body: Body<TipRequest>,
) -> Result<Response, Problem> {
    let request = keyed(&caller, &key, &format!("POST orders/{order}/tip"), &body.bytes);
    let command = OrderCommand::SetTip(SetTip { amount: body.value.amount });
    change(&branch, request, &caller, &order, None, command).await
}

/// Seats an order at another table, or at none.
///
/// Needs `orders.move`.
#[utoipa::path(post, path = "/api/v1/orders/{id}/move", operation_id = "move_order", tag = "orders",
    params(("id" = OrderId, Path), IdempotencyKey, Version), request_body = MoveRequest,
    responses((status = 200, body = OrderView), Guarded, Moving))]
pub async fn move_to(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Version(version): Version,
    Path(order): Path<String>,
    body: Body<MoveRequest>,
) -> Result<Response, Problem> {
    let request = keyed(&caller, &key, &format!("POST orders/{order}/move"), &body.bytes);
    let command = OrderCommand::Move(tidy(body.value.table, limits::SHORT_TEXT, || "table".to_owned())?);
    change(&branch, request, &caller, &order, Some(version), command).await
}

/// Opens an order again that was handed over and has no receipt: for the coffee after the meal.
///
/// Needs `orders.view`; and `orders.reopen`: without it, the approval of somebody who has it.
#[utoipa::path(post, path = "/api/v1/orders/{id}/reopen", operation_id = "reopen_order", tag = "orders",
    params(("id" = OrderId, Path), IdempotencyKey), request_body = ApprovedRequest,
    responses((status = 200, body = OrderView), Guarded, Reopening))]
pub async fn reopen(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(order): Path<String>,
    body: Body<ApprovedRequest>,
) -> Result<Response, Problem> {
    let request = keyed_without_pins(&caller, &key, &format!("POST orders/{order}/reopen"), &body.bytes);
    let approver = approval::of(&branch, &caller, Permission::OrdersReopen, body.value.approval).await?;
    let request = Request { approver, ..request };
    change(&branch, request, &caller, &order, None, OrderCommand::Reopen).await
}

/// Runs a command to an order and answers with it; what named another version, with the one there is.
///
/// # Errors
/// The refusal.
pub(super) async fn change(
    branch: &Branch,
    request: Request,
    caller: &Caller,
    order: &str,
    version: Option<u32>,
    command: OrderCommand,
) -> Result<Response, Problem> {
    let order: OrderId = id(order)?;
    let wish = Wish::Change { order, version, command };
    respond(branch, order, feature::run(&branch.journal, request, caller.role, wish).await).await
}

/// Answers with what became of an order; what named another version, with the one there is.
///
/// # Errors
/// The refusal.
pub(super) async fn respond(
    branch: &Branch,
    order: OrderId,
    outcome: Result<Outcome<Taken>, CommandError<OrderRejection>>,
) -> Result<Response, Problem> {
    match outcome {
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

/// Shows an order.
///
/// Needs `orders.view`.
#[utoipa::path(get, path = "/api/v1/orders/{id}", operation_id = "show_order", tag = "orders",
    params(("id" = OrderId, Path)),
    responses(
        (status = 200, body = OrderView, headers(("ETag" = String, description = "Its version, for `If-Match`"))),
        Guarded, Finding,
    ))]
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
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// `pending` and `placed` are other words for `received`.
    #[param(value_type = Option<StatusName>)]
    status: Option<String>,
    r#type: Option<OrderType>,
    table: Option<String>,
    /// The number people call out, or the one that never comes again.
    number: Option<String>,
    /// What numbers, table or guest contain.
    #[param(max_length = 120)]
    search: Option<String>,
    /// The first day of business.
    from: Option<Date>,
    /// The last day of business.
    to: Option<Date>,
    /// Only those something is still to be done for.
    #[serde(default)]
    open: bool,
    /// Only those of the last three days that something is still to be paid of, handed over or not.
    #[serde(default)]
    due: bool,
    /// `-created_at`, the newest first, unless told otherwise.
    #[param(inline, value_type = Option<SortWord>)]
    sort: Option<String>,
    /// 20 unless told otherwise.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Count all that match.
    #[serde(default)]
    include_total: bool,
}

/// By what a list is sorted, in one word.
#[derive(ToSchema)]
pub enum SortWord {
    /// The newest first.
    #[schema(rename = "-created_at")]
    NewestFirst,
    /// The oldest first.
    #[schema(rename = "created_at")]
    OldestFirst,
}

/// A page of orders.
#[derive(Serialize, ToSchema)]
pub struct Orders {
    items: Vec<OrderView>,
    /// What `cursor` is to be for the page that follows; none when none does.
    #[schema(required)]
    next_cursor: Option<String>,
    /// How many match, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<i64>,
}

/// Lists the orders that match, page by page.
///
/// Needs `orders.view`.
#[utoipa::path(get, path = "/api/v1/orders", operation_id = "list_orders", tag = "orders", params(ListParams),
    responses((status = 200, body = Orders), Guarded, Asking))]
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
        status_named(&word).ok_or_else(refusal)
    });
    if params.search.as_ref().is_some_and(|text| text.chars().count() > limits::SHORT_TEXT) {
        let detail = format!("a search has at most {} characters", limits::SHORT_TEXT);
        return Err(Problem::from(Code::RequestMalformed).detail(detail));
    }
    let limit = params.limit.unwrap_or(LIMITS.0).clamp(1, LIMITS.1);
    let now = branch.journal.environment().clock.now();
    let filter = Filter {
        status: status.transpose()?,
        order_type: params.r#type,
        table: params.table,
        number: params.number,
        search: params.search.filter(|text| !text.trim().is_empty()),
        from: params.from,
        to: params.to,
        only_open: params.open,
        due_since: params.due.then(|| now.checked_sub(DUE_SINCE).unwrap_or(Timestamp::MIN)),
    };
    let count = params.include_total;
    let read =
        branch.journal.readers().read(move |connection| queries::list(connection, &filter, sort, cursor, limit, count));
    let page = read.await?;
    let zone = branch.journal.configuration().zone.clone();
    let items = page.orders.iter().map(|order| OrderView::of(order, &zone)).collect();
    let orders = Orders { items, next_cursor: page.next.map(|cursor| cursor.to_string()), total: page.total };
    Ok(answer::json(StatusCode::OK, &orders))
}

/// Which days figures are wanted of.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatsParams {
    /// The first day of business; today's unless told otherwise.
    from: Option<Date>,
    /// The last; today's unless told otherwise.
    to: Option<Date>,
}

/// Figures over days of business, as they are answered.
#[derive(Serialize, ToSchema)]
#[schema(as = OrderStats)]
pub struct StatsView {
    from: Date,
    to: Date,
    #[serde(flatten)]
    stats: queries::Stats,
}

/// Sums orders up over days of business.
///
/// Needs `reports.view`.
#[utoipa::path(get, path = "/api/v1/orders/stats", operation_id = "order_stats", tag = "orders", params(StatsParams),
    responses((status = 200, body = StatsView), Guarded, Asking))]
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
    Ok(answer::json(StatusCode::OK, &StatsView { from, to, stats }))
}
