//! What is asked of the writer and what it answers.

use comanda_shared::ids::{CommandId, DeviceId};
use comanda_shared::staff::{Actor, Approver};
use rusqlite::ErrorCode;
use uuid::Uuid;

use crate::environment::Environment;

/// Who asks for what, and whether it is a repeat.
#[derive(Clone, Debug)]
pub struct Request {
    /// The command's id: of the idempotency key, when there is one.
    pub command: CommandId,
    /// A digest of what is asked; set when there is an idempotency key.
    pub digest: Option<String>,
    /// Who.
    pub actor: Actor,
    /// Who approves what whoever asks may not.
    pub approver: Option<Approver>,
    /// On which screen.
    pub device: Option<DeviceId>,
}

impl Request {
    /// A request that nobody will repeat.
    pub fn once(environment: &Environment, actor: Actor) -> Self {
        let command = CommandId::from_uuid(uuid::Builder::from_random_bytes(environment.random()).into_uuid());
        Self { command, digest: None, actor, approver: None, device: None }
    }

    /// A request with an idempotency key, which counts within its scope: a token or a device.
    ///
    /// A key that is a UUIDv7, as our own screens make them, lends the id its time: ids of one rush then stand together
    /// in the index, where ids by chance would each touch a page of their own.
    pub fn keyed(scope: Uuid, key: &str, asked: &[&[u8]], actor: Actor) -> Self {
        let mut id = blake3::Hasher::new();
        id.update(scope.as_bytes()).update(key.as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&id.finalize().as_bytes()[..16]);
        if let Some(key) = Uuid::try_parse(key).ok().filter(|key| key.get_version_num() == 7) {
            bytes[..6].copy_from_slice(&key.as_bytes()[..6]);
        }
        let mut digest = blake3::Hasher::new();
        for part in asked {
            digest.update(&(part.len() as u64).to_le_bytes()).update(part);
        }
        Self {
            command: CommandId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid()),
            digest: Some(digest.finalize().to_hex()[..32].to_owned()),
            actor,
            approver: None,
            device: None,
        }
    }
}

/// What a command did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome<T> {
    /// It happened now.
    Done(T),
    /// It had happened before; this is what it is about, as it is now.
    Repeated(T),
}

impl<T> Outcome<T> {
    /// What it is about.
    pub fn into_inner(self) -> T {
        match self {
            Self::Done(value) | Self::Repeated(value) => value,
        }
    }
}

/// Why the branch's file cannot be written at the moment.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum StorageFault {
    /// No room is left.
    #[error("the disk is full")]
    DiskFull,
    /// The disk takes no writes.
    #[error("the disk is read-only")]
    ReadOnly,
    /// The file is damaged.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// Anything else.
    #[error("the database failed: {0}")]
    Failed(String),
}

impl From<&rusqlite::Error> for StorageFault {
    fn from(error: &rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged(error.to_string()),
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl<E> CommandError<E> {
    /// The same, with another refusal.
    pub fn map<F>(self, refusal: impl FnOnce(E) -> F) -> CommandError<F> {
        match self {
            Self::Refused(refused) => CommandError::Refused(refusal(refused)),
            Self::KeyReused => CommandError::KeyReused,
            Self::Busy => CommandError::Busy,
            Self::Stopped => CommandError::Stopped,
            Self::Storage(fault) => CommandError::Storage(fault),
            Self::Panicked => CommandError::Panicked,
        }
    }
}

/// Why a command had no effect.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CommandError<E> {
    /// The feature refuses.
    #[error("{0}")]
    Refused(E),
    /// The same idempotency key was used for something else.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// Too many wait already.
    #[error("the branch is busy")]
    Busy,
    /// The writer has stopped.
    #[error("the branch is stopping")]
    Stopped,
    /// The file cannot be written.
    #[error(transparent)]
    Storage(#[from] StorageFault),
    /// The work panicked; a bug, logged where it happened.
    #[error("an internal error")]
    Panicked,
}
