//! The numbers of orders: none twice, none left out.

use comanda_shared::order::{Order, OrderType};
use jiff::SignedDuration;

use super::trial::{Trial, place_order, placing};
use crate::journal::LineageReason;
use crate::journal::replay::differences;
use crate::journal::verify::verify;
use crate::orders::feature::Wish;

fn numbers(order: &Order) -> (&str, &str) {
    (&order.number, &order.consecutive)
}

fn placed_as(trial: &Trial, order_type: OrderType) -> Order {
    let mut place = place_order(&[("soda", 1)]);
    place.order_type = order_type;
    trial.order(Wish::Place(place)).unwrap()
}

#[test]
fn consecutive_numbers_have_no_gap_over_refusals_and_restarts() {
    let mut trial = Trial::selling();
    let mut given = Vec::new();
    for _ in 0..3 {
        given.push(trial.place().consecutive);
        trial.order(placing(&[("perro", 1)])).unwrap_err();
        trial.restart();
        trial.order(placing(&[])).unwrap_err();
        given.push(trial.place().consecutive);
    }
    assert_eq!(given, (1..=6).map(|number| format!("SUC-L-{number:06}")).collect::<Vec<_>>());
}

#[test]
fn every_type_of_order_has_a_series_of_its_own() {
    let trial = Trial::selling();
    for (order_type, number, consecutive) in [
        (OrderType::DineIn, "M-0001", "SUC-M-000001"),
        (OrderType::Takeaway, "L-0001", "SUC-L-000001"),
        (OrderType::DineIn, "M-0002", "SUC-M-000002"),
        (OrderType::Delivery, "D-0001", "SUC-D-000001"),
    ] {
        assert_eq!(numbers(&placed_as(&trial, order_type)), (number, consecutive));
    }
}

#[test]
fn the_number_people_call_out_begins_again_each_day_and_the_other_never() {
    let trial = Trial::selling();
    trial.place();
    trial.place();
    trial.clock.pass(SignedDuration::from_hours(16));
    assert_eq!(numbers(&trial.place()), ("L-0001", "SUC-L-000003"), "it is four in the morning");
    assert_eq!(numbers(&trial.place()), ("L-0002", "SUC-L-000004"));
    trial.clock.pass(SignedDuration::from_hours(-16));
    assert_eq!(numbers(&trial.place()), ("L-0003", "SUC-L-000005"), "a clock that goes back begins no day");
}

#[test]
fn after_a_restore_both_numbers_jump_to_the_next_thousand() {
    let mut trial = Trial::selling();
    trial.place();
    placed_as(&trial, OrderType::DineIn);
    trial.journal().open_lineage(LineageReason::Restored).unwrap();
    assert_eq!(numbers(&trial.place()), ("L-1001", "SUC-L-001001"));
    assert_eq!(numbers(&placed_as(&trial, OrderType::DineIn)), ("M-1001", "SUC-M-001001"));
    trial.restart();
    assert_eq!(numbers(&trial.place()), ("L-1002", "SUC-L-001002"));
    assert_eq!(trial.count("lineage"), 2);
    assert!(verify(&trial.file()).unwrap().is_whole());
    assert_eq!(differences(&trial.file(), &trial.replayed().file()).unwrap(), []);
}

#[test]
fn sequences_have_no_gap_over_refusals_restarts_and_lives() {
    let mut trial = Trial::selling();
    trial.place();
    trial.order(placing(&[])).unwrap_err();
    trial.restart();
    trial.journal().open_lineage(LineageReason::Restored).unwrap();
    trial.place();
    let sequences: Vec<u64> = trial.entries().iter().map(|entry| entry.header.sequence).collect();
    assert_eq!(sequences, (1..=sequences.len() as u64).collect::<Vec<_>>());
}
