//! Reads of the journal for whoever looks over what was done.

use comanda_shared::event::Header;
use rusqlite::{Connection, params};

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
    /// Of this kind, `payment.refunded`, or family, `cash.`.
    pub kind: Option<String>,
    /// Only what somebody else had to approve.
    pub approved: bool,
}

impl Wanted {
    fn takes(&self, header: &Header) -> bool {
        let is_sensitive = header.approver.is_some() || SENSITIVE.contains(&header.kind.as_str());
        let is_kind = self.kind.as_ref().is_none_or(|kind| header.kind.starts_with(kind.as_str()));
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

/// A page of what was done, the latest first.
///
/// # Errors
/// When SQLite cannot read.
pub fn page(connection: &Connection, wanted: &Wanted, limit: usize) -> rusqlite::Result<Page> {
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
        if wanted.takes(&header) {
            page.entries.push((header, row.get(2)?));
            if page.entries.len() == limit {
                break;
            }
        }
    }
    page.next = (last > 1 && (page.entries.len() == limit || looked_at == LOOKED_AT)).then_some(last);
    Ok(page)
}
