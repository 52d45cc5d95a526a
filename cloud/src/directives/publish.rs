//! Making a version: a file is read with all that is wrong with it, becomes a document, and the branches are called.

use comanda_shared::branch::{DirectiveKind, Settings, SettingsError};
use comanda_shared::catalog::Catalog;
use comanda_shared::catalog::import::{self, BadRow};
use comanda_shared::ids::NewIds;
use comanda_shared::staff::{RolesError, RosterError};
use uuid::Uuid;

use super::store::{self, Laid};
use crate::db::{CompanyId, Database, DbError, Transaction, for_company, new_id};
use crate::ingest::calls;
use crate::tenancy::{self, Branch};

/// For whom a version is.
#[derive(Clone, Debug)]
pub enum Scope {
    /// Every branch of the company.
    Company(CompanyId),
    /// One branch.
    Branch(Branch),
}

impl Scope {
    /// Whose.
    pub const fn company(&self) -> CompanyId {
        match self {
            Self::Company(company) => *company,
            Self::Branch(branch) => branch.company,
        }
    }

    /// Which branch, when it is one.
    pub fn branch(&self) -> Option<Uuid> {
        match self {
            Self::Company(_) => None,
            Self::Branch(branch) => Some(branch.id.uuid()),
        }
    }
}

/// What was published.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Published {
    /// Of which kind.
    pub kind: &'static str,
    /// The company's number for it.
    pub version: i64,
    /// The document.
    pub sha256: String,
}

/// Why nothing was published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The file has mistakes.
    #[error("{} rows of the catalog are not valid; nothing was published", .0.len())]
    Catalog(Vec<BadRow>),
    /// The settings have.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The list of staff has.
    #[error(transparent)]
    Staff(#[from] RosterError),
    /// The roles have.
    #[error(transparent)]
    Roles(#[from] RolesError),
    /// The program is stopping.
    #[error("the program is stopping")]
    Interrupted,
    /// A document that is kept cannot be read back.
    #[error("the version before cannot be read")]
    Before(#[source] serde_json::Error),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<tokio_postgres::Error> for PublishError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Db(error.into())
    }
}

/// New ids of this moment.
pub struct Fresh;

impl NewIds for Fresh {
    fn next_id(&mut self) -> Uuid {
        new_id()
    }
}

/// Publishes a catalog file. What has the same key or sku in the version before keeps its id; before the company's first
/// version, in what one of its branches uses.
///
/// # Errors
/// [`PublishError`]; then nothing has changed.
pub async fn publish_catalog(
    database: &Database,
    scope: &Scope,
    file: &[u8],
    by: &str,
) -> Result<Published, PublishError> {
    let mut client = database.client().await?;
    let transaction = for_company(&mut client, scope.company()).await?;
    let kind = DirectiveKind::Catalog;
    store::lock_versions(&transaction, kind).await?;
    let before = store::body_before(&transaction, kind, scope.branch()).await?;
    let before: Option<Catalog> =
        before.map(|body| serde_json::from_str(&body)).transpose().map_err(PublishError::Before)?;
    let catalog = import::read(file, before.as_ref(), &mut Fresh).map_err(PublishError::Catalog)?;
    let body = serde_json::to_string(&catalog).expect("a catalog is plain data, which JSON can always hold");
    let laid = Laid { kind, branch: scope.branch(), by, body: &body };
    let (version, sha256) = store::lay_down(&transaction, scope.company(), &laid).await?;
    call(&transaction, scope).await?;
    transaction.commit().await?;
    Ok(Published { kind: kind.as_str(), version, sha256 })
}

/// Publishes the settings of one branch.
///
/// # Errors
/// [`PublishError`]; then nothing has changed.
pub async fn publish_settings(
    database: &Database,
    branch: &Branch,
    settings: Settings,
    by: &str,
) -> Result<Published, PublishError> {
    let settings = settings.checked()?;
    let body = serde_json::to_string(&settings).expect("settings are plain data, which JSON can always hold");
    let scope = Scope::Branch(branch.clone());
    let mut client = database.client().await?;
    let transaction = for_company(&mut client, branch.company).await?;
    let kind = DirectiveKind::Settings;
    store::lock_versions(&transaction, kind).await?;
    let laid = Laid { kind, branch: scope.branch(), by, body: &body };
    let (version, sha256) = store::lay_down(&transaction, branch.company, &laid).await?;
    call(&transaction, &scope).await?;
    transaction.commit().await?;
    Ok(Published { kind: kind.as_str(), version, sha256 })
}

/// Whoever works for the branches hears of it with the commit.
///
/// # Errors
/// When PostgreSQL refuses.
pub async fn call(transaction: &Transaction<'_>, scope: &Scope) -> Result<(), DbError> {
    match scope {
        Scope::Branch(branch) => calls::call(transaction, branch.id).await,
        Scope::Company(_) => {
            for branch in tenancy::branches(transaction).await? {
                calls::call(transaction, branch.id).await?;
            }
            Ok(())
        }
    }
}
