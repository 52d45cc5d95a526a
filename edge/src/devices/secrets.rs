//! What paired screens show for themselves: kept as hashes, in no event, export or support bundle.

use comanda_shared::ids::DeviceId;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

/// Keeps the hash of a screen's secret.
///
/// # Errors
/// When SQLite cannot write.
pub fn keep(connection: &Connection, device: DeviceId, hash: &[u8; 32]) -> rusqlite::Result<()> {
    const KEEP: &str = "INSERT INTO device_secret (hash, device_id) VALUES (?1, ?2)";
    connection.execute(KEEP, params![hash, device.as_bytes()]).map(drop)
}

/// Forgets a screen's secret, and ends every session that began on it.
///
/// # Errors
/// When SQLite cannot write.
pub fn forget(connection: &Connection, device: DeviceId) -> rusqlite::Result<()> {
    const FORGET: &str = "DELETE FROM device_secret WHERE device_id = ?1";
    const END: &str = "DELETE FROM session WHERE device_id = ?1";
    connection.execute(FORGET, params![device.as_bytes()])?;
    connection.execute(END, params![device.as_bytes()]).map(drop)
}

/// Whose secret this is.
///
/// # Errors
/// When SQLite cannot read.
pub fn device(connection: &Connection, hash: &[u8; 32]) -> rusqlite::Result<Option<DeviceId>> {
    const DEVICE: &str = "SELECT device_id FROM device_secret WHERE hash = ?1";
    let device = |row: &rusqlite::Row<'_>| Ok(DeviceId::from_uuid(Uuid::from_bytes(row.get(0)?)));
    connection.query_row(DEVICE, params![hash], device).optional()
}
