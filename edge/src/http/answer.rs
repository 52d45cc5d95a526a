//! Answers in JSON, written at once into one buffer: an order's answer is a hundred small pieces.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::problem::{Code, Problem};

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
