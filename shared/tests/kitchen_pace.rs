//! The estimate of the kitchen on a replayed day: what real orders hold (`tests/data/README.md`), at a kitchen with a cook more
//! or less than the menu thinks, and how far the estimate was from what then happened.
#![allow(clippy::unwrap_used, reason = "a test says what went wrong by failing")]
#![expect(clippy::float_arithmetic, reason = "seconds are estimated here; no amount is")]

use std::collections::VecDeque;

use comanda_shared::kitchen::{Made, Pace};
use jiff::Timestamp;

const ORDERS: &str = include_str!("../../tests/data/chipotle-orders.tsv");
/// Seconds the menu says a dish of the grill takes, and what is packed.
const TARGETS: [u32; 2] = [300, 90];
const OPEN_SECONDS: f64 = 10.0 * 3600.0;

/// Dice that fall the same each time (a linear congruence; Knuth, MMIX).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 33).unwrap()) / f64::from(1_u32 << 31)
    }

    /// Waiting time of something that happens by chance, every so many seconds on average.
    fn wait(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.roll()).ln()
    }
}

/// How many lines of each order go to the grill and to the packing table.
fn orders() -> Vec<[usize; 2]> {
    let packed = ["Chips", "Side", "Canned", "Bottled", "6 Pack", "Izze", "Nantucket"];
    let mut orders: Vec<(&str, [usize; 2])> = Vec::new();
    for row in ORDERS.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let (order, item) = (cells[0], cells[2]);
        if orders.last().is_none_or(|(last, _)| *last != order) {
            orders.push((order, [0, 0]));
        }
        let station = usize::from(packed.iter().any(|start| item.starts_with(start)));
        orders.last_mut().expect("one was pushed").1[station] += 1;
    }
    orders.into_iter().map(|(_, lines)| lines).collect()
}

/// A station: as many hands as cooks, each busy until then; what it made, and what it still makes.
struct Station {
    hands: Vec<f64>,
    /// What a line really takes, over its target.
    speed: f64,
    lines: VecDeque<(f64, f64)>,
    target: u32,
}

impl Station {
    fn open(cooks: usize, speed: f64, target: u32) -> Self {
        Self { hands: vec![0.0; cooks], speed, lines: VecDeque::new(), target }
    }

    /// Takes a line, and says when it is made: by the first hand that is free.
    fn take(&mut self, now: f64, dice: &mut Dice) -> f64 {
        let hand = self.hands.iter_mut().min_by(|one, other| one.total_cmp(other)).expect("somebody cooks");
        let takes = f64::from(self.target) * self.speed * (0.7 + 0.6 * dice.roll());
        *hand = hand.max(now) + takes;
        self.lines.push_back((now, *hand));
        *hand
    }

    fn in_front(&self, now: f64) -> u32 {
        u32::try_from(self.lines.iter().filter(|(_, ready)| *ready > now).count()).unwrap()
    }

    /// The last eighty made in the last hour and a half, as the branch reads them.
    fn lately(&self, now: f64) -> Vec<Made> {
        let mut made: Vec<(f64, f64)> =
            self.lines.iter().copied().filter(|(_, ready)| *ready <= now && *ready >= now - 5400.0).collect();
        made.sort_by(|one, other| other.1.total_cmp(&one.1));
        made.truncate(80);
        let made_of =
            |(fired, ready): (f64, f64)| Made { fired_at: at(fired), ready_at: at(ready), target_seconds: self.target };
        made.into_iter().map(made_of).collect()
    }
}

fn at(seconds: f64) -> Timestamp {
    let millisecond = format!("{:.0}", seconds * 1000.0).parse::<i64>().unwrap();
    Timestamp::from_millisecond(1_800_000_000_000 + millisecond).unwrap()
}

/// Mean seconds the estimates were off: by targets alone, as it was before stations were looked at; and by their pace.
fn errors_of_a_day(orders: &[[usize; 2]], cooks: [usize; 2], speeds: [f64; 2], seed: u64) -> (f64, f64) {
    let mut dice = Dice(seed);
    let mut stations = [0, 1].map(|at| Station::open(cooks[at], speeds[at], TARGETS[at]));
    let mut open_orders: Vec<f64> = Vec::new();
    let (mut now, mut off, mut off_by_targets) = (0.0_f64, 0.0, 0.0);
    let mean = OPEN_SECONDS / f64::from(u32::try_from(orders.len()).unwrap());
    for lines in orders {
        // Lunch and dinner come three times as fast as the hours between.
        let hour = now / 3600.0;
        let is_rush = (1.0..3.0).contains(&hour) || (6.5..8.5).contains(&hour);
        now += dice.wait(if is_rush { mean / 2.0 } else { mean * 1.5 });
        open_orders.retain(|ready| *ready > now);
        let asked = || (0..2).filter(|station| lines[*station] > 0);
        let by_pace = asked().map(|at| {
            let in_front = stations[at].in_front(now) + u32::try_from(lines[at]).unwrap() - 1;
            Pace::of(&stations[at].lately(now)).seconds(in_front, TARGETS[at])
        });
        let by_pace = by_pace.fold(0.0, f64::max);
        let slowest = asked().map(|at| f64::from(TARGETS[at])).fold(0.0, f64::max);
        let in_front = f64::from(u32::try_from(open_orders.len()).unwrap());
        let by_targets = slowest + slowest * in_front / 8.0;
        let mut ready = now;
        for at in 0..2 {
            for _ in 0..lines[at] {
                ready = ready.max(stations[at].take(now, &mut dice));
            }
        }
        open_orders.push(ready);
        off += (by_pace - (ready - now)).abs();
        off_by_targets += (by_targets - (ready - now)).abs();
    }
    let count = f64::from(u32::try_from(orders.len()).unwrap());
    (off_by_targets / count, off / count)
}

#[test]
fn on_a_replayed_day_the_estimate_is_nearer_by_how_fast_the_stations_have_been() {
    let orders = orders();
    for (name, cooks, speeds, day) in [
        ("a kitchen as fast as its menu says", [5, 2], [1.0, 1.0], 0),
        ("two cooks too few, who hurry", [3, 1], [0.8, 0.8], 1),
        ("a crew that is much faster than the menu", [3, 1], [0.4, 0.5], 2),
        ("a new crew", [7, 2], [1.5, 1.4], 3),
    ] {
        let day: Vec<[usize; 2]> = orders[day * 160..(day + 1) * 160].to_vec();
        let (by_targets, by_pace) = errors_of_a_day(&day, cooks, speeds, 7);
        println!("{name}: {by_targets:.0} s off by targets alone, {by_pace:.0} s by pace");
        assert!(by_pace < by_targets, "{name}: {by_pace:.0} s is no better than {by_targets:.0} s");
    }
}
