//! Printers, print jobs and pictures of what they print over HTTP.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use comanda_shared::ids::{JobId, PrinterId, TicketId};
use comanda_shared::kitchen::Proof;
use comanda_shared::paper::PaperKind;
use comanda_shared::printer::Printer;
use comanda_shared::time::LocalInstant;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::board::{Condition, Standing};
use super::job::{Content, Job, JobStatus};
use super::material::Material;
use super::queries;
use super::sheet::Marks;
use super::{paper_file, picture, profile_of};
use crate::http::answer::List;
use crate::http::extract::{Path, id};
use crate::http::openapi::{Asking, Finding, Guarded};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;

/// What the list of jobs is asked with.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JobsParams {
    #[param(value_type = Option<JobStatus>)]
    status: Option<String>,
    /// 20 unless told otherwise.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<i64>,
}

/// A print job.
#[derive(Serialize, ToSchema)]
#[schema(as = Job)]
struct JobView {
    id: JobId,
    /// Its ticket, when it prints one.
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<TicketId>,
    /// What it prints, when that is no ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    paper: Option<PaperKind>,
    printer: PrinterId,
    /// The printer it was meant for, where this one took over.
    #[serde(skip_serializing_if = "Option::is_none")]
    backup_of: Option<PrinterId>,
    status: JobStatus,
    /// How well it is known that it came out; none before it did.
    #[schema(required)]
    proof: Option<Proof>,
    /// How often bytes may have left.
    attempts: u32,
    /// Whether it may have come out before.
    possible_duplicate: bool,
    /// Which reprint of its ticket it is, from 1; 0 for the first print.
    reprint: u32,
    /// The last thing that went wrong.
    #[schema(required)]
    error: Option<String>,
    created_at: LocalInstant,
    #[schema(required)]
    ended_at: Option<LocalInstant>,
}

/// A page of print jobs.
#[derive(Serialize, ToSchema)]
pub struct Jobs {
    items: Vec<JobView>,
    /// What `cursor` is to be for the page that follows; none when none does.
    #[schema(required)]
    next_cursor: Option<String>,
    /// How many have each status.
    counts: BTreeMap<JobStatus, i64>,
}

/// A printer in use, and how it is doing.
#[derive(Serialize, ToSchema)]
pub struct PrinterInUse {
    #[serde(flatten)]
    printer: Printer,
    /// Jobs that wait at it, counted up to 20.
    waiting: u32,
    /// Of these, jobs that are held until somebody says what becomes of them.
    held: u32,
    status: Condition,
    /// The same for staff, in Spanish.
    status_text: &'static str,
    /// What model it says it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<String>,
    /// Whether it is left alone for a while, after several failures in a row.
    is_resting: bool,
    /// Since when it is paused.
    #[serde(skip_serializing_if = "Option::is_none")]
    paused_at: Option<LocalInstant>,
    /// When something came out of it last.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_printed_at: Option<LocalInstant>,
    /// How well that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_proof: Option<Proof>,
    /// From queued to printed, on average over the last hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    mean_seconds: Option<u64>,
}

impl PrinterInUse {
    fn read(
        connection: &Connection,
        printer: Printer,
        standing: Standing,
        now: Timestamp,
        zone: &TimeZone,
    ) -> rusqlite::Result<Self> {
        let an_hour_ago = now.checked_sub(SignedDuration::from_hours(1)).unwrap_or(now);
        let record = queries::record(connection, printer.id, an_hour_ago)?;
        let paused_at = queries::paused_since(connection, printer.id)?;
        let status = if paused_at.is_some() { Condition::Paused } else { standing.condition };
        Ok(Self {
            waiting: queries::queue_length(connection, printer.id)?,
            held: queries::held(connection, printer.id)?,
            status,
            status_text: status.spanish(),
            says: queries::model(connection, printer.id)?,
            is_resting: !standing.breaker.is_closed(),
            paused_at: paused_at.map(|at| LocalInstant::at(at, zone)),
            last_printed_at: record.last_printed_at.map(|at| LocalInstant::at(at, zone)),
            last_proof: record.last_proof,
            mean_seconds: record.mean_wait.and_then(|wait| u64::try_from(wait.as_secs()).ok()),
            printer,
        })
    }
}

impl JobView {
    fn of(job: Job, zone: &TimeZone) -> Self {
        Self {
            id: job.id,
            ticket: job.content.ticket(),
            paper: job.content.paper(),
            backup_of: job.backup_of,
            printer: job.printer,
            status: job.status,
            proof: job.proof,
            attempts: job.attempts,
            possible_duplicate: job.possible_duplicate,
            reprint: job.reprint,
            error: job.error,
            created_at: LocalInstant::at(job.created_at, zone),
            ended_at: job.ended_at.map(|at| LocalInstant::at(at, zone)),
        }
    }
}

/// Lists print jobs, the newest first, page by page, with how many have each status.
///
/// Needs `printing.view`.
#[utoipa::path(get, path = "/api/v1/print/jobs", operation_id = "list_jobs", tag = "printing", params(JobsParams),
    responses((status = 200, body = Jobs), Guarded, Asking))]
pub async fn jobs(
    State(branch): State<Branch>,
    params: Result<Query<JobsParams>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(params) = params.map_err(|error| Problem::from(Code::RequestMalformed).detail(error.body_text()))?;
    let named = |name: &str| JobStatus::ALL.iter().copied().find(|status| status.as_str() == name);
    let status =
        match params.status.as_deref() {
            None => None,
            Some(name) => Some(named(name).ok_or_else(|| {
                Problem::from(Code::RequestMalformed).detail(format!("«{name}» is no status of a job"))
            })?),
        };
    let limit = params.limit.unwrap_or(20).clamp(1, 200);
    let before = params.cursor.unwrap_or(i64::MAX);
    let read = branch.journal.readers().read(move |connection| {
        Ok((queries::jobs(connection, status, before, limit)?, queries::count_by_status(connection)?))
    });
    let (jobs, counts) = read.await?;
    let last = jobs.last().filter(|_| jobs.len() == limit as usize);
    let next_cursor = last.map(|job| job.ordinal.to_string());
    let zone = &branch.journal.configuration().zone;
    let items = jobs.into_iter().map(|job| JobView::of(job, zone)).collect();
    Ok(Json(Jobs { items, next_cursor, counts }).into_response())
}

/// Lists the printers in use, and how each is doing.
///
/// Needs `printing.view`.
#[utoipa::path(get, path = "/api/v1/settings/printers", operation_id = "list_printers", tag = "printing",
    responses((status = 200, body = List<PrinterInUse>), Guarded))]
pub async fn printers(State(branch): State<Branch>) -> Result<Response, Problem> {
    let configuration = branch.journal.configuration();
    let in_use: Vec<Printer> = configuration.printers.iter().filter(|printer| !printer.is_removed).cloned().collect();
    let (board, now) = (branch.board.clone(), branch.journal.environment().clock.now());
    let read = branch.journal.readers().read(move |connection| {
        let view = |printer: Printer| {
            let standing = board.standing(printer.id);
            PrinterInUse::read(connection, printer, standing, now, &configuration.zone)
        };
        in_use.into_iter().map(view).collect::<rusqlite::Result<Vec<_>>>()
    });
    Ok(Json(List::whole(read.await?)).into_response())
}

/// A picture.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Png(pub Vec<u8>);

/// Draws a ticket.
///
/// Needs `orders.view`. From the bytes that were printed where a virtual printer kept them, else from those that would be
/// printed now.
#[utoipa::path(get, path = "/api/v1/print/tickets/{file}", operation_id = "draw_ticket", tag = "printing",
    params(("file" = String, Path, description = "The ticket's id and `.png`")),
    responses((status = 200, description = "The picture", body = Png, content_type = "image/png"), Guarded, Finding))]
pub async fn picture(State(branch): State<Branch>, Path(file): Path<String>) -> Result<Response, Problem> {
    let name = file.strip_suffix(".png").ok_or_else(|| Problem::from(Code::NotFound))?;
    let ticket: TicketId = id(name)?;
    let guests = branch.guests.clone();
    let read = branch.journal.readers().read(move |connection| {
        let material = Material::load(connection, &Content::Ticket(ticket), &guests)?;
        Ok((material, queries::last_job_of(connection, ticket)?.map(|job| printed_by(connection, job)).transpose()?))
    });
    let (material, job) = read.await?;
    let material = material.ok_or_else(|| Problem::from(Code::NotFound))?;
    let drawn = tokio::task::spawn_blocking(move || draw(&branch, &material, job.as_ref())).await;
    let png = drawn.map_err(|_| Problem::from(Code::Internal))?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("image/png"))], png).into_response())
}

/// Draws what a job prints, a ticket or another paper.
///
/// Needs `printing.view`. From the bytes that were printed where a virtual printer kept them, else from those that would be
/// printed now. Of a drawer, an empty piece of paper.
#[utoipa::path(get, path = "/api/v1/print/jobs/{id}/picture", operation_id = "draw_job", tag = "printing",
    params(("id" = JobId, Path)),
    responses((status = 200, description = "The picture", body = Png, content_type = "image/png"), Guarded, Finding))]
pub async fn job_picture(State(branch): State<Branch>, Path(job): Path<String>) -> Result<Response, Problem> {
    let job: JobId = id(&job)?;
    let guests = branch.guests.clone();
    let read = branch.journal.readers().read(move |connection| {
        let Some(job) = queries::job_of(connection, job)? else { return Ok(None) };
        let Some(material) = Material::load(connection, &job.content, &guests)? else { return Ok(None) };
        Ok(Some((material, printed_by(connection, job)?)))
    });
    let (material, job) = read.await?.ok_or_else(|| Problem::from(Code::NotFound))?;
    let drawn = tokio::task::spawn_blocking(move || draw(&branch, &material, Some(&job))).await;
    let png = drawn.map_err(|_| Problem::from(Code::Internal))?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("image/png"))], png).into_response())
}

/// A job, and what model its printer says it is.
type PrintedBy = (Job, Option<String>);

fn printed_by(connection: &Connection, job: Job) -> rusqlite::Result<PrintedBy> {
    let says = queries::model(connection, job.printer)?;
    Ok((job, says))
}

fn draw(branch: &Branch, material: &Material, printed: Option<&PrintedBy>) -> Vec<u8> {
    let configuration = branch.journal.configuration();
    let profile = printed.and_then(|(job, says)| {
        let printer = configuration.printers.iter().find(|printer| printer.id == job.printer)?;
        Some(profile_of(printer, says.as_deref()))
    });
    let profile = profile.unwrap_or_default();
    let job = printed.map(|(job, _)| job);
    let kept = job.and_then(|job| std::fs::read(paper_file(&branch.folder, job.id)).ok());
    let bytes = kept.unwrap_or_else(|| {
        let attempt = job.filter(|job| job.possible_duplicate).map(|job| job.attempts.max(2));
        let marks = Marks { possible_duplicate: attempt, ..Marks::of_print(job.map_or(0, |job| job.reprint)) };
        material.encode(marks, &configuration, &profile)
    });
    picture::draw(&bytes, &profile)
}
