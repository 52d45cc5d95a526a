//! The tables are what the journal says, and so are the sums in them.

use std::collections::{BTreeMap, BTreeSet};

use comanda_shared::event::Event;
use comanda_shared::ids::{LineId, OrderId};
use comanda_shared::kitchen::{Ledger, MakingState};
use comanda_shared::order::{Line, LineState, OrderEvent};
use proptest::prelude::*;
use rusqlite::Connection;
use uuid::Uuid;

use super::history::{branch_after, days, few};
use super::trial::{Trial, adding, count, rows, voiding};
use crate::journal::aggregates::{Aggregate, DERIVED};
use crate::journal::entry::Entry;
use crate::journal::replay::{ReplayError, differences, replay_into};
use crate::journal::verify::verify;

/// What was sold on a day, by type and currency: orders, of them ended, subtotal, discount, tax, total.
type Sales = BTreeMap<(String, String, String), [i64; 6]>;

fn sales_day(file: &Connection) -> Sales {
    let mut read = file.prepare("SELECT * FROM sales_day").unwrap();
    let row = |row: &rusqlite::Row<'_>| {
        let sums = [row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?, row.get(8)?];
        Ok(((row.get(0)?, row.get(1)?, row.get(2)?), sums))
    };
    read.query_map([], row).unwrap().map(Result::unwrap).collect()
}

/// An order as a recount sees it.
#[derive(Default)]
struct Sold {
    day: (String, String, String),
    lines: Vec<Line>,
    back: BTreeSet<LineId>,
    is_ended: bool,
    is_part_of_another: bool,
}

/// The sums, counted from the events alone.
fn recount(entries: &[Entry]) -> Sales {
    let mut sold: BTreeMap<OrderId, Sold> = BTreeMap::new();
    for entry in entries {
        let Event::Order(event) = &entry.event else { continue };
        let order = sold.entry(event.order()).or_default();
        match event {
            OrderEvent::Placed(placed) => {
                let day = entry.header.business_day.to_string();
                order.day = (day, placed.order_type.as_str().to_owned(), placed.currency.to_string());
                order.lines.clone_from(&placed.lines);
            }
            OrderEvent::LinesAdded(added) => order.lines.extend_from_slice(&added.lines),
            OrderEvent::Repriced(repriced) => {
                for line in &mut order.lines {
                    if let Some(amounts) = repriced.lines.get(&line.id) {
                        line.amounts.clone_from(amounts);
                    }
                }
            }
            OrderEvent::LineVoided(voided) => order.back.extend(voided.parts.iter().chain([&voided.line])),
            OrderEvent::Cancelled(_) => order.is_ended = true,
            OrderEvent::LinesMerged(merged) => {
                let counts = |line: &&Line| line.state == LineState::Open;
                order.lines.extend(merged.lines.iter().filter(counts).cloned());
            }
            OrderEvent::Merged(_) => order.is_part_of_another = true,
            OrderEvent::Accepted(_)
            | OrderEvent::Advanced(_)
            | OrderEvent::TipSet(_)
            | OrderEvent::PaymentTaken(_)
            | OrderEvent::PaymentRefunded(_)
            | OrderEvent::ReceiptIssued(_)
            | OrderEvent::Closed(_)
            | OrderEvent::Reopened(_)
            | OrderEvent::Discounted(_)
            | OrderEvent::DiscountRemoved(_)
            | OrderEvent::Split(_)
            | OrderEvent::SplitUndone(_)
            | OrderEvent::PersonalErased(_)
            | OrderEvent::Moved(_)
            | OrderEvent::Fired(_)
            | OrderEvent::BillPrinted(_)
            | OrderEvent::ReceiptReprinted(_)
            | OrderEvent::PassPaperReprinted(_) => {}
        }
    }
    let mut sales = Sales::new();
    for order in sold.into_values() {
        let sums = sales.entry(order.day).or_default();
        if order.is_part_of_another {
            continue;
        }
        sums[0] += 1;
        sums[1] += i64::from(order.is_ended);
        for line in order.lines.iter().filter(|line| !order.is_ended && !order.back.contains(&line.id)) {
            let amounts = &line.amounts;
            for (sum, amount) in
                sums[2..].iter_mut().zip([amounts.subtotal, amounts.discount, amounts.tax(), amounts.total()])
            {
                *sum += amount.minor();
            }
        }
    }
    sales
}

/// A line at a station, as one key.
fn at(line: Uuid, station: Uuid) -> Uuid {
    Uuid::from_u128(line.as_u128() ^ station.as_u128().rotate_left(64))
}

fn ledgers(file: &Connection) -> Vec<Ledger> {
    let mut read = file.prepare("SELECT order_id FROM kitchen_ledger").unwrap();
    let ids = read.query_map([], |row| Ok(Uuid::from_bytes(row.get(0)?))).unwrap();
    ids.map(|id| Ledger::load(file, id.unwrap()).unwrap().unwrap()).collect()
}

/// When each line of a ledger was made at each of its stations.
fn times_of(ledger: &Ledger) -> Vec<(Uuid, Option<i64>)> {
    let time = |entry: &comanda_shared::kitchen::Entry| {
        let ready_at = match entry.state() {
            Some(MakingState::Ready { at }) => Some(at.as_microsecond()),
            _ => None,
        };
        (at(entry.line.uuid(), entry.station.uuid()), ready_at)
    };
    ledger.entries.iter().map(time).collect()
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn a_replay_into_an_empty_file_gives_the_tables_again(acts in days()) {
        let trial = branch_after(acts);
        let replayed = trial.replayed();
        let (here, there) = (trial.file(), replayed.file());
        for table in DERIVED {
            prop_assert_eq!(rows(&here, table), rows(&there, table));
        }
        prop_assert_eq!(differences(&here, &there).unwrap(), []);
        prop_assert_eq!(count(&there, "print_job"), 0);
        let (mine, theirs) = (verify(&here).unwrap(), verify(&there).unwrap());
        prop_assert!(mine.is_whole(), "{:?}", mine.faults);
        prop_assert_eq!(mine, theirs);
    }

    #[test]
    fn the_kitchens_times_are_of_the_lines_its_ledgers_say_are_made(acts in days()) {
        let trial = branch_after(acts);
        let file = trial.file();
        let made = |(_, ready_at): &(Uuid, Option<i64>)| ready_at.is_some();
        let in_ledgers: BTreeMap<Uuid, Option<i64>> = ledgers(&file).iter().flat_map(times_of).filter(made).collect();
        let mut read = file.prepare("SELECT line_id, station_id, ready_at FROM kitchen_time").unwrap();
        let row = |row: &rusqlite::Row<'_>| {
            let (line, station) = (Uuid::from_bytes(row.get(0)?), Uuid::from_bytes(row.get(1)?));
            Ok((at(line, station), Some(row.get(2)?)))
        };
        let in_rows: BTreeMap<Uuid, Option<i64>> = read.query_map([], row).unwrap().map(Result::unwrap).collect();
        prop_assert_eq!(in_rows, in_ledgers);
    }

    #[test]
    fn the_sums_of_a_day_are_those_of_a_recount_from_the_journal(acts in days()) {
        let trial = branch_after(acts);
        prop_assert_eq!(sales_day(&trial.file()), recount(&trial.entries()));
    }
}

#[test]
fn tables_that_are_not_what_the_journal_says_are_found_out() {
    let trial = Trial::selling();
    trial.place();
    for (statement, table) in [
        ("UPDATE orders SET total = total + 1", "orders"),
        ("DELETE FROM ticket", "ticket"),
        ("UPDATE sales_day SET tax = 0", "sales_day"),
        ("INSERT INTO command VALUES (x'00', 'x', x'00', '2026-11-22')", "command"),
    ] {
        let replayed = trial.replayed();
        let tampered = move |step: &mut crate::journal::Step<'_>| step.connection().execute(statement, []);
        replayed.journal().operate_blocking(comanda_shared::staff::Actor::Branch, tampered).unwrap();
        let found = differences(&replayed.file(), &trial.file()).unwrap();
        assert_eq!(found.iter().map(|found| found.table.as_str()).collect::<Vec<_>>(), [table]);
    }
}

#[test]
fn tables_that_an_older_program_wrote_are_made_anew_from_the_journal() {
    let mut trial = Trial::selling();
    let order = trial.place();
    trial.order(adding(&order, &[("combo", 1)])).unwrap();
    let before = trial.everything();
    trial.stop();
    let file = Connection::open(trial.data().database()).unwrap();
    file.execute_batch("UPDATE kitchen_ledger SET document = x'80'; DELETE FROM kitchen_card; PRAGMA user_version = 2")
        .unwrap();
    drop(file);
    trial.start();
    assert_eq!(trial.everything(), before);
    trial.order(voiding(&order, 0)).unwrap();
    assert_eq!(differences(&trial.file(), &trial.replayed().file()).unwrap(), []);
}

#[test]
fn a_journal_that_does_not_begin_with_its_opening_cannot_be_replayed() {
    let mut trial = Trial::selling();
    let (folder, path) = trial.copy();
    let copy = Connection::open(path).unwrap();
    copy.execute_batch(
        "DROP TRIGGER journal_is_never_shortened; DROP TRIGGER journal_is_never_changed;
         DELETE FROM journal WHERE sequence = 1; UPDATE journal SET sequence = sequence - 1",
    )
    .unwrap();
    let replayed = replay_into(&copy, &folder.path().join("replayed.db"), &trial.environment);
    assert!(matches!(replayed, Err(ReplayError::NoBranch)), "{replayed:?}");
}
