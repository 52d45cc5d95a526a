//! One transaction of the writer: the steps in it, and what becomes of each.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use comanda_shared::branch::Branch;
use rusqlite::{Connection, ErrorCode};
use uuid::Uuid;

use super::Configuration;
use super::entry::{Head, read_head};
use super::request::{CommandError, Outcome, Request, StorageFault};
use super::step::{Failure, Finished, Step};
use crate::branch;
use crate::environment::{Environment, Ids};
use crate::orders::projection::Sales;

/// No step should hold the writer longer, in microseconds.
const STEP_LIMIT_US: u64 = 5_000;

/// How busy the writer has been since the start.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Load {
    /// Steps run.
    pub steps: u64,
    /// Commits made.
    pub commits: u64,
    /// How long they took together, in microseconds: nearly all of it is the disk's.
    pub commits_us: u64,
    /// The longest a step held the writer, in microseconds.
    pub longest_step_us: u64,
    /// Steps that held it longer than five milliseconds.
    pub long_steps: u64,
}

#[derive(Default)]
pub(super) struct LoadCounters {
    steps: AtomicU64,
    commits: AtomicU64,
    commits_us: AtomicU64,
    longest_step_us: AtomicU64,
    long_steps: AtomicU64,
}

impl LoadCounters {
    /// The counts so far.
    pub fn now(&self) -> Load {
        Load {
            steps: self.steps.load(Ordering::Relaxed),
            commits: self.commits.load(Ordering::Relaxed),
            commits_us: self.commits_us.load(Ordering::Relaxed),
            longest_step_us: self.longest_step_us.load(Ordering::Relaxed),
            long_steps: self.long_steps.load(Ordering::Relaxed),
        }
    }

    /// One more commit, which took so long.
    pub fn count_commit(&self, took: Duration) {
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.commits_us.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// What the writer knows between commits, read from the file and never trusted after a fault.
pub(super) struct Known {
    pub head: Head,
    pub branch: Branch,
    pub configuration: Arc<Configuration>,
}

impl Known {
    pub fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let branch = branch::store::load(connection)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        let configuration = Arc::new(Configuration::load(connection, &branch)?);
        Ok(Self { head: read_head(connection)?, branch, configuration })
    }
}

/// How a step works. One that writes to tables itself has a savepoint; one that only records events writes nothing before
/// it finishes, and saves what a savepoint costs: a copy of every page it touches.
#[derive(Clone, Copy)]
pub(super) struct Manner {
    opens_day: bool,
    writes_directly: bool,
}

impl Manner {
    pub const LOOKS: Self = Self { opens_day: false, writes_directly: false };
    pub const RECORDS: Self = Self { opens_day: true, writes_directly: false };
    pub const WRITES: Self = Self { opens_day: false, writes_directly: true };
    pub const RECORDS_AND_WRITES: Self = Self { opens_day: true, writes_directly: true };
}

/// One transaction of the writer.
pub(super) struct Turn<'w> {
    pub connection: &'w Connection,
    pub environment: &'w Environment,
    pub ids: &'w mut Ids,
    pub known: &'w mut Known,
    pub load: &'w LoadCounters,
    pub unsaved: Unsaved,
    pub fault: Option<StorageFault>,
}

/// What the steps of a transaction have changed together, written once at its end.
#[derive(Default)]
pub(super) struct Unsaved {
    branch: bool,
    sales: Sales,
}

impl Unsaved {
    /// The branch.
    pub fn branch() -> Self {
        Self { branch: true, ..Self::default() }
    }
}

/// A step's work, whose answer or refusal is kept by whoever asked.
type Work<'w> = Box<dyn FnOnce(&mut Step<'_>) -> Result<(), Failure<()>> + 'w>;

/// Why a step has no effect.
enum Undone {
    /// Its work refuses.
    Refused,
    /// The file cannot be written.
    Fault(StorageFault),
    /// Its work panicked.
    Panicked,
}

impl From<StorageFault> for Undone {
    fn from(fault: StorageFault) -> Self {
        Self::Fault(fault)
    }
}

impl Turn<'_> {
    /// Writes what is written once for all steps.
    pub fn save(&mut self) {
        let mut unsaved = std::mem::take(&mut self.unsaved);
        let branch = unsaved.branch.then(|| self.known.branch.clone());
        // A fault is remembered in the turn, which then is not committed.
        let _ = self.guarded(|connection| {
            branch.map_or(Ok(()), |branch| branch::store::save(connection, &branch))?;
            unsaved.sales.write(connection)
        });
    }

    pub fn run_command<T, E>(
        &mut self,
        request: &Request,
        work: impl FnOnce(&mut Step<'_>) -> Result<T, Failure<E>>,
        again: impl FnOnce(&mut Step<'_>, Uuid) -> Result<T, Failure<E>>,
    ) -> Result<Outcome<T>, CommandError<E>> {
        let before = match &request.digest {
            None => None,
            Some(_) => self.guarded(|connection| branch::store::command(connection, request.command))?,
        };
        match before {
            None => self.run_step(request, Manner::RECORDS, work).map(Outcome::Done),
            Some(mark) if Some(&mark.digest) == request.digest.as_ref() => {
                self.run_step(request, Manner::LOOKS, |step| again(step, mark.subject)).map(Outcome::Repeated)
            }
            Some(_) => Err(CommandError::KeyReused),
        }
    }

    pub fn run_step<T, E>(
        &mut self,
        request: &Request,
        manner: Manner,
        work: impl FnOnce(&mut Step<'_>) -> Result<T, Failure<E>>,
    ) -> Result<T, CommandError<E>> {
        let mut said = None;
        let heard = &mut said;
        let work: Work<'_> = Box::new(move |step| match work(step) {
            Ok(answer) => {
                *heard = Some(Ok(answer));
                Ok(())
            }
            Err(Failure::Refused(refusal)) => {
                *heard = Some(Err(CommandError::Refused(refusal)));
                Err(Failure::Refused(()))
            }
            Err(Failure::Storage(error)) => Err(Failure::Storage(error)),
        });
        match (self.try_step(request, manner, work), said) {
            (Ok(()) | Err(Undone::Refused), Some(said)) => said,
            (Err(Undone::Fault(fault)), _) => Err(fault.into()),
            (Ok(()) | Err(Undone::Refused | Undone::Panicked), _) => Err(CommandError::Panicked),
        }
    }

    /// The step, whatever its work is: in the program once, not once for each kind of command.
    fn try_step(&mut self, request: &Request, manner: Manner, work: Work<'_>) -> Result<(), Undone> {
        let began = Instant::now();
        if manner.writes_directly {
            self.guarded(|connection| connection.prepare_cached("SAVEPOINT step")?.execute([]))?;
        } else if let Some(fault) = &self.fault {
            return Err(fault.clone().into());
        }
        let changes = self.connection.total_changes();
        let mut head = self.known.head;
        let attempt = catch_unwind(AssertUnwindSafe(|| {
            let (branch, configuration) = (self.known.branch.clone(), Arc::clone(&self.known.configuration));
            let mut step =
                Step::begin(self.connection, self.environment, self.ids, request, &head, branch, configuration);
            if manner.opens_day {
                step.open_day_if_due()?;
            }
            work(&mut step)?;
            Ok::<_, Failure<()>>(step.finish(&mut head)?)
        }));
        let result = match attempt {
            Ok(Ok(finished)) => self.keep(manner, head, finished).map_err(Undone::from),
            Ok(Err(Failure::Refused(()))) => self.undo(manner, changes, Undone::Refused),
            Ok(Err(Failure::Storage(error))) => {
                tracing::warn!(%error, command = %request.command, "a step failed in the database");
                let fault = StorageFault::from(&error);
                if self.connection.is_autocommit() || spoils_the_group(&error) {
                    self.fault = Some(fault.clone());
                    Err(fault.into())
                } else {
                    self.undo(manner, changes, fault.into())
                }
            }
            Err(_) => {
                tracing::error!(command = %request.command, "a step panicked");
                self.undo(manner, changes, Undone::Panicked)
            }
        };
        self.measure(began, request);
        result
    }

    fn keep(&mut self, manner: Manner, head: Head, finished: Finished) -> Result<(), StorageFault> {
        if manner.writes_directly {
            self.guarded(|connection| connection.prepare_cached("RELEASE step")?.execute([]))?;
        }
        self.unsaved.branch |= finished.branch != self.known.branch;
        self.unsaved.sales.join(finished.sales);
        *self.known = Known { head, branch: finished.branch, configuration: finished.configuration };
        Ok(())
    }

    /// Nothing of the step stays; what the writer knows was not touched by it. A step without a savepoint has written
    /// nothing before it finishes; one that had written fails everybody it shares the commit with.
    fn undo(&mut self, manner: Manner, changes: u64, undone: Undone) -> Result<(), Undone> {
        if manner.writes_directly {
            self.guarded(|connection| {
                connection.prepare_cached("ROLLBACK TO step")?.execute([])?;
                connection.prepare_cached("RELEASE step")?.execute([])
            })?;
        } else if self.connection.total_changes() != changes {
            self.fault = Some(StorageFault::Failed("a step failed while it was being written".to_owned()));
        }
        Err(undone)
    }

    /// Something between steps: a failure here is the whole transaction's.
    fn guarded<T>(&mut self, run: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StorageFault> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        run(self.connection).map_err(|error| {
            let fault = StorageFault::from(&error);
            self.fault = Some(fault.clone());
            fault
        })
    }

    fn measure(&self, began: Instant, request: &Request) {
        let held = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.load.steps.fetch_add(1, Ordering::Relaxed);
        self.load.longest_step_us.fetch_max(held, Ordering::Relaxed);
        if held > STEP_LIMIT_US {
            self.load.long_steps.fetch_add(1, Ordering::Relaxed);
            tracing::warn!(held_us = held, command = %request.command, "a step held the writer longer than five milliseconds");
        }
    }
}

/// Errors after which SQLite may have ended the transaction, or its pages cannot be trusted.
fn spoils_the_group(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::ReadOnly
                | ErrorCode::OutOfMemory
                | ErrorCode::CannotOpen
        )
    )
}
