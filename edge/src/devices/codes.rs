//! Pairing codes: six digits, good once and for ten minutes.
//!
//! A million codes are few: one that was good while twenty wrong ones were typed anywhere is void, so that whoever guesses
//! has one chance in fifty thousand for each code that is given out.

use comanda_shared::staff::Actor;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::feature::Plan;
use crate::environment::Environment;

/// How long a code is good.
pub const GOOD_FOR: SignedDuration = SignedDuration::from_mins(10);
/// How long one that is not is still called expired.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);
/// A code is void after so many wrong ones.
const MOST_FAILURES: u32 = 20;

/// A code as somebody reads and types it.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

/// A text that is no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a pairing code is six digits")]
pub struct CodeError;

impl Code {
    /// A new one.
    pub fn new(environment: &Environment) -> Self {
        Self(format!("{:06}", u64::from_le_bytes(environment.random()) % 1_000_000))
    }

    /// Its digits.
    pub fn digits(&self) -> &str {
        &self.0
    }

    fn hash(&self) -> [u8; 32] {
        *blake3::hash(self.0.as_bytes()).as_bytes()
    }
}

impl std::str::FromStr for Code {
    type Err = CodeError;

    /// Spaces are for the eyes.
    fn from_str(text: &str) -> Result<Self, CodeError> {
        let digits: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let fits = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if fits { Ok(Self(digits)) } else { Err(CodeError) }
    }
}

/// What a code stands for.
pub struct Invitation {
    /// The screen it lets in.
    pub plan: Plan,
    /// Who lets it in.
    pub made_by: Actor,
}

/// What is known of a code.
pub enum Known {
    /// It was given out and may be used.
    Good(Invitation),
    /// It was good once.
    Expired,
}

/// Keeps a code, in the place of one with the same digits, and forgets those that are long over.
///
/// # Errors
/// When SQLite cannot write.
pub fn keep(
    connection: &Connection,
    code: &Code,
    plan: &Plan,
    made_by: Actor,
    now: Timestamp,
    until: Timestamp,
) -> rusqlite::Result<()> {
    const OVER: &str = "DELETE FROM pairing_code WHERE expires_at < ?1";
    const KEEP: &str = "
        INSERT OR REPLACE INTO pairing_code (hash, plan, made_by, expires_at) VALUES (?1, ?2, ?3, ?4)";
    connection.execute(OVER, params![(now - REMEMBERED).as_microsecond()])?;
    let (plan, made_by) = (written(plan), written(&made_by));
    connection.execute(KEEP, params![code.hash(), plan, made_by, until.as_microsecond()]).map(drop)
}

fn written(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("a plan and an actor are plain data, which JSON can always hold")
}

/// What is known of a code; nothing when it was never given out, or was used.
///
/// # Errors
/// When SQLite cannot read.
pub fn known(connection: &Connection, code: &Code, now: Timestamp) -> rusqlite::Result<Option<Known>> {
    const KNOWN: &str = "SELECT plan, made_by, expires_at, failures FROM pairing_code WHERE hash = ?1";
    let row = |row: &rusqlite::Row<'_>| {
        let (plan, made_by): (String, String) = (row.get(0)?, row.get(1)?);
        let expires_at = Timestamp::from_microsecond(row.get(2)?).unwrap_or_default();
        let is_good = now < expires_at && row.get::<_, u32>(3)? < MOST_FAILURES;
        let read = serde_json::from_str(&plan).ok().zip(serde_json::from_str(&made_by).ok());
        // A plan of an older program that no longer reads is as one that is over.
        Ok(read.filter(|_| is_good).map_or(Known::Expired, |(plan, made_by)| Known::Good(Invitation { plan, made_by })))
    };
    connection.query_row(KNOWN, params![code.hash()], row).optional()
}

/// Uses a code up; whether it was there.
///
/// # Errors
/// When SQLite cannot write.
pub fn use_up(connection: &Connection, code: &Code) -> rusqlite::Result<bool> {
    const USE: &str = "DELETE FROM pairing_code WHERE hash = ?1";
    Ok(connection.execute(USE, params![code.hash()])? > 0)
}

/// Counts a wrong code against every one that is good.
///
/// # Errors
/// When SQLite cannot write.
pub fn count_failure(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    const COUNT: &str = "UPDATE pairing_code SET failures = failures + 1 WHERE expires_at > ?1";
    connection.execute(COUNT, params![now.as_microsecond()]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_digits_however_it_is_spaced() {
        assert_eq!("012 345".parse::<Code>().map(|code| code.digits().to_owned()), Ok("012345".to_owned()));
        for text in ["", "12345", "1234567", "12a456", "١٢٣٤٥٦"] {
            assert!(text.parse::<Code>().is_err(), "{text}");
        }
        assert_eq!(Code::new(&Environment::system()).digits().len(), 6);
    }
}
