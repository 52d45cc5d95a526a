//! Whether the branch is open, over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::wire::{StateRequest, StateView};
use super::{feature, of};
use crate::branch::store;
use crate::http::answer;
use crate::http::extract::Body;
use crate::http::openapi::{Guarded, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::staff::Caller;

refusals! {
    /// Of what is said about the branch.
    Saying: &[Code::FieldInvalid];
}

/// Shows whether the branch takes orders from outside, and when that changes by itself.
///
/// Needs `orders.view`. What is sold at the branch itself is refused by none of it.
#[utoipa::path(get, path = "/api/v1/branch-state", operation_id = "show_branch_state", tag = "branch",
    responses((status = 200, body = StateView), Guarded))]
pub async fn show(State(branch): State<Branch>) -> Result<Response, Problem> {
    view(&branch).await
}

/// Says that the branch is open, busy, paused or closed.
///
/// Needs `branch.state`. Every screen hears of it at once; while it is paused or closed, orders from the web menu, from
/// WhatsApp and by voice are refused with `branch.paused` or `branch.closed`. Said again, it writes nothing.
#[utoipa::path(put, path = "/api/v1/branch-state", operation_id = "put_branch_state", tag = "branch",
    request_body = StateRequest, responses((status = 200, body = StateView), Guarded, Saying))]
pub async fn change(
    State(branch): State<Branch>,
    caller: Caller,
    body: Body<StateRequest>,
) -> Result<Response, Problem> {
    let command = body.value.command()?;
    let request = caller.once(branch.journal.environment());
    feature::say(&branch.journal, request, caller.role, command).await?;
    view(&branch).await
}

async fn view(branch: &Branch) -> Result<Response, Problem> {
    let known = branch.journal.readers().read(store::load).await?.ok_or_else(|| Problem::from(Code::Internal))?;
    let now = branch.journal.environment().clock.now();
    let view = StateView::of(&of(&known, &branch.journal.configuration()), now);
    Ok(answer::json(StatusCode::OK, &view))
}
