//! Codes and what they open.

use comanda_shared::ids::BranchId;
use jiff::{SignedDuration, Timestamp};
use uuid::{Builder, Uuid};

use super::authority::{Authority, Certified};
use crate::db::{CompanyId, Database, DbError, begin, chance, for_company};
use crate::tenancy::{Branch, company_of_branch};

/// How long a code can be used.
const CODE_MINUTES: i64 = 15;
/// Letters and digits that nobody confuses: 24 of them are 120 bits.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const LENGTH: usize = 24;

/// Why a box was not enrolled.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// The code or the box is unknown, was used or revoked, or is too old: which of these is nobody's business.
    #[error("the code is not valid: ask for a new one")]
    Invalid,
    /// The request cannot be certified.
    #[error("the certificate request cannot be used")]
    Request(#[source] anyhow::Error),
    /// The key of the company's PINs cannot be read.
    #[error("the key of PINs cannot be read")]
    Key(#[source] anyhow::Error),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<tokio_postgres::Error> for CodeError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Db(error.into())
    }
}

/// What a box is given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Enrolled {
    /// Whose branch it is.
    pub company: CompanyId,
    /// The branch it speaks for.
    pub branch: BranchId,
    /// Its own name, which it says with every hello.
    pub appliance: Uuid,
    /// Its certificate.
    pub certificate: String,
    /// Until when that is good.
    pub not_after: Timestamp,
    /// From when on it asks for the next.
    pub renew_at: Timestamp,
}

/// Makes a code for a branch: for its first box, or for one that takes its place.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn create_code(database: &Database, branch: &Branch) -> Result<String, DbError> {
    const CREATE: &str = "
        INSERT INTO enrolment_code (code_hash, company_id, branch_id, expires_at) VALUES ($1, $2, $3, $4)";
    let code: String = chance::<LENGTH>().iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    let until = Timestamp::now() + SignedDuration::from_mins(CODE_MINUTES);
    let client = database.client().await?;
    client.execute(CREATE, &[&hashed(&code), &branch.company.0, &branch.id.uuid(), &until]).await?;
    Ok(code)
}

fn hashed(code: &str) -> Vec<u8> {
    let letters: String = code.chars().filter(|letter| letter.is_ascii_alphanumeric()).collect();
    blake3::hash(letters.to_ascii_uppercase().as_bytes()).as_bytes().to_vec()
}

/// Uses a code: the box with this key speaks for the branch from now on, and no other.
///
/// # Errors
/// [`CodeError`]; then the code is as it was.
pub async fn enrol(
    database: &Database,
    authority: &Authority,
    code: &str,
    request: &str,
) -> Result<Enrolled, CodeError> {
    const USE: &str = "
        UPDATE enrolment_code SET used_at = now()
         WHERE code_hash = $1 AND used_at IS NULL AND expires_at > now()
        RETURNING company_id, branch_id";
    const RETIRE: &str = "
        UPDATE appliance SET revoked_at = now() WHERE company_id = $1 AND branch_id = $2 AND revoked_at IS NULL";
    const ADD: &str = "
        INSERT INTO appliance (company_id, appliance_id, branch_id, not_after, key_hash) VALUES ($1, $2, $3, $4, $5)";
    const LINK: &str = "
        UPDATE link SET appliance_id = $3, session = 0, refusal = NULL WHERE company_id = $1 AND branch_id = $2";
    let mut client = database.client().await?;
    let transaction = begin(&mut client).await?;
    let used = transaction.query_opt(USE, &[&hashed(code)]).await?.ok_or(CodeError::Invalid)?;
    let (company, branch): (Uuid, Uuid) = (used.get(0), used.get(1));
    transaction.execute("SELECT set_config('comanda.company', $1, true)", &[&company.to_string()]).await?;
    let appliance = Builder::from_random_bytes(chance()).into_uuid();
    let certified = authority.certify(request, &branch.to_string()).map_err(CodeError::Request)?;
    let Certified { certificate, not_after, renew_at, key_hash } = certified;
    transaction.execute(RETIRE, &[&company, &branch]).await?;
    transaction.execute(ADD, &[&company, &appliance, &branch, &not_after, &key_hash]).await?;
    transaction.execute(LINK, &[&company, &branch, &appliance]).await?;
    transaction.commit().await?;
    let branch = BranchId::from_uuid(branch);
    Ok(Enrolled { company: CompanyId(company), branch, appliance, certificate, not_after, renew_at })
}

/// A new certificate for a box that may still speak for its branch, for the key it was enrolled with; also for one whose
/// certificate ended while its season was closed, for half a year.
///
/// # Errors
/// [`CodeError`]; then nothing has changed.
pub async fn renew(
    database: &Database,
    authority: &Authority,
    branch: BranchId,
    appliance: Uuid,
    request: &str,
) -> Result<Enrolled, CodeError> {
    const RENEW: &str = "
        UPDATE appliance SET not_after = $4, key_hash = $5
         WHERE company_id = $1 AND branch_id = $2 AND appliance_id = $3 AND revoked_at IS NULL
           AND not_after > now() - interval '180 days'
           AND (key_hash IS NULL OR key_hash = $5)";
    let company = company_of_branch(database, branch).await?.ok_or(CodeError::Invalid)?;
    let mut client = database.client().await?;
    let transaction = for_company(&mut client, company).await?;
    let certified = authority.certify(request, &branch.to_string()).map_err(CodeError::Request)?;
    let Certified { certificate, not_after, renew_at, key_hash } = certified;
    let renewed = transaction.execute(RENEW, &[&company.0, &branch.uuid(), &appliance, &not_after, &key_hash]).await?;
    if renewed == 0 {
        return Err(CodeError::Invalid);
    }
    transaction.commit().await?;
    Ok(Enrolled { company, branch, appliance, certificate, not_after, renew_at })
}

/// No box speaks for the branch any more, until one is enrolled.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn revoke(database: &Database, company: CompanyId, branch: BranchId) -> Result<(), DbError> {
    const REVOKE: &str = "
        UPDATE appliance SET revoked_at = now() WHERE company_id = $1 AND branch_id = $2 AND revoked_at IS NULL";
    const UNLINK: &str = "
        UPDATE link SET appliance_id = NULL, session = 0 WHERE company_id = $1 AND branch_id = $2";
    let mut client = database.client().await?;
    let transaction = for_company(&mut client, company).await?;
    transaction.execute(REVOKE, &[&company.0, &branch.uuid()]).await?;
    transaction.execute(UNLINK, &[&company.0, &branch.uuid()]).await?;
    transaction.commit().await?;
    Ok(())
}
