//! The live channel: every screen sees what changes as soon as it is committed.
//!
//! One [follower](Live::follow) of the journal turns the entries of a commit into views, once for each scope somebody
//! listens to, written once; every screen has a task of its own ([`screen`]) that passes on what it asked for. What a
//! screen is told when it arrives, comes back or fell behind is read in one transaction ([`catch_up`]). The messages are
//! described in `docs/live.md`.
//!
//! It does not know why something happened, only [what looks different](mod@touched) after it; nothing it does can delay
//! or fail a command. While nobody listens, its cursor follows the head and nothing is read.
//!
//! Faults it survives (`edge/tests/live/`): a screen that reads slowly or not at all holds up no other and misses
//! nothing it is still there for; one that was away gets exactly what it missed; one that knows another journal gets
//! everything; a file that cannot be read is read again; who is logged out or revoked hears nothing more.

mod audience;
mod cards;
mod catch_up;
mod changes;
pub mod events;
pub mod names;
pub mod pass;
pub mod poll;
pub mod presence;
pub mod routes;
pub mod scope;
mod screen;
mod touched;
mod views;
pub mod wire;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, watch};

use crate::journal::{Journal, ReadError};
use audience::Audience;
use changes::{Chain, Change, Changes, since};
use pass::Pass;
use presence::{Presence, Present};
use scope::Scope;
use views::Hour;

/// Entries turned into views at once.
const BATCH: u32 = 256;
/// A file that could not be read is tried again after this.
const READ_AGAIN: Duration = Duration::from_secs(1);
/// How long screens may take to hear that the branch stops.
const FAREWELL_PATIENCE: Duration = Duration::from_secs(2);

/// Bounds of the channel; tests have shorter ones.
#[derive(Clone, Debug)]
pub struct Pace {
    /// Between two beats.
    pub beat: Duration,
    /// For a screen to say hello.
    pub hello: Duration,
    /// That a poll waits for something to change.
    pub poll: Duration,
    /// For a screen to take one message; after that it is let go.
    pub send: Duration,
    /// Without a sign of life: even one whose page is frozen answers pings.
    pub silence: Duration,
    /// Commits a screen may be behind before it catches up from the file.
    pub buffer: usize,
    /// Screens at once.
    pub screens: u32,
    /// Guests at once: apart, so that however many come, no kitchen is left standing.
    pub guests: u32,
    /// Messages a screen may send in a second; who says more is let go.
    pub messages: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            beat: Duration::from_secs(5),
            hello: Duration::from_secs(5),
            poll: Duration::from_secs(8),
            send: Duration::from_secs(10),
            silence: Duration::from_secs(20),
            buffer: 256,
            screens: 500,
            guests: 100,
            messages: 50,
        }
    }
}

/// The live channel of a branch.
#[derive(Clone)]
pub struct Live(Arc<Shared>);

struct Shared {
    journal: Journal,
    pace: Pace,
    audience: Audience,
    presence: Presence,
    feed: broadcast::Sender<Arc<Batch>>,
    seats: Arc<Semaphore>,
    guests_seats: Arc<Semaphore>,
    stopping: watch::Sender<bool>,
}

/// What some entries changed, written for everybody.
struct Batch {
    /// Up to which entry.
    upto: u64,
    /// Whether screens begin anew instead.
    begins_anew: bool,
    messages: Vec<Message>,
}

struct Message {
    scope: Scope,
    sequence: u64,
    frame: Utf8Bytes,
}

/// A screen's place in the channel; given back when dropped.
type Seat = OwnedSemaphorePermit;

impl Live {
    /// A channel nobody listens to yet; [`Live::follow`] fills it.
    pub fn new(journal: Journal, pace: Pace) -> Self {
        let (feed, _) = broadcast::channel(pace.buffer);
        let seats = Arc::new(Semaphore::new(pace.screens as usize));
        let guests_seats = Arc::new(Semaphore::new(pace.guests as usize));
        let stopping = watch::Sender::new(false);
        Self(Arc::new(Shared {
            journal,
            pace,
            audience: Audience::default(),
            presence: Presence::default(),
            feed,
            seats,
            guests_seats,
            stopping,
        }))
    }

    /// A seat, when one is free for whoever came in with this.
    fn seat(&self, pass: &Pass) -> Option<Seat> {
        let seats = if pass.is_guests { &self.0.guests_seats } else { &self.0.seats };
        Arc::clone(seats).try_acquire_owned().ok()
    }

    /// When it is, and in which zone times are written.
    fn hour(&self) -> Hour {
        let journal = &self.0.journal;
        Hour { zone: journal.configuration().zone.clone(), now: journal.environment().clock.now() }
    }

    /// Screens that are connected.
    pub fn screens(&self) -> usize {
        (self.0.pace.screens as usize).saturating_sub(self.0.seats.available_permits())
    }

    /// The screens that are there, and those that were lately.
    pub fn present(&self) -> Vec<Present> {
        self.0.presence.all()
    }

    /// Follows the journal; after it failed, every screen begins anew, for what was not told is not known.
    pub async fn follow_again(self, failures: u32) {
        if failures > 0 {
            let upto = *self.0.journal.committed().borrow();
            // Nobody there to hear it is no fault.
            let _ = self.0.feed.send(Arc::new(Batch { upto, begins_anew: true, messages: Vec::new() }));
        }
        self.follow().await;
    }

    /// Follows the journal; may be dropped at any moment.
    pub async fn follow(self) {
        let mut committed = self.0.journal.committed();
        let mut cursor = *committed.borrow_and_update();
        let mut chain = Chain::beginning_at(cursor);
        while committed.changed().await.is_ok() {
            // The head is looked at before the audience: who comes after that reads a file that has all up to this head.
            let head = *committed.borrow_and_update();
            if self.0.audience.is_empty() {
                (cursor, chain) = (head, Chain::beginning_at(head));
            }
            while cursor < head {
                match self.changes_since(cursor).await {
                    Ok(changes) => {
                        cursor = changes.upto;
                        self.tell(changes, &mut chain);
                    }
                    Err(error) => {
                        tracing::error!(error = &error as &dyn std::error::Error, "screens wait for the file");
                        tokio::time::sleep(READ_AGAIN).await;
                    }
                }
            }
        }
    }

    /// Who listens is asked after the entries were read: who comes after that reads a file that has these entries.
    async fn changes_since(&self, sequence: u64) -> Result<Changes, ReadError> {
        let hour = self.hour();
        let audience = self.0.audience.clone();
        let read = self.0.journal.readers().read(move |connection| {
            let moment = connection.unchecked_transaction()?;
            since(&moment, &hour, sequence, BATCH, || audience.scopes())
        });
        read.await
    }

    fn tell(&self, changes: Changes, chain: &mut Chain) {
        let Changes { upto, views, begins_anew } = changes;
        let message = |change: Change| {
            let (scope, sequence) = (change.view.scope, change.sequence);
            let frame = change.told_after(chain.link(scope, sequence)).frame();
            Message { scope, sequence, frame }
        };
        let messages = views.into_iter().map(message).collect();
        // Nobody there to hear it is no fault: the last screen may just have left.
        let _ = self.0.feed.send(Arc::new(Batch { upto, begins_anew, messages }));
    }

    /// Tells every screen that the branch stops.
    pub fn stop(&self) {
        self.0.stopping.send_replace(true);
    }

    /// Waits until every screen has left, or long enough.
    pub async fn emptied(&self) {
        let every_seat = self.0.seats.acquire_many(self.0.pace.screens);
        if tokio::time::timeout(FAREWELL_PATIENCE, every_seat).await.is_err() {
            tracing::warn!("some screens did not hear that the branch stops");
        }
    }
}
