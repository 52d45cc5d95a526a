//! The catalog over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use comanda_shared::branch::DirectiveKind;
use comanda_shared::catalog::file::CatalogFile;
use comanda_shared::catalog::{Catalog, Product, Station, Tax, export as file, import::BadRow};
use comanda_shared::ids::{CategoryId, ProductId};
use comanda_shared::money::Quantity;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::feature::{self, BadCatalog, Imported, ReplaceRefusal};
use crate::http::answer::{self, List};
use crate::http::extract::{File, Path, Version};
use crate::http::openapi::{Asking, Finding, Guarded, refusals};
use crate::http::problem::{Code, FieldProblem, Problem};
use crate::http::server::Branch;
use crate::staff::Caller;
use crate::sync::pen;

refusals! {
    /// Of what needs a catalog.
    Selling: &[Code::CatalogMissing];
    /// Of a changed catalog.
    Replacing: &[Code::OwnedByCloud, Code::CatalogMissing, Code::CatalogInvalid, Code::CatalogVersionConflict,
        Code::VersionRequired, Code::BodyTooLarge, Code::MediaType];
    /// Of a new catalog.
    Importing: &[Code::OwnedByCloud, Code::CatalogInvalid, Code::BodyTooLarge, Code::MediaType];
}

impl From<BadCatalog> for Problem {
    fn from(BadCatalog(rows): BadCatalog) -> Self {
        let error = |BadRow { place, code, message }: BadRow| FieldProblem {
            field: place,
            code: code.to_owned(),
            detail: message,
        };
        Self { errors: rows.into_iter().map(error).collect(), ..Code::CatalogInvalid.into() }
    }
}

impl From<ReplaceRefusal> for Problem {
    fn from(refusal: ReplaceRefusal) -> Self {
        match refusal {
            ReplaceRefusal::Bad(bad) => bad.into(),
            ReplaceRefusal::Overtaken(_) => Self::from(Code::CatalogVersionConflict).detail(refusal),
        }
    }
}

/// Takes a whole catalog file into use: all of it or nothing.
///
/// Needs `catalog.import`. A problem names every row that is not valid. Ids of what was there before stay. At most 16 MiB.
#[utoipa::path(post, path = "/api/v1/products/bulk-import", operation_id = "import_catalog", tag = "catalog",
    request_body = CatalogFile, responses((status = 200, body = Imported), Guarded, Importing))]
pub async fn import(State(branch): State<Branch>, caller: Caller, File(file): File) -> Result<Response, Problem> {
    let (journal, folder) = (branch.journal.clone(), branch.folder.clone());
    let work = tokio::task::spawn_blocking(move || {
        pen::check_asked(&journal, &folder, DirectiveKind::Catalog)?;
        Ok::<_, Problem>(feature::import(&journal, caller.actor, &file)?)
    });
    let imported = work.await.map_err(|_| Problem::from(Code::Internal))??;
    Ok(Json(imported).into_response())
}

/// Shows the catalog as a file that can be imported again.
///
/// Needs `catalog.view`. Things go by key and sku here, as in orders that are sent.
#[utoipa::path(get, path = "/api/v1/catalog", operation_id = "export_catalog", tag = "catalog",
    responses((status = 200, body = CatalogFile), Guarded, Selling))]
pub async fn export(State(branch): State<Branch>) -> Result<Response, Problem> {
    let text = file::write(&*catalog(&branch)?);
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response())
}

/// The catalog in use, as it is edited.
#[derive(Serialize, ToSchema)]
#[schema(as = CatalogInUse)]
pub struct InUse {
    /// Which it is, from 1.
    version: u64,
    /// Whether it may be changed here; otherwise the cloud lays it down.
    is_ours: bool,
    file: CatalogFile,
}

/// Shows the catalog as it is edited, with its version.
///
/// Needs `catalog.view`.
#[utoipa::path(get, path = "/api/v1/settings/catalog", operation_id = "show_catalog_in_use", tag = "catalog",
    responses((status = 200, body = InUse), Guarded, Selling))]
pub async fn in_use(State(branch): State<Branch>) -> Result<Response, Problem> {
    let (journal, folder) = (branch.journal.clone(), branch.folder.clone());
    let owned = tokio::task::spawn_blocking(move || pen::check_asked(&journal, &folder, DirectiveKind::Catalog)).await;
    let is_ours = match owned.map_err(|_| Problem::from(Code::Internal))? {
        Ok(()) => true,
        Err(problem) if problem.code == Code::OwnedByCloud => false,
        Err(problem) => return Err(problem),
    };
    let configuration = branch.journal.configuration();
    let catalog = configuration.catalog.as_deref().ok_or_else(|| Problem::from(Code::CatalogMissing))?;
    let in_use = InUse { version: configuration.catalog_version, is_ours, file: file::file(catalog) };
    Ok(answer::json(StatusCode::OK, &in_use))
}

/// Changes the catalog: the whole file, made of the version that `If-Match` names. It is in use at once.
///
/// Needs `catalog.edit`. A problem names every row that is not valid. Ids of what was there before stay. At most 16 MiB.
#[utoipa::path(put, path = "/api/v1/settings/catalog", operation_id = "replace_catalog", tag = "catalog",
    params(Version), request_body = CatalogFile, responses((status = 200, body = InUse), Guarded, Replacing))]
pub async fn replace(
    State(branch): State<Branch>,
    caller: Caller,
    version: Version,
    File(file): File,
) -> Result<Response, Problem> {
    let (journal, folder) = (branch.journal.clone(), branch.folder.clone());
    let work = tokio::task::spawn_blocking(move || {
        pen::check_asked(&journal, &folder, DirectiveKind::Catalog)?;
        let request = caller.once(journal.environment());
        Ok::<_, Problem>(feature::replace(&journal, request, &file, version.0.into())?)
    });
    work.await.map_err(|_| Problem::from(Code::Internal))??;
    in_use(State(branch)).await
}

/// What the list of products is asked with.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProductsParams {
    /// The beginnings of words of name or description, or the sku.
    search: Option<String>,
    /// 20 unless told otherwise.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<usize>,
}

/// Lists products in the order of the menu, or those a search finds, page by page.
///
/// Needs `catalog.view`.
#[utoipa::path(get, path = "/api/v1/products", operation_id = "list_products", tag = "catalog", params(ProductsParams),
    responses((status = 200, body = List<Product>), Guarded, Asking, Selling))]
pub async fn products(
    State(branch): State<Branch>,
    params: Result<Query<ProductsParams>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(params) = params.map_err(|error| Problem::from(Code::RequestMalformed).detail(error.body_text()))?;
    let catalog = catalog(&branch)?;
    let limit = params.limit.unwrap_or(20).clamp(1, 200);
    let from = params.cursor.unwrap_or(0);
    let found: Vec<_> = match params.search.as_deref().filter(|text| !text.trim().is_empty()) {
        Some(text) => {
            catalog.search(text, from.saturating_add(limit + 1)).into_iter().skip(from).take(limit + 1).collect()
        }
        None => catalog.products().skip(from).take(limit + 1).collect(),
    };
    let next_cursor = (found.len() > limit).then(|| (from + limit).to_string());
    let items = found.into_iter().take(limit).collect();
    Ok(Json(List { items, next_cursor }).into_response())
}

/// How many popular products are wanted.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PopularParams {
    /// 16 unless told otherwise.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

/// What sold well.
#[derive(Serialize, ToSchema)]
#[schema(as = Popular)]
pub struct PopularView<'a> {
    sku: &'a str,
    /// How many were sold in the latest orders.
    quantity: i64,
}

/// Lists what is on sale and sold most in the latest orders, most sold first.
///
/// Needs `catalog.view`. It is counted at most once a minute.
#[utoipa::path(get, path = "/api/v1/products/popular", operation_id = "list_popular", tag = "catalog",
    params(PopularParams), responses((status = 200, body = List<PopularView<'static>>), Guarded, Asking, Selling))]
pub async fn popular(
    State(branch): State<Branch>,
    params: Result<Query<PopularParams>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(params) = params.map_err(|error| Problem::from(Code::RequestMalformed).detail(error.body_text()))?;
    let catalog = catalog(&branch)?;
    let sold = branch.popular.sold(&branch.journal).await?;
    let on_sale = sold.iter().filter(|(product, _)| catalog.is_on_sale(product));
    let view = |(product, quantity): &(ProductId, Quantity)| {
        let sku = &catalog.product_by_id(product)?.sku;
        Some(PopularView { sku, quantity: quantity.thousandths() / 1000 })
    };
    let views = on_sale.filter_map(view).take(params.limit.unwrap_or(16).clamp(1, 200));
    Ok(Json(List::whole(views)).into_response())
}

/// Shows a product.
///
/// Needs `catalog.view`.
#[utoipa::path(get, path = "/api/v1/products/{id}", operation_id = "show_product", tag = "catalog",
    params(("id" = String, Path, description = "Its id or sku")),
    responses((status = 200, body = Product), Guarded, Finding, Selling))]
pub async fn product(State(branch): State<Branch>, Path(reference): Path<String>) -> Result<Response, Problem> {
    let catalog = catalog(&branch)?;
    let product = catalog.product(&reference).ok_or_else(|| Problem::from(Code::NotFound))?;
    Ok(Json(product).into_response())
}

/// A heading of the menu.
#[derive(Serialize, ToSchema)]
#[schema(as = Category)]
pub struct CategoryView<'a> {
    id: CategoryId,
    /// What the file calls it.
    key: &'a str,
    name: &'a str,
    /// Off: none of its products is on sale.
    is_active: bool,
    /// How many it has.
    products: usize,
}

/// Lists the headings of the menu, in its order.
///
/// Needs `catalog.view`.
#[utoipa::path(get, path = "/api/v1/categories", operation_id = "list_categories", tag = "catalog",
    responses((status = 200, body = List<CategoryView<'static>>), Guarded, Selling))]
pub async fn categories(State(branch): State<Branch>) -> Result<Response, Problem> {
    let catalog = catalog(&branch)?;
    let views = catalog.categories().iter().map(|category| CategoryView {
        id: category.id,
        key: &category.key,
        name: &category.name,
        is_active: category.is_active,
        products: category.products.len(),
    });
    Ok(Json(List::whole(views)).into_response())
}

/// Lists the stations where food is made.
///
/// Needs `catalog.view`.
#[utoipa::path(get, path = "/api/v1/stations", operation_id = "list_stations", tag = "catalog",
    responses((status = 200, body = List<Station>), Guarded, Selling))]
pub async fn stations(State(branch): State<Branch>) -> Result<Response, Problem> {
    Ok(Json(List::whole(catalog(&branch)?.stations())).into_response())
}

/// Lists the taxes on what is sold.
///
/// Needs `catalog.view`.
#[utoipa::path(get, path = "/api/v1/taxes", operation_id = "list_taxes", tag = "catalog",
    responses((status = 200, body = List<Tax>), Guarded, Selling))]
pub async fn taxes(State(branch): State<Branch>) -> Result<Response, Problem> {
    Ok(Json(List::whole(catalog(&branch)?.taxes())).into_response())
}

fn catalog(branch: &Branch) -> Result<Arc<Catalog>, Problem> {
    branch.journal.configuration().catalog.clone().ok_or_else(|| Code::CatalogMissing.into())
}
