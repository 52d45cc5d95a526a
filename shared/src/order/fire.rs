//! Courses: lines that wait until somebody fires them, and orders that wait for their time.
//!
//! A line is *held* because whoever took it said so, or because its order is for later. Either way the kitchen hears of it
//! with [`OrderFired`] and not before; firing what was fired already does nothing, so that two screens and their retries
//! agree. An order is not ready, and is not handed over, while a line of it waits.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Context, Line, LineState, Order, OrderEvent, OrderRejection, Status, decide};
use crate::ids::{LineId, OrderId};
use crate::staff::{Actor, Permission};

/// An order is taken for a time at most so far ahead.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 31);

/// When in the meal something is eaten: 1 for the first course.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Course(u8);

/// There is no such course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a course is from 1 to 9")]
pub struct CourseOutOfRange;

impl TryFrom<u8> for Course {
    type Error = CourseOutOfRange;

    fn try_from(number: u8) -> Result<Self, CourseOutOfRange> {
        if (1..=9).contains(&number) { Ok(Self(number)) } else { Err(CourseOutOfRange) }
    }
}

impl From<Course> for u8 {
    fn from(course: Course) -> Self {
        course.0
    }
}

/// When the kitchen is to begin with a line.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Firing {
    /// As soon as the order is accepted.
    #[default]
    AtOnce,
    /// When somebody says so.
    Held,
    /// In time for when the order is wanted.
    Scheduled,
    /// It waited, and was fired.
    Fired {
        /// When.
        at: Timestamp,
    },
}

impl Firing {
    pub(super) const fn is_at_once(&self) -> bool {
        matches!(self, Self::AtOnce)
    }

    /// Whether it is still to be fired.
    pub const fn waits(self) -> bool {
        match self {
            Self::Held | Self::Scheduled => true,
            Self::AtOnce | Self::Fired { .. } => false,
        }
    }
}

/// What is to be fired.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fire {
    /// All that waits.
    All,
    /// What waits of a course.
    Course(Course),
    /// These lines; a combo goes with its parts.
    Lines(Vec<LineId>),
}

/// The kitchen may begin with lines that waited.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderFired {
    /// The order.
    pub order: OrderId,
    /// The lines, the parts of combos among them.
    pub lines: Vec<LineId>,
    /// Who said so; the branch itself when its time had come.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

impl Order {
    /// The lines that count and are still to be fired.
    pub fn waiting_lines(&self) -> impl Iterator<Item = &Line> {
        self.open_lines().filter(|line| line.fire.waits())
    }

    /// When it is wanted, while lines of it wait for that.
    pub fn waits_until(&self) -> Option<Timestamp> {
        let waits = self.open_lines().any(|line| line.fire == Firing::Scheduled);
        self.scheduled_for.filter(|_| waits && self.is_in_hand())
    }

    /// What the clock fires when the time has come: what waits for it, and for nobody.
    pub fn fired_by_the_clock(&self, at: Timestamp) -> Option<OrderFired> {
        self.waits_until()?;
        let due = self.open_lines().filter(|line| line.fire == Firing::Scheduled).map(|line| line.id).collect();
        Some(OrderFired { order: self.id, lines: due, by: Actor::Branch, at })
    }

    pub(super) fn follow_fire(&mut self, fired: &OrderFired) {
        for line in self.lines.iter_mut().filter(|line| fired.lines.contains(&line.id)) {
            line.fire = Firing::Fired { at: fired.at };
        }
    }

    /// Whether the kitchen may still be told something of it.
    const fn is_in_hand(&self) -> bool {
        match self.status {
            Status::Received | Status::Accepted | Status::Preparing | Status::Ready => true,
            Status::OnTheWay
            | Status::Served
            | Status::Delivered
            | Status::Cancelled { .. }
            | Status::Merged { .. } => false,
        }
    }
}

pub(super) fn fire(order: &Order, what: &Fire, context: &Context<'_>) -> Result<Vec<OrderEvent>, OrderRejection> {
    // Whoever serves fires, and so does whoever stands at the pass.
    decide::permit(context, Permission::OrdersCreate)
        .or_else(|_| decide::permit(context, Permission::OrdersAdvance))?;
    if !order.is_in_hand() {
        return Err(decide::illegal(order, "fired"));
    }
    let lines = match what {
        Fire::All => order.waiting_lines().map(|line| line.id).collect(),
        Fire::Course(course) => {
            order.waiting_lines().filter(|line| line.course == Some(*course)).map(|line| line.id).collect()
        }
        Fire::Lines(named) => waiting_of(order, named)?,
    };
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let fired = OrderFired { order: order.id, lines, by: context.actor, at: context.now };
    Ok(vec![OrderEvent::Fired(fired)])
}

fn waiting_of(order: &Order, named: &[LineId]) -> Result<Vec<LineId>, OrderRejection> {
    for id in named {
        let line = order.line(*id).ok_or(OrderRejection::LineUnknown)?;
        match (&line.state, line.part_of) {
            (LineState::Voided { .. }, _) => return Err(OrderRejection::LineVoided),
            (LineState::Open, Some(_)) => return Err(OrderRejection::PartOfCombo),
            (LineState::Open, None) => {}
        }
    }
    let is_named = |line: &&Line| named.contains(&line.part_of.unwrap_or(line.id));
    Ok(order.waiting_lines().filter(is_named).map(|line| line.id).collect())
}

/// How a line begins that nobody holds: with its order, or at the time its order is for.
pub(super) fn of_a_new_line(is_held: bool, scheduled: bool) -> Firing {
    match (is_held, scheduled) {
        (true, _) => Firing::Held,
        (false, true) => Firing::Scheduled,
        (false, false) => Firing::AtOnce,
    }
}

/// That an order is not wanted too far ahead. A time that is over is no mistake: a tablet may have kept the order until it
/// found the box again, and what is late begins at once.
pub(super) fn check_schedule(wanted: Option<Timestamp>, now: Timestamp) -> Result<(), OrderRejection> {
    match wanted {
        Some(wanted) if wanted.duration_since(now) > AHEAD => Err(OrderRejection::ScheduledTooFar),
        Some(_) | None => Ok(()),
    }
}

/// An order cannot be handed over while the kitchen has not heard of all of it.
pub(super) fn check_nothing_waits(order: &Order) -> Result<(), OrderRejection> {
    if order.waiting_lines().next().is_some() { Err(OrderRejection::LinesWaiting) } else { Ok(()) }
}
