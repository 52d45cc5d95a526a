//! Reads of orders: lists, searches, sums over days.

use std::collections::BTreeMap;

use comanda_shared::ids::ProductId;
use comanda_shared::money::Quantity;
use comanda_shared::order::{LineState, Order, OrderType, StatusName};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, ToSql, params};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::search::anywhere;
use crate::journal::document;

/// Which orders are wanted; nothing given means all.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Filter {
    /// In this state.
    pub status: Option<StatusName>,
    /// Served this way.
    pub order_type: Option<OrderType>,
    /// At this table.
    pub table: Option<String>,
    /// Called this, or numbered this.
    pub number: Option<String>,
    /// With this in numbers, table or guest.
    pub search: Option<String>,
    /// Of this day of business or later.
    pub from: Option<Date>,
    /// Of this day of business or earlier.
    pub to: Option<Date>,
    /// Only those something is still to be done for.
    pub only_open: bool,
    /// Only those something is still to be paid of, of those taken at or after this instant.
    pub due_since: Option<Timestamp>,
}

/// By what a list is sorted.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Sort {
    /// The newest first.
    #[default]
    NewestFirst,
    /// The oldest first.
    OldestFirst,
}

/// Where a list goes on: after this order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cursor {
    /// When it was taken, microseconds since 1970.
    pub created_at: i64,
    /// Which.
    pub id: Uuid,
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}~{}", self.created_at, self.id)
    }
}

impl std::str::FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (created_at, id) = text.split_once('~').ok_or(())?;
        Ok(Self { created_at: created_at.parse().map_err(drop)?, id: id.parse().map_err(drop)? })
    }
}

/// A page of a list.
#[derive(Clone, PartialEq, Debug)]
pub struct Page {
    /// The orders.
    pub orders: Vec<Order>,
    /// Where the list goes on, when it does.
    pub next: Option<Cursor>,
    /// How many there are in all, when that was asked for.
    pub total: Option<i64>,
}

/// A page of the orders that match.
///
/// # Errors
/// When SQLite cannot read.
pub fn list(
    connection: &Connection,
    filter: &Filter,
    sort: Sort,
    after: Option<Cursor>,
    limit: u32,
    count: bool,
) -> rusqlite::Result<Page> {
    let mut wanted = Wanted::of(filter);
    let total = if count {
        let count = format!("SELECT count(*) FROM orders WHERE {}", wanted.words());
        Some(connection.prepare_cached(&count)?.query_row(&*wanted.values(), |row| row.get(0))?)
    } else {
        None
    };
    wanted.page(sort, after, limit + 1);
    let page = wanted.page_statement(sort);
    let mut statement = connection.prepare_cached(&page)?;
    let row = |row: &Row<'_>| {
        let cursor = Cursor { created_at: row.get(1)?, id: Uuid::from_bytes(row.get(2)?) };
        Ok((document::read::<Order>(row, 0)?, cursor))
    };
    let mut found = statement.query_map(&*wanted.values(), row)?.collect::<rusqlite::Result<Vec<_>>>()?;
    let goes_on = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = if goes_on { found.last().map(|(_, cursor)| *cursor) } else { None };
    Ok(Page { orders: found.into_iter().map(|(order, _)| order).collect(), next, total })
}

/// Which rows a filter wants. Only what is asked for is said, and what has an index of its own in the words of the index:
/// then a list is found among the orders it shows, and not among those of all years.
struct Wanted {
    words: Vec<&'static str>,
    values: Vec<(&'static str, Value)>,
}

impl Wanted {
    fn of(filter: &Filter) -> Self {
        let mut wanted = Self { words: Vec::new(), values: Vec::new() };
        if filter.only_open || filter.status.is_some_and(|status| !status.is_final()) {
            wanted.say("is_open = 1");
        }
        match filter.status {
            Some(StatusName::Cancelled) => wanted.say("status = 'cancelled'"),
            status => wanted.say_of("status = :status", ":status", status.map(|status| status.as_str().to_owned())),
        }
        wanted.say_of("type = :type", ":type", filter.order_type.map(|kind| kind.as_str().to_owned()));
        wanted.say_of("table_name = :table", ":table", filter.table.clone());
        if let Some(since) = filter.due_since {
            wanted.say("due > 0 AND is_closed = 0");
            wanted.say_of("created_at >= :since", ":since", Some(since.as_microsecond()));
        }
        // What has the number is found by the index as a search for it, and then looked at.
        wanted.say_of("(number = :number OR consecutive = :number)", ":number", filter.number.clone());
        wanted.say_of("search LIKE :as_text ESCAPE '\\'", ":as_text", filter.number.as_deref().map(anywhere));
        wanted.say_of("search LIKE :search ESCAPE '\\'", ":search", filter.search.as_deref().map(anywhere));
        wanted.say_of("business_day >= :from", ":from", filter.from.map(|day| day.to_string()));
        wanted.say_of("created_at >= :begins", ":begins", filter.from.and_then(|day| around(day, -MARGIN)));
        wanted.say_of("business_day <= :to", ":to", filter.to.map(|day| day.to_string()));
        wanted.say_of("created_at <= :ends", ":ends", filter.to.and_then(|day| around(day, MARGIN)));
        wanted
    }

    fn say(&mut self, words: &'static str) {
        self.words.push(words);
    }

    fn say_of(&mut self, words: &'static str, name: &'static str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.words.push(words);
            self.values.push((name, value.into()));
        }
    }

    fn page(&mut self, sort: Sort, after: Option<Cursor>, limit: u32) {
        if let Some(Cursor { created_at, id }) = after {
            self.say(match sort {
                Sort::NewestFirst => "(created_at, id) < (:at, :id)",
                Sort::OldestFirst => "(created_at, id) > (:at, :id)",
            });
            self.values.push((":at", created_at.into()));
            self.values.push((":id", id.as_bytes().to_vec().into()));
        }
        self.values.push((":limit", limit.into()));
    }

    fn page_statement(&self, sort: Sort) -> String {
        let order = match sort {
            Sort::NewestFirst => "created_at DESC, id DESC",
            Sort::OldestFirst => "created_at, id",
        };
        format!("SELECT document, created_at, id FROM orders WHERE {} ORDER BY {order} LIMIT :limit", self.words())
    }

    fn words(&self) -> String {
        if self.words.is_empty() { "TRUE".to_owned() } else { self.words.join(" AND ") }
    }

    fn values(&self) -> Vec<(&'static str, &dyn ToSql)> {
        self.values.iter().map(|(name, value)| (*name, value as &dyn ToSql)).collect()
    }
}

/// Days that a business day's orders are from its calendar day in UTC at most: by the zone, by the hour it starts at, by a change of
/// either. Both the day and the time of an order come from the branch's time, which never goes back.
const MARGIN: i64 = 3;

/// Midnight, UTC, so many days from a day, in microseconds since 1970; `None` outside of time.
fn around(day: Date, days: i64) -> Option<i64> {
    let day = day.checked_add(Span::new().days(days)).ok()?;
    Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp().as_microsecond())
}

/// The orders that wait for the time they are for, of those wanted before an instant, the first one first.
///
/// # Errors
/// When SQLite cannot read.
pub fn waiting_for_their_time(connection: &Connection, before: Timestamp) -> rusqlite::Result<Vec<Order>> {
    const WAITING: &str = "
        SELECT document FROM orders
         WHERE waits_until IS NOT NULL AND waits_until <= ?1 ORDER BY waits_until, id LIMIT 500";
    let mut statement = connection.prepare_cached(WAITING)?;
    let rows = statement.query_map(params![before.as_microsecond()], |row| document::read::<Order>(row, 0))?;
    rows.collect()
}

/// How many of each product were sold in the latest orders, most sold first; what was taken back or cancelled, and what
/// came as part of a combo, does not count.
///
/// # Errors
/// When SQLite cannot read.
pub fn sold_lately(connection: &Connection, orders: u32) -> rusqlite::Result<Vec<(ProductId, Quantity)>> {
    const LATEST: &str = "
        SELECT document FROM orders WHERE status <> 'cancelled' ORDER BY created_at DESC, id DESC LIMIT ?1";
    let mut statement = connection.prepare_cached(LATEST)?;
    let latest = statement.query_map(params![orders], |row| document::read::<Order>(row, 0))?;
    let mut sold: BTreeMap<ProductId, Quantity> = BTreeMap::new();
    for order in latest {
        for line in order?.lines.iter().filter(|line| line.part_of.is_none() && line.state == LineState::Open) {
            let so_far = sold.entry(line.product).or_insert(Quantity::ZERO);
            *so_far = so_far.plus(line.quantity);
        }
    }
    let mut sold: Vec<_> = sold.into_iter().collect();
    // Stable: of products sold equally often the older one comes first.
    sold.sort_by_key(|(_, quantity)| std::cmp::Reverse(*quantity));
    Ok(sold)
}

/// Figures over days of business. A period without orders gives zeros.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Stats {
    /// Orders taken.
    pub orders: i64,
    /// Of them, by type.
    #[schema(value_type = BTreeMap<OrderType, i64>)]
    pub by_type: BTreeMap<String, i64>,
    /// Of them, by the state they are in now.
    #[schema(value_type = BTreeMap<StatusName, i64>)]
    pub by_status: BTreeMap<String, i64>,
    /// Orders ended before they were handed over.
    pub cancelled: i64,
    /// Of a thousand orders, how many were cancelled.
    pub cancelled_permille: i64,
    /// Orders something is still to be done for.
    pub open_now: i64,
    /// Minor units, without cancelled orders: prices with modifiers.
    pub gross: i64,
    /// Taken off.
    pub discount: i64,
    /// Taxes in it.
    pub tax: i64,
    /// What guests pay.
    pub net: i64,
    /// What an order that was not cancelled is worth on average, rounded half-up.
    pub average: i64,
    /// Seconds from acceptance to ready: half of the orders were faster.
    pub ready_seconds_p50: i64,
    /// Nine of ten were faster.
    pub ready_seconds_p90: i64,
}

/// Figures over the days of business from one to another, both included.
///
/// # Errors
/// When SQLite cannot read.
pub fn stats(connection: &Connection, from: Date, to: Date) -> rusqlite::Result<Stats> {
    const SUMS: &str = "
        SELECT type, sum(placed), sum(cancelled), sum(subtotal), sum(discount), sum(tax), sum(total)
          FROM sales_day WHERE business_day BETWEEN ?1 AND ?2 GROUP BY type ORDER BY type";
    const STATES: &str = "
        SELECT status, count(*), sum(is_open) FROM orders
         WHERE business_day BETWEEN ?1 AND ?2 GROUP BY status ORDER BY status";
    let days = params![from.to_string(), to.to_string()];
    let mut stats = Stats::default();
    let mut sums = connection.prepare_cached(SUMS)?;
    let mut rows = sums.query(days)?;
    while let Some(row) = rows.next()? {
        stats.by_type.insert(row.get(0)?, row.get(1)?);
        stats.orders += row.get::<_, i64>(1)?;
        stats.cancelled += row.get::<_, i64>(2)?;
        stats.gross += row.get::<_, i64>(3)?;
        stats.discount += row.get::<_, i64>(4)?;
        stats.tax += row.get::<_, i64>(5)?;
        stats.net += row.get::<_, i64>(6)?;
    }
    let mut states = connection.prepare_cached(STATES)?;
    let mut rows = states.query(days)?;
    while let Some(row) = rows.next()? {
        stats.by_status.insert(row.get(0)?, row.get(1)?);
        stats.open_now += row.get::<_, i64>(2)?;
    }
    let sold = stats.orders - stats.cancelled;
    stats.average = rounded_ratio(stats.net, sold);
    stats.cancelled_permille = rounded_ratio(stats.cancelled * 1000, stats.orders);
    let seconds = seconds_to_ready(connection, from, to)?;
    stats.ready_seconds_p50 = percentile(&seconds, 50);
    stats.ready_seconds_p90 = percentile(&seconds, 90);
    Ok(stats)
}

const fn rounded_ratio(numerator: i64, denominator: i64) -> i64 {
    if denominator == 0 { 0 } else { (2 * numerator + denominator) / (2 * denominator) }
}

fn seconds_to_ready(connection: &Connection, from: Date, to: Date) -> rusqlite::Result<Vec<i64>> {
    const READY: &str = "
        SELECT (ready_at - accepted_at) / 1000000 FROM orders
         WHERE business_day BETWEEN ?1 AND ?2 AND ready_at IS NOT NULL AND accepted_at IS NOT NULL
         ORDER BY 1 LIMIT 100000";
    let mut statement = connection.prepare_cached(READY)?;
    let rows = statement.query_map(params![from.to_string(), to.to_string()], |row| row.get(0))?;
    rows.collect()
}

/// The smallest value that at least so many of a hundred do not exceed; 0 of none.
fn percentile(sorted: &[i64], percent: usize) -> i64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::tests::trial::Trial;

    #[test]
    fn a_list_is_found_in_the_index_of_what_it_shows() {
        let trial = Trial::selling();
        let connection = trial.file();
        let plan = |filter: &Filter, sort| -> String {
            let explain = format!("EXPLAIN QUERY PLAN {}", Wanted::of(filter).page_statement(sort));
            let mut statement = connection.prepare(&explain).unwrap();
            let mut rows = statement.raw_query();
            std::iter::from_fn(|| rows.next().unwrap().map(|row| row.get::<_, String>(3).unwrap())).collect()
        };
        let day = || Some("2026-11-22".parse().unwrap());
        let text = || Some("0045".to_owned());
        for (filter, index) in [
            (Filter::default(), "orders_by_time"),
            (Filter { only_open: true, ..Filter::default() }, "orders_open"),
            (Filter { only_open: true, table: text(), ..Filter::default() }, "orders_open"),
            (Filter { status: Some(StatusName::Ready), ..Filter::default() }, "orders_open"),
            (Filter { status: Some(StatusName::Cancelled), ..Filter::default() }, "orders_cancelled"),
            (Filter { due_since: Some(Timestamp::MIN), ..Filter::default() }, "orders_unpaid (created_at>?)"),
            (Filter { search: text(), ..Filter::default() }, "orders_by_time"),
            (Filter { number: text(), ..Filter::default() }, "orders_by_time"),
            (Filter { from: day(), to: day(), ..Filter::default() }, "orders_by_time (created_at>? AND created_at<?)"),
        ] {
            for sort in [Sort::NewestFirst, Sort::OldestFirst] {
                let plan = plan(&filter, sort);
                assert!(plan.contains(&format!("INDEX {index}")) && !plan.contains("TEMP"), "{filter:?}: {plan}");
            }
        }
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        let sorted: Vec<i64> = (1..=10).collect();
        assert_eq!((percentile(&sorted, 50), percentile(&sorted, 90), percentile(&[], 50)), (5, 9, 0));
    }

    #[test]
    fn a_cursor_reads_back_what_it_printed() {
        let cursor = Cursor { created_at: 17, id: Uuid::max() };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        assert_eq!("17".parse::<Cursor>(), Err(()));
    }
}
