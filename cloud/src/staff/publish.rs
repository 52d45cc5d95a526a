//! Publishing a list of staff, and a company's own roles.

use comanda_shared::branch::DirectiveKind;
use comanda_shared::staff::{Roles, Roster, RosterError};

use super::CompanyKey;
use crate::db::{Database, for_company};
use crate::directives::publish::{Fresh, Scope, call};
use crate::directives::store::{self, Laid};
use crate::directives::{PublishError, Published};

/// Publishes a list of staff. Who has the same key in the version before is the same person.
///
/// # Errors
/// [`PublishError`]; then nothing has changed.
pub async fn publish_staff(
    database: &Database,
    key: CompanyKey,
    scope: &Scope,
    file: Vec<u8>,
    by: &str,
) -> Result<Published, PublishError> {
    let mut client = database.client().await?;
    let transaction = for_company(&mut client, scope.company()).await?;
    let kind = DirectiveKind::Staff;
    store::lock_versions(&transaction, kind).await?;
    let before = store::body_before(&transaction, kind, scope.branch()).await?;
    let before: Option<Roster> =
        before.map(|body| serde_json::from_str(&body)).transpose().map_err(PublishError::Before)?;
    // Verifiers take tens of milliseconds each.
    let reading = move || Roster::read(&file, before.as_ref(), &mut Fresh, |pin| key.verifier(pin));
    let read: Result<Roster, RosterError> =
        tokio::task::spawn_blocking(reading).await.map_err(|_| PublishError::Interrupted)?;
    let roster = read?;
    let body = serde_json::to_string(&roster).expect("a list is plain data, which JSON can always hold");
    let laid = Laid { kind, branch: scope.branch(), by, body: &body };
    let (version, sha256) = store::lay_down(&transaction, scope.company(), &laid).await?;
    call(&transaction, scope).await?;
    transaction.commit().await?;
    Ok(Published { kind: kind.as_str(), version, sha256 })
}

/// Publishes a company's own roles: all of them.
///
/// # Errors
/// [`PublishError`]; then nothing has changed.
pub async fn publish_roles(
    database: &Database,
    scope: &Scope,
    roles: Roles,
    by: &str,
) -> Result<Published, PublishError> {
    let roles = roles.checked()?;
    let body = serde_json::to_string(&roles).expect("roles are plain data, which JSON can always hold");
    let mut client = database.client().await?;
    let transaction = for_company(&mut client, scope.company()).await?;
    let kind = DirectiveKind::Roles;
    store::lock_versions(&transaction, kind).await?;
    let laid = Laid { kind, branch: scope.branch(), by, body: &body };
    let (version, sha256) = store::lay_down(&transaction, scope.company(), &laid).await?;
    call(&transaction, scope).await?;
    transaction.commit().await?;
    Ok(Published { kind: kind.as_str(), version, sha256 })
}
