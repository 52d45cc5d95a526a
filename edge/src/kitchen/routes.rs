//! Cards and tickets over HTTP.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use comanda_shared::ids::{LineId, OrderId};
use comanda_shared::kitchen::{KitchenCommand, KitchenRejection, Touch};
use comanda_shared::order::Order;
use serde::Serialize;

use super::cards::StationCard;
use super::queries::{self, Stations};
use super::wire::{CardView, RaiseRequest, ReprintRequest, ReprintedView, StationName, TicketView, TouchRequest};
use super::{feature, store};
use crate::http::answer::{self, List};
use crate::http::extract::{Body, IdempotencyKey, Path, id, keyed};
use crate::http::openapi::{Asking, Finding, Guarded, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::journal::aggregates::Aggregate;
use crate::journal::{Configuration, Outcome};
use crate::staff::Caller;

/// Bumped cards a list has unless told otherwise.
const BUMPED: usize = 50;
/// Cards a list has at most.
const MOST: usize = 500;

/// Of touches, wherever.
const OF_TOUCHES: &[Code] =
    &[Code::NotFound, Code::LineNotFired, Code::IllegalTransition, Code::StationUnknown, Code::FieldInvalid];

refusals! {
    /// Of a list of cards.
    Listing: &[Code::StationUnknown];
    /// Of a touch on a card.
    Touching: OF_TOUCHES, IdempotencyKey::REFUSALS;
    /// Of a touch on a line.
    TouchingLine: OF_TOUCHES, &[Code::LineUnknown, Code::LineVoided], IdempotencyKey::REFUSALS;
    /// Of a touch on a line that was taken back.
    SeeingVoid: OF_TOUCHES, &[Code::LineUnknown, Code::LineNotVoided], IdempotencyKey::REFUSALS;
    /// Of an order that goes before all others.
    Raising: &[Code::NotFound, Code::IllegalTransition, Code::FieldInvalid], IdempotencyKey::REFUSALS;
    /// Of a reprint.
    Reprinting: &[Code::NotFound, Code::TicketsNone, Code::StationUnknown], IdempotencyKey::REFUSALS;
}

/// Which cards are wanted.
struct CardsParams {
    stations: Stations,
    bumped: bool,
    limit: Option<usize>,
}

impl CardsParams {
    /// A station may be named several times; without one, all are meant.
    fn read(pairs: Vec<(String, String)>, configuration: &Configuration) -> Result<Self, Problem> {
        let malformed = |name: &str, value: &str| {
            Problem::from(Code::RequestMalformed).detail(format!("«{name}={value}» cannot be read"))
        };
        let mut stations = Vec::new();
        let mut params = Self { stations: Stations::All, bumped: false, limit: None };
        for (name, value) in pairs {
            match name.as_str() {
                "station" => stations.push(StationName(value).station(configuration)?),
                "bumped" => params.bumped = value.parse().map_err(|_| malformed(&name, &value))?,
                "limit" => params.limit = Some(value.parse().map_err(|_| malformed(&name, &value))?),
                _ => return Err(malformed(&name, &value)),
            }
        }
        if !stations.is_empty() {
            params.stations = Stations::Only(stations);
        }
        Ok(params)
    }
}

/// Lists the cards on the stations' screens, the oldest first; or those bumped last.
///
/// Needs `orders.view`.
#[utoipa::path(get, path = "/api/v1/kitchen/orders", operation_id = "list_cards", tag = "kitchen",
    params(
        ("station" = Option<Vec<StationName>>, Query, description = "Only of these; of all when none is named"),
        ("bumped" = Option<bool>, Query, description = "Those bumped last and not recalled, the newest first"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 500,
            description = "500 unless told otherwise; of those bumped, 50"),
    ),
    responses((status = 200, body = List<CardView>), Guarded, Asking, Listing))]
pub async fn cards(
    State(branch): State<Branch>,
    params: Result<Query<Vec<(String, String)>>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(pairs) = params.map_err(|error| Problem::from(Code::RequestMalformed).detail(error.body_text()))?;
    let configuration = branch.journal.configuration();
    let CardsParams { stations, bumped, limit } = CardsParams::read(pairs, &configuration)?;
    let read = branch.journal.readers().read(move |connection| {
        let zone = &configuration.zone;
        if bumped {
            queries::bumped_cards(connection, &stations, limit.unwrap_or(BUMPED).clamp(1, MOST), zone)
        } else {
            queries::open_cards(connection, &stations, limit.unwrap_or(MOST).clamp(1, MOST), zone)
        }
    });
    Ok(answer::json(StatusCode::OK, &List::whole(read.await?)))
}

/// Says that the station begins.
///
/// Needs `orders.advance`. The order is being prepared from the first touch on. Repeating what is so already writes nothing.
#[utoipa::path(post, path = "/api/v1/kitchen/orders/{id}/start", operation_id = "start_card", tag = "kitchen",
    params(("id" = OrderId, Path), IdempotencyKey), request_body = TouchRequest,
    responses((status = 200, body = CardView), Guarded, Touching))]
pub async fn start(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(order): Path<String>,
    body: Body<TouchRequest>,
) -> Result<Response, Problem> {
    touch(&branch, &caller, &key, &order, &body, "start", Touch::Start).await
}

/// Says that the station is done with it: every line is ready, every void seen, and the card leaves.
///
/// Needs `orders.advance`. Repeating what is so already writes nothing.
#[utoipa::path(post, path = "/api/v1/kitchen/orders/{id}/bump", operation_id = "bump_card", tag = "kitchen",
    params(("id" = OrderId, Path), IdempotencyKey), request_body = TouchRequest,
    responses((status = 200, body = CardView), Guarded, Touching))]
pub async fn bump(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(order): Path<String>,
    body: Body<TouchRequest>,
) -> Result<Response, Problem> {
    touch(&branch, &caller, &key, &order, &body, "bump", Touch::Bump).await
}

/// The same as a bump, under another name.
///
/// Needs `orders.advance`.
#[utoipa::path(post, path = "/api/v1/kitchen/orders/{id}/ready", operation_id = "ready_card", tag = "kitchen",
    params(("id" = OrderId, Path), IdempotencyKey), request_body = TouchRequest,
    responses((status = 200, body = CardView), Guarded, Touching))]
pub async fn ready(
    branch: State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    order: Path<String>,
    body: Body<TouchRequest>,
) -> Result<Response, Problem> {
    bump(branch, caller, key, order, body).await
}

/// Brings a card back as it was before the bump.
///
/// Needs `orders.advance`. Repeating what is so already writes nothing.
#[utoipa::path(post, path = "/api/v1/kitchen/orders/{id}/recall", operation_id = "recall_card", tag = "kitchen",
    params(("id" = OrderId, Path), IdempotencyKey), request_body = TouchRequest,
    responses((status = 200, body = CardView), Guarded, Touching))]
pub async fn recall(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(order): Path<String>,
    body: Body<TouchRequest>,
) -> Result<Response, Problem> {
    touch(&branch, &caller, &key, &order, &body, "recall", Touch::Recall).await
}

/// Says that a line is made.
///
/// Needs `orders.advance`. Repeating what is so already writes nothing.
#[utoipa::path(post, path = "/api/v1/kitchen/orders/{id}/lines/{line}/ready", operation_id = "line_ready", tag = "kitchen",
    params(("id" = OrderId, Path), ("line" = LineId, Path), IdempotencyKey), request_body = TouchRequest,
    responses((status = 200, body = CardView), Guarded, TouchingLine))]
pub async fn line_ready(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path((order, line)): Path<(String, String)>,
    body: Body<TouchRequest>,
) -> Result<Response, Problem> {
    let touched = Touch::Ready(id(&line)?);
    touch(&branch, &caller, &key, &order, &body, &format!("lines/{line}/ready"), touched).await
}

/// Says that a line is to be made after all.
///
/// Needs `orders.advance`. Repeating what is so already writes nothing.
#[utoipa::path(post, path = "/api/v1/kitchen/orders/{id}/lines/{line}/unready", operation_id = "line_unready", tag = "kitchen",
    params(("id" = OrderId, Path), ("line" = LineId, Path), IdempotencyKey), request_body = TouchRequest,
    responses((status = 200, body = CardView), Guarded, TouchingLine))]
pub async fn line_unready(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path((order, line)): Path<(String, String)>,
    body: Body<TouchRequest>,
) -> Result<Response, Problem> {
    let touched = Touch::Unready(id(&line)?);
    touch(&branch, &caller, &key, &order, &body, &format!("lines/{line}/unready"), touched).await
}

/// Says that the station knows that a line was taken back.
///
/// Needs `orders.advance`. Repeating what is so already writes nothing.
#[utoipa::path(post, path = "/api/v1/kitchen/orders/{id}/lines/{line}/seen", operation_id = "void_seen", tag = "kitchen",
    params(("id" = OrderId, Path), ("line" = LineId, Path), IdempotencyKey), request_body = TouchRequest,
    responses((status = 200, body = CardView), Guarded, SeeingVoid))]
pub async fn void_seen(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path((order, line)): Path<(String, String)>,
    body: Body<TouchRequest>,
) -> Result<Response, Problem> {
    let touched = Touch::Seen(id(&line)?);
    touch(&branch, &caller, &key, &order, &body, &format!("lines/{line}/seen"), touched).await
}

/// Has an order go before all others at every station, or not any more.
///
/// Needs `orders.advance`. Repeating what is so already writes nothing.
#[utoipa::path(post, path = "/api/v1/kitchen/orders/{id}/raise", operation_id = "raise_order", tag = "kitchen",
    params(("id" = OrderId, Path), IdempotencyKey), request_body = RaiseRequest,
    responses((status = 200, body = List<CardView>), Guarded, Raising))]
pub async fn raise(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(order): Path<String>,
    body: Body<RaiseRequest>,
) -> Result<Response, Problem> {
    let request = keyed(&caller, &key, &format!("POST kitchen/orders/{order}/raise"), &body.bytes);
    let zone = branch.journal.configuration().zone.clone();
    let outcome = feature::raise(&branch.journal, request, caller.role, id(&order)?, body.value.raised).await?;
    answered(outcome, |cards| Ok(List::whole(cards.all(&zone).into_iter().filter_map(StationCard::shown))))
}

async fn touch(
    branch: &Branch,
    caller: &Caller,
    key: &IdempotencyKey,
    order: &str,
    body: &Body<TouchRequest>,
    what: &str,
    touch: Touch,
) -> Result<Response, Problem> {
    let request = keyed(caller, key, &format!("POST kitchen/orders/{order}/{what}"), &body.bytes);
    let configuration = branch.journal.configuration();
    let station = body.value.station.station(&configuration)?;
    let command = KitchenCommand { station, touch };
    let outcome = feature::touch(&branch.journal, request, caller.role, id(order)?, command).await?;
    answered(outcome, |cards| {
        let card = cards.at(station, &configuration.zone).ok_or(KitchenRejection::NotFired)?;
        Ok(card.view)
    })
}

/// Prints an order's tickets once more, on paper that says so.
///
/// Needs `tickets.reprint`.
#[utoipa::path(post, path = "/api/v1/orders/{id}/reprint", tag = "kitchen",
    params(("id" = OrderId, Path), IdempotencyKey), request_body = ReprintRequest,
    responses((status = 200, body = ReprintedView), Guarded, Reprinting))]
pub async fn reprint(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(order): Path<String>,
    body: Body<ReprintRequest>,
) -> Result<Response, Problem> {
    let request = keyed(&caller, &key, &format!("POST orders/{order}/reprint"), &body.bytes);
    let configuration = branch.journal.configuration();
    let station = body.value.station.map(|name| name.station(&configuration)).transpose()?;
    let outcome = feature::reprint(&branch.journal, request, caller.role, id(&order)?, station).await?;
    answered(outcome, |reprinted| Ok(ReprintedView::from(reprinted)))
}

fn answered<T, V: Serialize>(
    outcome: Outcome<T>,
    view: impl FnOnce(T) -> Result<V, Problem>,
) -> Result<Response, Problem> {
    let is_repeat = matches!(outcome, Outcome::Repeated(_));
    let mut response = answer::json(StatusCode::OK, &view(outcome.into_inner())?);
    if is_repeat {
        response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// Lists an order's tickets, the oldest first.
///
/// Needs `orders.view`.
#[utoipa::path(get, path = "/api/v1/orders/{id}/tickets", operation_id = "list_tickets", tag = "kitchen",
    params(("id" = OrderId, Path)), responses((status = 200, body = List<TicketView>), Guarded, Finding))]
pub async fn tickets_of_order(State(branch): State<Branch>, Path(order): Path<String>) -> Result<Response, Problem> {
    let order: OrderId = id(&order)?;
    let read = branch.journal.readers().read(move |connection| {
        let exists = Order::load(connection, order.uuid())?.is_some();
        exists.then(|| store::tickets_of(connection, order)).transpose()
    });
    let tickets = read.await?.ok_or_else(|| Problem::from(Code::NotFound))?;
    let zone = &branch.journal.configuration().zone;
    let tickets = tickets.into_iter().map(|issued| TicketView::of(issued, zone));
    Ok(Json(List::whole(tickets)).into_response())
}
