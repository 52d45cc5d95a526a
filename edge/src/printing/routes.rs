//! Printers, print jobs and pictures of tickets over HTTP.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use comanda_shared::ids::{JobId, PrinterId, TicketId};
use comanda_shared::printer::Printer;
use comanda_shared::time::LocalInstant;
use serde::{Deserialize, Serialize};

use super::sheet::Marks;
use super::store::{self, Job, JobStatus};
use super::worker::Material;
use super::{paper_file, picture, profile::PrinterProfile, profile_of};
use crate::http::extract::{Path, id};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;

/// What the list of jobs is asked with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobsParams {
    status: Option<String>,
    limit: Option<u32>,
    cursor: Option<i64>,
}

#[derive(Serialize)]
struct JobView {
    id: JobId,
    ticket: TicketId,
    printer: PrinterId,
    status: String,
    proof: Option<String>,
    attempts: u32,
    possible_duplicate: bool,
    reprint: u32,
    error: Option<String>,
    created_at: LocalInstant,
    ended_at: Option<LocalInstant>,
}

impl JobView {
    fn of(job: Job, zone: &jiff::tz::TimeZone) -> Self {
        Self {
            id: job.id,
            ticket: job.ticket,
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

/// `GET print/jobs`: the newest first, with how many have each status.
pub async fn jobs(
    State(branch): State<Branch>,
    params: Result<Query<JobsParams>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(params) = params.map_err(|error| Problem::from(Code::RequestMalformed).detail(error.body_text()))?;
    let named = |name: &str| JobStatus::ALL.into_iter().find(|status| status.as_str() == name);
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
        Ok((store::jobs(connection, status, before, limit)?, store::count_by_status(connection)?))
    });
    let (jobs, counts) = read.await?;
    let next = (jobs.len() == limit as usize).then(|| jobs.last().map(|job| job.ordinal)).flatten();
    let zone = &branch.journal.configuration().zone;
    let items: Vec<JobView> = jobs.into_iter().map(|job| JobView::of(job, zone)).collect();
    let counts: std::collections::BTreeMap<String, i64> = counts.into_iter().collect();
    Ok(Json(serde_json::json!({"items": items, "next_cursor": next, "counts": counts})).into_response())
}

/// `GET settings/printers`: the printers in use, with how many jobs wait at each.
pub async fn printers(State(branch): State<Branch>) -> Result<Response, Problem> {
    let configuration = branch.journal.configuration();
    let in_use: Vec<Printer> = configuration.printers.iter().filter(|printer| !printer.is_removed).cloned().collect();
    let read = branch.journal.readers().read(move |connection| {
        let with_queue = |printer: Printer| Ok((store::queue_length(connection, printer.id)?, printer));
        in_use.into_iter().map(with_queue).collect::<rusqlite::Result<Vec<_>>>()
    });
    let views = read.await?.into_iter().map(|(waiting, printer)| {
        let mut view = serde_json::to_value(printer).unwrap_or_default();
        view["waiting"] = waiting.into();
        view
    });
    let items: Vec<serde_json::Value> = views.collect();
    Ok(Json(serde_json::json!({"items": items, "next_cursor": null})).into_response())
}

/// `GET print/tickets/{id}.png`: the picture of a ticket, drawn from the bytes that were printed where a virtual printer
/// kept them, else from those that would be printed now.
pub async fn picture(State(branch): State<Branch>, Path(file): Path<String>) -> Result<Response, Problem> {
    let name = file.strip_suffix(".png").ok_or_else(|| Problem::from(Code::NotFound))?;
    let ticket: TicketId = id(name)?;
    let read = branch
        .journal
        .readers()
        .read(move |connection| Ok((Material::load(connection, ticket)?, store::last_job_of(connection, ticket)?)));
    let (material, job) = read.await?;
    let material = material.ok_or_else(|| Problem::from(Code::NotFound))?;
    let drawn = tokio::task::spawn_blocking(move || draw(&branch, &material, job.as_ref())).await;
    let png = drawn.map_err(|_| Problem::from(Code::Internal))?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("image/png"))], png).into_response())
}

fn draw(branch: &Branch, material: &Material, job: Option<&Job>) -> Vec<u8> {
    let configuration = branch.journal.configuration();
    let printer = job.and_then(|job| configuration.printers.iter().find(|printer| printer.id == job.printer));
    let profile = printer.map_or_else(PrinterProfile::default, profile_of);
    let kept = job.and_then(|job| std::fs::read(paper_file(&branch.folder, job.id)).ok());
    let bytes = kept.unwrap_or_else(|| {
        let attempt = job.filter(|job| job.possible_duplicate).map(|job| job.attempts.max(2));
        let marks = Marks { possible_duplicate: attempt, ..Marks::of_print(job.map_or(0, |job| job.reprint)) };
        material.encode(marks, &configuration.zone, &profile)
    });
    picture::draw(&bytes, &profile)
}
