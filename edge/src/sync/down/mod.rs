//! The way down: what the cloud lays down for this branch and what it asks of it.
//!
//! - Directives come as pointers; [`documents`] fetches what they name over HTTPS with this box's certificate,
//!   [`directives`] checks it, keeps it, and takes it into use in one short step of the writer. Nobody waits for any of
//!   it: orders are priced by the version in use until the next one is.
//! - [`commands`] are carried out one after another, each with its effect and the record of it in one transaction.
//! - [`report`] is what the cloud is told of the branch.
//!
//! Faults it survives: a document that is not what its pointer promised, or is no good (reported, and the version in use
//! stays); a pointer or an answer that is lost (both are said again within minutes); a kill at any moment. Shown by the
//! tests here and by `tests/whole_system/way_down/main.rs`.

pub mod commands;
mod directives;
pub mod documents;
pub mod report;
pub mod store;

use std::time::Duration;

use comanda_shared::protocol::directive::Directives;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use self::documents::Documents;
use super::identity::Identity;
use crate::journal::{DataFolder, Journal};

/// What could not be fetched is tried again after so long.
const AGAIN_AFTER: Duration = Duration::from_secs(30);
/// Between two rounds, whatever the cloud says.
const REST: Duration = Duration::from_secs(1);

/// Fetches what the cloud has laid down, beside the conversation with it.
pub struct Downlink {
    journal: Journal,
    folder: DataFolder,
    identity: Identity,
    told: Option<Directives>,
    work: Option<JoinHandle<Worked>>,
    rests_until: Option<Instant>,
    is_unfinished: bool,
}

/// What came of one round.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Worked {
    /// All that could be done is done.
    Through,
    /// Something could not be fetched.
    Unfinished,
}

impl Downlink {
    /// A downlink that was told nothing yet.
    pub const fn new(journal: Journal, folder: DataFolder, identity: Identity) -> Self {
        Self { journal, folder, identity, told: None, work: None, rests_until: None, is_unfinished: false }
    }

    /// The cloud says what it has laid down. The last it said counts.
    pub fn hear(&mut self, directives: Directives) {
        self.told = Some(directives);
        if self.work.is_none() && self.rests_until.is_none() {
            self.begin();
        }
    }

    fn begin(&mut self) {
        let Some(told) = self.told.take() else { return };
        let (journal, folder, identity) = (self.journal.clone(), self.folder.clone(), self.identity.clone());
        self.work = Some(tokio::task::spawn_blocking(move || {
            let worked = round(&journal, &folder, &identity, &told);
            worked.unwrap_or_else(|error| {
                tracing::warn!(error = format!("{error:#}"), "what the cloud laid down could not be looked at");
                Worked::Unfinished
            })
        }));
    }

    /// Waits until it is time to say how the branch is: a round is through, or something is to be tried again, which the
    /// cloud then names. May be left and called again.
    pub async fn finished(&mut self) {
        loop {
            if let Some(work) = &mut self.work {
                let worked = work.await;
                self.work = None;
                self.is_unfinished = !matches!(worked, Ok(Worked::Through));
                if let Err(error) = worked {
                    tracing::error!(%error, "taking what the cloud laid down panicked");
                }
                self.rests_until = Some(Instant::now() + if self.is_unfinished { AGAIN_AFTER } else { REST });
                return;
            }
            match self.rests_until {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
            self.rests_until = None;
            let is_unfinished = std::mem::take(&mut self.is_unfinished);
            if self.told.is_some() {
                self.begin();
            } else if is_unfinished {
                return;
            }
        }
    }
}

fn round(journal: &Journal, folder: &DataFolder, identity: &Identity, told: &Directives) -> anyhow::Result<Worked> {
    let connection = crate::journal::open_reader(&folder.database(), journal.environment())?;
    let documents = Documents::at(identity, &told.from)?;
    let mut worked = Worked::Through;
    for pointer in &told.pointers {
        if !directives::bring(journal, &connection, &documents, pointer)? {
            worked = Worked::Unfinished;
        }
    }
    for sha256 in &told.wanted {
        let Some(body) = crate::journal::directives::body(&connection, sha256)? else {
            // Of a box that is gone, when it never showed it: nothing comes of trying again.
            tracing::debug!(sha256, "the cloud asks for a document that is not here");
            continue;
        };
        if let Err(error) = documents.show(sha256, body) {
            tracing::warn!(error = format!("{error:#}"), "a document could not be shown to the cloud yet");
            worked = Worked::Unfinished;
        }
    }
    Ok(worked)
}
