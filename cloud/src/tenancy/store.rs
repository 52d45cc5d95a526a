//! Companies and branches in PostgreSQL.

use comanda_shared::ids::BranchId;

use crate::db::{CompanyId, Database, DbError, Transaction, for_company, new_id};

/// A company.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Company {
    /// The company.
    pub id: CompanyId,
    /// Its name in addresses.
    pub slug: String,
}

/// A branch of a company.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Branch {
    /// Whose.
    pub company: CompanyId,
    /// The branch.
    pub id: BranchId,
    /// What heads its consecutive numbers.
    pub code: String,
    /// What people call it.
    pub name: String,
}

/// Something that was named is not there.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("there is no {what} «{name}»")]
pub struct NotThere {
    /// What kind of thing.
    pub what: &'static str,
    /// How it was named.
    pub name: String,
}

/// Makes a company.
///
/// # Errors
/// When the slug is taken or PostgreSQL refuses.
pub async fn create_company(database: &Database, slug: &str, name: &str) -> Result<CompanyId, DbError> {
    const LIST: &str = "INSERT INTO company_directory (company_id, slug) VALUES ($1, $2)";
    const CREATE: &str = "INSERT INTO company (company_id, name) VALUES ($1, $2)";
    let company = CompanyId(new_id());
    let mut client = database.client().await?;
    let transaction = for_company(&mut client, company).await?;
    transaction.execute(LIST, &[&company.0, &slug]).await?;
    transaction.execute(CREATE, &[&company.0, &name]).await?;
    transaction.commit().await?;
    Ok(company)
}

/// Every company, by its slug.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn companies(database: &Database) -> Result<Vec<Company>, DbError> {
    const ALL: &str = "SELECT company_id, slug FROM company_directory ORDER BY slug LIMIT 100000";
    let rows = database.client().await?.query(ALL, &[]).await?;
    Ok(rows.iter().map(|row| Company { id: CompanyId(row.get(0)), slug: row.get(1) }).collect())
}

/// Makes a branch.
///
/// # Errors
/// When the code is taken or PostgreSQL refuses.
pub async fn create_branch(
    database: &Database,
    company: CompanyId,
    code: &str,
    name: &str,
) -> Result<BranchId, DbError> {
    const LIST: &str = "INSERT INTO branch_directory (branch_id, company_id) VALUES ($1, $2)";
    const CREATE: &str = "INSERT INTO branch (company_id, branch_id, code, name) VALUES ($1, $2, $3, $4)";
    const LINK: &str = "INSERT INTO link (company_id, branch_id) VALUES ($1, $2)";
    let branch = new_id();
    let mut client = database.client().await?;
    let transaction = for_company(&mut client, company).await?;
    transaction.execute(LIST, &[&branch, &company.0]).await?;
    transaction.execute(CREATE, &[&company.0, &branch, &code, &name]).await?;
    transaction.execute(LINK, &[&company.0, &branch]).await?;
    transaction.commit().await?;
    Ok(BranchId::from_uuid(branch))
}

/// The branches of the company the transaction speaks for.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn branches(transaction: &Transaction<'_>) -> Result<Vec<Branch>, DbError> {
    const ALL: &str = "SELECT company_id, branch_id, code, name FROM branch ORDER BY code LIMIT 100000";
    let branch = |row: &tokio_postgres::Row| Branch {
        company: CompanyId(row.get(0)),
        id: BranchId::from_uuid(row.get(1)),
        code: row.get(2),
        name: row.get(3),
    };
    Ok(transaction.query(ALL, &[]).await?.iter().map(branch).collect())
}

/// A branch by its company's slug and its own code: `esquina/CHA`.
///
/// # Errors
/// When there is none, or PostgreSQL refuses.
pub async fn branch_by_code(database: &Database, path: &str) -> anyhow::Result<Branch> {
    let missing = |what| NotThere { what, name: path.to_owned() };
    let (slug, code) = path.split_once('/').ok_or_else(|| missing("branch"))?;
    let company = companies(database).await?.into_iter().find(|company| company.slug == slug);
    let company = company.ok_or_else(|| missing("company"))?;
    let mut client = database.client().await?;
    let transaction = for_company(&mut client, company.id).await?;
    let found = branches(&transaction).await?.into_iter().find(|branch| branch.code == code);
    Ok(found.ok_or_else(|| missing("branch"))?)
}

/// Whose branch it is; none when nobody's.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn company_of_branch(database: &Database, branch: BranchId) -> Result<Option<CompanyId>, DbError> {
    const WHOSE: &str = "SELECT company_id FROM branch_directory WHERE branch_id = $1";
    let row = database.client().await?.query_opt(WHOSE, &[&branch.uuid()]).await?;
    Ok(row.map(|row| CompanyId(row.get(0))))
}
