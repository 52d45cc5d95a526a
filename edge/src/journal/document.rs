//! Aggregates as documents in a column: what a feature's `store` writes and reads.
//!
//! MessagePack with field names: smaller than JSON, and as forgiving of added fields. Derived tables alone are
//! kept so: they can be made anew from the journal, which is JSON.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// Bytes an ordinary document has at most.
const ROOM: usize = 2048;

/// The document in a column of a row.
///
/// # Errors
/// When the column is not the document of a `T`.
pub fn read<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let bytes = row.get_ref(column)?.as_blob()?;
    ser_write_msgpack::from_slice(bytes)
        .map(|(document, _)| document)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Blob, error.into()))
}

/// The document as it is written.
///
/// # Panics
/// Never: aggregates are plain data, which MessagePack can always hold.
pub fn write<T: Serialize>(aggregate: &T) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(ROOM);
    ser_write_msgpack::to_writer_named(&mut bytes, aggregate)
        .expect("an aggregate is plain data, which MessagePack can always hold");
    bytes
}

/// The document of the one row a statement finds by id.
///
/// # Errors
/// When SQLite cannot read, or the row's document is not a `T`.
pub fn load<T: DeserializeOwned>(connection: &Connection, by_id: &str, id: Uuid) -> rusqlite::Result<Option<T>> {
    connection.prepare_cached(by_id)?.query_row(params![id.as_bytes()], |row| read(row, 0)).optional()
}
