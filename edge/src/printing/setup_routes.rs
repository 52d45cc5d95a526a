//! Setting printers up over HTTP.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use comanda_shared::ids::PrinterId;
use serde::Serialize;
use utoipa::ToSchema;

use super::models::{self, Model};
use super::setup::{self, Plan, PrinterRefusal};
use crate::http::answer::{self, List};
use crate::http::extract::{Body, IdempotencyKey, Path, id, keyed};
use crate::http::openapi::{Guarded, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::journal::{CommandError, Failure, Request, Step};
use crate::staff::Caller;

refusals! {
    /// Of a printer that is to be set up.
    Adding: &[Code::FieldInvalid, Code::NameTaken, Code::PrinterUnknown], IdempotencyKey::REFUSALS;
    /// Of a printer that is to be set up otherwise.
    Changing: &[Code::NotFound, Code::FieldInvalid, Code::NameTaken, Code::PrinterUnknown], IdempotencyKey::REFUSALS;
    /// Of a printer that is to be taken away.
    Removing: &[Code::NotFound], IdempotencyKey::REFUSALS;
}

impl From<PrinterRefusal> for Problem {
    fn from(refusal: PrinterRefusal) -> Self {
        let field = match &refusal {
            PrinterRefusal::Name => "name",
            PrinterRefusal::NameTaken(_) => return Self::from(Code::NameTaken).at("name", refusal),
            PrinterRefusal::Columns(_) => "columns",
            PrinterRefusal::Limit(_) => "limit_seconds",
            PrinterRefusal::StationUnknown { .. } => "stations",
            PrinterRefusal::Unknown(_) => return Code::NotFound.into(),
            PrinterRefusal::FallbackUnknown => return Self::from(Code::PrinterUnknown).at("fallback", refusal),
            PrinterRefusal::ModelUnknown(_) => "model",
            PrinterRefusal::PageMissing { .. } => "code_page",
        };
        Self::from(Code::FieldInvalid).at(field, refusal)
    }
}

/// A printer that is set up.
#[derive(Serialize, ToSchema)]
pub struct PrinterSetUp {
    /// Which it is.
    id: PrinterId,
}

/// Sets a printer up.
///
/// Needs `printers.set_up`. Nothing is printed; `POST printers/{id}/test` prints a page.
#[utoipa::path(post, path = "/api/v1/settings/printers", operation_id = "add_printer", tag = "printing",
    params(IdempotencyKey), request_body = Plan, responses((status = 201, body = PrinterSetUp), Guarded, Adding))]
pub async fn add(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    body: Body<Plan>,
) -> Result<Response, Problem> {
    let request = keyed(&caller, &key, "POST settings/printers", &body.bytes);
    run(&branch, request, StatusCode::CREATED, None, move |step| setup::add_planned(step, body.value)).await
}

/// Sets a printer up otherwise, whole: what is absent is as if it had never been said.
///
/// Needs `printers.set_up`. What waits for it is printed as it is set up then.
#[utoipa::path(put, path = "/api/v1/settings/printers/{id}", operation_id = "change_printer", tag = "printing",
    params(("id" = PrinterId, Path), IdempotencyKey), request_body = Plan,
    responses((status = 200, body = PrinterSetUp), Guarded, Changing))]
pub async fn change(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(printer): Path<String>,
    body: Body<Plan>,
) -> Result<Response, Problem> {
    let printer: PrinterId = id(&printer)?;
    let request = keyed(&caller, &key, &format!("PUT settings/printers/{printer}"), &body.bytes);
    let work = move |step: &mut Step<'_>| setup::change_planned(step, printer, body.value);
    run(&branch, request, StatusCode::OK, Some(printer), work).await
}

/// Takes a printer away; what waits for it goes to the printer its station has then.
///
/// Needs `printers.set_up`.
#[utoipa::path(delete, path = "/api/v1/settings/printers/{id}", operation_id = "remove_printer", tag = "printing",
    params(("id" = PrinterId, Path), IdempotencyKey), responses((status = 200, body = PrinterSetUp), Guarded, Removing))]
pub async fn remove(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(printer): Path<String>,
) -> Result<Response, Problem> {
    let printer: PrinterId = id(&printer)?;
    let request = keyed(&caller, &key, &format!("DELETE settings/printers/{printer}"), &[]);
    run(&branch, request, StatusCode::OK, Some(printer), move |step| setup::remove_known(step, printer)).await
}

/// Does it, on a printer that is known or on one that this makes; a repeat is answered with the same.
async fn run(
    branch: &Branch,
    request: Request,
    status: StatusCode,
    known: Option<PrinterId>,
    work: impl FnOnce(&mut Step<'_>) -> Result<PrinterId, Failure<PrinterRefusal>> + Send + 'static,
) -> Result<Response, Problem> {
    let again = move |_: &mut Step<'_>, made| Ok(known.unwrap_or_else(|| PrinterId::from_uuid(made)));
    let done = branch.journal.command(request, work, again).await;
    let outcome = done.map_err(|error| match error {
        CommandError::Refused(refusal) => Problem::from(refusal),
        other => Problem::from(other),
    })?;
    Ok(answer::json(status, &PrinterSetUp { id: outcome.into_inner() }))
}

/// Lists the models that something is known of.
///
/// Needs `printing.view`. Made of escpos-printer-db, CC BY 4.0.
#[utoipa::path(get, path = "/api/v1/printers/models", operation_id = "list_printer_models", tag = "printing",
    responses((status = 200, body = List<Model>), Guarded))]
pub async fn list_models() -> Response {
    Json(List::whole(models::all().to_vec())).into_response()
}
