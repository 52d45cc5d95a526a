//! Backups on the command line: making, listing and proving them with the daemon running or stopped; taking one back with
//! the daemon stopped.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use super::arguments::BackupAct;
use super::control::Answer;
use crate::backup::create::Proof;
use crate::backup::{Backup, BackupFolder, BackupKey, Made, Progress, create, restore, verify};
use crate::environment::Environment;
use crate::journal::DataFolder;

/// Does what is asked with backups.
///
/// # Errors
/// When it cannot be done; the branch is then as it was.
pub fn act(act: BackupAct, data: &DataFolder, json: bool) -> anyhow::Result<ExitCode> {
    let environment = Environment::system();
    let folder = |to: Option<_>| BackupFolder::at(to.unwrap_or_else(|| data.backups()));
    let answer = match act {
        BackupAct::Create { to, full, unattended } => {
            let proof = if full { Proof::Replayed } else { Proof::Sound };
            let made = made(data, &folder(to), &environment, proof)?;
            let code = if unattended { None } else { BackupKey::of(data)?.show_once(data)? };
            created(&made, code.as_deref())
        }
        BackupAct::List { from } => listed(&folder(from).list()?),
        BackupAct::Verify { file, code } => {
            let key = key(data, code)?;
            let manifest = verify(&file, &key, data, &environment, show)?.manifest;
            let text = format!("{} is good: {} entries, made {}", file.display(), manifest.sequence, manifest.at);
            Answer::good(text, serde_json::to_value(manifest)?)
        }
        BackupAct::Restore { file, code } => restored(data, &file, &key(data, code)?, &environment)?,
        BackupAct::Key => shown(data)?,
    };
    super::print(&answer, json)
}

fn key(data: &DataFolder, code: Option<String>) -> anyhow::Result<BackupKey> {
    match code {
        Some(code) => Ok(BackupKey::from_code(&code)?),
        None if data.backup_key().exists() => Ok(BackupKey::of(data)?),
        None => anyhow::bail!("this box has no key of backups: give the recovery code with --code"),
    }
}

/// Progress goes where an answer that is piped away does not.
fn show(progress: Progress) {
    eprintln!("… {}", progress.words());
}

fn made(data: &DataFolder, to: &BackupFolder, environment: &Environment, proof: Proof) -> anyhow::Result<Made> {
    anyhow::ensure!(data.database().exists(), "there is no branch here yet: {}", data.database().display());
    Ok(create(data, to, environment, proof, show)?)
}

fn created(made: &Made, code: Option<&str>) -> Answer {
    let mut text = format!("{} ({} bytes, {:.1?})", made.file.display(), made.bytes, made.took);
    if let Some(code) = code {
        text.push_str(&recovery(code));
    }
    let json = serde_json::json!({
        "name": made.name.to_string(), "file": made.file, "bytes": made.bytes, "sequence": made.name.sequence,
        "recovery_code": code,
    });
    Answer::good(text, json)
}

fn recovery(code: &str) -> String {
    format!(
        "\n\nThe recovery code, shown this once. Write it down and keep it away from the box: with it this branch comes back \
         on any other box, and without it on none.\n\n    {code}\n"
    )
}

fn listed(backups: &[Backup]) -> Answer {
    let line = |backup: &Backup| format!("{}\t{} bytes", backup.name, backup.bytes);
    let text = match backups {
        [] => "there are no backups".to_owned(),
        some => some.iter().map(line).collect::<Vec<_>>().join("\n"),
    };
    let item = |backup: &Backup| {
        serde_json::json!({
            "name": backup.name.to_string(), "at": backup.name.at, "sequence": backup.name.sequence, "bytes": backup.bytes,
        })
    };
    Answer::good(text, serde_json::json!({"items": backups.iter().map(item).collect::<Vec<_>>()}))
}

fn restored(data: &DataFolder, file: &Path, key: &BackupKey, environment: &Environment) -> anyhow::Result<Answer> {
    let _hold = data.hold().context("stop the daemon before restoring")?;
    let restored = restore(file, key, data, environment, show)?;
    let mut text = format!(
        "the branch is as it was at {}, with {} entries; it goes on in a new life of its journal, its numbers skip ahead",
        restored.manifest.at, restored.manifest.sequence
    );
    if let Some(kept) = &restored.kept {
        text.push_str(&format!("\nwhat was in its place is kept as {}", kept.display()));
    }
    let json =
        serde_json::json!({"sequence": restored.manifest.sequence, "at": restored.manifest.at, "kept": restored.kept});
    Ok(Answer::good(text, json))
}

fn shown(data: &DataFolder) -> anyhow::Result<Answer> {
    let code = BackupKey::of(data)?.show_once(data)?;
    let code = code.context("the recovery code was shown before, and is shown once")?;
    Ok(Answer::good(recovery(&code).trim().to_owned(), serde_json::json!({"recovery_code": code})))
}
