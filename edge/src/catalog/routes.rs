//! The catalog over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use comanda_shared::catalog::{Catalog, export as file, import::BadRow};
use comanda_shared::ids::ProductId;
use comanda_shared::money::Quantity;
use serde::{Deserialize, Serialize};

use super::feature::{self, BadCatalog};
use crate::http::extract::{File, Path};
use crate::http::problem::{Code, FieldProblem, Problem};
use crate::http::server::Branch;
use crate::staff::Caller;

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

/// `POST products/bulk-import`: a whole catalog file, all of it or nothing.
pub async fn import(State(branch): State<Branch>, caller: Caller, File(file): File) -> Result<Response, Problem> {
    let journal = branch.journal.clone();
    let work = tokio::task::spawn_blocking(move || feature::import(&journal, caller.actor, &file));
    let imported = work.await.map_err(|_| Problem::from(Code::Internal))??;
    Ok(Json(imported).into_response())
}

/// `GET catalog`: the catalog as a file that can be imported again.
pub async fn export(State(branch): State<Branch>) -> Result<Response, Problem> {
    let text = file::write(&*catalog(&branch)?);
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response())
}

/// What the list of products is asked with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductsParams {
    search: Option<String>,
    limit: Option<usize>,
    cursor: Option<usize>,
}

/// `GET products`: in the order of the menu, or those a search finds.
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
    let next = (found.len() > limit).then(|| from + limit);
    let items = &found[..found.len().min(limit)];
    Ok(Json(serde_json::json!({"items": items, "next_cursor": next})).into_response())
}

/// How many popular products are wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PopularParams {
    limit: Option<usize>,
}

#[derive(Serialize)]
struct PopularView<'a> {
    sku: &'a str,
    quantity: i64,
}

/// `GET products/popular`: what is on sale and sold most in the latest orders, most sold first.
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
    let items: Vec<_> = on_sale.filter_map(view).take(params.limit.unwrap_or(16).clamp(1, 200)).collect();
    Ok(Json(serde_json::json!({"items": items})).into_response())
}

/// `GET products/{id}`: by id or sku.
pub async fn product(State(branch): State<Branch>, Path(reference): Path<String>) -> Result<Response, Problem> {
    let catalog = catalog(&branch)?;
    let product = catalog.product(&reference).ok_or_else(|| Problem::from(Code::NotFound))?;
    Ok(Json(product).into_response())
}

#[derive(Serialize)]
struct CategoryView<'a> {
    id: comanda_shared::ids::CategoryId,
    key: &'a str,
    name: &'a str,
    is_active: bool,
    products: usize,
}

/// `GET categories`.
pub async fn categories(State(branch): State<Branch>) -> Result<Response, Problem> {
    let catalog = catalog(&branch)?;
    let views = catalog.categories().iter().map(|category| CategoryView {
        id: category.id,
        key: &category.key,
        name: &category.name,
        is_active: category.is_active,
        products: category.products.len(),
    });
    Ok(whole_list(views))
}

/// `GET stations`.
pub async fn stations(State(branch): State<Branch>) -> Result<Response, Problem> {
    Ok(whole_list(catalog(&branch)?.stations().iter()))
}

/// `GET taxes`.
pub async fn taxes(State(branch): State<Branch>) -> Result<Response, Problem> {
    Ok(whole_list(catalog(&branch)?.taxes().iter()))
}

fn whole_list<T: Serialize>(items: impl Iterator<Item = T>) -> Response {
    let items: Vec<T> = items.collect();
    Json(serde_json::json!({"items": items, "next_cursor": null})).into_response()
}

fn catalog(branch: &Branch) -> Result<Arc<Catalog>, Problem> {
    branch.journal.configuration().catalog.clone().ok_or_else(|| Code::CatalogMissing.into())
}
