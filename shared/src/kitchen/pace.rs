//! How fast a station has been lately, and when it should be done with one thing more.
//!
//! How long a line takes, over what the menu says it should, grows with what was in front of it when it came: **`own + queue × in
//! front`**. Both numbers are the line through what the station made lately (least squares), pulled by two pairs of made-up
//! lines that say what is thought of a station nobody has seen at work: that it keeps to the menu, and has four lines in
//! hand at once. So a crew that is faster, short of a cook, or new shows within some dozen lines, and a single odd one does not.
//!
//! It knows neither the shifts of cooks nor what goes on the same pan, and of a line that is not made yet it knows nothing; a
//! test shows its error on a replayed day (`shared/tests/kitchen_pace.rs`).
#![expect(clippy::float_arithmetic, reason = "seconds are estimated here; no amount is")]

use jiff::Timestamp;

/// What is thought of a station beforehand: lines in front, time over target, and how many lines that weighs.
const BEFOREHAND: [(f64, f64, f64); 2] = [(0.0, 1.0, 2.0), (4.0, 2.0, 2.0)];
/// Nothing is made sooner than so much of its target.
const SOONEST: f64 = 0.1;

/// A line a station made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Made {
    /// When the station was told to.
    pub fired_at: Timestamp,
    /// When it was made.
    pub ready_at: Timestamp,
    /// Seconds it should have taken.
    pub target_seconds: u32,
}

impl Made {
    /// Seconds from fired to ready.
    pub fn seconds(&self) -> f64 {
        self.ready_at.duration_since(self.fired_at).as_secs_f64().max(0.0)
    }

    /// Whether it was in hand, or waited, when the other came.
    fn is_in_front_of(&self, other: &Self) -> bool {
        self.fired_at < other.fired_at && self.ready_at > other.fired_at
    }
}

/// How fast a station is: what a line takes over its target.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pace {
    /// With nothing in front.
    own: f64,
    /// More for each line in front.
    queue: f64,
}

impl Pace {
    /// From what the station made lately, in any order.
    pub fn of(made: &[Made]) -> Self {
        let in_front = |line: &Made| made.iter().filter(|other| other.is_in_front_of(line)).map(|_| 1.0).sum::<f64>();
        let seen =
            made.iter().map(|line| (in_front(line), line.seconds() / f64::from(line.target_seconds.max(1)), 1.0));
        let points: Vec<(f64, f64, f64)> = BEFOREHAND.into_iter().chain(seen).collect();
        let weight: f64 = points.iter().map(|(_, _, weight)| weight).sum();
        let mean =
            |of: fn(&(f64, f64, f64)) -> f64| points.iter().map(|point| of(point) * point.2).sum::<f64>() / weight;
        let (queue_mean, time_mean) = (mean(|point| point.0), mean(|point| point.1));
        let (mut spread, mut together) = (0.0, 0.0);
        for (queue, time, weight) in &points {
            spread += weight * (queue - queue_mean).powi(2);
            together += weight * (queue - queue_mean) * (time - time_mean);
        }
        // What was thought beforehand is spread, so that this divides by something.
        let queue = (together / spread).max(0.0);
        Self { own: queue.mul_add(-queue_mean, time_mean).max(SOONEST), queue }
    }

    /// Seconds until the station should be done with a line, so many being in front of it.
    pub fn seconds(&self, in_front: u32, target_seconds: u32) -> f64 {
        f64::from(target_seconds) * f64::from(in_front).mul_add(self.queue, self.own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(fired: i64, ready: i64) -> Made {
        let at = |second| Timestamp::from_second(1_800_000_000 + second).unwrap();
        Made { fired_at: at(fired), ready_at: at(ready), target_seconds: 300 }
    }

    fn near(said: f64, meant: f64, off: f64) -> bool {
        (said - meant).abs() <= off
    }

    #[test]
    fn a_station_nobody_has_seen_at_work_keeps_to_the_menu_with_four_in_hand() {
        let pace = Pace::of(&[]);
        assert!(near(pace.seconds(0, 300), 300.0, 0.01) && near(pace.seconds(4, 300), 600.0, 0.01), "{pace:?}");
    }

    #[test]
    fn what_waits_takes_as_long_as_the_station_was_seen_to_take() {
        // One cook, a line every hundred seconds, all ordered within seconds.
        let lines: Vec<Made> = (1..=30).map(|number| made(number - 1, number * 100)).collect();
        let pace = Pace::of(&lines);
        assert!(near(pace.seconds(20, 300), 2100.0, 150.0), "{pace:?}");
    }

    #[test]
    fn a_crew_that_is_twice_as_fast_is_known_for_it_after_some_dozen_lines() {
        let lines: Vec<Made> = (0..24).map(|number| made(number * 1000, number * 1000 + 150)).collect();
        let pace = Pace::of(&lines);
        assert!(near(pace.seconds(0, 300), 150.0, 15.0), "{pace:?}");
    }

    #[test]
    fn one_odd_line_moves_it_little() {
        let pace = Pace::of(&[made(0, 3000)]);
        assert!(pace.seconds(0, 300) < 1200.0, "{pace:?}");
    }
}
