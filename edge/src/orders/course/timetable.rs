//! The clock that fires orders taken for a time: early enough that the kitchen should be done by then.

use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use comanda_shared::ids::OrderId;
use comanda_shared::order::Order;
use comanda_shared::staff::Actor;
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::super::queries;
use crate::followers::Roll;
use crate::journal::{Journal, ReadError};
use crate::kitchen::times::estimate;

/// How often it is looked whether something is due; the first time at the start.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// No kitchen is thought to need longer than this: what is wanted later is not looked at yet.
const HORIZON: SignedDuration = SignedDuration::from_hours(4);

/// The thread.
pub struct Timetable {
    stop: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

impl Timetable {
    /// Begins to look.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(journal: Journal, roll: Roll) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel::<()>();
        let run = move || {
            let is_stopping = || stopped.try_recv() == Err(mpsc::TryRecvError::Disconnected);
            roll.keep("timetable", is_stopping, || {
                look(&journal);
                while stopped.recv_timeout(LOOK_EVERY) == Err(mpsc::RecvTimeoutError::Timeout) {
                    look(&journal);
                }
            });
        };
        let thread = std::thread::Builder::new().name("timetable".to_owned()).spawn(run)?;
        Ok(Self { stop, thread })
    }

    /// Ends it; what is being fired is finished first.
    pub fn stop(self) {
        drop(self.stop);
        if self.thread.join().is_err() {
            tracing::error!("the timetable panicked");
        }
    }
}

fn look(journal: &Journal) {
    match fire_what_is_due(journal) {
        Ok(0) => {}
        Ok(fired) => tracing::info!(orders = fired, "fired what was taken for this time"),
        Err(error) => tracing::warn!(error = format!("{error:#}"), "could not look what is due; tried again"),
    }
}

/// Fires the orders whose time has come less what the kitchen needs, and says how many those were. An order fired
/// meanwhile by somebody else is left as it is.
///
/// # Errors
/// When the branch's file cannot be read.
pub fn fire_what_is_due(journal: &Journal) -> Result<usize, ReadError> {
    let now = journal.environment().clock.now();
    let due = journal.readers().read_blocking(|connection| due(connection, now))?;
    let mut fired = 0;
    for order in due {
        let outcome = journal.operate_blocking(Actor::Branch, move |step| {
            let now = step.now();
            let Some(event) = step.order(order)?.and_then(|order| order.fired_by_the_clock(now)) else {
                return Ok(false);
            };
            step.record(event)?;
            Ok(true)
        });
        match outcome {
            Ok(was_fired) => fired += usize::from(was_fired),
            Err(error) => {
                tracing::warn!(order.id = %order, error = format!("{error:#}"), "an order could not be fired in time");
            }
        }
    }
    Ok(fired)
}

/// The orders that have to begin by now to be ready when they are wanted.
fn due(connection: &Connection, now: Timestamp) -> rusqlite::Result<Vec<OrderId>> {
    let horizon = now.checked_add(HORIZON).unwrap_or(Timestamp::MAX);
    let waiting = queries::waiting_for_their_time(connection, horizon)?;
    let mut due = Vec::new();
    for order in waiting {
        if begins_at(connection, &order, now)?.is_some_and(|begins| begins <= now) {
            due.push(order.id);
        }
    }
    Ok(due)
}

/// When the kitchen has to begin with an order: when it is wanted, less what the kitchen needs for what waits.
fn begins_at(connection: &Connection, order: &Order, now: Timestamp) -> rusqlite::Result<Option<Timestamp>> {
    let Some(wanted) = order.waits_until() else { return Ok(None) };
    let asked = estimate::asked_of_stations(order.waiting_lines());
    let seconds = estimate::seconds(connection, &asked, now)?;
    let needs = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX)).min(HORIZON);
    Ok(Some(wanted.checked_sub(needs).unwrap_or(Timestamp::MIN)))
}
