//! How the branches are: seen last, behind by how much, why stuck; their disks and printers.

pub mod routes;

use jiff::Timestamp;
use serde::Serialize;

use crate::db::{CompanyId, Database, DbError, for_company};

/// A branch as the fleet sees it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Seen {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The branch.
    pub branch: String,
    /// Its epoch; 0 when it was never heard.
    pub epoch: i32,
    /// The last entry the cloud has.
    pub applied: i64,
    /// The chain with it, in hexadecimal.
    pub hash: String,
    /// Entries the branch had more when it was last heard.
    pub behind: i64,
    /// When it was last heard.
    pub heard_at: Option<String>,
    /// Its program's version.
    pub app: Option<String>,
    /// How far its clock was ahead of ours, milliseconds.
    pub clock_skew_ms: Option<i64>,
    /// Why it may not go on, when it may not.
    pub refusal: Option<String>,
    /// Entries set aside.
    pub dead_letters: i64,
    /// Bytes that may still be written to its disk, as last told.
    pub disk_free: Option<i64>,
    /// Its printers, as last told: `{"name", "condition"}`.
    pub printers: serde_json::Value,
    /// When it last told about both.
    pub told_at: Option<String>,
    /// Commands it has not answered.
    pub commands_waiting: i64,
}

/// The branches of a company, by code.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn of_company(database: &Database, company: CompanyId) -> Result<Vec<Seen>, DbError> {
    const SEEN: &str = "
        SELECT branch.code, branch.name, branch.branch_id::text, coalesce(life.epoch, 0), coalesce(life.applied, 0),
               coalesce(encode(life.hash, 'hex'), ''),
               greatest(link.head - coalesce(life.applied, 0), 0), link.heard_at, link.app, link.clock_skew_ms,
               link.refusal,
               (SELECT count(*) FROM dead_letter
                 WHERE dead_letter.company_id = branch.company_id AND dead_letter.branch_id = branch.branch_id),
               link.disk_free, link.printers, link.told_at,
               (SELECT count(*) FROM command
                 WHERE command.company_id = branch.company_id AND command.branch_id = branch.branch_id
                   AND command.sequence > link.commands_done)
          FROM branch
          JOIN link ON link.company_id = branch.company_id AND link.branch_id = branch.branch_id
          LEFT JOIN LATERAL (SELECT epoch, applied, hash FROM life
                              WHERE life.company_id = branch.company_id AND life.branch_id = branch.branch_id
                              ORDER BY epoch DESC LIMIT 1) AS life ON true
         ORDER BY branch.code
         LIMIT 100000";
    let mut client = database.client().await?;
    let transaction = for_company(&mut client, company).await?;
    let rows = transaction.query(SEEN, &[]).await?;
    let seen = |row: &tokio_postgres::Row| Seen {
        code: row.get(0),
        name: row.get(1),
        branch: row.get(2),
        epoch: row.get(3),
        applied: row.get(4),
        hash: row.get(5),
        behind: row.get(6),
        heard_at: row.get::<_, Option<Timestamp>>(7).map(|at| at.to_string()),
        app: row.get(8),
        clock_skew_ms: row.get(9),
        refusal: row.get(10),
        dead_letters: row.get(11),
        disk_free: row.get(12),
        printers: printers(row.get(13)),
        told_at: row.get::<_, Option<Timestamp>>(14).map(|at| at.to_string()),
        commands_waiting: row.get(15),
    };
    Ok(rows.iter().map(seen).collect())
}

fn printers(text: Option<&str>) -> serde_json::Value {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_else(|| serde_json::json!([]))
}
