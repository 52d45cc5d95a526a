//! How long kitchens took, over HTTP, for whoever has a token of the company.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::report::{Asked, kitchen_times};
use crate::access::Caller;
use crate::db::for_company;
use crate::http::{Problem, Server};

/// Days of business that one report looks at.
const MOST_DAYS: i32 = 93;

/// Of which days and which branch figures are wanted.
#[derive(Deserialize)]
pub struct Params {
    /// The first day of business; today's unless told otherwise.
    from: Option<Date>,
    /// The last; the first one when that is given, today's otherwise.
    to: Option<Date>,
    /// One branch, by its code; all of them when absent.
    branch: Option<String>,
}

/// `GET /api/v1/reports/kitchen-times?from=&to=&branch=CODE`: how long lines and orders took, from received over started to
/// ready, in all and by branch, product, station and hour.
pub async fn report(
    State(server): State<Server>,
    caller: Caller,
    Query(params): Query<Params>,
) -> Result<Response, Problem> {
    const ZONE: &str = "SELECT timezone FROM company WHERE company_id = $1";
    let branch = match &params.branch {
        None => None,
        Some(code) => Some(caller.branch(&server.database, code).await?.id.uuid()),
    };
    let mut client = server.database.client().await?;
    let transaction = for_company(&mut client, caller.company).await?;
    let zone: String =
        transaction.query_one(ZONE, &[&caller.company.0]).await.map_err(crate::db::DbError::from)?.get(0);
    let today = Timestamp::now().to_zoned(TimeZone::get(&zone).unwrap_or(TimeZone::UTC)).date();
    let from = params.from.unwrap_or(today);
    let to = params.to.unwrap_or(params.from.unwrap_or(today));
    let days = (to - from).get_days();
    if !(0..MOST_DAYS).contains(&days) {
        let title = "The last day is not before the first, and at most 93 days are reported together";
        return Err(Problem::of(StatusCode::UNPROCESSABLE_ENTITY, "days.invalid", title));
    }
    let times = kitchen_times(&transaction, Asked { from, to, branch }).await?;
    Ok(Json(times).into_response())
}
