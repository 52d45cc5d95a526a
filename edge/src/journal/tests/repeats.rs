//! What is asked twice happens once.

use jiff::SignedDuration;
use uuid::Uuid;

use super::trial::{Trial, keyed, placing, voiding};
use crate::journal::replay::differences;
use crate::journal::{CommandError, Outcome, Request};
use comanda_shared::order::{LineState, Order, OrderRejection};
use comanda_shared::staff::Actor;

fn ask(trial: &Trial, key: &str, product: &str) -> Result<Outcome<Order>, CommandError<OrderRejection>> {
    let answer = trial.run(keyed(key, product), placing(&[(product, 1)]))?;
    Ok(match answer {
        Outcome::Done(taken) => Outcome::Done(taken.order),
        Outcome::Repeated(taken) => Outcome::Repeated(taken.order),
    })
}

fn order(outcome: Outcome<Order>) -> Order {
    outcome.into_inner()
}

#[test]
fn a_retried_order_is_the_same_order() {
    let trial = Trial::selling();
    let Ok(Outcome::Done(first)) = ask(&trial, "k", "burger") else { panic!("it happens") };
    let before = trial.everything();
    assert_eq!(ask(&trial, "k", "burger"), Ok(Outcome::Repeated(first)));
    assert_eq!(trial.everything(), before, "a repeat writes nothing");
}

#[test]
fn a_repeat_is_answered_with_the_order_as_it_is_now() {
    let trial = Trial::selling();
    let first = order(ask(&trial, "k", "burger").unwrap());
    trial.order(voiding(&first, 0)).unwrap();
    let again = order(ask(&trial, "k", "burger").unwrap());
    assert_eq!(again.version, first.version + 1);
    assert!(matches!(again.lines[0].state, LineState::Voided { .. }));
}

#[test]
fn twice_at_once_is_once() {
    let trial = Trial::selling();
    let answers = trial.together((0..5).map(|_| (keyed("k", "burger"), placing(&[("burger", 1)]))).collect());
    let [Ok(Outcome::Done(first)), repeats @ ..] = answers.as_slice() else { panic!("the first happens") };
    assert!(repeats.iter().all(|answer| *answer == Ok(Outcome::Repeated(first.clone()))), "{repeats:?}");
    assert_eq!(trial.count("orders"), 1);
}

#[test]
fn the_same_key_with_another_body_is_refused() {
    let trial = Trial::selling();
    ask(&trial, "k", "burger").unwrap();
    assert_eq!(ask(&trial, "k", "soda"), Err(CommandError::KeyReused));
    assert_eq!(trial.count("orders"), 1);
}

#[test]
fn the_same_key_of_somebody_else_is_another_key() {
    let trial = Trial::selling();
    let first = order(ask(&trial, "k", "burger").unwrap());
    let other = Request::keyed(Uuid::max(), "k", &[b"burger"], Actor::Operator);
    let Ok(Outcome::Done(second)) = trial.run(other, placing(&[("burger", 1)])) else { panic!("it happens") };
    assert_ne!(second.order.id, first.id);
}

#[test]
fn a_refused_command_does_not_use_its_key_up() {
    let trial = Trial::selling();
    assert!(matches!(ask(&trial, "k", "perro"), Err(CommandError::Refused(_))));
    assert!(matches!(ask(&trial, "k", "burger"), Ok(Outcome::Done(_))));
}

#[test]
fn a_key_survives_a_restart_and_a_replay() {
    let mut trial = Trial::selling();
    let first = order(ask(&trial, "k", "burger").unwrap());
    trial.restart();
    assert_eq!(ask(&trial, "k", "burger"), Ok(Outcome::Repeated(first.clone())));
    assert_eq!(ask(&trial, "k", "soda"), Err(CommandError::KeyReused));
    let replayed = trial.replayed();
    assert_eq!(ask(&replayed, "k", "burger"), Ok(Outcome::Repeated(first)));
    assert_eq!(ask(&replayed, "k", "soda"), Err(CommandError::KeyReused));
}

#[test]
fn a_key_is_forgotten_after_thirty_days_of_business() {
    let trial = Trial::selling();
    let first = order(ask(&trial, "k", "burger").unwrap());
    trial.clock.pass(SignedDuration::from_hours(30 * 24));
    trial.place();
    assert_eq!(ask(&trial, "k", "burger"), Ok(Outcome::Repeated(first.clone())), "on the thirtieth day it is known");
    trial.clock.pass(SignedDuration::from_hours(24));
    trial.place();
    let Ok(Outcome::Done(second)) = ask(&trial, "k", "burger") else { panic!("on the next it is new") };
    assert_ne!(second.id, first.id);
    assert_eq!(differences(&trial.file(), &trial.replayed().file()).unwrap(), []);
}
