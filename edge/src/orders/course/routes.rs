//! Courses over HTTP.

use axum::extract::State;
use axum::response::Response;
use comanda_shared::ids::OrderId;
use comanda_shared::order::OrderCommand;

use super::super::refusals::Firing;
use super::super::routes::change;
use super::super::wire::OrderView;
use super::wire::FireRequest;
use crate::http::extract::{Body, IdempotencyKey, Path, keyed};
use crate::http::openapi::Guarded;
use crate::http::problem::Problem;
use crate::http::server::Branch;
use crate::staff::Caller;

/// Lets the kitchen begin with lines that wait: a course, some lines, or all.
///
/// Needs `orders.view`; and `orders.create` or `orders.advance`. What was fired already is not fired again, and is no mistake.
#[utoipa::path(post, path = "/api/v1/orders/{id}/fire", operation_id = "fire_order", tag = "orders",
    params(("id" = OrderId, Path), IdempotencyKey), request_body = FireRequest,
    responses((status = 200, body = OrderView), Guarded, Firing))]
pub async fn fire(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(order): Path<String>,
    body: Body<FireRequest>,
) -> Result<Response, Problem> {
    let request = keyed(&caller, &key, &format!("POST orders/{order}/fire"), &body.bytes);
    change(&branch, request, &caller, &order, None, OrderCommand::Fire(body.value.fire()?)).await
}
