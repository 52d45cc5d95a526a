//! What looks different after the entries that follow a sequence: asked by the follower for everybody, and by a screen
//! that was away for itself.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::names::{EventName, names_of};
use super::scope::Scope;
use super::touched::{Touched, touched};
use super::views::{self, Entity, Hour};
use super::wire::{ToScreen, View};
use crate::journal::entry::{StoredEntry, read_after};

/// What has changed.
pub struct Changes {
    /// Up to which entry.
    pub upto: u64,
    /// How the things that changed look now, in the order of the entries that last touched them.
    pub views: Vec<Change>,
    /// Whether views are not enough: screens begin anew.
    pub begins_anew: bool,
}

/// A thing that changed.
pub struct Change {
    /// The last entry that touched it.
    pub sequence: u64,
    /// What happened to it, in order, each once.
    pub events: Vec<EventName>,
    /// How it looks now.
    pub view: View,
}

impl Change {
    /// As it is told, after the scope's message of this sequence.
    pub fn told_after(&self, prev: u64) -> ToScreen<'_> {
        let Self { sequence, events, view } = self;
        ToScreen::Message { scope: view.scope, sequence: *sequence, prev, events, sight: &view.sight }
    }
}

/// What up to `limit` entries after a sequence changed. The connection is in a read transaction, so that all is of one
/// moment; `scopes` says who looks, and is asked after the entries were read.
///
/// # Errors
/// When SQLite cannot read.
pub fn since(
    connection: &Connection,
    hour: &Hour,
    sequence: u64,
    limit: u32,
    scopes: impl FnOnce() -> BTreeSet<Scope>,
) -> rusqlite::Result<Changes> {
    let entries = read_after(connection, sequence, limit)?;
    let scopes = scopes();
    let upto = entries.last().map_or(sequence, |entry| entry.sequence);
    let mut last_touched: BTreeMap<Entity, (u64, Vec<EventName>)> = BTreeMap::new();
    for entry in &entries {
        let (touched, names) = touched_by(entry);
        let mut touch = |entity| {
            let (sequence, events) = last_touched.entry(entity).or_default();
            *sequence = entry.sequence;
            for name in names {
                if !events.contains(name) {
                    events.push(*name);
                }
            }
        };
        match touched {
            Touched::Nothing => {}
            Touched::Order(order) => {
                touch(Entity::Order(order));
                touch(Entity::Cards(order));
            }
            Touched::Cards(order) => touch(Entity::Cards(order)),
            Touched::Alert(alert) => touch(Entity::Alert(alert)),
            Touched::Availability => touch(Entity::Availability),
            Touched::BranchState => touch(Entity::BranchState),
            Touched::Catalog => touch(Entity::Catalog),
            Touched::Everything => return Ok(Changes { upto, views: Vec::new(), begins_anew: true }),
        }
    }
    let mut views = Vec::new();
    for (entity, (sequence, events)) in last_touched {
        let seen = views::of_entity(connection, hour, entity, &scopes)?;
        views.extend(seen.into_iter().map(|view| Change { sequence, events: events.clone(), view }));
    }
    views.sort_by_key(|change| change.sequence);
    Ok(Changes { upto, views, begins_anew: false })
}

/// What an entry touched, and what it is called; one that cannot be read may have touched anything.
fn touched_by(entry: &StoredEntry) -> (Touched, &'static [EventName]) {
    match entry.read() {
        Ok(entry) => (touched(&entry.event), names_of(&entry.event)),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "screens begin anew");
            (Touched::Everything, &[])
        }
    }
}

/// The last message of each scope, so that each message names the one before it.
#[derive(Clone, Default, Debug)]
pub struct Chain {
    beginning: u64,
    last: BTreeMap<Scope, u64>,
}

impl Chain {
    /// No message yet since this sequence.
    pub const fn beginning_at(beginning: u64) -> Self {
        Self { beginning, last: BTreeMap::new() }
    }

    /// The sequence of the scope's last message, or where the chain began.
    pub fn last(&self, scope: Scope) -> u64 {
        self.last.get(&scope).copied().unwrap_or(self.beginning)
    }

    /// One more message; answers the one before it.
    pub fn link(&mut self, scope: Scope, sequence: u64) -> u64 {
        let before = self.last(scope);
        self.last.insert(scope, sequence);
        before
    }
}
