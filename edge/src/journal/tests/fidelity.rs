//! Load ∘ save = identity for every aggregate, and folding its events gives what load gives.

use std::collections::BTreeMap;
use std::fmt::Debug;

use comanda_shared::alert::Alert;
use comanda_shared::attendance::ClockEntry;
use comanda_shared::availability::Stockouts;
use comanda_shared::branch::{Branch, BranchEvent};
use comanda_shared::cash::{CashEvent, DayClosed, Shift};
use comanda_shared::customer::Customer;
use comanda_shared::device::Device;
use comanda_shared::event::Event;
use comanda_shared::kitchen::{IssuedTicket, Ledger};
use comanda_shared::order::Order;
use comanda_shared::printer::Printer;
use comanda_shared::staff::{Staff, StaffEvent, Token};
use proptest::prelude::*;
use rusqlite::Connection;
use uuid::Uuid;

use super::history::{branch_after, days, few};
use super::trial::rows;
use crate::availability::store::THE_ONE;
use crate::branch;
use crate::environment::Environment;
use crate::journal::aggregates::Aggregate;
use crate::journal::database::open_writer;
use crate::journal::entry::Entry;

/// Every aggregate of a kind, as its events make it.
type Folded<T> = BTreeMap<Uuid, Option<T>>;

#[derive(Default)]
struct Everything {
    branch: Option<Branch>,
    orders: Folded<Order>,
    ledgers: Folded<Ledger>,
    tickets: Folded<IssuedTicket>,
    shifts: Folded<Shift>,
    days: Folded<DayClosed>,
    printers: Folded<Printer>,
    staff: Folded<Staff>,
    tokens: Folded<Token>,
    devices: Folded<Device>,
    alerts: Folded<Alert>,
    customers: Folded<Customer>,
    clock_entries: Folded<ClockEntry>,
    stockouts: Folded<Stockouts>,
}

fn folded(entries: &[Entry]) -> Everything {
    let mut all = Everything::default();
    for Entry { header, event } in entries {
        if let Event::Branch(BranchEvent::Opened(opened)) = event {
            all.branch = Some(Branch::opened(opened));
        }
        all.branch.as_mut().unwrap().apply(event);
        let id = header.aggregate;
        match event {
            Event::Branch(_) => {}
            Event::Order(_) => {
                Order::apply(all.orders.entry(id).or_default(), event);
                Ledger::apply(all.ledgers.entry(id).or_default(), event, header.at);
            }
            Event::Kitchen(kitchen) => {
                if let Some(ticket) = kitchen.ticket() {
                    IssuedTicket::apply(all.tickets.entry(ticket.uuid()).or_default(), event, header.at);
                }
                if let Some(order) = kitchen.order() {
                    Ledger::apply(all.ledgers.entry(order.uuid()).or_default(), event, header.at);
                }
            }
            Event::Cash(CashEvent::DayClosed(_)) => DayClosed::apply(all.days.entry(id).or_default(), event),
            Event::Cash(_) => Shift::apply(all.shifts.entry(id).or_default(), event),
            Event::Printer(_) => Printer::apply(all.printers.entry(id).or_default(), event),
            Event::Staff(
                StaffEvent::Added(_) | StaffEvent::Changed(_) | StaffEvent::PinChanged(_) | StaffEvent::LockedOut(_),
            ) => {
                Staff::apply(all.staff.entry(id).or_default(), event);
            }
            Event::Staff(StaffEvent::TokenCreated(_) | StaffEvent::TokenRevoked(_)) => {
                Token::apply(all.tokens.entry(id).or_default(), event);
            }
            Event::Availability(_) => Stockouts::apply(all.stockouts.entry(THE_ONE).or_default(), event),
            Event::Device(_) => Device::apply(all.devices.entry(id).or_default(), event),
            Event::Alert(_) => Alert::apply(all.alerts.entry(id).or_default(), event, header.at),
            Event::Customer(_) => Customer::apply(all.customers.entry(id).or_default(), event),
            Event::Attendance(_) => ClockEntry::apply(all.clock_entries.entry(id).or_default(), event),
        }
    }
    all
}

/// The file has exactly these, and another file into which they are saved gives them back, row for row.
fn kept<T: Aggregate + Debug>(
    folded: &Folded<T>,
    file: &Connection,
    other: &Connection,
    table: &str,
) -> Result<(), TestCaseError> {
    for (id, folded) in folded {
        let loaded = T::load(file, *id).unwrap();
        prop_assert_eq!(&loaded, folded, "fold(events) = load");
        let loaded = loaded.unwrap();
        for _ in 0..2 {
            loaded.save(other).unwrap();
            let again = T::load(other, *id).unwrap();
            prop_assert_eq!(again.as_ref(), Some(&loaded), "load ∘ save = id");
        }
    }
    let (mine, theirs) = (rows(file, table), rows(other, table));
    prop_assert_eq!(mine.len(), folded.len());
    prop_assert_eq!(mine, theirs, "the columns follow from the aggregate alone");
    prop_assert_eq!(T::load(file, Uuid::max()).unwrap(), None);
    Ok(())
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn every_aggregate_is_the_fold_of_its_events_and_loads_as_it_was_saved(acts in days()) {
        let trial = branch_after(acts);
        let file = trial.file();
        let folder = tempfile::tempdir().unwrap();
        let other = open_writer(&folder.path().join("other.db"), &Environment::system()).unwrap();
        // One transaction, for the disk's sake.
        let other = other.unchecked_transaction().unwrap();
        let all = folded(&trial.entries());
        kept(&all.orders, &file, &other, "orders")?;
        kept(&all.ledgers, &file, &other, "kitchen_ledger")?;
        prop_assert_eq!(rows(&file, "kitchen_card"), rows(&other, "kitchen_card"));
        kept(&all.tickets, &file, &other, "ticket")?;
        kept(&all.shifts, &file, &other, "shift")?;
        kept(&all.days, &file, &other, "day_report")?;
        kept(&all.printers, &file, &other, "printer")?;
        kept(&all.staff, &file, &other, "staff")?;
        kept(&all.tokens, &file, &other, "token")?;
        kept(&all.devices, &file, &other, "device")?;
        kept(&all.stockouts, &file, &other, "availability")?;
        kept(&all.alerts, &file, &other, "alert")?;
        kept(&all.customers, &file, &other, "customer")?;
        kept(&all.clock_entries, &file, &other, "clock_entry")?;
        prop_assert_eq!(rows(&file, "customer_word"), rows(&other, "customer_word"));
        let loaded = branch::store::load(&file).unwrap();
        prop_assert_eq!(&loaded, &all.branch);
        branch::store::save(&other, loaded.as_ref().unwrap()).unwrap();
        prop_assert_eq!(branch::store::load(&other).unwrap(), loaded);
    }
}
