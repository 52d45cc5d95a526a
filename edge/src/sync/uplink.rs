//! The uplink: gives the protocol's sender a connection, the journal and the time, and does what it says.
//!
//! One thread of its own with a runtime of its own: what it reads of the disk holds up nobody else, and it has the processor
//! when nobody else on the box wants it.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use comanda_shared::ids::BranchId;
use comanda_shared::protocol::command::{AT_ONCE, Command, CommandResult};
use comanda_shared::protocol::directive::{DirectiveReport, PrinterReport, State};
use comanda_shared::protocol::{Backoff, Barred, Downward, Input, Output, Sender, Standing, Upward};
use comanda_shared::staff::Actor;
use jiff::Timestamp;
use rusqlite::Connection;
use thread_priority::ThreadPriority;
use thread_priority::unix::{
    NormalThreadSchedulePolicy, ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
};
use tokio::sync::watch;

use super::down::{self, Downlink};
use super::enrolment;
use super::identity::Identity;
use super::store::{self, JournalLog};
use super::transport::{Broken, Happening, Mqtt, Transport};
use crate::followers::Roll;
use crate::journal::{DataFolder, Journal, OpenError, open_reader};
use crate::printing::board::Board;

/// How often an identity is looked for that is not there yet, or is another.
const LOOK: Duration = Duration::from_secs(1);
/// The cursor is written down so often at most: losing it only costs a question.
const KEEP_EVERY: Duration = Duration::from_secs(1);
/// The cloud is told so often how the branch is, also when nothing of it has changed: what was lost on the way is then
/// said again.
const REPORT_EVERY: Duration = Duration::from_secs(300);
/// A box that may not go on asks again after so long.
const BARRED_PAUSE: Duration = Duration::from_secs(60);

/// A certificate that could not be renewed is asked for again after so long at most; the sooner, the nearer its end is.
const ASK_FOR_CERTIFICATE_EVERY: Duration = Duration::from_secs(3600);
/// And after so long at least, also once it has ended.
const ASK_FOR_CERTIFICATE_AFTER: Duration = Duration::from_secs(5);

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error(transparent)]
    Broken(#[from] Broken),
    #[error("the journal could not be read")]
    Read(#[from] rusqlite::Error),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("the branch's file takes nothing: {0}")]
    Write(String),
    #[error("nothing came back")]
    Silence,
    #[error("the identity of this box is another now")]
    Renamed,
    #[error("the branch stops")]
    Stopping,
}

/// How sync stands, for whoever asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Status {
    /// The branch, as the cloud knows it; none before this box was enrolled.
    pub branch: Option<BranchId>,
    /// What the sender does.
    pub standing: Standing,
    /// The last entry the cloud is known to have.
    pub acknowledged: u64,
    /// When it last said so.
    pub acknowledged_at: Option<Timestamp>,
    /// Why there is no connection.
    pub error: Option<String>,
}

/// Where the status is seen.
#[derive(Clone)]
pub struct Watched(Arc<Mutex<Status>>);

impl Default for Watched {
    fn default() -> Self {
        let (branch, acknowledged_at, error) = (None, None, None);
        let status = Status { branch, standing: Standing::Offline, acknowledged: 0, acknowledged_at, error };
        Self(Arc::new(Mutex::new(status)))
    }
}

impl Watched {
    /// How it stands now.
    pub fn status(&self) -> Status {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change(&self, change: impl FnOnce(&mut Status)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// The running uplink.
pub struct Uplink {
    stopping: watch::Sender<bool>,
    thread: JoinHandle<()>,
}

impl Uplink {
    /// Begins to follow the journal; sends once the box is enrolled.
    ///
    /// # Panics
    /// When the system gives no thread.
    pub fn start(journal: Journal, folder: DataFolder, board: Board, watched: Watched, roll: Roll) -> Self {
        super::choose_cryptography();
        let stopping = watch::Sender::new(false);
        let (begun, asked_at) = (Instant::now(), None);
        let worker = Worker { journal, folder, board, watched, stopping: stopping.subscribe(), begun, asked_at };
        let run = {
            let worker = worker.clone();
            move || {
                give_way();
                match tokio::runtime::Builder::new_current_thread().enable_all().build() {
                    Ok(runtime) => runtime.block_on(worker.clone().run()),
                    Err(error) => tracing::error!(%error, "sync cannot run"),
                }
            }
        };
        let is_stopping = move || *worker.stopping.borrow();
        let thread = std::thread::Builder::new().name("sync".to_owned());
        let thread = thread.spawn(move || roll.keep("sync", is_stopping, run));
        Self { stopping, thread: thread.expect("the system gives a thread at start") }
    }

    /// Ends; what was not acknowledged is sent at the next start.
    pub fn stop(self) {
        self.stopping.send_replace(true);
        if self.thread.join().is_err() {
            tracing::error!("sync panicked");
        }
    }
}

/// Has this thread run when no other wants to: a nice one is left the rest of its slice, three milliseconds for which an order
/// would wait at each turn. Where the system does not allow it, sync runs as everybody does.
fn give_way() {
    let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    if let Err(error) = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle) {
        tracing::debug!(?error, "sync cannot give way to selling here");
    }
}

#[derive(Clone)]
struct Worker {
    journal: Journal,
    folder: DataFolder,
    board: Board,
    watched: Watched,
    stopping: watch::Receiver<bool>,
    begun: Instant,
    /// When the next certificate was last asked for.
    asked_at: Option<Instant>,
}

impl Worker {
    async fn run(mut self) {
        let mut backoff = Backoff::default();
        loop {
            let identity = self.renewed().await;
            let ended = match &identity {
                Some(identity) => self.one_connection(identity, &mut backoff).await,
                None => Ended::Renamed,
            };
            let is_barred = matches!(self.watched.status().standing, Standing::Barred(_));
            let pause = match &ended {
                Ended::Stopping => return,
                Ended::Renamed => LOOK,
                _ if is_barred => BARRED_PAUSE,
                _ => backoff.next(u32::from_le_bytes(self.journal.environment().random())),
            };
            self.watched.change(|status| {
                if !is_barred {
                    status.standing = Standing::Offline;
                }
                status.error = status.branch.map(|_| format!("{:#}", anyhow::Error::new(ended)));
            });
            if self.is_stopped_within(pause, identity.as_ref()).await {
                return;
            }
        }
    }

    /// Waits, but not after this box was enrolled anew.
    async fn is_stopped_within(&mut self, pause: Duration, identity: Option<&Identity>) -> bool {
        let until = Instant::now() + pause;
        loop {
            let rest = until.saturating_duration_since(Instant::now());
            let stopping = self.stopping.wait_for(|stopping| *stopping);
            if tokio::time::timeout(rest.min(LOOK), stopping).await.is_ok() {
                return true;
            }
            if rest <= LOOK || self.identity().as_ref() != identity {
                return false;
            }
        }
    }

    /// The identity, with its next certificate when it is time for that. A cloud that cannot be asked now is asked later.
    async fn renewed(&mut self) -> Option<Identity> {
        let identity = self.identity()?;
        if !self.is_renewal_due(&identity) {
            return Some(identity);
        }
        self.asked_at = Some(Instant::now());
        let folder = self.folder.clone();
        let known = identity.clone();
        match tokio::task::spawn_blocking(move || enrolment::renew(&folder, &known)).await {
            Ok(Ok(renewed)) => {
                tracing::info!(not_after = %renewed.not_after, "this box has its next certificate");
                return Some(renewed);
            }
            Ok(Err(error)) => tracing::warn!(error = format!("{error:#}"), "the certificate could not be renewed yet"),
            Err(error) => tracing::error!(%error, "renewing the certificate panicked"),
        }
        Some(identity)
    }

    fn is_renewal_due(&self, identity: &Identity) -> bool {
        let now = self.journal.environment().clock.now();
        let left = Duration::try_from(identity.not_after.duration_since(now)).unwrap_or_default();
        let rest = (left / 8).clamp(ASK_FOR_CERTIFICATE_AFTER, ASK_FOR_CERTIFICATE_EVERY);
        let has_asked = self.asked_at.is_some_and(|at| at.elapsed() < rest);
        !has_asked && identity.is_to_be_renewed(now)
    }

    fn identity(&self) -> Option<Identity> {
        let read = Identity::read(&self.folder.identity());
        let identity = read.unwrap_or_else(|error| {
            tracing::error!(%error, "the identity of this box cannot be read: enrol it anew");
            None
        });
        self.watched.change(|status| status.branch = identity.as_ref().map(|identity| identity.branch));
        identity
    }

    async fn one_connection(&mut self, identity: &Identity, backoff: &mut Backoff) -> Ended {
        match self.converse(identity, backoff).await {
            Ok(()) => Ended::Stopping,
            Err(ended) => {
                tracing::info!(reason = format!("{ended:#}"), "sync has no connection");
                ended
            }
        }
    }

    async fn converse(&mut self, identity: &Identity, backoff: &mut Backoff) -> Result<(), Ended> {
        let connection = open_reader(&self.folder.database(), self.journal.environment())?;
        let (cursor, commands) = store::cursor(&connection)?;
        let me = comanda_shared::protocol::Identity {
            branch: identity.branch,
            appliance: identity.appliance,
            app: env!("CARGO_PKG_VERSION").to_owned(),
        };
        self.watched.change(|status| status.acknowledged = cursor);
        let mut talk = Talk {
            connection,
            transport: Mqtt::to(identity)?,
            sender: Sender::new(me, cursor, commands),
            downlink: Downlink::new(self.journal.clone(), self.folder.clone(), identity.clone()),
            worker: self,
            identity,
            unkept: None,
            reported_at: None,
            told: None,
        };
        talk.run(backoff).await
    }
}

struct Talk<'w, T> {
    worker: &'w mut Worker,
    connection: Connection,
    transport: T,
    sender: Sender,
    downlink: Downlink,
    identity: &'w Identity,
    unkept: Option<Instant>,
    /// When the cloud was last told how the branch is, on this connection.
    reported_at: Option<Instant>,
    /// What of it is told at once when it is another.
    told: Option<News>,
}

/// What the cloud is told as soon as it changes.
type News = (Vec<DirectiveReport>, Vec<PrinterReport>);

impl<T: Transport> Talk<'_, T> {
    async fn run(&mut self, backoff: &mut Backoff) -> Result<(), Ended> {
        let mut committed = self.worker.journal.committed();
        let mut stopping = self.worker.stopping.clone();
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut is_up = false;
        loop {
            let wakes = self.sender.wakes_at().map(|at| self.worker.begun + Duration::from_millis(at));
            let wake = async {
                match wakes {
                    Some(at) => tokio::time::sleep_until(at.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                happening = self.transport.next() => match happening? {
                    Happening::Up => {
                        is_up = true;
                        tracing::info!("sync is connected");
                        let session = u64::from_le_bytes(self.worker.journal.environment().random());
                        self.step(Input::Connected { session }).await?;
                    }
                    Happening::Said(message) => match Downward::decode(&message) {
                        Ok(said) => self.step(Input::Heard(said)).await?,
                        Err(error) => tracing::warn!(%error, "the cloud said something that is not understood"),
                    },
                },
                changed = committed.changed(), if is_up => match changed {
                    Ok(()) => self.step(Input::Committed).await?,
                    Err(_) => return Ok(()),
                },
                () = wake => self.step(Input::Tick).await?,
                () = self.downlink.finished() => self.report()?,
                _ = look.tick() => {
                    self.keep_cursor(false).await?;
                    let identity = self.identity;
                    if self.worker.is_renewal_due(identity) || self.worker.identity().as_ref() != Some(identity) {
                        return Err(Ended::Renamed);
                    }
                    if self.reported_at.is_some() && self.told != Some(news_of(&self.state()?)) {
                        self.report()?;
                    }
                }
                _ = stopping.wait_for(|stopping| *stopping) => {
                    return self.keep_cursor(true).await;
                }
            }
            match self.sender.standing() {
                Standing::Streaming => {
                    backoff.reset();
                    if self.reported_at.is_none_or(|at| at.elapsed() > REPORT_EVERY) {
                        self.report()?;
                    }
                }
                // A person has to act; meanwhile the connection is not kept.
                Standing::Barred(_) => return Err(Ended::Silence),
                Standing::Offline | Standing::Greeting => {}
            }
        }
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.worker.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    async fn step(&mut self, input: Input) -> Result<(), Ended> {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            self.sender.wall_clock(self.worker.journal.environment().clock.now().as_millisecond());
            let now = self.now_ms();
            for output in self.sender.step(now, input, &JournalLog(&self.connection))? {
                match output {
                    Output::Send(message) => {
                        self.transport.send(message.encode())?;
                        // As between two reads: packing a batch takes a millisecond.
                        std::thread::yield_now();
                    }
                    Output::CursorMoved(to) => self.cursor_moved(to),
                    Output::OpenLife { first, parent, journal } => {
                        tracing::warn!(first, "the cloud has another continuation of this journal: a new life begins");
                        let worker = self.worker.journal.clone();
                        let opened = blocking(move || worker.open_life_at(first, parent.0, journal)).await?;
                        opened.map_err(|error| Ended::Write(error.to_string()))?;
                        inputs.push(Input::LifeOpened);
                    }
                    Output::Commands(commands) => self.carry_out(commands).await?,
                    Output::Directives(directives) => self.downlink.hear(directives),
                    Output::Hangup => return Err(Ended::Silence),
                }
            }
        }
        let standing = self.sender.standing();
        if let Standing::Barred(barred) = &standing {
            alarm(barred);
        }
        self.worker.watched.change(|status| {
            status.standing = standing;
            status.error = None;
        });
        Ok(())
    }

    fn cursor_moved(&mut self, to: u64) {
        self.unkept.get_or_insert_with(Instant::now);
        let now = self.worker.journal.environment().clock.now();
        self.worker.watched.change(|status| {
            status.acknowledged = to;
            status.acknowledged_at = Some(now);
        });
    }

    /// Carries commands out, one after another, and says what became of them.
    async fn carry_out(&mut self, commands: Vec<Command>) -> Result<(), Ended> {
        let mut results = Vec::with_capacity(commands.len());
        for command in commands {
            let (journal, folder) = (self.worker.journal.clone(), self.worker.folder.clone());
            let sequence = command.sequence;
            let carried_out = blocking(move || down::commands::carry_out(&journal, &folder, &command)).await?;
            let outcome = carried_out.map_err(|fault| Ended::Write(fault.to_string()))?;
            tracing::info!(command.sequence = sequence, ?outcome, "a command of the cloud");
            self.sender.commands_carried_out(sequence);
            results.push(CommandResult { sequence, outcome });
        }
        self.say_done(results)
    }

    fn say_done(&mut self, results: Vec<CommandResult>) -> Result<(), Ended> {
        let Some(last) = results.last() else { return Ok(()) };
        let done = Upward::CommandsDone { branch: self.identity.branch, upto: last.sequence, results };
        Ok(self.transport.send(done.encode())?)
    }

    /// Says how the branch is; the first time on a connection also what became of the latest commands, for what was said
    /// of them on the one before may be lost.
    fn report(&mut self) -> Result<(), Ended> {
        if self.reported_at.is_none() {
            self.say_done(down::store::latest_outcomes(&self.connection, AT_ONCE)?)?;
        }
        let state = self.state()?;
        self.reported_at = Some(Instant::now());
        self.told = Some(news_of(&state));
        Ok(self.transport.send(Upward::State(state).encode())?)
    }

    fn state(&self) -> Result<State, Ended> {
        let Worker { journal, folder, board, .. } = &*self.worker;
        Ok(down::report::of_the_branch(&self.connection, journal, folder, board, self.identity)?)
    }

    async fn keep_cursor(&mut self, at_once: bool) -> Result<(), Ended> {
        if self.unkept.is_none_or(|since| !at_once && since.elapsed() < KEEP_EVERY) {
            return Ok(());
        }
        self.unkept = None;
        let (journal, cursor) = (self.worker.journal.clone(), self.sender.cursor());
        let keep =
            move || journal.operate_blocking(Actor::Branch, move |step| store::keep_cursor(step.connection(), cursor));
        blocking(keep).await?.map_err(|error| Ended::Write(error.to_string()))
    }
}

fn news_of(state: &State) -> News {
    (state.directives.clone(), state.printers.clone())
}

/// Says it once for each connection: a person has to act.
fn alarm(barred: &Barred) {
    match barred {
        Barred::Fenced { applied } => {
            tracing::error!(applied, "another box writes this branch: what this one has beyond is not sent");
        }
        Barred::Unsupported { oldest, newest } => {
            tracing::error!(oldest, newest, "the cloud speaks other versions of the protocol: update this program");
        }
        Barred::Stranger => tracing::error!("the cloud does not know this box any more: enrol it anew"),
        Barred::Malformed { detail } => tracing::error!(detail, "the cloud cannot take what this branch sends"),
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Ended> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Ended::Write("an internal error".to_owned()))
}

#[cfg(test)]
mod tests {
    use thread_priority::unix::thread_schedule_policy;

    use super::*;

    #[test]
    fn sync_runs_when_nobody_else_wants_to() {
        let policy = || thread_schedule_policy().unwrap();
        let alone = std::thread::spawn(move || {
            give_way();
            policy()
        });
        assert_eq!(alone.join().unwrap(), ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle));
        assert_ne!(policy(), ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle));
    }
}
