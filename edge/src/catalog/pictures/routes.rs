//! Pictures of products over HTTP.

use std::collections::BTreeSet;
use std::time::SystemTime;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use comanda_shared::branch::DirectiveKind;
use comanda_shared::picture::PictureHash;
use image::ImageError;
use serde::Serialize;
use utoipa::ToSchema;

use super::photo::FILE_LIMIT;
use super::{PhotoError, Shelf, Size, Sizes};
use crate::http::extract::{Path, id};
use crate::http::openapi::{Finding, Guarded, refusals};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;
use crate::journal::room;
use crate::sync::pen;

/// What a photo is sent as.
const KINDS: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];
/// Room that pictures leave on the disk, in bytes: what is left is for selling.
const LEFT: u64 = 256 * 1024 * 1024;
/// A picture's name never means another.
const FOR_GOOD: &str = "private, max-age=31536000, immutable";

refusals! {
    /// Of a photo that is uploaded.
    Keeping: &[Code::OwnedByCloud, Code::MediaType, Code::PictureUnreadable, Code::PictureTooLarge, Code::DiskFull,
        Code::StorageFailed];
}

impl From<PhotoError> for Problem {
    fn from(error: PhotoError) -> Self {
        match &error {
            PhotoError::TooLarge { .. } | PhotoError::Unreadable(ImageError::Limits(_)) => {
                Self::from(Code::PictureTooLarge)
            }
            PhotoError::Unknown | PhotoError::Unreadable(_) => Self::from(Code::PictureUnreadable),
        }
        .detail(error)
    }
}

/// A picture.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Jpeg(pub Vec<u8>);

/// A photo that the branch keeps.
#[derive(Serialize, ToSchema)]
pub struct ProductPicture {
    /// What a product's `picture` is to say.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    picture: PictureHash,
}

/// Keeps a photo of a product: a JPEG, PNG or WebP of at most 5 MB and 24 million pixels. It is made smaller, in three sizes,
/// and written anew; what else stands in the file, like where it was taken, is dropped. The same photo is kept once, and
/// called the same.
///
/// Needs `catalog.edit`. No product has it before the catalog says so; what no catalog names is thrown away after thirty days.
#[utoipa::path(post, path = "/api/v1/media", operation_id = "keep_product_picture", tag = "catalog",
    request_body(content = Jpeg, content_type = "image/jpeg"),
    responses((status = 201, body = ProductPicture), Guarded, Keeping))]
pub async fn keep(
    State(branch): State<Branch>,
    headers: HeaderMap,
    file: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !KINDS.contains(&kind) {
        let detail = format!("{} are taken", KINDS.join(", "));
        return Err(Problem::from(Code::MediaType).detail(detail));
    }
    let file = file.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::from(Code::PictureTooLarge).detail(format!("{FILE_LIMIT} bytes are the most"))
        }
        _ => Problem::from(Code::BodyMalformed),
    })?;
    // One at a time: an unpacked photo takes a tenth of the memory the program has.
    let _door = branch.picture_door.lock().await;
    let shared = branch.clone();
    let keeping = tokio::task::spawn_blocking(move || keep_blocking(&shared, &file));
    // A decoder that panics has met no picture.
    let picture = keeping.await.map_err(|_| Problem::from(Code::PictureUnreadable))??;
    Ok((StatusCode::CREATED, Json(ProductPicture { picture })).into_response())
}

fn keep_blocking(branch: &Branch, file: &[u8]) -> Result<PictureHash, Problem> {
    pen::check_asked(&branch.journal, &branch.folder, DirectiveKind::Catalog)?;
    if room(branch.folder.path()).is_ok_and(|(free, _)| free < LEFT) {
        return Err(Code::DiskFull.into());
    }
    let (shelf, environment) = (Shelf::of(branch.folder.clone()), branch.journal.environment());
    let picture = shelf.keep(&Sizes::of(file)?, environment).map_err(refused_by_the_disk)?;
    let configuration = branch.journal.configuration();
    let products = configuration.catalog.iter().flat_map(|catalog| catalog.products());
    let named: BTreeSet<PictureHash> = products.filter_map(|product| product.picture).chain([picture]).collect();
    if let Err(error) = shelf.sweep(&named, SystemTime::from(environment.clock.now())) {
        tracing::warn!(%error, "pictures that no menu names could not be thrown away");
    }
    Ok(picture)
}

fn refused_by_the_disk(error: std::io::Error) -> Problem {
    use std::io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    tracing::error!(%error, "a picture could not be kept");
    match error.kind() {
        StorageFull | QuotaExceeded => Code::DiskFull,
        ReadOnlyFilesystem => Code::DiskReadOnly,
        _ => Code::StorageFailed,
    }
    .into()
}

/// Shows a product's picture: `small` (at most 320 pixels a side), `medium` (640) or `large` (1280).
///
/// Needs `catalog.view`. A name never means another picture: what was fetched once is kept.
#[utoipa::path(get, path = "/api/v1/media/{id}/{size}", operation_id = "show_product_picture", tag = "catalog",
    params(("id" = String, Path, description = "A product's `picture`."),
        ("size" = String, Path, description = "`small`, `medium` or `large`.")),
    responses((status = 200, description = "The picture", body = Jpeg, content_type = "image/jpeg"), Guarded, Finding))]
pub async fn show(
    State(branch): State<Branch>,
    Path((picture, size)): Path<(String, String)>,
) -> Result<Response, Problem> {
    taken(&branch, id(&picture)?, id(&size)?).await
}

/// The picture, to be kept by whoever asked for it.
///
/// # Errors
/// When the branch does not have it, or its disk fails.
pub async fn taken(branch: &Branch, picture: PictureHash, size: Size) -> Result<Response, Problem> {
    let shelf = Shelf::of(branch.folder.clone());
    let taking = tokio::task::spawn_blocking(move || shelf.take(picture, size)).await;
    let taken = taking.map_err(|_| Problem::from(Code::Internal))?.map_err(|error| {
        tracing::error!(%error, "a picture could not be read");
        Problem::from(Code::StorageFailed)
    })?;
    let jpeg = taken.ok_or_else(|| Problem::from(Code::NotFound))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (header::CACHE_CONTROL, HeaderValue::from_static(FOR_GOOD)),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    ];
    Ok((headers, jpeg).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_takes_no_more_is_said_to_be_full() {
        for (errno, code) in
            [(28, Code::DiskFull), (122, Code::DiskFull), (30, Code::DiskReadOnly), (5, Code::StorageFailed)]
        {
            let problem = refused_by_the_disk(std::io::Error::from_raw_os_error(errno));
            assert_eq!(problem.to_json()["code"], code.as_str(), "{errno}");
        }
    }
}
