//! What an operator lays down for branches and asks of them.

use std::path::Path;

use anyhow::{Context, Result, bail};
use comanda_shared::catalog::import::BadRow;
use serde_json::json;

use super::{company_of_slug, place, say};
use crate::commands;
use crate::db::{Database, for_company, new_id};
use crate::directives::publish::Scope;
use crate::directives::{self, PublishError, store};
use crate::ingest::store::Place;
use crate::orders::orders_of_phone;
use crate::tenancy;

/// Who publishes from here.
const OPERATOR: &str = "operator";

/// Publishes a catalog file; every bad row is named when there is one.
///
/// # Errors
/// When the file is no good or something cannot be reached; then nothing is published.
pub async fn publish_catalog(database: &Database, scope: &str, file: &Path) -> Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("read {}", file.display()))?;
    let scope = match scope.contains('/') {
        true => Scope::Branch(tenancy::branch_by_code(database, scope).await?),
        false => Scope::Company(company_of_slug(database, scope).await?),
    };
    match directives::publish_catalog(database, &scope, &bytes, OPERATOR).await {
        Ok(published) => say(&json!(published)),
        Err(PublishError::Catalog(rows)) => {
            let line = |row: &BadRow| format!("  {}: {} [{}]", row.place, row.message, row.code);
            let lines: Vec<String> = rows.iter().map(line).collect();
            bail!("nothing was published; {} rows are not valid:\n{}", rows.len(), lines.join("\n"))
        }
        Err(error) => Err(error.into()),
    }
}

/// Publishes the settings of a branch.
///
/// # Errors
/// As [`publish_catalog`].
pub async fn publish_settings(database: &Database, branch: &str, settings: &str) -> Result<()> {
    let branch = tenancy::branch_by_code(database, branch).await?;
    let settings = serde_json::from_str(settings).context("these are no settings")?;
    say(&json!(directives::publish_settings(database, &branch, settings, OPERATOR).await?))
}

/// Shows how the branches of a company stand with what is laid down for them.
///
/// # Errors
/// When the database cannot be reached.
pub async fn directives(database: &Database, company: &str) -> Result<()> {
    let company = company_of_slug(database, company).await?;
    let mut client = database.client().await?;
    let transaction = for_company(&mut client, company).await?;
    say(&json!({"items": store::standings(&transaction).await?}))
}

/// Asks something of a branch.
///
/// # Errors
/// When the body is no JSON or the database cannot be reached.
pub async fn ask(database: &Database, branch: &str, kind: &str, body: &str) -> Result<()> {
    let branch = tenancy::branch_by_code(database, branch).await?;
    let body = serde_json::from_str(body).context("the body is no JSON")?;
    let id = new_id();
    let sequence = commands::ask(database, place(&branch), id, (kind, 1), &body).await?;
    say(&json!({"sequence": sequence, "id": id}))
}

/// Shows what was asked of a branch.
///
/// # Errors
/// When the database cannot be reached.
pub async fn asked(database: &Database, branch: &str) -> Result<()> {
    let branch = tenancy::branch_by_code(database, branch).await?;
    let mut client = database.client().await?;
    let transaction = for_company(&mut client, branch.company).await?;
    say(&json!({"items": commands::list(&transaction, place(&branch)).await?}))
}

/// Asks every branch to erase what the guests with a phone number told; what they answer reaches the cloud's own entries.
///
/// # Errors
/// When the database cannot be reached.
pub async fn erase(database: &Database, company: &str, phone: &str) -> Result<()> {
    let company = company_of_slug(database, company).await?;
    let mut client = database.client().await?;
    let transaction = for_company(&mut client, company).await?;
    let orders = orders_of_phone(&transaction, phone).await?;
    transaction.commit().await?;
    drop(client);
    for (branch, order) in &orders {
        let asked = json!({"order": order});
        commands::ask(database, Place { company, branch: *branch }, new_id(), ("order.erase_personal", 1), &asked)
            .await?;
    }
    say(&json!({"orders": orders.len()}))
}
