//! Whatever is flipped, dropped or swapped in the journal is found.
//!
//! Not the last entries when they are dropped together, nor a chain that was made anew from some entry on: what is left is
//! whole in itself. Only who remembers a head can tell: the cloud's cursor, a backup, the paper of a Z report.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{TestError, TestRunner};
use rusqlite::{Connection, params};
use tempfile::TempDir;

use comanda_shared::order::OrderPersonal;

use super::trial::{Trial, place_order};
use crate::journal::LineageReason;
use crate::journal::entry::chained;
use crate::journal::verify::{PrintedHead, Verdict, verify};
use crate::orders::feature::Wish;

/// A copy of a branch's file that can be tampered with: the triggers are gone.
struct Tampered {
    file: Connection,
    entries: i64,
    _folder: TempDir,
}

impl Tampered {
    fn branch() -> Self {
        let mut trial = Trial::selling();
        trial.add_staff("Eulalia", "2580");
        for guest in ["Zoraida", "Ñeco «el flaco»", "李"] {
            let mut place = place_order(&[("combo", 2)]);
            place.personal = OrderPersonal { customer_name: Some(guest.to_owned()), ..OrderPersonal::default() };
            let order = trial.order(Wish::Place(place)).unwrap();
            trial.order(super::adding(&order, &[("soda", 1)])).unwrap();
            trial.order(super::voiding(&order, 0)).unwrap();
        }
        trial.journal().open_lineage(LineageReason::Restored).unwrap();
        trial.place();
        let (folder, path) = trial.copy();
        let file = Connection::open(path).unwrap();
        let free = "DROP TRIGGER journal_is_never_changed; DROP TRIGGER journal_is_never_shortened;
                    PRAGMA foreign_keys = off";
        file.execute_batch(free).unwrap();
        let entries = i64::try_from(super::trial::count(&file, "journal")).unwrap();
        assert!(verify(&file).unwrap().is_whole());
        Self { file, entries, _folder: folder }
    }

    /// What is found after the tampering, which is then undone.
    fn verdict(&self, tamper: impl FnOnce(&Connection)) -> Verdict {
        let transaction = self.file.unchecked_transaction().unwrap();
        tamper(&transaction);
        let verdict = verify(&transaction).expect("a fault is found and named, not stumbled over");
        transaction.rollback().unwrap();
        verdict
    }

    /// Every place where bytes stand that are hashed or sealed: table, column, sequence.
    fn places(&self) -> Vec<(&'static str, &'static str, i64)> {
        let mut places = Vec::new();
        for (table, columns) in [("journal", &["header", "body", "hash"][..]), ("journal_private", &["salt", "data"])] {
            let mut read = self.file.prepare(&format!("SELECT sequence FROM {table}")).unwrap();
            let sequences: Vec<i64> = read.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
            places.extend(sequences.iter().flat_map(|at| columns.iter().map(move |column| (table, *column, *at))));
        }
        places
    }
}

fn flip(file: &Connection, (table, column, sequence): (&str, &str, i64), bit: Index) {
    let read = format!("SELECT CAST({column} AS BLOB), typeof({column}) FROM {table} WHERE sequence = ?1");
    let (mut bytes, kind): (Vec<u8>, String) =
        file.query_row(&read, [sequence], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let bit = bit.index(bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
    let write = format!("UPDATE {table} SET {column} = CAST(?2 AS {kind}) WHERE sequence = ?1");
    assert_eq!(file.execute(&write, params![sequence, bytes]).unwrap(), 1);
}

/// Exchanges what stands in two rows; the numbers of the rows stay.
fn swap(file: &Connection, one: i64, other: i64) {
    for table in ["journal", "journal_private"] {
        let mut to = file.prepare(&format!("UPDATE {table} SET sequence = ?2 WHERE sequence = ?1")).unwrap();
        for (from, place) in [(one, -1), (other, one), (-1, other)] {
            to.execute([from, place]).unwrap();
        }
    }
}

fn drop_rows(file: &Connection, first: i64, last: i64) {
    for table in ["journal", "journal_private"] {
        let drop = format!("DELETE FROM {table} WHERE sequence BETWEEN ?1 AND ?2");
        file.execute(&drop, [first, last]).unwrap();
    }
}

/// Changes what an entry says and makes every hash from it on anew, as somebody would who has read this program.
fn forge(file: &Connection, from: i64) {
    let mut hash: [u8; 32] =
        file.query_row("SELECT hash FROM journal WHERE sequence = ?1", [from - 1], |row| row.get(0)).unwrap();
    file.execute("UPDATE journal SET body = '{ ' || substr(body, 2) WHERE sequence = ?1", [from]).unwrap();
    let mut read = file.prepare("SELECT sequence, header, body FROM journal WHERE sequence >= ?1 ORDER BY 1").unwrap();
    let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let entries: Vec<(i64, String, String)> = read.query_map([from], row).unwrap().map(Result::unwrap).collect();
    for (sequence, header, body) in entries {
        file.execute("UPDATE lineage SET parent_hash = ?2 WHERE first_sequence = ?1", params![sequence, hash]).unwrap();
        hash = chained(&hash, header.as_bytes(), body.as_bytes());
        file.execute("UPDATE journal SET hash = ?2 WHERE sequence = ?1", params![sequence, hash]).unwrap();
    }
}

fn printed(file: &Connection, sequence: i64) -> PrintedHead {
    let hash = file.query_row("SELECT hash FROM journal WHERE sequence = ?1", [sequence], |row| row.get(0)).unwrap();
    PrintedHead { sequence: sequence.cast_unsigned(), hash }
}

fn run<S: Strategy>(cases: u32, strategy: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let mut runner = TestRunner::new(ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() });
    match runner.run(strategy, test) {
        Ok(()) => {}
        Err(TestError::Fail(reason, _)) => panic!("{reason}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

#[test]
fn a_single_flipped_bit_is_found_where_it_is() {
    let branch = Tampered::branch();
    let places = branch.places();
    run(500, &(any::<Index>(), any::<Index>()), |(place, bit)| {
        let place = places[place.index(places.len())];
        let verdict = branch.verdict(|file| flip(file, place, bit));
        let found = verdict.faults.first().map(|fault| fault.sequence.cast_signed());
        prop_assert_eq!(found, Some(place.2), "{:?}: {:?}", place, verdict.faults);
        Ok(())
    });
}

#[test]
fn dropped_entries_are_found_at_the_beginning_and_in_the_middle() {
    let branch = Tampered::branch();
    let last = branch.entries;
    run(150, &(1..last).prop_flat_map(|first| (Just(first), first..last)), |(first, until)| {
        let verdict = branch.verdict(|file| drop_rows(file, first, until));
        let found = verdict.faults.first().map(|fault| fault.sequence.cast_signed());
        prop_assert_eq!(found, Some(until + 1));
        Ok(())
    });
}

#[test]
fn swapped_entries_are_found() {
    let branch = Tampered::branch();
    let last = branch.entries;
    run(150, &(1..last).prop_flat_map(move |one| (Just(one), one + 1..=last)), |(one, other)| {
        let verdict = branch.verdict(|file| swap(file, one, other));
        let found: Vec<i64> = verdict.faults.iter().map(|fault| fault.sequence.cast_signed()).collect();
        prop_assert!(found.contains(&one) && found.contains(&other), "{:?}", verdict.faults);
        Ok(())
    });
}

#[test]
fn a_chain_that_was_made_anew_is_found_by_every_paper_printed_after_what_was_changed() {
    let branch = Tampered::branch();
    let (early, changed, late) = (3, branch.entries / 2, branch.entries - 1);
    let papers = [early, changed, late].map(|sequence| printed(&branch.file, sequence));
    for paper in &papers {
        assert_eq!(paper.contradicted(&branch.file).unwrap(), None);
    }
    let verdict = branch.verdict(|file| {
        forge(file, changed);
        let found = papers.each_ref().map(|paper| paper.contradicted(file).unwrap().is_some());
        assert_eq!(found, [false, true, true]);
        drop_rows(file, late, branch.entries);
        assert!(papers[2].contradicted(file).unwrap().is_some(), "what was cut off is found, too");
    });
    assert!(verdict.is_whole(), "whole in itself, which is why the paper is needed: {:?}", verdict.faults);
}

#[test]
fn a_head_is_typed_as_it_is_printed() {
    let digits = "0123456789abcdef".repeat(4);
    let spaced = format!("1234 {} {}\n{}", &digits[..16], &digits[16..48], &digits[48..]);
    let head: PrintedHead = spaced.parse().unwrap();
    assert_eq!((head.sequence, hex::encode(head.hash)), (1234, digits.clone()));
    for wrong in
        ["", "1234", &digits, &format!("x {digits}"), &format!("1234 {}", &digits[1..]), &format!("1234 {digits}0")]
    {
        assert!(wrong.parse::<PrintedHead>().is_err(), "{wrong}");
    }
}

#[test]
fn personal_data_that_is_removed_added_or_exchanged_is_found() {
    let branch = Tampered::branch();
    for tamper in [
        "DELETE FROM journal_private WHERE sequence = (SELECT min(sequence) FROM journal_private)",
        "INSERT INTO journal_private VALUES (1, x'00112233445566778899aabbccddeeff', '{}')",
        "UPDATE journal_private SET data = (SELECT max(data) FROM journal_private)",
        "UPDATE journal_private SET data = '' WHERE sequence = (SELECT min(sequence) FROM journal_private)",
    ] {
        let verdict = branch.verdict(|file| assert!(file.execute(tamper, []).unwrap() > 0));
        assert!(!verdict.is_whole(), "{tamper}");
    }
}

#[test]
fn erasing_leaves_the_chain_whole() {
    let branch = Tampered::branch();
    let verdict = branch.verdict(|file| {
        assert!(file.execute("UPDATE journal_private SET data = NULL", []).unwrap() > 1);
    });
    assert!(verdict.is_whole(), "{:?}", verdict.faults);
}

#[test]
fn a_life_that_does_not_follow_the_one_before_is_found() {
    let branch = Tampered::branch();
    for tamper in [
        "UPDATE lineage SET parent_hash = zeroblob(32) WHERE reason = 'restored'",
        "UPDATE lineage SET first_sequence = first_sequence - 1 WHERE reason = 'restored'",
    ] {
        let verdict = branch.verdict(|file| assert!(file.execute(tamper, []).unwrap() > 0));
        assert!(!verdict.is_whole(), "{tamper}");
    }
}
