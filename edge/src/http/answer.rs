//! Answers in JSON, written at once into one buffer: an order's answer is a hundred small pieces.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::{Code, Problem};

/// A list, or a page of one.
#[derive(Serialize, ToSchema)]
pub struct List<T> {
    /// What is in it, in its order.
    pub items: Vec<T>,
    /// What `cursor` is to be for the page that follows; none when none does.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// A list that is a page by itself.
    pub fn whole(items: impl IntoIterator<Item = T>) -> Self {
        Self { items: items.into_iter().collect(), next_cursor: None }
    }
}

/// The value as JSON, with this status.
pub fn json<T: Serialize>(status: StatusCode, value: &T) -> Response {
    match comanda_shared::json::to_string(value) {
        Ok(text) => {
            (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "an answer could not be written");
            Problem::from(Code::Internal).into_response()
        }
    }
}
