//! What ran out over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use comanda_shared::catalog::Catalog;

use super::feature::{self, Named};
use super::wire::{AvailabilityRequest, AvailabilityView};
use crate::http::answer;
use crate::http::extract::{Body, Path};
use crate::http::openapi::{Guarded, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::staff::Caller;

refusals! {
    /// Of what is said about an item.
    Saying: &[Code::NotFound, Code::CatalogMissing, Code::FieldInvalid];
}

/// Lists what cannot be had at the moment, and of what so many are left.
///
/// Needs `catalog.view`.
#[utoipa::path(get, path = "/api/v1/availability", operation_id = "list_availability", tag = "catalog",
    responses((status = 200, body = AvailabilityView), Guarded))]
pub async fn list(State(branch): State<Branch>) -> Result<Response, Problem> {
    Ok(answer::json(StatusCode::OK, &view(&branch)))
}

/// Says that a product ran out («86»), until when, or how many are left; or that it is back.
///
/// Needs `catalog.availability`. Every screen hears of it at once, and orders that ask for it are refused with
/// `product.unavailable`. Said again, it writes nothing.
#[utoipa::path(put, path = "/api/v1/products/{id}/availability", operation_id = "put_product_availability", tag = "catalog",
    params(("id" = String, Path, description = "Its id or sku")), request_body = AvailabilityRequest,
    responses((status = 200, body = AvailabilityView), Guarded, Saying))]
pub async fn put_product(
    State(branch): State<Branch>,
    caller: Caller,
    Path(reference): Path<String>,
    body: Body<AvailabilityRequest>,
) -> Result<Response, Problem> {
    let find = |catalog: &Catalog| Named::product(catalog, &reference);
    say(&branch, &caller, find, body.value).await
}

/// The same for a modifier, in every product that has it.
///
/// Needs `catalog.availability`.
#[utoipa::path(put, path = "/api/v1/modifiers/{id}/availability", operation_id = "put_modifier_availability",
    tag = "catalog", params(("id" = String, Path, description = "Its id in one of the products, or its sku")), request_body = AvailabilityRequest,
    responses((status = 200, body = AvailabilityView), Guarded, Saying))]
pub async fn put_modifier(
    State(branch): State<Branch>,
    caller: Caller,
    Path(reference): Path<String>,
    body: Body<AvailabilityRequest>,
) -> Result<Response, Problem> {
    let find = |catalog: &Catalog| Named::modifier(catalog, &reference);
    say(&branch, &caller, find, body.value).await
}

async fn say(
    branch: &Branch,
    caller: &Caller,
    find: impl FnOnce(&Catalog) -> Option<Named>,
    asked: AvailabilityRequest,
) -> Result<Response, Problem> {
    let catalog = branch.journal.configuration().catalog.clone().ok_or(Code::CatalogMissing)?;
    let about = find(&catalog).ok_or(Code::NotFound)?;
    let saying = asked.saying()?;
    let request = caller.once(branch.journal.environment());
    feature::say(&branch.journal, request, caller.role, about, saying).await?;
    Ok(answer::json(StatusCode::OK, &view(branch)))
}

fn view(branch: &Branch) -> AvailabilityView {
    let configuration = branch.journal.configuration();
    let now = branch.journal.environment().clock.now();
    AvailabilityView::of(&configuration.stockouts, now, &configuration.zone)
}
