//! The secret tables: PIN verifiers, token hashes, sessions. In no event, export or support bundle.
//!
//! A PIN of four digits falls to anyone with its hash alone, so verifiers are Argon2id keyed with a pepper that is kept
//! in a file of its own: this box's, or the company's for PINs that came with a list of staff. Wrong PINs in a row lock a person out for longer and longer; that survives a restart.

use std::io;
use std::path::Path;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use comanda_shared::ids::{DeviceId, StaffId, TokenId};
use comanda_shared::staff::COMPANY_KEY;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::lock_out::Patience;
use crate::environment::Environment;
use crate::journal::write_private;

/// The key of PIN verifiers.
#[derive(Clone)]
pub struct Pepper([u8; 32]);

impl Pepper {
    /// The pepper in this file, made when there is none.
    ///
    /// # Errors
    /// When the file cannot be read or written, or is not a pepper.
    pub fn at(path: &Path, environment: &Environment) -> io::Result<Self> {
        match std::fs::read(path) {
            Ok(bytes) => {
                let bytes = bytes.try_into().map_err(|_| io::Error::other("the pepper is not 32 bytes long"))?;
                Ok(Self(bytes))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let pepper = Self(environment.random());
                write_private(path, &pepper.0)?;
                Ok(pepper)
            }
            Err(error) => Err(error),
        }
    }

    /// The key of the company's verifiers in this file, when the cloud gave one.
    ///
    /// # Errors
    /// When the file cannot be read, or is none.
    pub fn of_company(path: &Path) -> io::Result<Option<Self>> {
        match std::fs::read(path) {
            Ok(bytes) => {
                let bytes = bytes.try_into().map_err(|_| io::Error::other("the company's key is not 32 bytes long"))?;
                Ok(Some(Self(bytes)))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A key for something else that only this box may prove, apart from all others derived.
    pub fn derived(&self, purpose: &'static str) -> [u8; 32] {
        blake3::derive_key(purpose, &self.0)
    }

    fn argon2(&self) -> Argon2<'_> {
        // 9 MiB, 3 passes: OWASP's second choice, so that a log-in hardly shows in the memory of a small box.
        let params = Params::new(9 * 1024, 3, 1, None).expect("these parameters are within Argon2's bounds");
        Argon2::new_with_secret(&self.0, Algorithm::Argon2id, Version::V0x13, params)
            .expect("a pepper of 32 bytes is within Argon2's bounds")
    }

    /// The verifier of a PIN. Takes tens of milliseconds: not on the writer, not on the runtime.
    pub fn verifier(&self, pin: &Pin, environment: &Environment) -> String {
        let salt = SaltString::encode_b64(&environment.random::<16>()).expect("sixteen bytes are a salt");
        let hash = self.argon2().hash_password(pin.0.as_bytes(), &salt);
        hash.expect("a PIN of a few digits can always be hashed").to_string()
    }

    /// Whether the PIN is the verifier's. Takes tens of milliseconds.
    pub fn verifies(&self, pin: &str, verifier: &str) -> bool {
        PasswordHash::new(verifier)
            .is_ok_and(|verifier| self.argon2().verify_password(pin.as_bytes(), &verifier).is_ok())
    }
}

/// Whether a verifier is keyed with the company's key and not with this box's pepper.
pub fn is_companys(verifier: &str) -> bool {
    let named = PasswordHash::new(verifier);
    named.is_ok_and(|verifier| {
        let mut name = [0; COMPANY_KEY.len()];
        let key = verifier.params.get("keyid").and_then(|value| value.b64_decode(&mut name).ok());
        key == Some(COMPANY_KEY)
    })
}

/// Keeps what the company's verifiers are keyed with, whole or not at all.
///
/// # Errors
/// When the disk does not take it.
pub fn keep_company_key(path: &Path, key: [u8; 32]) -> io::Result<()> {
    write_private(path, &key)
}

/// Four to eight digits.
#[derive(Clone)]
pub struct Pin(String);

/// A text that is no PIN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a PIN is four to eight digits")]
pub struct PinError;

impl std::str::FromStr for Pin {
    type Err = PinError;

    fn from_str(text: &str) -> Result<Self, PinError> {
        let fits = (4..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        if fits { Ok(Self(text.to_owned())) } else { Err(PinError) }
    }
}

/// A secret that is shown once and kept as its hash: a bearer token, a session's cookie.
pub struct Secret {
    /// What its holder keeps.
    pub text: String,
    /// What we keep.
    pub hash: [u8; 32],
}

impl Secret {
    /// A new one: 32 bytes of chance in hexadecimal after a prefix that says what it is.
    pub fn new(prefix: &str, environment: &Environment) -> Self {
        let text = format!("{prefix}{}", hex::encode(environment.random::<32>()));
        let hash = hash(&text);
        Self { text, hash }
    }
}

/// What we keep of a secret.
pub fn hash(secret: &str) -> [u8; 32] {
    *blake3::hash(secret.as_bytes()).as_bytes()
}

/// Keeps a PIN's verifier.
///
/// # Errors
/// When SQLite cannot write.
pub fn keep_pin(connection: &Connection, staff: StaffId, verifier: &str) -> rusqlite::Result<()> {
    const KEEP: &str = "
        INSERT INTO staff_secret (staff_id, pin_verifier) VALUES (?1, ?2)
        ON CONFLICT (staff_id) DO UPDATE
           SET pin_verifier = excluded.pin_verifier, failures = 0, locked_until = 0, pin_digits = NULL";
    connection.execute(KEEP, params![staff.as_bytes(), verifier]).map(drop)
}

/// What is kept of a PIN.
pub struct KeptPin {
    /// The verifier.
    pub verifier: String,
    /// Wrong PINs in a row.
    pub failures: u32,
    /// Until when no PIN is looked at.
    pub locked_until: Timestamp,
    /// How many digits it has; none before it was typed right once.
    pub digits: Option<u8>,
}

/// What is kept of somebody's PIN.
///
/// # Errors
/// When SQLite cannot read.
pub fn kept_pin(connection: &Connection, staff: StaffId) -> rusqlite::Result<Option<KeptPin>> {
    const KEPT: &str = "
        SELECT pin_verifier, failures, locked_until, pin_digits FROM staff_secret WHERE staff_id = ?1";
    let kept = |row: &rusqlite::Row<'_>| {
        let locked_until = Timestamp::from_microsecond(row.get(2)?).unwrap_or_default();
        Ok(KeptPin { verifier: row.get(0)?, failures: row.get(1)?, locked_until, digits: row.get(3)? })
    };
    connection.query_row(KEPT, params![staff.as_bytes()], kept).optional()
}

/// Counts one wrong PIN more than there were, and answers until when no further one is looked at.
///
/// # Errors
/// When SQLite cannot write.
pub fn count_failure(
    connection: &Connection,
    staff: StaffId,
    failures: u32,
    patience: Patience,
    now: Timestamp,
) -> rusqlite::Result<Timestamp> {
    const COUNT: &str = "UPDATE staff_secret SET failures = ?2, locked_until = ?3 WHERE staff_id = ?1";
    let failures = failures.saturating_add(1);
    let until = now + patience.lock_out(failures);
    connection.execute(COUNT, params![staff.as_bytes(), failures, until.as_microsecond()])?;
    Ok(until)
}

/// Forgets wrong PINs after the right one, of which it is known now how many digits it has.
///
/// # Errors
/// When SQLite cannot write.
pub fn forgive(connection: &Connection, staff: StaffId, digits: Option<u8>) -> rusqlite::Result<()> {
    const RIGHT: &str = "UPDATE staff_secret SET failures = 0, locked_until = 0, pin_digits = ?2 WHERE staff_id = ?1";
    connection.execute(RIGHT, params![staff.as_bytes(), digits]).map(drop)
}

/// Begins a session after the right PIN, from then until then; it ends with the paired screen it begins on.
///
/// # Errors
/// When SQLite cannot write.
pub fn begin_session(
    connection: &Connection,
    staff: StaffId,
    device: Option<DeviceId>,
    hash: &[u8; 32],
    (now, until): (Timestamp, Timestamp),
) -> rusqlite::Result<()> {
    const BEGIN: &str = "
        INSERT INTO session (hash, staff_id, device_id, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    const EXPIRED: &str = "DELETE FROM session WHERE expires_at <= ?1";
    connection.execute(EXPIRED, params![now.as_microsecond()])?;
    let device = device.map(|device| *device.as_bytes());
    let row = params![hash, staff.as_bytes(), device, now.as_microsecond(), until.as_microsecond()];
    connection.execute(BEGIN, row).map(drop)
}

/// Ends a session.
///
/// # Errors
/// When SQLite cannot write.
pub fn end_session(connection: &Connection, hash: &[u8; 32]) -> rusqlite::Result<()> {
    const END: &str = "DELETE FROM session WHERE hash = ?1";
    connection.execute(END, params![hash]).map(drop)
}

/// A session, without what it can be used with.
pub struct KeptSession {
    /// The first eight bytes of its hash, in hexadecimal.
    pub id: String,
    /// Whose.
    pub staff: StaffId,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

/// The sessions that are not over, the latest first.
///
/// # Errors
/// When SQLite cannot read.
pub fn sessions(connection: &Connection, now: Timestamp) -> rusqlite::Result<Vec<KeptSession>> {
    const SESSIONS: &str = "
        SELECT lower(hex(substr(hash, 1, 8))), staff_id, created_at, expires_at FROM session
         WHERE expires_at > ?1 ORDER BY created_at DESC, hash LIMIT 500";
    let mut statement = connection.prepare_cached(SESSIONS)?;
    let session = |row: &rusqlite::Row<'_>| {
        Ok(KeptSession {
            id: row.get(0)?,
            staff: StaffId::from_uuid(Uuid::from_bytes(row.get(1)?)),
            since: Timestamp::from_microsecond(row.get(2)?).unwrap_or_default(),
            until: Timestamp::from_microsecond(row.get(3)?).unwrap_or_default(),
        })
    };
    let rows = statement.query_map(params![now.as_microsecond()], session)?;
    rows.collect()
}

/// Ends the session of this name; whether there was one.
///
/// # Errors
/// When SQLite cannot write.
pub fn end_session_named(connection: &Connection, id: &str) -> rusqlite::Result<bool> {
    const END: &str = "DELETE FROM session WHERE lower(hex(substr(hash, 1, 8))) = ?1";
    Ok(connection.execute(END, params![id])? > 0)
}

/// Keeps a token's hash.
///
/// # Errors
/// When SQLite cannot write.
pub fn keep_token(connection: &Connection, token: TokenId, hash: &[u8; 32]) -> rusqlite::Result<()> {
    const KEEP: &str = "INSERT INTO token_secret (hash, token_id) VALUES (?1, ?2)";
    connection.execute(KEEP, params![hash, token.as_bytes()]).map(drop)
}

/// Forgets a token's hash.
///
/// # Errors
/// When SQLite cannot write.
pub fn forget_token(connection: &Connection, token: TokenId) -> rusqlite::Result<()> {
    const FORGET: &str = "DELETE FROM token_secret WHERE token_id = ?1";
    connection.execute(FORGET, params![token.as_bytes()]).map(drop)
}

/// Whose session this is, and until when.
///
/// # Errors
/// When SQLite cannot read.
pub fn session(connection: &Connection, hash: &[u8; 32]) -> rusqlite::Result<Option<(StaffId, Timestamp)>> {
    const SESSION: &str = "SELECT staff_id, expires_at FROM session WHERE hash = ?1";
    let session = |row: &rusqlite::Row<'_>| {
        let until = Timestamp::from_microsecond(row.get(1)?).unwrap_or_default();
        Ok((StaffId::from_uuid(Uuid::from_bytes(row.get(0)?)), until))
    };
    connection.query_row(SESSION, params![hash], session).optional()
}

/// Which token this is.
///
/// # Errors
/// When SQLite cannot read.
pub fn token(connection: &Connection, hash: &[u8; 32]) -> rusqlite::Result<Option<TokenId>> {
    const TOKEN: &str = "SELECT token_id FROM token_secret WHERE hash = ?1";
    let token = |row: &rusqlite::Row<'_>| Ok(TokenId::from_uuid(Uuid::from_bytes(row.get(0)?)));
    connection.query_row(TOKEN, params![hash], token).optional()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_verified_only_with_its_pepper() {
        let environment = Environment::system();
        let folder = tempfile::tempdir().unwrap();
        let pepper = Pepper::at(&folder.path().join("pepper"), &environment).unwrap();
        let again = Pepper::at(&folder.path().join("pepper"), &environment).unwrap();
        let other = Pepper::at(&folder.path().join("other"), &environment).unwrap();
        let verifier = pepper.verifier(&"2580".parse().unwrap(), &environment);
        assert!(again.verifies("2580", &verifier));
        assert!(!again.verifies("2581", &verifier));
        assert!(!other.verifies("2580", &verifier));
    }

    #[test]
    fn what_is_not_four_to_eight_digits_is_no_pin() {
        for text in ["", "123", "123456789", "12a4", "١٢٣٤"] {
            assert!(text.parse::<Pin>().is_err(), "{text}");
        }
    }
}
