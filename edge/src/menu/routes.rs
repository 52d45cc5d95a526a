//! The menu over HTTP: to guests at their door, and where that is, to whoever puts it on the tables.

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use comanda_shared::picture::PictureHash;
use serde::Serialize;
use utoipa::ToSchema;

use super::wire::{Menu, Offer};
use crate::branch::opening;
use crate::branch::opening::wire::StateView;
use crate::branch::store;
use crate::catalog::pictures;
use crate::http::answer;
use crate::http::extract::{Path, id};
use crate::http::openapi::{Finding, Guarded, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::screens::{ASK_EACH_TIME, is_known};
use crate::http::server::Branch;

refusals! {
    /// Of what guests ask.
    Crowding: &[Code::RequestsTooMany];
}

/// Shows the menu as guests see it: what is sold, what has run out, whether the branch is open.
///
/// It is answered at the guests' door (`guests.listen`, port 8090 unless told otherwise) and at no other, to anybody. Whoever sends the
/// `ETag` they have in `If-None-Match` is told 304 as long as it is the same.
#[utoipa::path(get, path = "/api/v1/menu", operation_id = "show_menu", tag = "menu", security(()),
    responses(
        (status = 200, body = Menu<'static>, headers(("ETag" = String, description = "Another one when anything in it is another"))),
        (status = 304, description = "It is the same."),
        Crowding,
    ))]
pub async fn show(State(branch): State<Branch>, asked: HeaderMap) -> Result<Response, Problem> {
    let known = branch.journal.readers().read(store::load).await?.ok_or_else(|| Problem::from(Code::Internal))?;
    let (configuration, now) = (branch.journal.configuration(), branch.journal.environment().clock.now());
    let opening = StateView::of(&opening::of(&known, &configuration), now);
    let offer =
        configuration.catalog.as_deref().map(|catalog| Offer { catalog, stockouts: &configuration.stockouts, now });
    let menu = answer::json(StatusCode::OK, &Menu::of(&configuration.settings, opening, offer));
    tagged(menu, &asked).await
}

/// The answer with its tag, or that it is the one whoever asks has already.
async fn tagged(answer: Response, asked: &HeaderMap) -> Result<Response, Problem> {
    let (head, body) = answer.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.map_err(|_| Problem::from(Code::Internal))?;
    let tag = format!("\"{}\"", hex::encode(&blake3::hash(&bytes).as_bytes()[..12]));
    let value = HeaderValue::from_str(&tag).map_err(|_| Problem::from(Code::Internal))?;
    let headers = [(header::ETAG, value), (header::CACHE_CONTROL, HeaderValue::from_static(ASK_EACH_TIME))];
    if is_known(&tag, asked) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, Response::from_parts(head, Body::from(bytes))).into_response())
}

/// Shows what a product of the menu looks like: `small` (at most 320 pixels a side), `medium` (640) or `large` (1280).
///
/// It is answered at the guests' door, and of what is on sale alone. A name never means another photo: what was fetched once is kept.
#[utoipa::path(get, path = "/api/v1/menu/photos/{id}/{size}", operation_id = "show_menu_photo", tag = "menu",
    security(()),
    params(("id" = String, Path, description = "As the menu names it."),
        ("size" = String, Path, description = "`small`, `medium` or `large`.")),
    responses((status = 200, description = "The photo", body = pictures::routes::Jpeg, content_type = "image/jpeg"),
        Crowding, Finding))]
pub async fn photo(
    State(branch): State<Branch>,
    Path((picture, size)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (picture, size): (PictureHash, pictures::Size) = (id(&picture)?, id(&size)?);
    let catalog = branch.journal.configuration().catalog.clone().ok_or_else(|| Problem::from(Code::NotFound))?;
    let is_shown =
        catalog.products().any(|product| product.picture == Some(picture) && catalog.is_on_sale(&product.id));
    if !is_shown {
        return Err(Code::NotFound.into());
    }
    pictures::routes::taken(&branch, picture, size).await
}

/// Where guests find the menu.
#[derive(Serialize, ToSchema)]
pub struct MenuAddresses {
    /// What a phone on the branch's network opens, the first to be put on the tables; empty where the menu is off, or its port was taken
    /// when the branch started.
    #[schema(example = json!(["http://192.168.1.50:8090"]))]
    addresses: Vec<String>,
}

/// Shows where guests find the menu on the branch's network.
///
/// Needs `catalog.view`.
#[utoipa::path(get, path = "/api/v1/settings/menu", operation_id = "show_menu_addresses", tag = "menu",
    responses((status = 200, body = MenuAddresses), Guarded))]
pub async fn addresses(State(branch): State<Branch>) -> Response {
    answer::json(StatusCode::OK, &MenuAddresses { addresses: branch.whereabouts.menu_addresses() })
}
