//! What an operator lays down for branches and asks of them.

use std::path::Path;

use anyhow::{Context, Result, bail};
use comanda_shared::catalog::import::BadRow;
use comanda_shared::ids::{BranchId, OrderId};
use serde_json::json;

use super::{company_of_slug, place, say};
use crate::commands;
use crate::db::{Database, for_company, new_id};
use crate::directives::publish::Scope;
use crate::directives::{self, PublishError, store};
use crate::enrolment::authority::Authority;
use crate::ingest::rebuild;
use crate::ingest::store::Place;
use crate::orders::orders_of_phone;
use crate::salvage;
use crate::salvage::review::{Item, Standing, decide, review};
use crate::staff::{self, CompanyKey};
use crate::tenancy;

/// Who publishes from here.
const OPERATOR: &str = "operator";

/// Publishes a catalog file; every bad row is named when there is one.
///
/// # Errors
/// When the file is no good or something cannot be reached; then nothing is published.
pub async fn publish_catalog(database: &Database, scope: &str, file: &Path) -> Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("read {}", file.display()))?;
    let scope = scope_of(database, scope).await?;
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

async fn scope_of(database: &Database, scope: &str) -> Result<Scope> {
    Ok(match scope.contains('/') {
        true => Scope::Branch(tenancy::branch_by_code(database, scope).await?),
        false => Scope::Company(company_of_slug(database, scope).await?),
    })
}

/// Publishes a list of staff.
///
/// # Errors
/// As [`publish_catalog`].
pub async fn publish_staff(database: &Database, authority: &Authority, scope: &str, file: &Path) -> Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("read {}", file.display()))?;
    let scope = scope_of(database, scope).await?;
    let key = CompanyKey::of(authority, scope.company())?;
    say(&json!(staff::publish_staff(database, key, &scope, bytes, OPERATOR).await?))
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

/// Shows what was handed in of a branch.
///
/// # Errors
/// When the database cannot be reached.
pub async fn salvage(database: &Database, branch: &str) -> Result<()> {
    let branch = tenancy::branch_by_code(database, branch).await?;
    let mut client = database.client().await?;
    let transaction = for_company(&mut client, branch.company).await?;
    say(&json!(review(&transaction, place(&branch)).await?))
}

/// Decides about an order that was handed in, or about all that wait.
///
/// # Errors
/// When it cannot be decided so; of several, those before it are decided.
pub async fn decide_salvage(database: &Database, branch: &str, order: &str, is_accepted: bool) -> Result<()> {
    let branch = tenancy::branch_by_code(database, branch).await?;
    let meant: Vec<OrderId> = if order == "all" {
        let mut client = database.client().await?;
        let transaction = for_company(&mut client, branch.company).await?;
        let items = review(&transaction, place(&branch)).await?.items;
        let waits = |item: &&Item| item.status == Standing::Waiting && item.merged_into.is_none();
        items.iter().filter(waits).map(|item| item.order).collect()
    } else {
        vec![order.parse().context("this is no order's id")?]
    };
    for order in &meant {
        decide(database, place(&branch), *order, is_accepted, OPERATOR).await?;
    }
    say(&json!({"decided": meant.len()}))
}

/// What no branch has is erased here alone: the order of a box that is gone.
async fn erase_salvaged(database: &Database, place: Place, orders: &[OrderId]) -> Result<()> {
    let mut client = database.client().await?;
    let transaction = for_company(&mut client, place.company).await?;
    let is_blanked = salvage::erase(&transaction, place, orders).await?;
    transaction.commit().await?;
    drop(client);
    if is_blanked {
        rebuild(database, place).await?;
    }
    Ok(())
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
    let mut branches: Vec<BranchId> = orders.iter().map(|(branch, _)| *branch).collect();
    branches.sort_unstable();
    branches.dedup();
    for branch in branches {
        let place = Place { company, branch };
        let of_branch: Vec<OrderId> = orders.iter().filter(|(of, _)| *of == branch).map(|(_, order)| *order).collect();
        erase_salvaged(database, place, &of_branch).await?;
    }
    for (branch, order) in &orders {
        let asked = json!({"order": order});
        commands::ask(database, Place { company, branch: *branch }, new_id(), ("order.erase_personal", 1), &asked)
            .await?;
    }
    say(&json!({"orders": orders.len()}))
}
