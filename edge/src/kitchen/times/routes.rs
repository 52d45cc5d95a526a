//! How long the kitchen takes, over HTTP.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;

use super::wire::{KitchenTimes, StationQueue};
use super::{estimate, queries};
use crate::http::answer::{self, List};
use crate::http::openapi::{Asking, Guarded};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;

/// Which days figures are wanted of.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TimesParams {
    /// The first day of business; today's unless told otherwise.
    from: Option<Date>,
    /// The last; today's unless told otherwise.
    to: Option<Date>,
}

/// Says how long lines and orders took, from received over started to ready: in all, by product, station and hour.
///
/// Needs `orders.view`. A line counts once it is made; what was taken back does not.
#[utoipa::path(get, path = "/api/v1/reports/kitchen-times", operation_id = "kitchen_times", tag = "kitchen",
    params(TimesParams), responses((status = 200, body = KitchenTimes), Guarded, Asking))]
pub async fn report(
    State(branch): State<Branch>,
    params: Result<Query<TimesParams>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(params) = params.map_err(|error| Problem::from(Code::RequestMalformed).detail(error.body_text()))?;
    let configuration = branch.journal.configuration();
    let now = branch.journal.environment().clock.now();
    let today = comanda_shared::time::business_day(now, &configuration.zone, configuration.settings.day_starts_at);
    let from = params.from.unwrap_or(today);
    let to = params.to.unwrap_or_else(|| today.max(from));
    let lines = branch.journal.readers().read(move |connection| queries::lines_between(connection, from, to)).await?;
    let times = KitchenTimes::of(from, to, &lines, configuration.catalog.as_deref(), &configuration.zone);
    Ok(answer::json(StatusCode::OK, &times))
}

/// Says what each station has to make, and how long it would take with one thing more.
///
/// Needs `orders.view`. Estimated from how fast the station has been in the last hour and a half.
#[utoipa::path(get, path = "/api/v1/kitchen/queue", operation_id = "kitchen_queue", tag = "kitchen",
    responses((status = 200, body = List<StationQueue>), Guarded))]
pub async fn queue(State(branch): State<Branch>) -> Result<Response, Problem> {
    /// Seconds that what is asked about should take.
    const ORDINARY: u32 = 600;
    let configuration = branch.journal.configuration();
    let now = branch.journal.environment().clock.now();
    let read = branch.journal.readers().read(move |connection| {
        let Some(catalog) = &configuration.catalog else { return Ok(Vec::new()) };
        let to_make = queries::to_make(connection, estimate::not_forgotten_since(now))?;
        let one = |station: &comanda_shared::catalog::Station| {
            let asked = estimate::Asked::from([(station.id, (1, ORDINARY))]);
            Ok(StationQueue {
                station: station.id,
                name: station.name.clone(),
                to_make: to_make.get(&station.id).copied().unwrap_or_default(),
                seconds: estimate::seconds(connection, &asked, now)?,
            })
        };
        catalog.stations().iter().map(one).collect()
    });
    Ok(answer::json(StatusCode::OK, &List::whole(read.await?)))
}
