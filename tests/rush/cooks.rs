//! The cooks: line by line at each station, then the card leaves the screen.

use std::collections::{BTreeMap, HashSet, VecDeque};

use serde_json::{Value, json};

/// One touch on a kitchen screen.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Touch {
    /// A line is made.
    Ready { line: String, station: String },
    /// The station is done with the order.
    Bump { station: String },
}

impl Touch {
    /// Where it is sent for this order, under `/api/v1/`.
    pub fn path(&self, order: &str) -> String {
        match self {
            Self::Ready { line, .. } => format!("/api/v1/kitchen/orders/{order}/lines/{line}/ready"),
            Self::Bump { .. } => format!("/api/v1/kitchen/orders/{order}/bump"),
        }
    }

    /// What is sent.
    pub fn body(&self) -> Value {
        match self {
            Self::Ready { station, .. } | Self::Bump { station } => json!({"station": station}),
        }
    }
}

/// What is still to be done for an order: every line of each of its stations, then the bump; less what was done before.
pub fn work(order: &Value, done: &HashSet<Touch>) -> VecDeque<Touch> {
    let mut stations: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in order["lines"].as_array().into_iter().flatten().filter(|line| line["status"] == "open") {
        let at = line["stations"].as_array().into_iter().flatten().filter_map(Value::as_str);
        at.for_each(|station| stations.entry(station).or_default().extend(line["id"].as_str()));
    }
    let touch = |line: &str, station: &str| Touch::Ready { line: line.to_owned(), station: station.to_owned() };
    let of_station = |(station, lines): (&str, Vec<&str>)| {
        let left: Vec<_> = lines.iter().map(|line| touch(line, station)).filter(|line| !done.contains(line)).collect();
        let bump = (!left.is_empty()).then(|| Touch::Bump { station: station.to_owned() });
        left.into_iter().chain(bump)
    };
    stations.into_iter().flat_map(of_station).collect()
}
