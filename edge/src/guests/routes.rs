//! A guest's pass over HTTP, for whoever hands it over.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use comanda_shared::ids::OrderId;
use comanda_shared::time::LocalInstant;
use serde::Serialize;
use utoipa::ToSchema;

use super::guest_of;
use crate::http::extract::{Path, id};
use crate::http::openapi::{Finding, Guarded};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;

/// What a guest follows their order with.
#[derive(Serialize, ToSchema)]
#[schema(as = GuestPass)]
pub struct PassView {
    /// The bearer's secret; with it a guest joins the live channel's scope `guest` of this order, and reaches nothing else.
    #[schema(example = "gst_0193a0000000700080000000000000001f2e3d4c5b6a79888f01")]
    secret: String,
    /// What a phone on the branch's network opens: it stands as a QR code on receipts whose template has `follow`. None where
    /// the box has no address of its own.
    #[schema(
        required,
        example = "http://192.168.1.50:8090/pedido#0193a0000000700080000000000000001f2e3d4c5b6a79888f01"
    )]
    address: Option<String>,
    until: LocalInstant,
}

/// Shows the pass by which a guest follows this order.
///
/// Needs `orders.view`. Orders to take away have one, and those ordered at the table by QR, until a day after they are wanted.
#[utoipa::path(get, path = "/api/v1/orders/{id}/guest-pass", operation_id = "show_guest_pass", tag = "orders",
    params(("id" = OrderId, Path)), responses((status = 200, body = PassView), Guarded, Finding))]
pub async fn show(State(branch): State<Branch>, Path(order): Path<String>) -> Result<Response, Problem> {
    let order: OrderId = id(&order)?;
    let now = branch.journal.environment().clock.now();
    let read = branch.journal.readers().read(move |connection| guest_of(connection, order, now)).await?;
    let guest = read.ok_or_else(|| Problem::from(Code::NotFound))?;
    let until = LocalInstant::at(guest.until, &branch.journal.configuration().zone);
    let secret = branch.guests.pass(order).bearer();
    Ok(Json(PassView { secret, address: branch.guests.address(order), until }).into_response())
}
