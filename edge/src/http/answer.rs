//! Answers in JSON, written at once into one buffer: an order's answer is a hundred small pieces, and a buffer that checks
//! its room for each of them costs as much as the pieces.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::problem::{Code, Problem};

/// Room for an ordinary order.
const ROOM: usize = 2048;

/// The value as JSON, with this status.
pub fn json<T: Serialize>(status: StatusCode, value: &T) -> Response {
    let mut bytes = Vec::with_capacity(ROOM);
    match serde_json::to_writer(&mut bytes, value) {
        Ok(()) => {
            (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], bytes).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "an answer could not be written");
            Problem::from(Code::Internal).into_response()
        }
    }
}
