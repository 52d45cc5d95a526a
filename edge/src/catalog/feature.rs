//! Taking a catalog into use.

use std::sync::Arc;

use comanda_shared::branch::Author;
use comanda_shared::catalog::Catalog;
use comanda_shared::catalog::import::{self, BadRow};
use comanda_shared::staff::Actor;
use serde::Serialize;
use utoipa::ToSchema;

use crate::environment::Ids;
use crate::journal::directives::{self, Document};
use crate::journal::{CommandError, Configuration, Journal, Request};

/// What was imported.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, ToSchema)]
pub struct Imported {
    /// The catalog's version, from 1.
    pub version: u64,
    /// Its categories.
    pub categories: usize,
    /// Its products.
    pub products: usize,
    /// Its modifiers.
    pub modifiers: usize,
    /// Its stations.
    pub stations: usize,
}

/// Every row that kept a catalog from being imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} rows are not valid; nothing was imported", .0.len())]
pub struct BadCatalog(pub Vec<BadRow>);

/// Imports a whole catalog: all of it or nothing. Ids of what was there before stay.
///
/// # Errors
/// [`CommandError`]; then nothing has changed.
pub fn import(journal: &Journal, actor: Actor, file: &[u8]) -> Result<Imported, CommandError<BadCatalog>> {
    loop {
        let previous = journal.configuration();
        let request = Request::once(journal.environment(), actor);
        if let Some(imported) = import_after(journal, request, file, &previous)? {
            return Ok(imported);
        }
    }
}

/// Why a catalog is not put in the place of the one that was read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplaceRefusal {
    /// Rows of it are not valid.
    #[error(transparent)]
    Bad(#[from] BadCatalog),
    /// Another version is in use by now.
    #[error("version {0} of the catalog is in use by now")]
    Overtaken(u64),
}

/// Puts a catalog in the place of the version it was made of: all of it or nothing. Ids of what was there before stay.
///
/// # Errors
/// [`CommandError`]; then nothing has changed.
pub fn replace(
    journal: &Journal,
    request: Request,
    file: &[u8],
    version: u64,
) -> Result<(), CommandError<ReplaceRefusal>> {
    let previous = journal.configuration();
    let overtaken = || CommandError::Refused(ReplaceRefusal::Overtaken(journal.configuration().catalog_version));
    if previous.catalog_version != version {
        return Err(overtaken());
    }
    let imported = import_after(journal, request, file, &previous).map_err(|error| error.map(ReplaceRefusal::Bad))?;
    imported.map(drop).ok_or_else(overtaken)
}

/// Imports a catalog whose ids continue a version's; nothing when that version was overtaken by another import, for two
/// imports at once would give one new product two ids.
fn import_after(
    journal: &Journal,
    request: Request,
    file: &[u8],
    previous: &Configuration,
) -> Result<Option<Imported>, CommandError<BadCatalog>> {
    let mut ids = Ids::new(journal.environment().clone());
    let catalog = import::read(file, previous.catalog.as_deref(), &mut ids)
        .map_err(|rows| CommandError::Refused(BadCatalog(rows)))?;
    let body = serde_json::to_string(&catalog).expect("a catalog is plain data, which JSON can always hold");
    let document = Document::new(body);
    let sha256 = document.sha256.clone();
    journal
        .operate_blocking(request.actor, move |step| directives::keep(step.connection(), &document))
        .map_err(|error| error.map(|never| match never {}))?;
    let catalog = Arc::new(catalog);
    let (taken, expected) = (Arc::clone(&catalog), previous.catalog_version);
    let version = journal.command_blocking(request, move |step| {
        let is_overtaken = step.configuration().catalog_version != expected;
        Ok(if is_overtaken { None } else { Some(step.take_catalog_into_use(taken, &sha256, Author::Local)?) })
    })?;
    Ok(version.map(|version| counted(version, &catalog)))
}

fn counted(version: u64, catalog: &Catalog) -> Imported {
    Imported {
        version,
        categories: catalog.categories().len(),
        products: catalog.products().count(),
        modifiers: catalog.products().map(|product| product.modifiers().count()).sum(),
        stations: catalog.stations().len(),
    }
}
