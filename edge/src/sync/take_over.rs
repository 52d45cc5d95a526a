//! Taking a branch over from a box that is gone: by one code, from what the cloud has.
//!
//! The whole journal comes, life by life, and is held against its chain; the tables are made of it as by any replay; a new
//! life begins, which fences the old box, and numbers jump ahead, so that none the old box gave without the cloud is given
//! again. What the old box had not sent stays on it.
//!
//! The code works once. What it gave is kept at once, so that a box whose internet or power goes in between asks again
//! without one. The file gets its place last: until then there is no branch here, and nothing is sold twice.
//!
//! Secrets never left the old box: people are given the PINs they were given there anew, scripts their tokens. PINs that came
//! with the company's list of staff come with it again.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use comanda_shared::branch::{Branch, DirectiveApplied, DirectiveInUse, DirectiveKind};
use comanda_shared::protocol::{Batch, ChainHash, Life, Upward};
use comanda_shared::staff::Roster;
use serde::{Deserialize, Serialize};

use super::down::documents::Documents;
use super::enrolment;
use super::identity::Identity;
use crate::backup::restore;
use crate::environment::Environment;
use crate::journal::directives::Document;
use crate::journal::received::Received;
use crate::journal::{DataFolder, Journal, LineageReason};

/// What the cloud has of the branch.
#[derive(Deserialize)]
struct Offered {
    lives: Vec<Span>,
    hash: ChainHash,
    commands_done: u64,
}

#[derive(Deserialize)]
struct Span {
    #[serde(flatten)]
    life: Life,
    epoch: u32,
    upto: u64,
}

/// A branch that was taken over.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TakenOver {
    /// The branch, as the cloud knows it.
    pub branch: String,
    /// Entries that came.
    pub entries: u64,
    /// Where the file is that was in its place, when there was one.
    pub kept: Option<std::path::PathBuf>,
}

/// Takes a branch over; whoever calls this holds the data folder. A file that is there is kept beside the new one.
///
/// # Errors
/// When the cloud refuses or cannot be reached, or what it has is not whole; the branch that is here is then as it was.
/// Once the code was used, the same can be asked again without one.
pub fn take_over(folder: &DataFolder, environment: &Environment, cloud: &str, code: Option<&str>) -> Result<TakenOver> {
    super::choose_cryptography();
    let pending = folder.identity().with_extension("taking-over.json");
    let identity = match (code, Identity::read(&pending).context("could not read what the code gave")?) {
        (Some(code), _) => {
            let given = enrolment::ask_for(cloud, code)?;
            given.keep_company_key(folder)?;
            given.identity.write(&pending).context("could not keep what the code gave")?;
            given.identity
        }
        (None, Some(identity)) => identity,
        (None, None) => bail!("a code is needed: the owner makes one in the cloud"),
    };
    let documents = Documents::at(&identity, &identity.documents()?)?;
    let scratch = folder.scratch(environment).context("could not make a folder to receive the branch in")?;
    let entries = receive(scratch.path(), &documents, environment)?;
    begin_new_life(scratch.path(), environment)?;
    let (new, now) = (scratch.path().join("branch.db"), environment.clock.now());
    let kept = restore::replace(folder, &new, restore::Kept::BeforeRestore, now)?;
    identity.write(&folder.identity()).context("could not keep the identity")?;
    // Left there, it would only be asked of a branch that is this one already.
    let _ = std::fs::remove_file(&pending);
    Ok(TakenOver { branch: identity.branch.to_string(), entries, kept })
}

/// The journal, its tables and what is in use, in a file of their own.
fn receive(scratch: &Path, documents: &Documents, environment: &Environment) -> Result<u64> {
    let offered: Offered = serde_json::from_slice(&documents.get("takeover")?).context("the cloud's offer is none")?;
    let file = scratch.join("branch.db");
    let mut received = Received::begin(&file, environment)?;
    let (mut sequence, mut hash) = (0, ChainHash::GENESIS);
    for span in &offered.lives {
        ensure!(span.life.first == sequence + 1 && span.life.parent == hash, "the lives do not follow each other");
        received.life(&span.life, environment.clock.now())?;
        while sequence < span.upto {
            let batch = next(documents, span, sequence)?;
            ensure!(batch.head().first == sequence + 1 && batch.head().before == hash, "the entries do not follow");
            ensure!(batch.head().last <= span.upto, "there are entries of another life among them");
            received.entries(batch.entries())?;
            (sequence, hash) = (batch.head().last, batch.head().after);
        }
    }
    ensure!(hash == offered.hash && sequence > 0, "the journal does not end where the cloud says");
    let branch = received.derive()?;
    for (kind, in_use) in &branch.directives {
        let body = documents.fetch(&in_use.sha256);
        let body = body.with_context(|| format!("the cloud does not have the {} in use", name_of(*kind)))?;
        let document = Document::new(String::from_utf8(body).context("a document is no text")?);
        ensure!(document.sha256 == in_use.sha256, "the {} is not the one in use", name_of(*kind));
        received.lay_down(*kind, in_use, &document)?;
        if *kind == DirectiveKind::Staff {
            keep_pins(&received, &document)?;
        }
    }
    bring_former_templates(&received, documents, &branch)?;
    received.finish(sequence, offered.commands_done)?;
    Ok(sequence)
}

/// The PINs the company gave are the ones people have, unless they were given others at the branch: those never left it.
fn keep_pins(received: &Received, document: &Document) -> Result<()> {
    let roster: Roster = serde_json::from_str(&document.body).context("the list of staff in use cannot be read")?;
    let given = received.pins_of_cloud()?;
    for member in roster.staff.iter().filter(|member| given.contains(&member.id)) {
        if let Some(verifier) = &member.pin {
            received.keep_pin(member.id, &verifier.0)?;
        }
    }
    Ok(())
}

/// Tickets are printed again as they were: by the templates of their day. One that the cloud does not have holds nobody up.
fn bring_former_templates(received: &Received, documents: &Documents, branch: &Branch) -> Result<()> {
    let kind = DirectiveKind::Papers;
    let in_use = branch.directive_version(kind);
    for former in received.ever_applied(kind)?.into_iter().filter(|former| former.version != in_use) {
        let DirectiveApplied { version, sha256, author, .. } = former;
        let body = match documents.fetch(&sha256) {
            Ok(body) => String::from_utf8(body).unwrap_or_default(),
            Err(error) => {
                tracing::warn!(version, error = format!("{error:#}"), "templates that were in use once are lost");
                continue;
            }
        };
        let document = Document::new(body);
        if document.sha256 == sha256 {
            received.lay_down(kind, &DirectiveInUse { version, sha256, author }, &document)?;
        }
    }
    Ok(())
}

const fn name_of(kind: DirectiveKind) -> &'static str {
    kind.as_str()
}

fn next(documents: &Documents, span: &Span, after: u64) -> Result<Batch> {
    let message = documents.get(&format!("takeover/entries?epoch={}&after={after}", span.epoch))?;
    match Upward::decode(&message).context("entries cannot be read")? {
        Upward::Batch(batch) => Ok(batch),
        Upward::Hello(_) | Upward::CommandsDone { .. } | Upward::State(_) => bail!("these are no entries"),
    }
}

/// Opens the copy as its writer, in the folder it came to, and closes it in good order.
fn begin_new_life(scratch: &Path, environment: &Environment) -> Result<()> {
    let folder = DataFolder::at(scratch)?;
    let (journal, writer) = Journal::start(&folder, environment.clone())?;
    let begun = journal.open_lineage(LineageReason::TakenOver);
    journal.readers().close_idle();
    journal.stop();
    drop(journal);
    writer.join().map_err(|_| anyhow::anyhow!("the writer panicked"))?;
    begun.context("a new life of the journal could not begin")
}
