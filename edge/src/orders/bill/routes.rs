//! Discounts and splits over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use comanda_shared::ids::{DiscountId, OrderId};
use comanda_shared::order::OrderCommand;
use comanda_shared::staff::Permission;

use super::wire::{DiscountRequest, PaperRequest, PrintedView, SplitRequest};
use crate::http::answer;
use crate::http::extract::{Body, IdempotencyKey, Path, Version, id, keyed, keyed_without_pins};
use crate::http::openapi::Guarded;
use crate::http::problem::Problem;
use crate::http::server::Branch;
use crate::journal::Request;
use crate::orders::feature::{self, Wish};
use crate::orders::refusals::{Billing, Discounting, Joining, Reprinting, Restoring, Splitting};
use crate::orders::routes::change;
use crate::orders::wire::OrderView;
use crate::staff::{Caller, approval};

/// Takes something off an order or one of its lines, with a reason.
///
/// Needs `orders.view`; and `orders.discount`: without it, the approval of somebody who has it.
#[utoipa::path(post, path = "/api/v1/orders/{id}/discounts", operation_id = "discount_order", tag = "orders",
    params(("id" = OrderId, Path), IdempotencyKey, Version), request_body = DiscountRequest,
    responses((status = 200, body = OrderView), Guarded, Discounting))]
pub async fn discount(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Version(version): Version,
    Path(order): Path<String>,
    body: Body<DiscountRequest>,
) -> Result<Response, Problem> {
    let request = keyed_without_pins(&caller, &key, &format!("POST orders/{order}/discounts"), &body.bytes);
    let approver = approval::of(&branch, &caller, Permission::OrdersDiscount, body.value.approval.clone()).await?;
    let request = Request { approver, ..request };
    let command = OrderCommand::Discount(body.value.command()?);
    change(&branch, request, &caller, &order, Some(version), command).await
}

/// Takes a discount back.
///
/// Needs `orders.discount`.
#[utoipa::path(delete, path = "/api/v1/orders/{id}/discounts/{discount}", operation_id = "remove_discount",
    tag = "orders", params(("id" = OrderId, Path), ("discount" = DiscountId, Path), Version),
    responses((status = 200, body = OrderView), Guarded, Restoring))]
pub async fn remove_discount(
    State(branch): State<Branch>,
    caller: Caller,
    Version(version): Version,
    Path((order, discount)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let request = caller.once(branch.journal.environment());
    let command = OrderCommand::RemoveDiscount(id::<DiscountId>(&discount)?);
    change(&branch, request, &caller, &order, Some(version), command).await
}

/// Splits what is due of an order: into equal parts, into amounts, or by who had what.
///
/// Needs `orders.split`. The parts always sum to what is due; until one is paid, the bill may be split anew.
#[utoipa::path(post, path = "/api/v1/orders/{id}/split", operation_id = "split_order", tag = "orders",
    params(("id" = OrderId, Path), IdempotencyKey), request_body = SplitRequest,
    responses((status = 200, body = OrderView), Guarded, Splitting))]
pub async fn split(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(order): Path<String>,
    body: Body<SplitRequest>,
) -> Result<Response, Problem> {
    let request = keyed(&caller, &key, &format!("POST orders/{order}/split"), &body.bytes);
    change(&branch, request, &caller, &order, None, OrderCommand::Split(body.value.into())).await
}

/// Makes one bill of a split one, while no part is paid.
///
/// Needs `orders.split`.
#[utoipa::path(delete, path = "/api/v1/orders/{id}/split", operation_id = "undo_split", tag = "orders",
    params(("id" = OrderId, Path)), responses((status = 200, body = OrderView), Guarded, Joining))]
pub async fn undo_split(
    State(branch): State<Branch>,
    caller: Caller,
    Path(order): Path<String>,
) -> Result<Response, Problem> {
    let request = caller.once(branch.journal.environment());
    change(&branch, request, &caller, &order, None, OrderCommand::UndoSplit).await
}

/// Prints what is to be paid at the counter, for the guest: the pre-bill.
///
/// Needs `orders.view`.
#[utoipa::path(post, path = "/api/v1/orders/{id}/bill", operation_id = "print_bill", tag = "orders",
    params(("id" = OrderId, Path), IdempotencyKey), responses((status = 200, body = PrintedView), Guarded, Billing))]
pub async fn print_bill(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(order): Path<String>,
) -> Result<Response, Problem> {
    let request = keyed(&caller, &key, &format!("POST orders/{order}/bill"), &[]);
    print(&branch, &caller, request, &order, OrderCommand::PrintBill).await
}

/// Prints the receipt once more at the counter, marked as a copy.
///
/// Needs `receipts.reprint`.
#[utoipa::path(post, path = "/api/v1/orders/{id}/receipt", operation_id = "reprint_receipt", tag = "orders",
    params(("id" = OrderId, Path), IdempotencyKey), responses((status = 200, body = PrintedView), Guarded, Billing))]
pub async fn reprint_receipt(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(order): Path<String>,
) -> Result<Response, Problem> {
    let request = keyed(&caller, &key, &format!("POST orders/{order}/receipt"), &[]);
    print(&branch, &caller, request, &order, OrderCommand::ReprintReceipt).await
}

/// Prints the order whole, or the slip of its delivery, once more: at the pass, or at the counter where no printer stands
/// there.
///
/// Needs `receipts.reprint`. It says the order as it is now, and which reprint it is.
#[utoipa::path(post, path = "/api/v1/orders/{id}/papers", operation_id = "reprint_paper", tag = "orders",
    params(("id" = OrderId, Path), IdempotencyKey), request_body = PaperRequest,
    responses((status = 200, body = PrintedView), Guarded, Reprinting))]
pub async fn reprint_paper(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(order): Path<String>,
    body: Body<PaperRequest>,
) -> Result<Response, Problem> {
    let request = keyed(&caller, &key, &format!("POST orders/{order}/papers"), &body.bytes);
    print(&branch, &caller, request, &order, OrderCommand::ReprintForPass(body.value.paper)).await
}

async fn print(
    branch: &Branch,
    caller: &Caller,
    request: Request,
    order: &str,
    command: OrderCommand,
) -> Result<Response, Problem> {
    let wish = Wish::Change { order: id(order)?, version: None, command };
    let taken = feature::run(&branch.journal, request, caller.role, wish).await?.into_inner();
    Ok(answer::json(StatusCode::OK, &PrintedView { jobs: taken.papers }))
}
