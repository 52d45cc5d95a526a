//! How long the kitchen takes, as it is answered: percentiles of whole seconds that occurred.

use std::collections::BTreeMap;

use comanda_shared::catalog::Catalog;
use comanda_shared::ids::{OrderId, ProductId, StationId};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use super::queries::LineTime;

/// Seconds that half, and nine of ten, did not exceed; none of nothing.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Percentiles {
    #[schema(required)]
    p50: Option<i64>,
    #[schema(required)]
    p90: Option<i64>,
}

impl Percentiles {
    fn of(mut seconds: Vec<i64>) -> Self {
        seconds.sort_unstable();
        let at = |percent: usize| {
            let rank = (seconds.len() * percent).div_ceil(100).max(1);
            seconds.get(rank - 1).copied()
        };
        Self { p50: at(50), p90: at(90) }
    }
}

/// How long some lines took.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct LineTimes {
    /// How many were made; one that two stations make counts at each.
    lines: usize,
    /// Of a thousand, how many took longer than their target.
    late_permille: usize,
    /// From fired to begun, of those a station said it begins with.
    until_started: Percentiles,
    /// From fired to ready.
    until_ready: Percentiles,
}

impl LineTimes {
    fn of(lines: &[&LineTime]) -> Self {
        let late = lines.iter().filter(|line| line.made.seconds() > f64::from(line.made.target_seconds)).count();
        let started = |line: &&LineTime| Some(seconds(line.made.fired_at, line.started_at?));
        Self {
            lines: lines.len(),
            late_permille: (late * 1000).checked_div(lines.len()).unwrap_or_default(),
            until_started: Percentiles::of(lines.iter().filter_map(started).collect()),
            until_ready: Percentiles::of(
                lines.iter().map(|line| seconds(line.made.fired_at, line.made.ready_at)).collect(),
            ),
        }
    }
}

/// How long orders took, as their guests felt it: held courses and the waiting for them included.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct OrderTimes {
    /// How many had something made.
    orders: usize,
    /// From taken to the first station that said it begins.
    until_started: Percentiles,
    /// From taken to the last line made.
    until_ready: Percentiles,
}

/// A product and how long it took.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct ProductTimes {
    product: ProductId,
    /// As the menu calls it now; none of what it has no more.
    #[schema(required)]
    name: Option<String>,
    #[serde(flatten)]
    times: LineTimes,
}

/// A station and how long it took.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct StationTimes {
    station: StationId,
    /// As the menu calls it now; none of one it has no more.
    #[schema(required)]
    name: Option<String>,
    #[serde(flatten)]
    times: LineTimes,
}

/// An hour of the day, of all the days, and how long what was fired in it took.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct HourTimes {
    /// By the branch's clock, 0 to 23.
    hour: i8,
    #[serde(flatten)]
    times: LineTimes,
}

/// How long the kitchen took over days of business.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct KitchenTimes {
    from: Date,
    to: Date,
    all: LineTimes,
    orders: OrderTimes,
    /// The slowest first.
    by_product: Vec<ProductTimes>,
    by_station: Vec<StationTimes>,
    by_hour: Vec<HourTimes>,
}

impl KitchenTimes {
    /// Of the lines made in these days.
    pub fn of(from: Date, to: Date, lines: &[LineTime], catalog: Option<&Catalog>, zone: &TimeZone) -> Self {
        let name_of = |product: ProductId| Some(catalog?.product_by_id(&product)?.name.clone());
        let station_of =
            |station: StationId| Some(catalog?.stations().iter().find(|known| known.id == station)?.name.clone());
        let hour_of = |line: &LineTime| line.made.fired_at.to_zoned(zone.clone()).hour();
        let by_product = grouped(lines, |line| line.product).into_iter();
        let mut by_product: Vec<_> = by_product
            .map(|(product, lines)| ProductTimes { product, name: name_of(product), times: LineTimes::of(&lines) })
            .collect();
        by_product.sort_by_key(|product| std::cmp::Reverse(product.times.until_ready.p90));
        let by_station = grouped(lines, |line| line.station).into_iter();
        let by_station = by_station.map(|(station, lines)| StationTimes {
            station,
            name: station_of(station),
            times: LineTimes::of(&lines),
        });
        let by_hour = grouped(lines, hour_of).into_iter();
        let by_hour = by_hour.map(|(hour, lines)| HourTimes { hour, times: LineTimes::of(&lines) });
        Self {
            from,
            to,
            all: LineTimes::of(&lines.iter().collect::<Vec<_>>()),
            orders: OrderTimes::of(lines),
            by_product,
            by_station: by_station.collect(),
            by_hour: by_hour.collect(),
        }
    }
}

impl OrderTimes {
    fn of(lines: &[LineTime]) -> Self {
        let orders: BTreeMap<OrderId, Vec<&LineTime>> = grouped(lines, |line| line.order);
        let received = |lines: &[&LineTime]| lines.iter().map(|line| line.received_at).min();
        let started = |lines: &Vec<&LineTime>| {
            let first = lines.iter().filter_map(|line| line.started_at).min()?;
            Some(seconds(received(lines)?, first))
        };
        let ready = |lines: &Vec<&LineTime>| {
            let last = lines.iter().map(|line| line.made.ready_at).max()?;
            Some(seconds(received(lines)?, last))
        };
        Self {
            orders: orders.len(),
            until_started: Percentiles::of(orders.values().filter_map(started).collect()),
            until_ready: Percentiles::of(orders.values().filter_map(ready).collect()),
        }
    }
}

fn grouped<K: Ord>(lines: &[LineTime], key: impl Fn(&LineTime) -> K) -> BTreeMap<K, Vec<&LineTime>> {
    let mut groups: BTreeMap<K, Vec<&LineTime>> = BTreeMap::new();
    for line in lines {
        groups.entry(key(line)).or_default().push(line);
    }
    groups
}

fn seconds(from: Timestamp, to: Timestamp) -> i64 {
    to.duration_since(from).as_secs().max(0)
}

/// How long a station would take with one thing more.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct StationQueue {
    pub(super) station: StationId,
    pub(super) name: String,
    /// Lines it has to make.
    pub(super) to_make: u32,
    /// Until it should be done with a line of ten minutes that came now.
    pub(super) seconds: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_seconds_that_occurred_and_none_of_nothing() {
        assert_eq!(Percentiles::of((1..=10).rev().collect()), Percentiles { p50: Some(5), p90: Some(9) });
        assert_eq!(Percentiles::of(Vec::new()), Percentiles::default());
    }
}
