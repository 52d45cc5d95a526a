//! Guests over HTTP.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use comanda_shared::customer::{Customer, CustomerRejection};
use comanda_shared::ids::CustomerId;
use serde::Deserialize;

use super::erasure;
use super::feature::{self, Wish};
use super::past::PastView;
use super::queries::{habits, orders_of, search};
use super::refusals::{Adding, Changing, Consenting};
use super::wire::{AddRequest, CardView, ChangeRequest, ConsentRequest};
use crate::http::answer::{self, List};
use crate::http::extract::{Body, IdempotencyKey, Path, Version, id, keyed};
use crate::http::openapi::{Asking, Finding, Guarded};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::journal::aggregates::Aggregate;
use crate::journal::{CommandError, Outcome, Request};
use crate::staff::Caller;

/// Cards a list has unless told otherwise, and at most.
const LIMITS: (usize, usize) = (20, 50);
/// Of the orders of one guest, the latest.
const LATEST_ORDERS: u32 = 20;
/// Characters of a search.
const SEARCH: usize = 120;

/// Which guests are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchParams {
    /// The last digits of a phone number, or beginnings of words of name, e-mail and document, without regard to accents and
    /// case. Without it, those whose cards were made last.
    #[param(max_length = 120, example = "4567")]
    search: Option<String>,
    /// 20 unless told otherwise.
    #[param(minimum = 1, maximum = 50)]
    limit: Option<usize>,
}

/// Finds guests.
///
/// Needs `customers.view`.
#[utoipa::path(get, path = "/api/v1/customers", operation_id = "list_customers", tag = "customers", params(SearchParams),
    responses((status = 200, body = List<CardView>), Guarded, Asking))]
pub async fn list(
    State(branch): State<Branch>,
    params: Result<Query<SearchParams>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(params) = params.map_err(|error| Problem::from(Code::RequestMalformed).detail(error.body_text()))?;
    let text = params.search.unwrap_or_default();
    if text.chars().count() > SEARCH {
        let detail = format!("a search has at most {SEARCH} characters");
        return Err(Problem::from(Code::RequestMalformed).detail(detail));
    }
    let limit = params.limit.unwrap_or(LIMITS.0).clamp(1, LIMITS.1);
    let zone = branch.journal.configuration().zone.clone();
    let read = branch.journal.readers().read(move |connection| {
        let found = search(connection, &text, limit)?;
        let seen = |card: &Customer| Ok(CardView::of(card, &habits(connection, card.id)?, &zone));
        found.iter().map(seen).collect::<rusqlite::Result<Vec<_>>>()
    });
    Ok(answer::json(StatusCode::OK, &List::whole(read.await?.into_iter().flatten())))
}

/// Makes a card, with the guest's consent.
///
/// Needs `customers.edit`. A phone number is on one card.
#[utoipa::path(post, path = "/api/v1/customers", operation_id = "add_customer", tag = "customers",
    params(IdempotencyKey), request_body = AddRequest,
    responses((status = 201, body = CardView), (status = 200, body = CardView), Guarded, Adding))]
pub async fn add(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    body: Body<AddRequest>,
) -> Result<Response, Problem> {
    let request = keyed(&caller, &key, "POST customers", &body.bytes);
    let (personal, consent) = body.value.parsed()?;
    run(&branch, request, Wish::Add { personal, consent }, StatusCode::CREATED).await
}

/// Shows a card.
///
/// Needs `customers.view`.
#[utoipa::path(get, path = "/api/v1/customers/{id}", operation_id = "show_customer", tag = "customers",
    params(("id" = CustomerId, Path)), responses((status = 200, body = CardView), Guarded, Finding))]
pub async fn show(State(branch): State<Branch>, Path(customer): Path<String>) -> Result<Response, Problem> {
    let customer: CustomerId = id(&customer)?;
    let read = branch.journal.readers().read(move |connection| Customer::load(connection, customer.uuid()));
    let card = read.await?.ok_or_else(|| Problem::from(Code::NotFound))?;
    seen(&branch, card, StatusCode::OK).await
}

/// Writes a card anew: what is absent is empty from then on.
///
/// Needs `customers.edit`. A blocked guest's card takes no orders.
#[utoipa::path(put, path = "/api/v1/customers/{id}", operation_id = "change_customer", tag = "customers",
    params(("id" = CustomerId, Path), Version), request_body = ChangeRequest,
    responses((status = 200, body = CardView), Guarded, Changing))]
pub async fn change(
    State(branch): State<Branch>,
    caller: Caller,
    Version(version): Version,
    Path(customer): Path<String>,
    body: Body<ChangeRequest>,
) -> Result<Response, Problem> {
    let customer: CustomerId = id(&customer)?;
    let request = caller.once(branch.journal.environment());
    let status = body.value.status;
    let personal = body.value.parsed()?;
    run(&branch, request, Wish::Change { customer, version, status, personal }, StatusCode::OK).await
}

/// Writes down what a guest allows, or no longer does, with the words they were asked in.
///
/// Needs `customers.edit`. Said again, it writes nothing.
#[utoipa::path(post, path = "/api/v1/customers/{id}/consents", operation_id = "consent_of_customer", tag = "customers",
    params(("id" = CustomerId, Path), IdempotencyKey), request_body = ConsentRequest,
    responses((status = 200, body = CardView), Guarded, Consenting))]
pub async fn consent(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(customer): Path<String>,
    body: Body<ConsentRequest>,
) -> Result<Response, Problem> {
    let request = keyed(&caller, &key, &format!("POST customers/{customer}/consents"), &body.bytes);
    let customer: CustomerId = id(&customer)?;
    let ConsentRequest { purpose, given, wording } = body.value;
    run(&branch, request, Wish::Consent { customer, purpose, is_given: given, wording }, StatusCode::OK).await
}

/// Lists the latest twenty orders of a guest, as they were and as they can be had again from the menu of today.
///
/// Needs `customers.view`.
#[utoipa::path(get, path = "/api/v1/customers/{id}/orders", operation_id = "orders_of_customer", tag = "customers",
    params(("id" = CustomerId, Path)), responses((status = 200, body = List<PastView>), Guarded, Finding))]
pub async fn orders(State(branch): State<Branch>, Path(customer): Path<String>) -> Result<Response, Problem> {
    let customer: CustomerId = id(&customer)?;
    let configuration = branch.journal.configuration();
    let read = branch.journal.readers().read(move |connection| {
        if Customer::load(connection, customer.uuid())?.is_none_or(|card| card.personal.known().is_none()) {
            return Ok(None);
        }
        orders_of(connection, customer, LATEST_ORDERS).map(Some)
    });
    let orders = read.await?.ok_or_else(|| Problem::from(Code::NotFound))?;
    let catalog = configuration.catalog.as_deref();
    let views = orders.iter().map(|order| PastView::of(order, catalog, &configuration.zone));
    Ok(answer::json(StatusCode::OK, &List::whole(views)))
}

/// Erases a guest (Ley 1581): what the card said and what they told with their orders. The sales stay.
///
/// Needs `customers.erase`. It cannot be undone.
#[utoipa::path(delete, path = "/api/v1/customers/{id}", operation_id = "erase_customer", tag = "customers",
    params(("id" = CustomerId, Path)), responses((status = 204), Guarded, Finding))]
pub async fn erase(
    State(branch): State<Branch>,
    caller: Caller,
    Path(customer): Path<String>,
) -> Result<Response, Problem> {
    let customer: CustomerId = id(&customer)?;
    let request = caller.once(branch.journal.environment());
    let (journal, folder) = (branch.journal.clone(), branch.folder.clone());
    let erase = move || erasure::erase(&journal, &folder, &request, customer);
    let erased = tokio::task::spawn_blocking(erase).await.map_err(|_| Problem::from(Code::Internal))?;
    match erased {
        Ok(true) => Ok(StatusCode::NO_CONTENT.into_response()),
        Ok(false) => Err(Code::NotFound.into()),
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), customer.id = %customer, "a guest could not be erased");
            Err(Code::StorageFailed.into())
        }
    }
}

async fn run(branch: &Branch, request: Request, wish: Wish, status: StatusCode) -> Result<Response, Problem> {
    let outcome: Result<_, CommandError<CustomerRejection>> = feature::run(&branch.journal, request, wish).await;
    match outcome? {
        Outcome::Done(card) => seen(branch, card, status).await,
        Outcome::Repeated(card) => {
            let mut response = seen(branch, card, StatusCode::OK).await?;
            response.headers_mut().insert("idempotency-replayed", axum::http::HeaderValue::from_static("true"));
            Ok(response)
        }
    }
}

async fn seen(branch: &Branch, card: Customer, status: StatusCode) -> Result<Response, Problem> {
    let customer = card.id;
    let habits = branch.journal.readers().read(move |connection| habits(connection, customer)).await?;
    let view = CardView::of(&card, &habits, &branch.journal.configuration().zone);
    Ok(answer::json(status, &view.ok_or_else(|| Problem::from(Code::NotFound))?))
}
