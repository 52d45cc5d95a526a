//! The durable queue.

use comanda_shared::event::Event;
use comanda_shared::kitchen::KitchenEvent;
use comanda_shared::printer::PrinterAddress;
use comanda_shared::staff::Actor;
use jiff::SignedDuration;

use comanda_shared::ids::{PrinterId, TicketId};
use comanda_shared::kitchen::{Proof, Ticket};

use super::*;
use crate::journal::Step;
use crate::journal::tests::trial::{MENU, Trial, placing};
use crate::printing::job::Waiting;
use crate::printing::queries::*;

/// In the writer, where the queue is written.
fn write<T: Send + 'static>(
    trial: &Trial,
    work: impl FnOnce(&mut Step<'_>) -> rusqlite::Result<T> + Send + 'static,
) -> T {
    trial.journal().operate_blocking(Actor::Branch, work).unwrap()
}

fn printer(trial: &Trial, name: &str) -> PrinterId {
    trial.journal().configuration().printer_named(name).unwrap().id
}

/// Every ticket there is, in the order they were issued.
fn issued(trial: &Trial) -> Vec<Ticket> {
    let issued = |event| match event {
        Event::Kitchen(KitchenEvent::TicketIssued(issued)) => Some(issued.ticket),
        _ => None,
    };
    trial.entries().into_iter().filter_map(|entry| issued(entry.event)).collect()
}

fn head(trial: &Trial, printer: PrinterId) -> Option<Waiting> {
    head_of_queue(&trial.file(), printer).unwrap()
}

#[test]
fn each_printer_gets_its_tickets_in_the_order_they_were_issued() {
    let trial = Trial::selling();
    trial.place();
    trial.order(placing(&[("combo", 1)])).unwrap();
    trial.place();
    for name in ["Plancha", "Barra"] {
        let printer = printer(&trial, name);
        let mut printed = Vec::new();
        while let Some(job) = head(&trial, printer) {
            printed.push(job.content.ticket().unwrap());
            write(&trial, move |step| mark_printed(step.connection(), job.ordinal, Proof::Sent, step.now()));
        }
        let at_it = issued(&trial).into_iter().filter(|ticket| ticket.printers == [printer]);
        assert_eq!(printed, at_it.map(|ticket| ticket.id).collect::<Vec<_>>(), "{name}");
        assert_eq!(printed.len(), 3);
    }
}

#[test]
fn a_postponed_job_stays_at_the_head_and_says_not_before_when() {
    let trial = Trial::selling();
    trial.place();
    trial.place();
    let printer = printer(&trial, "Plancha");
    let first = head(&trial, printer).unwrap();
    assert_eq!((first.next_at, first.failures), (Timestamp::UNIX_EPOCH, 0));
    let (ordinal, later) = (first.ordinal, trial.environment.clock.now() + SignedDuration::from_secs(8));
    write(&trial, move |step| postpone(step.connection(), ordinal, "nobody there", later));
    let head = head(&trial, printer).unwrap();
    assert_eq!(head, Waiting { next_at: later, failures: 1, ..first }, "nobody overtakes it, and it is unmarked");
    assert_eq!(
        last_job_of(&trial.file(), head.content.ticket().unwrap()).unwrap().unwrap().error.as_deref(),
        Some("nobody there")
    );
}

#[test]
fn only_what_was_being_sent_is_in_doubt_and_it_is_queued_again_marked() {
    let trial = Trial::selling();
    trial.place();
    trial.place();
    let (grill, bar) = (printer(&trial, "Plancha"), printer(&trial, "Barra"));
    let job = head(&trial, grill).unwrap();
    assert_eq!(in_doubt(&trial.file(), grill).unwrap(), []);
    let (id, ordinal) = (job.id, job.ordinal);
    assert!(write(&trial, move |step| mark_sending(step.connection(), ordinal, Torn { command_bytes: 4 }, step.now())));
    let sending = Waiting { attempts: 1, ..job };
    assert_eq!(in_doubt(&trial.file(), grill).unwrap(), std::slice::from_ref(&sending));
    assert_eq!(in_doubt(&trial.file(), bar).unwrap(), []);
    assert_ne!(head(&trial, grill).unwrap().id, id, "what is being sent is not begun again");

    let later = trial.environment.clock.now();
    write(&trial, move |step| mark_in_doubt(step.connection(), ordinal, "power", later));
    assert_eq!(in_doubt(&trial.file(), grill).unwrap(), []);
    let again = Waiting { possible_duplicate: true, next_at: later, ..sending };
    assert_eq!(head(&trial, grill), Some(again), "first again, before what came after it");
}

#[test]
fn a_job_leaves_the_queue_when_it_is_printed_or_cannot_be() {
    let trial = Trial::selling();
    trial.place();
    trial.place();
    let printer = printer(&trial, "Barra");
    let now = trial.environment.clock.now();
    let [first, second] = [0, 1].map(|left| {
        assert_eq!(queue_length(&trial.file(), printer).unwrap(), 2 - left);
        let job = head(&trial, printer).unwrap();
        let ordinal = job.ordinal;
        write(&trial, move |step| match left {
            0 => mark_printed(step.connection(), ordinal, Proof::Delivered, now),
            _ => mark_failed(step.connection(), ordinal, "no paper in the world", now),
        });
        last_job_of(&trial.file(), job.content.ticket().unwrap()).unwrap().unwrap()
    });
    assert_eq!((first.status, first.proof), (JobStatus::Printed, Some(Proof::Delivered)));
    assert_eq!((second.status, second.error.as_deref()), (JobStatus::Failed, Some("no paper in the world")));
    assert_eq!((first.ended_at, second.ended_at), (Some(now), Some(now)));
    assert_eq!((head(&trial, printer), queue_length(&trial.file(), printer).unwrap()), (None, 0));
    let counted = count_by_status(&trial.file()).unwrap();
    assert_eq!(counted, [(JobStatus::Queued, 2), (JobStatus::Printed, 1), (JobStatus::Failed, 1)].into());
}

#[test]
fn a_long_queue_is_counted_up_to_twenty() {
    let trial = Trial::selling();
    trial.place();
    let printer = printer(&trial, "Plancha");
    let ticket = issued(&trial).into_iter().find(|ticket| ticket.printers == [printer]).unwrap();
    let more = |count: u32| {
        let ticket = ticket.clone();
        write(&trial, move |step| {
            let (connection, now) = (step.connection(), step.now());
            (0..count).try_for_each(|_| {
                let job = NewJob::of(&ticket, step.ids()).unwrap();
                enqueue(connection, &job, now)
            })
        });
        queue_length(&trial.file(), printer).unwrap()
    };
    assert_eq!([more(0), more(18), more(1), more(1), more(50)], [1, 19, 20, 20, 20]);
}

#[test]
fn a_station_without_a_printer_gets_no_job_and_one_with_two_gets_the_first() {
    let trial = Trial::new();
    trial.import(MENU);
    for name in ["Primera", "Segunda"] {
        trial.add_printer(name, PrinterAddress::Virtual, &["plancha"]);
    }
    let order = trial.place();
    let jobs = jobs_of_order(&trial.file(), order.id).unwrap();
    assert_eq!(jobs.iter().map(|job| job.printer).collect::<Vec<_>>(), [printer(&trial, "Primera")]);
    assert_eq!(issued(&trial).len(), 2, "the bar has its ticket on screens");
    let second = printer(&trial, "Segunda");
    crate::printing::setup::remove(trial.journal(), "Primera").unwrap();
    let order = trial.place();
    let jobs = jobs_of_order(&trial.file(), order.id).unwrap();
    assert_eq!(jobs.iter().map(|job| job.printer).collect::<Vec<_>>(), [second], "once the first is taken away");
}

#[test]
fn the_outlook_is_the_place_in_the_longest_of_the_queues() {
    let trial = Trial::selling();
    trial.order(placing(&[("burger", 1)])).unwrap();
    trial.order(placing(&[("burger", 1)])).unwrap();
    let order = trial.order(placing(&[("combo", 1)])).unwrap();
    let of_order: Vec<TicketId> =
        issued(&trial).into_iter().filter(|ticket| ticket.order == order.id).map(|ticket| ticket.id).collect();
    let outlook = outlook(&trial.file(), &of_order).unwrap();
    assert_eq!((outlook.jobs.len(), outlook.position), (2, 3));
    assert_eq!(crate::printing::queries::outlook(&trial.file(), &[]).unwrap(), Outlook::default());
}
