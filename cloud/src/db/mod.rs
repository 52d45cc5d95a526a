//! PostgreSQL: the pool, the migrations, and the one way to speak for a company.
//!
//! Every table of companies has forced row-level security. A transaction sees and writes the rows of the company it was
//! begun for ([`for_company`]); any other sees none. The setting is local to the transaction, so that a pooled
//! connection never carries it to the next one.

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Config, NoTls};
use uuid::{Builder, Uuid};

mod transaction;

pub use transaction::{Transaction, begin, for_company};

mod migrations {
    refinery::embed_migrations!("migrations");
}

/// Connections at once.
const CONNECTIONS: usize = 16;

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The pool could not be made.
    #[error("could not make a pool of connections")]
    Pool(#[source] deadpool_postgres::BuildError),
    /// There is no connection.
    #[error("could not connect to PostgreSQL")]
    Connect(#[source] PoolError),
    /// The address is none.
    #[error("the address of the database cannot be read")]
    Address(#[source] tokio_postgres::Error),
    /// A statement failed.
    #[error("PostgreSQL refused")]
    Statement(#[from] tokio_postgres::Error),
    /// The schema could not be brought up to date.
    #[error("could not bring the database up to date")]
    Migrate(#[source] Box<refinery::Error>),
    /// The role of the program sees past row-level security.
    #[error("the role {role} sees past row-level security: the program must not work as it")]
    Omniscient {
        /// Which.
        role: String,
    },
}

/// Of the answers to statements that were said in a row, the refusal that says why: all after it only say that the transaction has
/// failed.
///
/// # Errors
/// When one of them is a refusal.
pub fn all<const N: usize>(answers: [Result<(), DbError>; N]) -> Result<(), DbError> {
    let mut refusals: Vec<DbError> = answers.into_iter().filter_map(Result::err).collect();
    let why = refusals.iter().position(|error| !error.is_of_a_failed_transaction()).unwrap_or_default();
    if refusals.is_empty() { Ok(()) } else { Err(refusals.swap_remove(why)) }
}

impl DbError {
    /// Whether it only says that something before it was refused.
    fn is_of_a_failed_transaction(&self) -> bool {
        matches!(self, Self::Statement(error) if error.code() == Some(&SqlState::IN_FAILED_SQL_TRANSACTION))
    }
}

/// The company a piece of work is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CompanyId(pub Uuid);

/// The database, as the program works with it.
#[derive(Clone)]
pub struct Database {
    pool: Pool,
}

impl Database {
    /// Connects as the program's own role.
    ///
    /// # Errors
    /// [`DbError`], also when that role could see past row-level security.
    pub async fn connect(address: &str) -> Result<Self, DbError> {
        const WHO: &str = "SELECT rolname::text, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user";
        let config: Config = address.parse().map_err(DbError::Address)?;
        let manager = Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
        let pool = Pool::builder(manager).max_size(CONNECTIONS).build().map_err(DbError::Pool)?;
        let database = Self { pool };
        let who = database.client().await?.query_one(WHO, &[]).await?;
        if who.get(1) {
            return Err(DbError::Omniscient { role: who.get(0) });
        }
        Ok(database)
    }

    /// A connection that speaks for nobody: the directories are all it sees.
    ///
    /// # Errors
    /// When there is none.
    pub async fn client(&self) -> Result<Object, DbError> {
        self.pool.get().await.map_err(DbError::Connect)
    }
}

/// A new id: a UUIDv7 of this moment.
pub fn new_id() -> Uuid {
    let now = u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default();
    Builder::from_unix_timestamp_millis(now, &chance()).into_uuid()
}

/// Chance good enough for secrets.
///
/// # Panics
/// When the machine has not started yet.
pub fn chance<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the kernel gives randomness once the machine has started");
    bytes
}

/// Brings the schema up to date, as the owner of the database.
///
/// # Errors
/// [`DbError`]; then nothing of the failed step is there.
pub async fn migrate(owner: &str) -> Result<Vec<String>, DbError> {
    let (mut client, connection) = tokio_postgres::connect(owner, NoTls).await?;
    let driver = tokio::spawn(connection);
    let report = migrations::migrations::runner().run_async(&mut client).await;
    drop(client);
    driver.abort();
    let report = report.map_err(|error| DbError::Migrate(Box::new(error)))?;
    Ok(report.applied_migrations().iter().map(ToString::to_string).collect())
}
