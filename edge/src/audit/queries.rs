//! Reads of the journal for whoever looks over what was done.

use comanda_shared::event::Header;
use comanda_shared::staff::Actor;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::orders::search::folded;

/// Entries looked at for one page; a page may be short of what was asked for, and goes on from there.
const LOOKED_AT: u32 = 20_000;

/// What is worth looking over: money given up or moved, what was taken back, and who may do what.
const SENSITIVE: [&str; 40] = [
    "order.line_voided",
    "order.cancelled",
    "order.discounted",
    "order.discount_removed",
    "order.reopened",
    "order.merged",
    "order.personal_erased",
    "payment.refunded",
    "receipt.reprinted",
    "order.paper_reprinted",
    "cash.shift_opened",
    "cash.moved",
    "cash.drawer_opened",
    "cash.shift_closed",
    "cash.day_closed",
    "staff.added",
    "staff.changed",
    "staff.pin_changed",
    "staff.locked_out",
    "token.created",
    "token.revoked",
    "device.paired",
    "device.changed",
    "device.revoked",
    "device.locked_out",
    "device.unlocked",
    "printer.added",
    "printer.changed",
    "printer.removed",
    "branch.opened",
    "branch.directive_applied",
    "branch.numbers_skipped",
    "branch.state_changed",
    "branch.begun",
    "ticket.reprinted",
    "customer.added",
    "customer.changed",
    "customer.consented",
    "customer.erased",
    "attendance.corrected",
];

/// What is looked for.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// Entries before this one.
    pub before: Option<u64>,
    /// Of one of these kinds, `payment.refunded`, or families, `cash.`; empty for all.
    pub kinds: Vec<String>,
    /// Only what somebody else had to approve.
    pub approved: bool,
    /// Only where this stands in a reason or a name, accents and case aside.
    pub words: String,
}

impl Wanted {
    fn takes(&self, header: &Header) -> bool {
        let is_sensitive = header.approver.is_some() || SENSITIVE.contains(&header.kind.as_str());
        let is_kind = self.kinds.is_empty() || self.kinds.iter().any(|kind| header.kind.starts_with(kind.as_str()));
        is_sensitive && is_kind && (!self.approved || header.approver.is_some())
    }
}

/// A page of what was done, the latest first.
#[derive(Debug)]
pub struct Page {
    /// The heads of the entries, with their bodies as JSON.
    pub entries: Vec<(Header, String)>,
    /// Where it goes on: before this entry.
    pub next: Option<u64>,
}

/// A page of what was done, the latest first; `named` gives what whoever did or approved it is called.
///
/// # Errors
/// When SQLite cannot read.
pub fn page(
    connection: &Connection,
    wanted: &Wanted,
    limit: usize,
    mut named: impl FnMut(Actor) -> rusqlite::Result<String>,
) -> rusqlite::Result<Page> {
    let words = folded(&wanted.words);
    const BACKWARDS: &str = "
        SELECT sequence, header, body FROM journal WHERE sequence < ?1 ORDER BY sequence DESC LIMIT ?2";
    let before = wanted.before.map_or(i64::MAX, |before| i64::try_from(before).unwrap_or(i64::MAX));
    let mut statement = connection.prepare_cached(BACKWARDS)?;
    let mut rows = statement.query(params![before, LOOKED_AT])?;
    let mut page = Page { entries: Vec::new(), next: None };
    let (mut looked_at, mut last) = (0, 0);
    while let Some(row) = rows.next()? {
        last = row.get::<_, i64>(0)?.cast_unsigned();
        looked_at += 1;
        // An entry that cannot be read is found by `journal verify`, not here.
        let Ok(header) = serde_json::from_str::<Header>(row.get_ref(1)?.as_str()?) else { continue };
        if wanted.takes(&header) && says(&words, &header, row.get_ref(2)?.as_str()?, &mut named)? {
            page.entries.push((header, row.get(2)?));
            if page.entries.len() == limit {
                break;
            }
        }
    }
    page.next = (last > 1 && (page.entries.len() == limit || looked_at == LOOKED_AT)).then_some(last);
    Ok(page)
}

/// Whether these words stand in what the entry tells, or in the name of whoever did or approved it; no words stand anywhere.
fn says(
    words: &str,
    header: &Header,
    body: &str,
    mut named: impl FnMut(Actor) -> rusqlite::Result<String>,
) -> rusqlite::Result<bool> {
    if words.trim().is_empty() {
        return Ok(true);
    }
    for who in [Some(header.actor), header.approver.map(Actor::Staff)].into_iter().flatten() {
        if folded(&named(who)?).contains(words) {
            return Ok(true);
        }
    }
    Ok(serde_json::from_str(body).is_ok_and(|told: Value| tells(&told, words)))
}

fn tells(told: &Value, words: &str) -> bool {
    match told {
        Value::String(text) => folded(text).contains(words),
        Value::Array(items) => items.iter().any(|item| tells(item, words)),
        Value::Object(fields) => fields.values().any(|value| tells(value, words)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// An entry that is one of those looked over.
///
/// # Errors
/// When SQLite cannot read.
pub fn act(connection: &Connection, sequence: u64) -> rusqlite::Result<Option<(Header, String)>> {
    const ENTRY: &str = "SELECT header, body FROM journal WHERE sequence = ?1";
    let Ok(sequence) = i64::try_from(sequence) else { return Ok(None) };
    let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get(1)?));
    let found = connection.prepare_cached(ENTRY)?.query_row(params![sequence], row).optional()?;
    let read = found.and_then(|(header, body)| Some((serde_json::from_str::<Header>(&header).ok()?, body)));
    Ok(read.filter(|(header, _)| Wanted::default().takes(header)))
}

/// The body of the entry that said how the same thing was before this one, as far back as is looked.
///
/// # Errors
/// When SQLite cannot read.
pub fn body_before(connection: &Connection, header: &Header) -> rusqlite::Result<Option<String>> {
    const BACKWARDS: &str = "
        SELECT header, body FROM journal WHERE sequence < ?1 ORDER BY sequence DESC LIMIT ?2";
    let family = header.kind.split_once('.').map_or(header.kind.as_str(), |(family, _)| family);
    let said_so = |kind: &str| {
        kind == header.kind
            || [".added", ".changed", ".paired"].iter().any(|end| kind.strip_suffix(end) == Some(family))
    };
    let mut statement = connection.prepare_cached(BACKWARDS)?;
    let mut rows = statement.query(params![header.sequence.cast_signed(), LOOKED_AT])?;
    while let Some(row) = rows.next()? {
        let Ok(former) = serde_json::from_str::<Former<'_>>(row.get_ref(0)?.as_str()?) else { continue };
        if former.aggregate == header.aggregate && said_so(former.kind) {
            return row.get(1).map(Some);
        }
    }
    Ok(None)
}

/// As much of a head as is looked at on the way back.
#[derive(Deserialize)]
struct Former<'h> {
    kind: &'h str,
    aggregate: Uuid,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use comanda_shared::event::Event;

    use super::*;

    #[test]
    fn at_least_twenty_five_kinds_of_acts_are_looked_over_and_each_is_one_that_happens() {
        let kinds: BTreeSet<&str> = Event::kinds().collect();
        assert!(SENSITIVE.len() >= 25);
        for kind in SENSITIVE {
            assert!(kinds.contains(kind), "{kind}");
        }
        assert_eq!(SENSITIVE.iter().collect::<BTreeSet<_>>().len(), SENSITIVE.len());
    }

    #[test]
    fn words_are_found_in_what_was_told_and_not_in_what_fields_are_called() {
        let told =
            serde_json::json!({"reason": "Plato FRÍO", "payments": [{"note": "señora de la 4"}], "amount": 1000});
        for (words, is_there) in [("frio", true), ("senora", true), ("reason", false), ("1000", false), ("", true)] {
            assert_eq!(tells(&told, words), is_there, "{words}");
        }
    }
}
