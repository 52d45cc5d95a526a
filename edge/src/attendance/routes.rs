//! Clocking over HTTP: at any screen of the branch with a PIN, and what is made of it on a manager's.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use comanda_shared::attendance::AttendanceRejection;
use comanda_shared::ids::{ClockEntryId, StaffId};
use jiff::civil::Date;
use rusqlite::Connection;
use serde::Deserialize;

use super::feature::{self, Way};
use super::refusals::{ClockingIn, ClockingOut, Correcting};
use super::wire::{ClockRequest, ClockedView, CorrectRequest, EntryView, HoursView, Shown, seconds_of};
use super::{csv, queries};
use crate::http::answer::{self, List};
use crate::http::extract::{Body, IdempotencyKey, Path, id, keyed_with_a_pin};
use crate::http::openapi::{Asking, Guarded};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::http::whence::Whence;
use crate::journal::{CommandError, Outcome};
use crate::staff::lock_out::Place;
use crate::staff::store::everybody;
use crate::staff::{Caller, pins};

/// Days one question is about, at most: a year.
const MOST_DAYS: i32 = 366;

/// Which days are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DaysParams {
    /// The first day of business; today's unless told otherwise.
    from: Option<Date>,
    /// The last; today's unless told otherwise. At most 366 days.
    to: Option<Date>,
}

/// Which stays are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EntriesParams {
    /// The first day of business; today's unless told otherwise.
    from: Option<Date>,
    /// The last; today's unless told otherwise. At most 366 days.
    to: Option<Date>,
    /// Whose; everybody's unless told otherwise.
    staff: Option<StaffId>,
}

type Asked<T> = Result<Query<T>, axum::extract::rejection::QueryRejection>;

fn asked<T>(params: Asked<T>) -> Result<T, Problem> {
    let Query(params) = params.map_err(|error| Problem::from(Code::RequestMalformed).detail(error.body_text()))?;
    Ok(params)
}

/// From which day to which.
fn span(branch: &Branch, from: Option<Date>, to: Option<Date>) -> Result<(Date, Date), Problem> {
    let configuration = branch.journal.configuration();
    let now = branch.journal.environment().clock.now();
    let today = comanda_shared::time::business_day(now, &configuration.zone, configuration.settings.day_starts_at);
    let from = from.or(to).unwrap_or(today);
    let to = to.unwrap_or_else(|| today.max(from));
    let days = to.since(from).map(|span| span.get_days()).unwrap_or(i32::MAX);
    if !(0..MOST_DAYS).contains(&days) {
        let detail = format!("`to` is `from` or a day after it, at most {MOST_DAYS} days in all");
        return Err(Problem::from(Code::RequestMalformed).detail(detail));
    }
    Ok((from, to))
}

/// Clocks somebody in, with their own PIN.
///
/// No session is needed and none begins. Wrong PINs count as with logging in. Who forgot to clock out the time before is
/// clocked in all the same: that stay then has no end until somebody who may says when it was.
#[utoipa::path(post, path = "/api/v1/attendance/clock-in", operation_id = "clock_in", tag = "staff", security(()),
    params(IdempotencyKey), request_body = ClockRequest,
    responses((status = 201, body = ClockedView), (status = 200, body = ClockedView), ClockingIn))]
pub async fn clock_in(
    State(branch): State<Branch>,
    whence: Whence,
    key: IdempotencyKey,
    body: Body<ClockRequest>,
) -> Result<Response, Problem> {
    clock(&branch, &whence, &key, body, Way::In).await
}

/// Clocks somebody out, with their own PIN.
///
/// No session is needed and none ends. Wrong PINs count as with logging in. Who came more than sixteen hours ago is refused:
/// they forgot to clock out, and somebody who may says when they went.
#[utoipa::path(post, path = "/api/v1/attendance/clock-out", operation_id = "clock_out", tag = "staff", security(()),
    params(IdempotencyKey), request_body = ClockRequest,
    responses((status = 200, body = ClockedView), ClockingOut))]
pub async fn clock_out(
    State(branch): State<Branch>,
    whence: Whence,
    key: IdempotencyKey,
    body: Body<ClockRequest>,
) -> Result<Response, Problem> {
    clock(&branch, &whence, &key, body, Way::Out).await
}

async fn clock(
    branch: &Branch,
    whence: &Whence,
    key: &IdempotencyKey,
    body: Body<ClockRequest>,
    way: Way,
) -> Result<Response, Problem> {
    let ClockRequest { staff, pin } = body.value;
    let place = Place::of(whence);
    pins::check(branch, staff, pin, place).await?;
    let (what, status) = match way {
        Way::In => ("POST attendance/clock-in", StatusCode::CREATED),
        Way::Out => ("POST attendance/clock-out", StatusCode::OK),
    };
    let request = keyed_with_a_pin(staff, place, key, what, &body.bytes);
    let outcome = feature::clock(&branch.journal, request, staff, way).await?;
    let now = branch.journal.environment().clock.now();
    let zone = branch.journal.configuration().zone.clone();
    let (is_repeat, entry) = match outcome {
        Outcome::Done(entry) => (false, entry),
        Outcome::Repeated(entry) => (true, entry),
    };
    let read = branch.journal.readers().read(move |connection| {
        let names = names(connection)?;
        let shown = Shown { names: &names, zone: &zone, now };
        let of_day = queries::of_day(connection, staff, entry.business_day)?;
        let left_open = way == Way::In && queries::left_open_before(connection, &entry)?;
        Ok(ClockedView { seconds_of_day: seconds_of(&of_day, now), entry: shown.entry(&entry), left_open })
    });
    let mut response = answer::json(if is_repeat { StatusCode::OK } else { status }, &read.await?);
    if is_repeat {
        response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    Ok(response)
}

fn names(connection: &Connection) -> rusqlite::Result<BTreeMap<StaffId, String>> {
    Ok(everybody(connection)?.into_iter().map(|staff| (staff.id, staff.name().to_owned())).collect())
}

/// Lists stays at work, those that began last first, with what was corrected.
///
/// Needs `staff.hours`.
#[utoipa::path(get, path = "/api/v1/attendance", operation_id = "list_attendance", tag = "staff", params(EntriesParams),
    responses((status = 200, body = List<EntryView>), Guarded, Asking))]
pub async fn list(State(branch): State<Branch>, params: Asked<EntriesParams>) -> Result<Response, Problem> {
    let EntriesParams { from, to, staff } = asked(params)?;
    let (from, to) = span(&branch, from, to)?;
    let now = branch.journal.environment().clock.now();
    let zone = branch.journal.configuration().zone.clone();
    let read = branch.journal.readers().read(move |connection| {
        let names = names(connection)?;
        let shown = Shown { names: &names, zone: &zone, now };
        let entries = queries::between(connection, from, to)?;
        let wanted = entries.iter().rev().filter(|entry| staff.is_none_or(|staff| entry.staff == staff));
        Ok(List::whole(wanted.map(|entry| shown.entry(entry))))
    });
    Ok(answer::json(StatusCode::OK, &read.await?))
}

/// Says who is in, and how long everybody worked, by day of business.
///
/// Needs `staff.hours`. Hours after midnight count for the day somebody came. A stay whose end nobody knows counts none.
#[utoipa::path(get, path = "/api/v1/attendance/hours", operation_id = "hours_worked", tag = "staff", params(DaysParams),
    responses((status = 200, body = HoursView), Guarded, Asking))]
pub async fn hours(State(branch): State<Branch>, params: Asked<DaysParams>) -> Result<Response, Problem> {
    let DaysParams { from, to } = asked(params)?;
    let days = span(&branch, from, to)?;
    let now = branch.journal.environment().clock.now();
    let zone = branch.journal.configuration().zone.clone();
    let read = branch.journal.readers().read(move |connection| {
        let (staff, open) = (everybody(connection)?, queries::open(connection)?);
        let entries = queries::between(connection, days.0, days.1)?;
        Ok(HoursView::of(days, &staff, &entries, &open, (&zone, now)))
    });
    Ok(answer::json(StatusCode::OK, &read.await?))
}

/// The stays of some days as a file for a spreadsheet, one line each.
///
/// Needs `staff.hours`. UTF-8 with semicolons between and a comma before the decimals.
#[utoipa::path(get, path = "/api/v1/attendance/hours.csv", operation_id = "download_hours", tag = "staff",
    params(DaysParams), responses((status = 200, body = String, content_type = "text/csv"), Guarded, Asking))]
pub async fn file(State(branch): State<Branch>, params: Asked<DaysParams>) -> Result<Response, Problem> {
    let DaysParams { from, to } = asked(params)?;
    let (from, to) = span(&branch, from, to)?;
    let now = branch.journal.environment().clock.now();
    let zone = branch.journal.configuration().zone.clone();
    let read = branch.journal.readers().read(move |connection| {
        let entries = queries::between(connection, from, to)?;
        Ok(csv::file(&entries, &names(connection)?, (&zone, now)))
    });
    let name = format!("attachment; filename=\"horas-{from}-{to}.csv\"");
    let headers = [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, read.await?).into_response())
}

/// Gives a stay other times, with the reason.
///
/// Needs `staff.hours`. What was clocked stays in the journal, and who corrected it stands in the audit. Said again, it writes
/// nothing.
#[utoipa::path(put, path = "/api/v1/attendance/{id}", operation_id = "correct_attendance", tag = "staff",
    params(("id" = ClockEntryId, Path)), request_body = CorrectRequest,
    responses((status = 200, body = EntryView), Guarded, Correcting))]
pub async fn correct(
    State(branch): State<Branch>,
    caller: Caller,
    Path(entry): Path<String>,
    body: Body<CorrectRequest>,
) -> Result<Response, Problem> {
    let request = caller.once(branch.journal.environment());
    let corrected: Result<_, CommandError<AttendanceRejection>> =
        feature::correct(&branch.journal, request, id(&entry)?, body.value.into()).await;
    let entry = corrected?.into_inner();
    let now = branch.journal.environment().clock.now();
    let zone = branch.journal.configuration().zone.clone();
    let read = branch.journal.readers().read(move |connection| {
        let names = names(connection)?;
        Ok(Shown { names: &names, zone: &zone, now }.entry(&entry))
    });
    Ok(answer::json(StatusCode::OK, &read.await?))
}
