//! Payments over HTTP.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use comanda_shared::ids::{CommandId, OrderId, PaymentId};
use comanda_shared::order::{Order, OrderCommand, Payment, PaymentMethod};
use comanda_shared::staff::Permission;

use super::queries;
use super::refusals::{Paying, Refunding};
use super::wire::{MethodView, Paid, PayRequest, PaymentView, RefundRequest, RefundView, Refunded};
use crate::http::answer::{self, List};
use crate::http::extract::{Body, IdempotencyKey, Path, id, keyed, keyed_without_pins};
use crate::http::openapi::{Finding, Guarded};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::journal::aggregates::Aggregate;
use crate::journal::{Outcome, Request};
use crate::orders::feature::{self, Wish};
use crate::orders::wire::OrderView;
use crate::staff::{Caller, approval};

/// Takes money for an order.
///
/// Needs `payments.take`; cash needs an open shift. Paid in full, the order gets its receipt; handed over as well, it is
/// closed.
#[utoipa::path(post, path = "/api/v1/payments", operation_id = "take_payment", tag = "payments", params(IdempotencyKey),
    request_body = PayRequest,
    responses(
        (status = 201, body = Paid),
        (status = 200, description = "A repeat: the payment and its order as they are now", body = Paid),
        Guarded, Paying,
    ))]
pub async fn take(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    body: Body<PayRequest>,
) -> Result<Response, Problem> {
    let request = keyed(&caller, &key, "POST payments", &body.bytes);
    let (order, asked) = (body.value.order, request.command);
    let command = OrderCommand::TakePayment(body.value.command()?);
    let wish = Wish::Change { order, version: None, command };
    let outcome = feature::run(&branch.journal, request, caller.role, wish).await?;
    let zone = branch.journal.configuration().zone.clone();
    answered(outcome, |order| {
        let is_it = |payment: &&Payment| payment.taken.command == asked && payment.taken.method.is_offered();
        let payment = order.payments.iter().find(is_it)?;
        Some(Paid { payment: PaymentView::of(payment, &zone), order: OrderView::of(order, &zone) })
    })
}

/// Lists what was paid for an order.
///
/// Needs `orders.view`.
#[utoipa::path(get, path = "/api/v1/payments/{id}", operation_id = "list_payments", tag = "payments",
    params(("id" = OrderId, Path, description = "The order")),
    responses((status = 200, body = List<PaymentView>), Guarded, Finding))]
pub async fn of_order(State(branch): State<Branch>, Path(order): Path<String>) -> Result<Response, Problem> {
    let order: OrderId = id(&order)?;
    let order = branch.journal.readers().read(move |connection| Order::load(connection, order.uuid())).await?;
    let order = order.ok_or_else(|| Problem::from(Code::NotFound))?;
    let zone = branch.journal.configuration().zone.clone();
    let payments = order.payments.iter().map(|payment| PaymentView::of(payment, &zone));
    Ok(answer::json(StatusCode::OK, &List::whole(payments)))
}

/// Gives money back, out of the open shift of whoever gives it.
///
/// Needs `orders.view`; and `payments.refund`: without it, the approval of somebody who has it.
#[utoipa::path(post, path = "/api/v1/payments/{id}/refund", operation_id = "refund_payment", tag = "payments",
    params(("id" = PaymentId, Path, description = "The payment"), IdempotencyKey), request_body = RefundRequest,
    responses(
        (status = 201, body = Refunded),
        (status = 200, description = "A repeat: the refund and its order as they are now", body = Refunded),
        Guarded, Refunding,
    ))]
pub async fn refund(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(payment): Path<String>,
    body: Body<RefundRequest>,
) -> Result<Response, Problem> {
    let request = keyed_without_pins(&caller, &key, &format!("POST payments/{payment}/refund"), &body.bytes);
    let payment: PaymentId = id(&payment)?;
    let asked = request.command;
    let order = branch.journal.readers().read(move |connection| queries::order_of(connection, payment)).await?;
    let order = order.ok_or_else(|| Problem::from(Code::NotFound))?;
    let approver = approval::of(&branch, &caller, Permission::PaymentsRefund, body.value.approval.clone()).await?;
    let request = Request { approver, ..request };
    let command = OrderCommand::Refund(body.value.command(payment)?);
    let wish = Wish::Change { order, version: None, command };
    let outcome = feature::run(&branch.journal, request, caller.role, wish).await?;
    let zone = branch.journal.configuration().zone.clone();
    answered(outcome, |order| {
        let refund = refund_asked_by(order, asked)?;
        Some(Refunded { refund: RefundView::of(refund, &zone), order: OrderView::of(order, &zone) })
    })
}

fn refund_asked_by(order: &Order, asked: CommandId) -> Option<&comanda_shared::order::PaymentRefunded> {
    order.payments.iter().flat_map(|payment| &payment.refunds).find(|refund| refund.command == asked)
}

fn answered<T: serde::Serialize>(
    outcome: Outcome<feature::Taken>,
    view: impl FnOnce(&Order) -> Option<T>,
) -> Result<Response, Problem> {
    let is_repeat = matches!(outcome, Outcome::Repeated(_));
    let taken = outcome.into_inner();
    let view = view(&taken.order).ok_or_else(|| Problem::from(Code::Internal))?;
    let mut response = answer::json(if is_repeat { StatusCode::OK } else { StatusCode::CREATED }, &view);
    if is_repeat {
        response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// Lists the ways to pay, as screens offer them.
///
/// Needs `orders.view`.
#[utoipa::path(get, path = "/api/v1/payments/methods", operation_id = "list_payment_methods", tag = "payments",
    responses((status = 200, body = List<MethodView>), Guarded))]
pub async fn methods(State(branch): State<Branch>) -> Response {
    let configuration = branch.journal.configuration();
    let offered = PaymentMethod::ALL.into_iter().filter(|method| method.is_offered());
    let methods = offered.map(|method| MethodView::of(method, &configuration.settings));
    answer::json(StatusCode::OK, &List::whole(methods))
}
