//! A transaction whose statements are parsed once a connection.

use deadpool_postgres::Object;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row};

use super::{CompanyId, DbError};

/// A statement's parameters.
type Parameters<'p> = [&'p (dyn ToSql + Sync)];

/// A transaction of a pooled connection. A statement that the connection has run before is not parsed and described
/// again: that is one word to PostgreSQL and back instead of two.
pub struct Transaction<'c>(deadpool_postgres::Transaction<'c>);

impl Transaction<'_> {
    /// Has PostgreSQL read a statement, unless it has: running it is one word from then on, said as soon as it is asked for.
    ///
    /// # Errors
    /// When PostgreSQL refuses.
    pub async fn prepare(&self, statement: &str) -> Result<(), Error> {
        self.0.prepare_cached(statement).await.map(drop)
    }

    /// Runs a statement, and says how many rows it was about.
    ///
    /// # Errors
    /// When PostgreSQL refuses.
    pub async fn execute(&self, statement: &str, parameters: &Parameters<'_>) -> Result<u64, Error> {
        let statement = self.0.prepare_cached(statement).await?;
        self.0.execute(&statement, parameters).await
    }

    /// Runs a statement, and reads its rows.
    ///
    /// # Errors
    /// When PostgreSQL refuses.
    pub async fn query(&self, statement: &str, parameters: &Parameters<'_>) -> Result<Vec<Row>, Error> {
        let statement = self.0.prepare_cached(statement).await?;
        self.0.query(&statement, parameters).await
    }

    /// Runs a statement that has one row.
    ///
    /// # Errors
    /// When PostgreSQL refuses, or the rows are not one.
    pub async fn query_one(&self, statement: &str, parameters: &Parameters<'_>) -> Result<Row, Error> {
        let statement = self.0.prepare_cached(statement).await?;
        self.0.query_one(&statement, parameters).await
    }

    /// Runs a statement that has one row or none.
    ///
    /// # Errors
    /// When PostgreSQL refuses, or the rows are more.
    pub async fn query_opt(&self, statement: &str, parameters: &Parameters<'_>) -> Result<Option<Row>, Error> {
        let statement = self.0.prepare_cached(statement).await?;
        self.0.query_opt(&statement, parameters).await
    }

    /// A part that can be rolled back alone.
    ///
    /// # Errors
    /// When PostgreSQL refuses.
    pub async fn transaction(&mut self) -> Result<Transaction<'_>, Error> {
        self.0.transaction().await.map(Transaction)
    }

    /// Makes it so.
    ///
    /// # Errors
    /// When PostgreSQL refuses; then it is not so.
    pub async fn commit(self) -> Result<(), Error> {
        self.0.commit().await
    }

    /// Makes it as if nothing had been said since its beginning.
    ///
    /// # Errors
    /// When PostgreSQL cannot be spoken to.
    pub async fn rollback(self) -> Result<(), Error> {
        self.0.rollback().await
    }
}

/// Begins a transaction that speaks for a company.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn for_company(client: &mut Object, company: CompanyId) -> Result<Transaction<'_>, DbError> {
    let transaction = begin(client).await?;
    transaction.execute("SELECT set_config('comanda.company', $1, true)", &[&company.0.to_string()]).await?;
    Ok(transaction)
}

/// Begins a transaction that speaks for nobody: the directories are all it sees.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn begin(client: &mut Object) -> Result<Transaction<'_>, DbError> {
    Ok(Transaction(client.transaction().await?))
}
