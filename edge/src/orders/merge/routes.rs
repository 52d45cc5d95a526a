//! Two orders made one, over HTTP.

use axum::extract::State;
use axum::response::Response;
use comanda_shared::ids::OrderId;

use super::super::refusals::Merging;
use super::super::routes::respond;
use super::super::wire::OrderView;
use super::feature::{Meant, merge};
use super::wire::MergeRequest;
use crate::http::extract::{Body, IdempotencyKey, Path, Version, id, keyed};
use crate::http::openapi::Guarded;
use crate::http::problem::Problem;
use crate::http::server::Branch;
use crate::staff::Caller;

/// Makes another order part of this one: its lines come over as they are, made or not, and it is over.
///
/// Needs `orders.move`. The other order must be neither paid, split nor discounted; `If-Match` names the version of this one.
#[utoipa::path(post, path = "/api/v1/orders/{id}/merge", operation_id = "merge_orders", tag = "orders",
    params(("id" = OrderId, Path), IdempotencyKey, Version), request_body = MergeRequest,
    responses((status = 200, body = OrderView), Guarded, Merging))]
pub async fn merge_orders(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Version(version): Version,
    Path(order): Path<String>,
    body: Body<MergeRequest>,
) -> Result<Response, Problem> {
    let request = keyed(&caller, &key, &format!("POST orders/{order}/merge"), &body.bytes);
    let into = Meant { order: id(&order)?, version };
    let from = Meant { order: body.value.from, version: body.value.from_version };
    let outcome = merge(&branch.journal, request, caller.role, into, from).await;
    respond(&branch, into.order, outcome).await
}
