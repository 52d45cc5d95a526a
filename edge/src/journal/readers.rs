//! Read-only connections: a few, each question with a deadline, nothing blocking on the async runtime.

use std::any::Any;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};
use tokio::sync::Semaphore;

use super::database::{OpenError, open_reader};
use crate::environment::Environment;

/// A question that takes longer is broken off.
const DEADLINE: Duration = Duration::from_secs(2);
/// Connections at once.
const AT_ONCE: usize = 4;
/// SQLite's virtual machine looks at the deadline every so many instructions.
const INSTRUCTIONS: i32 = 10_000;
/// And so many where each may be the reading of a page.
const FEW_INSTRUCTIONS: i32 = 16;

/// Why a question had no answer.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It took too long.
    #[error("the question took longer than {} s", DEADLINE.as_secs())]
    TooSlow,
    /// SQLite failed.
    #[error("could not read the branch's file")]
    Read(#[source] rusqlite::Error),
    /// The question panicked.
    #[error("an internal error")]
    Panicked,
}

impl ReadError {
    fn of(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) => Self::TooSlow,
            _ => Self::Read(error),
        }
    }
}

/// The answer to a question that may look at every page of the file; none when it takes longer than this. It must not be a
/// plain `count(*)`, which SQLite counts in one instruction and never breaks off: `sum(1)` is the same.
///
/// # Errors
/// When SQLite cannot read.
pub fn within<T>(
    connection: &Connection,
    patience: Duration,
    question: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<Option<T>> {
    let until = Instant::now() + patience;
    connection.progress_handler(FEW_INSTRUCTIONS, Some(move || Instant::now() > until))?;
    let answer = question(connection);
    connection.progress_handler(0, None::<fn() -> bool>)?;
    match answer {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => Ok(None),
        answer => answer.map(Some),
    }
}

type Answer = Box<dyn Any + Send>;
type Question = Box<dyn FnOnce(&Connection) -> rusqlite::Result<Answer> + Send>;

/// The read-only connections of a branch's file.
#[derive(Clone)]
pub struct Readers {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    environment: Environment,
    idle: Mutex<Vec<Connection>>,
    permits: Semaphore,
}

impl Readers {
    /// Connections to this file, opened when first needed.
    pub fn new(path: PathBuf, environment: Environment) -> Self {
        let (idle, permits) = (Mutex::new(Vec::new()), Semaphore::new(AT_ONCE));
        Self { shared: Arc::new(Shared { path, environment, idle, permits }) }
    }

    /// Asks from the async runtime.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ReadError> {
        let question: Question = Box::new(move |connection| Ok(Box::new(question(connection)?)));
        self.read_boxed(question).await?.downcast::<T>().map(|answer| *answer).map_err(|_| ReadError::Panicked)
    }

    /// One kind of task for all questions: each kind would be two kilobytes of the program.
    async fn read_boxed(&self, question: Question) -> Result<Answer, ReadError> {
        let _permit = self.shared.permits.acquire().await.map_err(|_| ReadError::Panicked)?;
        let readers = self.clone();
        let answer = tokio::task::spawn_blocking(move || readers.read_blocking(question)).await;
        answer.unwrap_or(Err(ReadError::Panicked))
    }

    /// Asks from a thread that may wait.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn read_blocking<T>(&self, question: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, ReadError> {
        let connection = self.armed()?;
        let answer = question(&connection).map_err(ReadError::of)?;
        self.idle().push(connection);
        Ok(answer)
    }

    /// A connection whose deadline runs from now on.
    fn armed(&self) -> Result<Connection, ReadError> {
        let connection = self.take()?;
        let until = Instant::now() + DEADLINE;
        let armed = connection.progress_handler(INSTRUCTIONS, Some(move || Instant::now() > until));
        armed.map_err(ReadError::of)?;
        Ok(connection)
    }

    fn take(&self) -> Result<Connection, OpenError> {
        if let Some(connection) = self.idle().pop() {
            return Ok(connection);
        }
        open_reader(&self.shared.path, &self.shared.environment)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes what is idle, so that the writer is the last to leave and tidies the file.
    pub fn close_idle(&self) {
        self.idle().clear();
    }
}
