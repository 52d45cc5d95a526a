//! What a screen is told when it arrives, comes back or fell behind: what it missed, or everything; of one moment.

use std::collections::BTreeSet;

use axum::extract::ws::Utf8Bytes;
use comanda_shared::ids::JournalId;
use rusqlite::Connection;

use super::changes::{Chain, Change, since};
use super::scope::Scope;
use super::views::{self, Hour};
use super::wire::{How, ToScreen};
use crate::branch;
use crate::journal::entry::read_head;

/// Entries a screen may have missed; beyond that everything is shorter.
const LONGEST_GAP: u32 = 2_000;

/// Where a screen stands: it has heard everything of its scopes up to here.
#[derive(Clone, Debug)]
pub struct Place {
    /// In which life of the journal.
    pub journal: JournalId,
    /// Up to which entry.
    pub sequence: u64,
    /// What it heard last of each scope.
    pub chain: Chain,
}

/// What a screen is told, and where it stands after it.
pub struct CaughtUp {
    /// Whether it is everything.
    pub how: How,
    /// The messages, to be sent in this order.
    pub frames: Vec<Utf8Bytes>,
    /// Where the screen stands then.
    pub place: Place,
}

/// What a screen that stands there is told of its scopes; one that stands nowhere is told everything.
///
/// # Errors
/// When SQLite cannot read.
pub fn catch_up(
    connection: &Connection,
    hour: &Hour,
    scopes: &BTreeSet<Scope>,
    stands: Option<Place>,
) -> rusqlite::Result<CaughtUp> {
    let moment = connection.unchecked_transaction()?;
    let journal = branch::store::load(&moment)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?.journal;
    let sequence = read_head(&moment)?.sequence;
    let within_reach = |place: &Place| {
        let gap = sequence.checked_sub(place.sequence);
        place.journal == journal && gap.is_some_and(|gap| gap <= u64::from(LONGEST_GAP))
    };
    if let Some(place) = stands.filter(within_reach) {
        let changes = since(&moment, hour, place.sequence, LONGEST_GAP, || scopes.clone())?;
        if !changes.begins_anew {
            let mut chain = place.chain;
            let message = |change: &Change| {
                let prev = chain.link(change.view.scope, change.sequence);
                change.told_after(prev).frame()
            };
            let frames = changes.views.iter().map(message).collect();
            return Ok(CaughtUp { how: How::Resume, frames, place: Place { journal, sequence, chain } });
        }
    }
    let mut views = Vec::new();
    for scope in scopes {
        views.extend(views::of_scope(&moment, hour, *scope)?);
    }
    let snapshot = ToScreen::Snapshot { sequence, scopes, views: &views }.frame();
    let place = Place { journal, sequence, chain: Chain::beginning_at(sequence) };
    Ok(CaughtUp { how: How::Snapshot, frames: vec![snapshot], place })
}
