//! Commands in PostgreSQL.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::db::{Database, DbError, Transaction, for_company};
use crate::ingest::calls;
use crate::ingest::store::Place;

/// A command as it was asked, and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Asked {
    /// Its place among the branch's commands.
    pub sequence: i64,
    /// The command.
    pub id: Uuid,
    /// What was asked.
    pub kind: String,
    /// The version of its shape.
    pub version: i16,
    /// What exactly.
    pub body: Value,
    /// When.
    pub asked_at: String,
    /// What became of it; none until the branch has said.
    pub outcome: Option<Value>,
}

/// Asks something of a branch. The same id asked again is the same command.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn ask(
    database: &Database,
    place: Place,
    id: Uuid,
    (kind, version): (&str, i16),
    body: &Value,
) -> Result<i64, DbError> {
    const KNOWN: &str = "
        SELECT sequence FROM command WHERE company_id = $1 AND branch_id = $2 AND command_id = $3 LIMIT 1";
    // A cloud set back to a backup must not give a number again that the branch has carried out.
    const NEXT: &str = "
        SELECT 1 + greatest(commands_done, coalesce((SELECT max(sequence) FROM command
                                                      WHERE company_id = $1 AND branch_id = $2), 0))
          FROM link
         WHERE company_id = $1 AND branch_id = $2
           FOR UPDATE OF link";
    const ADD: &str = "
        INSERT INTO command (company_id, branch_id, sequence, command_id, kind, version, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let (company, branch) = (place.company.0, place.branch.uuid());
    let mut client = database.client().await?;
    let transaction = for_company(&mut client, place.company).await?;
    let next: i64 = transaction.query_one(NEXT, &[&company, &branch]).await?.get(0);
    if let Some(row) = transaction.query_opt(KNOWN, &[&company, &branch, &id]).await? {
        return Ok(row.get(0));
    }
    let text = body.to_string();
    transaction.execute(ADD, &[&company, &branch, &next, &id, &kind, &version, &text]).await?;
    calls::call(&transaction, place.branch).await?;
    transaction.commit().await?;
    Ok(next)
}

/// The latest commands of a branch, the last one first.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn list(transaction: &Transaction<'_>, place: Place) -> Result<Vec<Asked>, DbError> {
    const LATEST: &str = "
        SELECT sequence, command_id, kind, version, body, asked_at, outcome
          FROM command
         WHERE company_id = $1 AND branch_id = $2
         ORDER BY sequence DESC
         LIMIT 100";
    let rows = transaction.query(LATEST, &[&place.company.0, &place.branch.uuid()]).await?;
    let asked = |row: &tokio_postgres::Row| Asked {
        sequence: row.get(0),
        id: row.get(1),
        kind: row.get(2),
        version: row.get(3),
        body: serde_json::from_str(row.get(4)).unwrap_or_default(),
        asked_at: row.get::<_, Timestamp>(5).to_string(),
        outcome: row.get::<_, Option<&str>>(6).and_then(|text| serde_json::from_str(text).ok()),
    };
    Ok(rows.iter().map(asked).collect())
}
