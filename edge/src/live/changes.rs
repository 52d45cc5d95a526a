//! What looks different after the entries that follow a sequence: asked by the follower for everybody, and by a screen
//! that was away for itself.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use rusqlite::Connection;

use super::scope::Scope;
use super::touched::{Touched, touched};
use super::views::{self, Entity};
use super::wire::View;
use crate::journal::entry::{StoredEntry, read_after};

/// What has changed.
pub struct Changes {
    /// Up to which entry.
    pub upto: u64,
    /// How the things that changed look now, each with the last entry that touched it; in the order of these.
    pub views: Vec<(u64, View)>,
    /// Whether views are not enough: screens begin anew.
    pub begins_anew: bool,
}

/// What up to `limit` entries after a sequence changed. The connection is in a read transaction, so that all is of one
/// moment; `scopes` says who looks, and is asked after the entries were read.
///
/// # Errors
/// When SQLite cannot read.
pub fn since(
    connection: &Connection,
    zone: &TimeZone,
    sequence: u64,
    limit: u32,
    scopes: impl FnOnce() -> BTreeSet<Scope>,
) -> rusqlite::Result<Changes> {
    let entries = read_after(connection, sequence, limit)?;
    let scopes = scopes();
    let upto = entries.last().map_or(sequence, |entry| entry.sequence);
    let mut last_touched: BTreeMap<Entity, u64> = BTreeMap::new();
    for entry in &entries {
        let mut touch = |entity| last_touched.insert(entity, entry.sequence);
        match touched_by(entry) {
            Touched::Nothing => {}
            Touched::Order(order) => {
                touch(Entity::Order(order));
                touch(Entity::Cards(order));
            }
            Touched::Cards(order) => drop(touch(Entity::Cards(order))),
            Touched::Alert(alert) => drop(touch(Entity::Alert(alert))),
            Touched::Availability => drop(touch(Entity::Availability)),
            Touched::Catalog => drop(touch(Entity::Catalog)),
            Touched::Everything => return Ok(Changes { upto, views: Vec::new(), begins_anew: true }),
        }
    }
    let mut views = Vec::new();
    for (entity, sequence) in last_touched {
        let seen = views::of_entity(connection, zone, entity, &scopes)?;
        views.extend(seen.into_iter().map(|view| (sequence, view)));
    }
    views.sort_by_key(|(sequence, _)| *sequence);
    Ok(Changes { upto, views, begins_anew: false })
}

/// An entry that cannot be read may have touched anything.
fn touched_by(entry: &StoredEntry) -> Touched {
    match entry.read() {
        Ok(entry) => touched(&entry.event),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "screens begin anew");
            Touched::Everything
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
