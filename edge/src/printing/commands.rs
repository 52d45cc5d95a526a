//! What is asked of jobs and printers over HTTP.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use comanda_shared::ids::{JobId, PrinterId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::feature::{self, JobCommand, JobRefusal, PrinterCommand};
use crate::http::answer;
use crate::http::extract::{Body, IdempotencyKey, Path, id, keyed};
use crate::http::openapi::{Guarded, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::journal::{Outcome, Step};
use crate::staff::Caller;

/// Of what is asked of a job.
const OF_JOBS: &[Code] = &[Code::NotFound, Code::JobBeingSent, Code::JobEnded];

refusals! {
    /// Of a job that is tried again or taken back.
    Changing: OF_JOBS, IdempotencyKey::REFUSALS;
    /// Of a job that goes elsewhere.
    Rerouting: OF_JOBS, &[Code::PrinterUnknown, Code::FieldInvalid], IdempotencyKey::REFUSALS;
    /// Of what is asked of a printer.
    Commanding: &[Code::NotFound], IdempotencyKey::REFUSALS;
    /// Of what becomes of jobs that are held.
    Deciding: &[Code::NotFound, Code::FieldInvalid], IdempotencyKey::REFUSALS;
}

/// Where a job goes instead.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RerouteRequest {
    /// The printer.
    printer: PrinterId,
}

/// What becomes of jobs that are held.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HeldRequest {
    act: HeldAct,
}

/// What becomes of jobs that are held.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HeldAct {
    /// They are printed after all.
    Print,
    /// They are not printed; their orders stay as they are.
    Discard,
    /// What stands on them is printed on one paper, and they themselves no more.
    Summary,
}

/// A job, and where it can be followed.
#[derive(Serialize, ToSchema)]
pub struct JobAnswer {
    /// The job; of one that goes elsewhere, the one that took its place.
    job: JobId,
}

/// What was done.
#[derive(Serialize, ToSchema)]
pub struct PrinterAnswer {
    /// The job of the test page.
    #[serde(skip_serializing_if = "Option::is_none")]
    job: Option<JobId>,
}

impl From<JobRefusal> for Problem {
    fn from(refusal: JobRefusal) -> Self {
        let code = match refusal {
            JobRefusal::Unknown => Code::NotFound,
            JobRefusal::BeingSent => Code::JobBeingSent,
            JobRefusal::Ended => Code::JobEnded,
            JobRefusal::PrinterUnknown => return Self::from(Code::PrinterUnknown).at("printer", refusal),
        };
        code.into()
    }
}

/// Prints a job that is held, in doubt or failed, or one that waits, as soon as its printer can.
///
/// Needs `printing.manage`. A drawer is not opened again.
#[utoipa::path(post, path = "/api/v1/print/jobs/{id}/retry", operation_id = "retry_job", tag = "printing",
    params(("id" = JobId, Path), IdempotencyKey), responses((status = 200, body = JobAnswer), Guarded, Changing))]
pub async fn retry(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(job): Path<String>,
) -> Result<Response, Problem> {
    change(&branch, &caller, &key, &job, JobCommand::Retry, &[]).await
}

/// Has another printer print a job that waits; its paper says for whom.
///
/// Needs `printing.manage`.
#[utoipa::path(post, path = "/api/v1/print/jobs/{id}/reroute", operation_id = "reroute_job", tag = "printing",
    params(("id" = JobId, Path), IdempotencyKey), request_body = RerouteRequest,
    responses((status = 200, body = JobAnswer), Guarded, Rerouting))]
pub async fn reroute(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(job): Path<String>,
    body: Body<RerouteRequest>,
) -> Result<Response, Problem> {
    change(&branch, &caller, &key, &job, JobCommand::Reroute(body.value.printer), &body.bytes).await
}

/// Takes a job back that waits: it is not printed.
///
/// Needs `printing.manage`.
#[utoipa::path(post, path = "/api/v1/print/jobs/{id}/cancel", operation_id = "cancel_job", tag = "printing",
    params(("id" = JobId, Path), IdempotencyKey), responses((status = 200, body = JobAnswer), Guarded, Changing))]
pub async fn cancel(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(job): Path<String>,
) -> Result<Response, Problem> {
    change(&branch, &caller, &key, &job, JobCommand::Cancel, &[]).await
}

async fn change(
    branch: &Branch,
    caller: &Caller,
    key: &IdempotencyKey,
    job: &str,
    command: JobCommand,
    body: &[u8],
) -> Result<Response, Problem> {
    let job: JobId = id(job)?;
    let request = keyed(caller, key, &format!("print job {job} {command:?}"), body);
    let outcome = feature::change_job(&branch.journal, request, job, command).await?;
    Ok(answered(outcome, |job| JobAnswer { job }))
}

/// Prints nothing at a printer until it is resumed; orders go on.
///
/// Needs `printing.manage`. What waits there for a minute is handed over.
#[utoipa::path(post, path = "/api/v1/printers/{id}/pause", operation_id = "pause_printer", tag = "printing",
    params(("id" = PrinterId, Path), IdempotencyKey), responses((status = 200, body = PrinterAnswer), Guarded, Commanding))]
pub async fn pause(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(printer): Path<String>,
) -> Result<Response, Problem> {
    command(&branch, &caller, &key, &printer, PrinterCommand::Pause).await
}

/// Lets a paused printer go on.
///
/// Needs `printing.manage`.
#[utoipa::path(post, path = "/api/v1/printers/{id}/resume", operation_id = "resume_printer", tag = "printing",
    params(("id" = PrinterId, Path), IdempotencyKey), responses((status = 200, body = PrinterAnswer), Guarded, Commanding))]
pub async fn resume(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(printer): Path<String>,
) -> Result<Response, Problem> {
    command(&branch, &caller, &key, &printer, PrinterCommand::Resume).await
}

/// Prints a test page, at once also at a printer that was left alone, and learns anew what the printer answers.
///
/// Needs `printing.manage`.
#[utoipa::path(post, path = "/api/v1/printers/{id}/test", operation_id = "test_printer", tag = "printing",
    params(("id" = PrinterId, Path), IdempotencyKey), responses((status = 200, body = PrinterAnswer), Guarded, Commanding))]
pub async fn test(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(printer): Path<String>,
) -> Result<Response, Problem> {
    command(&branch, &caller, &key, &printer, PrinterCommand::Test).await
}

/// Says what becomes of tickets that waited too long for a printer that is back.
///
/// Needs `printing.manage`.
#[utoipa::path(post, path = "/api/v1/printers/{id}/held", operation_id = "decide_held", tag = "printing",
    params(("id" = PrinterId, Path), IdempotencyKey), request_body = HeldRequest,
    responses((status = 200, body = PrinterAnswer), Guarded, Deciding))]
pub async fn held(
    State(branch): State<Branch>,
    caller: Caller,
    key: IdempotencyKey,
    Path(printer): Path<String>,
    body: Body<HeldRequest>,
) -> Result<Response, Problem> {
    let act = match body.value.act {
        HeldAct::Print => PrinterCommand::PrintHeld,
        HeldAct::Discard => PrinterCommand::DiscardHeld,
        HeldAct::Summary => PrinterCommand::SummarizeHeld,
    };
    command(&branch, &caller, &key, &printer, act).await
}

async fn command(
    branch: &Branch,
    caller: &Caller,
    key: &IdempotencyKey,
    printer: &str,
    command: PrinterCommand,
) -> Result<Response, Problem> {
    let printer: PrinterId = id(printer)?;
    let by = caller.actor;
    let request = keyed(caller, key, &format!("printer {printer} {command:?}"), &[]);
    let work = move |step: &mut Step<'_>| feature::command_printer(step, printer, command, by);
    let outcome = branch.journal.command(request, work, |_, _| Ok(None)).await.map_err(|error| match error {
        crate::journal::CommandError::Refused(JobRefusal::PrinterUnknown) => Code::NotFound.into(),
        other => Problem::from(other),
    })?;
    branch.board.hurry(printer);
    Ok(answered(outcome, |job| PrinterAnswer { job }))
}

fn answered<T, V: Serialize>(outcome: Outcome<T>, view: impl FnOnce(T) -> V) -> Response {
    let is_repeat = matches!(outcome, Outcome::Repeated(_));
    let mut response = answer::json(StatusCode::OK, &view(outcome.into_inner()));
    if is_repeat {
        response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    response
}
