//! How long kitchens took over days of business: percentiles of seconds that occurred, and means of the sums.

use std::collections::BTreeMap;

use comanda_shared::catalog::Catalog;
use comanda_shared::ids::{ProductId, StationId};
use jiff::civil::Date;
use serde::Serialize;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::db::{DbError, Transaction};

/// Seconds; none of nothing.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
pub struct Spread {
    /// What half did not exceed.
    p50: Option<i64>,
    /// What nine of ten did not exceed.
    p90: Option<i64>,
    /// The mean, rounded down.
    #[serde(skip_serializing_if = "Option::is_none")]
    mean: Option<i64>,
}

impl Spread {
    /// Of the percentiles 50 and 90 as PostgreSQL answers them: none of no values.
    fn of(percentiles: Option<Vec<i64>>) -> Self {
        let at = |index: usize| percentiles.as_ref().and_then(|values| values.get(index).copied());
        Self { p50: at(0), p90: at(1), mean: None }
    }
}

/// How long some lines took.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize)]
pub struct LineTimes {
    /// How many were made; one that two stations make counts at each.
    lines: i64,
    /// Of a thousand, how many took longer than their target.
    late_permille: i64,
    /// From fired to begun, of those a station said it begins with.
    until_started: Spread,
    /// From fired to ready.
    until_ready: Spread,
}

/// How long orders took, as their guests felt it.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize)]
pub struct OrderTimes {
    /// How many had something made.
    orders: i64,
    /// From taken to the first station that said it begins.
    until_started: Spread,
    /// From taken to the last line made.
    until_ready: Spread,
}

/// Something the lines are grouped by, and how long those took.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Group {
    /// A branch's code, the id of a product or station, or an hour of the company's clock.
    key: String,
    /// As a menu calls it now; none of what no menu has.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(flatten)]
    times: LineTimes,
}

/// How long kitchens took.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct KitchenTimes {
    from: Date,
    to: Date,
    all: LineTimes,
    orders: OrderTimes,
    by_branch: Vec<Group>,
    /// The slowest first.
    by_product: Vec<Group>,
    by_station: Vec<Group>,
    by_hour: Vec<Group>,
}

/// Which days of business, and of which branch; of all of them when absent.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// The first day.
    pub from: Date,
    /// The last.
    pub to: Date,
    /// One branch.
    pub branch: Option<Uuid>,
}

/// What a row of the two statements below is about, as `grouping()` says it: each bit is a column that it is not grouped by.
mod sets {
    pub const ALL: i32 = 0b1111;
    pub const BRANCH: i32 = 0b0111;
    pub const PRODUCT: i32 = 0b1011;
    pub const STATION: i32 = 0b1101;
    pub const HOUR: i32 = 0b1110;
}

/// Lines by what they are grouped by and which of these it is.
type Grouped = BTreeMap<(i32, String), LineTimes>;

/// Reads how long the kitchens of the transaction's company took.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn kitchen_times(transaction: &Transaction<'_>, asked: Asked) -> Result<KitchenTimes, DbError> {
    let mut grouped = percentiles(transaction, asked).await?;
    add_sums(transaction, asked, &mut grouped).await?;
    let menus = menus(transaction).await?;
    let product = |key: &str| {
        let id = ProductId::from_uuid(key.parse().ok()?);
        menus.iter().find_map(|menu| Some(menu.product_by_id(&id)?.name.clone()))
    };
    let station = |key: &str| {
        let id = StationId::from_uuid(key.parse().ok()?);
        menus.iter().find_map(|menu| Some(menu.stations().iter().find(|known| known.id == id)?.name.clone()))
    };
    let all = grouped.remove(&(sets::ALL, String::new())).unwrap_or_default();
    let mut by_product = groups(&grouped, sets::PRODUCT, product);
    by_product.sort_by_key(|group| std::cmp::Reverse(group.times.until_ready.p90));
    let mut by_hour = groups(&grouped, sets::HOUR, |_| None);
    by_hour.sort_by_key(|group| group.key.parse::<i32>().unwrap_or_default());
    Ok(KitchenTimes {
        from: asked.from,
        to: asked.to,
        all,
        orders: of_orders(transaction, asked).await?,
        by_branch: groups(&grouped, sets::BRANCH, |_| None),
        by_product,
        by_station: groups(&grouped, sets::STATION, station),
        by_hour,
    })
}

fn groups(grouped: &Grouped, set: i32, name: impl Fn(&str) -> Option<String>) -> Vec<Group> {
    let of_set = grouped.iter().filter(|((of, _), _)| *of == set);
    of_set.map(|((_, key), times)| Group { key: key.clone(), name: name(key), times: times.clone() }).collect()
}

fn key_of(row: &Row) -> (i32, String) {
    (row.get(0), row.get::<_, Option<String>>(1).unwrap_or_default())
}

async fn percentiles(transaction: &Transaction<'_>, asked: Asked) -> Result<Grouped, DbError> {
    const PERCENTILES: &str = "
        WITH line AS (
            SELECT branch.code, product_id, station_id, hour,
                   CASE WHEN started_at IS NOT NULL
                        THEN greatest(floor(extract(epoch FROM started_at - fired_at)), 0)::bigint
                   END AS started,
                   greatest(floor(extract(epoch FROM ready_at - fired_at)), 0)::bigint AS ready
              FROM kitchen_time
              JOIN branch USING (company_id, branch_id)
             WHERE business_day BETWEEN $1 AND $2 AND ($3::uuid IS NULL OR branch_id = $3)
        )
        SELECT grouping(code, product_id, station_id, hour),
               coalesce(code, product_id::text, station_id::text, hour::text),
               percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY started),
               percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY ready)
          FROM line
         GROUP BY GROUPING SETS ((), (code), (product_id), (station_id), (hour))
         ORDER BY 1, 2
         LIMIT 100000";
    let rows = transaction.query(PERCENTILES, &[&asked.from, &asked.to, &asked.branch]).await?;
    let times = |row: &Row| {
        let (until_started, until_ready) = (Spread::of(row.get(2)), Spread::of(row.get(3)));
        (key_of(row), LineTimes { until_started, until_ready, ..LineTimes::default() })
    };
    Ok(rows.iter().map(times).collect())
}

/// Counts and means, which the sums have.
async fn add_sums(transaction: &Transaction<'_>, asked: Asked, grouped: &mut Grouped) -> Result<(), DbError> {
    const SUMS: &str = "
        SELECT grouping(branch.code, product_id, station_id, hour),
               coalesce(branch.code, product_id::text, station_id::text, hour::text),
               sum(lines)::bigint, sum(late)::bigint, sum(started)::bigint, sum(started_seconds)::bigint,
               sum(ready_seconds)::bigint
          FROM kitchen_hour
          JOIN branch USING (company_id, branch_id)
         WHERE business_day BETWEEN $1 AND $2 AND ($3::uuid IS NULL OR branch_id = $3)
         GROUP BY GROUPING SETS ((), (branch.code), (product_id), (station_id), (hour))
         ORDER BY 1, 2
         LIMIT 100000";
    for row in transaction.query(SUMS, &[&asked.from, &asked.to, &asked.branch]).await? {
        let sum = |index: usize| row.get::<_, Option<i64>>(index).unwrap_or_default();
        let times = grouped.entry(key_of(&row)).or_default();
        times.lines = sum(2);
        times.late_permille = (sum(3) * 1000).checked_div(sum(2)).unwrap_or_default();
        times.until_started.mean = sum(5).checked_div(sum(4));
        times.until_ready.mean = sum(6).checked_div(sum(2));
    }
    Ok(())
}

async fn of_orders(transaction: &Transaction<'_>, asked: Asked) -> Result<OrderTimes, DbError> {
    const ORDERS: &str = "
        WITH made AS (
            SELECT CASE WHEN min(started_at) IS NOT NULL
                        THEN greatest(floor(extract(epoch FROM min(started_at) - min(received_at))), 0)::bigint
                   END AS started,
                   greatest(floor(extract(epoch FROM max(ready_at) - min(received_at))), 0)::bigint AS ready
              FROM kitchen_time
             WHERE business_day BETWEEN $1 AND $2 AND ($3::uuid IS NULL OR branch_id = $3)
             GROUP BY branch_id, order_id
        )
        SELECT count(*),
               percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY started),
               percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY ready)
          FROM made";
    let row = transaction.query_one(ORDERS, &[&asked.from, &asked.to, &asked.branch]).await?;
    let (until_started, until_ready) = (Spread::of(row.get(1)), Spread::of(row.get(2)));
    Ok(OrderTimes { orders: row.get(0), until_started, until_ready })
}

/// The menus in use at the company's branches, the latest told first.
async fn menus(transaction: &Transaction<'_>) -> Result<Vec<Catalog>, DbError> {
    const MENUS: &str = "
        SELECT document.body
          FROM (SELECT company_id, sha256, max(told_at) AS told_at FROM directive_state
                 WHERE kind = 'catalog' AND sha256 IS NOT NULL
                 GROUP BY company_id, sha256) AS used
          JOIN document USING (company_id, sha256)
         ORDER BY used.told_at DESC
         LIMIT 20";
    let rows = transaction.query(MENUS, &[]).await?;
    Ok(rows.iter().filter_map(|row| serde_json::from_str(row.get(0)).ok()).collect())
}
