//! Backups over HTTP: the list, one more, and the proof of one.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use comanda_shared::time::LocalInstant;
use jiff::SignedDuration;
use serde::Serialize;
use utoipa::ToSchema;

use super::create::{Proof, create};
use super::{Backup, BackupError, BackupFolder, BackupKey, BackupName, verify};
use crate::http::extract::{Path, id};
use crate::http::openapi::{Finding, Guarded};
use crate::http::problem::{Code, Problem};
use crate::http::server::Branch;

/// One that was made so lately is answered in place of another.
const FRESH: SignedDuration = SignedDuration::from_secs(60);

/// A backup.
#[derive(Serialize, ToSchema)]
#[schema(as = Backup)]
pub struct BackupView {
    /// The archive's name.
    id: String,
    /// When it was begun.
    at: LocalInstant,
    /// The journal's last entry in it.
    sequence: u64,
    /// How long the archive is.
    bytes: u64,
}

/// The backups that are kept, the newest first.
#[derive(Serialize, ToSchema)]
pub struct Backups {
    items: Vec<BackupView>,
    /// The folder they are in, on the box.
    folder: String,
    /// Whether a person has seen the recovery code; without it a backup opens on no other box.
    recovery_code_seen: bool,
}

/// What the proof of a backup found.
#[derive(Serialize, ToSchema)]
pub struct BackupProof {
    id: String,
    /// Whether it can be restored.
    good: bool,
    /// What is wrong with it, in English; none when nothing is.
    #[schema(required)]
    reason: Option<String>,
}

fn view(backup: &Backup, branch: &Branch) -> BackupView {
    BackupView {
        id: backup.name.to_string(),
        at: LocalInstant::at(backup.name.at, &branch.journal.configuration().zone),
        sequence: backup.name.sequence,
        bytes: backup.bytes,
    }
}

/// Shows the backups that are kept.
///
/// Needs `backups.manage`.
#[utoipa::path(get, path = "/api/v1/backups", operation_id = "list_backups", tag = "branch",
    responses((status = 200, body = Backups), Guarded))]
pub async fn list(State(branch): State<Branch>) -> Result<Response, Problem> {
    let folder = BackupFolder::at(branch.folder.backups());
    let found = folder.list()?;
    let backups = Backups {
        items: found.iter().map(|backup| view(backup, &branch)).collect(),
        folder: folder.path().display().to_string(),
        recovery_code_seen: BackupKey::was_seen(&branch.folder),
    };
    Ok(Json(backups).into_response())
}

/// Makes a backup now, and answers when it is made and proved; one of the last minute is answered in its place.
///
/// Needs `backups.manage`.
#[utoipa::path(post, path = "/api/v1/backups", operation_id = "make_backup", tag = "branch",
    responses((status = 201, body = BackupView), (status = 200, body = BackupView), Guarded))]
pub async fn make(State(branch): State<Branch>) -> Result<Response, Problem> {
    // One at a time: whoever comes second finds what the first made.
    let _door = branch.backup_door.lock().await;
    let folder = BackupFolder::at(branch.folder.backups());
    let now = branch.journal.environment().clock.now();
    let newest = folder.list()?.into_iter().next();
    if let Some(fresh) = newest.filter(|newest| now.duration_since(newest.name.at).abs() < FRESH) {
        return Ok((StatusCode::OK, Json(view(&fresh, &branch))).into_response());
    }
    let (data, environment) = (branch.folder.clone(), branch.journal.environment().clone());
    let made = blocking(move || create(&data, &folder, &environment, Proof::Sound, |_| {})).await?;
    let backup = Backup { name: made.name, bytes: made.bytes };
    Ok((StatusCode::CREATED, Json(view(&backup, &branch))).into_response())
}

/// Proves a backup: it is decrypted, unpacked, checked and replayed, and the branch sells meanwhile.
///
/// Needs `backups.manage`.
#[utoipa::path(post, path = "/api/v1/backups/{id}/verify", operation_id = "verify_backup", tag = "branch",
    params(("id" = String, Path, description = "The archive's name.")),
    responses((status = 200, body = BackupProof), Guarded, Finding))]
pub async fn prove(State(branch): State<Branch>, Path(name): Path<String>) -> Result<Response, Problem> {
    let name: BackupName = id(&name)?;
    let file = BackupFolder::at(branch.folder.backups()).file(name);
    if !file.exists() {
        return Err(Code::NotFound.into());
    }
    let _door = branch.backup_door.lock().await;
    let (data, environment) = (branch.folder.clone(), branch.journal.environment().clone());
    let found = blocking(move || {
        let key = BackupKey::of(&data)?;
        verify(&file, &key, &data, &environment, |_| {})
    });
    let reason = match found.await {
        Ok(_) => None,
        Err(
            error @ (BackupError::Unsound(_) | BackupError::Undecipherable { .. } | BackupError::NotABackup { .. }),
        ) => Some(error.to_string()),
        Err(error) => return Err(error.into()),
    };
    Ok(Json(BackupProof { id: name.to_string(), good: reason.is_none(), reason }).into_response())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, BackupError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(BackupError::Unsound("making it panicked".to_owned())))
}

impl From<BackupError> for Problem {
    fn from(error: BackupError) -> Self {
        let is_full = matches!(&error, BackupError::File { source, .. }
            if source.kind() == std::io::ErrorKind::StorageFull || source.kind() == std::io::ErrorKind::QuotaExceeded);
        let error = anyhow::Error::new(error);
        tracing::warn!(error = format!("{error:#}"), "a backup was asked for and could not be made");
        Self::from(if is_full { Code::DiskFull } else { Code::StorageFailed })
    }
}
