//! JSON as it is stored and sent, appended to a text that has room: an order is written as JSON four times, and header and
//! body of an entry stand in one buffer.

use serde::Serialize;

/// Room for an ordinary order.
const ROOM: usize = 3072;

/// The value as JSON.
///
/// # Errors
/// When the value refuses to be serialised, or has a map whose keys are no text.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    let mut text = String::with_capacity(ROOM);
    append(&mut text, value)?;
    Ok(text)
}

/// Appends the value as JSON to a text; after an error, some of it.
///
/// # Errors
/// As [`to_string`].
///
/// # Panics
/// Never: `serde_json` writes UTF-8.
pub fn append<T: Serialize + ?Sized>(text: &mut String, value: &T) -> serde_json::Result<()> {
    let mut bytes = std::mem::take(text).into_bytes();
    let written = serde_json::to_writer(&mut bytes, value);
    *text = String::from_utf8(bytes).expect("JSON is UTF-8");
    written
}
