//! Versions, documents, and what branches say they use, in PostgreSQL.

use comanda_shared::branch::DirectiveKind;
use comanda_shared::protocol::directive::{DirectiveReport, Pointer};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::db::{CompanyId, DbError, Transaction};
use crate::ingest::store::Place;

/// A version as it is laid down.
pub struct Laid<'l> {
    /// What it is about.
    pub kind: DirectiveKind,
    /// The branch it is for; all of them when absent.
    pub branch: Option<Uuid>,
    /// Who.
    pub by: &'l str,
    /// The document.
    pub body: &'l str,
}

/// The name of a document: SHA-256 of its body, in hexadecimal.
pub fn name_of(body: &[u8]) -> String {
    hex::encode(Sha256::digest(body))
}

/// One publication of a kind at a time in a company, until the transaction ends: versions follow each other, and so do
/// the ids in them.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn lock_versions(transaction: &Transaction<'_>, kind: DirectiveKind) -> Result<(), DbError> {
    const LOCK: &str = "
        SELECT pg_advisory_xact_lock(hashtextextended(current_setting('comanda.company') || $1, 0))";
    transaction.query_one(LOCK, &[&kind.as_str()]).await?;
    Ok(())
}

/// The document whose ids a new version continues: the newest addressed to that branch or to all; before the first, the
/// one in use at that branch, or at the first branch that uses one.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn body_before(
    transaction: &Transaction<'_>,
    kind: DirectiveKind,
    branch: Option<Uuid>,
) -> Result<Option<String>, DbError> {
    const LATEST: &str = "
        SELECT document.body
          FROM directive
          JOIN document ON document.company_id = directive.company_id AND document.sha256 = directive.sha256
         WHERE directive.kind = $1 AND (directive.branch_id IS NULL OR $2::uuid IS NULL OR directive.branch_id = $2)
         ORDER BY directive.version DESC
         LIMIT 1";
    const IN_USE: &str = "
        SELECT document.body
          FROM directive_state
          JOIN document ON document.company_id = directive_state.company_id
                       AND document.sha256 = directive_state.sha256
          JOIN branch ON branch.company_id = directive_state.company_id
                     AND branch.branch_id = directive_state.branch_id
         WHERE directive_state.kind = $1
         ORDER BY directive_state.branch_id = $2 DESC NULLS LAST, branch.code
         LIMIT 1";
    for question in [LATEST, IN_USE] {
        if let Some(row) = transaction.query_opt(question, &[&kind.as_str(), &branch]).await? {
            return Ok(Some(row.get(0)));
        }
    }
    Ok(None)
}

/// Lays a version down, and says which it is: after all before it, and after all that branches say they were told.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn lay_down(
    transaction: &Transaction<'_>,
    company: CompanyId,
    laid: &Laid<'_>,
) -> Result<(i64, String), DbError> {
    // A cloud set back to a backup must not give a number again that branches know.
    const NEXT: &str = "
        SELECT 1 + greatest(coalesce((SELECT max(version) FROM directive WHERE kind = $1), 0),
                            coalesce((SELECT max(greatest(version, not_taken_version)) FROM directive_state
                                       WHERE kind = $1), 0))";
    const ADD: &str = "
        INSERT INTO directive (company_id, kind, version, branch_id, sha256, published_by)
        VALUES ($1, $2, $3, $4, $5, $6)";
    let sha256 = name_of(laid.body.as_bytes());
    keep_document(transaction, company, &sha256, laid.body).await?;
    let kind = laid.kind.as_str();
    let version: i64 = transaction.query_one(NEXT, &[&kind]).await?.get(0);
    transaction.execute(ADD, &[&company.0, &kind, &version, &laid.branch, &sha256, &laid.by]).await?;
    Ok((version, sha256))
}

/// Keeps a document.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn keep_document(
    transaction: &Transaction<'_>,
    company: CompanyId,
    sha256: &str,
    body: &str,
) -> Result<(), DbError> {
    const KEEP: &str = "
        INSERT INTO document (company_id, sha256, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    transaction.execute(KEEP, &[&company.0, &sha256, &body]).await?;
    Ok(())
}

/// A document that is laid down for a branch, or is or was in use there.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn document_for(
    transaction: &Transaction<'_>,
    place: Place,
    sha256: &str,
) -> Result<Option<String>, DbError> {
    const FIND: &str = "
        SELECT body FROM document
         WHERE company_id = $1 AND sha256 = $3
           AND (EXISTS (SELECT FROM directive
                         WHERE directive.company_id = $1 AND directive.sha256 = $3
                           AND (directive.branch_id IS NULL OR directive.branch_id = $2))
                OR EXISTS (SELECT FROM directive_state AS used
                            WHERE used.company_id = $1 AND used.branch_id = $2 AND used.sha256 = $3)
                OR EXISTS (SELECT FROM entry AS applied
                            WHERE applied.company_id = $1 AND applied.branch_id = $2
                              AND applied.kind = 'branch.directive_applied'
                              AND position(convert_to($3, 'UTF8') IN applied.body) > 0))";
    let row = transaction.query_opt(FIND, &[&place.company.0, &place.branch.uuid(), &sha256]).await?;
    Ok(row.map(|row| row.get(0)))
}

/// Whether a branch says that it uses this document, or used it once.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn is_in_use(transaction: &Transaction<'_>, place: Place, sha256: &str) -> Result<bool, DbError> {
    const USED: &str = "
        SELECT EXISTS (SELECT FROM directive_state WHERE company_id = $1 AND branch_id = $2 AND sha256 = $3)
            OR EXISTS (SELECT FROM entry
                        WHERE company_id = $1 AND branch_id = $2 AND kind = 'branch.directive_applied'
                          AND position(convert_to($3, 'UTF8') IN body) > 0)";
    Ok(transaction.query_one(USED, &[&place.company.0, &place.branch.uuid(), &sha256]).await?.get(0))
}

/// Keeps what a branch says it uses.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn keep_reports(
    transaction: &Transaction<'_>,
    place: Place,
    reports: &[DirectiveReport],
) -> Result<(), DbError> {
    const KEEP: &str = "
        INSERT INTO directive_state (company_id, branch_id, kind, version, sha256, not_taken_version, not_taken_detail,
                                     not_taken_final, told_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now())
        ON CONFLICT (company_id, branch_id, kind) DO UPDATE
           SET version = excluded.version, sha256 = excluded.sha256, not_taken_version = excluded.not_taken_version,
               not_taken_detail = excluded.not_taken_detail, not_taken_final = excluded.not_taken_final,
               told_at = excluded.told_at";
    let (company, branch) = (place.company.0, place.branch.uuid());
    for report in reports {
        let kind = tidy(&report.kind, 64);
        let sha256 = report.sha256.as_deref().map(|sha256| tidy(sha256, 64));
        let not_taken = report.not_taken.as_ref();
        let version = not_taken.map(|not_taken| not_taken.version.cast_signed());
        let detail = not_taken.map(|not_taken| tidy(&not_taken.detail, 1_000));
        let is_final = not_taken.map(|not_taken| not_taken.is_final);
        let used = report.version.cast_signed();
        transaction.execute(KEEP, &[&company, &branch, &kind, &used, &sha256, &version, &detail, &is_final]).await?;
    }
    Ok(())
}

/// PostgreSQL's text has no NUL, and nobody needs a novel.
fn tidy(text: &str, most: usize) -> String {
    text.chars().filter(|letter| *letter != '\0').take(most).collect()
}

/// The newest versions addressed to a branch that it does not say it uses, nor that it cannot.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn due(transaction: &Transaction<'_>, place: Place) -> Result<Vec<Pointer>, DbError> {
    const DUE: &str = "
        SELECT latest.kind, latest.version, latest.sha256, octet_length(document.body)
          FROM (SELECT DISTINCT ON (kind) kind, version, sha256
                  FROM directive
                 WHERE company_id = $1 AND (branch_id IS NULL OR branch_id = $2)
                 ORDER BY kind, version DESC) AS latest
          JOIN document ON document.company_id = $1 AND document.sha256 = latest.sha256
          LEFT JOIN directive_state AS used
                 ON used.company_id = $1 AND used.branch_id = $2 AND used.kind = latest.kind
         WHERE (used.version IS NULL OR used.version < latest.version
                OR (used.version = latest.version AND used.sha256 IS DISTINCT FROM latest.sha256))
           AND NOT coalesce(used.not_taken_final AND used.not_taken_version = latest.version, false)
         ORDER BY latest.kind
         LIMIT 100";
    let rows = transaction.query(DUE, &[&place.company.0, &place.branch.uuid()]).await?;
    let pointer = |row: &tokio_postgres::Row| Pointer {
        kind: row.get(0),
        version: row.get::<_, i64>(1).cast_unsigned(),
        sha256: row.get(2),
        bytes: u64::try_from(row.get::<_, i32>(3)).unwrap_or_default(),
    };
    Ok(rows.iter().map(pointer).collect())
}

/// Documents a branch uses that are not here; and templates it used once, by which tickets of then are printed again.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn wanted(transaction: &Transaction<'_>, place: Place) -> Result<Vec<String>, DbError> {
    const WANTED: &str = "
        WITH used AS (
            SELECT sha256 FROM directive_state
             WHERE company_id = $1 AND branch_id = $2 AND sha256 IS NOT NULL
            UNION
            SELECT substring(encode(body, 'escape') FROM '\"sha256\":\"([0-9a-f]{64})\"') FROM entry
             WHERE company_id = $1 AND branch_id = $2 AND kind = 'branch.directive_applied'
               AND position('\"kind\":\"papers\"'::bytea IN body) > 0
        )
        SELECT sha256 FROM used
         WHERE sha256 IS NOT NULL
           AND NOT EXISTS (SELECT FROM document WHERE document.company_id = $1 AND document.sha256 = used.sha256)
         ORDER BY sha256
         LIMIT 100";
    let rows = transaction.query(WANTED, &[&place.company.0, &place.branch.uuid()]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// What a branch uses of a kind, and what is laid down for it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Standing {
    /// The branch's code.
    pub branch: String,
    /// Of which kind.
    pub kind: String,
    /// The newest version addressed to it; none when nothing is.
    pub latest: Option<i64>,
    /// The version it uses; 0 when it laid it down itself.
    pub in_use: i64,
    /// The document it uses.
    pub sha256: Option<String>,
    /// A later version that it does not use.
    pub not_taken: Option<i64>,
    /// Why.
    pub detail: Option<String>,
    /// When it last said so.
    pub told_at: Option<String>,
}

/// How every branch of the transaction's company stands with every kind, by code and kind.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn standings(transaction: &Transaction<'_>) -> Result<Vec<Standing>, DbError> {
    const ALL: &str = "
        SELECT branch.code, kinds.kind,
               (SELECT max(version) FROM directive
                 WHERE directive.kind = kinds.kind
                   AND (directive.branch_id IS NULL OR directive.branch_id = branch.branch_id)),
               coalesce(used.version, 0), used.sha256, used.not_taken_version, used.not_taken_detail, used.told_at
          FROM branch
         CROSS JOIN unnest($1::text[]) AS kinds (kind)
          LEFT JOIN directive_state AS used
                 ON used.company_id = branch.company_id AND used.branch_id = branch.branch_id
                AND used.kind = kinds.kind
         ORDER BY branch.code, kinds.kind
         LIMIT 100000";
    let kinds = DirectiveKind::ALL.map(DirectiveKind::as_str);
    let rows = transaction.query(ALL, &[&kinds.as_slice()]).await?;
    let standing = |row: &tokio_postgres::Row| Standing {
        branch: row.get(0),
        kind: row.get(1),
        latest: row.get(2),
        in_use: row.get(3),
        sha256: row.get(4),
        not_taken: row.get(5),
        detail: row.get(6),
        told_at: row.get::<_, Option<Timestamp>>(7).map(|at| at.to_string()),
    };
    Ok(rows.iter().map(standing).collect())
}
