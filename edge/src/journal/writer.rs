//! The one writer: a thread that owns the writing connection, runs what waits in a savepoint each, and commits all of
//! it with one fsync.
//!
//! A lone command waits for nobody, a crowd a little for each other (`inbox.rs`). Whoever waits is answered after the
//! commit; if the commit fails, everybody in it is answered with the fault and the writer forgets what it knew and reads it
//! again.
use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use comanda_shared::branch::{Branch, NumbersSkipped};
use comanda_shared::ids::JournalId;
use comanda_shared::staff::Actor;
use rusqlite::Connection;
use tokio::sync::{oneshot, watch};
use uuid::Uuid;

use super::checkpoint::Checkpoints;
use super::entry::read_head;
use super::inbox::Inbox;
use super::request::{CommandError, Outcome, Request, StorageFault};
use super::step::{Failure, Step};
use super::turn::{Known, Load, LoadCounters, Manner, Turn, Unsaved};
use super::{
    Ballast, Configuration, DataFolder, Hold, HoldError, LineageReason, OpenError, Readers, database, lineage,
};
use crate::branch;
use crate::environment::{Environment, Ids};

/// Commands that may wait; one more is answered [`CommandError::Busy`].
const WAITING: usize = 1024;

/// Why the journal could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder is held or cannot be used.
    #[error(transparent)]
    Hold(#[from] HoldError),
    /// The file cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The file opened, but what it says cannot be read.
    #[error("could not read the branch's state")]
    State(#[source] rusqlite::Error),
}

struct Shared {
    environment: Environment,
    configuration: watch::Sender<Arc<Configuration>>,
    committed: watch::Sender<u64>,
    fault: watch::Sender<Option<StorageFault>>,
    load: LoadCounters,
    stopping: AtomicBool,
    readers: Readers,
}

type Completion = Box<dyn FnOnce(Result<(), StorageFault>) + Send>;
type Work = Box<dyn FnOnce(Result<&mut Turn<'_>, StorageFault>) -> Completion + Send>;

/// The handle features hold.
#[derive(Clone)]
pub struct Journal {
    inbox: SyncSender<Work>,
    shared: Arc<Shared>,
}

impl Journal {
    /// Opens the branch's file as its one writer and starts the thread.
    ///
    /// # Errors
    /// [`StartError`]; nothing was changed unless it says that a migration failed.
    pub fn start(folder: &DataFolder, environment: Environment) -> Result<(Self, JoinHandle<()>), StartError> {
        let hold = folder.hold()?;
        folder.refuse_emptied()?;
        let connection = database::open_writer(&folder.database(), &environment)?;
        let mut ids = Ids::new(environment.clone());
        if !lineage::exists(&connection).map_err(StartError::State)? {
            open_branch(&connection, &environment, &mut ids).map_err(StartError::State)?;
        }
        let known = Known::read(&connection).map_err(StartError::State)?;
        let readers = Readers::new(folder.database(), environment.clone());
        let (committed, _) = watch::channel(known.head.sequence);
        let shared = Arc::new(Shared {
            environment,
            configuration: watch::Sender::new(Arc::clone(&known.configuration)),
            committed,
            fault: watch::Sender::new(None),
            load: LoadCounters::default(),
            stopping: AtomicBool::new(false),
            readers,
        });
        let (inbox, work) = Inbox::new(WAITING);
        let (known, ballast, database) = (Some(known), folder.ballast(), folder.database());
        let writer = Writer {
            connection,
            ids,
            known,
            shared: Arc::clone(&shared),
            work,
            ballast,
            is_tight: Cell::new(false),
            _hold: hold,
        };
        let thread = std::thread::Builder::new().name("journal".to_owned()).spawn(move || writer.run(&database));
        let thread = thread.expect("the system gives a thread at start");
        Ok((Self { inbox, shared }, thread))
    }

    /// Runs a command in the writer, and answers after the commit. `again` answers a repeat of a command that had
    /// happened, from what it was about. The work reads and records events; it writes to no table itself.
    ///
    /// # Errors
    /// [`CommandError`]; then nothing has happened.
    pub async fn command<T, E>(
        &self,
        request: Request,
        work: impl FnOnce(&mut Step<'_>) -> Result<T, Failure<E>> + Send + 'static,
        again: impl FnOnce(&mut Step<'_>, Uuid) -> Result<T, Failure<E>> + Send + 'static,
    ) -> Result<Outcome<T>, CommandError<E>>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.send(move |turn| turn.run_command(&request, work, again), reply)?;
        answer.await.unwrap_or(Err(CommandError::Stopped))
    }

    /// As [`Journal::command`], for threads of their own and for what has no key; the work may also write to operational
    /// and secret tables.
    ///
    /// # Errors
    /// [`CommandError`]; then nothing has happened.
    pub fn command_blocking<T, E>(
        &self,
        request: Request,
        work: impl FnOnce(&mut Step<'_>) -> Result<T, Failure<E>> + Send + 'static,
    ) -> Result<T, CommandError<E>>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.send(move |turn| turn.run_step(&request, Manner::RECORDS_AND_WRITES, work), reply)?;
        answer.blocking_recv().unwrap_or(Err(CommandError::Stopped))
    }

    /// Writes to operational or secret tables, in the writer's next commit; events may be recorded, the day of business
    /// is not opened.
    ///
    /// # Errors
    /// [`CommandError`]; then nothing has happened.
    pub fn operate_blocking<T: Send + 'static>(
        &self,
        actor: Actor,
        work: impl FnOnce(&mut Step<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, CommandError<std::convert::Infallible>> {
        let (reply, answer) = oneshot::channel();
        let request = Request::once(&self.shared.environment, actor);
        let work = move |step: &mut Step<'_>| work(step).map_err(Failure::Storage);
        self.send(move |turn| turn.run_step(&request, Manner::WRITES, work), reply)?;
        answer.blocking_recv().unwrap_or(Err(CommandError::Stopped))
    }

    fn send<R, E>(
        &self,
        run: impl FnOnce(&mut Turn<'_>) -> Result<R, CommandError<E>> + Send + 'static,
        reply: oneshot::Sender<Result<R, CommandError<E>>>,
    ) -> Result<(), CommandError<E>>
    where
        R: Send + 'static,
        E: Send + 'static,
    {
        let work: Work = Box::new(move |turn| {
            let result = turn.map_err(CommandError::Storage).and_then(run);
            Box::new(move |committed| {
                // Whoever asked may have gone; what was committed stays committed.
                let _ = reply.send(match committed {
                    Ok(()) => result,
                    Err(fault) => result.and_then(|_| Err(CommandError::Storage(fault))),
                });
            })
        });
        self.inbox.try_send(work).map_err(|error| match error {
            TrySendError::Full(_) => CommandError::Busy,
            TrySendError::Disconnected(_) => CommandError::Stopped,
        })
    }

    /// Waits until the writer answers, with whatever: it writes nothing and opens no day.
    pub async fn answers(&self) {
        let (reply, answer) = oneshot::channel();
        let request = Request::once(&self.shared.environment, Actor::Branch);
        let nothing = |_: &mut Step<'_>| Ok::<_, Failure<std::convert::Infallible>>(());
        if self.send(move |turn| turn.run_step(&request, Manner::LOOKS, nothing), reply).is_ok() {
            // A fault of the disk is an answer, too.
            let _ = answer.await;
        }
    }

    /// Opens a new life of the journal, so that no number given before is given again.
    ///
    /// # Errors
    /// [`CommandError`]; then nothing has happened.
    pub fn open_lineage(&self, reason: LineageReason) -> Result<(), CommandError<std::convert::Infallible>> {
        let request = Request::once(&self.shared.environment, Actor::Branch);
        let (reply, answer) = oneshot::channel();
        let run = move |turn: &mut Turn<'_>| {
            let head = turn.known.head;
            turn.run_step(&request, Manner::WRITES, move |step| {
                let (at, day) = (step.now(), step.business_day());
                let event = lineage::open(step.connection(), reason, &head, at, day, step.ids())?;
                step.record(event).map_err(Failure::Storage)
            })
        };
        self.send(run, reply)?;
        answer.blocking_recv().unwrap_or(Err(CommandError::Stopped))
    }

    /// Makes a life of its own of what stands from `first` on, for the cloud has another continuation: this file was
    /// set back and went on. It is named `journal`, or newly. Numbers are skipped as in [`Journal::open_lineage`].
    ///
    /// # Errors
    /// [`CommandError`]; then nothing has happened.
    pub fn open_life_at(
        &self,
        first: u64,
        parent: [u8; 32],
        journal: Option<JournalId>,
    ) -> Result<(), CommandError<std::convert::Infallible>> {
        self.operate_blocking(Actor::Branch, move |step| {
            let journal = journal.unwrap_or_else(|| JournalId::new(step.ids()));
            lineage::open_at(step.connection(), journal, first, &parent, step.now())?;
            step.record(NumbersSkipped { journal })
        })
    }

    /// The sequence of the last entry committed; moves with every commit.
    pub fn committed(&self) -> watch::Receiver<u64> {
        self.shared.committed.subscribe()
    }

    /// What the branch works with at this moment.
    pub fn configuration(&self) -> Arc<Configuration> {
        Arc::clone(&self.shared.configuration.borrow())
    }

    /// The same, and when it changes.
    pub fn configurations(&self) -> watch::Receiver<Arc<Configuration>> {
        self.shared.configuration.subscribe()
    }

    /// The read-only connections.
    pub fn readers(&self) -> &Readers {
        &self.shared.readers
    }

    /// What is taken from outside.
    pub fn environment(&self) -> &Environment {
        &self.shared.environment
    }

    /// How busy the writer has been.
    pub fn load(&self) -> Load {
        self.shared.load.now()
    }

    /// Why nothing can be kept at the moment: the fault of the last commit. It is tried once more before it is said.
    pub async fn fault(&self) -> Option<StorageFault> {
        if self.shared.fault.borrow().is_some() {
            self.answers().await;
        }
        self.shared.fault.borrow().clone()
    }

    /// Takes no more work; what waits is still done, then the thread ends.
    pub fn stop(&self) {
        self.shared.stopping.store(true, Ordering::Release);
        // Wakes the writer if it waits; a full inbox needs no waking, and a closed one has stopped already.
        let _ = self.inbox.try_send(Box::new(|_| Box::new(drop)));
    }
}

fn open_branch(connection: &Connection, environment: &Environment, ids: &mut Ids) -> rusqlite::Result<()> {
    let now = environment.clock.now();
    let configuration = Configuration::default();
    let starts = configuration.settings.day_starts_at;
    let day = comanda_shared::time::business_day(now, &configuration.zone, starts);
    let mut head = read_head(connection)?;
    let transaction = connection.unchecked_transaction()?;
    let event = lineage::open(&transaction, LineageReason::New, &head, now, day, ids)?;
    let comanda_shared::event::Event::Branch(comanda_shared::branch::BranchEvent::Opened(opened)) = &event else {
        unreachable!("a new lineage begins with the opening of the branch");
    };
    let request = Request::once(environment, Actor::Branch);
    let branch = Branch::opened(opened);
    let configuration = Arc::new(configuration);
    let mut step = Step::begin(&transaction, environment, ids, &request, &head, branch, configuration);
    step.record(event)?;
    let finished = step.finish(&mut head)?;
    branch::store::save(&transaction, &finished.branch)?;
    transaction.commit()
}

struct Writer {
    connection: Connection,
    ids: Ids,
    known: Option<Known>,
    shared: Arc<Shared>,
    work: Inbox<Work>,
    ballast: Ballast,
    /// Whether there was no room, and the ballast is not laid again yet.
    is_tight: Cell<bool>,
    _hold: Hold,
}

impl Writer {
    fn run(mut self, database: &Path) {
        // Dropped before the connection, which is the last to be closed.
        let mut checkpoints = Checkpoints::follow(&self.connection, database, &self.shared.environment);
        while let Some(first) = self.work.first() {
            let ended = match self.begin() {
                Ok((known, unsaved)) => self.commit_together(known, unsaved, first),
                Err(fault) => {
                    self.remember(Some(&fault));
                    first(Err(fault.clone()))(Err(fault.clone()));
                    Err(fault)
                }
            };
            match ended {
                Err(StorageFault::DiskFull) => checkpoints.make_room(&self.connection),
                Ok(()) | Err(_) => {
                    checkpoints.if_due(&self.connection, self.is_tight(), self.shared.load.now());
                }
            }
            if self.shared.stopping.load(Ordering::Acquire) {
                self.work.close();
            }
        }
    }

    /// One transaction for the work at hand and whatever waits behind it.
    fn commit_together(&mut self, mut known: Known, unsaved: Unsaved, first: Work) -> Result<(), StorageFault> {
        let mut turn = Turn {
            connection: &self.connection,
            environment: &self.shared.environment,
            ids: &mut self.ids,
            known: &mut known,
            load: &self.shared.load,
            unsaved,
            fault: None,
        };
        let mut gathering = self.work.gathering();
        let mut completions = vec![first(Ok(&mut turn))];
        while turn.fault.is_none() {
            let Some(next) = self.work.next(&mut gathering, completions.len()) else { break };
            completions.push(next(Ok(&mut turn)));
        }
        turn.save();
        let fault = turn.fault.take();
        let (committed, took) = self.end(fault);
        if committed.is_ok() {
            self.publish(&known);
            self.known = Some(known);
        }
        self.work.committed(completions.len(), took);
        for completion in completions {
            completion(committed.clone());
        }
        committed
    }

    /// Begins a transaction, with what the writer knows: read again after a fault, and then written, so that the disk
    /// shows whether it takes something.
    fn begin(&mut self) -> Result<(Known, Unsaved), StorageFault> {
        let fault = |error: rusqlite::Error| {
            tracing::error!(%error, "the branch's file cannot be used");
            StorageFault::from(&error)
        };
        let begun = match self.known.take() {
            Some(known) => (known, Unsaved::default()),
            None => (Known::read(&self.connection).map_err(fault)?, Unsaved::branch()),
        };
        self.connection.prepare_cached("BEGIN IMMEDIATE").and_then(|mut begin| begin.execute([])).map_err(fault)?;
        Ok(begun)
    }

    fn remember(&self, fault: Option<&StorageFault>) {
        self.shared.fault.send_if_modified(|remembered| {
            let is_news = remembered.as_ref() != fault;
            if is_news {
                *remembered = fault.cloned();
            }
            is_news
        });
    }

    /// Ends the transaction, and says how long it took.
    fn end(&self, fault: Option<StorageFault>) -> (Result<(), StorageFault>, Duration) {
        let began = Instant::now();
        let commit = || self.connection.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([]));
        let ended = match fault {
            Some(fault) => Err(fault),
            None => commit().map(drop).map_err(|error| {
                tracing::error!(%error, "a commit failed: everybody in it was refused");
                StorageFault::from(&error)
            }),
        };
        if ended.is_err() && !self.connection.is_autocommit() {
            // A failure to roll back leaves the transaction to the next BEGIN, which then fails and is answered.
            let _ = self.connection.execute("ROLLBACK", []);
        }
        let took = began.elapsed();
        self.remember(ended.as_ref().err());
        match &ended {
            Ok(()) => {
                self.shared.load.count_commit(took);
                if self.ballast.give_up_if_nearly_full() {
                    self.is_tight.set(true);
                }
            }
            // Whoever was refused tries again, and finds room.
            Err(StorageFault::DiskFull) => {
                self.ballast.give_up();
                self.is_tight.set(true);
            }
            Err(StorageFault::ReadOnly | StorageFault::Damaged(_) | StorageFault::Failed(_)) => {}
        }
        (ended, took)
    }

    /// Whether room is short; asked of the disk only while it was.
    fn is_tight(&self) -> bool {
        if self.is_tight.get() && self.ballast.is_laid() {
            self.is_tight.set(false);
        }
        self.is_tight.get()
    }

    fn publish(&self, known: &Known) {
        self.shared.configuration.send_if_modified(|configuration| {
            let has_changed = !Arc::ptr_eq(configuration, &known.configuration);
            if has_changed {
                *configuration = Arc::clone(&known.configuration);
            }
            has_changed
        });
        self.shared.committed.send_replace(known.head.sequence);
    }
}
