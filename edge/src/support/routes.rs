//! The support bundle over HTTP.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::{BundleError, Gathered};
use crate::http::openapi::Guarded;
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;

impl From<BundleError> for Problem {
    fn from(error: BundleError) -> Self {
        tracing::error!(error = format!("{:#}", anyhow::Error::new(error)), "there is no support bundle");
        Code::Internal.into()
    }
}

/// Packs what support needs to know into one file: how the box is, figures, versions, sizes, alerts, the last lines of the
/// log. Nobody's name, telephone, address or PIN is in it. Takes a second or two.
///
/// Needs `support.bundle`.
#[utoipa::path(get, path = "/api/v1/support/bundle", operation_id = "download_support_bundle", tag = "branch",
    responses((status = 200, body = Vec<u8>, content_type = "application/gzip"), Guarded))]
pub async fn bundle(State(branch): State<Branch>) -> Result<Response, Problem> {
    let gathered = Gathered::from_daemon(&branch).await?;
    let name = format!("attachment; filename=\"{}\"", gathered.file_name());
    let packed = gathered.packed()?;
    let headers = [(header::CONTENT_TYPE, "application/gzip".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, packed).into_response())
}
