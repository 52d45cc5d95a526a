//! The books balance, to the minor unit, over any history: every sum of the tables and of every count is one that the
//! journal's entries give when they are counted again by somebody who knows nothing of the code that keeps them.

use std::collections::{BTreeMap, BTreeSet};

use comanda_shared::cash::{CashEvent, MovementKind};
use comanda_shared::event::Event;
use comanda_shared::ids::{OrderId, ShiftId};
use comanda_shared::order::{Order, OrderEvent, Payment, PaymentMethod, PaymentState};
use proptest::prelude::*;
use rusqlite::Connection;
use uuid::Uuid;

use super::history::{branch_after, days, few};
use crate::journal::aggregates::Aggregate;
use crate::journal::entry::Entry;

/// What a shift's drawer should hold, and what came by other ways.
#[derive(Clone, Default, PartialEq, Debug)]
struct Drawer {
    cash: i64,
    others: BTreeMap<PaymentMethod, i64>,
}

/// What an order was paid and given back.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
struct Paid {
    taken: i64,
    back: i64,
}

/// Sums as the `taking` table has them: payments, amount, tip, refunds, refunded, tip refunded.
type Takings = BTreeMap<(Uuid, String, String), [i64; 6]>;

#[derive(Default)]
struct Books {
    drawers: BTreeMap<ShiftId, Drawer>,
    orders: BTreeMap<OrderId, Paid>,
    takings: Takings,
    receipts: Vec<String>,
    counts: Vec<String>,
    /// What was paid, net, since the last report of a day.
    since_report: i64,
}

impl Books {
    fn of(entries: &[Entry]) -> Result<Self, TestCaseError> {
        let mut books = Self::default();
        for Entry { header, event } in entries {
            let day = header.business_day.to_string();
            match event {
                Event::Order(OrderEvent::PaymentTaken(taken)) => {
                    let amount = taken.amount.minor();
                    let into_drawer = taken.cash.map(|cash| cash.received.minor() - cash.change.minor());
                    prop_assert_eq!(into_drawer.is_some(), taken.method == PaymentMethod::Cash);
                    prop_assert_eq!(into_drawer.unwrap_or(amount), amount);
                    prop_assert!(taken.shift.is_some() || into_drawer.is_none(), "cash needs a shift");
                    books.move_money(taken.shift, taken.method, amount);
                    books.since_report += amount;
                    books.orders.entry(taken.order).or_default().taken += amount;
                    books.sum(taken.shift, day, taken.method, [1, amount, taken.tip.minor(), 0, 0, 0]);
                }
                Event::Order(OrderEvent::PaymentRefunded(back)) => {
                    let amount = back.amount.minor();
                    books.move_money(back.shift, back.method, -amount);
                    books.since_report -= amount;
                    books.orders.entry(back.order).or_default().back += amount;
                    books.sum(back.shift, day, back.method, [0, 0, 0, 1, amount, back.tip.minor()]);
                }
                Event::Order(OrderEvent::ReceiptIssued(receipt)) => books.receipts.push(receipt.number.clone()),
                Event::Cash(CashEvent::ShiftOpened(opened)) => {
                    books.drawers.insert(opened.shift, Drawer { cash: opened.float.minor(), ..Drawer::default() });
                }
                Event::Cash(CashEvent::Moved(moved)) => {
                    let drawer = books.drawers.get_mut(&moved.shift).unwrap();
                    drawer.cash += match moved.kind {
                        MovementKind::In => moved.amount.minor(),
                        MovementKind::Out | MovementKind::HandIn => -moved.amount.minor(),
                        MovementKind::NoSale => 0,
                    };
                }
                Event::Cash(CashEvent::ShiftClosed(closed)) => {
                    let drawer = &books.drawers[&closed.shift];
                    let expected = |method| closed.expected.get(&method).map_or(0, |money| money.minor());
                    prop_assert_eq!(
                        expected(PaymentMethod::Cash),
                        drawer.cash,
                        "float + sales − change − refunds ± movements"
                    );
                    for (method, sum) in &drawer.others {
                        prop_assert_eq!(expected(*method), *sum);
                    }
                    let cash: i64 = closed.counted.cash.iter().map(|kind| kind.value * i64::from(kind.count)).sum();
                    let others: i64 = closed.counted.others.iter().map(|(method, sum)| sum - expected(*method)).sum();
                    prop_assert_eq!(closed.difference.minor(), cash - drawer.cash + others);
                    books.counts.push(closed.number.clone());
                }
                Event::Cash(CashEvent::DayClosed(closed)) => {
                    prop_assert_eq!(closed.takings.all().net(), books.since_report);
                    books.since_report = 0;
                }
                _ => {}
            }
        }
        Ok(books)
    }

    /// What a sum was rounded by lies in no drawer.
    fn move_money(&mut self, shift: Option<ShiftId>, method: PaymentMethod, amount: i64) {
        if method == PaymentMethod::Rounding {
            return;
        }
        let Some(drawer) = shift.and_then(|shift| self.drawers.get_mut(&shift)) else { return };
        if method == PaymentMethod::Cash {
            drawer.cash += amount;
        } else {
            *drawer.others.entry(method).or_default() += amount;
        }
    }

    fn sum(&mut self, shift: Option<ShiftId>, day: String, method: PaymentMethod, by: [i64; 6]) {
        let key = (shift.map_or(Uuid::nil(), ShiftId::uuid), day, method.as_str().to_owned());
        let sums = self.takings.entry(key).or_default();
        sums.iter_mut().zip(by).for_each(|(sum, by)| *sum += by);
    }
}

fn takings(file: &Connection) -> Takings {
    let mut read = file.prepare("SELECT * FROM taking").unwrap();
    let row = |row: &rusqlite::Row<'_>| {
        let sums = [row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?, row.get(8)?, row.get(9)?];
        Ok(((Uuid::from_bytes(row.get(0)?), row.get(1)?, row.get(2)?), sums))
    };
    read.query_map([], row).unwrap().map(Result::unwrap).collect()
}

fn orders(file: &Connection) -> Vec<Order> {
    let mut ids = file.prepare("SELECT id FROM orders ORDER BY id").unwrap();
    let ids = ids.query_map([], |row| Ok(Uuid::from_bytes(row.get(0)?))).unwrap().map(Result::unwrap);
    ids.map(|id| Order::load(file, id).unwrap().unwrap()).collect()
}

/// Numbers that follow each other, each once; they jump where the journal began a new life.
fn follow_each_other(numbers: &[String]) -> bool {
    let last = |number: &String| number.rsplit('-').next().unwrap().parse::<u64>().unwrap();
    let distinct: BTreeSet<u64> = numbers.iter().map(last).collect();
    distinct.len() == numbers.len()
        && numbers.windows(2).all(|pair| last(&pair[1]) == last(&pair[0]) + 1 || last(&pair[1]) % 1000 == 1)
}

/// To what the branches of these histories round their cash, from the first change of their settings on.
const STEP: i64 = 50;

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..few() })]

    #[test]
    fn the_books_balance_over_any_history(acts in days()) {
        let trial = branch_after(acts);
        let books = Books::of(&trial.entries())?;
        let file = trial.file();
        prop_assert_eq!(takings(&file), books.takings);
        prop_assert!(follow_each_other(&books.receipts), "{:?}", books.receipts);
        prop_assert!(follow_each_other(&books.counts), "{:?}", books.counts);
        let (mut received, mut paid) = (0, 0);
        for order in orders(&file) {
            let counted = books.orders.get(&order.id).copied().unwrap_or_default();
            prop_assert_eq!((order.taken().minor(), order.refunded().minor()), (counted.taken, counted.back));
            let paid_with = |payment: &&Payment| payment.taken.method != PaymentMethod::Rounding;
            prop_assert!(order.payments.iter().filter(paid_with).all(|payment| payment.left().minor() >= 0));
            let held: i64 = order.payments.iter().filter(paid_with).map(|payment| payment.left().minor()).sum();
            prop_assert!(held != 0 || order.paid().minor() == 0, "nothing stays rounded of what was given back");
            let rounded = order.payments.iter().filter(|payment| !paid_with(payment));
            prop_assert!(rounded.clone().all(|payment| payment.taken.amount.minor().abs() < STEP));
            prop_assert_eq!(order.due().minor(), order.payable().minor() - order.paid().minor());
            let parts = order.split.iter().map(|part| part.amount.minor() - order.paid_of(part).minor());
            prop_assert!(order.split.is_empty() || parts.sum::<i64>() == order.due().minor(), "split parts sum");
            let is_over = order.closed_at.is_some();
            prop_assert!(!is_over || order.receipt.is_some() || order.payment_state() != PaymentState::Part);
            (received, paid) = (received + counted.taken - counted.back, paid + order.paid().minor());
        }
        prop_assert_eq!(received, paid, "receipts − refunds = paid totals");
    }
}
