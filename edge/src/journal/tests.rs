//! The real journal in a real folder: what it promises, and the faults it survives.

mod books;
mod chain;
mod fidelity;
mod history;
mod hours;
mod money;
mod numbers;
mod repeats;
mod replay;
mod secrecy;
mod time;
pub(crate) mod trial;

use comanda_shared::event::Event;
use comanda_shared::ids::{OrderId, PrinterId, TicketId, TokenId};
use comanda_shared::kitchen::{IssuedTicket, Ticket, TicketIssued};
use comanda_shared::order::{OrderEvent, OrderPersonal, OrderPlaced, OrderRejection};
use comanda_shared::printer::{Printer, PrinterAdded, PrinterAddress};
use comanda_shared::staff::{Actor, Role, TokenCreated};

use self::trial::{Trial, adding, cancelling, new_printer, place_order, placing, voiding};
use super::replay::differences;
use super::verify::verify;
use super::{CommandError, Failure, HoldError, Journal, Request, StartError, Step, StorageFault};
use crate::branch::settings;
use crate::orders::feature::Wish;
use crate::printing::setup;
use crate::staff::secrets;

/// A printer that is recorded by hand.
fn stray_printer(step: &mut Step<'_>) -> Printer {
    let id = PrinterId::new(step.ids());
    let like = step.configuration().printers[0].clone();
    Printer { id, name: "Perdida".to_owned(), ..like }
}

#[test]
fn a_refused_command_leaves_nothing_behind() {
    let trial = Trial::selling();
    trial.place();
    let before = trial.everything();
    let committed = *trial.journal().committed().borrow();
    let refused = trial.journal().command_blocking(trial.once(), |step| {
        let printer = stray_printer(step);
        step.record(PrinterAdded { printer })?;
        let token = TokenId::new(step.ids());
        step.record(TokenCreated { token, name: "Guion".to_owned(), role: Role::Admin })?;
        secrets::keep_token(step.connection(), token, &[7; 32])?;
        Err::<(), _>(Failure::Refused("no"))
    });
    assert_eq!(refused, Err(CommandError::Refused("no")));
    let unknown = trial.order(placing(&[("burger", 1), ("perro", 1)]));
    assert!(matches!(unknown, Err(CommandError::Refused(OrderRejection::Line { index: 1, .. }))), "{unknown:?}");
    assert_eq!(trial.everything(), before);
    assert_eq!(*trial.journal().committed().borrow(), committed);
    assert!(trial.journal().configuration().printer_named("Perdida").is_none());
    assert_eq!(trial.place().consecutive, "SUC-L-000002", "a refusal takes no number");
}

#[test]
fn a_panic_fails_its_own_command_only() {
    let trial = Trial::selling();
    let commits = trial.journal().load().commits;
    let command = |work: fn(&mut Step<'_>)| {
        let (journal, request) = (trial.journal().clone(), trial.once());
        async move {
            let work = move |step: &mut Step<'_>| {
                work(step);
                Ok::<_, Failure<&str>>(step.branch().business_day)
            };
            journal.command(request, work, |step, _| Ok(step.business_day())).await.map(drop)
        }
    };
    let answers = trial.in_one_group(vec![
        command(|step| {
            let token = TokenId::new(step.ids());
            step.record(TokenCreated { token, name: "Antes".to_owned(), role: Role::Admin }).unwrap();
        }),
        command(|step| {
            let printer = stray_printer(step);
            step.record(PrinterAdded { printer }).unwrap();
            panic!("this panic is part of a test");
        }),
        command(|step| {
            let token = TokenId::new(step.ids());
            step.record(TokenCreated { token, name: "Después".to_owned(), role: Role::Admin }).unwrap();
        }),
    ]);
    assert_eq!(answers, [Ok(()), Err(CommandError::Panicked), Ok(())]);
    assert_eq!(trial.journal().load().commits, commits + 1, "all of it was one group");
    assert_eq!(trial.count("token"), 2);
    assert_eq!(trial.count("printer"), 2, "nothing of what panicked stays");
    assert!(trial.journal().configuration().printer_named("Perdida").is_none());
    assert_eq!(trial.place().consecutive, "SUC-L-000001", "and the branch goes on");
    assert!(verify(&trial.file()).unwrap().is_whole());
}

/// An order that takes several pages of the file.
fn large() -> Wish {
    let mut place = place_order(&[("burger", 1), ("soda", 1)]);
    place.personal = OrderPersonal { notes: Some("sin cebolla ".repeat(1000)), ..OrderPersonal::default() };
    Wish::Place(place)
}

#[test]
fn a_full_disk_is_refused_and_recovers_by_itself() {
    const FULL: CommandError<OrderRejection> = CommandError::Storage(StorageFault::DiskFull);
    let trial = Trial::selling();
    trial.leave_pages(40).unwrap();
    let mut taken = Vec::new();
    let refused = loop {
        match trial.order(large()) {
            Ok(order) => taken.push(order),
            Err(error) => break error,
        }
    };
    assert_eq!(refused, FULL);
    assert!(!taken.is_empty());
    let before = trial.everything();
    assert_eq!(trial.order(large()), Err(FULL));
    assert_eq!(trial.everything(), before, "nothing that was refused is there");
    assert_eq!(trial.count("orders"), taken.len(), "and all that was acknowledged is");

    trial.leave_pages(1000).unwrap();
    let next = trial.order(large()).unwrap();
    assert_eq!(next.consecutive, format!("SUC-L-{:06}", taken.len() + 1), "a full disk takes no number");
    assert!(verify(&trial.file()).unwrap().is_whole());
    assert_eq!(differences(&trial.file(), &trial.replayed().file()).unwrap(), []);
}

#[test]
fn when_the_disk_is_full_everybody_in_the_group_is_refused_and_nobody_waits() {
    const FULL: CommandError<OrderRejection> = CommandError::Storage(StorageFault::DiskFull);
    let trial = Trial::selling();
    let before = trial.everything();
    trial.leave_pages(12).unwrap();
    let commits = trial.journal().load().commits;
    let answers = trial.together((0..12).map(|_| (trial.once(), large())).collect());
    assert_eq!(answers.first(), Some(&Err(FULL)), "also whoever found room before it was used up");
    let taken: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().ok()).collect();
    assert!(answers.iter().all(|answer| answer.is_ok() || *answer == Err(FULL)), "{answers:?}");
    assert_eq!(trial.count("orders"), taken.len());
    if trial.journal().load().commits == commits {
        assert_eq!(trial.everything(), before);
    }
    assert!(trial.order(large()).is_ok(), "alone, one still finds room");
    trial.leave_pages(1000).unwrap();
    let answers = trial.together((0..12).map(|_| (trial.once(), large())).collect());
    assert!(answers.iter().all(Result::is_ok));
    let mut numbers: Vec<String> =
        answers.into_iter().map(|answer| answer.unwrap().into_inner().order.consecutive).collect();
    numbers.dedup();
    let first = taken.len() + 2;
    assert_eq!(numbers, (first..first + 12).map(|number| format!("SUC-L-{number:06}")).collect::<Vec<_>>());
    assert_eq!(differences(&trial.file(), &trial.replayed().file()).unwrap(), []);
}

#[test]
fn one_that_is_refused_fails_nobody_else_in_its_group() {
    let trial = Trial::selling();
    let commits = trial.journal().load().commits;
    let answers = trial.together(vec![
        (trial.once(), placing(&[("burger", 1)])),
        (trial.once(), placing(&[("perro", 1)])),
        (trial.once(), placing(&[("soda", 1)])),
    ]);
    let numbers: Vec<Option<String>> =
        answers.into_iter().map(|answer| Some(answer.ok()?.into_inner().order.number)).collect();
    assert_eq!(numbers, [Some("L-0001".to_owned()), None, Some("L-0002".to_owned())]);
    assert_eq!(trial.journal().load().commits, commits + 1);
}

/// What a command asked for that goes wrong when part of it is in the file already.
fn half_written(trial: &Trial) -> impl FnOnce(&mut Step<'_>) -> Result<(), Failure<&'static str>> + Send + use<> {
    let placed = trial.entries().into_iter().rev().find_map(|entry| match entry.event {
        Event::Order(OrderEvent::Placed(placed)) => Some(placed),
        _ => None,
    });
    let placed = placed.unwrap();
    // Another order of the same consecutive number: the journal takes it, the table of orders does not.
    move |step| {
        let order = OrderId::new(step.ids());
        Ok(step.record(OrderPlaced { order, ..placed })?)
    }
}

/// What a command asked for that writes to a table, which it may not, and is refused then.
fn written_and_refused(step: &mut Step<'_>) -> Result<(), Failure<&'static str>> {
    secrets::keep_token(step.connection(), TokenId::new(step.ids()), &[7; 32])?;
    Err(Failure::Refused("no"))
}

#[test]
fn nothing_stays_of_a_command_that_fails_when_part_of_it_is_written() {
    let trial = Trial::selling();
    trial.place();
    let before = trial.everything();
    type Bad = Box<dyn FnOnce(&mut Step<'_>) -> Result<(), Failure<&'static str>> + Send>;
    let bad: [Bad; 2] = [Box::new(half_written(&trial)), Box::new(written_and_refused)];
    for bad in bad {
        let token = |step: &mut Step<'_>| -> Result<(), Failure<&'static str>> {
            let token = TokenId::new(step.ids());
            Ok(step.record(TokenCreated { token, name: "Guion".to_owned(), role: Role::Admin })?)
        };
        let work: [Bad; 2] = [Box::new(token), bad];
        let command = |work: Bad| {
            let (journal, request) = (trial.journal().clone(), trial.once());
            async move { journal.command(request, work, |_, _| Ok(())).await.map(drop) }
        };
        let answers = trial.in_one_group(work.map(command).into());
        assert!(answers.iter().all(Result::is_err), "who shared the commit is told that it failed: {answers:?}");
        assert_eq!(trial.everything(), before);
    }
    assert_eq!(trial.place().consecutive, "SUC-L-000002");
    assert!(verify(&trial.file()).unwrap().is_whole());
}

#[test]
fn two_writers_of_one_branch_cannot_exist() {
    let mut trial = Trial::new();
    let second = Journal::start(&trial.data(), trial.environment.clone());
    assert!(matches!(second, Err(StartError::Hold(HoldError::Held(_)))));
    trial.restart();
}

#[test]
fn a_branch_that_stops_finishes_what_waits_and_takes_nothing_more() {
    let mut trial = Trial::selling();
    let journal = trial.journal().clone();
    trial.place();
    trial.stop();
    let late =
        journal.command_blocking(Request::once(&trial.environment, Actor::Operator), |_| Ok::<_, Failure<&str>>(()));
    assert_eq!(late, Err(CommandError::Stopped));
    trial.start();
    assert_eq!(trial.count("orders"), 1);
}

#[test]
fn a_ticket_and_its_print_job_are_written_together_and_a_replay_prints_nothing() {
    let trial = Trial::selling();
    let order = trial.order(placing(&[("combo", 1)])).unwrap();
    trial.order(adding(&order, &[("soda", 1)])).unwrap();
    trial.order(voiding(&order, 0)).unwrap();
    assert_eq!((trial.count("ticket"), trial.count("print_job")), (5, 5));
    let refused = trial.journal().command_blocking(trial.once(), |step| {
        let issued = step.connection().query_row("SELECT document FROM ticket LIMIT 1", [], |row| {
            super::document::read::<IssuedTicket>(row, 0)
        })?;
        let ticket = Ticket { id: TicketId::new(step.ids()), ..issued.ticket };
        step.record(TicketIssued { ticket })?;
        Err::<(), _>(Failure::Refused("no"))
    });
    assert_eq!(refused, Err(CommandError::Refused("no")));
    assert_eq!((trial.count("ticket"), trial.count("print_job")), (5, 5), "one is not there without the other");
    let replayed = trial.replayed();
    assert_eq!((replayed.count("ticket"), replayed.count("print_job")), (5, 0));
}

#[test]
fn what_the_branch_works_with_is_the_same_after_a_restart() {
    let mut trial = Trial::selling();
    let seen = |trial: &Trial| {
        let now = trial.journal().configuration();
        let settings = (now.settings.clone(), now.zone.clone(), now.catalog_version);
        (settings, now.catalog.clone(), now.printers.clone(), now.routes.clone())
    };
    let new = settings::NewSettings {
        code: Some("ESQ".to_owned()),
        timezone: Some("America/Caracas".to_owned()),
        ..Default::default()
    };
    settings::change(trial.journal(), Actor::Operator, new).unwrap();
    trial.import(&trial::MENU.replace("Gaseosa", "Limonada"));
    let backup = setup::NewPrinter {
        fallback: Some("Barra".to_owned()),
        ..new_printer("Respaldo", PrinterAddress::Virtual, &["plancha", "barra"])
    };
    setup::add(trial.journal(), backup).unwrap();
    setup::remove(trial.journal(), "Plancha").unwrap();
    let before = seen(&trial);
    trial.restart();
    assert_eq!(seen(&trial), before);
    assert_eq!(seen(&trial.replayed()), before, "and after a replay");
    let order = trial.place();
    assert_eq!(order.consecutive, "ESQ-L-000001");
    assert_eq!(order.lines[1].name, "Limonada");
    trial.order(cancelling(&order)).unwrap();
}
