//! Tokens in PostgreSQL.

use super::Caller;
use crate::db::{CompanyId, Database, DbError, chance};

/// Makes a token of a company, and shows it this once.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn create_token(database: &Database, company: CompanyId, name: &str) -> Result<String, DbError> {
    const CREATE: &str = "INSERT INTO access_token (token_hash, company_id, name) VALUES ($1, $2, $3)";
    let token = format!("cmc_{}", hex::encode(chance::<24>()));
    database.client().await?.execute(CREATE, &[&hashed(&token), &company.0, &name]).await?;
    Ok(token)
}

/// Ends the tokens of a company that have this name, and says how many there were.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn revoke_token(database: &Database, company: CompanyId, name: &str) -> Result<u64, DbError> {
    const REVOKE: &str = "
        UPDATE access_token SET revoked_at = now() WHERE company_id = $1 AND name = $2 AND revoked_at IS NULL";
    Ok(database.client().await?.execute(REVOKE, &[&company.0, &name]).await?)
}

/// Whose token it is; none when nobody's.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn find(database: &Database, token: &str) -> Result<Option<Caller>, DbError> {
    const FIND: &str = "SELECT company_id, name FROM access_token WHERE token_hash = $1 AND revoked_at IS NULL";
    let row = database.client().await?.query_opt(FIND, &[&hashed(token)]).await?;
    Ok(row.map(|row| Caller { company: CompanyId(row.get(0)), name: row.get(1) }))
}

fn hashed(token: &str) -> Vec<u8> {
    blake3::hash(token.as_bytes()).as_bytes().to_vec()
}
