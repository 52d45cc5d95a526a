//! What the kitchen is told of an order, ticket by ticket.

mod cards;
mod courses;
mod floor;
mod pass;
mod tablets;

use super::*;
use crate::event::Event;
use crate::order::OrderCommand;
use crate::staff::{Actor, Permission, Role};
use pass::Pass;

#[test]
fn nothing_is_sent_to_the_kitchen_before_the_order_is_accepted() {
    let mut pass = Pass::received(&[("burger", 2), ("soda", 1)]);
    pass.add(&[("combo", 1)]);
    assert_eq!(pass.told(), [""; 0]);
    pass.accept();
    assert_eq!(pass.told(), ["Plancha New 2×Hamburguesa 1×Combo", "Barra New 1×Gaseosa 1×Combo"]);
}

#[test]
fn a_line_taken_back_before_acceptance_is_never_heard_of() {
    let mut pass = Pass::received(&[("burger", 2), ("soda", 1)]);
    pass.void(0);
    assert_eq!(pass.told(), [""; 0]);
    pass.accept();
    assert_eq!(pass.told(), ["Barra New 1×Gaseosa"]);
}

#[test]
fn an_order_ended_before_acceptance_is_never_heard_of() {
    let mut pass = Pass::received(&[("combo", 1)]);
    pass.cancel();
    assert_eq!(pass.told(), [""; 0]);
    assert!(pass.ledger.unwrap().is_at_rest());
}

#[test]
fn a_line_made_at_two_stations_goes_to_both_and_is_taken_back_from_both() {
    let mut pass = Pass::accepted(&[("combo", 3)]);
    assert_eq!(pass.told(), ["Plancha New 3×Combo", "Barra New 3×Combo"]);
    pass.void(0);
    assert_eq!(pass.told()[2..], ["Plancha Void 3×Combo", "Barra Void 3×Combo"]);
}

#[test]
fn the_first_ticket_of_a_station_is_new_and_what_follows_is_an_addition() {
    let mut pass = Pass::accepted(&[("burger", 1)]);
    pass.add(&[("burger", 1), ("soda", 2)]);
    pass.add(&[("soda", 1)]);
    assert_eq!(
        pass.told(),
        [
            "Plancha New 1×Hamburguesa",
            "Plancha Addition 1×Hamburguesa",
            "Barra New 2×Gaseosa",
            "Barra Addition 1×Gaseosa"
        ]
    );
}

#[test]
fn each_part_of_a_combo_goes_to_its_own_station_and_says_what_it_is_part_of() {
    let mut pass = Pass::accepted(&[("pareja", 2), ("soda", 1)]);
    let told =
        ["Plancha New 2×Hamburguesa 2×Hamburguesa 2×Combo", "Barra New 2×Gaseosa 2×Combo 1×Gaseosa"].map(str::to_owned);
    assert_eq!(pass.told(), told);
    let parts: Vec<_> = pass.tickets[1].lines.iter().map(|line| line.part_of.as_deref()).collect();
    assert_eq!(parts, [Some("Combo pareja"), Some("Combo pareja"), None]);
    pass.void(0);
    let taken_back = ["Plancha Void 2×Hamburguesa 2×Hamburguesa 2×Combo", "Barra Void 2×Gaseosa 2×Combo"];
    assert_eq!(pass.told()[2..], taken_back, "one ticket for each station");
}

#[test]
fn equal_lines_stand_in_rows_of_their_own() {
    let pass = Pass::accepted(&[("burger", 1), ("burger", 1), ("burger", 2)]);
    assert_eq!(pass.told(), ["Plancha New 1×Hamburguesa 1×Hamburguesa 2×Hamburguesa"]);
}

#[test]
fn ending_an_order_takes_back_only_what_is_still_to_be_made() {
    let mut pass = Pass::accepted(&[("burger", 1), ("burger", 5)]);
    pass.void(0);
    pass.cancel();
    assert_eq!(pass.told()[1..], ["Plancha Void 1×Hamburguesa", "Plancha Void 5×Hamburguesa"]);
}

#[test]
fn a_ticket_names_its_modifiers_and_the_printers_of_its_station() {
    let mut pass = Pass::empty();
    let OrderCommand::Place(mut place) = pass.place(&[("burger", 1)]) else { unreachable!("it is a placing") };
    place.lines[0].modifiers = vec!["queso".to_owned()];
    pass.run(&OrderCommand::Place(place));
    let ticket = &pass.tickets[0];
    assert_eq!(ticket.lines[0].modifiers, ["Queso"]);
    assert_eq!(ticket.printers, pass.routes[&pass.station("plancha")].printers);
    assert_eq!((ticket.number.as_str(), ticket.template), ("D-0001", TEMPLATE));
}

#[test]
fn a_station_nobody_routes_still_gets_its_ticket() {
    let mut pass = Pass::empty();
    pass.routes.clear();
    let place = pass.place(&[("soda", 1)]);
    pass.run(&place);
    assert_eq!(pass.tickets.iter().map(|ticket| ticket.printers.len()).collect::<Vec<_>>(), [0]);
    assert!(pass.ledger.unwrap().is_at_rest());
}

#[test]
fn a_ticket_in_doubt_is_counted_and_proved_in_the_end() {
    let ticket = Pass::accepted(&[("soda", 1)]).tickets.remove(0);
    let printer = ticket.printers[0];
    let id = ticket.id;
    let at = |minute: i64| jiff::Timestamp::from_second(60 * minute).unwrap();
    let mut state = None;
    for (minute, event) in [
        (1, Event::from(TicketIssued { ticket })),
        (2, TicketUnknown { ticket: id, printer }.into()),
        (3, TicketUnknown { ticket: id, printer }.into()),
        (4, TicketProved { ticket: id, printer, proof: Proof::Sent }.into()),
    ] {
        IssuedTicket::apply(&mut state, &event, at(minute));
    }
    let state = state.unwrap();
    assert_eq!((state.issued_at, state.doubts), (at(1), 2));
    assert_eq!(state.status, TicketStatus::Proved { printer, proof: Proof::Sent, at: at(4) });
}

#[test]
fn tickets_are_printed_again_counted_where_their_station_has_a_printer() {
    let mut pass = Pass::accepted(&[("combo", 1)]);
    pass.add(&[("soda", 1)]);
    let mut issued: Vec<Option<IssuedTicket>> = Vec::new();
    for ticket in &pass.tickets {
        let mut state = None;
        IssuedTicket::apply(&mut state, &TicketIssued { ticket: ticket.clone() }.into(), pass.now());
        issued.push(state);
    }
    let tickets = |issued: &[Option<IssuedTicket>]| issued.iter().flatten().cloned().collect::<Vec<_>>();
    let ask = |station| ReprintTickets { station, by: Actor::Operator, role: Role::Waiter };
    let bar = pass.station("barra");
    for count in 1..=2 {
        let again = reprint(&tickets(&issued), ask(Some(bar)), &pass.routes).unwrap();
        assert_eq!(
            again.iter().map(|again| again.ticket).collect::<Vec<_>>(),
            [pass.tickets[1].id, pass.tickets[2].id]
        );
        for (again, place) in again.into_iter().zip([1, 2]) {
            assert_eq!(again.count, count);
            IssuedTicket::apply(&mut issued[place], &again.into(), pass.now());
        }
    }
    assert_eq!(tickets(&issued).iter().map(|issued| issued.reprints).collect::<Vec<_>>(), [0, 2, 2]);
    assert_eq!(reprint(&tickets(&issued), ask(None), &pass.routes).unwrap().len(), 3);

    pass.routes.remove(&bar);
    assert_eq!(reprint(&tickets(&issued), ask(None), &pass.routes).unwrap().len(), 1);
    assert_eq!(reprint(&tickets(&issued), ask(Some(bar)), &pass.routes), Err(ReprintRejection::NoTickets));
    assert_eq!(reprint(&[], ask(None), &pass.routes), Err(ReprintRejection::NoTickets));
    let cook = ReprintTickets { role: Role::Kitchen, ..ask(None) };
    let refused = Err(ReprintRejection::PermissionMissing(Permission::TicketsReprint));
    assert_eq!(reprint(&tickets(&issued), cook, &pass.routes), refused);
}
